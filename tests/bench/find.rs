//! What readers look for: the list of upcoming events, a thousand to a hundred thousand of them, and searches among 100,000
//! objects.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use domain::html::Html;
use jiff::SignedDuration;
use storage::Store;

use crate::book::Book;
use crate::drive;
use crate::figure::Figure;
use crate::site::now;
use crate::stage::{self, Stage};

const CONNECTIONS: usize = 4;
const TIME: Duration = Duration::from_secs(5);
/// How many are to come: as many a day, only further ahead.
const COMING: [usize; 3] = [1_000, 10_000, 100_000];
/// Where so many are to come there are [`OBJECTS`] in all, which are searched.
const SEARCHED: usize = 10_000;
const OBJECTS: usize = 100_000;
/// How many are written in one transaction.
const BATCH: usize = 1_000;

/// First and second halves of words: with their endings some ten thousand different ones.
const FIRST: [&str; 40] = [
    "Nachbar",
    "Garten",
    "Kinder",
    "Sprach",
    "Reparatur",
    "Stadt",
    "Kirchen",
    "Musik",
    "Spiele",
    "Bürger",
    "Frauen",
    "Senioren",
    "Jugend",
    "Sommer",
    "Winter",
    "Herbst",
    "Markt",
    "Tausch",
    "Näh",
    "Koch",
    "Tanz",
    "Chor",
    "Film",
    "Lese",
    "Wander",
    "Rad",
    "Hof",
    "Kanal",
    "Hafen",
    "Wald",
    "Bienen",
    "Kunst",
    "Schach",
    "Handarbeits",
    "Gesundheits",
    "Pflege",
    "Eltern",
    "Familien",
    "Computer",
    "Energie",
];
const SECOND: [&str; 30] = [
    "treff",
    "café",
    "fest",
    "gruppe",
    "kurs",
    "abend",
    "beratung",
    "frühstück",
    "markt",
    "probe",
    "runde",
    "werkstatt",
    "spaziergang",
    "stunde",
    "tag",
    "börse",
    "verein",
    "schule",
    "führung",
    "konzert",
    "lesung",
    "stammtisch",
    "aktion",
    "sprechstunde",
    "nachmittag",
    "ausflug",
    "projekt",
    "initiative",
    "haus",
    "saal",
];
/// What is searched for: common and rare, beginnings and ends of words, two, a phrase, without, and misspelt.
const SEARCHES: [&str; 12] = [
    "Reparaturcafé",
    "Repar",
    "café",
    "Bürgerhaus",
    "Nachbartreff Garten",
    "\"alle sind willkommen\"",
    "Chorprobe -Tanz",
    "Reperaturcafe",
    "gaerten",
    "Wort77",
    "Kindr",
    "Energieberatung Kanal",
];

/// The list for each number that is to come on SQLite; for the middle one, with searches, on both databases.
pub(crate) async fn figures(book: &mut Book) -> Result<()> {
    for coming in COMING {
        on(book, ("sqlite", None), coming).await?;
    }
    let Some(database) = storage::testing::durable_postgres() else { return Ok(()) };
    on(book, ("postgres", Some(&database.url)), SEARCHED).await
}

async fn on(book: &mut Book, (kind, postgres): (&str, Option<&str>), coming: usize) -> Result<()> {
    let mut stage = Stage::set(postgres).await?;
    fill(&stage, coming).await?;
    stage.play().await?;
    let host = stage.quarter.host();
    let get = |path: &str| drive::get(&host, path, "text/html");
    let list =
        Kind { database: kind, name: format!("list/{coming}"), what: format!("Event list a second, {coming} to come") };
    measure(book, &stage, list, (vec![get("/events")], 2_000.0, 20.0)).await?;
    // More addresses than are kept, and each another: made from the database every time.
    let others = |path: &'static str| (0..400).map(move |number| get(&format!("{path}{number}"))).collect();
    let made = Kind {
        database: kind,
        name: format!("made/{coming}"),
        what: format!("Lists made anew a second, {coming} to come"),
    };
    measure(book, &stage, made, (others("/events?n="), 0.0, 50.0)).await?;
    if coming == SEARCHED {
        let narrow = others("/events?time=week&free=1&access=step_free&language=uk&n=");
        let filtered =
            Kind { database: kind, name: "filtered".to_owned(), what: "Filtered lists made anew a second".to_owned() };
        measure(book, &stage, filtered, (narrow, 0.0, 50.0)).await?;
        let searches = SEARCHES.iter().map(|words| {
            let words: String = url::form_urlencoded::byte_serialize(words.as_bytes()).collect();
            get(&format!("/search?q={words}"))
        });
        let search =
            Kind { database: kind, name: "search".to_owned(), what: "Searches a second, 100,000 objects".to_owned() };
        measure(book, &stage, search, (searches.collect(), 0.0, 50.0)).await?;
    }
    stage.quarter.stop(Duration::from_secs(30)).await?;
    Ok(())
}

/// What is measured: on which database, its name and its words.
struct Kind<'a> {
    database: &'a str,
    name: String,
    what: String,
}

async fn measure(
    book: &mut Book,
    stage: &Stage,
    Kind { database, name, what }: Kind<'_>,
    (requests, least, longest): (Vec<Vec<u8>>, f64, f64),
) -> Result<()> {
    let outcome = drive::during(TIME, &stage::door(&stage.quarter), CONNECTIONS, requests).await?;
    ensure!(outcome.odd == 0, "{} of {name} were not answered with 200", outcome.odd);
    let full = format!("find/{name}/{database}");
    let rate = Figure::new(&full, &what, outcome.rate, "/s").on(database);
    book.tell(if least > 0.0 { rate.at_least(least) } else { rate });
    let few = name.split_once('/').and_then(|(list, _)| book.value(&format!("find/{list}/{}/{database}", COMING[0])));
    if let Some(few) = few.filter(|_| !name.ends_with(&format!("/{}", COMING[0]))) {
        let flat = Figure::new(&format!("{full}/flat"), "The same, ratio to 1000 to come", outcome.rate, "/s");
        book.tell(flat.on(database).of(few).at_least(0.8));
    }
    let p99 = Figure::new(&format!("{full}/p99"), "The same, 99th percentile", outcome.percentile(99), "ms");
    book.tell(p99.at_most(longest).on(database));
    Ok(())
}

/// Writes everything and lets the index learn its words, as a server does by itself.
async fn fill(stage: &Stage, coming: usize) -> Result<()> {
    let store = stage.store().await?;
    let objects = if coming == SEARCHED { OBJECTS } else { coming };
    let mut number = 0;
    while number < objects {
        let mut tx = store.write().await?;
        let author = stage::author(&mut tx, &stage.quarter).await?;
        for number in number..number + BATCH {
            let mut event = stage::event(&author, number)?;
            let start =
                now() + if number < coming { minutes(50 * number) } else { -minutes(60 * (number - coming + 24)) };
            event.details.starts_at = start;
            event.details.ends_at = start + SignedDuration::from_hours(2);
            event.details.name = format!("{} {number}", word(number)?);
            event.details.content = Html::from_text(&text(number)?);
            event.details.free = number % 3 == 0;
            event.details.languages = vec![if number % 50 == 0 { "uk".to_owned() } else { "de".to_owned() }];
            storage::objects::claim(&mut tx, &event.url, event.id, "Event", &author.url).await?;
            storage::events::insert(&mut tx, &event, None).await?;
        }
        tx.commit().await?;
        number += BATCH;
    }
    learn(&store).await?;
    store.close().await;
    Ok(())
}

async fn learn(store: &Store) -> Result<()> {
    loop {
        let mut tx = store.write().await?;
        let learnt = storage::search::learn(&mut tx, 1_000).await?;
        tx.commit().await?;
        if learnt == 0 {
            return Ok(());
        }
    }
}

fn minutes(count: usize) -> SignedDuration {
    SignedDuration::from_mins(i64::try_from(count).unwrap_or(0))
}

/// A long word, another for each number for a long while.
fn word(number: usize) -> Result<String> {
    let first = FIRST.get(number * 7 % FIRST.len()).context("a word")?;
    let second = SECOND.get(number * 11 / 3 % SECOND.len()).context("a word")?;
    Ok(format!("{first}{second}"))
}

/// Some thirty words, most of them common, some rare.
fn text(number: usize) -> Result<String> {
    let some = [word(number * 3 + 1)?, word(number / 5 + 2)?, word(number * number % 99_991)?];
    Ok(format!(
        "{} und {} im Bürgerhaus am Kanal. Alle sind willkommen, wer kann, bringt etwas mit. Danach {} mit Kaffee. \
         Fragen an Frau Wort{} und Herrn Name{}.",
        some[0],
        some[1],
        some[2],
        number % 5_000,
        number * 31 % 20_000
    ))
}
