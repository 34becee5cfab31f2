//! iCalendar in and out, tables of dates, recurrence, time zones, date phrases.

pub mod holidays;
pub mod hours;
pub mod ics;
pub mod phrase;
pub mod recurrence;
pub mod table;
pub mod zone;
