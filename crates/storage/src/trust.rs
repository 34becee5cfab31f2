//! How far the editors trust where something comes from: what they decided, and how many entries they approved.

use domain::trust::{ENOUGH, Kind, Level};
use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use crate::tx::run;
use crate::{Error, Result, Tx, row};

/// What is known of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trust {
    /// Our key for it.
    pub source: Uuid,
    /// What it is.
    pub kind: Kind,
    /// What an editor decided; `None`: nobody has.
    pub level: Option<Level>,
    /// How the owner of a mailbox is called.
    pub name: Option<String>,
    /// How many entries were approved since the last one was declined.
    pub approved: i64,
    /// When an editor last decided about something of it, or it last sent something.
    pub used_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Row {
    source: Uuid,
    kind: String,
    level: Option<String>,
    name: Option<String>,
    approved: i64,
    used_at: i64,
}

impl TryFrom<Row> for Trust {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            source: row.source,
            kind: Kind::from_name(&row.kind).ok_or(Error::Unreadable("kind"))?,
            level: row.level.as_deref().and_then(Level::from_name),
            name: row.name,
            approved: row.approved,
            used_at: row::time(row.used_at)?,
        })
    }
}

const COLUMNS: &str = "source, kind, level, name, approved, used_at";

/// What is known of a source.
pub async fn find(tx: &mut Tx, source: Uuid) -> Result<Option<Trust>> {
    let row: Option<Row> =
        run!(tx, |conn| sqlx::query_as(AssertSqlSafe(format!("select {COLUMNS} from trust where source = $1")))
            .bind(source)
            .fetch_optional(conn)
            .await)?;
    row.map(Trust::try_from).transpose()
}

/// What an editor decided about a source.
pub async fn level(tx: &mut Tx, source: Uuid) -> Result<Option<Level>> {
    Ok(find(tx, source).await?.and_then(|trust| trust.level))
}

/// Everything about which an editor decided, or might: the latest first.
pub async fn all(tx: &mut Tx, limit: i64) -> Result<Vec<Trust>> {
    let rows: Vec<Row> = run!(tx, |conn| {
        sqlx::query_as(AssertSqlSafe(format!(
        "select {COLUMNS} from trust where level is not null or approved >= $1 order by used_at desc, source limit $2"
    )))
    .bind(ENOUGH)
    .bind(limit)
    .fetch_all(conn)
    .await
    })?;
    rows.into_iter().map(Trust::try_from).collect()
}

/// Keeps what an editor decided about a source.
pub async fn set(tx: &mut Tx, trust: &Trust) -> Result<()> {
    run!(tx, |conn| sqlx::query(
        "insert into trust (source, kind, level, name, approved, used_at) values ($1, $2, $3, $4, $5, $6)
         on conflict (source) do update set level = excluded.level, name = excluded.name, used_at = excluded.used_at",
    )
    .bind(trust.source)
    .bind(trust.kind.as_str())
    .bind(trust.level.map(Level::as_str))
    .bind(&trust.name)
    .bind(trust.approved)
    .bind(trust.used_at.as_millisecond())
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Counts an entry of a source that was approved; one that was declined begins the count anew.
pub async fn count(tx: &mut Tx, (kind, source): (Kind, Uuid), approved: bool, now: Timestamp) -> Result<()> {
    run!(tx, |conn| sqlx::query(
        "insert into trust (source, kind, approved, used_at) values ($1, $2, $3, $4)
         on conflict (source) do update set approved = trust.approved * $3 + $3, used_at = $4",
    )
    .bind(source)
    .bind(kind.as_str())
    .bind(i64::from(approved))
    .bind(now.as_millisecond())
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Notes that a source is in use, so that it is not forgotten.
pub async fn touch(tx: &mut Tx, source: Uuid, now: Timestamp) -> Result<()> {
    run!(tx, |conn| sqlx::query("update trust set used_at = $2 where source = $1")
        .bind(source)
        .bind(now.as_millisecond())
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// Forgets a source.
pub async fn forget(tx: &mut Tx, source: Uuid) -> Result<()> {
    run!(tx, |conn| sqlx::query("delete from trust where source = $1").bind(source).execute(conn).await.map(|_| ()))?;
    Ok(())
}

/// Forgets the mailboxes that were not used since `before`, and whom nobody decided about; how many it were.
pub async fn prune(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    let gone =
        run!(tx, |conn| sqlx::query("delete from trust where used_at <= $1 and (kind = 'mailbox' or level is null)")
            .bind(before.as_millisecond())
            .execute(conn)
            .await
            .map(|done| done.rows_affected()))?;
    Ok(gone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{hours, noon, stores};

    #[tokio::test]
    async fn approvals_are_counted_from_the_last_refusal_on() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let source = (Kind::Actor, Uuid::from_u128(1));
            for (approved, counted) in [(true, 1), (true, 2), (false, 0), (true, 1)] {
                count(&mut tx, source, approved, noon()).await.expect("a count");
                let trust = find(&mut tx, source.1).await.expect("a query").expect("a row");
                assert_eq!((trust.approved, trust.level), (counted, None));
            }
            assert!(all(&mut tx, 9).await.expect("a list").is_empty(), "nothing to decide yet");
            for _ in 1..ENOUGH {
                count(&mut tx, source, true, noon()).await.expect("a count");
            }
            assert_eq!(all(&mut tx, 9).await.expect("a list").len(), 1);
        }
    }

    #[tokio::test]
    async fn what_an_editor_decided_stays_and_a_mailbox_is_forgotten_when_it_is_not_used() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            for (number, kind) in [(1, Kind::Actor), (2, Kind::Mailbox)] {
                let trust = Trust {
                    source: Uuid::from_u128(number),
                    kind,
                    level: Some(Level::Show),
                    name: Some("Ruth".into()),
                    approved: 0,
                    used_at: noon(),
                };
                set(&mut tx, &trust).await.expect("an insert");
                count(&mut tx, (kind, trust.source), true, noon()).await.expect("a count");
                set(&mut tx, &trust).await.expect("an update");
                let kept = find(&mut tx, trust.source).await.expect("a query");
                assert_eq!(kept, Some(Trust { approved: 1, ..trust }), "the count stays");
            }
            touch(&mut tx, Uuid::from_u128(2), noon() + hours(1)).await.expect("an update");
            assert_eq!(prune(&mut tx, noon()).await.expect("a removal"), 0);
            assert_eq!(prune(&mut tx, noon() + hours(1)).await.expect("a removal"), 1);
            assert_eq!(level(&mut tx, Uuid::from_u128(1)).await.expect("a query"), Some(Level::Show));
            forget(&mut tx, Uuid::from_u128(1)).await.expect("a removal");
            assert_eq!(level(&mut tx, Uuid::from_u128(1)).await.expect("a query"), None);
        }
    }
}
