//! Registrations in both databases.

use domain::actor::Part;
use domain::event::Event;

use super::*;
use crate::samples::{event, hours, known, noon, stores};
use crate::{events, objects, participations};

async fn party(tx: &mut Tx) -> Event {
    let ours = known(tx, "nord", Some(Part::Quarter)).await;
    let party = event(tx, &ours, "Straßenfest", 48).await;
    events::insert(tx, &party, None).await.expect("an insert");
    party
}

fn ruth(event: &Event) -> Registration {
    Registration {
        id: Uuid::now_v7(),
        event: event.id,
        account: None,
        way: Way::Form,
        state: State::Unconfirmed,
        wish: Wish {
            name: "Ruth".into(),
            email: "ruth@fern.example".parse().ok(),
            phone: None,
            persons: 3,
            note: Some("Ohne Nüsse".into()),
        },
        language: Language::DE,
        place: Uuid::now_v7(),
        call: None,
        created_at: noon(),
        changed_at: noon(),
        reminded_at: None,
    }
}

#[tokio::test]
async fn a_registration_counts_its_persons_once_it_is_confirmed() {
    for (_database, store) in stores().await {
        let mut tx = store.write().await.expect("a transaction");
        let party = party(&mut tx).await;
        let mut ruth = ruth(&party);
        let email = ruth.wish.email.clone().expect("a mailbox");
        put(&mut tx, &ruth).await.expect("an insert");
        assert_eq!(by_email(&mut tx, party.id, &email).await.expect("a query"), Some(ruth.clone()));
        assert_eq!(unconfirmed(&mut tx, party.id).await.expect("a count"), 1);
        assert!(of_event(&mut tx, party.id).await.expect("a list").is_empty());
        assert_eq!(
            participations::count(&mut tx, party.id).await.expect("counts"),
            domain::participation::Counts::default()
        );
        (ruth.state, ruth.call) = (State::Confirmed, Some(Call::Seat));
        put(&mut tx, &ruth).await.expect("a change");
        assert_eq!(of_event(&mut tx, party.id).await.expect("a list"), std::slice::from_ref(&ruth));
        assert_eq!(participations::count(&mut tx, party.id).await.expect("counts").confirmed, 3);
        let somebody = of_person(&mut tx, Uuid::now_v7(), &email).await.expect("a list");
        assert_eq!(somebody, std::slice::from_ref(&ruth));
        add_link(&mut tx, ruth.id, b"secret", noon()).await.expect("an insert");
        assert_eq!(by_link(&mut tx, b"secret").await.expect("a query"), Some(ruth.clone()));
        assert!(remove(&mut tx, ruth.id).await.expect("a removal"));
        assert!(!remove(&mut tx, ruth.id).await.expect("a removal"), "once");
        assert_eq!(by_link(&mut tx, b"secret").await.expect("a query"), None, "the link is gone with it");
    }
}

#[tokio::test]
async fn the_queue_keeps_its_order_and_time_ends_everything() {
    for (_database, store) in stores().await {
        let mut tx = store.write().await.expect("a transaction");
        let party = party(&mut tx).await;
        let first = Registration { state: State::Queued, ..ruth(&party) };
        let mut second = Registration { state: State::Queued, ..ruth(&party) };
        second.wish.email = None;
        for one in [&second, &first] {
            put(&mut tx, one).await.expect("an insert");
        }
        assert_eq!(first_in_queue(&mut tx, party.id).await.expect("a query"), Some(first.clone()));
        assert_eq!(by_id(&mut tx, second.id).await.expect("a query"), Some(second));
        let lost = Registration { wish: Wish { email: None, ..first.wish.clone() }, ..ruth(&party) };
        put(&mut tx, &lost).await.expect("an insert");
        assert_eq!(prune_unconfirmed(&mut tx, noon()).await.expect("a removal"), 0);
        assert_eq!(prune_unconfirmed(&mut tx, noon() + hours(1)).await.expect("a removal"), 1);
        assert_eq!(prune(&mut tx, party.details.ends_at).await.expect("a removal"), 0);
        assert_eq!(prune(&mut tx, party.details.ends_at + hours(1)).await.expect("a removal"), 2);
    }
}

#[tokio::test]
async fn who_has_a_seat_is_reminded_once() {
    for (_database, store) in stores().await {
        let mut tx = store.write().await.expect("a transaction");
        let party = party(&mut tx).await;
        let ruth = Registration { state: State::Confirmed, ..ruth(&party) };
        put(&mut tx, &ruth).await.expect("an insert");
        let start = party.details.starts_at;
        let at = |before: i64| (start - hours(before), start - hours(before) + hours(24));
        let (early, late) = (at(25), at(20));
        assert!(to_remind(&mut tx, early.0, early.1, 9).await.expect("a list").is_empty());
        assert_eq!(to_remind(&mut tx, late.0, late.1, 9).await.expect("a list"), std::slice::from_ref(&ruth));
        assert!(mark_reminded(&mut tx, ruth.id, late.0).await.expect("an update"));
        assert!(!mark_reminded(&mut tx, ruth.id, late.0).await.expect("an update"));
        assert!(to_remind(&mut tx, late.0, late.1, 9).await.expect("a list").is_empty());
        remind_again(&mut tx, party.id).await.expect("an update");
        let fresh = Registration { changed_at: start - hours(3), reminded_at: None, ..ruth };
        put(&mut tx, &fresh).await.expect("a change");
        assert!(to_remind(&mut tx, late.0, late.1, 9).await.expect("a list").is_empty(), "who came today knows");
    }
}

#[tokio::test]
async fn what_was_told_is_kept_until_the_event_is_gone() {
    for (_database, store) in stores().await {
        let mut tx = store.write().await.expect("a transaction");
        let party = party(&mut tx).await;
        assert_eq!(news_of(&mut tx, party.id).await.expect("a query"), None);
        let told = News { event: party.id, known: "{}".into(), told_at: noon(), due_at: None };
        put_news(&mut tx, &told).await.expect("an insert");
        assert!(due_news(&mut tx, noon() + hours(9), 9).await.expect("a list").is_empty());
        let due = News { due_at: Some(noon() + hours(1)), ..told };
        put_news(&mut tx, &due).await.expect("a change");
        assert_eq!(news_of(&mut tx, party.id).await.expect("a query"), Some(due));
        assert!(due_news(&mut tx, noon(), 9).await.expect("a list").is_empty());
        assert_eq!(due_news(&mut tx, noon() + hours(1), 9).await.expect("a list"), [party.id]);
        objects::forget(&mut tx, party.id).await.expect("a removal");
        assert_eq!(news_of(&mut tx, party.id).await.expect("a query"), None);
    }
}
