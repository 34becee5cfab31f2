//! Join: an actor wants to come to an event.

use domain::actor::Actor;
use domain::event::{Event, State as Board};
use domain::html;
use domain::participation::{MOST_WORDS, State};
use serde::Deserialize;
use serde_json::{Value, json};
use storage::{Tx, events};
use url::Url;

use super::answered::Answered;
use super::{Dropped, Outgoing};
use crate::error::{Error, Result};
use crate::instance::Instance;
use crate::{participations, shape};

/// A request to come to an event.
#[derive(Debug, Deserialize)]
pub struct Join {
    #[serde(deserialize_with = "shape::one")]
    id: Url,
    #[serde(deserialize_with = "shape::one")]
    object: Url,
    #[serde(default, rename = "participationMessage")]
    message: Value,
}

impl Join {
    /// Refuses requests for what is not ours.
    pub(super) async fn verify(&self, instance: &Instance, _sender: &Actor) -> Result<(), Dropped> {
        if instance.is_ours(&self.object) { Ok(()) } else { Err(Dropped::Unwanted("the event is not ours")) }
    }

    /// Gives a seat or a place in the queue, and answers.
    pub(super) async fn receive(self, tx: &mut Tx, instance: &Instance, sender: &Actor) -> Result<(), Dropped> {
        let event = events::by_url(tx, &self.object).await?.filter(|event| event.state == Board::Published);
        let event = event.ok_or(Dropped::Unwanted("there is no such event here"))?;
        let message = self.message.as_str().and_then(words);
        let counted = participations::join(tx, instance, event.id, sender, &self.id, message).await?;
        if counted { Ok(()) } else { Err(Dropped::Unwanted("the sender asks too often")) }
    }
}

/// What somebody wrote with a request, as plain text of bounded length.
fn words(message: &str) -> Option<String> {
    Some(html::line(message, MOST_WORDS)).filter(|words| !words.is_empty())
}

/// Asks the organiser of an event, on behalf of `actor`, to let it come; the id of the `Join`. Who asked before and was
/// not refused does not ask again. For an event of ours it is decided at once.
pub async fn publish(
    tx: &mut Tx,
    instance: &Instance,
    actor: &Actor,
    (event, organiser): (&Event, &Actor),
    message: Option<&str>,
) -> Result<Url> {
    let message = message.and_then(words);
    let before = storage::participations::between(tx, event.id, actor.id).await?;
    if let Some(kept) = before.filter(|kept| kept.state.is_on_the_list()) {
        return Ok(kept.activity);
    }
    let object = json!(event.url);
    let join = Outgoing { actor, kind: "Join", about: &event.url, object, to: Some(&organiser.url) };
    if organiser.is_local() {
        let (join, _) = join.keep(tx, instance, false).await?;
        let counted = participations::join(tx, instance, event.id, actor, &join.url, message).await?;
        return if counted { Ok(join.url) } else { Err(Error::Unusable("this actor asked too often")) };
    }
    let words = message.as_ref().map_or(Value::Null, |words| json!({ "participationMessage": words }));
    let join = join.send_with(tx, instance, organiser, words).await?;
    let mut kept = participations::standing(tx, instance, event.id, actor, &join.url).await?;
    (kept.state, kept.activity, kept.message) = (State::Asked, join.url.clone(), message);
    kept.changed_at = instance.clock().now();
    storage::participations::put(tx, &kept).await?;
    Ok(join.url)
}

/// Notes what the organiser answered to one of our actors that asked, or that was invited and said yes. Who left in
/// the meantime has left.
pub(super) async fn answered(
    tx: &mut Tx,
    instance: &Instance,
    answered: Answered,
    state: State,
) -> Result<(), Dropped> {
    let Answered::Join(mut kept) = answered else { return Err(Dropped::Unwanted("this is no answer to that")) };
    if matches!(kept.state, State::Left | State::Invited) {
        return Err(Dropped::Unwanted("nobody here waits for this answer"));
    }
    (kept.state, kept.changed_at) = (state, instance.clock().now());
    storage::participations::put(tx, &kept).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_join_is_read_as_mobilizon_sends_it_and_in_other_shapes() {
        let event = "https://nord.example/events/1";
        for json in [
            json!({ "id": "https://m.example/join/1", "object": event, "participationMessage": null }),
            json!({ "id": "https://m.example/join/1", "object": { "id": event, "type": "Event" } }),
            json!({ "id": "https://m.example/join/1", "object": [event], "participationMessage": ["x"] }),
        ] {
            let join: Join = serde_json::from_value(json.clone()).expect("a join");
            assert_eq!(join.object.as_str(), event, "{json}");
            assert_eq!(join.message.as_str().and_then(words), None);
        }
        assert!(serde_json::from_value::<Join>(json!({ "id": "https://m.example/1" })).is_err());
    }

    #[test]
    fn a_message_is_plain_and_short() {
        assert_eq!(words("<p>Wir sind <b>zu zweit</b></p>").as_deref(), Some("Wir sind zu zweit"));
        assert_eq!(words("<script>x</script>"), None);
        assert_eq!(words(&"ä".repeat(9_000)).map(|words| words.chars().count()), Some(MOST_WORDS));
    }
}
