//! What storage's tests put into the databases.

use domain::actor::{Actor, Part, PublicKey};
use domain::event::{self, Details, Event};
use domain::html::Html;
use domain::post::{self, Post};
use jiff::{SignedDuration, Timestamp};
use url::Url;
use uuid::Uuid;

use crate::testing::{self, Database};
use crate::{Store, Tx, actors, objects};

/// An open store on each database; the first of the pair keeps it alive.
pub(crate) async fn stores() -> Vec<(Database, Store)> {
    let mut stores = Vec::new();
    for database in testing::all() {
        let store = Store::open(&database.url).await.expect("an open store");
        stores.push((database, store));
    }
    stores
}

/// Sunday, 22 November 2026, noon in UTC.
pub(crate) fn noon() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().expect("a time")
}

pub(crate) fn hours(hours: i64) -> SignedDuration {
    SignedDuration::from_hours(hours)
}

fn url(text: &str) -> Url {
    text.parse().expect("a URL")
}

/// An actor of ours on `nord.example`, or of `HANDLE.example` where `part` is none.
pub(crate) fn actor(handle: &str, part: Option<Part>) -> Actor {
    let host = if part.is_some() { "nord.example".to_owned() } else { format!("{handle}.example") };
    let id = url(&format!("https://{host}/@{handle}"));
    Actor {
        id: Uuid::now_v7(),
        kind: domain::actor::Kind::Group,
        part,
        handle: handle.to_owned(),
        host: host.parse().expect("a host"),
        name: handle.to_owned(),
        summary: Html::default(),
        page: id.clone(),
        inbox: url(&format!("{id}/inbox")),
        shared_inbox: Some(url(&format!("https://{host}/inbox"))),
        outbox: Some(url(&format!("{id}/outbox"))),
        followers: Some(url(&format!("{id}/followers"))),
        key: Some(PublicKey { id: url(&format!("{id}#main-key")), pem: "PEM".into() }),
        assertion_keys: Vec::new(),
        created_at: noon(),
        updated_at: noon(),
        deleted_at: None,
        url: id,
    }
}

/// An actor that is in the database.
pub(crate) async fn known(tx: &mut Tx, handle: &str, part: Option<Part>) -> Actor {
    let actor = actor(handle, part);
    actors::insert(tx, &actor, None).await.expect("an insert");
    actor
}

/// An event of `author`, `offset` hours from noon on, two hours long, registered but not inserted.
pub(crate) async fn event(tx: &mut Tx, author: &Actor, name: &str, offset: i64) -> Event {
    let starts_at = noon() + hours(offset);
    let id = Uuid::now_v7();
    let address = url(&format!("https://{}/events/{id}", author.host));
    objects::claim(tx, &address, id, "Event", &author.url).await.expect("a claim");
    Event {
        id,
        page: address.clone(),
        author: author.id,
        details: Details::new(name, starts_at, starts_at + hours(2), "Europe/Berlin"),
        state: event::State::Published,
        source: None,
        uid: address.to_string(),
        sequence: 0,
        published_at: noon(),
        updated_at: noon(),
        url: address,
    }
}

/// A note of `author`, `offset` hours from noon on, registered but not inserted.
pub(crate) async fn note(tx: &mut Tx, author: &Actor, text: &str, offset: i64) -> Post {
    let id = Uuid::now_v7();
    let address = url(&format!("https://{}/posts/{id}", author.host));
    objects::claim(tx, &address, id, "Note", &author.url).await.expect("a claim");
    Post {
        id,
        page: address.clone(),
        author: author.id,
        details: post::Details::typed("", text, domain::language::Language::DE),
        published_at: noon() + hours(offset),
        updated_at: noon() + hours(offset),
        url: address,
    }
}

/// An account that is not in the database.
pub(crate) fn account(name: &str, role: domain::account::Role) -> domain::account::Account {
    domain::account::Account {
        id: Uuid::now_v7(),
        email: format!("{name}@nord.example").parse().expect("an address"),
        name: name.to_owned(),
        role,
        language: domain::language::Language::DE,
        actor: None,
        created_at: noon(),
        suspended_at: None,
    }
}

/// An activity of `actor` about an object of its own, not inserted.
pub(crate) fn activity(actor: &Actor, kind: &str) -> crate::activities::Activity {
    let id = Uuid::now_v7();
    crate::activities::Activity {
        id,
        url: url(&format!("https://{}/activities/{id}", actor.host)),
        kind: kind.to_owned(),
        actor: actor.id,
        object: url(&format!("https://{}/posts/{id}", actor.host)),
        body: "{}".into(),
        listed: true,
        published_at: noon(),
    }
}
