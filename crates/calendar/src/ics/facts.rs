//! What a VEVENT says beside its times: title, text, place, links, tags, status.

use std::collections::HashMap;
use std::sync::LazyLock;

use domain::category::Category;
use domain::event::{Details, Status};
use domain::html::{self, Html};
use domain::language::Language;
use domain::messages;
use domain::place::Position;
use jiff::Timestamp;

use super::component::Component;
use super::line::Line;
use super::place::{self, Location};
use super::{Fault, value};

/// Why what is not for everyone is refused.
pub(super) const PRIVATE: &str = "import-private";
/// The longest text that is kept, in bytes, before it becomes HTML.
const MAX_TEXT: usize = 40_000;
/// The longest HTML an event may have.
const MAX_HTML: usize = 60_000;
/// The most tags of an event.
const MAX_TAGS: usize = 20;

/// Reads everything but the times, which are left at 1970.
pub(super) fn read(event: &Component) -> Result<Details, Fault> {
    if let Some(class) =
        event.first("CLASS").filter(|_| matches!(event.word("CLASS").as_str(), "PRIVATE" | "CONFIDENTIAL"))
    {
        return Err(Fault { line: class.number, why: PRIVATE });
    }
    let title = event.first("SUMMARY");
    let name = title.map(|line| html::line(&value::text(&line.value), 200)).unwrap_or_default();
    if name.chars().count() < 3 {
        return Err(Fault { line: title.map_or(event.line, |line| line.number), why: "import-title" });
    }
    let mut details = Details::new(name, Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH, "UTC");
    details.content = content(event);
    details.status = Status::from_name(&event.word("STATUS")).unwrap_or_default();
    details.link = event.first("URL").and_then(|line| place::web_address(&line.value));
    details.contact =
        event.first("CONTACT").map(|line| html::line(&value::text(&line.value), 300)).filter(|text| !text.is_empty());
    put_place(&mut details, event);
    put_tags(&mut details, event);
    Ok(details)
}

fn put_place(details: &mut Details, event: &Component) {
    match event.first("LOCATION").and_then(|line| place::read(&value::text(&line.value))) {
        Some(Location::Place(place)) => details.place = Some(place),
        Some(Location::Online(url)) => details.online = Some(url),
        None => {}
    }
    if let Some(place) = &mut details.place {
        place.position = event.first("GEO").and_then(position);
    }
    let conference = event.first("CONFERENCE").and_then(|line| place::web_address(&line.value));
    details.online = conference.or(details.online.take());
}

/// `GEO`, latitude first; some programs escape the semicolon.
fn position(line: &Line) -> Option<Position> {
    let text = value::text(&line.value);
    let (latitude, longitude) = text.split_once([';', ','])?;
    Position::new(latitude.trim().parse().ok()?, longitude.trim().parse().ok()?)
}

/// The first category that is one of ours becomes the theme, everything else a tag.
fn put_tags(details: &mut Details, event: &Component) {
    for name in event.all("CATEGORIES").flat_map(|line| value::texts(&line.value)).take(50) {
        let name = html::line(&name, 60);
        let tag = name.trim_start_matches('#').trim().to_owned();
        let theme = category(&name);
        if theme.is_some() && details.category.is_none() {
            details.category = theme;
        } else if !tag.is_empty() && details.tags.len() < MAX_TAGS && !details.tags.contains(&tag) {
            details.tags.push(tag);
        }
    }
}

/// The names of the themes as shown here, in every language, in small letters.
static THEMES: LazyLock<HashMap<String, Category>> = LazyLock::new(|| {
    let name = |language, category: Category| {
        messages::text(language, &format!("category-{}", category.slug())).to_lowercase()
    };
    let pairs = Language::ALL
        .into_iter()
        .flat_map(|language| Category::all().map(move |category| (name(language, category), category)));
    pairs.collect()
});

/// The theme of that name: as shown here, in either language, or as other servers write it.
fn category(name: &str) -> Option<Category> {
    THEMES.get(&name.to_lowercase()).copied().or_else(|| Category::from_wire(name))
}

/// The long text: HTML where there is some, else paragraphs of plain text.
fn content(event: &Component) -> Html {
    let is_html =
        |line: &&Line| line.param("FMTTYPE").is_some_and(|kind| kind.to_ascii_lowercase().starts_with("text/html"));
    let rich = event.all("X-ALT-DESC").find(is_html).map(|line| fitting(&value::text(&line.value), from_html));
    if let Some(rich) = rich.filter(|html| !html.is_empty()) {
        return rich;
    }
    let plain = event.first("DESCRIPTION").map(|line| value::text(&line.value)).unwrap_or_default();
    if looks_like_html(&plain) { fitting(&plain, from_html) } else { fitting(&plain, Html::from_text) }
}

/// Cuts the text until its HTML is short enough.
fn fitting(text: &str, html: impl Fn(&str) -> Html) -> Html {
    let mut max = MAX_TEXT;
    loop {
        let end = (0..=text.len().min(max)).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
        let made = html(text.get(..end).unwrap_or_default());
        if made.as_str().len() <= MAX_HTML || max < 100 {
            return made;
        }
        max /= 2;
    }
}

fn looks_like_html(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    ["</", "<br", "<p>", "&nbsp;", "&amp;", "&#"].into_iter().any(|mark| text.contains(mark))
}

/// Many programs mix HTML with line breaks that are meant, and part paragraphs by `div`.
fn from_html(text: &str) -> Html {
    let text = text.replace("</div>", "<br></div>");
    let has_breaks = ["<br", "<p", "<li", "<BR", "<P", "<LI"].into_iter().any(|mark| text.contains(mark));
    if has_breaks { Html::clean(&text) } else { Html::clean(&text.replace('\n', "<br>")) }
}
