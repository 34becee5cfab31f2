//! A quarter in this process on a file of its own.

use std::time::Duration;

use domain::clock::Clock;
use domain::html::Html;
use domain::language::Language;
use federation::fetch::{self, Client};
use federation::{AcceptNeighbours, Instance, Settings};
use storage::Store;
use storage::testing::Database;

/// A quarter on a fresh SQLite file, or on PostgreSQL if `QUARTIER_BENCH=postgres`; it lives as long as the database.
pub(crate) async fn quarter() -> (Instance, Database) {
    let shared = std::env::var("QUARTIER_BENCH").is_ok_and(|kind| kind == "postgres");
    let database = if shared { storage::testing::postgres().expect("PostgreSQL") } else { storage::testing::sqlite() };
    let store = Store::open(&database.url).await.expect("a store");
    let clock = Clock::new(now);
    let settings = fetch::Settings {
        local: true,
        private_networks: Vec::new(),
        extra_ca: None,
        user_agent: "quartier-bench".to_owned(),
        timeout: Duration::from_secs(10),
    };
    let client = Client::new(&settings, clock.clone()).expect("a client");
    let settings = Settings {
        base_url: "http://bench.localhost:1".parse().expect("a URL"),
        handle: "bench".parse().expect("a handle"),
        name: "Bench".to_owned(),
        summary: Html::default(),
        language: Language::De,
        timezone: "Europe/Berlin".to_owned(),
        position: None,
        local: true,
        authorized_fetch: false,
        accept_neighbours: AcceptNeighbours::ByEditor,
        media: federation::media::Settings::below(&std::env::temp_dir().join("quartier-bench"), 1_000_000),
        version: "0".to_owned(),
        source_url: "https://quartier.example/source".parse().expect("a URL"),
    };
    (Instance::start(settings, store, clock, client).await.expect("a quarter"), database)
}

/// A remote actor at `url` with the inbox `url/inbox`.
pub(crate) fn remote(url: &str, pem: String) -> domain::actor::Actor {
    let address = |suffix: &str| format!("{url}{suffix}").parse().expect("a URL");
    let id: url::Url = address("");
    domain::actor::Actor {
        id: uuid::Uuid::now_v7(),
        kind: domain::actor::Kind::Group,
        part: None,
        handle: "far".to_owned(),
        host: domain::host::Host::of(&id).expect("a host"),
        name: "Far".to_owned(),
        summary: Html::default(),
        page: id.clone(),
        inbox: address("/inbox"),
        shared_inbox: None,
        outbox: None,
        followers: None,
        key: Some(domain::actor::PublicKey { id: address("#main-key"), pem }),
        assertion_keys: Vec::new(),
        created_at: now(),
        updated_at: now(),
        deleted_at: None,
        url: id,
    }
}

/// Lets `follower` follow `followed`, accepted.
pub(crate) async fn follow(tx: &mut storage::Tx, follower: uuid::Uuid, followed: uuid::Uuid) {
    let follow = storage::follows::Follow {
        follower,
        followed,
        activity: format!("http://bench.localhost:1/{follower}").parse().expect("a URL"),
        requested_at: now(),
        accepted_at: Some(now()),
    };
    storage::follows::insert(tx, &follow).await.expect("a follow");
}

#[expect(clippy::disallowed_methods, reason = "this is where the clock of the benchmark is wound")]
pub(crate) fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}
