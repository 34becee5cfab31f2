//! The index of everything public that can be searched: written in the same transaction as what it is about.
//!
//! A kind of thing is searched for once it has its function here, as [`event`] is one, which is called wherever such a thing
//! is written; its table stands in `walk::TABLES`. Drafts and what is held are never in it.

use domain::actor::Part;
use domain::directory;
use domain::event::{Event, State};
use domain::post::Post;
use domain::words::{self, Tongue};
use jiff::Timestamp;
use uuid::Uuid;

use crate::tx::run;
use crate::{Error, Result, Tx, actors, events, places, posts, profiles};

mod find;
pub(crate) mod schema;
mod vocabulary;
mod walk;

pub use find::{Hit, Mark, Match, Question, Section, Spot, hits, matching};
pub use vocabulary::{learn, nearest, unlearn};
pub use walk::{is_due, walk};

/// What kind of thing something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An event.
    Event,
    /// A post that is no notice.
    Post,
    /// A notice on the board.
    Notice,
    /// An initiative of ours.
    Initiative,
    /// A place of our directory.
    Place,
}

impl Kind {
    /// The name in the database.
    fn as_str(self) -> &'static str {
        match self {
            Self::Event => "event",
            Self::Post => "post",
            Self::Notice => "notice",
            Self::Initiative => "initiative",
            Self::Place => "place",
        }
    }
}

/// Something that is to be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its key.
    pub id: Uuid,
    /// What it is.
    pub kind: Kind,
    /// The path of its page.
    pub path: String,
    /// Its title, which counts more.
    pub title: String,
    /// Everything else it says, as plain text.
    pub body: String,
    /// Whose it is.
    pub author: Uuid,
    /// When it is or was published: what is found is in this order.
    pub at: Timestamp,
}

/// How much of a title and of a text is read, in characters.
const LONGEST: (usize, usize) = (300, 20_000);

/// Keeps the index as the event with that key is now.
pub(crate) async fn event(tx: &mut Tx, id: Uuid) -> Result<()> {
    // Boxed, here and below: whoever writes an event carries this along.
    Box::pin(see_event(tx, id)).await
}

async fn see_event(tx: &mut Tx, id: Uuid) -> Result<()> {
    match events::by_id(tx, id).await?.filter(|event| event.state == State::Published) {
        Some(event) => put(tx, &Entry::of_event(event)).await,
        None => remove(tx, id).await,
    }
}

/// Keeps the index as the post with that key is now.
pub(crate) async fn post(tx: &mut Tx, id: Uuid) -> Result<()> {
    Box::pin(see_post(tx, id)).await
}

async fn see_post(tx: &mut Tx, id: Uuid) -> Result<()> {
    match posts::by_id(tx, id).await? {
        Some(post) => put(tx, &Entry::of_post(post)).await,
        None => remove(tx, id).await,
    }
}

/// Keeps the index as the initiative with that key is now; actors of other kinds are not searched for.
pub(crate) async fn actor(tx: &mut Tx, id: Uuid) -> Result<()> {
    Box::pin(see_actor(tx, id)).await
}

async fn see_actor(tx: &mut Tx, id: Uuid) -> Result<()> {
    let found = actors::by_id(tx, id).await?;
    let found = found.filter(|actor| actor.part == Some(Part::Initiative) && actor.deleted_at.is_none());
    let Some(actor) = found else { return remove(tx, id).await };
    let facts = profiles::of(tx, id).await?.map(|(facts, _)| facts).unwrap_or_default();
    let mut parts = vec![facts.purpose.clone().unwrap_or_default(), actor.summary.to_text()];
    parts.extend(facts.lines.values().cloned());
    parts.extend(facts.place.as_ref().map(domain::place::Place::one_line));
    let entry = Entry {
        id,
        kind: Kind::Initiative,
        path: format!("/@{}", actor.handle),
        title: actor.name,
        body: joined(&parts),
        author: id,
        at: actor.created_at,
    };
    put(tx, &entry).await
}

/// Keeps the index as the place with that key is now. It is the quarter's, whoever keeps it.
pub(crate) async fn place(tx: &mut Tx, id: Uuid) -> Result<()> {
    Box::pin(see_place(tx, id)).await
}

async fn see_place(tx: &mut Tx, id: Uuid) -> Result<()> {
    let Some(found) = places::by_id(tx, id).await? else { return remove(tx, id).await };
    let quarter = actors::of_part(tx, Part::Quarter).await?.into_iter().next();
    put(tx, &Entry::of_place(found, quarter.map_or_else(Uuid::nil, |quarter| quarter.id))).await
}

fn joined(parts: &[String]) -> String {
    let parts = parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join(" · ")
}

impl Entry {
    fn of_event(event: Event) -> Self {
        let details = event.details;
        let mut parts: Vec<String> = details.short.into_iter().collect();
        parts.extend([details.content.to_text(), details.plain.to_text()]);
        parts.extend(details.place.as_ref().map(domain::place::Place::one_line));
        parts.extend(details.audience);
        parts.push(details.tags.join(", "));
        Self {
            id: event.id,
            kind: Kind::Event,
            path: format!("/events/{}", event.id),
            title: details.name,
            body: joined(&parts),
            author: event.author,
            at: details.starts_at,
        }
    }

    fn of_post(post: Post) -> Self {
        let details = post.details;
        // What stands behind a warning is not read by who did not want to see it.
        let body = match details.warning {
            Some(warning) => warning,
            None => joined(&[details.content.to_text(), details.plain.to_text()]),
        };
        Self {
            id: post.id,
            kind: if details.notice.is_some() { Kind::Notice } else { Kind::Post },
            path: format!("/posts/{}", post.id),
            title: details.title.unwrap_or_default(),
            body,
            author: post.author,
            at: post.published_at,
        }
    }

    fn of_place(place: directory::Entry, author: Uuid) -> Self {
        let directory::Listing { name, facts, .. } = place.listing;
        let said = [facts.about, facts.street, facts.locality, facts.stop, facts.operator, facts.access_note];
        let mut parts: Vec<String> = said.into_iter().flatten().collect();
        parts.extend(facts.rooms.into_iter().map(|room| room.name));
        Self {
            id: place.id,
            kind: Kind::Place,
            path: format!("/places/{}", place.slug),
            title: name,
            body: joined(&parts),
            author,
            at: place.created_at,
        }
    }

    /// Its place in the order: the minute, and within it 36 bits of its key.
    fn number(&self) -> i64 {
        let low = i64::try_from(self.id.as_u128() & 0xf_ffff_ffff).unwrap_or(0);
        first_number(self.at) | low
    }
}

/// The lowest number of what is at a time.
fn first_number(at: Timestamp) -> i64 {
    let minutes = at.as_second().div_euclid(60).clamp(0, (1 << 27) - 1);
    minutes << 36
}

#[derive(sqlx::FromRow)]
struct Kept {
    number: i64,
    kind: String,
    title: String,
    body: String,
}

/// Puts something into the index, or changes what is there of it.
pub(crate) async fn put(tx: &mut Tx, entry: &Entry) -> Result<()> {
    let cut = |text: &str, most: usize| text.chars().filter(|letter| *letter != '\0').take(most).collect::<String>();
    let entry = Entry { title: cut(&entry.title, LONGEST.0), body: cut(&entry.body, LONGEST.1), ..entry.clone() };
    let kept = kept(tx, entry.id).await?;
    let is_same = |kept: &Kept| {
        let of = (kept.kind.as_str(), kept.title.as_str(), kept.body.as_str());
        kept.number >> 36 == entry.number() >> 36
            && of == (entry.kind.as_str(), entry.title.as_str(), entry.body.as_str())
    };
    if kept.as_ref().is_some_and(is_same) {
        return Ok(());
    }
    if let Some(kept) = kept {
        take_out(tx, entry.id, &kept).await?;
    }
    let number = insert(tx, &entry).await?;
    let own: Option<bool> = run!(tx, |conn| sqlx::query_scalar("select part is not null from actors where id = $1")
        .bind(entry.author)
        .fetch_optional(conn)
        .await)?;
    let marks = [entry.kind.as_str(), if own == Some(true) { Mark::OWN } else { Mark::FAR }];
    let tongue = Tongue::of(&entry.body);
    feed(tx, number, [&stems(&entry.title, tongue), &stems(&entry.body, tongue)], marks).await
}

/// Takes something out of the index.
pub(crate) async fn remove(tx: &mut Tx, id: Uuid) -> Result<()> {
    Box::pin(see_gone(tx, id)).await
}

async fn see_gone(tx: &mut Tx, id: Uuid) -> Result<()> {
    let Some(kept) = kept(tx, id).await? else { return Ok(()) };
    take_out(tx, id, &kept).await
}

/// Takes out everything of one actor.
pub(crate) async fn forget_author(tx: &mut Tx, actor: Uuid) -> Result<()> {
    let ids: Vec<Uuid> = run!(tx, |conn| sqlx::query_scalar("select id from search_entries where author = $1")
        .bind(actor)
        .fetch_all(conn)
        .await)?;
    remove_all(tx, ids).await
}

/// Takes out everything of the actors of another server.
pub(crate) async fn forget_host(tx: &mut Tx, host: &str) -> Result<()> {
    let ids: Vec<Uuid> = run!(tx, |conn| sqlx::query_scalar(
        "select id from search_entries where author in (select id from actors where host = $1 and part is null)"
    )
    .bind(host)
    .fetch_all(conn)
    .await)?;
    remove_all(tx, ids).await
}

async fn remove_all(tx: &mut Tx, ids: Vec<Uuid>) -> Result<()> {
    for id in ids {
        remove(tx, id).await?;
    }
    Ok(())
}

async fn kept(tx: &mut Tx, id: Uuid) -> Result<Option<Kept>> {
    let kept = run!(tx, |conn| sqlx::query_as("select number, kind, title, body from search_entries where id = $1")
        .bind(id)
        .fetch_optional(conn)
        .await)?;
    Ok(kept)
}

async fn take_out(tx: &mut Tx, id: Uuid, kept: &Kept) -> Result<()> {
    match tx {
        Tx::Sqlite(tx) => {
            sqlx::query("delete from search_index where rowid = $1").bind(kept.number).execute(&mut **tx).await?;
        }
        Tx::Postgres(tx) => {
            sqlx::query("delete from search_index where number = $1").bind(kept.number).execute(&mut **tx).await?;
        }
    }
    run!(tx, |conn| sqlx::query("delete from search_entries where id = $1").bind(id).execute(conn).await.map(|_| ()))?;
    vocabulary::leave(tx, &kept.title, &kept.body).await
}

/// Keeps an entry under its number, or the next that is free; which it is.
async fn insert(tx: &mut Tx, entry: &Entry) -> Result<i64> {
    for number in (entry.number()..).take(16) {
        let added = run!(tx, |conn| sqlx::query(
            "insert into search_entries (number, id, kind, path, title, body, author, at, learned)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing",
        )
        .bind(number)
        .bind(entry.id)
        .bind(entry.kind.as_str())
        .bind(&entry.path)
        .bind(&entry.title)
        .bind(&entry.body)
        .bind(entry.author)
        .bind(entry.at.as_millisecond())
        .bind(false)
        .execute(conn)
        .await
        .map(|done| done.rows_affected() > 0))?;
        if added {
            return Ok(number);
        }
    }
    Err(Error::Unreadable("number of what can be searched"))
}

fn stems(text: &str, tongue: Tongue) -> Vec<String> {
    words::words(text, tongue).map(|word| word.stem).collect()
}

/// Feeds the index with the same words on both databases.
async fn feed(tx: &mut Tx, number: i64, [title, body]: [&[String]; 2], marks: [&str; 2]) -> Result<()> {
    match tx {
        Tx::Sqlite(tx) => {
            sqlx::query("insert into search_index (rowid, title, words, marks) values ($1, $2, $3, $4)")
                .bind(number)
                .bind(title.join(" "))
                .bind(body.join(" "))
                .bind(marks.join(" "))
                .execute(&mut **tx)
                .await?;
        }
        Tx::Postgres(tx) => {
            sqlx::query("insert into search_index (number, words) values ($1, cast($2 as text)::tsvector)")
                .bind(number)
                .bind(vector(title, body, marks))
                .execute(&mut **tx)
                .await?;
        }
    }
    Ok(())
}

/// The same as PostgreSQL writes it: a word of the title has weight A, one of the text B, a mark D. Stems are letters and
/// digits, which need no quoting but the quotes.
fn vector(title: &[String], body: &[String], marks: [&str; 2]) -> String {
    // A gap, so that no phrase runs from the title into the text.
    let start = title.len() + 10;
    let title = title.iter().enumerate().map(|(at, word)| format!("'{word}':{}A", at + 1));
    let body = body.iter().enumerate().map(|(at, word)| format!("'{word}':{}B", (start + at).min(16_000)));
    let marks = marks.iter().map(|mark| format!("'{mark}':16383"));
    title.chain(body).chain(marks).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
