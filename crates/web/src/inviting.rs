//! Inviting somebody: by a letter with a link, or with a slip of paper to print.

use askama::Template;
use axum::response::Response;
use calendar::phrase;
use domain::account::{Account, Email};
use domain::invitation::Code;
use federation::invitations::{self, Offer};
use storage::invitations::Invitation;

use crate::app::App;
use crate::error::PageError;
use crate::layout::{self, Page};
use crate::qr::{self, Square};
use crate::visitor::Visitor;
use crate::{limits, secrets};

/// How an invitation went.
pub(crate) enum Invited {
    /// A letter is on its way, if its mailbox may get one more today.
    Letter,
    /// The code has to be handed over by whoever invites.
    Slip(Code, Invitation),
    /// Who invites has invited enough for a day.
    Enough,
}

/// Whom to invite, and to what.
pub(crate) struct Wanted {
    pub(crate) offer: Offer,
    /// The mailbox for a letter; `None` for a slip.
    pub(crate) email: Option<Email>,
    pub(crate) name: Option<String>,
}

#[derive(Template)]
#[template(path = "slip.html")]
struct Slip {
    page: Page,
    name: Option<String>,
    what: String,
    code: String,
    address: String,
    until: String,
    square: Option<Square>,
    back: String,
}

/// Invites somebody in the name of `by`. The answer does not depend on whether the mailbox has an account.
pub(crate) async fn invite(app: &App, by: &Account, wanted: Wanted) -> Result<Invited, PageError> {
    let (instance, now) = (&app.instance, app.instance.clock().now());
    let Wanted { offer, email, name } = wanted;
    let mut tx = instance.store().write().await?;
    if !limits::admit_invitation(&mut tx, by.id, now).await? {
        return Ok(Invited::Enough);
    }
    let invitation = Invitation { name, ..invitations::of(instance, by.id, &offer, email) };
    let Some(email) = &invitation.email else {
        let code = secrets::slip();
        invitations::keep(&mut tx, instance, &by.name, &invitation, &secrets::slip_hash(&code)).await?;
        tx.commit().await?;
        return Ok(Invited::Slip(code, invitation));
    };
    let token = secrets::token();
    invitations::keep(&mut tx, instance, &by.name, &invitation, &secrets::hash(&token)).await?;
    if limits::admit_unasked(&mut tx, email, now).await? {
        let link = app.url(&format!("/welcome/{token}"));
        let letter = invitations::letter(instance, &offer, (email, invitation.name.as_deref()), &link);
        storage::letters::insert(&mut tx, &letter, now).await?;
    }
    tx.commit().await?;
    instance.wake_postman();
    Ok(Invited::Letter)
}

/// The page with a slip to print. It is shown once: only a hash of the code is kept.
pub(crate) fn slip(
    app: &App,
    visitor: &Visitor,
    code: &Code,
    invitation: &Invitation,
    back: &str,
) -> Result<Response, PageError> {
    let membership = invitation.initiative.map(|(_, membership)| membership);
    let may = invitations::may(visitor.language, invitation.role, membership);
    let day = until(app, visitor, invitation);
    let mut page = visitor.page(app, visitor.text("people-slip-title"));
    // This page is the answer to a form and has no address of its own.
    back.clone_into(&mut page.path);
    layout::html(&Slip {
        page,
        name: invitation.name.clone(),
        what: visitor.text_with("welcome-what", &[("what", &may)]),
        code: code.to_string(),
        address: app.url("/welcome").trim_start_matches("https://").to_owned(),
        until: visitor.text_with("people-slip-until", &[("day", &day)]),
        square: qr::draw(&app.url(&format!("/welcome?code={}", code.as_str()))),
        back: back.to_owned(),
    })
}

/// The last day on which an invitation is good.
pub(crate) fn until(app: &App, visitor: &Visitor, invitation: &Invitation) -> String {
    phrase::date(invitation.expires_at.to_zoned(app.zone()).date(), visitor.language)
}

/// An invitation that is still open, in words.
pub(crate) struct Open {
    pub(crate) id: uuid::Uuid,
    pub(crate) name: Option<String>,
    pub(crate) words: String,
}

impl Open {
    pub(crate) fn of(app: &App, visitor: &Visitor, invitation: Invitation) -> Self {
        let day = until(app, visitor, &invitation);
        let words = match &invitation.email {
            Some(email) => visitor.text_with("people-open-letter", &[("address", email.as_str()), ("day", &day)]),
            None => visitor.text_with("people-open-slip", &[("day", &day)]),
        };
        Self { id: invitation.id, name: invitation.name, words }
    }
}
