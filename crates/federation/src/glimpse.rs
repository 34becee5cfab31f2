//! A look at another quarter from outside, as anybody may: what its calendar says. Nothing of it is kept.

use domain::actor::Actor;
use domain::event::{Details, Draft};

use crate::error::Result;
use crate::fetch::Download;
use crate::imports;
use crate::instance::Instance;
use crate::paths;

/// The largest calendar that is looked at.
const MAX_BYTES: usize = 2 * 1024 * 1024;
/// How many of its events are shown at most.
const MAX_EVENTS: usize = 200;

/// What is coming at the quarter of `actor`, the next first, as its public calendar says.
pub async fn events(instance: &Instance, actor: &Actor) -> Result<Vec<Details>> {
    let url = paths::absolute(&actor.url, "/calendar.ics");
    let Download::Fresh { body, .. } =
        instance.client().get_bytes(&url, imports::ACCEPT, None, None, MAX_BYTES).await?
    else {
        return Ok(Vec::new());
    };
    let (reading, now) = (imports::parse(instance, body).await?, instance.clock().now());
    let drafts = reading.items.into_iter().filter_map(|item| Draft::new(item.details).ok());
    let mut events: Vec<Details> =
        drafts.map(|draft| draft.details().clone()).filter(|details| details.ends_at > now).collect();
    events.sort_by_key(|details| details.starts_at);
    events.truncate(MAX_EVENTS);
    Ok(events)
}
