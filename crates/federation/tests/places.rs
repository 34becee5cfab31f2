//! Places of the directory on the wire, and what a change of one tells the followers of its events.
#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

mod support;

use domain::access::{Answer, Value as Width};
use domain::directory::{Draft, Facts, Kind, Listing};
use domain::event;
use domain::place::{Place, Position};
use federation::activities::create;
use federation::places;
use http::header::ACCEPT;
use http::{HeaderMap, HeaderValue, StatusCode};
use serde_json::{Value, json};
use storage::{events, testing};
use support::peer::Peer;
use support::{TestQuarter, clock, event, until};

fn house(answer: Answer) -> Draft {
    let mut facts =
        Facts { street: Some("Am Teich 3".into()), hours: Some("Mo 10:00-12:00".into()), ..Facts::default() };
    facts.access.insert("step_free".into(), answer);
    facts.access.insert("door_cm".into(), Width::Centimetres(90));
    let kind = Kind::from_name("community").expect("a kind");
    let position = Position::new(51.5, 7.25);
    Draft::new(Listing { name: "Bürgerhaus".into(), kind, position, keeper: None, facts }).expect("a draft")
}

/// An event that names a place.
fn party(place: Place) -> event::Draft {
    let mut details = event("Lichterfest").details().clone();
    details.place = Some(place);
    event::Draft::new(details).expect("a draft")
}

fn updates(peer: &Peer) -> Vec<Value> {
    let bodies = peer.take_asked().into_iter().filter_map(|asked| serde_json::from_slice(&asked.body).ok());
    bodies.filter(|json: &Value| json["type"] == "Update").collect()
}

#[tokio::test]
async fn a_change_of_a_place_reaches_the_followers_of_its_events_and_only_those_that_say_something_else() {
    let clock = clock();
    for database in testing::all() {
        let quarter = TestQuarter::new("nord", &clock, database).await;
        let author = quarter.instance.quarter();
        let peer = Peer::new("anderswo", &clock).await;
        let follow = peer.activity(1, "Follow", json!(author.url));
        assert_eq!(peer.send(&quarter, &follow).await.status, 202);
        let entry = places::create(&quarter.instance, &house(Answer::Partly), None).await.expect("a place");
        let named = party(Place::named("Bürgerhaus"));
        let kept = create::event(&quarter.instance, author, named).await.expect("an event");
        assert_eq!(kept.details.place.as_ref().and_then(|place| place.id), Some(entry.id));
        let there = create::event(&quarter.instance, author, party(Place::named("Rathaus"))).await.expect("an event");
        assert_eq!(there.details.place.and_then(|place| place.id), None);
        let gone = Place { id: Some(uuid::Uuid::nil()), ..Place::named("Rathaus") };
        let unknown = create::event(&quarter.instance, author, party(gone)).await.expect("an event");
        assert_eq!(unknown.details.place.and_then(|place| place.id), None, "a place that nobody knows");

        places::change(&quarter.instance, entry.id, &house(Answer::Yes), None).await.expect("a change");
        let mut told = Vec::new();
        until("the change is told", async || {
            told.extend(updates(&peer));
            !told.is_empty()
        })
        .await;
        let object = &told.first().expect("an update")["object"];
        assert_eq!(object["id"], json!(kept.url));
        assert_eq!(object["location"]["id"], json!(quarter.instance.url("/places/buergerhaus")));
        assert_eq!(object["location"]["latitude"], 51.5);
        let attached = object["attachment"].as_array().expect("a list");
        let wheelchair = attached.iter().find(|one| one["propertyID"] == "mz:accessibility:wheelchairAccessible");
        assert_eq!(wheelchair.expect("a fact")["value"], "fully");
        let again = events::by_id(&mut quarter.read().await, kept.id).await.expect("a query").expect("an event");
        assert_eq!(again.details.effective_access().answer("step_free"), Some(Answer::Yes));
        assert!(again.details.access.is_empty(), "the event itself says nothing");

        places::change(&quarter.instance, entry.id, &house(Answer::Yes), None).await.expect("the same again");
        let same = events::by_id(&mut quarter.read().await, kept.id).await.expect("a query").expect("an event");
        assert_eq!(same.sequence, again.sequence, "who says the same again changes nothing");
    }
}

#[tokio::test]
async fn a_place_has_one_address_for_people_and_programs() {
    let clock = clock();
    let quarter = TestQuarter::new("nord", &clock, testing::sqlite()).await;
    let peer = Peer::new("anderswo", &clock).await;
    let entry = places::create(&quarter.instance, &house(Answer::Yes), None).await.expect("a place");
    let url = quarter.instance.url("/places/buergerhaus");
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static("application/activity+json"));
    assert_eq!(peer.get(&url, headers.clone()).await.0, StatusCode::OK);
    let client = quarter.instance.client();
    let document = client.get_document(&url, |_| HeaderMap::new()).await.expect("a document").json;
    assert_eq!((&document["type"], &document["id"]), (&json!("Place"), &json!(url)));
    assert_eq!(document["address"]["streetAddress"], "Am Teich 3");
    let facts = document["attachment"].as_array().expect("facts");
    let values: Vec<_> = facts.iter().map(|fact| (fact["propertyID"].as_str(), fact["value"].as_str())).collect();
    assert_eq!(
        values,
        [
            (Some("mz:accessibility:wheelchairAccessible"), Some("fully")),
            (Some("access:door_cm"), Some("90")),
            (Some("openingHours"), Some("Mo 10:00-12:00")),
        ]
    );
    places::remove(&quarter.instance, entry.id).await.expect("a removal");
    assert_eq!(peer.get(&url, headers).await.0, StatusCode::GONE);
    let again = places::create(&quarter.instance, &house(Answer::Yes), None).await.expect("a place");
    assert_eq!(again.slug, "buergerhaus-2", "an address is never given again");
}
