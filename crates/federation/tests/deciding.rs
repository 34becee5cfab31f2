//! Two editors for a yes, trust in where things come from, and letters about what waits.
#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod support;

use std::sync::atomic::{AtomicUsize, Ordering};

use domain::account::{Account, Role};
use domain::clock::SteppedClock;
use domain::language::Language;
use domain::trust::{Kind, Level};
use federation::activities::create;
use federation::queue::{self, Decided};
use federation::writing::{self, Door, Writer, Written};
use federation::{Error, Settings, cover, imports, initiatives, trust};
use jiff::SignedDuration;
use storage::letters::{self, Letter};
use storage::posts::Which;
use storage::reports::{self, Report};
use storage::testing::{self, Database};
use storage::{accounts, events, posts, sources};
use support::{TestQuarter, clock, event, neighbours_on_each, note, until};
use uuid::Uuid;

async fn editor(quarter: &TestQuarter, name: &str) -> Account {
    let account = Account {
        id: Uuid::now_v7(),
        email: format!("{name}@nord.example").parse().expect("an address"),
        name: name.to_owned(),
        role: Role::Editor,
        language: Language::DE,
        actor: None,
        created_at: quarter.instance.clock().now(),
        suspended_at: None,
    };
    let mut tx = quarter.instance.store().write().await.expect("a transaction");
    accounts::insert(&mut tx, &account).await.expect("an account");
    tx.commit().await.expect("a commit");
    account
}

async fn texts(quarter: &TestQuarter) -> Vec<String> {
    let query = posts::Query { which: Which::All, before: None, limit: 99 };
    let found = posts::list(&mut quarter.read().await, &query).await.expect("posts");
    found.into_iter().map(|(post, _)| post.details.content.to_text()).collect()
}

/// The letters that were written since the last time.
async fn written(quarter: &TestQuarter) -> Vec<Letter> {
    let mut tx = quarter.instance.store().write().await.expect("a transaction");
    let now = quarter.instance.clock().now();
    let all = letters::claim(&mut tx, now, now + SignedDuration::from_hours(9_000), 99).await.expect("letters");
    tx.commit().await.expect("a commit");
    all.into_iter().map(|queued| queued.letter).collect()
}

/// A draft that waits: an event of a calendar that is read in.
async fn draft(quarter: &TestQuarter, name: &str) -> Uuid {
    let text = format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//DE\r\nBEGIN:VEVENT\r\nUID:{name}@t\r\nDTSTAMP:20261101T120000Z\r\n\
         DTSTART:20261205T150000Z\r\nDTEND:20261205T170000Z\r\nSUMMARY:{name}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    );
    let author = quarter.instance.quarter();
    imports::read_file(&quarter.instance, &format!("{name}.ics"), text.as_bytes(), author, false)
        .await
        .expect("a reading");
    let drafts = events::drafts(&mut quarter.read().await, 99).await.expect("drafts");
    drafts.iter().find(|(event, _)| event.details.name == name).expect("a draft").0.id
}

async fn with(clock: &SteppedClock, database: Database, change: impl FnOnce(&mut Settings)) -> TestQuarter {
    TestQuarter::with("nord", clock, database, change).await
}

async fn two(clock: &SteppedClock, database: Database) -> TestQuarter {
    with(clock, database, |settings| settings.editors.two_persons = true).await
}

#[tokio::test]
async fn a_yes_needs_a_second_person_a_no_does_not_and_a_change_begins_anew() {
    let clock = clock();
    for database in testing::all() {
        let quarter = two(&clock, database).await;
        let (eva, nora) = (editor(&quarter, "eva").await, editor(&quarter, "nora").await);
        let id = draft(&quarter, "Fest").await;
        for _ in 0..2 {
            let first = queue::approve(&quarter.instance, id, &eva).await.expect("a yes");
            assert_eq!(first, Decided::First, "one person is one, however often");
        }
        let waiting = queue::list(&mut quarter.read().await, &quarter.instance, 9).await.expect("a list");
        assert_eq!(waiting[0].first.as_ref().map(|(_, name)| name.as_str()), Some("eva"));
        assert!(queue::withdraw(&quarter.instance, id, eva.id).await.expect("a step back"));
        assert_eq!(queue::approve(&quarter.instance, id, &nora).await.expect("a yes"), Decided::First);
        clock.step(SignedDuration::from_secs(1));
        let kept = events::by_id(&mut quarter.read().await, id).await.expect("a query").expect("an event");
        let mut details = kept.details.clone();
        details.short = Some("Nora hat das nicht gelesen.".to_owned());
        let draft_of = domain::event::Draft::new(details).expect("a draft");
        federation::activities::update::event(&quarter.instance, id, draft_of).await.expect("a change");
        let again = queue::approve(&quarter.instance, id, &eva).await.expect("a yes");
        assert_eq!(again, Decided::First, "a yes is for the words that were read");
        assert_eq!(queue::approve(&quarter.instance, id, &nora).await.expect("a yes"), Decided::Done);
        assert!(matches!(queue::approve(&quarter.instance, id, &nora).await, Err(Error::NotFound)));
        let other = draft(&quarter, "Markt").await;
        queue::decline(&quarter.instance, other, &eva, "Doppelt").await.expect("a no");
        assert_eq!(queue::count(&mut quarter.read().await).await.expect("a count"), 0);
        let last = draft(&quarter, "Lesung").await;
        assert!(matches!(queue::approve(&quarter.instance, last, "operator").await, Err(Error::Forbidden)));
    }
}

#[tokio::test]
async fn acc_17_twenty_yes_at_once_are_counted_right() {
    let clock = clock();
    for database in testing::all() {
        let quarter = two(&clock, database).await;
        let mut editors = Vec::new();
        for number in 0..20 {
            editors.push(editor(&quarter, &format!("e{number}")).await);
        }
        // Twenty times the same person is one.
        let lone = draft(&quarter, "Allein").await;
        let asked = editors.iter().map(|_| queue::approve(&quarter.instance, lone, &editors[0]));
        for decided in futures(asked.collect()).await {
            assert_eq!(decided.expect("a yes"), Decided::First);
        }
        let id = draft(&quarter, "Fest").await;
        let (first, done, late) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
        let asked = editors.iter().map(|editor| queue::approve(&quarter.instance, id, editor));
        for decided in futures(asked.collect()).await {
            match decided {
                Ok(Decided::First) => first.fetch_add(1, Ordering::Relaxed),
                Ok(Decided::Done) => done.fetch_add(1, Ordering::Relaxed),
                Err(Error::NotFound) => late.fetch_add(1, Ordering::Relaxed),
                Err(other) => panic!("{other}"),
            };
        }
        let counts = [first, done, late].map(AtomicUsize::into_inner);
        assert_eq!(counts, [1, 1, 18], "the second yes publishes, once");
    }
}

/// Runs all at once.
async fn futures<T>(all: Vec<impl Future<Output = T>>) -> Vec<T> {
    let mut all: Vec<_> = all.into_iter().map(|one| (Box::pin(one), None)).collect();
    std::future::poll_fn(|context| {
        let mut is_done = true;
        for (one, answer) in &mut all {
            if answer.is_none() {
                match one.as_mut().poll(context) {
                    std::task::Poll::Ready(value) => *answer = Some(value),
                    std::task::Poll::Pending => is_done = false,
                }
            }
        }
        if is_done { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    all.into_iter().filter_map(|(_, answer)| answer).collect()
}

#[tokio::test]
async fn raising_trust_needs_two_and_lowering_it_one() {
    let clock = clock();
    for database in testing::all() {
        let quarter = two(&clock, database).await;
        let (eva, nora) = (editor(&quarter, "eva").await, editor(&quarter, "nora").await);
        draft(&quarter, "Fest").await;
        let calendar = sources::all(&mut quarter.read().await).await.expect("sources")[0].id;
        let set = async |level, who: &Account| {
            trust::set(&quarter.instance, (Kind::Calendar, calendar), level, who).await.expect("a decision")
        };
        assert_eq!(set(Level::Show, &eva).await, Decided::First);
        assert_eq!(set(Level::Show, &eva).await, Decided::First);
        assert_eq!(set(Level::Show, &nora).await, Decided::Done);
        assert!(sources::all(&mut quarter.read().await).await.expect("sources")[0].publish);
        assert_eq!(set(Level::Check, &eva).await, Decided::Done);
        assert_eq!(set(Level::Show, &eva).await, Decided::First, "what was said before is forgotten");
    }
}

#[tokio::test]
async fn a_neighbour_that_is_checked_waits_and_what_waits_comes_in_together() {
    let clock = clock();
    for (north, south) in neighbours_on_each(&clock).await {
        let eva = editor(&north, "eva").await;
        let theirs = storage::actors::by_url(&mut north.read().await, &south.instance.quarter().url).await;
        let source = (Kind::Actor, theirs.expect("a query").expect("an actor").id);
        trust::set(&north.instance, source, Level::Check, &eva).await.expect("a decision");
        assert!(matches!(trust::set(&north.instance, source, Level::Refuse, &eva).await, Err(Error::Forbidden)));
        for text in ["eins", "zwei", "drei Diebe"] {
            create::post(&south.instance, south.instance.quarter(), note(text)).await.expect("a post");
        }
        create::event(&south.instance, south.instance.quarter(), event("Südfest")).await.expect("an event");
        until("everything waits", async || queue::count(&mut north.read().await).await.expect("a count") == 4).await;
        assert!(texts(&north).await.is_empty());
        assert_eq!(trust::let_in(&north.instance, source, &eva).await.expect("an approval"), 3);
        assert_eq!(texts(&north).await.len(), 2);
        let left = queue::list(&mut north.read().await, &north.instance, 9).await.expect("a list");
        assert!(left.len() == 1 && left[0].sensitive, "what speaks of crime is read by itself");
        trust::set(&north.instance, source, Level::Show, &eva).await.expect("a decision");
        create::post(&south.instance, south.instance.quarter(), note("vier")).await.expect("a post");
        until("it is shown at once", async || texts(&north).await.contains(&"vier".to_owned())).await;
        let log = storage::decisions::latest(&mut north.read().await, 9).await.expect("a log");
        assert!(log.iter().any(|one| one.what == "trust-check" && one.who == "eva"), "{log:?}");
    }
}

#[tokio::test]
async fn five_approvals_suggest_trust_and_a_refusal_begins_anew() {
    let quarter = TestQuarter::new("nord", &clock(), testing::sqlite()).await;
    let eva = editor(&quarter, "eva").await;
    let handle = "chor".parse().expect("a handle");
    let choir = initiatives::create(&quarter.instance, "Chor", &handle, domain::html::Html::default()).await;
    let choir = choir.expect("an initiative");
    let source = (Kind::Actor, choir.id);
    trust::set(&quarter.instance, source, Level::Check, &eva).await.expect("a decision");
    let nora = editor(&quarter, "nora").await;
    let writer = Writer { account: Some(nora.id), may_edit: false, door: Door::Form { asked: false } };
    let hand_in = async |text: &str| {
        let place = writing::post(&quarter.instance, &choir, &note(text), &writer, None).await.expect("a post");
        let Written::Queue(id) = place else { panic!("it waits") };
        id
    };
    let suggested = async || {
        let book = trust::Book::load(&mut quarter.read().await).await.expect("a book");
        book.actor(&choir).is_suggested()
    };
    for number in 0..5 {
        assert!(!suggested().await, "{number}");
        let id = hand_in(&format!("Nummer {number}")).await;
        queue::approve(&quarter.instance, id, &eva).await.expect("a yes");
    }
    assert!(suggested().await);
    let id = hand_in("Werbung").await;
    queue::decline(&quarter.instance, id, &eva, "Werbung").await.expect("a no");
    assert!(!suggested().await, "never done by itself, and not suggested any more");
    assert_eq!(texts(&quarter).await.len(), 5);
    let own = Writer { may_edit: true, ..writer };
    let place = writing::post(&quarter.instance, &choir, &note("Von der Redaktion"), &own, None).await.expect("a post");
    assert!(matches!(place, Written::Board(_)), "an editor needs nobody's yes");
}

#[tokio::test]
async fn editors_get_one_letter_a_day_when_something_new_waits() {
    let clock = clock();
    for database in testing::all() {
        let quarter = with(&clock, database, |_| {}).await;
        let (eva, nora) = (editor(&quarter, "eva").await, editor(&quarter, "nora").await);
        let mut tx = quarter.instance.store().write().await.expect("a transaction");
        accounts::spare(&mut tx, nora.id, Some(clock.clock().now())).await.expect("an update");
        tx.commit().await.expect("a commit");
        let see_to = async || cover::see_to(&quarter.instance).await.expect("letters");
        assert_eq!(see_to().await, 0, "nothing waits");
        draft(&quarter, "Fest").await;
        draft(&quarter, "Markt").await;
        assert_eq!((see_to().await, see_to().await), (1, 0));
        let [letter] = written(&quarter).await.try_into().expect("one letter");
        assert_eq!((letter.to, letter.subject.as_str()), (eva.email, "Es wartet etwas: 2 Einträge"));
        assert!(letter.text.contains("/editors/queue") && !letter.text.contains("Fest"), "{}", letter.text);
        clock.step(SignedDuration::from_hours(24));
        assert_eq!(see_to().await, 0, "nothing new waits");
        draft(&quarter, "Lesung").await;
        assert_eq!(see_to().await, 1);
        draft(&quarter, "Konzert").await;
        // Thirteen in Berlin, and ten hours later eleven in the evening, and then six in the morning.
        for (hours, letters) in [(10, 0), (7, 0), (1, 1)] {
            clock.step(SignedDuration::from_hours(hours));
            assert_eq!(see_to().await, letters, "after {hours} hours");
        }
        clock.step(SignedDuration::from_hours(6));
    }
}

#[tokio::test]
async fn a_report_calls_the_editors_too() {
    let clock = clock();
    for database in testing::all() {
        let quarter = with(&clock, database, |_| {}).await;
        editor(&quarter, "eva").await;
        let report = Report {
            id: quarter.instance.new_id(),
            number: "1234-5678".into(),
            reporter: None,
            host: None,
            name: None,
            email: None,
            target: quarter.instance.quarter().url.clone(),
            objects: vec![],
            kind: None,
            reason: "Das stimmt so nicht.".into(),
            language: None,
            created_at: clock.clock().now(),
        };
        let mut tx = quarter.instance.store().write().await.expect("a transaction");
        reports::insert(&mut tx, &report).await.expect("a report");
        tx.commit().await.expect("a commit");
        let see_to = async || cover::see_to(&quarter.instance).await.expect("letters");
        assert_eq!((see_to().await, see_to().await), (1, 0));
        let [letter] = written(&quarter).await.try_into().expect("one letter");
        assert_eq!(letter.subject, "Es wartet etwas: 1 Eintrag");
        clock.step(SignedDuration::from_hours(24));
        assert_eq!(see_to().await, 0, "nothing new waits");
    }
}

#[tokio::test]
async fn who_covers_hears_of_what_waits_too_long_once_a_day() {
    let clock = clock();
    for database in testing::all() {
        let quarter = with(&clock, database, |settings| {
            settings.editors.cover_email = "buero@fern.example".parse().ok();
        })
        .await;
        draft(&quarter, "Fest am Kanal").await;
        let see_to = async || cover::see_to(&quarter.instance).await.expect("letters");
        assert_eq!(see_to().await, 0, "there is no editor, and two days are not over");
        clock.step(SignedDuration::from_hours(48));
        let id = draft(&quarter, "Markt").await;
        assert_eq!((see_to().await, see_to().await), (1, 0));
        let [letter] = written(&quarter).await.try_into().expect("one letter");
        assert_eq!(letter.to.as_str(), "buero@fern.example");
        assert!(
            letter.text.contains("Fest am Kanal") && letter.text.contains("/editors/queue#title-"),
            "{}",
            letter.text
        );
        assert!(!letter.text.contains("Markt") && letter.text.contains("48 Stunden"), "{}", letter.text);
        let sent = storage::reminders::find(&mut quarter.read().await, cover::COVER).await.expect("a query");
        assert_eq!(sent.map(|sent| sent.entries), Some(1));
        clock.step(SignedDuration::from_hours(24));
        assert_eq!(see_to().await, 1, "it still waits");
        queue::decline(&quarter.instance, id, "Mira", "Doppelt").await.expect("a no");
    }
}
