//! Quotes: what posts here quote, and our authorizations for others' posts that quote ours (FEP-044f).

use jiff::Timestamp;
use url::Url;
use uuid::Uuid;

use crate::tx::run;
use crate::{Result, Tx, row};

/// What a post quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    /// The id of what is quoted.
    pub target: Url,
    /// The id of the author's authorization, once there is one.
    pub stamp: Option<Url>,
    /// Whether the author refused it, or took the authorization back.
    pub refused: bool,
}

impl Quote {
    /// A quote of `target` that nobody answered yet.
    pub fn new(target: Url) -> Self {
        Self { target, stamp: None, refused: false }
    }
}

/// Our authorization for a post that quotes one of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Our key of the authorization.
    pub id: Uuid,
    /// Our key of what is quoted.
    pub object: Uuid,
    /// The id of the quoting post.
    pub quote: Url,
    /// Who quotes.
    pub quoter: Uuid,
    /// Whether it was taken back.
    pub revoked: bool,
}

type GrantRow = (Uuid, Uuid, String, Uuid, Option<i64>);

fn grant(row: GrantRow) -> Result<Grant> {
    let (id, object, quote, quoter, revoked_at) = row;
    Ok(Grant { id, object, quote: row::url(&quote)?, quoter, revoked: revoked_at.is_some() })
}

/// Notes what a post quotes; `request` is the `QuoteRequest` sent for it.
pub async fn insert(tx: &mut Tx, post: Uuid, quote: &Quote, request: Option<&Url>) -> Result<()> {
    run!(tx, |conn| sqlx::query(
        "insert into quotes (post, target, request, stamp) values ($1, $2, $3, $4) on conflict do nothing",
    )
    .bind(post)
    .bind(quote.target.as_str())
    .bind(request.map(Url::as_str))
    .bind(quote.stamp.as_ref().map(Url::as_str))
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Notes what another's post quotes now: something else, or nothing any more.
pub async fn replace(tx: &mut Tx, post: Uuid, target: Option<&Url>) -> Result<()> {
    let Some(target) = target else {
        run!(tx, |conn| sqlx::query("delete from quotes where post = $1").bind(post).execute(conn).await.map(|_| ()))?;
        return Ok(());
    };
    run!(tx, |conn| sqlx::query(
        "insert into quotes (post, target) values ($1, $2) on conflict (post) do update set target = excluded.target",
    )
    .bind(post)
    .bind(target.as_str())
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// What a post quotes, if it does.
pub async fn of_post(tx: &mut Tx, post: Uuid) -> Result<Option<Quote>> {
    let row: Option<(String, Option<String>, Option<i64>)> =
        run!(tx, |conn| sqlx::query_as("select target, stamp, refused_at from quotes where post = $1")
            .bind(post)
            .fetch_optional(conn)
            .await)?;
    let Some((target, stamp, refused_at)) = row else { return Ok(None) };
    let stamp = row::url_or_null(stamp.as_deref())?;
    Ok(Some(Quote { target: row::url(&target)?, stamp, refused: refused_at.is_some() }))
}

/// Notes which `QuoteRequest` was sent for a post.
pub async fn ask(tx: &mut Tx, post: Uuid, request: &Url) -> Result<()> {
    run!(tx, |conn| sqlx::query("update quotes set request = $2 where post = $1")
        .bind(post)
        .bind(request.as_str())
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// The post for which that `QuoteRequest` was sent, and what it quotes.
pub async fn by_request(tx: &mut Tx, request: &Url) -> Result<Option<(Uuid, Url)>> {
    let row: Option<(Uuid, String)> =
        run!(tx, |conn| sqlx::query_as("select post, target from quotes where request = $1")
            .bind(request.as_str())
            .fetch_optional(conn)
            .await)?;
    row.map(|(post, target)| Ok((post, row::url(&target)?))).transpose()
}

/// The post of ours whose quote has that authorization, and the `QuoteRequest` sent for it.
pub async fn by_stamp(tx: &mut Tx, stamp: &Url) -> Result<Option<(Uuid, Option<Url>)>> {
    let row: Option<(Uuid, Option<String>)> =
        run!(tx, |conn| sqlx::query_as("select post, request from quotes where stamp = $1")
            .bind(stamp.as_str())
            .fetch_optional(conn)
            .await)?;
    row.map(|(post, request)| Ok((post, row::url_or_null(request.as_deref())?))).transpose()
}

/// Keeps the authorization of a quote; one that was refused stands again.
pub async fn stamp(tx: &mut Tx, post: Uuid, stamp: &Url) -> Result<()> {
    run!(tx, |conn| sqlx::query("update quotes set stamp = $2, refused_at = null where post = $1")
        .bind(post)
        .bind(stamp.as_str())
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// Notes that a quote may not stand, with or without an authorization before; `false` if that was noted already.
pub async fn refuse(tx: &mut Tx, post: Uuid, now: Timestamp) -> Result<bool> {
    let changed = run!(tx, |conn| {
        sqlx::query("update quotes set stamp = null, refused_at = $2 where post = $1 and refused_at is null")
            .bind(post)
            .bind(now.as_millisecond())
            .execute(conn)
            .await
            .map(|done| done.rows_affected() > 0)
    })?;
    Ok(changed)
}

/// The authorization for `quote` to quote `object`: the one there is, or a new one under the key `id`.
pub async fn allow(
    tx: &mut Tx,
    id: Uuid,
    object: Uuid,
    (quote, quoter): (&Url, Uuid),
    now: Timestamp,
) -> Result<Grant> {
    run!(tx, |conn| sqlx::query(
        "insert into quote_grants (id, object, quote, quoter, granted_at) values ($1, $2, $3, $4, $5)
         on conflict do nothing",
    )
    .bind(id)
    .bind(object)
    .bind(quote.as_str())
    .bind(quoter)
    .bind(now.as_millisecond())
    .execute(conn)
    .await
    .map(|_| ()))?;
    let kept: GrantRow = run!(tx, |conn| sqlx::query_as(
        "select id, object, quote, quoter, revoked_at from quote_grants where quote = $1 and object = $2",
    )
    .bind(quote.as_str())
    .bind(object)
    .fetch_one(conn)
    .await)?;
    grant(kept)
}

/// One authorization of ours.
pub async fn grant_by_id(tx: &mut Tx, id: Uuid) -> Result<Option<Grant>> {
    let row: Option<GrantRow> = run!(tx, |conn| sqlx::query_as(
        "select id, object, quote, quoter, revoked_at from quote_grants where id = $1"
    )
    .bind(id)
    .fetch_optional(conn)
    .await)?;
    row.map(grant).transpose()
}

/// The authorizations to quote an object that hold.
pub async fn grants_of(tx: &mut Tx, object: Uuid) -> Result<Vec<Grant>> {
    let rows: Vec<GrantRow> = run!(tx, |conn| sqlx::query_as(
        "select id, object, quote, quoter, revoked_at from quote_grants
         where object = $1 and revoked_at is null order by id",
    )
    .bind(object)
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(grant).collect()
}

/// Takes an authorization back; `false` if that was done before.
pub async fn revoke(tx: &mut Tx, id: Uuid, now: Timestamp) -> Result<bool> {
    let revoked =
        run!(tx, |conn| sqlx::query("update quote_grants set revoked_at = $2 where id = $1 and revoked_at is null")
            .bind(id)
            .bind(now.as_millisecond())
            .execute(conn)
            .await
            .map(|done| done.rows_affected() > 0))?;
    Ok(revoked)
}

#[cfg(test)]
mod tests {
    use domain::actor::Part;

    use super::*;
    use crate::posts;
    use crate::samples::{known, noon, note, stores};

    fn url(text: &str) -> Url {
        text.parse().expect("a URL")
    }

    #[tokio::test]
    async fn a_quote_is_allowed_once_and_a_permission_taken_back_stays_so() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let ours = known(&mut tx, "nord", Some(Part::Quarter)).await;
            let fan = known(&mut tx, "fan", None).await;
            let post = note(&mut tx, &ours, "Zitat", 0).await;
            posts::insert(&mut tx, &post, false).await.expect("an insert");
            let quote = url("https://fan.example/1");
            let first = allow(&mut tx, Uuid::now_v7(), post.id, (&quote, fan.id), noon()).await.expect("a grant");
            let again = allow(&mut tx, Uuid::now_v7(), post.id, (&quote, fan.id), noon()).await.expect("a grant");
            assert_eq!(first, again);
            assert_eq!(grants_of(&mut tx, post.id).await.expect("grants"), std::slice::from_ref(&first));
            assert!(revoke(&mut tx, first.id, noon()).await.expect("an update"));
            assert!(!revoke(&mut tx, first.id, noon()).await.expect("an update"));
            let again = allow(&mut tx, Uuid::now_v7(), post.id, (&quote, fan.id), noon()).await.expect("a grant");
            assert!(again.revoked && grants_of(&mut tx, post.id).await.expect("grants").is_empty());
            assert_eq!(grant_by_id(&mut tx, first.id).await.expect("a grant"), Some(again));
        }
    }

    #[tokio::test]
    async fn what_anothers_post_quotes_changes_and_goes() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let fan = known(&mut tx, "fan", None).await;
            let post = note(&mut tx, &fan, "Zitat", 0).await;
            posts::insert(&mut tx, &post, false).await.expect("an insert");
            let (one, other) = (url("https://a.example/1"), url("https://a.example/2"));
            for target in [Some(&one), Some(&other), None, None] {
                replace(&mut tx, post.id, target).await.expect("a change");
                let kept = of_post(&mut tx, post.id).await.expect("a row");
                assert_eq!(kept, target.cloned().map(Quote::new));
            }
        }
    }

    #[tokio::test]
    async fn a_quote_finds_its_stamp_by_its_request() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let ours = known(&mut tx, "nord", Some(Part::Quarter)).await;
            let post = note(&mut tx, &ours, "Ich zitiere", 0).await;
            posts::insert(&mut tx, &post, false).await.expect("an insert");
            let quote = Quote::new(url("https://a.example/1"));
            let (request, given) = (url("https://nord.example/activities/1"), url("https://a.example/stamps/1"));
            insert(&mut tx, post.id, &quote, None).await.expect("an insert");
            ask(&mut tx, post.id, &request).await.expect("an update");
            let found = by_request(&mut tx, &request).await.expect("a row");
            assert_eq!(found, Some((post.id, quote.target.clone())));
            stamp(&mut tx, post.id, &given).await.expect("an update");
            assert_eq!(by_stamp(&mut tx, &given).await.expect("a row"), Some((post.id, Some(request.clone()))));
            let kept = of_post(&mut tx, post.id).await.expect("a row").expect("the quote");
            assert_eq!(kept, Quote { stamp: Some(given.clone()), ..quote.clone() });
            assert!(refuse(&mut tx, post.id, noon()).await.expect("an update"));
            assert!(!refuse(&mut tx, post.id, noon()).await.expect("an update"));
            assert_eq!(by_stamp(&mut tx, &given).await.expect("a row"), None);
            let kept = of_post(&mut tx, post.id).await.expect("a row").expect("the quote");
            assert!(kept.refused && kept.stamp.is_none());
            stamp(&mut tx, post.id, &given).await.expect("an update");
            assert!(!of_post(&mut tx, post.id).await.expect("a row").expect("the quote").refused);
        }
    }
}
