//! The part of a form with pictures: files that are sent, those that are there already, and what describes them.

use axum::body::{Body, to_bytes};
use axum::extract::multipart::{Field, Multipart};
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use domain::invalid::{Invalid, Problem};
use domain::media::{self, Illustrations, MAX_OWN, Media, Pick};
use http::header::CONTENT_TYPE;
use storage::media as kept;
use uuid::Uuid;

use crate::app::App;
use crate::error::PageError;
use crate::forms::{Fields, MAX_FIELDS};
use crate::kept::UNSENT;
use crate::router::MAX_FORM;
use crate::session::SignedIn;
use crate::{pictures, secrets};

/// The longest form with pictures, in bytes: four of 20 MB, and the words.
pub(crate) const MAX_BODY: usize = 82 * 1024 * 1024;
/// The longest text in one field of such a form.
const MAX_TEXT: usize = 512 * 1024;

/// The names of the fields of the four places: the file that is sent, the one that is there, its description, who made
/// it, a box to tick to be rid of it.
pub(crate) struct Place {
    pub(crate) file: &'static str,
    pub(crate) kept: &'static str,
    pub(crate) alt: &'static str,
    pub(crate) credit: &'static str,
    pub(crate) away: &'static str,
}

/// The four places.
pub(crate) const PLACES: [Place; MAX_OWN] = [
    Place { file: "file_1", kept: "picture_1", alt: "alt_1", credit: "credit_1", away: "away_1" },
    Place { file: "file_2", kept: "picture_2", alt: "alt_2", credit: "credit_2", away: "away_2" },
    Place { file: "file_3", kept: "picture_3", alt: "alt_3", credit: "credit_3", away: "away_3" },
    Place { file: "file_4", kept: "picture_4", alt: "alt_4", credit: "credit_4", away: "away_4" },
];

impl Place {
    /// The address of the small picture that is there already.
    pub(crate) fn preview(&self, form: &crate::forms::Form) -> Option<String> {
        pictures::small(form.value(self.kept)).map(|name| format!("/media/{name}"))
    }
}

/// A form that was sent, with or without files; nothing of it is read yet.
pub(crate) enum Sent {
    /// Words only.
    Words(Fields),
    /// Words and files.
    Files(Multipart),
}

impl FromRequest<App> for Sent {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if kind.starts_with("multipart/form-data") {
            return Multipart::from_request(request, app).await.map(Self::Files).map_err(IntoResponse::into_response);
        }
        // Without files a form is as small as any other.
        let (parts, body) = request.into_parts();
        let body = to_bytes(body, MAX_FORM).await.map_err(|_| PageError::TooLarge.into_response())?;
        Fields::from_request(Request::from_parts(parts, Body::from(body)), app).await.map(Self::Words)
    }
}

impl Sent {
    /// The fields. Pictures are taken in on the way, so that a form with a mistake comes back with them; what is wrong
    /// with them comes beside.
    pub(crate) async fn read(self, app: &App, me: &SignedIn) -> Result<(Fields, Invalid), PageError> {
        let mut parts = match self {
            Self::Words(fields) => {
                let mut invalid = Invalid::default();
                invalid.unless(!fields.checked(UNSENT), UNSENT, "signin-kept-check");
                return Ok((fields, invalid));
            }
            Self::Files(parts) => parts,
        };
        let (mut fields, mut invalid) = (Fields::default(), Invalid::default());
        for _ in 0..MAX_FIELDS {
            let Some(part) = next(&mut parts).await? else { return Ok((fields, invalid)) };
            let name = part.name().unwrap_or_default().to_owned();
            match PLACES.iter().find(|place| place.file == name) {
                Some(place) => invalid.problems.extend(take(app, me, (&mut fields, place), part).await?),
                None => fields.set(name, words(part).await?),
            }
        }
        Err(PageError::Malformed)
    }

    /// The fields; files are passed over.
    pub(crate) async fn without_files(self) -> Result<Fields, PageError> {
        let mut parts = match self {
            Self::Words(fields) => return Ok(fields),
            Self::Files(parts) => parts,
        };
        let mut fields = Fields::default();
        for _ in 0..MAX_FIELDS {
            let Some(part) = next(&mut parts).await? else { return Ok(fields) };
            if part.file_name().is_none() {
                fields.set(part.name().unwrap_or_default().to_owned(), words(part).await?);
            }
        }
        Err(PageError::Malformed)
    }
}

async fn next(parts: &mut Multipart) -> Result<Option<Field<'_>>, PageError> {
    parts.next_field().await.map_err(|error| refused(error.status()))
}

fn refused(status: http::StatusCode) -> PageError {
    if status == http::StatusCode::PAYLOAD_TOO_LARGE { PageError::TooLarge } else { PageError::Malformed }
}

async fn words(mut part: Field<'_>) -> Result<String, PageError> {
    let mut text = Vec::new();
    while let Some(bytes) = part.chunk().await.map_err(|error| refused(error.status()))? {
        if text.len() + bytes.len() > MAX_TEXT {
            return Err(PageError::TooLarge);
        }
        text.extend_from_slice(&bytes);
    }
    String::from_utf8(text).map_err(|_| PageError::Malformed)
}

/// Takes in the file of one place, if one was chosen; what is wrong with it otherwise.
async fn take(
    app: &App,
    me: &SignedIn,
    (fields, place): (&mut Fields, &Place),
    part: Field<'_>,
) -> Result<Option<Problem>, PageError> {
    let bytes = part.bytes().await.map_err(|error| refused(error.status()))?;
    if bytes.is_empty() {
        return Ok(None);
    }
    let digest = secrets::fingerprint(&bytes);
    match federation::media::upload(&app.instance, me.rights.account.id, bytes, (String::new(), None)).await {
        Ok(media) => {
            fields.set(place.kept, media.file_name(false));
            // Sent twice, the same picture gets two names: the form is known again by what was sent.
            fields.set(place.file, digest);
            Ok(None)
        }
        Err(federation::Error::Invalid(invalid)) => {
            let problem = |message| Problem { field: place.file, message };
            Ok(invalid.problems.first().map(|first| problem(first.message)))
        }
        Err(federation::Error::Full) => Ok(Some(Problem { field: place.file, message: "media-full" })),
        Err(federation::Error::Away(_)) => Ok(Some(Problem { field: place.file, message: "media-away" })),
        Err(other) => Err(other.into()),
    }
}

/// The pictures that the form names, each with its description; every problem at its field.
pub(crate) fn read(fields: &Fields, account: Uuid) -> Result<Illustrations, Invalid> {
    let (mut picks, mut invalid) = (Vec::new(), Invalid::default());
    for place in &PLACES {
        let id = fields.value(place.kept).split('.').next().and_then(|id| id.parse().ok());
        let alt = media::alt(fields.value(place.alt));
        match (id, alt) {
            (Some(_), _) if fields.checked(place.away) => {}
            (Some(id), Some(alt)) => {
                picks.push(Pick { id, alt, credit: media::credit(fields.value(place.credit)), focus: None });
            }
            (Some(_), None) => invalid.unless(false, place.alt, "media-alt-missing"),
            (None, Some(_)) => invalid.unless(false, place.file, "media-file-missing"),
            (None, None) => {}
        }
    }
    invalid.or(Illustrations { account, picks })
}

/// A hash of a form with pictures and of `who` sent it, as [`Fields::fingerprint`].
pub(crate) fn fingerprint(fields: &Fields, who: &str) -> Vec<u8> {
    let mut said = fields.clone();
    for place in PLACES.iter().filter(|place| fields.filled(place.file).is_some()) {
        said.set(place.kept, "");
    }
    said.fingerprint(who)
}

/// Both, or every problem of both and of what came before.
pub(crate) fn both<T>(
    mut before: Invalid,
    draft: Result<T, Invalid>,
    pictures: Result<Illustrations, Invalid>,
) -> Result<(T, Illustrations), Invalid> {
    match (draft, pictures) {
        (Ok(draft), Ok(pictures)) => before.or((draft, pictures)),
        (draft, pictures) => {
            let problems = [draft.err(), pictures.err()].into_iter().flatten().flat_map(|invalid| invalid.problems);
            for problem in problems {
                if before.at(problem.field).is_none() {
                    before.problems.push(problem);
                }
            }
            Err(before)
        }
    }
}

/// Fills in the pictures that are there.
pub(crate) fn fill(fields: &mut Fields, pictures: &[Media]) {
    for (place, media) in PLACES.iter().zip(pictures) {
        fields.set(place.kept, media.file_name(false));
        fields.set(place.alt, &media.alt);
        fields.set(place.credit, media.credit.as_deref().unwrap_or_default());
    }
}

/// The pictures of one of our objects.
pub(crate) async fn of(app: &App, object: Uuid) -> Result<Vec<Media>, PageError> {
    Ok(kept::of_object(&mut app.instance.store().look().await?, object).await?)
}
