//! Takes in what somebody published in another quarter, as their own.

use std::io::{self, Read};

use aws_lc_rs::digest::{SHA256, digest};
use domain::account::{Account, Role};
use domain::actor::Actor;
use domain::event::{self, Event, State};
use domain::invalid::Invalid;
use domain::language::Language;
use domain::media::{Illustrations, MAX_OWN, Pick};
use domain::messages::text;
use domain::notice::{Notice, Topic};
use domain::participation::Attendance;
use domain::post::{self, Post};
use serde_json::Value;
use storage::objects::{self as registry, Claim};
use storage::{Tx, actors, events, posts};
use tokio::task::spawn_blocking;
use url::Url;
use uuid::Uuid;

use super::unpack::{Unpacked, unpack};
use crate::activities::Outgoing;
use crate::conversations;
use crate::error::{Error, Result};
use crate::instance::Instance;
use crate::media::upload;
use crate::objects::{self, Content, Incoming, attachment};
use crate::{paths, shape};

/// How many posts and events are taken from one file.
const MOST: usize = 5000;

/// What became of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// Posts and events that are here now.
    pub new: usize,
    /// Those that were taken in before, or deleted here since.
    pub known: usize,
    /// What was not public, is nothing we keep, or cannot be read.
    pub left_out: usize,
}

/// Takes in everything public from `file`, in the name of the public profile of `account`, with the days it was published on.
///
/// Nobody is told: it is news to no one. The same file twice adds nothing, also if the first time ended half way. Problems
/// with the file are [`Error::Unusable`]; without a public profile it is [`Error::Forbidden`].
pub async fn import(instance: &Instance, account: &Account, file: impl Read + Send + 'static) -> Result<Taken> {
    let profile = account.actor.filter(|_| account.role > Role::Reader).ok_or(Error::Forbidden)?;
    let author = actors::by_id(&mut instance.store().look().await?, profile).await?.ok_or(Error::Forbidden)?;
    let unpacked = spawn_blocking(move || unpack(file)).await.map_err(io::Error::other)??;
    let (instance, account) = (instance.clone(), account.clone());
    // It goes on if whoever waits for the answer goes away.
    tokio::spawn(async move { keep_all(&instance, &account, &author, &unpacked).await })
        .await
        .map_err(io::Error::other)?
}

async fn keep_all(instance: &Instance, account: &Account, author: &Actor, unpacked: &Unpacked) -> Result<Taken> {
    let mut taken = Taken::default();
    for entry in shape::entries(&unpacked.outbox, "orderedItems") {
        // What one published oneself: bare, or as it was told. What others published and one passed on is theirs.
        let is_create = shape::kind(entry, |kind| (kind == "Create").then_some(())).is_some();
        let object = if is_create { shape::get(entry, "object").map(shape::only) } else { Some(entry) };
        let read = object.and_then(|object| Some((object, objects::read(object, instance)?)));
        match read.filter(|(_, read)| read.public) {
            Some(_) if taken.new + taken.known >= MOST => taken.left_out += 1,
            Some((object, read)) => match keep(instance, account, author, unpacked, (object, read)).await {
                Ok(true) => taken.new += 1,
                Ok(false) => taken.known += 1,
                Err(Error::Invalid(_)) => taken.left_out += 1,
                Err(other) => return Err(other),
            },
            None => taken.left_out += 1,
        }
    }
    Ok(taken)
}

/// Keeps one post or event; `false` if it was here before.
async fn keep(
    instance: &Instance,
    account: &Account,
    author: &Actor,
    unpacked: &Unpacked,
    (object, read): (&Value, Incoming),
) -> Result<bool> {
    if instance.is_ours(&read.url) {
        return Ok(false);
    }
    let safety = &instance.settings().editors.safety;
    let touches = match &read.content {
        Content::Post(details) => safety.touch_post(details),
        Content::Event(details) => safety.touch_event(details),
    };
    if touches {
        // An editor reads such words first, and nobody wants to be asked about years of posts.
        return Err(Invalid::one("content", "safety-change").into());
    }
    let id = key(author, &read);
    if registry::by_id(&mut instance.store().look().await?, id).await?.is_some() {
        return Ok(false);
    }
    let pictures = Illustrations { account: account.id, picks: pictures(instance, account, unpacked, &read).await? };
    let mut tx = instance.store().write().await?;
    let made = match &read.content {
        Content::Post(details) => {
            let mut details = (**details).clone();
            details.notice = notice(object, details.language.as_deref());
            let details = post::Draft::new(details)?.details().clone();
            insert_post(&mut tx, instance, author, (id, &read, details), &pictures).await?
        }
        Content::Event(details) => insert_event(&mut tx, instance, author, (id, &read, details), &pictures).await?,
    };
    tx.commit().await?;
    Ok(made)
}

/// Our key for it: the same each time it comes, in the order of when it was published.
fn key(author: &Actor, read: &Incoming) -> Uuid {
    let hash = digest(&SHA256, format!("{} {}", author.id, read.url).as_bytes());
    let mut random = [0; 10];
    random.iter_mut().zip(hash.as_ref()).for_each(|(to, from)| *to = *from);
    let moment = u64::try_from(read.published_at.as_millisecond()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(moment, &random).into_uuid()
}

/// Takes in the pictures that the file has, with their descriptions; without one a picture is left out.
async fn pictures(instance: &Instance, account: &Account, unpacked: &Unpacked, read: &Incoming) -> Result<Vec<Pick>> {
    let mut picks = Vec::new();
    for one in read.attachments.iter().filter(|one| one.picture) {
        let name = one.url.path_segments().and_then(Iterator::last).unwrap_or_default();
        let (Some(alt), Some(bytes), true) = (one.alt.clone(), unpacked.picture(name).await?, picks.len() < MAX_OWN)
        else {
            continue;
        };
        match upload(instance, account.id, bytes, (alt.clone(), one.focus)).await {
            Ok(media) => picks.push(Pick { id: media.id, alt, credit: one.credit.clone(), focus: one.focus }),
            // A file that is no picture does not cost the words.
            Err(Error::Invalid(invalid)) if invalid.at("file") != Some("media-too-many") => {}
            Err(other) => return Err(other),
        }
    }
    Ok(picks)
}

/// What a notice is about, which is a hashtag on the wire, and its last moment.
fn notice(object: &Value, language: Option<&str>) -> Option<Notice> {
    let language = language.and_then(Language::from_tag).unwrap_or_default();
    let is_tag = |topic: &Topic| {
        let name = text(language, &format!("board-tag-{}", topic.as_str()));
        shape::entries(object, "tag").any(|tag| shape::text(tag, "name") == Some(name.as_str()))
    };
    let topic = Topic::ALL.into_iter().find(is_tag)?;
    Some(Notice { topic, until: shape::time(object, "endTime") })
}

async fn insert_post(
    tx: &mut Tx,
    instance: &Instance,
    author: &Actor,
    (id, read, details): (Uuid, &Incoming, post::Details),
    pictures: &Illustrations,
) -> Result<bool> {
    let url = instance.url(&paths::post(id));
    let kind = details.kind();
    if registry::claim(tx, &url, id, kind.as_str(), &author.url).await? != Claim::New {
        return Ok(false);
    }
    let parent = details.in_reply_to.clone();
    let (published_at, updated_at) = (read.published_at, read.updated_at.unwrap_or(read.published_at));
    let post = Post { id, page: url.clone(), url, author: author.id, details, published_at, updated_at };
    posts::insert(tx, &post, false).await?;
    let object = objects::note::write(&post, kind, author);
    publish(tx, instance, author, (id, &post.url, parent.as_ref()), (object, pictures)).await?;
    Ok(true)
}

async fn insert_event(
    tx: &mut Tx,
    instance: &Instance,
    author: &Actor,
    (id, read, details): (Uuid, &Incoming, &event::Details),
    pictures: &Illustrations,
) -> Result<bool> {
    let url = instance.url(&paths::event(id));
    if registry::claim(tx, &url, id, "Event", &author.url).await? != Claim::New {
        return Ok(false);
    }
    let event = Event {
        id,
        page: url.clone(),
        author: author.id,
        details: details.clone(),
        state: State::Published,
        source: None,
        uid: url.to_string(),
        sequence: 0,
        published_at: read.published_at,
        updated_at: read.updated_at.unwrap_or(read.published_at),
        url,
    };
    events::insert(tx, &event, None).await?;
    let object = objects::event::write(&event, author, instance.settings(), &Attendance::default());
    publish(tx, instance, author, (id, &event.url, None), (object, pictures)).await?;
    Ok(true)
}

/// Puts it into the outbox, delivered to nobody.
async fn publish(
    tx: &mut Tx,
    instance: &Instance,
    author: &Actor,
    (id, url, parent): (Uuid, &Url, Option<&Url>),
    (object, pictures): (Value, &Illustrations),
) -> Result<()> {
    Box::pin(conversations::join(tx, instance, (id, url), parent, None)).await?;
    attachment::attach(tx, id, Some(pictures)).await?;
    let mut object = attachment::illustrate(tx, instance, id, object).await?;
    Box::pin(conversations::complete(tx, instance, id, &mut object)).await?;
    let outgoing = Outgoing { actor: author, kind: "Create", about: url, object, to: None };
    outgoing.keep(tx, instance, true).await?;
    Ok(())
}
