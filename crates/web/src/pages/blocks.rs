//! Whom the quarter does not listen to, for editors: list, add, remove, read and download lists.

use askama::Template;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Multipart, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use domain::block::{self, HostBlock, List, MAX_COMMENT, Severity};
use domain::handle::Address;
use domain::host::Host;
use domain::invalid::Invalid;
use domain::messages;
use federation::blocks::desk;
use http::StatusCode;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};

use crate::app::App;
use crate::error::PageError;
use crate::forms::{self, Fields, Form};
use crate::layout::{self, Page};
use crate::session::Editor;
use crate::visitor::Visitor;

/// The longest list, in bytes.
const MAX_LIST: usize = 8 * 1024 * 1024;
/// How many blocked actors are shown.
const LIMIT: i64 = 1_000;

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/editors/blocks", get(show).post(add))
        .route("/editors/blocks/remove", post(remove))
        .route("/editors/blocks/list.csv", get(export))
        .route("/editors/blocks/list", post(import).layer(DefaultBodyLimit::max(MAX_LIST)))
}

#[derive(Template)]
#[template(path = "blocks.html")]
struct Blocks {
    page: Page,
    hosts: Vec<Row>,
    actors: Vec<Row>,
    severities: Vec<(&'static str, String)>,
    form: Form,
    report: Option<Report>,
}

/// One blocked server or sender in words.
struct Row {
    target: String,
    words: String,
    comment: String,
}

/// What reading a list did.
struct Report {
    words: String,
    refused: Vec<String>,
}

async fn show(State(app): State<App>, editor: Editor) -> Result<Response, PageError> {
    layout::html(&Blocks::of(&app, &editor.visitor, Form::default(), None).await?)
}

async fn add(State(app): State<App>, editor: Editor, fields: Fields) -> Result<Response, PageError> {
    let who = &editor.rights.account.name;
    let target = fields.value("target");
    let comment = forms::line(fields.value("private_comment"), MAX_COMMENT);
    let done = if let (true, Ok(address)) = (target.contains('@'), target.parse::<Address>()) {
        desk::add_actor(&app.instance, &address, who, &comment).await.map(|_| ())
    } else if let (false, Ok(host)) = (target.contains('@'), target.parse::<Host>()) {
        let severity = Severity::from_name(fields.value("severity")).unwrap_or(Severity::Suspend);
        let block = HostBlock {
            reject_media: fields.checked("reject_media"),
            reject_reports: fields.checked("reject_reports"),
            public_comment: forms::line(fields.value("public_comment"), MAX_COMMENT),
            private_comment: comment,
            ..HostBlock::new(&host, severity)
        };
        desk::add_host(&app.instance, &block, who).await
    } else {
        return refused(&app, &editor, fields, "blocks-target-form").await;
    };
    match done {
        Ok(()) => Ok(Redirect::to("/editors/blocks?done=blocked").into_response()),
        Err(federation::Error::Storage(error)) => Err(error.into()),
        Err(federation::Error::Unusable(_)) if !target.contains('@') => {
            refused(&app, &editor, fields, "blocks-target-own").await
        }
        Err(_) => refused(&app, &editor, fields, "blocks-target-unreachable").await,
    }
}

async fn refused(app: &App, editor: &Editor, fields: Fields, why: &'static str) -> Result<Response, PageError> {
    let form = Form::refused(fields, Invalid::one("target", why));
    layout::html_with(StatusCode::UNPROCESSABLE_ENTITY, &Blocks::of(app, &editor.visitor, form, None).await?)
}

async fn remove(State(app): State<App>, editor: Editor, fields: Fields) -> Result<Response, PageError> {
    let (who, target) = (&editor.rights.account.name, fields.value("target"));
    if let Ok(address) = target.parse::<Address>() {
        desk::remove_actor(&app.instance, &address, who).await?;
    } else {
        let host = target.parse::<Host>().map_err(|_| PageError::Malformed)?;
        desk::remove_host(&app.instance, &host, who).await?;
    }
    Ok(Redirect::to("/editors/blocks?done=unblocked").into_response())
}

async fn export(State(app): State<App>, _editor: Editor) -> Result<Response, PageError> {
    let blocks = storage::blocked_hosts::all(&mut app.instance.store().look().await?).await?;
    let headers =
        [(CONTENT_TYPE, "text/csv; charset=utf-8"), (CONTENT_DISPOSITION, "attachment; filename=\"sperren.csv\"")];
    Ok((headers, block::write(&blocks)).into_response())
}

async fn import(State(app): State<App>, editor: Editor, mut form: Multipart) -> Result<Response, PageError> {
    let mut text = String::new();
    while let Some(field) = form.next_field().await.map_err(|_| PageError::Malformed)? {
        if field.name() == Some("file") {
            let bytes = field.bytes().await.map_err(|_| PageError::TooLarge)?;
            text = String::from_utf8_lossy(&bytes).into_owned();
        }
    }
    let visitor = &editor.visitor;
    if text.trim().is_empty() {
        let report = Report { words: visitor.text("blocks-import-missing"), refused: Vec::new() };
        let page = Blocks::of(&app, visitor, Form::default(), Some(report)).await?;
        return layout::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let list = List::read(&text, app.instance.host());
    desk::import(&app.instance, &list, &editor.rights.account.name).await?;
    let report = Report::of(visitor, &list);
    layout::html(&Blocks::of(&app, visitor, Form::default(), Some(report)).await?)
}

impl Blocks {
    async fn of(app: &App, visitor: &Visitor, form: Form, report: Option<Report>) -> Result<Self, PageError> {
        let mut tx = app.instance.store().read().await?;
        let hosts = storage::blocked_hosts::all(&mut tx).await?;
        let actors = storage::blocks::list(&mut tx, app.instance.quarter().id, LIMIT).await?;
        drop(tx);
        let severity = |severity: Severity| visitor.text(&format!("block-severity-{}", severity.as_str()));
        Ok(Self {
            page: visitor.page(app, visitor.text("blocks-title")),
            hosts: hosts.into_iter().map(|block| Row::of(visitor, block)).collect(),
            actors: actors
                .into_iter()
                .map(|(actor, comment, _)| Row { target: actor.address(), words: actor.name, comment })
                .collect(),
            severities: Severity::ALL.map(|one| (one.as_str(), severity(one))).to_vec(),
            form,
            report,
        })
    }
}

impl Row {
    fn of(visitor: &Visitor, block: HostBlock) -> Self {
        let mut words = vec![visitor.text(&format!("block-severity-{}", block.severity.as_str()))];
        let rejects = [(block.reject_media, "blocks-no-media"), (block.reject_reports, "blocks-no-reports")];
        words.extend(rejects.into_iter().filter(|(yes, _)| *yes).map(|(_, key)| visitor.text(key)));
        let comments: Vec<String> =
            [block.public_comment, block.private_comment].into_iter().filter(|comment| !comment.is_empty()).collect();
        Self { target: block.host.to_string(), words: words.join(" · "), comment: comments.join(" / ") }
    }
}

impl Report {
    fn of(visitor: &Visitor, list: &List) -> Self {
        let line = |refusal: &domain::import::Refusal| {
            let (line, why) = (refusal.line.to_string(), visitor.text(refusal.why));
            visitor.text_with("blocks-import-line", &[("line", &line), ("what", &refusal.what), ("why", &why)])
        };
        Self {
            words: messages::count(visitor.voice(), "blocks-import-done", list.blocks.len()),
            refused: list.refused.iter().take(100).map(line).collect(),
        }
    }
}
