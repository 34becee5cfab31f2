//! Where things come from, and how far the editors trust each: what it sends waits, is shown at once, or is not taken.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use calendar::phrase;
use domain::messages;
use domain::trust::{Kind, Level};
use federation::queue::{self, Decided, Waiting};
use federation::trust::{self, Book, Source};
use uuid::Uuid;

use crate::app::App;
use crate::error::PageError;
use crate::forms::Fields;
use crate::layout::{self, Page};
use crate::session::Editor;
use crate::visitor::Visitor;

/// The most things that wait which are looked at.
const LIMIT: i64 = 1_000;

/// The pages that have the form, by the name that it sends.
const BACK: [(&str, &str); 4] = [
    ("sources", "/editors/sources"),
    ("queue", "/editors/queue"),
    ("calendars", "/editors/calendars"),
    ("neighbours", "/neighbours"),
];

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/editors/sources", get(show).post(decide))
}

#[derive(Template)]
#[template(path = "sources.html")]
struct Sources {
    page: Page,
    /// The sources of each kind, under its heading.
    groups: Vec<(&'static str, Vec<View>)>,
}

/// A source in words.
pub(crate) struct View {
    pub(crate) kind: &'static str,
    pub(crate) key: Uuid,
    pub(crate) name: String,
    pub(crate) level: &'static str,
    pub(crate) levels: Vec<&'static str>,
    /// How it went so far, and when it was last used.
    pub(crate) facts: Vec<String>,
    /// The sentence that suggests to show it at once.
    pub(crate) suggested: Option<String>,
    /// How much of it waits.
    pub(crate) waiting: usize,
}

async fn show(State(app): State<App>, editor: Editor) -> Result<Response, PageError> {
    let visitor = &editor.visitor;
    let mut tx = app.instance.store().read().await?;
    let book = Book::load(&mut tx).await?;
    let waiting = queue::list(&mut tx, &app.instance, LIMIT).await?;
    let all = book.all(&mut tx).await?;
    drop(tx);
    let group = |kind: Kind, heading| {
        let theirs = all.iter().filter(|source| source.kind == kind);
        (
            heading,
            theirs.map(|source| View::of(&app, visitor, source, how_much(&book, &waiting, source))).collect::<Vec<_>>(),
        )
    };
    let groups = vec![
        group(Kind::Calendar, "trust-calendars"),
        group(Kind::Actor, "trust-actors"),
        group(Kind::Mailbox, "trust-mailboxes"),
    ];
    layout::html(&Sources { page: visitor.page(&app, visitor.text("trust-title")), groups })
}

/// How much of what waits comes from a source.
pub(crate) fn how_much(book: &Book, waiting: &[Waiting], source: &Source) -> usize {
    let theirs = waiting.iter().filter_map(|one| book.of(one));
    theirs.filter(|one| (one.kind, one.key) == (source.kind, source.key)).count()
}

async fn decide(State(app): State<App>, editor: Editor, fields: Fields) -> Result<Response, PageError> {
    let kind = Kind::from_name(fields.value("kind")).ok_or(PageError::Malformed)?;
    let key: Uuid = fields.value("key").parse().map_err(|_| PageError::Malformed)?;
    let who = &editor.rights.account;
    let done = if fields.value("do") == "let-in" {
        trust::let_in(&app.instance, (kind, key), who).await?;
        "approved"
    } else {
        let level = Level::from_name(fields.value("level")).ok_or(PageError::Malformed)?;
        match trust::set(&app.instance, (kind, key), level, who).await? {
            Decided::Done => "trusted",
            Decided::First => "first-yes",
        }
    };
    let back = BACK.iter().find(|(name, _)| *name == fields.value("back")).map_or(BACK[0].1, |(_, path)| path);
    Ok(Redirect::to(&format!("{back}?done={done}")).into_response())
}

impl View {
    pub(crate) fn of(app: &App, visitor: &Visitor, source: &Source, waiting: usize) -> Self {
        let so_far = |key| {
            let number = usize::try_from(source.approved).unwrap_or_default();
            messages::count(visitor.voice(), key, number)
        };
        let used = source.used_at.map(|at| {
            let day = phrase::date(at.to_zoned(app.zone()).date(), visitor.language);
            visitor.text_with("trust-used", &[("day", &day)])
        });
        let approved = (source.approved > 0).then(|| so_far("trust-approved"));
        Self {
            kind: source.kind.as_str(),
            key: source.key,
            name: source.name.clone(),
            level: source.level.as_str(),
            levels: source.levels.iter().map(|level| level.as_str()).collect(),
            facts: approved.into_iter().chain(used).collect(),
            suggested: source.is_suggested().then(|| so_far("trust-suggested")),
            waiting,
        }
    }

    /// Whether it could be shown at once and is not.
    pub(crate) fn is_checked(&self) -> bool {
        self.level == Level::Check.as_str()
    }
}
