//! Posts on the wire: `Note`, `Article`, and what is said in a `Question`.

use domain::actor::Actor;
use domain::html::{self, Html};
use domain::language::Language;
use domain::messages::text;
use domain::notice::Notice;
use domain::post::{Details, Draft, Kind, Post};
use serde_json::{Value, json};
use storage::{Tx, objects as registry};
use url::Url;

use super::{plain, question};
use crate::error::Result;
use crate::shape::{self, PUBLIC};

/// How many links of an object are shown below its words.
const MAX_LINKS: usize = 4;

/// How long a title is that is made of the text of an article that lost its own.
const MADE_TITLE: usize = 80;

/// The type a post of ours was published with. It stays, whatever becomes of the title: nobody takes an `Update` that
/// makes another thing of an id.
pub(crate) async fn kind(tx: &mut Tx, post: &Post) -> Result<Kind> {
    let entry = registry::by_id(tx, post.id).await?;
    Ok(entry.and_then(|entry| Kind::from_name(&entry.kind)).unwrap_or_else(|| post.details.kind()))
}

/// The object of a post of ours, which was published as a `kind`, without `@context`.
pub fn write(post: &Post, kind: Kind, author: &Actor) -> Value {
    let details = &post.details;
    let text = details.content.as_str();
    let (title, content) = match (kind, &details.title) {
        (Kind::Article, Some(title)) => (Some(title.clone()), text.to_owned()),
        (Kind::Article, None) => (Some(html::line(text, MADE_TITLE)), text.to_owned()),
        // Nobody shows the name of a note.
        (_, Some(title)) => (None, format!("<p><strong>{}</strong></p>{text}", html::escape(title))),
        (_, None) => (None, text.to_owned()),
    };
    let mut object = json!({
        "id": post.url,
        "type": kind.as_str(),
        "attributedTo": author.url,
        "content": content,
        "published": post.published_at.to_string(),
        "url": post.page,
        "to": [PUBLIC],
        "cc": author.followers.iter().collect::<Vec<_>>(),
        "tag": [],
        "attachment": [],
    });
    if let Some(title) = title {
        // Mastodon shows of an article only its name, its summary and a link.
        object["summary"] = json!(html::line(text, 300));
        object["preview"] = json!({
            "type": "Note",
            "attributedTo": author.url,
            "content": format!("<p><strong>{}</strong></p>", html::escape(&title)),
            "published": post.published_at.to_string(),
        });
        object["name"] = json!(title);
    }
    if let Some(warning) = &details.warning {
        object["sensitive"] = json!(true);
        object["summary"] = json!(warning);
    }
    let language = details.language.as_deref();
    if let Some(language) = language.or_else(|| (!details.plain.is_empty()).then(|| Language::default().code())) {
        object["contentMap"] = plain::content_map(language, &content, &details.plain);
    }
    if let Some(parent) = &details.in_reply_to {
        object["inReplyTo"] = json!(parent);
    }
    if let Some(poll) = &details.poll {
        question::write(poll, &mut object);
    }
    if let Some(notice) = &details.notice {
        hang(notice, post, author, &mut object);
    }
    if post.updated_at > post.published_at {
        object["updated"] = json!(post.updated_at.to_string());
    }
    object
}

/// What a notice is about as a hashtag, and its last moment.
fn hang(notice: &Notice, post: &Post, author: &Actor, object: &mut Value) {
    let language = post.details.language.as_deref().and_then(Language::from_tag).unwrap_or_default();
    let topic = notice.topic.as_str();
    let name = text(language, &format!("board-tag-{topic}"));
    let href = author.url.join(&format!("/board?topic={topic}")).unwrap_or_else(|_| author.page.clone());
    object["tag"] = json!([{ "type": "Hashtag", "name": name, "href": href }]);
    if let Some(until) = notice.until.filter(|_| post.details.poll.is_none()) {
        object["endTime"] = json!(until.to_string());
    }
}

/// Reads a post in whatever shape it comes: a note, an article, a page, a poll, or a file that is published by itself.
/// `None` if there is nothing to show.
///
/// The summary of a note is a warning, as everybody takes Mastodon's; that of anything else is one only if the object
/// says that it is sensitive.
pub fn read(object: &Value, language: Language) -> Option<Details> {
    let note = shape::kind(object, |kind| matches!(kind, "Note" | "Question").then_some(())).is_some();
    let file = shape::kind(object, |kind| matches!(kind, "Image" | "Video" | "Audio" | "Document").then_some(()));
    let in_words = |name: &str, max| {
        let text = html::line(shape::text_in(object, name, language.code())?.0, max);
        (!text.is_empty()).then_some(text)
    };
    let (mut content, tag) = words(object, language);
    let mut title = in_words("name", 200).filter(|name| file.is_none() || !is_file_name(name));
    let summary = in_words("summary", 300);
    let sensitive = shape::is_true(object, "sensitive") || shape::is_true(object, "as:sensitive");
    let warns = sensitive || (note && !content.is_empty() && summary.is_some());
    if content.is_empty() && !warns {
        content = Html::from_text(&in_words("summary", 1_000).unwrap_or_default());
    }
    // A note's name is no title (a poll's vote has one), but it is better than nothing.
    if note && let Some(name) = title.take().filter(|_| content.is_empty()) {
        content = Html::from_text(&name);
    }
    add_links(object, &mut content, title.is_some());
    if content.is_empty() && title.is_none() {
        return None;
    }
    let (content, plain) = (bounded(content), plain::read(object, language));
    let warning = warns.then(|| summary.unwrap_or_default());
    let poll = question::read(object);
    let in_reply_to = shape::id(object, "inReplyTo");
    Some(Details { title, content, plain, warning, language: tag, in_reply_to, poll, notice: None })
}

/// What is too long for a page, as much of it as fits.
pub(super) fn bounded(html: Html) -> Html {
    if html.as_str().len() <= Draft::MAX_CONTENT { html } else { Html::from_text(&html::line(html.as_str(), 10_000)) }
}

/// The text of an object and the tag of its language. Markdown and plain text become paragraphs and links.
pub(super) fn words(object: &Value, language: Language) -> (Html, Option<String>) {
    let source = shape::get(object, "source");
    let source = source.filter(|source| shape::text(source, "mediaType").is_some_and(is_text));
    let typed = shape::text(object, "mediaType").is_some_and(is_text);
    let (content, tag) = match (shape::text_in(object, "content", language.code()), source) {
        (Some((text, tag)), _) if typed => (Html::from_text(html::cut(text, html::MAX_LEN)), tag),
        (Some((text, tag)), _) => (Html::clean(text), tag),
        (None, Some(source)) => {
            let text = shape::text(source, "content").unwrap_or_default();
            (Html::from_text(html::cut(text, html::MAX_LEN)), None)
        }
        (None, None) => (Html::default(), None),
    };
    // Some say nothing with empty paragraphs.
    let content = if content.to_text().is_empty() { Html::default() } else { content };
    // Lemmy has its own name for it, with `und` where nobody chose.
    let theirs = || shape::text(shape::get(object, "language")?, "identifier");
    let tag = tag.or_else(theirs).filter(|tag| *tag != "und" && tag.len() <= 35);
    (content, tag.map(str::to_owned))
}

fn is_text(kind: &str) -> bool {
    matches!(kind.split(';').next(), Some("text/markdown" | "text/plain"))
}

/// Whether a name is that of a file, which tells readers nothing.
fn is_file_name(name: &str) -> bool {
    let kind = name.rsplit_once('.').map(|(_, kind)| kind);
    kind.is_some_and(|kind| (2..=4).contains(&kind.len()) && kind.chars().all(|c| c.is_ascii_alphanumeric()))
        && !name.contains(char::is_whitespace)
}

/// Adds the pages that an object is about (Lemmy's link posts), and where it has no words at all its files.
fn add_links(object: &Value, content: &mut Html, titled: bool) {
    let wordless = content.is_empty() && !titled;
    let said = |url: &Url| content.as_str().contains(html::escape(url.as_str()).as_str());
    let link = |entry: &Value| {
        let is_link = shape::kind(entry, |kind| (kind == "Link").then_some(())).is_some();
        let url = shape::link(entry, "href").or_else(|| shape::link(entry, "url"))?;
        if (!is_link && !wordless) || said(&url) {
            return None;
        }
        let name = shape::text(entry, "name").map(|name| html::line(name, 200)).filter(|name| !name.is_empty());
        Some(paragraph(&url, name.as_deref()))
    };
    let mut added: Vec<String> = shape::entries(object, "attachment").filter_map(link).take(MAX_LINKS).collect();
    if wordless && added.is_empty() {
        added.extend(shape::link(object, "url").map(|url| paragraph(&url, None)));
    }
    if !added.is_empty() {
        *content = Html::clean(&format!("{}{}", content.as_str(), added.concat()));
    }
}

fn paragraph(url: &Url, name: Option<&str>) -> String {
    let name = html::escape(name.unwrap_or(url.as_str()));
    format!("<p><a href=\"{}\">{name}</a></p>", html::escape(url.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(object: &Value) -> Option<Details> {
        read(object, Language::DE)
    }

    #[test]
    fn an_empty_note_is_none_and_an_article_keeps_its_title() {
        for nothing in [json!({"type": "Note"}), json!({"type": "Note", "content": "<p></p><script>x</script>"})] {
            assert_eq!(seen(&nothing), None, "{nothing}");
        }
        let article =
            seen(&json!({"type": "Article", "name": "Fest", "content": "<p>Viel <script>x</script>Spaß</p>"}));
        let article = article.expect("an article");
        assert_eq!((article.title.as_deref(), article.content.as_str()), (Some("Fest"), "<p>Viel Spaß</p>"));
    }

    #[test]
    fn an_endless_text_is_cut() {
        let note = seen(&json!({"type": "Note", "content": "x".repeat(900_000)})).expect("a note");
        assert!(note.content.as_str().len() < 11_000);
        let long = "n".repeat(900_000);
        let note = seen(&json!({"type": "Article", "name": long, "summary": long, "sensitive": true})).expect("a note");
        assert_eq!(note.title.map(|title| title.len()), Some(200));
        assert_eq!(note.warning.map(|warning| warning.len()), Some(300));
    }

    #[test]
    fn the_summary_of_a_note_is_a_warning_and_that_of_an_article_is_none() {
        let table = [
            (json!({"type": "Note", "content": "x", "summary": "Spinnen"}), Some("Spinnen")),
            (json!({"type": "Note", "content": "x", "summary": "", "sensitive": true}), Some("")),
            (json!({"type": "Note", "content": "x", "as:sensitive": {"@value": "True"}}), Some("")),
            (json!({"type": "Note", "content": "x", "summary": null, "sensitive": false}), None),
            (json!({"type": "Article", "name": "t", "content": "x", "summary": "Kurz"}), None),
            (json!({"type": "Video", "name": "t", "summary": "Blut", "sensitive": true}), Some("Blut")),
            (json!({"type": "Note", "summary": "nur das"}), None),
        ];
        for (object, warning) in table {
            let details = seen(&object).expect("something to show");
            assert_eq!(details.warning.as_deref(), warning, "{object}");
        }
    }

    #[test]
    fn what_has_no_words_leads_to_what_it_is() {
        let image = json!({"type": "Document", "url": "https://a.example/1.jpg", "name": "Der Teich im Herbst"});
        let table = [
            (json!({"type": "Note", "content": "", "attachment": [image]}), "Der Teich im Herbst"),
            (json!({"type": "Note", "content": "Schön!", "attachment": [image]}), "Schön!"),
            (json!({"type": "Note", "name": "Ja"}), "Ja"),
            (json!({"type": "Image", "name": "IMG_1.jpg", "url": "https://a.example/p"}), "https://a.example/p"),
            (
                json!({"type": "Page", "name": "t", "attachment": [{"type": "Link", "href": "https://b.example/"}]}),
                "https://b.example/",
            ),
            (json!({"type": "Page", "name": "Nur ein Titel"}), ""),
        ];
        for (object, text) in table {
            assert_eq!(seen(&object).map(|details| details.content.to_text()).as_deref(), Some(text), "{object}");
        }
    }

    #[test]
    fn markdown_is_shown_as_the_text_it_is() {
        let typed = "**Hallo** <b>Welt</b>\n\nhttps://a.example/";
        for object in [
            json!({"type": "Video", "mediaType": "text/markdown", "content": typed}),
            json!({"type": "Page", "source": {"content": typed, "mediaType": "text/markdown"}}),
        ] {
            assert_eq!(seen(&object).map(|details| details.content.to_text()).as_deref(), Some(typed), "{object}");
        }
        assert_eq!(seen(&json!({"type": "Page", "source": {"content": "[b]x[/b]", "mediaType": "text/bbcode"}})), None);
    }
}
