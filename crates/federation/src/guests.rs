//! Answers by people without an account: once their mailbox has answered and an editor has said yes, they stand beneath the
//! post, here and nowhere else.

use domain::account::Email;
use domain::html;
use domain::invalid::Invalid;
use domain::language::Language;
use domain::messages::{text, text_with};
use domain::post::Post;
use domain::retention::GUESTS;
use domain::voice::Voice;
use storage::guests::{self, Guest};
use storage::letters::{self, Letter};
use storage::{Tx, actors, posts};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::instance::{Instance, Replies};
use crate::letter::compose;
use crate::reports;

/// The longest answer, in characters.
pub const MAX_WORDS: usize = 2_000;
/// How many may wait for their mailbox, and how many for an editor.
const MAX_WAITING: (i64, i64) = (200, 500);

/// An answer as typed into the form.
#[derive(Clone, Debug)]
pub struct Draft {
    name: String,
    email: Email,
    words: String,
    language: Language,
}

impl Draft {
    /// Checks every rule and names every problem by its form field.
    pub fn new((name, email, words): (&str, &str, &str), language: Language) -> Result<Self, Invalid> {
        let name = html::line(&html::escape(name), 100);
        let words: String = words.trim().chars().take(MAX_WORDS + 1).collect();
        let email = email.parse::<Email>();
        let mut invalid = Invalid::default();
        invalid.unless(!name.is_empty(), "name", "propose-name-missing");
        invalid.unless(email.is_ok(), "email", "invalid-email");
        invalid.unless(!words.is_empty(), "words", "guests-words-missing");
        invalid.unless(words.chars().count() <= MAX_WORDS, "words", "invalid-too-long");
        match email {
            Ok(email) => invalid.or(Self { name, email, words, language }),
            Err(_) => Err(invalid),
        }
    }

    /// Whose mailbox it is.
    pub fn email(&self) -> &Email {
        &self.email
    }
}

/// Whether guests may answer beneath this post: it is one of ours that says so, in a quarter that takes answers.
pub async fn are_welcome(tx: &mut Tx, instance: &Instance, post: &Post) -> Result<bool> {
    if instance.settings().replies == Replies::Off || !guests::is_open(tx, post.id).await? {
        return Ok(false);
    }
    Ok(actors::by_id(tx, post.author).await?.is_some_and(|author| author.is_local()))
}

/// Keeps an answer. With the token of a link it waits for a letter first, else at once for an editor. [`Error::Unusable`] if
/// too much waits already.
pub async fn take(
    tx: &mut Tx,
    instance: &Instance,
    post: &Post,
    (draft, link): (&Draft, Option<(&str, &[u8])>),
) -> Result<()> {
    let (unconfirmed, waiting) = guests::count(tx).await?;
    if unconfirmed >= MAX_WAITING.0 || waiting >= MAX_WAITING.1 {
        return Err(Error::Unusable("too much waits already"));
    }
    let now = instance.clock().now();
    let guest = Guest {
        id: instance.new_id(),
        post: post.id,
        name: draft.name.clone(),
        email: Some(draft.email.clone()),
        language: draft.language,
        words: draft.words.clone(),
        created_at: now,
        confirmed_at: link.is_none().then_some(now),
        shown_at: None,
    };
    guests::insert(tx, &guest, link.map(|(_, hash)| hash)).await?;
    let Some((link, _)) = link else { return Ok(()) };
    let voice = instance.settings().speak(draft.language);
    // Nothing that was typed: a letter must not carry a stranger's words.
    let lines = [
        text(voice, "guests-letter-confirm"),
        link.to_owned(),
        text(voice, "propose-letter-validity"),
        text(voice, "contact-letter-not-you"),
    ];
    let letter = letter(instance, (&draft.email, voice), "guests-letter-confirm-subject", &lines);
    Ok(letters::insert(tx, &letter, now).await?)
}

/// Confirms the answer of that link, for the editors; [`Error::NotFound`] if it is not good any more.
pub async fn confirm(instance: &Instance, token_hash: &[u8]) -> Result<()> {
    let now = instance.clock().now();
    let mut tx = instance.store().write().await?;
    guests::confirm(&mut tx, token_hash, now - GUESTS, now).await?.ok_or(Error::NotFound)?;
    Ok(tx.commit().await?)
}

/// Shows an answer, as an editor named `who` decided, and tells who wrote it. [`Error::NotFound`] if it does not wait.
pub async fn show(instance: &Instance, id: Uuid, who: &str) -> Result<()> {
    let mut tx = instance.store().write().await?;
    let (guest, post) = known(&mut tx, id).await?;
    if !guests::show(&mut tx, id, instance.clock().now()).await? {
        return Err(Error::NotFound);
    }
    let voice = instance.settings().speak(guest.language);
    let told = [text(voice, "guests-letter-shown"), instance.url(&format!("/posts/{}", post.id)).to_string()];
    answer(&mut tx, instance, &guest, &told).await?;
    reports::note(&mut tx, instance, who, "approve", post.url.as_str(), "").await?;
    tx.commit().await?;
    instance.wake_postman();
    Ok(())
}

/// Removes an answer, as an editor named `who` decided for that `reason`, which who wrote it is told if it was not shown yet.
/// [`Error::NotFound`] if it is gone.
pub async fn remove(instance: &Instance, id: Uuid, who: &str, reason: &str) -> Result<()> {
    let reason: String = reason.trim().chars().take(reports::MAX_REASON).collect();
    let mut tx = instance.store().write().await?;
    let (guest, post) = known(&mut tx, id).await?;
    if !guests::remove(&mut tx, id).await? {
        return Err(Error::NotFound);
    }
    let voice = instance.settings().speak(guest.language);
    let told = [text_with(voice, "guests-letter-declined", &[("reason", &reason)])];
    answer(&mut tx, instance, &guest, &told).await?;
    let what = if guest.shown_at.is_some() { "remove-guest" } else { "decline" };
    reports::note(&mut tx, instance, who, what, post.url.as_str(), &reason).await?;
    tx.commit().await?;
    instance.wake_postman();
    Ok(())
}

async fn known(tx: &mut Tx, id: Uuid) -> Result<(Guest, Post)> {
    let guest = guests::by_id(tx, id).await?.ok_or(Error::NotFound)?;
    let post = posts::by_id(tx, guest.post).await?.ok_or(Error::NotFound)?;
    Ok((guest, post))
}

/// Tells who wrote an answer what became of it, as long as it is known where.
async fn answer(tx: &mut Tx, instance: &Instance, guest: &Guest, told: &[String]) -> Result<()> {
    let Some(email) = &guest.email else { return Ok(()) };
    let letter = letter(instance, (email, instance.settings().speak(guest.language)), "guests-letter-subject", told);
    Ok(letters::insert(tx, &letter, instance.clock().now()).await?)
}

fn letter(instance: &Instance, (to, voice): (&Email, Voice), subject: &str, lines: &[String]) -> Letter {
    let quarter = [("quarter", instance.settings().name.as_str())];
    let greeting = text(voice, "people-letter-greeting-nobody");
    let lines = [greeting].into_iter().chain(lines.iter().cloned());
    compose(instance, (to, voice), &text_with(voice, subject, &quarter), lines)
}
