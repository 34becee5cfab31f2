//! Who registers for events of ours by form, by phone or with one click. Seats are decided as for those who join over the
//! fediverse: under the same lock, from the same count, with one queue ([`crate::participations`]).

mod desk;
mod due;
mod letters;
mod news;

use domain::account::Account;
use domain::actor::Actor;
use domain::event::Event;
use domain::language::Language;
use domain::participation::{Attendance, Counts};
use domain::registration::{self, Form, Registration, State, Verdict, Way, Wish};
use storage::registrations as kept_registrations;
use storage::{Tx, participations, registration_forms};
use uuid::Uuid;

pub use desk::{add, called, change_by_hand, decline, let_in, set_form};
pub use due::see_to_due;
pub(crate) use news::{changed, gone};

use crate::error::{Error, Result};
use crate::instance::Instance;
use crate::participations::{locked, move_up};
use letters::What;

/// How many registrations for one event may wait for their mailbox.
const MAX_UNCONFIRMED: i64 = 200;

/// What became of somebody's wish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A letter is on its way, whose link confirms it.
    Letter,
    /// It is on the list, so, or was before.
    Listed(State),
    /// Nobody can register any more.
    TooLate,
    /// There are no seats, and no queue.
    Full,
}

/// How many come to an event, and whether one can register for it here.
pub(crate) async fn attendance(tx: &mut Tx, event: Uuid) -> Result<Attendance> {
    let counts = participations::count(tx, event).await?;
    let form = registration_forms::of(tx, event).await?;
    Ok(Attendance { counts, by_form: form.is_some_and(|form| form.is_open) })
}

/// Takes the wish of somebody who is not signed in: it counts for nothing until the mailbox has answered, or, where only a
/// number is given, until the organisers have called. Who is on the list gets a letter that says so, and the answer is
/// the same.
pub async fn take(
    tx: &mut Tx,
    instance: &Instance,
    event: Uuid,
    (wish, language): (Wish, Language),
) -> Result<Outcome> {
    let (event, _, form) = open(tx, event).await?;
    let now = instance.clock().now();
    if !form.takes(&event.details, now) {
        return Ok(Outcome::TooLate);
    }
    let Some(email) = wish.email.clone() else {
        let mut kept = fresh(instance, &event, (Way::Form, wish, language));
        return list(tx, instance, (&event, &form), &mut kept).await;
    };
    if kept_registrations::unconfirmed(tx, event.id).await? >= MAX_UNCONFIRMED {
        return Err(Error::Unusable("too much waits already"));
    }
    let known = kept_registrations::by_email(tx, event.id, &email).await?;
    if let Some(kept) = known.as_ref().filter(|kept| kept.state != State::Unconfirmed) {
        letters::send(tx, instance, &event, kept, What::Already).await?;
        return Ok(Outcome::Letter);
    }
    let mut kept = fresh(instance, &event, (Way::Form, wish, language));
    kept.id = known.map_or(kept.id, |known| known.id);
    kept_registrations::put(tx, &kept).await?;
    letters::send(tx, instance, &event, &kept, What::Confirm).await?;
    Ok(Outcome::Letter)
}

/// Takes the wish of somebody who is signed in, whose mailbox has answered long ago.
pub async fn take_signed_in(
    tx: &mut Tx,
    instance: &Instance,
    event: Uuid,
    (wish, account): (Wish, &Account),
) -> Result<Outcome> {
    let (event, _, form) = open(tx, event).await?;
    if let Some(kept) = of_account(tx, event.id, account).await? {
        return Ok(Outcome::Listed(kept.state));
    }
    let mut kept = fresh(instance, &event, (Way::Account, wish, account.language));
    (kept.account, kept.wish.email) = (Some(account.id), None);
    let outcome = list(tx, instance, (&event, &form), &mut kept).await?;
    if matches!(outcome, Outcome::Listed(_)) {
        // What the same mailbox began without signing in is done with.
        if let Some(begun) = kept_registrations::by_email(tx, event.id, &account.email).await? {
            kept_registrations::remove(tx, begun.id).await?;
        }
    }
    Ok(outcome)
}

/// The registration of an account for an event, made with it or with its mailbox.
pub async fn of_account(tx: &mut Tx, event: Uuid, account: &Account) -> Result<Option<Registration>> {
    if let Some(kept) = kept_registrations::by_account(tx, event, account.id).await? {
        return Ok(Some(kept));
    }
    let begun = kept_registrations::by_email(tx, event, &account.email).await?;
    Ok(begun.filter(|kept| kept.state != State::Unconfirmed))
}

/// The registration that the link with this token leads to.
pub async fn by_token(tx: &mut Tx, token: &str) -> Result<Option<Registration>> {
    Ok(kept_registrations::by_link(tx, letters::hash(token).as_ref()).await?)
}

/// Confirms a registration: its mailbox has answered. From now on it holds its seats, or its place in the queue.
pub async fn confirm(instance: &Instance, id: Uuid) -> Result<Outcome> {
    let mut tx = instance.store().write_together().await?;
    let (event, _, mut kept) = held(&mut tx, id).await?;
    if kept.state != State::Unconfirmed {
        return Ok(Outcome::Listed(kept.state));
    }
    let form = registration_forms::of(&mut tx, event.id).await?.unwrap_or_default();
    let outcome = list(&mut tx, instance, (&event, &form), &mut kept).await?;
    finish(tx, instance).await?;
    Ok(outcome)
}

/// Changes for how many a registration is and what it says. More persons need seats that are free and nobody waits for:
/// `false`, and nothing is changed, if there are none.
pub async fn change(instance: &Instance, id: Uuid, (persons, note): (u32, Option<String>)) -> Result<bool> {
    let mut tx = instance.store().write().await?;
    let (event, author, kept) = held(&mut tx, id).await?;
    if !kept.state.is_on_the_list() {
        return Err(Error::NotFound);
    }
    let wish = Wish { persons, note, ..kept.wish.clone() };
    let fits = rewrite(&mut tx, instance, (&event, &author), (kept, wish)).await?;
    if fits {
        finish(tx, instance).await?;
    }
    Ok(fits)
}

/// Forgets a registration, as who made it wants; the next in the queue moves up.
pub async fn withdraw(instance: &Instance, id: Uuid) -> Result<()> {
    let mut tx = instance.store().write().await?;
    let (event, author, kept) = held(&mut tx, id).await?;
    if kept.state != State::Unconfirmed {
        letters::send(&mut tx, instance, &event, &kept, What::Withdrawn).await?;
    }
    kept_registrations::remove(&mut tx, id).await?;
    move_up(&mut tx, instance, &event, &author).await?;
    finish(tx, instance).await
}

/// Forgets everything that somebody registered for whose account goes; part of the transaction that removes it.
pub(crate) async fn forget_person(tx: &mut Tx, instance: &Instance, account: &Account) -> Result<()> {
    for kept in kept_registrations::of_person(tx, account.id, &account.email).await? {
        let seats = locked(tx, kept.event).await?;
        kept_registrations::remove(tx, kept.id).await?;
        if let Some((event, author)) = seats {
            move_up(tx, instance, &event, &author).await?;
        }
    }
    Ok(())
}

/// Gives seats to who waited longest, and tells them, or the organisers where only a number is known.
pub(crate) async fn seat(tx: &mut Tx, instance: &Instance, event: &Event, mut kept: Registration) -> Result<()> {
    (kept.state, kept.changed_at) = (State::Confirmed, instance.clock().now());
    if !letters::send(tx, instance, event, &kept, What::MovedUp).await? {
        kept.call = Some(registration::Call::Seat);
    }
    kept_registrations::put(tx, &kept).await?;
    instance.wake_postman();
    Ok(())
}

/// Puts a registration on the list if there is room, and tells who made it.
async fn list(
    tx: &mut Tx,
    instance: &Instance,
    (event, form): (&Event, &Form),
    kept: &mut Registration,
) -> Result<Outcome> {
    let now = instance.clock().now();
    let is_proven = kept.account.is_some() || kept.wish.email.is_some();
    let counts = participations::count(tx, event.id).await?;
    let verdict = registration::decide((&event.details, form), &counts, (kept.wish.persons, is_proven), now);
    match verdict {
        Verdict::Listed(state) => {
            enter(tx, instance, event, (kept, state)).await?;
            Ok(Outcome::Listed(state))
        }
        Verdict::TooLate => Ok(Outcome::TooLate),
        Verdict::Full => Ok(Outcome::Full),
    }
}

/// Puts a registration at the end of the list in that state, and tells who made it.
async fn enter(
    tx: &mut Tx,
    instance: &Instance,
    event: &Event,
    (kept, state): (&mut Registration, State),
) -> Result<()> {
    (kept.state, kept.place, kept.changed_at) = (state, instance.new_id(), instance.clock().now());
    kept_registrations::put(tx, kept).await?;
    let what = match state {
        State::Confirmed => What::Seat,
        State::Queued => What::Queue,
        State::Asked | State::Unconfirmed | State::Declined => What::Asked,
    };
    letters::send(tx, instance, event, kept, what).await?;
    Ok(())
}

/// Keeps another wish of somebody on the list; `false`, and nothing may be committed, if it needs seats that there are not.
async fn rewrite(
    tx: &mut Tx,
    instance: &Instance,
    (event, author): (&Event, &Actor),
    (mut kept, wish): (Registration, Wish),
) -> Result<bool> {
    let more = wish.persons.saturating_sub(kept.wish.persons);
    let counts: Counts = participations::count(tx, event.id).await?;
    let fits = counts.has_seats(&event.details, more) && counts.queued == 0;
    if kept.state == State::Confirmed && more > 0 && !fits {
        return Ok(false);
    }
    kept.wish = wish;
    kept_registrations::put(tx, &kept).await?;
    move_up(tx, instance, event, author).await?;
    Ok(true)
}

fn fresh(instance: &Instance, event: &Event, (way, wish, language): (Way, Wish, Language)) -> Registration {
    let now = instance.clock().now();
    Registration {
        id: instance.new_id(),
        event: event.id,
        account: None,
        way,
        state: State::Unconfirmed,
        wish,
        language,
        place: instance.new_id(),
        call: None,
        created_at: now,
        changed_at: now,
        reminded_at: None,
    }
}

/// An event of ours whose seats nobody else gives away until `tx` ends, with how one can register for it.
async fn open(tx: &mut Tx, event: Uuid) -> Result<(Event, Actor, Form)> {
    let (event, author) = locked(tx, event).await?.ok_or(Error::NotFound)?;
    let form = registration_forms::of(tx, event.id).await?.ok_or(Error::NotFound)?;
    Ok((event, author, form))
}

/// A registration as it is once nobody else can decide about the seats of its event.
async fn held(tx: &mut Tx, id: Uuid) -> Result<(Event, Actor, Registration)> {
    let event = kept_registrations::by_id(tx, id).await?.ok_or(Error::NotFound)?.event;
    let (event, author) = locked(tx, event).await?.ok_or(Error::NotFound)?;
    let kept = kept_registrations::by_id(tx, id).await?.ok_or(Error::NotFound)?;
    Ok((event, author, kept))
}

async fn finish(tx: Tx, instance: &Instance) -> Result<()> {
    tx.commit().await?;
    instance.wake();
    instance.wake_postman();
    Ok(())
}
