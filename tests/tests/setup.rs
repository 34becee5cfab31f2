//! A quarter that nobody configured: it prints a link, is set up behind it, and opens when its people say so.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use http::header::{CONTENT_TYPE, COOKIE, LOCATION, ORIGIN, SET_COOKIE};
use serde_json::json;
use storage::testing;
use tests::quarter::Quarter;
use tests::{browser, client, wait};

/// How long a change may take until every server works with it.
const SOON: Duration = Duration::from_secs(20);

/// The last link for the first account that the server printed.
fn link(quarter: &Quarter) -> Result<String> {
    let log = quarter.whole_log();
    let link = log.split_whitespace().rfind(|word| word.contains("/setup/begin/"));
    link.map(str::to_owned).context("no link was printed")
}

/// Somebody with a session.
struct Admin<'a> {
    quarter: &'a Quarter,
    cookie: String,
}

/// Sends a form; gives the status, where it leads, and the cookie it sets.
async fn send(quarter: &Quarter, url: &str, cookie: &str, fields: &[(&str, &str)]) -> Result<(u16, String, String)> {
    let mut body = url::form_urlencoded::Serializer::new(String::new());
    let body = body.extend_pairs(fields).finish();
    let attempt = async || {
        let request = quarter.client.post(url).header(ORIGIN, quarter.base.as_str().trim_end_matches('/'));
        let request = request.header(COOKIE, cookie).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        request.body(body.clone()).send().await
    };
    // A server that begins anew ends connections that nobody uses: like a browser, we then ask again on another.
    let answer = match attempt().await {
        Err(error) if error.is_request() => attempt().await?,
        answer => answer?,
    };
    let header = |name| answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let cookie = header(SET_COOKIE).split(';').next().unwrap_or_default().to_owned();
    Ok((answer.status().as_u16(), header(LOCATION).to_owned(), cookie))
}

impl<'a> Admin<'a> {
    /// Makes the first account by the link that was printed.
    async fn begin(quarter: &'a Quarter) -> Result<Self> {
        let fields = [("name", "Mira"), ("email", "mira@example.org")];
        let (status, to, cookie) = send(quarter, &link(quarter)?, "", &fields).await?;
        ensure!((status, to.as_str()) == (303, "/setup"), "the first account: {status} {to}");
        Ok(Self { quarter, cookie })
    }

    /// Answers a step; the next one has to follow.
    async fn says(&self, path: &str, fields: &[(&str, &str)]) -> Result<()> {
        let (status, to, _) = send(self.quarter, &self.quarter.url(path)?, &self.cookie, fields).await?;
        ensure!(status == 303, "{path} was answered with {status} {to}");
        Ok(())
    }

    async fn sees(&self, path: &str) -> Result<String> {
        let request = self.quarter.client.get(self.quarter.url(path)?).header(COOKIE, &self.cookie);
        Ok(request.send().await?.text().await?)
    }
}

const NAME: [(&str, &str); 5] =
    [("name", "Nordstadt"), ("word", "quartier"), ("address", "sie"), ("language", "de"), ("summary", "")];

/// Asks as a stranger, in every way there is; gives what told something.
async fn doors(quarter: &Quarter) -> Result<Vec<String>> {
    let mut told = Vec::new();
    let finger = format!("/.well-known/webfinger?resource=acct:{}", quarter.address());
    let actor = format!("/@{}", quarter.handle);
    let outbox = format!("{actor}/outbox");
    let paths = [
        finger.as_str(),
        actor.as_str(),
        outbox.as_str(),
        "/actor",
        "/.well-known/nodeinfo",
        "/nodeinfo/2.1",
        "/.well-known/host-meta",
        "/calendar.ics",
        "/feed.atom",
        "/events.csv",
        "/events.geojson",
        "/",
        "/events",
        "/setup",
    ];
    for path in paths {
        for accept in [client::ACTIVITY_JSON, "text/html", "*/*"] {
            let answer = quarter.client.get(quarter.url(path)?).header("accept", accept).send().await?;
            let (status, body) = (answer.status().as_u16(), answer.text().await?);
            if !(status == 503 || (status == 200 && body.contains("Hier entsteht"))) || body.contains("publicKey") {
                told.push(format!("{path} as {accept}: {status} {body}"));
            }
        }
    }
    for path in ["/inbox", &format!("{actor}/inbox"), &outbox, "/propose/event"] {
        let status = quarter.client.post(quarter.url(path)?).header(ORIGIN, "null").body("{}").send().await?.status();
        if !matches!(status.as_u16(), 403 | 503) {
            told.push(format!("POST {path}: {status}"));
        }
    }
    Ok(told)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quarter_without_a_name_prints_a_link_and_shows_nobody_anything_until_it_is_opened() -> Result<()> {
    let mut quarter = Quarter::prepare("nord", &[])?.without_a_name();
    quarter.spawn()?;
    quarter.ready().await?;
    assert_eq!(doors(&quarter).await?, Vec::<String>::new());
    let admin = Admin::begin(&quarter).await?;
    assert!(admin.sees("/").await?.contains("Noch nicht öffentlich"));
    admin.says("/setup/name", &NAME).await?;
    // The server begins anew, and nobody who comes meanwhile is sent away.
    assert!(admin.sees("/setup/place").await?.contains("Schritt 2"));
    quarter.shows("/", "Hier entsteht das Brett für Nordstadt", SOON).await?;
    admin.says("/setup/place", &[("place", "Erlen"), ("latitude", ""), ("longitude", "")]).await?;
    assert_eq!(doors(&quarter).await?, Vec::<String>::new());
    admin.says("/setup/open", &[]).await?;
    quarter.shows("/", "Erlen", SOON).await?;
    assert_eq!(quarter.actor().await?.get("name").and_then(|name| name.as_str()), Some("Nordstadt"));

    quarter.stop(SOON).await?;
    quarter.spawn()?;
    quarter.ready().await?;
    quarter.shows("/", "Nordstadt", SOON).await?;
    assert_eq!(quarter.whole_log().matches("/setup/begin/").count(), 1, "{}", quarter.whole_log());

    // Whoever runs it may still say otherwise, and what they say holds.
    quarter.stop(SOON).await?;
    quarter.set("QUARTIER_QUARTER_NAME", "Kiez am Kanal");
    quarter.spawn()?;
    quarter.ready().await?;
    quarter.shows("/", "Kiez am Kanal", SOON).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_configured_quarter_starts_open_and_stays_open_without_its_name() -> Result<()> {
    let mut quarter = Quarter::start("nord").await?;
    assert!(!quarter.whole_log().contains("/setup/begin/"), "{}", quarter.whole_log());
    assert!(quarter.actor().await?.get("inbox").is_some());
    quarter.stop(SOON).await?;
    let mut quarter = quarter.without_a_name();
    quarter.spawn()?;
    quarter.ready().await?;
    assert!(quarter.actor().await?.get("inbox").is_some(), "what was open once is open");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_public_one_without_imprint_that_was_open_refuses_to_start() -> Result<()> {
    let mut quarter = Quarter::prepare("nord", &[])?.without_a_name();
    quarter.spawn()?;
    quarter.ready().await?;
    let admin = Admin::begin(&quarter).await?;
    admin.says("/setup/name", &NAME).await?;
    admin.says("/setup/open", &[]).await?;
    quarter.shows("/", "Die nächsten sieben Tage", SOON).await?;
    quarter.stop(SOON).await?;
    quarter.set("QUARTIER_SERVER_BASE_URL", "https://nord.example");
    let refused = quarter.cli_output(&["serve"]).await?;
    let says = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && says.contains("imprint.operator"), "{says}");
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "the quarters run by the real time")]
fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

/// A calendar of twenty events that begin in the next days.
fn calendar(name: &str) -> String {
    let day = |number: i64| {
        let start = now() + jiff::SignedDuration::from_hours(20 + 9 * number);
        let (start, end) = (
            start.strftime("%Y%m%dT%H0000Z"),
            (start + jiff::SignedDuration::from_hours(2)).strftime("%Y%m%dT%H0000Z"),
        );
        format!(
            "BEGIN:VEVENT\r\nUID:{number}@{name}.example\r\nDTSTAMP:20261101T120000Z\r\nSUMMARY:{name} {number}\r\n\
             DTSTART:{start}\r\nDTEND:{end}\r\nLOCATION:Vereinsheim\r\nEND:VEVENT\r\n"
        )
    };
    let days: String = (1..=20).map(day).collect();
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//{name}//DE\r\nX-WR-CALNAME:{name}\r\n{days}END:VCALENDAR\r\n")
}

/// A server of clubs that keep calendars; gives its address.
async fn clubs() -> Result<String> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let base = format!("http://vereine.localhost:{}", listener.local_addr()?.port());
    let file = |name| axum::routing::get(move || async move { ([(CONTENT_TYPE, "text/calendar")], calendar(name)) });
    let router = axum::Router::new().route("/chor.ics", file("Chorprobe")).route("/cafe.ics", file("Repair-Café"));
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(base)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_board_is_public_within_ten_minutes() -> Result<()> {
    let sued = Quarter::start_with("sued", &[("QUARTIER_NEIGHBOURS_ACCEPT", "automatic")]).await?;
    let token = sued.editor().await?;
    let starts = now() + jiff::SignedDuration::from_hours(30);
    let fest = json!({ "type": "Event", "name": "Hafenfest", "startTime": starts.to_string() });
    sued.publish(&token, &fest).await?;
    let clubs = clubs().await?;

    let began = std::time::Instant::now();
    let mut nord = Quarter::prepare("nord", &[])?.without_a_name();
    nord.spawn()?;
    nord.ready().await?;
    let start = began.elapsed().as_secs_f64();
    let words = json!({
        "base": nord.base, "link": link(&nord)?, "neighbour": sued.address(), "screenshots": browser::screenshots(),
        "calendars": [format!("{clubs}/chor.ics"), format!("{clubs}/cafe.ics")],
    });
    let Some(mut done) = browser::run("setup", &words).await? else { return Ok(()) };
    let seconds = done.get_mut("seconds").and_then(serde_json::Value::as_object_mut).context("seconds")?;
    seconds.insert("start".to_owned(), json!(start));
    println!("{}", json!({ "story": "set-up", "seconds": seconds }));
    let all = seconds.get("all").and_then(serde_json::Value::as_f64).context("seconds in all")? + start;
    ensure!(all < 600.0, "from the start to the public board: {all} s");
    assert_eq!(done.get("problems"), Some(&json!([])), "{done:#}");

    let feed = nord.client.get(nord.url("/calendar.ics")?).send().await?.text().await?;
    assert_eq!(feed.matches("BEGIN:VEVENT").count(), 40, "everything that was read is public: {feed}");
    wait::until("both to be neighbours", SOON, async || {
        Ok(nord.cli(&["neighbours", "list"]).await?.contains("established").then_some(()))
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_at_one_server_holds_at_the_other() -> Result<()> {
    let Some(database) = testing::postgres() else { return Ok(()) };
    let mut quarter = Quarter::prepare("nord", &[("QUARTIER_DATABASE_URL", database.url.as_str())])?.without_a_name();
    quarter.spawn()?;
    quarter.ready().await?;
    let admin = Admin::begin(&quarter).await?;
    let mut other = quarter.another_node()?;
    other.spawn()?;
    other.ready().await?;
    admin.says("/setup/name", &NAME).await?;
    admin.says("/setup/open", &[]).await?;
    let door = other.door().clone();
    wait::until("the other server to open", Duration::from_mins(1), async || {
        let (status, page) = client::page(&other.client, door.as_str()).await?;
        Ok((status == 200 && page.contains("<title>Nordstadt</title>")).then_some(()))
    })
    .await
}
