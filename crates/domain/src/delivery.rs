//! What a delivery's answer means and when to try again. Pure rules; `federation/delivery` applies them.

use jiff::{SignedDuration, Timestamp};

/// How long a delivery is tried before it counts as not delivered.
pub const LIFETIME: SignedDuration = SignedDuration::from_hours(7 * 24);
/// From so many tries that the peer answered with 5xx on, the next delivery is tried too: it may be this one that it breaks on.
pub const SUSPECT_AFTER: u32 = 5;
/// From so many on it is given up, if the peer takes others.
pub const POISON_AFTER: u32 = 12;
/// For how long a host that takes others is left alone with those that it breaks on.
pub const SUSPICION: SignedDuration = SignedDuration::from_mins(1);
/// The longest pause between two tries of a host.
pub const MAX_PAUSE: SignedDuration = SignedDuration::from_hours(6);
/// How many sends in a row are forbidden (403) before the host is left alone: it does not want us.
pub const FORBIDDEN: u32 = 3;
/// For how long it is left alone then.
pub const BANISHED: SignedDuration = SignedDuration::from_hours(24);
/// The longest pause that anything asks for; a host whose turn lies later still waits because a clock was wrong.
pub const LATEST: SignedDuration = SignedDuration::from_hours(25);
/// The pause between two sends to a host that is just back: what has waited for days does not knock it over.
pub const SLOW_START: SignedDuration = SignedDuration::from_millis(120);
/// After so long in which a host took everything with a web page, and had no document of anybody, it is no server any more.
pub const ASTRAY: SignedDuration = SignedDuration::from_hours(7 * 24);
/// From so many failures on the host counts as not answering: one probe a time, shown to the editors.
pub const OPEN_AFTER: u32 = 5;

/// What became of one attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// 2xx: the peer has it.
    Delivered,
    /// The peer refused this one; it will not take it later either. The host is alive.
    Refused(String),
    /// 404 or 410: nobody gets mail there any more, as it says. Refused; who follows us from there has to be looked for.
    Gone(u16),
    /// 403: refused, and perhaps for good.
    Forbidden,
    /// The peer asks to be left alone for a while. Not counted against it.
    Wait(SignedDuration),
    /// The peer says that it is broken. Counted against the host.
    Failed(String),
    /// No answer at all. Counted against the host, unless it is we who are offline.
    Silent(String),
}

impl Outcome {
    /// What an HTTP status means for a delivery; `retry_after` as the header gave it, in seconds from now.
    ///
    /// 408 and 5xx are tried again, 429 and any `Retry-After` pause the host, other 4xx set this delivery aside. 401 gets
    /// two more chances (`attempts` counts the earlier ones): some peers say it when they could not fetch our key. 404 and
    /// 410 are said of the inbox, and prove nothing about an actor.
    pub fn of_status(status: u16, attempts: u32, retry_after: Option<SignedDuration>) -> Self {
        match (status, retry_after) {
            (200..=299, _) => Self::Delivered,
            (429 | 503, Some(pause)) => Self::Wait(clamped(pause)),
            (401, _) if attempts < 2 => Self::Wait(SignedDuration::from_mins(1)),
            (429, None) => Self::Wait(SignedDuration::from_mins(1)),
            (404 | 410, _) => Self::Gone(status),
            (403, _) => Self::Forbidden,
            (408 | 500..=599, _) => Self::Failed(format!("HTTP {status}")),
            _ => Self::Refused(format!("HTTP {status}")),
        }
    }
}

/// Why a delivery failed, as far as it can be said in plain words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Its name leads nowhere.
    Name,
    /// Its certificate is no good.
    Certificate,
    /// No answer in time.
    Slow,
    /// Nobody there.
    Silent,
    /// It says that it is broken (5xx).
    Broken,
    /// It does not want this.
    Refused,
    /// It says that there is nobody (404, 410).
    Gone,
    /// It asks for a pause.
    Busy,
    /// Tried for as long as anything is tried.
    Late,
    /// Our own fault.
    Ours,
    /// None of these.
    Other,
}

/// The beginnings and middles of what is noted of a failed delivery, in the order in which they are looked for.
const SIGNS: [(&str, Cause); 19] = [
    ("HTTP 404", Cause::Gone),
    ("HTTP 410", Cause::Gone),
    ("HTTP 408", Cause::Slow),
    ("HTTP 429", Cause::Busy),
    ("HTTP 5", Cause::Broken),
    ("HTTP ", Cause::Refused),
    ("asked to wait", Cause::Busy),
    ("seven days", Cause::Late),
    ("no key", Cause::Ours),
    ("could not be signed", Cause::Ours),
    ("is blocked", Cause::Refused),
    ("certificate", Cause::Certificate),
    ("lookup", Cause::Name),
    ("Name or service", Cause::Name),
    ("no address", Cause::Name),
    ("not public", Cause::Name),
    ("in time", Cause::Slow),
    ("not reached", Cause::Silent),
    ("closed", Cause::Silent),
];

impl Cause {
    /// What an error means that was noted of a delivery or a host.
    pub fn of(error: &str) -> Self {
        SIGNS.iter().find(|(sign, _)| error.contains(sign)).map_or(Self::Other, |(_, cause)| *cause)
    }

    /// Its name in the message catalogue.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Certificate => "certificate",
            Self::Slow => "slow",
            Self::Silent => "silent",
            Self::Broken => "broken",
            Self::Refused => "refused",
            Self::Gone => "gone",
            Self::Busy => "busy",
            Self::Late => "late",
            Self::Ours => "ours",
            Self::Other => "other",
        }
    }
}

/// A peer's wish to be left alone, between ten seconds and a day.
fn clamped(pause: SignedDuration) -> SignedDuration {
    pause.clamp(SignedDuration::from_secs(10), SignedDuration::from_hours(24))
}

/// Reads `Retry-After` (RFC 9110 section 10.2.3): seconds or an HTTP date. Garbage is `None`.
pub fn retry_after(value: &str, now: Timestamp) -> Option<SignedDuration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(SignedDuration::from_secs(i64::try_from(seconds.min(31_536_000)).unwrap_or(0)));
    }
    let at = jiff::fmt::rfc2822::parse(value).ok()?.timestamp();
    Some(at.duration_since(now))
}

/// How long a host is left alone after its `failures`-th failure in a row: 15 s, doubled each time up to six hours,
/// of which up to a third is jitter (`chance` in 0..1) so that hosts do not come back in step.
pub fn pause(failures: u32, chance: f64) -> SignedDuration {
    let doublings = failures.saturating_sub(1).min(12);
    let base = SignedDuration::from_secs(15 * (1 << doublings)).min(MAX_PAUSE);
    // At most two hours: far from the ends of either type.
    let jitter =
        SignedDuration::try_from_secs_f64(base.as_secs_f64() * chance.clamp(0.0, 1.0) / 3.0).unwrap_or_default();
    base - jitter
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_grows_to_six_hours_and_no_further() {
        assert_eq!(pause(1, 0.0), SignedDuration::from_secs(15));
        assert_eq!(pause(2, 0.0), SignedDuration::from_secs(30));
        assert_eq!(pause(2, 1.0), SignedDuration::from_secs(20));
        assert_eq!(pause(40, 0.0), MAX_PAUSE);
    }

    #[test]
    fn every_form_of_retry_after_is_bounded() {
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().expect("a time");
        let cases = [
            ("120", 120),
            ("0", 10),
            ("-5", 60),
            ("9999999999", 86_400),
            ("banana", 60),
            ("Sun, 22 Nov 2026 12:05:00 GMT", 300),
            ("Sun, 22 Nov 2020 12:05:00 GMT", 10),
        ];
        for (value, seconds) in cases {
            let outcome = Outcome::of_status(429, 0, retry_after(value, now));
            assert_eq!(outcome, Outcome::Wait(SignedDuration::from_secs(seconds)), "{value}");
        }
    }

    #[test]
    fn a_refusal_is_told_from_a_failure() {
        assert_eq!(Outcome::of_status(202, 0, None), Outcome::Delivered);
        assert_eq!(Outcome::of_status(403, 0, None), Outcome::Forbidden);
        assert!(matches!(Outcome::of_status(422, 0, None), Outcome::Refused(_)));
        assert!(matches!(Outcome::of_status(302, 0, None), Outcome::Refused(_)));
        assert!(matches!(Outcome::of_status(502, 0, None), Outcome::Failed(_)));
        assert!(matches!(Outcome::of_status(401, 1, None), Outcome::Wait(_)));
        assert!(matches!(Outcome::of_status(401, 2, None), Outcome::Refused(_)));
        assert!(matches!(Outcome::of_status(408, 0, None), Outcome::Failed(_)));
        assert_eq!(Outcome::of_status(410, 0, None), Outcome::Gone(410));
    }

    #[test]
    fn what_is_noted_of_a_failure_has_a_cause_in_plain_words() {
        for (error, cause) in [
            ("HTTP 502", Cause::Broken),
            ("HTTP 403", Cause::Refused),
            ("HTTP 410", Cause::Gone),
            ("asked to wait", Cause::Busy),
            ("not delivered within seven days", Cause::Late),
            ("its sender has no key", Cause::Ours),
            ("not reached: invalid peer certificate: Expired", Cause::Certificate),
            ("not reached: failed to lookup address information: Name or service not known", Cause::Name),
            ("not reached: no answer in time", Cause::Slow),
            ("not reached: Connection refused (os error 111)", Cause::Silent),
            ("not fetched: its host is blocked", Cause::Refused),
            ("the answer is too large", Cause::Other),
        ] {
            assert_eq!(Cause::of(error), cause, "{error}");
        }
    }
}
