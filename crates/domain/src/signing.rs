//! How requests to another server are signed: which scheme comes first, when the other is tried, what is remembered.

use jiff::{SignedDuration, Timestamp};

/// How long is believed what a host says or does itself.
const TOLD: SignedDuration = SignedDuration::from_hours(28 * 24);
/// How long RFC 9421 is left alone with a host that refused it.
const REFUSED: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How long it is believed that a host takes nothing but RFC 9421, when all we have is its 2xx: some say that to anything.
const TAKEN: SignedDuration = SignedDuration::from_hours(24);
/// How old a memory may grow before the same news renews it.
const RENEW: SignedDuration = SignedDuration::from_hours(24);

/// A way to sign a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// draft-cavage-http-signatures-12, which every server takes.
    Cavage,
    /// HTTP Message Signatures.
    Rfc9421,
}

impl Scheme {
    /// The name in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cavage => "cavage",
            Self::Rfc9421 => "rfc9421",
        }
    }

    /// The scheme of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Cavage, Self::Rfc9421].into_iter().find(|scheme| scheme.as_str() == name)
    }

    /// The scheme to knock with a second time.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Cavage => Self::Rfc9421,
            Self::Rfc9421 => Self::Cavage,
        }
    }

    /// Whether this status may mean that the signature was not understood, so that the other scheme is worth a try.
    ///
    /// Of servers that do not know RFC 9421 some answer 401, some take it for a malformed `Signature` (400, 403), and
    /// one breaks on it (500).
    pub fn is_misunderstood(self, status: u16) -> bool {
        match self {
            Self::Cavage => status == 401,
            Self::Rfc9421 => matches!(status, 400 | 401 | 403 | 500),
        }
    }
}

/// How it is known what a host takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// It says so: `implements` (FEP-844e) or `Accept-Signature` (RFC 9421 section 5.1).
    Advertised,
    /// It signs that way itself.
    Seen,
    /// It took a request signed that way, just after it had refused the same one signed the other way.
    Accepted,
}

impl Evidence {
    /// The name in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Advertised => "advertised",
            Self::Seen => "seen",
            Self::Accepted => "accepted",
        }
    }

    /// The evidence of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Advertised, Self::Seen, Self::Accepted].into_iter().find(|evidence| evidence.as_str() == name)
    }
}

/// What is remembered of a host. Of one without a memory it is guessed that it takes draft-cavage and nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Habit {
    /// The scheme to begin with.
    pub scheme: Scheme,
    /// How that is known.
    pub evidence: Evidence,
    /// Whether it takes Ed25519 keys, with RFC 9421.
    pub ed25519: bool,
    /// When it was learnt, or last confirmed.
    pub learnt_at: Timestamp,
}

impl Habit {
    /// Whether this can still be relied on.
    pub fn holds(&self, now: Timestamp) -> bool {
        let lifetime = match (self.evidence, self.scheme) {
            (Evidence::Advertised | Evidence::Seen, _) => TOLD,
            (Evidence::Accepted, Scheme::Cavage) => REFUSED,
            (Evidence::Accepted, Scheme::Rfc9421) => TAKEN,
        };
        now.duration_since(self.learnt_at) < lifetime
    }

    /// The memory after the host said or showed that it speaks RFC 9421; `None` if that changes nothing.
    ///
    /// It changes nothing while it is remembered that the host refused RFC 9421: some sign what they cannot verify.
    pub fn told(before: Option<Self>, evidence: Evidence, ed25519: bool, now: Timestamp) -> Option<Self> {
        let fresh = Self { scheme: Scheme::Rfc9421, evidence, ed25519, learnt_at: now };
        let Some(before) = before.filter(|before| before.holds(now)) else { return Some(fresh) };
        if before.scheme == Scheme::Cavage {
            return None;
        }
        let is_known = before.evidence != Evidence::Accepted && (before.ed25519 || !ed25519);
        if is_known && now.duration_since(before.learnt_at) < RENEW {
            return None;
        }
        Some(Self { ed25519: ed25519 || before.ed25519, ..fresh })
    }

    /// The memory after the host refused one scheme and took `scheme`, by an Ed25519 key if `ed25519`.
    pub fn accepted(scheme: Scheme, ed25519: bool, now: Timestamp) -> Self {
        Self { scheme, evidence: Evidence::Accepted, ed25519, learnt_at: now }
    }
}

/// What to sign a request to a host with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Knocks {
    /// The scheme of the first try; the second has the other.
    pub first: Scheme,
    /// Whether RFC 9421 is signed by an Ed25519 key.
    pub ed25519: bool,
}

impl Knocks {
    /// The tries for a host of which `habit` is remembered.
    pub fn for_habit(habit: Option<Habit>, now: Timestamp) -> Self {
        match habit.filter(|habit| habit.holds(now)) {
            Some(habit) => Self { first: habit.scheme, ed25519: habit.ed25519 },
            None => Self { first: Scheme::Cavage, ed25519: false },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn days(days: i64) -> Timestamp {
        NOW + SignedDuration::from_hours(24 * days)
    }

    fn first(habit: Option<Habit>, now: Timestamp) -> Scheme {
        Knocks::for_habit(habit, now).first
    }

    #[test]
    fn a_stranger_is_spoken_to_as_everyone_understands() {
        assert_eq!(Knocks::for_habit(None, NOW), Knocks { first: Scheme::Cavage, ed25519: false });
    }

    #[test]
    fn a_host_that_shows_that_it_speaks_rfc_9421_is_spoken_to_so_for_four_weeks() {
        for evidence in [Evidence::Seen, Evidence::Advertised] {
            let habit = Habit::told(None, evidence, true, NOW);
            assert_eq!(Knocks::for_habit(habit, days(27)), Knocks { first: Scheme::Rfc9421, ed25519: true });
            assert_eq!(first(habit, days(28)), Scheme::Cavage);
        }
    }

    #[test]
    fn a_bare_success_is_not_believed_for_long() {
        let habit = Some(Habit::accepted(Scheme::Rfc9421, false, NOW));
        assert_eq!(first(habit, NOW), Scheme::Rfc9421);
        assert_eq!(first(habit, days(1)), Scheme::Cavage);
        let told = Habit::told(habit, Evidence::Seen, false, NOW).expect("more than a success");
        assert_eq!(first(Some(told), days(20)), Scheme::Rfc9421);
    }

    #[test]
    fn a_host_that_refused_is_left_alone_for_a_week_whatever_it_says() {
        let habit = Some(Habit::accepted(Scheme::Cavage, false, NOW));
        assert_eq!(Habit::told(habit, Evidence::Seen, true, days(6)), None);
        assert_eq!(first(Habit::told(habit, Evidence::Seen, true, days(7)), days(7)), Scheme::Rfc9421);
    }

    #[test]
    fn the_same_news_is_written_once_a_day() {
        let habit = Habit::told(None, Evidence::Advertised, true, NOW);
        assert_eq!(Habit::told(habit, Evidence::Seen, false, NOW), None);
        let renewed = Habit::told(habit, Evidence::Seen, false, days(1)).expect("a day has passed");
        assert!(renewed.ed25519, "one signature by RSA does not take Ed25519 back");
        let plain = Habit::told(None, Evidence::Seen, false, NOW);
        assert!(Habit::told(plain, Evidence::Seen, true, NOW).is_some_and(|habit| habit.ed25519));
    }

    #[test]
    fn only_answers_that_may_mean_the_scheme_are_worth_a_second_knock() {
        assert!(Scheme::Cavage.is_misunderstood(401));
        assert!([400, 401, 403, 500].into_iter().all(|status| Scheme::Rfc9421.is_misunderstood(status)));
        for status in [200, 202, 302, 404, 410, 413, 422, 429, 502, 503, 504] {
            assert!(!Scheme::Cavage.is_misunderstood(status) && !Scheme::Rfc9421.is_misunderstood(status), "{status}");
        }
        assert!(!Scheme::Cavage.is_misunderstood(403) && !Scheme::Cavage.is_misunderstood(500));
    }
}
