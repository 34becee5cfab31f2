//! Time zones: from clock times to instants, and from the many names of a zone to the zone.

mod windows;

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{TimeZone, TimeZoneDatabase};

/// The names that count as known. Bundled, so that a name from outside never becomes a path.
static KNOWN: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// The longest name that is looked at; the longest known one has 32 characters, prefixes add to it.
const MAX_NAME: usize = 120;

/// The instant of a clock time in `zone`; `None` outside the years -9999 to 9999.
///
/// A time that the clock skips is moved forward by the length of the gap (02:30 becomes 03:30), and of a time that
/// it shows twice the earlier one is meant: RFC 5545 section 3.3.5.
pub fn instant(local: DateTime, zone: &TimeZone) -> Option<Timestamp> {
    zone.to_timestamp(local).ok()
}

/// The zone of an IANA name, in any case, `UTC` among them; the zone itself tells the canonical name.
pub fn named(name: &str) -> Option<TimeZone> {
    let fine = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '_' | '-' | '+');
    if name.is_empty() || name.len() > MAX_NAME || !name.chars().all(fine) {
        return None;
    }
    let known = KNOWN.get(name).ok()?;
    TimeZone::get(known.iana_name()?).ok()
}

/// The zone a calendar program means by `name` (`TZID`): an IANA name, a Windows name, a name with a maker's
/// prefix such as `/mozilla.org/20070129_1/Europe/Berlin`, or one of these in quotes.
pub fn find(name: &str) -> Option<TimeZone> {
    let name = name.trim().trim_matches(['"', '\'']).trim();
    if name.len() > MAX_NAME {
        return None;
    }
    named(name).or_else(|| windows::zone_name(name).and_then(named)).or_else(|| without_prefix(name))
}

/// Only the makers' ids begin with a slash; their last two or three parts are the IANA name.
fn without_prefix(name: &str) -> Option<TimeZone> {
    let parts: Vec<&str> = name.strip_prefix('/')?.split('/').collect();
    [3, 2, 1]
        .into_iter()
        .filter_map(|count| parts.len().checked_sub(count))
        .find_map(|from| named(&parts.get(from..)?.join("/")))
}

/// The IANA name of `zone`; `UTC` where it has none.
pub fn name(zone: &TimeZone) -> &str {
    zone.iana_name().unwrap_or("UTC")
}

/// Whether `zone` is UTC under one of its names.
pub(crate) fn is_utc(zone: &TimeZone) -> bool {
    matches!(
        name(zone),
        "UTC" | "Etc/UTC" | "Etc/UCT" | "Etc/Zulu" | "GMT" | "Etc/GMT" | "Zulu" | "UCT" | "Universal" | "Etc/Universal"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(name: &str) -> Option<String> {
        find(name).map(|zone| super::name(&zone).to_owned())
    }

    #[test]
    fn the_names_of_all_calendar_programs_lead_to_berlin() {
        for name in [
            "Europe/Berlin",
            "europe/berlin",
            "\"Europe/Berlin\"",
            "W. Europe Standard Time",
            "/freeassociation.sourceforge.net/Europe/Berlin",
            "/freeassociation.sourceforge.net/Tzfile/Europe/Berlin",
            "/mozilla.org/20070129_1/Europe/Berlin",
            "/citadel.org/20210210_1/Europe/Berlin",
            "(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna",
        ] {
            assert_eq!(found(name).as_deref(), Some("Europe/Berlin"), "{name}");
        }
        assert_eq!(found("/mozilla.org/20050126_1/America/Indiana/Knox").as_deref(), Some("America/Indiana/Knox"));
        assert_eq!(found("GMT Standard Time").as_deref(), Some("Europe/London"));
    }

    #[test]
    fn every_windows_name_leads_to_a_zone() {
        for (windows, iana) in windows::NAMES {
            assert!(named(iana).is_some(), "{windows}: {iana}");
        }
    }

    #[test]
    fn paths_offsets_and_nonsense_are_unknown() {
        for name in
            ["../../etc/passwd", "/../../etc/localtime", "/etc/localtime", "+25:00", "", "Europe/Nirgends", "localtime"]
        {
            assert_eq!(found(name), None, "{name}");
        }
        assert_eq!(found(&"Europe/".repeat(100)), None);
    }

    #[test]
    fn a_skipped_time_moves_forward_and_a_doubled_one_is_the_earlier() {
        let berlin = named("Europe/Berlin").expect("Berlin");
        let at = |text: &str| instant(text.parse().expect("a clock time"), &berlin).expect("an instant").to_string();
        assert_eq!(at("2026-03-29T02:30"), "2026-03-29T01:30:00Z");
        assert_eq!(at("2026-10-25T02:30"), "2026-10-25T00:30:00Z");
    }
}
