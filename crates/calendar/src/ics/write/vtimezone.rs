//! VTIMEZONE (RFC 5545 section 3.6.5): when a zone's clocks change, for the years that are told of.

use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};

use super::output::Output;
use crate::zone;

/// The most clock changes that are told; two a year are usual.
const MAX_CHANGES: usize = 400;

/// One change of the clocks.
#[derive(Clone, Debug)]
struct Change {
    /// What the clocks show when it begins, still by the old offset.
    local: DateTime,
    from: Offset,
    to: Offset,
    name: String,
    summer: bool,
}

impl Change {
    fn is_like(&self, other: &Self) -> bool {
        (self.from, self.to, self.summer, &self.name) == (other.from, other.to, other.summer, &other.name)
    }
}

/// Writes the zone so that every time from `first` to `last` can be told in it.
pub(super) fn write(out: &mut Output, zone: &TimeZone, first: Timestamp, last: Timestamp) {
    out.line("BEGIN", "VTIMEZONE");
    out.line("TZID", zone::name(zone));
    out.line("X-LIC-LOCATION", zone::name(zone));
    let changes = changes(zone, first, last);
    let mut groups: Vec<Vec<Change>> = Vec::new();
    for change in changes {
        match groups.iter_mut().find(|group| group.first().is_some_and(|known| known.is_like(&change))) {
            Some(group) => group.push(change),
            None => groups.push(vec![change]),
        }
    }
    for group in groups {
        write_group(out, &group);
    }
    out.line("END", "VTIMEZONE");
}

/// The changes from a year before `first` to a year after `last`, or the one offset there is.
fn changes(zone: &TimeZone, first: Timestamp, last: Timestamp) -> Vec<Change> {
    // More than a year, so that both changes of the year before are among them.
    let margin = SignedDuration::from_hours(24 * 400);
    let from = first.saturating_sub(margin).unwrap_or(first);
    let to = last.saturating_add(margin).unwrap_or(last);
    let following = zone.following(from).take_while(|change| change.timestamp() <= to).take(MAX_CHANGES);
    let mut before = zone.to_offset(from);
    let mut changes = vec![];
    for change in following {
        changes.push(Change {
            local: before.to_datetime(change.timestamp()),
            from: before,
            to: change.offset(),
            name: change.abbreviation().to_owned(),
            summer: change.dst().is_dst(),
        });
        before = change.offset();
    }
    if changes.is_empty() {
        let info = zone.to_offset_info(from);
        let (from, name) = (info.offset(), info.abbreviation().to_owned());
        changes.push(Change { local: DateTime::constant(1970, 1, 1, 0, 0, 0, 0), from, to: from, name, summer: false });
    }
    changes
}

/// Changes between the same offsets: by a rule if they follow one, else one by one.
fn write_group(out: &mut Output, group: &[Change]) {
    let Some(first) = group.first() else { return };
    let kind = if first.summer { "DAYLIGHT" } else { "STANDARD" };
    out.line("BEGIN", kind);
    out.line("TZOFFSETFROM", &offset(first.from));
    out.line("TZOFFSETTO", &offset(first.to));
    out.line("TZNAME", &first.name);
    out.line("DTSTART", &first.local.strftime("%Y%m%dT%H%M%S").to_string());
    if let Some(rule) = yearly_rule(group) {
        out.line("RRULE", &rule);
    } else {
        for change in group.iter().skip(1) {
            out.line("RDATE", &change.local.strftime("%Y%m%dT%H%M%S").to_string());
        }
    }
    out.line("END", kind);
}

/// `FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU`, if the changes of consecutive years fit that.
fn yearly_rule(group: &[Change]) -> Option<String> {
    let first = group.first().filter(|_| group.len() > 1)?;
    let (date, time) = (first.local.date(), first.local.time());
    let consecutive = group.iter().zip(date.year()..).all(|(change, year)| change.local.year() == year);
    let same = |change: &Change| {
        let other = change.local.date();
        change.local.time() == time && (other.month(), other.weekday()) == (date.month(), date.weekday())
    };
    let is_last = |date: Date| date.days_in_month() - date.day() < 7;
    let nth = |date: Date| (date.day() - 1) / 7 + 1;
    let nth = if group.iter().all(|change| is_last(change.local.date())) {
        -1
    } else {
        Some(nth(date)).filter(|wanted| group.iter().all(|change| nth(change.local.date()) == *wanted))?
    };
    let weekday = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
    let weekday = weekday.get(usize::try_from(date.weekday().to_monday_zero_offset()).ok()?)?;
    (consecutive && group.iter().all(same))
        .then(|| format!("FREQ=YEARLY;BYMONTH={};BYDAY={nth}{weekday}", date.month()))
}

/// `+0100`, with seconds only where there are any.
fn offset(offset: Offset) -> String {
    let seconds = offset.seconds();
    let sign = if seconds < 0 { '-' } else { '+' };
    let (hours, minutes, rest) = (seconds.abs() / 3600, seconds.abs() / 60 % 60, seconds.abs() % 60);
    let end = if rest == 0 { String::new() } else { format!("{rest:02}") };
    format!("{sign}{hours:02}{minutes:02}{end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(zone: &str, first: &str, last: &str) -> String {
        let mut out = Output::default();
        write(&mut out, &zone::named(zone).unwrap(), first.parse().unwrap(), last.parse().unwrap());
        out.finish().replace("\r\n", "\n")
    }

    #[test]
    fn berlin_is_the_two_rules_everyone_knows() {
        let text = written("Europe/Berlin", "2026-12-05T14:00:00Z", "2027-01-05T14:00:00Z");
        for part in [
            "BEGIN:DAYLIGHT\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nTZNAME:CEST\nDTSTART:20260329T020000\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\nEND:DAYLIGHT",
            "BEGIN:STANDARD\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\nTZNAME:CET\nDTSTART:20261025T030000\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\nEND:STANDARD",
        ] {
            assert!(text.contains(part), "{text}");
        }
    }

    #[test]
    fn a_zone_without_changes_has_one_offset() {
        let text = written("Asia/Kolkata", "2026-12-05T14:00:00Z", "2026-12-05T16:00:00Z");
        assert!(text.contains("BEGIN:STANDARD\nTZOFFSETFROM:+0530\nTZOFFSETTO:+0530\nTZNAME:IST\nDTSTART:19700101T000000\nEND:STANDARD"), "{text}");
    }

    #[test]
    fn changes_without_a_rule_are_told_one_by_one() {
        let text = written("Africa/Casablanca", "2026-01-05T14:00:00Z", "2026-12-05T14:00:00Z");
        assert!(text.contains("RDATE:") && !text.contains("RRULE"), "{text}");
    }
}
