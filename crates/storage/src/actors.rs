//! Actors, ours and other servers'.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use domain::actor::{Actor, AssertionKey, Kind, Part, PublicKey};
use domain::host::Host;
use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use url::Url;
use uuid::Uuid;

use crate::tx::run;
use crate::{Error, Result, Tx, row, search};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    url: String,
    kind: String,
    part: Option<String>,
    handle: String,
    host: String,
    name: String,
    summary: String,
    page: String,
    inbox: String,
    shared_inbox: Option<String>,
    outbox: Option<String>,
    followers: Option<String>,
    key_id: String,
    key_pem: String,
    assertion_keys: Option<String>,
    created_at: i64,
    updated_at: i64,
    deleted_at: Option<i64>,
}

impl TryFrom<Row> for Actor {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: row.id,
            url: row::url(&row.url)?,
            kind: Kind::from_name(&row.kind).ok_or(Error::Unreadable("kind of actor"))?,
            part: row.part.map(|part| Part::from_name(&part).ok_or(Error::Unreadable("part"))).transpose()?,
            handle: row.handle,
            host: row::host(&row.host)?,
            name: row.name,
            summary: row::html(row.summary),
            page: row::url(&row.page)?,
            inbox: row::url(&row.inbox)?,
            shared_inbox: row::url_or_null(row.shared_inbox.as_deref())?,
            outbox: row::url_or_null(row.outbox.as_deref())?,
            followers: row::url_or_null(row.followers.as_deref())?,
            // Empty for an actor without an RSA key.
            key: row::url_or_null(Some(row.key_id.as_str()).filter(|id| !id.is_empty()))?
                .map(|id| PublicKey { id, pem: row.key_pem }),
            assertion_keys: row
                .assertion_keys
                .as_deref()
                .unwrap_or_default()
                .lines()
                .map(read_key)
                .collect::<Result<_>>()?,
            created_at: row::time(row.created_at)?,
            updated_at: row::time(row.updated_at)?,
            deleted_at: row::time_or_null(row.deleted_at)?,
        })
    }
}

/// A private key of one of our actors (PKCS#8, DER): a secret.
pub type Pkcs8 = Vec<u8>;

/// The private keys of one of our actors.
#[derive(Clone)]
pub struct PrivateKeys {
    /// What it signs requests with.
    pub rsa: Pkcs8,
    /// What it proves its activities with; those founded before there were proofs get theirs at the next start.
    pub ed25519: Option<Pkcs8>,
}

/// One line of `assertion_keys`: id, key and, if it expires, milliseconds.
fn write_key(key: &AssertionKey) -> String {
    let expires = key.expires_at.map(|at| format!(" {}", at.as_millisecond())).unwrap_or_default();
    format!("{} {}{expires}", key.id, key.multibase)
}

fn read_key(line: &str) -> Result<AssertionKey> {
    let mut parts = line.split(' ');
    let (Some(id), Some(multibase)) = (parts.next(), parts.next()) else {
        return Err(Error::Unreadable("assertion key"));
    };
    let expires = parts.next().map(|at| at.parse().map_err(|_| Error::Unreadable("assertion key"))).transpose()?;
    Ok(AssertionKey { id: row::url(id)?, multibase: multibase.to_owned(), expires_at: row::time_or_null(expires)? })
}

fn write_keys(actor: &Actor) -> Option<String> {
    let lines: Vec<_> = actor.assertion_keys.iter().map(write_key).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// A query for actors: every column of `a`, then `rest`.
fn select(rest: &str) -> AssertSqlSafe<String> {
    AssertSqlSafe(format!(
        "select a.id, a.url, a.kind, a.part, a.handle, a.host, a.name, a.summary, a.page, a.inbox, a.shared_inbox,
         a.outbox, a.followers, a.key_id, a.key_pem, a.assertion_keys, a.created_at, a.updated_at, a.deleted_at from actors a {rest}"
    ))
}

/// Adds an actor; `false` if its id on the wire is known already. `keys` are the private ones of one of ours.
pub async fn insert(tx: &mut Tx, actor: &Actor, keys: Option<&PrivateKeys>) -> Result<bool> {
    let added = run!(tx, |conn| {
        sqlx::query(
        "insert into actors (id, url, kind, part, handle, host, name, summary, page, inbox, shared_inbox, outbox,
         followers, key_id, key_pem, assertion_keys, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) on conflict do nothing",
    )
    .bind(actor.id)
    .bind(actor.url.as_str())
    .bind(actor.kind.as_str())
    .bind(actor.part.map(Part::as_str))
    .bind(&actor.handle)
    .bind(actor.host.as_str())
    .bind(&actor.name)
    .bind(actor.summary.as_str())
    .bind(actor.page.as_str())
    .bind(actor.inbox.as_str())
    .bind(actor.shared_inbox.as_ref().map(Url::as_str))
    .bind(actor.outbox.as_ref().map(Url::as_str))
    .bind(actor.followers.as_ref().map(Url::as_str))
    .bind(actor.key.as_ref().map_or("", |key| key.id.as_str()))
    .bind(actor.key.as_ref().map_or("", |key| key.pem.as_str()))
    .bind(write_keys(actor))
    .bind(actor.created_at.as_millisecond())
    .bind(actor.updated_at.as_millisecond())
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0)
    })?;
    if let (true, Some(keys)) = (added, keys) {
        run!(tx, |conn| sqlx::query("insert into private_keys (actor, pkcs8, ed25519) values ($1, $2, $3)")
            .bind(actor.id)
            .bind(&keys.rsa)
            .bind(&keys.ed25519)
            .execute(conn)
            .await
            .map(|_| ()))?;
    }
    if added && actor.is_local() {
        search::actor(tx, actor.id).await?;
    }
    Ok(added)
}

/// Replaces what may change of an actor: everything but its ids, its part and its handle.
pub async fn update(tx: &mut Tx, actor: &Actor) -> Result<()> {
    run!(tx, |conn| sqlx::query(
        "update actors set kind = $2, name = $3, summary = $4, page = $5, inbox = $6, shared_inbox = $7, outbox = $8,
         followers = $9, key_id = $10, key_pem = $11, assertion_keys = $12, updated_at = $13 where id = $1",
    )
    .bind(actor.id)
    .bind(actor.kind.as_str())
    .bind(&actor.name)
    .bind(actor.summary.as_str())
    .bind(actor.page.as_str())
    .bind(actor.inbox.as_str())
    .bind(actor.shared_inbox.as_ref().map(Url::as_str))
    .bind(actor.outbox.as_ref().map(Url::as_str))
    .bind(actor.followers.as_ref().map(Url::as_str))
    .bind(actor.key.as_ref().map_or("", |key| key.id.as_str()))
    .bind(actor.key.as_ref().map_or("", |key| key.pem.as_str()))
    .bind(write_keys(actor))
    .bind(actor.updated_at.as_millisecond())
    .execute(conn)
    .await
    .map(|_| ()))?;
    if actor.is_local() { search::actor(tx, actor.id).await } else { Ok(()) }
}

/// The actor with our key `id`.
pub async fn by_id(tx: &mut Tx, id: Uuid) -> Result<Option<Actor>> {
    let row: Option<Row> =
        run!(tx, |conn| sqlx::query_as(select("where a.id = $1")).bind(id).fetch_optional(conn).await)?;
    row.map(Actor::try_from).transpose()
}

/// The actor with that id on the wire.
pub async fn by_url(tx: &mut Tx, url: &Url) -> Result<Option<Actor>> {
    let row: Option<Row> =
        run!(tx, |conn| sqlx::query_as(select("where a.url = $1")).bind(url.as_str()).fetch_optional(conn).await)?;
    row.map(Actor::try_from).transpose()
}

/// The actor that signs with that key.
pub async fn by_key(tx: &mut Tx, key_id: &Url) -> Result<Option<Actor>> {
    let row: Option<Row> =
        run!(tx, |conn| sqlx::query_as(select("where a.key_id = $1 order by a.created_at limit 1"))
            .bind(key_id.as_str())
            .fetch_optional(conn)
            .await)?;
    row.map(Actor::try_from).transpose()
}

/// Our own actor with that handle, deleted ones too.
pub async fn by_handle(tx: &mut Tx, handle: &str) -> Result<Option<Actor>> {
    let row: Option<Row> = run!(tx, |conn| sqlx::query_as(select("where a.handle = $1 and a.part is not null"))
        .bind(handle)
        .fetch_optional(conn)
        .await)?;
    row.map(Actor::try_from).transpose()
}

/// Our own living actors of that part, by name.
pub async fn of_part(tx: &mut Tx, part: Part) -> Result<Vec<Actor>> {
    let rows: Vec<Row> =
        run!(tx, |conn| sqlx::query_as(select("where a.part = $1 and a.deleted_at is null order by a.name, a.id"))
            .bind(part.as_str())
            .fetch_all(conn)
            .await)?;
    rows.into_iter().map(Actor::try_from).collect()
}

/// All of ours that are alive.
pub async fn ours(tx: &mut Tx) -> Result<Vec<Actor>> {
    let rows: Vec<Row> = run!(tx, |conn| sqlx::query_as(select(
        "where a.part is not null and a.deleted_at is null order by a.name, a.id"
    ))
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(Actor::try_from).collect()
}

/// Another server's actor that was met under this name before, in whatever case.
pub async fn by_address(tx: &mut Tx, name: &str, host: &Host) -> Result<Option<Actor>> {
    let row: Option<Row> = run!(tx, |conn| {
        sqlx::query_as(select(
        "where a.host = $1 and lower(a.handle) = $2 and a.part is null and a.deleted_at is null order by a.id limit 1"
    ))
    .bind(host.as_str())
    .bind(name.to_lowercase())
    .fetch_optional(conn)
    .await
    })?;
    row.map(Actor::try_from).transpose()
}

/// The actors with these keys, in no order; those that are not there are left out.
pub async fn by_ids(tx: &mut Tx, ids: impl IntoIterator<Item = Uuid>) -> Result<HashMap<Uuid, Actor>> {
    let mut actors = HashMap::new();
    for id in ids {
        if let Entry::Vacant(place) = actors.entry(id)
            && let Some(actor) = by_id(tx, id).await?
        {
            place.insert(actor);
        }
    }
    Ok(actors)
}

/// The private keys of one of our actors.
pub async fn private_keys(tx: &mut Tx, actor: Uuid) -> Result<Option<PrivateKeys>> {
    let keys: Option<(Pkcs8, Option<Pkcs8>)> =
        run!(tx, |conn| sqlx::query_as("select pkcs8, ed25519 from private_keys where actor = $1")
            .bind(actor)
            .fetch_optional(conn)
            .await)?;
    Ok(keys.map(|(rsa, ed25519)| PrivateKeys { rsa, ed25519 }))
}

/// Gives one of our actors other private keys.
pub async fn replace_keys(tx: &mut Tx, actor: Uuid, keys: &PrivateKeys) -> Result<()> {
    run!(tx, |conn| sqlx::query("update private_keys set pkcs8 = $2, ed25519 = $3 where actor = $1")
        .bind(actor)
        .bind(&keys.rsa)
        .bind(&keys.ed25519)
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// Gives one of our actors its private Ed25519 key.
pub async fn set_ed25519_key(tx: &mut Tx, actor: Uuid, key: &[u8]) -> Result<()> {
    run!(tx, |conn| sqlx::query("update private_keys set ed25519 = $2 where actor = $1")
        .bind(actor)
        .bind(key)
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// Marks an actor as deleted and forgets what it was called; its row and its handle stay for ever.
pub async fn mark_deleted(tx: &mut Tx, id: Uuid, now: Timestamp) -> Result<()> {
    run!(tx, |conn| sqlx::query(
        "update actors set deleted_at = $2, name = '', summary = '' where id = $1 and deleted_at is null"
    )
    .bind(id)
    .bind(now.as_millisecond())
    .execute(conn)
    .await
    .map(|_| ()))?;
    search::actor(tx, id).await
}

/// Erases what is kept about one of our actors beside its row: other addresses of it, where it went, what it liked, whom
/// it blocked.
pub async fn forget(tx: &mut Tx, id: Uuid) -> Result<()> {
    for statement in [
        "delete from aliases where actor = $1",
        "delete from moves where actor = $1",
        "delete from reactions where actor = $1",
        "delete from blocks where blocker = $1",
    ] {
        run!(tx, |conn| sqlx::query(statement).bind(id).execute(conn).await.map(|_| ()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{actor, stores};

    #[tokio::test]
    async fn an_actor_is_found_by_every_name_it_has() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let nord = actor("nord", Some(Part::Quarter));
            assert!(
                insert(&mut tx, &nord, Some(&PrivateKeys { rsa: b"key".to_vec(), ed25519: None }))
                    .await
                    .expect("an insert")
            );
            assert!(!insert(&mut tx, &nord, None).await.expect("a second insert"));
            assert_eq!(by_id(&mut tx, nord.id).await.expect("a row"), Some(nord.clone()));
            assert_eq!(by_url(&mut tx, &nord.url).await.expect("a row"), Some(nord.clone()));
            assert_eq!(
                by_key(&mut tx, &nord.key.as_ref().expect("a key").id).await.expect("a row"),
                Some(nord.clone())
            );
            assert_eq!(by_handle(&mut tx, "nord").await.expect("a row"), Some(nord.clone()));
            assert_eq!(of_part(&mut tx, Part::Quarter).await.expect("rows"), std::slice::from_ref(&nord));
            assert_eq!(by_ids(&mut tx, [nord.id, Uuid::nil()]).await.expect("rows").len(), 1);
            let keys = private_keys(&mut tx, nord.id).await.expect("a query").expect("keys");
            assert_eq!((keys.rsa.as_slice(), keys.ed25519), (b"key".as_slice(), None));
            set_ed25519_key(&mut tx, nord.id, b"other").await.expect("an update");
            let keys = private_keys(&mut tx, nord.id).await.expect("a query").expect("keys");
            assert_eq!(keys.ed25519.as_deref(), Some(b"other".as_slice()));
            let new = PrivateKeys { rsa: b"new".to_vec(), ed25519: Some(b"newer".to_vec()) };
            replace_keys(&mut tx, nord.id, &new).await.expect("an update");
            let keys = private_keys(&mut tx, nord.id).await.expect("a query").expect("keys");
            assert_eq!((keys.rsa, keys.ed25519), (new.rsa, new.ed25519));
        }
    }

    #[tokio::test]
    async fn a_deleted_actor_keeps_its_handle() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let choir = actor("chor", Some(Part::Initiative));
            insert(&mut tx, &choir, None).await.expect("an insert");
            mark_deleted(&mut tx, choir.id, choir.created_at).await.expect("an update");
            let kept = by_handle(&mut tx, "chor").await.expect("a row").expect("the actor");
            assert_eq!((kept.deleted_at, kept.name.as_str()), (Some(choir.created_at), ""));
            let mut second = actor("chor", Some(Part::Initiative));
            second.url = "https://nord.example/other".parse().expect("a URL");
            assert!(!insert(&mut tx, &second, None).await.expect("an insert"));
        }
    }

    #[tokio::test]
    async fn an_update_changes_the_face_and_not_the_name() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let mut far = actor("fern", None);
            insert(&mut tx, &far, None).await.expect("an insert");
            far.name = "Ferne".into();
            far.key = None;
            let key = |number: i64| AssertionKey {
                id: format!("{}#key-{number}", far.url).parse().expect("a URL"),
                multibase: "z6Mk".to_owned(),
                expires_at: (number > 1).then(|| Timestamp::from_millisecond(number).expect("a time")),
            };
            far.assertion_keys = vec![key(1), key(2)];
            update(&mut tx, &far).await.expect("an update");
            assert_eq!(by_url(&mut tx, &far.url).await.expect("a row"), Some(far));
        }
    }
}
