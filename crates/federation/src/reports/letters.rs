//! Letters about reports: to who reported, and to whose thing was taken away. Neither learns who the other is.

use domain::account::{Account, Email};
use domain::messages::{text, text_with};
use domain::report::Kind;
use domain::voice::Voice;
use jiff::SignedDuration;
use storage::letters;
use storage::reports::Report;
use storage::tries::{self, Guard};
use storage::{Tx, objections::Objection};

use super::Action;
use crate::error::Result;
use crate::instance::Instance;
use crate::letter::compose;

/// Letters about reports to a mailbox that perhaps never reported anything: six a day.
const LETTERS: Guard = Guard { name: "report-letters", burst: 6, period: SignedDuration::from_hours(24) };

/// Tells who reported something that it has arrived, and under which number.
pub(super) async fn receipt(tx: &mut Tx, instance: &Instance, report: &Report) -> Result<()> {
    let (voice, number) = (voice(instance, report), [("number", report.number.as_str())]);
    let lines = vec![
        text_with(voice, "report-letter-receipt", &number),
        about(voice, report),
        text(voice, "report-letter-next"),
        rules(instance, voice, "report-letter-ground"),
        text(voice, "report-letter-not-you"),
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
    let voice = voice(instance, report);
    let decided = match (action, report.kind) {
        (Action::Close, Some(Kind::Barrier)) => "report-outcome-barrier",
        (Action::Close, _) => "report-outcome-close",
        (Action::Remove, _) => "report-outcome-remove",
        (Action::BlockActor | Action::BlockHost, _) => "report-outcome-block",
        // It stays open here.
        (Action::Forward, _) => return Ok(()),
    };
    let lines = vec![
        text_with(voice, "report-letter-decided", &[("number", &report.number)]),
        about(voice, report),
        text(voice, decided),
        text_with(voice, "report-letter-reason", &[("reason", reason)]),
        rules(instance, voice, "report-letter-ground"),
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
    let voice = instance.settings().speak(to.language);
    let mut lines = vec![
        text_with(voice, "report-letter-author", &[("title", title)]),
        text_with(voice, "report-letter-reason", &[("reason", reason)]),
        rules(instance, voice, "report-letter-ground"),
        text(voice, "report-letter-objection"),
        link.to_owned(),
    ];
    if !words.is_empty() {
        lines.extend([text(voice, "report-letter-words"), words.to_owned()]);
    }
    let subject = text_with(voice, "report-letter-author-subject", &[("title", title)]);
    write(tx, instance, (&to.email, voice), (&subject, lines)).await
}

/// Tells an author what became of their objection.
pub(crate) async fn answered(
    tx: &mut Tx,
    instance: &Instance,
    to: &Account,
    objection: &Objection,
    (granted, reason): (bool, &str),
) -> Result<()> {
    let voice = instance.settings().speak(to.language);
    let answer = if granted { "report-letter-granted" } else { "report-letter-upheld" };
    let title = [("title", objection.title.as_str())];
    let lines = vec![
        text_with(voice, answer, &title),
        text_with(voice, "report-letter-reason", &[("reason", reason)]),
        rules(instance, voice, "report-letter-ground"),
    ];
    let subject = text_with(voice, "report-letter-answered-subject", &title);
    write(tx, instance, (&to.email, voice), (&subject, lines)).await
}

fn voice(instance: &Instance, report: &Report) -> Voice {
    let settings = instance.settings();
    settings.speak(report.language.unwrap_or(settings.language))
}

fn about(voice: Voice, report: &Report) -> String {
    text_with(voice, "report-letter-about", &[("address", report.target.as_str())])
}

fn rules(instance: &Instance, voice: Voice, key: &str) -> String {
    text_with(voice, key, &[("address", instance.url("/rules").as_str())])
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
    let voice = voice(instance, report);
    let subject = text_with(voice, subject, &[("number", &report.number)]);
    write(tx, instance, (&to, voice), (&subject, lines)).await
}

async fn write(
    tx: &mut Tx,
    instance: &Instance,
    (to, voice): (&Email, Voice),
    (subject, lines): (&str, Vec<String>),
) -> Result<()> {
    let greeting = text(voice, "report-letter-greeting");
    let letter = compose(instance, (to, voice), subject, [greeting].into_iter().chain(lines));
    Ok(letters::insert(tx, &letter, instance.clock().now()).await?)
}
