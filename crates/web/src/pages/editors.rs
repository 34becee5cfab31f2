//! The editors' overview: what reaches the neighbours, and what waits to be published.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use calendar::phrase;
use domain::account::Role;
use domain::delivery::OPEN_AFTER;
use domain::messages;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use storage::Tx;
use storage::lanes::Status;
use url::Url;
use uuid::Uuid;

use crate::app::App;
use crate::error::PageError;
use crate::forms::Fields;
use crate::layout::{self, Page};
use crate::listing::Origins;
use crate::session::Editor;
use crate::visitor::Visitor;

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/editors", get(show)).route("/editors/deliveries", post(change_deliveries))
}

#[derive(Template)]
#[template(path = "editors.html")]
struct Editors {
    page: Page,
    admin: bool,
    /// How many posts wait to be checked, and how many reports to be decided.
    held: i64,
    reports: i64,
    summary: String,
    hosts: Vec<Host>,
    failed: Vec<Failed>,
    drafts: Vec<Draft>,
}

/// How it stands with one server, in words.
struct Host {
    title: String,
    name: String,
    words: String,
    error: Option<String>,
    good: bool,
    waits: bool,
    failed: bool,
}

/// One message that was given up.
struct Failed {
    host: String,
    words: String,
}

struct Draft {
    id: Uuid,
    title: String,
    when: String,
}

/// A server that got something, or will.
pub(crate) struct Receiver {
    pub(crate) host: String,
    pub(crate) words: String,
}

/// How many of each the overview shows at most.
const LIMIT: i64 = 100;

async fn show(State(app): State<App>, editor: Editor) -> Result<Response, PageError> {
    let (visitor, zone) = (&editor.visitor, app.zone());
    let mut tx = app.instance.store().read().await?;
    let lanes = storage::lanes::status(&mut tx).await?;
    let unfinished = storage::deliveries::unfinished(&mut tx, "", LIMIT).await?;
    let drafts = storage::events::drafts(&mut tx, LIMIT).await?;
    let (held, _) = storage::held::count(&mut tx).await?;
    let reports = storage::reports::count_open(&mut tx).await?;
    let origins = Origins::load(&app, &mut tx).await?;
    drop(tx);
    let failed = unfinished
        .into_iter()
        .filter(|one| one.state == "failed")
        .map(|one| Failed { words: format!("{} – {}", one.kind, one.error.unwrap_or_default()), host: one.host });
    let draft = |(event, author): (domain::event::Event, domain::actor::Actor)| Draft {
        id: event.id,
        when: format!("{} · {}", phrase::when_list(&event.details, visitor.language), author.name),
        title: event.details.name,
    };
    layout::html(&Editors {
        page: visitor.page(&app, visitor.text("editors-title")),
        admin: editor.rights.account.role == Role::Admin,
        held,
        reports,
        summary: summary(visitor, &lanes),
        hosts: lanes.iter().map(|lane| Host::of(visitor, &zone, lane, &origins)).collect(),
        failed: failed.collect(),
        drafts: drafts.into_iter().map(draft).collect(),
    })
}

fn is_down(lane: &Status) -> bool {
    lane.failures >= i64::from(OPEN_AFTER)
}

fn summary(visitor: &Visitor, lanes: &[Status]) -> String {
    let down = lanes.iter().filter(|lane| is_down(lane)).count();
    let waiting = usize::try_from(lanes.iter().map(|lane| lane.waiting).sum::<i64>()).unwrap_or(0);
    match (lanes.len(), down, waiting) {
        (0, _, _) => visitor.text("editors-summary-none"),
        (all, 0, 0) => messages::count(visitor.language, "editors-summary-good", all),
        (_, 0, waiting) => messages::count(visitor.language, "editors-summary-waiting", waiting),
        (_, down, _) => messages::count(visitor.language, "editors-summary-bad", down),
    }
}

impl Host {
    fn of(visitor: &Visitor, zone: &TimeZone, lane: &Status, origins: &Origins) -> Self {
        let at = |at: Timestamp| phrase::moment(at, zone, visitor.language);
        let said = |key, time: Option<Timestamp>| time.map(|time| visitor.text_with(key, &[("at", &at(time))]));
        let count = |key, count: i64| {
            let count = usize::try_from(count).unwrap_or(0);
            (count > 0).then(|| messages::count(visitor.language, key, count))
        };
        let down = is_down(lane);
        let since = lane.delivered_at.or(lane.oldest);
        let standing =
            if down { said("editors-host-down", since) } else { said("editors-host-good-at", lane.delivered_at) };
        let words = [
            standing,
            count("editors-host-waiting", lane.waiting),
            said("editors-host-next", lane.due_at.filter(|_| lane.waiting > 0)),
            count("editors-host-failed", lane.failed),
        ];
        let words: Vec<String> = words.into_iter().flatten().collect();
        let good = !down && lane.failed == 0 && lane.failures == 0 && lane.waiting == 0;
        Self {
            title: origins.named(&lane.host),
            name: lane.host.clone(),
            words: if words.is_empty() { visitor.text("editors-host-good") } else { words.join(" ") },
            error: lane.error.clone().filter(|_| lane.failures > 0),
            good,
            waits: lane.waiting > 0,
            failed: lane.failed > 0,
        }
    }
}

async fn change_deliveries(State(app): State<App>, _editor: Editor, fields: Fields) -> Result<Response, PageError> {
    let host = fields.filled("host").ok_or(PageError::Malformed)?;
    let now = app.instance.clock().now();
    let mut tx = app.instance.store().write().await?;
    let done = if fields.value("do") == "drop" {
        storage::deliveries::drop(&mut tx, host).await?;
        "dropped"
    } else {
        storage::deliveries::retry(&mut tx, host, now).await?;
        storage::lanes::hurry(&mut tx, host, now).await?;
        "retried"
    };
    tx.commit().await?;
    Ok(Redirect::to(&format!("/editors?done={done}")).into_response())
}

/// Where an object went, and what became of it there.
pub(crate) async fn receivers(
    app: &App,
    tx: &mut Tx,
    visitor: &Visitor,
    object: &Url,
) -> Result<Vec<Receiver>, PageError> {
    let zone = app.zone();
    let mut receivers: Vec<Receiver> = Vec::new();
    for record in storage::deliveries::of_object(tx, object, LIMIT).await? {
        let at = record.finished_at.map(|at| phrase::moment(at, &zone, visitor.language)).unwrap_or_default();
        let words = match record.state.as_str() {
            "delivered" => visitor.text_with("editors-delivery-delivered", &[("at", &at)]),
            "failed" => visitor.text("editors-delivery-failed"),
            _ => visitor.text("editors-delivery-waiting"),
        };
        receivers.push(Receiver { host: record.host, words: format!("{} {words}", record.kind) });
    }
    Ok(receivers)
}

/// Why something is not there: deleted, or never known.
pub(crate) async fn missing(tx: &mut Tx, id: Uuid) -> Result<PageError, PageError> {
    let entry = storage::objects::by_id(tx, id).await?;
    let deleted = entry.is_some_and(|entry| entry.deleted_at.is_some());
    Ok(if deleted { PageError::Gone } else { PageError::NotFound })
}
