//! What becomes of a series when one of its events is changed, published or deleted by itself.

use domain::event::{Event, State, Status};
use jiff::Timestamp;
use storage::{Tx, series};
use uuid::Uuid;

use super::{extend, rule};
use crate::error::Result;
use crate::instance::Instance;

/// Notes whether an event of ours is still as its series says: lists show a regular offer once, and apart from it what is
/// different this time.
pub(crate) async fn settle(tx: &mut Tx, event: &Event) -> Result<()> {
    let Some((series, recurrence)) = series::of_event(tx, event.id).await? else { return Ok(()) };
    let usual = series.on(series.date(recurrence)) == event.details && event.details.status == Status::Confirmed;
    Ok(series::set_standing(tx, event.id, usual && series.frequent).await?)
}

/// Goes on with a series whose first event an editor has put on the board.
pub(crate) async fn publish(tx: &mut Tx, instance: &Instance, event: &Event) -> Result<()> {
    let Some((mut series, recurrence)) = series::of_event(tx, event.id).await? else { return Ok(()) };
    if series.template.state == State::Draft {
        // What the editors changed in the first is meant for all of them.
        series.template.state = State::Published;
        series.template.details = event.details.clone();
        series.made_until = recurrence;
        extend(tx, instance, series, instance.clock().now()).await?;
    }
    settle(tx, event).await
}

/// Takes the day of an event that is deleted out of its series, so that it does not come back. Whether others had been told of it.
pub(crate) async fn gone(tx: &mut Tx, event: Uuid) -> Result<bool> {
    let Some((mut series, recurrence)) = series::of_event(tx, event).await? else { return Ok(true) };
    let untold = series::is_untold(tx, event).await?;
    let mut rule = rule(&series)?;
    rule.exceptions.left_out.insert(series.date(recurrence));
    if series.pictured == Some(event) {
        let dates = series::dates(tx, series.template.id, Timestamp::UNIX_EPOCH).await?;
        series.pictured = dates.iter().map(|one| one.event.id).rfind(|id| *id != event);
        if let Some(next) = series.pictured {
            storage::media::hand_on(tx, event, next).await?;
        }
    }
    series.rule = rule.to_string();
    series::update(tx, &series).await?;
    Ok(!untold)
}
