//! A letter in the form that mail servers take (RFC 5322).

use jiff::Timestamp;
use lettre::Message;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};
use storage::letters::Queued;

/// The message of `queued`: plain text in UTF-8, one stable `Message-ID`, marked as written by a program (RFC 3834).
///
/// A letter that cannot be written (its recipient is no address for lettre) is an error for good.
pub(crate) fn message(queued: &Queued, from: &Mailbox, now: Timestamp) -> Result<Message, String> {
    let to: Mailbox = queued.letter.to.as_str().parse().map_err(|_| "the recipient is not an address".to_owned())?;
    let reply_to = queued.reply_to.as_ref().map(|email| email.as_str().parse::<Mailbox>());
    let reply_to = reply_to.transpose().map_err(|_| "the address for answers is none".to_owned())?;
    let builder = Message::builder().from(from.clone()).to(to);
    let builder = match reply_to {
        Some(reply_to) => builder.reply_to(reply_to),
        None => builder,
    };
    let builder = builder
        .subject(queued.letter.subject.clone())
        .date(now.into())
        // Stable, so that a letter sent twice is shown once.
        .message_id(Some(format!("<{}@{}>", queued.id, from.email.domain())))
        .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned()));
    let text = queued.letter.text.clone();
    let message = match &queued.calendar {
        Some(calendar) => {
            builder.multipart(MultiPart::mixed().singlepart(SinglePart::plain(text)).singlepart(file(calendar)?))
        }
        None => builder.header(ContentType::TEXT_PLAIN).body(text),
    };
    message.map_err(|error| error.to_string())
}

/// The file that calendar programs open.
fn file(calendar: &str) -> Result<SinglePart, String> {
    let kind = ContentType::parse("text/calendar; charset=utf-8").map_err(|error| error.to_string())?;
    Ok(Attachment::new("termin.ics".to_owned()).body(calendar.to_owned(), kind))
}

#[cfg(test)]
mod tests {
    use storage::letters::Letter;
    use uuid::Uuid;

    use super::*;

    fn written(subject: &str, calendar: Option<&str>) -> String {
        let letter = Letter {
            to: "mira@nord.example".parse().expect("an address"),
            subject: subject.into(),
            text: "Grüß Gott,\n\nkommen Sie vorbei: http://nord.example/anmelden/abc".into(),
        };
        let now: Timestamp = "2026-12-05T14:00:00Z".parse().expect("a time");
        let queued = Queued {
            id: Uuid::nil(),
            letter,
            attempts: 0,
            created_at: now,
            reply_to: "ruth@fern.example".parse().ok(),
            calendar: calendar.map(str::to_owned),
        };
        let from = "Nordstadt <termine@nord.example>".parse().expect("a mailbox");
        String::from_utf8(message(&queued, &from, now).expect("a message").formatted()).expect("text")
    }

    #[test]
    fn a_letter_has_every_header_it_needs() {
        let text = written("Anmelden", None);
        for line in [
            "From: Nordstadt <termine@nord.example>",
            "To: mira@nord.example",
            "Reply-To: ruth@fern.example",
            "Subject: Anmelden",
            "Date: Sat, 05 Dec 2026 14:00:00 +0000",
            "Message-ID: <00000000-0000-0000-0000-000000000000@nord.example>",
            "Auto-Submitted: auto-generated",
            "Content-Type: text/plain; charset=utf-8",
        ] {
            assert!(text.contains(&format!("{line}\r\n")), "{line} is missing in:\n{text}");
        }
    }

    #[test]
    fn a_subject_cannot_smuggle_a_header_in() {
        let text = written("Hallo\r\nBcc: all@nord.example", None);
        let head = text.split("\r\n\r\n").next().expect("a head");
        assert!(!head.lines().any(|line| line.starts_with("Bcc")), "{head}");
    }

    #[test]
    fn a_calendar_file_goes_with_a_letter() {
        let text = written("Angemeldet", Some("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"));
        for line in ["text/calendar; charset=utf-8", "filename=\"termin.ics\"", "BEGIN:VCALENDAR", "multipart/mixed"] {
            assert!(text.contains(line), "{line} is missing in:\n{text}");
        }
    }
}
