//! Readers who come for one thing, on a telephone without script: a newcomer, a journalist, somebody who plans for a region.

use std::time::Duration;

use anyhow::{Context, Result};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tests::browser;
use tests::client;
use tests::keys::seconds_from_now;
use tests::quarter::Quarter;

/// How long something may take to reach the neighbour.
const SOON: Duration = Duration::from_secs(20);

/// Does `steps` in a browser in a language, as whoever signs in by `link` or as nobody; `false` if there is none here.
async fn walk(quarter: &Quarter, (locale, link): (&str, Option<&str>), steps: Value) -> Result<bool> {
    let words = json!({
        "base": quarter.base, "signIn": link, "locale": locale, "steps": steps, "screenshots": browser::screenshots(),
    });
    Ok(browser::run("steps", &words).await?.is_some())
}

/// A link that signs an editor in.
async fn editor(quarter: &Quarter) -> Result<String> {
    let said = quarter.account("mira@example.org", "editor").await?;
    let link = said.split_whitespace().find(|word| word.starts_with("http://"));
    link.map(str::to_owned).context("no link")
}

/// In so many days.
fn in_days(days: i64) -> Result<Timestamp> {
    Ok(Timestamp::from_second(seconds_from_now(86_400 * days))?)
}

/// The form of an event in two days, filled in.
fn form(name: &str, more: Value) -> Result<Value> {
    let mut fields = json!({
        "name": name, "starts": in_days(2)?.strftime("%Y-%m-%d").to_string(), "starts_time": "17:00", "ends_time": "19:00",
        "place": "Bürgerhaus am Teich", "street": "Am Teich 3",
    });
    if let (Some(fields), Value::Object(more)) = (fields.as_object_mut(), more) {
        fields.extend(more);
    }
    Ok(fields)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_finds_what_is_spoken_in_their_language_and_reads_day_place_and_price() -> Result<()> {
    let nord = Quarter::start("nord").await?;
    let link = editor(&nord).await?;
    let written = json!([
        { "open": "/write/event", "fill": form("Sprachcafé", json!({}))?, "tick": ["free", "language_uk"], "press": "Veröffentlichen" },
        { "open": "/write/event", "fill": form("Ortsbeirat", json!({}))?, "press": "Veröffentlichen" },
    ]);
    if !walk(&nord, ("de-DE", Some(&link)), written).await? {
        return Ok(());
    }
    let found = json!([
        { "open": "/events?time=month", "shows": ["Sprachcafé", "Ortsbeirat"] },
        { "press": "in Ukrainian", "shows": ["Sprachcafé"], "hides": ["Ortsbeirat"], "photo": "reader-language" },
        { "press": "free", "shows": ["Sprachcafé"] },
        { "open": "/search?q=sprachcafe", "shows": ["Sprachcafé"], "photo": "reader-search" },
        { "press": "Sprachcafé", "shows": ["Bürgerhaus am Teich", "Am Teich 3", "free", "Ukrainian", "17:00"], "photo": "reader-event" },
    ]);
    walk(&nord, ("en-GB", None), found).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_journalist_gets_the_month_with_sources_people_to_call_and_what_holds_now() -> Result<()> {
    let nord = Quarter::start("nord").await?;
    let link = editor(&nord).await?;
    let fields = form("Stadtteilfest", json!({ "contact": "Ruth Yıldız, 0221 4710 130" }))?;
    let written = json!([
        { "open": "/write/event", "fill": fields, "tick": ["free"], "press": "Veröffentlichen", "shows": ["Stadtteilfest"] },
        { "open": "/events?time=month" },
        { "press": "Für die Zeitung", "shows": ["Stadtteilfest", "Ruth Yıldız, 0221 4710 130", "Quelle: nord"], "hides": ["Geändert nach"] },
        { "press": "Stadtteilfest" },
        { "press": "Ändern" },
        { "fill": { "starts_time": "16:00" }, "press": "Änderung speichern", "shows": ["16"] },
        { "open": "/press?time=month", "shows": ["16:00–19:00 Uhr"], "photo": "reader-press" },
    ]);
    if !walk(&nord, ("de-DE", Some(&link)), written).await? {
        return Ok(());
    }
    let table = nord.client.get(nord.url("/press.csv?time=month")?).send().await?.error_for_status()?.bytes().await?;
    let table = String::from_utf8(table.to_vec())?;
    assert!(table.starts_with('\u{feff}') && table.lines().count() == 2, "{table}");
    for words in ["Stadtteilfest", "Ruth Yıldız, 0221 4710 130", "16:00", "Am Teich 3"] {
        assert!(table.contains(words), "{words}: {table}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_plans_for_a_region_sees_the_neighbours_events_and_each_of_them_once() -> Result<()> {
    const OPEN: (&str, &str) = ("QUARTIER_NEIGHBOURS_ACCEPT", "automatic");
    let nord = Quarter::start_with("nord", &[OPEN]).await?;
    let sued = Quarter::start_with("sued", &[OPEN]).await?;
    nord.cli(&["neighbours", "invite", &sued.address()]).await?;
    sued.shows("/neighbours", "nord", SOON).await?;
    let start = in_days(3)?;
    let event = |name: &str| {
        json!({
            "type": "Event", "name": name, "timezone": "Europe/Berlin", "startTime": start.to_string(),
            "endTime": (start + SignedDuration::from_hours(2)).to_string(),
            "location": { "type": "Place", "name": "Hof der Lutherkirche" }, "to": "https://www.w3.org/ns/activitystreams#Public",
        })
    };
    let (ours, theirs) = (nord.editor().await?, sued.editor().await?);
    sued.publish(&theirs, &event("Tag der Nachbarn am Hof")).await?;
    sued.publish(&theirs, &event("Fahrradkurs")).await?;
    nord.shows("/events?time=month", "Fahrradkurs", SOON).await?;
    nord.publish(&ours, &event("Tag der Nachbarn am Hof")).await?;
    let (_, list) = client::page(&nord.client, &nord.url("/events?time=month")?).await?;
    assert_eq!(list.matches("Tag der Nachbarn am Hof</bdi>").count(), 1, "{list}");
    let (_, feed) = client::page(&nord.client, &nord.url("/calendar.ics")?).await?;
    assert_eq!(feed.matches("SUMMARY:Tag der Nachbarn am Hof").count(), 1, "{feed}");
    let steps = json!([
        { "open": "/events?time=month", "shows": ["Fahrradkurs", "aus sued"], "photo": "reader-region" },
        { "press": "Tag der Nachbarn am Hof", "shows": ["Davon erzählen auch", "sued"], "photo": "reader-once" },
        { "open": "/events?time=month&own=1", "shows": ["Tag der Nachbarn"], "hides": ["Fahrradkurs"] },
    ]);
    walk(&nord, ("de-DE", None), steps).await?;
    Ok(())
}
