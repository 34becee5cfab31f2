//! Facts about access. What nobody looked at is unknown, never "no".

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::messages::{text, text_with};
use crate::voice::Voice;

/// What is known about one kind of access.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// It is so.
    Yes,
    /// In part; the note says how.
    Partly,
    /// It is not so.
    No,
}

impl Answer {
    /// The name in forms and in the database; the message key is `access-answer-NAME`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::Partly => "partly",
            Self::No => "no",
        }
    }

    /// The answer of that name; anything else is unknown.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Yes, Self::Partly, Self::No].into_iter().find(|answer| answer.as_str() == name)
    }
}

/// The facts asked for, by their keys; the message key is `access-KEY` with `-` for `_`.
pub const FACTS: [&str; 17] = [
    "step_free",
    DOOR,
    "toilet",
    "lift",
    "parking",
    "hearing_loop",
    "sign_language",
    "subtitles",
    "plain_language",
    "tactile",
    "assistance_dog",
    "quiet",
    "seating",
    "companion",
    "pickup",
    "smoke_free",
    "stroller",
];

/// The fact that is a width in centimetres; every other one is an answer.
pub const DOOR: &str = "door_cm";
/// The widths of doors that can be true, in centimetres.
pub const DOORS: std::ops::RangeInclusive<u16> = 30..=1000;
/// The longest note beside a fact, and the longest name of who looked, in letters.
pub const MAX_WORDS: usize = 200;
/// After how many months a fact is told with when somebody last looked.
const FRESH_MONTHS: i32 = 24;

/// What a fact says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// Whether it is so.
    Answer(Answer),
    /// How wide it is.
    Centimetres(u16),
}

/// One fact: what is so, and who looked when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What is so.
    pub value: Value,
    /// A few words about it: `Rampe am Seiteneingang`.
    pub note: Option<String>,
    /// When somebody last looked.
    pub checked_on: Option<Date>,
    /// Who looked: a person in their role, or a group.
    pub checked_by: Option<String>,
}

impl Fact {
    /// The answer; `None` for a width.
    pub fn answer(&self) -> Option<Answer> {
        match self.value {
            Value::Answer(answer) => Some(answer),
            Value::Centimetres(_) => None,
        }
    }

    /// Whether somebody looked, but too long ago to rely on it.
    pub fn is_stale(&self, today: Date) -> bool {
        self.checked_on.is_some_and(|on| on.saturating_add(FRESH_MONTHS.months()) < today)
    }

    /// `ja`, or `90 cm`.
    pub fn words(&self, voice: impl Into<Voice>) -> String {
        match self.value {
            Value::Answer(answer) => text(voice, &format!("access-answer-{}", answer.as_str())),
            Value::Centimetres(width) => text_with(voice, "access-centimetres", &[("width", &width.to_string())]),
        }
    }
}

impl From<Answer> for Fact {
    fn from(answer: Answer) -> Self {
        Value::Answer(answer).into()
    }
}

impl From<Value> for Fact {
    fn from(value: Value) -> Self {
        Self { value, note: None, checked_on: None, checked_by: None }
    }
}

/// The known facts of a place or an event. A key that is not there is unknown.
///
/// Written into its owner by `#[serde(flatten)]`: as `access`, which holds the bare answers as it always did, and
/// `access_checked`, which a server of the last release passes over.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub struct Access(BTreeMap<String, Fact>);

impl Access {
    /// Nothing is known.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The fact of that key.
    pub fn get(&self, key: &str) -> Option<&Fact> {
        self.0.get(key)
    }

    /// The answer of that key; `None` where it is unknown.
    pub fn answer(&self, key: &str) -> Option<Answer> {
        self.get(key)?.answer()
    }

    /// How wide the narrowest door is, in centimetres.
    pub fn door_cm(&self) -> Option<u16> {
        match self.get(DOOR)?.value {
            Value::Centimetres(width) => Some(width),
            Value::Answer(_) => None,
        }
    }

    /// Notes a fact.
    pub fn insert(&mut self, key: String, fact: impl Into<Fact>) {
        self.0.insert(key, fact.into());
    }

    /// The known facts in the order of [`FACTS`].
    pub fn known(&self) -> impl Iterator<Item = (&'static str, &Fact)> {
        FACTS.into_iter().filter_map(|key| Some((key, self.get(key)?)))
    }

    /// The bare answers by their keys, for lists that say no more.
    pub fn answers(&self) -> BTreeMap<&str, Answer> {
        self.0.iter().filter_map(|(key, fact)| Some((key.as_str(), fact.answer()?))).collect()
    }

    /// These facts, where `nearer` says nothing else: an event knows better than its place.
    #[must_use]
    pub fn overridden_by(&self, nearer: &Self) -> Self {
        let mut all = self.clone();
        all.0.extend(nearer.0.iter().map(|(key, fact)| (key.clone(), fact.clone())));
        all
    }

    /// `stufenloser Zugang: ja (Rampe am Seiteneingang)`, one for each known fact.
    pub fn lines(&self, voice: impl Into<Voice>) -> Vec<String> {
        let voice = voice.into();
        let line = |(key, fact): (&str, &Fact)| {
            let note = fact.note.as_ref().map(|note| format!(" ({note})")).unwrap_or_default();
            format!("{}: {}{note}", name(voice, key), fact.words(voice))
        };
        self.known().map(line).collect()
    }
}

impl<F: Into<Fact>> Extend<(String, F)> for Access {
    fn extend<I: IntoIterator<Item = (String, F)>>(&mut self, facts: I) {
        self.0.extend(facts.into_iter().map(|(key, fact)| (key, fact.into())));
    }
}

impl<F: Into<Fact>> FromIterator<(String, F)> for Access {
    fn from_iter<I: IntoIterator<Item = (String, F)>>(facts: I) -> Self {
        let mut access = Self::new();
        access.extend(facts);
        access
    }
}

impl<F: Into<Fact>, const N: usize> From<[(String, F); N]> for Access {
    fn from(facts: [(String, F); N]) -> Self {
        facts.into_iter().collect()
    }
}

/// What people call a fact.
pub fn name(voice: impl Into<Voice>, key: &str) -> String {
    text(voice, &format!("access-{}", key.replace('_', "-")))
}

/// As it is kept: answers and all else apart.
#[derive(Serialize, Deserialize)]
struct Written {
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    access: BTreeMap<String, Answer>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    access_checked: BTreeMap<String, Checked>,
}

/// What is kept of a fact beside its answer.
#[derive(Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Checked {
    #[serde(skip_serializing_if = "Option::is_none")]
    cm: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    on: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
}

impl From<Written> for Access {
    fn from(written: Written) -> Self {
        let mut access: Self = written.access.into_iter().collect();
        for (key, checked) in written.access_checked {
            let known = access.0.remove(&key).map(|fact| fact.value);
            if let Some(value) = known.or(checked.cm.map(Value::Centimetres)) {
                let (checked_on, checked_by) = (checked.on, checked.by);
                access.insert(key, Fact { value, note: checked.note, checked_on, checked_by });
            }
        }
        access
    }
}

impl From<Access> for Written {
    fn from(access: Access) -> Self {
        let mut written = Self { access: BTreeMap::new(), access_checked: BTreeMap::new() };
        for (key, fact) in access.0 {
            let cm = match fact.value {
                Value::Centimetres(width) => Some(width),
                Value::Answer(answer) => {
                    written.access.insert(key.clone(), answer);
                    None
                }
            };
            let checked = Checked { cm, note: fact.note, on: fact.checked_on, by: fact.checked_by };
            if checked != Checked::default() {
                written.access_checked.insert(key, checked);
            }
        }
        written
    }
}

/// The `propertyID` of Mobilizon for a fact, where it has one.
pub fn mobilizon_key(fact: &str) -> Option<&'static str> {
    match fact {
        "step_free" => Some("mz:accessibility:wheelchairAccessible"),
        "sign_language" => Some("mz:accessibility:live:sign_language"),
        "subtitles" => Some("mz:accessibility:live:subtitle"),
        "smoke_free" => Some("mz:accessibility:smokeFree"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::language::Language;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Owner {
        #[serde(flatten)]
        access: Access,
    }

    fn ramp() -> Fact {
        Fact {
            note: Some("Rampe am Seiteneingang".into()),
            checked_on: Some(date(2026, 3, 14)),
            checked_by: Some("Seniorenbeirat".into()),
            ..Answer::Yes.into()
        }
    }

    #[test]
    fn facts_of_the_last_release_are_read_and_its_servers_read_ours() {
        let old: Owner = serde_json::from_str(r#"{"access":{"step_free":"yes","lift":"no"}}"#).expect("an owner");
        assert_eq!(old.access, [("step_free", Answer::Yes), ("lift", Answer::No)].map(|(k, a)| (k.into(), a)).into());
        let mut new = old.access;
        new.insert("step_free".into(), ramp());
        new.insert(DOOR.into(), Value::Centimetres(90));
        let written = serde_json::to_value(Owner { access: new.clone() }).expect("JSON");
        assert_eq!(written["access"], serde_json::json!({"lift": "no", "step_free": "yes"}), "nothing but answers");
        assert_eq!(serde_json::from_value::<Owner>(written).expect("an owner").access, new);
        assert_eq!(new.door_cm(), Some(90));
        assert_eq!(serde_json::to_string(&Owner { access: Access::new() }).expect("JSON"), "{}");
    }

    #[test]
    fn an_event_knows_better_than_its_place_and_what_neither_says_is_unknown() {
        let place: Access = [("step_free".to_owned(), ramp()), ("toilet".to_owned(), Answer::Yes.into())].into();
        let event: Access = [("step_free".to_owned(), Answer::No)].into();
        let both = place.overridden_by(&event);
        assert_eq!((both.answer("step_free"), both.answer("toilet")), (Some(Answer::No), Some(Answer::Yes)));
        assert_eq!(
            both.get("step_free").and_then(|fact| fact.checked_on),
            None,
            "who looked at the place did not see it"
        );
        assert_eq!(both.answer("lift"), None);
    }

    #[test]
    fn a_fact_is_stale_after_two_years() {
        assert!(!ramp().is_stale(date(2028, 3, 14)));
        assert!(ramp().is_stale(date(2028, 3, 15)));
        assert!(!Fact::from(Answer::Yes).is_stale(date(2028, 3, 15)), "nobody said when they looked");
    }

    #[test]
    fn facts_are_told_in_words_in_their_order() {
        let mut access: Access = [("lift".to_owned(), Answer::Partly.into()), ("step_free".to_owned(), ramp())].into();
        access.insert(DOOR.into(), Value::Centimetres(90));
        assert_eq!(
            access.lines(Language::DE),
            ["stufenloser Zugang: ja (Rampe am Seiteneingang)", "Türbreite: 90 cm", "Aufzug: teilweise"]
        );
    }
}
