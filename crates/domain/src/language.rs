//! The languages people read here: one for each folder of the message catalogue.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::messages;

// `FOLDERS`: each language by its BCP 47 tag, with the texts of its files. German and English come first.
include!(concat!(env!("OUT_DIR"), "/folders.rs"));

/// The subtag of a text in plain language (BCP 47): `de-simple`.
const SIMPLE: &str = "simple";

/// The tag of plain language in the language of `tag`: `de-simple` of `de-AT`.
pub fn simple(tag: &str) -> String {
    format!("{}-{SIMPLE}", primary(tag))
}

/// Whether `tag` is one of plain language.
pub fn is_simple(tag: &str) -> bool {
    tag.split('-').skip(1).any(|part| part.eq_ignore_ascii_case(SIMPLE))
}

/// The language alone, without country and the like.
pub fn primary(tag: &str) -> &str {
    tag.split('-').next().unwrap_or_default().trim()
}

/// A language of the message catalogue; German by default.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Language(usize);

impl Language {
    /// German, the first.
    pub const DE: Self = Self(0);
    /// English, which every other language falls back to.
    pub const EN: Self = Self(1);
    /// Every language there is a catalogue for.
    pub const ALL: [Self; FOLDERS.len()] = numbered();

    /// The BCP 47 tag.
    pub fn code(self) -> &'static str {
        FOLDERS.get(self.0).map_or("de", |(tag, _)| tag)
    }

    /// Its name in itself, for those who read no other.
    pub fn name(self) -> String {
        messages::text(self, "language-name")
    }

    /// The language and its usual country, as previews of links want it: `de_DE`.
    pub fn locale(self) -> String {
        messages::text(self, "language-locale")
    }

    /// Its place among all languages.
    pub fn index(self) -> usize {
        self.0
    }

    /// The language of a BCP 47 tag: this one, else one that begins alike. `de-AT` is German.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let exact = Self::ALL.into_iter().find(|language| language.code().eq_ignore_ascii_case(tag.trim()));
        exact.or_else(|| {
            Self::ALL.into_iter().find(|language| primary(language.code()).eq_ignore_ascii_case(primary(tag)))
        })
    }

    /// The best of the languages `offered` for an `Accept-Language` header (RFC 9110 section 12.5.4).
    pub fn negotiate(accept: &str, offered: &[Self]) -> Option<Self> {
        let mut best: Option<(f32, Self)> = None;
        for part in accept.split(',').take(20) {
            let mut pieces = part.split(';');
            let tag = pieces.next().unwrap_or_default().trim();
            let quality = pieces
                .find_map(|piece| piece.trim().strip_prefix("q="))
                .map_or(1.0, |q| q.trim().parse().unwrap_or(0.0));
            if let Some(language) = Self::from_tag(tag).filter(|language| offered.contains(language))
                && quality > best.map_or(0.0, |(quality, _)| quality)
            {
                best = Some((quality, language));
            }
        }
        best.map(|(_, language)| language)
    }
}

#[expect(clippy::indexing_slicing, reason = "the number runs to the length of the array")]
const fn numbered<const N: usize>() -> [Language; N] {
    let mut all = [Language(0); N];
    let mut number = 0;
    while number < N {
        all[number] = Language(number);
        number += 1;
    }
    all
}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Language {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Language {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let tag = String::deserialize(deserializer)?;
        let known = || Self::ALL.map(Self::code).join(", ");
        let language = Self::ALL.into_iter().find(|language| language.code() == tag);
        language.ok_or_else(|| serde::de::Error::custom(format!("'{tag}' is none of our languages: {}", known())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_quality_that_we_speak_wins() {
        let negotiate = |accept| Language::negotiate(accept, &Language::ALL);
        assert_eq!(negotiate("fr, en;q=0.5, de;q=0.9"), Some(Language::DE));
        assert_eq!(negotiate("en-GB,de;q=0.8"), Some(Language::EN));
        assert_eq!(negotiate("fr;q=1, *;q=0.1"), None);
        assert_eq!(negotiate("de;q=0"), None);
        assert_eq!(Language::negotiate("en-GB,de;q=0.8", &[Language::DE]), Some(Language::DE), "only what is offered");
    }

    #[test]
    fn plain_language_is_a_variant_of_a_language() {
        assert_eq!((simple("de"), simple("de-AT")), ("de-simple".to_owned(), "de-simple".to_owned()));
        assert!(is_simple("de-simple") && is_simple("de-AT-Simple") && !is_simple("simple") && !is_simple("de"));
        assert_eq!(Language::from_tag("de-simple"), Some(Language::DE));
    }

    #[test]
    fn every_folder_is_a_language_and_names_itself() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/messages");
        let names = std::fs::read_dir(folder).expect("the catalogue").map(|entry| entry.expect("an entry").file_name());
        let folders: std::collections::BTreeSet<_> = names.map(|name| name.to_string_lossy().into_owned()).collect();
        assert_eq!(folders, Language::ALL.iter().map(|language| language.code().to_owned()).collect());
        assert_eq!((Language::DE.code(), Language::EN.code()), ("de", "en"));
        assert_eq!((Language::DE.name().as_str(), Language::EN.locale().as_str()), ("Deutsch", "en_GB"));
        for language in Language::ALL {
            let file = format!("{folder}/{}/language.ftl", language.code());
            let own = std::fs::read_to_string(&file).expect("a file language.ftl");
            assert!(own.contains("language-name =") && own.contains("language-locale ="), "{file}");
        }
    }
}
