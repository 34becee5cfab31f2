//! Accounts for who asks: what has to hold on both databases, also for many at once.
#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

mod support;

use domain::account::{Account, Role};
use domain::language::Language;
use domain::sign_up::{A_DAY, Door, SignUp, Why};
use federation::Instance;
use federation::sign_ups::{self, Confirmed, Draft};
use futures_util::future::join_all;
use jiff::SignedDuration;
use storage::{accounts, testing};
use support::{TestQuarter, clock};
use uuid::Uuid;

/// Somebody who asks, and what becomes of them when they use their link.
async fn ask(instance: &Instance, number: i64) {
    let email = format!("ruth{number}@fern.example");
    let draft = Draft::new(instance, Door::Open, ("Ruth", &email, ""), Language::DE).expect("a draft");
    let mut tx = instance.store().write().await.expect("a transaction");
    let token = number.to_be_bytes();
    sign_ups::take(&mut tx, instance, &draft, ("https://nord.example/link", &token)).await.expect("a request");
    tx.commit().await.expect("a commit");
}

async fn confirm(instance: &Instance, number: i64) -> bool {
    let mut tx = instance.store().write().await.expect("a transaction");
    let confirmed = sign_ups::confirm(&mut tx, instance, &number.to_be_bytes()).await.expect("an answer");
    tx.commit().await.expect("a commit");
    matches!(confirmed, Some(Confirmed::In(account)) if account.role == Role::Reader)
}

async fn editor(instance: &Instance) -> Uuid {
    let account = Account {
        id: Uuid::now_v7(),
        email: "eva@nord.example".parse().expect("an address"),
        name: "Eva".to_owned(),
        role: Role::Editor,
        language: Language::DE,
        actor: None,
        suspended_at: None,
        created_at: instance.clock().now(),
    };
    let mut tx = instance.store().write().await.expect("a transaction");
    accounts::insert(&mut tx, &account).await.expect("an account");
    tx.commit().await.expect("a commit");
    account.id
}

#[tokio::test]
async fn abu_01_of_thirty_at_once_twenty_come_in() {
    for database in testing::all() {
        let clock = clock();
        let open = |settings: &mut federation::Settings| settings.people.sign_up = SignUp::Open;
        let quarter = TestQuarter::with("nord", &clock, database, open).await;
        let instance = &quarter.instance;
        sign_ups::watch(instance, editor(instance).await).await.expect("a note");
        for number in 0..30 {
            ask(instance, number).await;
        }
        let came_in = join_all((0..30).map(|number| confirm(instance, number))).await;
        assert_eq!(came_in.iter().filter(|is_in| **is_in).count(), usize::try_from(A_DAY).expect("a number"));
        let counts = storage::sign_ups::count(&mut quarter.read().await).await.expect("counts");
        assert_eq!(counts, (0, 10), "the others wait");
    }
}

#[tokio::test]
async fn a_link_that_is_used_twice_at_once_makes_one_account() {
    for database in testing::all() {
        let clock = clock();
        let open = |settings: &mut federation::Settings| settings.people.sign_up = SignUp::Open;
        let quarter = TestQuarter::with("nord", &clock, database, open).await;
        let instance = &quarter.instance;
        sign_ups::watch(instance, editor(instance).await).await.expect("a note");
        ask(instance, 1).await;
        let came_in = join_all((0..20).map(|_| confirm(instance, 1))).await;
        assert_eq!(came_in.iter().filter(|is_in| **is_in).count(), 1);
        assert_eq!(accounts::all(&mut quarter.read().await).await.expect("accounts").len(), 2);
    }
}

#[tokio::test]
async fn the_door_follows_the_editors() {
    for database in testing::all() {
        let clock = clock();
        let open = |settings: &mut federation::Settings| settings.people.sign_up = SignUp::Open;
        let quarter = TestQuarter::with("nord", &clock, database, open).await;
        let instance = &quarter.instance;
        let door = async || sign_ups::door(&mut quarter.read().await, instance).await.expect("an answer");
        assert_eq!(door().await, Door::Asks(Why::Quiet), "nobody was here yet");
        let eva = editor(instance).await;
        sign_ups::watch(instance, eva).await.expect("a note");
        assert_eq!(door().await, Door::Open);
        clock.step(SignedDuration::from_hours(6 * 24));
        assert_eq!(door().await, Door::Open);
        sign_ups::watch(instance, eva).await.expect("a note");
        clock.step(SignedDuration::from_hours(6 * 24));
        assert_eq!(door().await, Door::Open, "she was here in between");
        clock.step(SignedDuration::from_hours(2 * 24));
        assert_eq!(door().await, Door::Asks(Why::Quiet));
    }
}
