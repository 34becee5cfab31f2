//! The four cookies there are: the session, half a sign-in that waits for the second key, and for those who chose them the
//! language and plain language first.

use axum_extra::extract::cookie::CookieJar;
use http::{HeaderMap, HeaderValue};

/// The value of a cookie.
pub(crate) fn value(headers: &HeaderMap, name: &str) -> Option<String> {
    CookieJar::from_headers(headers).get(name).map(|cookie| cookie.value().to_owned())
}

/// A `Set-Cookie` header for the whole site that scripts cannot read; zero `seconds` delete the cookie.
///
/// `value` must be of the characters that need no quoting; anything else makes an empty cookie.
pub(crate) fn set(name: &str, value: &str, seconds: u32, https: bool) -> HeaderValue {
    let secure = if https { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
}
