//! Putting a post or an event first on the page of its author, and back in its place; what stands there.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use calendar::phrase;
use domain::language::Language;
use storage::Tx;
use url::Url;
use uuid::Uuid;

use crate::app::App;
use crate::error::{PageError, Refused};
use crate::forms::Fields;
use crate::listing::beginning;
use crate::session::SignedIn;
use crate::speakers;
use federation::activities::{add, remove};

/// The routes of the buttons.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/events/{id}/first", post(change_event)).route("/posts/{id}/first", post(change_post))
}

async fn change_event(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<Uuid>,
    fields: Fields,
) -> Result<Response, PageError> {
    let event = speakers::own_event(&app, &me.rights, id).await?;
    change(&app, (event.author, &event.url), &fields, &format!("/events/{id}")).await
}

async fn change_post(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<Uuid>,
    fields: Fields,
) -> Result<Response, PageError> {
    let post = speakers::own_post(&app, &me.rights, id).await?;
    change(&app, (post.author, &post.url), &fields, &format!("/posts/{id}")).await
}

/// Does what the button says, and goes back to the page it is on.
async fn change(app: &App, (author, url): (Uuid, &Url), fields: &Fields, page: &str) -> Result<Response, PageError> {
    let author = storage::actors::by_id(&mut app.instance.store().look().await?, author).await?;
    let author = author.ok_or(PageError::NotFound)?;
    let (done, notice) = if fields.value("do") == "back" {
        (remove::publish(&app.instance, &author, url).await, "put-back")
    } else {
        (add::publish(&app.instance, &author, url).await, "put-first")
    };
    match done.map_err(Refused::from) {
        Ok(()) => Ok(Redirect::to(&format!("{page}?done={notice}")).into_response()),
        Err(Refused::Invalid(_)) => Ok(Redirect::to(&format!("{page}?done=first-full")).into_response()),
        Err(Refused::Page(error)) => Err(error),
    }
}

/// Something that stands first, in words.
pub(crate) struct First {
    pub(crate) href: String,
    pub(crate) title: String,
    /// The time of an event.
    pub(crate) when: Option<String>,
}

/// What stands first for `actor`; events only as long as they are not over.
pub(crate) async fn of(app: &App, tx: &mut Tx, actor: Uuid, language: Language) -> Result<Vec<First>, PageError> {
    let now = app.instance.clock().now();
    let mut found = Vec::new();
    for item in storage::featured::of_actor(tx, actor).await? {
        let first = if item.event {
            let event = storage::events::by_id(tx, item.id).await?.filter(|event| event.details.ends_at > now);
            event.map(|event| First {
                href: format!("/events/{}", item.id),
                when: Some(phrase::when_list(&event.details, language)),
                title: event.details.name,
            })
        } else {
            storage::posts::by_id(tx, item.id).await?.map(|post| First {
                href: format!("/posts/{}", item.id),
                when: None,
                title: post.details.title.unwrap_or_else(|| beginning(&post.details.content, 140)),
            })
        };
        found.extend(first);
    }
    Ok(found)
}
