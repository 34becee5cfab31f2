//! When editors were last there, to the day: an open door closes while nobody is.

use jiff::Timestamp;
use uuid::Uuid;

use crate::tx::run;
use crate::{Result, Tx};

/// Notes that an editor is there.
pub async fn note(tx: &mut Tx, id: Uuid, now: Timestamp) -> Result<()> {
    run!(tx, |conn| sqlx::query("update accounts set active_at = $2 where id = $1")
        .bind(id)
        .bind(now.as_millisecond())
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// Whether this editor, or any where none is named, was there after `since`.
pub async fn is_known(tx: &mut Tx, id: Option<Uuid>, since: Timestamp) -> Result<bool> {
    let active: i64 = run!(tx, |conn| {
        sqlx::query_scalar(
        "select count(*) from accounts where role in ('editor', 'admin') and suspended_at is null and active_at > $1
           and (id = $2 or $3)"
    )
    .bind(since.as_millisecond())
    .bind(id)
    .bind(id.is_none())
    .fetch_one(conn)
    .await
    })?;
    Ok(active > 0)
}

#[cfg(test)]
mod tests {
    use domain::account::Role;

    use super::*;
    use crate::accounts;
    use crate::samples::{account, hours, noon, stores};

    #[tokio::test]
    async fn only_editors_who_may_act_count_as_there() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let (eva, jo) = (account("eva", Role::Editor), account("jo", Role::Member));
            for one in [&eva, &jo] {
                accounts::insert(&mut tx, one).await.expect("an insert");
            }
            note(&mut tx, jo.id, noon()).await.expect("an update");
            assert!(!is_known(&mut tx, None, noon() - hours(1)).await.expect("an answer"));
            note(&mut tx, eva.id, noon()).await.expect("an update");
            assert!(is_known(&mut tx, None, noon() - hours(1)).await.expect("an answer"));
            assert!(is_known(&mut tx, Some(eva.id), noon() - hours(1)).await.expect("an answer"));
            assert!(!is_known(&mut tx, Some(jo.id), noon() - hours(1)).await.expect("an answer"));
            assert!(!is_known(&mut tx, None, noon()).await.expect("an answer"), "too long ago");
            accounts::suspend(&mut tx, eva.id, Some(noon())).await.expect("an update");
            assert!(!is_known(&mut tx, None, noon() - hours(1)).await.expect("an answer"));
        }
    }
}
