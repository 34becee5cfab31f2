//! Legal notice, privacy, rules and security.txt: made from the configuration, so that they say what is so.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use calendar::phrase;
use domain::{messages, retention};
use http::header::CONTENT_TYPE;
use jiff::SignedDuration;

use crate::app::{App, Imprint, Processor};
use crate::error::PageError;
use crate::layout::{self, Page};
use crate::pages::record;
use crate::visitor::Visitor;

/// The routes of these pages.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/imprint", get(imprint))
        .route("/privacy", get(privacy))
        .route("/rules", get(rules))
        .route("/.well-known/security.txt", get(security))
}

#[derive(Template)]
#[template(path = "legal.html")]
struct Legal {
    page: Page,
    parts: Vec<Part>,
}

pub(super) struct Part {
    pub(super) heading: String,
    pub(super) lines: Vec<Line>,
}

/// One line, with the address it leads to.
pub(crate) struct Line {
    pub(crate) text: String,
    pub(crate) href: Option<String>,
}

impl Line {
    fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), href: None }
    }

    fn email(email: &str) -> Self {
        Self { text: email.to_owned(), href: Some(format!("mailto:{email}")) }
    }
}

/// A part whose lines are the messages of `keys`.
pub(super) fn part(visitor: &Visitor, heading: &str, keys: &[&str]) -> Part {
    Part { heading: visitor.text(heading), lines: keys.iter().map(|key| Line::plain(visitor.text(key))).collect() }
}

/// How to reach whoever runs the server.
pub(crate) fn contact(visitor: &Visitor, imprint: &Imprint) -> Vec<Line> {
    let phone = imprint.phone.as_ref().map(|phone| {
        let dial: String = phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
        Line { text: visitor.text_with("legal-imprint-phone", &[("phone", phone)]), href: Some(format!("tel:{dial}")) }
    });
    imprint.email.as_deref().map(Line::email).into_iter().chain(phone).collect()
}

/// Who runs the server, and how to reach them.
pub(crate) fn operator(visitor: &Visitor, app: &App) -> Vec<Line> {
    let imprint = &app.settings.imprint;
    let address = [&imprint.operator, &imprint.street, &imprint.town].into_iter().flatten().map(Line::plain);
    address.chain(contact(visitor, imprint)).collect()
}

/// The machines of others that the quarter uses, in words.
pub(crate) fn processors(visitor: &Visitor, app: &App) -> Vec<String> {
    let words =
        |one: &Processor| visitor.text_with(&format!("legal-privacy-processor-{}", one.task), &[("host", &one.host)]);
    app.settings.processors.iter().map(words).collect()
}

async fn imprint(State(app): State<App>, visitor: Visitor) -> Result<Response, PageError> {
    let imprint = &app.settings.imprint;
    let address = [&imprint.operator, &imprint.street, &imprint.town].into_iter().flatten();
    let mut lines: Vec<Line> = address.map(Line::plain).collect();
    if let Some(register) = &imprint.register {
        lines.push(Line::plain(visitor.text_with("legal-imprint-register", &[("register", register)])));
    }
    if lines.is_empty() {
        lines.push(Line::plain(visitor.text("legal-imprint-missing")));
    }
    let mut parts = vec![Part { heading: visitor.text("legal-imprint-operator"), lines }];
    let reach = contact(&visitor, imprint);
    if !reach.is_empty() {
        parts.push(Part { heading: visitor.text("legal-imprint-contact"), lines: reach });
    }
    if let Some(responsible) = &imprint.responsible {
        parts.push(Part { heading: visitor.text("legal-imprint-responsible"), lines: vec![Line::plain(responsible)] });
    }
    let mut reports = part(&visitor, "legal-imprint-reports", &["legal-imprint-reports-how", "legal-imprint-others"]);
    reports.lines.extend(imprint.email.as_deref().map(Line::email));
    let link = |key: &str, href: &str| Line { text: visitor.text(key), href: Some(href.to_owned()) };
    reports.lines.extend([link("report-title", "/report"), link("rules-title", "/rules")]);
    parts.push(reports);
    layout::html(&Legal { page: visitor.page(&app, visitor.text("legal-imprint")), parts })
}

async fn privacy(State(app): State<App>, visitor: Visitor) -> Result<Response, PageError> {
    let mut tx = app.instance.store().read().await?;
    let hosts = storage::lanes::status(&mut tx).await?;
    drop(tx);
    let short = ["legal-privacy-short-1", "legal-privacy-short-2", "legal-privacy-short-3"];
    let count = messages::count(visitor.voice(), "legal-privacy-receivers-1", hosts.len());
    let taken = |lane: storage::lanes::Status| match lane.delivered_at {
        Some(at) => {
            let day = phrase::date_long(at.to_zoned(app.zone()).date(), visitor.language);
            visitor.text_with("legal-privacy-receiver", &[("host", &lane.host), ("day", &day)])
        }
        None => lane.host,
    };
    let receivers = std::iter::once(count).chain(hosts.into_iter().take(500).map(taken)).map(Line::plain);
    let time = |time| retention::words(visitor.language, time);
    let with_time = |key, limit| Line::plain(visitor.text_with(key, &[("time", &time(limit))]));
    let mut cookies = part(&visitor, "legal-privacy-cookies", &["legal-privacy-cookies-1"]);
    cookies.lines.push(with_time("legal-privacy-cookies-2", retention::SESSIONS));
    let mut accounts = part(&visitor, "legal-privacy-accounts", &["legal-privacy-accounts-1"]);
    accounts.lines.push(with_time("legal-privacy-accounts-2", retention::SIGN_INS));
    let told = ["legal-privacy-accounts-4", "legal-privacy-accounts-3", "legal-privacy-accounts-5"];
    accounts.lines.extend(told.map(|key| Line::plain(visitor.text(key))));
    let said = with_time("legal-privacy-reports-1", retention::REPORTS);
    let mut reports = part(&visitor, "legal-privacy-reports", &["legal-privacy-reports-2"]);
    reports.lines.insert(0, said);
    let mut processors: Vec<Line> = processors(&visitor, &app).into_iter().map(Line::plain).collect();
    if processors.is_empty() {
        processors.push(Line::plain(visitor.text("legal-privacy-processors-none")));
    }
    let kinds = ["visitors"].into_iter().chain(retention::TABLE.map(|(kind, _)| kind)).chain(["published", "accounts"]);
    let kept = kinds.map(|kind| Line::plain(record::limit(&visitor, kind))).collect();
    let mut rights = part(&visitor, "legal-privacy-rights", &["legal-privacy-rights-1", "legal-privacy-rights-2"]);
    let imprint = &app.settings.imprint;
    if let Some(ask) = app.settings.privacy_contact.as_ref().or(imprint.email.as_ref()) {
        rights.lines.push(Line::plain(visitor.text_with("legal-privacy-contact", &[("contact", ask)])));
    }
    let parts = vec![
        part(&visitor, "legal-privacy-short", &short),
        cookies,
        accounts,
        part(
            &visitor,
            "legal-privacy-public",
            &[
                "legal-privacy-public-1",
                "legal-privacy-public-2",
                "legal-privacy-public-3",
                "legal-privacy-public-4",
                "legal-privacy-public-5",
                "legal-privacy-public-6",
            ],
        ),
        reports,
        Part { heading: visitor.text("retention-title"), lines: kept },
        Part { heading: visitor.text("legal-privacy-receivers"), lines: receivers.collect() },
        Part { heading: visitor.text("legal-privacy-processors"), lines: processors },
        rights,
    ];
    layout::html(&Legal { page: visitor.page(&app, visitor.text("legal-privacy")), parts })
}

/// What may be published here, who decides, and how to object.
async fn rules(State(app): State<App>, visitor: Visitor) -> Result<Response, PageError> {
    let contact = contact(&visitor, &app.settings.imprint);
    let mut report = part(&visitor, "rules-report", &["rules-report-1", "rules-report-2"]);
    report.lines.push(Line { text: visitor.text("report-title"), href: Some("/report".to_owned()) });
    let mut object = part(&visitor, "rules-object", &["rules-object-1", "rules-object-2", "rules-object-3"]);
    object.lines.extend(contact);
    let parts = vec![
        part(&visitor, "rules-welcome", &["rules-welcome-1", "rules-welcome-2"]),
        part(&visitor, "rules-not", &["rules-not-1", "rules-not-2", "rules-not-3", "rules-not-4", "rules-not-5"]),
        part(&visitor, "rules-decide", &["rules-decide-1", "rules-decide-2", "rules-decide-3"]),
        report,
        object,
    ];
    layout::html(&Legal { page: visitor.page(&app, visitor.text("rules-title")), parts })
}

/// Where to report a weakness (RFC 9116). Without an address to write to there is none.
async fn security(State(app): State<App>) -> Result<Response, PageError> {
    let email = app.settings.imprint.email.as_deref().ok_or(PageError::NotFound)?;
    // It must name an end; half a year from whenever it is asked keeps it fresh.
    let expires = (app.instance.clock().now() + SignedDuration::from_hours(24 * 180)).strftime("%Y-%m-%dT00:00:00Z");
    let address = app.url("/.well-known/security.txt");
    let text =
        format!("Contact: mailto:{email}\nExpires: {expires}\nPreferred-Languages: de, en\nCanonical: {address}\n");
    Ok(([(CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response())
}
