//! What was measured, reckoned on: ten thousand quarters, and a quarter with a million followers.

use crate::figure::Figure;
use crate::report::{round, wrapped};

/// How many quarters there might be, and how many neighbours each has.
const QUARTERS: f64 = 10_000.0;
const NEIGHBOURS: f64 = 20.0;
/// What a lively quarter publishes in a day, changes and deletions too.
const A_DAY: f64 = 40.0;
/// How many followers a quarter might have, and on how many servers; most people share one.
const FOLLOWERS: f64 = 1_000_000.0;
const SERVERS: f64 = 25_000.0;

/// The section, or nothing before there is anything to reckon with.
pub(crate) fn section(figures: &[Figure]) -> String {
    let value = |name: &str| figures.iter().find(|figure| figure.name == name).map(|figure| figure.value);
    let reckoned = || {
        let memory = value("region/memory/each")?;
        Some((
            memory,
            value("deliver/rsa")?,
            value("accept/sqlite/1/64")?,
            value("fanout/100000/cost")?,
            bytes(figures)?,
        ))
    };
    let Some((memory, delivered, accepted, cost, bytes)) = reckoned() else { return String::new() };
    let received = NEIGHBOURS * A_DAY;
    let words = [
        format!(
            "**10,000 quarters with {NEIGHBOURS} neighbours each**, every one publishing {A_DAY} times a day. Nothing \
             is central, so that no quarter notices how many there are: each sends and takes {} messages a day, where \
             it can send {} a second and take {} a second. It holds {} MB of memory at rest, all of them together {} GB, \
             and {} million messages a day pass between them. A year of its own and its neighbours' events takes about \
             {} MB on the disk.",
            round(received),
            round(delivered),
            round(accepted),
            round(memory),
            round(memory * QUARTERS / 1_000.0),
            round(QUARTERS * received / 1_000_000.0),
            round((NEIGHBOURS + 1.0) * A_DAY * 365.0 / 1_000.0 * bytes / 1_000.0),
        ),
        format!(
            "**A quarter with 1,000,000 followers.** Followers on one server share an inbox where that server has a \
             shared one. On {} servers a post is that many deliveries: {} seconds of this machine signed with RSA. Were \
             each follower on a server of its own, it would be {} minutes with RSA, {} minutes of one core with \
             Ed25519, and a second node on PostgreSQL would take a share.",
            round(SERVERS),
            round(SERVERS / delivered),
            round(FOLLOWERS / delivered / 60.0),
            round(FOLLOWERS * cost / 1_000_000.0 / 60.0),
        ),
    ];
    let words: Vec<String> = words.iter().map(|text| wrapped(text)).collect();
    format!("\n## On paper\n\nReckoned from the figures above, not measured.\n\n{}\n", words.join("\n\n"))
}

/// Kilobytes on the disk for 1,000 events.
fn bytes(figures: &[Figure]) -> Option<f64> {
    figures.iter().find(|figure| figure.name == "pages/bytes").map(|figure| figure.value)
}
