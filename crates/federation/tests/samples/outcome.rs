//! What became of a document, in one line: what is kept, and what a reader sees of it.

use domain::actor::Actor;
use domain::event::{Event, State};
use domain::post::{Details, Post};
use federation::Instance;
use federation::signatures::keys::VerifyingKey;
use serde_json::Value;
use storage::{Tx, actors, events, follows, objects, posts, reactions};
use url::Url;

use crate::support::TestQuarter;

/// Every actor that a document names as the author of something.
pub(crate) fn authors(document: &Value) -> Vec<String> {
    let inside = match document {
        Value::Array(list) => list.iter().flat_map(authors).collect(),
        Value::Object(object) => object.values().flat_map(authors).collect::<Vec<_>>(),
        _ => Vec::new(),
    };
    federation::shape::id(document, "attributedTo").map(String::from).into_iter().chain(inside).collect()
}

/// Every id that a document names as its own or as what it is about.
fn ids(document: &Value) -> Vec<Url> {
    let Value::Object(object) = document else { return Vec::new() };
    let own = ["id", "object"].into_iter().filter_map(|name| federation::shape::id(document, name));
    let mut all: Vec<Url> = own.chain(object.values().flat_map(ids)).collect();
    all.sort();
    all.dedup();
    all
}

/// What is known now of everything that `document` is about, and of its `sender`, of whom `before` was known before.
pub(crate) async fn of(quarter: &TestQuarter, sender: &str, document: &Value, ours: &Url, before: &str) -> String {
    let mut tx = quarter.read().await;
    let mut said = Vec::new();
    for url in ids(document).iter().filter(|url| *url != ours) {
        said.extend(of_object(&mut tx, quarter, url).await);
    }
    for kind in ["Like", "Announce"] {
        if reactions::count(&mut tx, ours, kind).await.expect("a count") > 0 {
            said.push(format!("counted: {kind}"));
        }
    }
    if let Some(sender) = actors::by_url(&mut tx, &sender.parse().expect("a URL")).await.expect("a query") {
        said.extend(of_sender(&mut tx, quarter, &sender, before).await);
    }
    if said.is_empty() { "nothing".to_owned() } else { said.join("; ") }
}

async fn of_sender(tx: &mut Tx, quarter: &TestQuarter, sender: &Actor, before: &str) -> Option<String> {
    let us = quarter.instance.quarter().id;
    let asked = follows::between(tx, us, sender.id).await.expect("a query");
    let follows_us = follows::between(tx, sender.id, us).await.expect("a query").is_some();
    Some(match (before, asked) {
        _ if sender.deleted_at.is_some() => "the actor is gone".to_owned(),
        ("asked", Some(follow)) if follow.accepted_at.is_some() => "we follow".to_owned(),
        ("asked", Some(_)) => "we asked".to_owned(),
        ("asked", None) => "we follow no more".to_owned(),
        _ if follows_us => "follows us".to_owned(),
        ("follows" | "liked" | "boosted", _) => "taken back".to_owned(),
        _ if sender.name == "gargle" => actor(sender),
        _ => return None,
    })
}

async fn of_object(tx: &mut Tx, quarter: &TestQuarter, url: &Url) -> Option<String> {
    let entry = objects::by_url(tx, url).await.expect("a query")?;
    if entry.deleted_at.is_some() {
        return Some(format!("{} is gone", entry.kind));
    }
    let author = async |tx: &mut Tx, id| actors::by_id(tx, id).await.expect("a query").expect("an author");
    if let Some(found) = posts::by_url(tx, url).await.expect("a query") {
        let by = author(tx, found.author).await;
        return Some(format!("{} by {}: {}", entry.kind, by.name, post(&found)));
    }
    if let Some(found) = events::by_url(tx, url).await.expect("a query") {
        let by = author(tx, found.author).await;
        let held = if found.state == State::Draft { "held " } else { "" };
        return Some(format!("{held}Event by {}: {}", by.name, event(&found, quarter)));
    }
    Some(format!("{} is held", entry.kind))
}

fn post(post: &Post) -> String {
    let Details { title, content, plain: _, warning, language, in_reply_to, poll, notice: _ } = &post.details;
    let mut said = String::new();
    for (before, text) in
        [("# ", title), ("! ", warning), ("", &Some(on_one_line(&content.to_text()))), ("lang=", language)]
    {
        if let Some(text) = text {
            said = format!("{said}{before}{text} | ");
        }
    }
    if let Some(poll) = poll {
        let answers: Vec<&str> = poll.options.iter().map(|option| option.name.as_str()).collect();
        said = format!("{said}? {} | ", answers.join(" / "));
    }
    let reply = if in_reply_to.is_some() { " | a reply" } else { "" };
    format!("{said}{} | {}{reply}", day(&post.published_at), post.page)
}

fn event(event: &Event, quarter: &TestQuarter) -> String {
    let details = &event.details;
    let place = details
        .place
        .as_ref()
        .map(|place| format!("at {}{}", place.one_line(), if place.position.is_some() { " (on the map)" } else { "" }));
    let online = details.online.as_ref().map(|url| format!("online {url}"));
    let link = details.link.as_ref().map(|url| format!("see {url}"));
    let zone = if details.timezone == quarter.instance.settings().timezone {
        String::new()
    } else {
        format!(" {}", details.timezone)
    };
    let tags = (!details.tags.is_empty()).then(|| format!("tags {}", details.tags.join(", ")));
    let parts = [
        Some(format!("# {}", details.name)),
        Some(format!(
            "{}–{}{}",
            details.starts_at,
            if details.open_end { "?".to_owned() } else { details.ends_at.to_string() },
            zone
        )),
        place,
        online,
        link,
        details.short.as_ref().map(|short| on_one_line(short)),
        Some(on_one_line(&details.content.to_text())).filter(|text| !text.is_empty()),
        tags,
        Some(event.page.to_string()),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" | ")
}

/// An actor: its type, its name, its address, and whether its key is one that we can use.
pub(crate) fn actor(actor: &Actor) -> String {
    let key = actor.key.as_ref().map(|key| VerifyingKey::from_pem(&key.pem).is_ok());
    let key = match key {
        Some(true) => "",
        Some(false) => " | a key of no use",
        None => " | no RSA key",
    };
    let about = actor.summary.to_text();
    let about = if about.is_empty() { String::new() } else { format!(" | {}", on_one_line(&about)) };
    format!("{} {} | {} | {}{about}{key}", actor.kind.as_str(), actor.name, actor.address(), actor.page)
}

fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn day(at: &jiff::Timestamp) -> String {
    at.to_string().chars().take(10).collect()
}

/// Keeps a note of `author` under `url`, as if it had come before.
pub(crate) async fn known_note(tx: &mut Tx, instance: &Instance, author: &Actor, url: &Url) -> storage::Result<()> {
    let id = instance.new_id();
    objects::claim(tx, url, id, "Note", &author.url).await?;
    let now = instance.clock().now();
    let details = Details::typed("", "Hallo", domain::language::Language::DE);
    let (url, page, author) = (url.clone(), url.clone(), author.id);
    posts::insert(tx, &Post { id, page, url, author, details, published_at: now, updated_at: now }, false).await
}
