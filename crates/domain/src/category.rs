//! The sixteen themes people see, and the names other servers use for them.

use serde::{Deserialize, Serialize};

/// A theme of events. The message key is `category-SLUG`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is said by its name and by its message")]
pub enum Category {
    Meeting,
    Community,
    Festivals,
    Food,
    Sports,
    Health,
    Advice,
    Learning,
    Making,
    Culture,
    Music,
    Family,
    Language,
    Nature,
    Faith,
    Civic,
}

/// Slug, name on the wire (FEP-8a8e and Mobilizon), further wire names that mean it.
const TABLE: [(Category, &str, &str, &[&str]); 16] = [
    (Category::Meeting, "meeting", "MEETING", &["NETWORKING"]),
    (Category::Community, "community", "COMMUNITY", &["CAUSES"]),
    (Category::Festivals, "festivals", "FESTIVALS", &["PARTY", "FASHION_BEAUTY"]),
    (Category::Food, "food", "FOOD_DRINK", &[]),
    (Category::Sports, "sports", "SPORTS", &[]),
    (Category::Health, "health", "HEALTH", &["MEDITATION_WELLBEING"]),
    (Category::Advice, "advice", "LEARNING", &["BUSINESS"]),
    (Category::Learning, "learning", "LEARNING", &["SCIENCE_TECH", "BOOK_CLUBS"]),
    (Category::Making, "making", "DIY_MAKER_SPACES", &["CRAFTS", "WORKSHOPS_SKILL_SHARING"]),
    (
        Category::Culture,
        "culture",
        "PERFORMING_VISUAL_ARTS",
        &["ARTS", "THEATRE", "COMEDY", "FILM_MEDIA", "PHOTOGRAPHY", "CREATIVE_JAM"],
    ),
    (Category::Music, "music", "MUSIC", &[]),
    (Category::Family, "family", "FAMILY_EDUCATION", &["GAMES"]),
    (Category::Language, "language", "LANGUAGE_CULTURE", &["INCLUSIVE_SPACES", "LGBTQ"]),
    (Category::Nature, "nature", "CLIMATE_ENVIRONMENT", &["CLIMAT_ENVIRONMENT", "OUTDOORS_ADVENTURE", "PETS"]),
    (Category::Faith, "faith", "SPIRITUALITY_RELIGION_BELIEFS", &[]),
    (Category::Civic, "civic", "MOVEMENTS_POLITICS", &[]),
];

impl Category {
    /// Every theme in the order of the list.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|row| row.0)
    }

    fn row(self) -> &'static (Self, &'static str, &'static str, &'static [&'static str]) {
        // Every variant has its row: `every_category_has_a_row` proves it.
        TABLE.iter().find(|row| row.0 == self).unwrap_or(&TABLE[0])
    }

    /// The name in links, forms and the database.
    pub fn slug(self) -> &'static str {
        self.row().1
    }

    /// The theme of that slug.
    pub fn from_slug(slug: &str) -> Option<Self> {
        TABLE.iter().find(|row| row.1 == slug).map(|row| row.0)
    }

    /// The one upper-case token that other servers read.
    pub fn wire_name(self) -> &'static str {
        self.row().2
    }

    /// The theme another server means; `None` for what we do not know.
    pub fn from_wire(name: &str) -> Option<Self> {
        let name = name.trim().to_ascii_uppercase();
        let exact = TABLE.iter().find(|row| row.0 != Self::Advice && row.2 == name);
        exact.or_else(|| TABLE.iter().find(|row| row.3.contains(&name.as_str()))).map(|row| row.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_category_has_a_row() {
        for category in Category::all() {
            assert_eq!(Category::from_slug(category.slug()), Some(category));
        }
    }

    #[test]
    fn both_spellings_of_the_climate_are_read() {
        assert_eq!(Category::from_wire("CLIMAT_ENVIRONMENT"), Some(Category::Nature));
        assert_eq!(Category::from_wire("climate_environment"), Some(Category::Nature));
        assert_eq!(Category::from_wire("LEARNING"), Some(Category::Learning));
        assert_eq!(Category::from_wire("MEETUP"), None);
    }
}
