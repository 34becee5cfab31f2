//! iCalendar in and out, tables of dates, recurrence, time zones, date phrases.

pub mod ics;
pub mod phrase;
pub mod table;
pub mod zone;
