//! Second keys of accounts: what an app counts along with, and until when somebody has time to set one up.

use jiff::Timestamp;
use uuid::Uuid;

use crate::tx::run;
use crate::{Result, Tx, row};

/// The second key of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecondFactor {
    /// What the app counts with.
    pub secret: Vec<u8>,
    /// Since when it is asked for; `None` until a first code was right.
    pub confirmed_at: Option<Timestamp>,
}

/// Offers a secret to an account that has none in use; one that was offered before is forgotten.
pub async fn offer(tx: &mut Tx, account: Uuid, secret: &[u8], now: Timestamp) -> Result<()> {
    run!(tx, |conn| sqlx::query(
        "insert into second_factors (account, secret, used_step, created_at) values ($1, $2, 0, $3)
         on conflict (account) do update set secret = excluded.secret, created_at = excluded.created_at
         where second_factors.confirmed_at is null",
    )
    .bind(account)
    .bind(secret)
    .bind(now.as_millisecond())
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// The second key of an account, in use or only offered.
pub async fn of_account(tx: &mut Tx, account: Uuid) -> Result<Option<SecondFactor>> {
    let found: Option<(Vec<u8>, Option<i64>)> =
        run!(tx, |conn| sqlx::query_as("select secret, confirmed_at from second_factors where account = $1")
            .bind(account)
            .fetch_optional(conn)
            .await)?;
    found
        .map(|(secret, confirmed_at)| Ok(SecondFactor { secret, confirmed_at: row::time_or_null(confirmed_at)? }))
        .transpose()
}

/// Whether an account is asked for a second key.
pub async fn is_on(tx: &mut Tx, account: Uuid) -> Result<bool> {
    Ok(of_account(tx, account).await?.is_some_and(|factor| factor.confirmed_at.is_some()))
}

/// Takes what was offered into use, by the code of `step`; `false` if nothing was offered.
pub async fn confirm(tx: &mut Tx, account: Uuid, step: i64, now: Timestamp) -> Result<bool> {
    let confirmed = run!(tx, |conn| sqlx::query(
        "update second_factors set confirmed_at = $3, used_step = $2 where account = $1 and confirmed_at is null",
    )
    .bind(account)
    .bind(step)
    .bind(now.as_millisecond())
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0))?;
    Ok(confirmed)
}

/// Uses up the code of `step` and all before it; `false` if that was done already.
pub async fn spend(tx: &mut Tx, account: Uuid, step: i64) -> Result<bool> {
    let is_first = run!(tx, |conn| {
        sqlx::query(
        "update second_factors set used_step = $2 where account = $1 and confirmed_at is not null and used_step < $2",
    )
    .bind(account)
    .bind(step)
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0)
    })?;
    Ok(is_first)
}

/// Forgets the second key of an account with its codes on paper; `false` if it had none in use.
pub async fn remove(tx: &mut Tx, account: Uuid) -> Result<bool> {
    let was_on = is_on(tx, account).await?;
    for statement in ["delete from second_factors where account = $1", "delete from paper_codes where account = $1"] {
        run!(tx, |conn| sqlx::query(statement).bind(account).execute(conn).await.map(|_| ()))?;
    }
    Ok(was_on)
}

/// Until when an account has time to set one up; `None` if it has one, or was never asked.
pub async fn due(tx: &mut Tx, account: Uuid) -> Result<Option<Timestamp>> {
    let due: Option<Option<i64>> = run!(tx, |conn| sqlx::query_scalar(
        "select second_due_at from accounts where id = $1 and not exists
           (select 1 from second_factors s where s.account = accounts.id and s.confirmed_at is not null)",
    )
    .bind(account)
    .fetch_optional(conn)
    .await)?;
    row::time_or_null(due.flatten())
}

/// Gives an account until `due` to set one up, unless it was asked before.
pub async fn ask(tx: &mut Tx, account: Uuid, due: Timestamp) -> Result<()> {
    run!(tx, |conn| sqlx::query("update accounts set second_due_at = $2 where id = $1 and second_due_at is null")
        .bind(account)
        .bind(due.as_millisecond())
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// Removes what was offered before `before` and never taken.
pub async fn prune(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    let gone =
        run!(tx, |conn| sqlx::query("delete from second_factors where confirmed_at is null and created_at <= $1")
            .bind(before.as_millisecond())
            .execute(conn)
            .await
            .map(|done| done.rows_affected()))?;
    Ok(gone)
}

#[cfg(test)]
mod tests {
    use domain::account::Role;

    use super::*;
    use crate::samples::{account, hours, noon, stores};
    use crate::{Store, accounts, challenges, half_sign_ins, paper_codes};

    async fn editor(tx: &mut Tx) -> Uuid {
        let eva = account("eva", Role::Editor);
        accounts::insert(tx, &eva).await.expect("an insert");
        eva.id
    }

    #[tokio::test]
    async fn what_was_offered_counts_once_it_is_confirmed_and_is_not_offered_again() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let eva = editor(&mut tx).await;
            assert!(!confirm(&mut tx, eva, 7, noon()).await.expect("an update"), "nothing was offered");
            offer(&mut tx, eva, &[1], noon()).await.expect("an insert");
            offer(&mut tx, eva, &[2], noon()).await.expect("a change");
            assert!(!is_on(&mut tx, eva).await.expect("a query"));
            assert!(!spend(&mut tx, eva, 9).await.expect("an update"), "it is not in use");
            assert!(confirm(&mut tx, eva, 7, noon()).await.expect("an update"));
            offer(&mut tx, eva, &[3], noon()).await.expect("no change");
            let kept = SecondFactor { secret: vec![2], confirmed_at: Some(noon()) };
            assert_eq!(of_account(&mut tx, eva).await.expect("a row"), Some(kept));
            assert_eq!(prune(&mut tx, noon() + hours(99)).await.expect("a removal"), 0);
            assert!(remove(&mut tx, eva).await.expect("a removal") && !is_on(&mut tx, eva).await.expect("a query"));
            offer(&mut tx, eva, &[4], noon()).await.expect("an insert");
            assert_eq!(prune(&mut tx, noon()).await.expect("a removal"), 1);
            assert!(!remove(&mut tx, eva).await.expect("a removal"), "there was none");
        }
    }

    #[tokio::test]
    async fn an_editor_is_asked_once_and_has_time_until_there_is_one() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let eva = editor(&mut tx).await;
            assert_eq!(due(&mut tx, eva).await.expect("a query"), None);
            ask(&mut tx, eva, noon()).await.expect("an update");
            ask(&mut tx, eva, noon() + hours(1)).await.expect("no update");
            assert_eq!(due(&mut tx, eva).await.expect("a query"), Some(noon()));
            offer(&mut tx, eva, &[1], noon()).await.expect("an insert");
            assert_eq!(due(&mut tx, eva).await.expect("a query"), Some(noon()), "an offer is none yet");
            confirm(&mut tx, eva, 1, noon()).await.expect("an update");
            assert_eq!(due(&mut tx, eva).await.expect("a query"), None);
            remove(&mut tx, eva).await.expect("a removal");
            accounts::set_role(&mut tx, eva, Role::Member).await.expect("an update");
            assert_eq!(due(&mut tx, eva).await.expect("a query"), None, "a member is not asked");
        }
    }

    #[tokio::test]
    async fn who_is_erased_leaves_no_key() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let eva = editor(&mut tx).await;
            offer(&mut tx, eva, &[1], noon()).await.expect("an insert");
            confirm(&mut tx, eva, 1, noon()).await.expect("an update");
            paper_codes::replace(&mut tx, eva, &[vec![1]], noon()).await.expect("an insert");
            half_sign_ins::insert(&mut tx, &[1], eva, noon() + hours(1)).await.expect("an insert");
            challenges::insert(&mut tx, &[1], Some(eva), noon() + hours(1)).await.expect("an insert");
            accounts::remove(&mut tx, eva).await.expect("a removal");
            assert_eq!(of_account(&mut tx, eva).await.expect("a query"), None);
            assert_eq!(paper_codes::count(&mut tx, eva).await.expect("a count"), 0);
            assert_eq!(half_sign_ins::account_of(&mut tx, &[1], noon()).await.expect("a query"), None);
            assert!(!challenges::take(&mut tx, &[1], Some(eva), noon()).await.expect("a query"));
        }
    }

    async fn try_it(store: &Store, eva: Uuid) -> bool {
        let mut tx = store.write().await.expect("a transaction");
        let is_first = spend(&mut tx, eva, 9).await.expect("an update");
        tx.commit().await.expect("a commit");
        is_first
    }

    #[tokio::test]
    async fn acc_17_of_twenty_who_use_one_code_at_once_one_gets_in() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let eva = editor(&mut tx).await;
            offer(&mut tx, eva, &[1], noon()).await.expect("an insert");
            confirm(&mut tx, eva, 7, noon()).await.expect("an update");
            tx.commit().await.expect("a commit");
            let mut tries = tokio::task::JoinSet::new();
            for _ in 0..20 {
                let store = store.clone();
                tries.spawn(async move { try_it(&store, eva).await });
            }
            let got_in = tries.join_all().await.into_iter().filter(|is_in| *is_in).count();
            assert_eq!(got_in, 1);
            let mut tx = store.write().await.expect("a transaction");
            assert!(!spend(&mut tx, eva, 8).await.expect("an update"), "and none from before");
        }
    }
}
