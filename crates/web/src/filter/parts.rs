//! The further parts of a filter: how near, access, language, for whom, where and by whom. What an address says wrongly
//! counts for nothing.

use domain::access::FACTS;
use domain::facets::{Audience, Facet};
use domain::language;
use domain::place::Position;
use serde::Deserialize;
use storage::Tx;
use storage::events::Choice;
use storage::posts::Which;

use super::Filter;
use crate::error::PageError;

/// The longest name of a tag or a place, in characters.
const LONGEST: usize = 100;

/// How far something may be, in kilometres: the next that there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub(crate) struct Within(pub(crate) u8);

impl Within {
    pub(crate) const ALL: [u8; 4] = [1, 2, 5, 10];
}

impl From<String> for Within {
    fn from(text: String) -> Self {
        let asked: f64 = text.parse().unwrap_or_default();
        Self(Self::ALL.into_iter().find(|one| f64::from(*one) >= asked).unwrap_or(10))
    }
}

/// A point, as `51.5,7.1`.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(from = "String")]
pub(crate) struct Near(pub(crate) Option<Position>);

// A position is two figures on the globe, never NaN.
impl Eq for Near {}

impl From<String> for Near {
    fn from(text: String) -> Self {
        let figures = text.split_once(',').map(|(lat, lon)| (lat.trim().parse(), lon.trim().parse()));
        let Some((Ok(latitude), Ok(longitude))) = figures else { return Self(None) };
        Self(Position::new(latitude, longitude))
    }
}

/// Facts about access, as `step_free,toilet`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub(crate) struct Facts(pub(crate) Vec<&'static str>);

impl From<String> for Facts {
    fn from(text: String) -> Self {
        Self(FACTS.into_iter().filter(|fact| text.split(',').any(|one| one.trim() == *fact)).collect())
    }
}

impl Facts {
    /// The same with `fact`, or without it if it is there.
    pub(crate) fn turned(&self, fact: &str) -> Self {
        let other = |one: &&'static str| self.0.contains(one) != (*one == fact);
        Self(FACTS.into_iter().filter(|one| other(one)).collect())
    }
}

/// A language by its tag.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub(crate) struct Tag(pub(crate) String);

impl From<String> for Tag {
    fn from(text: String) -> Self {
        let tag = language::primary(&text).to_lowercase();
        Self(tag.chars().filter(char::is_ascii_alphanumeric).take(8).collect())
    }
}

/// For whom; unknown names are for nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub(crate) struct For(pub(crate) Option<Audience>);

impl From<String> for For {
    fn from(text: String) -> Self {
        Self(Audience::from_name(&text))
    }
}

/// By whom: the handle of one of ours.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub(crate) struct Handle(pub(crate) String);

impl From<String> for Handle {
    fn from(text: String) -> Self {
        Self(text.trim_start_matches('@').chars().take(LONGEST).collect())
    }
}

impl Filter {
    /// Names and values of these parts, as they stand in an address.
    pub(super) fn rest(&self) -> Vec<(&'static str, String)> {
        let near = self.near.and_then(|near| near.0).map(|at| format!("{},{}", at.latitude, at.longitude));
        let access = Some(self.access.0.join(",")).filter(|facts| !facts.is_empty());
        let parts = [
            ("tag", self.tag.clone()),
            ("within", self.within.map(|within| within.0.to_string())),
            ("near", near),
            ("access", access),
            ("language", self.language.as_ref().map(|tag| tag.0.clone())),
            ("audience", self.audience.and_then(|group| group.0).map(|group| group.as_str().to_owned())),
            ("place", self.place.clone()),
            ("by", self.by.as_ref().map(|handle| handle.0.clone())),
        ];
        parts.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }

    /// What events are chosen by beside time, theme and price; `center` is the middle of the quarter.
    pub(crate) fn choice(&self, center: Option<Position>) -> Choice {
        let mut facets: Vec<Facet<'_>> = Vec::new();
        facets.extend(self.tag.as_deref().map(Facet::Tag));
        facets.extend(self.access.0.iter().map(|fact| Facet::Access(fact)));
        facets.extend(self.language.as_ref().map(|tag| Facet::Language(&tag.0)));
        facets.extend(self.audience.and_then(|group| group.0).map(Facet::Audience));
        facets.extend(self.place.as_deref().map(Facet::Place));
        let around = self.near.and_then(|near| near.0).or(center);
        Choice::new(facets, around.zip(self.within.map(|within| f64::from(within.0))))
    }

    /// Whose events: all, ours, or those of one of ours; `NotFound` if there is none of that name.
    pub(crate) async fn which(&self, tx: &mut Tx) -> Result<Which, PageError> {
        let Some(handle) = &self.by else { return Ok(if self.own.0 { Which::Own } else { Which::All }) };
        let actor = storage::actors::by_handle(tx, &handle.0).await?;
        Ok(Which::Author(actor.filter(|actor| actor.deleted_at.is_none()).ok_or(PageError::NotFound)?.id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_holds_every_part_and_nonsense_counts_for_nothing() {
        let filter = Filter {
            within: Some(Within(5)),
            near: Some(Near::from("51.5, 7.1".to_owned())),
            access: Facts::from("toilet,nonsense,step_free".to_owned()),
            language: Some(Tag::from("UK-ua".to_owned())),
            audience: Some(For::from("families".to_owned())),
            place: Some("Bürgerhaus".into()),
            by: Some(Handle::from("@chor".to_owned())),
            ..Filter::default()
        };
        assert_eq!(
            filter.href("/events"),
            "/events?within=5&near=51.5%2C7.1&access=step_free%2Ctoilet&language=uk&audience=families&place=B%C3%BCrgerhaus&by=chor"
        );
        for bad in ["", "91,0", "NaN,1", "51.5", "a,b", "1,2,3"] {
            assert_eq!(Near::from(bad.to_owned()), Near(None), "{bad}");
        }
        assert_eq!((Within::from("9999".to_owned()), For::from("x".to_owned()).0), (Within(10), None));
        assert_eq!(Facts::from("toilet".to_owned()).turned("lift").0, ["toilet", "lift"]);
        assert!(Facts::from("toilet".to_owned()).turned("toilet").0.is_empty());
    }
}
