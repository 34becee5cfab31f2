//! What organisers do with the list of an event: they set how one registers, write down who calls, let in and decline.

use domain::event::Draft;
use domain::invalid::Invalid;
use domain::language::Language;
use domain::registration::{self, Form, State, Way, Wish};
use storage::registrations::{by_email, put, remove};
use storage::{Tx, participations, registration_forms};
use uuid::Uuid;

use super::letters::{self, What};
use super::{enter, finish, fresh, held, rewrite};
use crate::activities::update;
use crate::error::{Error, Result};
use crate::instance::Instance;
use crate::participations::{locked, move_up};

/// Keeps how one can register for an event, and how many seats it has. Everyone who knows the event is told, since other
/// servers lead people to the form.
pub async fn set_form(instance: &Instance, event: Uuid, (form, seats): (Form, Option<u32>)) -> Result<()> {
    let form = form.checked()?;
    let mut tx = instance.store().write().await?;
    participations::lock(&mut tx, event).await?;
    let event = storage::events::by_id(&mut tx, event).await?.ok_or(Error::NotFound)?;
    let before = registration_forms::of(&mut tx, event.id).await?;
    registration_forms::put(&mut tx, event.id, &form).await?;
    let was_open = before.is_some_and(|before| before.is_open);
    let mut details = event.details.clone();
    details.capacity = seats;
    // Every list, feed and calendar shows where one registers, and so do other servers.
    let page = registration::page(&event);
    if form.is_open {
        details.registration_url = Some(page);
    } else if details.registration_url == Some(page) {
        details.registration_url = None;
    }
    if details != event.details || was_open != form.is_open {
        update::event_in(&mut tx, instance, event, &Draft::new(details)?, None).await?;
    }
    finish(tx, instance).await
}

/// Writes down somebody who called or was met: to a seat, or to the end of the queue. The time to register, and whether
/// there is a queue, bind only those who register themselves. Part of the transaction that claims the form.
pub async fn add(tx: &mut Tx, instance: &Instance, event: Uuid, (wish, language): (Wish, Language)) -> Result<State> {
    let (event, _) = locked(tx, event).await?.ok_or(Error::NotFound)?;
    if let Some(email) = &wish.email
        && by_email(tx, event.id, email).await?.is_some()
    {
        return Err(Invalid::one("email", "registration-email-listed").into());
    }
    let counts = participations::count(tx, event.id).await?;
    if counts.queued + counts.asked >= domain::participation::MOST_WAITING {
        return Err(Error::Unusable("too many wait already"));
    }
    let state = registration::seat(&event.details, &counts, wish.persons);
    let mut kept = fresh(instance, &event, (Way::Hand, wish, language));
    enter(tx, instance, &event, (&mut kept, state)).await?;
    Ok(state)
}

/// Changes what was written down by hand; `false` if that needs seats that there are not.
pub async fn change_by_hand(instance: &Instance, id: Uuid, wish: Wish) -> Result<bool> {
    let mut tx = instance.store().write().await?;
    let (event, author, kept) = held(&mut tx, id).await?;
    if kept.way != Way::Hand {
        return Err(Error::Forbidden);
    }
    if let Some(email) = &wish.email
        && by_email(&mut tx, event.id, email).await?.is_some_and(|other| other.id != id)
    {
        return Err(Invalid::one("email", "registration-email-listed").into());
    }
    let fits = rewrite(&mut tx, instance, (&event, &author), (kept, wish)).await?;
    if fits {
        finish(tx, instance).await?;
    }
    Ok(fits)
}

/// Lets somebody in who waits for the organisers' word or was declined: to seats, or to the end of the queue. Who waits for
/// seats gets them before others if there are enough. How it stands now.
pub async fn let_in(instance: &Instance, id: Uuid) -> Result<State> {
    let mut tx = instance.store().write().await?;
    let (event, _, mut kept) = held(&mut tx, id).await?;
    let counts = participations::count(&mut tx, event.id).await?;
    match kept.state {
        State::Asked | State::Declined => {
            let state = registration::seat(&event.details, &counts, kept.wish.persons);
            enter(&mut tx, instance, &event, (&mut kept, state)).await?;
        }
        State::Queued if counts.has_seats(&event.details, kept.wish.persons) => {
            super::seat(&mut tx, instance, &event, kept.clone()).await?;
            kept.state = State::Confirmed;
        }
        State::Queued | State::Confirmed => return Ok(kept.state),
        State::Unconfirmed => return Err(Error::NotFound),
    }
    finish(tx, instance).await?;
    Ok(kept.state)
}

/// Says no to somebody, at once or later; who was written down by hand is forgotten. The next in the queue moves up.
pub async fn decline(instance: &Instance, id: Uuid) -> Result<()> {
    let mut tx = instance.store().write().await?;
    let (event, author, mut kept) = held(&mut tx, id).await?;
    if !kept.state.is_on_the_list() {
        return Ok(());
    }
    letters::send(&mut tx, instance, &event, &kept, What::Declined).await?;
    if kept.way == Way::Hand {
        remove(&mut tx, id).await?;
    } else {
        (kept.state, kept.changed_at, kept.call) = (State::Declined, instance.clock().now(), None);
        put(&mut tx, &kept).await?;
    }
    move_up(&mut tx, instance, &event, &author).await?;
    finish(tx, instance).await
}

/// Notes that the organisers have called.
pub async fn called(instance: &Instance, id: Uuid) -> Result<()> {
    let mut tx = instance.store().write().await?;
    let (_, _, mut kept) = held(&mut tx, id).await?;
    kept.call = None;
    put(&mut tx, &kept).await?;
    Ok(tx.commit().await?)
}
