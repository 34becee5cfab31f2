//! The message catalogue: everything a person reads, in both languages (`messages/LANGUAGE/*.ftl`).

use std::borrow::Cow;
use std::collections::HashMap;

use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, Loader};

use crate::language::Language;

fluent_templates::static_loader! {
    static CATALOGUE = {
        locales: "./messages",
        fallback_language: "de",
        // Marks around inserted values would be read out by screen readers and break plain-text letters.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

/// The message of `key`; the key itself where no catalogue has it, so that a gap is seen and nothing breaks.
pub fn text(language: Language, key: &str) -> String {
    CATALOGUE.try_lookup(&identifier(language), key).unwrap_or_else(|| key.to_owned())
}

/// The message of `key` with its variables filled in.
pub fn text_with(language: Language, key: &str, values: &[(&'static str, &str)]) -> String {
    let values =
        values.iter().map(|(name, value)| (Cow::from(*name), FluentValue::from((*value).to_owned()))).collect();
    fill(language, key, &values)
}

/// The message of `key` for `count` things, available to the message as `$count`.
pub fn count(language: Language, key: &str, count: usize) -> String {
    let values = HashMap::from([(Cow::from("count"), FluentValue::from(count))]);
    fill(language, key, &values)
}

fn fill(language: Language, key: &str, values: &HashMap<Cow<'static, str>, FluentValue<'static>>) -> String {
    CATALOGUE.try_lookup_with_args(&identifier(language), key, values).unwrap_or_else(|| key.to_owned())
}

fn identifier(language: Language) -> LanguageIdentifier {
    match language {
        Language::De => fluent_templates::langid!("de"),
        Language::En => fluent_templates::langid!("en"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;

    /// The keys of all files of a language.
    fn keys(language: &str) -> BTreeSet<String> {
        let folder = format!("{}/messages/{language}", env!("CARGO_MANIFEST_DIR"));
        fs::read_dir(folder)
            .expect("the catalogue's folder")
            .map(|entry| fs::read_to_string(entry.expect("an entry").path()).expect("a file of messages"))
            .flat_map(|text| {
                text.lines()
                    .filter_map(|line| line.split_once(" ="))
                    .map(|(key, _)| key.to_owned())
                    .filter(|key| key.starts_with(|c: char| c.is_ascii_lowercase()))
                    .collect::<Vec<_>>()
            })
            .collect()
    }

    #[test]
    fn both_languages_have_every_message() {
        assert_eq!(keys("de"), keys("en"));
        assert!(!keys("de").is_empty());
    }

    #[test]
    fn every_file_can_be_read() {
        // A single unreadable file keeps the whole catalogue from loading.
        assert_ne!(super::text(crate::language::Language::De, "invalid-date"), "invalid-date");
    }
}
