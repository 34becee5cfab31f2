//! Stories of reports, of actors that block ours, and of what strangers send.
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test that cannot go on has failed")]

mod support;

use federation::activities::{block, create, follow as following};
use federation::reports::{self, Action, Draft};
use federation::{held, queue, remote};
use serde_json::{Value, json};
use storage::reports::Report;
use storage::{activities, decisions, follows, posts, testing};
use support::mallory::{Mallory, a_note, follow};
use support::{TestQuarter, clock, neighbours_on_each, note, until};
use url::Url;

/// A real activity of another server, if the samples are there.
fn sample(name: &str) -> Option<Value> {
    let path = format!("{}/../../../shared/samples/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).ok()?).ok()
}

async fn open(quarter: &TestQuarter) -> Vec<Report> {
    storage::reports::open(&mut quarter.read().await, 2_000).await.expect("reports")
}

fn flag(mallory: &Mallory, number: u32, objects: Value) -> Value {
    let mut flag = mallory.activity(number, "mallory", "Flag", objects);
    flag["content"] = json!("<p>Das ist <b>gelogen</b>.</p>");
    flag
}

#[tokio::test]
async fn a_report_from_elsewhere_waits_for_the_editors_and_tells_nothing() {
    let clock = clock();
    for database in testing::all() {
        let north = TestQuarter::new("nord", &clock, database).await;
        let mallory = Mallory::new(&clock).await;
        let quarter = north.instance.quarter();
        let post = create::post(&north.instance, quarter, note("Hallo")).await.expect("a post");
        let mut objects = vec![json!(quarter.url), json!({"type": "Note", "id": post.url, "content": "privat"})];
        objects.extend((0..10_000).map(|n| json!(format!("https://anderswo.example/{n}"))));
        assert_eq!(mallory.send(&north, "mallory", flag(&mallory, 1, json!(objects))).await, 202);
        let waiting = open(&north).await;
        let [report] = waiting.as_slice() else { panic!("one report: {waiting:?}") };
        assert_eq!((&report.target, report.reason.as_str()), (&post.url, "Das ist gelogen."));
        assert_eq!(report.objects, [quarter.url.clone(), post.url.clone()]);
        assert_eq!(report.host.as_deref(), Some(mallory.base.trim_start_matches("http://")));
        // The same again, and what is nowhere here, change nothing.
        assert_eq!(mallory.send(&north, "mallory", flag(&mallory, 2, json!(post.url))).await, 202);
        assert_eq!(mallory.send(&north, "mallory", flag(&mallory, 3, json!("https://a.example/1"))).await, 202);
        let forged = {
            let mut forged = flag(&mallory, 4, json!(post.url));
            forged["actor"] = json!(mallory.id("/alice"));
            forged
        };
        assert_eq!(mallory.send_signed(&north, &mallory.id("/mallory#main-key"), forged).await, 401);
        assert_eq!(open(&north).await.len(), 1);
        let sent = storage::deliveries::count(&mut north.read().await).await.expect("counts");
        assert!(sent.is_empty(), "nothing is answered: {sent:?}");
    }
}

#[tokio::test]
async fn real_reports_and_blocks_of_other_servers_are_read() {
    let clock = clock();
    let north = TestQuarter::new("nord", &clock, testing::sqlite()).await;
    let quarter = north.instance.quarter();
    let post = create::post(&north.instance, quarter, note("Hallo")).await.expect("a post");
    for (name, object) in [
        ("mastodon_flag", json!([quarter.url, post.url])),
        ("lemmy_flag", json!(post.url)),
        ("gotosocial_flag_array_object", json!([quarter.url, post.url])),
    ] {
        let Some(mut real) = sample(name) else { return };
        let mallory = Mallory::new(&clock).await;
        let before = open(&north).await.len();
        (real["actor"], real["id"], real["object"]) =
            (json!(mallory.id("/mallory")), json!(mallory.id("/flags/1")), object);
        assert_eq!(mallory.send(&north, "mallory", real).await, 202, "{name}");
        assert_eq!(open(&north).await.len(), before + 1, "{name}");
    }
    let (Some(mut block), Some(mut undo)) = (sample("mastodon_block"), sample("mastodon_undo_block")) else { return };
    let mallory = Mallory::new(&clock).await;
    let (by, id) = (json!(mallory.id("/mallory")), json!(mallory.id("/mallory#blocks/2")));
    (block["actor"], block["id"], block["object"]) = (by.clone(), id.clone(), json!(quarter.url));
    assert_eq!(mallory.send(&north, "mallory", block).await, 202);
    let url = mallory.id("/mallory").parse().expect("a URL");
    let there = remote::known_or_fetched(&north.instance, &url).await.expect("an actor");
    let blocks =
        async || storage::blocks::exists(&mut north.read().await, there.id, quarter.id).await.expect("a query");
    assert!(blocks().await);
    (undo["actor"], undo["id"]) = (by.clone(), json!(mallory.id("/mallory#blocks/2/undo")));
    (undo["object"]["actor"], undo["object"]["id"], undo["object"]["object"]) = (by, id, json!(quarter.url));
    assert_eq!(mallory.send(&north, "mallory", undo).await, 202);
    assert!(!blocks().await);
}

#[tokio::test]
async fn one_server_cannot_fill_the_queue() {
    let clock = clock();
    let north = TestQuarter::new("nord", &clock, testing::sqlite()).await;
    let mallory = Mallory::new(&clock).await;
    for number in 0..60 {
        let post = create::post(&north.instance, north.instance.quarter(), note(&format!("Nummer {number}"))).await;
        let url = post.expect("a post").url;
        assert_eq!(mallory.send(&north, "mallory", flag(&mallory, number, json!(url))).await, 202);
    }
    assert_eq!(open(&north).await.len(), 50);
}

#[tokio::test]
async fn an_editor_forwards_a_report_without_its_reporter_and_blocks() {
    let clock = clock();
    for (north, south) in neighbours_on_each(&clock).await {
        let post = create::post(&south.instance, south.instance.quarter(), note("Gelogen")).await.expect("a post");
        let shown = async || posts::by_url(&mut north.read().await, &post.url).await.expect("a query").is_some();
        until("it is there", async || shown().await).await;
        let draft = Draft {
            reason: "Das ist gelogen.".into(),
            name: "Mira".into(),
            email: "mira@nord.example".into(),
            ..Draft::default()
        };
        let number = reports::take(&north.instance, &post.url, &draft).await.expect("a number");
        let id = open(&north).await.first().expect("the report").id;
        assert_eq!(open(&north).await.first().expect("the report").number, number);
        let north_there = &north.instance;
        reports::decide(north_there, id, Action::Forward, "Ole", "Bitte prüfen.").await.expect("a decision");
        until("the south has it", async || open(&south).await.len() == 1).await;
        let there = open(&south).await;
        let report = there.first().expect("the report");
        assert_eq!((&report.target, report.reason.as_str()), (&post.url, "Bitte prüfen."));
        let reporter = storage::actors::by_id(&mut south.read().await, report.reporter.expect("a reporter")).await;
        assert_eq!(reporter.expect("a query").expect("an actor").url, north.instance.application().url);
        let south_url = &south.instance.quarter().url;
        let (mut tx, sender) = (north.read().await, north.instance.application().id);
        let sent = activities::latest(&mut tx, sender, "Flag", south_url).await.expect("a query");
        drop(tx);
        let body = sent.expect("the Flag").body;
        assert!(!body.contains("Mira") && !body.contains("mira@") && !body.contains("gelogen"), "{body}");
        reports::decide(north_there, id, Action::BlockActor, "Ole", "Wiederholt.").await.expect("a decision");
        assert!(open(&north).await.is_empty());
        assert!(!shown().await);
        let log = decisions::latest(&mut north.read().await, 9).await.expect("decisions");
        let log: Vec<(&str, &str)> = log.iter().map(|one| (one.what.as_str(), one.reason.as_str())).collect();
        assert_eq!(log, [("block-actor", "Wiederholt."), ("forward", "Bitte prüfen.")]);
    }
}

#[tokio::test]
async fn who_blocks_us_is_followed_no_more_and_hears_nothing() {
    let clock = clock();
    for (north, south) in neighbours_on_each(&clock).await {
        let mallory = Mallory::new(&clock).await;
        let url: Url = mallory.id("/mallory").parse().expect("a URL");
        follow(&north, &mallory, "mallory").await;
        let there = remote::known_or_fetched(&north.instance, &url).await.expect("an actor");
        let quarter = north.instance.quarter();
        let blocked = mallory.activity(1, "mallory", "Block", json!(quarter.url));
        assert_eq!(mallory.send(&north, "mallory", blocked).await, 202);
        assert!(!follows::is_followed_by_us(&mut north.read().await, there.id).await.expect("a query"));
        let mut tx = north.instance.store().write().await.expect("a transaction");
        following::publish(&mut tx, &north.instance, quarter, &there).await.expect("a follow");
        tx.commit().await.expect("a commit");
        let waiting = storage::deliveries::unfinished(&mut north.read().await, there.host.as_str(), 9).await;
        assert!(waiting.expect("records").is_empty(), "nothing goes to who blocks us");
        // One of ours blocks: nobody is told, and the neighbour's follow of it ends.
        let mut tx = south.instance.store().write().await.expect("a transaction");
        let other = storage::actors::by_url(&mut tx, &quarter.url).await.expect("a query").expect("the actor");
        let own = south.instance.quarter().clone();
        block::publish(&mut tx, &south.instance, &own, &other).await.expect("a block");
        tx.commit().await.expect("a commit");
        south.instance.wake();
        until("the north is no neighbour", async || {
            north.first_state().await != Some(domain::neighbour::State::Established)
        })
        .await;
        let kept = activities::latest(&mut south.read().await, own.id, "Block", &quarter.url).await.expect("a query");
        let about = storage::deliveries::unfinished(&mut south.read().await, "", 99).await.expect("records");
        assert!(kept.is_some() && about.iter().all(|record| record.kind != "Block"));
    }
}

#[tokio::test]
async fn what_a_stranger_sends_waits_is_bounded_and_shown_on_a_yes() {
    let clock = clock();
    for database in testing::all() {
        let north = TestQuarter::new("nord", &clock, database).await;
        let mallory = Mallory::new(&clock).await;
        let quarter = north.instance.quarter();
        let parent = create::post(&north.instance, quarter, note("Wer kommt?")).await.expect("a post");
        for number in 0..30 {
            let mut answer = a_note(&mallory.id(&format!("/notes/{number}")), &mallory.id("/mallory"));
            answer["inReplyTo"] = json!(parent.url);
            if number == 1 {
                answer["content"] = json!("<a href=\"https://kauf.example\">Kauf!</a>");
            }
            let sent = mallory.activity(number, "mallory", "Create", answer);
            assert_eq!(mallory.send(&north, "mallory", sent).await, 202);
        }
        let waiting = storage::held::list(&mut north.read().await, 99).await.expect("a list");
        assert_eq!(i64::try_from(waiting.len()).expect("a count"), held::PER_HOUR);
        assert_eq!(waiting.iter().filter(|held| held.suspicious).count(), 1);
        let first = waiting.first().expect("one").post.clone();
        queue::approve(&north.instance, first.id, "Mira").await.expect("a yes");
        assert!(posts::by_id(&mut north.read().await, first.id).await.expect("a query").is_some());
        let rest =
            queue::decide_host(&north.instance, mallory.base.trim_start_matches("http://"), false, "Mira", "Spam")
                .await;
        assert_eq!(rest.expect("a no"), 19);
        // Declined is declined: the same post does not come back.
        let again = waiting.get(1).expect("a second").post.url.clone();
        let mut answer = a_note(again.as_str(), &mallory.id("/mallory"));
        answer["inReplyTo"] = json!(parent.url);
        clock.step(jiff::SignedDuration::from_hours(2));
        assert_eq!(mallory.send(&north, "mallory", mallory.activity(99, "mallory", "Create", answer)).await, 202);
        assert_eq!(storage::held::count(&mut north.read().await).await.expect("counts"), (0, 0));
        // What is sent to the quarter itself is passed on in its name once an editor says yes.
        let mut sent = a_note(&mallory.id("/notes/200"), &mallory.id("/mallory"));
        sent["cc"] = json!([quarter.url]);
        assert_eq!(mallory.send(&north, "mallory", mallory.activity(200, "mallory", "Create", sent)).await, 202);
        let waiting = storage::held::list(&mut north.read().await, 9).await.expect("a list");
        let submitted = waiting.first().expect("the post").post.clone();
        queue::approve(&north.instance, submitted.id, "Mira").await.expect("a yes");
        let passed = activities::latest(&mut north.read().await, quarter.id, "Announce", &submitted.url).await;
        assert!(passed.expect("a query").is_some());
    }
}
