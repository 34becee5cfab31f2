//! The part of an event's form that says how it repeats: by choice, or as a phrase, which wins.

use calendar::holidays::Almanac;
use calendar::phrase;
use calendar::recurrence::Recurrence;
use domain::event::{Details, Draft, State};
use domain::invalid::Invalid;
use domain::land::Land;
use domain::messages::count;
use domain::series::Scope;
use federation::series;
use jiff::civil::{Date, Weekday};
use uuid::Uuid;

use crate::app::App;
use crate::error::PageError;
use crate::forms::{Fields, Form};
use crate::layout::Page;
use crate::visitor::Visitor;

/// The ways to repeat that can be chosen, each with the message of its name.
const CHOICES: [(&str, &str); 7] = [
    ("", "series-never"),
    ("daily", "series-daily"),
    ("weekly", "series-weekly"),
    ("fortnightly", "series-fortnightly"),
    ("weekday", "series-month-weekday"),
    ("monthly", "series-month-day"),
    ("yearly", "series-yearly"),
];

/// What a change of one of a series is about.
const SCOPES: Scopes =
    [("one", "series-scope-one"), ("following", "series-scope-following"), ("all", "series-scope-all")];

/// The answers to what of a series is meant, each with its words.
pub(crate) type Scopes = [(&'static str, &'static str); 3];

/// The answers for an event, if it is one of a series.
pub(crate) async fn scopes(app: &App, event: Uuid) -> Result<Option<Scopes>, PageError> {
    let mut tx = app.instance.store().read().await?;
    let found = storage::series::of_event(&mut tx, event).await?;
    Ok(found.filter(|(series, _)| series.template.state == State::Published).map(|_| SCOPES))
}

/// The fields that make an event a series.
const FIELDS: [&str; 6] = ["phrase", "repeats", "repeats_until", "repeats_except", "no_school", "no_public"];

/// How many of the next dates are shown before it is published.
const SHOWN: usize = 12;

/// This part of the form as the template shows it.
pub(crate) struct Repetition {
    pub(crate) choices: [(&'static str, &'static str); 7],
    pub(crate) lands: Vec<(&'static str, String)>,
    /// Whether the form changes one of a series.
    pub(crate) scopes: Option<Scopes>,
    pub(crate) open: bool,
    /// Why what was typed cannot be.
    pub(crate) why: Option<String>,
    pub(crate) dates: Option<Dates>,
}

/// The next dates, before anything is published.
pub(crate) struct Dates {
    pub(crate) phrase: String,
    pub(crate) days: Vec<String>,
    /// How many more there are within a year, in words.
    pub(crate) more: Option<String>,
}

/// What the form says about repeating.
#[derive(Default)]
pub(crate) struct Typed {
    /// The rule; none for what is on once.
    pub(crate) rule: Option<Recurrence>,
    /// What is wrong.
    pub(crate) invalid: Invalid,
    /// Why, in words that name the part that cannot be.
    pub(crate) why: Option<String>,
}

impl Typed {
    fn wrong(field: &'static str, message: &'static str, why: Option<String>) -> Self {
        Self { rule: None, invalid: Invalid::one(field, message), why }
    }
}

/// Which of a series the form is about; one where it does not say.
pub(crate) fn scope(fields: &Fields) -> Scope {
    Scope::from_name(fields.value("scope")).unwrap_or_default()
}

/// Whether the form asks for the dates instead of being sent.
pub(crate) fn asks(fields: &Fields) -> bool {
    fields.filled("show").is_some()
}

/// Reads how an event repeats that says `details`. `before` is how it did, if it is one of a series: what was not touched
/// stays as it was, whatever words it is shown in.
pub(crate) fn read(
    app: &App,
    visitor: &Visitor,
    fields: &Fields,
    details: &Details,
    before: Option<&Recurrence>,
) -> Typed {
    let home = land(app, fields);
    let start = details.zone().to_datetime(details.starts_at);
    let phrase = fields.filled("phrase");
    let rule = match (phrase, before) {
        (Some(phrase), Some(before)) if phrase == describe(app, visitor, before) => Some(before.clone()),
        (Some(phrase), _) => match Recurrence::parse(phrase, visitor.language, start.date(), home) {
            Ok(rule) => Some(rule),
            Err(problem) => {
                return Typed::wrong("phrase", "series-phrase-unknown", Some(problem.text(visitor.voice())));
            }
        },
        (None, _) => match chosen(fields, start.date(), home) {
            Ok(rule) => rule,
            Err(invalid) => return Typed { invalid, ..Typed::default() },
        },
    };
    let Some(rule) = rule else { return Typed::default() };
    match rule.first(start, Almanac::bundled()) {
        Ok(_) => Typed { rule: Some(rule), ..Typed::default() },
        Err(problem) => Typed::wrong("phrase", "series-impossible", Some(problem.text(visitor.voice()))),
    }
}

/// A rule in the reader's language.
pub(crate) fn describe(app: &App, visitor: &Visitor, rule: &Recurrence) -> String {
    rule.describe(visitor.language, app.instance.settings().land)
}

/// The Land whose holidays are meant: the one that was chosen, else the quarter's.
fn land(app: &App, fields: &Fields) -> Option<Land> {
    fields.filled("land").and_then(|code| code.parse().ok()).or(app.instance.settings().land)
}

/// The rule of the fields to choose from.
fn chosen(fields: &Fields, first: Date, home: Option<Land>) -> Result<Option<Recurrence>, Invalid> {
    let weekday = short(first.weekday());
    let text = match fields.value("repeats") {
        "daily" => "FREQ=DAILY".to_owned(),
        "weekly" => format!("FREQ=WEEKLY;BYDAY={weekday}"),
        "fortnightly" => format!("FREQ=WEEKLY;INTERVAL=2;BYDAY={weekday}"),
        "weekday" => format!("FREQ=MONTHLY;BYDAY={}{weekday}", which(first)),
        "monthly" => format!("FREQ=MONTHLY;BYMONTHDAY={}", first.day()),
        "yearly" => format!("FREQ=YEARLY;BYMONTH={};BYMONTHDAY={}", first.month(), first.day()),
        _ => return Ok(None),
    };
    let mut invalid = Invalid::default();
    let mut rule: Recurrence = text.parse().map_err(|_| Invalid::one("repeats", "series-impossible"))?;
    if let Some(last) = super::event_form::date(fields, "repeats_until", &mut invalid) {
        invalid.unless(last >= first, "repeats_until", "series-until-early");
        rule = rule.ending(last);
    }
    for word in fields.value("repeats_except").split([',', ';', ' ']).filter(|word| !word.is_empty()) {
        match day(word, first) {
            Some(day) => {
                rule.exceptions.left_out.insert(day);
            }
            None => invalid.unless(false, "repeats_except", "series-except-unknown"),
        }
    }
    invalid.unless(
        rule.exceptions.left_out.len() <= calendar::recurrence::MAX_DATES,
        "repeats_except",
        "series-except-many",
    );
    for (field, follows) in [
        ("no_school", Recurrence::not_in_school_holidays as fn(Recurrence, Land) -> Recurrence),
        ("no_public", Recurrence::not_on_public_holidays),
    ] {
        match home {
            Some(land) if fields.checked(field) => rule = follows(rule, land),
            _ => invalid.unless(!fields.checked(field), "land", "series-land-missing"),
        }
    }
    invalid.or(Some(rule))
}

/// A day as people write it: `24.12.`, `24.12.2026`, `2026-12-24`. Without a year it is the next on or after `first`.
fn day(word: &str, first: Date) -> Option<Date> {
    if let Ok(date) = word.parse() {
        return Some(date);
    }
    let mut parts = word.trim_end_matches('.').split('.');
    let (day, month) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    match (parts.next(), parts.next()) {
        (Some(year), None) => Date::new(year.parse().ok().filter(|year| (1970..2100).contains(year))?, month, day).ok(),
        // 29 February comes every four years, or eight.
        (None, _) => (0..9).find_map(|later| {
            Date::new(first.year().checked_add(later)?, month, day).ok().filter(|date| *date >= first)
        }),
        _ => None,
    }
}

/// Which of its weekdays in the month a day is; the fifth is the last.
fn which(date: Date) -> i8 {
    let nth = (date.day() - 1) / 7 + 1;
    if nth == 5 { -1 } else { nth }
}

fn short(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Monday => "MO",
        Weekday::Tuesday => "TU",
        Weekday::Wednesday => "WE",
        Weekday::Thursday => "TH",
        Weekday::Friday => "FR",
        Weekday::Saturday => "SA",
        Weekday::Sunday => "SU",
    }
}

impl Repetition {
    /// As it was typed; `scopes` where one of a series is changed.
    pub(crate) fn of(page: &Page, form: &Form, scopes: bool, (why, dates): (Option<String>, Option<Dates>)) -> Self {
        Self {
            choices: CHOICES,
            lands: Land::ALL.map(|land| (land.code(), page.text(&land.key()))).into(),
            scopes: scopes.then_some(SCOPES),
            open: form.opens(&FIELDS),
            why,
            dates,
        }
    }
}

impl Dates {
    /// The next dates of `rule`, or what is wrong with it. Only the times of `details` count.
    pub(crate) fn of(app: &App, visitor: &Visitor, details: &Details, rule: &Recurrence) -> Result<Self, Invalid> {
        let times = Details::new("Reihe", details.starts_at, details.ends_at, details.timezone.clone());
        let days = series::preview(&app.instance, &Draft::new(times)?, rule);
        let days = days.map_err(|_| Invalid::one("phrase", "series-over"))?;
        let more = days.len().saturating_sub(SHOWN);
        Ok(Self {
            phrase: describe(app, visitor, rule),
            more: (more > 0).then(|| count(visitor.voice(), "series-more", more)),
            days: days.iter().take(SHOWN).map(|day| phrase::date_long(*day, visitor.language)).collect(),
        })
    }
}

/// Fills in how an event of a series repeats.
pub(crate) fn fill(app: &App, visitor: &Visitor, fields: &mut Fields, rule: &Recurrence) {
    fields.set("phrase", describe(app, visitor, rule));
}

/// The Land in a form that was not sent yet.
pub(crate) fn begin(app: &App, fields: &mut Fields) {
    fields.set("land", app.instance.settings().land.map_or("", Land::code));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        text.parse().expect("a date")
    }

    fn typed(fields: &[(&str, &str)]) -> Result<String, Invalid> {
        let mut form = Fields::default();
        for (name, value) in fields {
            form.set(*name, *value);
        }
        let rule = chosen(&form, date("2026-12-01"), Some(Land::NordrheinWestfalen))?;
        Ok(rule.map(|rule| rule.to_string()).unwrap_or_default())
    }

    #[test]
    fn choices_become_rules_that_begin_on_the_day_of_the_form() {
        let rows = [
            ("weekly", "FREQ=WEEKLY;BYDAY=TU"),
            ("fortnightly", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"),
            ("weekday", "FREQ=MONTHLY;BYDAY=1TU"),
            ("monthly", "FREQ=MONTHLY;BYMONTHDAY=1"),
            ("", ""),
            ("hourly", ""),
        ];
        for (choice, rule) in rows {
            assert_eq!(typed(&[("repeats", choice)]).as_deref(), Ok(rule), "{choice}");
        }
        let yearly = typed(&[("repeats", "yearly")]).expect("a rule");
        assert!(yearly.contains("BYMONTH=12") && yearly.contains("BYMONTHDAY=1"), "{yearly}");
        assert_eq!(which(date("2026-12-29")), -1, "the fifth is the last");
    }

    #[test]
    fn days_and_holidays_are_taken_out() {
        let rule = typed(&[("repeats", "weekly"), ("repeats_except", "22.12., 5.1. 2027-02-02"), ("no_school", "yes")]);
        let rule = rule.expect("a rule");
        assert!(rule.contains("X-SCHOOL=DE-NW") && rule.contains("X-NOT=20261222,20270105,20270202"), "{rule}");
        for (field, value, message) in [
            ("repeats_except", "Heiligabend", "series-except-unknown"),
            ("repeats_except", "31.2.", "series-except-unknown"),
            ("repeats_until", "2026-11-30", "series-until-early"),
            ("repeats_until", "bald", "invalid-date"),
        ] {
            let invalid = typed(&[("repeats", "weekly"), (field, value)]).expect_err("a problem");
            assert_eq!(invalid.at(field), Some(message), "{value}");
        }
        let first = date("2026-12-01");
        let mut fields = Fields::default();
        fields.set("repeats", "daily");
        fields.tick("no_public", true);
        assert_eq!(chosen(&fields, first, None).expect_err("a problem").at("land"), Some("series-land-missing"));
        assert_eq!(day("29.2.", first), Some(date("2028-02-29")));
    }
}
