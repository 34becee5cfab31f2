//! Quarters in this process that talk to each other over real HTTP on the loopback, at a time that the test sets.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value,
    clippy::unused_async,
    dead_code,
    unreachable_pub,
    missing_docs,
    reason = "each test file uses its part; a test that cannot set up has failed"
)]

pub mod door;
pub mod mallory;
pub mod peer;
pub mod people;

use std::time::Duration;

use domain::actor::{Actor, Kind, PublicKey};
use domain::clock::SteppedClock;
use domain::event::{Details, Draft};
use domain::handle::Address;
use domain::host::Host;
use domain::html::Html;
use domain::language::Language;
use domain::neighbour::State;
use domain::post;
use federation::fetch::{self, Client};
use federation::{AcceptNeighbours, Editors, Instance, Replies, Settings, delivery, media, neighbours};
use jiff::{SignedDuration, Timestamp};
use storage::follows::{self, Follow};
use storage::testing::{self, Database};
use storage::{Store, Tx, actors, lanes};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use url::Url;

/// A running quarter; gone when it is dropped.
pub struct TestQuarter {
    pub instance: Instance,
    _database: Database,
    _folder: TempDir,
    _shutdown: oneshot::Sender<()>,
}

/// So few bytes of copies are kept that a test can fill them: about four pictures of one pixel.
const MAX_COPIES: u64 = 6_000;

/// The time at which every story begins.
pub fn clock() -> SteppedClock {
    SteppedClock::at("2026-11-22T12:00:00Z".parse().expect("a time"))
}

impl TestQuarter {
    /// A quarter `name` on a fresh database.
    pub async fn new(name: &str, clock: &SteppedClock, database: Database) -> Self {
        Self::with(name, clock, database, |_| {}).await
    }

    /// The same with other settings.
    pub async fn with(
        name: &str,
        clock: &SteppedClock,
        database: Database,
        change: impl FnOnce(&mut Settings),
    ) -> Self {
        Self::trusting(name, clock, (database, None), change).await
    }

    /// The same with a certificate authority that it trusts.
    pub async fn trusting(
        name: &str,
        clock: &SteppedClock,
        (database, extra_ca): (Database, Option<Vec<u8>>),
        change: impl FnOnce(&mut Settings),
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let base_url = format!("http://{name}.localhost:{port}").parse().expect("a URL");
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(&database.url).await.expect("a store");
        let client = Client::new(
            &fetch::Settings {
                local: true,
                private_networks: Vec::new(),
                extra_ca,
                user_agent: "quartier-test".to_owned(),
                timeout: Duration::from_secs(10),
            },
            clock.clock(),
        );
        let mut settings = Settings {
            base_url,
            handle: name.parse().expect("a handle"),
            name: name.to_owned(),
            summary: Html::default(),
            language: Language::DE,
            languages: Language::ALL.to_vec(),
            manner: domain::voice::Manner::default(),
            timezone: "Europe/Berlin".to_owned(),
            position: None,
            land: None,
            local: true,
            authorized_fetch: false,
            accept_neighbours: AcceptNeighbours::ByEditor,
            replies: Replies::Held,
            people: federation::People::default(),
            editors: Editors::default(),
            media: media::Settings::below(folder.path(), MAX_COPIES),
            version: "0.0.0".to_owned(),
            source_url: "https://quartier.example/source".parse().expect("a URL"),
        };
        change(&mut settings);
        let instance =
            Instance::start(settings, store, clock.clock(), client.expect("a client")).await.expect("a quarter");
        let routes = federation::router(instance.clone()).merge(federation::fixed(instance.clone()));
        let (shutdown, stopped) = oneshot::channel::<()>();
        tokio::spawn(async move { axum::serve(listener, routes).await });
        tokio::spawn(delivery::run(instance.clone(), async {
            let _ = stopped.await;
        }));
        Self { instance, _database: database, _folder: folder, _shutdown: shutdown }
    }

    /// Its address, as people type it.
    pub fn address(&self) -> Address {
        self.instance.quarter().address().parse().expect("an address")
    }

    /// A look into its database.
    pub async fn read(&self) -> Tx {
        self.instance.store().read().await.expect("a transaction")
    }

    /// How it stands with its first neighbour.
    pub async fn first_state(&self) -> Option<State> {
        let all = storage::neighbours::list(&mut self.read().await, self.instance.quarter().id).await;
        all.expect("neighbours").first().map(|one| one.state)
    }
}

/// Two quarters that are neighbours, on each database in turn.
pub async fn neighbours_on_each(clock: &SteppedClock) -> Vec<(TestQuarter, TestQuarter)> {
    let mut pairs = Vec::new();
    for (one, other) in testing::all().into_iter().zip(testing::all()) {
        let north = TestQuarter::new("nord", clock, one).await;
        let south = TestQuarter::new("sued", clock, other).await;
        befriend(&north, &south).await;
        pairs.push((north, south));
    }
    pairs
}

/// Makes them neighbours: one invites, the other accepts.
pub async fn befriend(north: &TestQuarter, south: &TestQuarter) {
    neighbours::invite(&north.instance, &south.address()).await.expect("an invitation");
    until("the south hears of it", async || south.first_state().await == Some(State::Asked)).await;
    neighbours::accept(&south.instance, &north.address()).await.expect("a yes");
    until("the north has a neighbour", async || north.first_state().await == Some(State::Established)).await;
    until("the south has a neighbour", async || south.first_state().await == Some(State::Established)).await;
}

/// Somebody on the server at `base` follows the quarter, whether anybody is there or not.
pub async fn follow_from(quarter: &TestQuarter, base: &str) {
    let (follower, now) = (stranger(base), quarter.instance.clock().now());
    let mut tx = quarter.instance.store().write().await.expect("a transaction");
    actors::insert(&mut tx, &follower, None).await.expect("an insert");
    let follow = Follow {
        follower: follower.id,
        followed: quarter.instance.quarter().id,
        activity: format!("{base}/follow").parse().expect("a URL"),
        requested_at: now,
        accepted_at: Some(now),
    };
    follows::insert(&mut tx, &follow).await.expect("an insert");
    tx.commit().await.expect("a commit");
}

fn stranger(base: &str) -> Actor {
    let url = |path: &str| -> Url { format!("{base}{path}").parse().expect("a URL") };
    let at = Timestamp::UNIX_EPOCH;
    Actor {
        id: uuid::Uuid::now_v7(),
        url: url("/actor"),
        kind: Kind::Service,
        part: None,
        handle: "sink".to_owned(),
        host: Host::of(&url("/")).expect("a host"),
        name: "Sink".to_owned(),
        summary: Html::default(),
        page: url("/"),
        inbox: url("/inbox"),
        shared_inbox: None,
        outbox: None,
        followers: None,
        key: Some(PublicKey { id: url("/actor#main-key"), pem: String::new() }),
        assertion_keys: Vec::new(),
        created_at: at,
        updated_at: at,
        deleted_at: None,
    }
}

/// Waits until something holds that happens over the network.
pub async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    for _ in 0..2_400 {
        if holds().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("waited in vain until {what}");
}

/// Waits until something holds that happens when a lane's turn comes again, however often that has to be.
pub async fn until_tried(quarter: &TestQuarter, clock: &SteppedClock, what: &str, mut holds: impl FnMut() -> bool) {
    for _ in 0..30 {
        let now = quarter.instance.clock().now();
        let rests = async || {
            let lanes = lanes::status(&mut quarter.read().await).await.expect("lanes");
            lanes.iter().all(|lane| lane.due_at.is_none_or(|at| at > now))
        };
        until("every lane rests", rests).await;
        if holds() {
            return;
        }
        clock.step(SignedDuration::from_mins(3));
    }
    panic!("tried in vain until {what}");
}

/// An event tomorrow.
pub fn event(name: &str) -> Draft {
    let start: Timestamp = "2026-11-23T17:00:00Z".parse().expect("a time");
    Draft::new(Details::new(name, start, start + SignedDuration::from_hours(2), "Europe/Berlin")).expect("an event")
}

/// A note.
pub fn note(text: &str) -> post::Draft {
    post::Draft::new(post::Details::typed("", text, Language::DE)).expect("a note")
}
