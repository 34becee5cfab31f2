//! Why a series cannot be, in words.

use domain::land::Land;
use domain::messages::{text, text_with};
use domain::voice::Voice;
use jiff::civil::Date;

use super::Recurrence;

/// What is wrong with a rule or a phrase.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The rule cannot be read, for the reason that this message gives.
    #[error("{0}")]
    Rule(&'static str),
    /// Nobody said how often.
    #[error("how often does it repeat?")]
    Unclear,
    /// A word that says nothing here.
    #[error("'{0}' is not understood")]
    Word(String),
    /// Two series that the same words may mean.
    #[error("either {0} or {1}")]
    Twofold(Box<Recurrence>, Box<Recurrence>),
    /// Holidays without a Land.
    #[error("the holidays of which Land?")]
    WhichLand,
    /// More words than anybody needs.
    #[error("the phrase is too long")]
    PhraseLong,
    /// It takes place on no day. What is left of it here is the smallest part that alone is never met.
    #[error("never met: {0}")]
    Never(Box<Recurrence>),
    /// It asks for school holidays, and from the day it begins on those of this Land are not known any more.
    #[error("the school holidays of {land} are known until {until}")]
    HolidaysUnknown {
        /// Whose holidays.
        land: Land,
        /// The last day of which it is known.
        until: Date,
    },
}

impl Problem {
    /// The reason in words, for whoever wrote the rule.
    pub fn text(&self, voice: impl Into<Voice>) -> String {
        let voice = voice.into();
        let language = voice.language();
        match self {
            Self::Rule(key) => text(voice, key),
            Self::Unclear => text(voice, "recurrence-unclear"),
            Self::Word(word) => text_with(voice, "recurrence-word", &[("what", word)]),
            Self::Twofold(one, other) => {
                let (one, other) = (one.describe(language, None), other.describe(language, None));
                text_with(voice, "recurrence-twofold", &[("one", &one), ("other", &other)])
            }
            Self::WhichLand => text(voice, "recurrence-which-land"),
            Self::PhraseLong => text(voice, "recurrence-phrase-long"),
            Self::Never(part) => text_with(voice, "recurrence-never", &[("part", &part.describe(language, None))]),
            Self::HolidaysUnknown { land, until } => {
                let land = text(language, &land.key());
                let until = crate::phrase::date(*until, language);
                text_with(voice, "recurrence-holidays-unknown", &[("land", &land), ("until", &until)])
            }
        }
    }
}
