//! Signing in with a key that a device holds: it knows its owner, so it stands for the letter and the second key at once.

use axum::extract::State;
use axum::response::Response;
use axum::routing::post;
use axum::{Json, Router};
use domain::account::Account;
use domain::invalid::Invalid;
use domain::retention::CHALLENGES;
use serde_json::{Value, json};
use storage::{Tx, challenges};
use tracing::warn;

use crate::app::App;
use crate::client::Client;
use crate::error::PageError;
use crate::forms::Fields;
use crate::kept::Kept;
use crate::pages::sign_in;
use crate::passkeys::{self, Asked, Said, Site};
use crate::visitor::Visitor;
use crate::{entrance, secrets};

/// The routes of what the page to sign in asks for.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/sign-in/passkey", post(enter)).route("/sign-in/passkey/challenge", post(challenge))
}

/// Something random to sign, and where.
async fn challenge(State(app): State<App>, client: Client) -> Result<Json<Value>, PageError> {
    if !app.limits.admits_client(client.0) {
        return Err(PageError::TooMany);
    }
    let challenge = secrets::token();
    let mut tx = app.instance.store().write().await?;
    let end = app.instance.clock().now() + CHALLENGES;
    challenges::insert(&mut tx, &secrets::hash(&challenge), None, end).await?;
    tx.commit().await?;
    Ok(Json(json!({ "challenge": challenge, "site": Site::of(&app).id })))
}

async fn enter(
    State(app): State<App>,
    visitor: Visitor,
    client: Client,
    fields: Fields,
) -> Result<Response, PageError> {
    if !app.limits.admits_client(client.0) {
        return Err(PageError::TooMany);
    }
    let mut tx = app.instance.store().write().await?;
    let account = proven(&app, &mut tx, &fields).await?;
    let Some(account) = account else {
        // The challenge is used up, whatever came of it.
        tx.commit().await?;
        return sign_in::refuse(&app, &visitor, fields, Invalid::one("passkey", "passkeys-refused"));
    };
    let opened = entrance::open_wide(&app, &mut tx, &visitor, &account).await?;
    tx.commit().await?;
    sign_in::enter(&app, &visitor, opened, Kept::read(&fields))
}

/// Whose key it is that was used just now, by what the browser sent.
async fn proven(app: &App, tx: &mut Tx, fields: &Fields) -> Result<Option<Account>, PageError> {
    let (site, now) = (Site::of(app), app.instance.clock().now());
    let read = |name| passkeys::bytes(fields.value(name)).unwrap_or_default();
    let [credential, client_data, device_data, signature] =
        ["credential", "client_data", "device_data", "signature"].map(read);
    let Some(challenge) = passkeys::challenge(&site, Asked::Get, &client_data) else { return Ok(None) };
    if !challenges::take(tx, &secrets::hash(&challenge), None, now).await? {
        return Ok(None);
    }
    let Some(key) = storage::passkeys::by_credential(tx, &credential).await? else { return Ok(None) };
    let said = Said { client_data: &client_data, device_data: &device_data, signature: &signature };
    let Some(counter) = passkeys::used(&site, &said, &key.public_key, key.algorithm) else { return Ok(None) };
    if !storage::passkeys::count(tx, &credential, counter.into(), now).await? {
        warn!(passkey = %key.id, "A passkey counted backwards: somebody may have a copy of it");
        return Ok(None);
    }
    Ok(storage::accounts::rights(tx, key.account).await?.map(|rights| rights.account))
}
