//! The handbooks say what is so: their steps are done and photographed, their labels, commands and pages are there.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use domain::language::Language;
use domain::messages;
use domain::voice::Manner;
use http::header::CONTENT_TYPE;
use jiff::Timestamp;
use serde_json::{Value, json};
use tests::keys::seconds_from_now;
use tests::mailbox::Mailbox;
use tests::quarter::Quarter;
use tests::{browser, process};

/// Each handbook in German and in English.
const BOOKS: [[&str; 2]; 2] = [["de/redaktion", "en/editors"], ["de/betrieb", "en/operators"]];
/// What a picture may weigh.
const HEAVIEST: u64 = 120_000;
/// How long something may take to reach the neighbour.
const SOON: Duration = Duration::from_secs(20);
/// The mailbox of somebody without an account.
const GUEST: &str = "selin@kanal.example";

fn docs() -> PathBuf {
    process::folder().join("../docs")
}

fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| path.display().to_string())
}

fn book(name: &str) -> Result<String> {
    read(&docs().join(format!("{name}.md")))
}

/// What stands between each `open` and the `close` that follows.
fn between<'a>(text: &'a str, open: &str, close: &str) -> Vec<&'a str> {
    text.split(open).skip(1).filter_map(|rest| rest.split_once(close)).map(|(inside, _)| inside).collect()
}

/// The lines of a text outside its blocks of code, and those inside.
fn parts(text: &str) -> (String, Vec<&str>) {
    let (mut words, mut code, mut fenced) = (String::new(), Vec::new(), false);
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if fenced {
            code.push(line);
        } else {
            words.push_str(line);
            words.push('\n');
        }
    }
    (words, code)
}

/// Spans of code in running text.
fn spans(words: &str) -> Vec<&str> {
    words.split('`').skip(1).step_by(2).collect()
}

/// The names of the pictures that a document shows.
fn shown(text: &str) -> Vec<String> {
    let names = between(text, "images/", ".webp").into_iter();
    names.map(str::to_owned).collect()
}

#[test]
fn both_languages_have_the_same_parts_in_the_same_order() -> Result<()> {
    for [german, english] in BOOKS {
        let heads = |name: &str| -> Result<Vec<usize>> {
            let (words, _) = parts(&book(name)?);
            let heads = words.lines().filter(|line| line.starts_with('#'));
            Ok(heads.map(|line| line.chars().take_while(|one| *one == '#').count()).collect())
        };
        assert_eq!(heads(german)?, heads(english)?, "the headings of {german} and {english}");
        let pictures = |name: &str| -> Result<Vec<String>> {
            Ok(shown(&book(name)?).into_iter().map(|name| name.trim_end_matches("-en").to_owned()).collect())
        };
        assert_eq!(pictures(german)?, pictures(english)?, "the pictures of {german} and {english}");
    }
    Ok(())
}

/// Everything that people read in a language, as a quarter says it that chose nothing.
fn catalogue(language: &str) -> Result<BTreeSet<String>> {
    let voice = Manner::default().speak(Language::from_tag(language).context("a language")?);
    let mut words = BTreeSet::new();
    for entry in std::fs::read_dir(process::folder().join("../crates/domain/messages").join(language))? {
        let text = read(&entry?.path())?;
        let keys = text.lines().filter_map(|line| line.split_once(" =")).map(|(key, _)| key);
        words.extend(keys.map(|key| messages::text(voice, key)));
    }
    Ok(words)
}

#[test]
fn what_a_handbook_prints_in_bold_stands_on_a_page() -> Result<()> {
    for name in BOOKS.into_iter().flatten() {
        let language = name.split('/').next().unwrap_or_default();
        let (known, text) = (catalogue(language)?, book(name)?);
        let (words, _) = parts(&text);
        let labels: Vec<String> = words
            .split("**")
            .skip(1)
            .step_by(2)
            .map(|label| label.split_whitespace().collect::<Vec<_>>().join(" "))
            .collect();
        let strange: Vec<_> = labels.iter().filter(|label| !known.contains(*label)).collect();
        assert!(strange.is_empty(), "{name} names what is on no page: {strange:#?}");
        assert!(labels.len() > 10, "{name} names {} labels", labels.len());
    }
    Ok(())
}

/// Every call of the program in a text, without who calls it.
fn commands(text: &str) -> Vec<Vec<String>> {
    let (words, code) = parts(text);
    let spans = spans(&words);
    let lines = code.into_iter().map(|line| line.split(" # ").next().unwrap_or_default());
    let calls = lines.chain(spans).filter_map(|line| {
        let line = line.trim().trim_start_matches("sudo -u quartier ");
        let line = line.strip_prefix("docker exec quartier ").unwrap_or(line);
        line.strip_prefix("quartier ")
    });
    calls.map(|call| call.split_whitespace().take_while(|word| *word != ">").map(str::to_owned).collect()).collect()
}

#[tokio::test]
async fn every_command_that_a_handbook_names_is_there() -> Result<()> {
    let quarter = Quarter::prepare("nordstadt", &[])?;
    for name in BOOKS.into_iter().flatten() {
        let calls = commands(&book(name)?);
        assert!(!name.ends_with("betrieb") || calls.len() > 5, "{name} names {} commands", calls.len());
        for call in calls {
            // Of what is no option, at most two words name a command: `account create`.
            let named = call.iter().take_while(|word| word.chars().all(|one| one.is_ascii_lowercase() || one == '-'));
            let path: Vec<&str> = named.take_while(|word| !word.starts_with('-')).take(2).map(String::as_str).collect();
            let help = match quarter.cli(&[&path[..], &["--help"]].concat()).await {
                Err(_) if path.len() == 2 => quarter.cli(&[path[0], "--help"]).await,
                help => help,
            };
            let help = help.with_context(|| format!("{name}: quartier {}", call.join(" ")))?;
            for option in call.iter().filter(|word| word.starts_with("--")) {
                ensure!(help.contains(option.as_str()), "{name}: {} does not know {option}", path.join(" "));
            }
        }
    }
    Ok(())
}

/// The pages that the handbooks name by their address.
fn pages() -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    for name in BOOKS.into_iter().flatten() {
        let (words, _) = parts(&book(name)?);
        let spans = spans(&words).into_iter().filter(|span| span.starts_with('/') && !span.contains(' '));
        let files = ["/etc", "/var", "/usr", "/mnt", "/tmp", "/srv", "/data"];
        found.extend(spans.filter(|span| !files.iter().any(|one| span.starts_with(one))).map(str::to_owned));
    }
    Ok(found)
}

/// Dates of somebody's calendar: what it is, in how many days, at which hour, and where.
fn calendar(name: &str, dates: &[(&str, i64, &str, &str)]) -> Result<String> {
    let one = |(number, (what, days, hour, place)): (usize, &(&str, i64, &str, &str))| -> Result<String> {
        let day = Timestamp::from_second(seconds_from_now(86_400 * days))?.strftime("%Y%m%d");
        Ok(format!(
            "BEGIN:VEVENT\r\nUID:{number}@{name}.example\r\nDTSTAMP:20260101T120000Z\r\nSUMMARY:{what}\r\n\
             DTSTART;TZID=Europe/Berlin:{day}T{hour}00\r\nDURATION:PT2H\r\nLOCATION:{place}\r\nEND:VEVENT\r\n"
        ))
    };
    let dates: String = dates.iter().enumerate().map(one).collect::<Result<_>>()?;
    Ok(format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//{name}//DE\r\nX-WR-CALNAME:{name}\r\n{dates}END:VCALENDAR\r\n"
    ))
}

const HOUSE: [(&str, i64, &str, &str); 5] = [
    ("Mittagstisch", 1, "1200", "Bürgerhaus Nordstadt"),
    ("Nähtreff", 2, "1600", "Bürgerhaus Nordstadt"),
    ("Krabbelgruppe", 3, "0930", "Bürgerhaus Nordstadt"),
    ("Mittagstisch", 8, "1200", "Bürgerhaus Nordstadt"),
    ("Nähtreff", 9, "1600", "Bürgerhaus Nordstadt"),
];
const LIBRARY: [(&str, i64, &str, &str); 3] = [
    ("Vorlesen für Kinder ab 4", 2, "1530", "Bücherei am Nordmarkt"),
    ("Lesung: Geschichten vom Kanal", 6, "1930", "Bücherei am Nordmarkt"),
    ("Vorlesen für Kinder ab 4", 9, "1530", "Bücherei am Nordmarkt"),
];
const CLUB: [(&str, i64, &str, &str); 3] = [
    ("Mittagstisch im Bürgerhaus", 1, "1200", "Bürgerhaus Nordstadt"),
    ("Lauftreff am Kanal", 4, "1800", "Kanalbrücke"),
    ("Rückenfit für Ältere", 5, "1000", "Turnhalle Schulstraße"),
];

/// A server with the calendars of those who have one already; gives their addresses.
async fn calendars() -> Result<Vec<String>> {
    let (house, library) = (calendar("Bürgerhaus Nordstadt", &HOUSE)?, calendar("Bücherei am Nordmarkt", &LIBRARY)?);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let base = format!("http://kalender.localhost:{}", listener.local_addr()?.port());
    let file = |text: String| axum::routing::get(async move || ([(CONTENT_TYPE, "text/calendar")], text));
    let router = axum::Router::new().route("/buergerhaus.ics", file(house)).route("/buecherei.ics", file(library));
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(vec![format!("{base}/buergerhaus.ics"), format!("{base}/buecherei.ics")])
}

/// Lets a quarter announce an evening's event in so many days.
async fn announce(quarter: &Quarter, name: &str, days: i64, place: &str) -> Result<()> {
    let day = Timestamp::from_second(seconds_from_now(86_400 * days))?.strftime("%Y-%m-%d");
    let event = json!({
        "type": "Event", "name": name, "timezone": "Europe/Berlin",
        "startTime": format!("{day}T17:00:00Z"), "endTime": format!("{day}T18:30:00Z"),
        "location": { "type": "Place", "name": place }, "to": "https://www.w3.org/ns/activitystreams#Public",
    });
    quarter.publish(&quarter.editor().await?, &event).await?;
    Ok(())
}

/// The first link to `quarter` in a text.
fn link(quarter: &Quarter, text: &str) -> Result<String> {
    let link = text.split_whitespace().rfind(|word| word.starts_with(quarter.base.as_str()));
    link.map(str::to_owned).with_context(|| format!("no link in {text}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_steps_of_the_handbooks_lead_where_they_say_and_every_picture_is_one_of_them() -> Result<()> {
    let Some(mailbox) = Mailbox::start().await? else { return Ok(()) };
    let settings = [("QUARTIER_NEIGHBOURS_ACCEPT", "automatic"), ("QUARTIER_QUARTER_NAME", "Südhang")];
    let (sued, calendars) = (Quarter::start_with("suedhang", &settings).await?, calendars().await?);
    announce(&sued, "Kleidertausch", 2, "Gemeindehaus Südhang").await?;
    let port = mailbox.port.to_string();
    let mail = [
        ("QUARTIER_MAIL_HOST", "127.0.0.1"),
        ("QUARTIER_MAIL_PORT", port.as_str()),
        ("QUARTIER_MAIL_TLS", "none"),
        ("QUARTIER_MAIL_FROM", "Nordstadt <post@nordstadt.example>"),
    ];
    let mut nord = Quarter::prepare("nordstadt", &mail)?.without_a_name();
    nord.spawn()?;
    nord.ready().await?;

    let write = std::env::var_os("QUARTIER_TEST_WRITE_PICTURES").is_some();
    let others = json!({ "suedhang": sued.base, "kalender": calendars[0] });
    let mut words = json!({
        "act": "first", "base": nord.base, "others": others, "link": link(&nord, &nord.whole_log())?,
        "calendars": calendars, "neighbour": sued.address(), "guest": GUEST,
        "pictures": write.then(|| docs().join("images")),
    });
    let Some(done) = browser::run("handbook", &words).await? else { return Ok(()) };
    // What a neighbour publishes from now on stands here.
    sued.shows("/neighbours", "Nordstadt", SOON).await?;
    announce(&sued, "Orgelkonzert", 2, "Marienkirche").await?;
    nord.shows("/events?time=month", "Orgelkonzert", SOON).await?;
    let letter = mailbox.letter_to(GUEST).await?;
    (words["act"], words["cookies"], words["written"]) =
        (json!("second"), done["cookies"].clone(), done["written"].clone());
    (words["letter"], words["paths"]) = (json!(link(&nord, &letter.text)?), json!(pages()?));
    words["file"] = json!(calendar("TuS Nordstadt", &CLUB)?);
    let looked = browser::run("handbook", &words).await?.context("the browser was there")?;
    assert_eq!(looked["missing"], json!([]), "pages that a handbook names");

    let names = |found: &Value| -> Vec<String> {
        found["pictures"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let taken: BTreeSet<String> = names(&done).into_iter().chain(names(&looked)).collect();
    let mut texts = vec![read(&docs().join("../README.md"))?];
    for name in BOOKS.into_iter().flatten() {
        texts.push(book(name)?);
    }
    let shown: BTreeSet<String> = texts.iter().flat_map(|text| shown(text)).collect();
    assert_eq!(shown.difference(&taken).collect::<Vec<_>>(), Vec::<&String>::new(), "shown, and never taken");
    Ok(())
}

#[test]
fn every_picture_is_light_and_shown_somewhere() -> Result<()> {
    let mut texts = read(&docs().join("../README.md"))?;
    for name in BOOKS.into_iter().flatten() {
        texts.push_str(&book(name)?);
    }
    let shown: BTreeSet<String> = shown(&texts).into_iter().collect();
    assert!(shown.len() >= 10, "ten pictures and more: {shown:?}");
    let mut kept = BTreeSet::new();
    for entry in std::fs::read_dir(docs().join("images"))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().trim_end_matches(".webp").to_owned();
        let weight = entry.metadata()?.len();
        assert!(weight <= HEAVIEST, "{name} weighs {weight} bytes");
        kept.insert(name);
    }
    assert_eq!(shown, kept, "what is shown, and what is there");
    Ok(())
}
