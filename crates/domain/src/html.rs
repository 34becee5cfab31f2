//! HTML that is safe to show and to send: cleaned on the way in, by one allow-list.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::LazyLock;

use linkify::{LinkFinder, LinkKind};
use serde::{Deserialize, Serialize};

/// Cleaned HTML.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Html(String);

/// The longest text that is read at all, in bytes; what is longer is cut before it is parsed.
pub const MAX_LEN: usize = 200_000;

/// How many bytes may be read again when cleaned text is written: a few hundredths of a second.
///
/// html5ever 0.40 looks on to the next bracket at every `&` and at every character that UTF-8 begins with C2, so that a
/// text of nothing else costs the square of its length.
const MAX_REREAD: usize = 1 << 28;

/// How often a text is cleaned before it has settled; what people write needs two.
const MAX_PASSES: usize = 5;

/// What Mastodon keeps too, so that what people see here is what followers see there.
const TAGS: [&str; 23] = [
    "a",
    "b",
    "blockquote",
    "br",
    "code",
    "del",
    "em",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "span",
    "strong",
    "u",
    "ul",
];

static CLEANER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let mut cleaner = ammonia::Builder::empty();
    cleaner
        .tags(TAGS.into_iter().collect())
        .tag_attributes(HashMap::from([("a", HashSet::from(["href", "hreflang"]))]))
        .generic_attributes(HashSet::from(["lang", "dir"]))
        .url_schemes(HashSet::from(["https", "http", "mailto", "tel", "geo"]))
        .url_relative(ammonia::UrlRelative::Deny)
        .clean_content_tags(HashSet::from(["script", "style", "template", "title", "iframe", "object", "svg", "math"]))
        .link_rel(Some("nofollow noopener ugc"));
    cleaner
});

impl Html {
    /// Keeps what the allow-list knows of `html`.
    ///
    /// What comes out reads the same to whoever reads it again: tags that are taken out may have held others apart, and
    /// characters that hide may have been written as entities. Where that does not settle, only the words are kept.
    pub fn clean(html: &str) -> Self {
        let mut text = without_controls(bounded(html));
        for _ in 0..MAX_PASSES {
            let clean = without_controls(&CLEANER.clean(bounded(&text)).to_string());
            if clean == text {
                return Self(clean);
            }
            text = clean;
        }
        Self(CLEANER.clean(&escape(&plain(&text))).to_string())
    }

    /// Takes back what was cleaned before and kept in the database since; cleans nothing.
    pub fn kept(html: String) -> Self {
        Self(html)
    }

    /// Paragraphs of plain text, as typed into a form: blank lines part them, addresses become links.
    pub fn from_text(text: &str) -> Self {
        let text = text.replace("\r\n", "\n");
        let paragraphs = text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty());
        let paragraphs = paragraphs.map(|paragraph| format!("<p>{}</p>", linked(paragraph).replace('\n', "<br>")));
        Self::clean(&paragraphs.collect::<Vec<_>>().concat())
    }

    /// The text back as it would be typed into a form.
    pub fn to_text(&self) -> String {
        let breaks =
            self.0.replace("<br>", "\n").replace("</p>", "\n\n").replace("</li>", "\n").replace("</h2>", "\n\n");
        plain(&breaks).trim().to_owned()
    }

    /// The HTML.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether nothing is left.
    pub fn is_empty(&self) -> bool {
        self.0.trim().is_empty()
    }
}

impl From<String> for Html {
    fn from(html: String) -> Self {
        Self::clean(&html)
    }
}

impl From<Html> for String {
    fn from(html: Html) -> Self {
        html.0
    }
}

impl fmt::Display for Html {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One line of plain text from outside: no markup, no control or invisible direction characters, at most `max` characters.
pub fn line(text: &str, max: usize) -> String {
    let text = if text.contains(['<', '&']) { plain(bounded(text)) } else { cut(text, MAX_LEN).to_owned() };
    let mut words = String::new();
    for word in without_controls(&text).split_whitespace() {
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
        if words.len() > max * 4 {
            break;
        }
    }
    match words.char_indices().nth(max) {
        Some((end, _)) => words[..end].trim_end().to_owned(),
        None => words,
    }
}

/// As much of some HTML as is cleaned in bounded time.
fn bounded(html: &str) -> &str {
    let html = cut(html, MAX_LEN);
    let costly = html.bytes().filter(|byte| matches!(byte, b'&' | 0xC2)).count();
    cut(html, MAX_REREAD / costly.max(1))
}

/// The text of some HTML, entities resolved.
fn plain(html: &str) -> String {
    let stripped =
        ammonia::Builder::empty().clean_content_tags(HashSet::from(["script", "style"])).clean(html).to_string();
    stripped
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&nbsp;", " ")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
}

/// Text for the inside of an element or an attribute.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

fn linked(text: &str) -> String {
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url, LinkKind::Email]);
    let spans = finder.spans(text).map(|span| {
        let shown = escape(span.as_str());
        match span.kind() {
            Some(LinkKind::Email) => format!("<a href=\"mailto:{shown}\">{shown}</a>"),
            Some(_) => format!("<a href=\"{shown}\">{shown}</a>"),
            None => shown,
        }
    });
    spans.collect::<Vec<_>>().concat()
}

/// Drops what PostgreSQL refuses (NUL) and what disguises text: controls, direction overrides, zero-width characters.
fn without_controls(text: &str) -> String {
    let hidden = |c: char| {
        (c.is_control() && c != '\n' && c != '\t')
            || matches!(c, '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
    };
    text.chars().filter(|c| !hidden(*c)).collect()
}

/// At most `max` bytes of a text, cut between characters.
pub fn cut(text: &str, max: usize) -> &str {
    let mut end = text.len().min(max);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_disguises_text_is_gone_however_it_is_written() {
        for hidden in ["\u{202e}", "&#x202e;", "&#8238;", "&rlm;", "&ZeroWidthSpace;", "&#xfeff;"] {
            let clean = Html::clean(&format!("<p>Sommer{hidden}fest</p>"));
            assert_eq!(clean.as_str(), "<p>Sommerfest</p>", "{hidden}");
        }
        let link = Html::clean("<a href=\"https://a.example/&#x202e;fdp\">hier</a>");
        assert_eq!(Html::clean(link.as_str()), link);
    }

    #[test]
    fn what_is_clean_reads_the_same_again() {
        for text in [
            "<a href=\"https://a.example\">eins<i><table><tr><a href=\"https://b.example\">zwei</a></table></i></a>",
            "<pre>\n\n\nUhr</pre>",
            "<p>&lt;b&gt; &amp;amp; <b><p>fett</b> und <i>schr\u{e4}g</p></i>",
        ] {
            let clean = Html::clean(text);
            assert_eq!(Html::clean(clean.as_str()), clean, "{text}");
        }
    }

    #[test]
    fn a_text_that_costs_the_square_of_its_length_is_cut() {
        for costly in ["&", "&amp;", "\u{a0}", "&</x>"] {
            let text = Html::clean(&costly.repeat(MAX_LEN / costly.len()));
            assert!(text.as_str().len() < 50_000, "{costly}: {}", text.as_str().len());
        }
        let long = format!("<p>{}</p>", "Kaffee & Kuchen ".repeat(1_000));
        assert!(Html::clean(&long).as_str().ends_with("&amp; Kuchen </p>"), "what people write stays whole");
    }

    #[test]
    fn scripts_and_styles_are_gone_and_links_carry_rel() {
        let html = Html::clean(
            "<p style=x onclick=y>Hallo <script>alert(1)</script><a href=\"javascript:x\">a</a> <a href=\"https://x.example\">b</a><img src=x></p>",
        );
        assert_eq!(
            html.as_str(),
            "<p>Hallo <a rel=\"nofollow noopener ugc\">a</a> <a href=\"https://x.example\" rel=\"nofollow noopener ugc\">b</a></p>"
        );
    }

    #[test]
    fn typed_text_becomes_paragraphs_and_comes_back() {
        let text = "Kommen Sie vorbei & bringen Sie <Kuchen> mit.\nBitte!\n\nhttps://x.example/?a=1&b=2";
        let html = Html::from_text(text);
        assert!(
            html.as_str()
                .starts_with("<p>Kommen Sie vorbei &amp; bringen Sie &lt;Kuchen&gt; mit.<br>Bitte!</p><p><a href")
        );
        assert_eq!(html.to_text(), text);
    }

    #[test]
    fn a_line_has_no_markup_no_controls_and_an_end() {
        assert_eq!(line("  <b>Sommer</b>fest\u{202E}\u{0}\n am   Teich ", 100), "Sommerfest am Teich");
        assert_eq!(line("Straßenfest", 6), "Straße");
        assert_eq!(line("Kaffee & Kuchen", 100), "Kaffee & Kuchen");
    }
}
