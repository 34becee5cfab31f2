//! Who has said yes to what needs two, until the second does.

use std::collections::HashMap;

use jiff::Timestamp;
use uuid::Uuid;

use crate::tx::run;
use crate::{Result, Tx};

/// Editors who may decide now; others' yes counts for nothing.
const VALID: &str = "join accounts c on c.id = a.account and c.role in ('editor', 'admin') and c.suspended_at is null";

/// Notes that `account` says yes to `object` as it has been since `version`.
pub async fn insert(tx: &mut Tx, object: Uuid, account: Uuid, version: Timestamp, now: Timestamp) -> Result<()> {
    run!(tx, |conn| sqlx::query(
        "insert into approvals (object, account, version, approved_at) values ($1, $2, $3, $4)
         on conflict (object, account) do update set version = excluded.version, approved_at = excluded.approved_at",
    )
    .bind(object)
    .bind(account)
    .bind(version.as_millisecond())
    .bind(now.as_millisecond())
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// How many editors have said yes to `object` as it has been since `version`.
pub async fn count(tx: &mut Tx, object: Uuid, version: Timestamp) -> Result<i64> {
    let query = format!("select count(*) from approvals a {VALID} where a.object = $1 and a.version = $2");
    let count = run!(tx, |conn| sqlx::query_scalar(sqlx::AssertSqlSafe(query))
        .bind(object)
        .bind(version.as_millisecond())
        .fetch_one(conn)
        .await)?;
    Ok(count)
}

/// Takes a yes back; `false` if there was none.
pub async fn remove(tx: &mut Tx, object: Uuid, account: Uuid) -> Result<bool> {
    let removed = run!(tx, |conn| sqlx::query("delete from approvals where object = $1 and account = $2")
        .bind(object)
        .bind(account)
        .execute(conn)
        .await
        .map(|done| done.rows_affected() > 0))?;
    Ok(removed)
}

/// Forgets every yes to `object`: it is decided.
pub async fn forget(tx: &mut Tx, object: Uuid) -> Result<()> {
    run!(tx, |conn| sqlx::query("delete from approvals where object = $1")
        .bind(object)
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// Forgets what was said before `before` and never decided; how many it were.
pub async fn prune(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    let gone = run!(tx, |conn| sqlx::query("delete from approvals where approved_at <= $1")
        .bind(before.as_millisecond())
        .execute(conn)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(gone)
}

/// Who has said yes to everything that needs a second: by our key of the thing and its version in milliseconds, the
/// account that did so first, and its name.
pub async fn first(tx: &mut Tx) -> Result<HashMap<(Uuid, i64), (Uuid, String)>> {
    let query =
        format!("select a.object, a.version, a.account, c.name from approvals a {VALID} order by a.approved_at desc");
    let rows: Vec<(Uuid, i64, Uuid, String)> =
        run!(tx, |conn| sqlx::query_as(sqlx::AssertSqlSafe(query)).fetch_all(conn).await)?;
    Ok(rows.into_iter().map(|(object, version, account, name)| ((object, version), (account, name))).collect())
}

#[cfg(test)]
mod tests {
    use domain::account::Role;

    use super::*;
    use crate::accounts;
    use crate::samples::{account, hours, noon, stores};

    #[tokio::test]
    async fn a_yes_counts_for_the_words_that_were_read_and_while_its_editor_is_one() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let (eva, nora) = (account("eva", Role::Editor), account("nora", Role::Editor));
            let thing = Uuid::from_u128(7);
            for (editor, at) in [(&eva, 0), (&nora, 1)] {
                accounts::insert(&mut tx, editor).await.expect("an account");
                insert(&mut tx, thing, editor.id, noon(), noon() + hours(at)).await.expect("an insert");
            }
            assert_eq!(count(&mut tx, thing, noon()).await.expect("a count"), 2);
            assert_eq!(count(&mut tx, thing, noon() + hours(1)).await.expect("a count"), 0, "it was changed since");
            let named = first(&mut tx).await.expect("names");
            assert_eq!(named[&(thing, noon().as_millisecond())].1, "eva");
            insert(&mut tx, thing, eva.id, noon() + hours(1), noon() + hours(2)).await.expect("an update");
            assert_eq!(count(&mut tx, thing, noon() + hours(1)).await.expect("a count"), 1);
            accounts::set_role(&mut tx, eva.id, Role::Member).await.expect("an update");
            assert_eq!(count(&mut tx, thing, noon() + hours(1)).await.expect("a count"), 0);
            accounts::suspend(&mut tx, nora.id, Some(noon())).await.expect("an update");
            assert_eq!(count(&mut tx, thing, noon()).await.expect("a count"), 0);
            assert!(remove(&mut tx, thing, eva.id).await.expect("a removal"));
            assert!(!remove(&mut tx, thing, eva.id).await.expect("a removal"));
            assert_eq!(prune(&mut tx, noon()).await.expect("a removal"), 0);
            assert_eq!(prune(&mut tx, noon() + hours(1)).await.expect("a removal"), 1);
            insert(&mut tx, thing, nora.id, noon(), noon()).await.expect("an insert");
            accounts::remove(&mut tx, nora.id).await.expect("a removal");
            forget(&mut tx, thing).await.expect("a removal");
            assert!(first(&mut tx).await.expect("names").is_empty());
        }
    }
}
