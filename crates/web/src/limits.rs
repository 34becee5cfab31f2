//! Rate limits of signing in, of reporting and of proposing.
//!
//! What guards a mailbox is counted in the database, for all servers of the quarter together. Addresses of visitors are
//! kept in memory only, and only shortened: each server counts its own.

use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use domain::account::Email;
use domain::clock::Clock;
use governor::clock::Clock as GovernorClock;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use jiff::{SignedDuration, Timestamp};
use storage::Tx;
use storage::tries::{self, Guard};
use uuid::Uuid;

use crate::client::network;
use crate::secrets;

/// From so many keys on, those that count for nothing any more are dropped before another is added.
const CROWDED: usize = 20_000;

type Limiter<K> = RateLimiter<K, DashMapStateStore<K>, Ticks, NoOpMiddleware<Nanos>>;

/// How often who may try to sign in.
pub(crate) struct Limits {
    clients: Limiter<IpAddr>,
    reports: Limiter<IpAddr>,
    proposals: Limiter<IpAddr>,
    sign_ups: Limiter<IpAddr>,
}

impl Limits {
    pub(crate) fn new(clock: Clock) -> Self {
        let ticks = Ticks(clock);
        Self {
            clients: RateLimiter::new(quota(25, 5), DashMapStateStore::default(), ticks.clone()),
            reports: RateLimiter::new(quota(5, 60), DashMapStateStore::default(), ticks.clone()),
            proposals: RateLimiter::new(quota(10, 60), DashMapStateStore::default(), ticks.clone()),
            sign_ups: RateLimiter::new(quota(5, 30), DashMapStateStore::default(), ticks),
        }
    }

    /// Whether a client may try once more: 25 times in five minutes for an address, a /64 in IPv6.
    pub(crate) fn admits_client(&self, client: IpAddr) -> bool {
        admits(&self.clients, &network(client))
    }

    /// Whether a client may report once more: five times in an hour for an address, a /64 in IPv6.
    pub(crate) fn admits_report(&self, client: IpAddr) -> bool {
        admits(&self.reports, &network(client))
    }

    /// Whether a client may propose once more: ten times in an hour for an address, a /64 in IPv6. A club may have a year's
    /// dates, and a whole quarter one address.
    pub(crate) fn admits_proposal(&self, client: IpAddr) -> bool {
        admits(&self.proposals, &network(client))
    }

    /// Whether a client may ask for an account once more: five times in half an hour for an address, a /64 in IPv6.
    pub(crate) fn admits_sign_up(&self, client: IpAddr) -> bool {
        admits(&self.sign_ups, &network(client))
    }
}

/// Letters to a mailbox: five in half an hour.
const LETTERS: Guard = Guard { name: "letters", burst: 5, period: SignedDuration::from_mins(30) };
/// Letters to a mailbox that perhaps never asked for one: three a day.
const UNASKED: Guard = Guard { name: "unasked", burst: 3, period: SignedDuration::from_hours(24) };
/// Invitations by one account: thirty a day.
const INVITATIONS: Guard = Guard { name: "invitations", burst: 30, period: SignedDuration::from_hours(24) };
/// Letters that the code on one slip may ask for: five a day.
const SLIPS: Guard = Guard { name: "slips", burst: 5, period: SignedDuration::from_hours(24) };
/// What one account may propose: twenty a day.
const PROPOSED: Guard = Guard { name: "proposed", burst: 20, period: SignedDuration::from_hours(24) };
/// Codes of slips tried by anybody: 200 an hour. Of 852 billion, that is nothing in the fortnight of a slip.
const GUESSES: Guard = Guard { name: "guesses", burst: 200, period: SignedDuration::from_hours(1) };
/// Codes tried for a mailbox: 25 in an hour.
const CODES: Guard = Guard { name: "codes", burst: 25, period: SignedDuration::from_mins(60) };
/// Passwords tried for a mailbox: 25 in an hour. The letter is counted apart, so that its owner still gets in.
const PASSWORDS: Guard = Guard { name: "passwords", burst: 25, period: SignedDuration::from_mins(60) };
/// Numbers of an app tried for an account: five in a quarter of an hour. Of a million, three count at a time.
const APP: Guard = Guard { name: "app", burst: 5, period: SignedDuration::from_mins(15) };
/// Codes on paper tried for an account: 25 in an hour, of 852 billion.
const PAPER: Guard = Guard { name: "paper", burst: 25, period: SignedDuration::from_mins(60) };

/// Whether one more letter may go to a mailbox. It counts once the transaction is committed.
pub(crate) async fn admit_letter(tx: &mut Tx, to: &Email, now: Timestamp) -> storage::Result<bool> {
    tries::admit(tx, &LETTERS, &secrets::hash(to.as_str()), now).await
}

/// Whether one more letter that perhaps nobody asked for may go to a mailbox. It counts once the transaction is committed.
pub(crate) async fn admit_unasked(tx: &mut Tx, to: &Email, now: Timestamp) -> storage::Result<bool> {
    tries::admit(tx, &UNASKED, &secrets::hash(to.as_str()), now).await
}

/// Whether an account may invite once more. It counts once the transaction is committed.
pub(crate) async fn admit_invitation(tx: &mut Tx, by: Uuid, now: Timestamp) -> storage::Result<bool> {
    tries::admit(tx, &INVITATIONS, by.as_bytes(), now).await
}

/// Whether an account may propose once more. It counts once the transaction is committed.
pub(crate) async fn admit_proposed(tx: &mut Tx, by: Uuid, now: Timestamp) -> storage::Result<bool> {
    tries::admit(tx, &PROPOSED, by.as_bytes(), now).await
}

/// Whether the code on a slip may ask for one more letter. It counts once the transaction is committed.
pub(crate) async fn admit_slip(tx: &mut Tx, slip: Uuid, now: Timestamp) -> storage::Result<bool> {
    tries::admit(tx, &SLIPS, slip.as_bytes(), now).await
}

/// Whether anybody may try one more code of a slip. It counts once the transaction is committed.
pub(crate) async fn admit_guess(tx: &mut Tx, now: Timestamp) -> storage::Result<bool> {
    tries::admit(tx, &GUESSES, b"all", now).await
}

/// Whether one more code may be tried for a mailbox. It counts once the transaction is committed.
pub(crate) async fn admit_code(tx: &mut Tx, of: &Email, now: Timestamp) -> storage::Result<bool> {
    tries::admit(tx, &CODES, &secrets::hash(of.as_str()), now).await
}

/// Whether one more password may be tried for a mailbox, with an account or not. It counts once the transaction is committed.
pub(crate) async fn admit_password(tx: &mut Tx, of: &Email, now: Timestamp) -> storage::Result<bool> {
    tries::admit(tx, &PASSWORDS, &secrets::hash(of.as_str()), now).await
}

/// Whether one more number of an app may be tried for an account. It counts once the transaction is committed.
pub(crate) async fn admit_app(tx: &mut Tx, of: Uuid, now: Timestamp) -> storage::Result<bool> {
    tries::admit(tx, &APP, of.as_bytes(), now).await
}

/// Whether one more code on paper may be tried for an account. It counts once the transaction is committed.
pub(crate) async fn admit_paper(tx: &mut Tx, of: Uuid, now: Timestamp) -> storage::Result<bool> {
    tries::admit(tx, &PAPER, of.as_bytes(), now).await
}

/// `burst` times at once, and again after `minutes`.
fn quota(burst: u32, minutes: u64) -> Quota {
    let burst = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
    let period = Duration::from_secs(minutes * 60) / burst.get();
    Quota::with_period(period).unwrap_or_else(|| Quota::per_minute(burst)).allow_burst(burst)
}

fn admits<K: Clone + Eq + Hash>(limiter: &Limiter<K>, key: &K) -> bool {
    if limiter.len() > CROWDED {
        limiter.retain_recent();
        limiter.shrink_to_fit();
    }
    limiter.check_key(key).is_ok()
}

/// Our clock as the limiter reads it.
#[derive(Clone, Debug)]
struct Ticks(Clock);

impl GovernorClock for Ticks {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        let millis = u64::try_from(self.0.now().as_millisecond()).unwrap_or(0);
        Nanos::new(millis.saturating_mul(1_000_000))
    }
}

#[cfg(test)]
mod tests {
    use domain::clock::SteppedClock;

    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn a_whole_ipv6_network_is_one_client_and_time_heals() {
        let clock = SteppedClock::at(Timestamp::UNIX_EPOCH + SignedDuration::from_hours(400_000));
        let limits = Limits::new(clock.clock());
        for last in 0..25 {
            assert!(limits.admits_client(address(&format!("2001:db8:1:1::{last:x}"))));
        }
        assert!(!limits.admits_client(address("2001:db8:1:1::ffff")));
        assert!(limits.admits_client(address("2001:db8:1:2::1")));
        clock.step(SignedDuration::from_mins(5));
        assert!(limits.admits_client(address("2001:db8:1:1::ffff")));
    }

    #[test]
    fn mapped_addresses_do_not_share_a_bucket() {
        let clock = SteppedClock::at(Timestamp::UNIX_EPOCH);
        let limits = Limits::new(clock.clock());
        for _ in 0..26 {
            limits.admits_client(address("::ffff:192.0.2.1"));
        }
        assert!(!limits.admits_client(address("192.0.2.1")));
        assert!(limits.admits_client(address("::ffff:192.0.2.2")));
    }
}
