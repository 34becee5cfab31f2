//! The directory of places: the list with its choices, and the page of each place.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::get;
use calendar::phrase;
use domain::directory::{Entry, KINDS, Room};
use serde::Deserialize;

use crate::access::{self, Told};
use crate::app::App;
use crate::error::PageError;
use crate::filter::Flag;
use crate::layout::{self, Alternate, Head, Page};
use crate::links::{self, Piece};
use crate::listing::{self, Day, Origins, Reading};
use crate::opening::{self, Opening};
use crate::pages::edit_place::{find, keeper, may_change};
use crate::pictures::{self, Figures};
use crate::visitor::Visitor;
use crate::{json_ld, profile};

/// The routes of these pages.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/places", get(list)).route("/places/{slug}", get(show))
}

/// The facts about access that the list can be narrowed to.
const ASKED: [&str; 6] = ["step_free", "toilet", "parking", "lift", "hearing_loop", "sign_language"];
/// How many events the page of a place shows.
const EVENTS: i64 = 50;

/// The query of the list's address. What it does not know it ignores.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Filter {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    access: String,
    #[serde(default)]
    open: Flag,
}

/// A link that narrows the list or widens it.
struct Choice {
    name: String,
    href: String,
    chosen: bool,
}

/// A place in the list.
struct Card {
    slug: String,
    name: String,
    kind: String,
    address: String,
    now: Option<String>,
    /// The fact that was asked for, with who looked.
    fact: Option<String>,
}

#[derive(Template)]
#[template(path = "places.html")]
struct Places {
    page: Page,
    kinds: Vec<Choice>,
    facts: Vec<Choice>,
    open: Vec<Choice>,
    narrowed: bool,
    cards: Vec<Card>,
    /// Those of which nobody knows what was asked for.
    unknown: Vec<Card>,
    /// The same choice for programs.
    query: String,
}

impl Filter {
    /// The address of the list with this choice.
    fn href(&self) -> String {
        let query = self.query();
        if query.is_empty() { "/places".to_owned() } else { format!("/places?{query}") }
    }

    fn query(&self) -> String {
        let mut parts = Vec::new();
        for (name, value) in [("kind", &self.kind), ("access", &self.access)] {
            if !value.is_empty() {
                parts.push(format!("{name}={}", links::encoded(value)));
            }
        }
        if self.open.0 {
            parts.push("open=1".to_owned());
        }
        parts.join("&")
    }

    /// Without what there is not.
    fn known(mut self) -> Self {
        if !KINDS.iter().any(|kind| kind.name == self.kind) {
            self.kind.clear();
        }
        if !ASKED.contains(&self.access.as_str()) {
            self.access.clear();
        }
        self
    }

    /// Whether a place is of the kind and open, as far as that is asked.
    pub(crate) fn admits(&self, app: &App, visitor: &Visitor, entry: &Entry) -> bool {
        let open = || {
            let hours = entry.listing.facts.hours.as_deref();
            hours.and_then(|hours| opening::tell(app, visitor, hours)).is_some_and(|opening| opening.is_open)
        };
        (self.kind.is_empty() || entry.listing.kind.name == self.kind) && (!self.open.0 || open())
    }

    /// Whether it has what is asked for: it or a part of it is there, it is not, or nobody knows.
    pub(crate) fn has(&self, entry: &Entry) -> Option<bool> {
        if self.access.is_empty() {
            return Some(true);
        }
        let answer = entry.listing.facts.access.answer(&self.access)?;
        Some(answer != domain::access::Answer::No)
    }
}

async fn list(State(app): State<App>, visitor: Visitor, Query(filter): Query<Filter>) -> Result<Response, PageError> {
    let filter = filter.known();
    let mut tx = app.instance.store().read().await?;
    let mut entries = storage::places::all(&mut tx).await?;
    drop(tx);
    let there: Vec<&str> = entries.iter().map(|entry| entry.listing.kind.name).collect();
    let kinds = kinds(&visitor, &filter, &there);
    entries.retain(|entry| filter.admits(&app, &visitor, entry));
    let (mut places, mut unknown) = (Vec::new(), Vec::new());
    for entry in &entries {
        match filter.has(entry) {
            Some(true) => places.push(Card::of(&app, &visitor, entry, &filter)),
            Some(false) => {}
            None => unknown.push(Card::of(&app, &visitor, entry, &filter)),
        }
    }
    let mut page = visitor.page(&app, visitor.text("places-title"));
    page.head.address = Some(app.url("/places"));
    page.head.alternates = alternates(&visitor);
    layout::html(&Places {
        page,
        kinds,
        facts: facts(&visitor, &filter),
        open: open(&visitor, &filter),
        narrowed: !filter.query().is_empty(),
        query: filter.query(),
        cards: places,
        unknown,
    })
}

fn alternates(visitor: &Visitor) -> Vec<Alternate> {
    let form = |kind, href: &str| Alternate { kind, href: href.to_owned(), title: visitor.text("places-title") };
    vec![form("application/geo+json", "/places.geojson"), form("text/csv", "/places.csv")]
}

/// The kinds of places that there are.
fn kinds(visitor: &Visitor, filter: &Filter, there: &[&str]) -> Vec<Choice> {
    let choice = |name: &str, words: String| Choice {
        href: Filter { kind: name.to_owned(), ..filter.clone() }.href(),
        chosen: filter.kind == name,
        name: words,
    };
    let all = choice("", visitor.text("places-kind-any"));
    let some = KINDS.iter().filter(|kind| there.contains(&kind.name));
    let some = some.map(|kind| choice(kind.name, visitor.text(&format!("places-kind-{}", kind.name))));
    [all].into_iter().chain(some).collect()
}

fn facts(visitor: &Visitor, filter: &Filter) -> Vec<Choice> {
    let choice = |key: &str, words: String| Choice {
        href: Filter { access: key.to_owned(), ..filter.clone() }.href(),
        chosen: filter.access == key,
        name: words,
    };
    let any = choice("", visitor.text("places-access-any"));
    let some = ASKED.map(|key| choice(key, domain::access::name(visitor.voice(), key)));
    [any].into_iter().chain(some).collect()
}

fn open(visitor: &Visitor, filter: &Filter) -> Vec<Choice> {
    let choice = |open: bool, key: &str| Choice {
        href: Filter { open: Flag(open), ..filter.clone() }.href(),
        chosen: filter.open.0 == open,
        name: visitor.text(key),
    };
    vec![choice(false, "places-open-any"), choice(true, "places-open-now")]
}

impl Card {
    fn of(app: &App, visitor: &Visitor, entry: &Entry, filter: &Filter) -> Self {
        let listing = &entry.listing;
        let told = access::tell(visitor, &listing.facts.access, None, app.today());
        let asked = (!filter.access.is_empty()).then(|| domain::access::name(visitor.voice(), &filter.access));
        let fact = told.known.into_iter().find(|fact| Some(&fact.name) == asked.as_ref());
        let address = entry.snapshot(app.instance.url("/places")).one_line();
        Self {
            slug: entry.slug.clone(),
            name: listing.name.clone(),
            kind: visitor.text(&format!("places-kind-{}", listing.kind.name)),
            address: address.strip_prefix(&listing.name).unwrap_or_default().trim_start_matches(", ").to_owned(),
            now: listing.facts.hours.as_deref().and_then(|hours| opening::tell(app, visitor, hours)).map(|one| one.now),
            fact: fact.map(|fact| fact.line()),
        }
    }
}

#[derive(Template)]
#[template(path = "place.html")]
struct PlacePage<'a> {
    page: Page,
    slug: &'a str,
    kind: String,
    about: Option<&'a str>,
    place: domain::place::Place,
    opening: Option<Opening>,
    contact: Option<Vec<Piece>>,
    operator: Option<&'a str>,
    website: Option<String>,
    languages: Option<String>,
    access: Told,
    rooms: Vec<RoomView>,
    figures: Figures,
    days: Vec<Day<'a>>,
    keeper: Option<(String, String)>,
    /// Where the notes of OpenStreetMap about it stand.
    osm: Option<String>,
    confirmed: Option<String>,
    as_of: String,
    /// Whether the reader may change it; an editor also takes it out.
    change: bool,
}

/// A room in words.
pub(crate) struct RoomView {
    pub(crate) name: String,
    pub(crate) size: Option<String>,
    pub(crate) price: Option<String>,
    pub(crate) contact: Option<Vec<Piece>>,
    pub(crate) access: Option<String>,
}

impl RoomView {
    pub(crate) fn of(visitor: &Visitor, room: &Room) -> Self {
        let figure = |key, figure: Option<u32>| figure.map(|it| visitor.text_with(key, &[("number", &it.to_string())]));
        let size = [figure("places-room-metres", room.square_metres), figure("places-room-people", room.seats)];
        let size: Vec<String> = size.into_iter().flatten().collect();
        Self {
            name: room.name.clone(),
            size: (!size.is_empty()).then(|| size.join(", ")),
            price: room.price.clone(),
            contact: room.contact.as_deref().map(links::pieces),
            access: room.access.clone(),
        }
    }
}

async fn show(State(app): State<App>, visitor: Visitor, Path(slug): Path<String>) -> Result<Response, PageError> {
    let entry = find(&app, &slug).await?;
    let now = app.instance.clock().now();
    let mut tx = app.instance.store().read().await?;
    let events = storage::places::events_at(&mut tx, entry.id, now, EVENTS).await?;
    let origins = Origins::load(&app, &mut tx).await?;
    let figures = pictures::of(&mut tx, &visitor, entry.id, app.instance.quarter()).await?;
    let keeper = keeper(&mut tx, &entry).await?;
    drop(tx);
    let (facts, today) = (&entry.listing.facts, app.today());
    let mut page = visitor.page(&app, entry.listing.name.clone());
    page.head = head(&app, &entry, &figures);
    layout::html(&PlacePage {
        page,
        slug: &entry.slug,
        kind: visitor.text(&format!("places-kind-{}", entry.listing.kind.name)),
        about: facts.about.as_deref(),
        place: entry.snapshot(app.instance.url(&format!("/places/{slug}"))),
        opening: facts.hours.as_deref().and_then(|hours| opening::tell(&app, &visitor, hours)),
        contact: facts.contact.as_deref().map(links::pieces),
        operator: facts.operator.as_deref(),
        website: facts.website.as_ref().and_then(links::web).map(str::to_owned),
        languages: profile::spoken(&visitor, &facts.languages),
        access: access::tell(&visitor, &facts.access, facts.access_note.as_ref(), today),
        rooms: facts.rooms.iter().map(|room| RoomView::of(&visitor, room)).collect(),
        days: listing::days(&events, &origins, Reading { first: today, today, language: visitor.language }),
        change: may_change(&visitor, keeper.as_ref()),
        keeper: keeper.map(|actor| (links::actor(&actor), actor.name)),
        osm: facts.osm.as_ref().map(|id| format!("https://www.openstreetmap.org/{id}")),
        confirmed: entry.confirmed_on.map(|on| phrase::date(on, visitor.language)),
        as_of: phrase::moment(entry.updated_at, &app.zone(), visitor.language),
        figures,
    })
}

fn head(app: &App, entry: &Entry, figures: &Figures) -> Head {
    let form = |kind, href: String| Alternate { kind, href, title: entry.listing.name.clone() };
    let url = app.instance.url(&federation::paths::place(&entry.slug));
    let address = url.to_string();
    Head {
        description: entry.listing.facts.about.clone(),
        share_title: None,
        alternates: vec![
            form("application/activity+json", address.clone()),
            form("application/geo+json", "/places.geojson".to_owned()),
        ],
        data: Some(json_ld::place(entry, &url)),
        address: Some(address),
        hidden: false,
        image: figures.to_share(app, app.instance.quarter()),
        facts: Vec::new(),
        script: None,
    }
}
