//! Objects on the wire: how ours are written, and how others' are read in whatever shape they come.
#![expect(
    clippy::indexing_slicing,
    reason = "our own JSON takes new members by index; nothing from outside is indexed"
)]

use domain::actor::{Actor, Part};
use domain::event::{self as happening, Event, State};
use domain::host::Host;
use domain::media::Attachment;
use domain::post::{self, Post};
use domain::trust::Level;
use jiff::Timestamp;
use serde_json::Value;
use storage::objects::{Claim, Entry};
use storage::quotes::Quote;
use storage::{Tx, attachments, events, posts, reactions, trust};
use url::Url;
use uuid::Uuid;

use crate::blocks::{self, Stance};
use crate::conversations;
use crate::error::Result;
use crate::instance::Instance;
use crate::{gate, held, places, shape, submissions, twins};

pub mod actor;
pub mod attachment;
mod attendance;
pub mod collection;
pub mod event;
pub mod note;
pub mod place;
pub(crate) mod plain;
pub(crate) mod policy;
mod profile;
pub mod question;
pub mod quote;
pub(crate) mod relationship;
#[cfg(test)]
mod tests;
pub mod tombstone;
pub(crate) mod whole;

/// The terms that an actor or object of ours uses beyond ActivityStreams.
pub fn context() -> Value {
    let mut context = serde_json::json!([
        "https://www.w3.org/ns/activitystreams",
        "https://w3id.org/security/v1",
        {
            "toot": "http://joinmastodon.org/ns#",
            "discoverable": "toot:discoverable",
            "indexable": "toot:indexable",
            "votersCount": "toot:votersCount",
            "featured": {"@id": "toot:featured", "@type": "@id"},
            "alsoKnownAs": {"@id": "as:alsoKnownAs", "@type": "@id"},
            "movedTo": {"@id": "as:movedTo", "@type": "@id"},
            "manuallyApprovesFollowers": "as:manuallyApprovesFollowers",
            "blurhash": "toot:blurhash",
            "focalPoint": {"@id": "toot:focalPoint", "@container": "@list"},
            "sensitive": "as:sensitive",
            "Hashtag": "as:Hashtag",
            "sensitive": "as:sensitive",
            "lemmy": "https://join-lemmy.org/ns#",
            "postingRestrictedToMods": "lemmy:postingRestrictedToMods",
            "sc": "http://schema.org#",
            "creditText": "sc:creditText",
            "PropertyValue": "sc:PropertyValue",
            "value": "sc:value",
            "propertyID": "sc:propertyID",
            "PostalAddress": "sc:PostalAddress",
            "address": {"@id": "sc:address", "@type": "sc:PostalAddress"},
            "streetAddress": "sc:streetAddress",
            "postalCode": "sc:postalCode",
            "addressLocality": "sc:addressLocality",
            "inLanguage": "sc:inLanguage",
            "eventStatus": "sc:eventStatus",
            "previousStartDate": "sc:previousStartDate",
            "category": "sc:category",
            "ical": "http://www.w3.org/2002/12/cal/ical#",
            "status": "ical:status",
            "timezone": "ical:timezone",
            "mz": "https://joinmobilizon.org/ns#",
            "joinMode": {"@id": "mz:joinMode", "@type": "mz:joinModeType"},
            "externalParticipationUrl": "mz:externalParticipationUrl",
            "participantCount": "mz:participantCount",
            "participationMessage": "mz:participationMessage",
            "maximumAttendeeCapacity": "sc:maximumAttendeeCapacity",
            "remainingAttendeeCapacity": "sc:remainingAttendeeCapacity",
            "attendees": "https://w3id.org/fep/8a8e/attendees",
            "isOnline": "mz:isOnline",
            "repliesModerationOption": "mz:repliesModerationOption",
            "pt": "https://joinpeertube.org/ns#",
            "commentsEnabled": "pt:commentsEnabled",
            "displayEndTime": "https://w3id.org/fep/8a8e/displayEndTime",
            "organizers": "https://w3id.org/fep/8a8e/organizers",
            "upcomingEvents": {"@id": "https://w3id.org/fep/8a8e/upcomingEvents", "@type": "@id"},
            "implements": {"@id": "https://w3id.org/fep/844e/implements", "@type": "@id", "@container": "@list"},
            "assertionMethod": {"@id": "https://w3id.org/security#assertionMethod", "@type": "@id", "@container": "@set"},
            "webfinger": {"@id": "https://purl.archive.org/socialweb/webfinger#webfinger", "@type": "http://www.w3.org/2001/XMLSchema#string"}
        }
    ]);
    if let Some(terms) = context.get_mut(2).and_then(Value::as_object_mut) {
        terms.extend(quote::terms());
    }
    context
}

/// The same, and the terms at `url` before our own.
pub(crate) fn context_with(url: &str) -> Value {
    let mut context = context();
    if let Some(list) = context.as_array_mut() {
        list.insert(1, Value::from(url));
    }
    context
}

/// Says of what an initiative or a member publishes that it is meant for the quarter, too (FEP-1b12): Lemmy takes from a
/// group only what names it.
pub(crate) fn mean_for_quarter(object: &mut Value, author: &Actor, instance: &Instance) {
    let quarter = &instance.quarter().url;
    if matches!(author.part, Some(Part::Initiative | Part::Member))
        && let Some(cc) = object.get_mut("cc").and_then(Value::as_array_mut)
    {
        cc.push(serde_json::json!(quarter));
        object["audience"] = serde_json::json!(quarter);
    }
}

/// Something another server published, read and checked but not kept yet.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// Its id.
    pub url: Url,
    /// Its `ActivityStreams` type, which never changes.
    pub kind: &'static str,
    /// Its HTML page, on the same host.
    pub page: Url,
    /// The one actor it is by.
    pub owner: Url,
    /// Whether everyone may read it.
    pub public: bool,
    /// What it quotes.
    pub quote: Option<Url>,
    /// The conversation it says to be in.
    pub context: Option<Url>,
    /// Whom else it names: groups it is meant for are among them.
    pub addressed: Vec<Url>,
    /// How many it mentions.
    pub mentions: usize,
    /// Whether it brings pictures or other files.
    pub has_media: bool,
    /// When it was published; never in the future.
    pub published_at: Timestamp,
    /// When it was changed, if it says so.
    pub updated_at: Option<Timestamp>,
    /// What it is.
    pub content: Content,
    /// What is attached to it.
    pub attachments: Vec<Attachment>,
}

/// What an object is to us.
#[derive(Clone, Debug)]
pub enum Content {
    /// A note, an article, or what can be shown as one.
    Post(Box<post::Details>),
    /// An event.
    Event(Box<happening::Details>),
}

impl Content {
    /// Whether it asks something.
    pub(crate) fn is_poll(&self) -> bool {
        matches!(self, Self::Post(details) if details.poll.is_some())
    }
}

/// The types of objects that are read; of a list of types the first of these counts.
const KINDS: [&str; 9] = ["Event", "Note", "Article", "Page", "Question", "Image", "Video", "Audio", "Document"];

/// Reads an object; `None` for what we have no use for.
pub fn read(object: &Value, instance: &Instance) -> Option<Incoming> {
    let now = instance.clock().now();
    let settings = instance.settings();
    let url = shape::own_id(object)?;
    let owner = shape::id(object, "attributedTo").or_else(|| shape::id(object, "actor"))?;
    let kind = shape::kind(object, |kind| KINDS.into_iter().find(|known| *known == kind))?;
    let content = match kind {
        "Event" => Content::Event(Box::new(event::read(object, settings).ok()?.details().clone())),
        _ => Content::Post(Box::new(note::read(object, settings.language)?)),
    };
    let here = |page: &Url| Host::of(page) == Host::of(&url);
    let page = shape::links(object, "url").find(here).unwrap_or_else(|| url.clone());
    // An event is public only by `to`: in `cc` it would be "unlisted", and that is no calendar.
    let public = shape::is_public(object, matches!(content, Content::Post(_)));
    let moment = |name, latest| shape::time(object, name).map(|at: Timestamp| at.clamp(Timestamp::UNIX_EPOCH, latest));
    let published_at = moment("published", now).unwrap_or(now);
    // A peer's clock may be ahead by as much as its signatures may.
    let updated_at = moment("updated", now + gate::WINDOW_AHEAD);
    let addressed = shape::addressed(object);
    let (context, quote) = (shape::id(object, "context"), quote::read(object));
    let is_mention = |tag: &&Value| shape::kind(tag, |kind| (kind == "Mention").then_some(())).is_some();
    let mentions = shape::entries(object, "tag").filter(is_mention).count();
    let has_media =
        shape::get(object, "attachment").is_some_and(|files| files.as_array().is_none_or(|list| !list.is_empty()));
    let attachments = attachment::read(object, instance);
    Some(Incoming {
        url,
        kind,
        page,
        owner,
        public,
        quote,
        context,
        addressed,
        mentions,
        has_media,
        published_at,
        updated_at,
        content,
        attachments,
    })
}

/// What became of an object that came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It is new here.
    New,
    /// It was known; it may have been changed.
    Known,
    /// It is not kept, for the reason given.
    Not(&'static str),
}

/// Keeps an object of `author` if it is wanted here: from an actor that we follow or that a neighbour vouches for
/// (`wanted`), or as an answer to something of ours (where the quarter takes them) or handed in to it, which is held back for
/// the editors: the first time, and whenever it is changed. How far the editors trust its author may change that.
pub async fn keep(tx: &mut Tx, instance: &Instance, object: &Incoming, author: &Actor, wanted: bool) -> Result<Kept> {
    if !object.public {
        return Ok(Kept::Not("it is not public"));
    }
    let stance = blocks::stance(tx, instance, author).await?;
    if stance == Stance::Shut {
        return Ok(Kept::Not("its author is blocked"));
    }
    let trusted = trust::level(tx, author.id).await?;
    if trusted == Some(Level::Refuse) {
        return Ok(Kept::Not("the editors take nothing of its author"));
    }
    let entry = storage::objects::by_url(tx, &object.url).await?;
    let is_kept = |entry: &Entry| entry.owner == author.url.as_str() && entry.deleted_at.is_none();
    let known = entry.as_ref().filter(|entry| is_kept(entry)).map(|entry| entry.id);
    // What we have may be changed by its owner, even if only a neighbour vouched for it.
    let vouched = wanted || (known.is_some() && reactions::is_passed_on(tx, &object.url).await?);
    if !vouched && held::is_refused(tx, instance, object, known).await? {
        return Ok(Kept::Not("strangers' answers are not taken"));
    }
    let asks = !vouched
        && (known.is_some()
            || held::answers_us(tx, instance, object).await?
            || submissions::is_handed_in(tx, instance, object, author).await?);
    if !vouched && !asks {
        return Ok(Kept::Not("nobody here follows its author"));
    }
    let checked = if asks { trusted != Some(Level::Show) } else { trusted == Some(Level::Check) };
    let held = checked || stance == Stance::Held || is_sensitive(tx, instance, object, known).await?;
    if held && !held::waits(tx, known).await? && !held::has_room(tx, instance, object, author).await? {
        return Ok(Kept::Not("too much waits already"));
    }
    let id = instance.new_id();
    match storage::objects::claim_seen(tx, entry, &object.url, id, object.kind, &author.url).await? {
        Claim::New => insert(tx, instance, object, (id, author), held).await.map(|()| Kept::New),
        Claim::Known(id) => change(tx, instance, object, id, author, held).await.map(|()| Kept::Known),
        Claim::Deleted => Ok(Kept::Not("it was deleted")),
        Claim::Foreign => Ok(Kept::Not("its id is another's")),
    }
}

/// Whether it speaks of crime, and what we show of it did not: an editor reads it first, whoever it is by.
async fn is_sensitive(tx: &mut Tx, instance: &Instance, object: &Incoming, known: Option<Uuid>) -> Result<bool> {
    let words = &instance.settings().editors.safety;
    let touches = match &object.content {
        Content::Post(details) => words.touch_post(details),
        Content::Event(details) => words.touch_event(details),
    };
    let Some(id) = known.filter(|_| touches) else { return Ok(touches) };
    let did = match &object.content {
        Content::Post(_) => posts::by_id(tx, id).await?.is_some_and(|kept| words.touch_post(&kept.details)),
        Content::Event(_) => {
            let shown = events::by_id(tx, id).await?.filter(|kept| kept.state == State::Published);
            shown.is_some_and(|kept| words.touch_event(&kept.details))
        }
    };
    Ok(!did)
}

async fn insert(
    tx: &mut Tx,
    instance: &Instance,
    object: &Incoming,
    (id, author): (Uuid, &Actor),
    held: bool,
) -> Result<()> {
    match &object.content {
        Content::Post(details) => {
            posts::insert(tx, &object.post(id, author, (**details).clone()), held).await?;
            if held {
                held::note(tx, instance, object, id, author).await?;
            }
        }
        Content::Event(details) => {
            let mut event = object.event(id, author, (**details).clone());
            places::recognise(tx, instance, &mut event.details).await?;
            event.state = if held { State::Draft } else { State::Published };
            events::insert(tx, &event, None).await?;
            twins::settle(tx, instance, id).await?;
        }
    }
    if !object.attachments.is_empty() {
        attachments::replace(tx, id, &object.attachments).await?;
    }
    let parent = match &object.content {
        Content::Post(details) => details.in_reply_to.as_ref(),
        Content::Event(_) => None,
    };
    Box::pin(conversations::join(tx, instance, (id, &object.url), parent, object.context.as_ref())).await?;
    if let (Content::Post(_), Some(target)) = (&object.content, &object.quote) {
        storage::quotes::insert(tx, id, &Quote::new(target.clone()), None).await?;
    }
    Ok(())
}

async fn change(
    tx: &mut Tx,
    instance: &Instance,
    object: &Incoming,
    id: Uuid,
    author: &Actor,
    held: bool,
) -> Result<()> {
    let now = instance.clock().now();
    match &object.content {
        Content::Post(details) => {
            let mut post = object.post(id, author, (**details).clone());
            // Counts of a poll come without a moment and change nothing that was said.
            let told = if details.poll.is_some() { object.published_at } else { now };
            post.updated_at = object.updated_at.unwrap_or(told);
            // An authorization that comes or goes changes nothing that was said, so that it may be as old as what we have.
            if posts::by_id(tx, id).await?.is_some_and(|kept| post.updated_at >= kept.updated_at) {
                storage::quotes::replace(tx, id, object.quote.as_ref()).await?;
            }
            let newer = posts::update(tx, &post).await?;
            if newer {
                attachments::replace(tx, id, &object.attachments).await?;
            }
            // An editor said yes to other words.
            if newer && held && posts::hold(tx, id).await? {
                held::note(tx, instance, object, id, author).await?;
            }
            if !newer && !posts::exists(tx, id).await? {
                insert(tx, instance, object, (id, author), held).await?;
            } else if let Some(poll) = &details.poll {
                question::change(tx, id, poll, newer).await?;
            }
        }
        Content::Event(details) => {
            let mut event = object.event(id, author, (**details).clone());
            places::recognise(tx, instance, &mut event.details).await?;
            event.updated_at = object.updated_at.unwrap_or(now);
            if let Some(kept) = events::by_id(tx, id).await? {
                event.sequence = kept.sequence + 1;
                event.state = kept.state;
                event.published_at = kept.published_at;
                event.details.moved.follow(&kept.details, details);
                if events::update(tx, &event).await? {
                    attachments::replace(tx, id, &object.attachments).await?;
                    if held && events::hold(tx, id).await? {
                        twins::release(tx, instance, id).await?;
                    }
                    twins::settle(tx, instance, id).await?;
                }
            } else {
                insert(tx, instance, object, (id, author), held).await?;
            }
        }
    }
    Ok(())
}

impl Incoming {
    fn post(&self, id: Uuid, author: &Actor, details: post::Details) -> Post {
        Post {
            id,
            url: self.url.clone(),
            page: self.page.clone(),
            author: author.id,
            details,
            published_at: self.published_at,
            updated_at: self.updated_at.unwrap_or(self.published_at),
        }
    }

    fn event(&self, id: Uuid, author: &Actor, details: happening::Details) -> Event {
        Event {
            id,
            url: self.url.clone(),
            page: self.page.clone(),
            author: author.id,
            details,
            state: State::Published,
            source: None,
            uid: self.url.to_string(),
            sequence: 0,
            published_at: self.published_at,
            updated_at: self.updated_at.unwrap_or(self.published_at),
        }
    }
}
