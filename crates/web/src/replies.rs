//! Replies beneath posts and events: what everyone may see of them, as the templates show it.

use std::collections::HashMap;

use calendar::phrase;
use domain::actor::Actor;
use domain::messages;
use domain::post::Post;
use storage::Tx;
use storage::replies::{self, Query};
use url::Url;
use uuid::Uuid;

use crate::app::App;
use crate::error::PageError;
use crate::links;
use crate::listing::{self, Origins, beginning, warning};
use crate::pictures::Figure;
use crate::visitor::Visitor;

/// How many stand beneath a page; the rest has pages of its own.
const BENEATH: i64 = 20;
/// A reply longer than this is cut, in characters; the whole stands on its own page.
const LONGEST: usize = 1500;

/// What a page says of its replies.
pub(crate) struct Replies {
    /// How many there are.
    pub(crate) heading: String,
    /// The words for whose replies stand here.
    pub(crate) how: &'static str,
    pub(crate) list: Vec<Reply>,
    /// Where all of them stand, and what the link says, if not all are here.
    pub(crate) more: Option<(String, String)>,
}

/// One reply in words.
pub(crate) struct Reply {
    pub(crate) author: String,
    pub(crate) author_href: String,
    /// The name or the host of the author's server; none for our own.
    pub(crate) from: Option<String>,
    pub(crate) published: String,
    pub(crate) when: String,
    pub(crate) language: Option<String>,
    pub(crate) warning: Option<String>,
    /// What it says as it is, or the beginning of what is too long for a list.
    pub(crate) text: Text,
    pub(crate) picture: Option<Figure>,
    pub(crate) href: String,
    /// Its page on the author's server.
    pub(crate) original: Option<String>,
}

/// What a reply says.
pub(crate) enum Text {
    /// All of it, as clean HTML.
    Whole(String),
    /// Its beginning, plain.
    Beginning(String),
}

/// What is answered: our address of it, its id, and who it is by.
pub(crate) struct Parent<'a> {
    pub(crate) path: String,
    pub(crate) url: &'a Url,
    pub(crate) author: Uuid,
}

impl Parent<'_> {
    /// The question to the database: what nobody concerned blocks.
    pub(crate) fn query(&self, app: &App, limit: i64) -> Query<'_> {
        let blockers = [app.instance.quarter().id, self.author];
        Query { parent: self.url, blockers, after: None, limit }
    }
}

/// The first replies to a post or an event; `None` where nobody replied.
pub(crate) async fn beneath(
    app: &App,
    tx: &mut Tx,
    visitor: &Visitor,
    parent: &Parent<'_>,
    origins: &Origins,
) -> Result<Option<Replies>, PageError> {
    let query = parent.query(app, BENEATH);
    let total = replies::count(tx, &query).await?;
    if total == 0 {
        return Ok(None);
    }
    let found = replies::list(tx, &query).await?;
    let list = in_words(app, tx, visitor, &found, origins).await?;
    let count = |key| messages::count(visitor.voice(), key, usize::try_from(total).unwrap_or(0));
    let more = (total > BENEATH).then(|| (format!("{}/replies", parent.path), count("replies-all")));
    Ok(Some(Replies { heading: count("replies-count"), how: how(app), list, more }))
}

/// The words for whose replies stand on a page.
pub(crate) fn how(app: &App) -> &'static str {
    match app.instance.settings().replies {
        federation::Replies::Off => "replies-how-off",
        federation::Replies::Held => "replies-how",
    }
}

/// These replies as a list shows them.
pub(crate) async fn in_words(
    app: &App,
    tx: &mut Tx,
    visitor: &Visitor,
    found: &[(Post, Actor)],
    origins: &Origins,
) -> Result<Vec<Reply>, PageError> {
    let mut pictures = listing::pictures(tx, visitor, found).await?;
    let reply = |(post, author): &(Post, Actor)| Reply::of(app, visitor, (post, author), origins, &mut pictures);
    Ok(found.iter().map(reply).collect())
}

impl Reply {
    fn of(
        app: &App,
        visitor: &Visitor,
        (post, author): (&Post, &Actor),
        origins: &Origins,
        pictures: &mut HashMap<Uuid, Figure>,
    ) -> Self {
        let details = &post.details;
        let is_long = details.content.to_text().chars().nth(LONGEST).is_some();
        let name = if author.name.is_empty() { &author.handle } else { &author.name };
        let from = origins.of(author).map(str::to_owned);
        Self {
            author: name.clone(),
            author_href: links::actor(author),
            from: from.filter(|from| from != name),
            published: post.published_at.to_string(),
            when: phrase::moment(post.published_at, &app.zone(), visitor.language),
            language: details.language.clone(),
            warning: warning(post, visitor.language),
            text: if is_long {
                Text::Beginning(beginning(&details.content, LONGEST))
            } else {
                Text::Whole(details.content.as_str().to_owned())
            },
            picture: pictures.remove(&post.id).filter(|_| details.warning.is_none()),
            href: format!("/posts/{}", post.id),
            original: links::web(&post.page).filter(|_| !author.is_local()).map(str::to_owned),
        }
    }
}

/// What a post answers, with the address to read it: ours where it is here.
pub(crate) async fn answered(tx: &mut Tx, post: &Post) -> Result<Option<(String, String)>, PageError> {
    let Some(parent) = &post.details.in_reply_to else { return Ok(None) };
    if let Some(found) = storage::posts::by_url(tx, parent).await? {
        let title = found.details.title.unwrap_or_else(|| beginning(&found.details.content, 100));
        return Ok(Some((title, format!("/posts/{}", found.id))));
    }
    let event = storage::events::by_url(tx, parent).await?;
    if let Some(found) = event.filter(|event| event.state == domain::event::State::Published) {
        return Ok(Some((found.details.name, format!("/events/{}", found.id))));
    }
    Ok(links::web(parent).map(|href| (href.to_owned(), href.to_owned())))
}
