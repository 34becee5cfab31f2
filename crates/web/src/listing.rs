//! Lists of events by day and lists of posts, as the templates show them.

use std::collections::HashMap;

use calendar::phrase;
use calendar::recurrence::Recurrence;
use domain::actor::{Actor, Part};
use domain::event::{Details, Event, Status};
use domain::host::Host;
use domain::html::Html;
use domain::language::Language;
use domain::messages::{text, text_with};
use domain::post::Post;
use jiff::ToSpan;
use jiff::civil::Date;
use storage::Tx;
use uuid::Uuid;

use crate::app::App;
use crate::error::PageError;
use crate::pages::repetition;
use crate::pictures::{self, Figure};
use crate::visitor::Visitor;
use crate::{forms, links, polls};

/// The names of the neighbouring quarters by their hosts, to say where something comes from.
pub(crate) struct Origins(HashMap<Host, String>);

impl Origins {
    /// Reads them.
    pub(crate) async fn load(app: &App, tx: &mut Tx) -> Result<Self, PageError> {
        let quarter = app.instance.quarter();
        let neighbours = storage::neighbours::list(tx, quarter.id).await?;
        Ok(Self(neighbours.into_iter().map(|one| (one.actor.host, one.actor.name)).collect()))
    }

    /// The quarter that an actor of another server belongs to; `None` for our own.
    pub(crate) fn of<'a>(&'a self, actor: &'a Actor) -> Option<&'a str> {
        (!actor.is_local()).then(|| self.0.get(&actor.host).map_or(actor.host.as_str(), String::as_str))
    }

    /// A host with the name of its quarter, if it is a neighbour's.
    pub(crate) fn named(&self, host: &str) -> String {
        let name = host.parse::<Host>().ok().and_then(|host| self.0.get(&host));
        name.map_or(host.to_owned(), |name| format!("{name} ({host})"))
    }
}

/// The parts of a date block.
pub(crate) struct Block {
    pub(crate) weekday: String,
    pub(crate) number: i8,
    pub(crate) month: String,
}

impl Block {
    pub(crate) fn of(date: Date, language: Language) -> Self {
        Self {
            weekday: text(language, &format!("dates-weekday-short-{}", date.weekday().to_monday_one_offset())),
            number: date.day(),
            month: text(language, &format!("dates-month-short-{}", date.month())),
        }
    }
}

/// The events of one day.
pub(crate) struct Day<'a> {
    pub(crate) date: Date,
    pub(crate) block: Block,
    pub(crate) heading: String,
    /// The heading without „heute“ and „morgen“, which are wrong on paper the next day.
    pub(crate) paper_heading: Option<String>,
    pub(crate) rows: Vec<Row<'a>>,
}

impl Day<'_> {
    fn on(date: Date, reading: Reading) -> Self {
        let near = date <= reading.today.saturating_add(1.day());
        // Seen from a week before, no day is near.
        let far = || phrase::day_heading(date, date.saturating_sub(7.days()), reading.language);
        Self {
            date,
            block: Block::of(date, reading.language),
            heading: phrase::day_heading(date, reading.today, reading.language),
            paper_heading: near.then(far),
            rows: Vec::new(),
        }
    }
}

/// One event in a list.
pub(crate) struct Row<'a> {
    /// Nil for what has no page here.
    pub(crate) id: Uuid,
    pub(crate) time: String,
    pub(crate) title: &'a str,
    pub(crate) place: Option<&'a str>,
    pub(crate) organiser: Option<&'a str>,
    pub(crate) from: Option<&'a str>,
    pub(crate) cancelled: bool,
    /// What must be known first: that it is off, or moved, or not sure.
    pub(crate) mark: Option<String>,
    pub(crate) free: bool,
    /// The name of its theme in addresses, and in words.
    pub(crate) theme: Option<(&'static str, String)>,
}

/// How a list is read: its first day, today, and in which language.
#[derive(Clone, Copy)]
pub(crate) struct Reading {
    pub(crate) first: Date,
    pub(crate) today: Date,
    pub(crate) language: Language,
}

/// Groups events, sorted by start, by the day they begin; what began before the list does stands on its first day.
pub(crate) fn days<'a>(events: &'a [(Event, Actor)], origins: &'a Origins, reading: Reading) -> Vec<Day<'a>> {
    let mut days: Vec<Day<'a>> = Vec::new();
    for (event, author) in events {
        let begins = phrase::days(&event.details).0;
        let date = begins.max(reading.first);
        if days.last().is_none_or(|day| day.date != date) {
            days.push(Day::on(date, reading));
        }
        if let Some(day) = days.last_mut() {
            day.rows.push(Row::of(event, author, origins, (begins < date, reading.language)));
        }
    }
    days
}

impl<'a> Row<'a> {
    fn of(event: &'a Event, author: &'a Actor, origins: &'a Origins, (began, language): (bool, Language)) -> Self {
        let details = &event.details;
        let from = origins.of(author);
        let name = author.name.as_str();
        Self {
            id: event.id,
            time: if began { phrase::when_list(details, language) } else { phrase::times(details, language) },
            title: &details.name,
            place: details.place.as_ref().map(|place| place.name.as_str()).filter(|name| !name.is_empty()),
            // A quarter's own name says nothing on its own board, nor beside „aus …“.
            organiser: (from != Some(name) && author.part != Some(Part::Quarter)).then_some(name),
            from,
            cancelled: details.status == Status::Cancelled,
            mark: phrase::mark(details, language),
            free: details.free,
            theme: details.category.map(|theme| (theme.slug(), text(language, &format!("category-{}", theme.slug())))),
        }
    }
}

/// What is always on: its rule in words and its next date.
pub(crate) struct Offer<'a> {
    pub(crate) id: Uuid,
    pub(crate) title: &'a str,
    pub(crate) phrase: String,
    pub(crate) next: String,
    pub(crate) place: Option<&'a str>,
    pub(crate) organiser: Option<&'a str>,
}

/// The regular offers of a list, each once.
pub(crate) fn offers<'a>(found: &'a [storage::series::Offer], app: &App, visitor: &Visitor) -> Vec<Offer<'a>> {
    let offer = |(rule, event, author): &'a storage::series::Offer| {
        let rule: Option<Recurrence> = rule.parse().ok();
        let next = phrase::when_list(&event.details, visitor.language);
        let place = event.details.place.as_ref().map(|place| place.name.as_str());
        Offer {
            id: event.id,
            title: &event.details.name,
            phrase: rule.map(|rule| repetition::describe(app, visitor, &rule)).unwrap_or_default(),
            next: visitor.text_with("series-regular-next", &[("when", &next)]),
            place: place.filter(|name| !name.is_empty()),
            organiser: Some(author.name.as_str()).filter(|_| author.part != Some(Part::Quarter)),
        }
    };
    found.iter().map(offer).collect()
}

/// Leaves at most `most` entries of each other server: a loud neighbour does not fill the front page. Whether one had more.
pub(crate) fn share<T>(list: &mut Vec<(T, Actor)>, most: usize) -> bool {
    let (mut counts, all): (HashMap<String, usize>, _) = (HashMap::new(), list.len());
    list.retain(|(_, author)| {
        let count = counts.entry(author.host.to_string()).or_default();
        *count += 1;
        author.is_local() || *count <= most
    });
    list.len() < all
}

/// One post in a list.
pub(crate) struct Teaser<'a> {
    pub(crate) href: String,
    pub(crate) title: Option<&'a str>,
    pub(crate) words: String,
    pub(crate) picture: Option<Figure>,
    pub(crate) author: Option<&'a str>,
    pub(crate) from: Option<&'a str>,
    pub(crate) published: String,
    pub(crate) when: String,
    pub(crate) poll: Option<polls::View>,
}

/// How much of a post a list shows, in characters.
const TEASER: usize = 280;

/// The first picture of each of those posts that has one.
pub(crate) async fn pictures(
    tx: &mut Tx,
    visitor: &Visitor,
    posts: &[(Post, Actor)],
) -> Result<HashMap<Uuid, Figure>, PageError> {
    pictures::first_of(tx, visitor, posts.iter().map(|(post, author)| (post.id, author))).await
}

/// The beginnings of posts, with their first pictures.
pub(crate) fn teasers<'a>(
    posts: &'a [(Post, Actor)],
    (origins, mut pictures): (&'a Origins, HashMap<Uuid, Figure>),
    reading: polls::Reading,
) -> Vec<Teaser<'a>> {
    let teaser = |(post, author): &'a (Post, Actor)| {
        let from = origins.of(author);
        Teaser {
            href: format!("/posts/{}", post.id),
            title: post.details.title.as_deref(),
            words: words(post, TEASER, reading.voice.language()),
            picture: pictures.remove(&post.id).filter(|_| post.details.warning.is_none()),
            author: Some(author.name.as_str()).filter(|name| from != Some(*name)),
            from,
            published: post.published_at.to_string(),
            when: phrase::moment(post.published_at, reading.zone, reading.voice.language()),
            poll: post.details.poll.as_ref().map(|poll| polls::View::of(poll, post.url.as_str(), reading)),
        }
    };
    posts.iter().map(teaser).collect()
}

/// What a post begins with; of one with a warning only that.
pub(crate) fn words(post: &Post, max: usize, language: Language) -> String {
    warning(post, language).unwrap_or_else(|| beginning(&post.details.content, max))
}

/// What readers are told before they see a post, where its author wants that.
pub(crate) fn warning(post: &Post, language: Language) -> Option<String> {
    let warning = post.details.warning.as_deref()?;
    Some(match warning {
        "" => text(language, "posts-sensitive"),
        warning => text_with(language, "posts-warning", &[("warning", warning)]),
    })
}

/// The beginning of a text, as one line of at most `max` characters.
pub(crate) fn beginning(text: &Html, max: usize) -> String {
    shortened(&forms::line(&text.to_text(), max + 1), max)
}

/// At most `max` characters, cut between words, with an ellipsis where something is missing.
pub(crate) fn shortened(line: &str, max: usize) -> String {
    let Some((end, _)) = line.char_indices().nth(max) else { return line.to_owned() };
    let head = line.get(..end).unwrap_or_default();
    let head = head.rsplit_once(' ').map_or(head, |(words, _)| words);
    format!("{head} …")
}

/// How one registers for an event.
pub(crate) fn registration(visitor: &Visitor, details: &Details) -> String {
    match (&details.registration, &details.registration_url) {
        (Some(words), _) => words.clone(),
        (None, Some(_)) => visitor.text("events-registration-online"),
        (None, None) if !details.joining.is_none() => String::new(),
        (None, None) => phrase::registration(details, visitor.language),
    }
}

/// An address where one may follow the quarter or an initiative.
pub(crate) struct Subscribe {
    pub(crate) webcal: String,
    pub(crate) calendar: String,
    pub(crate) address: String,
    pub(crate) atom: String,
}

impl Subscribe {
    /// For one of our actors; `path` is empty for the quarter, else its page.
    pub(crate) fn to(app: &App, actor: &Actor, path: &str) -> Self {
        let calendar = format!("{path}/calendar.ics");
        let address = app.url(&calendar);
        let webcal = address.split_once("://").map_or(address.clone(), |(_, rest)| format!("webcal://{rest}"));
        Self { webcal, calendar, address: actor.address(), atom: format!("{path}/feed.atom") }
    }
}

/// A neighbour or an organiser with the place to read more.
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) href: String,
}

impl Named {
    pub(crate) fn of(actor: &Actor) -> Self {
        Self { name: actor.name.clone(), href: links::actor(actor) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_do_not_run_into_each_other() {
        assert_eq!(beginning(&Html::from_text("Eins.\n\nZwei & <drei>."), 100), "Eins. Zwei & <drei>.");
    }

    #[test]
    fn a_long_line_is_cut_between_words() {
        assert_eq!(shortened("Kuchen und Tee", 20), "Kuchen und Tee");
        assert_eq!(shortened("Kuchen und Tee", 12), "Kuchen und …");
        assert_eq!(shortened("Donaudampfschiff", 5), "Donau …");
    }
}
