//! The editors' queue: what waits for a yes, wherever it came from, and what they decided.

pub mod alike;
pub mod decide;

use std::collections::HashMap;

use domain::actor::Actor;
use domain::event::{Event, State};
use domain::html;
use domain::post::Post;
use domain::safety::Words;
use jiff::Timestamp;
use storage::proposals::Proposal;
use storage::{Tx, actors, approvals, events, handed_in, held, posts};
use url::Url;
use uuid::Uuid;

pub use decide::{Decided, Decider, approve, decide_host, decline, withdraw};

use crate::activities::create;
use crate::error::Result;
use crate::instance::Instance;
use crate::twins;

/// Something that waits.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// Our key for it.
    pub id: Uuid,
    /// What it is.
    pub what: What,
    /// Who it is by.
    pub author: Actor,
    /// Since when it waits.
    pub since: Timestamp,
    /// Whether it looks like what nobody asked for.
    pub suspicious: bool,
    /// Who proposed it, if it was somebody without an account.
    pub proposal: Option<Proposal>,
    /// Who here wrote it, by name.
    pub writer: Option<String>,
    /// Whether it speaks of crime.
    pub sensitive: bool,
    /// Who has said yes to it already, where two have to: account and name.
    pub first: Option<(Uuid, String)>,
}

/// What it is that waits.
#[derive(Clone, Debug)]
pub enum What {
    /// A post, ours or another server's.
    Post(Post),
    /// An event of another server.
    Event(Event),
    /// An event of ours that is not on the board yet.
    Draft(Event),
}

/// What waits, at most `limit` of each kind: the oldest first, and what looks suspicious behind everything else.
pub async fn list(tx: &mut Tx, instance: &Instance, limit: i64) -> Result<Vec<Waiting>> {
    let words = &instance.settings().editors.safety;
    let posts = held::list(tx, limit).await?.into_iter().map(|held| Waiting {
        suspicious: held.suspicious,
        ..Waiting::new(words, What::Post(held.post), held.author, held.received_at)
    });
    let event = |what: fn(Event) -> What| {
        move |(event, author): (Event, Actor)| {
            let since = event.published_at;
            Waiting::new(words, what(event), author, since)
        }
    };
    let others = held::list_events(tx, limit).await?.into_iter().map(event(What::Event));
    let ours = events::drafts(tx, limit).await?.into_iter().map(event(What::Draft));
    let mut all: Vec<Waiting> = posts.chain(others).chain(ours).collect();
    let mut proposals: HashMap<Uuid, Proposal> =
        storage::proposals::confirmed(tx).await?.into_iter().map(|one| (one.event, one)).collect();
    let mut writers = handed_in::names(tx).await?;
    let mut first = approvals::first(tx).await?;
    for waiting in &mut all {
        waiting.proposal = proposals.remove(&waiting.id);
        waiting.writer = writers.remove(&waiting.id);
        waiting.first = first.remove(&(waiting.id, waiting.version().as_millisecond()));
        // Before its mailbox had answered, nobody could see it.
        let confirmed = waiting.proposal.as_ref().and_then(|proposal| proposal.confirmed_at);
        waiting.since = confirmed.map_or(waiting.since, |at| at.max(waiting.since));
    }
    all.sort_by_key(|waiting| (waiting.suspicious, waiting.since, waiting.id));
    Ok(all)
}

impl Waiting {
    fn new(words: &Words, what: What, author: Actor, since: Timestamp) -> Self {
        let (id, sensitive) = match &what {
            What::Post(post) => (post.id, words.touch_post(&post.details)),
            What::Event(event) | What::Draft(event) => (event.id, words.touch_event(&event.details)),
        };
        Self { id, what, author, since, suspicious: false, proposal: None, writer: None, sensitive, first: None }
    }

    /// When it was last changed.
    fn version(&self) -> Timestamp {
        match &self.what {
            What::Post(post) => post.updated_at,
            What::Event(event) | What::Draft(event) => event.updated_at,
        }
    }
}

/// How many things wait.
pub async fn count(tx: &mut Tx) -> Result<i64> {
    Ok(posts::count_waiting(tx).await? + events::count_waiting(tx).await?)
}

/// Something of ours that is not on the board.
pub(crate) enum Draft {
    Post(Box<Post>),
    Event(Box<Event>),
}

impl Draft {
    /// What people call it: its title, or how it begins.
    pub(crate) fn title(&self) -> String {
        match self {
            Self::Event(event) => event.details.name.clone(),
            Self::Post(post) => {
                post.details.title.clone().unwrap_or_else(|| html::line(post.details.content.as_str(), 60))
            }
        }
    }

    /// Where it is read, once it is on the board.
    pub(crate) fn page(&self) -> &Url {
        match self {
            Self::Event(event) => &event.page,
            Self::Post(post) => &post.page,
        }
    }

    /// Whether it speaks of crime.
    pub(crate) fn touches(&self, words: &Words) -> bool {
        match self {
            Self::Event(event) => words.touch_event(&event.details),
            Self::Post(post) => words.touch_post(&post.details),
        }
    }

    /// Our key for it.
    pub(crate) fn id(&self) -> Uuid {
        match self {
            Self::Event(event) => event.id,
            Self::Post(post) => post.id,
        }
    }
}

/// What is ours under our key `id` and not on the board.
pub(crate) async fn draft(tx: &mut Tx, id: Uuid) -> Result<Option<Draft>> {
    if let Some(event) = events::by_id(tx, id).await? {
        let ours = actors::by_id(tx, event.author).await?.is_some_and(|author| author.is_local());
        let waits = ours && event.state == State::Draft;
        return Ok(waits.then(|| Draft::Event(Box::new(event))));
    }
    Ok(posts::draft(tx, id).await?.map(|post| Draft::Post(Box::new(post))))
}

/// Puts something of ours on the board.
pub(crate) async fn publish(tx: &mut Tx, instance: &Instance, draft: Draft) -> Result<Draft> {
    Ok(match draft {
        Draft::Event(event) => {
            let event = create::publish_draft(tx, instance, *event).await?;
            twins::settle(tx, instance, event.id).await?;
            Draft::Event(Box::new(event))
        }
        Draft::Post(post) => Draft::Post(Box::new(create::publish_post(tx, instance, *post).await?)),
    })
}
