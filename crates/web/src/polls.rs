//! Polls as people see them: how one stands, in words and as bars, and the part of the form that asks.

use calendar::phrase;
use domain::invalid::Invalid;
use domain::messages::{count, text, text_with};
use domain::poll::Poll;
use domain::voice::Voice;
use jiff::Timestamp;
use jiff::civil::Time;
use jiff::tz::TimeZone;

use crate::forms::Fields;
use crate::pages::event_form::{at, date, time};

/// The fields of the folded part „Umfrage anhängen“.
pub(crate) const FIELDS: [&str; 4] = ["options", "several", "poll_ends", "poll_ends_time"];

/// A poll in words.
pub(crate) struct View {
    pub(crate) options: Vec<Line>,
    /// How many may be chosen, and how many voted.
    pub(crate) total: String,
    /// Until when.
    pub(crate) when: String,
    /// Where one can vote; `None` once it is over.
    pub(crate) how: Option<String>,
}

/// One option.
pub(crate) struct Line {
    pub(crate) name: String,
    pub(crate) votes: String,
    pub(crate) percent: i64,
}

/// How a poll is read: where, when, and in which voice.
#[derive(Clone, Copy)]
pub(crate) struct Reading<'a> {
    pub(crate) zone: &'a TimeZone,
    pub(crate) now: Timestamp,
    pub(crate) voice: Voice,
}

impl View {
    /// Of the post with the ActivityPub id `address`.
    pub(crate) fn of(poll: &Poll, address: &str, reading: Reading) -> Self {
        let voice = reading.voice;
        let open = poll.is_open(reading.now);
        let line = |option| {
            let option: &domain::poll::Choice = option;
            Line {
                name: option.name.clone(),
                votes: count(voice, "polls-votes", whole(option.votes)),
                percent: poll.percent(option),
            }
        };
        let moment = |at| phrase::moment(at, reading.zone, voice.language());
        let until = |key, at| text_with(voice, key, &[("at", &moment(at))]);
        let rule = text(voice, if poll.several { "polls-choose-several" } else { "polls-choose-one" });
        let total = match poll.voters {
            Some(voters) => count(voice, "polls-voters", whole(voters)),
            None => count(voice, "polls-total", whole(poll.votes())),
        };
        Self {
            options: poll.options.iter().map(line).collect(),
            total: if open { format!("{rule} {total}") } else { total },
            when: match poll.end() {
                None => text(voice, "polls-open"),
                Some(end) => until(if open { "polls-until" } else { "polls-ended" }, end),
            },
            how: open.then(|| text_with(voice, "polls-how", &[("address", address)])),
        }
    }
}

fn whole(number: i64) -> usize {
    usize::try_from(number).unwrap_or(0)
}

/// The poll typed into the form, if one was; `zone` is that of the quarter.
pub(crate) fn typed(fields: &Fields, zone: &TimeZone) -> Result<Option<Poll>, Invalid> {
    if FIELDS.iter().all(|name| fields.filled(name).is_none()) {
        return Ok(None);
    }
    let mut invalid = Invalid::default();
    let day = date(fields, "poll_ends", &mut invalid);
    let clock = time(fields, "poll_ends_time", &mut invalid);
    invalid.unless(clock.is_none() || fields.filled("poll_ends").is_some(), "poll_ends", "polls-invalid-end");
    // A last day without a time belongs to the poll, and "midnight" would be read as the one before it.
    let ends_at = day.map(|day| at(day.to_datetime(clock.unwrap_or(Time::constant(23, 59, 0, 0))), zone));
    invalid.or(Some(Poll::typed(fields.value("options"), fields.checked("several"), ends_at)))
}
