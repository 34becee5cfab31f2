//! What a body must say before it is worth asking for a key.

use domain::host::Host;
use jiff::Timestamp;
use serde_json::Value;
use url::Url;

use super::proof::{Caller, federated_url};
use super::{Claim, Refusal, Request};
use crate::fetch::json;
use crate::signatures::proof as integrity;

/// Reads the activity, whose actor and id must be on the host of the key, unless it proves itself whose it is.
pub(super) fn claim(request: &Request<'_>, caller: Caller, now: Timestamp) -> Result<Claim, Refusal> {
    let activity = json::parse(request.body).map_err(|error| Refusal::malformed(error.to_string()))?;
    let actor = activity.get("actor").and_then(one_id).and_then(|id| federated_url(id, request.host));
    let actor = actor.ok_or_else(|| Refusal::malformed("the activity does not name one actor by its URL"))?;
    if Host::of(&actor).as_ref() == Some(request.host) {
        // Also with a proof: our own words of yesterday are no news to us.
        return Err(Refusal::unproven("the actor is ours"));
    }
    let activity = Value::Object(activity);
    let proof = integrity::read(&activity, now).map_err(|broken| Refusal::unproven(broken.to_string()))?;
    if proof.is_none() && Host::of(&actor) != Host::of(&caller.key_id) {
        return Err(Refusal::unproven("the key is not on the host of the actor"));
    }
    let id = id(activity.get("id"), &actor, request.host)?;
    Ok(Claim { key_id: caller.key_id.clone(), actor, id, activity, proof, caller })
}

/// The id in `"id"`, `{"id": …}` or a list of just one of these.
fn one_id(value: &Value) -> Option<&str> {
    match value {
        Value::String(id) => Some(id),
        Value::Object(object) => object.get("id")?.as_str(),
        Value::Array(list) => match list.as_slice() {
            [Value::String(id)] => Some(id),
            [Value::Object(object)] => object.get("id")?.as_str(),
            _ => None,
        },
        _ => None,
    }
}

fn id(value: Option<&Value>, actor: &Url, ours: &Host) -> Result<Option<Url>, Refusal> {
    let id = match value {
        None | Some(Value::Null) => return Ok(None),
        Some(value) => value.as_str().and_then(|id| federated_url(id, ours)),
    };
    match id {
        Some(id) if Host::of(&id) == Host::of(actor) => Ok(Some(id)),
        _ => Err(Refusal::malformed("the activity's id is not on the host of its actor")),
    }
}
