//! A quarter with an editor's token, and somebody elsewhere.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    dead_code,
    unreachable_pub,
    missing_docs,
    reason = "each test file uses its part; a test that cannot set up has failed"
)]

use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use axum::Router;
use axum::body::Body;
use domain::account::{Account, Role};
use domain::actor::Actor;
use domain::clock::SteppedClock;
use domain::html::Html;
use domain::language::Language;
use federation::fetch::{self, Client};
use federation::{AcceptNeighbours, Editors, Instance, Replies, Settings, objects};
use http::{Request, StatusCode, header};
use jiff::Timestamp;
use serde_json::{Value, json};
use storage::testing::Database;
use storage::{Store, Tx, accounts, actors, tokens};
use tower::ServiceExt;
use url::Url;
use uuid::Uuid;

const TOKEN: &str = "abcdefghijklmnopqrstuvwxyz";

/// The quarter, and what programs talk to.
pub struct Desk {
    pub instance: Instance,
    pub clock: SteppedClock,
    router: Router,
    documents: Router,
    _database: Database,
}

pub fn noon() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().expect("a time")
}

pub fn url(text: &str) -> Url {
    text.parse().expect("a URL")
}

fn settings() -> Settings {
    Settings {
        base_url: url("https://nord.example"),
        handle: "nord".parse().expect("a handle"),
        name: "Nord".to_owned(),
        summary: Html::default(),
        language: Language::DE,
        languages: Language::ALL.to_vec(),
        manner: domain::voice::Manner::default(),
        timezone: "Europe/Berlin".to_owned(),
        position: None,
        land: None,
        local: false,
        accept_neighbours: AcceptNeighbours::ByEditor,
        replies: Replies::Held,
        people: federation::People::default(),
        editors: Editors::default(),
        authorized_fetch: false,
        media: federation::media::Settings::below(&std::env::temp_dir().join("quartier-api"), 0),
        version: "0.0.0".to_owned(),
        source_url: url("https://nord.example/source"),
    }
}

impl Desk {
    /// A quarter with an editor's token.
    pub async fn new() -> Self {
        let database = storage::testing::sqlite();
        let store = Store::open(&database.url).await.expect("a store");
        let clock = SteppedClock::at(noon());
        let reach = fetch::Settings {
            local: false,
            private_networks: Vec::new(),
            extra_ca: None,
            user_agent: "test".to_owned(),
            timeout: Duration::from_secs(5),
        };
        let client = Client::new(&reach, clock.clock()).expect("a client");
        let instance = Instance::start(settings(), store, clock.clock(), client).await.expect("a quarter");
        let account = Account {
            id: Uuid::now_v7(),
            email: "mira@nord.example".parse().expect("an address"),
            name: "Mira".to_owned(),
            role: Role::Editor,
            language: Language::DE,
            actor: None,
            created_at: noon(),
            suspended_at: None,
        };
        let mut tx = instance.store().write().await.expect("a transaction");
        accounts::insert(&mut tx, &account).await.expect("an account");
        let hash = digest(&SHA256, TOKEN.as_bytes());
        tokens::insert(&mut tx, hash.as_ref(), account.id, noon()).await.expect("a token");
        tx.commit().await.expect("a commit");
        let documents = federation::router(instance.clone());
        Self { router: api::router(instance.clone()), documents, instance, clock, _database: database }
    }

    /// What a POST to the quarter's outbox answers: the status, and the address of the activity.
    pub async fn post(&self, json: Value) -> (StatusCode, Option<String>) {
        let request = Request::post("/@nord/outbox").header(header::AUTHORIZATION, format!("Bearer {TOKEN}"));
        let request = request.body(Body::from(json.to_string())).expect("a request");
        let answer = self.router.clone().oneshot(request).await.expect("an answer");
        let location = answer.headers().get(header::LOCATION).and_then(|value| value.to_str().ok());
        (answer.status(), location.map(str::to_owned))
    }

    /// As [`Desk::post`], of what is published: the object as it was sent to everyone.
    pub async fn publish(&self, json: Value) -> Value {
        let (status, location) = self.post(json.clone()).await;
        assert_eq!(status, StatusCode::CREATED, "{json}");
        self.activity(&url(&location.expect("an address"))).await["object"].clone()
    }

    /// An activity of ours.
    pub async fn activity(&self, id: &Url) -> Value {
        let mut tx = self.read().await;
        let kept = storage::activities::by_url(&mut tx, id).await.expect("a query").expect("an activity");
        serde_json::from_str(&kept.body).expect("JSON")
    }

    /// A document of ours as another server reads it.
    pub async fn document(&self, id: &Value) -> Value {
        let id = url(id.as_str().expect("an id"));
        let request = Request::get(id.path()).header(header::ACCEPT, "application/activity+json");
        let request = request.header(header::HOST, "nord.example").body(Body::empty()).expect("a request");
        let answer = self.documents.clone().oneshot(request).await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::OK, "{id}");
        let bytes = axum::body::to_bytes(answer.into_body(), 1 << 20).await.expect("a body");
        serde_json::from_slice(&bytes).expect("JSON")
    }

    /// An actor of another server that is known here.
    pub async fn anna(&self) -> Actor {
        let id = url("https://fern.example/anna");
        let below = |name: &str| url(&format!("{id}/{name}"));
        let told = json!({
            "id": id, "type": "Person", "preferredUsername": "anna", "name": "Anna", "inbox": below("inbox"),
            "publicKey": { "id": below("key"), "owner": id, "publicKeyPem": "" },
        });
        let anna = objects::actor::read(&told, noon()).expect("an actor");
        let mut tx = self.instance.store().write().await.expect("a transaction");
        actors::insert(&mut tx, &anna, None).await.expect("an actor");
        tx.commit().await.expect("a commit");
        anna
    }

    /// A look into the database.
    pub async fn read(&self) -> Tx {
        self.instance.store().read().await.expect("a transaction")
    }

    /// What waits to be said to Anna's server, in order.
    pub async fn said(&self) -> Vec<Value> {
        let mut tx = self.read().await;
        let waiting = storage::deliveries::waiting(&mut tx, "fern.example", None, 99).await.expect("deliveries");
        waiting.iter().map(|one| serde_json::from_str(&one.body).expect("JSON")).collect()
    }
}
