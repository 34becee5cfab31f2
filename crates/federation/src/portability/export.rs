//! Writes everything of one person into one file.

use std::vec::IntoIter;

use bytes::Bytes;
use domain::account::Account;
use domain::actor::Actor;
use domain::media::Media;
use domain::messages;
use futures_util::stream::{Stream, try_unfold};
use serde_json::{Value, json};
use storage::objects as registry;
use storage::{Tx, accounts, actors, events, posts, proposals, registrations, reports, sessions};
use tracing::warn;

use super::archive::Archive;
use super::{ACCOUNT, ACTOR, MEDIA, OUTBOX, README};
use crate::error::{Error, Result};
use crate::instance::Instance;
use crate::media::file;
use crate::objects::{self, whole};

/// Everything of `account`, as it is now: the bytes of the file, picture by picture.
pub async fn export(
    instance: &Instance,
    account: &Account,
) -> Result<impl Stream<Item = Result<Bytes>> + Send + use<>> {
    let (archive, pictures) = texts(instance, account).await?;
    let state = (instance.clone(), Some(archive), pictures.into_iter());
    Ok(try_unfold(state, next))
}

type Rest = (Instance, Option<Archive>, IntoIter<Media>);

/// The next bytes: up to and with the next picture, or the end.
async fn next((instance, archive, mut pictures): Rest) -> Result<Option<(Bytes, Rest)>> {
    let Some(mut archive) = archive else { return Ok(None) };
    for media in pictures.by_ref() {
        match file(&instance, &media, false).await {
            Ok(bytes) => archive.add(&format!("{MEDIA}/{}", media.file_name(false)), &bytes)?,
            // Deleted since the texts were read.
            Err(Error::NotFound) => warn!(id = %media.id, "A picture is not in an export: it is gone"),
            Err(other) => return Err(other),
        }
        let bytes = archive.take();
        if !bytes.is_empty() {
            return Ok(Some((bytes, (instance, Some(archive), pictures))));
        }
    }
    Ok(Some((archive.finish()?, (instance, None, pictures))))
}

/// The archive with all its texts, and the pictures that come after them.
async fn texts(instance: &Instance, account: &Account) -> Result<(Archive, Vec<Media>)> {
    let mut tx = instance.store().read().await?;
    let mut archive = Archive::begin(instance.clock().now());
    archive
        .add(README, messages::text(instance.settings().speak(account.language), "account-export-readme").as_bytes())?;
    archive.add(ACCOUNT, &pretty(&person(&mut tx, instance, account).await?)?)?;
    let mut pictures = Vec::new();
    let profile = match account.actor {
        Some(id) => actors::by_id(&mut tx, id).await?,
        None => None,
    };
    if let Some(profile) = profile {
        archive.add(ACTOR, &pretty(&objects::actor::document(&mut tx, instance, &profile).await?)?)?;
        archive.add(OUTBOX, &pretty(&outbox(&mut tx, instance, &profile, &mut pictures).await?)?)?;
    }
    Ok((archive, pictures))
}

fn pretty(value: &Value) -> std::io::Result<Vec<u8>> {
    serde_json::to_vec_pretty(value).map_err(std::io::Error::other)
}

/// What is kept of a person, apart from what they published.
async fn person(tx: &mut Tx, instance: &Instance, account: &Account) -> Result<Value> {
    let now = instance.clock().now();
    let mut initiatives = Vec::new();
    for (id, membership) in accounts::memberships_of(tx, account.id).await? {
        let Some(actor) = actors::by_id(tx, id).await? else { continue };
        initiatives.push(json!({ "name": actor.name, "address": actor.address(), "as": membership.as_str() }));
    }
    let sessions = sessions::of_account(tx, account.id, now).await?.into_iter().map(
        |(_, session)| json!({ "browser": session.browser, "since": session.created_at, "until": session.expires_at }),
    );
    let sessions: Vec<Value> = sessions.collect();
    let mut proposed = Vec::new();
    for id in proposals::of_mailbox(tx, &account.email).await? {
        if let Some(event) = events::by_id(tx, id).await? {
            proposed.push(json!({ "name": event.details.name, "startTime": event.details.starts_at }));
        } else if let Some(post) = posts::draft(tx, id).await? {
            proposed.push(json!({ "name": post.details.title, "content": post.details.content.as_str() }));
        }
    }
    let mut registered = Vec::new();
    for kept in registrations::of_person(tx, account.id, &account.email).await? {
        let event = events::by_id(tx, kept.event).await?;
        registered.push(json!({
            "event": event.map(|event| event.details.name),
            "name": kept.wish.name,
            "persons": kept.wish.persons,
            "phone": kept.wish.phone,
            "note": kept.wish.note,
            "state": kept.state.as_str(),
            "at": kept.created_at,
        }));
    }
    let reported = reports::of_mailbox(tx, &account.email).await?.into_iter().map(|report| {
        json!({ "number": report.number, "about": report.target, "reason": report.reason, "at": report.created_at })
    });
    let reported: Vec<Value> = reported.collect();
    Ok(json!({
        "quarter": instance.settings().base_url,
        "exported": now,
        "name": account.name,
        "email": account.email.as_str(),
        "language": account.language.code(),
        "role": account.role.as_str(),
        "since": account.created_at,
        "suspended": account.suspended_at,
        "initiatives": initiatives,
        "sessions": sessions,
        "proposals": proposed,
        "registrations": registered,
        "reports": reported,
    }))
}

/// Everything that was published in somebody's name and is not deleted, the oldest first, as they were published.
async fn outbox(tx: &mut Tx, instance: &Instance, author: &Actor, pictures: &mut Vec<Media>) -> Result<Value> {
    let mut published = Vec::new();
    for id in registry::of_owner(tx, &author.url).await? {
        let Some(entry) = registry::by_id(tx, id).await? else { continue };
        let Some(object) = whole::read(tx, instance, &entry).await? else { continue };
        pictures.extend(storage::media::of_object(tx, id).await?);
        published.push(object);
    }
    let moment = |object: &Value| object.get("published").and_then(Value::as_str).unwrap_or_default().to_owned();
    published.sort_by_key(moment);
    let create = |object: Value| {
        let [published, to, cc] = ["published", "to", "cc"].map(|name| object.get(name).cloned());
        let mut activity = json!({ "type": "Create", "actor": author.url, "object": object });
        if let Some(members) = activity.as_object_mut() {
            let known = [("published", published), ("to", to), ("cc", cc)];
            members.extend(known.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
        }
        activity
    };
    Ok(json!({
        "@context": objects::context(),
        "id": OUTBOX,
        "type": "OrderedCollection",
        "totalItems": published.len(),
        "orderedItems": published.into_iter().map(create).collect::<Vec<_>>(),
    }))
}
