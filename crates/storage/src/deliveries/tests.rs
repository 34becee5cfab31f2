//! What the queue keeps, tells and forgets.

use domain::actor::{Actor, Part};

use super::*;
use crate::activities::{self, Activity};
use crate::follows::{self, Follow};
use crate::lanes::{self, Hour, Lane, Release};
use crate::samples::{activity, hours, known, noon, stores};

/// Our quarter with followers on `a.example` (two, one shared inbox) and `b.example`.
async fn followed(tx: &mut Tx) -> Actor {
    let ours = known(tx, "nord", Some(Part::Quarter)).await;
    for handle in ["a", "b"] {
        let follower = known(tx, handle, None).await;
        follow(tx, follower.id, ours.id).await;
    }
    let mut second = crate::samples::actor("a", None);
    second.url = "https://a.example/@second".parse().expect("a URL");
    crate::actors::insert(tx, &second, None).await.expect("an insert");
    follow(tx, second.id, ours.id).await;
    ours
}

async fn follow(tx: &mut Tx, follower: Uuid, followed: Uuid) {
    let activity = format!("https://x.example/{follower}").parse().expect("a URL");
    let kept = Follow { follower, followed, activity, requested_at: noon(), accepted_at: Some(noon()) };
    follows::insert(tx, &kept).await.expect("an insert");
}

/// What a commit does first.
async fn opened(tx: &mut Tx) {
    if let Tx::Postgres(tx) = tx {
        open_lanes(tx).await.expect("lanes");
    }
}

async fn publish(tx: &mut Tx, ours: &Actor) -> Activity {
    let done = activity(ours, "Create");
    activities::insert(tx, &done).await.expect("an insert");
    to_followers(tx, done.id, ours.id, noon()).await.expect("deliveries");
    opened(tx).await;
    done
}

/// So many hours after noon, with leases of an hour; honest ones end within three, and honest turns come within two days.
fn hour(at: i64) -> Hour {
    let now = noon() + hours(at);
    Hour { now, leased_until: now + hours(1), longest: now + hours(3), latest: now + hours(48) }
}

async fn claim(tx: &mut Tx, at: i64) -> Vec<String> {
    opened(tx).await;
    let lanes = lanes::claim(tx, &hour(at), 9).await.expect("lanes");
    let mut hosts: Vec<String> = lanes.into_iter().map(|Lane { host, .. }| host).collect();
    hosts.sort();
    hosts
}

#[tokio::test]
async fn an_activity_goes_once_to_each_shared_inbox() {
    for (_database, store) in stores().await {
        let mut tx = store.write().await.expect("a transaction");
        let ours = followed(&mut tx).await;
        let done = publish(&mut tx, &ours).await;
        assert_eq!(count(&mut tx).await.expect("counts"), [("waiting".to_owned(), 2)]);
        assert_eq!(claim(&mut tx, 0).await, ["a.example", "b.example"]);
        assert!(claim(&mut tx, 0).await.is_empty(), "both are leased");
        let waiting = waiting(&mut tx, "a.example", None, 9).await.expect("deliveries");
        assert_eq!(
            waiting.iter().map(|found| (found.activity, found.inbox.as_str())).collect::<Vec<_>>(),
            [(done.id, "https://a.example/inbox")]
        );
        assert_eq!(waiting[0].sender, ours.id);
    }
}

#[tokio::test]
async fn a_lane_keeps_the_order_and_is_idle_when_it_is_empty() {
    for (_database, store) in stores().await {
        let mut tx = store.write().await.expect("a transaction");
        let ours = followed(&mut tx).await;
        let (first, second) = (publish(&mut tx, &ours).await, publish(&mut tx, &ours).await);
        claim(&mut tx, 0).await;
        let found = waiting(&mut tx, "b.example", None, 9).await.expect("deliveries");
        assert_eq!(found.iter().map(|one| one.activity).collect::<Vec<_>>(), [first.id, second.id]);
        let rest = waiting(&mut tx, "b.example", Some((first.id, &found[0].inbox)), 9).await.expect("deliveries");
        assert_eq!(rest, found[1..]);
        for one in found {
            let done = Done { activity: one.activity, inbox: one.inbox, result: Ok(()) };
            finish(&mut tx, &done, noon()).await.expect("an update");
        }
        mark_alive(&mut tx, "b.example", false, noon()).await.expect("an update");
        for host in ["a.example", "b.example"] {
            lanes::release(&mut tx, host, &Release::Well, noon()).await.expect("an update");
        }
        assert_eq!(claim(&mut tx, 0).await, ["a.example"]);
        let status = lanes::status(&mut tx).await.expect("rows");
        let told: Vec<_> = status.iter().map(|one| (one.host.as_str(), one.waiting, one.delivered_at)).collect();
        assert_eq!(told, [("a.example", 2, None), ("b.example", 0, Some(noon()))]);
    }
}

#[tokio::test]
async fn a_host_that_fails_is_left_alone_and_new_deliveries_do_not_wake_it() {
    for (_database, store) in stores().await {
        let mut tx = store.write().await.expect("a transaction");
        let ours = followed(&mut tx).await;
        let done = publish(&mut tx, &ours).await;
        claim(&mut tx, 0).await;
        let inbox: Url = "https://a.example/inbox".parse().expect("a URL");
        mark_tried(&mut tx, done.id, &inbox, "no answer").await.expect("an update");
        let failing = Release::Failing { failures: 1, until: noon() + hours(5), error: "no answer".into() };
        lanes::release(&mut tx, "a.example", &failing, noon()).await.expect("an update");
        publish(&mut tx, &ours).await;
        assert!(claim(&mut tx, 0).await.is_empty());
        assert!(!lanes::is_any_due(&mut tx, &hour(0)).await.expect("a look"));
        assert!(lanes::is_any_due(&mut tx, &hour(1)).await.expect("a look"), "the lease of b ends first");
        lanes::release_all(&mut tx).await.expect("an update");
        assert_eq!(claim(&mut tx, 0).await, ["b.example"]);
        let again = lanes::claim(&mut tx, &hour(5), 1).await.expect("lanes");
        assert!(again.iter().any(|lane| lane.host != "b.example" || lane.failures == 0));
        lanes::release_all(&mut tx).await.expect("an update");
        lanes::hurry(&mut tx, "a.example", noon()).await.expect("an update");
        assert_eq!(claim(&mut tx, 0).await, ["a.example", "b.example"]);
    }
}

#[tokio::test]
async fn t_01_what_a_wrong_clock_wrote_holds_up_nothing() {
    for (_database, store) in stores().await {
        let mut tx = store.write().await.expect("a transaction");
        let ours = followed(&mut tx).await;
        publish(&mut tx, &ours).await;
        // The clock stood a year ahead, the lanes were leased then, and one of them failed.
        let year = 365 * 24;
        assert_eq!(claim(&mut tx, year).await, ["a.example", "b.example"]);
        let failing = Release::Failing { failures: 1, until: noon() + hours(year), error: "no answer".into() };
        lanes::release(&mut tx, "a.example", &failing, noon() + hours(year)).await.expect("an update");
        assert!(lanes::is_any_due(&mut tx, &hour(0)).await.expect("a look"));
        assert_eq!(claim(&mut tx, 0).await, ["a.example", "b.example"]);
        assert!(!lanes::is_any_due(&mut tx, &hour(0)).await.expect("a look"), "honest leases hold");
    }
}

#[tokio::test]
async fn what_is_given_up_is_told_retried_and_dropped() {
    for (_database, store) in stores().await {
        let mut tx = store.write().await.expect("a transaction");
        let ours = followed(&mut tx).await;
        let done = publish(&mut tx, &ours).await;
        let given_up = Done {
            activity: done.id,
            inbox: "https://a.example/inbox".parse().expect("a URL"),
            result: Err("no".into()),
        };
        finish(&mut tx, &given_up, noon()).await.expect("an update");
        let told = of_object(&mut tx, &done.object, 9).await.expect("records");
        let states: Vec<_> = told.iter().map(|one| (one.host.as_str(), one.state.as_str())).collect();
        assert_eq!(states, [("a.example", "failed"), ("b.example", "waiting")]);
        assert_eq!(unfinished(&mut tx, "a.example", 9).await.expect("records").len(), 1);
        assert_eq!(unfinished(&mut tx, "", 9).await.expect("records").len(), 2);
        assert_eq!(retry(&mut tx, "", noon()).await.expect("an update"), 1);
        assert_eq!(claim(&mut tx, 0).await, ["a.example", "b.example"]);
        assert_eq!(drop(&mut tx, "a.example").await.expect("a removal"), 1);
        assert_eq!(drop(&mut tx, "").await.expect("a removal"), 1);
        lanes::release_all(&mut tx).await.expect("an update");
        assert!(claim(&mut tx, 9).await.is_empty());
    }
}

#[tokio::test]
async fn who_heard_of_an_object_hears_of_its_end() {
    for (_database, store) in stores().await {
        let mut tx = store.write().await.expect("a transaction");
        let ours = followed(&mut tx).await;
        let created = publish(&mut tx, &ours).await;
        let former =
            crate::actors::by_url(&mut tx, &"https://b.example/@b".parse().expect("a URL")).await.expect("a row");
        follows::remove(&mut tx, former.expect("the actor").id, ours.id).await.expect("a removal");
        let left = activity(&ours, "Delete");
        activities::insert(&mut tx, &left).await.expect("an insert");
        to_receivers_from(&mut tx, left.id, ours.id, noon()).await.expect("deliveries");
        assert_eq!(waiting(&mut tx, "b.example", None, 9).await.expect("deliveries").len(), 2);
        cancel(&mut tx, &left.object, noon()).await.expect("an update");
        cancel(&mut tx, &created.object, noon()).await.expect("an update");
        assert_eq!(count(&mut tx).await.expect("counts"), [("cancelled".to_owned(), 4)]);
        let mut deleted = activity(&ours, "Delete");
        deleted.object = created.object.clone();
        activities::insert(&mut tx, &deleted).await.expect("an insert");
        to_followers(&mut tx, deleted.id, ours.id, noon()).await.expect("deliveries");
        to_receivers_of(&mut tx, deleted.id, &created.object, noon()).await.expect("deliveries");
        assert_eq!(waiting(&mut tx, "b.example", None, 9).await.expect("deliveries").len(), 1);
        assert_eq!(waiting(&mut tx, "a.example", None, 9).await.expect("deliveries").len(), 1);
        let done = Done {
            activity: deleted.id,
            inbox: "https://b.example/inbox".parse().expect("a URL"),
            result: Err("no".into()),
        };
        finish(&mut tx, &done, noon()).await.expect("an update");
        assert_eq!(prune(&mut tx, noon() + hours(1)).await.expect("a removal"), 5);
    }
}

#[tokio::test]
async fn one_inbox_gets_what_is_for_it_alone() {
    for (_database, store) in stores().await {
        let mut tx = store.write().await.expect("a transaction");
        let ours = followed(&mut tx).await;
        let done = activity(&ours, "Accept");
        activities::insert(&mut tx, &done).await.expect("an insert");
        let inbox: Url = "https://a.example/@a/inbox".parse().expect("a URL");
        to_inbox(&mut tx, done.id, &inbox, "a.example", noon()).await.expect("a delivery");
        to_inbox(&mut tx, done.id, &inbox, "a.example", noon()).await.expect("the same delivery");
        assert_eq!(waiting(&mut tx, "a.example", None, 9).await.expect("deliveries").len(), 1);
        assert_eq!(claim(&mut tx, 0).await, ["a.example"]);
    }
}

#[tokio::test]
async fn a_host_fails_since_its_first_failure_in_a_row_and_what_waits_is_told_by_type() {
    for (_database, store) in stores().await {
        let mut tx = store.write().await.expect("a transaction");
        let ours = followed(&mut tx).await;
        publish(&mut tx, &ours).await;
        publish(&mut tx, &ours).await;
        let failing = |failures| Release::Failing { failures, until: noon() + hours(9), error: "HTTP 500".to_owned() };
        let resting = Release::Resting(noon() + hours(9));
        for (at, release, since) in [
            (1, Release::Well, None),
            (2, failing(1), Some(2)),
            (3, failing(2), Some(2)),
            (4, resting, Some(2)),
            (5, Release::Paused(noon() + hours(9)), None),
            (6, failing(1), Some(6)),
        ] {
            lanes::release(&mut tx, "a.example", &release, noon() + hours(at)).await.expect("an update");
            let lane = lanes::status(&mut tx).await.expect("lanes").remove(0);
            assert_eq!(lane.failing_since, since.map(|at| noon() + hours(at)), "{release:?}");
        }
        mark_alive(&mut tx, "a.example", false, noon() + hours(7)).await.expect("an update");
        lanes::release(&mut tx, "a.example", &failing(1), noon() + hours(7)).await.expect("an update");
        let lane = lanes::status(&mut tx).await.expect("lanes").remove(0);
        assert_eq!(lane.failing_since, Some(noon() + hours(7)), "it answered in between");
        let heaps = lanes::heaps(&mut tx).await.expect("heaps");
        let told: Vec<_> = heaps.iter().map(|heap| (heap.host.as_str(), heap.kind.as_str(), heap.count)).collect();
        assert_eq!(told, [("a.example", "Create", 2), ("b.example", "Create", 2)]);
    }
}
