//! What is on the board already and looks like something that waits: an editor may have it twice before them.

use std::collections::HashMap;

use domain::alike::similar;
use jiff::{SignedDuration, Timestamp};
use storage::{Tx, events, posts};
use uuid::Uuid;

use super::{Waiting, What};
use crate::error::Result;
use crate::instance::Instance;
use crate::paths;

/// How many events, and how many posts, are looked through.
const MOST: i64 = 2_000;
/// How far back posts are looked through.
const BACK: SignedDuration = SignedDuration::from_hours(60 * 24);
/// The longest day.
const DAY: SignedDuration = SignedDuration::from_hours(25);

/// The title and the path of what is on the board already, by our key of what waits: an event on the same day or a post of
/// late, with a similar title.
pub async fn find(tx: &mut Tx, instance: &Instance, waiting: &[Waiting]) -> Result<HashMap<Uuid, (String, String)>> {
    let zone = instance.settings().zone();
    let day = |at: Timestamp| at.to_zoned(zone.clone()).date();
    let starts = waiting.iter().filter_map(|one| match &one.what {
        What::Event(event) | What::Draft(event) => Some(event.details.starts_at),
        What::Post(_) => None,
    });
    let (first, last) =
        starts.fold((Timestamp::MAX, Timestamp::MIN), |(first, last), at| (first.min(at), last.max(at)));
    let until = last.checked_add(DAY).unwrap_or(last);
    let shown = match first.checked_sub(DAY) {
        Ok(from) if first <= last => events::titles(tx, (from, until), MOST).await?,
        _ => Vec::new(),
    };
    let has_posts = waiting.iter().any(|one| matches!(one.what, What::Post(_)));
    let told = if has_posts { posts::titles(tx, instance.clock().now() - BACK, MOST).await? } else { Vec::new() };
    let mut alike = HashMap::new();
    for one in waiting {
        let found = match &one.what {
            What::Event(event) | What::Draft(event) => {
                let is_alike = |(_, name, at): &&(Uuid, String, Timestamp)| {
                    day(*at) == day(event.details.starts_at) && similar(name, &event.details.name)
                };
                shown.iter().find(is_alike).map(|(id, name, _)| (name.clone(), paths::event(*id)))
            }
            What::Post(post) => {
                let own = post.details.title.as_deref().unwrap_or_default();
                let is_alike = |(_, title): &&(Uuid, String)| similar(title, own);
                told.iter().find(is_alike).map(|(id, title)| (title.clone(), paths::post(*id)))
            }
        };
        alike.extend(found.map(|found| (one.id, found)));
    }
    Ok(alike)
}
