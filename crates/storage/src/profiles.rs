//! What initiatives say of themselves, beyond what every actor says.

use std::collections::HashMap;

use domain::profile::Facts;
use jiff::Timestamp;
use uuid::Uuid;

use crate::tx::run;
use crate::{Error, Result, Tx, row, search};

fn read(facts: &str) -> Result<Facts> {
    serde_json::from_str(facts).map_err(|_| Error::Unreadable("profile"))
}

/// Keeps what an initiative says from now on.
pub async fn put(tx: &mut Tx, actor: Uuid, facts: &Facts, now: Timestamp) -> Result<()> {
    let facts = serde_json::to_string(facts).map_err(|_| Error::Unreadable("profile"))?;
    run!(tx, |conn| sqlx::query(
        "insert into profiles (actor, facts, changed_at) values ($1, $2, $3)
         on conflict (actor) do update set facts = excluded.facts, changed_at = excluded.changed_at",
    )
    .bind(actor)
    .bind(&facts)
    .bind(now.as_millisecond())
    .execute(conn)
    .await
    .map(|_| ()))?;
    search::actor(tx, actor).await
}

/// What an initiative says, and since when.
pub async fn of(tx: &mut Tx, actor: Uuid) -> Result<Option<(Facts, Timestamp)>> {
    let kept: Option<(String, i64)> =
        run!(tx, |conn| sqlx::query_as("select facts, changed_at from profiles where actor = $1")
            .bind(actor)
            .fetch_optional(conn)
            .await)?;
    kept.map(|(facts, changed_at)| Ok((read(&facts)?, row::time(changed_at)?))).transpose()
}

/// What all of them say, by actor.
pub async fn all(tx: &mut Tx) -> Result<HashMap<Uuid, Facts>> {
    let kept: Vec<(Uuid, String)> =
        run!(tx, |conn| sqlx::query_as("select actor, facts from profiles").fetch_all(conn).await)?;
    kept.into_iter().map(|(actor, facts)| Ok((actor, read(&facts)?))).collect()
}

/// Forgets what an initiative said.
pub async fn remove(tx: &mut Tx, actor: Uuid) -> Result<()> {
    run!(tx, |conn| sqlx::query("delete from profiles where actor = $1").bind(actor).execute(conn).await.map(|_| ()))?;
    search::actor(tx, actor).await
}

#[cfg(test)]
mod tests {
    use domain::access::Answer;
    use domain::actor::Part;
    use domain::place::Place;

    use super::*;
    use crate::samples::{hours, known, noon, stores};

    #[tokio::test]
    async fn the_latest_facts_of_an_initiative_are_kept() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let choir = known(&mut tx, "chor", Some(Part::Initiative)).await.id;
            assert_eq!(of(&mut tx, choir).await.expect("a query"), None);
            put(&mut tx, choir, &Facts::default(), noon()).await.expect("an insert");
            let mut facts = Facts { purpose: Some("Wir singen.".into()), ..Facts::default() };
            facts.lines.insert("costs".into(), "nichts".into());
            facts.place = Some(Place::named("Bürgerhaus"));
            facts.access.insert("lift".into(), Answer::No);
            facts.languages = vec!["de".into(), "ku".into()];
            put(&mut tx, choir, &facts, noon() + hours(1)).await.expect("an update");
            assert_eq!(of(&mut tx, choir).await.expect("a query"), Some((facts.clone(), noon() + hours(1))));
            assert_eq!(all(&mut tx).await.expect("a query"), HashMap::from([(choir, facts)]));
            remove(&mut tx, choir).await.expect("a removal");
            assert_eq!(of(&mut tx, choir).await.expect("a query"), None);
        }
    }
}
