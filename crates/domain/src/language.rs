//! The languages people read here: German first, English beside it.

use serde::{Deserialize, Serialize};

/// A language of the message catalogue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// German, the default.
    #[default]
    De,
    /// English.
    En,
}

impl Language {
    /// Every language there is a catalogue for.
    pub const ALL: [Self; 2] = [Self::De, Self::En];

    /// The BCP 47 code.
    pub fn code(self) -> &'static str {
        match self {
            Self::De => "de",
            Self::En => "en",
        }
    }

    /// The language of a BCP 47 tag, by its first part: `de-AT` is German.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split('-').next().unwrap_or_default().trim();
        Self::ALL.into_iter().find(|language| language.code().eq_ignore_ascii_case(primary))
    }

    /// The best of our languages for an `Accept-Language` header (RFC 9110 section 12.5.4).
    pub fn negotiate(accept: &str) -> Option<Self> {
        let mut best: Option<(f32, Self)> = None;
        for part in accept.split(',').take(20) {
            let mut pieces = part.split(';');
            let tag = pieces.next().unwrap_or_default().trim();
            let quality = pieces
                .find_map(|piece| piece.trim().strip_prefix("q="))
                .map_or(1.0, |q| q.trim().parse().unwrap_or(0.0));
            if let Some(language) = Self::from_tag(tag)
                && quality > best.map_or(0.0, |(quality, _)| quality)
            {
                best = Some((quality, language));
            }
        }
        best.map(|(_, language)| language)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_quality_that_we_speak_wins() {
        assert_eq!(Language::negotiate("fr, en;q=0.5, de;q=0.9"), Some(Language::De));
        assert_eq!(Language::negotiate("en-GB,de;q=0.8"), Some(Language::En));
        assert_eq!(Language::negotiate("fr;q=1, *;q=0.1"), None);
        assert_eq!(Language::negotiate("de;q=0"), None);
    }
}
