//! How a quarter speaks to people: in which language, with Sie or with Du, and what it calls the place.

use serde::{Deserialize, Serialize};

use crate::language::Language;

/// How German speaks to whoever reads. Other languages make no difference.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Address {
    /// As one speaks to people one does not know.
    #[default]
    Sie,
    /// As neighbours do.
    Du,
}

/// What people call the place. Each language has its forms in `word.ftl`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Word {
    /// Das Quartier.
    #[default]
    Quartier,
    /// Der Kiez.
    Kiez,
    /// Das Veedel.
    Veedel,
    /// Das Dorf.
    Dorf,
    /// Das Viertel.
    Viertel,
    /// Der Stadtteil.
    Stadtteil,
    /// Das Grätzl.
    Graetzl,
    /// Die Nachbarschaft.
    Nachbarschaft,
}

impl Word {
    /// Every word there is.
    pub const ALL: [Self; 8] = [
        Self::Quartier,
        Self::Kiez,
        Self::Veedel,
        Self::Dorf,
        Self::Viertel,
        Self::Stadtteil,
        Self::Graetzl,
        Self::Nachbarschaft,
    ];

    /// The name in the configuration, and of the form in the catalogue.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Quartier => "quartier",
            Self::Kiez => "kiez",
            Self::Veedel => "veedel",
            Self::Dorf => "dorf",
            Self::Viertel => "viertel",
            Self::Stadtteil => "stadtteil",
            Self::Graetzl => "graetzl",
            Self::Nachbarschaft => "nachbarschaft",
        }
    }
}

/// How a quarter speaks, in whichever language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Manner {
    /// Sie or Du.
    pub address: Address,
    /// What it calls the place.
    pub word: Word,
}

impl Manner {
    /// This manner in one language.
    pub fn speak(self, language: Language) -> Voice {
        Voice { language, manner: Some(self) }
    }
}

/// A quarter's voice: what the words of a page or of a letter are chosen by.
///
/// A bare [`Language`] is one, too: for words that speak to nobody, such as days and themes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Voice {
    pub(crate) language: Language,
    pub(crate) manner: Option<Manner>,
}

impl Voice {
    /// The language it speaks.
    pub fn language(self) -> Language {
        self.language
    }
}

impl From<Language> for Voice {
    fn from(language: Language) -> Self {
        Self { language, manner: None }
    }
}
