//! Files of pictures, ours and copies of others': always a picture of a kind we chose, whatever a browser would rather have.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use domain::media::{Format, Media};
use federation::media;
use http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, X_CONTENT_TYPE_OPTIONS,
};
use storage::Tx;
use storage::media::Standing;
use uuid::Uuid;

use crate::app::App;
use crate::error::PageError;
use crate::visitor::Visitor;

/// Not a page, even if a browser takes it for one.
const POLICY: &str = "default-src 'none'; sandbox";
/// A day: what is deleted here is out of every cache on the way within that time. The file under a name never changes.
const PUBLIC: &str = "public, max-age=86400, immutable";
const PRIVATE: &str = "private, no-store";

/// The routes of the files.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/media/{file}", get(own)).route("/media/remote/{file}", get(copy))
}

/// A picture of ours under the name `ID.jpg`, `ID.small.jpg`, or with `png`.
async fn own(State(app): State<App>, visitor: Visitor, Path(name): Path<String>) -> Result<Response, PageError> {
    let (id, small) = read(&name).ok_or(PageError::NotFound)?;
    let mut tx = app.instance.store().read().await?;
    let media = storage::media::by_id(&mut tx, id).await?.ok_or(PageError::NotFound)?;
    if media.file_name(small) != name {
        return Err(PageError::NotFound);
    }
    let public = is_public(&mut tx, &visitor, &media).await?;
    drop(tx);
    let bytes = media::file(&app.instance, &media, small).await?;
    let (cache, reach) = if public { (PUBLIC, "cross-origin") } else { (PRIVATE, "same-origin") };
    Ok(answer(media.format, &name, bytes, (cache, reach)))
}

/// Whether everyone may see a picture; an error for who may not.
async fn is_public(tx: &mut Tx, visitor: &Visitor, media: &Media) -> Result<bool, PageError> {
    let rights = visitor.rights.as_ref();
    let may = match storage::media::standing(tx, media.id).await?.ok_or(PageError::NotFound)? {
        Standing::Shown => return Ok(true),
        Standing::Gone => return Err(PageError::Gone),
        Standing::Loose => rights.is_some_and(|rights| rights.account.id == media.account),
        Standing::Draft(author) => {
            let author = storage::actors::by_id(tx, author).await?.ok_or(PageError::NotFound)?;
            rights.is_some_and(|rights| rights.may_speak_for(&author))
        }
    };
    if may { Ok(false) } else { Err(PageError::NotFound) }
}

/// Our copy of a picture of another server, under the key `ID` or `ID.small` of what is kept with its object.
async fn copy(State(app): State<App>, visitor: Visitor, Path(name): Path<String>) -> Result<Response, PageError> {
    let (id, small) = read(&name).ok_or(PageError::NotFound)?;
    let mut tx = app.instance.store().read().await?;
    let attachment = storage::attachments::shown(&mut tx, id, visitor.may_edit()).await?.ok_or(PageError::NotFound)?;
    drop(tx);
    let copy = media::copy(&app.instance, &attachment, small).await?;
    let name = domain::media::file_name(id, copy.format, small);
    let cache = if visitor.may_edit() { PRIVATE } else { PUBLIC };
    Ok(answer(copy.format, &name, copy.bytes, (cache, "same-origin")))
}

/// The id and the size that a file name means.
fn read(name: &str) -> Option<(Uuid, bool)> {
    let (id, rest) = name.split_once('.').unwrap_or((name, ""));
    let id = id.parse::<Uuid>().ok().filter(|read| read.to_string() == id)?;
    Some((id, rest == "small" || rest.starts_with("small.")))
}

fn answer(format: Format, name: &str, bytes: Bytes, (cache, reach): (&'static str, &'static str)) -> Response {
    let headers = [
        (CONTENT_TYPE, format.media_type().to_owned()),
        (X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (CONTENT_SECURITY_POLICY, POLICY.to_owned()),
        // A name that we made: an id and an ending.
        (CONTENT_DISPOSITION, format!("inline; filename=\"{name}\"")),
        (CACHE_CONTROL, cache.to_owned()),
        (HeaderName::from_static("cross-origin-resource-policy"), reach.to_owned()),
    ];
    (headers, bytes).into_response()
}
