//! The school holidays of the Länder, from a file of days.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use domain::land::Land;
use jiff::civil::Date;

/// Land, first day, last day, name; where they come from stands in the file.
const PUBLISHED: &str = include_str!("../../data/school-holidays.tsv");

static BUNDLED: LazyLock<Almanac> = LazyLock::new(|| Almanac::read(PUBLISHED));

/// What is known of school holidays.
#[derive(Clone, Debug, Default)]
pub struct Almanac {
    lands: BTreeMap<Land, Vec<Span>>,
}

/// Some days without school, by their first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Span {
    first: Date,
    last: Date,
    name: String,
}

impl Almanac {
    /// The holidays that the Länder had published when this version was made.
    pub fn bundled() -> &'static Self {
        &BUNDLED
    }

    /// Whether there is no school in `land` on `date`; `false` where it is not known.
    pub fn is_school_holiday(&self, land: Land, date: Date) -> bool {
        self.span(land, date).is_some()
    }

    /// The name of the holidays that `date` lies in: `Herbstferien`.
    pub fn school_holidays_on(&self, land: Land, date: Date) -> Option<&str> {
        self.span(land, date).map(|span| span.name.as_str())
    }

    /// The last day of which it is known whether there is school: the end of the last holidays that are known.
    pub fn known_until(&self, land: Land) -> Date {
        self.lands.get(&land).and_then(|spans| spans.iter().map(|span| span.last).max()).unwrap_or(Date::MIN)
    }

    fn span(&self, land: Land, date: Date) -> Option<&Span> {
        self.lands.get(&land)?.iter().find(|span| (span.first..=span.last).contains(&date))
    }

    fn read(text: &str) -> Self {
        let mut almanac = Self::default();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            if let Some((land, span)) = row(line) {
                almanac.lands.entry(land).or_default().push(span);
            }
        }
        almanac.lands.values_mut().for_each(|spans| spans.sort());
        almanac
    }
}

fn row(line: &str) -> Option<(Land, Span)> {
    let mut cells = line.split('\t');
    let mut cell = || cells.next().map(str::trim);
    let (land, first, last, name) = (cell()?, cell()?, cell()?, cell()?);
    let span = Span { first: first.parse().ok()?, last: last.parse().ok()?, name: name.to_owned() };
    Some((land.parse().ok()?, span))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().expect("a date")
    }

    #[test]
    fn every_line_of_the_file_is_read_and_is_in_order() {
        let lines = PUBLISHED.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
        for line in lines.clone() {
            let (land, span) = row(line).unwrap_or_else(|| panic!("{line}"));
            assert!(span.first <= span.last && !span.name.is_empty(), "{line}");
            assert!((span.last - span.first).get_days() <= 48, "{land}: {line}");
        }
        let kept: usize = Almanac::bundled().lands.values().map(Vec::len).sum();
        assert_eq!(kept, lines.count());
    }

    #[test]
    fn every_land_is_known_from_the_summer_of_2025_to_that_of_2030() {
        for land in Land::ALL {
            let spans = &Almanac::bundled().lands[&land];
            assert!((day("2030-08-01")..=day("2030-09-15")).contains(&Almanac::bundled().known_until(land)), "{land}");
            for pair in spans.windows(2) {
                assert!(pair[0].last < pair[1].first, "{land}: {pair:?}");
            }
            for (name, times) in [("Sommerferien", 6), ("Herbstferien", 5), ("Weihnachtsferien", 5)] {
                let found = spans.iter().filter(|span| span.name == name).map(|span| span.first.year());
                let years: std::collections::BTreeSet<i16> = found.collect();
                assert_eq!(years.len(), times, "{land}: {name}");
            }
        }
    }

    #[test]
    fn north_rhine_westphalia_has_its_autumn_holidays() {
        let almanac = Almanac::bundled();
        let name = |text| almanac.school_holidays_on(Land::NordrheinWestfalen, day(text));
        assert_eq!(name("2026-10-16"), None);
        assert_eq!(name("2026-10-17"), Some("Herbstferien"));
        assert_eq!(name("2026-10-31"), Some("Herbstferien"));
        assert_eq!(name("2026-11-01"), None);
        assert!(!Almanac::default().is_school_holiday(Land::Berlin, day("2026-12-25")));
    }
}
