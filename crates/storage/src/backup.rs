//! What a backup has to know about its rows, and what becomes of them when it is restored.

use domain::delivery::LIFETIME;
use jiff::{SignedDuration, Timestamp};

use crate::tx::run;
use crate::{Result, Tx};

/// How far apart the turns of two servers are after a restore.
const STEP: SignedDuration = SignedDuration::from_secs(2);
/// Within what time every server has its turn, however many there are.
const SPREAD: SignedDuration = SignedDuration::from_hours(1);

/// What [`settle`] found waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settled {
    /// Deliveries that go out, slowly.
    pub waiting: u64,
    /// To how many servers.
    pub hosts: usize,
    /// When the last of them has its turn.
    pub until: Timestamp,
    /// Deliveries that were given up, since they are too old.
    pub held: u64,
    /// Letters that are not sent.
    pub letters: u64,
}

/// The handles of our actors that have no key to sign with: without it other servers believe nothing they say.
pub async fn without_keys(tx: &mut Tx) -> Result<Vec<String>> {
    let handles = run!(tx, |conn| sqlx::query_scalar(
        "select handle from actors where part is not null and deleted_at is null
           and not exists (select 1 from private_keys k where k.actor = actors.id) order by handle",
    )
    .fetch_all(conn)
    .await)?;
    Ok(handles)
}

/// Sees to it that a restored quarter does not tell everybody at once what it may have told them already.
///
/// Servers take every id once, so deliveries that waited go out again, but one server after the other. Those that are
/// older than a delivery gets are given up, visibly. Letters are not sent: people can't tell that they had one.
pub async fn settle(tx: &mut Tx, now: Timestamp) -> Result<Settled> {
    let held = give_up_old(tx, now).await?;
    let letters = hold_letters(tx).await?;
    let (hosts, until) = spread(tx, now).await?;
    let waiting: i64 = run!(tx, |conn| sqlx::query_scalar("select count(*) from deliveries where state = 'waiting'")
        .fetch_one(conn)
        .await)?;
    Ok(Settled { waiting: waiting.try_into().unwrap_or(0), hosts, until, held, letters })
}

async fn give_up_old(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    let held = run!(tx, |conn| sqlx::query(
        "update deliveries set state = 'failed', finished_at = $1,
           error = 'restored from a backup, and older than a week; may have arrived long ago'
         where state = 'waiting' and created_at < $2",
    )
    .bind(now.as_millisecond())
    .bind((now - LIFETIME).as_millisecond())
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(held)
}

async fn hold_letters(tx: &mut Tx) -> Result<u64> {
    let letters = run!(tx, |conn| sqlx::query(
        "update letters set due_at = null, error = 'restored from a backup; may have arrived long ago'
         where due_at is not null",
    )
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(letters)
}

/// Gives every server for which something waits a turn of its own; how many they are, and when the last one's is.
async fn spread(tx: &mut Tx, now: Timestamp) -> Result<(usize, Timestamp)> {
    run!(tx, |conn| sqlx::query("update lanes set due_at = null, leased_until = null")
        .execute(conn)
        .await
        .map(|_| ()))?;
    let hosts: Vec<String> = run!(tx, |conn| sqlx::query_scalar(
        "select distinct host from deliveries where state = 'waiting' order by host",
    )
    .fetch_all(conn)
    .await)?;
    let step = (SPREAD / i32::try_from(hosts.len().max(1)).unwrap_or(i32::MAX)).min(STEP);
    let mut turn = now;
    for (at, host) in hosts.iter().enumerate() {
        turn = now + step * i32::try_from(at).unwrap_or(i32::MAX);
        run!(tx, |conn| sqlx::query(
            // One failure: what comes after a host was away goes out gently (`domain::delivery::SLOW_START`).
            "insert into lanes (host, due_at, failures) values ($1, $2, 1)
             on conflict (host) do update set due_at = excluded.due_at,
               failures = case when lanes.failures = 0 then 1 else lanes.failures end",
        )
        .bind(host)
        .bind(turn.as_millisecond())
        .execute(conn)
        .await
        .map(|_| ()))?;
    }
    Ok((hosts.len(), turn))
}

#[cfg(test)]
mod tests {
    use domain::actor::Part;
    use url::Url;

    use super::*;
    use crate::lanes::{self, Hour};
    use crate::samples::{self, hours, known, noon, stores};
    use crate::{activities, actors, deliveries, letters};

    async fn waiting(tx: &mut Tx, host: &str, since: Timestamp) {
        let sender = known(tx, &format!("sender-{host}"), Some(Part::Initiative)).await;
        let activity = samples::activity(&sender, "Create");
        activities::insert(tx, &activity).await.expect("an insert");
        let inbox: Url = format!("https://{host}/inbox").parse().expect("a URL");
        deliveries::to_inbox(tx, activity.id, &inbox, host, since).await.expect("a delivery");
    }

    #[tokio::test]
    async fn after_a_restore_servers_take_turns_and_what_is_too_old_waits_for_a_word() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            for (host, age) in [("a.example", 0), ("b.example", 24), ("c.example", 167), ("alt.example", 169)] {
                waiting(&mut tx, host, noon() - hours(age)).await;
            }
            let settled = settle(&mut tx, noon()).await.expect("order");
            let expected = Settled { waiting: 3, hosts: 3, until: noon() + STEP * 2, held: 1, letters: 0 };
            assert_eq!(settled, expected);
            for (now, host) in [(noon(), "a.example"), (noon() + STEP, "b.example"), (noon() + STEP * 2, "c.example")] {
                let hour = Hour { now, leased_until: now + hours(1), longest: now + hours(2), latest: now + hours(25) };
                let lanes = lanes::claim(&mut tx, &hour, 9).await.expect("lanes");
                assert_eq!(lanes.iter().map(|lane| lane.host.as_str()).collect::<Vec<_>>(), [host]);
            }
            let given_up = deliveries::unfinished(&mut tx, "alt.example", 9).await.expect("records");
            assert_eq!(given_up[0].state, "failed");
            assert_eq!(deliveries::retry(&mut tx, "alt.example", noon()).await.expect("a word"), 1);
        }
    }

    #[tokio::test]
    async fn a_thousand_servers_have_their_turns_within_the_hour() {
        let (_database, store) = stores().await.remove(0);
        let mut tx = store.write().await.expect("a transaction");
        for number in 0..2_000 {
            waiting(&mut tx, &format!("s{number}.example"), noon()).await;
        }
        let settled = settle(&mut tx, noon()).await.expect("order");
        assert_eq!(settled.hosts, 2_000);
        assert!(settled.until > noon() + hours(1) - SignedDuration::from_mins(1) && settled.until < noon() + hours(1));
    }

    #[tokio::test]
    async fn letters_are_not_sent_again() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let to = "mira@nord.example".parse().expect("an address");
            let letter = letters::Letter { to, subject: "S".into(), text: "T".into() };
            letters::insert(&mut tx, &letter, noon()).await.expect("an insert");
            assert_eq!(settle(&mut tx, noon()).await.expect("order").letters, 1);
            assert!(
                letters::claim(&mut tx, noon() + hours(9), noon() + hours(10), 9).await.expect("letters").is_empty()
            );
        }
    }

    #[tokio::test]
    async fn an_actor_without_a_key_is_named() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let keys = actors::PrivateKeys { rsa: vec![1], ed25519: None };
            let quarter = samples::actor("nord", Some(Part::Quarter));
            actors::insert(&mut tx, &quarter, Some(&keys)).await.expect("an insert");
            known(&mut tx, "sued", None).await;
            assert!(without_keys(&mut tx).await.expect("handles").is_empty());
            known(&mut tx, "cafe", Some(Part::Initiative)).await;
            assert_eq!(without_keys(&mut tx).await.expect("handles"), ["cafe"]);
        }
    }
}
