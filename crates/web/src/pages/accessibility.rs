//! How accessible the pages mean to be, and a form for who cannot get on.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use domain::report::Kind;
use federation::reports;
use http::StatusCode;

use crate::app::App;
use crate::client::Client;
use crate::error::PageError;
use crate::forms::{Fields, Form};
use crate::layout::{self, Page};
use crate::pages::legal::{self, Part};
use crate::pages::report;
use crate::visitor::Visitor;

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/accessibility", get(show).post(take))
}

#[derive(Template)]
#[template(path = "accessibility.html")]
struct Accessibility {
    page: Page,
    parts: Vec<Part>,
    form: Form,
    mail: bool,
    /// The sentence with the number of the receipt, once there is one.
    receipt: Option<String>,
    full: bool,
}

async fn show(State(app): State<App>, visitor: Visitor) -> Result<Response, PageError> {
    layout::html(&Accessibility::of(&app, &visitor, Form::fresh(report::known(&visitor))))
}

async fn take(State(app): State<App>, visitor: Visitor, client: Client, fields: Fields) -> Result<Response, PageError> {
    if !app.limits.admits_report(client.0) {
        return Err(PageError::TooMany);
    }
    // Where somebody could not get on is what they say; where they say nothing, it is the whole site.
    let about = report::address(&app, fields.value("address"));
    let about = about.unwrap_or_else(|| app.instance.settings().base_url.clone());
    match reports::take(&app.instance, &about, &report::draft(&visitor, &fields, Some(Kind::Barrier))).await {
        Ok(number) => {
            let mut page = Accessibility::of(&app, &visitor, Form::default());
            page.page.title = visitor.text("report-thanks");
            page.receipt = Some(report::receipt(&visitor, &number));
            layout::html(&page)
        }
        Err(federation::Error::Invalid(invalid)) => {
            let page = Accessibility::of(&app, &visitor, Form::refused(fields, invalid));
            layout::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(federation::Error::Unusable(_)) => {
            let mut page = Accessibility::of(&app, &visitor, Form::fresh(fields));
            page.full = true;
            layout::html_with(StatusCode::SERVICE_UNAVAILABLE, &page)
        }
        Err(other) => Err(other.into()),
    }
}

impl Accessibility {
    fn of(app: &App, visitor: &Visitor, form: Form) -> Self {
        let aims =
            ["legal-accessibility-1", "legal-accessibility-2", "legal-accessibility-3", "legal-accessibility-paper"];
        let mut feedback = legal::part(visitor, "legal-accessibility-feedback", &["legal-accessibility-feedback-how"]);
        feedback.lines.extend(legal::contact(visitor, &app.settings.imprint));
        Self {
            page: visitor.page(app, visitor.text("legal-accessibility")),
            parts: vec![legal::part(visitor, "legal-accessibility-aim", &aims), feedback],
            form,
            mail: app.settings.mail_configured,
            receipt: None,
            full: false,
        }
    }
}
