//! One quarter's server: its settings, its own actors and keys, its database, clock and client.

pub(crate) mod keys;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use domain::account::Email;
use domain::actor::{Actor, Part};
use domain::clock::Clock;
use domain::handle::Handle;
use domain::host::Host;
use domain::html::Html;
use domain::land::Land;
use domain::language::Language;
use domain::place::Position;
use domain::safety;
use domain::sign_up::SignUp;
use domain::voice::{Manner, Voice};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use storage::actors::PrivateKeys;
use storage::bell::Call;
use storage::{Store, Tx, actors};
use tokio::sync::Notify;
use url::Url;
use uuid::{ContextV7, Uuid};

use crate::activities::update;
use crate::bell::Wakes;
use crate::delivery::tally::{Sent, Tally};
use crate::error::{Error, Result};
use crate::fetch::{Client, Flights};
use crate::hosts::{Skew, Skews};
use crate::limits::Limits;
use crate::media::{self, Shelf};
use crate::paths;
use keys::Keys;

/// Who lets another quarter become a neighbour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AcceptNeighbours {
    /// An editor says yes to each.
    #[default]
    ByEditor,
    /// A quarter that follows us is followed back at once.
    Automatic,
}

/// What becomes of an answer by somebody whom nobody here follows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Replies {
    /// It is not taken.
    #[default]
    Off,
    /// It waits for an editor.
    Held,
}

/// How people get an account.
#[derive(Clone, Debug, Default)]
pub struct People {
    /// Who gets one.
    pub sign_up: SignUp,
    /// Hosts of mailboxes that get none, besides those on our list.
    pub refused_mail_hosts: Vec<Host>,
}

/// How the editors work.
#[derive(Clone, Debug)]
pub struct Editors {
    /// The words that nobody publishes without a second thought.
    pub safety: safety::Words,
    /// Whether what waits needs a yes by two of them.
    pub two_persons: bool,
    /// How long something waits before whoever covers for them hears of it.
    pub cover_after: SignedDuration,
    /// Who covers for them.
    pub cover_email: Option<Email>,
}

impl Default for Editors {
    fn default() -> Self {
        let cover_after = SignedDuration::from_hours(48);
        Self { safety: safety::Words::default(), two_persons: false, cover_after, cover_email: None }
    }
}

/// What the operator decided.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where this server is, without a path.
    pub base_url: Url,
    /// The quarter's handle; never changes.
    pub handle: Handle,
    /// The quarter's name.
    pub name: String,
    /// About the quarter.
    pub summary: Html,
    /// What it publishes in.
    pub language: Language,
    /// What readers choose from: its own language is always among them.
    pub languages: Vec<Language>,
    /// How it speaks to people, and what it calls itself.
    pub manner: Manner,
    /// The IANA name of its time zone.
    pub timezone: String,
    /// The Land whose holidays it keeps.
    pub land: Option<Land>,
    /// Where it lies.
    pub position: Option<Position>,
    /// Local mode: http and loopback.
    pub local: bool,
    /// Whether other servers have to sign what they read.
    pub authorized_fetch: bool,
    /// Who lets neighbours in.
    pub accept_neighbours: AcceptNeighbours,
    /// What becomes of strangers' answers.
    pub replies: Replies,
    /// How people get an account.
    pub people: People,
    /// How the editors work.
    pub editors: Editors,
    /// Where pictures are kept.
    pub media: media::Settings,
    /// Our version, as in NodeInfo.
    pub version: String,
    /// Where the source code is.
    pub source_url: Url,
}

impl Settings {
    /// The zone in which days begin and end.
    pub fn zone(&self) -> TimeZone {
        TimeZone::get(&self.timezone).unwrap_or(TimeZone::UTC)
    }

    /// The quarter's voice in one language.
    pub fn speak(&self, language: Language) -> Voice {
        self.manner.speak(language)
    }
}

/// A running quarter; cheap to clone.
#[derive(Clone)]
pub struct Instance(Arc<Inner>);

struct Inner {
    settings: Settings,
    host: Host,
    store: Store,
    clock: Clock,
    client: Client,
    application: Actor,
    quarter: Actor,
    keys: RwLock<HashMap<Uuid, Keys>>,
    skews: Skews,
    ids: Mutex<ContextV7>,
    limits: Limits,
    tally: Tally,
    shelf: Shelf,
    wakes: Wakes,
    flights: Flights,
}

impl Instance {
    /// Takes up the quarter kept in `store`, or founds it: its instance actor and its quarter actor with their keys.
    pub async fn start(settings: Settings, store: Store, clock: Clock, client: Client) -> Result<Self> {
        let host =
            Host::of(&settings.base_url).ok_or_else(|| Error::Settings("the base URL has no host".to_owned()))?;
        let mut tx = store.write().await?;
        // Two servers that start on an empty database found one quarter.
        tx.alone().await?;
        let (application, _) = own(&mut tx, &settings, &host, Part::Instance, "instance", &clock).await?;
        let (quarter, is_changed) =
            own(&mut tx, &settings, &host, Part::Quarter, settings.handle.as_str(), &clock).await?;
        keys::complete(&mut tx, clock.now()).await?;
        client.heed_blocks(store.clone());
        let shelf = Shelf::new(&settings.media);
        let instance = Self(Arc::new(Inner {
            settings,
            host,
            store,
            clock,
            client,
            application,
            quarter,
            keys: RwLock::default(),
            skews: Skews::default(),
            ids: Mutex::new(ContextV7::new()),
            limits: Limits::default(),
            tally: Tally::default(),
            shelf,
            wakes: Wakes::default(),
            flights: Flights::default(),
        }));
        if is_changed {
            update::actor(&mut tx, &instance, instance.quarter()).await?;
        }
        tx.commit().await?;
        Ok(instance)
    }

    /// What the operator decided.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// Our host, with its port where that is not the default.
    pub fn host(&self) -> &Host {
        &self.0.host
    }

    /// The database.
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    /// The clock.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// The client for everything that leaves the server.
    pub fn client(&self) -> &Client {
        &self.0.client
    }

    /// The actors that are being fetched.
    pub(crate) fn flights(&self) -> &Flights {
        &self.0.flights
    }

    /// How much each host sent.
    pub(crate) fn tally(&self) -> &Tally {
        &self.0.tally
    }

    /// What came of the requests that delivered since the start.
    pub fn sent(&self) -> Vec<Sent> {
        self.0.tally.so_far()
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.0.limits
    }

    /// The pictures.
    pub(crate) fn shelf(&self) -> &Shelf {
        &self.0.shelf
    }

    /// The actor of the server itself.
    pub fn application(&self) -> &Actor {
        &self.0.application
    }

    /// The actor of the quarter.
    pub fn quarter(&self) -> &Actor {
        &self.0.quarter
    }

    /// The full address of one of our paths.
    pub fn url(&self, path: &str) -> Url {
        paths::absolute(&self.0.settings.base_url, path)
    }

    /// Whether an address is on this server.
    pub fn is_ours(&self, url: &Url) -> bool {
        Host::of(url).as_ref() == Some(&self.0.host)
    }

    /// A new key, later than every one before it.
    pub fn new_id(&self) -> Uuid {
        let now = self.0.clock.now();
        let seconds = u64::try_from(now.as_second()).unwrap_or(0);
        let nanos = u32::try_from(now.subsec_nanosecond()).unwrap_or(0);
        let context = self.0.ids.lock().unwrap_or_else(PoisonError::into_inner);
        Uuid::new_v7(uuid::Timestamp::from_unix(&*context, seconds, nanos))
    }

    /// By how much the clocks of others seem to be off whose requests were refused for that, since the start; by host.
    pub fn skews(&self) -> Vec<(Host, Skew)> {
        self.0.skews.list()
    }

    /// Notes that a request of `host` was refused only for its time.
    pub(crate) fn note_skew(&self, host: &Host, ahead: SignedDuration) {
        self.0.skews.note(host, ahead, self.0.clock.now());
    }

    /// Tells the delivery task, here and on the other servers of this quarter, that something was queued.
    pub fn wake(&self) {
        self.0.wakes.all(Call::Deliveries);
    }

    /// Tells the postman, here and on the other servers, that a letter was queued.
    pub fn wake_postman(&self) {
        self.0.wakes.all(Call::Letters);
    }

    /// Tells this server, and the others of this quarter, that the settings were changed.
    pub fn settings_changed(&self) {
        self.0.wakes.all(Call::Settings);
    }

    /// What wakes the task of this process that takes what is called.
    pub fn alarm(&self, call: Call) -> Arc<Notify> {
        self.0.wakes.alarm(call)
    }

    /// What tasks are woken by.
    pub(crate) fn wakes(&self) -> &Wakes {
        &self.0.wakes
    }
}

impl std::fmt::Debug for Instance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Instance({})", self.0.host)
    }
}

/// The actor of that part, brought up to date with the settings, or a new one; and whether its followers should know.
async fn own(
    tx: &mut Tx,
    settings: &Settings,
    host: &Host,
    part: Part,
    handle: &str,
    clock: &Clock,
) -> Result<(Actor, bool)> {
    let Some(mut kept) = actors::of_part(tx, part).await?.into_iter().next() else {
        let (actor, keys) =
            new_actor(settings, host, part, handle, &settings.name, settings.summary.clone(), clock.now())?;
        if !actors::insert(tx, &actor, Some(&keys)).await? {
            return Err(Error::Settings(format!("the handle {handle} is taken in this database")));
        }
        return Ok((actor, false));
    };
    if kept.host != *host || (part == Part::Quarter && kept.handle != handle) {
        return Err(Error::Settings(format!(
            "this database belongs to {}: its address can't change to {handle}@{host}",
            kept.address()
        )));
    }
    let is_changed = kept.name != settings.name || kept.summary != settings.summary;
    if is_changed {
        kept.name.clone_from(&settings.name);
        kept.summary = settings.summary.clone();
        kept.updated_at = clock.now();
        actors::update(tx, &kept).await?;
    }
    keys::add_proof_key(tx, &mut kept, clock.now()).await?;
    Ok((kept, is_changed))
}

/// An actor of ours with fresh keys, not kept yet.
pub(crate) fn new_actor(
    settings: &Settings,
    host: &Host,
    part: Part,
    handle: &str,
    name: &str,
    summary: Html,
    now: Timestamp,
) -> Result<(Actor, PrivateKeys)> {
    let url = paths::absolute(&settings.base_url, &paths::actor(part, handle));
    let below = |name: &str| paths::absolute(&settings.base_url, &format!("{}/{name}", url.path()));
    let mut actor = Actor {
        id: Uuid::now_v7(),
        kind: part.kind(),
        part: Some(part),
        handle: handle.to_owned(),
        host: host.clone(),
        name: name.to_owned(),
        summary,
        page: url.clone(),
        inbox: below("inbox"),
        shared_inbox: Some(paths::absolute(&settings.base_url, paths::SHARED_INBOX)),
        outbox: Some(below("outbox")),
        followers: Some(below("followers")),
        key: None,
        assertion_keys: Vec::new(),
        created_at: now,
        updated_at: now,
        deleted_at: None,
        url,
    };
    let (main, proof) = (paths::main_key(&actor.url), paths::proof_key(&actor.url));
    let private = keys::renew(&mut actor, main, proof)?;
    Ok((actor, private))
}
