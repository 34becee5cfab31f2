//! What somebody typed into a form: kept as it came, so that a form with errors comes back as it was.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::{FromRequest, Request};
use domain::actor::Actor;
use domain::html;
use domain::invalid::Invalid;
use domain::safety::ASKED;

use crate::error::PageError;
use crate::{kept, secrets};

/// The most fields a form may send; ours have about fifty.
pub(crate) const MAX_FIELDS: usize = 200;

/// The fields of a form by their names.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields(BTreeMap<String, String>);

impl Fields {
    /// What was typed into a field; nothing for a field that was not sent.
    pub(crate) fn value(&self, name: &str) -> &str {
        self.0.get(name).map_or("", |value| value.trim())
    }

    /// What was typed, if anything was.
    pub(crate) fn filled(&self, name: &str) -> Option<&str> {
        Some(self.value(name)).filter(|value| !value.is_empty())
    }

    /// Whether a box was ticked.
    pub(crate) fn checked(&self, name: &str) -> bool {
        self.value(name) == "yes"
    }

    /// Only the fields of these names: a form shows what it takes, and takes no more.
    pub(crate) fn only(&self, names: &[&str]) -> Self {
        Self(names.iter().filter_map(|name| self.0.get_key_value(*name)).map(|(k, v)| (k.clone(), v.clone())).collect())
    }

    /// Every field that was filled in, by its name.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str())).filter(|(_, value)| !value.is_empty())
    }

    /// A hash of all that was typed and of `who` typed it, so that the same form is known again.
    pub(crate) fn fingerprint(&self, who: &str) -> Vec<u8> {
        let parts = self.all().flat_map(|(name, value)| [name, value]);
        // With their lengths, so that nothing can slip from one field into the next.
        let written = [who].into_iter().chain(parts).map(|part| format!("{}:{part}", part.len()));
        secrets::hash(&written.collect::<String>())
    }

    /// Fills a field in.
    pub(crate) fn set(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.insert(name.into(), value.into());
    }

    /// Ticks a box, or not.
    pub(crate) fn tick(&mut self, name: &str, ticked: bool) {
        if ticked {
            self.set(name, "yes");
        }
    }
}

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = axum::response::Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        use axum::response::IntoResponse;
        let form = axum::extract::RawForm::from_request(request, state).await;
        let body = form.map_err(IntoResponse::into_response)?.0;
        let mut fields = BTreeMap::new();
        for (name, value) in url::form_urlencoded::parse(&body) {
            fields.insert(name.into_owned(), value.into_owned());
            if fields.len() > MAX_FIELDS {
                return Err(PageError::Malformed.into_response());
            }
        }
        Ok(Self(fields))
    }
}

/// A form as a template shows it: what was typed, and what is wrong with it.
#[derive(Default)]
pub(crate) struct Form {
    pub(crate) fields: Fields,
    invalid: Invalid,
    /// Whether a wrong field has taken the focus: the first one that is written, and only that.
    focused: AtomicBool,
}

impl Form {
    /// A form that was not sent yet.
    pub(crate) fn fresh(fields: Fields) -> Self {
        Self { fields, ..Self::default() }
    }

    /// A form that was refused.
    pub(crate) fn refused(fields: Fields, invalid: Invalid) -> Self {
        Self { fields, invalid, ..Self::default() }
    }

    pub(crate) fn value(&self, name: &str) -> &str {
        self.fields.value(name)
    }

    pub(crate) fn checked(&self, name: &str) -> bool {
        self.fields.checked(name)
    }

    /// The message key of what is wrong with a field.
    pub(crate) fn problem(&self, name: &str) -> Option<&'static str> {
        self.invalid.at(name)
    }

    pub(crate) fn has_problems(&self) -> bool {
        self.problems().next().is_some()
    }

    /// Every problem: its field, and the message key.
    pub(crate) fn problems(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let problems = self.invalid.problems.iter().filter(|problem| ![kept::UNSENT, ASKED].contains(&problem.field));
        problems.map(|problem| (problem.field, problem.message))
    }

    /// Whether the form is back after signing in, as it was, and waits to be sent.
    pub(crate) fn is_kept(&self) -> bool {
        self.invalid.at(kept::UNSENT).is_some()
    }

    /// Whether the form is back because of what its words are about, which its writer should think over.
    pub(crate) fn is_asked(&self) -> bool {
        self.invalid.at(ASKED).is_some()
    }

    /// Whether a folded part holds a value or a problem, so that it must be shown.
    pub(crate) fn opens(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.problem(name).is_some() || !self.value(name).is_empty())
    }

    /// The attributes that tie a field to its hint and its problem for screen readers; the first field with a problem gets
    /// the focus.
    pub(crate) fn described(&self, name: &str, hint: &str) -> String {
        let hint = if hint.is_empty() { String::new() } else { format!("{name}-hint") };
        if self.problem(name).is_none() {
            return if hint.is_empty() { hint } else { format!(" aria-describedby=\"{hint}\"") };
        }
        let focus = if self.focused.swap(true, Ordering::Relaxed) { "" } else { " autofocus" };
        let by = [format!("{name}-problem"), hint].join(" ");
        format!(" aria-invalid=\"true\" aria-describedby=\"{}\"{focus}", by.trim_end())
    }
}

/// One of those in whose name the account may write.
pub(crate) struct Speaker {
    pub(crate) handle: String,
    pub(crate) name: String,
}

impl Speaker {
    pub(crate) fn of(actor: &Actor) -> Self {
        Self { handle: actor.handle.clone(), name: actor.name.clone() }
    }
}

/// One line as somebody typed it: `<` and `&` are what they look like, not markup; else as [`html::line`].
pub(crate) fn line(text: &str, max: usize) -> String {
    html::line(&html::escape(text), max)
}

/// An address typed into a form; `Err` with a message key if it is none.
pub(crate) fn web_address(text: &str) -> Result<url::Url, &'static str> {
    let text: Cow<'_, str> = if text.contains("://") { text.into() } else { format!("https://{text}").into() };
    let url = url::Url::parse(&text).map_err(|_| "invalid-link")?;
    let fine = text.len() <= 1000
        && crate::links::web(&url).is_some()
        && url.host_str().is_some_and(|host| host.contains('.') || host == "localhost");
    if fine { Ok(url) } else { Err("invalid-link") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typed_line_keeps_its_brackets() {
        assert_eq!(line(" Kaffee & <Kuchen>\u{202E} 'für' \"alle\"\n", 100), "Kaffee & <Kuchen> 'für' \"alle\"");
    }

    #[test]
    fn an_address_may_lack_its_scheme_but_not_its_sense() {
        assert_eq!(web_address("nord.example/chor").map(String::from), Ok("https://nord.example/chor".into()));
        for bad in ["javascript:alert(1)", "kein Link", "https://", "ftp://nord.example"] {
            assert!(web_address(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_form_is_known_again_by_all_it_says_and_by_who_says_it() {
        let form = |name: &str, content: &str| {
            let mut fields = Fields::default();
            fields.set("name", name);
            fields.set("content", content);
            fields
        };
        let print = form("Chor", "Montags").fingerprint("mira");
        assert_eq!(form("Chor", "Montags").fingerprint("mira"), print);
        assert_ne!(form("Chor", "Montags").fingerprint("jo"), print);
        assert_ne!(form("Chor", "Dienstags").fingerprint("mira"), print);
        assert_ne!(form("Chor7:content", "Montags").fingerprint("mira"), form("Chor", "Montags").fingerprint("mira"));
    }

    #[test]
    fn the_first_wrong_field_has_the_focus_and_every_one_its_words() {
        let mut invalid = Invalid::one("email", "report-email-form");
        invalid.unless(false, "name", "invalid-link");
        let form = Form::refused(Fields::default(), invalid);
        let first = r#" aria-invalid="true" aria-describedby="name-problem name-hint" autofocus"#;
        assert_eq!(form.described("name", "some-hint"), first, "the first on the page, whatever was found first");
        assert_eq!(form.described("email", ""), r#" aria-invalid="true" aria-describedby="email-problem""#);
        assert_eq!(form.described("place", "some-hint"), r#" aria-describedby="place-hint""#);
        assert_eq!(form.described("place", ""), "");
    }
}
