//! What is new as Atom (RFC 4287): posts and events in the order in which they were published.

use std::collections::HashMap;

use atom_syndication::{Category, Content, Entry, Feed as Atom, FixedDateTime, Link, Person, Text};
use axum::extract::{Path, Query, State};
use axum::response::Response;
use calendar::phrase;
use domain::actor::Actor;
use domain::event::Event;
use domain::html;
use domain::language::Language;
use domain::post::Post;
use http::HeaderMap;
use jiff::Timestamp;
use storage::posts::Which;
use uuid::Uuid;

use super::{Feed, licence, selection};
use crate::app::App;
use crate::error::PageError;
use crate::filter::Filter;
use crate::listing::{warning, words};
use crate::pages::initiative;
use crate::visitor::Visitor;

/// The most entries of a feed.
const LIMIT: usize = 60;

/// Everything, or the events that the filter lets through.
pub(super) async fn of_quarter(
    State(app): State<App>,
    Query(filter): Query<Filter>,
    visitor: Visitor,
    request: HeaderMap,
) -> Result<Response, PageError> {
    let events = selection::events(&app, Which::All, &filter).await?;
    let posts = if filter == Filter::default() { posts(&app, Which::All).await? } else { Vec::new() };
    let name = app.instance.settings().name.clone();
    let (images, rights) = (selection::images(&app, &visitor, &events).await?, licence(&app, &visitor));
    let (path, page) = (filter.href("/feed.atom"), "/".to_owned());
    let feed = Source { app: &app, language: visitor.language, name, path, page, images, rights };
    Ok(feed.write(&events, &posts).answer(&request))
}

/// What one of our actors publishes.
pub(super) async fn of_actor(
    State(app): State<App>,
    Path(handle): Path<String>,
    visitor: Visitor,
    request: HeaderMap,
) -> Result<Response, PageError> {
    let actor = initiative::find(&app, &handle).await?;
    let whose = Which::Author(actor.id);
    let events = selection::events(&app, whose, &Filter::default()).await?;
    let posts = posts(&app, whose).await?;
    let (path, page) = (format!("/@{handle}/feed.atom"), format!("/@{handle}"));
    let (images, rights) = (selection::images(&app, &visitor, &events).await?, licence(&app, &visitor));
    let feed = Source { app: &app, language: visitor.language, name: actor.name.clone(), path, page, images, rights };
    Ok(feed.write(&events, &posts).answer(&request))
}

async fn posts(app: &App, which: Which) -> Result<Vec<(Post, Actor)>, PageError> {
    let mut tx = app.instance.store().read().await?;
    let limit = i64::try_from(LIMIT).unwrap_or(i64::MAX);
    Ok(storage::posts::list(&mut tx, &storage::posts::Query { which, before: None, limit }).await?)
}

/// What a feed says about itself.
struct Source<'a> {
    app: &'a App,
    language: Language,
    name: String,
    path: String,
    page: String,
    /// The first pictures of its events.
    images: HashMap<Uuid, (String, String)>,
    rights: String,
}

impl Source<'_> {
    fn write(&self, events: &[(Event, Actor)], posts: &[(Post, Actor)]) -> Feed {
        let mut entries: Vec<(Timestamp, Entry)> = Vec::new();
        entries.extend(events.iter().map(|(event, by)| (event.published_at, self.of_event(event, by))));
        entries.extend(posts.iter().map(|(post, by)| (post.published_at, self.of_post(post, by))));
        entries.sort_by_key(|(published, _)| std::cmp::Reverse(*published));
        entries.truncate(LIMIT);
        let changed =
            events.iter().map(|(event, _)| event.updated_at).chain(posts.iter().map(|(post, _)| post.updated_at)).max();
        let address = self.app.url(&self.path);
        let mut feed = Atom::default();
        feed.set_title(Text::plain(self.name.clone()));
        feed.set_id(address.clone());
        feed.set_rights(Text::plain(self.rights.clone()));
        feed.set_lang(self.language.code().to_owned());
        feed.updated = date(changed.unwrap_or(self.app.instance.quarter().created_at));
        feed.set_links(vec![
            link("self", &address, "application/atom+xml"),
            link("alternate", &self.app.url(&self.page), "text/html"),
        ]);
        feed.set_entries(entries.into_iter().map(|(_, entry)| entry).collect::<Vec<_>>());
        Feed { kind: "application/atom+xml; charset=utf-8", body: feed.to_string(), changed, file: None }
    }

    /// The date of an event stands in its title and in its first line: readers show the date of publication.
    fn of_event(&self, event: &Event, author: &Actor) -> Entry {
        let details = &event.details;
        let when = phrase::when_list(details, self.language);
        let when = match phrase::mark(details, self.language) {
            Some(mark) => format!("{when} ({mark})"),
            None => when,
        };
        let mut entry = entry(event.url.as_str(), event.page.as_str(), author);
        entry.set_title(Text::plain(format!("{when}: {}", details.name)));
        entry.updated = date(event.updated_at);
        entry.set_published(date(event.published_at));
        if let Some((address, _)) = self.images.get(&event.id) {
            entry.links.push(enclosure(address));
        }
        let place = details.place.as_ref().map(|place| html::escape(&place.one_line()));
        let long = html::escape(&phrase::when_long(details, self.language));
        let changes = phrase::changes(details, self.language);
        let off = phrase::off(details, self.language).into_iter().chain(changes).chain(details.moved.reason.clone());
        let off = off.map(|words| html::escape(&words));
        let first = off.chain(std::iter::once(long)).chain(place).collect::<Vec<_>>().join("<br>");
        let short = details.short.as_ref().map(|short| format!("<p>{}</p>", html::escape(short))).unwrap_or_default();
        entry.set_content(content(&format!("<p>{first}</p>{short}{}", details.content)));
        if let Some(theme) = details.category {
            let label = domain::messages::text(self.language, &format!("category-{}", theme.slug()));
            let mut category = Category::default();
            category.set_term(theme.slug());
            category.set_label(label);
            entry.set_categories(vec![category]);
        }
        entry
    }

    /// Of a post with a warning only that: a feed reader cannot fold the rest away.
    fn of_post(&self, post: &Post, author: &Actor) -> Entry {
        let mut entry = entry(post.url.as_str(), post.page.as_str(), author);
        let words = || words(post, 80, self.language);
        entry.set_title(Text::plain(post.details.title.clone().unwrap_or_else(words)));
        entry.updated = date(post.updated_at);
        entry.set_published(date(post.published_at));
        let warning = warning(post, self.language).map(|warning| format!("<p>{}</p>", html::escape(&warning)));
        entry.set_content(content(warning.as_deref().unwrap_or(post.details.content.as_str())));
        entry
    }
}

fn entry(id: &str, page: &str, author: &Actor) -> Entry {
    let mut entry = Entry::default();
    entry.set_id(id.to_owned());
    entry.set_links(vec![link("alternate", page, "text/html")]);
    let mut person = Person::default();
    person.set_name(author.name.clone());
    person.set_uri(author.page.to_string());
    entry.set_authors(vec![person]);
    entry
}

fn content(html: &str) -> Content {
    let mut content = Content::default();
    content.set_content_type("html".to_owned());
    content.set_value(html.to_owned());
    content
}

fn link(rel: &str, href: &str, kind: &str) -> Link {
    let mut link = Link::default();
    link.set_rel(rel);
    link.set_href(href);
    link.set_mime_type(kind.to_owned());
    link
}

/// The picture of an entry; what kind it is the address says, where it does.
fn enclosure(address: &str) -> Link {
    let kind = if address.rsplit('.').next() == Some("png") { "image/png" } else { "image/jpeg" };
    link("enclosure", address, kind)
}

/// RFC 3339, as the library's own type reads it.
fn date(at: Timestamp) -> FixedDateTime {
    at.to_string().parse().unwrap_or_default()
}
