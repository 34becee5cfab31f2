//! Programs come to events elsewhere, and invite to those of their own actor.
#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use axum::Router;
use axum::body::Body;
use domain::account::{Account, Role};
use domain::actor::Actor;
use domain::clock::SteppedClock;
use domain::event::{Details, Draft, Event, Joining, State as Board};
use domain::html::Html;
use domain::language::Language;
use domain::participation::State;
use federation::activities::create;
use federation::fetch::{self, Client};
use federation::{AcceptNeighbours, Instance, Settings, objects};
use http::{Request, StatusCode, header};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use storage::testing::Database;
use storage::{Store, accounts, actors, events, objects as registry, participations, tokens};
use tower::ServiceExt;
use url::Url;
use uuid::Uuid;

const TOKEN: &str = "abcdefghijklmnopqrstuvwxyz";

struct Desk {
    instance: Instance,
    router: Router,
    _database: Database,
}

fn noon() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().expect("a time")
}

fn url(text: &str) -> Url {
    text.parse().expect("a URL")
}

fn settings() -> Settings {
    Settings {
        base_url: url("https://nord.example"),
        handle: "nord".parse().expect("a handle"),
        name: "Nord".to_owned(),
        summary: Html::default(),
        language: Language::De,
        timezone: "Europe/Berlin".to_owned(),
        position: None,
        local: false,
        accept_neighbours: AcceptNeighbours::ByEditor,
        authorized_fetch: false,
        media: federation::media::Settings::below(&std::env::temp_dir().join("quartier-joining"), 0),
        version: "0.0.0".to_owned(),
        source_url: url("https://nord.example/source"),
    }
}

impl Desk {
    /// A quarter with an editor's token.
    async fn new() -> Self {
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
            language: Language::De,
            actor: None,
            created_at: noon(),
        };
        let mut tx = instance.store().write().await.expect("a transaction");
        accounts::insert(&mut tx, &account).await.expect("an account");
        let hash = digest(&SHA256, TOKEN.as_bytes());
        tokens::insert(&mut tx, hash.as_ref(), account.id, noon()).await.expect("a token");
        tx.commit().await.expect("a commit");
        Self { router: api::router(instance.clone()), instance, _database: database }
    }

    async fn post(&self, json: Value) -> (StatusCode, Option<String>) {
        let request = Request::post("/@nord/outbox").header(header::AUTHORIZATION, format!("Bearer {TOKEN}"));
        let request = request.body(Body::from(json.to_string())).expect("a request");
        let answer = self.router.clone().oneshot(request).await.expect("an answer");
        let location = answer.headers().get(header::LOCATION).and_then(|value| value.to_str().ok());
        (answer.status(), location.map(str::to_owned))
    }

    /// An actor of another server, and an event of its own that is known here.
    async fn elsewhere(&self) -> (Actor, Event) {
        let id = url("https://fern.example/anna");
        let below = |name: &str| url(&format!("{id}/{name}"));
        let told = json!({
            "id": id, "type": "Person", "preferredUsername": "anna", "name": "Anna", "inbox": below("inbox"),
            "publicKey": { "id": below("key"), "owner": id, "publicKeyPem": "" },
        });
        let anna = objects::actor::read(&told, noon()).expect("an actor");
        let event = Event {
            id: Uuid::now_v7(),
            url: below("events/1"),
            page: below("events/1"),
            author: anna.id,
            details: reading().details().clone(),
            state: Board::Published,
            source: None,
            uid: "1".to_owned(),
            sequence: 0,
            published_at: noon(),
            updated_at: noon(),
        };
        let mut tx = self.instance.store().write().await.expect("a transaction");
        actors::insert(&mut tx, &anna, None).await.expect("an actor");
        registry::claim(&mut tx, &event.url, event.id, "Event", &anna.url).await.expect("a claim");
        events::insert(&mut tx, &event, None).await.expect("an event");
        tx.commit().await.expect("a commit");
        (anna, event)
    }

    async fn state(&self, event: &Event, actor: &Actor) -> Option<State> {
        let mut tx = self.instance.store().read().await.expect("a transaction");
        participations::between(&mut tx, event.id, actor.id).await.expect("a query").map(|kept| kept.state)
    }

    /// What is said to `inbox`, in order.
    async fn said(&self) -> Vec<Value> {
        let mut tx = self.instance.store().read().await.expect("a transaction");
        let waiting = storage::deliveries::waiting(&mut tx, "fern.example", None, 99).await.expect("deliveries");
        waiting.iter().map(|one| serde_json::from_str(&one.body).expect("JSON")).collect()
    }
}

fn reading() -> Draft {
    let starts_at = noon() + SignedDuration::from_hours(24);
    let mut details = Details::new("Lesung", starts_at, starts_at + SignedDuration::from_hours(2), "Europe/Berlin");
    details.joining = Joining::ByApproval;
    Draft::new(details).expect("an event")
}

#[tokio::test]
async fn a_program_joins_an_event_elsewhere_and_leaves_it() {
    let desk = Desk::new().await;
    let (_, event) = desk.elsewhere().await;
    let join = json!({ "type": "Join", "object": event.url, "participationMessage": "Wir sind zu zweit" });
    let (status, first) = desk.post(join.clone()).await;
    assert_eq!(status, StatusCode::CREATED);
    assert_eq!(desk.state(&event, desk.instance.quarter()).await, Some(State::Asked));
    assert_eq!(desk.post(join).await, (StatusCode::CREATED, first.clone()), "asked once");
    let undo = json!({ "type": "Undo", "object": { "type": "Join", "id": first, "object": event.url } });
    assert_eq!(desk.post(undo.clone()).await.0, StatusCode::CREATED);
    assert_eq!(desk.state(&event, desk.instance.quarter()).await, Some(State::Left));
    assert_eq!(desk.post(undo).await.0, StatusCode::NOT_FOUND);
    assert_eq!(desk.post(json!({ "type": "Leave", "object": event.url })).await.0, StatusCode::NOT_FOUND);
    let said = desk.said().await;
    let kinds: Vec<&str> = said.iter().filter_map(|json| json["type"].as_str()).collect();
    assert_eq!(kinds, ["Join", "Leave"]);
    assert_eq!(said[0]["participationMessage"], "Wir sind zu zweit");
    assert_eq!((&said[1]["object"], &said[1]["to"]), (&json!(event.url), &json!(["https://fern.example/anna"])));
}

#[tokio::test]
async fn a_program_invites_to_an_event_of_its_own_actor_only() {
    let desk = Desk::new().await;
    let (anna, theirs) = desk.elsewhere().await;
    let ours = create::event(&desk.instance, desk.instance.quarter(), reading()).await.expect("an event");
    let (status, _) = desk.post(json!({ "type": "Invite", "object": ours.url, "target": anna.url })).await;
    assert_eq!(status, StatusCode::CREATED);
    assert_eq!(desk.state(&ours, &anna).await, Some(State::Invited));
    for (wrong, expected) in [
        (json!({ "type": "Invite", "object": ours.url }), StatusCode::BAD_REQUEST),
        (json!({ "type": "Invite", "target": anna.url }), StatusCode::BAD_REQUEST),
        (json!({ "type": "Invite", "object": theirs.url, "target": anna.url }), StatusCode::FORBIDDEN),
        (
            json!({ "type": "Invite", "object": ours.url, "target": desk.instance.quarter().url }),
            StatusCode::BAD_REQUEST,
        ),
        (json!({ "type": "Join", "object": "https://fern.example/nothing" }), StatusCode::NOT_FOUND),
    ] {
        assert_eq!(desk.post(wrong.clone()).await.0, expected, "{wrong}");
    }
}

#[tokio::test]
async fn one_of_ours_joins_an_event_of_ours_at_once() {
    let desk = Desk::new().await;
    let mut draft = reading().details().clone();
    (draft.joining, draft.capacity) = (Joining::Open, Some(1));
    let draft = Draft::new(draft).expect("a draft");
    let ours = create::event(&desk.instance, desk.instance.quarter(), draft).await.expect("an event");
    assert_eq!(desk.post(json!({ "type": "Join", "object": ours.url })).await.0, StatusCode::CREATED);
    assert_eq!(desk.state(&ours, desk.instance.quarter()).await, Some(State::Confirmed));
    assert_eq!(desk.post(json!({ "type": "Leave", "object": ours.url })).await.0, StatusCode::CREATED);
    assert_eq!(desk.state(&ours, desk.instance.quarter()).await, Some(State::Left));
}
