//! Registrations: people come to an event by a form, by phone or with one click, without an account anywhere else. They
//! share seats and queue with who comes over the fediverse ([`crate::participation`]).

#[cfg(test)]
mod tests;

use jiff::{SignedDuration, Timestamp};
use url::Url;
use uuid::Uuid;

use crate::account::Email;
use crate::event::{Details, Event, Status};
use crate::html;
use crate::invalid::Invalid;
use crate::language::Language;
use crate::participation::{self, Counts, MOST_WAITING, is_closed};

/// The most persons one registration may be for, whatever the organisers allow.
pub const MOST_PERSONS: u32 = 20;
/// The longest note and question, in characters.
pub const MOST_WORDS: usize = 500;
/// How long nothing is told about an event after something was: further changes wait and are told together.
pub const QUIET: SignedDuration = SignedDuration::from_mins(15);
/// How long before an event those who come are reminded.
pub const REMINDER: SignedDuration = SignedDuration::from_hours(24);

/// How one can register for an event.
#[expect(clippy::struct_excessive_bools, reason = "each is a box that organisers tick")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// Whether one can at all.
    pub is_open: bool,
    /// Until when.
    pub closes_at: Option<Timestamp>,
    /// Whether who finds no seat may wait for one.
    pub waiting_list: bool,
    /// Whether the organisers say yes or no to each.
    pub by_approval: bool,
    /// Whether a phone number will do where there is no mailbox.
    pub takes_phone: bool,
    /// The most persons of one registration.
    pub most: u32,
    /// What the organisers want to know.
    pub question: Option<String>,
}

impl Default for Form {
    fn default() -> Self {
        Self {
            is_open: false,
            closes_at: None,
            waiting_list: true,
            by_approval: false,
            takes_phone: false,
            most: 4,
            question: None,
        }
    }
}

impl Form {
    /// Checks every rule and names every problem by its form field.
    pub fn checked(self) -> Result<Self, Invalid> {
        let mut invalid = Invalid::default();
        invalid.unless((1..=MOST_PERSONS).contains(&self.most), "most", "registration-most-wrong");
        let question = self.question.as_ref().map_or(0, |question| question.chars().count());
        invalid.unless(question <= MOST_WORDS, "question", "invalid-too-long");
        invalid.or(self)
    }

    /// Whether the last moment to register has passed.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.closes_at.is_some_and(|at| at <= now)
    }

    /// Whether somebody can register now; for a seat or the queue, that depends.
    pub fn takes(&self, details: &Details, now: Timestamp) -> bool {
        self.is_open && !self.is_over(now) && !is_closed(details, now)
    }

    /// The most persons that one registration for this event may be for.
    pub fn most_for(&self, details: &Details) -> u32 {
        self.most.min(details.capacity.unwrap_or(MOST_PERSONS)).max(1)
    }
}

/// The page where one registers for an event of ours.
pub fn page(event: &Event) -> Url {
    let mut page = event.page.clone();
    page.set_path(&format!("/events/{}/register", event.id));
    page
}

/// How somebody came to the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// By the form, without an account.
    Form,
    /// Signed in.
    Account,
    /// The organisers wrote it down, after a call or a word.
    Hand,
}

impl Way {
    const ALL: [Self; 3] = [Self::Form, Self::Account, Self::Hand];

    /// The name in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::Account => "account",
            Self::Hand => "hand",
        }
    }

    /// The way of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.as_str() == name)
    }
}

/// How it stands with a registration. Who withdraws is forgotten at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The mailbox has not answered: it counts for nothing.
    Unconfirmed,
    /// It waits for the organisers' word.
    Asked,
    /// It waits for seats.
    Queued,
    /// It has its seats.
    Confirmed,
    /// The organisers said no.
    Declined,
}

impl State {
    const ALL: [Self; 5] = [Self::Unconfirmed, Self::Asked, Self::Queued, Self::Confirmed, Self::Declined];

    /// The name in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unconfirmed => "unconfirmed",
            Self::Asked => "asked",
            Self::Queued => "queued",
            Self::Confirmed => "confirmed",
            Self::Declined => "declined",
        }
    }

    /// The state of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// Whether it has seats or waits for them.
    pub fn is_on_the_list(self) -> bool {
        matches!(self, Self::Asked | Self::Queued | Self::Confirmed)
    }
}

/// Somebody who comes, or wants to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// Our key for it.
    pub id: Uuid,
    /// Our key of the event.
    pub event: Uuid,
    /// Whose it is, if they were signed in.
    pub account: Option<Uuid>,
    /// How it came.
    pub way: Way,
    /// How it stands.
    pub state: State,
    /// Who comes and how they are reached.
    pub wish: Wish,
    /// The language of letters.
    pub language: Language,
    /// Its place in the queue: time-ordered.
    pub place: Uuid,
    /// What the organisers should tell by phone.
    pub call: Option<Call>,
    /// When it came.
    pub created_at: Timestamp,
    /// When it last stood otherwise.
    pub changed_at: Timestamp,
    /// When it was reminded.
    pub reminded_at: Option<Timestamp>,
}

/// What the organisers should tell those by phone who have no mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// They have a seat now.
    Seat,
    /// Something about the event has changed.
    Changed,
}

impl Call {
    /// The name in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Seat => "seat",
            Self::Changed => "changed",
        }
    }

    /// The call of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Seat, Self::Changed].into_iter().find(|call| call.as_str() == name)
    }
}

/// What somebody asks for: `Wish::new` checked it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// The name, plain text.
    pub name: String,
    /// Where letters go.
    pub email: Option<Email>,
    /// Where to call.
    pub phone: Option<String>,
    /// For how many.
    pub persons: u32,
    /// The answer to the organisers' question, or whatever they should know; plain text.
    pub note: Option<String>,
}

/// A [`Wish`] as somebody typed it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Typed<'a> {
    /// The name.
    pub name: &'a str,
    /// The mailbox.
    pub email: &'a str,
    /// The phone number.
    pub phone: &'a str,
    /// For how many; empty means one.
    pub persons: &'a str,
    /// The note.
    pub note: &'a str,
}

impl Wish {
    /// Checks every rule and names every problem by its form field. Of mailbox and phone one will do, where `how` says so.
    pub fn new(typed: Typed<'_>, most: u32, how: Reach) -> Result<Self, Invalid> {
        let mut invalid = Invalid::default();
        let name = html::line(&html::escape(typed.name), 100);
        invalid.unless(!name.is_empty(), "name", "propose-name-missing");
        let email = filled(typed.email).map(str::parse::<Email>);
        invalid.unless(!matches!(email, Some(Err(_))), "email", "invalid-email");
        let phone = filled(typed.phone).map(|typed| html::line(&html::escape(typed), 40));
        let digits = |text: &String| text.chars().filter(char::is_ascii_digit).count() >= 3;
        invalid.unless(phone.as_ref().is_none_or(digits), "phone", "registration-phone-wrong");
        let reached = match how {
            Reach::Mailbox => email.is_some(),
            Reach::Any => email.is_some() || phone.is_some(),
            Reach::Known => true,
        };
        let missing = if how == Reach::Any { "registration-reach-missing" } else { "invalid-email" };
        invalid.unless(reached, "email", missing);
        let persons = filled(typed.persons).map_or(Ok(1), str::parse::<u32>).ok();
        let persons = persons.filter(|persons| (1..=most).contains(persons));
        invalid.unless(persons.is_some(), "persons", "registration-persons-wrong");
        let note: String = typed.note.trim().chars().take(MOST_WORDS + 1).collect();
        invalid.unless(note.chars().count() <= MOST_WORDS, "note", "invalid-too-long");
        invalid.or(Self {
            name,
            email: email.and_then(Result::ok),
            phone,
            persons: persons.unwrap_or(1),
            note: Some(note).filter(|note| !note.is_empty()),
        })
    }
}

/// How somebody who registers must be reachable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// By letter.
    Mailbox,
    /// By letter or by phone.
    Any,
    /// However the organisers know, or by the account.
    Known,
}

fn filled(typed: &str) -> Option<&str> {
    Some(typed.trim()).filter(|typed| !typed.is_empty())
}

/// What becomes of a registration that may count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is put on the list, in this state.
    Listed(State),
    /// The time to register is over, or the event is.
    TooLate,
    /// Every seat is taken and nobody waits here, or too many wait.
    Full,
}

/// Decides about a registration for `persons` of somebody who is not on the list. One without a mailbox that has answered
/// (`is_proven`) holds no seat before the organisers have called.
pub fn decide(
    (details, form): (&Details, &Form),
    counts: &Counts,
    (persons, is_proven): (u32, bool),
    now: Timestamp,
) -> Verdict {
    if !form.takes(details, now) {
        return Verdict::TooLate;
    }
    let state = if form.by_approval || !is_proven { State::Asked } else { seat(details, counts, persons) };
    let waits = state != State::Confirmed;
    let full = waits && counts.queued + counts.asked >= MOST_WAITING;
    let refused = state == State::Queued && !form.waiting_list;
    if full || refused { Verdict::Full } else { Verdict::Listed(state) }
}

/// What becomes of a request over the fediverse where the organisers have also set how one registers: the same last moment
/// and the same queue hold for both.
pub fn bound(verdict: participation::Verdict, form: Option<&Form>, now: Timestamp) -> participation::Verdict {
    let Some(form) = form.filter(|form| form.is_open) else { return verdict };
    let unqueued = !form.waiting_list && verdict == participation::Verdict::Listed(participation::State::Queued);
    let listed = matches!(verdict, participation::Verdict::Listed(_));
    if listed && (form.is_over(now) || unqueued) { participation::Verdict::Refused } else { verdict }
}

/// Where somebody goes whom the organisers let in: to seats, or to the end of the queue.
pub fn seat(details: &Details, counts: &Counts, persons: u32) -> State {
    if counts.has_seats(details, persons) && counts.queued == 0 { State::Confirmed } else { State::Queued }
}

/// Whether who comes to such an event is reminded of it now.
pub fn is_near(details: &Details, now: Timestamp) -> bool {
    let until = details.starts_at.duration_since(now);
    details.status != Status::Cancelled && until > SignedDuration::ZERO && until <= REMINDER
}
