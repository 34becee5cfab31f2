//! Writing a post: a new one, or one that is there already.

use askama::Template;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use domain::invalid::Invalid;
use domain::post::{Details, Draft};
use http::StatusCode;
use uuid::Uuid;

use crate::app::App;
use crate::error::{PageError, Refused};
use crate::forms::{Fields, Form, Speaker};
use crate::kept::Writing;
use crate::layout::{self, Page};
use crate::pages::board;
use crate::picture_form::{self, PLACES, Place, Sent};
use crate::session::SignedIn;
use crate::{plain, polls, speakers};
use federation::writing::{self, Written};

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    let sized = DefaultBodyLimit::max(picture_form::MAX_BODY);
    Router::new()
        .route("/write/post", get(blank).post(create).layer(sized))
        .route("/posts/{id}/edit", get(edit).post(change).layer(sized))
}

#[derive(Template)]
#[template(path = "write_post.html")]
struct WritePost {
    page: Page,
    form: Form,
    speakers: Vec<Speaker>,
    /// The post that is changed; `None` for a new one.
    changes: Option<Uuid>,
    /// Whether what is changed has a poll, which stays.
    asks: bool,
    /// Whether the part about polls is shown unfolded.
    poll_open: bool,
    action: String,
    button: &'static str,
    places: &'static [Place],
    topics: Vec<(&'static str, String)>,
}

async fn blank(State(app): State<App>, me: SignedIn) -> Result<Response, PageError> {
    let speakers = speakers::of(&app, &me.rights).await?;
    if speakers.is_empty() {
        return Err(PageError::Forbidden);
    }
    layout::html(&WritePost::of(&app, &me, Form::default(), (speakers, None)))
}

async fn create(State(app): State<App>, Writing(me, sent): Writing<SignedIn, Sent>) -> Result<Response, PageError> {
    let (fields, invalid) = sent.read(&app, &me).await?;
    match publish(&app, &me, &fields, invalid).await {
        Ok(Written::Board(post)) => Ok(Redirect::to(&format!("/posts/{post}?done=published")).into_response()),
        Ok(Written::Queue(_)) => Ok(Redirect::to("/board?done=waits").into_response()),
        Err(Refused::Page(error)) => Err(error),
        Err(Refused::Invalid(invalid)) => {
            let speakers = speakers::of(&app, &me.rights).await?;
            let form = Form::refused(fields, invalid);
            layout::html_with(StatusCode::UNPROCESSABLE_ENTITY, &WritePost::of(&app, &me, form, (speakers, None)))
        }
    }
}

async fn publish(app: &App, me: &SignedIn, fields: &Fields, invalid: Invalid) -> Result<Written, Refused> {
    let mut details = Details::typed(fields.value("title"), fields.value("content"), me.rights.account.language);
    details.plain = plain::typed(fields, &details.plain);
    details.poll = polls::typed(fields, &app.zone()).map_err(Refused::Invalid)?;
    details.notice = board::typed(app, fields).map_err(Refused::Invalid)?;
    let pictures = picture_form::read(fields, me.rights.account.id);
    let (draft, pictures) = picture_form::both(invalid, Draft::new(details), pictures).map_err(Refused::Invalid)?;
    let author = speakers::chosen(app, &me.rights, fields.value("speaker")).await.map_err(Refused::Page)?;
    let author = author.ok_or_else(|| Refused::Invalid(Invalid::one("speaker", "invalid-speaker")))?;
    let form = picture_form::fingerprint(fields, &format!("/write/post {}", me.rights.account.id));
    let writer = speakers::writer(&me.rights, fields);
    Ok(Box::pin(writing::post(&app.instance, &author, &draft.with_pictures(pictures), &writer, Some(&form))).await?)
}

async fn edit(State(app): State<App>, me: SignedIn, Path(id): Path<Uuid>) -> Result<Response, PageError> {
    let post = speakers::own_post(&app, &me.rights, id).await?;
    let mut fields = Fields::default();
    let asks = post.details.poll.is_some();
    fields.set("title", post.details.title.unwrap_or_default());
    fields.set("content", post.details.content.to_text());
    fields.set("plain", post.details.plain.to_text());
    board::fill(&app, &mut fields, post.details.notice.as_ref());
    picture_form::fill(&mut fields, &picture_form::of(&app, id).await?);
    layout::html(&WritePost { asks, ..WritePost::of(&app, &me, Form::fresh(fields), (Vec::new(), Some(id))) })
}

async fn change(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    Writing(me, sent): Writing<SignedIn, Sent>,
) -> Result<Response, PageError> {
    let post = speakers::own_post(&app, &me.rights, id).await?;
    let (fields, invalid) = sent.read(&app, &me).await?;
    let typed = Details::typed(fields.value("title"), fields.value("content"), me.rights.account.language);
    // Markup that the form cannot show stays as long as nobody changes the text.
    let same = fields.value("content") == post.details.content.to_text();
    let content = if same { post.details.content.clone() } else { typed.content };
    let plain = plain::typed(&fields, &post.details.plain);
    let asks = post.details.poll.is_some();
    let draft = board::typed(&app, &fields)
        .and_then(|notice| Draft::new(Details { title: typed.title, content, plain, notice, ..post.details }));
    let pictures = picture_form::read(&fields, me.rights.account.id);
    let refused = match picture_form::both(invalid, draft, pictures) {
        Ok((draft, pictures)) => {
            let (draft, writer) = (draft.with_pictures(pictures), speakers::writer(&me.rights, &fields));
            match Box::pin(writing::change_post(&app.instance, id, draft, &writer)).await.map_err(Refused::from) {
                Ok(_) => return Ok(Redirect::to(&changed(&app, &me, id).await?).into_response()),
                Err(Refused::Page(error)) => return Err(error),
                Err(Refused::Invalid(invalid)) => invalid,
            }
        }
        Err(invalid) => invalid,
    };
    let form = Form::refused(fields, refused);
    let page = WritePost { asks, ..WritePost::of(&app, &me, form, (Vec::new(), Some(id))) };
    layout::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

/// Where a changed post is read: on its page, or where it waits.
async fn changed(app: &App, me: &SignedIn, id: Uuid) -> Result<String, PageError> {
    let shown = storage::posts::by_id(&mut app.instance.store().look().await?, id).await?.is_some();
    Ok(match (shown, me.rights.may_edit()) {
        (true, _) => format!("/posts/{id}?done=changed"),
        (false, true) => format!("/editors/queue?done=changed#title-{id}"),
        (false, false) => "/board?done=changed".to_owned(),
    })
}

impl WritePost {
    fn of(app: &App, me: &SignedIn, form: Form, (speakers, changes): (Vec<Speaker>, Option<Uuid>)) -> Self {
        let title = if changes.is_some() { "forms-post-change" } else { "forms-post-new" };
        Self {
            page: me.visitor.page(app, me.visitor.text(title)),
            poll_open: form.opens(&polls::FIELDS),
            form,
            speakers,
            changes,
            asks: false,
            action: changes.map_or("/write/post".to_owned(), |id| format!("/posts/{id}/edit")),
            places: &PLACES,
            topics: board::offered(&me.visitor),
            button: if changes.is_some() { "forms-save" } else { "forms-publish" },
        }
    }
}
