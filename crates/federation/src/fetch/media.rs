//! Media types: which answers are ActivityPub, and which only look like it.

use http::HeaderMap;
use http::header::CONTENT_TYPE;

const PROFILE: &str = "https://www.w3.org/ns/activitystreams";

/// Whether `media_type` is one of the two of ActivityPub (section 3.2), whatever else its parameters say.
pub fn is_activity(media_type: &str) -> bool {
    match essence(media_type).as_str() {
        "application/activity+json" => true,
        "application/ld+json" => has_profile(media_type),
        _ => false,
    }
}

/// Whether `media_type` may hold a WebFinger answer: `application/jrd+json` (RFC 7033) or plain JSON.
pub fn is_jrd(media_type: &str) -> bool {
    matches!(essence(media_type).as_str(), "application/jrd+json" | "application/json")
}

/// Whether `media_type` may hold an activity that is sent to us and signed: ActivityPub, any JSON-LD, or plain JSON.
pub fn is_any_activity(media_type: &str) -> bool {
    is_activity(media_type) || matches!(essence(media_type).as_str(), "application/ld+json" | "application/json")
}

/// The only `Content-Type` in `headers`; `None` if there is none, or more than one, or it is not text.
pub fn of(headers: &HeaderMap) -> Option<&str> {
    let mut all = headers.get_all(CONTENT_TYPE).iter();
    let first = all.next()?;
    if all.next().is_some() { None } else { first.to_str().ok() }
}

fn essence(media_type: &str) -> String {
    let essence = media_type.split_once(';').map_or(media_type, |(essence, _)| essence);
    essence.trim().to_ascii_lowercase()
}

fn has_profile(media_type: &str) -> bool {
    let parameters = media_type.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    let mut profiles = parameters.filter(|(name, _)| name.trim().eq_ignore_ascii_case("profile"));
    profiles.any(|(_, value)| value.trim().trim_matches('"').split(' ').any(|profile| profile == PROFILE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_two_families_are_activitypub() {
        let table = [
            ("application/activity+json", true),
            ("Application/Activity+JSON; charset=utf-8", true),
            (r#"application/ld+json; profile="https://www.w3.org/ns/activitystreams""#, true),
            (
                r#"application/ld+json;charset=utf-8;profile="https://a.example https://www.w3.org/ns/activitystreams""#,
                true,
            ),
            ("application/ld+json; Profile=https://www.w3.org/ns/activitystreams", true),
            ("application/ld+json", false),
            (r#"application/ld+json; profile="https://evil.example""#, false),
            (r#"application/json; profile="https://www.w3.org/ns/activitystreams""#, false),
            ("application/json", false),
            ("application/octet-stream", false),
            ("text/plain", false),
            ("text/html", false),
            ("image/png", false),
            ("text/plain; application/activity+json", false),
            ("application/activity+json, text/html", false),
            ("application/activity+jsonx", false),
            ("", false),
        ];
        for (media_type, is) in table {
            assert_eq!(is_activity(media_type), is, "{media_type}");
        }
    }
}
