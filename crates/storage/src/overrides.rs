//! What people here changed of imported events, and what their source said last.

use std::collections::HashMap;

use domain::import::fields::Overrides;
use uuid::Uuid;

use crate::tx::run;
use crate::{Error, Result, Tx};

/// Of one event; `None` where everything is as its source says.
pub async fn of(tx: &mut Tx, event: Uuid) -> Result<Option<Overrides>> {
    let text: Option<Option<String>> =
        run!(tx, |conn| sqlx::query_scalar("select overrides from events where id = $1")
            .bind(event)
            .fetch_optional(conn)
            .await)?;
    text.flatten().map(|text| read(&text)).transpose()
}

/// Of every event of one source that has any.
pub async fn of_source(tx: &mut Tx, source: Uuid) -> Result<HashMap<Uuid, Overrides>> {
    let rows: Vec<(Uuid, String)> = run!(tx, |conn| sqlx::query_as(
        "select id, overrides from events where source = $1 and overrides is not null"
    )
    .bind(source)
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(|(id, text)| Ok((id, read(&text)?))).collect()
}

/// Keeps them; `None`: everything follows the source.
pub async fn set(tx: &mut Tx, event: Uuid, overrides: Option<&Overrides>) -> Result<()> {
    let text = overrides.map(serde_json::to_string).transpose().map_err(|_| Error::Unreadable("overrides"))?;
    run!(tx, |conn| sqlx::query("update events set overrides = $2 where id = $1")
        .bind(event)
        .bind(&text)
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

fn read(text: &str) -> Result<Overrides> {
    serde_json::from_str(text).map_err(|_| Error::Unreadable("overrides"))
}

#[cfg(test)]
mod tests {
    use domain::actor::Part;
    use domain::import::fields::Field;

    use super::*;
    use crate::events;
    use crate::samples::{event, known, stores};

    #[tokio::test]
    async fn what_people_changed_is_kept_with_what_the_source_said() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let ours = known(&mut tx, "nord", Some(Part::Quarter)).await;
            let choir = event(&mut tx, &ours, "Chor", 1).await;
            events::insert(&mut tx, &choir, None).await.expect("an insert");
            assert_eq!(of(&mut tx, choir.id).await.expect("a row"), None);
            let kept = Overrides { fields: vec![Field::Name], said: choir.details.clone() };
            set(&mut tx, choir.id, Some(&kept)).await.expect("an update");
            assert_eq!(of(&mut tx, choir.id).await.expect("a row"), Some(kept));
            set(&mut tx, choir.id, None).await.expect("an update");
            assert_eq!(of(&mut tx, choir.id).await.expect("a row"), None);
        }
    }
}
