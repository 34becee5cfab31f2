//! The sixteen Länder, which have their own holidays.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A Land of Germany. Its name is the message `land-CODE`, the code in lower case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
#[expect(missing_docs, reason = "each is said by its name")]
pub enum Land {
    BadenWuerttemberg,
    Bayern,
    Berlin,
    Brandenburg,
    Bremen,
    Hamburg,
    Hessen,
    MecklenburgVorpommern,
    Niedersachsen,
    NordrheinWestfalen,
    RheinlandPfalz,
    Saarland,
    Sachsen,
    SachsenAnhalt,
    SchleswigHolstein,
    Thueringen,
}

impl Land {
    /// All of them, by the alphabet.
    pub const ALL: [Self; 16] = [
        Self::BadenWuerttemberg,
        Self::Bayern,
        Self::Berlin,
        Self::Brandenburg,
        Self::Bremen,
        Self::Hamburg,
        Self::Hessen,
        Self::MecklenburgVorpommern,
        Self::Niedersachsen,
        Self::NordrheinWestfalen,
        Self::RheinlandPfalz,
        Self::Saarland,
        Self::Sachsen,
        Self::SachsenAnhalt,
        Self::SchleswigHolstein,
        Self::Thueringen,
    ];

    /// The code of ISO 3166-2: `DE-NW`.
    pub fn code(self) -> &'static str {
        match self {
            Self::BadenWuerttemberg => "DE-BW",
            Self::Bayern => "DE-BY",
            Self::Berlin => "DE-BE",
            Self::Brandenburg => "DE-BB",
            Self::Bremen => "DE-HB",
            Self::Hamburg => "DE-HH",
            Self::Hessen => "DE-HE",
            Self::MecklenburgVorpommern => "DE-MV",
            Self::Niedersachsen => "DE-NI",
            Self::NordrheinWestfalen => "DE-NW",
            Self::RheinlandPfalz => "DE-RP",
            Self::Saarland => "DE-SL",
            Self::Sachsen => "DE-SN",
            Self::SachsenAnhalt => "DE-ST",
            Self::SchleswigHolstein => "DE-SH",
            Self::Thueringen => "DE-TH",
        }
    }

    /// The key of its name.
    pub fn key(self) -> String {
        format!("land-{}", self.code().to_ascii_lowercase())
    }
}

impl From<Land> for &'static str {
    fn from(land: Land) -> Self {
        land.code()
    }
}

/// No Land has this code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no Land has this code; they are written as in ISO 3166-2, such as DE-NW")]
pub struct UnknownLand;

impl FromStr for Land {
    type Err = UnknownLand;

    fn from_str(code: &str) -> Result<Self, UnknownLand> {
        Self::ALL.into_iter().find(|land| land.code().eq_ignore_ascii_case(code.trim())).ok_or(UnknownLand)
    }
}

impl TryFrom<String> for Land {
    type Error = UnknownLand;

    fn try_from(code: String) -> Result<Self, UnknownLand> {
        code.parse()
    }
}

impl fmt::Display for Land {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;
    use crate::messages::text;

    #[test]
    fn every_land_has_a_code_and_a_name() {
        for land in Land::ALL {
            assert_eq!(land.code().to_lowercase().parse(), Ok(land));
            for language in [Language::DE, Language::EN] {
                assert!(!text(language, &land.key()).starts_with("land-"), "{land}");
            }
        }
        assert_eq!("DE-XX".parse::<Land>(), Err(UnknownLand));
        assert_eq!(text(Language::DE, &Land::NordrheinWestfalen.key()), "Nordrhein-Westfalen");
    }
}
