//! What reaches the neighbours and other servers, in plain words: for editors, and for who wrote what still waits.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use calendar::phrase;
use domain::delivery::Cause;
use domain::messages;
use domain::neighbour::State as Standing;
use jiff::{SignedDuration, Timestamp};
use storage::Tx;
use storage::deliveries::Record;
use storage::lanes::{Heap, Status};
use url::Url;

use crate::app::App;
use crate::error::PageError;
use crate::forms::Fields;
use crate::layout::{self, Page};
use crate::listing::Origins;
use crate::session::Editor;
use crate::visitor::Visitor;

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/editors/deliveries", get(show).post(change))
}

#[derive(Template)]
#[template(path = "deliveries.html")]
struct Deliveries {
    page: Page,
    overview: Overview,
}

/// How it stands with everyone who gets something from us.
pub(crate) struct Overview {
    /// One or a few sentences.
    pub(crate) summary: String,
    pub(crate) neighbours: Vec<Host>,
    pub(crate) others: Vec<Host>,
}

/// How it stands with one server, in words.
pub(crate) struct Host {
    pub(crate) title: String,
    pub(crate) name: String,
    pub(crate) words: Vec<String>,
    /// Why it fails, in plain words and as the server said it.
    pub(crate) cause: Option<String>,
    pub(crate) technical: Option<String>,
    pub(crate) good: bool,
    pub(crate) waits: bool,
    pub(crate) failed: bool,
    /// Since when it does not answer, in words.
    down: Option<String>,
}

/// A server that got something, or will.
pub(crate) struct Receiver {
    pub(crate) host: String,
    pub(crate) words: String,
}

/// How many of an object's receivers are listed at most.
const LIMIT: usize = 100;
/// How many are looked through for those that an object has not reached.
const MOST: i64 = 2000;
/// How many names a sentence holds.
const NAMES: usize = 5;

async fn show(State(app): State<App>, editor: Editor) -> Result<Response, PageError> {
    let mut tx = app.instance.store().read().await?;
    let overview = Overview::load(&app, &mut tx, &editor.visitor).await?;
    drop(tx);
    let page = editor.visitor.page(&app, editor.visitor.text("deliveries-title"));
    layout::html(&Deliveries { page, overview })
}

impl Overview {
    /// Reads how it stands with each neighbour, and with every other server that anything was ever sent to.
    pub(crate) async fn load(app: &App, tx: &mut Tx, visitor: &Visitor) -> Result<Self, PageError> {
        let mut lanes: BTreeMap<String, Status> =
            storage::lanes::status(tx).await?.into_iter().map(|lane| (lane.host.clone(), lane)).collect();
        let heaps = storage::lanes::heaps(tx).await?;
        let known = storage::neighbours::list(tx, app.instance.quarter().id).await?;
        let telling = Telling { app, visitor, heaps: &heaps };
        let (mut neighbours, mut seen) = (Vec::new(), BTreeSet::new());
        for one in known.into_iter().filter(|one| one.state != Standing::Asked) {
            let host = one.actor.host.as_str().to_owned();
            if seen.insert(host.clone()) {
                neighbours.push(telling.host(&one.actor.name, &host, lanes.remove(&host).as_ref()));
            }
        }
        let others: Vec<Host> = lanes.values().map(|lane| telling.host(&lane.host, &lane.host, Some(lane))).collect();
        Ok(Self { summary: summary(visitor, &neighbours, &others), neighbours, others })
    }

    /// Those with whom something is wrong.
    pub(crate) fn troubled(&self) -> Vec<&Host> {
        self.neighbours.iter().chain(&self.others).filter(|host| host.down.is_some() || host.failed).collect()
    }
}

/// `12 Nachbarn, alle erreicht.` or `12 Nachbarn. Hafenviertel antwortet seit Dienstag nicht.`, and what else matters.
fn summary(visitor: &Visitor, neighbours: &[Host], others: &[Host]) -> String {
    let count = |key, number| messages::count(visitor.voice(), key, number);
    let down = |hosts: &[Host]| hosts.iter().filter(|host| host.down.is_some()).count();
    let mut words = vec![match (neighbours.len(), down(neighbours)) {
        (0, _) => visitor.text("deliveries-neighbours-none"),
        (all, 0) if neighbours.iter().all(|host| !host.failed && !host.waits) => {
            count("deliveries-neighbours-good", all)
        }
        (all, _) => count("deliveries-neighbours-count", all),
    }];
    let named = neighbours.iter().filter_map(|host| Some((host.title.as_str(), host.down.as_deref()?)));
    let sentence = |(name, since)| visitor.text_with("deliveries-down", &[("name", name), ("since", since)]);
    words.extend(named.take(NAMES).map(sentence));
    let rest = down(neighbours).saturating_sub(NAMES);
    words.extend((rest > 0).then(|| count("deliveries-down-more", rest)));
    words.extend((down(others) > 0).then(|| count("deliveries-down-others", down(others))));
    if down(neighbours) + down(others) > 0 {
        words.push(visitor.text("deliveries-nothing-lost"));
    } else if neighbours.iter().any(|host| host.waits) {
        words.push(visitor.text("deliveries-under-way"));
    }
    words.join(" ")
}

/// What is needed to put a lane in words.
struct Telling<'a> {
    app: &'a App,
    visitor: &'a Visitor,
    heaps: &'a [Heap],
}

impl Telling<'_> {
    fn host(&self, title: &str, host: &str, lane: Option<&Status>) -> Host {
        let Some(lane) = lane else { return self.unknown(title, host) };
        let failing = lane.failing_since.filter(|_| lane.failures > 0);
        let down = failing.map(|since| self.since(since));
        let refused = self.of(host, "failed").find_map(|heap| heap.error.clone());
        let error = lane.error.clone().filter(|_| down.is_some()).or(refused);
        let cause = error.as_deref().map(|error| format!("deliveries-cause-{}", Cause::of(error).as_str()));
        let standing = down.as_ref().map(|since| self.visitor.text_with("deliveries-host-down", &[("since", since)]));
        let reached = match lane.delivered_at {
            Some(at) => self.at("deliveries-reached", at),
            None => self.visitor.text("deliveries-not-reached"),
        };
        let next = lane.due_at.filter(|_| lane.waiting > 0 && down.is_some());
        let words = [
            standing,
            Some(reached),
            self.waiting(host),
            lane.oldest.filter(|_| down.is_some()).map(|at| self.at("deliveries-oldest", at)),
            next.map(|at| self.at("deliveries-next", at)),
            (lane.failed > 0).then(|| self.count("deliveries-failed", lane.failed)),
        ];
        Host {
            title: title.to_owned(),
            name: host.to_owned(),
            words: words.into_iter().flatten().collect(),
            cause: cause.map(|key| self.visitor.text(&key)),
            technical: error,
            good: down.is_none() && lane.failed == 0 && lane.waiting == 0 && lane.delivered_at.is_some(),
            waits: lane.waiting > 0,
            failed: lane.failed > 0,
            down,
        }
    }

    /// A neighbour that nothing was ever sent to.
    fn unknown(&self, title: &str, host: &str) -> Host {
        Host {
            title: title.to_owned(),
            name: host.to_owned(),
            words: vec![self.visitor.text("deliveries-never")],
            cause: None,
            technical: None,
            good: false,
            waits: false,
            failed: false,
            down: None,
        }
    }

    fn of<'a>(&'a self, host: &'a str, state: &'a str) -> impl Iterator<Item = &'a Heap> {
        self.heaps.iter().filter(move |heap| heap.host == host && heap.state == state)
    }

    /// `Es wartet: 2 Veröffentlichungen, eine Änderung.`
    fn waiting(&self, host: &str) -> Option<String> {
        let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
        for heap in self.of(host, "waiting") {
            let kind = match heap.kind.as_str() {
                "Create" => "deliveries-kind-create",
                "Update" => "deliveries-kind-update",
                "Delete" => "deliveries-kind-delete",
                "Announce" => "deliveries-kind-announce",
                _ => "deliveries-kind-other",
            };
            *counts.entry(kind).or_default() += heap.count;
        }
        let list: Vec<String> = counts.into_iter().map(|(key, count)| self.count(key, count)).collect();
        (!list.is_empty()).then(|| self.visitor.text_with("deliveries-waiting", &[("list", &list.join(", "))]))
    }

    fn count(&self, key: &str, count: i64) -> String {
        messages::count(self.visitor.voice(), key, usize::try_from(count).unwrap_or(0))
    }

    fn at(&self, key: &str, at: Timestamp) -> String {
        let at = phrase::moment(at, &self.app.zone(), self.visitor.language);
        self.visitor.text_with(key, &[("at", &at)])
    }

    /// `10:14 Uhr`, `Dienstag` or `15.11.2026`, whichever is enough.
    fn since(&self, at: Timestamp) -> String {
        let (zone, language) = (self.app.zone(), self.visitor.language);
        let now = self.app.instance.clock().now();
        let day = at.to_zoned(zone.clone()).date();
        if day == now.to_zoned(zone.clone()).date() {
            let moment = phrase::moment(at, &zone, language);
            return moment.rsplit_once(", ").map_or(moment.clone(), |(_, time)| time.to_owned());
        }
        if now.duration_since(at) < SignedDuration::from_hours(6 * 24) {
            return self.visitor.text(&format!("dates-weekday-{}", day.weekday().to_monday_one_offset()));
        }
        phrase::date(day, language)
    }
}

async fn change(State(app): State<App>, _editor: Editor, fields: Fields) -> Result<Response, PageError> {
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
    app.instance.wake();
    Ok(Redirect::to(&format!("/editors/deliveries?done={done}")).into_response())
}

/// Where an object went, and what became of it there; and what its author should know of that.
pub(crate) async fn of(
    app: &App,
    tx: &mut Tx,
    visitor: &Visitor,
    object: &Url,
    origins: &Origins,
) -> Result<(Vec<Receiver>, Vec<String>), PageError> {
    let records = storage::deliveries::of_object(tx, object, MOST).await?;
    Ok((receivers(app, visitor, &records), unreached(visitor, &records, origins)))
}

/// Where an object went, and what became of it there; the first of them.
fn receivers(app: &App, visitor: &Visitor, records: &[Record]) -> Vec<Receiver> {
    let zone = app.zone();
    let mut receivers: Vec<Receiver> = Vec::new();
    for record in records.iter().take(LIMIT) {
        let at = record.finished_at.map(|at| phrase::moment(at, &zone, visitor.language)).unwrap_or_default();
        let words = match record.state.as_str() {
            "delivered" => visitor.text_with("editors-delivery-delivered", &[("at", &at)]),
            "failed" => visitor.text("editors-delivery-failed"),
            "cancelled" => continue,
            _ => visitor.text("editors-delivery-waiting"),
        };
        receivers.push(Receiver { host: record.host.clone(), words: format!("{} {words}", record.kind) });
    }
    receivers
}

/// What the author of an object should know: to whom it, or a change of it, was not delivered yet, or never will be.
fn unreached(visitor: &Visitor, records: &[Record], origins: &Origins) -> Vec<String> {
    let mut words = Vec::new();
    for (state, key) in [("waiting", "deliveries-author-waiting"), ("failed", "deliveries-author-failed")] {
        let hosts: BTreeSet<&str> =
            records.iter().filter(|one| one.state == state).map(|one| one.host.as_str()).collect();
        if hosts.is_empty() {
            continue;
        }
        let mut names: Vec<String> = hosts.iter().take(NAMES).map(|host| origins.named(host)).collect();
        let rest = hosts.len().saturating_sub(NAMES);
        names.extend((rest > 0).then(|| messages::count(visitor.voice(), "deliveries-more", rest)));
        words.push(visitor.text_with(key, &[("names", &names.join(", "))]));
    }
    words
}
