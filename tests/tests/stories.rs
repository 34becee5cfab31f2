//! What people come for, as they do it: in a real browser, and from another server.

use std::time::Duration;

use anyhow::{Context, Result};
use domain::account::Membership;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use storage::Store;
use tests::browser;
use tests::fedify::{Fedify, FirstKnock};
use tests::keys::seconds_from_now;
use tests::quarter::Quarter;

/// Neighbours at the first word, as in the demo.
const OPEN: (&str, &str) = ("QUARTIER_NEIGHBOURS_ACCEPT", "automatic");

/// A club's calendar with `count` dates, one a day from the third day on.
fn calendar(count: i64) -> Result<String> {
    let date = |number: i64| -> Result<String> {
        let day = Timestamp::from_second(seconds_from_now(86_400 * (3 + number)))?.strftime("%Y%m%d");
        Ok(format!(
            "BEGIN:VEVENT\r\nUID:{number}@verein.example\r\nDTSTAMP:20261101T120000Z\r\nSUMMARY:Probe {number}\r\n\
             DTSTART:{day}T180000Z\r\nDTEND:{day}T200000Z\r\nLOCATION:Vereinsheim\r\nEND:VEVENT\r\n"
        ))
    };
    let dates: String = (0..count).map(date).collect::<Result<_>>()?;
    Ok(format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Verein//DE\r\n{dates}END:VCALENDAR\r\n"))
}

#[tokio::test(flavor = "multi_thread")]
async fn people_find_what_they_came_for_at_both_widths_with_and_without_script() -> Result<()> {
    let nord = Quarter::start_with("nord", &[OPEN, ("QUARTIER_IMPRINT_OPERATOR", "Nachbarschaftsverein Nord")]).await?;
    let sued = Quarter::start_with("sued", &[OPEN]).await?;
    nord.cli(&["neighbours", "invite", &sued.address()]).await?;
    sued.shows("/neighbours", "nord", Duration::from_secs(20)).await?;
    let sign_in = nord.account("mira@example.org", "editor").await?;
    let link = sign_in.split_whitespace().find(|word| word.starts_with("http://")).context("no link")?;
    let words = json!({
        "base": nord.base, "signIn": link, "file": calendar(8)?, "neighbour": sued.host(),
        "screenshots": browser::screenshots(),
    });
    let Some(done) = browser::run("stories", &words).await? else { return Ok(()) };
    println!("seconds of each story: {done}");
    assert_eq!(done["cleared"], json!(8), "{done}");
    Ok(())
}

/// The dates of [`calendar`] as a table of a spreadsheet.
fn table(count: i64) -> Result<String> {
    let date = |number: i64| -> Result<String> {
        let at =
            Timestamp::from_second(seconds_from_now(86_400 * (3 + number)))?.strftime("%Y-%m-%dT18:00:00Z").to_string();
        let at: Timestamp = at.parse()?;
        let at = at.in_tz("Europe/Berlin")?;
        let end = at.checked_add(SignedDuration::from_hours(2))?;
        Ok(format!(
            "Chorprobe {number};{};{}–{} Uhr;Vereinsheim\r\n",
            at.strftime("%d.%m.%Y"),
            at.strftime("%H:%M"),
            end.strftime("%H:%M")
        ))
    };
    let dates: String = (0..count).map(date).collect::<Result<_>>()?;
    Ok(format!("Titel;Datum;Uhrzeit;Ort\r\n{dates}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clubs_secretary_hands_over_twenty_dates_in_three_minutes_and_none_of_them_twice() -> Result<()> {
    let nord = Quarter::start("nord").await?;
    nord.cli(&["initiative", "create", "--name", "Chor Nord", "--handle", "chor"]).await?;
    let sign_in = nord.account("erika@example.org", "member").await?;
    let link = sign_in.split_whitespace().find(|word| word.starts_with("http://")).context("no link")?;
    let store = Store::open(&format!("sqlite:{}", nord.database().display())).await?;
    let mut tx = store.write().await?;
    let choir = storage::actors::by_handle(&mut tx, "chor").await?.context("no initiative")?;
    let erika = storage::accounts::by_email(&mut tx, &"erika@example.org".parse()?).await?.context("no account")?;
    storage::accounts::set_membership(&mut tx, choir.id, erika.id, Membership::Speaker).await?;
    tx.commit().await?;
    let words = json!({
        "base": nord.base, "signIn": link, "calendar": calendar(20)?.replace("Probe", "Chorprobe"), "table": table(20)?,
        "screenshots": browser::screenshots(),
    });
    let Some(done) = browser::run("import", &words).await? else { return Ok(()) };
    println!("from the letter to twenty dates on the page: {} s", done["seconds"]);
    assert!(done["seconds"].as_f64().is_some_and(|seconds| seconds < 180.0), "{done}");
    assert_eq!(done["listed"], json!({ "calendar": 20, "again": 20, "table": 20 }), "{done}");
    Ok(())
}

/// The text of what arrived, without its markup.
fn text(activity: &Value) -> String {
    let object = &activity["object"];
    ["name", "summary", "content"].map(|field| object[field].as_str().unwrap_or_default()).join(" ")
}

#[tokio::test(flavor = "multi_thread")]
async fn who_follows_from_elsewhere_reads_what_when_and_where_and_that_it_is_off() -> Result<()> {
    let Some(fedify) = Fedify::start("fedi", FirstKnock::Cavage).await? else { return Ok(()) };
    let nord = Quarter::start("nord").await?;
    let token = nord.editor().await?;
    fedify.follow(&nord.address()).await?;
    fedify.accepts("the Accept of the follow", |one| one["type"] == "Accept").await?;
    let mut event = json!({
        "type": "Event", "name": "Sommerfest", "startTime": "2031-06-14T15:00:00+02:00",
        "endTime": "2031-06-14T22:00:00+02:00", "timezone": "Europe/Berlin",
        "location": { "type": "Place", "name": "Brüderplatz" }, "to": "https://www.w3.org/ns/activitystreams#Public",
    });
    let id = nord.publish(&token, &event).await?;
    let arrived = fedify.accepts("the event", |one| one["object"]["type"] == "Event").await?;
    for part in ["Sommerfest", "Sa 14.6.", "15 Uhr", "Brüderplatz"] {
        assert!(text(&arrived).contains(part), "'{part}' without opening the link: {arrived:#}");
    }
    (event["id"], event["eventStatus"]) = (arrived["object"]["id"].clone(), json!("EventCancelled"));
    nord.publish(&token, &json!({ "type": "Update", "object": event, "to": event["to"] })).await?;
    let cancelled = fedify.accepts("the cancellation", |one| one["type"] == "Update").await?;
    assert!(text(&cancelled).contains("Fällt aus"), "{id}: {cancelled:#}");
    Ok(())
}
