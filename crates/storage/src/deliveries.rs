//! What waits to be delivered where, and what became of it.

use domain::block::Severity;
use domain::host::Host;
use jiff::Timestamp;
use url::Url;
use uuid::Uuid;

use crate::tx::{PostgresTx, SqliteTx, run};
use crate::{Result, Tx, blocked_hosts, row};

mod records;

pub use records::{Record, Tally, deletions, of_object, unfinished};

/// One activity for one inbox, with what is needed to send it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The activity.
    pub activity: Uuid,
    /// Its ActivityPub id.
    pub activity_url: Url,
    /// The inbox.
    pub inbox: Url,
    /// The actor it is signed by.
    pub sender: Uuid,
    /// The JSON.
    pub body: String,
    /// How often it was tried.
    pub attempts: u32,
    /// When it was written.
    pub created_at: Timestamp,
}

/// How one delivery ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// The activity.
    pub activity: Uuid,
    /// The inbox.
    pub inbox: Url,
    /// `Ok` if the peer took it; what went wrong if it is given up.
    pub result: std::result::Result<(), String>,
}

/// Queues an activity for every follower of `followed` on other servers: once per server where it has a shared inbox.
pub async fn to_followers(tx: &mut Tx, activity: Uuid, followed: Uuid, now: Timestamp) -> Result<()> {
    run!(tx, |conn| sqlx::query(
        "insert into deliveries (activity, inbox, host, state, attempts, created_at)
         select distinct $1, coalesce(a.shared_inbox, a.inbox), a.host, 'waiting', 0, $2
         from follows f join actors a on a.id = f.follower
         where f.followed = $3 and f.accepted_at is not null and a.part is null and a.deleted_at is null
         on conflict do nothing",
    )
    .bind(activity)
    .bind(now.as_millisecond())
    .bind(followed)
    .execute(conn)
    .await
    .map(|_| ()))?;
    call_lanes(tx, activity, now).await
}

/// Queues an activity for one inbox on `host`.
pub async fn to_inbox(tx: &mut Tx, activity: Uuid, inbox: &Url, host: &str, now: Timestamp) -> Result<()> {
    run!(tx, |conn| sqlx::query(
        "insert into deliveries (activity, inbox, host, state, attempts, created_at)
         values ($1, $2, $3, 'waiting', 0, $4) on conflict do nothing",
    )
    .bind(activity)
    .bind(inbox.as_str())
    .bind(host)
    .bind(now.as_millisecond())
    .execute(conn)
    .await
    .map(|_| ()))?;
    call_lanes(tx, activity, now).await
}

/// Queues an activity for one inbox once more, whatever became of it there.
pub async fn again(tx: &mut Tx, activity: Uuid, inbox: &Url, host: &str, now: Timestamp) -> Result<()> {
    run!(tx, |conn| sqlx::query("delete from deliveries where activity = $1 and inbox = $2 and state <> 'waiting'")
        .bind(activity)
        .bind(inbox.as_str())
        .execute(conn)
        .await
        .map(|_| ()))?;
    to_inbox(tx, activity, inbox, host, now).await
}

/// Queues an activity for every inbox that already got something about `object`: who heard of it hears of its end.
pub async fn to_receivers_of(tx: &mut Tx, activity: Uuid, object: &Url, now: Timestamp) -> Result<()> {
    run!(tx, |conn| sqlx::query(
        "insert into deliveries (activity, inbox, host, state, attempts, created_at)
         select distinct $1, d.inbox, d.host, 'waiting', 0, $2
         from deliveries d join activities t on t.id = d.activity
         where t.object = $3 and d.activity <> $1 on conflict do nothing",
    )
    .bind(activity)
    .bind(now.as_millisecond())
    .bind(object.as_str())
    .execute(conn)
    .await
    .map(|_| ()))?;
    call_lanes(tx, activity, now).await
}

/// Queues an activity for every inbox that ever got something of `actor`; for actors that are deleted.
pub async fn to_receivers_from(tx: &mut Tx, activity: Uuid, actor: Uuid, now: Timestamp) -> Result<()> {
    run!(tx, |conn| sqlx::query(
        "insert into deliveries (activity, inbox, host, state, attempts, created_at)
         select distinct $1, d.inbox, d.host, 'waiting', 0, $2
         from deliveries d join activities t on t.id = d.activity
         where t.actor = $3 and d.activity <> $1 on conflict do nothing",
    )
    .bind(activity)
    .bind(now.as_millisecond())
    .bind(actor)
    .execute(conn)
    .await
    .map(|_| ()))?;
    call_lanes(tx, activity, now).await
}

/// Queues an activity for everyone on another server who voted in a poll.
pub async fn to_voters(tx: &mut Tx, activity: Uuid, poll: Uuid, now: Timestamp) -> Result<()> {
    run!(tx, |conn| sqlx::query(
        "insert into deliveries (activity, inbox, host, state, attempts, created_at)
         select distinct $1, coalesce(a.shared_inbox, a.inbox), a.host, 'waiting', 0, $2
         from votes v join actors a on a.id = v.actor
         where v.poll = $3 and a.part is null and a.deleted_at is null on conflict do nothing",
    )
    .bind(activity)
    .bind(now.as_millisecond())
    .bind(poll)
    .execute(conn)
    .await
    .map(|_| ()))?;
    call_lanes(tx, activity, now).await
}

/// Takes out what was queued for hosts that are blocked, and for actors that block the sender.
///
/// The last of the queueing functions' steps: whatever finds an inbox, nothing ever waits for these.
async fn leave_out_blocked(tx: &mut Tx, activity: Uuid) -> Result<()> {
    run!(tx, |conn| sqlx::query(
        "delete from deliveries where activity = $1 and state = 'waiting' and inbox in (
           select a.inbox from activities t join blocks b on b.blocked = t.actor join actors a on a.id = b.blocker
           where t.id = $1)",
    )
    .bind(activity)
    .execute(conn)
    .await
    .map(|_| ()))?;
    if !blocked_hosts::any(tx).await? {
        return Ok(());
    }
    let names: Vec<String> = run!(tx, |conn| sqlx::query_scalar(
        "select distinct host from deliveries where activity = $1 and state = 'waiting'"
    )
    .bind(activity)
    .fetch_all(conn)
    .await)?;
    let hosts: Vec<Host> = names.iter().map(|name| row::host(name)).collect::<Result<_>>()?;
    let blocks = blocked_hosts::covering(tx, &hosts).await?;
    let suspended =
        |host: &&Host| blocks.iter().any(|one| one.severity == Severity::Suspend && host.is_within(&one.host));
    for host in hosts.iter().filter(suspended) {
        run!(tx, |conn| sqlx::query("delete from deliveries where activity = $1 and host = $2 and state = 'waiting'")
            .bind(activity)
            .bind(host.as_str())
            .execute(conn)
            .await
            .map(|_| ()))?;
    }
    Ok(())
}

/// Makes the turn come of every host that waits for `activity`; a host that is being left alone stays so.
///
/// On PostgreSQL only when the transaction commits, all at once: see [`open_lanes`].
async fn call_lanes(tx: &mut Tx, activity: Uuid, now: Timestamp) -> Result<()> {
    // Boxed: seldom long, and a part of every publication.
    Box::pin(leave_out_blocked(tx, activity)).await?;
    match tx {
        Tx::Postgres(tx) => tx.queued.push((activity, now)),
        Tx::Sqlite(SqliteTx::Looking(_) | SqliteTx::Reading(_)) => {}
        Tx::Sqlite(SqliteTx::Writing(turn)) => {
            turn.has_queued = true;
            sqlx::query(
                "insert into lanes (host, due_at, failures)
                 select distinct host, $2, 0 from deliveries where activity = $1 and state = 'waiting' order by host
                 on conflict (host) do update set due_at = coalesce(lanes.due_at, excluded.due_at)",
            )
            .bind(activity)
            .bind(now.as_millisecond())
            .execute(&mut **turn)
            .await?;
        }
    }
    Ok(())
}

/// Opens the lanes of everything that was queued in a transaction, last of all and in the order of their names: each
/// stays locked until the commit, and of two that publish at once neither waits for the other for ever.
pub(crate) async fn open_lanes(tx: &mut PostgresTx) -> Result<()> {
    let queued = std::mem::take(&mut tx.queued);
    let Some(now) = queued.iter().map(|(_, at)| at.as_millisecond()).max() else { return Ok(()) };
    let activities: Vec<Uuid> = queued.into_iter().map(|(activity, _)| activity).collect();
    sqlx::query(
        "insert into lanes (host, due_at, failures)
         select distinct host, $2, 0 from deliveries where activity = any($1) and state = 'waiting' order by host
         on conflict (host) do update set due_at = coalesce(lanes.due_at, excluded.due_at)",
    )
    .bind(activities)
    .bind(now)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The next deliveries for a host, in the order in which they were published, after `after`.
pub async fn waiting(tx: &mut Tx, host: &str, after: Option<(Uuid, &Url)>, limit: i64) -> Result<Vec<Delivery>> {
    #[derive(sqlx::FromRow)]
    struct Row {
        activity: Uuid,
        url: String,
        inbox: String,
        actor: Uuid,
        body: String,
        attempts: i64,
        created_at: i64,
    }
    let (after, inbox) = after.map_or((Uuid::nil(), ""), |(id, inbox)| (id, inbox.as_str()));
    let rows: Vec<Row> = run!(tx, |conn| sqlx::query_as(
        "select d.activity, t.url, d.inbox, t.actor, t.body, d.attempts, d.created_at
         from deliveries d join activities t on t.id = d.activity
         where d.host = $1 and d.state = 'waiting' and d.activity >= $2 and (d.activity > $2 or d.inbox > $3)
         order by d.activity, d.inbox limit $4"
    )
    .bind(host)
    .bind(after)
    .bind(inbox)
    .bind(limit)
    .fetch_all(conn)
    .await)?;
    rows.into_iter()
        .map(|row| {
            Ok(Delivery {
                activity: row.activity,
                activity_url: row::url(&row.url)?,
                inbox: row::url(&row.inbox)?,
                sender: row.actor,
                body: row.body,
                attempts: u32::try_from(row.attempts).unwrap_or(u32::MAX),
                created_at: row::time(row.created_at)?,
            })
        })
        .collect()
}

/// Whether a host took something that was published after `activity`, and so is not broken altogether.
pub async fn takes_others(tx: &mut Tx, host: &str, activity: Uuid) -> Result<bool> {
    let taken: Option<Uuid> = run!(tx, |conn| sqlx::query_scalar(
        "select activity from deliveries where host = $1 and state = 'delivered' and activity > $2 limit 1"
    )
    .bind(host)
    .bind(activity)
    .fetch_optional(conn)
    .await)?;
    Ok(taken.is_some())
}

/// Notes that a delivery is finished, for good or bad.
pub async fn finish(tx: &mut Tx, done: &Done, now: Timestamp) -> Result<()> {
    let (state, error) = match &done.result {
        Ok(()) => ("delivered", None),
        Err(error) => ("failed", Some(error)),
    };
    run!(tx, |conn| sqlx::query(
        "update deliveries set state = $3, error = $4, finished_at = $5, attempts = attempts + 1
         where activity = $1 and inbox = $2 and state = 'waiting'",
    )
    .bind(done.activity)
    .bind(done.inbox.as_str())
    .bind(state)
    .bind(error)
    .bind(now.as_millisecond())
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Notes that a host took something. If it said so with a web page, that alone does not show that it is a server still.
pub async fn mark_alive(tx: &mut Tx, host: &str, by_a_page: bool, now: Timestamp) -> Result<()> {
    run!(tx, |conn| sqlx::query(
        "update lanes set delivered_at = $2, failing_since = null,
           astray_since = case when $3 then astray_since else null end
         where host = $1",
    )
    .bind(host)
    .bind(now.as_millisecond())
    .bind(by_a_page)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Notes a try that failed; the delivery goes on waiting.
pub async fn mark_tried(tx: &mut Tx, activity: Uuid, inbox: &Url, error: &str) -> Result<()> {
    run!(tx, |conn| sqlx::query(
        "update deliveries set attempts = attempts + 1, error = $3 where activity = $1 and inbox = $2",
    )
    .bind(activity)
    .bind(inbox.as_str())
    .bind(error)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Takes out of the queue what still waits about `object`: it is deleted, and what it said goes nowhere any more.
///
/// The rows stay as `cancelled`: whoever may have got one hears of the end ([`to_receivers_of`]).
pub async fn cancel(tx: &mut Tx, object: &Url, now: Timestamp) -> Result<()> {
    run!(tx, |conn| sqlx::query(
        "update deliveries set state = 'cancelled', finished_at = $2
         where state = 'waiting' and activity in (select id from activities where object = $1)",
    )
    .bind(object.as_str())
    .bind(now.as_millisecond())
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Takes out of the queue what still waits of an actor, which is being deleted, except what takes something back.
pub async fn cancel_sender(tx: &mut Tx, actor: Uuid, now: Timestamp) -> Result<()> {
    run!(tx, |conn| sqlx::query(
        "update deliveries set state = 'cancelled', finished_at = $2
         where state = 'waiting' and activity in (
           select id from activities where actor = $1 and kind not in ('Delete', 'Leave', 'Reject', 'Undo'))",
    )
    .bind(actor)
    .bind(now.as_millisecond())
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Takes out of the queue, as `cancelled`, everything that waits for a host or was given up on it: it is blocked.
pub async fn cancel_host(tx: &mut Tx, host: &str, now: Timestamp) -> Result<u64> {
    let cancelled = run!(tx, |conn| {
        sqlx::query(
        "update deliveries set state = 'cancelled', finished_at = $2 where state in ('waiting', 'failed') and host = $1",
    )
    .bind(host)
    .bind(now.as_millisecond())
    .execute(conn)
    .await
    .map(|done| done.rows_affected())
    })?;
    run!(tx, |conn| sqlx::query("update lanes set due_at = null where host = $1")
        .bind(host)
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(cancelled)
}

/// Puts what was given up back into the queue; an empty host means all. Says how many.
pub async fn retry(tx: &mut Tx, host: &str, now: Timestamp) -> Result<u64> {
    let queued = run!(tx, |conn| sqlx::query(
        "update deliveries set state = 'waiting', finished_at = null, attempts = 0, created_at = $2
         where state = 'failed' and ($1 = '' or host = $1)",
    )
    .bind(host)
    .bind(now.as_millisecond())
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    run!(tx, |conn| sqlx::query(
        "update lanes set due_at = $2, failures = 0 where ($1 = '' or host = $1)
           and exists (select 1 from deliveries d where d.host = lanes.host and d.state = 'waiting')",
    )
    .bind(host)
    .bind(now.as_millisecond())
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(queued)
}

/// Takes what waits or was given up out of the queue for good; an empty host means all. Says how many.
pub async fn drop(tx: &mut Tx, host: &str) -> Result<u64> {
    let dropped = run!(tx, |conn| sqlx::query(
        "delete from deliveries where state in ('waiting', 'failed') and ($1 = '' or host = $1)",
    )
    .bind(host)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    run!(tx, |conn| sqlx::query("update lanes set due_at = null, failures = 0 where $1 = '' or host = $1")
        .bind(host)
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(dropped)
}

/// How many deliveries are in each state.
pub async fn count(tx: &mut Tx) -> Result<Vec<(String, i64)>> {
    let counts =
        run!(tx, |conn| sqlx::query_as("select state, count(*) from deliveries group by state order by state")
            .fetch_all(conn)
            .await)?;
    Ok(counts)
}

/// Forgets deliveries that ended before `before`.
pub async fn prune(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    let gone = run!(tx, |conn| sqlx::query("delete from deliveries where finished_at < $1 and state <> 'waiting'")
        .bind(before.as_millisecond())
        .execute(conn)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(gone)
}

#[cfg(test)]
mod tests;
