//! A quarter on a fresh database, asked as a browser asks.

use std::path::Path;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use domain::account::{Account, Role};
use domain::actor::{Actor, Kind, PublicKey};
use domain::clock::SteppedClock;
use domain::event::{Details, Draft, Event, State};
use domain::html::Html;
use domain::language::Language;
use federation::fetch::{self, Client};
use federation::{AcceptNeighbours, Editors, Instance, Replies, activities};
use http::header::{ACCEPT_LANGUAGE, CONTENT_TYPE, COOKIE, HOST, LOCATION, ORIGIN, SET_COOKIE};
use http::{HeaderMap, Request, StatusCode};
use jiff::{SignedDuration, Timestamp};
use storage::Store;
use storage::letters::Letter;
use storage::testing::Database;
use tempfile::TempDir;
use tower::ServiceExt;
use url::Url;
use uuid::Uuid;

pub(crate) const BASE: &str = "https://nord.example";

pub(crate) struct TestQuarter {
    pub(crate) instance: Instance,
    pub(crate) clock: SteppedClock,
    pub(crate) router: Router,
    cookie: Option<String>,
    _database: Database,
    _folder: TempDir,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: impl http::header::AsHeaderName) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("a plain header"))
    }

    pub(crate) fn location(&self) -> &str {
        self.header(LOCATION)
    }
}

/// Sunday noon in Berlin.
pub(crate) fn noon() -> Timestamp {
    "2026-11-22T11:00:00Z".parse().expect("a time")
}

pub(crate) fn url(text: &str) -> Url {
    text.parse().expect("a URL")
}

impl TestQuarter {
    pub(crate) async fn new() -> Self {
        Self::at(BASE).await
    }

    pub(crate) async fn at(base: &str) -> Self {
        Self::with(base, |_| {}).await
    }

    /// A quarter with other settings.
    pub(crate) async fn with(base: &str, change: impl FnOnce(&mut federation::Settings)) -> Self {
        let database = storage::testing::sqlite();
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(&database.url).await.expect("a store");
        let clock = SteppedClock::at(noon());
        let reach = fetch::Settings {
            local: base.starts_with("http://"),
            private_networks: Vec::new(),
            extra_ca: None,
            user_agent: "test".into(),
            timeout: Duration::from_secs(5),
        };
        let client = Client::new(&reach, clock.clock()).expect("a client");
        let mut settings = settings(base, folder.path());
        change(&mut settings);
        let instance = Instance::start(settings, store, clock.clock(), client).await.expect("an instance");
        let router = web::router(web::App::new(instance.clone(), pages()));
        Self { instance, clock, router, cookie: None, _database: database, _folder: folder }
    }

    /// The same quarter before it is open, where nobody has said anything; `change` may.
    pub(crate) fn closed(mut self, change: impl FnOnce(&mut web::Setup)) -> Self {
        let mut setup = web::Setup { is_closed: true, needs_imprint: true, ..web::Setup::default() };
        change(&mut setup);
        let pages = web::Settings { imprint: web::Imprint::default(), setup, ..pages() };
        self.router = web::router(web::App::new(self.instance.clone(), pages));
        self
    }

    /// The same quarter with other settings of its pages.
    pub(crate) fn pages(mut self, change: impl FnOnce(&mut web::Settings)) -> Self {
        let mut pages = pages();
        change(&mut pages);
        self.router = web::router(web::App::new(self.instance.clone(), pages));
        self
    }

    /// What is kept of what its people said.
    pub(crate) async fn said(&self, key: &str) -> Option<String> {
        let mut tx = self.instance.store().read().await.expect("a transaction");
        storage::settings::all(&mut tx).await.expect("settings").remove(key)
    }

    /// The same quarter for somebody with a session.
    pub(crate) async fn signed_in(mut self, role: Role) -> Self {
        let account = self.account("mira", role).await;
        self.enter(&account).await;
        self
    }

    pub(crate) async fn account(&self, name: &str, role: Role) -> Account {
        let account = Account {
            id: Uuid::now_v7(),
            email: format!("{name}@nord.example").parse().expect("an address"),
            name: name.to_owned(),
            role,
            language: Language::DE,
            actor: None,
            created_at: noon(),
            suspended_at: None,
        };
        let mut tx = self.instance.store().write().await.expect("a transaction");
        storage::accounts::insert(&mut tx, &account).await.expect("an account");
        tx.commit().await.expect("a commit");
        account
    }

    /// Signs in by a link, as the command line prints it.
    pub(crate) async fn enter(&mut self, account: &Account) {
        let mut tx = self.instance.store().write().await.expect("a transaction");
        let base = &self.instance.settings().base_url;
        let lifetime = SignedDuration::from_mins(15);
        let now = self.instance.clock().now();
        let link = web::sign_in_link(&mut tx, base, account, now, lifetime).await.expect("a link");
        tx.commit().await.expect("a commit");
        let path = url(&link).path().to_owned();
        let answer = self.post(&path, &[]).await;
        self.keep_cookie(&answer);
    }

    pub(crate) fn keep_cookie(&mut self, answer: &Answer) {
        let cookie = answer.header(SET_COOKIE).split(';').next().expect("a cookie");
        self.cookie = Some(cookie.to_owned());
    }

    /// Takes on another's session, or none, and gives the one from before.
    pub(crate) fn swap_cookie(&mut self, cookie: Option<String>) -> Option<String> {
        std::mem::replace(&mut self.cookie, cookie)
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask(Request::get(path).header(HOST, "nord.example")).await
    }

    pub(crate) async fn get_in(&self, language: &str, path: &str) -> Answer {
        self.ask(Request::get(path).header(HOST, "nord.example").header(ACCEPT_LANGUAGE, language)).await
    }

    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let request = Request::post(path).header(HOST, "nord.example").header(ORIGIN, BASE);
        self.send(request, fields).await
    }

    pub(crate) async fn ask(&self, request: http::request::Builder) -> Answer {
        self.answer(request, Body::empty()).await
    }

    pub(crate) async fn send(&self, request: http::request::Builder, fields: &[(&str, &str)]) -> Answer {
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(fields);
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.answer(request, Body::from(body.finish())).await
    }

    pub(crate) async fn answer(&self, request: http::request::Builder, body: Body) -> Answer {
        let (status, headers, body) = self.bytes(request, body).await;
        Answer { status, headers, body: String::from_utf8_lossy(&body).into_owned() }
    }

    /// An answer that need not be text.
    pub(crate) async fn bytes(
        &self,
        mut request: http::request::Builder,
        body: Body,
    ) -> (StatusCode, http::HeaderMap, axum::body::Bytes) {
        if let Some(cookie) = &self.cookie {
            request = request.header(COOKIE, cookie);
        }
        let request = request.body(body).expect("a request");
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.expect("a body");
        (parts.status, parts.headers, body)
    }

    /// The letters written since the last time.
    pub(crate) async fn letters(&self) -> Vec<Letter> {
        let mut tx = self.instance.store().write().await.expect("a transaction");
        let now = self.instance.clock().now();
        let later = now + SignedDuration::from_hours(1000);
        let letters = storage::letters::claim(&mut tx, now, later, 99).await.expect("letters");
        tx.commit().await.expect("a commit");
        letters.into_iter().map(|queued| queued.letter).collect()
    }

    /// Publishes an event of the quarter, `hours` from noon on.
    pub(crate) async fn event(&self, name: &str, hours: i64, change: impl FnOnce(&mut Details)) -> Event {
        let draft = Draft::new(details(name, hours, change)).expect("a draft");
        activities::create::event(&self.instance, self.instance.quarter(), draft).await.expect("an event")
    }

    /// Keeps an event of another server as if it had been received.
    pub(crate) async fn remote_event(
        &self,
        author: &Actor,
        name: &str,
        hours: i64,
        change: impl FnOnce(&mut Details),
    ) -> Event {
        let id = Uuid::now_v7();
        let address = url(&format!("https://{}/events/{id}", author.host));
        let event = Event {
            id,
            url: address.clone(),
            page: address.clone(),
            author: author.id,
            details: details(name, hours, change),
            state: State::Published,
            source: None,
            uid: address.to_string(),
            sequence: 0,
            published_at: noon(),
            updated_at: noon(),
        };
        let mut tx = self.instance.store().write().await.expect("a transaction");
        storage::objects::claim(&mut tx, &address, id, "Event", &author.url).await.expect("a claim");
        storage::events::insert(&mut tx, &event, None).await.expect("an event");
        tx.commit().await.expect("a commit");
        event
    }

    /// An actor of another server; with `neighbour` as an established neighbouring quarter.
    pub(crate) async fn remote(&self, name: &str, host: &str, neighbour: bool) -> Actor {
        let at = |path: &str| url(&format!("https://{host}{path}"));
        let actor = Actor {
            id: Uuid::now_v7(),
            url: at("/@quartier"),
            kind: Kind::Group,
            part: None,
            handle: "quartier".into(),
            host: host.parse().expect("a host"),
            name: name.to_owned(),
            summary: Html::default(),
            page: at("/@quartier"),
            inbox: at("/inbox"),
            shared_inbox: None,
            outbox: None,
            followers: Some(at("/followers")),
            key: Some(PublicKey { id: at("/@quartier#key"), pem: String::new() }),
            assertion_keys: Vec::new(),
            created_at: noon(),
            updated_at: noon(),
            deleted_at: None,
        };
        let mut tx = self.instance.store().write().await.expect("a transaction");
        storage::actors::insert(&mut tx, &actor, None).await.expect("an actor");
        if neighbour {
            self.befriend(&mut tx, &actor).await;
        }
        tx.commit().await.expect("a commit");
        actor
    }

    async fn befriend(&self, tx: &mut storage::Tx, other: &Actor) {
        let quarter = self.instance.quarter().id;
        storage::neighbours::insert(tx, other.id, noon()).await.expect("a neighbour");
        for (follower, followed) in [(quarter, other.id), (other.id, quarter)] {
            let activity = url(&format!("https://{}/follows/{followed}", other.host));
            let follow =
                storage::follows::Follow { follower, followed, activity, requested_at: noon(), accepted_at: None };
            storage::follows::insert(tx, &follow).await.expect("a follow");
            storage::follows::accept(tx, follower, followed, noon()).await.expect("an accept");
        }
    }
}

fn details(name: &str, hours: i64, change: impl FnOnce(&mut Details)) -> Details {
    let start = noon() + SignedDuration::from_hours(hours);
    let mut details = Details::new(name, start, start + SignedDuration::from_hours(2), "Europe/Berlin");
    change(&mut details);
    details
}

fn pages() -> web::Settings {
    let imprint = web::Imprint {
        operator: Some("Nachbarschaftsverein Nordstadt e. V.".into()),
        street: Some("Nordmarkt 1".into()),
        town: Some("45881 Musterstadt".into()),
        email: Some("redaktion@nord.example".into()),
        phone: Some("0209 169-6666".into()),
        ..web::Imprint::default()
    };
    web::Settings {
        imprint,
        source_url: "https://nord.example/source".into(),
        mail_configured: true,
        processors: [("mail", "post.example"), ("database", "daten.example")]
            .map(|(task, host)| web::Processor { task, host: host.into() })
            .into(),
        trusted_proxies: vec!["127.0.0.0/8".parse().expect("a network")],
        ..web::Settings::default()
    }
}

fn settings(base: &str, folder: &Path) -> federation::Settings {
    federation::Settings {
        base_url: url(base),
        handle: "nordstadt".parse().expect("a handle"),
        name: "Nordstadt".into(),
        summary: Html::from_text(
            "Was in der Nordstadt los ist: Termine, Nachrichten und Menschen zwischen Nordmarkt und Kanal.",
        ),
        language: Language::DE,
        languages: Language::ALL.to_vec(),
        manner: domain::voice::Manner::default(),
        timezone: "Europe/Berlin".into(),
        position: None,
        land: None,
        local: base.starts_with("http://"),
        authorized_fetch: false,
        accept_neighbours: AcceptNeighbours::ByEditor,
        replies: Replies::Held,
        people: federation::People::default(),
        editors: Editors::default(),
        media: federation::media::Settings::below(folder, 1_000_000),
        version: "0.1.0".into(),
        source_url: url("https://nord.example/source"),
    }
}
