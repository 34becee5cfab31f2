//! Tables of dates, as office programs write them (CSV): whatever separator, encoding, headings and way to write a day.

mod bytes;
pub mod column;
pub mod when;

use std::collections::HashMap;

use domain::category::Category;
use domain::event::{Details, Draft, Status, USUAL_LENGTH};
use domain::html::{self, Html};
use domain::import::{Item, Key, Refusal};
use domain::place::{Place, Position};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::ics::place;
use crate::ics::read::{MAX_BYTES, MAX_ITEMS, Options, Reading};
use crate::zone;
use column::Column;
use when::Order;

/// The most columns that are looked at.
const MAX_COLUMNS: usize = 60;
/// The longest cell that is kept, in bytes.
const MAX_CELL: usize = 40_000;
/// The most tags of an event.
const MAX_TAGS: usize = 20;

/// A table as it was read.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// The headings, in the order of the columns.
    pub headings: Vec<String>,
    /// What each column means, as it was guessed or given.
    pub columns: Vec<Option<Column>>,
    /// The cells of the first row beneath the headings, to show what a column holds.
    pub example: Vec<String>,
    /// The events, and what was refused, by line.
    pub reading: Reading,
}

/// Whether a file looks like a table with at least one row beneath its headings.
pub fn is_table(bytes: &[u8]) -> bool {
    let text = bytes::text(bytes.get(..bytes.len().min(8_192)).unwrap_or_default());
    text.lines().filter(|line| !line.trim().is_empty()).count() > 1 && bytes::separator(&text).is_some()
}

/// Reads a table; never fails as a whole. `columns` says what each column means; without it the headings do.
pub fn read(file: &[u8], options: &Options, columns: Option<&[Option<Column>]>) -> Table {
    let mut table = Table::default();
    let mut refuse = |why| table.reading.refusals.push(Refusal { line: 1, what: String::new(), why });
    if file.len() > MAX_BYTES {
        refuse("import-file-large");
        return table;
    }
    let text = bytes::text(file);
    let Some(separator) = bytes::separator(&text) else {
        refuse("import-no-table");
        return table;
    };
    let mut rows = csv::ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes())
        .into_records()
        .map_while(Result::ok)
        .map(|record| {
            let line = record.position().and_then(|at| usize::try_from(at.line()).ok()).unwrap_or(1);
            (line, record.iter().take(MAX_COLUMNS).map(cell).collect::<Vec<String>>())
        })
        .filter(|(_, cells)| cells.iter().any(|cell| !cell.is_empty()));
    let Some((_, headings)) = rows.next() else {
        refuse("import-no-table");
        return table;
    };
    let rows: Vec<(usize, Vec<String>)> = rows.take(MAX_ITEMS + 1).collect();
    table.columns = column::fitting(columns, &headings);
    table.headings = headings;
    table.example = rows.first().map(|(_, cells)| cells.clone()).unwrap_or_default();
    table.reading = Reader::new(options, &table.columns, &table.headings, &rows).read(&rows);
    table
}

/// A cell without what spreadsheets put before it to keep it from being a formula, and of bearable length.
fn cell(text: &str) -> String {
    let text = text.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@'])).unwrap_or(text);
    html::cut(text, MAX_CELL).replace('\0', "")
}

/// Reads rows whose columns are known.
struct Reader<'a> {
    options: &'a Options,
    zone: TimeZone,
    columns: &'a [Option<Column>],
    order: Order,
    /// How many events of a title and a day there were before: the next one is another.
    seen: HashMap<String, usize>,
    reading: Reading,
}

impl<'a> Reader<'a> {
    fn new(
        options: &'a Options,
        columns: &'a [Option<Column>],
        headings: &[String],
        rows: &[(usize, Vec<String>)],
    ) -> Self {
        let is_day = |at: usize| columns.get(at).copied().flatten().is_some_and(Column::is_day);
        let days = rows.iter().flat_map(|(_, cells)| cells.iter().enumerate()).filter(|(at, _)| is_day(*at));
        let order = Order::of(days.map(|(_, cell)| cell.as_str()), column::is_english(headings));
        let zone = zone::find(&options.default_timezone).unwrap_or(TimeZone::UTC);
        Self { options, zone, columns, order, seen: HashMap::new(), reading: Reading::default() }
    }

    fn read(mut self, rows: &[(usize, Vec<String>)]) -> Reading {
        for (line, cells) in rows {
            let row = Row { cells, columns: self.columns };
            if self.reading.items.len() >= MAX_ITEMS {
                self.refuse(*line, &row, "import-items-many");
                break;
            }
            match self.row(&row) {
                Ok(item) => self.reading.items.push(item),
                Err(why) => self.refuse(*line, &row, why),
            }
        }
        self.reading
    }

    fn refuse(&mut self, line: usize, row: &Row, why: &'static str) {
        let what = row.get(Column::Title).unwrap_or_else(|| row.cells.first().map_or("", String::as_str));
        self.reading.refusals.push(Refusal { line, what: html::line(what, 100), why });
    }

    fn row(&mut self, row: &Row) -> Result<Item, &'static str> {
        let name = html::line(row.get(Column::Title).unwrap_or_default(), 200);
        if name.chars().count() < 3 {
            return Err("import-title");
        }
        let mut details = Details::new(name, Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH, zone::name(&self.zone));
        self.put_times(row, &mut details)?;
        put_words(row, &mut details);
        put_place(row, &mut details);
        let details = Draft::new(details).map_err(|_| "import-row")?.details().clone();
        let key = self.key(row, &details);
        Ok(Item { key: Key { uid: key, recurrence: None }, details })
    }

    /// The stable name: its own, else title and day, however the columns are mapped and whatever else the row says. The
    /// second of the same title on the same day is another event.
    fn key(&mut self, row: &Row, details: &Details) -> String {
        if let Some(uid) = row.get(Column::Uid).filter(|uid| uid.len() <= 500) {
            return uid.to_owned();
        }
        let day = details.starts_at.to_zoned(self.zone.clone()).date();
        let title: String = details.name.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
        let base = format!("{day} {title}");
        let nth = self.seen.entry(base.clone()).and_modify(|nth| *nth += 1).or_insert(1);
        if *nth == 1 { base } else { format!("{base} {nth}") }
    }

    fn put_times(&self, row: &Row, details: &mut Details) -> Result<(), &'static str> {
        let reader = when::Reader { zone: &self.zone, now: self.options.now, order: self.order };
        let cells = when::Cells {
            start: row.get(Column::Start),
            time: row.get(Column::Time),
            end: row.get(Column::End),
            end_time: row.get(Column::EndTime),
            doors: row.get(Column::Doors),
            all_day: row.get(Column::AllDay).is_some_and(is_yes),
        };
        let found = reader.read(&cells)?;
        (details.starts_at, details.all_day, details.doors_at) = (found.start, found.all_day, found.doors);
        details.open_end = found.end.is_none();
        details.ends_at = match found.end {
            Some(end) if end <= found.start => return Err("import-end-before-start"),
            Some(end) => end,
            None => found.start.checked_add(USUAL_LENGTH).map_err(|_| "import-date-range")?,
        };
        if details.ends_at.duration_since(details.starts_at) > SignedDuration::from_hours(400 * 24) {
            return Err("import-event-long");
        }
        Ok(())
    }
}

/// One row with the meaning of its columns.
struct Row<'a> {
    cells: &'a [String],
    columns: &'a [Option<Column>],
}

impl Row<'_> {
    /// The first filled cell of a column of that meaning.
    fn get(&self, wanted: Column) -> Option<&str> {
        let cells = self.columns.iter().zip(self.cells);
        cells
            .filter(|(column, _)| **column == Some(wanted))
            .map(|(_, cell)| cell.as_str())
            .find(|cell| !cell.is_empty())
    }

    fn line(&self, wanted: Column) -> Option<String> {
        self.get(wanted).map(|text| html::line(text, 300)).filter(|text| !text.is_empty())
    }
}

fn is_yes(text: &str) -> bool {
    matches!(text.to_lowercase().as_str(), "ja" | "yes" | "true" | "wahr" | "x" | "1" | "ein" | "on")
}

fn put_words(row: &Row, details: &mut Details) {
    if let Some(text) = row.get(Column::Content) {
        let mut max = 30_000;
        details.content = Html::from_text(html::cut(text, max));
        while details.content.as_str().len() > 60_000 && max > 100 {
            max /= 2;
            details.content = Html::from_text(html::cut(text, max));
        }
    }
    details.short = row.line(Column::Short);
    details.price = row.line(Column::Price);
    if details.price.as_deref().is_some_and(|price| matches!(price.to_lowercase().as_str(), "kostenlos" | "free")) {
        (details.price, details.free) = (None, true);
    }
    details.registration = row.line(Column::Registration);
    details.contact = row.line(Column::Contact);
    details.audience = row.line(Column::Audience);
    details.link = row.get(Column::Link).and_then(place::web_address);
    details.online = row.get(Column::Online).and_then(place::web_address);
    details.status = row.get(Column::Status).map_or(Status::Confirmed, status);
    let languages = row.get(Column::Languages).unwrap_or_default().split([',', ' ', ';']).map(str::trim);
    let is_tag =
        |tag: &&str| (2..=35).contains(&tag.len()) && tag.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    details.languages = languages.filter(is_tag).take(10).map(str::to_owned).collect();
    for word in [Column::Category, Column::Tags].into_iter().filter_map(|column| row.get(column)) {
        for word in word.split([',', ';']).map(|word| html::line(word.trim().trim_start_matches('#'), 60)) {
            let theme = column::category(&word);
            if theme.is_some() && details.category.is_none() {
                details.category = theme;
            } else if !word.is_empty() && theme.is_none_or(|theme: Category| details.category != Some(theme)) {
                let room = details.tags.len() < MAX_TAGS && !details.tags.contains(&word);
                details.tags.extend(room.then_some(word));
            }
        }
    }
}

fn status(text: &str) -> Status {
    let text = text.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if has(&["abgesagt", "fällt aus", "cancel", "entfällt"]) {
        Status::Cancelled
    } else if has(&["vorgemerkt", "tentativ", "vorläufig", "unter vorbehalt"]) {
        Status::Tentative
    } else {
        Status::Confirmed
    }
}

fn put_place(row: &Row, details: &mut Details) {
    match row.get(Column::Place).and_then(place::read) {
        Some(place::Location::Place(place)) => details.place = Some(place),
        Some(place::Location::Online(url)) => details.online = details.online.take().or(Some(url)),
        None => {}
    }
    let (street, town) = (row.line(Column::Street), row.line(Column::Town));
    if details.place.is_none() {
        details.place = street.clone().or_else(|| town.clone()).map(Place::named);
    }
    let Some(place) = &mut details.place else { return };
    place.street = street.or(place.street.take());
    place.locality = town.or(place.locality.take());
    place.postal_code = row.get(Column::PostalCode).map(|code| html::line(code, 12)).or(place.postal_code.take());
    let number = |column| row.get(column).and_then(|text| text.replace(',', ".").parse::<f64>().ok());
    place.position = number(Column::Latitude)
        .zip(number(Column::Longitude))
        .and_then(|(latitude, longitude)| Position::new(latitude, longitude));
}

#[cfg(test)]
mod tests;
