//! What an initiative says of itself: the facts of its page.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::access::Access;
use crate::html::Html;
use crate::invalid::Invalid;
use crate::language::Language;
use crate::messages::text;
use crate::place::Place;

/// The facts that are a line of words, in the order of the page; the message key is `initiative-NAME`.
pub const LINES: [&str; 9] =
    ["meetings", "join", "contact", "costs", "seeks", "offers", "partners", "organisation", "founded"];

/// Everything beyond the name and the long text. What nobody filled in is missing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Facts {
    /// What it is for, in one sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// What it says by the names of [`LINES`]: `jeden 1. Dienstag im Monat, 19 Uhr`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub lines: BTreeMap<String, String>,
    /// Where it meets or can be found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// The languages spoken there, BCP 47 tags.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<String>,
    /// Known facts about access; what is missing is unknown.
    #[serde(flatten)]
    pub access: Access,
    /// More about access in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_note: Option<String>,
    /// Its own page elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub website: Option<Url>,
}

impl Facts {
    /// The line of that name.
    pub fn line(&self, name: &str) -> Option<&str> {
        self.lines.get(name).map(String::as_str)
    }

    /// The languages by name, on one line.
    pub fn spoken(&self, language: Language) -> Option<String> {
        let name = |code: &String| {
            let key = format!("events-language-{code}");
            let name = text(language, &key);
            if name == key { code.clone() } else { name }
        };
        let names: Vec<String> = self.languages.iter().map(name).collect();
        (!names.is_empty()).then(|| names.join(", "))
    }

    /// What is known about access, on one line.
    pub fn access_line(&self, language: Language) -> Option<String> {
        let parts: Vec<String> = self.access.lines(language).into_iter().chain(self.access_note.clone()).collect();
        (!parts.is_empty()).then(|| parts.join("; "))
    }
}

/// A page of an initiative that may be published: `Draft::new` checked it.
#[derive(Clone, Debug)]
pub struct Draft {
    name: String,
    about: Html,
    facts: Facts,
}

impl Draft {
    /// Checks every rule and names every problem by its form field.
    pub fn new(name: &str, about: Html, facts: Facts) -> Result<Self, Invalid> {
        let long = |text: Option<&str>, most| text.is_some_and(|text| text.chars().count() > most);
        let mut invalid = Invalid::default();
        invalid.unless(name.chars().count() >= 2, "name", "invalid-name-short");
        invalid.unless(!long(Some(name), 100), "name", "invalid-too-long");
        invalid.unless(!long(facts.purpose.as_deref(), 160), "purpose", "invalid-too-long");
        invalid.unless(about.as_str().len() <= 20_000, "about", "invalid-too-long");
        invalid.unless(!long(facts.place.as_ref().map(|place| &*place.name), 200), "place", "invalid-too-long");
        invalid.unless(!long(facts.access_note.as_deref(), 300), "access_note", "invalid-too-long");
        for field in LINES {
            invalid.unless(!long(facts.line(field), 300), field, "invalid-too-long");
        }
        invalid.or(Self { name: name.to_owned(), about, facts })
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The long text.
    pub fn about(&self) -> &Html {
        &self.about
    }

    /// Everything else.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Answer;

    #[test]
    fn every_line_has_a_limit() {
        for field in LINES {
            let facts = |length| Facts { lines: [(field.to_owned(), "x".repeat(length))].into(), ..Facts::default() };
            assert!(Draft::new("Chor", Html::default(), facts(300)).is_ok());
            let invalid = Draft::new("Chor", Html::default(), facts(301)).expect_err("a line that is too long");
            assert_eq!(invalid.at(field), Some("invalid-too-long"));
        }
        assert!(Draft::new("C", Html::default(), Facts::default()).is_err());
    }

    #[test]
    fn facts_are_said_in_words_that_people_know() {
        let mut facts = Facts::default();
        assert_eq!((facts.access_line(Language::DE), facts.spoken(Language::DE)), (None, None));
        facts.access.insert("lift".into(), Answer::No);
        facts.access_note = Some("Klingel unten".into());
        facts.languages = vec!["de".into(), "ku".into()];
        assert_eq!(facts.access_line(Language::DE).as_deref(), Some("Aufzug: nein; Klingel unten"));
        assert_eq!(facts.spoken(Language::DE).as_deref(), Some("Deutsch, ku"));
    }
}
