//! `quartier publish`: a post or an event, through the same door as a form.

use domain::actor::{Actor, Part};
use domain::event;
use domain::handle::Handle;
use domain::html::{self, Html};
use domain::language::Language;
use domain::place::Place;
use domain::post;
use federation::writing::{self, Writer, Written};
use federation::{Instance, paths};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use url::Url;

use crate::cli;
use crate::config::Config;
use crate::failure::Failure;
use crate::home;
use crate::output::say;

/// Does what `quartier publish …` says, and prints the address of the page.
pub(crate) async fn run(command: cli::Publish, config: &Config) -> Result<(), Failure> {
    let instance = home::instance(config).await?;
    let page = match command {
        cli::Publish::Note { text, speaker } => write(&instance, "", &text, &speaker).await?,
        cli::Publish::Article { title, text, speaker } => write(&instance, &title, &text, &speaker).await?,
        cli::Publish::Event(event) => announce(&instance, &event).await?,
    };
    say(page)?;
    Ok(())
}

async fn write(instance: &Instance, title: &str, text: &str, speaker: &cli::Speaker) -> Result<Url, Failure> {
    let author = author(instance, speaker.handle.as_ref()).await?;
    let details = post::Details::typed(title, text, language(instance));
    let draft = post::Draft::new(details).map_err(Failure::words)?;
    let place = Box::pin(writing::post(instance, &author, &draft, &Writer::operator(), None)).await?;
    page(instance, place, paths::post)
}

fn language(instance: &Instance) -> Language {
    instance.settings().language
}

async fn announce(instance: &Instance, event: &cli::Event) -> Result<Url, Failure> {
    let author = author(instance, event.speaker.handle.as_ref()).await?;
    let draft = event::Draft::new(details(event, &instance.settings().timezone)?).map_err(Failure::words)?;
    let place = Box::pin(writing::event(instance, &author, &draft, &Writer::operator(), None)).await?;
    page(instance, place, paths::event)
}

/// Where it is read; what waits says so first.
fn page(instance: &Instance, place: Written, path: fn(uuid::Uuid) -> String) -> Result<Url, Failure> {
    let (Written::Board(id) | Written::Queue(id)) = place;
    if matches!(place, Written::Queue(_)) {
        say("An editor has to say yes first, at /editors/queue. Then it is here:")?;
    }
    Ok(instance.url(&path(id)))
}

/// What the words of the command line say about an event in `timezone`.
fn details(event: &cli::Event, timezone: &str) -> Result<event::Details, Failure> {
    let zone = TimeZone::get(timezone).map_err(Failure::failed)?;
    let starts_at = time(event.start, &zone)?;
    let ends_at = event.end.map(|end| time(end, &zone)).transpose()?;
    let name = html::line(&event.name, 300);
    let mut details =
        event::Details::new(name, starts_at, ends_at.unwrap_or(starts_at + event::USUAL_LENGTH), timezone);
    details.open_end = ends_at.is_none();
    details.content = Html::from_text(&event.text);
    details.place = event.place.as_ref().map(|name| Place {
        street: event.street.as_ref().map(|street| html::line(street, 200)),
        ..Place::named(html::line(name, 300))
    });
    details.price.clone_from(&event.price);
    details.free = event.free;
    details.registration.clone_from(&event.registration);
    Ok(details)
}

fn time(time: DateTime, zone: &TimeZone) -> Result<Timestamp, Failure> {
    let at = zone.to_ambiguous_zoned(time).compatible().map_err(Failure::words)?;
    Ok(at.timestamp())
}

/// The quarter, or the initiative of that handle.
pub(crate) async fn author(instance: &Instance, handle: Option<&Handle>) -> Result<Actor, Failure> {
    let Some(handle) = handle else { return Ok(instance.quarter().clone()) };
    let mut tx = instance.store().read().await?;
    let found = storage::actors::by_handle(&mut tx, handle.as_str()).await?;
    let speaks = |actor: &Actor| actor.deleted_at.is_none() && actor.part != Some(Part::Instance);
    found.filter(speaks).ok_or_else(|| Failure::because(format!("there is no initiative with the handle {handle}")))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    fn parsed(words: &str) -> event::Details {
        let line = ["quartier", "publish", "event"].into_iter().chain(words.split(' '));
        let cli = cli::Cli::try_parse_from(line).expect("words");
        let cli::Command::Publish(cli::Publish::Event(event)) = cli.command else { panic!("not an event") };
        details(&event, "Europe/Berlin").expect("an event")
    }

    #[test]
    fn times_are_the_quarters() {
        let event = parsed("--name Fest --start 2026-12-05T15:00 --end 2026-12-05T17:30 --place Hof --free");
        assert_eq!(event.starts_at.to_string(), "2026-12-05T14:00:00Z");
        assert_eq!(event.ends_at.to_string(), "2026-12-05T16:30:00Z");
        assert_eq!((event.open_end, event.free), (false, true));
    }

    #[test]
    fn an_event_without_an_end_is_open() {
        let event = parsed("--name Fest --start 2026-12-05T15:00");
        assert!(event.open_end && event.ends_at > event.starts_at);
    }
}
