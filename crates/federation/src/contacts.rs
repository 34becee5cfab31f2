//! Writing to an initiative by a form: once the writer's mailbox has answered, the message goes to its speakers as a letter,
//! and their answer goes straight back. Nobody reads anybody's address on a page.

use aws_lc_rs::digest::{SHA256, digest};
use domain::account::{Account, Email};
use domain::actor::{Actor, Part};
use domain::html;
use domain::invalid::Invalid;
use domain::language::Language;
use domain::messages::{text, text_with};
use jiff::SignedDuration;
use storage::contacts::{self, Contact};
use storage::letters::{self, Letter};
use storage::tries::{self, Guard};
use storage::{Tx, actors};

use crate::error::{Error, Result};
use crate::instance::Instance;
use crate::letter::compose;
use crate::objections::answerable;

/// How long a mailbox has time to answer.
pub const LIFETIME: SignedDuration = domain::retention::CONTACTS;
/// The longest message, in characters.
pub const MAX_WORDS: usize = 2_000;
/// How many may wait for their mailbox.
const MAX_WAITING: i64 = 200;
/// What a mailbox may write: three a day, however often its owner is asked to confirm.
const BY_MAILBOX: Guard = Guard { name: "contacts", burst: 3, period: SignedDuration::from_hours(24) };
/// What an initiative gets: twenty a day.
const TO_INITIATIVE: Guard = Guard { name: "contacted", burst: 20, period: SignedDuration::from_hours(24) };

/// A message as typed into the form.
#[derive(Clone, Debug)]
pub struct Draft {
    name: String,
    email: Email,
    words: String,
    language: Language,
}

impl Draft {
    /// Checks every rule and names every problem by its form field.
    pub fn new(name: &str, email: &str, words: &str, language: Language) -> Result<Self, Invalid> {
        let name = html::line(&html::escape(name), 100);
        let words: String = words.trim().chars().take(MAX_WORDS + 1).collect();
        let email = email.parse::<Email>();
        let mut invalid = Invalid::default();
        invalid.unless(!name.is_empty(), "name", "propose-name-missing");
        invalid.unless(email.is_ok(), "email", "invalid-email");
        invalid.unless(words.chars().count() >= 5, "words", "contact-words-missing");
        invalid.unless(words.chars().count() <= MAX_WORDS, "words", "invalid-too-long");
        match email {
            Ok(email) => invalid.or(Self { name, email, words, language }),
            Err(_) => Err(invalid),
        }
    }
}

/// Those who get what is written to an initiative.
pub async fn readers(tx: &mut Tx, actor: &Actor) -> Result<Vec<Account>> {
    if actor.part != Some(Part::Initiative) || actor.deleted_at.is_some() {
        return Ok(Vec::new());
    }
    answerable(tx, actor).await
}

/// Keeps a message until its writer has opened the link with this token. A mailbox that has written enough for today gets no
/// letter, and nothing is kept; the answer is the same.
pub async fn take(instance: &Instance, actor: &Actor, draft: &Draft, token: &str) -> Result<()> {
    let now = instance.clock().now();
    let mut tx = instance.store().write().await?;
    if contacts::count(&mut tx).await? >= MAX_WAITING {
        return Err(Error::Unusable("too much waits already"));
    }
    if !tries::admit(&mut tx, &BY_MAILBOX, hash(draft.email.as_str()).as_ref(), now).await? {
        return Ok(());
    }
    let contact = Contact {
        id: instance.new_id(),
        actor: actor.id,
        name: draft.name.clone(),
        email: draft.email.clone(),
        language: draft.language,
        words: draft.words.clone(),
        created_at: now,
    };
    contacts::insert(&mut tx, &contact, hash(token).as_ref()).await?;
    letters::insert(&mut tx, &question(instance, actor, &contact, token), now).await?;
    tx.commit().await?;
    instance.wake_postman();
    Ok(())
}

/// Sends the message of that link on; [`Error::NotFound`] if it is not good any more, or nobody is there to read it.
pub async fn confirm(instance: &Instance, token: &str) -> Result<Actor> {
    let now = instance.clock().now();
    let mut tx = instance.store().write().await?;
    let contact = contacts::take(&mut tx, hash(token).as_ref(), now - LIFETIME).await?.ok_or(Error::NotFound)?;
    let actor = actors::by_id(&mut tx, contact.actor).await?.ok_or(Error::NotFound)?;
    let readers = readers(&mut tx, &actor).await?;
    if readers.is_empty() {
        return Err(Error::NotFound);
    }
    if !tries::admit(&mut tx, &TO_INITIATIVE, hash(actor.url.as_str()).as_ref(), now).await? {
        return Err(Error::Unusable("it was written to enough for today"));
    }
    for account in readers {
        let letter = message(instance, &account, &actor, &contact);
        letters::insert_from(&mut tx, &letter, &contact.email, now).await?;
    }
    tx.commit().await?;
    instance.wake_postman();
    Ok(actor)
}

/// The letter that asks a mailbox whether its owner wrote this. It says nothing that was typed: it would carry a stranger's
/// words.
fn question(instance: &Instance, actor: &Actor, contact: &Contact, token: &str) -> Letter {
    let voice = instance.settings().speak(contact.language);
    let to = [("name", actor.name.as_str())];
    let lines = [
        text(voice, "report-letter-greeting"),
        text_with(voice, "contact-letter-confirm", &to),
        instance.url(&format!("/contact/{token}")).to_string(),
        text(voice, "propose-letter-validity"),
        text(voice, "contact-letter-not-you"),
    ];
    compose(instance, (&contact.email, voice), &text_with(voice, "contact-letter-confirm-subject", &to), lines)
}

fn message(instance: &Instance, to: &Account, actor: &Actor, contact: &Contact) -> Letter {
    let voice = instance.settings().speak(to.language);
    let values = [("name", contact.name.as_str()), ("to", actor.name.as_str())];
    let lines = [
        text(voice, "report-letter-greeting"),
        text_with(voice, "contact-letter-from", &values),
        contact.words.clone(),
        text_with(voice, "contact-letter-answer", &[("address", contact.email.as_str())]),
    ];
    compose(instance, (&to.email, voice), &text_with(voice, "contact-letter-subject", &values), lines)
}

/// What is kept of a token or a mailbox.
fn hash(secret: &str) -> impl AsRef<[u8]> {
    digest(&SHA256, secret.as_bytes())
}
