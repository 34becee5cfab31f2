//! The letters to those who registered. None carries a word that somebody typed into the form: until a mailbox has answered,
//! it may be anybody's.

use aws_lc_rs::digest::{SHA256, digest};
use calendar::ics::write::{self, Entry, Feed};
use calendar::phrase;
use domain::account::Email;
use domain::event::Event;
use domain::language::Language;
use domain::messages::{count, text, text_with};
use domain::place::Place;
use domain::registration::Registration;
use domain::voice::Voice;
use jiff::SignedDuration;
use storage::letters::{insert, insert_with};
use storage::{Tx, accounts, actors, registrations};

use crate::error::Result;
use crate::instance::Instance;
use crate::letter::compose;
use crate::objections::token;

/// What a letter says.
#[derive(Clone, Copy, Debug)]
pub(super) enum What<'a> {
    /// The mailbox should answer.
    Confirm,
    /// This mailbox is on the list.
    Already,
    /// There is a seat.
    Seat,
    /// There is a place in the queue.
    Queue,
    /// The organisers have to say yes.
    Asked,
    /// There is a seat now for who waited.
    MovedUp,
    /// The organisers say no.
    Declined,
    /// It is tomorrow.
    Reminder,
    /// This has changed, in sentences.
    Changed(&'a [String]),
    /// It does not take place, for this reason.
    Cancelled(Option<&'a str>),
    /// Who registered does not come after all.
    Withdrawn,
}

impl What<'_> {
    /// The message keys of the subject and of the first words.
    fn keys(self) -> (&'static str, &'static str) {
        match self {
            Self::Confirm => ("registration-letter-confirm-subject", "registration-letter-confirm"),
            Self::Already => ("registration-letter-already-subject", "registration-letter-already"),
            Self::Seat => ("registration-letter-seat-subject", "registration-letter-seat"),
            Self::Queue => ("registration-letter-queue-subject", "registration-letter-queue"),
            Self::Asked => ("registration-letter-asked-subject", "registration-letter-asked"),
            Self::MovedUp => ("registration-letter-moved-up-subject", "registration-letter-moved-up"),
            Self::Declined => ("registration-letter-declined-subject", "registration-letter-declined"),
            Self::Reminder => ("registration-letter-reminder-subject", "registration-letter-reminder"),
            Self::Changed(_) => ("registration-letter-changed-subject", "registration-letter-changed"),
            Self::Cancelled(_) => ("registration-letter-cancelled-subject", "registration-letter-cancelled"),
            Self::Withdrawn => ("registration-letter-withdrawn-subject", "registration-letter-withdrawn"),
        }
    }

    /// The message key of what stands above the link; nothing where there is none.
    fn link(self) -> Option<&'static str> {
        match self {
            Self::Confirm | Self::Declined | Self::Cancelled(_) | Self::Withdrawn => None,
            _ => Some("registration-letter-link"),
        }
    }

    /// Whether the day goes into one's calendar with it.
    fn has_calendar(self) -> bool {
        matches!(self, Self::Seat | Self::MovedUp | Self::Changed(_) | Self::Cancelled(_))
    }
}

/// Writes to who registered, as part of `tx`; `false` if no mailbox of theirs is known.
pub(super) async fn send(
    tx: &mut Tx,
    instance: &Instance,
    event: &Event,
    kept: &Registration,
    what: What<'_>,
) -> Result<bool> {
    let Some((to, language)) = mailbox(tx, kept).await? else { return Ok(false) };
    let voice = instance.settings().speak(language);
    let now = instance.clock().now();
    let (subject, first) = what.keys();
    let name = [("name", event.details.name.as_str())];
    let mut lines = vec![text(voice, "people-letter-greeting-nobody"), text_with(voice, first, &name)];
    match what {
        What::Confirm => lines.push(link(tx, instance, kept).await?),
        What::Changed(changes) => lines.extend_from_slice(changes),
        What::Cancelled(reason) => lines.extend(reason.map(str::to_owned)),
        _ => {}
    }
    if !matches!(what, What::Withdrawn | What::Declined) {
        lines.push(facts(event, voice));
        lines.push(persons(kept, voice));
    }
    if let Some(key) = what.link() {
        lines.extend([text(voice, key), link(tx, instance, kept).await?]);
    }
    if matches!(what, What::Confirm) {
        lines.extend([text(voice, "propose-letter-validity"), text(voice, "contact-letter-not-you")]);
    }
    let letter = compose(instance, (&to, voice), &text_with(voice, subject, &name), lines);
    if what.has_calendar() {
        let file = file(tx, instance, event, language).await?;
        insert_with(tx, &letter, &file, now).await?;
    } else {
        insert(tx, &letter, now).await?;
    }
    Ok(true)
}

/// Where letters to who registered go.
async fn mailbox(tx: &mut Tx, kept: &Registration) -> Result<Option<(Email, Language)>> {
    let Some(account) = kept.account else {
        return Ok(kept.wish.email.clone().map(|email| (email, kept.language)));
    };
    let account = accounts::by_id(tx, account).await?;
    Ok(account.map(|account| (account.email, account.language)))
}

/// A new link to a registration: to confirm it, to change it, to withdraw it. What is kept of it is its hash.
async fn link(tx: &mut Tx, instance: &Instance, kept: &Registration) -> Result<String> {
    let token = token()?;
    registrations::add_link(tx, kept.id, hash(&token).as_ref(), instance.clock().now()).await?;
    Ok(instance.url(&format!("/registration/{token}")).into())
}

/// What is kept of a token.
pub(super) fn hash(token: &str) -> impl AsRef<[u8]> + use<> {
    digest(&SHA256, token.as_bytes())
}

/// What, when and where, line by line.
fn facts(event: &Event, voice: Voice) -> String {
    let details = &event.details;
    let place = details.place.as_ref().map(Place::one_line).filter(|place| !place.is_empty());
    let online = details.online.as_ref().map(ToString::to_string);
    let lines = [
        Some(details.name.clone()),
        Some(phrase::when_long(details, voice.language())),
        place,
        online,
        Some(event.page.to_string()),
    ];
    lines.into_iter().flatten().collect::<Vec<_>>().join("\n")
}

fn persons(kept: &Registration, voice: Voice) -> String {
    count(voice, "registration-persons", usize::try_from(kept.wish.persons).unwrap_or(1))
}

/// The event as a calendar file.
async fn file(tx: &mut Tx, instance: &Instance, event: &Event, language: Language) -> Result<String> {
    let organizer = actors::by_id(tx, event.author).await?;
    let organizer = organizer.as_ref().unwrap_or_else(|| instance.quarter());
    let feed = Feed {
        name: event.details.name.clone(),
        url: instance.url(&format!("/events/{}/calendar.ics", event.id)),
        timezone: event.details.timezone.clone(),
        language,
        refresh: SignedDuration::from_hours(1),
        description: String::new(),
    };
    Ok(write::write(&feed, [Entry { event, organizer: &organizer.name, organizer_url: &organizer.page, image: None }]))
}
