//! What our actors signed with before their keys were changed: a peer that was away since then knows no other.

use jiff::Timestamp;
use url::Url;
use uuid::Uuid;

use crate::actors::Pkcs8;
use crate::tx::run;
use crate::{Result, Tx, row};

/// Keeps a key that an actor of ours does not sign with any more.
pub async fn insert(tx: &mut Tx, actor: Uuid, key: &Url, rsa: &[u8], now: Timestamp) -> Result<()> {
    run!(tx, |conn| sqlx::query(
        "insert into former_keys (key_id, actor, pkcs8, retired_at) values ($1, $2, $3, $4) on conflict do nothing",
    )
    .bind(key.as_str())
    .bind(actor)
    .bind(rsa)
    .bind(now.as_millisecond())
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// The former keys of an actor with their ids, the last one first.
pub async fn of_actor(tx: &mut Tx, actor: Uuid) -> Result<Vec<(Url, Pkcs8)>> {
    let rows: Vec<(String, Pkcs8)> = run!(tx, |conn| sqlx::query_as(
        "select key_id, pkcs8 from former_keys where actor = $1 order by retired_at desc, key_id desc"
    )
    .bind(actor)
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(|(id, rsa)| Ok((row::url(&id)?, rsa))).collect()
}

/// Forgets keys that were changed before `before`. Says how many.
pub async fn prune(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    let gone = run!(tx, |conn| sqlx::query("delete from former_keys where retired_at < $1")
        .bind(before.as_millisecond())
        .execute(conn)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(gone)
}

#[cfg(test)]
mod tests {
    use domain::actor::Part;

    use super::*;
    use crate::samples::{hours, known, noon, stores};

    #[tokio::test]
    async fn the_last_key_comes_first_and_an_old_one_is_forgotten() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let ours = known(&mut tx, "nord", Some(Part::Quarter)).await;
            let key = |name: &str| -> Url { format!("https://nord.example/@nord#{name}").parse().expect("a URL") };
            insert(&mut tx, ours.id, &key("one"), b"1", noon()).await.expect("an insert");
            insert(&mut tx, ours.id, &key("two"), b"2", noon() + hours(1)).await.expect("an insert");
            let kept = of_actor(&mut tx, ours.id).await.expect("keys");
            assert_eq!(kept, [(key("two"), b"2".to_vec()), (key("one"), b"1".to_vec())]);
            assert_eq!(prune(&mut tx, noon() + hours(1)).await.expect("a removal"), 1);
            assert_eq!(of_actor(&mut tx, ours.id).await.expect("keys").len(), 1);
        }
    }
}
