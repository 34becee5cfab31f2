//! Who here wrote what waits for an editor, until that is decided.

use std::collections::HashMap;

use jiff::Timestamp;
use uuid::Uuid;

use crate::tx::run;
use crate::{Result, Tx};

/// Notes who wrote the post or event `object`, which waits.
pub async fn insert(tx: &mut Tx, object: Uuid, account: Uuid, now: Timestamp) -> Result<()> {
    run!(tx, |conn| sqlx::query(
        "insert into handed_in (object, account, created_at) values ($1, $2, $3) on conflict do nothing"
    )
    .bind(object)
    .bind(account)
    .bind(now.as_millisecond())
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Forgets who wrote `object`, and says who it was.
pub async fn take(tx: &mut Tx, object: Uuid) -> Result<Option<Uuid>> {
    let account = run!(tx, |conn| sqlx::query_scalar("delete from handed_in where object = $1 returning account")
        .bind(object)
        .fetch_optional(conn)
        .await)?;
    Ok(account)
}

/// Who wrote everything that waits: their names, by our key of the thing.
pub async fn names(tx: &mut Tx) -> Result<HashMap<Uuid, String>> {
    let rows: Vec<(Uuid, String)> = run!(tx, |conn| sqlx::query_as(
        "select h.object, c.name from handed_in h join accounts c on c.id = h.account"
    )
    .fetch_all(conn)
    .await)?;
    Ok(rows.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use domain::account::Role;
    use domain::actor::Part;

    use super::*;
    use crate::samples::{account, event, known, noon, stores};
    use crate::{accounts, events, objects};

    #[tokio::test]
    async fn who_wrote_what_waits_is_forgotten_with_it_and_with_their_account() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let (quarter, mira) = (known(&mut tx, "nord", Some(Part::Quarter)).await, account("mira", Role::Member));
            accounts::insert(&mut tx, &mira).await.expect("an account");
            let mut waiting = Vec::new();
            for name in ["eins", "zwei", "drei"] {
                let party = event(&mut tx, &quarter, name, 5).await;
                events::insert(&mut tx, &party, None).await.expect("an insert");
                insert(&mut tx, party.id, mira.id, noon()).await.expect("an insert");
                waiting.push(party.id);
            }
            assert_eq!(names(&mut tx).await.expect("names").get(&waiting[0]).map(String::as_str), Some("mira"));
            assert_eq!(take(&mut tx, waiting[0]).await.expect("a removal"), Some(mira.id));
            assert_eq!(take(&mut tx, waiting[0]).await.expect("a removal"), None);
            objects::forget(&mut tx, waiting[1]).await.expect("a removal");
            assert_eq!(names(&mut tx).await.expect("names").len(), 1);
            accounts::remove(&mut tx, mira.id).await.expect("a removal");
            assert_eq!(take(&mut tx, waiting[2]).await.expect("a removal"), None);
        }
    }
}
