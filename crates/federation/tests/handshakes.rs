//! Stories of two quarters that become neighbours: offers, answers, ends, what gets lost, and backups.
#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

mod support;

use domain::handshake::{Scopes, Standing};
use domain::neighbour::State;
use federation::{handshakes, neighbours};
use jiff::SignedDuration;
use storage::handshakes::Kept;
use storage::testing;
use support::{TestQuarter, clock, neighbours_on_each, until};

/// How it stands at `quarter` with the only other one.
async fn kept(quarter: &TestQuarter) -> Option<Kept> {
    storage::handshakes::all(&mut quarter.read().await, 9).await.expect("hand-shakes").pop()
}

async fn standing(quarter: &TestQuarter) -> Option<Standing> {
    kept(quarter).await.map(|kept| kept.words.standing())
}

async fn until_both(north: &TestQuarter, south: &TestQuarter, wanted: Standing) {
    for quarter in [north, south] {
        until(&format!("it stands so: {wanted:?}"), async || standing(quarter).await == Some(wanted)).await;
    }
}

/// Puts back what `quarter` knew once, as a backup does.
async fn restore(quarter: &TestQuarter, kept: &Kept) {
    let mut tx = quarter.instance.store().write().await.expect("a transaction");
    storage::handshakes::put(&mut tx, kept).await.expect("a change");
    tx.commit().await.expect("a commit");
}

#[tokio::test]
async fn two_quarters_shake_hands_and_end_it() {
    for (north, south) in neighbours_on_each(&clock()).await {
        until_both(&north, &south, Standing::Neighbours(Scopes::ALL)).await;
        neighbours::end(&south.instance, &north.address()).await.expect("an end");
        until_both(&north, &south, Standing::Ended).await;
        assert_ne!(north.first_state().await, Some(State::Established));
        neighbours::invite(&north.instance, &south.address()).await.expect("an invitation");
        until("the south is asked anew", async || standing(&south).await == Some(Standing::Asked(Scopes::ALL))).await;
        neighbours::accept(&south.instance, &north.address()).await.expect("a yes");
        until_both(&north, &south, Standing::Neighbours(Scopes::ALL)).await;
    }
}

#[tokio::test]
async fn two_that_invite_each_other_at_once_are_neighbours() {
    let clock = clock();
    for (one, other) in testing::all().into_iter().zip(testing::all()) {
        let (north, south) =
            (TestQuarter::new("nord", &clock, one).await, TestQuarter::new("sued", &clock, other).await);
        let (to_south, to_north) = (south.address(), north.address());
        let (one, other) = tokio::join!(
            neighbours::invite(&north.instance, &to_south),
            neighbours::invite(&south.instance, &to_north)
        );
        assert!(one.is_ok() && other.is_ok());
        until_both(&north, &south, Standing::Neighbours(Scopes::ALL)).await;
        for quarter in [&north, &south] {
            until("both follow", async || quarter.first_state().await == Some(State::Established)).await;
        }
    }
}

#[tokio::test]
async fn a_quarter_that_comes_back_from_a_backup_learns_how_it_stands() {
    let clock = clock();
    for (north, south) in neighbours_on_each(&clock).await {
        until_both(&north, &south, Standing::Neighbours(Scopes::ALL)).await;
        let backup = kept(&north).await.expect("a hand-shake");
        neighbours::end(&north.instance, &south.address()).await.expect("an end");
        until_both(&north, &south, Standing::Ended).await;
        restore(&north, &backup).await;
        assert_eq!(standing(&north).await, Some(Standing::Neighbours(Scopes::ALL)), "as the backup says");
        clock.step(SignedDuration::from_hours(25));
        handshakes::look_after(&north.instance).await.expect("a look");
        until_both(&north, &south, Standing::Ended).await;
    }
}

#[tokio::test]
async fn an_offer_that_nobody_answers_is_taken_back() {
    let clock = clock();
    for (one, other) in testing::all().into_iter().zip(testing::all()) {
        let (north, south) =
            (TestQuarter::new("nord", &clock, one).await, TestQuarter::new("sued", &clock, other).await);
        neighbours::invite(&north.instance, &south.address()).await.expect("an invitation");
        until("the south is asked", async || standing(&south).await == Some(Standing::Asked(Scopes::ALL))).await;
        clock.step(SignedDuration::from_hours(25));
        assert_eq!(handshakes::look_after(&north.instance).await.expect("a look"), 1, "it is said again");
        assert_eq!(standing(&north).await, Some(Standing::Invited(Scopes::ALL)));
        clock.step(SignedDuration::from_hours(24 * 31));
        handshakes::look_after(&north.instance).await.expect("a look");
        until_both(&north, &south, Standing::Ended).await;
    }
}
