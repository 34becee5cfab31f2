//! Leaving: of somebody who was here nothing is left, in no table, no file, no log, and at no neighbour.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tests::quarter::{self, Quarter};
use tests::{client, wait};

/// Neighbours at the first word, as in the demo.
const OPEN: (&str, &str) = ("QUARTIER_NEIGHBOURS_ACCEPT", "automatic");
/// What is in everything that this person leaves behind.
const CANARY: &str = "kanarienvogel";
const EMAIL: &str = "kanarienvogel@example.org";
const NAME: &str = "Mira Kanarienvogel";
/// A picture of one pixel.
const GIF: &[u8] = b"GIF89a\x01\0\x01\0\x80\0\0\xff\xff\xff\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";

/// Sends a form as a page of the quarter does; the status, where it leads, and its cookie.
async fn send(quarter: &Quarter, cookie: &str, path: &str, fields: &[(&str, &str)]) -> Result<(u16, String, String)> {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let request = quarter.client.post(quarter.url(path)?).header("origin", quarter.url("")?.trim_end_matches('/'));
    let request = request.header("content-type", "application/x-www-form-urlencoded").header("cookie", cookie);
    let answer = request.body(body).send().await?;
    let header = |name: &str| {
        let value = answer.headers().get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default().to_owned()
    };
    Ok((answer.status().as_u16(), header("location"), header("set-cookie")))
}

/// Every row of every table of a quarter that has the canary in it.
async fn rows(quarter: &Quarter) -> Result<Vec<String>> {
    let tables = storage::testing::contents(&quarter.database()).await?;
    let found = tables.into_iter().flat_map(|(table, rows)| rows.into_iter().map(move |row| format!("{table}: {row}")));
    Ok(found.filter(|row| row.to_lowercase().contains(CANARY)).collect())
}

/// Every file below `folder` that has the canary in it.
fn files(folder: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            let bytes = fs::read(&path)?.to_ascii_lowercase();
            if bytes.windows(CANARY.len()).any(|window| window == CANARY.as_bytes()) {
                found.push(path.display().to_string());
            }
        }
    }
    Ok(found)
}

/// Does everything here that leaves something: the cookie of the session it was done in, and the address of a post.
async fn live(nord: &Quarter) -> Result<(String, String)> {
    let printed = nord.cli(&["account", "create", "--email", EMAIL, "--name", NAME, "--role", "admin"]).await?;
    let link = printed.split_whitespace().find(|word| word.contains("/sign-in/link/")).context("a link")?;
    let path = link.trim_start_matches(nord.url("")?.trim_end_matches('/')).to_owned();
    let (_, _, cookie) = send(nord, "", &path, &[]).await?;
    let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
    let done = send(nord, &cookie, "/account/profile", &[("handle", "mira")]).await?;
    ensure!(done.1 == "/account?done=profile-on", "{done:?}");
    let slip = send(nord, &cookie, "/editors/people", &[("name", "Frau Yıldız"), ("do", "slip")]).await?;
    ensure!(slip.0 == 200, "the log has a name: {slip:?}");
    let renamed = send(nord, &cookie, "/account", &[("name", "Jo Kanarienvogel"), ("language", "de")]).await?;
    ensure!(renamed.0 == 303, "{renamed:?}");
    let post = write(nord).await?;
    let path = post.trim_start_matches(nord.url("")?.trim_end_matches('/')).to_owned();
    let report = [("reason", "Das stimmt nicht."), ("name", NAME), ("email", EMAIL)];
    let reported = send(nord, "", &format!("{path}/report"), &report).await?;
    ensure!(matches!(reported.0, 200 | 303), "{reported:?}");
    let date =
        [("name", "Fest"), ("starts", "2031-05-01"), ("starts_time", "15:00"), ("sender", NAME), ("email", EMAIL)];
    ensure!(send(nord, "", "/propose/event", &date).await?.0 == 200, "a proposal");
    Ok((cookie, post))
}

/// Publishes by a program: a short post, a long one that is changed, and a picture that belongs to nothing.
async fn write(nord: &Quarter) -> Result<String> {
    let token = nord.cli(&["account", "token", "--email", EMAIL]).await?;
    let url = client::actor_of(&nord.client, &format!("mira@{}", nord.host())).await?;
    let actor = client::json(&nord.client, url.as_str()).await?;
    let outbox = actor.get("outbox").and_then(Value::as_str).context("an outbox")?.to_owned();
    let note = |text: &str| json!({ "type": "Note", "content": format!("<p>{text}</p>") });
    let object = async |activity: String| -> Result<String> {
        let activity = client::json(&nord.client, &activity).await?;
        let object = activity.get("object").context("an object")?;
        Ok(object.get("id").or(Some(object)).and_then(Value::as_str).context("an id")?.to_owned())
    };
    let post = object(quarter::post(&nord.client, &outbox, &token, &note("Ein kanarienvogel singt.")).await?).await?;
    let long = "Der kanarienvogel singt sehr lange. ".repeat(300);
    let other = object(quarter::post(&nord.client, &outbox, &token, &note(&long)).await?).await?;
    let change = json!({ "type": "Update", "object": { "id": other, "type": "Note", "content": "<p>Kurz, kanarienvogel.</p>" } });
    quarter::post(&nord.client, &outbox, &token, &change).await?;
    let uploads = actor.pointer("/endpoints/uploadMedia").and_then(Value::as_str).context("an endpoint")?;
    let wall = "wall";
    let head = |name: &str| format!("--{wall}\r\nContent-Disposition: form-data; name=\"{name}\"");
    let body = [
        format!("{}\r\n\r\n{{\"type\":\"Image\",\"name\":\"Ein kanarienvogel\"}}\r\n", head("object")).as_bytes(),
        format!("{}; filename=\"kanarienvogel.gif\"\r\n\r\n", head("file")).as_bytes(),
        GIF,
        format!("\r\n--{wall}--\r\n").as_bytes(),
    ]
    .concat();
    let request = nord.client.post(uploads).bearer_auth(&token);
    let request = request.header("content-type", format!("multipart/form-data; boundary={wall}"));
    let answer = request.body(body).send().await?;
    ensure!(answer.status().as_u16() == 201, "{answer:?}");
    Ok(post)
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_person_is_left_after_they_left() -> Result<()> {
    let nord = Quarter::start_with("nord", &[OPEN, ("QUARTIER_SERVER_LOG", "debug")]).await?;
    let others = [Quarter::start_with("sued", &[OPEN]).await?, Quarter::start_with("west", &[OPEN]).await?];
    nord.account("chefin@example.org", "admin").await?;
    for other in &others {
        nord.cli(&["neighbours", "invite", &other.address()]).await?;
        other.shows("/neighbours", "nord", Duration::from_secs(20)).await?;
    }
    let (cookie, post) = live(&nord).await?;
    for other in &others {
        other.shows("/posts", "Ein kanarienvogel singt.", Duration::from_secs(30)).await?;
    }
    for table in ["accounts", "activities", "actors", "decisions", "media", "posts", "proposals", "reports"] {
        let found = rows(&nord).await?;
        ensure!(found.iter().any(|row| row.starts_with(&format!("{table}: "))), "{table}: {found:#?}");
    }

    let left = send(&nord, &cookie, "/account/leave", &[]).await?;
    ensure!(left.1 == "/?done=gone", "{left:?}");
    ensure!(client::page(&nord.client, &post).await?.0 == 410, "the post is said to be gone");
    // The words that searches are compared with are forgotten a quarter of a minute later.
    wait::until("the tables to be empty", Duration::from_secs(40), async || {
        let found = rows(&nord).await?;
        let left: Vec<_> = found.iter().filter(|row| !row.starts_with("search_left: ")).collect();
        ensure!(left.is_empty(), "in the tables: {left:#?}");
        Ok(found.is_empty().then_some(()))
    })
    .await?;
    let found = files(&nord.data())?;
    ensure!(found.is_empty(), "in files: {found:#?}");
    let log = nord.whole_log();
    let found: Vec<&str> = log.lines().filter(|line| line.to_lowercase().contains(CANARY)).collect();
    ensure!(found.is_empty(), "in the log: {found:#?}");
    for other in &others {
        wait::until("nothing at the neighbour", Duration::from_secs(30), async || {
            Ok(rows(other).await?.is_empty().then_some(()))
        })
        .await?;
    }
    let delivered = async || {
        let tables = storage::testing::contents(&nord.database()).await?;
        let waits = |row: &&String| row.contains("\"state\":\"waiting\"");
        Ok((tables.get("deliveries").into_iter().flatten().find(waits).is_none()).then_some(()))
    };
    wait::until("every deletion is delivered", Duration::from_secs(30), delivered).await?;
    Ok(())
}
