//! What the columns of a table mean: by their headings, German or English, of our own tables, Outlook's and Google's.

use domain::category::Category;
use domain::language::Language;
use domain::messages;
use serde::{Deserialize, Serialize};

/// What a column means. The message key is `import-column-NAME`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is said by its name and by its message")]
pub enum Column {
    Title,
    Start,
    Time,
    End,
    EndTime,
    AllDay,
    Doors,
    Place,
    Street,
    PostalCode,
    Town,
    Latitude,
    Longitude,
    Content,
    Short,
    Category,
    Tags,
    Price,
    Registration,
    Contact,
    Audience,
    Languages,
    Link,
    Online,
    Status,
    Uid,
}

/// Each meaning, its name, and the headings that stand for it, in small letters and without signs.
const TABLE: [(Column, &str, &[&str]); 26] = [
    (
        Column::Title,
        "title",
        &["titel", "betreff", "title", "subject", "name", "veranstaltung", "event", "summary", "thema", "was"],
    ),
    (
        Column::Start,
        "start",
        &[
            "beginn",
            "start",
            "datum",
            "date",
            "startdate",
            "beginntam",
            "startdatum",
            "tag",
            "wann",
            "termin",
            "von",
            "anfang",
            "begin",
            "day",
        ],
    ),
    (
        Column::Time,
        "time",
        &["uhrzeit", "zeit", "starttime", "beginntum", "time", "startzeit", "beginnzeit", "startuhrzeit"],
    ),
    (Column::End, "end", &["ende", "end", "enddate", "endetam", "enddatum", "bis"]),
    (Column::EndTime, "end-time", &["endtime", "endetum", "endzeit", "endezeit", "enduhrzeit"]),
    (Column::AllDay, "all-day", &["alldayevent", "ganztagigesereignis", "ganztagig", "allday"]),
    (Column::Doors, "doors", &["einlass", "doors"]),
    (Column::Place, "place", &["ort", "location", "veranstaltungsort", "place", "venue", "wo", "raum"]),
    (Column::Street, "street", &["strasse", "street", "adresse", "address", "anschrift"]),
    (Column::PostalCode, "postal-code", &["plz", "postleitzahl", "zip", "postcode", "postalcode"]),
    (Column::Town, "town", &["stadt", "town", "city", "gemeinde"]),
    (Column::Latitude, "latitude", &["lat", "latitude", "breitengrad", "breite"]),
    (Column::Longitude, "longitude", &["lon", "lng", "longitude", "langengrad", "lange"]),
    (
        Column::Content,
        "content",
        &["beschreibung", "description", "text", "details", "inhalt", "notizen", "bemerkung", "bemerkungen"],
    ),
    (Column::Short, "short", &["kurztext", "kurzbeschreibung", "untertitel", "teaser", "subtitle"]),
    (Column::Category, "category", &["kategorie", "kategorien", "categories", "category", "themen", "rubrik"]),
    (Column::Tags, "tags", &["schlagworte", "schlagworter", "tags", "stichworte", "keywords"]),
    (Column::Price, "price", &["kosten", "preis", "eintritt", "price", "cost", "kostenbeitrag"]),
    (Column::Registration, "registration", &["anmeldung", "registration"]),
    (Column::Contact, "contact", &["kontakt", "ansprechperson", "contact", "ansprechpartner"]),
    (Column::Audience, "audience", &["zielgruppe", "audience", "furwen"]),
    (Column::Languages, "languages", &["sprachen", "sprache", "languages", "language"]),
    (Column::Link, "link", &["url", "link", "webseite", "website", "internet", "homepage"]),
    (Column::Online, "online", &["online", "videokonferenz", "meetinglink"]),
    (Column::Status, "status", &["status", "stattfinden"]),
    (Column::Uid, "uid", &["id", "uid", "kennung"]),
];

impl Column {
    /// Every meaning, in the order of the choice.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|row| row.0)
    }

    /// The name in forms and messages.
    pub fn as_str(self) -> &'static str {
        TABLE.iter().find(|row| row.0 == self).map_or("", |row| row.1)
    }

    /// The meaning of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        TABLE.iter().find(|row| row.1 == name).map(|row| row.0)
    }

    /// Whether its cells hold a day.
    pub(super) fn is_day(self) -> bool {
        matches!(self, Self::Start | Self::End)
    }

    fn of_heading(heading: &str) -> Option<Self> {
        let plain = plain(heading);
        TABLE.iter().find(|row| row.2.contains(&plain.as_str())).map(|row| row.0)
    }
}

/// A heading in small letters, without signs, `ä` as `a`.
fn plain(heading: &str) -> String {
    let small = heading.to_lowercase();
    let folded = small.chars().filter(|c| c.is_alphanumeric()).map(|c| match c {
        'ä' => 'a',
        'ö' => 'o',
        'ü' => 'u',
        other => other,
    });
    folded.collect::<String>().replace('ß', "ss")
}

/// The meanings given, one a heading, or what the headings say; each but the first of its kind means nothing.
pub(super) fn fitting(given: Option<&[Option<Column>]>, headings: &[String]) -> Vec<Option<Column>> {
    let mut columns: Vec<Option<Column>> = match given {
        Some(given) => (0..headings.len()).map(|at| given.get(at).copied().flatten()).collect(),
        None => headings.iter().map(|heading| Column::of_heading(heading)).collect(),
    };
    let mut seen = Vec::new();
    for column in &mut columns {
        if let Some(meaning) = *column {
            if seen.contains(&meaning) {
                *column = None;
            }
            seen.push(meaning);
        }
    }
    columns
}

/// Whether the headings are those of an English program, which puts the month first.
pub(super) fn is_english(headings: &[String]) -> bool {
    headings.iter().any(|heading| matches!(plain(heading).as_str(), "subject" | "startdate" | "starttime"))
}

/// The theme of that name, as shown here in either language.
pub(super) fn category(name: &str) -> Option<Category> {
    let name = name.to_lowercase();
    let is_it = |category: &Category| {
        let key = format!("category-{}", category.slug());
        Language::ALL.into_iter().any(|language| messages::text(language, &key).to_lowercase() == name)
    };
    Category::all().find(is_it).or_else(|| Category::from_slug(&name))
}
