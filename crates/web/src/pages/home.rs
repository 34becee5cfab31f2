//! The front page: what is on, what is new, who our neighbours are, how to subscribe.

use std::cmp::Reverse;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use domain::actor::Actor;
use domain::event::Event;
use domain::neighbour;
use domain::post::Post;
use jiff::ToSpan;
use storage::Tx;
use storage::posts::Which;

use crate::app::App;
use crate::error::PageError;
use crate::filter;
use crate::layout::{self, Alternate, Page};
use crate::listing::{self, Day, Named, Offer, Origins, Reading, Subscribe, Teaser};
use crate::pages::featured::{self, First};
use crate::visitor::Visitor;

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/", get(show))
}

#[derive(Template)]
#[template(path = "home.html")]
struct Home<'a> {
    page: Page,
    about: &'a str,
    place: Option<&'a str>,
    first: Vec<First>,
    days: Vec<Day<'a>>,
    offers: Vec<Offer<'a>>,
    posts: Vec<Teaser<'a>>,
    neighbours: Vec<Named>,
    subscribe: Subscribe,
}

/// How many events and posts the front page shows at most.
const EVENTS: i64 = 60;
const POSTS: i64 = 5;
/// How many of them one other server may fill.
const EVENTS_OF_ONE: usize = 20;
const POSTS_OF_ONE: usize = 3;
/// How many are looked at where one is loud.
const CANDIDATES: i64 = 200;

async fn show(State(app): State<App>, visitor: Visitor) -> Result<Response, PageError> {
    let (zone, now) = (app.zone(), app.instance.clock().now());
    let today = now.to_zoned(zone.clone()).date();
    let quarter = app.instance.quarter();
    let mut tx = app.instance.store().read().await?;
    let origins = Origins::load(&app, &mut tx).await?;
    let mut query = storage::events::Query::from(now, Which::All, EVENTS);
    query.until = Some(filter::midnight(today.saturating_add(7.days()), &zone));
    query.regular = false;
    let offers = storage::series::standing(&mut tx, &query).await?;
    let events = events(&mut tx, query).await?;
    let posts = posts(&mut tx).await?;
    let pictures = listing::pictures(&mut tx, &visitor, &posts).await?;
    let neighbours = storage::neighbours::list(&mut tx, quarter.id).await?;
    let first = featured::of(&app, &mut tx, quarter.id, visitor.language).await?;
    drop(tx);
    let mut page = visitor.page(&app, app.instance.settings().name.clone());
    page.head.description = Some(listing::beginning(&quarter.summary, 280)).filter(|words| !words.is_empty());
    page.head.address = Some(app.url("/"));
    page.head.alternates = alternates(&app, &visitor);
    let wire =
        Alternate { kind: "application/activity+json", href: quarter.url.to_string(), title: quarter.name.clone() };
    page.head.alternates.push(wire);
    layout::html(&Home {
        about: quarter.summary.as_str(),
        place: app.settings.place.as_deref(),
        first,
        days: listing::days(&events, &origins, Reading { first: today, today, language: visitor.language }),
        offers: listing::offers(&offers, &app, &visitor),
        posts: listing::teasers(&posts, (&origins, pictures), visitor.reading(&app, &zone)),
        neighbours: neighbours
            .iter()
            .filter(|one| one.state == neighbour::State::Established)
            .map(|one| Named::of(&one.actor))
            .collect(),
        subscribe: Subscribe::to(&app, quarter, ""),
        page,
    })
}

/// The next events, of which no other server fills more than its part; our own are there however loud others are.
async fn events(tx: &mut Tx, query: storage::events::Query) -> Result<Vec<(Event, Actor)>, PageError> {
    let mut all = storage::events::list(tx, &query).await?;
    if listing::share(&mut all, EVENTS_OF_ONE) {
        all = storage::events::list(tx, &storage::events::Query { limit: CANDIDATES, ..query.clone() }).await?;
        listing::share(&mut all, EVENTS_OF_ONE);
        all.retain(|(_, author)| !author.is_local());
        all.extend(storage::events::list(tx, &storage::events::Query { which: Which::Own, ..query }).await?);
        all.sort_by_key(|(event, _)| (event.details.starts_at, event.id));
        all.truncate(usize::try_from(EVENTS).unwrap_or(usize::MAX));
    }
    Ok(all)
}

/// The newest posts, in the same way.
async fn posts(tx: &mut Tx) -> Result<Vec<(Post, Actor)>, PageError> {
    let query = |which, limit| storage::posts::Query { which, before: None, limit };
    let mut all = storage::posts::list(tx, &query(Which::All, POSTS)).await?;
    if listing::share(&mut all, POSTS_OF_ONE) {
        all = storage::posts::list(tx, &query(Which::All, CANDIDATES)).await?;
        listing::share(&mut all, POSTS_OF_ONE);
        all.retain(|(_, author)| !author.is_local());
        all.extend(storage::posts::list(tx, &query(Which::Own, POSTS)).await?);
        all.sort_by_key(|(post, _)| Reverse((post.published_at, post.id)));
        all.truncate(usize::try_from(POSTS).unwrap_or(usize::MAX));
    }
    Ok(all)
}

/// The whole quarter in other forms.
pub(crate) fn alternates(app: &App, visitor: &Visitor) -> Vec<Alternate> {
    let name = app.instance.settings().name.as_str();
    let form = |kind, href: &str, key| Alternate {
        kind,
        href: href.to_owned(),
        title: visitor.text_with(key, &[("name", name)]),
    };
    vec![
        form("text/calendar", "/calendar.ics", "pages-calendar-name"),
        form("application/atom+xml", "/feed.atom", "pages-news-name"),
        form("application/geo+json", "/events.geojson", "pages-map-name"),
        form("text/csv", "/events.csv", "pages-data-name"),
    ]
}
