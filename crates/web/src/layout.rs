//! What every page has: head, menus, foot, and the words of its language.

use askama::Template;
use axum::response::{Html, IntoResponse, Response};
use domain::language::Language;
use domain::messages;
use domain::voice::Voice;
use http::StatusCode;
use http::header::CONTENT_SECURITY_POLICY;

use crate::app::App;
use crate::assets;
use crate::error::PageError;
use crate::headers::POLICY_WITH_SCRIPT;
use crate::visitor::Visitor;

/// The frame of a page.
pub(crate) struct Page {
    pub(crate) language: Language,
    voice: Voice,
    /// The languages one can change to.
    pub(crate) others: Vec<Language>,
    /// The heading, and the first half of the window's title.
    pub(crate) title: String,
    /// The quarter's name.
    pub(crate) quarter: String,
    /// Path and query, to come back after switching the language.
    pub(crate) path: String,
    /// Whether the reader wants texts in plain language first.
    pub(crate) plain_first: bool,
    pub(crate) standing: Standing,
    /// Where who has no account can ask for one.
    pub(crate) asks_in: Option<&'static str>,
    pub(crate) door: Door,
    /// The key of a message about what was just done.
    pub(crate) notice: Option<&'static str>,
    pub(crate) source_url: String,
    /// Words that stand in every row of a list.
    pub(crate) labels: Labels,
    pub(crate) style: &'static str,
    pub(crate) icon: &'static str,
    pub(crate) touch_icon: &'static str,
    pub(crate) head: Head,
}

/// What a reader may do, each more than the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Standing {
    /// Reads.
    Stranger,
    /// Has an account.
    SignedIn,
    /// Publishes in somebody's name.
    Publishes,
    /// Would decide about others, with a second key.
    LacksKey,
    /// Decides about what others publish.
    Edits,
}

impl Standing {
    fn of(visitor: &Visitor) -> Self {
        match &visitor.rights {
            None => Self::Stranger,
            Some(rights) if rights.may_edit() => Self::Edits,
            Some(rights) if rights.lacks_key() => Self::LacksKey,
            Some(rights) if rights.may_publish() => Self::Publishes,
            Some(_) => Self::SignedIn,
        }
    }
}

/// Whether a reader gets to see what is inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Door {
    /// As everyone does.
    Open,
    /// As only admins do, until the quarter is opened.
    Ajar,
    /// Not before the quarter is opened.
    Shut,
}

impl Door {
    fn of(app: &App, visitor: &Visitor) -> Self {
        match (app.settings.setup.is_closed, visitor.is_admin()) {
            (false, _) => Self::Open,
            (true, true) => Self::Ajar,
            (true, false) => Self::Shut,
        }
    }
}

/// What stands in the head for programs.
#[derive(Default)]
pub(crate) struct Head {
    /// One or two sentences for previews.
    pub(crate) description: Option<String>,
    /// The title for previews, if it differs.
    pub(crate) share_title: Option<String>,
    /// The one address of what the page is about.
    pub(crate) address: Option<String>,
    /// The other forms of the page.
    pub(crate) alternates: Vec<Alternate>,
    /// schema.org data, safe inside a script element.
    pub(crate) data: Option<String>,
    /// The picture for previews: its address and its description.
    pub(crate) image: Option<(String, String)>,
    /// Whether search engines should leave it out.
    pub(crate) hidden: bool,
    /// The address of our own script; such a page is answered with [`html_with_script`].
    pub(crate) script: Option<&'static str>,
    /// More for previews: names of the Open Graph protocol and their values.
    pub(crate) facts: Vec<(&'static str, String)>,
}

/// Another form of a page.
pub(crate) struct Alternate {
    pub(crate) kind: &'static str,
    pub(crate) href: String,
    pub(crate) title: String,
}

/// Words that stand in every row of a list, looked up once and not per row.
pub(crate) struct Labels {
    pub(crate) cancelled: String,
    pub(crate) free: String,
    pub(crate) from: String,
}

impl Labels {
    fn of(voice: Voice) -> Self {
        let text = |key| messages::text(voice, key);
        Self { cancelled: text("events-cancelled"), free: text("events-free"), from: text("events-from") }
    }
}

impl Page {
    /// The frame for a reader.
    pub(crate) fn new(app: &App, visitor: &Visitor, title: String) -> Self {
        let settings = app.instance.settings();
        let others = settings.languages.iter().copied().filter(|language| *language != visitor.language);
        Self {
            language: visitor.language,
            voice: visitor.voice(),
            others: others.collect(),
            title,
            quarter: settings.name.clone(),
            path: visitor.path.clone(),
            plain_first: visitor.plain_first,
            standing: Standing::of(visitor),
            asks_in: app.asks_in().then_some("/sign-up"),
            door: Door::of(app, visitor),
            notice: visitor.done,
            source_url: app.settings.source_url.clone(),
            labels: Labels::of(visitor.voice()),
            style: &assets::STYLE.path,
            icon: &assets::ICON.path,
            touch_icon: &assets::ICON_192.path,
            head: Head::default(),
        }
    }

    /// The message of `key`.
    pub(crate) fn text(&self, key: &str) -> String {
        messages::text(self.voice, key)
    }

    /// The message of `key` with its variables filled in.
    pub(crate) fn text_with(&self, key: &str, values: &[(&'static str, &str)]) -> String {
        messages::text_with(self.voice, key, values)
    }

    pub(crate) fn signed_in(&self) -> bool {
        self.standing >= Standing::SignedIn
    }

    pub(crate) fn publishes(&self) -> bool {
        self.standing >= Standing::Publishes
    }

    /// Whether the menu leads to the editors' pages: also for an editor who has to set up a second key first.
    pub(crate) fn desk(&self) -> bool {
        self.standing >= Standing::LacksKey
    }

    pub(crate) fn editor(&self) -> bool {
        self.standing >= Standing::Edits
    }

    /// Whether the page belongs to the part of the site under `path`.
    pub(crate) fn is(&self, path: &str) -> bool {
        self.path.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
    }

    /// Whether the menus lead anywhere for this reader.
    pub(crate) fn is_inside(&self) -> bool {
        self.door != Door::Shut
    }

    /// Whether nobody but admins sees the page yet.
    pub(crate) fn is_closed(&self) -> bool {
        self.door != Door::Open
    }

    pub(crate) fn window_title(&self) -> String {
        if self.title == self.quarter { self.title.clone() } else { format!("{} – {}", self.title, self.quarter) }
    }
}

/// The answer with a page.
pub(crate) fn html(template: &impl Template) -> Result<Response, PageError> {
    Ok(Html(template.render()?).into_response())
}

/// The answer with a page under a status that is not 200.
pub(crate) fn html_with(status: StatusCode, template: &impl Template) -> Result<Response, PageError> {
    Ok((status, Html(template.render()?)).into_response())
}

/// The answer with a page whose script may run.
pub(crate) fn html_with_script(status: StatusCode, template: &impl Template) -> Result<Response, PageError> {
    Ok(([(CONTENT_SECURITY_POLICY, POLICY_WITH_SCRIPT)], html_with(status, template)?).into_response())
}
