//! The directory of places, and which events are at them.

use domain::actor::Actor;
use domain::directory::{Entry, Facts, Kind, Listing, key};
use domain::event::Event;
use domain::place::{Place, Position};
use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use crate::tx::run;
use crate::{Error, Result, Tx, events, row, search};

/// The most places that are listed.
pub const MOST: i64 = 2000;

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    slug: String,
    name: String,
    kind: String,
    latitude: Option<f64>,
    longitude: Option<f64>,
    keeper: Option<Uuid>,
    facts: String,
    confirmed_on: Option<String>,
    created_at: i64,
    updated_at: i64,
}

impl TryFrom<Row> for Entry {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let unreadable = |_| Error::Unreadable("place");
        let facts: Facts = serde_json::from_str(&row.facts).map_err(unreadable)?;
        let confirmed_on = row.confirmed_on.map(|on| on.parse::<Date>()).transpose();
        Ok(Self {
            id: row.id,
            slug: row.slug,
            listing: Listing {
                name: row.name,
                kind: Kind::from_name(&row.kind).unwrap_or(Kind::OTHER),
                position: row.latitude.zip(row.longitude).and_then(|(lat, long)| Position::new(lat, long)),
                keeper: row.keeper,
                facts,
            },
            confirmed_on: confirmed_on.map_err(|_| Error::Unreadable("date"))?,
            created_at: row::time(row.created_at)?,
            updated_at: row::time(row.updated_at)?,
        })
    }
}

/// A query for places: every column of `p`, then `rest`.
fn select(rest: &str) -> AssertSqlSafe<String> {
    AssertSqlSafe(format!(
        "select p.id, p.slug, p.name, p.kind, p.latitude, p.longitude, p.keeper, p.facts, p.confirmed_on, p.created_at,
         p.updated_at from places p {rest}"
    ))
}

/// Keeps a place as it is from now on; `false` if another has its address.
pub async fn put(tx: &mut Tx, entry: &Entry) -> Result<bool> {
    let listing = &entry.listing;
    let facts = serde_json::to_string(&listing.facts).map_err(|_| Error::Unreadable("place"))?;
    let street = listing.facts.street.as_deref().map(key).unwrap_or_default();
    let done = run!(tx, |conn| {
        sqlx::query(
        "insert into places (id, slug, name, kind, latitude, longitude, name_key, street_key, keeper, facts, confirmed_on,
         created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
         on conflict (slug) do update set name = excluded.name, kind = excluded.kind, latitude = excluded.latitude,
         longitude = excluded.longitude, name_key = excluded.name_key, street_key = excluded.street_key,
         keeper = excluded.keeper, facts = excluded.facts, confirmed_on = excluded.confirmed_on,
         updated_at = excluded.updated_at where places.id = excluded.id",
    )
    .bind(entry.id)
    .bind(&entry.slug)
    .bind(&listing.name)
    .bind(listing.kind.name)
    .bind(listing.position.map(|at| at.latitude))
    .bind(listing.position.map(|at| at.longitude))
    .bind(key(&listing.name))
    .bind(street)
    .bind(listing.keeper)
    .bind(&facts)
    .bind(entry.confirmed_on.map(|on| on.to_string()))
    .bind(entry.created_at.as_millisecond())
    .bind(entry.updated_at.as_millisecond())
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0)
    })?;
    if done {
        search::place(tx, entry.id).await?;
    }
    Ok(done)
}

/// Every place, by name.
pub async fn all(tx: &mut Tx) -> Result<Vec<Entry>> {
    let rows: Vec<Row> =
        run!(tx, |conn| sqlx::query_as(select("order by p.name, p.id limit $1")).bind(MOST).fetch_all(conn).await)?;
    rows.into_iter().map(Entry::try_from).collect()
}

/// The keys and names of every place, for choosing one.
pub async fn names(tx: &mut Tx) -> Result<Vec<(Uuid, String)>> {
    Ok(run!(tx, |conn| sqlx::query_as("select id, name from places order by name, id limit $1")
        .bind(MOST)
        .fetch_all(conn)
        .await)?)
}

/// The place with our key `id`.
pub async fn by_id(tx: &mut Tx, id: Uuid) -> Result<Option<Entry>> {
    let row: Option<Row> =
        run!(tx, |conn| sqlx::query_as(select("where p.id = $1")).bind(id).fetch_optional(conn).await)?;
    row.map(Entry::try_from).transpose()
}

/// The place at the address that ends in `slug`.
pub async fn by_slug(tx: &mut Tx, slug: &str) -> Result<Option<Entry>> {
    let row: Option<Row> =
        run!(tx, |conn| sqlx::query_as(select("where p.slug = $1")).bind(slug).fetch_optional(conn).await)?;
    row.map(Entry::try_from).transpose()
}

/// The one place that `place` is; none where several could be meant. With `strictly` the street has to be the same, too.
pub async fn known(tx: &mut Tx, place: &Place, strictly: bool) -> Result<Option<Entry>> {
    let rows: Vec<Row> = run!(tx, |conn| sqlx::query_as(select("where p.name_key = $1 order by p.id limit 10"))
        .bind(key(&place.name))
        .fetch_all(conn)
        .await)?;
    let entries: Vec<Entry> = rows.into_iter().map(Entry::try_from).collect::<Result<_>>()?;
    let mut same = entries.into_iter().filter(|entry| entry.is(place, strictly));
    let first = same.next();
    Ok(first.filter(|_| same.next().is_none()))
}

/// Removes a place from the directory; its events keep what they say of it.
pub async fn remove(tx: &mut Tx, id: Uuid) -> Result<()> {
    for statement in ["update events set place = null where place = $1", "delete from places where id = $1"] {
        run!(tx, |conn| sqlx::query(statement).bind(id).execute(conn).await.map(|_| ()))?;
    }
    search::remove(tx, id).await
}

/// Takes the places out of the keeping of an initiative that is closed.
pub async fn leave(tx: &mut Tx, keeper: Uuid) -> Result<()> {
    run!(tx, |conn| sqlx::query("update places set keeper = null where keeper = $1")
        .bind(keeper)
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// The published events at a place that end after `from`, by start, with their organisers.
pub async fn events_at(tx: &mut Tx, place: Uuid, from: Timestamp, limit: i64) -> Result<Vec<(Event, Actor)>> {
    events::at_place(tx, place, from, limit).await
}

#[cfg(test)]
mod tests {
    use domain::access::Answer;
    use domain::actor::Part;

    use super::*;
    use crate::samples::{hours, known as actor, noon, stores};

    fn house() -> Entry {
        let mut facts =
            Facts { street: Some("Teichstraße 3".into()), hours: Some("Mo 10:00-12:00".into()), ..Facts::default() };
        facts.access.insert("step_free".into(), Answer::Yes);
        Entry {
            id: Uuid::now_v7(),
            slug: "buergerhaus".into(),
            listing: Listing {
                name: "Bürgerhaus".into(),
                kind: Kind::from_name("community").expect("a kind"),
                position: Position::new(51.5, 7.1),
                keeper: None,
                facts,
            },
            confirmed_on: Some(jiff::civil::date(2026, 3, 1)),
            created_at: noon(),
            updated_at: noon(),
        }
    }

    #[tokio::test]
    async fn a_place_is_kept_changed_and_found_again() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let mut house = house();
            assert!(put(&mut tx, &house).await.expect("an insert"));
            assert_eq!(by_slug(&mut tx, "buergerhaus").await.expect("a query"), Some(house.clone()));
            house.listing.keeper = Some(actor(&mut tx, "verein", Some(Part::Initiative)).await.id);
            (house.listing.position, house.confirmed_on) = (None, None);
            house.updated_at = noon() + hours(1);
            assert!(put(&mut tx, &house).await.expect("an update"));
            assert_eq!(all(&mut tx).await.expect("a query"), [house.clone()]);
            let other = Entry { id: Uuid::now_v7(), ..house.clone() };
            assert!(!put(&mut tx, &other).await.expect("a query"), "its address is taken");
            leave(&mut tx, house.listing.keeper.expect("a keeper")).await.expect("an update");
            assert_eq!(by_id(&mut tx, house.id).await.expect("a query").expect("a place").listing.keeper, None);
            remove(&mut tx, house.id).await.expect("a removal");
            assert!(names(&mut tx).await.expect("a query").is_empty());
        }
    }

    #[tokio::test]
    async fn of_two_places_that_could_be_meant_none_is() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let first = house();
            put(&mut tx, &first).await.expect("an insert");
            let named = Place::named("Bürgerhaus");
            assert_eq!(known(&mut tx, &named, false).await.expect("a query"), Some(first.clone()));
            assert_eq!(known(&mut tx, &named, true).await.expect("a query"), None);
            let mut second = Entry { id: Uuid::now_v7(), slug: "buergerhaus-2".into(), ..first.clone() };
            second.listing.facts.street = Some("Am Markt 1".into());
            put(&mut tx, &second).await.expect("an insert");
            assert_eq!(known(&mut tx, &named, false).await.expect("a query"), None);
            let exact = Place { street: Some("Teichstr. 3".into()), ..named };
            assert_eq!(known(&mut tx, &exact, true).await.expect("a query"), Some(first));
        }
    }
}
