//! The 262 inputs of fediverse-pasture-inputs, each in a `Create` of an actor that the quarter follows: none breaks the
//! server, and `pasture.tsv` says what a reader sees of each.
//!
//! `QUARTIER_BIN` names another build than this workspace's. `PASTURE_PRINT=1` prints the table as it would be
//! today, and how often each answer came.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use storage::Store;
use tests::quarter::Quarter;
use tests::sink::Sink;
use tests::{client, process, wait};
use url::Url;

const TABLE: &str = include_str!("pasture.tsv");

/// What every object has unless the input says otherwise.
fn object(sink: &Sink, number: usize, input: &Value) -> Result<Value> {
    let (hour, minute) = (number / 60, number % 60);
    let mut object = json!({
        "@context": ["https://www.w3.org/ns/activitystreams", { "Hashtag": "as:Hashtag", "sensitive": "as:sensitive" }],
        "type": "Note", "attributedTo": sink.actor, "to": ["https://www.w3.org/ns/activitystreams#Public"],
        "id": sink.actor.join(&format!("/objects/{number}"))?,
        "published": format!("2025-01-01T{hour:02}:{minute:02}:00Z"),
    });
    let base = sink.actor.join("/")?;
    let input = input.to_string().replace("http://pasture-one-actor/", base.as_str());
    let input: BTreeMap<String, Value> = serde_json::from_str(&input)?;
    object.as_object_mut().context("an object")?.extend(input);
    Ok(object)
}

/// Every input with the name of its group; `None` where there is no Python to fetch them, which CI must have.
async fn inputs() -> Result<Option<Vec<(String, Value)>>> {
    let target = process::folder().join("../target/pasture");
    let ready = process::find("python3");
    let mut command = Command::new(ready.as_deref().unwrap_or_else(|| Path::new("python3")));
    command.arg(process::folder().join("peers/pasture/inputs.py")).arg(target);
    let done = if ready.is_some() { Some(process::output(command).await?) } else { None };
    match done {
        Some(done) if done.status.success() => Ok(Some(serde_json::from_slice(&done.stdout)?)),
        _ => {
            ensure!(std::env::var("CI").as_deref() != Ok("true"), "the inputs could not be fetched");
            println!("The inputs could not be fetched: nothing was sent.");
            Ok(None)
        }
    }
}

/// A sink that the quarter follows.
async fn followed(quarter: &Quarter) -> Result<Sink> {
    let sink = Sink::start("weide").await?;
    quarter.cli(&["neighbours", "invite", &sink.address()]).await?;
    let follow = wait::until("a Follow", Duration::from_secs(20), async || Ok(sink.activities("Follow").pop())).await?;
    let accept = json!({
        "id": sink.actor.join("/accepts/1")?, "type": "Accept", "actor": sink.actor, "object": follow,
    });
    let status = sink.deliver(&quarter.url("/inbox")?, &accept).await?;
    ensure!(status == 202, "the Accept was answered with {status}");
    Ok(sink)
}

/// What a reader sees of the object `id`: its title, its warning, its text as HTML.
async fn seen(quarter: &Quarter, store: &Store, id: &Url) -> Result<String> {
    let post = storage::posts::by_url(&mut store.read().await?, id).await?;
    let Some(post) = post else { return Ok("nothing".to_owned()) };
    let (status, page) = client::page(&quarter.client, &quarter.url(&format!("/posts/{}", post.id))?).await?;
    ensure!(status == 200, "the page of {id} answers {status}");
    let between = |from: &str, to: &str| {
        let (_, rest) = page.split_once(from)?;
        Some(rest.split_once(to)?.0.to_owned())
    };
    let title = between("<h1><bdi>", "</bdi>").map(|title| format!("# {title} | "));
    let warning = between("<summary><bdi>", "</bdi>").map(|warning| format!("! {warning} | "));
    let text = between("<div class=\"text\"", "</div>").context("no text on the page")?;
    let (_, text) = text.split_once('>').context("an open element")?;
    let line = [title, warning, Some(text.to_owned())].into_iter().flatten().collect::<String>();
    let line = line.replace(id.join("/")?.as_str(), "https://weide.example/");
    Ok(line.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[tokio::test]
async fn nothing_from_the_pasture_breaks_the_server_and_readers_see_what_they_should() -> Result<()> {
    let Some(inputs) = inputs().await? else { return Ok(()) };
    let quarter = Quarter::start("Nord").await?;
    let sink = followed(&quarter).await?;
    let store = Store::open(&format!("sqlite://{}", quarter.database().display())).await?;
    let inbox = quarter.url("/inbox")?;
    let mut answers: BTreeMap<u16, u32> = BTreeMap::new();
    let mut lines = vec!["group\tinput\tanswer\tseen".to_owned()];
    let mut count = BTreeMap::new();
    for (number, (group, input)) in inputs.iter().enumerate() {
        let object = object(&sink, number, input)?;
        let id = sink.actor.join(&format!("/objects/{number}"))?;
        let create = json!({
            "@context": object.get("@context"), "id": sink.actor.join(&format!("/creates/{number}"))?, "type": "Create",
            "actor": sink.actor, "to": object.get("to"), "object": object,
        });
        let status = sink.deliver(&inbox, &create).await?.as_u16();
        *answers.entry(status).or_default() += 1;
        let place: &mut u32 = count.entry(group).or_default();
        *place += 1;
        lines.push(format!("{group}\t{place}\t{status}\t{}", seen(&quarter, &store, &id).await?));
    }
    let printing = std::env::var_os("PASTURE_PRINT").is_some();
    if printing {
        println!("{}", lines.join("\n"));
    }
    println!("{answers:?}");
    ensure!(answers.keys().all(|status| *status < 500), "{answers:?}");
    ensure!(!quarter.whole_log().contains("panicked"), "{}", quarter.log());
    let expected: Vec<&str> = TABLE.lines().collect();
    let found = lines.iter().zip(expected.iter().copied().chain(std::iter::repeat("")));
    let wrong: Vec<String> = found
        .filter(|(found, expected)| found != expected)
        .map(|(a, b)| format!("found    {a}\nexpected {b}"))
        .collect();
    ensure!(printing || (wrong.is_empty() && lines.len() == expected.len()), "{}", wrong.join("\n"));
    Ok(())
}
