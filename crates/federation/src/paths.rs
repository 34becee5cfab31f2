//! The addresses of our things. Pages and ActivityPub share them; `Accept` decides.

use domain::actor::{Actor, Part};
use domain::media::Media;
use url::Url;
use uuid::Uuid;

/// The instance actor, at a fixed path.
pub const INSTANCE: &str = "/actor";
/// The inbox of the whole server.
pub const SHARED_INBOX: &str = "/inbox";

/// The path of one of our actors.
pub fn actor(part: Part, handle: &str) -> String {
    if part == Part::Instance { INSTANCE.to_owned() } else { format!("/@{handle}") }
}

/// The path of an event's page.
pub fn event(id: Uuid) -> String {
    format!("/events/{id}")
}

/// The path of the page of a series.
pub fn series(id: Uuid) -> String {
    format!("/series/{id}")
}

/// The path of a place of the directory.
pub fn place(slug: &str) -> String {
    format!("/places/{slug}")
}

/// The path of a post's page.
pub fn post(id: Uuid) -> String {
    format!("/posts/{id}")
}

/// The path of an authorization to quote.
pub fn quote(id: Uuid) -> String {
    format!("/quotes/{id}")
}

/// The path of a picture of ours.
pub fn media(media: &Media) -> String {
    format!("/media/{}", media.file_name(false))
}

/// The path of an activity.
pub fn activity(id: Uuid) -> String {
    format!("/activities/{id}")
}

/// The full address of a path below `base`.
pub fn absolute(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(path);
    url
}

/// The id of the RSA key of one of our actors.
pub fn main_key(actor: &Url) -> Url {
    part_of(actor, "main-key")
}

/// The id of the Ed25519 key of one of our actors.
pub fn proof_key(actor: &Url) -> Url {
    part_of(actor, "ed25519-key")
}

fn part_of(document: &Url, fragment: &str) -> Url {
    let mut url = document.clone();
    url.set_fragment(Some(fragment));
    url
}

/// The address of something that belongs to an actor: its inbox, a collection.
pub fn of(actor: &Actor, name: &str) -> Url {
    let mut url = actor.url.clone();
    url.set_path(&format!("{}/{name}", actor.url.path()));
    url
}
