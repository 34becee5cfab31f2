//! Who wants to come to which event, and how that stands.

use domain::actor::Actor;
use domain::participation::{Counts, Participation, State};
use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use url::Url;
use uuid::Uuid;

use crate::tx::run;
use crate::{Error, Result, Tx, actors, row};

#[derive(sqlx::FromRow)]
struct Row {
    event: Uuid,
    actor: Uuid,
    state: String,
    activity: String,
    invitation: Option<String>,
    message: Option<String>,
    place: Uuid,
    joins: i64,
    counted_from: i64,
    changed_at: i64,
}

impl TryFrom<Row> for Participation {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            event: row.event,
            actor: row.actor,
            state: State::from_name(&row.state).ok_or(Error::Unreadable("participation"))?,
            activity: row::url(&row.activity)?,
            invitation: row::url_or_null(row.invitation.as_deref())?,
            message: row.message,
            place: row.place,
            joins: row.joins,
            counted_from: row::time(row.counted_from)?,
            changed_at: row::time(row.changed_at)?,
        })
    }
}

/// A query for participations: every column of `p`, then `rest`.
fn select(rest: &str) -> AssertSqlSafe<String> {
    AssertSqlSafe(format!(
        "select p.event, p.actor, p.state, p.activity, p.invitation, p.message, p.place, p.joins, p.counted_from,
         p.changed_at from participations p {rest}"
    ))
}

/// Lets nobody else decide about the seats of an event until this transaction ends. On SQLite nobody else can anyway.
pub async fn lock(tx: &mut Tx, event: Uuid) -> Result<()> {
    run!(tx, |conn| sqlx::query("update events set sequence = sequence where id = $1")
        .bind(event)
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// Keeps how it stands with one actor and one event.
pub async fn put(tx: &mut Tx, kept: &Participation) -> Result<()> {
    run!(tx, |conn| sqlx::query(
        "insert into participations
         (event, actor, state, activity, invitation, message, place, joins, counted_from, changed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         on conflict (event, actor) do update set state = excluded.state, activity = excluded.activity,
         invitation = excluded.invitation, message = excluded.message, place = excluded.place, joins = excluded.joins,
         counted_from = excluded.counted_from, changed_at = excluded.changed_at",
    )
    .bind(kept.event)
    .bind(kept.actor)
    .bind(kept.state.as_str())
    .bind(kept.activity.as_str())
    .bind(kept.invitation.as_ref().map(Url::as_str))
    .bind(&kept.message)
    .bind(kept.place)
    .bind(kept.joins)
    .bind(kept.counted_from.as_millisecond())
    .bind(kept.changed_at.as_millisecond())
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// How it stands with one actor and one event.
pub async fn between(tx: &mut Tx, event: Uuid, actor: Uuid) -> Result<Option<Participation>> {
    let row: Option<Row> = run!(tx, |conn| sqlx::query_as(select("where p.event = $1 and p.actor = $2"))
        .bind(event)
        .bind(actor)
        .fetch_optional(conn)
        .await)?;
    row.map(Participation::try_from).transpose()
}

/// The participation of `actor` that its `Join` or the `Invite` to it named `activity` made.
pub async fn by_activity(tx: &mut Tx, actor: Uuid, activity: &Url) -> Result<Option<Participation>> {
    let row: Option<Row> =
        run!(tx, |conn| sqlx::query_as(select("where p.actor = $1 and (p.activity = $2 or p.invitation = $2)"))
            .bind(actor)
            .bind(activity.as_str())
            .fetch_optional(conn)
            .await)?;
    row.map(Participation::try_from).transpose()
}

/// The participation of one of our actors that its `Join` or the `Invite` to it named `activity` made.
pub async fn of_ours(tx: &mut Tx, activity: &Url) -> Result<Option<Participation>> {
    let row: Option<Row> = run!(tx, |conn| sqlx::query_as(select(
        "join actors a on a.id = p.actor
         where (p.activity = $1 or p.invitation = $1) and a.part is not null limit 1"
    ))
    .bind(activity.as_str())
    .fetch_optional(conn)
    .await)?;
    row.map(Participation::try_from).transpose()
}

/// How many persons have a seat, wait for one, or wait for the organiser's word, whichever way they came.
pub async fn count(tx: &mut Tx, event: Uuid) -> Result<Counts> {
    let rows: Vec<(String, i64)> = run!(tx, |conn| sqlx::query_as(
        "select state, cast(sum(persons) as bigint) from
         (select state, 1 as persons from participations where event = $1
         union all select state, persons from registrations where event = $1) as everyone group by state",
    )
    .bind(event)
    .fetch_all(conn)
    .await)?;
    let of = |state: State| rows.iter().find(|(name, _)| name == state.as_str()).map_or(0, |(_, count)| *count);
    Ok(Counts { confirmed: of(State::Confirmed), queued: of(State::Queued), asked: of(State::Asked) })
}

/// Who waits longest for a seat.
pub async fn first_in_queue(tx: &mut Tx, event: Uuid) -> Result<Option<Participation>> {
    let row: Option<Row> =
        run!(tx, |conn| sqlx::query_as(select("where p.event = $1 and p.state = 'queued' order by p.place limit 1"))
            .bind(event)
            .fetch_optional(conn)
            .await)?;
    row.map(Participation::try_from).transpose()
}

/// Everyone who has to do with an event and has not left, each with their actor, the first first.
pub async fn of_event(tx: &mut Tx, event: Uuid) -> Result<Vec<(Participation, Actor)>> {
    let rows: Vec<Row> = run!(tx, |conn| sqlx::query_as(select(
        "where p.event = $1 and p.state <> 'left' order by p.place limit 20000"
    ))
    .bind(event)
    .fetch_all(conn)
    .await)?;
    with_actors(tx, rows).await
}

/// What one actor takes part in, wants to, or is invited to.
pub async fn of_actor(tx: &mut Tx, actor: Uuid) -> Result<Vec<Participation>> {
    let rows: Vec<Row> =
        run!(tx, |conn| sqlx::query_as(select("where p.actor = $1 and p.state <> 'left' order by p.event"))
            .bind(actor)
            .fetch_all(conn)
            .await)?;
    rows.into_iter().map(Participation::try_from).collect()
}

/// The invitations to our actors that nobody has answered, the newest first, each with who is invited.
pub async fn invitations(tx: &mut Tx, limit: i64) -> Result<Vec<(Participation, Actor)>> {
    let rows: Vec<Row> = run!(tx, |conn| sqlx::query_as(select(
        "join actors a on a.id = p.actor
         where p.state = 'invited' and a.part is not null order by p.place desc limit $1"
    ))
    .bind(limit)
    .fetch_all(conn)
    .await)?;
    with_actors(tx, rows).await
}

async fn with_actors(tx: &mut Tx, rows: Vec<Row>) -> Result<Vec<(Participation, Actor)>> {
    let actors = actors::by_ids(tx, rows.iter().map(|row| row.actor).collect::<Vec<_>>()).await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        if let Some(actor) = actors.get(&row.actor) {
            found.push((Participation::try_from(row)?, actor.clone()));
        }
    }
    Ok(found)
}

/// The inboxes, each with its host, of everyone on other servers who comes to an event or may: once per server where
/// it has a shared inbox.
pub async fn inboxes(tx: &mut Tx, event: Uuid) -> Result<Vec<(Url, String)>> {
    let rows: Vec<(String, String)> = run!(tx, |conn| sqlx::query_as(
        "select distinct coalesce(a.shared_inbox, a.inbox), a.host
         from participations p join actors a on a.id = p.actor
         where p.event = $1 and p.state in ('asked', 'queued', 'confirmed', 'invited') and a.part is null
           and a.deleted_at is null",
    )
    .bind(event)
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(|(inbox, host)| Ok((row::url(&inbox)?, host))).collect()
}

/// Our keys of everyone who ever had to do with an event.
pub async fn actors(tx: &mut Tx, event: Uuid) -> Result<Vec<Uuid>> {
    let ids = run!(tx, |conn| sqlx::query_scalar("select actor from participations where event = $1")
        .bind(event)
        .fetch_all(conn)
        .await)?;
    Ok(ids)
}

/// Forgets everyone who had to do with an event.
pub async fn forget_event(tx: &mut Tx, event: Uuid) -> Result<()> {
    run!(tx, |conn| sqlx::query("delete from participations where event = $1")
        .bind(event)
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// The events whose participants are kept although they ended before `ended_before`.
pub async fn outdated(tx: &mut Tx, ended_before: Timestamp) -> Result<Vec<Uuid>> {
    let ids = run!(tx, |conn| sqlx::query_scalar(
        "select distinct p.event from participations p join events e on e.id = p.event where e.ends_at < $1",
    )
    .bind(ended_before.as_millisecond())
    .fetch_all(conn)
    .await)?;
    Ok(ids)
}

/// Forgets who left before `left_before`; how many it was.
pub async fn prune(tx: &mut Tx, left_before: Timestamp) -> Result<u64> {
    let gone = run!(tx, |conn| sqlx::query("delete from participations where state = 'left' and changed_at < $1")
        .bind(left_before.as_millisecond())
        .execute(conn)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(gone)
}

#[cfg(test)]
mod tests {
    use domain::actor::Part;
    use domain::event::Event;

    use super::*;
    use crate::samples::{event, hours, known, noon, stores};
    use crate::{events, objects};

    async fn party(tx: &mut Tx) -> (Actor, Event) {
        let ours = known(tx, "nord", Some(Part::Quarter)).await;
        let party = event(tx, &ours, "Straßenfest", 5).await;
        events::insert(tx, &party, None).await.expect("an insert");
        (ours, party)
    }

    fn participation(event: &Event, actor: &Actor, state: State) -> Participation {
        Participation {
            event: event.id,
            actor: actor.id,
            state,
            activity: format!("{}/joins/1", actor.url).parse().expect("a URL"),
            invitation: None,
            message: Some("Wir kommen zu zweit".to_owned()),
            place: Uuid::now_v7(),
            joins: 1,
            counted_from: noon(),
            changed_at: noon(),
        }
    }

    #[tokio::test]
    async fn one_actor_stands_once_on_the_list_of_an_event() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let (_, party) = party(&mut tx).await;
            let mira = known(&mut tx, "mira", None).await;
            let mut kept = participation(&party, &mira, State::Asked);
            put(&mut tx, &kept).await.expect("an insert");
            kept.state = State::Confirmed;
            kept.invitation = Some("https://nord.example/activities/1".parse().expect("a URL"));
            put(&mut tx, &kept).await.expect("a change");
            assert_eq!(between(&mut tx, party.id, mira.id).await.expect("a row"), Some(kept.clone()));
            for id in [&kept.activity, kept.invitation.as_ref().expect("an invitation")] {
                assert_eq!(by_activity(&mut tx, mira.id, id).await.expect("a row"), Some(kept.clone()));
                assert_eq!(of_ours(&mut tx, id).await.expect("a query"), None, "she is not ours");
            }
            assert_eq!(by_activity(&mut tx, Uuid::now_v7(), &kept.activity).await.expect("a query"), None);
            let counts = count(&mut tx, party.id).await.expect("counts");
            assert_eq!(counts, Counts { confirmed: 1, ..Counts::default() });
            assert_eq!(of_event(&mut tx, party.id).await.expect("a list"), [(kept, mira)]);
        }
    }

    #[tokio::test]
    async fn the_queue_keeps_its_order() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let (_, party) = party(&mut tx).await;
            for (name, state) in [("zoe", State::Queued), ("anna", State::Queued), ("ben", State::Confirmed)] {
                let actor = known(&mut tx, name, None).await;
                put(&mut tx, &participation(&party, &actor, state)).await.expect("an insert");
            }
            let first = first_in_queue(&mut tx, party.id).await.expect("a row").expect("somebody");
            let zoe = crate::actors::by_id(&mut tx, first.actor).await.expect("a row").expect("an actor");
            assert_eq!(zoe.handle, "zoe");
            assert_eq!(inboxes(&mut tx, party.id).await.expect("inboxes").len(), 3);
            let left = Participation { state: State::Left, ..first };
            put(&mut tx, &left).await.expect("a change");
            assert_eq!(inboxes(&mut tx, party.id).await.expect("inboxes").len(), 2);
            assert_eq!(prune(&mut tx, noon() + hours(1)).await.expect("a removal"), 1);
        }
    }

    #[tokio::test]
    async fn invitations_are_those_to_ours() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let (ours, _) = party(&mut tx).await;
            let far = known(&mut tx, "fern", None).await;
            let theirs = event(&mut tx, &far, "Lesung", 5).await;
            events::insert(&mut tx, &theirs, None).await.expect("an insert");
            let kept = participation(&theirs, &ours, State::Invited);
            put(&mut tx, &kept).await.expect("an insert");
            put(&mut tx, &participation(&theirs, &far, State::Invited)).await.expect("an insert");
            assert_eq!(invitations(&mut tx, 9).await.expect("a list"), [(kept.clone(), ours.clone())]);
            assert_eq!(of_ours(&mut tx, &kept.activity).await.expect("a row"), Some(kept));
            assert_eq!(of_actor(&mut tx, ours.id).await.expect("a list").len(), 1);
        }
    }

    #[tokio::test]
    async fn nobody_stays_on_the_list_of_an_event_that_is_gone() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let far = known(&mut tx, "fern", None).await;
            let mira = known(&mut tx, "mira", None).await;
            for forgotten in ["deleted", "actor", "host"] {
                let theirs = event(&mut tx, &far, "Lesung", 5).await;
                events::insert(&mut tx, &theirs, None).await.expect("an insert");
                put(&mut tx, &participation(&theirs, &mira, State::Confirmed)).await.expect("an insert");
                assert_eq!(outdated(&mut tx, noon() + hours(8)).await.expect("ids"), [theirs.id]);
                match forgotten {
                    "deleted" => {
                        objects::delete(&mut tx, &theirs.url, &far.url, noon()).await.expect("a deletion");
                    }
                    "actor" => objects::forget_actor(&mut tx, far.id, &far.url).await.expect("a deletion"),
                    _ => objects::forget_host(&mut tx, "fern.example").await.expect("a deletion"),
                }
                assert_eq!(between(&mut tx, theirs.id, mira.id).await.expect("a query"), None, "{forgotten}");
            }
        }
    }
}
