//! Where attacks are played: a real quarter that the attacks of a family share, and the hostile servers around it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use storage::testing;
use tests::attacker::{Attacker, Peer};
use tests::quarter::Quarter;
use tests::wire::{Answer, Request};
use tokio::runtime::Runtime;
use tokio::sync::{Mutex, OnceCell};

/// How long any answer may take, unless an attack is about time: a second, and two for a machine that is busy with other tests.
const PROMPT: Duration = Duration::from_secs(3);
/// What one request may make the server ask for.
const OUTGOING: usize = 20;
/// What memory may grow by during an attack, in KiB, whatever it kept.
const GROWTH: i64 = 96 * 1024;
/// What always changes: the way of what we send, and what the server does by itself.
const OUTBOX: [&str; 4] = ["deliveries", "lanes", "chores", "_sqlx_migrations"];

/// A quarter as it is run for real.
const PUBLIC: &[(&str, &str)] = &[
    ("QUARTIER_SERVER_BASE_URL", "https://quartier.example"),
    ("QUARTIER_IMPRINT_OPERATOR", "Verein"),
    ("QUARTIER_IMPRINT_STREET", "Hof 1"),
    ("QUARTIER_IMPRINT_TOWN", "Ort"),
    ("QUARTIER_IMPRINT_EMAIL", "verein@quartier.example"),
];

/// What strangers answer is taken, so that there is something to attack; that nothing is taken by default has its own test.
const OPEN_TO_ANSWERS: (&str, &str) = ("QUARTIER_FEDERATION_REPLIES", "held");

/// Everything runs in one place, so that servers outlive the test that started them.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap_or_else(|problem| panic!("{problem}")));

/// The arena of a family: started by its first attack, one attack at a time.
pub(crate) struct Family {
    name: &'static str,
    public: bool,
    settings: &'static [(&'static str, &'static str)],
    arena: Mutex<Option<Arena>>,
}

impl Family {
    /// A family whose quarter has that name.
    pub(crate) const fn new(name: &'static str) -> Self {
        Self { name, public: false, settings: &[], arena: Mutex::const_new(None) }
    }

    /// A family whose quarter has that name, and settings of its own.
    pub(crate) const fn with(name: &'static str, settings: &'static [(&'static str, &'static str)]) -> Self {
        Self { name, public: false, settings, arena: Mutex::const_new(None) }
    }

    /// A family whose quarter is one of the public network, with settings of its own.
    pub(crate) const fn public(name: &'static str, settings: &'static [(&'static str, &'static str)]) -> Self {
        Self { name, public: true, settings, arena: Mutex::const_new(None) }
    }
}

/// Plays one attack and looks at what it left behind.
pub(crate) fn play(family: &'static Family, test: &str, attack: impl AsyncFnOnce(&Arena) -> Result<()>) {
    let played = RUNTIME.block_on(async {
        let mut place = family.arena.lock().await;
        if place.is_none() {
            *place = Some(Arena::open(family).await?);
        }
        let arena = place.as_ref().context("it was opened")?;
        let before = arena.begin()?;
        attack(arena).await?;
        arena.end(&before).await
    });
    if let Err(problem) = played {
        panic!("{test}: {problem:#}");
    }
}

/// A quarter and its enemies.
pub(crate) struct Arena {
    /// The quarter, named after the family.
    pub(crate) quarter: Quarter,
    /// Its actor document.
    pub(crate) actor: Value,
    /// The hostile servers.
    pub(crate) attacker: Attacker,
    /// The port that the quarter listens at.
    pub(crate) port: u16,
    /// The quarter's host with its port.
    pub(crate) host: String,
    token: OnceCell<String>,
    friend: OnceCell<Peer>,
    sent: AtomicUsize,
    under_way: AtomicUsize,
    broken: AtomicUsize,
    excused: AtomicBool,
}

/// How things were when an attack began.
struct Before {
    log: usize,
    asked: usize,
    sent: usize,
    memory: i64,
}

impl Arena {
    async fn open(family: &Family) -> Result<Self> {
        let public: &[_] = if family.public { PUBLIC } else { &[] };
        let settings = [&[OPEN_TO_ANSWERS], public, family.settings].concat();
        let quarter = Quarter::start_with(family.name, &settings).await?;
        quarter.ends_with_us()?;
        let port = quarter.base.port().context("a port")?;
        let host = if family.public { "quartier.example".to_owned() } else { quarter.host() };
        let actor = Request::get(&format!("/@{}", quarter.handle), &host).with("accept", "application/activity+json");
        let actor = serde_json::from_str(&actor.send(port).await?.body);
        Ok(Self {
            // Who has to sign to read it knows its id all the same.
            actor: actor.unwrap_or_else(|_| json!({ "id": format!("http://{host}/@{}", quarter.handle) })),
            attacker: Attacker::start().await?,
            port,
            host,
            quarter,
            token: OnceCell::new(),
            friend: OnceCell::new(),
            sent: AtomicUsize::new(0),
            under_way: AtomicUsize::new(0),
            broken: AtomicUsize::new(0),
            excused: AtomicBool::new(false),
        })
    }

    fn begin(&self) -> Result<Before> {
        self.broken.store(0, Ordering::SeqCst);
        self.excused.store(false, Ordering::SeqCst);
        Ok(Before {
            log: self.quarter.whole_log().len(),
            asked: self.attacker.count(),
            sent: self.sent.load(Ordering::SeqCst),
            memory: self.memory()?,
        })
    }

    async fn end(&self, before: &Before) -> Result<()> {
        let health = Request::get("/health/ready", &self.host).send(self.port).await.context("it does not answer")?;
        ensure!(health.status == 200 && health.took < PROMPT, "it is not well: {health:?}");
        let log = self.quarter.whole_log();
        let panicked = log.get(before.log..).unwrap_or_default().lines().find(|line| line.contains("panicked"));
        ensure!(panicked.is_none(), "{panicked:?}");
        let broken = self.broken.load(Ordering::SeqCst);
        ensure!(broken == 0 || self.excused.load(Ordering::SeqCst), "{broken} answers were 5xx");
        let sent = self.sent.load(Ordering::SeqCst) - before.sent;
        let asked = self.attacker.count() - before.asked;
        ensure!(asked <= OUTGOING * sent.max(1), "{sent} requests made it send {asked}");
        let grown = self.memory()? - before.memory;
        ensure!(grown < GROWTH, "memory grew by {grown} KiB");
        Ok(())
    }

    /// The attack knows that there will be answers of 503, and why.
    pub(crate) fn expect_503(&self) {
        self.excused.store(true, Ordering::SeqCst);
    }

    /// A new hostile host.
    pub(crate) fn host(&self, name: &str) -> Peer {
        self.attacker.host(name)
    }

    /// The id of the quarter's actor.
    pub(crate) fn id(&self) -> &str {
        self.actor["id"].as_str().unwrap_or_default()
    }

    /// An address of the quarter.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.host)
    }

    /// A well-signed POST to the shared inbox by an actor of `peer`.
    pub(crate) fn letter(&self, peer: &Peer, name: &str, activity: &Value) -> Result<Request> {
        peer.letter(name, "/inbox", &self.host, activity)
    }

    /// Sends a request, whose answer must come promptly.
    pub(crate) async fn send(&self, request: &Request) -> Result<Answer> {
        let answer = self.send_slowly(request).await?;
        ensure!(answer.took < PROMPT, "{} {} took {:?}", request.method, request.target, answer.took);
        Ok(answer)
    }

    /// Sends a request, whose answer may take its time.
    pub(crate) async fn send_slowly(&self, request: &Request) -> Result<Answer> {
        let number = self.sent.fetch_add(1, Ordering::SeqCst) + 1;
        let was_alone = self.under_way.fetch_add(1, Ordering::SeqCst) == 0;
        let before = self.attacker.fetches();
        let answer = request.send(self.port).await;
        let fetched = self.attacker.fetches() - before;
        self.under_way.fetch_sub(1, Ordering::SeqCst);
        let answer = answer?;
        if answer.status >= 500 {
            self.broken.fetch_add(1, Ordering::SeqCst);
        }
        // Of several at once nobody knows which one it was.
        if was_alone && self.sent.load(Ordering::SeqCst) == number {
            let most = fetches_of(request);
            ensure!(fetched <= most, "{} {} made it fetch {fetched}", request.method, request.target);
        }
        Ok(answer)
    }

    /// Sends a request that must be answered with one of `statuses`.
    pub(crate) async fn gets(&self, statuses: &[u16], what: &str, request: &Request) -> Result<Answer> {
        let answer = self.send(request).await.with_context(|| what.to_owned())?;
        let seen = answer.body.chars().take(300).collect::<String>();
        ensure!(statuses.contains(&answer.status), "{what}: {} instead of {statuses:?}: {seen}", answer.status);
        Ok(answer)
    }

    /// Posts an activity as an actor of `peer`, correctly signed; it must be answered with 202.
    pub(crate) async fn deliver(&self, peer: &Peer, name: &str, activity: &Value) -> Result<()> {
        let kind = activity["type"].as_str().unwrap_or_default();
        self.gets(&[202], kind, &self.letter(peer, name, activity)?).await.map(|_| ())
    }

    /// What is at a path for a browser.
    pub(crate) async fn page(&self, path: &str) -> Result<Answer> {
        self.send(&Request::get(path, &self.host).with("accept", "text/html")).await
    }

    /// What is at a path for another server.
    pub(crate) async fn document(&self, path: &str) -> Result<Answer> {
        self.send(&Request::get(path, &self.host).with("accept", "application/activity+json")).await
    }

    /// A bearer token of an editor.
    pub(crate) async fn token(&self) -> Result<&str> {
        Ok(self.token.get_or_try_init(async || self.quarter.editor().await).await?)
    }

    /// Hands an activity or an object in to the quarter's outbox; gives the address of the activity.
    pub(crate) async fn act(&self, json: &Value) -> Result<String> {
        let post = Request::post(&format!("/@{}/outbox", self.quarter.handle), &self.host, json.to_string())?;
        let post = post.with("authorization", &format!("Bearer {}", self.token().await?));
        let answer = self.send_slowly(&post).await?;
        ensure!(answer.status == 201, "{json}: {answer:?}");
        Ok(answer.header("location").to_owned())
    }

    /// Publishes something in the quarter's name; gives its id.
    pub(crate) async fn publish(&self, object: &Value) -> Result<String> {
        let activity = self.act(object).await?;
        let rows = self.look().await?.rows("activities", &activity);
        let row = rows.iter().find(|row| row["url"] == activity.as_str()).context("no activity")?;
        Ok(row["object"].as_str().context("no object")?.to_owned())
    }

    /// Publishes a note in the quarter's name; gives its id.
    pub(crate) async fn note(&self, content: &str) -> Result<String> {
        self.publish(&json!({ "type": "Note", "content": content, "to": [tests::attacker::PUBLIC] })).await
    }

    /// A host whose `mallory` is followed by the quarter: what it publishes is kept and shown.
    pub(crate) async fn friend(&self) -> Result<&Peer> {
        self.friend.get_or_try_init(async || self.befriend("freund").await).await
    }

    /// A new host whose `mallory` is followed by the quarter.
    pub(crate) async fn befriend(&self, name: &str) -> Result<Peer> {
        let peer = self.host(name);
        self.quarter.cli(&["neighbours", "invite", &format!("mallory@{}", peer.host)]).await?;
        let follow = json!({ "type": "Follow", "actor": self.id(), "object": peer.actor("mallory") });
        self.deliver(&peer, "mallory", &peer.activity("mallory", "Accept", follow)).await?;
        Ok(peer)
    }

    /// Everything that is in the quarter's database, but for the way of what it sends, and for when it last looked at
    /// somebody's own document: an unknown key makes it look again.
    pub(crate) async fn look(&self) -> Result<Look> {
        let file: PathBuf = self.quarter.database();
        let mut tables = testing::contents(&file).await?;
        // What is found by searching is made from the other tables, a little later.
        tables.retain(|name, _| !OUTBOX.contains(&name.as_str()) && !name.starts_with("search_"));
        if let Some(actors) = tables.get_mut("actors") {
            *actors = actors.iter().map(|row| without_look(row)).collect::<Result<_>>()?;
        }
        Ok(Look { tables })
    }

    /// Memory that the server holds, in KiB.
    pub(crate) fn memory(&self) -> Result<i64> {
        let id = self.quarter.process_id().context("it runs")?;
        let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
        Ok(line.trim().trim_end_matches(" kB").parse()?)
    }
}

/// A row of an actor without the time at which its document was read.
fn without_look(row: &str) -> Result<String> {
    let mut row: Value = serde_json::from_str(row)?;
    row.as_object_mut().context("a row is an object")?.remove("updated_at");
    Ok(row.to_string())
}

/// How much a request may make the server fetch: nothing if nobody says who sent it, but for a picture that a reader wants.
fn fetches_of(request: &Request) -> usize {
    let says_who = ["signature", "authorization", "cookie"].iter().any(|name| !request.header(name).is_empty());
    if says_who || request.target.starts_with("/media/remote/") { OUTGOING } else { 0 }
}

/// The database at one moment.
pub(crate) struct Look {
    tables: BTreeMap<String, BTreeSet<String>>,
}

impl Look {
    /// Fails if anything is different now.
    pub(crate) async fn same(&self, arena: &Arena) -> Result<()> {
        self.grew(arena, &[]).await
    }

    /// Fails if a row is gone or changed, or if one is new in a table that is not among `grown`.
    pub(crate) async fn grew(&self, arena: &Arena, grown: &[&str]) -> Result<()> {
        let now = arena.look().await?;
        for (table, rows) in &now.tables {
            let before = self.tables.get(table).context("a table is new")?;
            let gone: Vec<_> = before.difference(rows).collect();
            ensure!(gone.is_empty(), "{table} lost {gone:#?}");
            let new: Vec<_> = rows.difference(before).collect();
            ensure!(new.is_empty() || grown.contains(&table.as_str()), "{table} has new rows: {new:#?}");
        }
        Ok(())
    }

    /// The rows of a table that contain `text`.
    pub(crate) fn rows(&self, table: &str, text: &str) -> Vec<Value> {
        let rows = self.tables.get(table).into_iter().flatten().filter(|row| row.contains(text));
        rows.filter_map(|row| serde_json::from_str(row).ok()).collect()
    }
}
