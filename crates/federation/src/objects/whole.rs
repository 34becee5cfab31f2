//! One object of ours as everybody may fetch it: with its pictures, its numbers and where its answers are.

use domain::event::State;
use serde_json::Value;
use storage::objects::Entry;
use storage::{Tx, actors, events, posts};

use super::{attachment, event, mean_for_quarter, note};
use crate::conversations;
use crate::error::Result;
use crate::instance::Instance;
use crate::registrations;

/// The post or event of `entry`, without `@context`; `None` for a draft, for what is held, and for what is gone.
pub(crate) async fn read(tx: &mut Tx, instance: &Instance, entry: &Entry) -> Result<Option<Value>> {
    let (mut object, author) = if entry.kind == "Event" {
        let event = events::by_id(tx, entry.id).await?.filter(|event| event.state == State::Published);
        let Some(event) = event else { return Ok(None) };
        let Some(author) = actors::by_id(tx, event.author).await? else { return Ok(None) };
        let attendance = registrations::attendance(tx, event.id).await?;
        (event::write(&event, &author, instance.settings(), &attendance), author)
    } else {
        let Some(post) = posts::by_id(tx, entry.id).await? else { return Ok(None) };
        let Some(author) = actors::by_id(tx, post.author).await? else { return Ok(None) };
        (note::write(&post, note::kind(tx, &post).await?, &author), author)
    };
    conversations::complete(tx, instance, entry.id, &mut object).await?;
    mean_for_quarter(&mut object, &author, instance);
    attachment::illustrate(tx, instance, entry.id, object).await.map(Some)
}
