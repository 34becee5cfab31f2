//! A calendar file from outside becomes events, and a list of what was refused and where.

mod entry;

use std::collections::{HashMap, HashSet};

use domain::event::Details;
use domain::import::{Item, Key, Refusal};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::component::{self, Component};
use super::series::{Series, is_series};
use super::times::{Times, Zones};
use super::{Fault, facts};
use crate::recurrence::Window;
use crate::zone;
use entry::Entry;

/// The largest file that is read, in bytes.
pub const MAX_BYTES: usize = 10_000_000;
/// The most events, occurrences counted singly, that one file may bring.
pub const MAX_ITEMS: usize = 10_000;
/// How much text all of them may hold together, in bytes: a series repeats its text.
const MAX_TEXT: usize = 64_000_000;
/// How many days the rules of one file may look at together.
const EFFORT: i64 = 3_000_000;

/// What a reading needs to know.
#[derive(Clone, Debug)]
pub struct Options {
    /// The IANA zone of times that name none; UTC where it is unknown.
    pub default_timezone: String,
    /// The time around which series are told: from 31 days before to 400 days after.
    pub now: Timestamp,
}

/// What a file held.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// What the calendar calls itself (`X-WR-CALNAME`, `NAME`), at most 200 characters.
    pub name: Option<String>,
    /// The events by their starts, each occurrence of a series for itself. Every one passes
    /// `domain::event::Draft::new`.
    pub items: Vec<Item>,
    /// What could not be read.
    pub refusals: Vec<Refusal>,
    /// What was read, but not quite as the file means it.
    pub remarks: Vec<Refusal>,
    /// How many series were left out because no occurrence of theirs is in
    /// the time that is told.
    pub skipped: usize,
}

/// Reads one file; never fails as a whole and never panics.
///
/// Of a series come the occurrences from 31 days before to 400 days after `options.now`, at most 730; of two versions
/// of an event the one with the higher `SEQUENCE`, else the later in the file.
pub fn read(bytes: &[u8], options: &Options) -> Reading {
    let mut reader = Reader::new(options);
    if bytes.len() > MAX_BYTES {
        reader.reading.refusals.push(Refusal { line: 1, what: String::new(), why: "import-file-large" });
        return reader.reading;
    }
    let scan = component::scan(bytes);
    reader.reading.name = scan.name;
    reader.reading.refusals = scan.refusals;
    let zones: Vec<Zones> = scan
        .calendars
        .iter()
        .map(|calendar| {
            // Many programs that know no zone write UTC here; nobody tells times in it.
            let own = calendar.timezone.as_deref().and_then(zone::find).filter(|own| !zone::is_utc(own));
            Zones::new(&calendar.zones, own.unwrap_or_else(|| reader.default.clone()), options.now)
        })
        .collect();
    let mut entries = Vec::new();
    for (calendar, zones) in scan.calendars.iter().zip(&zones) {
        for event in &calendar.events {
            entries.extend(reader.entry(event, zones, calendar.cancels));
        }
    }
    reader.take(&entries);
    reader.reading.items.sort_by_key(|item| item.details.starts_at);
    reader.reading.refusals.sort_by_key(|refusal| refusal.line);
    reader.reading
}

struct Reader {
    default: TimeZone,
    window: Window,
    effort: i64,
    text: usize,
    full: bool,
    /// The original starts of every series, changed ones among them.
    told: HashMap<String, HashSet<Timestamp>>,
    reading: Reading,
}

impl Reader {
    fn new(options: &Options) -> Self {
        let default = zone::find(&options.default_timezone).unwrap_or(TimeZone::UTC);
        let days_from_now =
            |days: i64| options.now.saturating_add(SignedDuration::from_hours(24 * days)).unwrap_or(options.now);
        let date = |at: Timestamp| -> Date { default.to_datetime(at).date() };
        let window = Window { first: date(days_from_now(-31)), last: date(days_from_now(400)) };
        Self {
            default,
            window,
            effort: EFFORT,
            text: 0,
            full: false,
            told: HashMap::new(),
            reading: Reading::default(),
        }
    }

    /// Reads one VEVENT and notes what is wrong with it.
    fn entry<'a>(&mut self, event: &'a Component, zones: &'a Zones<'a>, cancels: bool) -> Option<Entry<'a>> {
        let entry = match Entry::read(event, zones, cancels) {
            Ok(entry) => entry,
            Err(fault) => {
                self.refuse(event, fault);
                return None;
            }
        };
        if let Err(fault) = entry.content {
            self.refuse(event, fault);
        }
        self.remark_on_range(event);
        (entry.content.is_ok() || entry.is_change()).then_some(entry)
    }

    /// Tells events, series and changes apart and turns them into items.
    fn take(&mut self, entries: &[Entry]) {
        let masters = self.newest(entries.iter().filter(|entry| !entry.is_change()), |entry| entry.uid.clone());
        let slot_of = |entry: &Entry| (entry.uid.clone(), entry.original(masters.get(&entry.uid).copied()));
        let changes = self.newest(entries.iter().filter(|entry| entry.is_change()), slot_of);
        let taken: HashSet<&(String, Option<Timestamp>)> = changes.keys().collect();
        let is_newest =
            |newest: Option<&&Entry>, entry: &Entry| newest.is_some_and(|newest| std::ptr::eq(*newest, entry));
        for entry in entries.iter().filter(|entry| !entry.is_change()) {
            if is_newest(masters.get(&entry.uid), entry) {
                self.take_master(entry, &taken);
            }
        }
        for entry in entries.iter().filter(|entry| entry.is_change()) {
            let key = slot_of(entry);
            let series = masters.get(&entry.uid).copied();
            if is_newest(changes.get(&key), entry)
                && !series.is_some_and(|series| self.is_outdated(entry, series, key.1))
            {
                self.take_single(entry, key.1, series);
            }
        }
    }

    /// Whether `entry` changes an occurrence that a later version of its series no longer has.
    fn is_outdated(&self, entry: &Entry, series: &Entry, original: Option<Timestamp>) -> bool {
        let date = original.map(|at| self.default.to_datetime(at).date());
        let told = date.is_some_and(|date| self.window.contains(date));
        let still_there =
            || original.is_some_and(|at| self.told.get(&entry.uid).is_some_and(|starts| starts.contains(&at)));
        series.sequence > entry.sequence && told && !still_there()
    }

    /// The newest version of each; refuses what has the same key and starts at another time.
    fn newest<'e, 'a, K: Eq + std::hash::Hash>(
        &mut self,
        entries: impl Iterator<Item = &'e Entry<'a>>,
        key: impl Fn(&Entry) -> K,
    ) -> HashMap<K, &'e Entry<'a>> {
        let mut newest: HashMap<K, &Entry> = HashMap::new();
        for entry in entries {
            let Some(other) = newest.get(&key(entry)).copied() else {
                newest.insert(key(entry), entry);
                continue;
            };
            let (kept, left) = if entry.sequence >= other.sequence { (entry, other) } else { (other, entry) };
            newest.insert(key(entry), kept);
            if kept.event.word("DTSTART") != left.event.word("DTSTART") && kept.sequence == left.sequence {
                self.refuse(left.event, Fault { line: left.event.line, why: "import-duplicate" });
            }
        }
        newest
    }

    fn take_master(&mut self, entry: &Entry, taken: &HashSet<&(String, Option<Timestamp>)>) {
        let (Ok((details, times)), false) = (&entry.content, self.full) else { return };
        if !is_series(entry.event) {
            return self.take_single(entry, None, None);
        }
        let series = Series { event: entry.event, times, zones: entry.zones };
        let occurrences = match series.told(self.window, &mut self.effort) {
            Ok(occurrences) => occurrences,
            Err(fault) => return self.refuse(entry.event, fault),
        };
        if occurrences.is_empty() {
            self.reading.skipped += 1;
        }
        self.told.insert(entry.uid.clone(), occurrences.keys().copied().collect());
        for (at, occurrence) in occurrences {
            let slot = (entry.uid.clone(), Some(at));
            if taken.contains(&slot) {
                continue;
            }
            let mut details = details.clone();
            if let Err(why) = Times::put(&mut details, &occurrence.start, &occurrence.lasting, entry.zones) {
                return self.refuse(entry.event, Fault { line: times.line, why });
            }
            self.push(entry, Some(at), details);
        }
    }

    /// An event that does not repeat, or a changed one of a series.
    fn take_single(&mut self, entry: &Entry, recurrence: Option<Timestamp>, series: Option<&Entry>) {
        let Ok((details, times)) = &entry.content else { return };
        let mut details = details.clone();
        let unmoved = series.and_then(|series| entry.unmoved(series, recurrence?));
        let (start, lasting) =
            unmoved.as_ref().map_or((&times.start, &times.lasting), |one| (&one.start, &one.lasting));
        if let Err(why) = Times::put(&mut details, start, lasting, entry.zones) {
            return self.refuse(entry.event, Fault { line: times.line, why });
        }
        if series.is_some() {
            if start.date_in(&entry.zones.default).is_some_and(|date| self.window.contains(date)) {
                self.push(entry, recurrence, details);
            }
        } else {
            self.push(entry, recurrence, details);
        }
    }

    fn push(&mut self, entry: &Entry, recurrence: Option<Timestamp>, details: Details) {
        self.text += details.content.as_str().len();
        if self.reading.items.len() < MAX_ITEMS && self.text <= MAX_TEXT {
            let key = Key { uid: entry.uid.clone(), recurrence };
            self.reading.items.push(Item { key, details });
        } else if !self.full {
            self.full = true;
            self.refuse(entry.event, Fault { line: entry.event.line, why: "import-items-many" });
        }
    }

    fn refuse(&mut self, event: &Component, fault: Fault) {
        // Who is told of a private event learns its UID, not its title.
        let what = if fault.why == facts::PRIVATE { event.uid() } else { event.what() };
        self.reading.refusals.push(Refusal { line: fault.line, what, why: fault.why });
    }

    fn remark_on_range(&mut self, event: &Component) {
        let range = event.first("RECURRENCE-ID").filter(|line| line.param("RANGE").is_some());
        if let Some(line) = range {
            self.reading.remarks.push(Refusal { line: line.number, what: event.what(), why: "import-only-once" });
        }
    }
}
