//! A real quarter whose database is written before it plays: followers, senders, events by the thousand.

use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use aws_lc_rs::rsa::KeySize;
use domain::actor::{Actor, Kind, PublicKey};
use domain::event::{Details, Event, State};
use domain::host::Host;
use domain::html::Html;
use domain::place::Place;
use domain::signing::{Evidence, Habit, Scheme};
use jiff::SignedDuration;
use storage::actors::PrivateKeys;
use storage::follows::Follow;
use storage::{Store, Tx};
use tests::keys::Key;
use tests::quarter::Quarter;
use url::Url;
use uuid::Uuid;

use crate::peers::Peers;
use crate::site::now;

/// Begins at so many events; the last of them are ahead, one every six hours.
const AHEAD: usize = 500;

/// A quarter that was started once, so that its actors are there, and stopped again.
pub(crate) struct Stage {
    pub(crate) quarter: Quarter,
    database: String,
}

impl Stage {
    /// On a fresh SQLite file, or on the PostgreSQL database at `postgres`.
    pub(crate) async fn set(postgres: Option<&str>) -> Result<Self> {
        let settings: Vec<_> = postgres.iter().map(|url| ("QUARTIER_DATABASE_URL", *url)).collect();
        Self::of(Quarter::start_with("nord", &settings).await?, postgres).await
    }

    /// Of a quarter that runs; it is stopped.
    pub(crate) async fn of(mut quarter: Quarter, postgres: Option<&str>) -> Result<Self> {
        quarter.stop(Duration::from_secs(30)).await?;
        let file = || format!("sqlite://{}", quarter.database().display());
        let database = postgres.map_or_else(file, str::to_owned);
        Ok(Self { quarter, database })
    }

    /// The database, while the server is stopped or runs.
    pub(crate) async fn store(&self) -> Result<Store> {
        Ok(Store::open(&self.database).await?)
    }

    /// Starts the server and waits until it is ready.
    pub(crate) async fn play(&mut self) -> Result<()> {
        self.quarter.spawn()?;
        self.quarter.ready().await
    }

    pub(crate) fn process(&self) -> Result<u32> {
        self.quarter.process_id().context("it does not run")
    }
}

/// Where a server listens, as `host:port` to connect to.
pub(crate) fn door(quarter: &Quarter) -> String {
    format!("127.0.0.1:{}", quarter.door().port().unwrap_or(80))
}

/// The quarter's own actor.
pub(crate) async fn author(tx: &mut Tx, quarter: &Quarter) -> Result<Actor> {
    storage::actors::by_handle(tx, &quarter.handle).await?.context("no quarter in its database")
}

/// Lets `inboxes` actors of each of `hosts` peers follow the quarter; with `ed25519` their hosts take Ed25519 by RFC 9421.
pub(crate) async fn seat(stage: &Stage, peers: &Peers, hosts: usize, inboxes: usize, ed25519: bool) -> Result<()> {
    let store = stage.store().await?;
    let mut tx = store.write().await?;
    let author = author(&mut tx, &stage.quarter).await?;
    for host in 0..hosts {
        for inbox in 0..inboxes {
            let follower = actor(&peers.url(host, &format!("/{inbox}")), String::new())?;
            storage::actors::insert(&mut tx, &follower, None).await?;
            follow(&mut tx, follower.id, author.id).await?;
            if ed25519 && inbox == 0 {
                let habit =
                    Habit { scheme: Scheme::Rfc9421, evidence: Evidence::Seen, ed25519: true, learnt_at: now() };
                storage::hosts::remember(&mut tx, follower.host.as_str(), &habit).await?;
            }
        }
    }
    tx.commit().await?;
    store.close().await;
    Ok(())
}

/// Makes the quarter follow the actor `/actor` of each peer, so that what they send is kept.
pub(crate) async fn hear(stage: &Stage, senders: &[(Url, String)]) -> Result<()> {
    let store = stage.store().await?;
    let mut tx = store.write().await?;
    let author = author(&mut tx, &stage.quarter).await?;
    for (url, pem) in senders {
        let sender = actor(url.as_str(), pem.clone())?;
        storage::actors::insert(&mut tx, &sender, None).await?;
        follow(&mut tx, author.id, sender.id).await?;
    }
    tx.commit().await?;
    store.close().await;
    Ok(())
}

/// Gives the quarter an RSA key of 4096 bits, with which signing is nearly all there is to a delivery.
pub(crate) async fn slow_key(stage: &Stage) -> Result<()> {
    let store = stage.store().await?;
    let mut tx = store.write().await?;
    let author = author(&mut tx, &stage.quarter).await?;
    let kept = storage::actors::private_keys(&mut tx, author.id).await?.context("no keys")?;
    let keys = PrivateKeys { rsa: Key::of_size(KeySize::Rsa4096)?.pkcs8()?, ..kept };
    storage::actors::replace_keys(&mut tx, author.id, &keys).await?;
    tx.commit().await?;
    store.close().await;
    Ok(())
}

/// Adds events until there are `count`, from `before` on; most of them within the last ten years. Gives pages of some
/// that are ahead.
pub(crate) async fn fill(stage: &Stage, before: usize, count: usize) -> Result<Vec<String>> {
    let store = stage.store().await?;
    let mut pages = Vec::new();
    let mut number = before;
    while number < count {
        let mut tx = store.write().await?;
        let author = author(&mut tx, &stage.quarter).await?;
        for _ in 0..10_000.min(count - number) {
            let event = event(&author, number)?;
            storage::objects::claim(&mut tx, &event.url, event.id, "Event", &author.url).await?;
            storage::events::insert(&mut tx, &event, None).await?;
            if number < 50 {
                pages.push(event.url.path().to_owned());
            }
            number += 1;
        }
        tx.commit().await?;
    }
    store.close().await;
    Ok(pages)
}

/// An event, not kept.
pub(crate) fn event(author: &Actor, number: usize) -> Result<Event> {
    let id = Uuid::now_v7();
    let url = author.url.join(&format!("/events/{id}"))?;
    let hours = |hours: usize| SignedDuration::from_hours(i64::try_from(hours).unwrap_or(0));
    // Those that are over lie as thick as it takes.
    let past = (number.saturating_sub(AHEAD) * 7_919) % (10 * 365 * 24);
    let start = if number < AHEAD { now() + hours(6 * number + 1) } else { now() - hours(past + 24) };
    let mut details = Details::new(
        format!("Veranstaltung {number} im Bürgerhaus"),
        start,
        start + SignedDuration::from_hours(2),
        "Europe/Berlin",
    );
    details.place = Some(Place { street: Some("Am Teich 3".to_owned()), ..Place::named("Bürgerhaus Nord") });
    details.short = Some("Kaffee, Kuchen und Gespräche für alle, die gerade Zeit haben.".to_owned());
    details.content =
        Html::clean("<p>Alle sind willkommen. Wer kann, bringt etwas mit; der Saal liegt zu ebener Erde.</p>");
    Ok(Event {
        id,
        page: url.clone(),
        author: author.id,
        details,
        state: State::Published,
        source: None,
        uid: url.to_string(),
        sequence: 0,
        published_at: now(),
        updated_at: now(),
        url,
    })
}

/// A remote actor at `url` with the inbox `url/inbox`.
fn actor(url: &str, pem: String) -> Result<Actor> {
    let address = |suffix: &str| format!("{url}{suffix}").parse::<Url>();
    let id = address("")?;
    Ok(Actor {
        id: Uuid::now_v7(),
        kind: Kind::Group,
        part: None,
        handle: "fern".to_owned(),
        host: Host::of(&id).context("no host")?,
        name: "Fern".to_owned(),
        summary: Html::default(),
        page: id.clone(),
        inbox: address("/inbox")?,
        shared_inbox: None,
        outbox: None,
        followers: None,
        key: Some(PublicKey { id: address("#main-key")?, pem }),
        assertion_keys: Vec::new(),
        created_at: now(),
        updated_at: now(),
        deleted_at: None,
        url: id,
    })
}

async fn follow(tx: &mut Tx, follower: Uuid, followed: Uuid) -> Result<()> {
    let activity = format!("http://bench.localhost:1/{follower}").parse()?;
    let follow = Follow { follower, followed, activity, requested_at: now(), accepted_at: Some(now()) };
    storage::follows::insert(tx, &follow).await?;
    Ok(())
}

/// Keeps a process with all its threads on one core.
pub(crate) fn pin(process: u32, core: usize) -> Result<()> {
    let mut taskset = Command::new("taskset");
    let done =
        taskset.args(["--all-tasks", "--cpu-list", "--pid", &core.to_string(), &process.to_string()]).output()?;
    ensure!(done.status.success(), "taskset: {}", String::from_utf8_lossy(&done.stderr));
    Ok(())
}
