//! One VEVENT, read for itself: what it says, when, and which of a series it changes.

use domain::event::{Details, Status};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::ics::component::Component;
use crate::ics::series::{Occurrence, Series};
use crate::ics::times::{Times, Zones};
use crate::ics::value::Moment;
use crate::ics::{Fault, facts, value};

/// The longest UID that is kept, in characters; it becomes part of a database key.
const MAX_UID: usize = 500;

/// An event, a series, or a change to one of a series.
pub(super) struct Entry<'a> {
    pub(super) event: &'a Component,
    pub(super) zones: &'a Zones<'a>,
    pub(super) uid: String,
    pub(super) sequence: i64,
    /// Which of a series it changes.
    pub(super) recurrence: Option<Moment>,
    /// What it says and when. A change that is refused still takes the place of what it changes.
    pub(super) content: Result<(Details, Times), Fault>,
}

impl<'a> Entry<'a> {
    /// Reads a VEVENT of a calendar that may cancel all it holds.
    pub(super) fn read(event: &'a Component, zones: &'a Zones<'a>, cancels: bool) -> Result<Self, Fault> {
        let recurrence = recurrence(event, zones, &zones.default)?;
        if recurrence.as_ref().is_some_and(|moment| moment.instant(&zones.default).is_none()) {
            return Err(Fault { line: event.line, why: "import-date-range" });
        }
        let content = facts::read(event).and_then(|mut details| {
            if cancels {
                details.status = Status::Cancelled;
            }
            Ok((details, Times::read(event, zones, recurrence.as_ref())?))
        });
        let uid = uid(event, content.as_ref().ok());
        if uid.chars().count() > MAX_UID {
            return Err(Fault { line: event.line, why: "import-uid-long" });
        }
        let sequence = event.word("SEQUENCE").parse().unwrap_or(0);
        Ok(Self { event, zones, uid, sequence, recurrence, content })
    }

    /// Whether it changes one of a series.
    pub(super) fn is_change(&self) -> bool {
        self.recurrence.is_some()
    }

    /// The original start of what it changes, of a series that is in the same file or not.
    pub(super) fn original(&self, series: Option<&Entry>) -> Option<Timestamp> {
        let Some(series) = series.and_then(Entry::series) else {
            return self.recurrence.as_ref()?.instant(&self.zones.default);
        };
        let moment = recurrence(self.event, self.zones, series.times.zone(series.zones)).ok()??;
        series.original(&moment)
    }

    /// The occurrence of `series` that it changes, if it leaves its time as it is.
    pub(super) fn unmoved(&self, series: &Entry, original: Timestamp) -> Option<Occurrence> {
        let series = series.series().filter(|_| self.event.first("DTSTART").is_none())?;
        Some(Occurrence { start: series.moment(original), lasting: series.times.lasting.clone() })
    }

    /// The series it may be; `None` if it is not readable.
    pub(super) fn series(&self) -> Option<Series<'_>> {
        let (_, times) = self.content.as_ref().ok()?;
        Some(Series { event: self.event, times, zones: self.zones })
    }
}

/// The `RECURRENCE-ID`; `floating` is the zone of a time that names none.
fn recurrence(event: &Component, zones: &Zones, floating: &TimeZone) -> Result<Option<Moment>, Fault> {
    let line = event.first("RECURRENCE-ID").filter(|line| !line.value.trim().is_empty());
    line.map(|line| zones.moment(line, &line.value, floating)).transpose()
}

/// The UID, or a name made of start and title, which stay when the calendar is read again.
fn uid(event: &Component, content: Option<&(Details, Times)>) -> String {
    let given = event.first("UID").map(|line| value::text(&line.value)).unwrap_or_default();
    let given: String = given.trim().chars().filter(|c| !c.is_control()).collect();
    if !given.is_empty() {
        return given;
    }
    let start =
        event.first("DTSTART").map(|line| line.value.trim().chars().take(32).collect::<String>()).unwrap_or_default();
    let title = content.map(|(details, _)| details.name.to_lowercase()).unwrap_or_default();
    format!("{start}/{title}")
}
