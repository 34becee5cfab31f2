//! When an event takes place: `DTSTART` with `DTEND` or `DURATION`, in whatever zone they name.

use std::collections::{BTreeSet, HashMap};

use domain::event::{Details, USUAL_LENGTH};
use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::Fault;
use super::component::{Component, ZoneHint};
use super::line::Line;
use super::value::{self, Length, Moment};
use crate::zone;

/// The zones of one calendar.
pub(super) struct Zones<'a> {
    hints: &'a HashMap<String, ZoneHint>,
    /// The zone of days, and of times that name none or UTC.
    pub(super) default: TimeZone,
    default_offsets: BTreeSet<i32>,
}

impl<'a> Zones<'a> {
    /// The zones a calendar describes; `default` is as it was around `now`.
    pub(super) fn new(hints: &'a HashMap<String, ZoneHint>, default: TimeZone, now: Timestamp) -> Self {
        let half_a_year = SignedDuration::from_hours(24 * 182);
        let default_offsets = [now, now + half_a_year].map(|at| default.to_offset(at).seconds()).into_iter().collect();
        Self { hints, default, default_offsets }
    }

    /// Reads one value of a property; `floating` is the zone of a time without one.
    pub(super) fn moment(&self, line: &Line, text: &str, floating: &TimeZone) -> Result<Moment, Fault> {
        let fault = Fault::at(line.number);
        let is_day = line.param("VALUE").is_some_and(|kind| kind.eq_ignore_ascii_case("DATE"));
        let id = line.param("TZID").map(str::trim).filter(|id| !id.is_empty() && !is_day);
        let zone = match id {
            Some(id) if text.contains(['T', 't']) => self.find(id).ok_or_else(|| fault("import-timezone"))?,
            _ => floating.clone(),
        };
        match value::moment(text, &zone).map_err(fault)? {
            Moment::Time(local, _) if is_day => Ok(Moment::Day(local.date())),
            moment => Ok(moment),
        }
    }

    /// A zone by its own name, by the place its VTIMEZONE names, or, if that has exactly the offsets of the default
    /// zone, the default zone ("Customized Time Zone" of Outlook).
    fn find(&self, id: &str) -> Option<TimeZone> {
        let hint = || self.hints.get(id);
        let by_place = || zone::find(hint()?.location.as_deref()?);
        let by_offsets = || hint().filter(|hint| hint.offsets == self.default_offsets).map(|_| self.default.clone());
        zone::find(id).or_else(by_place).or_else(by_offsets)
    }
}

/// How long an event lasts.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Lasting {
    /// So many whole days.
    Days(i32),
    /// Exactly so long, whatever the clocks do (`DTEND`).
    Exact(SignedDuration),
    /// So many days by the calendar and so long by the clock (`DURATION`).
    Nominal(Length),
    /// Nobody knows.
    Open,
}

/// Start and length of an event, or of the first of a series.
#[derive(Clone, Debug)]
pub(super) struct Times {
    /// The line of `DTSTART`.
    pub(super) line: usize,
    /// When it starts.
    pub(super) start: Moment,
    /// How long it lasts.
    pub(super) lasting: Lasting,
}

impl Times {
    /// Reads the times of an event; one of a series that names no start starts when it originally did.
    pub(super) fn read(event: &Component, zones: &Zones, original: Option<&Moment>) -> Result<Self, Fault> {
        let (line, start) = match (event.first("DTSTART"), original) {
            (Some(line), _) => (line.number, zones.moment(line, &line.value, &zones.default)?),
            (None, Some(original)) => (event.line, original.clone()),
            (None, None) => return Err(Fault { line: event.line, why: "import-start-missing" }),
        };
        let lasting = lasting(event, zones, &start)?;
        let times = Self { line, start, lasting };
        Ok(if event.is_whole_days() { times.in_whole_days() } else { times })
    }

    /// The zone of the clock times of its series.
    pub(super) fn zone<'z>(&'z self, zones: &'z Zones) -> &'z TimeZone {
        match &self.start {
            Moment::Day(_) => &zones.default,
            Moment::Time(_, zone) => zone,
        }
    }

    /// Writes the times of an occurrence that begins at `start` into `details`.
    pub(super) fn put(
        details: &mut Details,
        start: &Moment,
        lasting: &Lasting,
        zones: &Zones,
    ) -> Result<(), &'static str> {
        const WRONG: &str = "import-date-range";
        let zone = match start {
            Moment::Time(_, zone) if !zone::is_utc(zone) => zone,
            _ => &zones.default,
        };
        zone::name(zone).clone_into(&mut details.timezone);
        details.starts_at = start.instant(zone).ok_or(WRONG)?;
        details.ends_at = end(start, lasting, zone, details.starts_at).ok_or(WRONG)?;
        details.open_end = *lasting == Lasting::Open;
        details.all_day = matches!(start, Moment::Day(_));
        let years = 0..4_102_444_800;
        if !years.contains(&details.starts_at.as_second()) {
            return Err(WRONG);
        }
        if details.ends_at <= details.starts_at {
            return Err("import-end-before-start");
        }
        let longest = SignedDuration::from_hours(400 * 24);
        if details.ends_at.duration_since(details.starts_at) > longest { Err("import-event-long") } else { Ok(()) }
    }

    /// What runs from midnight to midnight becomes days.
    fn in_whole_days(self) -> Self {
        let day = SignedDuration::from_hours(24);
        match (&self.start, &self.lasting) {
            (Moment::Time(local, _), Lasting::Exact(length)) if local.time() == Time::midnight() => {
                // Rounded, because a day may have 23 or 25 hours.
                let days = (length.as_hours() + 12) / day.as_hours();
                let days = i32::try_from(days).unwrap_or(i32::MAX).max(1);
                Self { start: Moment::Day(local.date()), lasting: Lasting::Days(days), ..self }
            }
            _ => self,
        }
    }
}

fn end(start: &Moment, lasting: &Lasting, zone: &TimeZone, starts_at: Timestamp) -> Option<Timestamp> {
    match (start, lasting) {
        (Moment::Day(date), Lasting::Days(days)) => {
            zone::instant(date.checked_add(whole_days(*days)).ok()?.to_datetime(Time::midnight()), zone)
        }
        (Moment::Time(local, zone), Lasting::Nominal(length)) => {
            let after = zone::instant(local.checked_add(whole_days(length.days)).ok()?, zone)?;
            after.checked_add(length.time).ok()
        }
        (_, Lasting::Exact(length)) => starts_at.checked_add(*length).ok(),
        _ => starts_at.checked_add(USUAL_LENGTH).ok(),
    }
}

/// Days of a clock time or a date, which know no zone and so have 24 hours each.
fn whole_days(days: i32) -> SignedDuration {
    SignedDuration::from_hours(24 * i64::from(days))
}

fn lasting(event: &Component, zones: &Zones, start: &Moment) -> Result<Lasting, Fault> {
    if let Some(line) = event.first("DTEND").filter(|line| !line.value.trim().is_empty()) {
        let floating = match start {
            Moment::Time(_, zone) => zone,
            Moment::Day(_) => &zones.default,
        };
        let end = zones.moment(line, &line.value, floating)?;
        return until(start, &end, zones).map_err(Fault::at(line.number));
    }
    if let Some(line) = event.first("DURATION").filter(|line| !line.value.trim().is_empty()) {
        return for_length(start, &line.value).ok_or(Fault { line: line.number, why: "import-duration" });
    }
    Ok(match start {
        Moment::Day(_) => Lasting::Days(1),
        Moment::Time(..) => Lasting::Open,
    })
}

/// How long it is from `start` to `end`, both of which may be days or times.
///
/// Many programs write an end that equals the start: that is one day, or an end that nobody knows.
pub(super) fn until(start: &Moment, end: &Moment, zones: &Zones) -> Result<Lasting, &'static str> {
    const WRONG: &str = "import-end-before-start";
    if let Moment::Day(first) = start {
        let after = end.as_day(&zones.default).ok_or("import-date")?;
        let days = after.duration_since(*first).as_hours() / 24;
        let days = i32::try_from(days).ok().filter(|days| *days >= 0).ok_or(WRONG)?;
        return Ok(Lasting::Days(days.max(1)));
    }
    let instant = |moment: &Moment| moment.instant(&zones.default).ok_or("import-date");
    let length = instant(end)?.duration_since(instant(start)?);
    match length.as_secs() {
        ..0 => Err(WRONG),
        0 => Ok(Lasting::Open),
        _ => Ok(Lasting::Exact(length)),
    }
}

/// A `DURATION` from `start`; `None` if it cannot be read.
pub(super) fn for_length(start: &Moment, text: &str) -> Option<Lasting> {
    let length = value::length(text)?;
    Some(match start {
        Moment::Day(_) => Lasting::Days(length.days.max(1)),
        Moment::Time(..) if length.days == 0 && length.time.is_zero() => Lasting::Open,
        Moment::Time(..) => Lasting::Nominal(length),
    })
}
