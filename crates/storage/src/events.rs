//! Events, ours and the neighbours'.

use domain::access::Access;
use domain::actor::Actor;
use domain::category::Category;
use domain::event::{Details, Event, Joining, State, Status};
use domain::moved::Moved;
use domain::place::Place;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::AssertSqlSafe;
use url::Url;
use uuid::Uuid;

use crate::posts::Which;
use crate::tx::run;
use crate::{Error, Result, Tx, actors, row};

mod choice;
mod drafts;
mod place;
pub mod twins;

pub use choice::Choice;
pub(crate) use choice::sort_in;
pub(crate) use drafts::held;
pub use drafts::{count_drafts, count_waiting, drafts, hold, show};
pub(crate) use place::at_place;

/// Which events to list, by their start.
#[derive(Clone, Debug)]
pub struct Query {
    /// Only those that end after this.
    pub from: Timestamp,
    /// Only those that start before this.
    pub until: Option<Timestamp>,
    /// Whose.
    pub which: Which,
    /// Only of this theme.
    pub category: Option<Category>,
    /// Only what costs nothing.
    pub free: bool,
    /// Also each date of what is always on, which lists show once (`series::standing`).
    pub regular: bool,
    /// What else is chosen by.
    pub choice: Choice,
    /// At most so many.
    pub limit: i64,
}

impl Query {
    /// Everything of `which` from `from` on.
    pub fn from(from: Timestamp, which: Which, limit: i64) -> Self {
        Self { from, until: None, which, category: None, free: false, regular: true, choice: Choice::default(), limit }
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct Row {
    id: Uuid,
    url: String,
    page: String,
    author: Uuid,
    name: String,
    starts_at: i64,
    ends_at: i64,
    timezone: String,
    status: String,
    category: Option<String>,
    free: bool,
    extras: String,
    draft: bool,
    uid: String,
    sequence: i64,
    source: Option<Uuid>,
    published_at: i64,
    updated_at: i64,
}

/// What no query asks for.
#[derive(Serialize, Deserialize)]
pub(crate) struct Extras {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    short: Option<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    content: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    plain: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    open_end: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    all_day: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    doors_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    place: Option<Place>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    online: Option<Url>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    price: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    registration: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    registration_url: Option<Url>,
    #[serde(default, skip_serializing_if = "Joining::is_none")]
    joining: Joining,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    capacity: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    participants: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    organiser: Option<Url>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    contact: Option<String>,
    #[serde(flatten)]
    access: Access,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    access_note: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    languages: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    audience: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    link: Option<Url>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    #[serde(default, skip_serializing_if = "Moved::is_empty")]
    moved: Moved,
}

impl Extras {
    fn of(details: &Details) -> Self {
        Self {
            short: details.short.clone(),
            content: details.content.as_str().to_owned(),
            plain: details.plain.as_str().to_owned(),
            open_end: details.open_end,
            all_day: details.all_day,
            doors_at: details.doors_at,
            place: details.place.clone(),
            online: details.online.clone(),
            price: details.price.clone(),
            registration: details.registration.clone(),
            registration_url: details.registration_url.clone(),
            joining: details.joining,
            capacity: details.capacity,
            participants: details.participants,
            organiser: details.organiser.clone(),
            contact: details.contact.clone(),
            access: details.access.clone(),
            access_note: details.access_note.clone(),
            languages: details.languages.clone(),
            audience: details.audience.clone(),
            link: details.link.clone(),
            tags: details.tags.clone(),
            moved: details.moved.clone(),
        }
    }

    pub(crate) fn json(details: &Details) -> Result<String> {
        serde_json::to_string(&Self::of(details)).map_err(|_| Error::Unreadable("event"))
    }
}

impl TryFrom<Row> for Event {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let extras: Extras = serde_json::from_str(&row.extras).map_err(|_| Error::Unreadable("event"))?;
        Ok(Self {
            id: row.id,
            url: row::url(&row.url)?,
            page: row::url(&row.page)?,
            author: row.author,
            state: if row.draft { State::Draft } else { State::Published },
            source: row.source,
            uid: row.uid,
            sequence: row.sequence,
            published_at: row::time(row.published_at)?,
            updated_at: row::time(row.updated_at)?,
            details: Details {
                name: row.name,
                short: extras.short,
                content: row::html(extras.content),
                plain: row::html(extras.plain),
                starts_at: row::time(row.starts_at)?,
                ends_at: row::time(row.ends_at)?,
                open_end: extras.open_end,
                all_day: extras.all_day,
                doors_at: extras.doors_at,
                timezone: row.timezone,
                place: extras.place,
                online: extras.online,
                status: Status::from_name(&row.status).ok_or(Error::Unreadable("status"))?,
                category: row.category.as_deref().and_then(Category::from_slug),
                price: extras.price,
                free: row.free,
                registration: extras.registration,
                registration_url: extras.registration_url,
                joining: extras.joining,
                capacity: extras.capacity,
                participants: extras.participants,
                organiser: extras.organiser,
                contact: extras.contact,
                access: extras.access,
                access_note: extras.access_note,
                languages: extras.languages,
                audience: extras.audience,
                link: extras.link,
                tags: extras.tags,
                moved: extras.moved,
            },
        })
    }
}

/// A query for events: every column of `e`, then `rest`.
pub(crate) fn select(rest: &str) -> AssertSqlSafe<String> {
    AssertSqlSafe(format!(
        "select e.id, e.url, e.page, e.author, e.name, e.starts_at, e.ends_at, e.timezone, e.status, e.category, e.free,
         e.extras, e.draft, e.uid, e.sequence, e.source, e.published_at, e.updated_at from events e {rest}"
    ))
}

/// Adds an event whose id was claimed. `recurrence` is the original start of one of an imported series.
pub async fn insert(tx: &mut Tx, event: &Event, recurrence: Option<Timestamp>) -> Result<()> {
    let extras = Extras::json(&event.details)?;
    run!(tx, |conn| sqlx::query(
        "insert into events (id, url, page, author, name, starts_at, ends_at, timezone, status, category, free, extras,
         draft, uid, sequence, source, recurrence, published_at, updated_at, place)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)",
    )
    .bind(event.id)
    .bind(event.url.as_str())
    .bind(event.page.as_str())
    .bind(event.author)
    .bind(&event.details.name)
    .bind(event.details.starts_at.as_millisecond())
    .bind(event.details.ends_at.as_millisecond())
    .bind(&event.details.timezone)
    .bind(event.details.status.as_str())
    .bind(event.details.category.map(Category::slug))
    .bind(event.details.free)
    .bind(&extras)
    .bind(event.state == State::Draft)
    .bind(&event.uid)
    .bind(event.sequence)
    .bind(event.source)
    .bind(recurrence.map(Timestamp::as_millisecond))
    .bind(event.published_at.as_millisecond())
    .bind(event.updated_at.as_millisecond())
    .bind(event.details.place.as_ref().and_then(|place| place.id))
    .execute(conn)
    .await
    .map(|_| ()))?;
    sort_in(tx, event).await
}

/// Changes what an event says and whether it is on the board; `false` if the kept one is as new or newer.
pub async fn update(tx: &mut Tx, event: &Event) -> Result<bool> {
    let extras = Extras::json(&event.details)?;
    let changed = run!(tx, |conn| sqlx::query(
        "update events set page = $2, name = $3, starts_at = $4, ends_at = $5, timezone = $6, status = $7,
         category = $8, free = $9, extras = $10, draft = $11, sequence = $12, published_at = $13, updated_at = $14,
         place = $15
         where id = $1 and updated_at < $14",
    )
    .bind(event.id)
    .bind(event.page.as_str())
    .bind(&event.details.name)
    .bind(event.details.starts_at.as_millisecond())
    .bind(event.details.ends_at.as_millisecond())
    .bind(&event.details.timezone)
    .bind(event.details.status.as_str())
    .bind(event.details.category.map(Category::slug))
    .bind(event.details.free)
    .bind(&extras)
    .bind(event.state == State::Draft)
    .bind(event.sequence)
    .bind(event.published_at.as_millisecond())
    .bind(event.updated_at.as_millisecond())
    .bind(event.details.place.as_ref().and_then(|place| place.id))
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0))?;
    if changed {
        sort_in(tx, event).await?;
    }
    Ok(changed)
}

/// The event with our key `id`, drafts too.
pub async fn by_id(tx: &mut Tx, id: Uuid) -> Result<Option<Event>> {
    let row: Option<Row> =
        run!(tx, |conn| sqlx::query_as(select("where e.id = $1")).bind(id).fetch_optional(conn).await)?;
    row.map(Event::try_from).transpose()
}

/// The event with that ActivityPub id, drafts too.
pub async fn by_url(tx: &mut Tx, url: &Url) -> Result<Option<Event>> {
    let row: Option<Row> =
        run!(tx, |conn| sqlx::query_as(select("where e.url = $1")).bind(url.as_str()).fetch_optional(conn).await)?;
    row.map(Event::try_from).transpose()
}

/// Published events with their organisers, by start.
pub async fn list(tx: &mut Tx, query: &Query) -> Result<Vec<(Event, Actor)>> {
    let mut rows = spanning(tx, query, LONG_BEFORE, query.limit).await?;
    let left = query.limit.saturating_sub(i64::try_from(rows.len()).unwrap_or(i64::MAX));
    if left > 0 {
        rows.extend(spanning(tx, query, LATELY, left).await?);
    }
    with_authors(tx, rows).await
}

/// A condition on when an event began, and how the column is written in it.
type Span = (&'static str, &'static str);
/// More than a day (86,400,000 ms) before the time `$2`: the few that `events_long` lists. The plus keeps SQLite from
/// walking through everything that ever began, by `events_by_start`.
const LONG_BEFORE: Span = ("e.ends_at - e.starts_at > 86400000 and +e.starts_at < $2 - 86400000", "+e.starts_at");
/// Within the day before `$2`, or later: a stretch of `events_by_start`.
const LATELY: Span = ("e.starts_at >= $2 - 86400000", "e.starts_at");

/// Those of `query` that began as `span` says, by start.
async fn spanning(tx: &mut Tx, query: &Query, span: Span, limit: i64) -> Result<Vec<Row>> {
    Ok(run!(tx, |conn| {
        let rows = sqlx::query_as(AssertSqlSafe(spanned(query, span)))
            .bind(query.which.author())
            .bind(query.from.as_millisecond())
            .bind(query.until.unwrap_or(Timestamp::MAX).as_millisecond())
            .bind(query.category.map(Category::slug))
            .bind(query.free)
            .bind(limit)
            .bind(query.regular);
        query.choice.bind(rows).fetch_all(conn).await
    })?)
}

fn spanned(query: &Query, (span, start): Span) -> String {
    let rest = format!(
        "join actors a on a.id = e.author
         where {} and not e.draft and e.twin_of is null and {span} and e.ends_at > $2 and {start} < $3
           and ($4 is null or e.category = $4) and (e.free or not $5) and ($7 or not e.standing) {}
         order by {start}, e.id limit $6",
        query.which.condition(),
        query.choice.condition(8)
    );
    select(&rest).0
}

/// The names of the published events that start between two moments, by start.
pub async fn titles(
    tx: &mut Tx,
    (from, until): (Timestamp, Timestamp),
    limit: i64,
) -> Result<Vec<(Uuid, String, Timestamp)>> {
    let rows: Vec<(Uuid, String, i64)> = run!(tx, |conn| {
        sqlx::query_as(
        "select id, name, starts_at from events where not draft and twin_of is null and starts_at >= $1 and starts_at <= $2
         order by starts_at, id limit $3"
    )
    .bind(from.as_millisecond())
    .bind(until.as_millisecond())
    .bind(limit)
    .fetch_all(conn)
    .await
    })?;
    rows.into_iter().map(|(id, name, at)| Ok((id, name, row::time(at)?))).collect()
}

/// When the earliest published event starts: lists go back no further.
pub async fn earliest(tx: &mut Tx) -> Result<Option<Timestamp>> {
    let first: Option<i64> =
        run!(tx, |conn| sqlx::query_scalar("select min(starts_at) from events where not draft").fetch_one(conn).await)?;
    row::time_or_null(first)
}

pub(crate) async fn with_authors(tx: &mut Tx, rows: Vec<Row>) -> Result<Vec<(Event, Actor)>> {
    let authors = actors::by_ids(tx, rows.iter().map(|row| row.author).collect::<Vec<_>>()).await?;
    let mut events = Vec::with_capacity(rows.len());
    for row in rows {
        if let Some(author) = authors.get(&row.author) {
            events.push((Event::try_from(row)?, author.clone()));
        }
    }
    Ok(events)
}

/// The events imported from one calendar, each with the original start of its occurrence in a series.
pub async fn of_source(tx: &mut Tx, source: Uuid) -> Result<Vec<(Event, Option<Timestamp>)>> {
    #[derive(sqlx::FromRow)]
    struct Occurrence {
        #[sqlx(flatten)]
        row: Row,
        recurrence: Option<i64>,
    }
    let query = select("where e.source = $1").0.replacen("e.updated_at", "e.updated_at, e.recurrence", 1);
    let rows: Vec<Occurrence> =
        run!(tx, |conn| sqlx::query_as(AssertSqlSafe(query)).bind(source).fetch_all(conn).await)?;
    rows.into_iter().map(|found| Ok((Event::try_from(found.row)?, row::time_or_null(found.recurrence)?))).collect()
}

#[cfg(test)]
mod tests;
