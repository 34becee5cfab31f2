//! What was typed into a form whose session had ended: it travels through signing in, and comes back. Nothing of it is kept
//! here meanwhile: it goes along in the pages.

use askama::Template;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::response::{IntoResponse, Response};
use http::StatusCode;

use crate::app::App;
use crate::error::PageError;
use crate::forms::{Fields, Form};
use crate::layout::{self, Page};
use crate::picture_form::Sent;
use crate::visitor::Visitor;

/// What the names of fields begin with that were typed into another form than the one that carries them.
const KEPT: &str = "kept.";
/// The field with the address of the form that was typed into.
const TO: &str = "kept_to";
/// The field that asks for the form back with what was typed, before anything is done.
pub(crate) const UNSENT: &str = "unsent";

/// Somebody who may send a form, and the form. Who has no session any more is asked to sign in, and the words stay.
pub(crate) struct Writing<Who, Form>(pub(crate) Who, pub(crate) Form);

/// A form whose words can be kept.
pub(crate) trait Typed: Send {
    /// The words, without files.
    fn words(self) -> impl Future<Output = Result<Fields, PageError>> + Send;
}

impl Typed for Fields {
    async fn words(self) -> Result<Fields, PageError> {
        Ok(self)
    }
}

impl Typed for Sent {
    async fn words(self) -> Result<Fields, PageError> {
        self.without_files().await
    }
}

impl<Who, Form> FromRequest<App> for Writing<Who, Form>
where
    Who: FromRequestParts<App, Rejection = PageError> + Send,
    Form: FromRequest<App, Rejection = Response> + Typed,
{
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let visitor = Visitor::from_request_parts(&mut parts, app).await.map_err(IntoResponse::into_response)?;
        match Who::from_request_parts(&mut parts, app).await {
            Ok(who) => Ok(Self(who, Form::from_request(Request::from_parts(parts, body), app).await?)),
            Err(PageError::SignIn) => {
                let form = Form::from_request(Request::from_parts(parts, body), app).await?;
                let words = form.words().await.map_err(IntoResponse::into_response)?;
                Err(ask(app, visitor, &words).unwrap_or_else(IntoResponse::into_response))
            }
            Err(other) => Err(other.into_response()),
        }
    }
}

/// The words on their way through signing in.
#[derive(Default)]
pub(crate) struct Kept {
    /// The address of their form.
    pub(crate) to: String,
    /// Their names there, and what was typed.
    pub(crate) words: Vec<(String, String)>,
}

impl Kept {
    /// What a form carries along for another one.
    pub(crate) fn read(fields: &Fields) -> Self {
        let to = fields.value(TO);
        // Only ever sent to ourselves, whatever a page of ours is made to carry.
        if !to.starts_with('/') || to.starts_with("//") || to.contains(['\\', '?', '#']) {
            return Self::default();
        }
        let own = |(name, value): (&str, &str)| Some((name.strip_prefix(KEPT)?.to_owned(), value.to_owned()));
        Self { to: to.to_owned(), words: fields.all().filter_map(own).collect() }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The hidden fields that carry them one page on.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (String, &str)> {
        let to = (!self.is_empty()).then(|| (TO.to_owned(), self.to.as_str()));
        to.into_iter().chain(self.words.iter().map(|(name, value)| (format!("{KEPT}{name}"), value.as_str())))
    }
}

#[derive(Template)]
#[template(path = "sign_in_again.html")]
struct Again {
    page: Page,
    form: Form,
    kept: Kept,
}

#[derive(Template)]
#[template(path = "sign_in_kept.html")]
struct Back {
    page: Page,
    kept: Kept,
}

/// Asks whoever sent `words` to sign in once more.
fn ask(app: &App, mut visitor: Visitor, words: &Fields) -> Result<Response, PageError> {
    let to = visitor.path.split('?').next().unwrap_or_default().to_owned();
    // Switching the language would lose the words: it leads to the form that nobody has typed into.
    "/sign-in".clone_into(&mut visitor.path);
    let words: Vec<_> = words.all().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    if words.is_empty() {
        return Err(PageError::SignIn);
    }
    let mut page = visitor.page(app, visitor.text("signin-again-title"));
    page.head.hidden = true;
    let again = Again { page, form: Form::default(), kept: Kept { to, words } };
    layout::html_with(StatusCode::UNAUTHORIZED, &again)
}

/// The page for who is signed in again: one step back to the form with the words.
pub(crate) fn back(app: &App, visitor: &Visitor, kept: Kept) -> Result<Response, PageError> {
    let mut page = visitor.page(app, visitor.text("signin-kept-title"));
    page.head.hidden = true;
    page.standing = layout::Standing::SignedIn;
    layout::html(&Back { page, kept })
}
