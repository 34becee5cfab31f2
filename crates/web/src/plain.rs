//! Texts in plain language: the field of the forms, and which of two texts a page shows first.

use domain::html::Html;
use domain::language::simple;
use http::HeaderMap;

use crate::app::App;
use crate::cookies;
use crate::forms::Fields;
use crate::visitor::Visitor;

/// The cookie of whoever wants plain language first; nobody gets it without asking.
pub(crate) const COOKIE: &str = "plain";
/// Its only value.
pub(crate) const FIRST: &str = "first";

/// Whether a reader wants plain language first.
pub(crate) fn is_first(headers: &HeaderMap) -> bool {
    cookies::value(headers, COOKIE).is_some_and(|value| value == FIRST)
}

/// What was typed into the field; markup of `kept` that it cannot show stays as long as nobody changes the text.
pub(crate) fn typed(fields: &Fields, kept: &Html) -> Html {
    let text = fields.value("plain");
    if text == kept.to_text() { kept.clone() } else { Html::from_text(text) }
}

/// A text, and the same in plain language where there is that: in the order in which they are read.
pub(crate) struct Texts {
    pub(crate) all: Vec<Text>,
    /// Whether there are two, so that each needs its mark.
    pub(crate) are_two: bool,
}

/// One text of a page.
pub(crate) struct Text {
    pub(crate) html: String,
    /// The BCP 47 tag of its language, where known.
    pub(crate) language: Option<String>,
    /// The message key of its mark.
    pub(crate) mark: &'static str,
}

impl Texts {
    /// A text in `language`, beside it `plain`; what nobody wrote is not shown.
    pub(crate) fn of(app: &App, visitor: &Visitor, (content, language): (&Html, Option<&str>), plain: &Html) -> Self {
        // What an event is written in is not kept: most of them are in the language of the quarter.
        let tag = simple(language.unwrap_or(app.instance.settings().language.code()));
        let full =
            Text { html: content.as_str().to_owned(), language: language.map(str::to_owned), mark: "plain-full" };
        let plain = Text { html: plain.as_str().to_owned(), language: Some(tag), mark: "plain-title" };
        let mut all = vec![full, plain];
        if visitor.plain_first {
            all.reverse();
        }
        all.retain(|text| !text.html.is_empty());
        Self { are_two: all.len() > 1, all }
    }
}
