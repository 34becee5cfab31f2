//! What other sites may show of an address of ours that somebody pasted there (oEmbed 1.0).
//!
//! Only our own public pages have an answer, and nothing is fetched for it.

use axum::Router;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::event::State as Board;
use domain::html::escape;
use http::StatusCode;
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use storage::Tx;
use url::Url;
use uuid::Uuid;

use crate::app::App;
use crate::error::PageError;
use crate::layout::Alternate;
use crate::links::encoded;
use crate::listing::words;
use crate::visitor::Visitor;

/// The route of the answers.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/oembed", get(show))
}

/// The longest address that is looked at.
const LONGEST: usize = 2000;
/// The size of the frame, where the site that asks has room for it.
const SIZE: (u32, u32) = (600, 400);

#[derive(Deserialize)]
struct Question {
    url: Option<String>,
    format: Option<String>,
    maxwidth: Option<String>,
    maxheight: Option<String>,
}

async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Query(question): Query<Question>,
) -> Result<Response, PageError> {
    let xml = match question.format.as_deref() {
        None | Some("json" | "") => false,
        Some("xml") => true,
        // As the specification has it (2.3).
        Some(_) => return Ok(StatusCode::NOT_IMPLEMENTED.into_response()),
    };
    let path = question.url.as_deref().and_then(|address| ours(&app, address)).ok_or(PageError::NotFound)?;
    let room = |asked: Option<&String>, usual: u32| {
        asked.and_then(|asked| asked.trim().parse().ok()).filter(|asked| *asked > 0).unwrap_or(usual).min(usual)
    };
    let size = (room(question.maxwidth.as_ref(), SIZE.0), room(question.maxheight.as_ref(), SIZE.1));
    let said = answer(&app, &visitor, &path, size).await?;
    let (kind, body) =
        if xml { ("text/xml; charset=utf-8", in_xml(&said)) } else { ("application/json", json_of(said)) };
    let headers = [(CONTENT_TYPE, kind), (CACHE_CONTROL, "public, max-age=3600"), (ACCESS_CONTROL_ALLOW_ORIGIN, "*")];
    Ok((headers, body).into_response())
}

/// An address as a URL of ours; `None` for everybody else's.
fn ours(app: &App, address: &str) -> Option<Url> {
    let url = Url::parse(address).ok().filter(|_| address.len() <= LONGEST)?;
    (url.origin() == app.instance.settings().base_url.origin()).then_some(url)
}

/// A page that shows something: an event, a post, the list.
async fn answer(app: &App, visitor: &Visitor, url: &Url, size: (u32, u32)) -> Result<Map<String, Value>, PageError> {
    let parts: Vec<&str> = url.path_segments().into_iter().flatten().collect();
    let id = |text: &str| text.parse::<Uuid>().map_err(|_| PageError::NotFound);
    let mut tx = app.instance.store().read().await?;
    match parts.as_slice() {
        ["events"] => {
            let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
            let name = visitor.text_with("pages-calendar-name", &[("name", &app.instance.settings().name)]);
            Ok(rich(app, &name, &app.url(&format!("/embed{query}")), size))
        }
        ["events", event] => of_event(app, &mut tx, id(event)?, size).await,
        ["posts", post] => of_post(app, visitor, &mut tx, id(post)?).await,
        _ => Err(PageError::NotFound),
    }
}

async fn of_event(app: &App, tx: &mut Tx, id: Uuid, size: (u32, u32)) -> Result<Map<String, Value>, PageError> {
    let event = storage::events::by_id(tx, id).await?.filter(|event| event.state == Board::Published);
    let event = event.ok_or(PageError::NotFound)?;
    let mut said = rich(app, &event.details.name, &app.url(&format!("/embed/events/{id}")), size);
    if let Some(author) = storage::actors::by_id(tx, event.author).await? {
        put(&mut said, "author_name", json!(author.name));
        put(&mut said, "author_url", json!(author.page.as_str()));
    }
    Ok(said)
}

async fn of_post(app: &App, visitor: &Visitor, tx: &mut Tx, id: Uuid) -> Result<Map<String, Value>, PageError> {
    let post = storage::posts::by_id(tx, id).await?.ok_or(PageError::NotFound)?;
    let author = storage::actors::by_id(tx, post.author).await?.ok_or(PageError::NotFound)?;
    let title = post.details.title.clone().unwrap_or_else(|| words(&post, 80, visitor.language));
    let mut said = base(app, "link", &title);
    put(&mut said, "author_name", json!(author.name));
    put(&mut said, "author_url", json!(author.page.as_str()));
    Ok(said)
}

fn base(app: &App, kind: &str, title: &str) -> Map<String, Value> {
    let mut said = Map::new();
    for (name, value) in [
        ("version", json!("1.0")),
        ("type", json!(kind)),
        ("title", json!(title)),
        ("provider_name", json!(app.instance.settings().name)),
        ("provider_url", json!(app.url("/"))),
        ("cache_age", json!(3600)),
    ] {
        put(&mut said, name, value);
    }
    said
}

/// A frame with the list or the event.
fn rich(app: &App, title: &str, frame: &str, (width, height): (u32, u32)) -> Map<String, Value> {
    let mut said = base(app, "rich", title);
    let (frame, title) = (escape(frame), escape(title));
    let html = format!("<iframe src=\"{frame}\" title=\"{title}\" width=\"{width}\" height=\"{height}\"></iframe>");
    put(&mut said, "html", json!(html));
    put(&mut said, "width", json!(width));
    put(&mut said, "height", json!(height));
    said
}

fn put(said: &mut Map<String, Value>, name: &str, value: Value) {
    said.insert(name.to_owned(), value);
}

fn json_of(said: Map<String, Value>) -> String {
    Value::Object(said).to_string()
}

/// The same in XML, whose elements are the names (2.3.4.2).
fn in_xml(said: &Map<String, Value>) -> String {
    let element = |(name, value): (&String, &Value)| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        // What XML 1.0 has no place for.
        let text: String = text.chars().filter(|c| !c.is_control()).collect();
        format!("<{name}>{}</{name}>", escape(&text))
    };
    let inside: String = said.iter().map(element).collect();
    format!("<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\"?><oembed>{inside}</oembed>")
}

/// How programs find the answer for a page of ours: two lines of its head.
pub(crate) fn alternates(app: &App, path: &str, title: &str) -> [Alternate; 2] {
    let address = encoded(&app.url(path));
    let one = |kind, format: &str| Alternate {
        kind,
        href: app.url(&format!("/oembed?url={address}&format={format}")),
        title: title.to_owned(),
    };
    [one("application/json+oembed", "json"), one("text/xml+oembed", "xml")]
}
