//! What is told by itself when its time comes: reminders, changes that waited, and that the time to register is over.

use domain::account::Account;
use domain::event::{Event, State as Board};
use domain::messages::{count, text, text_with};
use domain::registration::{REMINDER, is_near};
use storage::letters::insert;
use storage::{Tx, actors, events, participations, registration_forms, registrations};

use super::letters::{self, What};
use super::news;
use crate::error::Result;
use crate::instance::Instance;
use crate::letter::compose;
use crate::objections::answerable;

/// How much is told in one go.
const AT_ONCE: i64 = 200;

/// Tells what is due, each in a transaction of its own; how much it was.
pub async fn see_to_due(instance: &Instance) -> Result<usize> {
    let now = instance.clock().now();
    let mut tx = instance.store().look().await?;
    let remind = registrations::to_remind(&mut tx, now, now + REMINDER, AT_ONCE).await?;
    let changed = registrations::due_news(&mut tx, now, AT_ONCE).await?;
    let closed = registration_forms::closed(&mut tx, now, AT_ONCE).await?;
    drop(tx);
    let told = remind.len() + changed.len() + closed.len();
    for kept in remind {
        let mut tx = instance.store().write().await?;
        let event = events::by_id(&mut tx, kept.event).await?.filter(|event| is_near(&event.details, now));
        // Of several servers one writes.
        let is_ours = registrations::mark_reminded(&mut tx, kept.id, now).await?;
        if let Some(event) = event.filter(|_| is_ours) {
            letters::send(&mut tx, instance, &event, &kept, What::Reminder).await?;
            tx.commit().await?;
        }
    }
    for id in changed {
        let mut tx = instance.store().write().await?;
        participations::lock(&mut tx, id).await?;
        if let Some(event) = events::by_id(&mut tx, id).await? {
            news::tell_due(&mut tx, instance, &event).await?;
            tx.commit().await?;
        }
    }
    for id in closed {
        let mut tx = instance.store().write().await?;
        let event = events::by_id(&mut tx, id).await?;
        if registration_forms::mark_told(&mut tx, id, now).await? {
            if let Some(event) = event.filter(|event| event.state == Board::Published) {
                close(&mut tx, instance, &event).await?;
            }
            tx.commit().await?;
        }
    }
    if told > 0 {
        instance.wake_postman();
    }
    Ok(told)
}

/// Tells the speakers of an initiative, or the member, that nobody can register for their event any more, and where the
/// list is.
async fn close(tx: &mut Tx, instance: &Instance, event: &Event) -> Result<()> {
    let Some(author) = actors::by_id(tx, event.author).await? else { return Ok(()) };
    let counts = participations::count(tx, event.id).await?;
    let list = instance.url(&format!("/events/{}/participants", event.id)).to_string();
    let number = |number: i64| usize::try_from(number).unwrap_or_default();
    for Account { email, language, .. } in answerable(tx, &author).await? {
        let voice = instance.settings().speak(language);
        let name = [("name", event.details.name.as_str())];
        let waiting =
            (counts.queued > 0).then(|| count(voice, "registration-letter-closed-waiting", number(counts.queued)));
        let asked = (counts.asked > 0).then(|| count(voice, "registration-letter-closed-asked", number(counts.asked)));
        let lines = [
            Some(text(voice, "people-letter-greeting-nobody")),
            Some(text_with(voice, "registration-letter-closed", &name)),
            Some(count(voice, "registration-letter-closed-seats", number(counts.confirmed))),
            waiting,
            asked,
            Some(text(voice, "registration-letter-closed-list")),
            Some(list.clone()),
        ];
        let subject = text_with(voice, "registration-letter-closed-subject", &name);
        let letter = compose(instance, (&email, voice), &subject, lines.into_iter().flatten());
        insert(tx, &letter, instance.clock().now()).await?;
    }
    Ok(())
}
