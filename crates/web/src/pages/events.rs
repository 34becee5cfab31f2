//! The list of events, by day, with filters that are plain links.

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::get;
use calendar::phrase;
use domain::category::Category;
use domain::messages;
use jiff::ToSpan;
use jiff::civil::Date;

use crate::app::App;
use crate::error::PageError;
use crate::filter::{Days, Filter, Flag, LIMIT, Window};
use crate::layout::{self, Alternate, Page};
use crate::listing::{self, Day, Origins, Reading};
use crate::visitor::Visitor;
use crate::{json_ld, oembed};

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
    summary: String,
    days: Vec<Day<'a>>,
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

async fn show(
    State(app): State<App>,
    visitor: Visitor,
    filter: Result<Query<Filter>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, PageError> {
    let filter = filter.map_err(|_| PageError::NotFound)?.0;
    let (zone, now) = (app.zone(), app.instance.clock().now());
    let today = now.to_zoned(zone.clone()).date();
    let mut tx = app.instance.store().read().await?;
    let begin = storage::events::earliest(&mut tx).await?.map(|at| at.to_zoned(zone.clone()).date());
    let mut covered = filter.days(today, begin)?;
    let origins = Origins::load(&app, &mut tx).await?;
    let mut events = storage::events::list(&mut tx, &filter.query(covered, &zone, now)).await?;
    drop(tx);
    if i64::try_from(events.len()).is_ok_and(|count| count >= LIMIT) {
        covered.after = cut(&mut events, covered);
    }
    events.retain(|(event, _)| filter.has_tag(&event.details.tags));
    let reading = Reading { first: covered.first, today, language: visitor.language };
    let forms = Forms::of(&app, &filter);
    let mut page = visitor.page(&app, visitor.text("events-title"));
    page.head.hidden = filter != Filter::default();
    page.head.address = Some(app.url("/events"));
    page.head.alternates = forms.alternates(&page);
    page.head.alternates.extend(oembed::alternates(&app, &filter.href("/events"), &page.title));
    page.head.data = Some(json_ld::list(&events));
    layout::html(&Events {
        filters: lines(&visitor, &filter),
        themes: themes(&visitor, &filter),
        theme_name: theme_name(&visitor, &filter),
        theme_chosen: filter.theme.is_some(),
        summary: summary(&visitor, covered, today, events.len()),
        days: listing::days(&events, &origins, reading),
        earlier: (covered.first > today).then(|| filter.earlier(covered, today).href("/events")),
        later: filter.later(covered).days(today, begin).is_ok().then(|| filter.later(covered).href("/events")),
        forms,
        page,
    })
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

fn summary(visitor: &Visitor, days: Days, today: Date, count: usize) -> String {
    let last = days.after.yesterday().unwrap_or(days.first);
    let heading = |date| phrase::date(date, visitor.language);
    let count = messages::count(visitor.voice(), "events-count", count);
    if last == days.first {
        return format!("{}: {count}", phrase::day_heading(last, today, visitor.language));
    }
    let range = visitor.text_with("events-range", &[("from", &heading(days.first)), ("to", &heading(last))]);
    format!("{range}: {count}")
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
