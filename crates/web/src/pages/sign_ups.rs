//! Who asks for an account, for those who manage accounts: one after the other, each with a yes and a no with a reason.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use calendar::phrase;
use domain::account::Role;
use domain::html::Html;
use domain::invalid::Invalid;
use domain::sign_up::Why;
use federation::invitations::may;
use federation::sign_ups;
use http::StatusCode;
use storage::sign_ups::SignUp;
use uuid::Uuid;

use crate::app::App;
use crate::error::PageError;
use crate::forms::{Fields, Form};
use crate::layout::{self, Page};
use crate::session::Admin;
use crate::visitor::Visitor;

/// How many are shown at once.
const LIMIT: i64 = 50;

/// The reasons that are given most often; the message key is `signup-why-NAME`.
const REASONS: [&str; 3] = ["unknown", "elsewhere", "advertising"];

/// What somebody may be let in as; anything more is given later, by name.
const ROLES: [Role; 2] = [Role::Reader, Role::Member];

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/editors/sign-ups", get(show).post(decide))
}

#[derive(Template)]
#[template(path = "sign_ups.html")]
struct SignUps {
    page: Page,
    cards: Vec<Card>,
    /// Why some wait although the door is open.
    held_up: Vec<&'static str>,
    reasons: Vec<(&'static str, String)>,
    roles: Vec<(&'static str, String)>,
}

struct Card {
    id: Uuid,
    name: String,
    html: String,
    byline: String,
    /// What was typed to decline it.
    form: Form,
}

async fn show(State(app): State<App>, admin: Admin) -> Result<Response, PageError> {
    layout::html(&SignUps::of(&app, &admin.visitor, None).await?)
}

async fn decide(State(app): State<App>, admin: Admin, fields: Fields) -> Result<Response, PageError> {
    let id: Uuid = fields.value("id").parse().map_err(|_| PageError::Malformed)?;
    let who = &admin.rights.account.name;
    let (decided, done) = if fields.value("do") == "let-in" {
        let role = fields.value("role").parse().ok().filter(|role| ROLES.contains(role)).ok_or(PageError::Malformed)?;
        (sign_ups::let_in(&app.instance, id, who, role).await, "let-in")
    } else {
        let Some(reason) = reason(&admin.visitor, &fields) else {
            let form = Form::refused(fields, Invalid::one("why", "queue-why-needed"));
            let page = SignUps::of(&app, &admin.visitor, Some((id, form))).await?;
            return layout::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
        };
        (sign_ups::decline(&app.instance, id, who, &reason).await, "not-let-in")
    };
    let done = match decided {
        Ok(()) => done,
        Err(federation::Error::NotFound) => "decided-already",
        Err(other) => return Err(other.into()),
    };
    Ok(Redirect::to(&format!("/editors/sign-ups?done={done}")).into_response())
}

/// Why somebody is declined: the sentence that was chosen, and what was typed; `None` without either.
fn reason(visitor: &Visitor, fields: &Fields) -> Option<String> {
    let chosen = REASONS.into_iter().find(|name| *name == fields.value("why"));
    let chosen = chosen.map(|name| visitor.text(&format!("signup-why-{name}")));
    let parts: Vec<&str> = chosen.as_deref().into_iter().chain(fields.filled("reason")).collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

impl SignUps {
    async fn of(app: &App, visitor: &Visitor, mut refused: Option<(Uuid, Form)>) -> Result<Self, PageError> {
        let waiting = storage::sign_ups::waiting(&mut app.instance.store().read().await?, LIMIT).await?;
        let waits_for = |why| waiting.iter().any(|one| one.waits.is_some_and(|(_, because)| because == why));
        let held_up = [(Why::Quiet, "signup-waits-quiet"), (Why::Full, "signup-waits-full")];
        let held_up = held_up.into_iter().filter(|(why, _)| waits_for(*why)).map(|(_, words)| words).collect();
        let card = |one: SignUp| {
            let form = refused.take_if(|(id, _)| *id == one.id).map(|(_, form)| form).unwrap_or_default();
            Card::of(app, visitor, one, form)
        };
        Ok(Self {
            page: visitor.page(app, visitor.text("signup-list-title")),
            cards: waiting.into_iter().map(card).collect(),
            held_up,
            reasons: REASONS.map(|name| (name, visitor.text(&format!("signup-why-{name}")))).to_vec(),
            roles: ROLES.map(|role| (role.as_str(), may(visitor.language, role, None))).to_vec(),
        })
    }
}

impl Card {
    fn of(app: &App, visitor: &Visitor, one: SignUp, form: Form) -> Self {
        let since = one.waits.map_or(one.created_at, |(since, _)| since);
        let at = phrase::moment(since, &app.zone(), visitor.language);
        Self {
            id: one.id,
            byline: visitor.text_with("signup-from", &[("address", one.email.as_str()), ("at", &at)]),
            html: Html::from_text(&one.words).as_str().to_owned(),
            name: one.name,
            form,
        }
    }
}
