//! Update: an actor changes something it published, or itself.

use calendar::phrase;
use domain::actor::Actor;
use domain::event::{self, Event, State, Status};
use domain::html::Html;
use domain::import::fields::Field;
use domain::messages::{text, text_with};
use domain::moved::Moved;
use domain::post::{self, Post};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::Value;
use storage::{Tx, actors, deliveries, events, follows, posts};
use url::Url;
use uuid::Uuid;

use super::{Dropped, Outgoing, announce, create};
use crate::error::{Error, Result};
use crate::instance::Instance;
use crate::objects::{self, Incoming, Kept, attachment};
use crate::{conversations, imports, participations, places, registrations, series, shape, twins};

/// A change from another server.
#[derive(Debug, Deserialize)]
pub struct Update {
    object: Value,
    #[serde(skip)]
    read: Option<Change>,
}

#[derive(Debug)]
enum Change {
    Actor(Box<Actor>),
    Object(Box<Incoming>),
}

impl Update {
    /// Refuses what is not the sender itself or the sender's own.
    pub(super) async fn verify(&mut self, instance: &Instance, sender: &Actor) -> Result<(), Dropped> {
        self.read = Some(if shape::id_of(&self.object).as_ref() == Some(&sender.url) {
            let now = instance.clock().now();
            Change::Actor(Box::new(objects::actor::read(&self.object, now).map_err(Dropped::Unwanted)?))
        } else {
            Change::Object(Box::new(create::owned(&self.object, instance, sender)?))
        });
        Ok(())
    }

    /// Keeps the change; an older one never wins. What was not known yet is kept as if it were new.
    pub(super) async fn receive(self, tx: &mut Tx, instance: &Instance, sender: &Actor) -> Result<(), Dropped> {
        match self.read.ok_or(Dropped::Unwanted("there is nothing to change"))? {
            Change::Actor(mut fresh) => {
                fresh.id = sender.id;
                actors::update(tx, &fresh).await?;
            }
            Change::Object(mut object) => {
                if !object.content.is_poll() {
                    object.updated_at.get_or_insert(instance.clock().now());
                }
                let wanted = follows::is_followed_by_us(tx, sender.id).await?;
                if let Kept::Not(why) = objects::keep(tx, instance, &object, sender, wanted).await? {
                    return Err(Dropped::Unwanted(why));
                }
            }
        }
        Ok(())
    }
}

/// Tells the followers of one of our actors that it changed; `actor` is as it was just kept.
pub(crate) async fn actor(tx: &mut Tx, instance: &Instance, actor: &Actor) -> Result<()> {
    let mut object = objects::actor::document(tx, instance, actor).await?;
    if let Some(object) = object.as_object_mut() {
        // The activity has one of its own, with the same terms.
        object.remove("@context");
    }
    let outgoing = Outgoing { actor, kind: "Update", about: &actor.url, object, to: None };
    outgoing.publish(tx, instance).await?;
    Ok(())
}

/// Changes a post of ours; of one that waits nobody is told.
pub async fn post(instance: &Instance, id: Uuid, draft: post::Draft) -> Result<Post> {
    let mut tx = instance.store().write().await?;
    let (mut post, waits) = match posts::by_id(&mut tx, id).await? {
        Some(post) => (post, false),
        None => (posts::draft(&mut tx, id).await?.ok_or(Error::NotFound)?, true),
    };
    let author = author(&mut tx, post.author).await?;
    let kept = post.details;
    // What was answered may not become another question.
    post.details = post::Details { in_reply_to: kept.in_reply_to, poll: kept.poll, ..draft.details().clone() };
    post.updated_at = later(instance, post.updated_at);
    posts::update(&mut tx, &post).await?;
    attachment::attach(&mut tx, id, draft.pictures()).await?;
    if waits {
        tx.commit().await?;
        return Ok(post);
    }
    let object = objects::note::write(&post, objects::note::kind(&mut tx, &post).await?, &author);
    let object = attachment::illustrate(&mut tx, instance, id, object).await?;
    tell(&mut tx, instance, &author, (post.id, &post.url), object).await?;
    tx.commit().await?;
    instance.wake();
    Ok(post)
}

/// Tells everyone, and those who voted, how it stands with a post of ours: its poll, or the authorization of what it
/// quotes. Nothing that was said has changed, so that `updated` stays: Mastodon would mark the post as edited.
pub(crate) async fn standing(tx: &mut Tx, instance: &Instance, id: Uuid) -> Result<()> {
    let post = posts::by_id(tx, id).await?.ok_or(Error::NotFound)?;
    let author = author(tx, post.author).await?;
    let object = objects::note::write(&post, objects::note::kind(tx, &post).await?, &author);
    let mut object = attachment::illustrate(tx, instance, id, object).await?;
    Box::pin(conversations::complete(tx, instance, id, &mut object)).await?;
    let outgoing = Outgoing { actor: &author, kind: "Update", about: &post.url, object, to: None };
    let (activity, json) = outgoing.publish(tx, instance).await?;
    deliveries::to_voters(tx, activity.id, id, instance.clock().now()).await?;
    announce::pass_on(tx, instance, &author, &post.url, json, false).await
}

/// Changes an event of ours; cancelling it this way also sends the note that Mastodon needs.
pub async fn event(instance: &Instance, id: Uuid, draft: event::Draft) -> Result<Event> {
    let mut tx = instance.store().write().await?;
    let event = events::by_id(&mut tx, id).await?.ok_or(Error::NotFound)?;
    imports::keep_change(&mut tx, &event, draft.details()).await?;
    let event = event_in(&mut tx, instance, event, &draft, None).await?;
    tx.commit().await?;
    instance.wake();
    Ok(event)
}

/// Cancels an event of ours; `reason` is a sentence for the people who meant to come.
pub async fn cancel(instance: &Instance, id: Uuid, reason: Option<&str>) -> Result<Event> {
    let mut tx = instance.store().write().await?;
    let event = events::by_id(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let mut details = event.details.clone();
    details.status = Status::Cancelled;
    details.moved = Moved { postponed: false, reason: reason.map(str::to_owned), ..details.moved };
    imports::keep_change(&mut tx, &event, &details).await?;
    let event = event_in(&mut tx, instance, event, &event::Draft::new(details)?, reason).await?;
    tx.commit().await?;
    instance.wake();
    Ok(event)
}

/// As [`event`], in the caller's transaction.
pub(crate) async fn event_in(
    tx: &mut Tx,
    instance: &Instance,
    event: Event,
    draft: &event::Draft,
    reason: Option<&str>,
) -> Result<Event> {
    // Boxed here, for every caller: with the note, the queue of guests and the deliveries it is a future of many KiB.
    Box::pin(change_event(tx, instance, event, draft, reason)).await
}

async fn change_event(
    tx: &mut Tx,
    instance: &Instance,
    mut event: Event,
    draft: &event::Draft,
    reason: Option<&str>,
) -> Result<Event> {
    let author = author(tx, event.author).await?;
    let before = std::mem::replace(&mut event.details, draft.details().clone());
    if event.state == State::Published {
        event.details.moved = Moved::between(&before, &event.details);
    }
    places::link(tx, instance, &mut event.details).await?;
    event.updated_at = later(instance, event.updated_at);
    event.sequence += 1;
    events::update(tx, &event).await?;
    attachment::attach(tx, event.id, draft.pictures()).await?;
    series::settle(tx, &event).await?;
    if [Field::Name, Field::When, Field::Place, Field::Link].iter().any(|field| field.differs(&before, &event.details))
    {
        twins::settle(tx, instance, event.id).await?;
    }
    if event.state == State::Draft {
        return Ok(event);
    }
    // Who comes hears of it; of a date far ahead nobody elsewhere was told yet.
    registrations::changed(tx, instance, &before, (&event, reason)).await?;
    if storage::series::is_untold(tx, event.id).await? {
        participations::move_up(tx, instance, &event, &author).await?;
        return Ok(event);
    }
    let attendance = registrations::attendance(tx, event.id).await?;
    let object = objects::event::write(&event, &author, instance.settings(), &attendance);
    let object = attachment::illustrate(tx, instance, event.id, object).await?;
    let activity = tell(tx, instance, &author, (event.id, &event.url), object).await?;
    let coming = storage::participations::inboxes(tx, event.id).await?;
    participations::tell(tx, instance, activity, coming).await?;
    participations::move_up(tx, instance, &event, &author).await?;
    if let Some(note) = news(instance, &before, &event, reason) {
        create::post_in(tx, instance, &author, &note).await?;
    }
    Ok(event)
}

/// Brings what a published event of ours says of its place up to date. It takes place where it always did, so that nobody
/// gets a letter or a note for that.
pub(crate) async fn place_in(tx: &mut Tx, instance: &Instance, mut event: Event, author: &Actor) -> Result<()> {
    let before = event.details.place.clone();
    places::link(tx, instance, &mut event.details).await?;
    if event.details.place == before {
        return Ok(());
    }
    event.updated_at = later(instance, event.updated_at);
    event.sequence += 1;
    events::update(tx, &event).await?;
    let attendance = registrations::attendance(tx, event.id).await?;
    let object = objects::event::write(&event, author, instance.settings(), &attendance);
    let object = attachment::illustrate(tx, instance, event.id, object).await?;
    tell(tx, instance, author, (event.id, &event.url), object).await?;
    Ok(())
}

/// The answer to an event that says it is cancelled or moved: Mastodon ignores an `Update` of an event.
fn news(instance: &Instance, before: &event::Details, event: &Event, reason: Option<&str>) -> Option<post::Draft> {
    let language = instance.settings().language;
    let now = &event.details;
    let when = phrase::when_long(now, language);
    let values = [("name", now.name.as_str()), ("when", when.as_str())];
    let sentence = if now.moved.postponed && !before.moved.postponed {
        text_with(language, "federation-postponed", &values)
    } else if before.status != Status::Cancelled && now.status == Status::Cancelled {
        text_with(language, "federation-cancelled", &values)
    } else if before.status == Status::Cancelled && now.status != Status::Cancelled && before.starts_at == now.starts_at
    {
        text_with(language, "federation-takes-place", &values)
    } else if now.status == Status::Cancelled {
        return None;
    } else if before.starts_at != now.starts_at {
        text_with(language, "federation-moved", &values)
    } else if now.place.is_some()
        && before.place.as_ref().map(|place| &place.name) != now.place.as_ref().map(|place| &place.name)
    {
        let place = now.place.as_ref().map(domain::place::Place::one_line).unwrap_or_default();
        text_with(language, "federation-new-place", &[("name", now.name.as_str()), ("place", place.as_str())])
    } else if Moved::is_online(now) && !Moved::is_online(before) {
        text_with(language, "federation-online", &values)
    } else if before.status == Status::Tentative && now.status == Status::Confirmed {
        text_with(language, "federation-certain", &values)
    } else if before.status == Status::Confirmed && now.status == Status::Tentative {
        text_with(language, "federation-tentative", &values)
    } else {
        return None;
    };
    let more = format!("{}: {}", text(language, "federation-more"), event.page);
    let words: Vec<&str> = [sentence.as_str(), reason.unwrap_or_default(), more.as_str()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    let content = Html::from_text(&words.join("\n\n"));
    let details = post::Details {
        title: None,
        content,
        plain: Html::default(),
        warning: None,
        language: Some(language.code().to_owned()),
        in_reply_to: Some(event.url.clone()),
        poll: None,
        notice: None,
    };
    post::Draft::new(details).ok()
}

async fn author(tx: &mut Tx, id: Uuid) -> Result<Actor> {
    actors::by_id(tx, id).await?.filter(Actor::is_local).ok_or(Error::Forbidden)
}

/// Now, but after `before`: two changes within a millisecond have an order too.
pub(crate) fn later(instance: &Instance, before: Timestamp) -> Timestamp {
    let next = before.checked_add(SignedDuration::from_millis(1)).unwrap_or(before);
    instance.clock().now().max(next)
}

/// Keeps and queues the `Update` of an object; our key of the `Update`.
async fn tell(
    tx: &mut Tx,
    instance: &Instance,
    author: &Actor,
    (id, url): (Uuid, &Url),
    mut object: Value,
) -> Result<Uuid> {
    Box::pin(conversations::complete(tx, instance, id, &mut object)).await?;
    let outgoing = Outgoing { actor: author, kind: "Update", about: url, object, to: None };
    let (activity, json) = outgoing.publish(tx, instance).await?;
    announce::pass_on(tx, instance, author, url, json, false).await?;
    Ok(activity.id)
}
