//! `POST` to an actor's upload endpoint: a picture for a later post or event (the ActivityPub media upload of the Social
//! CG: `multipart/form-data` with `file` and `object`).

use axum::Json;
use axum::body::Bytes;
use axum::extract::multipart::{MultipartError, MultipartRejection};
use axum::extract::{Multipart, Path, State};
use domain::media;
use federation::fetch::json;
use federation::objects::attachment;
use federation::{Instance, shape};
use http::{HeaderMap, HeaderName, StatusCode, header};
use serde_json::{Value, json};

use crate::outbox::speaker;
use crate::problem::Problem;
use crate::{MAX_BODY, bearer};

/// The most parts that are looked at.
const MAX_PARTS: usize = 8;

/// Takes a picture in. 201 with its address in `Location` and with the `Image` to put into `attachment`, once it is
/// kept; 400, 401, 403, 404 or 413 with a problem document otherwise. It belongs to nothing yet, and is thrown away
/// after a day unless it is attached.
pub(crate) async fn take(
    State(instance): State<Instance>,
    Path(handle): Path<String>,
    headers: HeaderMap,
    parts: Result<Multipart, MultipartRejection>,
) -> Result<(StatusCode, [(HeaderName, String); 1], Json<Value>), Problem> {
    let rights = bearer::rights(&instance, &headers).await?;
    let actor = speaker(&instance, &handle).await?;
    if !rights.may_speak_for(&actor) {
        return Err(Problem::new(StatusCode::FORBIDDEN, "this token may not speak for this actor"));
    }
    let parts = parts.map_err(|_| Problem::bad("the body is not multipart/form-data"))?;
    let (file, object) = read(parts).await?;
    let alt = shape::text(&object, "name").and_then(media::alt).unwrap_or_default();
    let media =
        federation::media::upload(&instance, rights.account.id, file, (alt, attachment::focus(&object))).await?;
    let image = attachment::write(&instance, &media);
    let location = image.get("url").and_then(Value::as_str).unwrap_or_default().to_owned();
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(image)))
}

/// The file, and what is said about it.
async fn read(mut parts: Multipart) -> Result<(Bytes, Value), Problem> {
    let (mut file, mut object) = (None, json!({}));
    for _ in 0..MAX_PARTS {
        let Some(part) = parts.next_field().await.map_err(|error| refused(&error))? else { break };
        match part.name() {
            Some("file") => file = Some(part.bytes().await.map_err(|error| refused(&error))?),
            Some("object") => {
                let bytes = part.bytes().await.map_err(|error| refused(&error))?;
                let small = Some(&bytes).filter(|bytes| bytes.len() <= MAX_BODY);
                let read = small.and_then(|bytes| json::parse(bytes).ok());
                object = Value::Object(read.ok_or_else(|| Problem::bad("object: is not a JSON object"))?);
            }
            _ => {}
        }
    }
    Ok((file.ok_or_else(|| Problem::bad("file: is missing"))?, object))
}

fn refused(error: &MultipartError) -> Problem {
    Problem::new(error.status(), "the body could not be read or is larger than 21 MB")
}
