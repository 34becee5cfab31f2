//! The list of events, by day, with filters that are plain links.

use askama::Template;
use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::get;
use calendar::phrase;
use domain::category::Category;
use domain::messages;
use jiff::ToSpan;
use jiff::civil::Date;
use serde::Deserialize;

use crate::app::App;
use crate::error::PageError;
use crate::filter::{Days, Filter, Flag, LIMIT, Window};
use crate::layout::{Alternate, Page};
use crate::listing::{self, Day, Offer, Origins, Reading};
use crate::visitor::Visitor;
use crate::{json_ld, oembed};

mod choices;

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/events", get(show))
}

#[derive(Template)]
#[template(path = "events.html")]
struct Events<'a> {
    page: Page,
    filters: Vec<Line>,
    themes: Vec<Choice>,
    theme_name: String,
    theme_chosen: bool,
    more: Vec<Line>,
    more_chosen: bool,
    conditions: Vec<choices::Condition>,
    summary: String,
    days: Vec<Day<'a>>,
    offers: Vec<Offer<'a>>,
    /// The same list with what is always on within the days, or without.
    regular: Option<(String, &'static str)>,
    earlier: Option<String>,
    later: Option<String>,
    forms: Forms,
}

/// One question of the filter with its answers.
struct Line {
    name: String,
    choices: Vec<Choice>,
}

struct Choice {
    name: String,
    href: String,
    chosen: bool,
}

/// The same selection for other programs.
struct Forms {
    webcal: String,
    atom: String,
    csv: String,
    geojson: String,
    linked: String,
    /// The page that explains them all, and the one for the press with the days that are chosen.
    subscribe: String,
    press: String,
}

/// How the list shows what is always on.
#[derive(Default, Deserialize)]
struct Shown {
    /// Within the days, each time.
    #[serde(default)]
    regular: Flag,
}

impl Shown {
    /// The same list the other way, and the words for it; none where there is nothing to tell apart.
    fn other(&self, filter: &Filter, any: bool) -> Option<(String, &'static str)> {
        let here = filter.href("/events");
        if self.regular.0 {
            return Some((here, "series-regular-once"));
        }
        let mark = if here.contains('?') { '&' } else { '?' };
        any.then(|| (format!("{here}{mark}regular=1"), "series-regular-days"))
    }
}

async fn show(
    State(app): State<App>,
    visitor: Visitor,
    shown: Result<Query<Shown>, QueryRejection>,
    filter: Result<Query<Filter>, QueryRejection>,
) -> Result<Response, PageError> {
    let filter = filter.map_err(|_| PageError::NotFound)?.0;
    let slot = app.shelf.slot(&app, &visitor).await?;
    if let Some(page) = slot.page() {
        return Ok(page);
    }
    let shown = shown.map(|shown| shown.0).unwrap_or_default();
    Ok(slot.keep(list(&app, &visitor, filter, shown).await?))
}

/// The page with the list.
async fn list(app: &App, visitor: &Visitor, filter: Filter, shown: Shown) -> Result<String, PageError> {
    let (zone, now) = (app.zone(), app.instance.clock().now());
    let today = now.to_zoned(zone.clone()).date();
    let mut tx = app.instance.store().read().await?;
    let begin = storage::events::earliest(&mut tx).await?.map(|at| at.to_zoned(zone.clone()).date());
    let mut covered = filter.days(today, begin)?;
    let origins = Origins::load(app, &mut tx).await?;
    let whose = (filter.which(&mut tx).await?, app.instance.settings().position);
    let query = storage::events::Query { regular: shown.regular.0, ..filter.query(covered, (&zone, now), whose) };
    let mut events = storage::events::list(&mut tx, &query).await?;
    let offers = if shown.regular.0 { Vec::new() } else { storage::series::standing(&mut tx, &query).await? };
    drop(tx);
    if i64::try_from(events.len()).is_ok_and(|count| count >= LIMIT) {
        covered.after = cut(&mut events, covered);
    }
    let reading = Reading { first: covered.first, today, language: visitor.language };
    let forms = Forms::of(app, &filter);
    let mut page = visitor.page(app, visitor.text("events-title"));
    page.head.hidden = filter != Filter::default();
    page.head.address = Some(app.url("/events"));
    page.head.alternates = forms.alternates(&page);
    page.head.alternates.extend(oembed::alternates(app, &filter.href("/events"), &page.title));
    page.head.data = Some(json_ld::list(&events));
    let conditions = choices::conditions(visitor, &filter);
    let page = Events {
        more: choices::more(app, visitor, &filter),
        more_chosen: choices::are_asked(&filter),
        filters: lines(visitor, &filter),
        themes: themes(visitor, &filter),
        theme_name: theme_name(visitor, &filter),
        theme_chosen: filter.theme.is_some(),
        summary: summary(visitor, (covered, today), events.len(), &conditions),
        conditions,
        days: listing::days(&events, &origins, reading),
        regular: shown.other(&filter, !offers.is_empty()),
        offers: listing::offers(&offers, app, visitor),
        earlier: (covered.first > today).then(|| filter.earlier(covered, today).href("/events")),
        later: filter.later(covered).days(today, begin).is_ok().then(|| filter.later(covered).href("/events")),
        forms,
        page,
    };
    Ok(page.render()?)
}

/// Leaves off the last day, which may be incomplete, and says where the next page begins.
fn cut<T>(events: &mut Vec<(domain::event::Event, T)>, covered: Days) -> Date {
    let day = |event: &domain::event::Event| phrase::days(&event.details).0.max(covered.first);
    let last = events.last().map_or(covered.after, |(event, _)| day(event));
    if last > covered.first {
        events.retain(|(event, _)| day(event) < last);
        return last;
    }
    // One day with more events than a page: the rest of them is in the feeds.
    covered.first.saturating_add(1.day())
}

/// The days and what they are narrowed by, in one sentence: „Kostenlos, bis 2 km: 12 Termine“.
fn summary(visitor: &Visitor, (days, today): (Days, Date), count: usize, conditions: &[choices::Condition]) -> String {
    let last = days.after.yesterday().unwrap_or(days.first);
    let heading = |date| phrase::date(date, visitor.language);
    let count = messages::count(visitor.voice(), "events-count", count);
    let range = if last == days.first {
        phrase::day_heading(last, today, visitor.language)
    } else {
        visitor.text_with("events-range", &[("from", &heading(days.first)), ("to", &heading(last))])
    };
    let all = conditions.iter().map(|one| one.words.as_str()).collect::<Vec<_>>().join(", ");
    let mut letters = all.chars();
    let all: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
    if all.is_empty() { format!("{range}: {count}") } else { format!("{range}. {all}: {count}") }
}

fn lines(visitor: &Visitor, filter: &Filter) -> Vec<Line> {
    let choice = |key: &str, other: Filter| Choice {
        name: visitor.text(key),
        chosen: other == *filter,
        href: other.href("/events"),
    };
    let time = |time: Window| choice(time.message(), Filter { time, from: None, ..filter.clone() });
    let own = |own| Filter { own: Flag(own), ..filter.clone() };
    let free = |free| Filter { free: Flag(free), ..filter.clone() };
    let line = |key: &str, choices| Line { name: visitor.text(key), choices };
    vec![
        line("events-filter-time", Window::ALL.map(time).into()),
        line(
            "events-filter-where",
            vec![choice("events-filter-where-all", own(false)), choice("events-filter-where-own", own(true))],
        ),
        line(
            "events-filter-cost",
            vec![choice("events-filter-cost-any", free(false)), choice("events-filter-cost-free", free(true))],
        ),
    ]
}

fn themes(visitor: &Visitor, filter: &Filter) -> Vec<Choice> {
    let choice = |name: String, theme| {
        let other = Filter { theme, ..filter.clone() };
        Choice { name, chosen: other == *filter, href: other.href("/events") }
    };
    let any = choice(visitor.text("events-filter-theme-any"), None);
    let each = Category::all().map(|theme| choice(theme_text(visitor, theme), Some(theme)));
    std::iter::once(any).chain(each).collect()
}

fn theme_name(visitor: &Visitor, filter: &Filter) -> String {
    match filter.theme {
        Some(theme) => visitor.text_with("events-filter-theme-chosen", &[("theme", &theme_text(visitor, theme))]),
        None => visitor.text("events-filter-theme"),
    }
}

/// The name of a theme.
pub(crate) fn theme_text(visitor: &Visitor, theme: Category) -> String {
    visitor.text(&format!("category-{}", theme.slug()))
}

impl Forms {
    fn of(app: &App, filter: &Filter) -> Self {
        let press = filter.href("/press");
        // Feeds have no first day and no length: they go on.
        let filter = Filter { from: None, time: Window::default(), ..filter.clone() };
        let calendar = app.url(&filter.href("/calendar.ics"));
        let webcal = calendar.split_once("://").map_or(String::new(), |(_, rest)| format!("webcal://{rest}"));
        Self {
            webcal,
            atom: filter.href("/feed.atom"),
            csv: filter.href("/events.csv"),
            geojson: filter.href("/events.geojson"),
            linked: filter.href("/events.jsonld"),
            subscribe: filter.href("/subscribe"),
            press,
        }
    }

    fn alternates(&self, page: &Page) -> Vec<Alternate> {
        let calendar = self.webcal.replacen("webcal://", "//", 1);
        let form = |kind, href: &str, key| Alternate {
            kind,
            href: href.to_owned(),
            title: page.text_with(key, &[("name", &page.quarter)]),
        };
        vec![
            form("text/calendar", &calendar, "pages-calendar-name"),
            form("application/atom+xml", &self.atom, "pages-news-name"),
            form("application/geo+json", &self.geojson, "pages-map-name"),
            form("text/csv", &self.csv, "pages-data-name"),
            form("application/ld+json", &self.linked, "pages-linked-name"),
        ]
    }
}
