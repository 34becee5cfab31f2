//! Reading JSON-LD as it really comes: any property may be a string, an object or an array, and ids have aliases.

use domain::language::{is_simple, primary};
use jiff::Timestamp;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use url::Url;

/// The public audience (`ActivityPub` section 5.6).
pub const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";
/// The namespace that the names of types may be written out with.
const NAMESPACE: &str = "https://www.w3.org/ns/activitystreams#";

/// How many entries of a list are looked at.
const MAX_ENTRIES: usize = 100;
/// The longest id, in bytes.
const MAX_ID: usize = 2_000;
/// The longest language tag, in bytes (RFC 5646 section 4.4.1).
const MAX_TAG: usize = 35;

/// A property, unless it is missing or null.
pub fn get<'a>(object: &'a Value, name: &str) -> Option<&'a Value> {
    object.get(name).filter(|value| !value.is_null())
}

/// Every entry of a property: none, one, or those of the list, of which the first hundred.
pub fn entries<'a>(object: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    all(object, name).iter().take(MAX_ENTRIES)
}

fn all<'a>(object: &'a Value, name: &str) -> &'a [Value] {
    match object.get(name) {
        None | Some(Value::Null) => &[],
        Some(Value::Array(list)) => list.as_slice(),
        Some(one) => std::slice::from_ref(one),
    }
}

/// What a property that is to hold one thing holds, alone or as the only one of a list.
pub fn only(value: &Value) -> &Value {
    match value.as_array().map(Vec::as_slice) {
        Some([one]) => one,
        _ => value,
    }
}

/// The name of something that is named, or is an object with an id.
fn name_of(value: &Value) -> Option<&str> {
    match value {
        Value::String(text) => Some(text),
        Value::Object(object) => object.get("id").or_else(|| object.get("@id"))?.as_str(),
        _ => None,
    }
}

/// The id of something that is an id, or an object with one.
pub fn id_of(value: &Value) -> Option<Url> {
    let text = name_of(value)?;
    if text.len() > MAX_ID {
        return None;
    }
    Url::parse(text).ok().filter(|url| matches!(url.scheme(), "https" | "http") && url.has_host())
}

/// The first id of a property.
pub fn id(object: &Value, name: &str) -> Option<Url> {
    entries(object, name).find_map(id_of)
}

/// The id of an object itself, under either of its names.
pub fn own_id(object: &Value) -> Option<Url> {
    id(object, "id").or_else(|| id(object, "@id"))
}

/// Whom an object is for besides the public, and whose it is: the ids of `to`, `cc`, `audience` and `attributedTo`.
pub fn addressed(object: &Value) -> Vec<Url> {
    ["to", "cc", "audience", "attributedTo"].iter().flat_map(|name| entries(object, name).filter_map(id_of)).collect()
}

/// The type of an object: the first that `known` makes something of.
pub fn kind<T>(object: &Value, known: impl Fn(&str) -> Option<T>) -> Option<T> {
    let name = if object.get("type").is_some() { "type" } else { "@type" };
    let short = |kind| str::strip_prefix(kind, "as:").or_else(|| kind.strip_prefix(NAMESPACE)).unwrap_or(kind);
    entries(object, name).filter_map(Value::as_str).map(short).find_map(known)
}

/// The text of a property: a string, a value object, the first of a list, or any language of its map (`nameMap`).
pub fn text<'a>(object: &'a Value, name: &str) -> Option<&'a str> {
    plain(object, name).or_else(|| map(object, name)?.values().find_map(Value::as_str))
}

/// As [`text`], and the BCP 47 tag of its language where that is known. Of several languages the one that the author
/// puts first (the property itself), then `wanted`, then English, then any.
pub fn text_in<'a>(object: &'a Value, name: &str, wanted: &str) -> Option<(&'a str, Option<&'a str>)> {
    // Plain language stands beside a text; alone it is one.
    let all = || map(object, name).into_iter().flatten().filter_map(|(tag, text)| Some((tag.as_str(), text.as_str()?)));
    let known = || all().filter(|(tag, _)| !is_simple(tag));
    if let Some(text) = plain(object, name) {
        let same = known().find(|(_, other)| *other == text);
        let tag = same.or_else(|| known().next().filter(|_| known().count() == 1)).map(|(tag, _)| tag);
        return Some((text, tag.filter(|tag| tag.len() <= MAX_TAG)));
    }
    let of = |wanted: &str| known().find(|(tag, _)| tag.split('-').next() == Some(wanted));
    let (tag, text) = of(wanted).or_else(|| of("en")).or_else(|| known().next()).or_else(|| all().next())?;
    Some((text, Some(tag).filter(|tag| tag.len() <= MAX_TAG)))
}

/// What an object says in plain language beside its text, in the language `wanted` if it can be chosen.
pub fn simple_in<'a>(object: &'a Value, name: &str, wanted: &str) -> Option<&'a str> {
    let (text, _) = text_in(object, name, wanted)?;
    let all = || map(object, name).into_iter().flatten().filter(|(tag, _)| is_simple(tag));
    let found = all().find(|(tag, _)| primary(tag) == wanted).or_else(|| all().next());
    found.and_then(|(_, simple)| simple.as_str()).filter(|simple| *simple != text)
}

fn plain<'a>(object: &'a Value, name: &str) -> Option<&'a str> {
    entries(object, name).find_map(|value| value.as_str().or_else(|| value.get("@value")?.as_str()))
}

fn map<'a>(object: &'a Value, name: &str) -> Option<&'a serde_json::Map<String, Value>> {
    object.get(format!("{name}Map"))?.as_object()
}

/// Whether a property says yes, as a truth value or in words.
pub fn is_true(object: &Value, name: &str) -> bool {
    let yes = |value: &Value| {
        value.as_bool().unwrap_or_else(|| value.as_str().is_some_and(|text| text.eq_ignore_ascii_case("true")))
    };
    entries(object, name).any(|value| yes(value.get("@value").unwrap_or(value)))
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
    links(object, name).next()
}

/// Every web address of a property, the HTML ones first.
pub fn links(object: &Value, name: &str) -> impl Iterator<Item = Url> {
    let href = |value: &Value| {
        let text = value.as_str().or_else(|| value.get("href")?.as_str())?;
        let url = (text.len() <= MAX_ID).then(|| Url::parse(text).ok()).flatten()?;
        matches!(url.scheme(), "https" | "http").then_some(url)
    };
    let is_html = |value: &&Value| ["mediaType", "mimeType"].iter().any(|name| text(value, name) == Some("text/html"));
    let html = entries(object, name).filter(is_html);
    html.chain(entries(object, name)).filter_map(href)
}

/// Whether the audience includes everyone: `Public` in `to`, or with `cc` in `to` or `cc`.
///
/// Lists are read to their end: Plume puts everyone last, after each of its followers.
pub fn is_public(object: &Value, cc: bool) -> bool {
    let public = |value: &Value| name_of(value).is_some_and(|name| matches!(name, PUBLIC | "as:Public" | "Public"));
    all(object, "to").iter().any(public) || (cc && all(object, "cc").iter().any(public))
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
        for name in [json!({"id": PUBLIC}), json!([{"@id": "as:Public"}]), json!([["x"], PUBLIC])] {
            assert!(is_public(&json!({"to": name}), false), "{name}");
        }
        for odd in [
            json!("public"),
            json!({"href": PUBLIC}),
            json!({"id": [PUBLIC]}),
            json!([[PUBLIC]]),
            json!(null),
            json!(true),
            json!(["https://a.example/Public", "https://www.w3.org/ns/activitystreams", "as:public"]),
        ] {
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
    fn everyone_may_stand_at_the_end_of_a_long_list() {
        let mut to: Vec<Value> = (0..100_000).map(|n| json!(format!("https://a.example/{n}"))).collect();
        assert!(!is_public(&json!({"to": to}), true));
        assert_eq!(addressed(&json!({"to": to, "cc": to, "audience": to})).len(), 3 * MAX_ENTRIES);
        to.push(json!(PUBLIC));
        assert!(is_public(&json!({"to": to}), true));
    }

    #[test]
    fn of_several_languages_the_readers_is_taken_unless_the_author_chose() {
        let map = json!({"fr": "Fête", "en": "Party", "de-AT": "Fest"});
        let table = [
            (json!({"contentMap": map}), "de", Some(("Fest", Some("de-AT")))),
            (json!({"contentMap": map}), "it", Some(("Party", Some("en")))),
            (json!({"content": "Fête", "contentMap": map}), "de", Some(("Fête", Some("fr")))),
            (json!({"content": "Festa", "contentMap": map}), "de", Some(("Festa", None))),
            (json!({"content": "Fest", "contentMap": {"de": "anders"}}), "de", Some(("Fest", Some("de")))),
            (json!({"contentMap": {"de": 7}}), "de", None),
            (json!({"contentMap": ["Fest"]}), "de", None),
        ];
        for (object, wanted, expected) in table {
            assert_eq!(text_in(&object, "content", wanted), expected, "{object}");
        }
    }

    #[test]
    fn types_are_known_under_each_of_their_names_and_at_both_places() {
        for name in [
            json!({"type": "Note"}),
            json!({"type": ["Unheard", "Note"]}),
            json!({"@type": "as:Note"}),
            json!({"@type": ["https://www.w3.org/ns/activitystreams#Note"]}),
        ] {
            assert_eq!(kind(&name, |kind| (kind == "Note").then_some(())), Some(()), "{name}");
        }
        for odd in [json!({"type": "note"}), json!({"type": {"id": "Note"}}), json!({"type": [["Note"]]}), json!({})] {
            assert_eq!(kind(&odd, |kind| (kind == "Note").then_some(())), None, "{odd}");
        }
    }

    #[test]
    fn a_time_needs_its_offset() {
        assert!(time(&json!({"startTime": "2026-12-05T15:00:00+01:00"}), "startTime").is_some());
        for odd in ["2026-12-05T15:00:00", "2026-12-05", "", "0000", "2026-13-45T99:00:00Z"] {
            assert_eq!(time(&json!({"startTime": odd}), "startTime"), None, "{odd}");
        }
    }
}
