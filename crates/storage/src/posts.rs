//! Posts, ours and the neighbours'.

use domain::actor::Actor;
use domain::notice::{Notice, Topic};
use domain::post::{Details, Post};
use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use url::Url;
use uuid::Uuid;

use crate::tx::run;
use crate::{Error, Result, Tx, actors, polls, row, search};

/// Whose posts or events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Ours and the neighbours'.
    All,
    /// Ours.
    Own,
    /// One actor's.
    Author(Uuid),
}

impl Which {
    /// As a condition on the author `a`, in which `$1` is [`Which::author`]. Each has a text of its own, since a database
    /// chooses its way by the text.
    pub(crate) fn condition(self) -> &'static str {
        match self {
            Self::All => "$1 is null",
            Self::Own => "$1 is null and a.part is not null",
            Self::Author(_) => "a.id = $1",
        }
    }

    /// The one author.
    pub(crate) fn author(self) -> Option<Uuid> {
        if let Self::Author(id) = self { Some(id) } else { None }
    }
}

/// Which posts to list, newest first.
#[derive(Clone, Copy, Debug)]
pub struct Query {
    /// Whose.
    pub which: Which,
    /// Only those before this one: its time and key.
    pub before: Option<(Timestamp, Uuid)>,
    /// At most so many.
    pub limit: i64,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    url: String,
    page: String,
    author: Uuid,
    title: Option<String>,
    content: String,
    plain: String,
    warning: Option<String>,
    language: Option<String>,
    in_reply_to: Option<String>,
    topic: Option<String>,
    expires_at: Option<i64>,
    published_at: i64,
    updated_at: i64,
    asks: bool,
}

impl TryFrom<Row> for Post {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let until = row::time_or_null(row.expires_at)?;
        Ok(Self {
            id: row.id,
            url: row::url(&row.url)?,
            page: row::url(&row.page)?,
            author: row.author,
            details: Details {
                title: row.title,
                content: row::html(row.content),
                plain: row::html(row.plain),
                warning: row.warning,
                language: row.language,
                in_reply_to: row::url_or_null(row.in_reply_to.as_deref())?,
                poll: None,
                notice: row.topic.as_deref().and_then(Topic::from_name).map(|topic| Notice { topic, until }),
            },
            published_at: row::time(row.published_at)?,
            updated_at: row::time(row.updated_at)?,
        })
    }
}

/// A query for posts: every column of `p`, then `rest`.
fn select(rest: &str) -> AssertSqlSafe<String> {
    AssertSqlSafe(format!(
        "select p.id, p.url, p.page, p.author, p.title, p.content, p.plain, p.warning, p.language, p.in_reply_to,
         p.topic, p.expires_at, p.published_at, p.updated_at, exists (select 1 from polls l where l.post = p.id) as asks from posts p {rest}"
    ))
}

/// The post of a row, with its poll if it has one.
async fn whole(tx: &mut Tx, row: Row) -> Result<Post> {
    let asks = row.asks;
    let mut post = Post::try_from(row)?;
    if asks {
        post.details.poll = polls::of_post(tx, post.id).await?;
    }
    Ok(post)
}

/// As [`whole`], for a row that may be missing.
async fn whole_or_none(tx: &mut Tx, row: Option<Row>) -> Result<Option<Post>> {
    match row {
        Some(row) => whole(tx, row).await.map(Some),
        None => Ok(None),
    }
}

/// Adds a post whose id was claimed; `held` ones are kept for the editors and shown to nobody else.
pub async fn insert(tx: &mut Tx, post: &Post, held: bool) -> Result<()> {
    run!(tx, |conn| {
        sqlx::query(
            "insert into posts
         (id, url, page, author, title, content, warning, language, in_reply_to, held, published_at, updated_at,
          topic, expires_at, plain)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        )
        .bind(post.id)
        .bind(post.url.as_str())
        .bind(post.page.as_str())
        .bind(post.author)
        .bind(&post.details.title)
        .bind(post.details.content.as_str())
        .bind(&post.details.warning)
        .bind(&post.details.language)
        .bind(post.details.in_reply_to.as_ref().map(Url::as_str))
        .bind(held)
        .bind(post.published_at.as_millisecond())
        .bind(post.updated_at.as_millisecond())
        .bind(post.details.notice.map(|notice| notice.topic.as_str()))
        .bind(until(post))
        .bind(post.details.plain.as_str())
        .execute(conn)
        .await
        .map(|_| ())
    })?;
    search::post(tx, post.id).await?;
    let Some(poll) = &post.details.poll else { return Ok(()) };
    let local = actors::by_id(tx, post.author).await?.is_some_and(|author| author.is_local());
    polls::insert(tx, post.id, poll, poll.ends_at.filter(|_| local && !held)).await
}

/// When a post is taken down, in milliseconds.
fn until(post: &Post) -> Option<i64> {
    post.details.notice?.until.map(Timestamp::as_millisecond)
}

/// Changes what a post says, but not its poll; `false` if the kept one is as new or newer.
pub async fn update(tx: &mut Tx, post: &Post) -> Result<bool> {
    let changed = run!(tx, |conn| {
        sqlx::query(
        "update posts set page = $2, title = $3, content = $4, warning = $5, language = $6, updated_at = $7, topic = $8,
         expires_at = $9, plain = $10, asked_at = case when coalesce(expires_at, 0) = coalesce($9, 0) then asked_at end
         where id = $1 and updated_at < $7",
    )
    .bind(post.id)
    .bind(post.page.as_str())
    .bind(&post.details.title)
    .bind(post.details.content.as_str())
    .bind(&post.details.warning)
    .bind(&post.details.language)
    .bind(post.updated_at.as_millisecond())
    .bind(post.details.notice.map(|notice| notice.topic.as_str()))
    .bind(until(post))
    .bind(post.details.plain.as_str())
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0)
    })?;
    if changed {
        search::post(tx, post.id).await?;
    }
    Ok(changed)
}

/// The shown post with our key `id`.
pub async fn by_id(tx: &mut Tx, id: Uuid) -> Result<Option<Post>> {
    let row: Option<Row> =
        run!(tx, |conn| sqlx::query_as(select("where p.id = $1 and not p.held")).bind(id).fetch_optional(conn).await)?;
    whole_or_none(tx, row).await
}

/// The post of ours with our key `id` that waits for an editor and was never shown.
pub async fn draft(tx: &mut Tx, id: Uuid) -> Result<Option<Post>> {
    let row: Option<Row> = run!(tx, |conn| sqlx::query_as(select(
        "join actors a on a.id = p.author where p.id = $1 and p.held and a.part is not null"
    ))
    .bind(id)
    .fetch_optional(conn)
    .await)?;
    whole_or_none(tx, row).await
}

/// Every held post that an editor may see, with its author, whether it looks suspicious, and since when it waits: the
/// oldest first.
pub(crate) async fn held(tx: &mut Tx, limit: i64) -> Result<Vec<(Post, Actor, bool, Timestamp)>> {
    #[derive(sqlx::FromRow)]
    struct Held {
        #[sqlx(flatten)]
        row: Row,
        suspicious: bool,
        since: i64,
    }
    let query = select(
        "left join held h on h.post = p.id where p.held
           and not exists (select 1 from proposals x where x.event = p.id and x.confirmed_at is null)
         order by since, p.id limit $2",
    );
    let marks =
        "p.updated_at, coalesce(h.suspicious, $1) as suspicious, coalesce(h.received_at, p.published_at) as since";
    let query = query.0.replacen("p.updated_at", marks, 1);
    let rows: Vec<Held> =
        run!(tx, |conn| sqlx::query_as(AssertSqlSafe(query)).bind(false).bind(limit).fetch_all(conn).await)?;
    let authors = actors::by_ids(tx, rows.iter().map(|held| held.row.author).collect::<Vec<_>>()).await?;
    let mut posts = Vec::with_capacity(rows.len());
    for held in rows {
        if let Some(author) = authors.get(&held.row.author) {
            let since = row::time(held.since)?;
            posts.push((whole(tx, held.row).await?, author.clone(), held.suspicious, since));
        }
    }
    Ok(posts)
}

/// When a held post was last changed.
pub async fn version(tx: &mut Tx, id: Uuid) -> Result<Option<Timestamp>> {
    let at: Option<i64> = run!(tx, |conn| sqlx::query_scalar("select updated_at from posts where id = $1 and held")
        .bind(id)
        .fetch_optional(conn)
        .await)?;
    row::time_or_null(at)
}

/// The titles of the posts that were published since `since`, the newest first.
pub async fn titles(tx: &mut Tx, since: Timestamp, limit: i64) -> Result<Vec<(Uuid, String)>> {
    let titles = run!(tx, |conn| sqlx::query_as(
        "select id, title from posts where not held and title is not null and published_at >= $1
         order by published_at desc, id desc limit $2"
    )
    .bind(since.as_millisecond())
    .bind(limit)
    .fetch_all(conn)
    .await)?;
    Ok(titles)
}

/// How many posts wait for an editor, ours and others'.
pub async fn count_waiting(tx: &mut Tx) -> Result<i64> {
    let count = run!(tx, |conn| sqlx::query_scalar(
        "select count(*) from posts p where p.held
           and not exists (select 1 from proposals x where x.event = p.id and x.confirmed_at is null)"
    )
    .fetch_one(conn)
    .await)?;
    Ok(count)
}

/// Puts a post of ours that waited on the board, as of `now`; `false` if it was there.
pub async fn publish(tx: &mut Tx, id: Uuid, now: Timestamp) -> Result<bool> {
    let changed = run!(tx, |conn| sqlx::query(
        "update posts set held = $3, published_at = $2, updated_at = $2 where id = $1 and held <> $3"
    )
    .bind(id)
    .bind(now.as_millisecond())
    .bind(false)
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0))?;
    if changed {
        search::post(tx, id).await?;
    }
    Ok(changed)
}

/// The shown post with that ActivityPub id.
pub async fn by_url(tx: &mut Tx, url: &Url) -> Result<Option<Post>> {
    let row: Option<Row> = run!(tx, |conn| sqlx::query_as(select("where p.url = $1 and not p.held"))
        .bind(url.as_str())
        .fetch_optional(conn)
        .await)?;
    whole_or_none(tx, row).await
}

/// Whether the post with our key `id` is kept, held or shown.
pub async fn exists(tx: &mut Tx, id: Uuid) -> Result<bool> {
    let count: i64 =
        run!(tx, |conn| sqlx::query_scalar("select count(*) from posts where id = $1").bind(id).fetch_one(conn).await)?;
    Ok(count > 0)
}

/// Shows a post that was held; `false` if it was not.
pub async fn show(tx: &mut Tx, id: Uuid) -> Result<bool> {
    set_held(tx, id, false).await
}

/// Hides a post until it is shown again; `false` if it was hidden.
pub async fn hold(tx: &mut Tx, id: Uuid) -> Result<bool> {
    set_held(tx, id, true).await
}

/// `false` if it was so already.
async fn set_held(tx: &mut Tx, id: Uuid, held: bool) -> Result<bool> {
    let changed = run!(tx, |conn| sqlx::query("update posts set held = $2 where id = $1 and held <> $2")
        .bind(id)
        .bind(held)
        .execute(conn)
        .await
        .map(|done| done.rows_affected() > 0))?;
    if changed {
        search::post(tx, id).await?;
    }
    Ok(changed)
}

/// Shown posts with their authors, newest first, replies left out.
pub async fn list(tx: &mut Tx, query: &Query) -> Result<Vec<(Post, Actor)>> {
    let (before, before_id) = query.before.unwrap_or((Timestamp::MAX, Uuid::max()));
    let rows: Vec<Row> = run!(tx, |conn| sqlx::query_as(select(&format!(
        "join actors a on a.id = p.author
         where {} and not p.held and p.in_reply_to is null
           and p.published_at <= $2 and (p.published_at < $2 or p.id < $3)
         order by p.published_at desc, p.id desc limit $4",
        query.which.condition()
    )))
    .bind(query.which.author())
    .bind(before.as_millisecond())
    .bind(before_id)
    .bind(query.limit)
    .fetch_all(conn)
    .await)?;
    with_authors(tx, rows).await
}

/// Our posts that hang on the board, newest first; those of one topic only, if one is given. What is no notice is news.
pub async fn board(
    tx: &mut Tx,
    topic: Option<Topic>,
    now: Timestamp,
    (before, limit): (Option<(Timestamp, Uuid)>, i64),
) -> Result<Vec<(Post, Actor)>> {
    let (before, before_id) = before.unwrap_or((Timestamp::MAX, Uuid::max()));
    let rows: Vec<Row> = run!(tx, |conn| sqlx::query_as(select(
        "join actors a on a.id = p.author
         where a.part is not null and not p.held and p.in_reply_to is null
           and ($1 is null or coalesce(p.topic, 'news') = $1) and (p.expires_at is null or p.expires_at > $2)
           and p.published_at <= $3 and (p.published_at < $3 or p.id < $4)
         order by p.published_at desc, p.id desc limit $5",
    ))
    .bind(topic.map(Topic::as_str))
    .bind(now.as_millisecond())
    .bind(before.as_millisecond())
    .bind(before_id)
    .bind(limit)
    .fetch_all(conn)
    .await)?;
    with_authors(tx, rows).await
}

async fn with_authors(tx: &mut Tx, rows: Vec<Row>) -> Result<Vec<(Post, Actor)>> {
    let authors = actors::by_ids(tx, rows.iter().map(|row| row.author).collect::<Vec<_>>()).await?;
    let mut posts = Vec::with_capacity(rows.len());
    for row in rows {
        if let Some(author) = authors.get(&row.author) {
            posts.push((whole(tx, row).await?, author.clone()));
        }
    }
    Ok(posts)
}

/// How many shown posts of ours there are.
pub async fn count_own(tx: &mut Tx) -> Result<i64> {
    let count = run!(tx, |conn| sqlx::query_scalar(
        "select count(*) from posts p join actors a on a.id = p.author where a.part is not null and not p.held"
    )
    .fetch_one(conn)
    .await)?;
    Ok(count)
}

/// How many held replies of one host there are, to bound what strangers can store.
pub async fn count_held(tx: &mut Tx, host: &str) -> Result<i64> {
    let count = run!(tx, |conn| sqlx::query_scalar(
        "select count(*) from posts p join actors a on a.id = p.author where p.held and a.host = $1"
    )
    .bind(host)
    .fetch_one(conn)
    .await)?;
    Ok(count)
}

#[cfg(test)]
mod tests;
