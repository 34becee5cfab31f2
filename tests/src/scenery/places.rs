//! Places of the directory: one that says everything, one of which hardly anything is known.

use anyhow::{Context, Result};
use domain::access::{Answer, DOOR, Fact, Value};
use domain::directory::{Entry, Facts, Kind, Listing, Room};
use domain::place::Position;
use jiff::civil::date;
use uuid::Uuid;

use super::Builder;

impl Builder<'_> {
    /// A house that says everything there is a place for, and a bookcase.
    pub(super) async fn places(&mut self) -> Result<()> {
        let checked = |value| Fact {
            value,
            note: Some("Rampe am Seiteneingang".to_owned()),
            checked_on: Some(date(2024, 3, 14)),
            checked_by: Some("Seniorenbeirat".to_owned()),
        };
        let mut house = Facts {
            about: Some("Das Haus am Teich: Saal, Küche, Werkstatt.".to_owned()),
            street: Some("Am Teich 3".to_owned()),
            postal_code: Some("45881".to_owned()),
            locality: Some("Gelsenkirchen".to_owned()),
            stop: Some("Nordmarkt, 200 m".to_owned()),
            hours: Some("Mo-Fr 09:00-12:00, We 14:00-18:00; PH off".to_owned()),
            contact: Some("Hausleitung, 0209 169-6666".to_owned()),
            operator: Some("Nachbarschaftsverein Nordstadt e. V.".to_owned()),
            website: Some("https://haus.example/".parse()?),
            languages: vec!["de".to_owned(), "tr".to_owned()],
            access_note: Some("Die Klingel ist in 90 cm Höhe.".to_owned()),
            osm: Some("node/123".to_owned()),
            ..Facts::default()
        };
        house.access.insert("step_free".to_owned(), checked(Value::Answer(Answer::Yes)));
        house.access.insert(DOOR.to_owned(), Value::Centimetres(90));
        house.access.insert("lift".to_owned(), Answer::No);
        house.rooms = vec![Room {
            name: "Saal".to_owned(),
            square_metres: Some(80),
            seats: Some(60),
            price: Some("20 € am Abend".to_owned()),
            contact: None,
            access: Some("ohne Stufen".to_owned()),
        }];
        self.place("Bürgerhaus am Teich", "community", Position::new(51.5123, 7.1045), house).await?;
        self.place("Bücherschrank", "bookcase", Position::new(51.5150, 7.1100), Facts::default()).await?;
        self.place("Wiese ohne Adresse", "garden", None, Facts::default()).await
    }

    async fn place(&mut self, name: &str, kind: &str, position: Option<Position>, facts: Facts) -> Result<()> {
        let kind = Kind::from_name(kind).context("no such kind")?;
        let entry = Entry {
            id: Uuid::now_v7(),
            slug: domain::directory::slug(name),
            listing: Listing { name: name.to_owned(), kind, position, keeper: None, facts },
            confirmed_on: Some(date(2026, 3, 1)),
            created_at: self.now,
            updated_at: self.now,
        };
        anyhow::ensure!(storage::places::put(self.tx, &entry).await?, "two places at one address");
        Ok(())
    }
}
