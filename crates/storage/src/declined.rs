//! What an editor declined or deleted of what a source brought: it does not come back at the next reading.

use std::collections::HashSet;

use domain::import::Key;
use jiff::Timestamp;
use uuid::Uuid;

use crate::tx::run;
use crate::{Result, Tx, row};

/// What stands for an event that is not one of a series.
const SINGLE: i64 = -1;

/// Notes an imported event before it is deleted; an event that was typed in leaves no trace.
pub async fn note(tx: &mut Tx, event: Uuid) -> Result<()> {
    run!(tx, |conn| sqlx::query(
        "insert into declined (source, uid, recurrence)
         select source, uid, coalesce(recurrence, -1) from events where id = $1 and source is not null
         on conflict do nothing",
    )
    .bind(event)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Lets an event come again: its source took it back, nobody here.
pub async fn forget(tx: &mut Tx, source: Uuid, key: &Key) -> Result<()> {
    run!(tx, |conn| sqlx::query("delete from declined where source = $1 and uid = $2 and recurrence = $3")
        .bind(source)
        .bind(&key.uid)
        .bind(key.recurrence.map_or(SINGLE, Timestamp::as_millisecond))
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// What does not come back from one source.
pub async fn of_source(tx: &mut Tx, source: Uuid) -> Result<HashSet<Key>> {
    let rows: Vec<(String, i64)> =
        run!(tx, |conn| sqlx::query_as("select uid, recurrence from declined where source = $1")
            .bind(source)
            .fetch_all(conn)
            .await)?;
    rows.into_iter()
        .map(|(uid, at)| Ok(Key { uid, recurrence: row::time_or_null((at != SINGLE).then_some(at))? }))
        .collect()
}

#[cfg(test)]
mod tests {
    use domain::actor::Part;

    use super::*;
    use crate::samples::{event, known, noon, stores};
    use crate::{events, sources};

    #[tokio::test]
    async fn what_was_declined_is_known_until_its_source_takes_it_back() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let ours = known(&mut tx, "nord", Some(Part::Quarter)).await;
            let url = "https://verein.example/k.ics".parse().expect("a URL");
            let source = sources::add(&mut tx, &url, "Verein", ours.id, false).await.expect("a source").id;
            let mut single = event(&mut tx, &ours, "Fest", 1).await;
            single.source = Some(source);
            events::insert(&mut tx, &single, None).await.expect("an insert");
            let mut third = event(&mut tx, &ours, "Probe", 2).await;
            third.source = Some(source);
            events::insert(&mut tx, &third, Some(noon())).await.expect("an insert");
            let typed = event(&mut tx, &ours, "Von Hand", 3).await;
            events::insert(&mut tx, &typed, None).await.expect("an insert");
            for id in [single.id, third.id, typed.id, single.id] {
                note(&mut tx, id).await.expect("a note");
            }
            let single = Key { uid: single.uid, recurrence: None };
            let third = Key { uid: third.uid, recurrence: Some(noon()) };
            let known = of_source(&mut tx, source).await.expect("rows");
            assert_eq!(known, HashSet::from([single.clone(), third.clone()]));
            forget(&mut tx, source, &single).await.expect("a deletion");
            assert_eq!(of_source(&mut tx, source).await.expect("rows"), HashSet::from([third]));
            sources::remove(&mut tx, source).await.expect("a removal");
        }
    }
}
