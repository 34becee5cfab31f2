//! CAL: calendars and events made to do harm.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::json;
use tests::attacker::moment;
use tests::wire::Request;

use crate::arena::{Arena, Family};
use crate::book::attacks;

static FAMILY: Family = Family::new("Kalender");

attacks! { FAMILY;
    cal_01_series_without_an_end: "Every second, a thousand million times, until the year 9999: refused, or the next 400 days, within seconds.",
    cal_02_rules_that_never_match: "Rules of hours, minutes and seconds, and the 30th of February: refused.",
    cal_03_heaps: "Ten thousand dates, exceptions, events, zones, nested alarms with addresses, 50 MB: bounded, no alarm is kept, no address asked.",
    cal_04_dates_beyond_the_calendar: "The years 0, 9999 and 10000, leap seconds, 24 o'clock, ends before beginnings, two hundred years: refused or put right; every list works.",
    cal_05_games_with_zones: "Zones that are not there, paths as zones, skipped and doubled hours, offsets of a day: a stated hour, no file is opened.",
    cal_06_an_event_that_moves_a_thousand_times: "A thousand changes of one event: one event, the newest, and not one letter.",
}

const PATIENCE: Duration = Duration::from_secs(20);

fn calendar(events: &str) -> String {
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{events}END:VCALENDAR\r\n")
}

fn event(uid: &str, lines: &str) -> String {
    format!("BEGIN:VEVENT\r\nUID:{uid}\r\nSUMMARY:{uid}\r\n{lines}\r\nEND:VEVENT\r\n")
}

/// Reads a calendar in, as drafts; gives what was said.
async fn import(arena: &Arena, name: &str, text: &[u8]) -> Result<String> {
    let file = std::env::temp_dir().join(format!("quartier-{:x}-{name}.ics", tests::random()));
    std::fs::write(&file, text)?;
    let begun = Instant::now();
    let done = arena.quarter.cli_output(&["import", "ics", &file.display().to_string(), "--publish"]).await;
    std::fs::remove_file(&file)?;
    let done = done?;
    ensure!(begun.elapsed() < PATIENCE, "{name} took {:?}", begun.elapsed());
    let said = String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
    ensure!(!said.contains("panicked") && done.status.code().is_some_and(|code| code < 100), "{name}: {said}");
    Ok(said)
}

async fn events(arena: &Arena, name: &str) -> Result<usize> {
    Ok(arena.look().await?.rows("events", &format!("\"name\":\"{name}")).len())
}

async fn lists_work(arena: &Arena) -> Result<()> {
    for path in ["/", "/events", "/events?time=month", "/calendar.ics", "/feed.atom", "/events.csv", "/events.geojson"]
    {
        arena.gets(&[200], path, &Request::get(path, &arena.host)).await?;
    }
    Ok(())
}

async fn cal_01_series_without_an_end(arena: &Arena) -> Result<()> {
    let start = "DTSTART:20261201T150000\r\nRRULE:";
    for (name, rule, most) in [
        ("sekunden", "FREQ=SECONDLY", 0),
        ("minuten", "FREQ=MINUTELY;COUNT=10", 0),
        ("stunden", "FREQ=HOURLY;UNTIL=99991231T235959Z", 0),
        ("milliarden", "FREQ=DAILY;COUNT=1000000000", 0),
        ("riesig", "FREQ=DAILY;COUNT=99999999999999999999", 0),
        ("negativ", "FREQ=DAILY;INTERVAL=-1", 450),
        ("null", "FREQ=DAILY;INTERVAL=0", 450),
        ("immer", "FREQ=DAILY;UNTIL=99991231T235959Z", 450),
        ("fern", "FREQ=YEARLY;INTERVAL=1000000000", 2),
    ] {
        let text = calendar(&event(name, &format!("{start}{rule}")));
        import(arena, name, text.as_bytes()).await?;
        let kept = events(arena, name).await?;
        ensure!(kept <= most, "{rule} gives {kept} events");
    }
    lists_work(arena).await
}

async fn cal_02_rules_that_never_match(arena: &Arena) -> Result<()> {
    let list = |to: usize| (0..to).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
    let dense = format!(
        "FREQ=YEARLY;BYMONTH={};BYMONTHDAY={};BYHOUR={};BYMINUTE={};BYSECOND={};COUNT=1",
        list(13),
        list(32),
        list(24),
        list(60),
        list(60)
    );
    for (name, rule) in [
        ("dicht", dense.as_str()),
        ("nie", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"),
        ("selten", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=700"),
        ("stellen", "FREQ=YEARLY;BYDAY=MO,TU;BYSETPOS=366;BYWEEKNO=53"),
        ("doppelt", "FREQ=DAILY;FREQ=SECONDLY"),
        ("leer", "FREQ=;BYDAY=;COUNT="),
    ] {
        import(arena, name, calendar(&event(name, &format!("DTSTART:20261201T150000\r\nRRULE:{rule}"))).as_bytes())
            .await?;
        let kept = events(arena, name).await?;
        ensure!(kept <= 1, "{rule} gives {kept} events");
    }
    Ok(())
}

async fn cal_03_heaps(arena: &Arena) -> Result<()> {
    let peer = arena.host("anhang");
    let dates = "20261205T150000,".repeat(10_000);
    let start = "DTSTART:20261201T150000";
    for name in ["RDATE", "EXDATE"] {
        let lines = format!("{start}\r\nRRULE:FREQ=DAILY;COUNT=3\r\n{name}:{dates}");
        import(arena, name, calendar(&event(name, &lines)).as_bytes()).await?;
        ensure!(events(arena, name).await? <= 450, "{name}");
    }
    let alarm = format!("BEGIN:VALARM\r\nACTION:AUDIO\r\nTRIGGER:-PT1M\r\nATTACH:{}\r\n", peer.url("/a.wav"));
    let lines = format!(
        "{start}\r\nATTACH:{}\r\nIMAGE:{}\r\n{}{}",
        peer.url("/b"),
        peer.url("/c"),
        alarm.repeat(5_000),
        "END:VALARM\r\n".repeat(5_000)
    );
    import(arena, "wecker", calendar(&event("wecker", lines.trim_end())).as_bytes()).await?;
    let zone = "BEGIN:VTIMEZONE\r\nTZID:X\r\nBEGIN:STANDARD\r\nRRULE:FREQ=SECONDLY\r\nTZOFFSETTO:+9999\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n";
    import(arena, "zonen", calendar(&format!("{}{}", zone.repeat(5_000), event("zonen", start))).as_bytes()).await?;
    let said = import(arena, "gross", &vec![b'A'; 50 << 20]).await?;
    ensure!(said.contains("larger"), "{said}");
    let calendar = arena.gets(&[200], "the calendar", &Request::get("/calendar.ics", &arena.host)).await?.body;
    ensure!(!calendar.contains("VALARM") && !calendar.contains(&peer.host), "an alarm or an address came through");
    ensure!(peer.asked().is_empty(), "{:?}", peer.asked());
    lists_work(arena).await
}

async fn cal_04_dates_beyond_the_calendar(arena: &Arena) -> Result<()> {
    let friend = arena.friend().await?;
    let token = arena.token().await?.to_owned();
    let dates = [
        "0000-01-01T00:00:00Z",
        "-000001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "10000-01-01T00:00:00Z",
        "+275760-09-13T00:00:00Z",
        "2038-01-19T03:14:08Z",
        "2026-12-31T23:59:60Z",
        "2026-12-31T24:00:00Z",
        "2026-12-31T12:00:00",
        "2026-12-31",
        "2026-02-30T12:00:00Z",
        "2026-12-31T12:00:00+25:00",
        "2026-12-31T12:00:00+99:99",
        "1969-12-31T23:59:59Z",
        "Thu, 01 Jan 2026",
        "1e9",
        "",
        "\u{0660}",
    ];
    for (number, date) in dates.iter().enumerate() {
        for (start, end) in
            [(*date, moment(500)), (moment(400).as_str(), (*date).to_owned()), (*date, (*date).to_owned())]
        {
            let mut event = friend.event("mallory", &format!("Datum {number}"));
            event["startTime"] = json!(start);
            event["endTime"] = json!(end);
            event["published"] = json!(date);
            event["updated"] = json!(date);
            arena.deliver(friend, "mallory", &friend.activity("mallory", "Create", event.clone())).await?;
            let post = Request::post("/@kalender/outbox", &arena.host, event.to_string())?;
            let post = post.with("authorization", &format!("Bearer {token}"));
            arena.gets(&[201, 400, 422], date, &post).await?;
        }
        let compact = date.replace(['-', ':'], "");
        let text = calendar(&event(&format!("ics{number}"), &format!("DTSTART:{compact}\r\nDTEND:{compact}")));
        if number % 4 == 0 {
            import(arena, "datum", text.as_bytes()).await?;
        }
    }
    let mut long = friend.event("mallory", "Zweihundert Jahre");
    long["startTime"] = json!("2026-12-01T12:00:00Z");
    long["endTime"] = json!("2226-12-01T12:00:00Z");
    arena.deliver(friend, "mallory", &friend.activity("mallory", "Create", long)).await?;
    let backwards = arena
        .look()
        .await?
        .rows("events", "\"name\":\"")
        .into_iter()
        .filter(|row| row["ends_at"].as_i64() < row["starts_at"].as_i64());
    let backwards = backwards.count();
    ensure!(backwards == 0, "{backwards} events end before they begin");
    lists_work(arena).await
}

async fn cal_05_games_with_zones(arena: &Arena) -> Result<()> {
    let friend = arena.friend().await?;
    for zone in [
        "Europe/Nirgendwo",
        "../../etc/passwd",
        "/etc/localtime",
        "posix/Europe/Berlin",
        "\u{202e}UTC",
        "UTC+99",
        "",
        &"a".repeat(100_000),
    ] {
        let mut event = friend.event("mallory", "Zonenspiel");
        event["timezone"] = json!(zone);
        arena.deliver(friend, "mallory", &friend.activity("mallory", "Create", event)).await?;
    }
    for row in arena.look().await?.rows("events", "Zonenspiel") {
        ensure!(row["timezone"] == "Europe/Berlin", "{}", row["timezone"]);
    }
    let at = |name: &str, lines: &str| event(name, lines);
    let text = calendar(
        &[
            at("luecke", "DTSTART;TZID=Europe/Berlin:20270328T023000\r\nDTEND;TZID=Europe/Berlin:20270328T040000"),
            at("doppelt", "DTSTART;TZID=Europe/Berlin:20271031T023000\r\nDTEND;TZID=Europe/Berlin:20271031T040000"),
            at("fremd", "DTSTART;TZID=Europe/Nirgendwo:20270501T120000"),
            at("pfad", "DTSTART;TZID=../../../../etc/localtime:20270502T120000"),
            at("datei", "DTSTART;TZID=/etc/passwd:20270503T120000"),
        ]
        .concat(),
    );
    let said = import(arena, "zonen", text.as_bytes()).await?;
    ensure!(!said.contains("root:"), "{said}");
    let look = arena.look().await?;
    let starts = |name: &str| -> Result<i64> {
        look.rows("events", &format!("\"name\":\"{name}\""))
            .first()
            .and_then(|row| row["starts_at"].as_i64())
            .with_context(|| format!("{name}: {said}"))
    };
    let instant = |text: &str| text.parse::<jiff::Timestamp>().map(jiff::Timestamp::as_millisecond);
    // RFC 5545 section 3.3.5: a skipped hour is read with the offset before it, a doubled one is the first.
    ensure!(starts("luecke")? == instant("2027-03-28T01:30:00Z")?, "the skipped hour");
    ensure!(starts("doppelt")? == instant("2027-10-31T00:30:00Z")?, "the doubled hour");
    lists_work(arena).await
}

async fn cal_06_an_event_that_moves_a_thousand_times(arena: &Arena) -> Result<()> {
    let friend = arena.friend().await?;
    let mut event = friend.event("mallory", "Wanderfest");
    event["published"] = json!(moment(-30));
    arena.deliver(friend, "mallory", &friend.activity("mallory", "Create", event.clone())).await?;
    let before = arena.look().await?;
    for number in 0..1000_i64 {
        event["startTime"] = json!(moment(600 + number % 300));
        event["endTime"] = json!(moment(602 + number % 300));
        event["updated"] =
            json!(jiff::Timestamp::from_second(tests::keys::seconds_from_now(number - 1100))?.to_string());
        let update = arena.letter(friend, "mallory", &friend.activity("mallory", "Update", event.clone()))?;
        let answer = arena.send(&update).await?;
        ensure!(matches!(answer.status, 202 | 429), "{answer:?}");
    }
    let after = arena.look().await?;
    ensure!(after.rows("events", "Wanderfest").len() == 1, "one event");
    ensure!(after.rows("letters", "").len() == before.rows("letters", "").len(), "nobody is written to");
    Ok(())
}
