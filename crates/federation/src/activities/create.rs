//! Create: an actor publishes something.

use domain::actor::Actor;
use domain::event::{self, Event, State};
use domain::post::{self, Post};
use domain::trust::Level;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value};
use storage::quotes::Quote;
use storage::{Tx, actors, events, follows, posts, quotes};
use url::Url;
use uuid::Uuid;

use super::outgoing::to_author_of;
use super::update::later;
use super::{Dropped, Outgoing, announce};
use crate::error::{Error, Result};
use crate::instance::Instance;
use crate::objects::question::Vote;
use crate::objects::{self, Incoming, Kept, attachment};
use crate::{conversations, paths, places, polls, registrations, series, shape, submissions, twins};

/// Something another server published.
#[derive(Debug, Deserialize)]
pub struct Create {
    #[serde(deserialize_with = "shape::one")]
    id: Url,
    object: Value,
    /// What else it says.
    #[serde(flatten)]
    rest: Map<String, Value>,
    #[serde(skip)]
    read: Option<Read>,
}

/// What was published.
#[derive(Debug)]
enum Read {
    Object(Box<Incoming>),
    Votes(Vec<Vote>),
}

impl Create {
    /// Refuses what is not by the sender alone or not on its host.
    pub(super) async fn verify(&mut self, instance: &Instance, sender: &Actor) -> Result<(), Dropped> {
        self.read = Some(match polls::votes(&self.object, instance) {
            Some(votes) => {
                polls::verify(&votes, sender)?;
                Read::Votes(votes)
            }
            None => Read::Object(Box::new(owned(&self.object, instance, sender)?)),
        });
        Ok(())
    }

    /// Keeps it if somebody here follows the sender, or if it answers something of ours; a vote is only counted.
    pub(super) async fn receive(self, tx: &mut Tx, instance: &Instance, sender: &Actor) -> Result<(), Dropped> {
        let object = match self.read.ok_or(Dropped::Unwanted("there is nothing to keep"))? {
            Read::Object(object) => object,
            Read::Votes(votes) => return polls::receive(tx, instance, &votes, sender).await,
        };
        let wanted = follows::is_followed_by_us(tx, sender.id).await?;
        if let Kept::Not(why) = objects::keep(tx, instance, &object, sender, wanted).await? {
            return Err(Dropped::Unwanted(why));
        }
        if !wanted && object.addressed.contains(&instance.quarter().url) {
            let mut said = self.rest;
            said.insert("id".to_owned(), self.id.as_str().into());
            said.insert("object".to_owned(), self.object);
            submissions::remember(tx, instance, sender, (&self.id, &Value::Object(said)), &object.url).await?;
            if storage::trust::level(tx, sender.id).await? == Some(Level::Show) {
                submissions::welcome(tx, instance, &object.url, sender).await?;
            }
        }
        Ok(())
    }
}

/// The object of a `Create` or `Update`, if it is the sender's own.
pub(super) fn owned(object: &Value, instance: &Instance, sender: &Actor) -> Result<Incoming, Dropped> {
    let read = objects::read(shape::only(object), instance).ok_or(Dropped::Unwanted("its object is of no use here"))?;
    if read.owner != sender.url {
        return Err(Dropped::Unwanted("its object is another's"));
    }
    if domain::host::Host::of(&read.url).as_ref() != Some(&sender.host) {
        return Err(Dropped::Unwanted("its object is on another host"));
    }
    Ok(read)
}

/// Publishes a post of `author` and queues it for everyone who follows.
pub async fn post(instance: &Instance, author: &Actor, draft: post::Draft) -> Result<Post> {
    let mut tx = instance.store().write().await?;
    let post = post_in(&mut tx, instance, author, &draft).await?;
    tx.commit().await?;
    instance.wake();
    Ok(post)
}

/// As [`post`], in the caller's transaction.
pub(crate) async fn post_in(tx: &mut Tx, instance: &Instance, author: &Actor, draft: &post::Draft) -> Result<Post> {
    post_quoting(tx, instance, author, draft, None).await
}

/// As [`post_in`], of a post that quotes something.
pub(crate) async fn post_quoting(
    tx: &mut Tx,
    instance: &Instance,
    author: &Actor,
    draft: &post::Draft,
    quote: Option<&Quote>,
) -> Result<Post> {
    let post = insert_post(tx, instance, author, draft, false).await?;
    if let Some(quote) = quote {
        quotes::insert(tx, post.id, quote, None).await?;
    }
    tell_of_post(tx, instance, author, &post).await?;
    Ok(post)
}

/// Keeps a new post of `author` in the caller's transaction and tells nobody; `held` ones wait for an editor.
pub(crate) async fn insert_post(
    tx: &mut Tx,
    instance: &Instance,
    author: &Actor,
    draft: &post::Draft,
    held: bool,
) -> Result<Post> {
    let id = instance.new_id();
    let now = instance.clock().now();
    let url = instance.url(&paths::post(id));
    let mut details = draft.details().clone();
    if let Some(poll) = &mut details.poll {
        poll.begin(now)?;
    }
    storage::objects::claim(tx, &url, id, details.kind().as_str(), &author.url).await?;
    let post = Post { id, page: url.clone(), author: author.id, details, published_at: now, updated_at: now, url };
    posts::insert(tx, &post, held).await?;
    Box::pin(conversations::join(tx, instance, (id, &post.url), post.details.in_reply_to.as_ref(), None)).await?;
    attachment::attach(tx, id, draft.pictures()).await?;
    Ok(post)
}

/// Publishes a post of ours that waited; its poll runs as long as it was meant to.
pub(crate) async fn publish_post(tx: &mut Tx, instance: &Instance, mut post: Post) -> Result<Post> {
    let author = actors::by_id(tx, post.author).await?.filter(Actor::is_local).ok_or(Error::Forbidden)?;
    let now = later(instance, post.updated_at);
    if let Some(poll) = &mut post.details.poll {
        let waited = now.duration_since(post.published_at);
        poll.ends_at = poll.ends_at.map(|end| end.checked_add(waited).unwrap_or(end));
        poll.begin(now)?;
        storage::polls::begin(tx, post.id, poll.ends_at).await?;
    }
    (post.published_at, post.updated_at) = (now, now);
    if posts::publish(tx, post.id, now).await? {
        tell_of_post(tx, instance, &author, &post).await?;
    }
    Ok(post)
}

async fn tell_of_post(tx: &mut Tx, instance: &Instance, author: &Actor, post: &Post) -> Result<()> {
    let object = objects::note::write(post, post.details.kind(), author);
    let object = attachment::illustrate(tx, instance, post.id, object).await?;
    tell(tx, instance, author, (post.id, &post.url), object).await
}

/// Publishes an event of `author` and queues it for everyone who follows.
pub async fn event(instance: &Instance, author: &Actor, draft: event::Draft) -> Result<Event> {
    let mut tx = instance.store().write().await?;
    let event = new_event(&mut tx, instance, author, &draft, State::Published, None).await?;
    tx.commit().await?;
    instance.wake();
    Ok(event)
}

/// Where an event was imported from: the calendar, the `UID`, and the occurrence in a series.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    pub(crate) source: Uuid,
    pub(crate) uid: String,
    pub(crate) recurrence: Option<Timestamp>,
}

/// Keeps a new event of `author` in the caller's transaction and, unless it is a draft, tells everyone who follows.
pub(crate) async fn new_event(
    tx: &mut Tx,
    instance: &Instance,
    author: &Actor,
    draft: &event::Draft,
    state: State,
    origin: Option<Origin>,
) -> Result<Event> {
    // Boxed here, for every caller: with all that is told of it, it is a future of many KiB.
    Box::pin(insert_event(tx, instance, author, draft, state, origin)).await
}

async fn insert_event(
    tx: &mut Tx,
    instance: &Instance,
    author: &Actor,
    draft: &event::Draft,
    state: State,
    origin: Option<Origin>,
) -> Result<Event> {
    let event = keep_event(tx, instance, author, draft, state, origin).await?;
    if state == State::Published {
        tell_of_event(tx, instance, author, &event).await?;
    }
    Ok(event)
}

/// Keeps a new event of `author` on the board here and tells nobody yet.
pub(crate) async fn untold_event(
    tx: &mut Tx,
    instance: &Instance,
    author: &Actor,
    draft: &event::Draft,
) -> Result<Event> {
    keep_event(tx, instance, author, draft, State::Published, None).await
}

async fn keep_event(
    tx: &mut Tx,
    instance: &Instance,
    author: &Actor,
    draft: &event::Draft,
    state: State,
    origin: Option<Origin>,
) -> Result<Event> {
    let id = instance.new_id();
    let now = instance.clock().now();
    let url = instance.url(&paths::event(id));
    storage::objects::claim(tx, &url, id, "Event", &author.url).await?;
    let mut details = draft.details().clone();
    places::link(tx, instance, &mut details).await?;
    let event = Event {
        id,
        page: url.clone(),
        author: author.id,
        details,
        state,
        source: origin.as_ref().map(|origin| origin.source),
        uid: origin.as_ref().map_or_else(|| url.to_string(), |origin| origin.uid.clone()),
        sequence: 0,
        published_at: now,
        updated_at: now,
        url,
    };
    events::insert(tx, &event, origin.and_then(|origin| origin.recurrence)).await?;
    Box::pin(conversations::join(tx, instance, (id, &event.url), None, None)).await?;
    attachment::attach(tx, id, draft.pictures()).await?;
    if event.source.is_none() {
        twins::settle(tx, instance, id).await?;
    }
    Ok(event)
}

/// Publishes an event that was a draft; one that is on the board stays as it is.
pub(crate) async fn publish_draft(tx: &mut Tx, instance: &Instance, mut event: Event) -> Result<Event> {
    let author = actors::by_id(tx, event.author).await?.filter(Actor::is_local).ok_or(Error::Forbidden)?;
    if event.state == State::Draft {
        let now = later(instance, event.updated_at);
        (event.state, event.published_at, event.updated_at) = (State::Published, now, now);
        places::link(tx, instance, &mut event.details).await?;
        events::update(tx, &event).await?;
        tell_of_event(tx, instance, &author, &event).await?;
        Box::pin(series::publish(tx, instance, &event)).await?;
    }
    Ok(event)
}

pub(crate) async fn tell_of_event(tx: &mut Tx, instance: &Instance, author: &Actor, event: &Event) -> Result<()> {
    let attendance = registrations::attendance(tx, event.id).await?;
    let object = objects::event::write(event, author, instance.settings(), &attendance);
    let object = attachment::illustrate(tx, instance, event.id, object).await?;
    tell(tx, instance, author, (event.id, &event.url), object).await
}

/// Keeps and queues the `Create` of an object; the quarter announces what its initiatives and members publish.
async fn tell(
    tx: &mut Tx,
    instance: &Instance,
    author: &Actor,
    (id, url): (Uuid, &Url),
    mut object: Value,
) -> Result<()> {
    Box::pin(conversations::complete(tx, instance, id, &mut object)).await?;
    let parent = shape::id(&object, "inReplyTo");
    let outgoing = Outgoing { actor: author, kind: "Create", about: url, object, to: None };
    let (kept, json) = outgoing.publish(tx, instance).await?;
    if let Some(parent) = parent {
        Box::pin(to_author_of(tx, kept.id, &parent, instance.clock().now())).await?;
    }
    announce::pass_on(tx, instance, author, url, json, true).await
}
