//! Opening hours on live pages: the sentence, and whether it is open now.

use calendar::holidays::{Almanac, is_public};
use calendar::hours::{Holidays, Hours, Now};
use calendar::phrase;
use domain::language::Language;
use domain::messages::text_with;
use jiff::civil::{Date, DateTime, Time};

use crate::app::App;
use crate::visitor::Visitor;

/// What is said of the hours of a place.
pub(crate) struct Opening {
    /// Every rule in words.
    pub(crate) words: String,
    /// Whether it is open now, and until when.
    pub(crate) now: String,
    pub(crate) is_open: bool,
}

/// Tells the hours, as they are written in the notation of OpenStreetMap.
pub(crate) fn tell(app: &App, visitor: &Visitor, written: &str) -> Option<Opening> {
    let hours = Hours::read(written).ok()?;
    let at = now(app);
    let land = app.instance.settings().land;
    let public = |day| land.is_some_and(|land| is_public(land, day));
    let school = |day| land.is_some_and(|land| Almanac::bundled().is_school_holiday(land, day));
    let standing = hours.at(at, Holidays { public: &public, school: &school });
    let when = |then: DateTime| moment(visitor.language, at.date(), then);
    let now = match standing {
        Now::Open(None) => visitor.text("hours-now-open"),
        Now::Open(Some(until)) => visitor.text_with("hours-now-open-until", &[("when", &when(until))]),
        Now::Closed(None) => visitor.text("hours-now-closed"),
        Now::Closed(Some(until)) => visitor.text_with("hours-now-closed-until", &[("when", &when(until))]),
        Now::Unsure => visitor.text("hours-now-unsure"),
    };
    Some(Opening { words: hours.words(visitor.language), now, is_open: matches!(standing, Now::Open(_)) })
}

/// The time it is in the quarter.
fn now(app: &App) -> DateTime {
    app.instance.clock().now().to_zoned(app.zone()).datetime()
}

/// `um 14 Uhr`, `morgen um 9 Uhr`, `am Montag, 30. November um 9 Uhr`.
fn moment(language: Language, today: Date, at: DateTime) -> String {
    let time = clock(language, at.time());
    let key = if at.date() == today {
        "hours-when-today"
    } else if today.tomorrow().is_ok_and(|tomorrow| tomorrow == at.date()) {
        "hours-when-tomorrow"
    } else {
        "hours-when-day"
    };
    text_with(language, key, &[("day", &phrase::date_long(at.date(), language)), ("time", &time)])
}

fn clock(language: Language, time: Time) -> String {
    let hour = time.hour().to_string();
    let clock = match time.minute() {
        0 => text_with(language, "dates-clock-full-hour", &[("hour", &hour)]),
        minute => format!("{hour}:{minute:02}"),
    };
    text_with(language, "dates-oclock", &[("time", &clock)])
}
