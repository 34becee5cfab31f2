//! Which language a page is in: as switched, else as the browser asks, else the quarter's.

use axum::extract::{Form, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::language::Language;
use federation::Settings;
use http::HeaderMap;
use http::header::{ACCEPT_LANGUAGE, SET_COOKIE};
use serde::Deserialize;

use crate::app::App;
use crate::{address, cookies, plain};

/// The cookie that remembers a switch; nobody gets it without asking.
const COOKIE: &str = "language";

const YEAR: u32 = 365 * 24 * 60 * 60;

/// The language for a request with these headers: one that the quarter offers.
pub(crate) fn choose(headers: &HeaderMap, settings: &Settings) -> Language {
    among(headers, &settings.languages).unwrap_or(settings.language)
}

fn among(headers: &HeaderMap, offered: &[Language]) -> Option<Language> {
    let switched = cookies::value(headers, COOKIE).and_then(|tag| Language::from_tag(&tag));
    let asked = || Language::negotiate(headers.get(ACCEPT_LANGUAGE)?.to_str().ok()?, offered);
    switched.filter(|language| offered.contains(language)).or_else(asked)
}

/// The switches of every page: the language at its head, plain language at its foot.
#[derive(Deserialize)]
pub(crate) struct Switch {
    language: Option<Language>,
    plain: Option<Order>,
    #[serde(default)]
    back: String,
}

/// Where a text in plain language stands.
#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Order {
    First,
    After,
}

/// Remembers the choice for a year and goes back to the page.
pub(crate) async fn switch(State(app): State<App>, Form(switch): Form<Switch>) -> Response {
    let mut response = Redirect::to(address::inside(&switch.back)).into_response();
    let language = switch.language.map(|language| cookies::set(COOKIE, language.code(), YEAR, app.is_https()));
    let plain = switch.plain.map(|order| {
        let year = if order == Order::First { YEAR } else { 0 };
        cookies::set(plain::COOKIE, plain::FIRST, year, app.is_https())
    });
    for cookie in language.into_iter().chain(plain) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use http::header::COOKIE;

    use super::*;

    #[test]
    fn a_switch_wins_over_the_browser_and_the_browser_over_the_quarter() {
        let mut headers = HeaderMap::new();
        assert_eq!(among(&headers, &Language::ALL), None);
        headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_static("en-GB, de;q=0.4"));
        assert_eq!(among(&headers, &Language::ALL), Some(Language::EN));
        headers.insert(COOKIE, HeaderValue::from_static("a=b; language=de"));
        assert_eq!(among(&headers, &Language::ALL), Some(Language::DE));
        headers.insert(COOKIE, HeaderValue::from_static("language=xx"));
        assert_eq!(among(&headers, &Language::ALL), Some(Language::EN));
    }

    #[test]
    fn nobody_gets_a_language_that_the_quarter_does_not_offer() {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_static("en-GB, de;q=0.4"));
        headers.insert(COOKIE, HeaderValue::from_static("language=en"));
        assert_eq!(among(&headers, &[Language::DE]), Some(Language::DE));
    }
}
