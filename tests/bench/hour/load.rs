//! The mix: authors, neighbours, readers and people who sign in, each at its own steady pace.

use std::collections::{HashMap, VecDeque};
use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde_json::{Value, json};
use tests::client::ACTIVITY_JSON;
use tests::quarter::Quarter;
use tokio::time::MissedTickBehavior;
use url::Url;

use super::letters::Letters;
use super::tally::Tally;
use super::{ACCOUNTS, SENDERS, received, signing_in};
use crate::peers::Peers;
use crate::site;

/// How many events of ours there are once the first ones are deleted.
const EVENTS: usize = 40;

/// What one needs to publish, to send, to read.
pub(super) struct Load {
    pub(super) base: Url,
    pub(super) inbox: Url,
    pub(super) client: reqwest::Client,
    pub(super) tally: Tally,
    pub(super) peers: Peers,
    pub(super) letters: Letters,
    outbox: String,
    token: String,
    /// How old a thing is before it is deleted.
    life: Duration,
    published: Mutex<Published>,
    stop: AtomicBool,
}

#[derive(Default)]
struct Published {
    /// Type and object of every activity that was answered with 201, by its id.
    acknowledged: HashMap<String, (String, String)>,
    posts: Vec<String>,
    /// The oldest first, each with what was said of it.
    events: VecDeque<(String, Value)>,
    /// What readers never see and is deleted when it is old.
    passing: VecDeque<(Instant, String)>,
}

impl Load {
    pub(super) async fn of(quarter: &Quarter, peers: Peers, letters: Letters, life: Duration) -> Result<Self> {
        let actor = quarter.actor().await?;
        let text = |name: &str| actor.get(name).and_then(Value::as_str).context("the actor is not complete");
        Ok(Self {
            base: quarter.base.clone(),
            inbox: text("inbox")?.parse()?,
            client: tests::client::waiting(Duration::from_mins(1))?,
            tally: Tally::default(),
            peers,
            letters,
            outbox: text("outbox")?.to_owned(),
            token: quarter.editor().await?,
            life,
            published: Mutex::default(),
            stop: AtomicBool::new(false),
        })
    }

    /// Everything that was answered with 201.
    pub(super) fn acknowledged(&self) -> HashMap<String, (String, String)> {
        self.published().acknowledged.clone()
    }

    /// One of our posts that stays.
    pub(super) fn post(&self, number: usize) -> Option<String> {
        let published = self.published();
        let posts = &published.posts;
        posts.get(number % posts.len().max(1)).cloned()
    }

    /// Something that is old enough to be deleted.
    fn passed(&self) -> Option<String> {
        let is_old = |(born, _): &mut (Instant, String)| born.elapsed() >= self.life;
        self.published().passing.pop_front_if(is_old).map(|(_, url)| url)
    }

    /// The oldest event once there are enough, so that lists and feeds stay as long as they are.
    fn oldest_event(&self) -> Option<String> {
        let mut published = self.published();
        let is_enough = published.events.len() >= EVENTS;
        is_enough.then(|| published.events.pop_front())?.map(|(url, _)| url)
    }

    /// One of our events that stays for a while: of the newer half, with what was said of it.
    fn event(&self, number: usize) -> Option<(String, Value)> {
        let published = self.published();
        let half = published.events.len() / 2;
        published.events.get(half + number % half.max(1)).cloned()
    }

    fn published(&self) -> MutexGuard<'_, Published> {
        self.published.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_over(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// Puts the load on for so long, then waits for what is under way.
pub(super) async fn run(load: &Arc<Load>, time: Duration) {
    let tasks = [
        tokio::spawn(publishing(Arc::clone(load))),
        tokio::spawn(steadily(Arc::clone(load), Duration::from_millis(50), received::send)),
        tokio::spawn(steadily(Arc::clone(load), Duration::from_millis(50), read)),
        tokio::spawn(steadily(Arc::clone(load), Duration::from_secs(20), signing_in::once)),
    ];
    tokio::time::sleep(time).await;
    load.stop.store(true, Ordering::Relaxed);
    for task in tasks {
        if let Err(problem) = task.await {
            load.tally.failed("load", &problem.to_string());
        }
    }
}

/// Begins `work` with a number at every tick, however long the last takes.
async fn steadily<F, W>(load: Arc<Load>, pace: Duration, work: W)
where
    F: Future<Output = ()> + Send + 'static,
    W: Fn(Arc<Load>, usize) -> F,
{
    let mut ticks = tokio::time::interval(pace);
    let mut under_way = tokio::task::JoinSet::new();
    let mut number = 0;
    while !load.is_over() {
        ticks.tick().await;
        under_way.spawn(work(Arc::clone(&load), number));
        while under_way.try_join_next().is_some() {}
        number += 1;
    }
    under_way.join_all().await;
}

/// One page for one reader.
async fn read(load: Arc<Load>, number: usize) {
    let turn = number / 20 * 7 + number % 20;
    let event = || load.event(turn).map(|(url, _)| url);
    let (kind, path) = match number % 20 {
        0..=5 => ("event list", Some("/events".to_owned())),
        6..=11 => ("event page", event()),
        12..=16 => ("post page", load.post(turn)),
        17 => ("calendar feed", Some("/calendar.ics".to_owned())),
        18 => ("news feed", Some("/feed.atom".to_owned())),
        _ => ("front page", Some("/".to_owned())),
    };
    let Some(url) = path.and_then(|path| load.base.join(&path).ok()) else { return };
    let began = Instant::now();
    let answer = async {
        let answer = load.client.get(url.clone()).header("accept", "text/html").send().await?;
        let status = answer.status().as_u16();
        answer.bytes().await.map(|_| status)
    };
    match answer.await {
        Ok(status) => {
            load.tally.page(began.elapsed());
            load.tally.answered(kind, 200, status, url.as_str());
        }
        Err(problem) => load.tally.failed(kind, &format!("{problem:?}")),
    }
}

/// Authors: posts and events, changes of them, deletions of what passes.
async fn publishing(load: Arc<Load>) {
    let mut ticks = tokio::time::interval(Duration::from_millis(800));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut number = 0_usize;
    while !load.is_over() {
        ticks.tick().await;
        publish(&load, number).await;
        number += 1;
    }
}

async fn publish(load: &Load, number: usize) {
    let older = number / 3;
    match number % 10 {
        5 => create(load, number, "Event", event(number)).await,
        6 => change(load, load.post(older), note(number, " – geändert")).await,
        7 => {
            let (url, mut said) = load.event(older).unzip();
            // Its time stays: a note would tell of another one.
            if let Some(said) = said.as_mut().and_then(Value::as_object_mut) {
                said.insert("content".to_owned(), format!("<p>Geändert zum {number}. Mal.</p>").into());
            }
            change(load, url, said.unwrap_or_default()).await;
        }
        8 if let Some(old) = load.passed() => delete(load, &old).await,
        9 if let Some(old) = load.oldest_event() => delete(load, &old).await,
        _ => create(load, number, "Note", note(number, "")).await,
    }
}

async fn delete(load: &Load, url: &str) {
    say(load, "Delete", &json!({ "type": "Delete", "object": url }), Some(url)).await;
}

fn note(number: usize, more: &str) -> Value {
    let content = format!("<p>Meldung {number} aus dem Quartier{more}. Heute trifft sich die Nachbarschaft.</p>");
    json!({ "type": "Note", "content": content })
}

fn event(number: usize) -> Value {
    let start = site::midnight_ahead(number * 37 % 700 + 1);
    json!({
        "type": "Event", "name": format!("Veranstaltung {number}"), "startTime": start.to_string(),
        "timezone": "Europe/Berlin", "content": "<p>Kaffee, Kuchen und Gespräche für alle.</p>",
        "location": { "type": "Place", "name": "Bürgerhaus Nord" },
    })
}

async fn create(load: &Load, number: usize, kind: &'static str, said: Value) {
    let Some(activity) = say(load, "Create", &said, None).await else { return };
    let request = load.client.get(&activity).header("accept", ACTIVITY_JSON).send();
    let read = async {
        let answer = request.await?;
        let status = answer.status().as_u16();
        answer.text().await.map(|text| (status, text))
    };
    let (status, text) = match read.await {
        Ok(read) => read,
        Err(problem) => return load.tally.failed("activity", &format!("{problem:?}")),
    };
    load.tally.answered("activity", 200, status, &text);
    let json: Value = serde_json::from_str(&text).unwrap_or_default();
    let object = json.get("object");
    let id = object.and_then(|object| object.get("id").or(Some(object)).and_then(Value::as_str));
    let Some(id) = id.map(str::to_owned) else { return load.tally.failed("activity", "no object") };
    let mut published = load.published();
    published.acknowledged.insert(activity, ("Create".to_owned(), id.clone()));
    match kind {
        "Event" => published.events.push_back((id, said)),
        _ if number % 9 == 4 => published.passing.push_back((Instant::now(), id)),
        _ => published.posts.push(id),
    }
}

async fn change(load: &Load, url: Option<String>, mut object: Value) {
    let Some(url) = url else { return };
    if let Some(object) = object.as_object_mut() {
        object.insert("id".to_owned(), url.as_str().into());
    }
    say(load, "Update", &json!({ "type": "Update", "object": object }), Some(&url)).await;
}

/// Posts to the outbox; gives the id of the activity that was made, and notes it if its object is known.
async fn say(load: &Load, kind: &'static str, json: &Value, about: Option<&str>) -> Option<String> {
    let request = load.client.post(&load.outbox).bearer_auth(&load.token).header("content-type", ACTIVITY_JSON);
    let answer = match request.body(json.to_string()).send().await {
        Ok(answer) => answer,
        Err(problem) => {
            load.tally.failed("outbox", &format!("{problem:?}"));
            return None;
        }
    };
    let status = answer.status().as_u16();
    let location = answer.headers().get("location").and_then(|value| value.to_str().ok()).map(str::to_owned);
    load.tally.answered("outbox", 201, status, &answer.text().await.unwrap_or_default());
    let activity = location.filter(|_| status == 201)?;
    if let Some(about) = about {
        load.published().acknowledged.insert(activity.clone(), (kind.to_owned(), about.to_owned()));
    }
    Some(activity)
}

/// The peer that sends number `round`.
pub(super) fn sender(round: usize) -> usize {
    round % SENDERS
}

/// The account that signs in at turn `number`.
pub(super) fn account(number: usize) -> String {
    format!("nachbarin{}@example.org", number % ACCOUNTS)
}
