//! How long what is about people is kept: one table for those who delete it, for the privacy page, and for the record of
//! processing, so that they cannot say different things.

use jiff::SignedDuration;

use crate::language::Language;
use crate::messages;

const fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(days * 24)
}

/// Being signed in.
pub const SESSIONS: SignedDuration = days(30);
/// A link or a code to sign in with.
pub const SIGN_INS: SignedDuration = SignedDuration::from_mins(15);
/// A first key that waits for the second.
pub const HALF_SIGN_INS: SignedDuration = SignedDuration::from_mins(10);
/// A second key that was offered and never taken into use.
pub const SECOND_FACTORS: SignedDuration = days(1);
/// How long an editor has time to set up a second key; nothing is deleted then.
pub const SECOND_FACTOR_GRACE: SignedDuration = days(14);
/// What a device has to sign when it signs somebody in.
pub const CHALLENGES: SignedDuration = SignedDuration::from_mins(5);
/// An invitation that nobody has taken up, with the name and address of who is invited.
pub const INVITATIONS: SignedDuration = days(14);
/// A new e-mail address whose mailbox has not answered.
pub const NEW_ADDRESSES: SignedDuration = days(1);
/// A message to an initiative whose writer's mailbox has not answered.
pub const CONTACTS: SignedDuration = days(1);
/// A proposal whose mailbox has not answered.
pub const PROPOSALS: SignedDuration = days(1);
/// An answer without an account whose mailbox has not answered.
pub const GUESTS: SignedDuration = days(1);
/// A registration for an event whose mailbox has not answered.
pub const REGISTRATIONS_UNCONFIRMED: SignedDuration = days(1);
/// A request for an account whose mailbox has not answered.
pub const SIGN_UPS: SignedDuration = days(3);
/// A request for an account that nobody has decided about.
pub const SIGN_UPS_WAITING: SignedDuration = days(30);
/// A file of dates that was uploaded and not taken in yet.
pub const PREVIEWS: SignedDuration = SignedDuration::from_hours(1);
/// How far a mailbox is trusted that proposes, without its address, since it was last used.
pub const TRUST: SignedDuration = days(365);
/// Who reported something, after it was decided.
pub const REPORTS: SignedDuration = days(90);
/// What was removed and why, for its author to object to: at least six months (Art. 20 DSA).
pub const OBJECTIONS: SignedDuration = days(183);
/// A letter and whom it was for, sent or not.
pub const LETTERS: SignedDuration = days(7);
/// Who comes to an event, after its end.
pub const PARTICIPATIONS: SignedDuration = days(14);
/// Who voted, after the poll was closed: nobody can vote again then, and the counts stay.
pub const VOTES: SignedDuration = days(30);
/// A picture that was sent and never published.
pub const PICTURES: SignedDuration = days(1);
/// Which server got what, after it was delivered or given up.
pub const DELIVERIES: SignedDuration = days(30);
/// The ids of what other servers sent: well beyond the week that they try again.
pub const RECEIVED: SignedDuration = days(30);

/// Every kind of data with an end, by its message key after `retention-`.
pub const TABLE: [(&str, SignedDuration); 23] = [
    ("sessions", SESSIONS),
    ("sign-ins", SIGN_INS),
    ("half-sign-ins", HALF_SIGN_INS),
    ("offered-keys", SECOND_FACTORS),
    ("challenges", CHALLENGES),
    ("invitations", INVITATIONS),
    ("new-addresses", NEW_ADDRESSES),
    ("contacts", CONTACTS),
    ("proposals", PROPOSALS),
    ("guests", GUESTS),
    ("registrations", REGISTRATIONS_UNCONFIRMED),
    ("sign-ups", SIGN_UPS),
    ("sign-ups-waiting", SIGN_UPS_WAITING),
    ("previews", PREVIEWS),
    ("trust", TRUST),
    ("reports", REPORTS),
    ("objections", OBJECTIONS),
    ("letters", LETTERS),
    ("participations", PARTICIPATIONS),
    ("votes", VOTES),
    ("pictures", PICTURES),
    ("deliveries", DELIVERIES),
    ("received", RECEIVED),
];

/// A time as people say it: in days, hours or minutes, whichever is whole.
pub fn words(language: Language, time: SignedDuration) -> String {
    let minutes = time.as_secs() / 60;
    let (key, count) = match minutes {
        _ if minutes % (24 * 60) == 0 => ("retention-days", minutes / (24 * 60)),
        _ if minutes % 60 == 0 => ("retention-hours", minutes / 60),
        _ => ("retention-minutes", minutes),
    };
    messages::count(language, key, usize::try_from(count).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::voice::Manner;

    #[test]
    fn times_are_said_as_people_say_them() {
        for (time, german, english) in [
            (days(1), "ein Tag", "one day"),
            (days(30), "30 Tage", "30 days"),
            (SignedDuration::from_hours(36), "36 Stunden", "36 hours"),
            (SignedDuration::from_mins(15), "15 Minuten", "15 minutes"),
        ] {
            assert_eq!(words(Language::DE, time), german);
            assert_eq!(words(Language::EN, time), english);
        }
    }

    #[test]
    fn every_kind_has_its_words() {
        for (key, _) in TABLE {
            let key = format!("retention-{key}");
            assert_ne!(messages::text(Manner::default().speak(Language::DE), &key), key);
        }
    }
}
