//! What the editors decided about what others published, and why.

use jiff::Timestamp;
use uuid::Uuid;

use crate::tx::run;
use crate::{Result, Tx, row};

/// One decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Our key for it, time-ordered.
    pub id: Uuid,
    /// When.
    pub decided_at: Timestamp,
    /// Who, by name.
    pub who: String,
    /// What was done; the message key is `decision-WHAT`.
    pub what: String,
    /// About what: an address or a host.
    pub about: String,
    /// Why, in a sentence; may be empty.
    pub reason: String,
    /// The report that asked for it.
    pub report: Option<Uuid>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    decided_at: i64,
    who: String,
    what: String,
    about: String,
    reason: String,
    report: Option<Uuid>,
}

/// Notes a decision.
pub async fn insert(tx: &mut Tx, decision: &Decision) -> Result<()> {
    run!(tx, |conn| sqlx::query(
        "insert into decisions (id, decided_at, who, what, about, reason, report) values ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(decision.id)
    .bind(decision.decided_at.as_millisecond())
    .bind(&decision.who)
    .bind(&decision.what)
    .bind(&decision.about)
    .bind(&decision.reason)
    .bind(decision.report)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Calls a person otherwise in the log, as who decided and as whom it was about; an empty name takes them out of it.
pub async fn rename(tx: &mut Tx, from: &str, to: &str) -> Result<()> {
    for statement in [
        "update decisions set who = $2 where who = $1",
        "update decisions set about = $2 where about = $1",
        "update decisions set reason = $2 where reason = $1",
    ] {
        run!(tx, |conn| sqlx::query(statement).bind(from).bind(to).execute(conn).await.map(|_| ()))?;
    }
    Ok(())
}

/// How often that was done after `since`.
pub async fn count(tx: &mut Tx, what: &str, since: Timestamp) -> Result<i64> {
    let count =
        run!(tx, |conn| sqlx::query_scalar("select count(*) from decisions where what = $1 and decided_at > $2")
            .bind(what)
            .bind(since.as_millisecond())
            .fetch_one(conn)
            .await)?;
    Ok(count)
}

/// The latest decisions, the newest first.
pub async fn latest(tx: &mut Tx, limit: i64) -> Result<Vec<Decision>> {
    let rows: Vec<Row> = run!(tx, |conn| sqlx::query_as(
        "select id, decided_at, who, what, about, reason, report from decisions
         order by decided_at desc, id desc limit $1"
    )
    .bind(limit)
    .fetch_all(conn)
    .await)?;
    let decision = |row: Row| {
        Ok(Decision {
            id: row.id,
            decided_at: row::time(row.decided_at)?,
            who: row.who,
            what: row.what,
            about: row.about,
            reason: row.reason,
            report: row.report,
        })
    };
    rows.into_iter().map(decision).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{hours, noon, stores};

    #[tokio::test]
    async fn the_latest_decision_comes_first() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let mut kept = Vec::new();
            for hour in [1, 2] {
                let decision = Decision {
                    id: Uuid::now_v7(),
                    decided_at: noon() + hours(hour),
                    who: "Mira".into(),
                    what: "block-host".into(),
                    about: "boese.example".into(),
                    reason: "Spam".into(),
                    report: None,
                };
                insert(&mut tx, &decision).await.expect("an insert");
                kept.insert(0, decision);
            }
            assert_eq!(latest(&mut tx, 9).await.expect("decisions"), kept);
            assert_eq!(count(&mut tx, "block-host", noon() + hours(1)).await.expect("a count"), 1);
            assert_eq!(count(&mut tx, "approve", noon()).await.expect("a count"), 0);
            rename(&mut tx, "Mira", "").await.expect("an update");
            let nameless = kept.into_iter().map(|decision| Decision { who: String::new(), ..decision });
            assert_eq!(latest(&mut tx, 9).await.expect("decisions"), nameless.collect::<Vec<_>>());
        }
    }
}
