//! Stories of registering: one count of seats and one queue for forms, calls and the fediverse, and what people are told.
#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

mod support;

use domain::actor::Actor;
use domain::clock::SteppedClock;
use domain::event::{Details, Draft, Event, Joining};
use domain::language::Language;
use domain::participation::{self, Counts};
use domain::place::Place;
use domain::registration::{Call, Form, Reach, Registration, State, Typed, Wish};
use federation::activities::{delete, update};
use federation::registrations::{self, Outcome};
use federation::{initiatives, members, participations as seats};
use jiff::SignedDuration;
use storage::letters::Queued;
use storage::participations;
use support::people::People;
use support::{TestQuarter, clock, event};
use uuid::Uuid;

/// One quarter on each database, with the hand on its clock.
async fn quarters() -> Vec<(TestQuarter, SteppedClock)> {
    let mut quarters = Vec::new();
    for database in storage::testing::all() {
        let clock = clock();
        quarters.push((TestQuarter::new("nord", &clock, database).await, clock));
    }
    quarters
}

/// An event with so many seats for which one can register.
async fn course(quarter: &TestQuarter, seats: u32, change: impl FnOnce(&mut Form)) -> Event {
    let mut details = event("Kurs").details().clone();
    details.joining = Joining::Open;
    let draft = Draft::new(details).expect("a draft");
    let author = quarter.instance.quarter();
    let event = federation::activities::create::event(&quarter.instance, author, draft).await.expect("an event");
    let mut form = Form { is_open: true, ..Form::default() };
    change(&mut form);
    registrations::set_form(&quarter.instance, event.id, (form, Some(seats))).await.expect("settings");
    letters(quarter).await;
    now(quarter, event.id).await
}

async fn now(quarter: &TestQuarter, event: Uuid) -> Event {
    storage::events::by_id(&mut quarter.read().await, event).await.expect("a query").expect("an event")
}

fn wish(name: &str, persons: u32) -> Wish {
    let (email, persons) = (format!("{name}@fern.example"), persons.to_string());
    Wish::new(Typed { name, email: &email, persons: &persons, ..Typed::default() }, 20, Reach::Mailbox).expect("a wish")
}

/// Somebody without a mailbox.
fn caller(name: &str, persons: u32) -> Wish {
    Wish { email: None, phone: Some("0209 1696".into()), ..wish(name, persons) }
}

async fn take(quarter: &TestQuarter, event: &Event, wish: Wish) -> Outcome {
    let mut tx = quarter.instance.store().write().await.expect("a transaction");
    let outcome = registrations::take(&mut tx, &quarter.instance, event.id, (wish, Language::DE)).await;
    tx.commit().await.expect("a commit");
    outcome.expect("an answer")
}

async fn add(quarter: &TestQuarter, event: &Event, wish: Wish) -> State {
    let mut tx = quarter.instance.store().write().await.expect("a transaction");
    let state = registrations::add(&mut tx, &quarter.instance, event.id, (wish, Language::DE)).await;
    tx.commit().await.expect("a commit");
    state.expect("an answer")
}

async fn of(quarter: &TestQuarter, event: &Event, name: &str) -> Registration {
    let email = format!("{name}@fern.example").parse().expect("an address");
    let found = storage::registrations::by_email(&mut quarter.read().await, event.id, &email).await;
    found.expect("a query").expect("a registration")
}

/// Fills the form in and presses the link of the letter.
async fn register(quarter: &TestQuarter, event: &Event, (name, persons): (&str, u32)) -> Outcome {
    assert_eq!(take(quarter, event, wish(name, persons)).await, Outcome::Letter);
    let id = of(quarter, event, name).await.id;
    registrations::confirm(&quarter.instance, id).await.expect("an answer")
}

async fn counts(quarter: &TestQuarter, event: &Event) -> Counts {
    participations::count(&mut quarter.read().await, event.id).await.expect("counts")
}

/// The letters since the last time.
async fn letters(quarter: &TestQuarter) -> Vec<Queued> {
    let mut tx = quarter.instance.store().write().await.expect("a transaction");
    let at = quarter.instance.clock().now();
    let found = storage::letters::claim(&mut tx, at, at + SignedDuration::from_hours(9999), 999).await;
    tx.commit().await.expect("a commit");
    found.expect("letters")
}

/// Who got a letter since the last time, and the beginning of its subject.
async fn told(quarter: &TestQuarter) -> Vec<(String, String)> {
    let line = |queued: Queued| {
        let name = queued.letter.to.as_str().split('@').next().unwrap_or_default().to_owned();
        (name, queued.letter.subject.split(':').next().unwrap_or_default().to_owned())
    };
    let mut lines: Vec<_> = letters(quarter).await.into_iter().map(line).collect();
    lines.sort();
    lines
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(name, subject)| ((*name).to_owned(), (*subject).to_owned())).collect()
}

async fn change(quarter: &TestQuarter, event: &Event, change: impl FnOnce(&mut Details)) {
    let mut details = now(quarter, event.id).await.details;
    change(&mut details);
    let draft = Draft::new(details).expect("a draft");
    update::event(&quarter.instance, event.id, draft).await.expect("a change");
}

#[tokio::test]
async fn a_seat_is_held_from_the_moment_the_mailbox_answers() {
    for (north, _) in quarters().await {
        let course = course(&north, 2, |_| {}).await;
        for name in ["anna", "ben", "cem"] {
            assert_eq!(take(&north, &course, wish(name, 1)).await, Outcome::Letter);
        }
        assert_eq!(counts(&north, &course).await, Counts::default(), "nobody has answered");
        assert_eq!(told(&north).await.len(), 3);
        for (name, state) in [("cem", State::Confirmed), ("anna", State::Confirmed), ("ben", State::Queued)] {
            let id = of(&north, &course, name).await.id;
            for _ in 0..2 {
                let outcome = registrations::confirm(&north.instance, id).await.expect("an answer");
                assert_eq!(outcome, Outcome::Listed(state), "{name}, who answered in this order");
            }
        }
        let said = letters(&north).await;
        assert_eq!(said.len(), 3, "each once");
        let seat = said.iter().find(|queued| queued.letter.to.as_str() == "cem@fern.example").expect("a letter");
        let file = seat.calendar.as_deref().expect("a calendar file");
        assert!(file.contains("SUMMARY:Kurs") && file.contains("BEGIN:VEVENT"), "{file}");
        assert!(seat.letter.text.contains("/registration/"), "{}", seat.letter.text);
        assert_eq!(take(&north, &course, wish("cem", 4)).await, Outcome::Letter, "the answer is the same");
        assert_eq!(told(&north).await, pairs(&[("cem", "Sie sind schon angemeldet")]));
        assert_eq!(of(&north, &course, "cem").await.wish.persons, 1, "and nothing has changed");
    }
}

#[tokio::test]
async fn one_queue_for_forms_calls_and_the_fediverse_moves_up_in_its_order() {
    for (north, clock) in quarters().await {
        let people = People::new("fern", &clock).await;
        let course = course(&north, 2, |_| {}).await;
        register(&north, &course, ("anna", 2)).await;
        assert_eq!(add(&north, &course, caller("herta", 1)).await, State::Queued);
        assert_eq!(people.send(&north, "cem", 1, "Join", course.url.as_str()).await, 202);
        people.hears("cem", &["TentativeAccept"]).await;
        assert_eq!(add(&north, &course, wish("ben", 1)).await, State::Queued);
        assert_eq!(counts(&north, &course).await, Counts { confirmed: 2, queued: 3, asked: 0 });
        told(&north).await;

        let anna = of(&north, &course, "anna").await.id;
        registrations::withdraw(&north.instance, anna).await.expect("a withdrawal");
        people.hears("cem", &["TentativeAccept", "Accept"]).await;
        assert_eq!(counts(&north, &course).await, Counts { confirmed: 2, queued: 1, asked: 0 });
        assert_eq!(told(&north).await, pairs(&[("anna", "Abgemeldet")]));
        let listed = storage::registrations::of_event(&mut north.read().await, course.id).await.expect("a list");
        let herta = listed.iter().find(|kept| kept.wish.name == "herta").expect("a registration");
        assert_eq!((herta.state, herta.call), (State::Confirmed, Some(Call::Seat)), "the organisers should call");
        registrations::called(&north.instance, herta.id).await.expect("a note");

        change(&north, &course, |details| details.capacity = Some(3)).await;
        assert_eq!(told(&north).await, pairs(&[("ben", "Ein Platz ist frei geworden")]));
        change(&north, &course, |details| details.capacity = Some(1)).await;
        assert_eq!(counts(&north, &course).await, Counts { confirmed: 3, queued: 0, asked: 0 }, "nobody is thrown out");
        assert_eq!(register(&north, &course, ("dora", 1)).await, Outcome::Listed(State::Queued));
    }
}

#[tokio::test]
async fn a_family_is_passed_by_nobody_but_by_hand() {
    for (north, _) in quarters().await {
        let course = course(&north, 4, |_| {}).await;
        register(&north, &course, ("anna", 2)).await;
        register(&north, &course, ("familie", 3)).await;
        assert_eq!(register(&north, &course, ("ben", 1)).await, Outcome::Listed(State::Queued));
        let ben = of(&north, &course, "ben").await.id;
        assert_eq!(registrations::let_in(&north.instance, ben).await.expect("an answer"), State::Confirmed);
        let family = of(&north, &course, "familie").await.id;
        assert_eq!(
            registrations::let_in(&north.instance, family).await.expect("an answer"),
            State::Queued,
            "never oversold"
        );
        assert!(registrations::change(&north.instance, family, (1, None)).await.expect("an answer"));
        assert_eq!(of(&north, &course, "familie").await.state, State::Confirmed, "one of them has a seat");
        let anna = of(&north, &course, "anna").await.id;
        assert!(
            !registrations::change(&north.instance, anna, (3, None)).await.expect("an answer"),
            "there is none left"
        );
        assert_eq!(counts(&north, &course).await, Counts { confirmed: 4, queued: 0, asked: 0 });
    }
}

#[tokio::test]
async fn the_organisers_rules_hold_for_everyone() {
    for (north, clock) in quarters().await {
        let people = People::new("fern", &clock).await;
        let closes = clock.clock().now() + SignedDuration::from_hours(1);
        let strict = course(&north, 1, |form| (form.waiting_list, form.closes_at) = (false, Some(closes))).await;
        register(&north, &strict, ("anna", 1)).await;
        assert_eq!(register(&north, &strict, ("ben", 1)).await, Outcome::Full);
        assert_eq!(people.send(&north, "cem", 1, "Join", strict.url.as_str()).await, 202);
        people.hears("cem", &["Reject"]).await;
        clock.step(SignedDuration::from_hours(2));
        assert_eq!(take(&north, &strict, wish("dora", 1)).await, Outcome::TooLate);
        let ben = of(&north, &strict, "ben").await.id;
        assert_eq!(registrations::confirm(&north.instance, ben).await.expect("an answer"), Outcome::TooLate);
        assert_eq!(counts(&north, &strict).await, Counts { confirmed: 1, queued: 0, asked: 0 });

        let asked = course(&north, 5, |form| (form.by_approval, form.takes_phone) = (true, true)).await;
        assert_eq!(register(&north, &asked, ("eva", 1)).await, Outcome::Listed(State::Asked));
        assert_eq!(take(&north, &asked, caller("fritz", 1)).await, Outcome::Listed(State::Asked));
        told(&north).await;
        let eva = of(&north, &asked, "eva").await.id;
        registrations::decline(&north.instance, eva).await.expect("a no");
        assert_eq!(registrations::let_in(&north.instance, eva).await.expect("a yes"), State::Confirmed);
        assert_eq!(told(&north).await, pairs(&[("eva", "Angemeldet"), ("eva", "Leider kein Platz")]));
    }
}

#[tokio::test]
async fn cal_06_changes_within_minutes_are_one_letter_each_and_the_last_word_counts() {
    for (north, clock) in quarters().await {
        let course = course(&north, 5, |_| {}).await;
        register(&north, &course, ("anna", 1)).await;
        add(&north, &course, caller("herta", 1)).await;
        told(&north).await;
        let place = |name: &str| Some(Place { name: name.to_owned(), ..Place::default() });
        change(&north, &course, |details| details.place = place("Bürgerhaus")).await;
        assert_eq!(told(&north).await, pairs(&[("anna", "Geändert")]));
        for name in ["Laden", "Schule", "Kirche"] {
            clock.step(SignedDuration::from_mins(2));
            change(&north, &course, |details| details.place = place(name)).await;
            registrations::see_to_due(&north.instance).await.expect("a look");
        }
        assert!(told(&north).await.is_empty(), "a quarter of an hour is not over");
        clock.step(SignedDuration::from_mins(10));
        registrations::see_to_due(&north.instance).await.expect("a look");
        let [letter] = letters(&north).await.try_into().expect("one letter");
        let text = &letter.letter.text;
        assert!(text.contains("Neuer Ort: Kirche. Vorher: Bürgerhaus."), "{text}");
        registrations::see_to_due(&north.instance).await.expect("a look");
        assert!(told(&north).await.is_empty(), "once");
        let listed = storage::registrations::of_event(&mut north.read().await, course.id).await.expect("a list");
        assert!(listed.iter().any(|kept| kept.call == Some(Call::Changed)), "who has no mailbox is called");

        clock.step(SignedDuration::from_hours(1));
        change(&north, &course, |details| details.name = "Kurs für alle".into()).await;
        assert!(told(&north).await.is_empty(), "a better title is no news");
        update::cancel(&north.instance, course.id, Some("Die Leiterin ist krank.")).await.expect("a cancellation");
        let [letter] = letters(&north).await.try_into().expect("one letter");
        assert!(letter.letter.subject.starts_with("Fällt aus: Kurs für alle"), "{}", letter.letter.subject);
        assert!(letter.letter.text.contains("Die Leiterin ist krank."), "{}", letter.letter.text);
        assert!(letter.calendar.expect("a file").contains("STATUS:CANCELLED"));
    }
}

#[tokio::test]
async fn the_day_before_everyone_is_reminded_once_who_still_comes() {
    for (north, clock) in quarters().await {
        let course = course(&north, 2, |_| {}).await;
        change(&north, &course, |details| {
            details.starts_at += SignedDuration::from_hours(96);
            details.ends_at += SignedDuration::from_hours(96);
        })
        .await;
        for name in ["anna", "ben", "cem"] {
            register(&north, &course, (name, 1)).await;
        }
        let anna = of(&north, &course, "anna").await.id;
        registrations::withdraw(&north.instance, anna).await.expect("a withdrawal");
        told(&north).await;
        let start = now(&north, course.id).await.details.starts_at;
        let before = |hours| start.duration_since(clock.clock().now()) - SignedDuration::from_hours(hours);
        clock.step(before(25));
        registrations::see_to_due(&north.instance).await.expect("a look");
        assert!(told(&north).await.is_empty(), "too early");
        register(&north, &course, ("dora", 1)).await;
        told(&north).await;
        clock.step(before(24));
        for _ in 0..2 {
            registrations::see_to_due(&north.instance).await.expect("a look");
        }
        assert_eq!(told(&north).await, pairs(&[("ben", "Erinnerung"), ("cem", "Erinnerung")]));
    }
}

#[tokio::test]
async fn the_speakers_of_an_initiative_read_when_the_time_is_over() {
    for (north, clock) in quarters().await {
        let handle = "chor".parse().expect("a handle");
        let choir = initiatives::create(&north.instance, "Chor", &handle, domain::html::Html::default()).await;
        let choir: Actor = choir.expect("an initiative");
        let account = speaker(&north, &choir).await;
        let draft = event("Probe");
        let probe = federation::activities::create::event(&north.instance, &choir, draft).await.expect("an event");
        let closes_at = Some(clock.clock().now() + SignedDuration::from_hours(1));
        let form = Form { is_open: true, closes_at, ..Form::default() };
        registrations::set_form(&north.instance, probe.id, (form, Some(5))).await.expect("settings");
        let mut tx = north.instance.store().write().await.expect("a transaction");
        let mine = Wish { email: None, ..wish("mira", 2) };
        let outcome = registrations::take_signed_in(&mut tx, &north.instance, probe.id, (mine, &account)).await;
        assert_eq!(outcome.expect("an answer"), Outcome::Listed(State::Confirmed), "without a letter to confirm");
        tx.commit().await.expect("a commit");
        told(&north).await;
        clock.step(SignedDuration::from_hours(1));
        for _ in 0..2 {
            registrations::see_to_due(&north.instance).await.expect("a look");
        }
        let [letter] = letters(&north).await.try_into().expect("one letter");
        assert!(letter.letter.text.contains("2 Personen haben einen Platz."), "{}", letter.letter.text);
        members::remove(&north.instance, &account).await.expect("a removal");
        assert_eq!(counts(&north, &probe).await, Counts::default(), "with the account goes its registration");
    }
}

async fn speaker(north: &TestQuarter, choir: &Actor) -> domain::account::Account {
    let account = domain::account::Account {
        id: Uuid::now_v7(),
        email: "mira@nord.example".parse().expect("an address"),
        name: "Mira".into(),
        role: domain::account::Role::Member,
        language: Language::DE,
        actor: None,
        created_at: north.instance.clock().now(),
        suspended_at: None,
    };
    let mut tx = north.instance.store().write().await.expect("a transaction");
    storage::accounts::insert(&mut tx, &account).await.expect("an account");
    let speaker = domain::account::Membership::Speaker;
    storage::accounts::set_membership(&mut tx, choir.id, account.id, speaker).await.expect("a membership");
    tx.commit().await.expect("a commit");
    account
}

#[tokio::test]
async fn who_came_is_forgotten_a_fortnight_after_and_at_once_with_a_deleted_event() {
    for (north, clock) in quarters().await {
        let [first, second] = [course(&north, 5, |_| {}).await, course(&north, 5, |_| {}).await];
        for event in [&first, &second] {
            register(&north, event, ("anna", 1)).await;
        }
        take(&north, &first, wish("ben", 1)).await;
        told(&north).await;
        delete::object(&north.instance, second.id).await.expect("a deletion");
        assert_eq!(told(&north).await, pairs(&[("anna", "Fällt aus")]));
        clock.step(SignedDuration::from_hours(25));
        seats::clean(&north.instance).await.expect("cleaning");
        let unconfirmed = storage::registrations::unconfirmed(&mut north.read().await, first.id).await;
        assert_eq!(unconfirmed.expect("a count"), 0, "who never answered is forgotten after a day");
        assert_eq!(counts(&north, &first).await.confirmed, 1);
        let end = now(&north, first.id).await.details.ends_at + participation::KEPT;
        clock.step(end.duration_since(clock.clock().now()) + SignedDuration::from_secs(1));
        seats::clean(&north.instance).await.expect("cleaning");
        assert_eq!(counts(&north, &first).await, Counts::default());
    }
}

#[tokio::test]
async fn neighbours_are_led_to_the_form_and_count_all_who_come() {
    for (north, clock) in quarters().await {
        let people = People::new("fern", &clock).await;
        let course = course(&north, 5, |_| {}).await;
        register(&north, &course, ("anna", 2)).await;
        assert_eq!(people.send(&north, "cem", 1, "Join", course.url.as_str()).await, 202);
        people.hears("cem", &["Accept"]).await;
        change(&north, &course, |details| details.name = "Kurs für alle".into()).await;
        let mut tx = north.read().await;
        let said = storage::activities::outbox(&mut tx, course.author, None, 1).await.expect("an outbox");
        let object: serde_json::Value = said
            .first()
            .and_then(|said| serde_json::from_str::<serde_json::Value>(&said.body).ok())
            .and_then(|said| said.get("object").cloned())
            .expect("an update");
        assert_eq!(object["participantCount"], 3);
        assert_eq!(object["remainingAttendeeCapacity"], 2);
        let form = format!("{}events/{}/register", north.instance.settings().base_url, course.id);
        assert_eq!(object["externalParticipationUrl"], form.as_str());
        assert!(!object.to_string().contains("anna"), "{object}");
    }
}
