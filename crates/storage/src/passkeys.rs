//! Keys that devices hold and sign people in with.

use jiff::Timestamp;
use uuid::Uuid;

use crate::tx::run;
use crate::{Result, Tx, row};

/// A key that a device holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passkey {
    /// By which its device knows it again.
    pub credential: Vec<u8>,
    /// Our key for it.
    pub id: Uuid,
    /// Whose.
    pub account: Uuid,
    /// What its owner calls it.
    pub name: String,
    /// The public half (`SubjectPublicKeyInfo`).
    pub public_key: Vec<u8>,
    /// The COSE number of its algorithm.
    pub algorithm: i64,
    /// How often the device says that it was used; 0 if it does not count.
    pub counter: i64,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it was used last.
    pub used_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct Row {
    credential: Vec<u8>,
    id: Uuid,
    account: Uuid,
    name: String,
    public_key: Vec<u8>,
    algorithm: i64,
    counter: i64,
    created_at: i64,
    used_at: Option<i64>,
}

impl TryFrom<Row> for Passkey {
    type Error = crate::Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            credential: row.credential,
            id: row.id,
            account: row.account,
            name: row.name,
            public_key: row.public_key,
            algorithm: row.algorithm,
            counter: row.counter,
            created_at: row::time(row.created_at)?,
            used_at: row::time_or_null(row.used_at)?,
        })
    }
}

/// Adds a key; `false` if the device's key is known already, whosever it is.
pub async fn insert(tx: &mut Tx, key: &Passkey) -> Result<bool> {
    let added = run!(tx, |conn| sqlx::query(
        "insert into passkeys (credential, id, account, name, public_key, algorithm, counter, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing",
    )
    .bind(&key.credential)
    .bind(key.id)
    .bind(key.account)
    .bind(&key.name)
    .bind(&key.public_key)
    .bind(key.algorithm)
    .bind(key.counter)
    .bind(key.created_at.as_millisecond())
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0))?;
    Ok(added)
}

/// The key that a device calls `credential`.
pub async fn by_credential(tx: &mut Tx, credential: &[u8]) -> Result<Option<Passkey>> {
    let row: Option<Row> = run!(tx, |conn| sqlx::query_as(
        "select credential, id, account, name, public_key, algorithm, counter, created_at, used_at from passkeys
         where credential = $1"
    )
    .bind(credential)
    .fetch_optional(conn)
    .await)?;
    row.map(Passkey::try_from).transpose()
}

/// The keys of an account, the oldest first.
pub async fn of_account(tx: &mut Tx, account: Uuid) -> Result<Vec<Passkey>> {
    let rows: Vec<Row> = run!(tx, |conn| sqlx::query_as(
        "select credential, id, account, name, public_key, algorithm, counter, created_at, used_at from passkeys
         where account = $1 order by created_at, id"
    )
    .bind(account)
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(Passkey::try_from).collect()
}

/// Notes that a key was used; `false` if its device counts and does not count on: then there are two of it.
pub async fn count(tx: &mut Tx, credential: &[u8], counter: i64, now: Timestamp) -> Result<bool> {
    let counts = run!(tx, |conn| sqlx::query(
        "update passkeys set counter = $2, used_at = $3
         where credential = $1 and (counter < $2 or (counter = 0 and $4))",
    )
    .bind(credential)
    .bind(counter)
    .bind(now.as_millisecond())
    .bind(counter == 0)
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0))?;
    Ok(counts)
}

/// Removes the key `id` of `account`; `false` if it has none of that name.
pub async fn remove(tx: &mut Tx, account: Uuid, id: Uuid) -> Result<bool> {
    let removed = run!(tx, |conn| sqlx::query("delete from passkeys where id = $1 and account = $2")
        .bind(id)
        .bind(account)
        .execute(conn)
        .await
        .map(|done| done.rows_affected() > 0))?;
    Ok(removed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{hours, noon, stores};

    fn key(number: u8, account: Uuid) -> Passkey {
        Passkey {
            credential: vec![number],
            id: Uuid::now_v7(),
            account,
            name: "Telefon".into(),
            public_key: vec![1, 2, 3],
            algorithm: -7,
            counter: 0,
            created_at: noon(),
            used_at: None,
        }
    }

    #[tokio::test]
    async fn a_key_belongs_to_one_account_and_goes_when_its_owner_says() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let (mira, jo) = (Uuid::from_u128(1), Uuid::from_u128(2));
            let one = key(1, mira);
            assert!(insert(&mut tx, &one).await.expect("an insert"));
            assert!(!insert(&mut tx, &key(1, jo)).await.expect("no insert"), "it is mira's");
            assert_eq!(by_credential(&mut tx, &[1]).await.expect("a row"), Some(one.clone()));
            assert_eq!(of_account(&mut tx, mira).await.expect("rows"), std::slice::from_ref(&one));
            assert!(of_account(&mut tx, jo).await.expect("rows").is_empty());
            assert!(!remove(&mut tx, jo, one.id).await.expect("no removal"));
            assert!(remove(&mut tx, mira, one.id).await.expect("a removal"));
            assert_eq!(by_credential(&mut tx, &[1]).await.expect("a query"), None);
        }
    }

    #[tokio::test]
    async fn a_device_that_counts_has_to_count_on() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let one = key(1, Uuid::from_u128(1));
            insert(&mut tx, &one).await.expect("an insert");
            for (counter, fine) in [(0, true), (0, true), (5, true), (5, false), (4, false), (0, false), (6, true)] {
                let later = noon() + hours(counter);
                assert_eq!(count(&mut tx, &[1], counter, later).await.expect("an update"), fine, "{counter}");
            }
            let used = by_credential(&mut tx, &[1]).await.expect("a row").expect("the key");
            assert_eq!((used.counter, used.used_at), (6, Some(noon() + hours(6))));
            assert!(!count(&mut tx, &[9], 1, noon()).await.expect("an update"), "there is no such key");
        }
    }
}
