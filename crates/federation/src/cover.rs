//! Letters about what waits: once a day to the editors, and to whoever covers for them where it waits too long.

use domain::account::{Account, Email};
use domain::messages::{count, text, text_with};
use domain::voice::Voice;
use jiff::Timestamp;
use storage::letters::{self, Letter};
use storage::reminders::{self, Reminder};
use storage::{Tx, accounts};

use crate::error::Result;
use crate::instance::Instance;
use crate::letter::compose;
use crate::queue::{self, Waiting, What};

/// The name of the letters to the editors.
pub const EDITORS: &str = "editors";
/// The name of the letters to whoever covers for them.
pub const COVER: &str = "cover";

/// Nobody gets such a letter before this hour of the quarter's day.
const FROM_HOUR: i8 = 7;
/// How many entries of a kind are looked at.
const MOST: i64 = 500;
/// How many entries a letter names.
const NAMED: usize = 50;

/// Writes what letters are due, at most one a day of each kind; how many there were.
pub async fn see_to(instance: &Instance) -> Result<usize> {
    let now = instance.clock().now();
    let mut tx = instance.store().look().await?;
    let is_due = now.to_zoned(instance.settings().zone()).hour() >= FROM_HOUR
        && (is_due(&mut tx, instance, EDITORS).await? || is_due(&mut tx, instance, COVER).await?)
        && queue::count(&mut tx).await? + reminders::beside_the_queue(&mut tx).await?.0 > 0;
    drop(tx);
    if !is_due {
        return Ok(0);
    }
    let mut tx = instance.store().write().await?;
    // Of several servers one writes them.
    tx.alone().await?;
    let waiting = queue::list(&mut tx, instance, MOST).await?;
    let written = remind(&mut tx, instance, &waiting).await? + cover(&mut tx, instance, &waiting).await?;
    tx.commit().await?;
    if written > 0 {
        instance.wake_postman();
    }
    Ok(written)
}

/// Tells the editors that something new waits.
async fn remind(tx: &mut Tx, instance: &Instance, waiting: &[Waiting]) -> Result<usize> {
    let last = reminders::find(tx, EDITORS).await?;
    let (beside, newest) = reminders::beside_the_queue(tx).await?;
    let entries = i64::try_from(waiting.len()).unwrap_or(i64::MAX).saturating_add(beside);
    let newest = waiting.iter().map(|one| one.since).chain(newest).max();
    let is_new = |last: &Reminder| entries > last.entries || newest.is_some_and(|newest| newest > last.sent_at);
    if entries == 0 || !last.as_ref().is_none_or(is_new) || !is_due(tx, instance, EDITORS).await? {
        return Ok(0);
    }
    let now = instance.clock().now();
    let editors = accounts::to_remind(tx).await?;
    for editor in &editors {
        letters::insert(tx, &reminder(instance, editor, usize::try_from(entries).unwrap_or_default()), now).await?;
    }
    reminders::put(tx, EDITORS, Reminder { sent_at: now, entries }).await?;
    Ok(editors.len())
}

/// Tells whoever covers for the editors what waits for too long.
async fn cover(tx: &mut Tx, instance: &Instance, waiting: &[Waiting]) -> Result<usize> {
    let editors = &instance.settings().editors;
    let Some(to) = &editors.cover_email else { return Ok(0) };
    let now = instance.clock().now();
    let long: Vec<&Waiting> = waiting.iter().filter(|one| one.since <= now - editors.cover_after).collect();
    if long.is_empty() || !is_due(tx, instance, COVER).await? {
        return Ok(0);
    }
    letters::insert(tx, &plea(instance, to, &long), now).await?;
    let entries = i64::try_from(long.len()).unwrap_or(i64::MAX);
    reminders::put(tx, COVER, Reminder { sent_at: now, entries }).await?;
    Ok(1)
}

/// Whether no letter of that name went today.
async fn is_due(tx: &mut Tx, instance: &Instance, name: &str) -> Result<bool> {
    let day = |at: Timestamp| at.to_zoned(instance.settings().zone()).date();
    let last = reminders::find(tx, name).await?;
    Ok(last.is_none_or(|last| day(last.sent_at) != day(instance.clock().now())))
}

/// The letter to an editor. It names nothing: how much waits, in the queue and beside it, is enough to come.
fn reminder(instance: &Instance, to: &Account, entries: usize) -> Letter {
    let voice = instance.settings().speak(to.language);
    let lines = [
        text_with(voice, "propose-letter-greeting", &[("name", &to.name)]),
        count(voice, "queue-letter-waits", entries),
        instance.url("/editors/queue").to_string(),
        text(voice, "queue-letter-off"),
        instance.url("/account").to_string(),
    ];
    compose(instance, (&to.email, voice), &count(voice, "queue-letter-subject", entries), lines)
}

/// The letter to whoever covers: the titles, and where each is read. Nothing else: the mailbox may be somebody else's.
fn plea(instance: &Instance, to: &Email, waiting: &[&Waiting]) -> Letter {
    let voice = instance.settings().speak(instance.settings().language);
    let hours = instance.settings().editors.cover_after.as_hours().to_string();
    let mut lines =
        vec![text(voice, "report-letter-greeting"), text_with(voice, "queue-cover-waits", &[("hours", &hours)])];
    for one in waiting.iter().take(NAMED) {
        let link = instance.url("/editors/queue");
        lines.push(format!("{}\n{link}#title-{}", title(one, voice), one.id));
    }
    if waiting.len() > NAMED {
        lines.push(count(voice, "queue-cover-more", waiting.len() - NAMED));
    }
    lines.push(text(voice, "queue-cover-why"));
    compose(instance, (to, voice), &count(voice, "queue-cover-subject", waiting.len()), lines)
}

/// What an entry is called, without a word of a text that has no title.
fn title(waiting: &Waiting, voice: Voice) -> String {
    match &waiting.what {
        What::Event(event) | What::Draft(event) => event.details.name.clone(),
        What::Post(post) => post.details.title.clone().unwrap_or_else(|| text(voice, "queue-cover-untitled")),
    }
}
