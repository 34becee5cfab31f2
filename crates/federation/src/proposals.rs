//! Events that people without an account want on the board: kept as drafts of the quarter, seen by editors once the mailbox
//! of who asked has answered, and answered by letter.

use domain::account::Email;
use domain::event::{self, Event, State};
use domain::html;
use domain::language::Language;
use domain::messages::{text, text_with};
use jiff::SignedDuration;
use storage::letters::{self, Letter};
use storage::proposals::{self, Proposal};
use storage::{Tx, objects as registry};

use crate::activities::create;
use crate::error::{Error, Result};
use crate::instance::Instance;
use crate::reports;

/// How many may wait for their mailbox.
pub const MAX_UNCONFIRMED: i64 = 200;
/// How many may wait for an editor.
pub const MAX_WAITING: i64 = 500;
/// How long a mailbox has time to answer.
pub const LIFETIME: SignedDuration = domain::retention::PROPOSALS;

/// Who asks.
#[derive(Clone, Debug)]
pub struct Sender {
    /// Their name, as typed.
    pub name: String,
    /// Where they get the answer.
    pub email: Email,
    /// The language of the letters.
    pub language: Language,
}

/// Keeps what `sender` wants on the board. With `token_hash` it waits for the link of a letter first, else at once for an
/// editor. [`Error::Unusable`] if too much waits already.
pub async fn take(
    tx: &mut Tx,
    instance: &Instance,
    draft: &event::Draft,
    sender: Sender,
    token_hash: Option<&[u8]>,
) -> Result<Proposal> {
    let (unconfirmed, waiting) = proposals::count(tx).await?;
    if unconfirmed >= MAX_UNCONFIRMED || waiting >= MAX_WAITING {
        return Err(Error::Unusable("too much waits already"));
    }
    let event = create::new_event(tx, instance, instance.quarter(), draft, State::Draft, None).await?;
    let now = instance.clock().now();
    let proposal = Proposal {
        event: event.id,
        number: reports::number(event.id),
        name: html::line(&html::escape(&sender.name), 100),
        email: sender.email,
        language: sender.language,
        created_at: now,
        confirmed_at: token_hash.is_none().then_some(now),
    };
    proposals::insert(tx, &proposal, token_hash).await?;
    Ok(proposal)
}

/// The answer to who proposed `event`, if somebody did: it is on the board, or is not, for that `reason`.
pub(crate) async fn answer(tx: &mut Tx, instance: &Instance, event: &Event, reason: Option<&str>) -> Result<()> {
    let Some(proposal) = proposals::take(tx, event.id).await? else { return Ok(()) };
    let settings = instance.settings();
    let voice = settings.speak(proposal.language);
    let title = [("title", event.details.name.as_str())];
    let told = match reason {
        None => vec![text_with(voice, "propose-letter-approved", &title), event.page.to_string()],
        Some(reason) => {
            let values = [("title", event.details.name.as_str()), ("reason", reason)];
            vec![text_with(voice, "propose-letter-declined", &values)]
        }
    };
    let greeting = text_with(voice, "propose-letter-greeting", &[("name", &proposal.name)]);
    let number = text_with(voice, "propose-letter-number", &[("number", &proposal.number)]);
    let from = text_with(voice, "propose-letter-from", &[("quarter", &settings.name)]);
    let lines: Vec<String> = [greeting].into_iter().chain(told).chain([number, from]).collect();
    let key = if reason.is_none() { "propose-letter-approved-subject" } else { "propose-letter-declined-subject" };
    let letter = Letter {
        to: proposal.email,
        subject: html::line(&html::escape(&text_with(voice, key, &title)), 200),
        text: format!("{}\n", lines.join("\n\n")),
    };
    Ok(letters::insert(tx, &letter, instance.clock().now()).await?)
}

/// The letter with the link that confirms a proposal.
pub fn letter(instance: &Instance, event: &str, sender: &Sender, link: &str) -> Letter {
    let voice = instance.settings().speak(sender.language);
    let lines = [
        text_with(voice, "propose-letter-greeting", &[("name", &sender.name)]),
        text_with(voice, "propose-letter-confirm", &[("title", event)]),
        link.to_owned(),
        text(voice, "propose-letter-validity"),
        text(voice, "propose-letter-not-you"),
        text_with(voice, "propose-letter-from", &[("quarter", &instance.settings().name)]),
    ];
    Letter {
        to: sender.email.clone(),
        subject: html::line(&html::escape(&text_with(voice, "propose-letter-subject", &[("title", event)])), 200),
        text: format!("{}\n", lines.join("\n\n")),
    }
}

/// Forgets the proposals whose mailbox never answered; how many it were.
pub async fn clean(instance: &Instance) -> Result<u64> {
    let mut tx = instance.store().write().await?;
    let old = proposals::unconfirmed(&mut tx, instance.clock().now() - LIFETIME).await?;
    for event in &old {
        registry::forget(&mut tx, *event).await?;
    }
    tx.commit().await?;
    Ok(u64::try_from(old.len()).unwrap_or(0))
}
