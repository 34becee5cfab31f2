//! What events are chosen by beside time, theme and price: facets, and how near they are.

use domain::event::Event;
use domain::facets::{self, Facet};
use domain::place::Position;
use sqlx::query::QueryAs;
use sqlx::{Database, Encode, Type};

use crate::tx::run;
use crate::{Result, Tx, search};

/// Kilometres from one degree of latitude to the next.
const DEGREE: f64 = 111.2;
/// The most facets that count at once.
const MOST: usize = 12;

/// What is chosen by; without any of it, everything.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Choice {
    facets: Vec<String>,
    near: Option<(Position, f64)>,
}

impl Choice {
    /// Only what has all of `facets` and lies within so many kilometres of a point.
    pub fn new<'a>(facets: impl IntoIterator<Item = Facet<'a>>, near: Option<(Position, f64)>) -> Self {
        Self { facets: facets.into_iter().take(MOST).map(|facet| pattern(&facet)).collect(), near }
    }

    /// As a condition on `e`, whose values are numbered from `first` on.
    pub(crate) fn condition(&self, first: usize) -> String {
        let facets = (first..).take(self.facets.len());
        let mut all: Vec<String> = facets.map(|at| format!("and e.facets like ${at} escape '\\'")).collect();
        if self.near.is_some() {
            let [lat, lon, high, wide, by_lon, by_lat] = std::array::from_fn(|at| first + self.facets.len() + at);
            // First a box, then the circle in it; within a few kilometres the earth is flat.
            all.push(format!(
                "and e.latitude between ${lat} - ${high} and ${lat} + ${high}
                 and e.longitude between ${lon} - ${wide} and ${lon} + ${wide}
                 and (e.latitude - ${lat}) * (e.latitude - ${lat}) * ${by_lat}
                   + (e.longitude - ${lon}) * (e.longitude - ${lon}) * ${by_lon} <= 1.0"
            ));
        }
        all.join(" ")
    }

    /// Binds what [`Choice::condition`] numbered.
    pub(crate) fn bind<'q, DB, O>(&self, query: QueryAs<'q, DB, O, DB::Arguments>) -> QueryAs<'q, DB, O, DB::Arguments>
    where
        DB: Database,
        String: Encode<'q, DB> + Type<DB>,
        f64: Encode<'q, DB> + Type<DB>,
    {
        let query = self.facets.iter().fold(query, |query, facet| query.bind(facet.clone()));
        let Some((center, within)) = self.near else { return query };
        let high = (within / DEGREE).max(f64::MIN_POSITIVE);
        let wide = high / center.latitude.to_radians().cos().max(0.01);
        let values = [center.latitude, center.longitude, high, wide, (wide * wide).recip(), (high * high).recip()];
        values.into_iter().fold(query, QueryAs::bind)
    }
}

/// A facet anywhere among the others.
fn pattern(facet: &Facet<'_>) -> String {
    let written = facet.written().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%|{written}|%")
}

/// Writes down by what an event can be chosen and searched.
pub(crate) async fn sort_in(tx: &mut Tx, event: &Event) -> Result<()> {
    let position = event.details.place.as_ref().and_then(|place| place.position);
    run!(tx, |conn| sqlx::query("update events set latitude = $2, longitude = $3, facets = $4 where id = $1")
        .bind(event.id)
        .bind(position.map(|at| at.latitude))
        .bind(position.map(|at| at.longitude))
        .bind(facets::of(&event.details))
        .execute(conn)
        .await
        .map(|_| ()))?;
    search::event(tx, event.id).await
}

#[cfg(test)]
mod tests {
    use domain::access::Answer;
    use domain::actor::Part;
    use domain::place::Place;

    use super::*;
    use crate::events::{self, Query};
    use crate::posts::Which;
    use crate::samples::{event, hours, known, noon, stores};

    fn at(latitude: f64, longitude: f64) -> Position {
        Position::new(latitude, longitude).expect("a position")
    }

    /// The names of the events that are left of three.
    async fn left(tx: &mut Tx, choice: Choice) -> Vec<String> {
        let query = Query { choice, ..Query::from(noon(), Which::All, 9) };
        let found = events::list(tx, &query).await.expect("a list");
        found.into_iter().map(|(event, _)| event.details.name).collect()
    }

    #[tokio::test]
    async fn events_are_chosen_by_facets_and_by_distance() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let nord = known(&mut tx, "nord", Some(Part::Quarter)).await;
            for (name, latitude) in [("Hier", 51.5), ("Drüben", 51.53), ("Fern", 51.7)] {
                let mut one = event(&mut tx, &nord, name, 24).await;
                one.details.place = Some(Place { position: Some(at(latitude, 7.1)), ..Place::named("100%_Haus") });
                one.details.languages = vec![if name == "Hier" { "uk".into() } else { "de".into() }];
                let answer = if name == "Fern" { Answer::Partly } else { Answer::Yes };
                one.details.access.insert("step_free".into(), answer);
                events::insert(&mut tx, &one, None).await.expect("an insert");
                one.details.tags = vec!["Chor".into()];
                one.updated_at = noon() + hours(1);
                assert!(name == "Hier" || events::update(&mut tx, &one).await.expect("an update"));
            }
            let by = |facets: Vec<Facet<'static>>| Choice::new(facets, None);
            assert_eq!(left(&mut tx, by(vec![Facet::Language("uk-UA")])).await, ["Hier"]);
            assert_eq!(left(&mut tx, by(vec![Facet::Access("step_free")])).await.len(), 2, "in part is not yes");
            assert_eq!(left(&mut tx, by(vec![Facet::Access("step_free"), Facet::Tag("chor")])).await, ["Drüben"]);
            assert_eq!(left(&mut tx, by(vec![Facet::Place("100%_haus")])).await.len(), 3);
            assert!(left(&mut tx, by(vec![Facet::Place("100x_haus")])).await.is_empty(), "a percent sign is one");
            let near = |within| Choice::new([], Some((at(51.5, 7.1), within)));
            assert_eq!(left(&mut tx, near(1.0)).await, ["Hier"]);
            assert_eq!(left(&mut tx, near(3.4)).await.len(), 2, "3.3 km");
            assert_eq!(left(&mut tx, near(3.2)).await, ["Hier"]);
            assert_eq!(left(&mut tx, Choice::default()).await.len(), 3);
        }
    }
}
