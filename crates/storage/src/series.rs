//! Series of ours, and which of their dates are made, told and regular.

use std::collections::HashMap;

use domain::actor::Actor;
use domain::category::Category;
use domain::event::{Event, State};
use domain::series::Series;
use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use crate::events::{self, Extras};
use crate::tx::run;
use crate::{Result, Tx, row};

#[derive(sqlx::FromRow)]
struct Row {
    #[sqlx(flatten)]
    template: events::Row,
    rule: String,
    frequent: bool,
    pictured: Option<Uuid>,
    made_until: i64,
    due_at: i64,
}

impl TryFrom<Row> for Series {
    type Error = crate::Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            template: Event::try_from(row.template)?,
            rule: row.rule,
            frequent: row.frequent,
            pictured: row.pictured,
            made_until: row::time(row.made_until)?,
            due_at: row::time(row.due_at)?,
        })
    }
}

/// A query for series, each with what its events say in the shape of one.
fn select(rest: &str) -> AssertSqlSafe<String> {
    AssertSqlSafe(format!(
        "select s.id, s.page as url, s.page, s.author, s.name, s.starts_at, s.ends_at, s.timezone, s.status,
         s.category, s.free, s.extras, s.draft, s.page as uid, s.due_at as sequence, null as source,
         s.created_at as published_at, s.updated_at, s.rule, s.frequent, s.made_until,
         s.due_at, s.pictured from series s {rest}"
    ))
}

/// Adds a series.
pub async fn insert(tx: &mut Tx, series: &Series) -> Result<()> {
    let (template, details) = (&series.template, &series.template.details);
    let extras = Extras::json(details)?;
    run!(tx, |conn| {
        sqlx::query(
        "insert into series (id, page, author, name, starts_at, ends_at, timezone, status, category, free, extras, rule,
         frequent, draft, made_until, due_at, created_at, updated_at, pictured)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)",
    )
    .bind(template.id)
    .bind(template.page.as_str())
    .bind(template.author)
    .bind(&details.name)
    .bind(details.starts_at.as_millisecond())
    .bind(details.ends_at.as_millisecond())
    .bind(&details.timezone)
    .bind(details.status.as_str())
    .bind(details.category.map(Category::slug))
    .bind(details.free)
    .bind(&extras)
    .bind(&series.rule)
    .bind(series.frequent)
    .bind(template.state == State::Draft)
    .bind(series.made_until.as_millisecond())
    .bind(series.due_at.as_millisecond())
    .bind(template.published_at.as_millisecond())
    .bind(template.updated_at.as_millisecond())
    .bind(series.pictured)
    .execute(conn)
    .await
    .map(|_| ())
    })?;
    Ok(())
}

/// Changes everything about a series but whose it is.
pub async fn update(tx: &mut Tx, series: &Series) -> Result<()> {
    let (template, details) = (&series.template, &series.template.details);
    let extras = Extras::json(details)?;
    run!(tx, |conn| sqlx::query(
        "update series set name = $2, starts_at = $3, ends_at = $4, timezone = $5, status = $6, category = $7,
         free = $8, extras = $9, rule = $10, frequent = $11, draft = $12, made_until = $13, due_at = $14,
         updated_at = $15, pictured = $16 where id = $1",
    )
    .bind(template.id)
    .bind(&details.name)
    .bind(details.starts_at.as_millisecond())
    .bind(details.ends_at.as_millisecond())
    .bind(&details.timezone)
    .bind(details.status.as_str())
    .bind(details.category.map(Category::slug))
    .bind(details.free)
    .bind(&extras)
    .bind(&series.rule)
    .bind(series.frequent)
    .bind(template.state == State::Draft)
    .bind(series.made_until.as_millisecond())
    .bind(series.due_at.as_millisecond())
    .bind(template.updated_at.as_millisecond())
    .bind(series.pictured)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// The series with our key `id`.
pub async fn by_id(tx: &mut Tx, id: Uuid) -> Result<Option<Series>> {
    let row: Option<Row> =
        run!(tx, |conn| sqlx::query_as(select("where s.id = $1")).bind(id).fetch_optional(conn).await)?;
    row.map(Series::try_from).transpose()
}

/// The series that an event is one of, and when it was to begin at first.
pub async fn of_event(tx: &mut Tx, event: Uuid) -> Result<Option<(Series, Timestamp)>> {
    let place: Option<(Uuid, i64)> = run!(tx, |conn| {
        sqlx::query_as("select series, recurrence from events where id = $1 and series is not null")
            .bind(event)
            .fetch_optional(conn)
            .await
    })?;
    let Some((series, recurrence)) = place else { return Ok(None) };
    let recurrence = row::time(recurrence)?;
    Ok(by_id(tx, series).await?.map(|series| (series, recurrence)))
}

/// The keys of the series to look at by `now`.
pub async fn due(tx: &mut Tx, now: Timestamp, limit: i64) -> Result<Vec<Uuid>> {
    let ids = run!(tx, |conn| {
        sqlx::query_scalar("select id from series where not draft and due_at <= $1 order by due_at, id limit $2")
            .bind(now.as_millisecond())
            .bind(limit)
            .fetch_all(conn)
            .await
    })?;
    Ok(ids)
}

/// Leaves a series alone until `next`; `false` if another server has it already.
pub async fn claim(tx: &mut Tx, id: Uuid, now: Timestamp, next: Timestamp) -> Result<bool> {
    let claimed = run!(tx, |conn| sqlx::query("update series set due_at = $3 where id = $1 and due_at <= $2")
        .bind(id)
        .bind(now.as_millisecond())
        .bind(next.as_millisecond())
        .execute(conn)
        .await
        .map(|done| done.rows_affected() > 0))?;
    Ok(claimed)
}

/// One date of a series.
#[derive(Clone, Debug)]
pub struct Dated {
    /// The event of that date.
    pub event: Event,
    /// When it was to begin at first.
    pub recurrence: Timestamp,
    /// Whether nobody elsewhere was told of it yet.
    pub untold: bool,
}

#[derive(sqlx::FromRow)]
struct DatedRow {
    #[sqlx(flatten)]
    event: events::Row,
    recurrence: i64,
    untold: bool,
}

impl TryFrom<DatedRow> for Dated {
    type Error = crate::Error;

    fn try_from(found: DatedRow) -> Result<Self> {
        let recurrence = row::time(found.recurrence)?;
        Ok(Self { event: Event::try_from(found.event)?, recurrence, untold: found.untold })
    }
}

/// The events of a series that were to begin at `from` or later, by that.
pub async fn dates(tx: &mut Tx, series: Uuid, from: Timestamp) -> Result<Vec<Dated>> {
    let query = events::select("where e.series = $1 and e.recurrence >= $2 order by e.recurrence").0;
    let query = query.replacen("e.updated_at", "e.updated_at, e.recurrence, e.untold", 1);
    let rows: Vec<DatedRow> = run!(tx, |conn| sqlx::query_as(AssertSqlSafe(query))
        .bind(series)
        .bind(from.as_millisecond())
        .fetch_all(conn)
        .await)?;
    rows.into_iter().map(Dated::try_from).collect()
}

/// The first dates of a series on the board that are not over by `now`, by start.
pub async fn next(tx: &mut Tx, series: Uuid, now: Timestamp, limit: i64) -> Result<Vec<Event>> {
    let rows: Vec<events::Row> = run!(tx, |conn| sqlx::query_as(events::select(
        "where e.series = $1 and not e.draft and e.ends_at > $2 order by e.starts_at, e.id limit $3"
    ))
    .bind(series)
    .bind(now.as_millisecond())
    .bind(limit)
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(Event::try_from).collect()
}

/// Makes an event one of `series`, as that which was to begin at `recurrence`.
pub async fn join(tx: &mut Tx, event: Uuid, (series, recurrence): (Uuid, Timestamp), untold: bool) -> Result<()> {
    run!(tx, |conn| {
        sqlx::query("update events set series = $2, recurrence = $3, untold = $4 where id = $1")
            .bind(event)
            .bind(series)
            .bind(recurrence.as_millisecond())
            .bind(untold)
            .execute(conn)
            .await
            .map(|_| ())
    })?;
    Ok(())
}

/// Notes that others are told of an event from now on.
pub async fn told(tx: &mut Tx, event: Uuid) -> Result<()> {
    run!(tx, |conn| sqlx::query("update events set untold = $2 where id = $1")
        .bind(event)
        .bind(false)
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// Whether an event is on the board here and nobody elsewhere was told of it yet.
pub async fn is_untold(tx: &mut Tx, event: Uuid) -> Result<bool> {
    let untold: Option<bool> = run!(tx, |conn| sqlx::query_scalar("select untold from events where id = $1")
        .bind(event)
        .fetch_optional(conn)
        .await)?;
    Ok(untold.unwrap_or_default())
}

/// Whether an event is one of a regular offer and just as that says.
pub async fn set_standing(tx: &mut Tx, event: Uuid, standing: bool) -> Result<()> {
    run!(tx, |conn| sqlx::query("update events set standing = $2 where id = $1 and standing <> $2")
        .bind(event)
        .bind(standing)
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// A regular offer: its rule and the next date that is as usual.
pub type Offer = (String, Event, Actor);

/// What is always on, each with the first of its dates in `query` that is as usual, by start.
pub async fn standing(tx: &mut Tx, query: &events::Query) -> Result<Vec<Offer>> {
    let condition = query.which.condition();
    let choice = query.choice.condition(7);
    let rows: Vec<events::Row> = run!(tx, |conn| {
        let rows = sqlx::query_as(events::select(&format!(
            "join actors a on a.id = e.author
         where {condition} and e.id in (select (select n.id from events n where n.series = s.id and n.standing
             and not n.draft and n.ends_at > $2 and n.starts_at < $3 order by n.recurrence limit 1)
           from series s where s.frequent and not s.draft)
           and ($4 is null or e.category = $4) and (e.free or not $5) {choice}
         order by e.starts_at, e.id limit $6"
        )))
        .bind(query.which.author())
        .bind(query.from.as_millisecond())
        .bind(query.until.unwrap_or(Timestamp::MAX).as_millisecond())
        .bind(query.category.map(Category::slug))
        .bind(query.free)
        .bind(query.limit);
        query.choice.bind(rows).fetch_all(conn).await
    })?;
    let found = events::with_authors(tx, rows).await?;
    let mut rules = rules(tx, found.iter().map(|(event, _)| event.id)).await?;
    Ok(found.into_iter().filter_map(|(event, author)| Some((rules.remove(&event.id)?, event, author))).collect())
}

async fn rules(tx: &mut Tx, events: impl Iterator<Item = Uuid>) -> Result<HashMap<Uuid, String>> {
    let mut rules = HashMap::new();
    for event in events {
        let rule: Option<String> = run!(tx, |conn| {
            sqlx::query_scalar("select s.rule from series s join events e on e.series = s.id where e.id = $1")
                .bind(event)
                .fetch_optional(conn)
                .await
        })?;
        rules.extend(rule.map(|rule| (event, rule)));
    }
    Ok(rules)
}

/// Strikes off the series of an actor that is going; its events are erased one by one.
pub async fn forget_author(tx: &mut Tx, author: Uuid) -> Result<()> {
    for statement in [
        "update events set series = null, recurrence = null where series in (select id from series where author = $1)",
        "delete from series where author = $1",
    ] {
        run!(tx, |conn| sqlx::query(statement).bind(author).execute(conn).await.map(|_| ()))?;
    }
    Ok(())
}

/// Strikes off what has no events any more; how many series that were.
pub async fn prune(tx: &mut Tx) -> Result<u64> {
    let gone = run!(tx, |conn| {
        sqlx::query("delete from series where not exists (select 1 from events e where e.series = series.id)")
            .execute(conn)
            .await
            .map(|done| done.rows_affected())
    })?;
    Ok(gone)
}

#[cfg(test)]
mod tests;
