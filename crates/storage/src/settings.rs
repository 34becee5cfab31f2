//! What a quarter says about itself on its own pages, beside its configuration; and whether it is open.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::tx::run;
use crate::{Result, Tx};

/// Everything that is kept.
pub async fn all(tx: &mut Tx) -> Result<BTreeMap<String, String>> {
    let rows: Vec<(String, String)> =
        run!(tx, |conn| sqlx::query_as("select key, value from settings").fetch_all(conn).await)?;
    Ok(rows.into_iter().collect())
}

/// Whether `key` is kept with this very value.
pub async fn holds(tx: &mut Tx, key: &str, value: &str) -> Result<bool> {
    let count: i64 = run!(tx, |conn| {
        sqlx::query_scalar("select count(*) from settings where key = $1 and value = $2")
            .bind(key)
            .bind(value)
            .fetch_one(conn)
            .await
    })?;
    Ok(count > 0)
}

/// Keeps `value` under `key` from now on; `false` if it is what was kept.
pub async fn put(tx: &mut Tx, key: &str, value: &str, now: Timestamp) -> Result<bool> {
    let changed = run!(tx, |conn| sqlx::query(
        "insert into settings (key, value, changed_at) values ($1, $2, $3)
         on conflict (key) do update set value = excluded.value, changed_at = excluded.changed_at
         where settings.value <> excluded.value",
    )
    .bind(key)
    .bind(value)
    .bind(now.as_millisecond())
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0))?;
    Ok(changed)
}

/// Forgets `key` if it is kept with this very value; `false` if it is not.
pub async fn take(tx: &mut Tx, key: &str, value: &str) -> Result<bool> {
    let taken = run!(tx, |conn| sqlx::query("delete from settings where key = $1 and value = $2")
        .bind(key)
        .bind(value)
        .execute(conn)
        .await
        .map(|done| done.rows_affected() > 0))?;
    Ok(taken)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{noon, stores};

    #[tokio::test]
    async fn a_value_is_kept_until_another_comes_and_taken_once() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            assert!(all(&mut tx).await.expect("rows").is_empty(), "a new quarter is not open");
            assert!(put(&mut tx, "quarter.name", "Nordstadt", noon()).await.expect("a row"));
            assert!(!put(&mut tx, "quarter.name", "Nordstadt", noon()).await.expect("no row"));
            assert!(put(&mut tx, "quarter.name", "Südstadt", noon()).await.expect("a row"));
            assert!(holds(&mut tx, "quarter.name", "Südstadt").await.expect("a row"));
            assert!(!take(&mut tx, "quarter.name", "Nordstadt").await.expect("no row"));
            assert!(take(&mut tx, "quarter.name", "Südstadt").await.expect("a row"));
            assert!(!take(&mut tx, "quarter.name", "Südstadt").await.expect("no row"));
            assert!(!holds(&mut tx, "quarter.name", "Südstadt").await.expect("no row"));
        }
    }
}
