//! An initiative that says everything there is a place for.

use anyhow::Result;
use domain::access::Answer;
use domain::actor::{Actor, Part};
use domain::html::Html;
use domain::place::Place;
use domain::profile::{Facts, LINES};
use uuid::Uuid;

use super::Builder;

impl Builder<'_> {
    /// An initiative whose page says everything that there is a place for.
    pub(super) async fn initiative(&mut self, quarter: &Actor) -> Result<()> {
        let url = self.base.join("/@repaircafe")?;
        let mut actor = Actor { id: Uuid::now_v7(), url: url.clone(), page: url.clone(), ..quarter.clone() };
        (actor.part, actor.handle) = (Some(Part::Initiative), "repaircafe".to_owned());
        (actor.inbox, actor.key) = (format!("{url}/inbox").parse()?, None);
        "Repair-Café am Kanal".clone_into(&mut actor.name);
        actor.summary = Html::from_text("Seit 2014 reparieren wir Räder, Radios und Röcke.\n\nMit Kaffee und Kuchen.");
        storage::actors::insert(self.tx, &actor, None).await?;
        let line = |name: &&str| {
            let words = match *name {
                "meetings" => "jeden 1. Dienstag im Monat, 19 Uhr",
                "join" => "Einfach vorbeikommen, das nächste Mal am 1. Dezember.",
                "contact" => "Ansprechperson Ausleihe, 0209 169-6666",
                "costs" => "kostenlos, Spende erbeten",
                "seeks" => "Menschen, die nähen können, und eine Nähmaschine",
                "offers" => "Werkzeug zum Ausleihen und einen Raum für 20 Personen",
                "partners" => "Bücherei am Nordmarkt, Gemeinschaftsgarten",
                "organisation" => "Nachbarschaftsverein Nordstadt e. V.",
                _ => "2014",
            };
            ((*name).to_owned(), words.to_owned())
        };
        let place =
            Place { street: Some("Am Teich 3".into()), stop: Some("Nordmarkt".into()), ..Place::named("Bürgerhaus") };
        let facts = Facts {
            purpose: Some("Gemeinsam reparieren, was noch gut ist.".to_owned()),
            lines: LINES.iter().map(line).collect(),
            place: Some(place),
            languages: vec!["de".to_owned(), "tr".to_owned()],
            access: [("step_free", Answer::Yes), ("lift", Answer::No)].map(|(fact, is)| (fact.to_owned(), is)).into(),
            access_note: Some("Die Klingel ist in 90 cm Höhe.".to_owned()),
            website: Some("https://repair.example/".parse()?),
        };
        Ok(storage::profiles::put(self.tx, actor.id, &facts, self.now).await?)
    }
}
