//! Letters as they all look: what is said, line by line, and which quarter says it.

use domain::account::Email;
use domain::html;
use domain::messages::text_with;
use domain::voice::Voice;
use storage::letters::Letter;

use crate::instance::Instance;

/// The letter that says `lines`. Of the subject, which may hold what somebody typed, one line is left.
pub(crate) fn compose(
    instance: &Instance,
    (to, voice): (&Email, Voice),
    subject: &str,
    lines: impl IntoIterator<Item = String>,
) -> Letter {
    let from = text_with(voice, "propose-letter-from", &[("quarter", &instance.settings().name)]);
    let lines: Vec<String> = lines.into_iter().chain([from]).collect();
    Letter {
        to: to.clone(),
        subject: html::line(&html::escape(subject), 200),
        text: format!("{}\n", lines.join("\n\n")),
    }
}
