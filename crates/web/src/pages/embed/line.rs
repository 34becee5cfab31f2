//! The page that writes the line for somebody's site, with the list as it will be.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use domain::category::Category;
use domain::html::escape;

use super::{AHEAD, List, Wish, origins};
use crate::app::App;
use crate::error::PageError;
use crate::feeds::selection;
use crate::filter::Filter;
use crate::layout::{self, Page};
use crate::pages::events::theme_text;
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "embed_line.html")]
struct Line<'a> {
    page: Page,
    /// Name, address, and whether it is chosen.
    themes: Vec<(String, String, bool)>,
    theme: Option<&'static str>,
    own: bool,
    free: bool,
    tag: String,
    limit: usize,
    /// With a script: in the letters of the page around it.
    element: String,
    /// Without one: in a frame.
    frame: String,
    list: List<'a>,
}

/// The form, which is sent to this same page, and the line for what it says.
pub(super) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Query(wish): Query<Wish>,
    Query(mut filter): Query<Filter>,
) -> Result<Response, PageError> {
    // An empty field is no word to look for.
    filter.tag = filter.tag.map(|tag| tag.trim().to_owned()).filter(|tag| !tag.is_empty());
    let limit = wish.limit();
    let mut events = selection::upcoming(&app, &filter, AHEAD).await?;
    events.truncate(limit);
    let origins = origins(&app).await?;
    let list = List::of(&app, visitor.language, (&events, &origins), &filter);
    let more = format!("limit={limit}&lang={}", visitor.language.code());
    let address = app.url(&with(&filter.href("/embed"), &more));
    let mut page = visitor.page(&app, visitor.text("embed-title"));
    page.head.hidden = true;
    layout::html(&Line {
        themes: themes(&visitor, &filter, limit),
        theme: filter.theme.map(Category::slug),
        own: filter.own.0,
        free: filter.free.0,
        tag: filter.tag.clone().unwrap_or_default(),
        limit,
        element: element(&app, &address, &list),
        frame: frame(&address, &list),
        list,
        page,
    })
}

/// Links and no list to unfold, as where events are filtered.
fn themes(visitor: &Visitor, filter: &Filter, limit: usize) -> Vec<(String, String, bool)> {
    let one = |name: String, theme: Option<Category>| {
        let href = Filter { theme, ..filter.clone() }.href("/embed/line");
        (name, with(&href, &format!("limit={limit}")), filter.theme == theme)
    };
    let any = one(visitor.text("events-filter-theme-any"), None);
    std::iter::once(any).chain(Category::all().map(|theme| one(theme_text(visitor, theme), Some(theme)))).collect()
}

fn with(path: &str, more: &str) -> String {
    let joint = if path.contains('?') { '&' } else { '?' };
    format!("{path}{joint}{more}")
}

fn element(app: &App, address: &str, list: &List<'_>) -> String {
    format!(
        "<script async src=\"{}\"></script><quartier-termine src=\"{}\"><a href=\"{}\">{}</a></quartier-termine>",
        escape(&app.url("/embed.js")),
        escape(address),
        escape(&list.all),
        escape(&list.name),
    )
}

/// The frame for an address of the list.
fn frame(address: &str, list: &List<'_>) -> String {
    let (address, name) = (escape(address), escape(&list.name));
    format!("<iframe src=\"{address}\" title=\"{name}\" width=\"100%\" height=\"480\" loading=\"lazy\"></iframe>")
}
