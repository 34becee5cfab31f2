//! „Stimmt das noch?“: once a year, three letters at most, and an answer ends it.
#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

mod support;

use domain::account::{Account, Membership, Role};
use domain::actor::Actor;
use domain::html::Html;
use domain::language::Language;
use domain::profile::{Draft, Facts};
use domain::upkeep::{Answer, Open, is_unsure};
use federation::{Error, initiatives, upkeep};
use jiff::SignedDuration;
use storage::letters::{self, Letter};
use storage::{accounts, testing};
use support::{TestQuarter, clock};
use uuid::Uuid;

fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}

async fn account(quarter: &TestQuarter, name: &str, role: Role) -> Account {
    let account = Account {
        id: Uuid::now_v7(),
        email: format!("{name}@nord.example").parse().expect("an address"),
        name: name.to_owned(),
        role,
        language: Language::DE,
        actor: None,
        suspended_at: None,
        created_at: quarter.instance.clock().now(),
    };
    let mut tx = quarter.instance.store().write().await.expect("a transaction");
    accounts::insert(&mut tx, &account).await.expect("an account");
    tx.commit().await.expect("a commit");
    account
}

/// An initiative, with somebody who speaks for it or without, and an editor.
async fn choir(quarter: &TestQuarter, has_speaker: bool) -> Actor {
    let handle = "chor".parse().expect("a handle");
    let choir = initiatives::create(&quarter.instance, "Chor", &handle, Html::default()).await.expect("an initiative");
    account(quarter, "eva", Role::Editor).await;
    if has_speaker {
        let nora = account(quarter, "nora", Role::Member).await;
        let mut tx = quarter.instance.store().write().await.expect("a transaction");
        accounts::set_membership(&mut tx, choir.id, nora.id, Membership::Speaker).await.expect("a membership");
        tx.commit().await.expect("a commit");
    }
    choir
}

/// The letters that the task writes now.
async fn written(quarter: &TestQuarter) -> Vec<Letter> {
    upkeep::see_to_due(&quarter.instance).await.expect("a look");
    let now = quarter.instance.clock().now();
    let mut tx = quarter.instance.store().write().await.expect("a transaction");
    let letters = letters::claim(&mut tx, now, now + days(4000), 99).await.expect("letters");
    tx.commit().await.expect("a commit");
    letters.into_iter().map(|queued| queued.letter).collect()
}

fn token(letter: &Letter) -> String {
    let link = letter.text.split_whitespace().find_map(|word| word.split_once("/still-right/"));
    link.expect("a link").1.to_owned()
}

async fn kept(quarter: &TestQuarter, actor: &Actor) -> storage::upkeep::Upkeep {
    storage::upkeep::of(&mut quarter.read().await, actor.id).await.expect("a query")
}

#[tokio::test]
async fn an_initiative_is_asked_once_a_year_reminded_twice_and_then_it_is_said() {
    for database in testing::all() {
        let clock = clock();
        let quarter = TestQuarter::new("nord", &clock, database).await;
        let choir = choir(&quarter, true).await;
        clock.step(days(364));
        assert!(written(&quarter).await.is_empty());
        for (wait, expected) in [(1, 1), (0, 0), (13, 0), (1, 1), (0, 0), (14, 1), (13, 0)] {
            clock.step(days(wait));
            let letters = written(&quarter).await;
            assert_eq!(letters.len(), expected, "after {wait} days");
            assert!(letters.iter().all(|letter| letter.to.as_str() == "nora@nord.example"));
            assert!(!is_unsure(kept(&quarter, &choir).await.open_since, clock.clock().now()));
        }
        clock.step(days(1));
        assert!(is_unsure(kept(&quarter, &choir).await.open_since, clock.clock().now()), "three letters, no answer");
        assert!(written(&quarter).await.is_empty());
        clock.step(days(365 - 42));
        let [again] = written(&quarter).await.try_into().expect("one letter, a year later");
        upkeep::answer(&quarter.instance, &token(&again), Answer::Right).await.expect("an answer");
        let now = kept(&quarter, &choir).await;
        assert!(now.open_since.is_none() && now.confirmed_at == Some(clock.clock().now()));
    }
}

#[tokio::test]
async fn two_servers_write_one_letter() {
    for database in testing::all() {
        let clock = clock();
        let quarter = TestQuarter::new("nord", &clock, database).await;
        choir(&quarter, true).await;
        clock.step(days(365));
        let look = || upkeep::see_to_due(&quarter.instance);
        let (one, other) = tokio::join!(look(), look());
        assert_eq!(one.expect("a look") + other.expect("a look"), 1);
        assert_eq!(written(&quarter).await.len(), 1);
    }
}

#[tokio::test]
async fn every_letter_of_a_year_can_be_answered_and_one_answer_ends_all_of_them() {
    for database in testing::all() {
        let clock = clock();
        let quarter = TestQuarter::new("nord", &clock, database).await;
        let choir = choir(&quarter, true).await;
        clock.step(days(365));
        let [first] = written(&quarter).await.try_into().expect("one letter");
        clock.step(days(14));
        let [second] = written(&quarter).await.try_into().expect("one letter");
        assert!(second.text.contains("noch keine Antwort"), "{}", second.text);
        let answer = async |letter: &Letter, answer| upkeep::answer(&quarter.instance, &token(letter), answer).await;
        let short = answer(&first, Answer::Changed("?".to_owned())).await;
        assert!(matches!(short, Err(Error::Invalid(_))));
        let changed = Answer::Changed("Wir sind umgezogen.".to_owned());
        answer(&first, changed).await.expect("an answer");
        for letter in [&first, &second] {
            assert!(matches!(answer(letter, Answer::Gone).await, Err(Error::NotFound)), "once");
        }
        let open = kept(&quarter, &choir).await.answer.expect("something for the editors");
        assert_eq!((open.0, open.1.as_str()), (Open::Changed, "Wir sind umgezogen."));
        clock.step(days(60));
        assert!(written(&quarter).await.is_empty(), "who answered is not reminded");
        let facts = Facts { purpose: Some("Wir singen.".to_owned()), ..Facts::default() };
        let draft = Draft::new("Chor", Html::default(), facts).expect("a draft");
        initiatives::change(&quarter.instance, choir.id, &draft).await.expect("a change");
        assert_eq!(kept(&quarter, &choir).await.answer, None, "who changes the page has seen to it");
        clock.step(days(364));
        assert!(written(&quarter).await.is_empty());
        clock.step(days(1));
        assert_eq!(written(&quarter).await.len(), 1, "a year after the change");
    }
}

#[tokio::test]
async fn who_has_no_speaker_is_asked_by_the_address_on_the_page_and_else_the_editors_are() {
    for (contact, expected) in [
        (Some("Nora, post@fern.example"), "post@fern.example"),
        (Some("0209 1"), "eva@nord.example"),
        (None, "eva@nord.example"),
    ] {
        let clock = clock();
        let quarter = TestQuarter::new("nord", &clock, testing::sqlite()).await;
        let choir = choir(&quarter, false).await;
        if let Some(contact) = contact {
            let mut facts = Facts::default();
            facts.lines.insert("contact".into(), contact.to_owned());
            let draft = Draft::new("Chor", Html::default(), facts).expect("a draft");
            initiatives::change(&quarter.instance, choir.id, &draft).await.expect("a change");
        }
        clock.step(days(366));
        let [letter] = written(&quarter).await.try_into().expect("one letter");
        assert_eq!(letter.to.as_str(), expected);
        initiatives::close(&quarter.instance, choir.id, "Eva").await.expect("an end");
        assert!(matches!(
            upkeep::answer(&quarter.instance, &token(&letter), Answer::Right).await,
            Err(Error::NotFound)
        ));
        clock.step(days(14));
        assert!(written(&quarter).await.is_empty(), "what is closed is not reminded");
    }
}
