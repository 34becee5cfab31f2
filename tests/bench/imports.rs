//! Ten thousand events of one calendar: read, taken in, published; and read again with nothing new.

use std::fmt::Write;
use std::time::Instant;

use anyhow::{Result, ensure};
use domain::actor::Actor;
use domain::event::{Details, Event, State};
use jiff::{SignedDuration, Timestamp};
use storage::{Store, events, objects};
use tests::keys::seconds_from_now;
use tests::quarter::Quarter;
use uuid::Uuid;

use crate::book::Book;
use crate::figure::Figure;

/// How many events the calendar has: the most that one may have.
const EVENTS: usize = 10_000;
/// How many are written in a transaction.
const CHUNK: usize = 200;

/// The time for the first and for a second reading, on SQLite and on PostgreSQL, beside that for writing the rows alone.
pub(crate) async fn figures(book: &mut Book) -> Result<()> {
    for kind in ["sqlite", "postgres"] {
        let database = if kind == "postgres" { storage::testing::durable_postgres() } else { None };
        if kind == "postgres" && database.is_none() {
            continue;
        }
        let settings: Vec<_> =
            database.iter().map(|database| ("QUARTIER_DATABASE_URL", database.url.as_str())).collect();
        let quarter = Quarter::start_with("nord", &settings).await?;
        let file = tempfile::Builder::new().suffix(".ics").tempfile()?;
        std::fs::write(file.path(), calendar()?)?;
        let path = file.path().display().to_string();
        let rows = rows(kind).await?;
        for (name, what, expected) in [
            ("first", "Reading 10,000 new events and publishing them", "10000 new"),
            ("again", "Reading the same 10,000 events again", "10000 unchanged"),
        ] {
            let began = Instant::now();
            let said = quarter.cli(&["import", "ics", &path, "--publish"]).await?;
            ensure!(said.contains(expected), "{said}");
            let figure =
                Figure::new(&format!("imports/{kind}/{name}"), what, began.elapsed().as_secs_f64(), "s").on(kind);
            book.tell(if name == "first" { figure.at_most(10.0) } else { figure });
        }
        book.tell(Figure::new(&format!("imports/{kind}/rows"), "Writing their rows alone", rows, "s").on(kind));
    }
    Ok(())
}

fn start(number: usize) -> Result<Timestamp> {
    let hours = 24 + i64::try_from(number)? / 3;
    Ok(Timestamp::from_second(seconds_from_now(hours * 3_600))?)
}

fn calendar() -> Result<String> {
    let mut text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Verein//DE\r\n".to_owned();
    for number in 0..EVENTS {
        let at = start(number)?.strftime("%Y%m%dT%H0000Z");
        write!(
            text,
            "BEGIN:VEVENT\r\nUID:{number}@verein.example\r\nSUMMARY:Treffen {number}\r\nDTSTART:{at}\r\nDURATION:PT2H\r\n\
             LOCATION:Bürgerhaus\\, Raum {number}\r\nDESCRIPTION:Wir treffen uns.\r\nEND:VEVENT\r\n"
        )?;
    }
    text.push_str("END:VCALENDAR\r\n");
    Ok(text)
}

/// How long it takes to write as many rows of events, and of their ids, and nothing else.
async fn rows(kind: &str) -> Result<f64> {
    let database = if kind == "postgres" { storage::testing::durable_postgres() } else { None };
    let folder = tempfile::tempdir()?;
    let own = format!("sqlite:{}", folder.path().join("rows.db").display());
    let store = Store::open(database.as_ref().map_or(own.as_str(), |database| database.url.as_str())).await?;
    let mut tx = store.write().await?;
    let author: Actor = tests::scenery::stranger(&mut tx).await?;
    tx.commit().await?;
    let began = Instant::now();
    for chunk in (0..EVENTS).collect::<Vec<_>>().chunks(CHUNK) {
        let mut tx = store.write().await?;
        for number in chunk {
            let (id, at) = (Uuid::now_v7(), start(*number)?);
            let url: url::Url = format!("https://rows.example/events/{id}").parse()?;
            objects::claim(&mut tx, &url, id, "Event", &author.url).await?;
            let details =
                Details::new(format!("Treffen {number}"), at, at + SignedDuration::from_hours(2), "Europe/Berlin");
            let event = Event {
                id,
                page: url.clone(),
                author: author.id,
                details,
                state: State::Published,
                source: None,
                uid: url.to_string(),
                sequence: 0,
                published_at: at,
                updated_at: at,
                url,
            };
            events::insert(&mut tx, &event, None).await?;
        }
        tx.commit().await?;
    }
    Ok(began.elapsed().as_secs_f64())
}
