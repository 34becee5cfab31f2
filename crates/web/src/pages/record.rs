//! The record of processing activities (Art. 30 GDPR): made from what the program does, the configuration, and the delivery
//! log, so that nobody has to keep it.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use calendar::phrase;
use domain::retention;
use storage::deliveries::{self, Tally};

use crate::app::App;
use crate::error::PageError;
use crate::layout::{self, Page};
use crate::pages::legal::{self, Line};
use crate::session::Editor;
use crate::visitor::Visitor;

/// What is done with data about people: its message key after `record-`, and the keys of how long it is kept.
const ACTIVITIES: [(&str, &[&str]); 11] = [
    ("visitors", &["visitors"]),
    (
        "accounts",
        &[
            "sessions",
            "sign-ins",
            "half-sign-ins",
            "offered-keys",
            "challenges",
            "invitations",
            "new-addresses",
            "letters",
            "accounts",
        ],
    ),
    ("sign-ups", &["sign-ups", "sign-ups-waiting", "letters"]),
    ("publishing", &["published", "pictures", "previews"]),
    ("proposals", &["proposals", "trust", "letters"]),
    ("guests", &["guests", "letters", "published"]),
    ("reports", &["reports", "objections", "letters"]),
    ("contacts", &["contacts", "letters"]),
    ("participations", &["registrations", "participations", "letters"]),
    ("votes", &["votes"]),
    ("delivery", &["deliveries", "received"]),
];

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/editors/record", get(show))
}

#[derive(Template)]
#[template(path = "record.html")]
struct Record {
    page: Page,
    as_of: String,
    operator: Vec<Line>,
    activities: Vec<Activity>,
    processors: Vec<String>,
    receivers: Vec<Receiver>,
}

struct Activity {
    key: &'static str,
    kept: Vec<String>,
}

impl Activity {
    /// The message key of one thing the record says of it.
    fn says(&self, what: &str) -> String {
        format!("record-{}{what}", self.key)
    }
}

/// A server that got something from us.
struct Receiver {
    host: String,
    /// When it last took something.
    taken: Option<String>,
    /// What became of the deletions that it was told.
    deletions: Option<String>,
}

async fn show(State(app): State<App>, editor: Editor) -> Result<Response, PageError> {
    let mut tx = app.instance.store().read().await?;
    let lanes = storage::lanes::status(&mut tx).await?;
    let deletions = deliveries::deletions(&mut tx).await?;
    drop(tx);
    let visitor = &editor.visitor;
    let day = |at| phrase::moment(at, &app.zone(), visitor.language);
    let receiver = |lane: storage::lanes::Status| Receiver {
        taken: lane.delivered_at.map(day),
        deletions: deletions.iter().find(|tally| tally.host == lane.host).map(|tally| told(visitor, tally)),
        host: lane.host,
    };
    layout::html(&Record {
        page: visitor.page(&app, visitor.text("record-title")),
        as_of: day(app.instance.clock().now()),
        operator: legal::operator(visitor, &app),
        activities: ACTIVITIES.iter().map(|(key, kept)| Activity { key, kept: limits(visitor, kept) }).collect(),
        processors: legal::processors(visitor, &app),
        receivers: lanes.into_iter().map(receiver).collect(),
    })
}

fn limits(visitor: &Visitor, kept: &[&str]) -> Vec<String> {
    kept.iter().map(|key| limit(visitor, key)).collect()
}

/// How long one kind of data is kept, in words.
pub(crate) fn limit(visitor: &Visitor, key: &str) -> String {
    let what = visitor.text(&format!("retention-{key}"));
    match retention::TABLE.iter().find(|(kind, _)| *kind == key) {
        Some((_, time)) => {
            let time = retention::words(visitor.language, *time);
            visitor.text_with("retention-line", &[("what", &what), ("time", &time)])
        }
        None => what,
    }
}

fn told(visitor: &Visitor, tally: &Tally) -> String {
    let numbers = [tally.delivered, tally.waiting, tally.failed].map(|number| number.to_string());
    let [delivered, waiting, failed] = &numbers;
    visitor.text_with("record-deletions", &[("delivered", delivered), ("waiting", waiting), ("failed", failed)])
}
