//! A series in words: `jeden 1. Dienstag im Monat außer in den Schulferien`.

mod exceptions;
mod names;

use domain::land::Land;
use domain::language::Language;
use domain::messages::{text, text_with};

use super::rule::{Frequency, Rule, WORKDAYS};
use super::{Recurrence, Weeks};

/// A part of a series that its first words may say.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Said {
    Months,
    MonthDays,
    Weekdays,
    Positions,
    Weeks,
}

/// The first words, and what they said.
type Head = (String, &'static [Said]);

impl Recurrence {
    /// The series in words, which [`Recurrence::parse`] understands. Holidays of another Land than `home` name it.
    pub fn describe(&self, language: Language, home: Option<Land>) -> String {
        let (head, said) = self.head(language);
        let mut line = [vec![head], self.limits(language, said)].concat().join(", ");
        if let Some(until) = self.until() {
            let day = crate::phrase::date(until, language);
            line = text_with(language, "recurrence-until", &[("line", &line), ("day", &day)]);
        }
        exceptions::add(self, line, language, home)
    }

    /// How often, and on which days.
    fn head(&self, language: Language) -> Head {
        let rule = &self.rule;
        match rule.frequency {
            Frequency::Daily => (every(rule, language), &[]),
            Frequency::Weekly => self.weekly(language),
            Frequency::Monthly => monthly(rule, language),
            Frequency::Yearly => yearly(rule, language),
        }
    }

    fn weekly(&self, language: Language) -> Head {
        let (rule, days) = (&self.rule, names::weekdays_habitual(&self.rule.weekdays, language));
        let fortnight = self.exceptions.weeks.filter(|_| rule.interval == 1).map(|weeks| match weeks {
            Weeks::Even => "recurrence-even",
            Weeks::Odd => "recurrence-odd",
        });
        let line = match (fortnight, rule.weekdays.as_slice()) {
            (Some(key), []) => text(language, key),
            (Some(key), _) => text_with(language, &format!("{key}-on"), &[("days", &days)]),
            (None, []) => every(rule, language),
            (None, [(_, day)]) if rule.interval == 1 => {
                text_with(language, "recurrence-weekly-on", &[("day", &names::weekday(*day, language))])
            }
            (None, _) if rule.interval == 1 => text_with(language, "recurrence-weekly-on-several", &[("days", &days)]),
            (None, _) => {
                text_with(language, "recurrence-weeks-on", &[("every", &every(rule, language)), ("days", &days)])
            }
        };
        (line, if fortnight.is_some() { &[Said::Weekdays, Said::Weeks] } else { &[Said::Weekdays] })
    }

    /// What narrows the rule beyond its first words.
    fn limits(&self, language: Language, said: &[Said]) -> Vec<String> {
        let rule = &self.rule;
        let mut limits = Vec::new();
        let mut limit = |key: &str, name: &'static str, value: String| {
            limits.push(text_with(language, key, &[(name, &value)]));
        };
        let ordinals = |numbers: &[i16]| names::list(&names::ordinals(numbers, language), language);
        if !said.contains(&Said::Months) && !rule.months.is_empty() && !exceptions::are_shorter(rule) {
            limit("recurrence-only-months", "months", names::months(&rule.months, language));
        }
        if !said.contains(&Said::MonthDays) && !rule.month_days.is_empty() {
            limit("recurrence-only-dates", "days", names::month_days(&rule.month_days, language));
        }
        if !rule.year_days.is_empty() {
            limit("recurrence-only-year-days", "days", ordinals(&rule.year_days));
        }
        if !rule.weeks.is_empty() {
            limit("recurrence-only-weeks", "weeks", names::week_numbers(&rule.weeks, language));
        }
        if !said.contains(&Said::Weekdays) && !rule.weekdays.is_empty() {
            let habitual = rule.weekdays.iter().all(|(nth, _)| *nth == 0);
            let key = if habitual { "recurrence-only-weekdays" } else { "recurrence-only-nth" };
            let days = if habitual { names::weekdays_habitual } else { names::weekdays_numbered };
            limit(key, "days", days(&rule.weekdays, language));
        }
        if !said.contains(&Said::Positions) && !rule.positions.is_empty() {
            limit("recurrence-only-positions", "days", ordinals(&rule.positions));
        }
        if let Some(weeks) = self.exceptions.weeks.filter(|_| !said.contains(&Said::Weeks)) {
            let key = if weeks == Weeks::Even { "recurrence-only-even" } else { "recurrence-only-odd" };
            limits.push(text(language, key));
        }
        if let Some(count) = rule.count {
            limits.push(text_with(language, "recurrence-count", &[("count", &count.to_string())]));
        }
        limits
    }
}

/// `täglich`, `alle zwei Wochen`.
fn every(rule: &Rule, language: Language) -> String {
    let (one, several) = match rule.frequency {
        Frequency::Daily => ("recurrence-daily", "recurrence-days"),
        Frequency::Weekly => ("recurrence-weekly", "recurrence-weeks"),
        Frequency::Monthly => ("recurrence-monthly", "recurrence-months"),
        Frequency::Yearly => ("recurrence-yearly", "recurrence-years"),
    };
    if rule.interval == 1 {
        return text(language, one);
    }
    text_with(language, several, &[("count", &names::number(rule.interval, language))])
}

/// `jeden 1. Dienstag im Monat`, `am 15. jedes Monats`, `jeden letzten Werktag im Monat`.
fn monthly(rule: &Rule, language: Language) -> Head {
    let working = rule.weekdays == WORKDAYS.map(|day| (0, day)) && !rule.positions.is_empty();
    let numbered = !rule.weekdays.is_empty() && rule.weekdays.iter().all(|(nth, _)| *nth != 0);
    let (days, said): Head = if working && rule.month_days.is_empty() {
        let days = names::workdays(&rule.positions, language);
        (days, &[Said::Weekdays, Said::Positions])
    } else if numbered {
        (names::weekdays_numbered(&rule.weekdays, language), &[Said::Weekdays])
    } else if rule.month_days.is_empty() {
        return (every(rule, language), &[]);
    } else {
        (names::month_days(&rule.month_days, language), &[Said::MonthDays])
    };
    let line = match (rule.interval, said == [Said::MonthDays]) {
        (1, false) => text_with(language, "recurrence-monthly-on", &[("days", &days)]),
        (1, true) => text_with(language, "recurrence-monthly-dates", &[("days", &days)]),
        _ => text_with(language, "recurrence-months-on", &[("every", &every(rule, language)), ("days", &days)]),
    };
    (line, said)
}

/// `jährlich am 6. Dezember`, `jährlich am 2. Sonntag im Mai`.
fn yearly(rule: &Rule, language: Language) -> Head {
    let every = every(rule, language);
    let key = |one: &'static str, several: &'static str| if rule.interval == 1 { one } else { several };
    let simple = rule.month_days.iter().all(|day| *day > 0);
    if let ([month], false, true) = (rule.months.as_slice(), rule.month_days.is_empty(), simple) {
        let days = names::list(&names::ordinals(&rule.month_days, language), language);
        let values = [("every", every.as_str()), ("days", &days), ("month", &names::month(*month, language))];
        let said = &[Said::Months, Said::MonthDays];
        return (text_with(language, key("recurrence-yearly-dates", "recurrence-years-dates"), &values), said);
    }
    let numbered = !rule.weekdays.is_empty() && rule.weekdays.iter().all(|(nth, _)| *nth != 0);
    if numbered && !rule.months.is_empty() {
        let days = names::weekdays_numbered(&rule.weekdays, language);
        let values = [("every", every.as_str()), ("days", &days), ("months", &names::months(&rule.months, language))];
        let said = &[Said::Months, Said::Weekdays];
        return (text_with(language, key("recurrence-yearly-on", "recurrence-years-on"), &values), said);
    }
    (every, &[])
}
