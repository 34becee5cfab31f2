//! The directory of places: what changes there reaches the events that are at them.

use domain::directory::{Draft, Entry, Listing, slug};
use domain::event::Details;
use domain::invalid::Invalid;
use domain::media::Illustrations;
use jiff::civil::Date;
use storage::objects::{self as registry, Claim};
use storage::{Tx, places};
use uuid::Uuid;

use crate::activities::update;
use crate::error::{Error, Result};
use crate::instance::Instance;
use crate::objects::attachment;
use crate::paths;

/// How many events are brought up to date with their place at once; further ones when they are next changed.
const EVENTS: i64 = 200;
/// How many places may have names that make the same address.
const ALIKE: usize = 50;

/// Adds a place to the directory, which says so of the events that name it from now on.
pub async fn create(instance: &Instance, draft: &Draft, pictures: Option<&Illustrations>) -> Result<Entry> {
    let mut tx = instance.store().write().await?;
    let now = instance.clock().now();
    let mut entry = Entry {
        id: instance.new_id(),
        slug: String::new(),
        listing: draft.listing().clone(),
        confirmed_on: Some(today(instance)),
        created_at: now,
        updated_at: now,
    };
    let there = places::known(&mut tx, &entry.snapshot(instance.url("/places")), false).await?;
    if there.is_some() {
        return Err(Invalid::one("place", "places-there").into());
    }
    claim(&mut tx, instance, &mut entry).await?;
    places::put(&mut tx, &entry).await?;
    attachment::attach(&mut tx, entry.id, pictures).await?;
    tx.commit().await?;
    Ok(entry)
}

/// Finds an address that no place has or had.
async fn claim(tx: &mut Tx, instance: &Instance, entry: &mut Entry) -> Result<()> {
    let slug = slug(&entry.listing.name);
    for number in 1..=ALIKE {
        entry.slug = if number == 1 { slug.clone() } else { format!("{slug}-{number}") };
        let url = instance.url(&paths::place(&entry.slug));
        let owner = &instance.quarter().url;
        if matches!(registry::claim(tx, &url, entry.id, "Place", owner).await?, Claim::New) {
            return Ok(());
        }
    }
    Err(Invalid::one("place", "places-there").into())
}

/// Changes what a place says, and what its events to come say of it.
pub async fn change(instance: &Instance, id: Uuid, draft: &Draft, pictures: Option<&Illustrations>) -> Result<Entry> {
    let mut tx = instance.store().write().await?;
    let mut entry = places::by_id(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let before = std::mem::replace(&mut entry.listing, draft.listing().clone());
    entry.confirmed_on = Some(today(instance));
    entry.updated_at = update::later(instance, entry.updated_at);
    places::put(&mut tx, &entry).await?;
    attachment::attach(&mut tx, id, pictures).await?;
    if tells_more(&before, &entry.listing) {
        refresh(&mut tx, instance, id).await?;
    }
    tx.commit().await?;
    instance.wake();
    Ok(entry)
}

/// Whether events say something that changed.
fn tells_more(before: &Listing, now: &Listing) -> bool {
    let told = |listing: &Listing| {
        let facts = listing.facts.clone();
        (
            listing.name.clone(),
            listing.position,
            facts.street,
            facts.postal_code,
            facts.locality,
            facts.stop,
            facts.access,
        )
    };
    told(before) != told(now)
}

/// Notes that all a place says is right, today.
pub async fn confirm(instance: &Instance, id: Uuid) -> Result<()> {
    let mut tx = instance.store().write().await?;
    let mut entry = places::by_id(&mut tx, id).await?.ok_or(Error::NotFound)?;
    entry.confirmed_on = Some(today(instance));
    places::put(&mut tx, &entry).await?;
    tx.commit().await?;
    Ok(())
}

/// Takes a place out of the directory; its events keep its name and address. Its address is never given again.
pub async fn remove(instance: &Instance, id: Uuid) -> Result<()> {
    let mut tx = instance.store().write().await?;
    let entry = places::by_id(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let now = instance.clock().now();
    let events = places::events_at(&mut tx, id, now, EVENTS).await?;
    places::remove(&mut tx, id).await?;
    let url = instance.url(&paths::place(&entry.slug));
    registry::delete(&mut tx, &url, &instance.quarter().url, now).await?;
    for (event, author) in events {
        if author.is_local() {
            Box::pin(update::place_in(&mut tx, instance, event, &author)).await?;
        }
    }
    tx.commit().await?;
    instance.wake();
    Ok(())
}

/// Brings the events to come at a place up to date.
async fn refresh(tx: &mut Tx, instance: &Instance, id: Uuid) -> Result<()> {
    for (event, author) in places::events_at(tx, id, instance.clock().now(), EVENTS).await? {
        if author.is_local() {
            Box::pin(update::place_in(tx, instance, event, &author)).await?;
        }
    }
    Ok(())
}

/// Ties an event of ours to the place of the directory that it names, and takes over what is known of that.
pub(crate) async fn link(tx: &mut Tx, instance: &Instance, details: &mut Details) -> Result<()> {
    let Some(place) = &mut details.place else { return Ok(()) };
    let entry = match place.id {
        Some(id) => places::by_id(tx, id).await?,
        None => places::known(tx, place, false).await?,
    };
    if let Some(entry) = entry {
        *place = entry.snapshot(instance.url(&paths::place(&entry.slug)));
    } else {
        (place.id, place.url) = (None, None);
    }
    if place.name.is_empty() {
        details.place = None;
    }
    Ok(())
}

/// Ties an event of another server to a place of ours with the same name and street; what it says itself stays.
pub(crate) async fn recognise(tx: &mut Tx, instance: &Instance, details: &mut Details) -> Result<()> {
    let Some(place) = &mut details.place else { return Ok(()) };
    if let Some(entry) = places::known(tx, place, true).await? {
        (place.id, place.url) = (Some(entry.id), Some(instance.url(&paths::place(&entry.slug))));
        place.position = place.position.or(entry.listing.position);
        place.stop = place.stop.take().or(entry.listing.facts.stop);
        place.access = entry.listing.facts.access.overridden_by(&place.access);
    }
    Ok(())
}

fn today(instance: &Instance) -> Date {
    instance.clock().now().to_zoned(instance.settings().zone()).date()
}
