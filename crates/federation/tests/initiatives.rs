//! Initiatives: what they say of themselves reaches those who follow them, and one that is closed is gone everywhere.
#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

mod support;

use domain::account::{Account, Membership, Role};
use domain::actor::Actor;
use domain::html::Html;
use domain::language::Language;
use domain::profile::{Draft, Facts};
use federation::activities::create;
use federation::initiatives;
use http::Method;
use serde_json::{Value, json};
use storage::{accounts, actors, decisions, posts, profiles, sources, testing};
use support::peer::Peer;
use support::{TestQuarter, clock, note, until};
use uuid::Uuid;

/// A choir, and a server from which `alice` follows it, on each database.
async fn followed_on_each() -> Vec<(TestQuarter, Actor, Peer)> {
    let clock = clock();
    let mut scenes = Vec::new();
    for database in testing::all() {
        let quarter = TestQuarter::new("nord", &clock, database).await;
        let handle = "chor".parse().expect("a handle");
        let choir = initiatives::create(&quarter.instance, "Chor", &handle, Html::default()).await;
        let choir = choir.expect("an initiative");
        let peer = Peer::new("anderswo", &clock).await;
        let follow = peer.activity(1, "Follow", json!(choir.url));
        assert_eq!(peer.send(&quarter, &follow).await.status, 202);
        until("it follows", async || sent(&peer, "Accept").is_some()).await;
        scenes.push((quarter, choir, peer));
    }
    scenes
}

/// The first of this kind that the peer was sent since the last time.
fn sent(peer: &Peer, kind: &str) -> Option<Value> {
    all_sent(peer).into_iter().find(|json| json["type"] == kind)
}

fn all_sent(peer: &Peer) -> Vec<Value> {
    let posted = peer.take_asked().into_iter().filter(|asked| asked.method == Method::POST);
    posted.filter_map(|asked| serde_json::from_slice(&asked.body).ok()).collect()
}

fn draft() -> Draft {
    let facts = Facts {
        purpose: Some("Wir singen & lachen <laut>.".into()),
        lines: [("meetings".to_owned(), "jeden 1. Dienstag".to_owned())].into(),
        website: "https://chor.example/?a=1&b=%22".parse().ok(),
        ..Facts::default()
    };
    Draft::new("Kiezchor", Html::from_text("Seit 1987."), facts).expect("a draft")
}

#[tokio::test]
async fn followers_are_told_what_an_initiative_says_of_itself() {
    for (quarter, choir, peer) in followed_on_each().await {
        initiatives::change(&quarter.instance, choir.id, &draft()).await.expect("a change");
        let mut told = None;
        until("the change is told", async || {
            told = told.take().or_else(|| sent(&peer, "Update"));
            told.is_some()
        })
        .await;
        let object = told.expect("an update")["object"].take();
        assert_eq!((&object["id"], &object["name"]), (&json!(choir.url), &json!("Kiezchor")));
        assert_eq!(object["summary"], "<p>Wir singen &amp; lachen &lt;laut&gt;.</p><p>Seit 1987.</p>");
        let fields = object["attachment"].as_array().expect("fields");
        assert_eq!(fields.len(), 2, "what nobody filled in is not told: {fields:?}");
        let meetings = json!({ "type": "PropertyValue", "name": "Wann wir uns treffen", "value": "jeden 1. Dienstag" });
        assert_eq!(fields[0], meetings);
        let link = fields[1]["value"].as_str().expect("a link");
        assert!(link.starts_with("<a href=\"https://chor.example/?a=1&amp;b=%22\" rel=\"me "), "{link}");

        initiatives::change(&quarter.instance, choir.id, &draft()).await.expect("the same again");
        let (_, at) = profiles::of(&mut quarter.read().await, choir.id).await.expect("a query").expect("facts");
        let kept = actors::by_id(&mut quarter.read().await, choir.id).await.expect("a query").expect("the choir");
        assert_eq!((at, kept.updated_at > choir.updated_at), (kept.updated_at, true));
        assert!(sent(&peer, "Update").is_none(), "who says the same again changes nothing");
    }
}

#[tokio::test]
async fn an_initiative_is_closed_everywhere_and_its_handle_stays_taken() {
    for (quarter, choir, peer) in followed_on_each().await {
        let account = Account {
            id: Uuid::now_v7(),
            email: "nora@nord.example".parse().expect("an address"),
            name: "Nora".to_owned(),
            role: Role::Member,
            language: Language::DE,
            actor: None,
            created_at: quarter.instance.clock().now(),
            suspended_at: None,
        };
        let calendar = "https://chor.example/k.ics".parse().expect("a URL");
        let mut tx = quarter.instance.store().write().await.expect("a transaction");
        accounts::insert(&mut tx, &account).await.expect("an account");
        accounts::set_membership(&mut tx, choir.id, account.id, Membership::Speaker).await.expect("a membership");
        sources::add(&mut tx, &calendar, "Proben", choir.id, true).await.expect("a calendar");
        tx.commit().await.expect("a commit");
        initiatives::change(&quarter.instance, choir.id, &draft()).await.expect("a change");
        let post = create::post(&quarter.instance, &choir, note("Heute Probe")).await.expect("a post");

        initiatives::close(&quarter.instance, choir.id, "Mira").await.expect("it is closed");
        let mut left = false;
        until("its leaving is told", async || {
            left |= all_sent(&peer).iter().any(|json| json["type"] == "Delete" && json["object"] == json!(choir.url));
            left
        })
        .await;
        let mut tx = quarter.read().await;
        assert_eq!(posts::by_id(&mut tx, post.id).await.expect("a query"), None);
        assert_eq!(profiles::of(&mut tx, choir.id).await.expect("a query"), None);
        assert!(sources::all(&mut tx).await.expect("calendars").is_empty(), "nothing is read in for it any more");
        let rights = accounts::rights(&mut tx, account.id).await.expect("a query").expect("the account");
        assert!(rights.memberships.is_empty());
        let log = decisions::latest(&mut tx, 9).await.expect("the log");
        assert_eq!((log[0].who.as_str(), log[0].what.as_str()), ("Mira", "close-initiative"));
        drop(tx);
        let again = initiatives::close(&quarter.instance, choir.id, "Mira").await;
        assert!(matches!(again, Err(federation::Error::NotFound)), "{again:?}");
        let handle = "chor".parse().expect("a handle");
        assert!(initiatives::create(&quarter.instance, "Chor", &handle, Html::default()).await.is_err());
        let quarter_itself = quarter.instance.quarter().id;
        assert!(initiatives::close(&quarter.instance, quarter_itself, "Mira").await.is_err());
    }
}
