//! Leaving: the public profile alone, or the account with everything that is known of its person.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use domain::invalid::Invalid;
use federation::members;
use http::HeaderMap;

use crate::app::App;
use crate::error::PageError;
use crate::forms::Fields;
use crate::layout;
use crate::pages::account;
use crate::pages::delete::Confirm;
use crate::session::{self, SignedIn};

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/account/leave", get(ask).post(leave))
        .route("/account/profile/off", get(ask_profile).post(hide_profile))
}

async fn ask(State(app): State<App>, me: SignedIn) -> Result<Response, PageError> {
    layout::html(&Confirm {
        page: me.visitor.page(&app, me.visitor.text("account-leave-title")),
        what: me.rights.account.name,
        consequence: "account-leave-consequence",
        action: "/account/leave".to_owned(),
        address: None,
        button: "account-leave",
        back: "/account".to_owned(),
    })
}

async fn leave(State(app): State<App>, me: SignedIn, headers: HeaderMap) -> Result<Response, PageError> {
    if !members::leave(&app.instance, &me.rights.account).await? {
        let invalid = Invalid::one("leave", "people-last-admin");
        return account::refuse(&app, &me, &headers, (Fields::default(), invalid)).await;
    }
    let cookie = session::end(&app, &headers).await?;
    Ok(([cookie], Redirect::to("/?done=gone")).into_response())
}

async fn ask_profile(State(app): State<App>, me: SignedIn) -> Result<Response, PageError> {
    layout::html(&Confirm {
        page: me.visitor.page(&app, me.visitor.text("account-profile-off-title")),
        what: me.rights.account.name,
        consequence: "account-profile-off-consequence",
        action: "/account/profile/off".to_owned(),
        address: None,
        button: "account-profile-off-do",
        back: "/account".to_owned(),
    })
}

async fn hide_profile(State(app): State<App>, me: SignedIn) -> Result<Response, PageError> {
    members::hide(&app.instance, &me.rights.account).await?;
    Ok(Redirect::to("/account?done=profile-off").into_response())
}
