//! How far the editors trust where something comes from, and where that is.

use std::collections::{HashMap, HashSet};

use aws_lc_rs::digest::{SHA256, digest};
use domain::account::Email;
use domain::actor::{Actor, Part};
use domain::html;
use domain::import;
use domain::trust::{ENOUGH, Kind, Level};
use jiff::Timestamp;
use storage::trust::{self, Trust};
use storage::{Tx, actors, follows, proposals, sources};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::instance::Instance;
use crate::queue::decide::{self, Decided, Decider};
use crate::queue::{self, Draft, Waiting, What};
use crate::{held, reports};

/// The most sources that are listed.
const MOST: i64 = 1_000;

/// Where something comes from, as an editor sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// What it is.
    pub kind: Kind,
    /// Our key for it.
    pub key: Uuid,
    /// How it is called.
    pub name: String,
    /// What becomes of what it sends.
    pub level: Level,
    /// What can be chosen instead.
    pub levels: &'static [Level],
    /// How many entries were approved since the last one was declined.
    pub approved: i64,
    /// When it last sent something or an editor decided about it, where that is known.
    pub used_at: Option<Timestamp>,
}

impl Source {
    /// Whether so much of it was fine that it could be shown at once.
    pub fn is_suggested(&self) -> bool {
        self.level == Level::Check && self.approved >= ENOUGH
    }
}

/// Our key of a mailbox: the first half of a hash, so that its address is not kept.
pub fn mailbox(email: &Email) -> Uuid {
    let hash = digest(&SHA256, format!("mailbox {email}").as_bytes());
    let mut half = [0; 16];
    half.iter_mut().zip(hash.as_ref()).for_each(|(to, from)| *to = *from);
    Uuid::from_bytes(half)
}

/// Where something of ours that waits comes from; nobody trusts or mistrusts the quarter itself.
pub(crate) async fn of_draft(tx: &mut Tx, draft: &Draft) -> Result<Option<(Kind, Uuid)>> {
    let (author, calendar) = match draft {
        Draft::Event(event) => (event.author, event.source),
        Draft::Post(post) => (post.author, None),
    };
    if let Some(calendar) = calendar {
        return Ok(Some((Kind::Calendar, calendar)));
    }
    if let Some(proposal) = proposals::of_event(tx, draft.id()).await? {
        return Ok(Some((Kind::Mailbox, mailbox(&proposal.email))));
    }
    Ok(actors::by_id(tx, author).await?.filter(is_source).map(|author| (Kind::Actor, author.id)))
}

/// Whether editors decide how far they trust an actor.
fn is_source(actor: &Actor) -> bool {
    matches!(actor.part, None | Some(Part::Initiative | Part::Member))
}

/// Everything known about sources, read once for a page.
#[derive(Debug, Default)]
pub struct Book {
    calendars: HashMap<Uuid, import::Source>,
    rows: HashMap<Uuid, Trust>,
    followed: HashSet<Uuid>,
}

impl Book {
    /// Reads it.
    pub async fn load(tx: &mut Tx) -> Result<Self> {
        let calendars = sources::all(tx).await?.into_iter().map(|one| (one.id, one)).collect();
        let rows = trust::all(tx, MOST).await?.into_iter().map(|one| (one.source, one)).collect();
        let followed = follows::followed_by_us(tx, MOST).await?.into_iter().collect();
        Ok(Self { calendars, rows, followed })
    }

    /// Where something that waits comes from.
    pub fn of(&self, waiting: &Waiting) -> Option<Source> {
        if let What::Draft(event) = &waiting.what
            && let Some(calendar) = event.source
        {
            return self.calendar(calendar);
        }
        if let Some(proposal) = &waiting.proposal {
            return Some(self.mailbox(mailbox(&proposal.email), &proposal.name));
        }
        is_source(&waiting.author).then(|| self.actor(&waiting.author))
    }

    /// A calendar that is read in.
    pub fn calendar(&self, key: Uuid) -> Option<Source> {
        let calendar = self.calendars.get(&key)?;
        let level = if calendar.publish { Level::Show } else { Level::Check };
        Some(self.source((Kind::Calendar, key), calendar.name.clone(), level, &[Level::Check, Level::Show]))
    }

    /// An actor, ours or another server's.
    pub fn actor(&self, actor: &Actor) -> Source {
        let is_stranger = actor.part.is_none() && !self.followed.contains(&actor.id);
        let usual = if is_stranger { Level::Check } else { Level::Show };
        let levels: &[Level] = if is_stranger { &Level::ALL } else { &[Level::Check, Level::Show] };
        let level = self.rows.get(&actor.id).and_then(|row| row.level).unwrap_or(usual);
        let name = if actor.is_local() { actor.name.clone() } else { format!("{} ({})", actor.name, actor.address()) };
        self.source((Kind::Actor, actor.id), name, level, levels)
    }

    fn mailbox(&self, key: Uuid, name: &str) -> Source {
        let level = self.rows.get(&key).and_then(|row| row.level).unwrap_or(Level::Check);
        self.source((Kind::Mailbox, key), name.to_owned(), level, &[Level::Check, Level::Show])
    }

    fn source(&self, (kind, key): (Kind, Uuid), name: String, level: Level, levels: &'static [Level]) -> Source {
        let row = self.rows.get(&key);
        let (approved, used_at) = (row.map_or(0, |row| row.approved), row.map(|row| row.used_at));
        Source { kind, key, name, level, levels, approved, used_at }
    }

    /// Every source: calendars, neighbours and whom else we follow, initiatives and members, and those strangers and
    /// mailboxes about whom an editor decided or might.
    pub async fn all(&self, tx: &mut Tx) -> Result<Vec<Source>> {
        let mut all: Vec<Source> = self.calendars.keys().filter_map(|key| self.calendar(*key)).collect();
        let strangers = self.rows.values().filter(|row| row.kind == Kind::Actor).map(|row| row.source);
        let known = actors::by_ids(tx, strangers.chain(self.followed.iter().copied()).collect::<Vec<_>>()).await?;
        let mut ours = actors::of_part(tx, Part::Initiative).await?;
        ours.extend(actors::of_part(tx, Part::Member).await?);
        let others = known.into_values().filter(|actor| actor.part.is_none());
        let living = ours.into_iter().chain(others).filter(|actor| actor.deleted_at.is_none());
        all.extend(living.map(|actor| self.actor(&actor)));
        let mailboxes = self.rows.values().filter(|row| row.kind == Kind::Mailbox);
        all.extend(mailboxes.filter_map(|row| Some(self.mailbox(row.source, row.name.as_deref()?))));
        all.sort_by_cached_key(|one| {
            (Kind::ALL.iter().position(|kind| *kind == one.kind), one.name.to_lowercase(), one.key)
        });
        Ok(all)
    }

    /// The source with that key.
    async fn find(&self, tx: &mut Tx, kind: Kind, key: Uuid) -> Result<Source> {
        let found = match kind {
            Kind::Calendar => self.calendar(key),
            Kind::Actor => actors::by_id(tx, key).await?.filter(is_source).map(|actor| self.actor(&actor)),
            Kind::Mailbox => {
                let waiting = proposals::confirmed(tx).await?.into_iter().find(|one| mailbox(&one.email) == key);
                let kept = self.rows.get(&key).and_then(|row| row.name.clone());
                waiting.map(|one| one.name).or(kept).map(|name| self.mailbox(key, &name))
            }
        };
        found.ok_or(Error::NotFound)
    }
}

/// Decides what becomes of what a source sends from now on; what waits stays. [`Error::Forbidden`] for a level that this
/// source cannot have. Where two have to say yes, showing at once needs two.
pub async fn set(
    instance: &Instance,
    (kind, key): (Kind, Uuid),
    level: Level,
    who: impl Into<Decider<'_>>,
) -> Result<Decided> {
    let (who, now) = (who.into(), instance.clock().now());
    let mut tx = instance.store().write().await?;
    tx.alone().await?;
    let source = Book::load(&mut tx).await?.find(&mut tx, kind, key).await?;
    if !source.levels.contains(&level) {
        return Err(Error::Forbidden);
    }
    let raises = level == Level::Show && source.level != Level::Show;
    if raises && decide::needs_another(&mut tx, instance, (key, Timestamp::UNIX_EPOCH), &who).await? {
        tx.commit().await?;
        return Ok(Decided::First);
    }
    storage::approvals::forget(&mut tx, key).await?;
    if kind == Kind::Calendar {
        sources::set_publish(&mut tx, key, level == Level::Show).await?;
    } else {
        let name = (kind == Kind::Mailbox).then(|| source.name.clone());
        let kept = Trust { source: key, kind, level: Some(level), name, approved: source.approved, used_at: now };
        trust::set(&mut tx, &kept).await?;
    }
    let what = format!("trust-{}", level.as_str());
    // The log names nobody who has no account here.
    let about = if kind == Kind::Mailbox { reports::number(key) } else { html::line(&html::escape(&source.name), 300) };
    reports::note(&mut tx, instance, who.name, &what, &about, "").await?;
    tx.commit().await?;
    Ok(Decided::Done)
}

/// Approves everything that waits from a source, but what speaks of crime: each of that is read by itself. How many it was.
pub async fn let_in(instance: &Instance, (kind, key): (Kind, Uuid), who: impl Into<Decider<'_>>) -> Result<usize> {
    let who = who.into();
    let mut tx = instance.store().write().await?;
    tx.alone().await?;
    let book = Book::load(&mut tx).await?;
    let all = queue::list(&mut tx, instance, held::IN_ALL).await?;
    let is_theirs = |waiting: &&Waiting| {
        !waiting.sensitive && book.of(waiting).is_some_and(|source| (source.kind, source.key) == (kind, key))
    };
    let theirs: Vec<Uuid> = all.iter().filter(is_theirs).map(|waiting| waiting.id).collect();
    let mut done = 0;
    for id in theirs {
        done += usize::from(decide::approve_in(&mut tx, instance, id, &who).await? == Decided::Done);
    }
    tx.commit().await?;
    instance.wake();
    instance.wake_postman();
    Ok(done)
}
