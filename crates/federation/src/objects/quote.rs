//! Quotes on the wire (FEP-044f): what a post quotes, who may quote ours, and the authorization that says so.

use serde_json::{Value, json};
use storage::quotes::{Grant, Quote};
use url::Url;

use crate::shape;

/// The terms that are used of quotes.
pub(super) fn terms() -> impl Iterator<Item = (String, Value)> {
    let id = |name: &str| json!({ "@id": name, "@type": "@id" });
    let terms = [
        ("QuoteRequest", json!("https://w3id.org/fep/044f#QuoteRequest")),
        ("QuoteAuthorization", json!("https://w3id.org/fep/044f#QuoteAuthorization")),
        ("quote", id("https://w3id.org/fep/044f#quote")),
        ("quoteAuthorization", id("https://w3id.org/fep/044f#quoteAuthorization")),
        ("quoteUrl", json!("as:quoteUrl")),
        ("_misskey_quote", json!("https://misskey-hub.net/ns#_misskey_quote")),
        ("gts", json!("https://gotosocial.org/ns#")),
        ("interactingObject", id("gts:interactingObject")),
        ("interactionTarget", id("gts:interactionTarget")),
        ("interactionPolicy", id("gts:interactionPolicy")),
        ("canQuote", id("gts:canQuote")),
        ("canReply", id("gts:canReply")),
        ("automaticApproval", id("gts:automaticApproval")),
    ];
    terms.into_iter().map(|(name, value)| (name.to_owned(), value))
}

/// What a post quotes, under the names that are in use.
pub fn read(object: &Value) -> Option<Url> {
    ["quote", "quoteUrl", "quoteUri", "_misskey_quote"].into_iter().find_map(|name| shape::id(object, name))
}

/// Adds what a post of ours quotes, with the author's authorization where it is there; nothing where the author refused.
pub fn write(quote: &Quote, object: &mut Value) {
    if quote.refused {
        return;
    }
    if let Some(object) = object.as_object_mut() {
        for name in ["quote", "quoteUrl", "_misskey_quote"] {
            object.insert(name.to_owned(), json!(quote.target));
        }
        if let Some(stamp) = &quote.stamp {
            object.insert("quoteAuthorization".to_owned(), json!(stamp));
        }
    }
}

/// The object of a `QuoteRequest`, without `@context`.
pub fn request(id: &Url, quoter: &Url, target: &Url, instrument: &Value) -> Value {
    json!({ "id": id, "type": "QuoteRequest", "actor": quoter, "object": target, "instrument": instrument })
}

/// The document of one of our authorizations, without `@context`: `author` lets a post quote `target`.
pub fn authorization(id: &Url, author: &str, grant: &Grant, target: &Url) -> Value {
    json!({
        "id": id,
        "type": "QuoteAuthorization",
        "attributedTo": author,
        "interactingObject": grant.quote,
        "interactionTarget": target,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_is_found_under_each_of_its_names() {
        for name in ["quote", "quoteUrl", "quoteUri", "_misskey_quote"] {
            let object = json!({ name: "https://a.example/1" });
            assert_eq!(read(&object).map(String::from).as_deref(), Some("https://a.example/1"), "{name}");
        }
        for odd in [json!(null), json!("javascript:alert(1)"), json!(5), json!("x".repeat(9_000))] {
            assert_eq!(read(&json!({ "quote": odd })), None);
        }
    }
}
