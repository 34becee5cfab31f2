//! The public holidays of the Länder, computed: they follow from the date, from Easter, or from a weekday before one.

use domain::land::Land;
use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use Land::{
    BadenWuerttemberg, Bayern, Berlin, Brandenburg, Bremen, Hamburg, Hessen, MecklenburgVorpommern, Niedersachsen,
    NordrheinWestfalen, RheinlandPfalz, Saarland, Sachsen, SachsenAnhalt, SchleswigHolstein, Thueringen,
};

/// Whether `date` is a public holiday in the whole of `land`, by the laws of 2026.
///
/// Holidays of single towns, such as Assumption in Catholic parishes of Bavaria, are none of the Land.
pub fn is_public(land: Land, date: Date) -> bool {
    is_fixed(land, date) || is_movable(land, date) || (land == Sachsen && is_repentance_day(date))
}

fn is_fixed(land: Land, date: Date) -> bool {
    match (date.month(), date.day()) {
        (1 | 5, 1) | (10, 3) | (12, 25 | 26) => true,
        (1, 6) => matches!(land, BadenWuerttemberg | Bayern | SachsenAnhalt),
        (3, 8) => match land {
            Berlin => date.year() >= 2019,
            MecklenburgVorpommern => date.year() >= 2023,
            _ => false,
        },
        (8, 15) => land == Saarland,
        (9, 20) => land == Thueringen && date.year() >= 2019,
        (10, 31) => match land {
            Brandenburg | MecklenburgVorpommern | Sachsen | SachsenAnhalt | Thueringen => true,
            Bremen | Hamburg | Niedersachsen | SchleswigHolstein => date.year() >= 2018,
            _ => date.year() == 2017,
        },
        (11, 1) => {
            matches!(land, BadenWuerttemberg | Bayern | NordrheinWestfalen | RheinlandPfalz | Saarland)
        }
        _ => false,
    }
}

fn is_movable(land: Land, date: Date) -> bool {
    let Some(days) = days_after_easter(date) else { return false };
    match days {
        // Good Friday, Easter Monday, Ascension, Whit Monday.
        -2 | 1 | 39 | 50 => true,
        // Easter and Whit Sunday.
        0 | 49 => land == Brandenburg,
        // Corpus Christi.
        60 => {
            matches!(land, BadenWuerttemberg | Bayern | Hessen | NordrheinWestfalen | RheinlandPfalz | Saarland)
        }
        _ => false,
    }
}

/// The Wednesday before the 23rd of November.
fn is_repentance_day(date: Date) -> bool {
    date.month() == 11 && (16..=22).contains(&date.day()) && date.weekday() == Weekday::Wednesday
}

fn days_after_easter(date: Date) -> Option<i32> {
    let easter = easter(date.year())?;
    easter.until(date).ok().map(|span| span.get_days())
}

/// Easter Sunday by the rule of the Gregorian calendar, as Meeus, Jones and Butcher wrote it down.
fn easter(year: i16) -> Option<Date> {
    let whole = i32::from(year);
    let (golden, century, rest) = (whole % 19, whole / 100, whole % 100);
    // Days from the 21st of March to the full moon, and from the day after that to Sunday.
    let moon = (19 * golden + century - century / 4 - (8 * century + 13) / 25 + 15) % 30;
    let sunday = (32 + 2 * (century % 4) + 2 * (rest / 4) - moon - rest % 4) % 7;
    let late = (golden + 11 * moon + 19 * sunday) / 433;
    let after = moon + sunday - 7 * late;
    // The 22nd of March is the earliest.
    let earliest = Date::new(year, 3, 22).ok().filter(|_| year > 1582)?;
    earliest.checked_add(i64::from(after).days()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holidays(land: Land, year: i16) -> Vec<String> {
        let first = Date::constant(year, 1, 1);
        let days = first.series(1.day()).take_while(|day| day.year() == year);
        days.filter(|day| is_public(land, *day)).map(|day| day.strftime("%-d.%-m.").to_string()).collect()
    }

    #[test]
    fn easter_is_where_the_tables_have_it() {
        for day in [
            "1961-04-02",
            "2000-04-23",
            "2008-03-23",
            "2024-03-31",
            "2025-04-20",
            "2026-04-05",
            "2038-04-25",
            "2049-04-18",
        ] {
            let day: Date = day.parse().expect("a date");
            assert_eq!(easter(day.year()), Some(day));
        }
        assert_eq!(easter(-5), None);
        assert!(!is_public(Berlin, Date::constant(1, 4, 4)));
    }

    #[test]
    fn every_land_has_its_holidays_of_2026() {
        let common = ["1.1.", "3.4.", "6.4.", "1.5.", "14.5.", "25.5.", "3.10.", "25.12.", "26.12."];
        for (land, own) in [
            (BadenWuerttemberg, &["6.1.", "4.6.", "1.11."][..]),
            (Bayern, &["6.1.", "4.6.", "1.11."]),
            (Berlin, &["8.3."]),
            (Brandenburg, &["5.4.", "24.5.", "31.10."]),
            (Bremen, &["31.10."]),
            (Hamburg, &["31.10."]),
            (Hessen, &["4.6."]),
            (MecklenburgVorpommern, &["8.3.", "31.10."]),
            (Niedersachsen, &["31.10."]),
            (NordrheinWestfalen, &["4.6.", "1.11."]),
            (RheinlandPfalz, &["4.6.", "1.11."]),
            (Saarland, &["4.6.", "15.8.", "1.11."]),
            (Sachsen, &["31.10.", "18.11."]),
            (SachsenAnhalt, &["6.1.", "31.10."]),
            (SchleswigHolstein, &["31.10."]),
            (Thueringen, &["20.9.", "31.10."]),
        ] {
            let mut expected: Vec<&str> = common.iter().chain(own).copied().collect();
            expected.sort_by_key(|day| {
                let (day, month) = day.trim_end_matches('.').split_once('.').expect("two numbers");
                (month.parse::<u8>().expect("a month"), day.parse::<u8>().expect("a day"))
            });
            assert_eq!(holidays(land, 2026), expected, "{land}");
        }
    }

    #[test]
    fn repentance_day_is_the_wednesday_before_the_23rd() {
        let day = |year| holidays(Sachsen, year).into_iter().find(|day| day.ends_with(".11."));
        assert_eq!(["16.11.", "22.11.", "17.11."].map(|day| Some(day.to_owned())), [2022, 2028, 2027].map(day));
    }
}
