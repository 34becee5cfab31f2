//! Who asks for a page: their language, and their account if they are signed in.

use axum::extract::{FromRequestParts, OriginalUri};
use domain::account::Rights;
use domain::language::Language;
use domain::voice::{Manner, Voice};
use http::request::Parts;
use jiff::tz::TimeZone;

use crate::app::App;
use crate::error::PageError;
use crate::layout::Page;
use crate::{browser, language, plain, polls, session};

/// What a page needs to know about its reader.
#[derive(Clone, Debug)]
pub(crate) struct Visitor {
    pub(crate) language: Language,
    /// How the quarter speaks to them.
    pub(crate) manner: Manner,
    /// Whether they want texts in plain language first.
    pub(crate) plain_first: bool,
    /// What the account may do; `None` for everyone who just reads.
    pub(crate) rights: Option<Rights>,
    /// Path and query, to come back after switching the language.
    pub(crate) path: String,
    /// What is used to read, in two words.
    pub(crate) browser: Option<String>,
    /// The message about what was just done, from `?done=`.
    pub(crate) done: Option<&'static str>,
}

/// What `?done=` may say, so that nobody can make the page say anything else.
const DONE: &[(&str, &str)] = &[
    ("participant-invited", "participation-notice-invited"),
    ("joined", "participation-notice-joined"),
    ("left", "participation-notice-left"),
    ("join-closed", "participation-notice-closed"),
    ("move-followed", "moves-notice-followed"),
    ("move-stayed", "moves-notice-stayed"),
    ("move-blocked", "moves-notice-blocked"),
    ("participant-confirmed", "participation-notice-confirmed"),
    ("participant-queued", "participation-notice-queued"),
    ("participant-declined", "participation-notice-declined"),
    ("form-set", "registration-notice-set"),
    ("guest-added", "registration-notice-added"),
    ("guest-queued", "registration-notice-added-queued"),
    ("guest-changed", "registration-notice-changed"),
    ("guest-no-seat", "registration-notice-no-seat"),
    ("guest-called", "registration-notice-called"),
    ("invitation-accepted", "participation-notice-invitation-accepted"),
    ("invitation-declined", "participation-notice-invitation-declined"),
    ("published", "pages-notice-published"),
    ("blocked", "pages-notice-blocked"),
    ("unblocked", "pages-notice-unblocked"),
    ("decided", "pages-notice-decided"),
    ("approved", "pages-notice-approved"),
    ("declined", "pages-notice-declined"),
    ("decided-already", "queue-notice-decided-already"),
    ("changed", "pages-notice-changed"),
    ("cancelled", "pages-notice-cancelled"),
    ("deleted", "pages-notice-deleted"),
    ("invited", "pages-notice-invited"),
    ("accepted", "pages-notice-accepted"),
    ("ended", "pages-notice-ended"),
    ("created", "pages-notice-created"),
    ("renewed", "board-notice-renewed"),
    ("closed", "initiative-notice-closed"),
    ("sent", "people-notice-sent"),
    ("withdrawn", "people-notice-withdrawn"),
    ("rights-changed", "people-notice-changed"),
    ("suspended", "people-notice-suspended"),
    ("resumed", "people-notice-resumed"),
    ("ended-everywhere", "people-notice-ended"),
    ("removed", "people-notice-removed"),
    ("come-in", "welcome-notice"),
    ("kept", "account-notice-kept"),
    ("signed-out-there", "account-notice-signed-out"),
    ("profile-on", "account-notice-profile-on"),
    ("profile-off", "account-notice-profile-off"),
    ("new-address", "account-notice-new-address"),
    ("address-changed", "account-notice-address-changed"),
    ("gone", "account-notice-gone"),
    ("passkey-added", "passkeys-notice-added"),
    ("passkey-removed", "passkeys-notice-removed"),
    ("new-password", "password-notice-set"),
    ("no-password", "password-notice-removed"),
    ("key-off", "second-notice-off"),
    ("key-taken", "people-notice-second-taken"),
    ("member-removed", "pages-notice-member-removed"),
    ("retried", "pages-notice-retried"),
    ("dropped", "pages-notice-dropped"),
    ("signed-in", "pages-notice-signed-in"),
    ("signed-out", "pages-notice-signed-out"),
    ("too-late", "signin-notice-late"),
    ("followed", "import-notice-followed"),
    ("same", "twins-notice-same"),
    ("calendar-ended", "pages-notice-calendar-ended"),
    ("put-first", "featured-notice-first"),
    ("put-back", "featured-notice-back"),
    ("first-full", "featured-too-many"),
    ("settings-changed", "setup-notice-changed"),
    ("opened", "setup-notice-opened"),
    ("let-in", "signup-notice-in"),
    ("not-let-in", "signup-notice-declined"),
    ("still-right", "upkeep-notice"),
    ("answers-open", "guests-notice-open"),
    ("answers-closed", "guests-notice-closed"),
    ("waits", "queue-notice-waits"),
    ("first-yes", "queue-notice-first-yes"),
    ("taken-back", "queue-notice-taken-back"),
    ("trusted", "trust-notice"),
    ("place-removed", "places-notice-removed"),
];

impl Visitor {
    /// A reader who is not signed in, for pages that must work when nothing else does.
    pub(crate) fn stranger(language: Language, manner: Manner, path: String) -> Self {
        Self { language, manner, plain_first: false, rights: None, path, browser: None, done: None }
    }

    /// The frame of a page for this reader.
    pub(crate) fn page(&self, app: &App, title: impl Into<String>) -> Page {
        Page::new(app, self, title.into())
    }

    /// The quarter's voice in this reader's language.
    pub(crate) fn voice(&self) -> Voice {
        self.manner.speak(self.language)
    }

    /// The message of `key` in this reader's language.
    pub(crate) fn text(&self, key: &str) -> String {
        domain::messages::text(self.voice(), key)
    }

    /// The message of `key` with its variables filled in.
    pub(crate) fn text_with(&self, key: &str, values: &[(&'static str, &str)]) -> String {
        domain::messages::text_with(self.voice(), key, values)
    }

    /// How polls are read by this reader, now.
    pub(crate) fn reading<'a>(&self, app: &App, zone: &'a TimeZone) -> polls::Reading<'a> {
        polls::Reading { zone, now: app.instance.clock().now(), voice: self.voice() }
    }

    /// Whether this reader decides about imports, neighbours and deliveries.
    pub(crate) fn may_edit(&self) -> bool {
        self.rights.as_ref().is_some_and(Rights::may_edit)
    }
    /// Whether this reader manages accounts and settings.
    pub(crate) fn is_admin(&self) -> bool {
        self.rights.as_ref().is_some_and(Rights::may_manage_accounts)
    }
}

impl FromRequestParts<App> for Visitor {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, PageError> {
        let uri = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |uri| &uri.0);
        let path = uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
        let done = uri.query().unwrap_or_default().split('&').find_map(|pair| pair.strip_prefix("done="));
        let done = done.and_then(|done| DONE.iter().find(|(name, _)| *name == done)).map(|(_, message)| *message);
        let settings = app.instance.settings();
        let language = language::choose(&parts.headers, settings);
        let rights = session::rights(app, &parts.headers).await?;
        let plain_first = plain::is_first(&parts.headers);
        Ok(Self {
            language,
            manner: settings.manner,
            plain_first,
            rights,
            path,
            browser: browser::name(&parts.headers),
            done,
        })
    }
}
