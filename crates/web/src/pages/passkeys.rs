//! One's own passkeys: added, named, removed.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use calendar::phrase;
use domain::invalid::Invalid;
use domain::retention::CHALLENGES;
use federation::people;
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use storage::passkeys::Passkey;
use storage::{Tx, challenges, second_factors};
use uuid::Uuid;

use crate::app::App;
use crate::error::PageError;
use crate::forms::{self, Fields, Form};
use crate::layout::{self, Page};
use crate::passkeys::{self, ALGORITHMS, Asked, Site};
use crate::second_factor::{self, Spent};
use crate::session::{self, SignedIn};
use crate::{assets, secrets};

/// How many passkeys an account may have: one for each device, and some to spare.
const MOST: usize = 10;

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/account/passkeys", get(show).post(add))
        .route("/account/passkeys/challenge", post(challenge))
        .route("/account/passkeys/remove", post(remove))
}

#[derive(Template)]
#[template(path = "passkeys.html")]
struct Mine {
    page: Page,
    keys: Vec<Line>,
    /// Whether adding one needs the second key.
    has_second: bool,
    form: Form,
}

/// One passkey, in words.
struct Line {
    id: Uuid,
    name: String,
    words: String,
}

async fn show(State(app): State<App>, me: SignedIn) -> Result<Response, PageError> {
    let mut fields = Fields::default();
    fields.set("name", me.visitor.browser.clone().unwrap_or_default());
    render(&app, &me, (StatusCode::OK, Form::fresh(fields))).await
}

/// Something random to sign, and what a device needs to know to make a key. What is wrong is a message instead.
async fn challenge(State(app): State<App>, me: SignedIn, fields: Fields) -> Result<Json<Value>, PageError> {
    let (account, now) = (&me.rights.account, app.instance.clock().now());
    let mut tx = app.instance.store().write().await?;
    let known = storage::passkeys::of_account(&mut tx, account.id).await?;
    if known.len() >= MOST {
        return Ok(Json(json!({ "message": me.visitor.text("passkeys-many") })));
    }
    if second_factors::is_on(&mut tx, account.id).await? {
        // A session alone makes no key that opens everything.
        let spent = second_factor::spend(&mut tx, account.id, fields.value("code"), now).await?;
        if spent != Spent::Right {
            tx.commit().await?;
            return Ok(Json(json!({ "message": me.visitor.text("second-code-wrong") })));
        }
    }
    let challenge = secrets::token();
    challenges::insert(&mut tx, &secrets::hash(&challenge), Some(account.id), now + CHALLENGES).await?;
    tx.commit().await?;
    Ok(Json(json!({
        "challenge": challenge,
        "site": Site::of(&app).id,
        "quarter": app.instance.settings().name,
        "user": {
            "id": passkeys::text(account.id.as_bytes()),
            "name": account.email.as_str(),
            "displayName": account.name,
        },
        "known": known.iter().map(|key| passkeys::text(&key.credential)).collect::<Vec<_>>(),
        "algorithms": ALGORITHMS,
    })))
}

/// Takes a key that a device has made. The letter about it is in the same transaction.
async fn add(State(app): State<App>, me: SignedIn, fields: Fields) -> Result<Response, PageError> {
    let account = &me.rights.account;
    let mut tx = app.instance.store().write().await?;
    let key = made(&app, &mut tx, &me, &fields).await?;
    let Some(key) = key else {
        // The challenge is used up, whatever came of it.
        tx.commit().await?;
        return refuse(&app, &me, fields, "passkeys-refused").await;
    };
    if !storage::passkeys::insert(&mut tx, &key).await? {
        tx.commit().await?;
        return refuse(&app, &me, fields, "passkeys-known").await;
    }
    people::tell(&mut tx, &app.instance, account, "passkeys-letter-added").await?;
    tx.commit().await?;
    app.instance.wake_postman();
    Ok(Redirect::to("/account/passkeys?done=passkey-added").into_response())
}

/// The key that was made just now, by what the browser sent.
async fn made(app: &App, tx: &mut Tx, me: &SignedIn, fields: &Fields) -> Result<Option<Passkey>, PageError> {
    let (site, account, now) = (Site::of(app), &me.rights.account, app.instance.clock().now());
    let read = |name| passkeys::bytes(fields.value(name)).unwrap_or_default();
    let [credential, client_data, device_data, public_key] =
        ["credential", "client_data", "device_data", "public_key"].map(read);
    let Some(challenge) = passkeys::challenge(&site, Asked::Create, &client_data) else { return Ok(None) };
    if !challenges::take(tx, &secrets::hash(&challenge), Some(account.id), now).await? {
        return Ok(None);
    }
    let algorithm = fields.value("algorithm").parse().unwrap_or_default();
    let made = passkeys::made(&site, &device_data, &public_key, algorithm);
    let Some((name, counter)) = made.filter(|(name, _)| *name == credential) else { return Ok(None) };
    let called = forms::line(fields.value("name"), 60);
    Ok(Some(Passkey {
        credential: name.to_vec(),
        id: app.instance.new_id(),
        account: account.id,
        name: if called.is_empty() { me.visitor.text("account-session-unknown") } else { called },
        public_key,
        algorithm,
        counter: counter.into(),
        created_at: now,
        used_at: None,
    }))
}

/// Removes a key, and ends every other session: its device may be lost.
async fn remove(
    State(app): State<App>,
    me: SignedIn,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, PageError> {
    let id: Uuid = fields.value("id").parse().map_err(|_| PageError::Malformed)?;
    let account = &me.rights.account;
    let mut tx = app.instance.store().write().await?;
    // Another's is not found, and the answer is the same.
    if storage::passkeys::remove(&mut tx, account.id, id).await? {
        let kept = session::hash(&app, &headers);
        people::change_keys(&mut tx, &app.instance, account, &kept, "passkeys-letter-removed").await?;
        tx.commit().await?;
        app.instance.wake_postman();
    }
    Ok(Redirect::to("/account/passkeys?done=passkey-removed").into_response())
}

async fn refuse(app: &App, me: &SignedIn, fields: Fields, why: &'static str) -> Result<Response, PageError> {
    let form = Form::refused(fields.only(&["name"]), Invalid::one("name", why));
    render(app, me, (StatusCode::UNPROCESSABLE_ENTITY, form)).await
}

async fn render(app: &App, me: &SignedIn, (status, form): (StatusCode, Form)) -> Result<Response, PageError> {
    let (account, visitor) = (&me.rights.account, &me.visitor);
    let mut tx = app.instance.store().read().await?;
    let keys = storage::passkeys::of_account(&mut tx, account.id).await?;
    let has_second = second_factors::is_on(&mut tx, account.id).await?;
    drop(tx);
    let day = |at: jiff::Timestamp| phrase::date(at.to_zoned(app.zone()).date(), visitor.language);
    let line = |key: Passkey| {
        let words = match key.used_at {
            Some(at) => visitor.text_with("passkeys-used", &[("since", &day(key.created_at)), ("day", &day(at))]),
            None => visitor.text_with("passkeys-unused", &[("since", &day(key.created_at))]),
        };
        Line { id: key.id, name: key.name, words }
    };
    let mut page = visitor.page(app, visitor.text("passkeys-title"));
    page.head.hidden = true;
    page.head.script = Some(&assets::PASSKEY.path);
    let view = Mine { page, keys: keys.into_iter().map(line).collect(), has_second, form };
    layout::html_with_script(status, &view)
}
