//! Facts about access: in words on a page, and to choose from in a form.

use domain::access::{self, Access, Answer, DOOR, DOORS, FACTS, Fact as Known, MAX_WORDS, Value};
use domain::invalid::Invalid;
use jiff::civil::Date;

use crate::forms::{self, Fields, Form};
use crate::visitor::Visitor;

/// What is known about access, in words.
pub(crate) struct Told {
    pub(crate) known: Vec<Fact>,
    pub(crate) note: Option<String>,
    /// The names of what nobody knows.
    pub(crate) unknown: String,
}

/// One known fact.
pub(crate) struct Fact {
    pub(crate) name: String,
    pub(crate) words: String,
    pub(crate) note: Option<String>,
    /// Who looked, and when.
    pub(crate) checked: Option<String>,
    pub(crate) answer: &'static str,
    pub(crate) sign: &'static str,
}

impl Fact {
    /// All of it on one line: `stufenloser Zugang: ja, Rampe (geprüft 03/2026)`.
    pub(crate) fn line(&self) -> String {
        let note = self.note.as_ref().map(|note| format!(", {note}")).unwrap_or_default();
        let checked = self.checked.as_ref().map(|checked| format!(" ({checked})")).unwrap_or_default();
        format!("{}: {}{note}{checked}", self.name, self.words)
    }
}

/// Says what is known `today`, and names what is not.
pub(crate) fn tell(visitor: &Visitor, access: &Access, note: Option<&String>, today: Date) -> Told {
    let known = |(key, fact): (&str, &Known)| {
        let (answer, sign) = match fact.value {
            Value::Answer(Answer::Yes) => ("yes", "✓"),
            Value::Answer(Answer::Partly) => ("partly", "~"),
            Value::Answer(Answer::No) => ("no", "✗"),
            Value::Centimetres(_) => ("width", "↔"),
        };
        let (name, words) = (access::name(visitor.voice(), key), fact.words(visitor.voice()));
        Fact { name, words, note: fact.note.clone(), checked: checked(visitor, fact, today), answer, sign }
    };
    let unknown = FACTS.into_iter().filter(|key| access.get(key).is_none());
    let unknown: Vec<String> = unknown.map(|key| access::name(visitor.voice(), key)).collect();
    Told { known: access.known().map(known).collect(), note: note.cloned(), unknown: unknown.join(", ") }
}

/// `geprüft 03/2026 durch Seniorenbeirat`; what is old says „zuletzt“.
fn checked(visitor: &Visitor, fact: &Known, today: Date) -> Option<String> {
    let when = fact.checked_on.map(|on| on.strftime("%m/%Y").to_string());
    let key = match (&when, &fact.checked_by, fact.is_stale(today)) {
        (None, None, _) => return None,
        (None, Some(_), _) => "access-checked-who",
        (Some(_), None, false) => "access-checked",
        (Some(_), Some(_), false) => "access-checked-by",
        (Some(_), None, true) => "access-stale",
        (Some(_), Some(_), true) => "access-stale-by",
    };
    let (when, who) = (when.unwrap_or_default(), fact.checked_by.clone().unwrap_or_default());
    Some(visitor.text_with(key, &[("when", &when), ("who", &who)]))
}

/// The part of a form that asks about access.
pub(crate) struct Choices {
    pub(crate) facts: Vec<Choice>,
    /// What no answer means here; the message key.
    pub(crate) none: &'static str,
    pub(crate) answers: [(&'static str, String); 3],
    /// Whether it asks who looked.
    pub(crate) dated: bool,
    /// Whether something is filled in, so that it must be shown.
    pub(crate) open: bool,
}

/// One fact that is asked for.
pub(crate) struct Choice {
    /// The names of its field, and of the one for its note.
    pub(crate) field: String,
    pub(crate) note: String,
    pub(crate) label: String,
    /// The label of its note.
    pub(crate) about: String,
    /// Whether a width is asked for and no answer.
    pub(crate) wide: bool,
}

impl Choices {
    /// What is asked of an initiative.
    pub(crate) fn of(visitor: &Visitor, form: &Form) -> Self {
        let fact = |key: &str| {
            let label = access::name(visitor.voice(), key);
            let about = visitor.text_with("access-word", &[("fact", &label)]);
            Choice { field: field(key), note: note(key), label, about, wide: key == DOOR }
        };
        let facts = FACTS.map(fact);
        let answer = |answer: Answer| (answer.as_str(), visitor.text(&format!("access-answer-{}", answer.as_str())));
        let names: Vec<&str> =
            facts.iter().flat_map(|fact| [&*fact.field, &*fact.note]).chain(["access_note"]).collect();
        Self {
            open: form.opens(&names),
            answers: [Answer::Yes, Answer::Partly, Answer::No].map(answer),
            none: "access-answer-unknown",
            dated: false,
            facts: facts.into(),
        }
    }

    /// What is asked of an event, which has the facts of its place where it says no others.
    pub(crate) fn of_event(visitor: &Visitor, form: &Form) -> Self {
        Self { none: "access-answer-inherit", ..Self::of(visitor, form) }
    }

    /// What is asked of a place: with a note to each fact, and who looked when.
    pub(crate) fn of_place(visitor: &Visitor, form: &Form) -> Self {
        Self { dated: true, open: true, ..Self::of(visitor, form) }
    }
}

fn field(key: &str) -> String {
    format!("access_{key}")
}

fn note(key: &str) -> String {
    format!("access_note_{key}")
}

/// What was typed about access, over what was known. What did not change keeps who looked and when.
pub(crate) fn read(fields: &Fields, base: &Access, invalid: &mut Invalid) -> Access {
    let facts = FACTS.into_iter().filter_map(|key| {
        let value = if key == DOOR {
            width(fields, invalid).map(Value::Centimetres)
        } else {
            Answer::from_name(fields.value(&field(key))).map(Value::Answer)
        };
        let kept = base.get(key).filter(|kept| Some(kept.value) == value).cloned();
        Some((key.to_owned(), kept.or(value.map(Known::from))?))
    });
    facts.collect()
}

/// As [`read`], of a form that also asks for notes and who looked.
pub(crate) fn read_dated(fields: &Fields, base: &Access, today: Date, invalid: &mut Invalid) -> Access {
    let on = forms_date(fields, today, invalid);
    let line = |name: &str| Some(forms::line(fields.value(name), MAX_WORDS)).filter(|words| !words.is_empty());
    let by = line("access_checked_by");
    let all = fields.checked("access_checked_all");
    let access = read(fields, base, invalid);
    let fact = |(key, fact): (&str, &Known)| {
        let mut fact = Known { note: line(&note(key)), ..fact.clone() };
        let same = base.get(key).is_some_and(|kept| kept.value == fact.value && kept.note == fact.note);
        if !same || all {
            (fact.checked_on, fact.checked_by) = (on, by.clone());
        }
        (key.to_owned(), fact)
    };
    access.known().map(fact).collect()
}

/// The day somebody looked, which is not in the future.
fn forms_date(fields: &Fields, today: Date, invalid: &mut Invalid) -> Option<Date> {
    let on: Option<Date> = fields.filled("access_checked_on")?.parse().ok();
    let on = on.filter(|on| on.year() >= 1990 && *on <= today);
    invalid.unless(on.is_some(), "access_checked_on", "invalid-date");
    on
}

fn width(fields: &Fields, invalid: &mut Invalid) -> Option<u16> {
    let typed = fields.filled("access_door_cm")?;
    let width = typed.trim_end_matches("cm").trim().parse().ok().filter(|width| DOORS.contains(width));
    invalid.unless(width.is_some(), "access_door_cm", "access-width-wrong");
    width
}

/// Fills in what is known.
pub(crate) fn fill(fields: &mut Fields, access: &Access) {
    for (key, fact) in access.known() {
        let value = match fact.value {
            Value::Answer(answer) => answer.as_str().to_owned(),
            Value::Centimetres(width) => width.to_string(),
        };
        fields.set(field(key), value);
        fields.set(note(key), fact.note.as_deref().unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn typed(fields: &[(&str, &str)]) -> Fields {
        let mut typed = Fields::default();
        for (name, value) in fields {
            typed.set(*name, *value);
        }
        typed
    }

    #[test]
    fn only_what_changed_gets_the_new_date() {
        let (today, mut invalid) = (date(2026, 11, 23), Invalid::default());
        let first = typed(&[
            ("access_step_free", "yes"),
            ("access_note_step_free", "Rampe"),
            ("access_door_cm", "90 cm"),
            ("access_lift", "perhaps"),
            ("access_checked_on", "2024-03-05"),
            ("access_checked_by", "Seniorenbeirat"),
        ]);
        let known = read_dated(&first, &Access::new(), today, &mut invalid);
        assert_eq!((known.door_cm(), known.answer("lift")), (Some(90), None), "what is no answer is unknown");
        let ramp = known.get("step_free").expect("a fact");
        assert_eq!((ramp.note.as_deref(), ramp.checked_on), (Some("Rampe"), Some(date(2024, 3, 5))));

        let mut second = Fields::default();
        fill(&mut second, &known);
        second.set("access_door_cm", "80");
        second.set("access_checked_on", "2026-11-01");
        let again = read_dated(&second, &known, today, &mut invalid);
        assert_eq!(again.get("step_free"), known.get("step_free"));
        let door = again.get("door_cm").expect("a fact");
        assert_eq!((door.checked_on, door.checked_by.as_deref()), (Some(date(2026, 11, 1)), None));
        second.set("access_checked_all", "yes");
        let all = read_dated(&second, &known, today, &mut invalid);
        assert_eq!(all.get("step_free").and_then(|fact| fact.checked_on), Some(date(2026, 11, 1)));
        assert!(invalid.problems.is_empty());
    }

    #[test]
    fn a_width_that_cannot_be_and_a_day_to_come_are_refused() {
        for (field, value) in
            [("access_door_cm", "9"), ("access_door_cm", "breit"), ("access_checked_on", "2026-11-24")]
        {
            let mut invalid = Invalid::default();
            read_dated(&typed(&[(field, value)]), &Access::new(), date(2026, 11, 23), &mut invalid);
            assert!(
                invalid.at(if field == "access_door_cm" { "access_door_cm" } else { "access_checked_on" }).is_some()
            );
        }
    }
}
