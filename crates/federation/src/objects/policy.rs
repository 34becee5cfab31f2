//! What others may do with something of ours, on the wire: quote it, and answer it where the quarter takes answers.

use serde_json::{Map, Value, json};

use crate::instance::Replies;
use crate::shape::PUBLIC;

/// Adds that everyone may quote a post, and who may answer a post or an event where not everyone may.
///
/// `GoToSocial` reads `canReply`, `Mobilizon` the two others. Where answers wait for an editor nothing is said of them:
/// whoever has to be approved asks for it in a way that is not understood here.
pub(crate) fn write(object: &mut Map<String, Value>, replies: Replies) {
    let is_event = object.get("type").is_some_and(|kind| kind == "Event");
    let mut policy = Map::new();
    if !is_event {
        policy.insert("canQuote".to_owned(), json!({ "automaticApproval": [PUBLIC] }));
    }
    if replies == Replies::Off {
        let author = object.get("attributedTo").and_then(Value::as_str).unwrap_or_default();
        let some = json!([author, format!("{author}/following")]);
        policy.insert("canReply".to_owned(), json!({ "automaticApproval": some }));
        if is_event {
            object.insert("commentsEnabled".to_owned(), json!(false));
            object.insert("repliesModerationOption".to_owned(), json!("closed"));
        }
    }
    if !policy.is_empty() {
        object.insert("interactionPolicy".to_owned(), Value::Object(policy));
    }
}
