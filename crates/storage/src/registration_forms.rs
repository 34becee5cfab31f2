//! How one can register for an event.

use domain::registration::Form;
use jiff::Timestamp;
use uuid::Uuid;

use crate::tx::run;
use crate::{Error, Result, Tx, row};

#[expect(clippy::struct_excessive_bools, reason = "as many as the table has")]
#[derive(sqlx::FromRow)]
struct Row {
    is_open: bool,
    closes_at: Option<i64>,
    waiting_list: bool,
    by_approval: bool,
    takes_phone: bool,
    most: i64,
    question: Option<String>,
}

impl TryFrom<Row> for Form {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            is_open: row.is_open,
            closes_at: row::time_or_null(row.closes_at)?,
            waiting_list: row.waiting_list,
            by_approval: row.by_approval,
            takes_phone: row.takes_phone,
            most: u32::try_from(row.most).map_err(|_| Error::Unreadable("registration form"))?,
            question: row.question,
        })
    }
}

/// How one can register for an event, if its organisers have said so.
pub async fn of(tx: &mut Tx, event: Uuid) -> Result<Option<Form>> {
    let row: Option<Row> = run!(tx, |conn| sqlx::query_as(
        "select is_open, closes_at, waiting_list, by_approval, takes_phone, most, question
         from registration_forms where event = $1",
    )
    .bind(event)
    .fetch_optional(conn)
    .await)?;
    row.map(Form::try_from).transpose()
}

/// Keeps how one can register for an event. Another last moment is told to the organisers again when it passes.
pub async fn put(tx: &mut Tx, event: Uuid, form: &Form) -> Result<()> {
    run!(tx, |conn| sqlx::query(
        "insert into registration_forms
         (event, is_open, closes_at, waiting_list, by_approval, takes_phone, most, question, closed_told_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, null)
         on conflict (event) do update set is_open = excluded.is_open, closes_at = excluded.closes_at,
         waiting_list = excluded.waiting_list, by_approval = excluded.by_approval, takes_phone = excluded.takes_phone,
         most = excluded.most, question = excluded.question,
         closed_told_at = case when registration_forms.closes_at = excluded.closes_at
         then registration_forms.closed_told_at else null end",
    )
    .bind(event)
    .bind(form.is_open)
    .bind(form.closes_at.map(Timestamp::as_millisecond))
    .bind(form.waiting_list)
    .bind(form.by_approval)
    .bind(form.takes_phone)
    .bind(i64::from(form.most))
    .bind(&form.question)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// The events for which the time to register has passed since and whose organisers were not told.
pub async fn closed(tx: &mut Tx, now: Timestamp, limit: i64) -> Result<Vec<Uuid>> {
    let ids = run!(tx, |conn| sqlx::query_scalar(
        "select event from registration_forms where is_open and closes_at <= $1 and closed_told_at is null
         order by closes_at limit $2",
    )
    .bind(now.as_millisecond())
    .bind(limit)
    .fetch_all(conn)
    .await)?;
    Ok(ids)
}

/// Notes that the organisers are told; `false` if they were.
pub async fn mark_told(tx: &mut Tx, event: Uuid, now: Timestamp) -> Result<bool> {
    let told = run!(tx, |conn| sqlx::query(
        "update registration_forms set closed_told_at = $2 where event = $1 and closed_told_at is null"
    )
    .bind(event)
    .bind(now.as_millisecond())
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0))?;
    Ok(told)
}

#[cfg(test)]
mod tests {
    use domain::actor::Part;

    use super::*;
    use crate::samples::{event, hours, known, noon, stores};
    use crate::{events, objects};

    #[tokio::test]
    async fn what_the_organisers_set_is_kept_and_its_end_told_once() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let ours = known(&mut tx, "nord", Some(Part::Quarter)).await;
            let party = event(&mut tx, &ours, "Straßenfest", 5).await;
            events::insert(&mut tx, &party, None).await.expect("an insert");
            assert_eq!(of(&mut tx, party.id).await.expect("a query"), None);
            let question = Some("Vegetarisch?".to_owned());
            let form = Form { is_open: true, closes_at: Some(noon()), question, ..Form::default() };
            put(&mut tx, party.id, &form).await.expect("an insert");
            assert_eq!(of(&mut tx, party.id).await.expect("a query"), Some(form.clone()));
            assert!(closed(&mut tx, noon() - hours(1), 9).await.expect("a list").is_empty());
            assert_eq!(closed(&mut tx, noon(), 9).await.expect("a list"), [party.id]);
            assert!(mark_told(&mut tx, party.id, noon()).await.expect("an update"));
            assert!(!mark_told(&mut tx, party.id, noon()).await.expect("an update"), "once");
            put(&mut tx, party.id, &Form { most: 1, ..form.clone() }).await.expect("a change");
            assert!(closed(&mut tx, noon(), 9).await.expect("a list").is_empty(), "the day is the same");
            put(&mut tx, party.id, &Form { closes_at: Some(noon() + hours(1)), ..form }).await.expect("a change");
            assert_eq!(closed(&mut tx, noon() + hours(2), 9).await.expect("a list"), [party.id]);
            objects::forget(&mut tx, party.id).await.expect("a removal");
            assert_eq!(of(&mut tx, party.id).await.expect("a query"), None);
        }
    }
}
