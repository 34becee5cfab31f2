//! Who registered for an event by form, by phone or with one click, and the links of the letters to them.

mod news;
#[cfg(test)]
mod tests;

use domain::account::Email;
use domain::language::Language;
use domain::registration::{Call, Registration, State, Way, Wish};
use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

pub use news::{News, due_news, news_of, put_news};

use crate::tx::run;
use crate::{Error, Result, Tx, row};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    event: Uuid,
    account: Option<Uuid>,
    way: String,
    state: String,
    name: String,
    email: Option<String>,
    phone: Option<String>,
    persons: i64,
    note: Option<String>,
    language: String,
    place: Uuid,
    call: Option<String>,
    created_at: i64,
    changed_at: i64,
    reminded_at: Option<i64>,
}

impl TryFrom<Row> for Registration {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let unreadable = || Error::Unreadable("registration");
        let email = row.email.map(|email| email.parse()).transpose();
        Ok(Self {
            id: row.id,
            event: row.event,
            account: row.account,
            way: Way::from_name(&row.way).ok_or_else(unreadable)?,
            state: State::from_name(&row.state).ok_or_else(unreadable)?,
            wish: Wish {
                name: row.name,
                email: email.map_err(|_| unreadable())?,
                phone: row.phone,
                persons: u32::try_from(row.persons).map_err(|_| unreadable())?,
                note: row.note,
            },
            language: Language::from_tag(&row.language).ok_or_else(unreadable)?,
            place: row.place,
            call: row.call.map(|call| Call::from_name(&call).ok_or_else(unreadable)).transpose()?,
            created_at: row::time(row.created_at)?,
            changed_at: row::time(row.changed_at)?,
            reminded_at: row::time_or_null(row.reminded_at)?,
        })
    }
}

/// A query for registrations: every column of `r`, then `rest`.
fn select(rest: &str) -> AssertSqlSafe<String> {
    AssertSqlSafe(format!(
        "select r.id, r.event, r.account, r.way, r.state, r.name, r.email, r.phone, r.persons, r.note, r.language, r.place,
         r.call, r.created_at, r.changed_at, r.reminded_at from registrations r {rest}"
    ))
}

/// Keeps a registration as it is now, new or not.
pub async fn put(tx: &mut Tx, kept: &Registration) -> Result<()> {
    run!(tx, |conn| sqlx::query(
        "insert into registrations (id, event, account, way, state, name, email, phone, persons, note, language, place,
         call, created_at, changed_at, reminded_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
         on conflict (id) do update set state = excluded.state, name = excluded.name, email = excluded.email,
         phone = excluded.phone, persons = excluded.persons, note = excluded.note, language = excluded.language,
         place = excluded.place, call = excluded.call, created_at = excluded.created_at,
         changed_at = excluded.changed_at, reminded_at = excluded.reminded_at",
    )
    .bind(kept.id)
    .bind(kept.event)
    .bind(kept.account)
    .bind(kept.way.as_str())
    .bind(kept.state.as_str())
    .bind(&kept.wish.name)
    .bind(kept.wish.email.as_ref().map(Email::as_str))
    .bind(&kept.wish.phone)
    .bind(i64::from(kept.wish.persons))
    .bind(&kept.wish.note)
    .bind(kept.language.code())
    .bind(kept.place)
    .bind(kept.call.map(Call::as_str))
    .bind(kept.created_at.as_millisecond())
    .bind(kept.changed_at.as_millisecond())
    .bind(kept.reminded_at.map(Timestamp::as_millisecond))
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// The registration under our key `id`.
pub async fn by_id(tx: &mut Tx, id: Uuid) -> Result<Option<Registration>> {
    let row: Option<Row> =
        run!(tx, |conn| sqlx::query_as(select("where r.id = $1")).bind(id).fetch_optional(conn).await)?;
    row.map(Registration::try_from).transpose()
}

/// The registration of that mailbox for an event, confirmed or not.
pub async fn by_email(tx: &mut Tx, event: Uuid, email: &Email) -> Result<Option<Registration>> {
    let row: Option<Row> = run!(tx, |conn| sqlx::query_as(select("where r.event = $1 and r.email = $2"))
        .bind(event)
        .bind(email.as_str())
        .fetch_optional(conn)
        .await)?;
    row.map(Registration::try_from).transpose()
}

/// The registration of that account for an event.
pub async fn by_account(tx: &mut Tx, event: Uuid, account: Uuid) -> Result<Option<Registration>> {
    let row: Option<Row> = run!(tx, |conn| sqlx::query_as(select("where r.event = $1 and r.account = $2"))
        .bind(event)
        .bind(account)
        .fetch_optional(conn)
        .await)?;
    row.map(Registration::try_from).transpose()
}

/// Everything somebody registered for, with their account or with its mailbox and confirmed, the oldest first.
pub async fn of_person(tx: &mut Tx, account: Uuid, email: &Email) -> Result<Vec<Registration>> {
    let rows: Vec<Row> = run!(tx, |conn| sqlx::query_as(select(
        "where (r.account = $1 or r.email = $2) and r.state <> 'unconfirmed' order by r.created_at limit 1000"
    ))
    .bind(account)
    .bind(email.as_str())
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(Registration::try_from).collect()
}

/// Everyone who registered for an event and whose mailbox has answered, in the order they came.
pub async fn of_event(tx: &mut Tx, event: Uuid) -> Result<Vec<Registration>> {
    let rows: Vec<Row> = run!(tx, |conn| sqlx::query_as(select(
        "where r.event = $1 and r.state <> 'unconfirmed' order by r.place limit 20000"
    ))
    .bind(event)
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(Registration::try_from).collect()
}

/// How many registrations for an event wait for their mailbox.
pub async fn unconfirmed(tx: &mut Tx, event: Uuid) -> Result<i64> {
    let count = run!(tx, |conn| sqlx::query_scalar(
        "select count(*) from registrations where event = $1 and state = 'unconfirmed'"
    )
    .bind(event)
    .fetch_one(conn)
    .await)?;
    Ok(count)
}

/// Who waits longest for seats.
pub async fn first_in_queue(tx: &mut Tx, event: Uuid) -> Result<Option<Registration>> {
    let row: Option<Row> =
        run!(tx, |conn| sqlx::query_as(select("where r.event = $1 and r.state = 'queued' order by r.place limit 1"))
            .bind(event)
            .fetch_optional(conn)
            .await)?;
    row.map(Registration::try_from).transpose()
}

/// Forgets a registration and its links; `false` if it is gone.
pub async fn remove(tx: &mut Tx, id: Uuid) -> Result<bool> {
    let gone = run!(tx, |conn| sqlx::query("delete from registrations where id = $1")
        .bind(id)
        .execute(conn)
        .await
        .map(|done| done.rows_affected() > 0))?;
    Ok(gone)
}

/// Keeps the hash of a link to a registration.
pub async fn add_link(tx: &mut Tx, registration: Uuid, token_hash: &[u8], now: Timestamp) -> Result<()> {
    run!(tx, |conn| sqlx::query(
        "insert into registration_links (token_hash, registration, made_at) values ($1, $2, $3)"
    )
    .bind(token_hash)
    .bind(registration)
    .bind(now.as_millisecond())
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// The registration that the link of this hash leads to.
pub async fn by_link(tx: &mut Tx, token_hash: &[u8]) -> Result<Option<Registration>> {
    let row: Option<Row> = run!(tx, |conn| sqlx::query_as(select(
        "join registration_links l on l.registration = r.id where l.token_hash = $1"
    ))
    .bind(token_hash)
    .fetch_optional(conn)
    .await)?;
    row.map(Registration::try_from).transpose()
}

/// Those with seats at an event that begins between `now` and `until` who registered a day before it and were not reminded.
pub async fn to_remind(tx: &mut Tx, now: Timestamp, until: Timestamp, limit: i64) -> Result<Vec<Registration>> {
    let day = until.as_millisecond().saturating_sub(now.as_millisecond());
    let rows: Vec<Row> = run!(tx, |conn| sqlx::query_as(select(
        "join events e on e.id = r.event
         where r.state = 'confirmed' and r.reminded_at is null and not e.draft and e.status <> 'CANCELLED'
         and e.starts_at > $1 and e.starts_at <= $2 and r.changed_at < e.starts_at - $3
         order by e.starts_at, r.place limit $4"
    ))
    .bind(now.as_millisecond())
    .bind(until.as_millisecond())
    .bind(day)
    .bind(limit)
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(Registration::try_from).collect()
}

/// Notes that somebody is reminded; `false` if they were.
pub async fn mark_reminded(tx: &mut Tx, id: Uuid, now: Timestamp) -> Result<bool> {
    let marked = run!(tx, |conn| sqlx::query(
        "update registrations set reminded_at = $2 where id = $1 and reminded_at is null"
    )
    .bind(id)
    .bind(now.as_millisecond())
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0))?;
    Ok(marked)
}

/// Everyone is reminded again: the event is on another day.
pub async fn remind_again(tx: &mut Tx, event: Uuid) -> Result<()> {
    run!(tx, |conn| sqlx::query("update registrations set reminded_at = null where event = $1")
        .bind(event)
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// Forgets everyone who registered for events that ended before `ended_before`; how many it was.
pub async fn prune(tx: &mut Tx, ended_before: Timestamp) -> Result<u64> {
    let gone = run!(tx, |conn| sqlx::query(
        "delete from registrations where event in (select id from events where ends_at < $1)"
    )
    .bind(ended_before.as_millisecond())
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(gone)
}

/// Forgets whose mailbox has not answered since `before`; how many it was.
pub async fn prune_unconfirmed(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    let gone =
        run!(tx, |conn| sqlx::query("delete from registrations where state = 'unconfirmed' and created_at < $1")
            .bind(before.as_millisecond())
            .execute(conn)
            .await
            .map(|done| done.rows_affected()))?;
    Ok(gone)
}
