//! The texts of all languages, and the one that answers a key: a language that lacks it falls back to another.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentMessage, FluentResource};
use unic_langid::LanguageIdentifier;

use crate::voice::Address;

/// Where a message is looked for that a language does not have: in English, then in German.
const FALLBACK: [usize; 2] = [1, 0];
/// The attribute that says a message to somebody whom one calls Du.
const DU: &str = "du";

/// The messages of every language.
pub(super) struct Catalogue(Vec<FluentBundle<FluentResource>>);

impl Catalogue {
    /// Of languages by their tags, with the texts of their files; the first two are what the others fall back to.
    pub(super) fn of(folders: &[(&str, &[&str])]) -> Self {
        Self(folders.iter().map(|(tag, texts)| bundle(tag, texts)).collect())
    }

    /// The message of `key` in a language, as one speaks to people there; `None` if nobody has it or a variable is missing.
    pub(super) fn lookup(
        &self,
        language: usize,
        (key, address): (&str, Address),
        values: &FluentArgs<'_>,
    ) -> Option<String> {
        [language].into_iter().chain(FALLBACK).find_map(|language| {
            let bundle = self.0.get(language)?;
            let message = bundle.get_message(key)?;
            let du = (address == Address::Du).then(|| message.get_attribute(DU)).flatten();
            let pattern = du.map(|du| du.value()).or_else(|| message.value())?;
            let mut missing = Vec::new();
            let text = bundle.format_pattern(pattern, Some(values), &mut missing);
            missing.is_empty().then(|| text.into_owned())
        })
    }

    /// Whether the message of `key` has a form of its own for people whom one calls Du.
    pub(super) fn speaks_to_somebody(&self, language: usize, key: &str) -> bool {
        let message = |language: usize| self.0.get(language).and_then(|bundle| bundle.get_message(key));
        let found = [language].into_iter().chain(FALLBACK).find_map(message);
        found.is_some_and(|message: FluentMessage<'_>| message.get_attribute(DU).is_some())
    }
}

fn bundle(tag: &str, texts: &[&str]) -> FluentBundle<FluentResource> {
    let language: LanguageIdentifier = tag.parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![language]);
    // Marks around inserted values would be read out by screen readers and break plain-text letters.
    bundle.set_use_isolating(false);
    for text in texts {
        // What cannot be read is left out, and what is there twice counts once; tests look for both.
        let resource = FluentResource::try_new((*text).to_owned()).unwrap_or_else(|(resource, _)| resource);
        let _ = bundle.add_resource(resource);
    }
    bundle
}
