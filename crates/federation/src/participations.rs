//! Who comes to our events: seats, the queue, and the organiser's answers. Each change and its answers commit together,
//! and only one transaction at a time decides about the seats of an event.

use domain::actor::Actor;
use domain::event::{Event, State as Board};
use domain::participation::{self, KEPT, MOST_JOINS, Participation, State, Verdict, WINDOW};
use domain::registration;
use domain::retention::REGISTRATIONS_UNCONFIRMED as UNCONFIRMED;
use jiff::Timestamp;
use serde_json::{Value, json};
use storage::{Tx, activities, actors, deliveries, events, participations, registration_forms};
use url::Url;
use uuid::Uuid;

use crate::activities::{Outgoing, leave};
use crate::error::{Error, Result};
use crate::instance::Instance;
use crate::registrations;

/// One of our events on the board with its organiser, whose seats nobody else gives away until `tx` ends.
pub(crate) async fn locked(tx: &mut Tx, id: Uuid) -> Result<Option<(Event, Actor)>> {
    participations::lock(tx, id).await?;
    let event = events::by_id(tx, id).await?.filter(|event| event.state == Board::Published);
    let Some(event) = event else { return Ok(None) };
    let author = actors::by_id(tx, event.author).await?;
    let author = author.filter(|author| author.is_local() && author.deleted_at.is_none());
    Ok(author.map(|author| (event, author)))
}

/// How it stands with `who`, or a new row that says that it does not come.
pub(crate) async fn standing(
    tx: &mut Tx,
    instance: &Instance,
    event: Uuid,
    who: &Actor,
    activity: &Url,
) -> Result<Participation> {
    let now = instance.clock().now();
    let known = participations::between(tx, event, who.id).await?;
    Ok(known.unwrap_or_else(|| Participation {
        event,
        actor: who.id,
        state: State::Left,
        activity: activity.clone(),
        invitation: None,
        message: None,
        place: instance.new_id(),
        joins: 0,
        counted_from: now,
        changed_at: now,
    }))
}

/// Counts one more request; `false` if there were too many of late.
pub(crate) fn count(kept: &mut Participation, now: Timestamp) -> bool {
    if now.duration_since(kept.counted_from) >= WINDOW {
        (kept.joins, kept.counted_from) = (0, now);
    }
    kept.joins += 1;
    kept.joins <= MOST_JOINS
}

/// Answers the request of `who` to come to one of our events, told by the id of its `Join` or of the `Invite` it
/// accepts. Who is on the list stays where it is and gets the same answer again. `false` if it asked too often: then
/// nothing happens.
pub(crate) async fn join(
    tx: &mut Tx,
    instance: &Instance,
    event: Uuid,
    who: &Actor,
    join: &Url,
    message: Option<String>,
) -> Result<bool> {
    let now = instance.clock().now();
    let Some((event, author)) = locked(tx, event).await? else { return Ok(false) };
    let mut kept = standing(tx, instance, event.id, who, join).await?;
    if !count(&mut kept, now) {
        return Ok(false);
    }
    kept.activity = join.clone();
    let mut refusal = "Reject";
    if matches!(kept.state, State::Left | State::Invited | State::Refused) {
        let counts = participations::count(tx, event.id).await?;
        let invited = kept.state != State::Left;
        let mut verdict = participation::decide(&event.details, &counts, invited, now);
        if !invited {
            let form = registration_forms::of(tx, event.id).await?;
            verdict = registration::bound(verdict, form.as_ref(), now);
        }
        match verdict {
            Verdict::Listed(state) => {
                (kept.state, kept.message) = (state, message);
                (kept.place, kept.changed_at) = (instance.new_id(), now);
            }
            Verdict::Refused => {}
            Verdict::NotOffered => refusal = "Ignore",
        }
    }
    participations::put(tx, &kept).await?;
    let kind = match kept.state {
        State::Confirmed => "Accept",
        State::Asked | State::Queued => "TentativeAccept",
        State::Declined | State::Left | State::Invited | State::Refused => refusal,
    };
    answer(tx, instance, (&event, &author), who, kind, &kept).await?;
    Ok(true)
}

/// Tells `who` with `kind` how it stands: alone, and never of anybody else.
async fn answer(
    tx: &mut Tx,
    instance: &Instance,
    (event, author): (&Event, &Actor),
    who: &Actor,
    kind: &'static str,
    kept: &Participation,
) -> Result<()> {
    if who.is_local() {
        return Ok(());
    }
    let object = embedded(kept, who, author, &event.url);
    let about = subject(event, who.id);
    let outgoing = Outgoing { actor: author, kind, about: &about, object, to: Some(&who.url) };
    outgoing.send(tx, instance, who).await?;
    Ok(())
}

/// What everything is about that we say to one participant of one event: by this it is forgotten.
pub(crate) fn subject(event: &Event, who: Uuid) -> Url {
    let mut subject = event.url.clone();
    subject.set_fragment(Some(&who.to_string()));
    subject
}

/// The `Join` of `who`, or the `Invite` to it, as answers embed it: small, and by its id.
pub(crate) fn embedded(kept: &Participation, who: &Actor, organiser: &Actor, event: &Url) -> Value {
    if kept.invitation.as_ref() == Some(&kept.activity) {
        json!({ "id": kept.activity, "type": "Invite", "actor": organiser.url, "object": event, "target": who.url })
    } else {
        json!({ "id": kept.activity, "type": "Join", "actor": who.url, "object": event })
    }
}

/// Takes back what was said to one participant: what still waits is not sent, and who it was stands nowhere any more.
async fn forget_answers(tx: &mut Tx, event: &Event, who: Uuid, now: Timestamp) -> Result<()> {
    let about = subject(event, who);
    deliveries::cancel(tx, &about, now).await?;
    activities::erase(tx, &about).await?;
    Ok(())
}

/// Takes `who` off the list of one of our events; the next in the queue moves up. `false` if it was not on it.
pub(crate) async fn leave(tx: &mut Tx, instance: &Instance, event: Uuid, who: &Actor) -> Result<bool> {
    take_off(tx, instance, event, who, State::Left).await
}

/// As [`leave`], of who says no to an invitation: the organiser reads that, and who comes after all still may.
pub(crate) async fn refuse(tx: &mut Tx, instance: &Instance, event: Uuid, who: &Actor) -> Result<bool> {
    take_off(tx, instance, event, who, State::Refused).await
}

async fn take_off(tx: &mut Tx, instance: &Instance, event: Uuid, who: &Actor, to: State) -> Result<bool> {
    let now = instance.clock().now();
    let Some((event, author)) = locked(tx, event).await? else { return Ok(false) };
    let Some(mut kept) = participations::between(tx, event.id, who.id).await? else { return Ok(false) };
    if !kept.state.is_on_the_list() && kept.state != State::Invited {
        return Ok(false);
    }
    (kept.state, kept.message, kept.changed_at) = (to, None, now);
    kept.invitation = kept.invitation.filter(|_| to == State::Refused);
    forget_answers(tx, &event, who.id, now).await?;
    participations::put(tx, &kept).await?;
    move_up(tx, instance, &event, &author).await?;
    Ok(true)
}

/// Gives the seats that are free to those who wait longest, and tells them.
pub(crate) async fn move_up(tx: &mut Tx, instance: &Instance, event: &Event, author: &Actor) -> Result<()> {
    let now = instance.clock().now();
    if event.state == Board::Draft || participation::is_closed(&event.details, now) {
        return Ok(());
    }
    let mut counts = participations::count(tx, event.id).await?;
    while counts.has_seat(&event.details) {
        let guest = storage::registrations::first_in_queue(tx, event.id).await?;
        let joined = participations::first_in_queue(tx, event.id).await?;
        // One queue: whoever came first is next, and a family that does not fit yet is passed by nobody.
        if let Some(guest) = guest.filter(|guest| joined.as_ref().is_none_or(|joined| guest.place < joined.place)) {
            if !counts.has_seats(&event.details, guest.wish.persons) {
                break;
            }
            counts.confirmed += i64::from(guest.wish.persons);
            registrations::seat(tx, instance, event, guest).await?;
            continue;
        }
        let Some(mut next) = joined else { break };
        let who = actors::by_id(tx, next.actor).await?.filter(|who| who.deleted_at.is_none());
        next.changed_at = now;
        next.state = if who.is_some() { State::Confirmed } else { State::Left };
        participations::put(tx, &next).await?;
        if let Some(who) = who {
            counts.confirmed += 1;
            answer(tx, instance, (event, author), &who, "Accept", &next).await?;
        }
    }
    Ok(())
}

/// Lets somebody in who waits for the organiser's word or was refused before: to a seat, or to the end of the queue.
/// What became of it.
pub async fn confirm(instance: &Instance, event: Uuid, who: Uuid) -> Result<State> {
    let mut tx = instance.store().write().await?;
    let (event, author) = locked(&mut tx, event).await?.ok_or(Error::NotFound)?;
    let mut kept = participations::between(&mut tx, event.id, who).await?.ok_or(Error::NotFound)?;
    let who = actors::by_id(&mut tx, who).await?.filter(|who| who.deleted_at.is_none()).ok_or(Error::NotFound)?;
    if matches!(kept.state, State::Asked | State::Declined) {
        let counts = participations::count(&mut tx, event.id).await?;
        let refused = kept.state == State::Declined;
        kept.state = participation::seat(&event.details, &counts);
        (kept.place, kept.changed_at) = (instance.new_id(), instance.clock().now());
        participations::put(&mut tx, &kept).await?;
        let kind = if kept.state == State::Confirmed { "Accept" } else { "TentativeAccept" };
        // Who waited for the organiser's word was told so, and to wait for a seat is no news.
        if kept.state == State::Confirmed || refused {
            answer(&mut tx, instance, (&event, &author), &who, kind, &kept).await?;
        }
        tx.commit().await?;
        instance.wake();
    }
    Ok(kept.state)
}

/// Says no to somebody, at once or later; the next in the queue moves up. An invitation is taken back.
pub async fn decline(instance: &Instance, event: Uuid, who: Uuid) -> Result<()> {
    let mut tx = instance.store().write().await?;
    let (event, author) = locked(&mut tx, event).await?.ok_or(Error::NotFound)?;
    let mut kept = participations::between(&mut tx, event.id, who).await?.ok_or(Error::NotFound)?;
    let who = actors::by_id(&mut tx, who).await?.ok_or(Error::NotFound)?;
    let now = instance.clock().now();
    if kept.state == State::Invited {
        let object = embedded(&kept, &who, &author, &event.url);
        let about = subject(&event, who.id);
        let outgoing = Outgoing { actor: &author, kind: "Undo", about: &about, object, to: Some(&who.url) };
        outgoing.send(&mut tx, instance, &who).await?;
        (kept.state, kept.invitation, kept.changed_at) = (State::Left, None, now);
        participations::put(&mut tx, &kept).await?;
    } else if kept.state.is_on_the_list() {
        (kept.state, kept.changed_at) = (State::Declined, now);
        participations::put(&mut tx, &kept).await?;
        answer(&mut tx, instance, (&event, &author), &who, "Reject", &kept).await?;
        move_up(&mut tx, instance, &event, &author).await?;
    }
    tx.commit().await?;
    instance.wake();
    Ok(())
}

/// Queues `activity`, which is about an event of ours, for those who come to it: they need not follow its organiser.
pub(crate) async fn tell(tx: &mut Tx, instance: &Instance, activity: Uuid, inboxes: Vec<(Url, String)>) -> Result<()> {
    for (inbox, host) in inboxes {
        deliveries::to_inbox(tx, activity, &inbox, &host, instance.clock().now()).await?;
    }
    Ok(())
}

/// Forgets who came to an event, with every answer; the inboxes of those who have to be told of its end.
pub(crate) async fn forget(tx: &mut Tx, instance: &Instance, event: &Event) -> Result<Vec<(Url, String)>> {
    participations::lock(tx, event.id).await?;
    let inboxes = participations::inboxes(tx, event.id).await?;
    for who in participations::actors(tx, event.id).await? {
        forget_answers(tx, event, who, instance.clock().now()).await?;
    }
    participations::forget_event(tx, event.id).await?;
    Ok(inboxes)
}

/// Takes an actor that is deleted off every list: our events have a seat more, other servers are told if it is ours.
pub(crate) async fn withdraw(tx: &mut Tx, instance: &Instance, who: &Actor) -> Result<()> {
    for kept in participations::of_actor(tx, who.id).await? {
        let Some(event) = events::by_id(tx, kept.event).await? else { continue };
        let author = actors::by_id(tx, event.author).await?;
        if author.is_some_and(|author| author.is_local()) {
            leave(tx, instance, event.id, who).await?;
        } else if kept.state.is_on_the_list() {
            leave::publish(tx, instance, who, &event).await?;
        }
    }
    Ok(())
}

/// Forgets who came to events that ended two weeks ago, and who left one a day ago; how many events and actors it was.
pub async fn clean(instance: &Instance) -> Result<u64> {
    let now = instance.clock().now();
    let mut tx = instance.store().write().await?;
    let mut gone = participations::prune(&mut tx, now - WINDOW * 24).await?;
    for event in participations::outdated(&mut tx, now - KEPT).await? {
        if let Some(event) = events::by_id(&mut tx, event).await? {
            forget(&mut tx, instance, &event).await?;
            gone += 1;
        }
    }
    gone += storage::registrations::prune(&mut tx, now - KEPT).await?;
    gone += storage::registrations::prune_unconfirmed(&mut tx, now - UNCONFIRMED).await?;
    tx.commit().await?;
    Ok(gone)
}
