//! The page of one event.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::IntoResponse;
use axum::response::{Redirect, Response};
use axum::routing::{get, post};
use calendar::phrase;
use domain::actor::Actor;
use domain::event::{Details, Event, State as Board, Status};
use domain::place::Place;
use storage::Tx;
use uuid::Uuid;

use crate::access::{self, Told};
use crate::app::App;
use crate::error::PageError;
use crate::layout::{self, Alternate, Head, Page};
use crate::links::Piece;
use crate::listing::{self, Block, Origins};
use crate::pages::deliveries::{self, Receiver};
use crate::pages::editors;
use crate::pages::events::theme_text;
use crate::pages::join::{self, Together};
use crate::pages::origin::Origin;
use crate::pages::participants::{self, Seats};
use crate::pages::series;
use crate::pictures::{self, Figure, Figures};
use crate::plain::Texts;
use crate::replies::{Parent, Replies, Text};
use crate::session::Editor;
use crate::visitor::Visitor;
use crate::{json_ld, links, oembed, replies};
use federation::queue;

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/events/{id}", get(show)).route("/events/{id}/publish", post(publish))
}

#[derive(Template)]
#[template(path = "event.html")]
struct EventPage {
    page: Page,
    event: View,
    seats: Seats,
    together: Option<Together>,
    series: Option<series::Part>,
    pinned: bool,
    receivers: Vec<Receiver>,
    /// What its author should know of its deliveries.
    unreached: Vec<String>,
    /// The picture above all else, unless it is one to be asked for.
    banner: Option<Figure>,
    figures: Figures,
    replies: Option<Replies>,
    origin: Origin,
}

/// An event in words.
struct View {
    id: Uuid,
    cancelled: bool,
    /// Why one need not go there on that day.
    off: Option<String>,
    /// What has moved, and why.
    changes: Vec<String>,
    reason: Option<String>,
    /// The key of what the link says that moves it.
    move_words: &'static str,
    draft: bool,
    /// Message keys of what else must be known first.
    hints: Vec<&'static str>,
    over: bool,
    block: Block,
    when: String,
    starts_iso: String,
    short: Option<String>,
    texts: Texts,
    place: Option<Place>,
    /// The page of its place, if that is in the directory.
    place_href: Option<String>,
    map: Option<String>,
    online: Option<String>,
    organiser: String,
    organiser_href: String,
    contact: Option<Vec<Piece>>,
    price: String,
    registration: Vec<Piece>,
    registration_url: Option<String>,
    audience: String,
    languages: String,
    link: Option<String>,
    access: Told,
    /// Slug and name.
    theme: Option<(&'static str, String)>,
    tags: Vec<String>,
    /// Its id, if the reader may change it.
    change_id: Option<Uuid>,
    share: String,
    address: String,
    as_of: String,
    taken_from: Option<String>,
    original: String,
    report: Option<String>,
}

/// An event on the board with its organiser; a draft only for those who may publish it.
pub(crate) async fn load(tx: &mut Tx, id: Uuid, visitor: &Visitor) -> Result<(Event, Actor), PageError> {
    let event = storage::events::by_id(tx, id).await?.ok_or(PageError::NotFound)?;
    let author = storage::actors::by_id(tx, event.author).await?.ok_or(PageError::NotFound)?;
    let may = visitor.rights.as_ref().is_some_and(|rights| rights.may_speak_for(&author));
    if event.state == Board::Draft && !may { Err(PageError::NotFound) } else { Ok((event, author)) }
}

async fn show(State(app): State<App>, visitor: Visitor, Path(id): Path<Uuid>) -> Result<Response, PageError> {
    let mut tx = app.instance.store().read().await?;
    let (event, author) = match load(&mut tx, id, &visitor).await {
        Err(PageError::NotFound) => return Err(editors::missing(&mut tx, id).await?),
        found => found?,
    };
    let origins = Origins::load(&app, &mut tx).await?;
    let mut view = View::of(&app, &visitor, &event, (&author, origins.of(&author)));
    let seats = participants::seats(&app, &mut tx, &visitor, (&event, &author), view.change_id.is_some()).await?;
    if seats.form.is_some() {
        view.leave_to_form(&event);
    }
    let together = join::together(&app, &mut tx, &visitor, (&event, &author)).await?;
    let (receivers, unreached) = match view.change_id {
        Some(_) => deliveries::of(&app, &mut tx, &visitor, &event.url, &origins).await?,
        None => Default::default(),
    };
    let series = series::part(&app, &mut tx, &visitor, &event).await?;
    let pinned = storage::featured::is(&mut tx, id).await?;
    let mut figures = pictures::of(&mut tx, &visitor, id, &author).await?;
    let origin = Origin::of(&app, &mut tx, &visitor, &event).await?;
    let parent = Parent { path: format!("/events/{id}"), url: &event.url, author: author.id };
    let replies = replies::beneath(&app, &mut tx, &visitor, &parent, &origins).await?;
    drop(tx);
    let mut page = visitor.page(&app, event.details.name.clone());
    let image = figures.to_share(&app, &author);
    page.head = head(&app, &visitor, (&event, &author), (image, seats.left));
    let banner = figures.take_banner();
    layout::html(&EventPage {
        page,
        event: view,
        seats,
        together,
        series,
        pinned,
        receivers,
        unreached,
        banner,
        figures,
        replies,
        origin,
    })
}

async fn publish(State(app): State<App>, editor: Editor, Path(id): Path<Uuid>) -> Result<Response, PageError> {
    let mut tx = app.instance.store().read().await?;
    load(&mut tx, id, &editor.visitor).await?;
    drop(tx);
    let done = match queue::approve(&app.instance, id, &editor.rights.account).await {
        Ok(queue::Decided::First) => "first-yes",
        // Two clicks, or two editors: it is on the board.
        Ok(queue::Decided::Done) | Err(federation::Error::NotFound) => "published",
        Err(other) => return Err(other.into()),
    };
    Ok(Redirect::to(&format!("/events/{id}?done={done}")).into_response())
}

impl View {
    /// Says nothing about registering that the button to the form says too.
    fn leave_to_form(&mut self, event: &Event) {
        let page = domain::registration::page(event);
        self.registration_url = self.registration_url.take().filter(|url| *url != page.as_str());
        if event.details.registration.is_none() {
            self.registration.clear();
        }
    }

    fn of(app: &App, visitor: &Visitor, event: &Event, (author, from): (&Actor, Option<&str>)) -> Self {
        let (details, language) = (&event.details, visitor.language);
        let unknown = || visitor.text("events-unknown");
        let may = visitor.rights.as_ref().is_some_and(|rights| rights.may_speak_for(author));
        let when = phrase::when_long(details, language);
        let address = event.url.to_string();
        Self {
            id: event.id,
            cancelled: details.status == Status::Cancelled,
            off: phrase::off(details, language),
            changes: phrase::changes(details, language),
            reason: details.moved.reason.clone(),
            move_words: if details.moved.postponed { "moved-link-again" } else { "moved-link" },
            draft: event.state == Board::Draft,
            hints: hints(event),
            over: details.ends_at < app.instance.clock().now(),
            block: Block::of(phrase::days(details).0, language),
            starts_iso: details.starts_at.to_string(),
            short: details.short.clone(),
            texts: Texts::of(app, visitor, (&details.content, None), &details.plain),
            map: details.place.as_ref().and_then(links::map_of),
            place: details.place.clone(),
            place_href: details.place.as_ref().and_then(links::own_place),
            online: details.online.as_ref().and_then(links::contact).map(str::to_owned),
            organiser: author.name.clone(),
            organiser_href: links::actor(author),
            contact: details.contact.as_deref().map(links::pieces),
            price: phrase::price(details, language).unwrap_or_else(unknown),
            registration: links::pieces(&listing::registration(visitor, details)),
            registration_url: details.registration_url.as_ref().and_then(links::contact).map(str::to_owned),
            audience: details.audience.clone().unwrap_or_else(|| visitor.text("events-audience-all")),
            languages: languages(visitor, details),
            link: details.link.as_ref().and_then(links::web).map(str::to_owned),
            access: access::tell(visitor, &details.effective_access(), details.access_note.as_ref(), app.today()),
            theme: details.category.map(|theme| (theme.slug(), theme_text(visitor, theme))),
            tags: details.tags.clone(),
            change_id: (author.is_local() && may).then_some(event.id),
            share: share(visitor, details, &when, &address),
            when,
            as_of: phrase::moment(event.updated_at, &app.zone(), language),
            taken_from: from.map(str::to_owned),
            original: links::web(&event.page).unwrap_or("/").to_owned(),
            report: (event.state == Board::Published).then(|| format!("/events/{}/report", event.id)),
            address,
        }
    }
}

fn hints(event: &Event) -> Vec<&'static str> {
    let tentative = (event.details.status == Status::Tentative).then_some("events-tentative-banner");
    let draft = (event.state == Board::Draft).then_some("events-draft-banner");
    tentative.into_iter().chain(draft).collect()
}

fn share(visitor: &Visitor, details: &Details, when: &str, address: &str) -> String {
    let place = details.place.as_ref().map(Place::one_line).filter(|place| !place.is_empty());
    let place = place.or_else(|| details.online.as_ref().map(|_| visitor.text("dates-online")));
    let off = phrase::off(details, visitor.language).or_else(|| phrase::mark(details, visitor.language));
    let parts = [off, Some(details.name.clone()), Some(when.to_owned()), place, Some(address.to_owned())];
    parts.into_iter().flatten().collect::<Vec<_>>().join("\n")
}

/// The languages by name where we know it; their codes else.
fn languages(visitor: &Visitor, details: &Details) -> String {
    let name = |code: &String| {
        let known = super::event_form::LANGUAGES.contains(&code.as_str());
        if known { visitor.text(&format!("events-language-{code}")) } else { code.clone() }
    };
    let names: Vec<String> = details.languages.iter().map(name).collect();
    if names.is_empty() { visitor.text("events-unknown") } else { names.join(", ") }
}

fn head(
    app: &App,
    visitor: &Visitor,
    (event, author): (&Event, &Actor),
    (image, left): (Option<json_ld::Image>, Option<(u32, i64)>),
) -> Head {
    let details = &event.details;
    let own = format!("/events/{}", event.id);
    let alternate = |kind, href: String| Alternate { kind, href, title: details.name.clone() };
    let mut alternates = vec![
        alternate("text/calendar", format!("{own}/calendar.ics")),
        alternate("application/activity+json", event.url.to_string()),
        alternate("application/geo+json", "/events.geojson".to_owned()),
        alternate("text/csv", "/events.csv".to_owned()),
    ];
    let feed = if author.is_local() { format!("/@{}/feed.atom", author.handle) } else { "/feed.atom".to_owned() };
    alternates.push(alternate("application/atom+xml", feed));
    alternates.extend(oembed::alternates(app, &own, &details.name));
    let line = phrase::summary_line(details, visitor.language);
    let day = line.rsplit_once(" · ").filter(|_| details.place.is_some()).map_or(line.as_str(), |(day, _)| day);
    Head {
        description: Some(
            [Some(line.as_str()), details.short.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" – "),
        ),
        share_title: Some(
            visitor.text_with("events-share-title", &[("day", &day.replace(" · ", " ")), ("title", &details.name)]),
        ),
        address: Some(event.page.to_string()),
        alternates,
        data: Some(json_ld::event((event, author), app, (image.as_ref(), left))),
        hidden: event.state == Board::Draft || !author.is_local(),
        image,
        script: None,
        facts: share_facts(event),
    }
}

/// The times for previews elsewhere.
fn share_facts(event: &Event) -> Vec<(&'static str, String)> {
    let details = &event.details;
    let end = (!details.open_end).then(|| ("event:end_time", details.ends_at.to_string()));
    let times = [
        ("event:start_time", details.starts_at.to_string()),
        ("article:published_time", event.published_at.to_string()),
        ("article:modified_time", event.updated_at.to_string()),
    ];
    times.into_iter().chain(end).collect()
}
