//! Letters about reports: to who reported, and to whose thing was taken away. Neither learns who the other is.

use domain::account::{Account, Email};
use domain::html;
use domain::language::Language;
use domain::messages::{text, text_with};
use domain::report::Kind;
use jiff::SignedDuration;
use storage::letters::{self, Letter};
use storage::reports::Report;
use storage::tries::{self, Guard};
use storage::{Tx, objections::Objection};

use super::Action;
use crate::error::Result;
use crate::instance::Instance;

/// Letters about reports to a mailbox that perhaps never reported anything: six a day.
const LETTERS: Guard = Guard { name: "report-letters", burst: 6, period: SignedDuration::from_hours(24) };

/// Tells who reported something that it has arrived, and under which number.
pub(super) async fn receipt(tx: &mut Tx, instance: &Instance, report: &Report) -> Result<()> {
    let (language, number) = (language(instance, report), [("number", report.number.as_str())]);
    let lines = vec![
        text_with(language, "report-letter-receipt", &number),
        about(language, report),
        text(language, "report-letter-next"),
        rules(instance, language, "report-letter-ground"),
        text(language, "report-letter-not-you"),
    ];
    to_reporter(tx, instance, report, ("report-letter-receipt-subject", lines)).await
}

/// Tells who reported something what was decided, and why.
pub(super) async fn outcome(
    tx: &mut Tx,
    instance: &Instance,
    report: &Report,
    action: Action,
    reason: &str,
) -> Result<()> {
    let language = language(instance, report);
    let decided = match (action, report.kind) {
        (Action::Close, Some(Kind::Barrier)) => "report-outcome-barrier",
        (Action::Close, _) => "report-outcome-close",
        (Action::Remove, _) => "report-outcome-remove",
        (Action::BlockActor | Action::BlockHost, _) => "report-outcome-block",
        // It stays open here.
        (Action::Forward, _) => return Ok(()),
    };
    let lines = vec![
        text_with(language, "report-letter-decided", &[("number", &report.number)]),
        about(language, report),
        text(language, decided),
        text_with(language, "report-letter-reason", &[("reason", reason)]),
        rules(instance, language, "report-letter-ground"),
    ];
    to_reporter(tx, instance, report, ("report-letter-decided-subject", lines)).await
}

/// Tells an author here that something of theirs is gone, why, what it said, and where they can object.
pub(crate) async fn removed(
    tx: &mut Tx,
    instance: &Instance,
    (to, link): (&Account, &str),
    (title, words, reason): (&str, &str, &str),
) -> Result<()> {
    let language = to.language;
    let mut lines = vec![
        text_with(language, "report-letter-author", &[("title", title)]),
        text_with(language, "report-letter-reason", &[("reason", reason)]),
        rules(instance, language, "report-letter-ground"),
        text(language, "report-letter-objection"),
        link.to_owned(),
    ];
    if !words.is_empty() {
        lines.extend([text(language, "report-letter-words"), words.to_owned()]);
    }
    let subject = text_with(language, "report-letter-author-subject", &[("title", title)]);
    write(tx, instance, (&to.email, language), (&subject, lines)).await
}

/// Tells an author what became of their objection.
pub(crate) async fn answered(
    tx: &mut Tx,
    instance: &Instance,
    to: &Account,
    objection: &Objection,
    (granted, reason): (bool, &str),
) -> Result<()> {
    let language = to.language;
    let answer = if granted { "report-letter-granted" } else { "report-letter-upheld" };
    let title = [("title", objection.title.as_str())];
    let lines = vec![
        text_with(language, answer, &title),
        text_with(language, "report-letter-reason", &[("reason", reason)]),
        rules(instance, language, "report-letter-ground"),
    ];
    let subject = text_with(language, "report-letter-answered-subject", &title);
    write(tx, instance, (&to.email, language), (&subject, lines)).await
}

fn language(instance: &Instance, report: &Report) -> Language {
    report.language.unwrap_or(instance.settings().language)
}

fn about(language: Language, report: &Report) -> String {
    text_with(language, "report-letter-about", &[("address", report.target.as_str())])
}

fn rules(instance: &Instance, language: Language, key: &str) -> String {
    text_with(language, key, &[("address", instance.url("/rules").as_str())])
}

/// Writes to who reported, if they left an address that gets no more than its share.
async fn to_reporter(
    tx: &mut Tx,
    instance: &Instance,
    report: &Report,
    (subject, lines): (&str, Vec<String>),
) -> Result<()> {
    let Some(to) = report.email.as_deref().and_then(|email| email.parse::<Email>().ok()) else { return Ok(()) };
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, to.as_str().as_bytes());
    if !tries::admit(tx, &LETTERS, hash.as_ref(), instance.clock().now()).await? {
        return Ok(());
    }
    let language = language(instance, report);
    let subject = text_with(language, subject, &[("number", &report.number)]);
    write(tx, instance, (&to, language), (&subject, lines)).await
}

async fn write(
    tx: &mut Tx,
    instance: &Instance,
    (to, language): (&Email, Language),
    (subject, lines): (&str, Vec<String>),
) -> Result<()> {
    let greeting = text(language, "report-letter-greeting");
    let from = text_with(language, "propose-letter-from", &[("quarter", &instance.settings().name)]);
    let lines: Vec<String> = [greeting].into_iter().chain(lines).chain([from]).collect();
    let letter = Letter {
        to: to.clone(),
        subject: html::line(&html::escape(subject), 200),
        text: format!("{}\n", lines.join("\n\n")),
    };
    Ok(letters::insert(tx, &letter, instance.clock().now()).await?)
}
