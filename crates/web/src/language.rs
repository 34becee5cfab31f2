//! Which language a page is in: as switched, else as the browser asks, else the quarter's.

use axum::extract::{Form, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::language::Language;
use http::HeaderMap;
use http::header::{ACCEPT_LANGUAGE, SET_COOKIE};
use serde::Deserialize;

use crate::app::App;
use crate::{address, cookies};

/// The cookie that remembers a switch; nobody gets it without asking.
const COOKIE: &str = "language";

const YEAR: u32 = 365 * 24 * 60 * 60;

/// The language for a request with these headers, in a quarter that speaks `usual`.
pub(crate) fn choose(headers: &HeaderMap, usual: Language) -> Language {
    let switched = cookies::value(headers, COOKIE).and_then(|tag| Language::from_tag(&tag));
    let asked = || headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).and_then(Language::negotiate);
    switched.or_else(asked).unwrap_or(usual)
}

/// The language switch at the head of every page.
#[derive(Deserialize)]
pub(crate) struct Switch {
    language: Language,
    #[serde(default)]
    back: String,
}

/// Remembers the language for a year and goes back to the page.
pub(crate) async fn switch(State(app): State<App>, Form(switch): Form<Switch>) -> Response {
    let cookie = cookies::set(COOKIE, switch.language.code(), YEAR, app.is_https());
    ([(SET_COOKIE, cookie)], Redirect::to(address::inside(&switch.back))).into_response()
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use http::header::COOKIE;

    use super::*;

    #[test]
    fn a_switch_wins_over_the_browser_and_the_browser_over_the_quarter() {
        let mut headers = HeaderMap::new();
        assert_eq!(choose(&headers, Language::De), Language::De);
        headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_static("en-GB, de;q=0.4"));
        assert_eq!(choose(&headers, Language::De), Language::En);
        headers.insert(COOKIE, HeaderValue::from_static("a=b; language=de"));
        assert_eq!(choose(&headers, Language::En), Language::De);
        headers.insert(COOKIE, HeaderValue::from_static("language=xx"));
        assert_eq!(choose(&headers, Language::De), Language::En);
    }
}
