//! Reading JSON-LD as it really comes: any property may be a string, an object or an array, and ids have aliases.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use url::Url;

/// The public audience (`ActivityPub` section 5.6).
pub const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";

/// How many entries of a list are looked at.
const MAX_ENTRIES: usize = 100;
/// The longest id, in bytes.
const MAX_ID: usize = 2_000;

/// A property, unless it is missing or null.
pub fn get<'a>(object: &'a Value, name: &str) -> Option<&'a Value> {
    object.get(name).filter(|value| !value.is_null())
}

/// Every entry of a property: none, one, or those of the list.
pub fn entries<'a>(object: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    let list = match object.get(name) {
        None | Some(Value::Null) => &[],
        Some(Value::Array(list)) => list.as_slice(),
        Some(one) => std::slice::from_ref(one),
    };
    list.iter().take(MAX_ENTRIES)
}

/// The id of something that is an id, or an object with one.
pub fn id_of(value: &Value) -> Option<Url> {
    let text = match value {
        Value::String(text) => text,
        Value::Object(object) => object.get("id").or_else(|| object.get("@id"))?.as_str()?,
        _ => return None,
    };
    if text.len() > MAX_ID {
        return None;
    }
    Url::parse(text).ok().filter(|url| matches!(url.scheme(), "https" | "http") && url.has_host())
}

/// The first id of a property.
pub fn id(object: &Value, name: &str) -> Option<Url> {
    entries(object, name).find_map(id_of)
}

/// The type of an object: the first that `known` makes something of.
pub fn kind<T>(object: &Value, known: impl Fn(&str) -> Option<T>) -> Option<T> {
    let name = if object.get("type").is_some() { "type" } else { "@type" };
    entries(object, name).filter_map(Value::as_str).map(|kind| kind.strip_prefix("as:").unwrap_or(kind)).find_map(known)
}

/// The text of a property: a string, a value object, the first of a list, or any language of its map (`nameMap`).
pub fn text<'a>(object: &'a Value, name: &str) -> Option<&'a str> {
    let plain = entries(object, name).find_map(|value| value.as_str().or_else(|| value.get("@value")?.as_str()));
    plain.or_else(|| object.get(format!("{name}Map"))?.as_object()?.values().find_map(Value::as_str))
}

/// A moment with its offset (RFC 3339); moments without one are not moments.
pub fn time(object: &Value, name: &str) -> Option<Timestamp> {
    text(object, name)?.trim().parse().ok()
}

/// A number that may come as text.
pub fn number(object: &Value, name: &str) -> Option<f64> {
    let value = get(object, name)?;
    let number = value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())?;
    number.is_finite().then_some(number)
}

/// A web address of a property: text, or the `href` of a link; the HTML one if several are offered.
pub fn link(object: &Value, name: &str) -> Option<Url> {
    let href = |value: &Value| {
        let text = value.as_str().or_else(|| value.get("href")?.as_str())?;
        let url = (text.len() <= MAX_ID).then(|| Url::parse(text).ok()).flatten()?;
        matches!(url.scheme(), "https" | "http").then_some(url)
    };
    let html =
        entries(object, name).filter(|value| value.get("mediaType").and_then(Value::as_str) == Some("text/html"));
    html.chain(entries(object, name)).find_map(href)
}

/// Whether the audience includes everyone: `Public` in `to`, or with `cc` in `to` or `cc`.
pub fn is_public(object: &Value, cc: bool) -> bool {
    let public = |value: &Value| value.as_str().is_some_and(|text| matches!(text, PUBLIC | "as:Public" | "Public"));
    entries(object, "to").any(public) || (cc && entries(object, "cc").any(public))
}

/// For serde: the one id of a property that may be an id, an object or a list.
pub(crate) fn one<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Url, D::Error> {
    let value = Value::deserialize(deserializer)?;
    let first = match &value {
        Value::Array(list) => list.iter().find_map(id_of),
        one => id_of(one),
    };
    first.ok_or_else(|| serde::de::Error::custom("not an id"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_id_is_found_in_every_shape() {
        let url = "https://a.example/1";
        for value in
            [json!(url), json!({"id": url}), json!({"@id": url}), json!([url]), json!([{"id": url, "type": "Note"}])]
        {
            let object = json!({"object": value});
            assert_eq!(id(&object, "object").map(String::from).as_deref(), Some(url), "{object}");
        }
        for value in [json!(null), json!(7), json!("urn:x"), json!([]), json!({"id": 5}), json!("javascript:alert(1)")]
        {
            assert_eq!(id(&json!({"object": value}), "object"), None);
        }
    }

    #[test]
    fn the_public_has_three_names_and_no_fourth() {
        for name in [PUBLIC, "as:Public", "Public"] {
            assert!(is_public(&json!({"to": name}), false));
            assert!(is_public(&json!({"to": ["https://a.example/x", name]}), false));
            assert!(!is_public(&json!({"cc": [name]}), false));
            assert!(is_public(&json!({"cc": [name]}), true));
        }
        for odd in [json!("public"), json!({"id": PUBLIC}), json!(null), json!(["https://a.example/Public"])] {
            assert!(!is_public(&json!({"to": odd}), true));
        }
    }

    #[test]
    fn a_text_is_found_in_every_shape() {
        for object in [
            json!({"name": "Fest"}),
            json!({"name": ["Fest"]}),
            json!({"name": {"@value": "Fest"}}),
            json!({"nameMap": {"de": "Fest"}}),
        ] {
            assert_eq!(text(&object, "name"), Some("Fest"), "{object}");
        }
        assert_eq!(text(&json!({"name": 5}), "name"), None);
    }

    #[test]
    fn a_time_needs_its_offset() {
        assert!(time(&json!({"startTime": "2026-12-05T15:00:00+01:00"}), "startTime").is_some());
        for odd in ["2026-12-05T15:00:00", "2026-12-05", "", "0000", "2026-13-45T99:00:00Z"] {
            assert_eq!(time(&json!({"startTime": odd}), "startTime"), None, "{odd}");
        }
    }
}
