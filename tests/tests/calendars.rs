//! Calendars of many programs, read as others read them; and ours, read by others.
//!
//! The calendars are those that the Python packages `icalendar` and `recurring-ical-events` bring for their own tests: they
//! are read where pip put them, and none is kept here. `calendars.tsv` lists the ones that are read differently, each with
//! the reason.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use calendar::ics::read::{Options, Reading, read};
use domain::event::Details;
use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Zoned};
use tests::keys::seconds_from_now;
use tests::quarter::Quarter;
use tests::{client, process};

/// File, reason, how the reason shows.
const DIFFERENT: &str = include_str!("calendars.tsv");
const ZONE: &str = "Europe/Berlin";
/// What a series is told for, in days before and after; without the days at either end that a zone may move.
const WINDOW: [i64; 2] = [30, 399];
const DAY: i64 = 86_400;

static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// Programs that export calendars, by what they write into them.
const PROGRAMS: [(&str, &str); 16] = [
    ("Google Calendar", "//Google Inc//"),
    ("Thunderbird", "//Mozilla.org/"),
    ("Nextcloud, Baikal", "//SabreDAV//"),
    ("Exchange", "Microsoft Exchange Server"),
    ("Outlook", "Microsoft Corporation//Outlook"),
    ("Cyrus", "//CyrusIMAP.org"),
    ("DAVx5", "bitfire.at//DAVx5"),
    ("DavMail", "davmail.sf.net"),
    ("khal", "//PIMUTILS.ORG"),
    ("Evolution", "//Ximian//NONSGML Evolution"),
    ("Plone", "plone.app.event"),
    ("Confluence", "Atlassian Confluence"),
    ("BlackBerry", "RESEARCH IN MOTION"),
    ("Podio", "//Podio API"),
    ("Offline Calendar", "//Offline Calendar//"),
    ("Calendar Labs", "//Calendar Labs//"),
];

/// Start and end of an occurrence: seconds since 1970, or days.
type Span = (String, String);

/// What others make of calendars, one line of cells for each occurrence; `None` where they cannot be had.
async fn others(words: &[&str]) -> Result<Option<Vec<Vec<String>>>> {
    let Some(python) = process::find("python3") else {
        tests::skip("python3");
        return Ok(None);
    };
    // The first fetches the packages.
    let _alone = ALONE.lock().await;
    let mut command = Command::new(python);
    command.arg(process::folder().join("peers/calendars/others.py")).arg(packages()).args(words);
    let done = process::output(command).await?;
    if !done.status.success() {
        let why = String::from_utf8_lossy(&done.stderr).lines().last().unwrap_or_default().to_owned();
        tests::skip(&format!("the Python packages icalendar and recurring-ical-events: {why}"));
        return Ok(None);
    }
    Ok(Some(cells(&done.stdout)))
}

fn packages() -> PathBuf {
    process::folder().join("../target/calendars")
}

fn cells(printed: &[u8]) -> Vec<Vec<String>> {
    let text = String::from_utf8_lossy(printed).into_owned();
    text.lines().map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}

fn cell(cells: &[String], number: usize) -> &str {
    cells.get(number).map_or("", String::as_str)
}

fn span(cells: &[String]) -> Span {
    (cell(cells, 2).to_owned(), cell(cells, 3).to_owned())
}

/// How an event is told by others.
fn told(details: &Details) -> Span {
    if details.all_day {
        let day = |at: Timestamp| at.to_zoned(details.zone()).date().to_string();
        return (day(details.starts_at), day(details.ends_at));
    }
    let seconds = |at: Timestamp| at.as_second().to_string();
    // Where no end is given others take the start for one.
    let ends_at = if details.open_end { details.starts_at } else { details.ends_at };
    (seconds(details.starts_at), seconds(ends_at))
}

/// Our reading of a file about `now`.
fn ours(file: &Path, now: i64) -> Result<(BTreeSet<Span>, Reading)> {
    let now = Timestamp::from_second(now)?;
    let reading = read(&std::fs::read(file)?, &Options { default_timezone: ZONE.into(), now });
    let [before, after] = WINDOW.map(|days| days * DAY);
    let window = now.as_second() - before..now.as_second() + after;
    let items = reading.items.iter().map(|item| &item.details);
    let spans = items.filter(|details| window.contains(&details.starts_at.as_second())).map(told).collect();
    Ok((spans, reading))
}

/// What a file came to at every time it was asked about.
#[derive(Default)]
struct Compared {
    occurrences: usize,
    differences: Vec<String>,
    refused: BTreeSet<&'static str>,
    remarks: BTreeSet<&'static str>,
    unread: bool,
}

fn compare(lines: &[Vec<String>]) -> Result<BTreeMap<String, Compared>> {
    let mut asked: BTreeMap<(&str, &str), BTreeSet<Span>> = BTreeMap::new();
    let mut files: BTreeMap<String, Compared> = BTreeMap::new();
    for line in lines {
        let file = files.entry(cell(line, 0).to_owned()).or_default();
        match cell(line, 2) {
            "unread" => file.unread = true,
            start => {
                let theirs = asked.entry((cell(line, 0), cell(line, 1))).or_default();
                theirs.extend((start != "none").then(|| span(line)));
            }
        }
    }
    for ((file, now), theirs) in asked {
        let compared = files.entry(file.to_owned()).or_default();
        let (ours, reading) = ours(&packages().join(file), now.parse()?)?;
        compared.occurrences += theirs.len();
        compared.refused.extend(reading.refusals.iter().map(|refusal| refusal.why));
        compared.remarks.extend(reading.remarks.iter().map(|remark| remark.why));
        if ours != theirs {
            let some = |one: &BTreeSet<Span>, other: &BTreeSet<Span>| -> Vec<Span> {
                one.difference(other).take(2).cloned().collect()
            };
            let (missing, more) = (some(&theirs, &ours), some(&ours, &theirs));
            compared.differences.push(format!("about {now}: missing {missing:?}, more {more:?}"));
        }
    }
    Ok(files)
}

/// The program a file comes from, where it is one that people use.
fn program(file: &Path) -> Result<Option<&'static str>> {
    let text = String::from_utf8_lossy(&std::fs::read(file)?).into_owned();
    Ok(PROGRAMS.iter().find(|(_, mark)| text.contains(mark)).map(|(name, _)| *name))
}

#[tokio::test]
async fn real_calendars_have_the_same_occurrences_to_the_second() -> Result<()> {
    let Some(lines) = others(&["own"]).await? else { return Ok(()) };
    let files = compare(&lines)?;
    let listed: BTreeMap<&str, &str> = DIFFERENT
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split_once('\t').context(line.to_owned()))
        .collect::<Result<_>>()?;
    let mut wrong = Vec::new();
    let mut programs: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut same, mut occurrences) = (0, 0);
    for (file, compared) in &files {
        match (listed.get(file.as_str()), compared.differences.as_slice()) {
            (None, []) if compared.unread || compared.occurrences == 0 => {}
            (None, []) => {
                (same, occurrences) = (same + 1, occurrences + compared.occurrences);
                if let Some(program) = program(&packages().join(file))? {
                    *programs.entry(program).or_default() += 1;
                }
            }
            (None, differences) => {
                let refused = compared.refused.iter().chain(&compared.remarks).collect::<Vec<_>>();
                wrong.push(format!("{file} {refused:?}\n    {}", differences.join("\n    ")));
            }
            (Some(_), []) => wrong.push(format!("{file} is listed in calendars.tsv and is read alike")),
            (Some(reason), _) => {
                let key = reason.split('\t').next().unwrap_or_default();
                let known = compared.refused.contains(key) || compared.remarks.contains(key);
                if key.starts_with("import-") && !known {
                    wrong.push(format!("{file} is not refused any more: {key}"));
                }
            }
        }
    }
    let gone =
        listed.keys().filter(|file| !files.contains_key(**file)).map(|file| format!("{file} is listed and not there"));
    wrong.extend(gone);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let real: usize = programs.values().sum();
    println!("{same} calendars alike, {occurrences} occurrences; of programs people use {real}: {programs:?}");
    assert!(real >= 30 && programs.len() >= 4, "{programs:?}");
    Ok(())
}

/// The Sunday on which clocks change: the last of `month`, the next one that is at least two days away.
fn change_of_clocks(month: i8, now: &Zoned) -> Result<Date> {
    let sunday = |year: i16| -> Result<Date> {
        let last = Date::new(year, month, 1)?.last_of_month();
        Ok(if last.weekday() == Weekday::Sunday { last } else { last.nth_weekday(-1, Weekday::Sunday)? })
    };
    let this = sunday(now.year())?;
    Ok(if this > now.date().checked_add(2.days())? { this } else { sunday(now.year() + 1)? })
}

/// A calendar to publish, and its occurrences as others have to tell them, with their titles and states.
fn calendar(now: &Zoned) -> Result<(String, BTreeSet<Vec<String>>)> {
    let zone = TimeZone::get(ZONE)?;
    let (spring, autumn) = (change_of_clocks(3, now)?, change_of_clocks(10, now)?);
    let begin = now.date().checked_add(3.days())?;
    let (mut events, mut expected) = (String::new(), BTreeSet::new());
    let mut number = 0;
    let mut event = |title: &str, lines: &str| {
        number += 1;
        let _ = write!(
            events,
            "BEGIN:VEVENT\r\nUID:{number}@chor.example\r\nDTSTAMP:20261101T120000Z\r\nSUMMARY:{title}\r\n{lines}\r\nEND:VEVENT\r\n"
        );
    };
    let stamp = |at: DateTime| at.strftime("%Y%m%dT%H%M%S").to_string();
    let mut expect = |start: Timestamp, minutes: i64, title: &str, status: &str| {
        let seconds = [start.as_second(), start.as_second() + 60 * minutes].map(|second| second.to_string());
        expected.insert(vec![seconds[0].clone(), seconds[1].clone(), title.to_owned(), status.to_owned()]);
    };
    let at = |date: Date, hour: i8, minute: i8| date.at(hour, minute, 0, 0);

    // Every week over both changes of the clocks, without one of them.
    let rule = "RRULE:FREQ=WEEKLY;COUNT=50";
    let left_out = begin.checked_add(2.weeks())?;
    event(
        "Chorprobe",
        &format!(
            "DTSTART;TZID={ZONE}:{}\r\nDURATION:PT1H30M\r\n{rule}\r\nEXDATE;TZID={ZONE}:{}",
            stamp(at(begin, 19, 30)),
            stamp(at(left_out, 19, 30))
        ),
    );
    for week in (0..50).filter(|week| *week != 2) {
        let start = at(begin.checked_add(week.weeks())?, 19, 30);
        expect(zone.to_timestamp(start)?, 90, "Chorprobe", "CONFIRMED");
    }
    // The hour that is skipped, and both of the one that comes twice.
    for (date, title) in [(spring, "Frühlingsnacht"), (autumn, "Herbstnacht")] {
        let start = at(date, 2, 30);
        event(title, &format!("DTSTART;TZID={ZONE}:{}\r\nDURATION:PT15M", stamp(start)));
        expect(zone.to_timestamp(start)?, 15, title, "CONFIRMED");
    }
    let second = zone.to_ambiguous_timestamp(at(autumn, 2, 30)).later()?;
    event("Zweite Stunde", &format!("DTSTART:{}\r\nDURATION:PT15M", second.strftime("%Y%m%dT%H%M%SZ")));
    expect(second, 15, "Zweite Stunde", "CONFIRMED");
    // To midnight, over it, over the change of the clocks.
    for (date, hour, minutes, title) in
        [(begin, 20, 240, "Bis Mitternacht"), (begin, 22, 300, "Über Nacht"), (spring, 0, 360, "Nachtwache")]
    {
        event(title, &format!("DTSTART;TZID={ZONE}:{}\r\nDURATION:PT{minutes}M", stamp(at(date, hour, 0))));
        expect(zone.to_timestamp(at(date, hour, 0))?, minutes, title, "CONFIRMED");
    }
    event(
        "Fällt aus",
        &format!("DTSTART;TZID={ZONE}:{}\r\nDURATION:PT1H\r\nSTATUS:CANCELLED", stamp(at(begin, 10, 0))),
    );
    expect(zone.to_timestamp(at(begin, 10, 0))?, 60, "Fällt aus", "CANCELLED");
    event(
        "Vorgemerkt",
        &format!("DTSTART;TZID=America/New_York:{}\r\nDURATION:PT1H\r\nSTATUS:TENTATIVE", stamp(at(begin, 9, 0))),
    );
    expect(TimeZone::get("America/New_York")?.to_timestamp(at(begin, 9, 0))?, 60, "Vorgemerkt", "TENTATIVE");
    // One day, and four over the change of the clocks.
    for (first, days, title) in [(begin, 1, "Ganzer Tag"), (spring.checked_sub(2.days())?, 4, "Ferienlager")] {
        let (first, after) = (first, first.checked_add(days.days())?);
        let day = |date: Date| date.strftime("%Y%m%d").to_string();
        event(title, &format!("DTSTART;VALUE=DATE:{}\r\nDTEND;VALUE=DATE:{}", day(first), day(after)));
        expected.insert([first.to_string(), after.to_string(), title.into(), "CONFIRMED".into()].to_vec());
    }
    Ok((format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Chor//DE\r\n{events}END:VCALENDAR\r\n"), expected))
}

/// Start, end, title and state of each line.
fn occurrences(lines: Vec<Vec<String>>) -> BTreeSet<Vec<String>> {
    lines.into_iter().map(|cells| cells.into_iter().skip(2).collect()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn other_programs_read_our_calendar_to_the_same_second() -> Result<()> {
    let nord = Quarter::start_with("nord", &[("QUARTIER_QUARTER_TIMEZONE", ZONE)]).await?;
    let now = Timestamp::from_second(seconds_from_now(0))?.in_tz(ZONE)?;
    let (text, expected) = calendar(&now)?;
    let folder = tempfile::tempdir()?;
    let (mine, feed) = (folder.path().join("chor.ics"), folder.path().join("feed.ics"));
    std::fs::write(&mine, text)?;
    let said = nord.cli(&["import", "ics", mine.to_str().context("a path")?, "--publish"]).await?;
    ensure!(said.contains(&expected.len().to_string()), "{} expected: {said}", expected.len());
    let (status, body) = client::page(&client::new()?, &nord.url("/calendar.ics")?).await?;
    ensure!(status == 200, "{status}: {body}");
    std::fs::write(&feed, &body)?;
    let feed = feed.to_str().context("a path")?;
    let missing = |read: &BTreeSet<Vec<String>>| -> (Vec<Vec<String>>, Vec<Vec<String>>) {
        (expected.difference(read).cloned().collect(), read.difference(&expected).cloned().collect())
    };
    if let Some(lines) = others(&["read", feed]).await? {
        let read = occurrences(lines);
        assert!(read == expected, "Python's icalendar: {:?}", missing(&read));
    }
    let Some(node) = process::node().filter(|_| process::has_package("ical.js")) else {
        tests::skip("ical.js; `npm ci` in the folder tests brings it");
        return Ok(());
    };
    let mut command = Command::new(node);
    command.arg(process::folder().join("peers/calendars/others.mjs")).arg(feed);
    let done = process::output(command).await?;
    ensure!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let read = occurrences(cells(&done.stdout));
    assert!(read == expected, "ical.js: {:?}", missing(&read));
    Ok(())
}
