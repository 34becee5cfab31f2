//! Forms that were carried out a short while ago: the same one sent twice makes nothing twice.

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::Result;
use crate::Tx;
use crate::tx::run;

/// For how long the same form counts as sent twice; later somebody means it.
pub const LIFETIME: SignedDuration = SignedDuration::from_hours(1);

/// Whether a form is carried out now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// It is the caller's: whoever sends the same one now waits for this transaction.
    New,
    /// It was carried out already, and made this, if it makes something.
    Done(Option<Uuid>),
}

/// Claims a form, the hash of who sent it and of all it said.
pub async fn claim(tx: &mut Tx, form: &[u8], now: Timestamp) -> Result<Claim> {
    let is_new = run!(tx, |conn| sqlx::query(
        "insert into submitted (form, done_at) values ($1, $2)
         on conflict (form) do update set made = null, done_at = $2 where submitted.done_at <= $3",
    )
    .bind(form)
    .bind(now.as_millisecond())
    .bind((now - LIFETIME).as_millisecond())
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0))?;
    if is_new {
        return Ok(Claim::New);
    }
    let made = run!(tx, |conn| sqlx::query_scalar("select made from submitted where form = $1")
        .bind(form)
        .fetch_one(conn)
        .await)?;
    Ok(Claim::Done(made))
}

/// Notes what a form has made.
pub async fn note(tx: &mut Tx, form: &[u8], made: Uuid) -> Result<()> {
    run!(tx, |conn| sqlx::query("update submitted set made = $2 where form = $1")
        .bind(form)
        .bind(made)
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// Forgets what is too old to count; how many it were.
pub async fn prune(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    let gone = run!(tx, |conn| sqlx::query("delete from submitted where done_at <= $1")
        .bind((now - LIFETIME).as_millisecond())
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
    async fn a_form_is_claimed_once_until_an_hour_has_passed() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let made = Uuid::from_u128(7);
            assert_eq!(claim(&mut tx, b"form", noon()).await.expect("a claim"), Claim::New);
            assert_eq!(claim(&mut tx, b"form", noon()).await.expect("a claim"), Claim::Done(None));
            note(&mut tx, b"form", made).await.expect("a note");
            assert_eq!(claim(&mut tx, b"form", noon()).await.expect("a claim"), Claim::Done(Some(made)));
            assert_eq!(claim(&mut tx, b"other", noon()).await.expect("a claim"), Claim::New);
            assert_eq!(claim(&mut tx, b"form", noon() + hours(1)).await.expect("a claim"), Claim::New, "it is meant");
            assert_eq!(prune(&mut tx, noon() + hours(1)).await.expect("a removal"), 1, "only the other one");
        }
    }
}
