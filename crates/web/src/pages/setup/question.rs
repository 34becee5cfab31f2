//! The questions about a quarter, a page for each kind; what the operator fixed is shown and not asked.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use domain::language::Language;
use http::StatusCode;

use super::answers::Answers;
use super::{Step, read};
use crate::app::App;
use crate::error::PageError;
use crate::forms::{Fields, Form};
use crate::layout::{self, Page};
use crate::session::Admin;
use crate::visitor::Visitor;

pub(super) fn router() -> Router<App> {
    Step::LASTING.into_iter().fold(Router::new(), |router, step| {
        let ask = async move |State(app): State<App>, admin: Admin| ask(&app, &admin.visitor, step).await;
        let keep = async move |State(app): State<App>, admin: Admin, fields: Fields| {
            keep(&app, &admin.visitor, step, fields).await
        };
        router.route(step.path(), get(ask).post(keep))
    })
}

/// How a question is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// In a line, by the type of its field.
    Line(&'static str),
    /// In some sentences.
    Text,
    /// By one of our languages.
    Language,
    /// By some of our languages.
    Languages,
    /// By one of these values, each with its words.
    Choice(&'static [(&'static str, &'static str)]),
}

/// One question.
#[derive(Clone, Copy, Debug)]
pub(super) struct Question {
    /// What it is about, as in the configuration.
    pub(super) key: &'static str,
    kind: Kind,
    label: &'static str,
    hint: &'static str,
    more: &'static str,
}

const fn line(key: &'static str, label: &'static str, hint: &'static str, more: &'static str) -> Question {
    Question { key, kind: Kind::Line("text"), label, hint, more }
}

const WORDS: Kind = Kind::Choice(&[
    ("quartier", "setup-word-quartier"),
    ("kiez", "setup-word-kiez"),
    ("veedel", "setup-word-veedel"),
    ("dorf", "setup-word-dorf"),
    ("viertel", "setup-word-viertel"),
    ("stadtteil", "setup-word-stadtteil"),
    ("graetzl", "setup-word-graetzl"),
    ("nachbarschaft", "setup-word-nachbarschaft"),
]);

const LANDS: Kind = Kind::Choice(&[
    ("", "setup-land-none"),
    ("DE-BW", "land-de-bw"),
    ("DE-BY", "land-de-by"),
    ("DE-BE", "land-de-be"),
    ("DE-BB", "land-de-bb"),
    ("DE-HB", "land-de-hb"),
    ("DE-HH", "land-de-hh"),
    ("DE-HE", "land-de-he"),
    ("DE-MV", "land-de-mv"),
    ("DE-NI", "land-de-ni"),
    ("DE-NW", "land-de-nw"),
    ("DE-RP", "land-de-rp"),
    ("DE-SL", "land-de-sl"),
    ("DE-SN", "land-de-sn"),
    ("DE-ST", "land-de-st"),
    ("DE-SH", "land-de-sh"),
    ("DE-TH", "land-de-th"),
]);

const NAME: [Question; 6] = [
    line("quarter.name", "setup-name", "setup-name-hint", "required maxlength=100"),
    Question { kind: WORDS, ..line("quarter.word", "setup-word", "setup-word-hint", "") },
    Question {
        kind: Kind::Choice(&[("sie", "setup-address-sie"), ("du", "setup-address-du")]),
        ..line("quarter.address", "setup-address", "setup-address-hint", "")
    },
    Question { kind: Kind::Language, ..line("quarter.language", "setup-language", "setup-language-hint", "") },
    Question { kind: Kind::Languages, ..line("quarter.languages", "setup-languages", "setup-languages-hint", "") },
    Question { kind: Kind::Text, ..line("quarter.summary", "setup-summary", "setup-summary-hint", "maxlength=1000") },
];

const PLACE: [Question; 4] = [
    line("quarter.place", "setup-place", "setup-place-hint", "maxlength=100"),
    Question { kind: LANDS, ..line("quarter.land", "setup-land", "setup-land-hint", "") },
    line("quarter.latitude", "setup-latitude", "setup-latitude-hint", "maxlength=20 inputmode=decimal"),
    line("quarter.longitude", "setup-longitude", "setup-longitude-hint", "maxlength=20 inputmode=decimal"),
];

const IMPRINT: [Question; 8] = [
    line("imprint.operator", "setup-operator", "setup-operator-hint", "maxlength=200 autocomplete=organization"),
    line("imprint.street", "setup-street", "", "maxlength=200 autocomplete=address-line1"),
    line("imprint.town", "setup-town", "", "maxlength=200"),
    Question {
        kind: Kind::Line("email"),
        ..line("imprint.email", "signin-email", "", "maxlength=254 autocomplete=email")
    },
    Question {
        kind: Kind::Line("tel"),
        ..line("imprint.phone", "setup-phone", "setup-phone-hint", "maxlength=60 autocomplete=tel")
    },
    line("imprint.responsible", "setup-responsible", "setup-responsible-hint", "maxlength=200"),
    line("imprint.register", "setup-register", "setup-register-hint", "maxlength=200"),
    line("imprint.privacy", "setup-privacy", "setup-privacy-hint", "maxlength=200"),
];

const EDITORS: [Question; 5] = [
    Question {
        kind: Kind::Choice(&[("off", "setup-replies-off"), ("held", "setup-replies-held")]),
        ..line("federation.replies", "setup-replies", "setup-replies-hint", "")
    },
    Question {
        kind: Kind::Choice(&[("false", "setup-one-person"), ("true", "setup-two-persons")]),
        ..line("editors.two_persons", "setup-persons", "setup-persons-hint", "")
    },
    Question {
        kind: Kind::Line("email"),
        ..line("editors.cover_email", "setup-cover", "setup-cover-hint", "maxlength=254 autocomplete=off")
    },
    Question {
        kind: Kind::Line("number"),
        ..line("editors.cover_after_hours", "setup-cover-hours", "setup-cover-hours-hint", "min=1 max=720")
    },
    Question {
        kind: Kind::Text,
        ..line("editors.safety_words", "setup-safety-words", "setup-safety-words-hint", "maxlength=2000")
    },
];

const PEOPLE: [Question; 1] = [Question {
    kind: Kind::Choice(&[
        ("invited", "setup-sign-up-invited"),
        ("approved", "setup-sign-up-approved"),
        ("open", "setup-sign-up-open"),
    ]),
    ..line("people.sign_up", "setup-sign-up", "setup-sign-up-hint", "")
}];

impl Question {
    /// What can be chosen, if it is a choice.
    pub(super) fn choices(&self) -> Option<&'static [(&'static str, &'static str)]> {
        if let Kind::Choice(choices) = self.kind { Some(choices) } else { None }
    }

    /// The name of its field.
    pub(super) fn name(&self) -> &'static str {
        self.key.split_once('.').map_or(self.key, |(_, name)| name)
    }
}

/// The questions of a step.
pub(super) fn of(step: Step) -> &'static [Question] {
    match step {
        Step::Name => &NAME,
        Step::Place => &PLACE,
        Step::Imprint => &IMPRINT,
        Step::Editors => &EDITORS,
        Step::People => &PEOPLE,
        Step::Calendars | Step::Neighbour | Step::Opening => &[],
    }
}

#[derive(Template)]
#[template(path = "setup_question.html")]
struct Asked {
    page: Page,
    progress: Option<String>,
    lead: &'static str,
    questions: Vec<Shown>,
    /// Our languages.
    languages: [Language; Language::ALL.len()],
    back: Option<&'static str>,
    form: Form,
}

/// A question as the template shows it.
struct Shown {
    name: &'static str,
    kind: Kind,
    label: &'static str,
    hint: &'static str,
    more: &'static str,
    /// The answer that nobody can change here.
    fixed: Option<String>,
}

async fn ask(app: &App, visitor: &Visitor, step: Step) -> Result<Response, PageError> {
    let answers = Answers::load(app).await?;
    let mut fields = Fields::default();
    for question in of(step) {
        // What the quarter is called while nobody has named it is no suggestion.
        let is_chosen = question.key != "quarter.name" || !answers.missing().contains(&Step::Name);
        let value = if is_chosen { answers.value(question.key) } else { "" };
        fields.set(question.name(), value);
        if question.kind == Kind::Languages {
            let offers = |tag| value.is_empty() || value.split(',').any(|offered| offered == tag);
            Language::ALL
                .map(Language::code)
                .into_iter()
                .for_each(|tag| fields.tick(&format!("language_{tag}"), offers(tag)));
        }
    }
    layout::html(&Asked::of(app, visitor, step, (&answers, Form::fresh(fields))))
}

async fn keep(app: &App, visitor: &Visitor, step: Step, fields: Fields) -> Result<Response, PageError> {
    let answers = Answers::load(app).await?;
    let said = match read::answers(of(step), &fields, &answers) {
        Ok(said) => said,
        Err(invalid) => {
            let page = Asked::of(app, visitor, step, (&answers, Form::refused(fields, invalid)));
            return layout::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    let (now, mut is_changed) = (app.instance.clock().now(), false);
    let mut tx = app.instance.store().write().await?;
    for (key, value) in said {
        is_changed |= storage::settings::put(&mut tx, key, &value, now).await?;
    }
    tx.commit().await?;
    if is_changed {
        app.instance.settings_changed();
    }
    let next = step.after().filter(|_| app.settings.setup.is_closed);
    Ok(Redirect::to(next.map_or("/setup?done=settings-changed", Step::path)).into_response())
}

impl Asked {
    fn of(app: &App, visitor: &Visitor, step: Step, (answers, form): (&Answers<'_>, Form)) -> Self {
        let lead = match step {
            Step::Imprint if app.settings.setup.needs_imprint => "setup-imprint-lead",
            Step::Imprint => "setup-imprint-optional",
            Step::Place => "setup-place-lead",
            Step::Editors => "setup-editors-lead",
            Step::People => "setup-people-lead",
            _ => "setup-name-lead",
        };
        let back = if app.settings.setup.is_closed { step.before().map(Step::path) } else { Some("/setup") };
        let page = visitor.page(app, visitor.text(step.title()));
        let questions = of(step).iter().map(|question| Shown::of(question, visitor, answers)).collect();
        Self { page, progress: step.progress(app, visitor), lead, questions, languages: Language::ALL, back, form }
    }
}

impl Shown {
    fn of(question: &Question, visitor: &Visitor, answers: &Answers<'_>) -> Self {
        let Question { key, kind, label, hint, more } = *question;
        let value = || match (answers.value(key), kind) {
            ("", _) => visitor.text("setup-nothing"),
            (value, Kind::Language | Kind::Languages) => {
                value.split(',').filter_map(Language::from_tag).map(Language::name).collect::<Vec<_>>().join(", ")
            }
            (value, Kind::Choice(choices)) => {
                let words = choices.iter().find(|(choice, _)| *choice == value);
                words.map_or_else(|| value.to_owned(), |(_, words)| visitor.text(words))
            }
            (value, _) => value.to_owned(),
        };
        Self { name: question.name(), kind, label, hint, more, fixed: answers.is_fixed(key).then(value) }
    }
}
