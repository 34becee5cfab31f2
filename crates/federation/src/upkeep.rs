//! „Stimmt das noch?“: once a year the people of an initiative are asked by letter whether its page is right. They answer by a
//! link, without signing in.

use aws_lc_rs::digest::{SHA256, digest};
use calendar::phrase;
use domain::account::{Email, Role};
use domain::actor::{Actor, Part};
use domain::invalid::Invalid;
use domain::language::Language;
use domain::messages::{text, text_with};
use domain::upkeep::{Answer, MAX_WORDS, Open};
use jiff::Timestamp;
use storage::letters::{self, Letter};
use storage::{Tx, accounts, actors, profiles, upkeep};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::instance::Instance;
use crate::letter::compose;
use crate::objections::{answerable, token};
use crate::reports;

/// How many are asked and reminded in one go.
const AT_ONCE: i64 = 50;

/// Asks whom nobody asked for a year, and reminds who has not answered; how many there were.
pub async fn see_to_due(instance: &Instance) -> Result<usize> {
    let now = instance.clock().now();
    let mut tx = instance.store().look().await?;
    let due = upkeep::due(&mut tx, now, AT_ONCE).await?;
    let silent = upkeep::silent(&mut tx, now, AT_ONCE).await?;
    drop(tx);
    let mut seen_to = 0;
    for (id, is_first) in due.into_iter().map(|id| (id, true)).chain(silent.into_iter().map(|id| (id, false))) {
        let mut tx = instance.store().write().await?;
        // Of several servers one writes.
        let is_ours =
            if is_first { upkeep::ask(&mut tx, id, now).await? } else { upkeep::remind(&mut tx, id, now).await? };
        if is_ours && write(&mut tx, instance, id, is_first).await? {
            tx.commit().await?;
            seen_to += 1;
        }
    }
    if seen_to > 0 {
        instance.wake_postman();
    }
    Ok(seen_to)
}

/// When somebody last changed what an initiative says, or confirmed it.
pub async fn last_sign(tx: &mut Tx, actor: &Actor) -> Result<Timestamp> {
    let changed = profiles::of(tx, actor.id).await?.map_or(actor.created_at, |(_, changed_at)| changed_at);
    Ok(upkeep::of(tx, actor.id).await?.confirmed_at.map_or(changed, |confirmed| confirmed.max(changed)))
}

/// The initiative that the link with this token asks about, if it may still be answered.
pub async fn by_token(tx: &mut Tx, token: &str) -> Result<Option<Actor>> {
    let Some(id) = upkeep::by_link(tx, hash(token).as_ref()).await? else { return Ok(None) };
    Ok(actors::by_id(tx, id).await?.filter(|actor| actor.deleted_at.is_none()))
}

/// Takes the answer to that link, once for all letters of a year; [`Error::NotFound`] if it was answered.
pub async fn answer(instance: &Instance, token: &str, answer: Answer) -> Result<Actor> {
    let now = instance.clock().now();
    let answer = checked(answer)?;
    let mut tx = instance.store().write().await?;
    let actor = by_token(&mut tx, token).await?.ok_or(Error::NotFound)?;
    // Of two at once only one finds links to end.
    if upkeep::end_links(&mut tx, actor.id).await? == 0 {
        return Err(Error::NotFound);
    }
    match &answer {
        Answer::Right => upkeep::confirm(&mut tx, actor.id, now).await?,
        Answer::Changed(words) => upkeep::note(&mut tx, actor.id, (Open::Changed, words), now).await?,
        Answer::Gone => upkeep::note(&mut tx, actor.id, (Open::Gone, ""), now).await?,
    }
    tx.commit().await?;
    Ok(actor)
}

fn checked(answer: Answer) -> Result<Answer> {
    let Answer::Changed(words) = answer else { return Ok(answer) };
    let words: String = words.trim().chars().take(MAX_WORDS + 1).collect();
    let mut invalid = Invalid::default();
    invalid.unless(words.chars().count() >= 5, "words", "upkeep-words-missing");
    invalid.unless(words.chars().count() <= MAX_WORDS, "words", "invalid-too-long");
    Ok(invalid.or(Answer::Changed(words))?)
}

/// Notes that the page of an initiative is right, as somebody named `who` says who may change it.
pub async fn confirm(instance: &Instance, actor: &Actor, who: &str) -> Result<()> {
    let mut tx = instance.store().write().await?;
    upkeep::confirm(&mut tx, actor.id, instance.clock().now()).await?;
    upkeep::end_links(&mut tx, actor.id).await?;
    reports::note(&mut tx, instance, who, "upkeep-confirm", &actor.address(), "").await?;
    Ok(tx.commit().await?)
}

/// Ends the question, since the page was changed; part of the transaction that does so.
pub(crate) async fn settle(tx: &mut Tx, actor: Uuid) -> Result<()> {
    upkeep::settle(tx, actor).await?;
    upkeep::end_links(tx, actor).await?;
    Ok(())
}

/// Writes to those who can answer; `false`, and nothing may be committed, if it is closed meanwhile.
async fn write(tx: &mut Tx, instance: &Instance, id: Uuid, is_first: bool) -> Result<bool> {
    let living = |actor: &Actor| actor.part == Some(Part::Initiative) && actor.deleted_at.is_none();
    let Some(actor) = actors::by_id(tx, id).await?.filter(living) else { return Ok(false) };
    let since = last_sign(tx, &actor).await?;
    if is_first {
        upkeep::end_links(tx, id).await?;
    }
    for (to, language) in readers(tx, instance, &actor).await? {
        let token = token()?;
        upkeep::add_link(tx, id, hash(&token).as_ref()).await?;
        let link = instance.url(&format!("/still-right/{token}"));
        let letter = letter(instance, &actor, (&to, language), (since, link.as_str(), is_first));
        letters::insert(tx, &letter, instance.clock().now()).await?;
    }
    Ok(true)
}

/// Who is asked: the speakers, else the address that the page names, else the editors.
async fn readers(tx: &mut Tx, instance: &Instance, actor: &Actor) -> Result<Vec<(Email, Language)>> {
    let speakers = answerable(tx, actor).await?;
    if !speakers.is_empty() {
        return Ok(speakers.into_iter().map(|account| (account.email, account.language)).collect());
    }
    let facts = profiles::of(tx, actor.id).await?.map(|(facts, _)| facts).unwrap_or_default();
    if let Some(email) = facts.line("contact").and_then(named) {
        return Ok(vec![(email, instance.settings().language)]);
    }
    let editors = accounts::all(tx).await?.into_iter();
    let editors = editors.filter(|account| account.role >= Role::Editor && account.suspended_at.is_none());
    Ok(editors.map(|account| (account.email, account.language)).collect())
}

/// The first e-mail address in a line of text.
fn named(line: &str) -> Option<Email> {
    let words = line.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | ')' | '<' | '>' | ':'));
    words.filter(|word| word.contains('@')).find_map(|word| word.trim_end_matches('.').parse().ok())
}

fn letter(
    instance: &Instance,
    actor: &Actor,
    (to, language): (&Email, Language),
    (since, link, is_first): (Timestamp, &str, bool),
) -> Letter {
    let settings = instance.settings();
    let voice = settings.speak(language);
    let day = phrase::date(since.to_zoned(settings.zone()).date(), language);
    let name = [("name", actor.name.as_str())];
    let what = if is_first { "upkeep-letter-ask" } else { "upkeep-letter-remind" };
    let lines = [
        text(voice, "people-letter-greeting-nobody"),
        text_with(voice, what, &[("name", &actor.name), ("day", &day)]),
        actor.page.to_string(),
        text(voice, "upkeep-letter-link"),
        link.to_owned(),
        text(voice, "upkeep-letter-else"),
    ];
    compose(instance, (to, voice), &text_with(voice, "upkeep-letter-subject", &name), lines)
}

/// What is kept of a token.
fn hash(token: &str) -> impl AsRef<[u8]> {
    digest(&SHA256, token.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_found_in_a_line_of_words() {
        for (line, found) in [
            ("Ansprechperson Ausleihe, 0209 169-6666", None),
            ("Nora (nora@fern.example), dienstags", Some("nora@fern.example")),
            ("E-Mail:post@fern.example.", Some("post@fern.example")),
            ("@nora@fern.example, nora@fern.example", Some("nora@fern.example")),
        ] {
            assert_eq!(named(line).map(|email| email.to_string()).as_deref(), found, "{line}");
        }
    }
}
