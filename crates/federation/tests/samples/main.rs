//! 93 real documents of 30 implementations, brought in as their servers would: `table.tsv` says what becomes of each.
//!
//! The documents are other projects' test data and are not kept here: the folder is named by `QUARTIER_SAMPLES`, or lies
//! beside the checkout. `QUARTIER_SAMPLES_PRINT=1` prints the table as it would be today, and how often each answer came.
#![expect(
    clippy::expect_used,
    clippy::unused_async,
    reason = "a test that cannot go on has failed; a route is async whether it waits or not"
)]

mod outcome;
#[path = "../support/mod.rs"]
mod support;
mod why;
mod world;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use federation::activities::create;
use federation::fetch::webfinger;
use federation::{objects, remote};
use serde_json::{Value, json};
use storage::{actors, follows, reactions};
use support::{TestQuarter, clock, note};
use url::Url;
use world::{World, fetch_type};

/// How much of each text the table tells, in characters.
const BEGINNING: usize = 100;

const TABLE: &str = include_str!("table.tsv");

/// One row: a document, how it comes here, what was before, and what comes of it.
struct Row<'a> {
    file: &'a str,
    way: &'a str,
    before: &'a str,
    expected: &'a str,
}

fn rows() -> Vec<Row<'static>> {
    let row = |line: &'static str| {
        let mut cells = line.split('\t');
        let mut next = || cells.next().unwrap_or_default();
        Row { file: next(), way: next(), before: next(), expected: next() }
    };
    TABLE.lines().skip(1).map(row).collect()
}

/// Where the documents are; `None` where there are none, which only a machine of our own may lack.
fn folder() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/samples");
    let folder = std::env::var_os("QUARTIER_SAMPLES").map_or_else(beside, PathBuf::from);
    if folder.join("sources.tsv").is_file() {
        return Some(folder);
    }
    assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "there are no documents in {}", folder.display());
    println!("The documents of other servers are not here ({}): nothing was read.", folder.display());
    None
}

fn documents(folder: &Path) -> Vec<String> {
    let names = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").file_name());
    let mut names: Vec<String> = names.filter_map(|name| name.into_string().ok()).collect();
    names.retain(|name| Path::new(name).extension().is_some_and(|kind| kind == "json"));
    names.sort();
    names
}

#[tokio::test]
async fn every_document_of_another_server_comes_to_what_the_table_says() {
    let Some(folder) = folder() else { return };
    let rows = rows();
    let named: Vec<&str> = rows.iter().map(|row| row.file).collect();
    assert_eq!(documents(&folder), named, "the table names the documents in order, each once");
    let listener = why::Listener::default();
    let _listening = tracing::subscriber::set_default(listener.clone());
    let quarter = TestQuarter::new("nord", &clock(), storage::testing::sqlite()).await;
    let world = World::new().await;
    let mut answers: BTreeMap<String, u32> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (number, row) in rows.iter().enumerate() {
        let text = std::fs::read_to_string(folder.join(row.file)).expect("a document");
        listener.take();
        let case = Case::new(&quarter, &world, number, &text).await;
        let found = case.come(row).await;
        let reasons = listener.take();
        let found = reasons.first().map_or_else(|| found.clone(), |why| format!("{found} ({why})"));
        let found = case.moved_back(&found);
        *answers.entry(found.split([' ', ':']).next().unwrap_or_default().to_owned()).or_default() += 1;
        if std::env::var_os("QUARTIER_SAMPLES_PRINT").is_some() {
            println!("{}\t{}\t{}\t{found}", row.file, row.way, row.before);
        } else if found != row.expected {
            wrong.push(format!("{}\n  expected {}\n  found    {found}", row.file, row.expected));
        }
    }
    println!("{answers:?}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A document on its way here.
struct Case<'a> {
    quarter: &'a TestQuarter,
    world: &'a World,
    number: usize,
    json: Value,
    body: String,
    moves: Vec<(String, String)>,
    /// A post of ours that reactions are about.
    post: Url,
}

impl<'a> Case<'a> {
    async fn new(quarter: &'a TestQuarter, world: &'a World, number: usize, text: &str) -> Self {
        let us = quarter.instance.quarter();
        let post = create::post(&quarter.instance, us, note("Guten Morgen")).await.expect("a post").url;
        let ours = text
            .replace("http://localtesting.pleroma.lol/users/lain", us.url.as_str())
            .replace("http://localtesting.pleroma.lol/objects/eb92579d-3417-42a8-8652-2492c2d4f454", post.as_str());
        let base = quarter.instance.url("/");
        let hidden = ours.replace(base.as_str(), "ours:/");
        let (moved, moves) = world.moved(&hidden, number);
        let body = moved.replace("ours:/", base.as_str());
        let json = serde_json::from_str(&body).expect("JSON");
        Self { quarter, world, number, json, body, moves, post }
    }

    /// A line with the hosts that the document names.
    fn moved_back(&self, line: &str) -> String {
        let us = self.quarter.instance.url("/");
        let line = self.moves.iter().fold(line.to_owned(), |line, (here, there)| line.replace(here, there));
        let hosts = self.moves.iter().map(|(here, there)| (here.replace("http://", ""), there));
        let line =
            hosts.fold(line, |line, (here, there)| line.replace(&here, there.rsplit('/').next().unwrap_or(there)));
        let line = line.replace(self.post.path(), "/posts/ours").replace(us.as_str(), "https://nord.example/");
        line.split(" | ").map(beginning).collect::<Vec<_>>().join(" | ")
    }

    async fn come(&self, row: &Row<'_>) -> String {
        match row.way {
            "actor" => self.actor().await,
            "document" => self.document().await,
            "webfinger" => self.webfinger().await,
            "announce" => self.announce(row.before).await,
            "create" => self.create(row.before).await,
            _ => {
                let sender = self
                    .one("actor")
                    .unwrap_or_else(|| self.world.at(&format!("elsewhere-{}", self.number), "/users/someone"));
                self.post(&sender, &self.body, row.before).await
            }
        }
    }

    fn one(&self, name: &str) -> Option<String> {
        federation::shape::id(&self.json, name).map(String::from)
    }

    /// An activity as it is.
    async fn post(&self, sender: &str, body: &str, before: &str) -> String {
        self.world.serve_parts(&self.json);
        self.world.serve_actor(sender);
        for author in outcome::authors(&self.json) {
            self.world.serve_actor(&author);
        }
        if before != "stranger" {
            self.prepare(sender, before).await;
        }
        let now = self.quarter.instance.clock().now();
        let status = self.world.send(self.quarter, sender, body, now).await;
        let found = outcome::of(self.quarter, sender, &self.json, &self.post, before).await;
        self.part(sender).await;
        format!("{status} {found}")
    }

    /// Ends every follow with the sender: the ids of ours are the same in several documents.
    async fn part(&self, sender: &str) {
        let instance = &self.quarter.instance;
        let mut tx = instance.store().write().await.expect("a transaction");
        if let Some(sender) = actors::by_url(&mut tx, &sender.parse().expect("a URL")).await.expect("a query") {
            follows::remove_all_of(&mut tx, sender.id).await.expect("an end");
        }
        tx.commit().await.expect("a commit");
    }

    /// What is known of the sender before: we follow it, or it follows us, likes us, was asked by us.
    async fn prepare(&self, sender: &str, before: &str) {
        let instance = &self.quarter.instance;
        let sender = remote::known_or_fetched(instance, &sender.parse().expect("a URL")).await.expect("an actor");
        let us = instance.quarter();
        let about = federation::shape::id(&self.json, "object").unwrap_or_else(|| self.post.clone());
        let mut tx = instance.store().write().await.expect("a transaction");
        let now = instance.clock().now();
        let follow = |follower, followed, accepted_at| follows::Follow {
            follower,
            followed,
            activity: about.clone(),
            requested_at: now,
            accepted_at,
        };
        match before {
            "followed" => follows::insert(&mut tx, &follow(us.id, sender.id, Some(now))).await.map(drop),
            "asked" => follows::insert(&mut tx, &follow(us.id, sender.id, None)).await.map(drop),
            "follows" => follows::insert(&mut tx, &follow(sender.id, us.id, Some(now))).await.map(drop),
            "liked" => reactions::insert(&mut tx, sender.id, &self.post, "Like", &about, now).await.map(drop),
            "boosted" => reactions::insert(&mut tx, sender.id, &self.post, "Announce", &about, now).await.map(drop),
            "posted" => outcome::known_note(&mut tx, instance, &sender, &about).await,
            _ => actors::by_id(&mut tx, sender.id).await.map(drop),
        }
        .expect("what was before");
        tx.commit().await.expect("a commit");
    }

    /// An object in the `Create` of its author, or of somebody else.
    async fn create(&self, before: &str) -> String {
        let author = self.one("attributedTo").filter(|_| before != "another");
        let sender = author.unwrap_or_else(|| self.world.at(&format!("elsewhere-{}", self.number), "/users/someone"));
        let url: Url = sender.parse().expect("a URL");
        let activity = json!({
            "id": url.join("/create").expect("a URL"), "type": "Create", "actor": sender, "object": self.json,
        });
        self.post(&sender, &activity.to_string(), "followed").await
    }

    /// An object that a group on its host passes on, so that it is fetched from its own id.
    async fn announce(&self, before: &str) -> String {
        let id: Url = self.one("id").expect("an id").parse().expect("a URL");
        let group = id.join("/groups/quarter").expect("a URL").to_string();
        self.world.serve(id.as_str(), fetch_type(), &self.json);
        let activity = json!({
            "id": id.join("/announce").expect("a URL"), "type": "Announce", "actor": group, "object": id,
        });
        self.post(&group, &activity.to_string(), before).await
    }

    async fn actor(&self) -> String {
        let id = self.one("id").expect("an id");
        self.world.serve(&id, fetch_type(), &self.json);
        match remote::fetch(&self.quarter.instance, &id.parse().expect("a URL")).await {
            Ok(actor) => outcome::actor(&actor),
            Err(error) => format!("refused: {error}"),
        }
    }

    async fn document(&self) -> String {
        let instance = &self.quarter.instance;
        let id = self.one("id").unwrap_or_else(|| self.world.at(&format!("elsewhere-{}", self.number), "/document"));
        self.world.serve(&id, fetch_type(), &self.json);
        let url = id.parse().expect("a URL");
        match remote::document(instance, &url).await {
            Ok(document) if objects::read(&document.json, instance).is_some() => "fetched: an object".to_owned(),
            Ok(document) => {
                format!("fetched: {}, no object", federation::shape::text(&document.json, "type").unwrap_or("no type"))
            }
            Err(error) => format!("refused: {error}"),
        }
    }

    async fn webfinger(&self) -> String {
        let subject =
            federation::shape::text(&self.json, "subject").unwrap_or_default().trim_start_matches("acct:").to_owned();
        let address: domain::handle::Address = subject.parse().expect("an address");
        let path =
            format!("/.well-known/webfinger?resource=acct%3A{}", subject.replace('@', "%40").replace(':', "%3A"));
        self.world.serve(&format!("http://{}{path}", address.host), "application/jrd+json", &self.json);
        match webfinger::resolve(self.quarter.instance.client(), &address).await {
            Ok(url) => format!("found: {url}"),
            Err(error) => format!("refused: {error}"),
        }
    }
}

/// As much of a text as the table tells.
fn beginning(text: &str) -> String {
    match text.char_indices().nth(BEGINNING) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
