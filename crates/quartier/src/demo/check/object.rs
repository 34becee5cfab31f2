//! What was published at the first quarter, as far as a stranger must know it to find it elsewhere.

use domain::event::Event;
use domain::html;
use domain::post::Post;
use jiff::Timestamp;
use url::Url;
use uuid::Uuid;

/// One post or event.
#[derive(Clone, Debug)]
pub(super) struct Object {
    /// Its `ActivityPub` id.
    pub(super) id: Url,
    /// Its page at home, by which feeds name it.
    pub(super) page: Url,
    /// Words that its page shows.
    pub(super) words: String,
    /// What it is.
    pub(super) kind: Kind,
}

/// What an object is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    /// A post.
    Post,
    /// An event.
    Event {
        /// Its key at home.
        key: Uuid,
        /// When it begins.
        starts_at: Timestamp,
        /// When it ends.
        ends_at: Timestamp,
    },
}

impl Object {
    /// A post, known by its first words.
    pub(super) fn of_post(post: &Post) -> Self {
        let words = html::line(post.details.content.as_str(), 40);
        Self { id: post.url.clone(), page: post.page.clone(), words, kind: Kind::Post }
    }

    /// An event, known by its title.
    pub(super) fn of_event(event: &Event) -> Self {
        let details = &event.details;
        let kind = Kind::Event { key: event.id, starts_at: details.starts_at, ends_at: details.ends_at };
        Self { id: event.url.clone(), page: event.page.clone(), words: details.name.clone(), kind }
    }
}
