//! Fills an invented quarter, once: everything is published as people would publish it.

use std::collections::{HashMap, HashSet};

use domain::actor::Actor;
use domain::directory;
use domain::event::{Details, Draft};
use domain::handle::Handle;
use domain::html::Html;
use domain::language::Language;
use domain::post;
use federation::Instance;
use federation::activities::{create, update};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use storage::posts::{Query, Which};

use super::dates;
use super::region::{Event, Initiative, Region};
use super::town::Quarter;
use crate::failure::Failure;

/// Publishes what the quarter's file says and is not there yet.
pub(super) async fn fill(quarter: &Quarter) -> Result<(), Failure> {
    let (instance, region) = (&quarter.server.instance, &quarter.region);
    let mut tx = instance.store().read().await?;
    let posts = storage::posts::list(&mut tx, &Query { which: Which::Own, before: None, limit: 1 }).await?;
    let everything = storage::events::Query::from(Timestamp::UNIX_EPOCH, Which::Own, 10_000);
    let events = storage::events::list(&mut tx, &everything).await?;
    drop(tx);
    if !posts.is_empty() {
        return Ok(());
    }
    // Without a post the last start was cut short, perhaps in the middle of the events.
    let there: HashSet<String> = events.into_iter().map(|(event, _)| event.details.name).collect();
    places(instance, region).await?;
    let speakers = speakers(instance, region).await?;
    let speaker = |by: Option<&_>| -> &Actor { by.and_then(|by| speakers.get(by)).unwrap_or(instance.quarter()) };
    for event in region.events.iter().filter(|event| !there.contains(&event.title)) {
        publish(instance, region, event, speaker(event.by.as_ref())).await?;
    }
    for post in region.posts.iter().rev() {
        let draft = post::Draft::new(post::Details::typed(&post.title, &post.text, Language::DE));
        create::post(instance, speaker(post.by.as_ref()), draft.map_err(Failure::because)?).await?;
    }
    Ok(())
}

/// The quarter's places, entered where they are not there yet.
async fn places(instance: &Instance, region: &Region) -> Result<(), Failure> {
    let there = storage::places::names(&mut instance.store().look().await?).await?;
    for listing in region.listings().filter(|listing| !there.iter().any(|(_, name)| *name == listing.name)) {
        let draft = directory::Draft::new(listing).map_err(|invalid| Failure::because(invalid.to_string()))?;
        federation::places::create(instance, &draft, None).await?;
    }
    Ok(())
}

/// The quarter's initiatives by their handles, made where they are not there yet.
async fn speakers(instance: &Instance, region: &Region) -> Result<HashMap<Handle, Actor>, Failure> {
    let mut speakers = HashMap::new();
    for Initiative { handle, name, summary } in &region.initiatives {
        let there = storage::actors::by_handle(&mut instance.store().look().await?, handle.as_str()).await?;
        let actor = match there {
            Some(actor) => actor,
            None => federation::initiatives::create(instance, name, handle, Html::from_text(summary)).await?,
        };
        speakers.insert(handle.clone(), actor);
    }
    Ok(speakers)
}

async fn publish(instance: &Instance, region: &Region, event: &Event, author: &Actor) -> Result<(), Failure> {
    let details = details(instance, region, event)?;
    let draft = Draft::new(details).map_err(|invalid| Failure::because(format!("{}: {invalid}", event.title)))?;
    let published = create::event(instance, author, draft).await?;
    if event.cancelled {
        update::cancel(instance, published.id, Some(event.text.as_str())).await?;
    }
    Ok(())
}

/// The event of the file, at its place and on its day.
fn details(instance: &Instance, region: &Region, event: &Event) -> Result<Details, Failure> {
    let timezone = &instance.settings().timezone;
    let zone = TimeZone::get(timezone).map_err(Failure::failed)?;
    let now = instance.clock().now();
    let day = if event.clocks {
        dates::clocks_change(now, &zone)
    } else {
        dates::day(now.to_zoned(zone.clone()).date(), &event.on)
    };
    let day = day.ok_or_else(|| Failure::because(format!("'{}' has no day", event.title)))?;
    let (from, to) = event.hours();
    let days = event.days.unwrap_or(1) + i32::from(event.all_day);
    let (start, end) = dates::span(day, from, to, days).ok_or_else(|| Failure::because("the calendar ends"))?;
    let at = |time: jiff::civil::DateTime| time.to_zoned(zone.clone()).map(|time| time.timestamp());
    let (start, end) = (at(start).map_err(Failure::failed)?, at(end).map_err(Failure::failed)?);
    let doors = event.doors.map(|doors| at(day.to_datetime(doors))).transpose().map_err(Failure::failed)?;
    let (access, access_note) = region.access(event);
    Ok(Details {
        short: event.short.clone(),
        content: Html::from_text(&event.text),
        open_end: event.open_end,
        all_day: event.all_day,
        doors_at: doors,
        place: region.place(event),
        online: event.online.clone(),
        category: Some(event.category),
        price: event.price.clone(),
        free: event.free,
        registration: event.registration.clone(),
        registration_url: event.registration_url.clone(),
        contact: event.contact.clone(),
        access,
        access_note,
        languages: event.languages.clone(),
        audience: event.audience.clone(),
        tags: event.tags.clone(),
        ..Details::new(event.title.clone(), start, end, timezone.clone())
    })
}
