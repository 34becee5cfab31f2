//! `POST` to an actor's outbox: an object is wrapped in a `Create`, an activity is taken as it is.

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use domain::actor::Actor;
use federation::fetch::json;
use federation::{Instance, shape};
use http::{HeaderMap, StatusCode, header};
use serde_json::{Value, json};
use storage::actors;

use crate::bearer;
use crate::problem::Problem;
use crate::verbs::{self, Outcome};

/// Publishes what a program hands in. 201 with the activity's address in `Location` once it is committed; 202 with the
/// address of the object where an editor reads it first; 400, 401, 403, 404 or 413 with a problem document otherwise, and
/// nothing is stored then.
pub(crate) async fn publish(
    State(instance): State<Instance>,
    Path(handle): Path<String>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    let rights = bearer::rights(&instance, &headers).await?;
    let actor = speaker(&instance, &handle).await?;
    if !rights.may_speak_for(&actor) {
        return Err(Problem::new(StatusCode::FORBIDDEN, "this token may not speak for this actor"));
    }
    let body =
        body.map_err(|refusal| Problem::new(refusal.status(), "the body could not be read or is larger than 1 MiB"))?;
    let json = json::parse(&body).map_err(|error| Problem::bad(format!("the body is not a JSON object: {error}")))?;
    Ok(match Box::pin(verbs::carry_out(&instance, &rights, &actor, &Value::Object(json))).await? {
        Outcome::Done(activity) => (StatusCode::CREATED, [(header::LOCATION, activity.to_string())]).into_response(),
        Outcome::Waits(object) => {
            let said = json!({ "state": "waiting", "detail": WAITS, "object": object });
            (StatusCode::ACCEPTED, [(header::LOCATION, object.to_string())], Json(said)).into_response()
        }
    })
}

/// What a program is told whose text is not on the board yet.
const WAITS: &str = "an editor of the quarter reads this before anybody else does";

/// The living actor of that handle.
pub(crate) async fn speaker(instance: &Instance, handle: &str) -> Result<Actor, Problem> {
    let mut tx = instance.store().read().await?;
    let actor = actors::by_handle(&mut tx, handle).await?.filter(|actor| actor.deleted_at.is_none());
    actor.ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, "there is no such actor here"))
}

/// Whether an object says that it is for everyone; without an audience it is.
pub(crate) fn is_for_everyone(object: &Value) -> bool {
    let addressed = ["to", "cc", "bto", "bcc", "audience"].iter().any(|name| shape::get(object, name).is_some());
    !addressed || shape::is_public(object, true)
}
