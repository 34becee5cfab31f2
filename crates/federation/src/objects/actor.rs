//! Actors on the wire.

use domain::actor::{Actor, AssertionKey, Kind, Part, PublicKey};
use domain::host::Host;
use domain::html::{self, Html};
use jiff::Timestamp;
use serde_json::{Value, json};
use storage::{Tx, moves, profiles};
use url::Url;
use uuid::Uuid;

use super::{context_with, profile};
use crate::error::Result;
use crate::hosts;
use crate::instance::{Instance, Settings};
use crate::paths;
use crate::shape;
use crate::signatures::multikey;

/// How many former addresses of an actor count.
pub const MAX_ALIASES: usize = 20;

/// The document of one of our actors, with what it says of itself, where it was before and where it moved.
pub(crate) async fn document(tx: &mut Tx, instance: &Instance, actor: &Actor) -> Result<Value> {
    let mut object = write(actor, instance.settings());
    if let Some((facts, _)) = profiles::of(tx, actor.id).await? {
        let settings = instance.settings();
        profile::introduce(&mut object, actor, &facts, settings.speak(settings.language));
    }
    object["alsoKnownAs"] = json!(moves::aliases(tx, actor.id).await?);
    if let Some(moved) = moves::of(tx, actor.id).await? {
        object["movedTo"] = json!(moved.target);
    }
    Ok(object)
}

/// Whether the document of an actor says that it is known as `url` too.
pub(crate) fn is_known_as(object: &Value, url: &Url) -> bool {
    let mut known = shape::entries(object, "alsoKnownAs").take(MAX_ALIASES).filter_map(shape::id_of);
    known.any(|known| known == *url)
}

/// The document of one of our actors, as it is without the database.
pub fn write(actor: &Actor, settings: &Settings) -> Value {
    let mut object = json!({
        "@context": context_with(multikey::CONTEXT),
        "id": actor.url,
        "type": actor.kind.as_str(),
        "preferredUsername": actor.handle,
        "name": actor.name,
        "summary": actor.summary.as_str(),
        "url": actor.page,
        "inbox": actor.inbox,
        "outbox": actor.outbox,
        "followers": actor.followers,
        "following": paths::of(actor, "following"),
        "endpoints": { "sharedInbox": actor.shared_inbox, "uploadMedia": paths::of(actor, "upload") },
        "webfinger": actor.address(),
        "discoverable": true,
        "indexable": true,
        // Mastodon marks a request that nobody answers as pending for ever; ours are answered at once.
        "manuallyApprovesFollowers": false,
        "published": actor.created_at.to_string(),
        "updated": actor.updated_at.to_string(),
        "alsoKnownAs": [],
        "attachment": [],
    });
    if let Some(key) = &actor.key {
        object["publicKey"] = json!({ "id": key.id, "owner": actor.url, "publicKeyPem": key.pem });
    }
    object["assertionMethod"] = actor.assertion_keys.iter().map(|key| assertion_method(key, actor)).collect();
    if actor.part == Some(Part::Instance) {
        object["implements"] = implements();
    } else {
        object["generator"] = json!({
            "type": "Application",
            "id": paths::absolute(&settings.base_url, paths::INSTANCE),
            "implements": implements(),
        });
        object["featured"] = json!(paths::of(actor, "featured"));
        object["upcomingEvents"] = json!(paths::of(actor, "upcoming"));
    }
    if actor.part == Some(Part::Quarter) {
        object["neighbours"] = json!(paths::of(actor, "neighbours"));
        // What Lemmy asks of a community: everybody may hand in, and editors decide.
        object["attributedTo"] = json!(paths::of(actor, "moderators"));
        object["postingRestrictedToMods"] = json!(false);
        object["sensitive"] = json!(false);
        if let Some(position) = settings.position {
            object["location"] = json!({ "type": "Place", "name": actor.name, "latitude": position.latitude, "longitude": position.longitude });
        }
    }
    object
}

/// Reads another server's actor; the sentence says what is missing or does not fit.
///
/// Inbox, outbox and key have to be on the actor's own host, so that nobody makes us deliver to a third party.
pub fn read(object: &Value, now: Timestamp) -> Result<Actor, &'static str> {
    let url = shape::id(object, "id").or_else(|| shape::id(object, "@id")).ok_or("the actor has no id")?;
    let host = Host::of(&url).ok_or("the actor's id has no host")?;
    let kind = shape::kind(object, Kind::from_name).ok_or("this is not an actor")?;
    let here = |address: &Url| Host::of(address).as_ref() == Some(&host);
    let inbox = shape::id(object, "inbox").filter(here).ok_or("the actor has no inbox on its host")?;
    let endpoints = shape::get(object, "endpoints").unwrap_or(object);
    let handle = html::line(shape::text(object, "preferredUsername").unwrap_or_default(), 100);
    let handle = if handle.is_empty() { host.as_str().to_owned() } else { handle };
    let name = shape::text(object, "name").map(|name| html::line(name, 100)).filter(|name| !name.is_empty());
    let (key, assertion_keys) = (key(object, &url), multikey::read(object, &url));
    if key.is_none() && assertion_keys.is_empty() {
        return Err("the actor has no key of its own");
    }
    Ok(Actor {
        id: Uuid::now_v7(),
        kind,
        part: None,
        name: name.unwrap_or_else(|| handle.clone()),
        handle,
        summary: Html::clean(shape::text(object, "summary").unwrap_or_default()),
        page: shape::link(object, "url").filter(here).unwrap_or_else(|| url.clone()),
        inbox,
        shared_inbox: shape::id(endpoints, "sharedInbox").filter(here),
        outbox: shape::id(object, "outbox").filter(here),
        followers: shape::id(object, "followers").filter(here),
        key,
        assertion_keys,
        created_at: shape::time(object, "published").map_or(now, |at: Timestamp| at.clamp(Timestamp::UNIX_EPOCH, now)),
        updated_at: now,
        deleted_at: None,
        host,
        url,
    })
}

/// What cannot be seen from anything else that we say (FEP-844e).
fn implements() -> Value {
    json!([
        { "href": hosts::RFC9421, "name": "RFC-9421: HTTP Message Signatures" },
        { "href": hosts::ED25519, "name": "RFC-9421 signatures using the Ed25519 algorithm" },
    ])
}

fn assertion_method(key: &AssertionKey, actor: &Actor) -> Value {
    json!({ "id": key.id, "type": "Multikey", "controller": actor.url, "publicKeyMultibase": key.multibase })
}

/// The first key that names the actor as its owner.
fn key(object: &Value, actor: &Url) -> Option<PublicKey> {
    shape::entries(object, "publicKey").find_map(|entry| {
        let id = shape::id_of(entry).filter(|id| Host::of(id) == Host::of(actor))?;
        let owner = shape::id(entry, "owner").or_else(|| shape::id(entry, "controller"))?;
        let pem = shape::text(entry, "publicKeyPem").filter(|pem| pem.len() <= 16 * 1024)?;
        (owner == *actor).then(|| PublicKey { id, pem: pem.to_owned() })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document() -> Value {
        json!({
            "id": "https://sued.example/users/sued", "type": "Group", "preferredUsername": "sued", "name": "Süd<b>stadt</b>",
            "inbox": "https://sued.example/users/sued/inbox", "endpoints": {"sharedInbox": "https://sued.example/inbox"},
            "publicKey": {"id": "https://sued.example/users/sued#main-key", "owner": "https://sued.example/users/sued", "publicKeyPem": "PEM"},
        })
    }

    #[test]
    fn an_actor_is_read_with_what_it_needs() {
        let actor = read(&document(), Timestamp::UNIX_EPOCH).expect("an actor");
        assert_eq!((actor.name.as_str(), actor.address().as_str()), ("Südstadt", "sued@sued.example"));
        assert_eq!(actor.delivery_inbox().as_str(), "https://sued.example/inbox");
    }

    #[test]
    fn an_actor_without_any_key_of_its_own_is_none() {
        let mut modern = document();
        modern.as_object_mut().expect("an object").remove("publicKey");
        assert!(read(&modern, Timestamp::UNIX_EPOCH).is_err());
        modern["assertionMethod"] = json!({
            "id": "https://sued.example/users/sued#ed25519-key", "type": "Multikey",
            "controller": "https://sued.example/users/sued",
            "publicKeyMultibase": "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2",
        });
        let actor = read(&modern, Timestamp::UNIX_EPOCH).expect("an actor");
        assert_eq!((actor.key, actor.assertion_keys.len()), (None, 1));
        modern["assertionMethod"]["controller"] = json!("https://sued.example/users/other");
        assert!(read(&modern, Timestamp::UNIX_EPOCH).is_err());
    }

    #[test]
    fn a_former_address_is_found_alone_and_in_a_list_that_is_not_too_long() {
        let old: Url = "https://nord.example/@nord".parse().expect("a URL");
        let filler = |count: usize| (0..count).map(|number| json!(format!("https://x.example/{number}")));
        let list = |count| filler(count).chain([json!(old)]).collect::<Value>();
        for known in [json!(old), json!([old]), json!([{ "id": old }]), list(MAX_ALIASES - 1)] {
            assert!(is_known_as(&json!({ "alsoKnownAs": known }), &old), "{known}");
        }
        for known in [json!(null), json!([]), json!("https://nord.example/@other"), json!(7), list(MAX_ALIASES)] {
            assert!(!is_known_as(&json!({ "alsoKnownAs": known }), &old), "{known}");
        }
    }

    #[test]
    fn nothing_of_an_actor_lies_on_another_host() {
        let mut reflecting = document();
        reflecting["inbox"] = json!("https://victim.example/inbox");
        assert!(read(&reflecting, Timestamp::UNIX_EPOCH).is_err());
        let mut shared = document();
        shared["endpoints"]["sharedInbox"] = json!("https://victim.example/inbox");
        assert_eq!(read(&shared, Timestamp::UNIX_EPOCH).expect("an actor").shared_inbox, None);
        let mut key = document();
        key["publicKey"]["owner"] = json!("https://sued.example/users/other");
        assert!(read(&key, Timestamp::UNIX_EPOCH).is_err());
    }
}
