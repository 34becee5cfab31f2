//! `POST` to an actor's outbox: an object is wrapped in a `Create`, an activity is taken as it is.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use domain::actor::Actor;
use federation::fetch::json;
use federation::{Instance, shape};
use http::{HeaderMap, HeaderName, StatusCode, header};
use serde_json::Value;
use storage::actors;

use crate::problem::Problem;
use crate::{bearer, verbs};

/// Publishes what a program hands in. 201 with the activity's address in `Location` once it is committed; 400, 401,
/// 403, 404 or 413 with a problem document otherwise, and nothing is stored then.
pub(crate) async fn publish(
    State(instance): State<Instance>,
    Path(handle): Path<String>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<(StatusCode, [(HeaderName, String); 1]), Problem> {
    let rights = bearer::rights(&instance, &headers).await?;
    let actor = speaker(&instance, &handle).await?;
    if !rights.may_speak_for(&actor) {
        return Err(Problem::new(StatusCode::FORBIDDEN, "this token may not speak for this actor"));
    }
    let body =
        body.map_err(|refusal| Problem::new(refusal.status(), "the body could not be read or is larger than 1 MiB"))?;
    let json = json::parse(&body).map_err(|error| Problem::bad(format!("the body is not a JSON object: {error}")))?;
    let location = Box::pin(verbs::carry_out(&instance, rights.account.id, &actor, &Value::Object(json))).await?;
    Ok((StatusCode::CREATED, [(header::LOCATION, location.to_string())]))
}

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
