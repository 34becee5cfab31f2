//! The invented region: what its quarters are called, who lives there, and what is on (`region/*.toml`).

use domain::access::{Access, Answer, FACTS};
use domain::category::Category;
use domain::directory::{Facts, Kind, Listing};
use domain::handle::Handle;
use domain::place::{Place, Position};
use jiff::civil::Time;
use serde::Deserialize;
use url::Url;

/// The quarters in the order in which the demonstration takes them.
const QUARTERS: [&str; 8] = [
    include_str!("region/nordstadt.toml"),
    include_str!("region/hafenviertel.toml"),
    include_str!("region/suedhang.toml"),
    include_str!("region/muehlenfeld.toml"),
    include_str!("region/zechenpark.toml"),
    include_str!("region/birkenhain.toml"),
    include_str!("region/weberviertel.toml"),
    include_str!("region/kanalinsel.toml"),
];
/// What is on in every quarter.
const EVERYDAY: &str = include_str!("region/everyday.toml");
/// The town they all belong to.
const TOWN: (&str, &str) = ("00117", "Erlenbruck");

/// One invented quarter.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Region {
    pub(crate) name: String,
    pub(crate) handle: Handle,
    pub(crate) summary: String,
    pub(crate) latitude: f64,
    pub(crate) longitude: f64,
    /// The keys of everyday events that it has.
    everyday: Vec<String>,
    pub(crate) initiatives: Vec<Initiative>,
    places: Vec<Location>,
    pub(crate) events: Vec<Event>,
    /// The newest first.
    pub(crate) posts: Vec<Post>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Initiative {
    pub(crate) handle: Handle,
    pub(crate) name: String,
    pub(crate) summary: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Location {
    key: String,
    name: String,
    /// What it is, by the names of the directory.
    #[serde(default)]
    kind: String,
    street: String,
    stop: String,
    latitude: f64,
    longitude: f64,
    #[serde(default)]
    access: Vec<String>,
    #[serde(default)]
    partly_access: Vec<String>,
    #[serde(default)]
    no_access: Vec<String>,
    access_note: Option<String>,
}

/// An event as the files tell it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "a form with boxes to tick")]
pub(crate) struct Event {
    key: Option<String>,
    pub(crate) title: String,
    /// `Sa 2`: the second Saturday from tomorrow on.
    #[serde(default)]
    pub(crate) on: String,
    /// On the night when the clocks change, instead.
    #[serde(default)]
    pub(crate) clocks: bool,
    #[serde(default)]
    pub(crate) all_day: bool,
    #[serde(default)]
    from: Option<Time>,
    #[serde(default)]
    to: Option<Time>,
    pub(crate) days: Option<i32>,
    #[serde(default)]
    pub(crate) open_end: bool,
    pub(crate) doors: Option<Time>,
    place: Option<String>,
    pub(crate) online: Option<Url>,
    /// The initiative's handle; the quarter itself without one.
    pub(crate) by: Option<Handle>,
    pub(crate) category: Category,
    #[serde(default)]
    pub(crate) free: bool,
    pub(crate) price: Option<String>,
    pub(crate) registration: Option<String>,
    pub(crate) registration_url: Option<Url>,
    pub(crate) contact: Option<String>,
    pub(crate) audience: Option<String>,
    #[serde(default)]
    pub(crate) languages: Vec<String>,
    #[serde(default)]
    access: Vec<String>,
    access_note: Option<String>,
    pub(crate) short: Option<String>,
    pub(crate) text: String,
    #[serde(default)]
    pub(crate) tags: Vec<String>,
    #[serde(default)]
    pub(crate) cancelled: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Post {
    pub(crate) by: Option<Handle>,
    #[serde(default)]
    pub(crate) title: String,
    pub(crate) text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Everyday {
    events: Vec<Event>,
}

/// The first `count` quarters, each with its own events and the everyday ones that it has.
pub(crate) fn quarters(count: usize) -> Result<Vec<Region>, toml::de::Error> {
    let everyday = toml::from_str::<Everyday>(EVERYDAY)?.events;
    QUARTERS.iter().take(count).map(|text| read(text, &everyday)).collect()
}

fn read(text: &str, everyday: &[Event]) -> Result<Region, toml::de::Error> {
    let mut region: Region = toml::from_str(text)?;
    let place = region.places.last().map(|place| place.key.clone());
    for event in everyday.iter().filter(|event| event.key.as_ref().is_some_and(|key| region.everyday.contains(key))) {
        region.events.push(Event { place: place.clone(), ..event.clone() });
    }
    Ok(region)
}

impl Region {
    fn location(&self, event: &Event) -> Option<&Location> {
        self.places.iter().find(|place| Some(&place.key) == event.place.as_ref())
    }

    /// Where an event takes place.
    pub(crate) fn place(&self, event: &Event) -> Option<Place> {
        self.location(event).map(|place| Place {
            name: place.name.clone(),
            street: Some(place.street.clone()),
            postal_code: Some(TOWN.0.to_owned()),
            locality: Some(TOWN.1.to_owned()),
            stop: Some(place.stop.clone()),
            position: Position::new(place.latitude, place.longitude),
            ..Place::default()
        })
    }

    /// What an event says itself about access, with the words about its place where it has none.
    pub(crate) fn access(&self, event: &Event) -> (Access, Option<String>) {
        let place = self.location(event).and_then(|place| place.access_note.clone());
        (answers(&event.access, Answer::Yes).collect(), event.access_note.clone().or(place))
    }

    /// Its places, as the directory has them.
    pub(crate) fn listings(&self) -> impl Iterator<Item = Listing> {
        self.places.iter().map(|place| {
            let mut access = Access::new();
            access.extend(answers(&place.access, Answer::Yes));
            access.extend(answers(&place.partly_access, Answer::Partly));
            access.extend(answers(&place.no_access, Answer::No));
            let facts = Facts {
                street: Some(place.street.clone()),
                postal_code: Some(TOWN.0.to_owned()),
                locality: Some(TOWN.1.to_owned()),
                stop: Some(place.stop.clone()),
                access,
                access_note: place.access_note.clone(),
                ..Facts::default()
            };
            Listing {
                name: place.name.clone(),
                kind: Kind::from_name(&place.kind).unwrap_or(Kind::OTHER),
                position: Position::new(place.latitude, place.longitude),
                keeper: None,
                facts,
            }
        })
    }
}

fn answers(keys: &[String], answer: Answer) -> impl Iterator<Item = (String, Answer)> + '_ {
    keys.iter().filter(|key| FACTS.contains(&key.as_str())).map(move |key| (key.clone(), answer))
}

impl Event {
    /// When it begins and ends on its day; a whole day from midnight to midnight.
    pub(crate) fn hours(&self) -> (Time, Time) {
        let from = self.from.unwrap_or_default();
        let two_hours = jiff::SignedDuration::from_hours(2);
        (from, self.to.unwrap_or_else(|| if self.all_day { from } else { from.wrapping_add(two_hours) }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_quarter_is_lively_and_without_slips() {
        let quarters = quarters(8).expect("the region");
        assert_eq!(quarters.len(), 8);
        for region in &quarters {
            assert!(region.events.len() >= 20, "{}: {} events", region.name, region.events.len());
            assert!(region.posts.len() >= 2 && region.initiatives.len() >= 2, "{}", region.name);
            assert!(Position::new(region.latitude, region.longitude).is_some() && !region.summary.is_empty());
            for event in &region.events {
                assert!(event.online.is_some() || region.place(event).is_some(), "{} has no place", event.title);
                assert!(known(region, event.by.as_ref()), "{} is by nobody", event.title);
                let facts = event.access.iter().chain(
                    region
                        .places
                        .iter()
                        .flat_map(|place| place.access.iter().chain(&place.partly_access).chain(&place.no_access)),
                );
                for fact in facts {
                    assert!(FACTS.contains(&fact.as_str()), "{fact}");
                }
            }
            assert!(region.posts.iter().all(|post| known(region, post.by.as_ref())), "{}", region.name);
            assert!(region.events.iter().any(|event| event.cancelled), "{}: nothing is cancelled", region.name);
        }
    }

    fn known(region: &Region, by: Option<&Handle>) -> bool {
        by.is_none_or(|by| region.initiatives.iter().any(|initiative| initiative.handle == *by))
    }

    #[test]
    fn the_first_three_quarters_show_every_odd_case() {
        let events: Vec<Event> =
            quarters(3).expect("the region").into_iter().flat_map(|region| region.events).collect();
        let has = |what: &str, case: fn(&Event) -> bool| assert!(events.iter().any(case), "{what}");
        has("past midnight", |event| event.days.is_none() && event.to.is_some_and(|to| Some(to) < event.from));
        has("several days", |event| event.days > Some(1) && !event.all_day);
        has("whole days", |event| event.all_day);
        has("the night the clocks change", |event| event.clocks);
        has("an open end", |event| event.open_end);
        has("a price", |event| !event.free && event.price.is_some());
        has("registration", |event| event.registration_url.is_some());
        has("online", |event| event.online.is_some() && event.place.is_none());
        has("Arabic", |event| event.title.contains(|c: char| ('\u{600}'..'\u{700}').contains(&c)));
        has("Cyrillic", |event| event.title.contains(|c: char| ('\u{400}'..'\u{500}').contains(&c)));
        has("umlauts", |event| event.title.contains(['ä', 'ö', 'ü', 'ß']));
    }
}
