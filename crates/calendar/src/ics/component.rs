//! The calendars and events of a file, found without building a tree that a stranger could make deep.

use std::collections::{BTreeSet, HashMap};

use domain::html;
use domain::import::Refusal;

use super::line::{Line, lines};
use super::value;

/// The most events of one file that are read.
pub(super) const MAX_EVENTS: usize = 10_000;
/// The most time zones of one calendar that are remembered.
const MAX_ZONES: usize = 500;

/// The properties of an event that mean something here. Alarms and attachments are not among them.
const KEPT: [&str; 21] = [
    "CATEGORIES",
    "CLASS",
    "CONFERENCE",
    "CONTACT",
    "DESCRIPTION",
    "DTEND",
    "DTSTART",
    "DURATION",
    "EXDATE",
    "EXRULE",
    "GEO",
    "LOCATION",
    "RDATE",
    "RECURRENCE-ID",
    "RRULE",
    "SEQUENCE",
    "STATUS",
    "SUMMARY",
    "UID",
    "URL",
    "X-ALT-DESC",
];
/// How Exchange marks whole days that it writes as times.
const WHOLE_DAYS: &str = "X-MICROSOFT-CDO-ALLDAYEVENT";

/// One VEVENT.
#[derive(Debug)]
pub(super) struct Component {
    /// The line of its `BEGIN`.
    pub(super) line: usize,
    properties: Vec<Line>,
}

impl Component {
    /// The first property of that name.
    pub(super) fn first(&self, name: &str) -> Option<&Line> {
        self.all(name).next()
    }

    /// Every property of that name.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &Line> {
        self.properties.iter().filter(move |line| line.name == name)
    }

    /// The trimmed value of the first property of that name, in capitals.
    pub(super) fn word(&self, name: &str) -> String {
        self.first(name).map(|line| line.value.trim().to_ascii_uppercase()).unwrap_or_default()
    }

    /// Whether Exchange calls it a matter of whole days.
    pub(super) fn is_whole_days(&self) -> bool {
        self.word(WHOLE_DAYS) == "TRUE"
    }

    /// The title, or else the UID, for people who look for it.
    pub(super) fn what(&self) -> String {
        let title = self.first("SUMMARY").map(|line| html::line(&value::text(&line.value), 120));
        title.filter(|title| !title.is_empty()).unwrap_or_else(|| self.uid())
    }

    /// The UID for people who look for it; empty if there is none.
    pub(super) fn uid(&self) -> String {
        self.first("UID").map(|line| html::line(&line.value, 120)).unwrap_or_default()
    }
}

/// What a VTIMEZONE tells about a name that nobody knows.
#[derive(Debug, Default)]
pub(super) struct ZoneHint {
    name: String,
    /// `X-LIC-LOCATION`.
    pub(super) location: Option<String>,
    /// Its offsets from UTC in seconds, the first few.
    pub(super) offsets: BTreeSet<i32>,
}

/// One VCALENDAR.
#[derive(Debug, Default)]
pub(super) struct Calendar {
    /// Whether it cancels what it holds (`METHOD:CANCEL`).
    pub(super) cancels: bool,
    /// Its `X-WR-TIMEZONE`.
    pub(super) timezone: Option<String>,
    /// Its time zones by their ids.
    pub(super) zones: HashMap<String, ZoneHint>,
    /// Its events in their order.
    pub(super) events: Vec<Component>,
}

/// Everything of a file that means something here.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// The calendars that hold events.
    pub(super) calendars: Vec<Calendar>,
    /// What the first calendar with a name calls itself.
    pub(super) name: Option<String>,
    /// What was refused already.
    pub(super) refusals: Vec<Refusal>,
    found_any: bool,
    events: usize,
    calendar: Calendar,
    event: Option<Component>,
    zone: Option<ZoneHint>,
    /// How many components inside the event are open.
    inner: usize,
}

/// Finds the calendars of a file.
pub(super) fn scan(bytes: &[u8]) -> Scan {
    let mut scan = Scan::default();
    for line in lines(bytes) {
        match line.name.as_str() {
            "BEGIN" => scan.begin(&line),
            "END" => scan.end(&line),
            _ => scan.property(line),
        }
        if scan.events > MAX_EVENTS {
            break;
        }
    }
    scan.close_calendar();
    if !scan.found_any {
        scan.refusals.push(Refusal { line: 1, what: String::new(), why: "import-no-calendar" });
    }
    scan
}

impl Scan {
    fn begin(&mut self, line: &Line) {
        match line.value.trim().to_ascii_uppercase().as_str() {
            "VCALENDAR" => {
                self.close_calendar();
                self.found_any = true;
            }
            "VEVENT" => self.begin_event(line.number),
            "VTIMEZONE" if self.event.is_none() => self.zone = Some(ZoneHint::default()),
            _ => self.inner = self.inner.saturating_add(1),
        }
    }

    fn begin_event(&mut self, line: usize) {
        self.abandon_event();
        self.found_any = true;
        self.events += 1;
        if self.events > MAX_EVENTS {
            self.refusals.push(Refusal { line, what: String::new(), why: "import-events-many" });
            return;
        }
        self.zone = None;
        self.inner = 0;
        self.event = Some(Component { line, properties: Vec::new() });
    }

    fn end(&mut self, line: &Line) {
        match line.value.trim().to_ascii_uppercase().as_str() {
            "VCALENDAR" => self.close_calendar(),
            "VEVENT" => self.calendar.events.extend(self.event.take()),
            "VTIMEZONE" => self.close_zone(),
            _ => self.inner = self.inner.saturating_sub(1),
        }
    }

    fn property(&mut self, line: Line) {
        if let Some(event) = &mut self.event {
            if self.inner == 0 && (KEPT.contains(&line.name.as_str()) || line.name == WHOLE_DAYS) {
                event.properties.push(line);
            }
        } else if let Some(zone) = &mut self.zone {
            zone.note(&line);
        } else if self.inner == 0 {
            self.calendar_property(&line);
        }
    }

    fn calendar_property(&mut self, line: &Line) {
        match line.name.as_str() {
            "METHOD" => self.calendar.cancels = line.value.trim().eq_ignore_ascii_case("CANCEL"),
            "X-WR-TIMEZONE" => self.calendar.timezone = Some(line.value.trim().to_owned()),
            "X-WR-CALNAME" | "NAME" if self.name.is_none() => {
                self.name = Some(html::line(&value::text(&line.value), 200)).filter(|name| !name.is_empty());
            }
            _ => {}
        }
    }

    fn close_zone(&mut self) {
        if let Some(zone) = self.zone.take()
            && self.calendar.zones.len() < MAX_ZONES
        {
            self.calendar.zones.insert(zone.name.clone(), zone);
        }
        self.inner = 0;
    }

    fn close_calendar(&mut self) {
        self.abandon_event();
        self.zone = None;
        self.inner = 0;
        let calendar = std::mem::take(&mut self.calendar);
        if !calendar.events.is_empty() {
            self.calendars.push(calendar);
        }
    }

    fn abandon_event(&mut self) {
        if let Some(event) = self.event.take() {
            self.refusals.push(Refusal { line: event.line, what: event.what(), why: "import-unfinished" });
        }
    }
}

impl ZoneHint {
    fn note(&mut self, line: &Line) {
        match line.name.as_str() {
            "TZID" => self.name = line.value.trim().chars().take(200).collect(),
            "X-LIC-LOCATION" => self.location = Some(line.value.trim().to_owned()),
            "TZOFFSETTO" if self.offsets.len() < 8 => self.offsets.extend(value::offset(&line.value)),
            _ => {}
        }
    }
}
