//! Plain language on the wire: an entry of `contentMap` beside the text, `de-simple`.

use domain::html::Html;
use domain::language::{Language, simple};
use serde_json::{Value, json};

use super::note;
use crate::shape;

/// A text under the tag of its language, and the same in plain language where somebody wrote that.
pub(super) fn content_map(language: &str, content: &str, plain: &Html) -> Value {
    let mut map = json!({ language: content });
    if !plain.is_empty() {
        map[simple(language)] = json!(plain.as_str());
    }
    map
}

/// What an object says in plain language beside its text; nothing if it has no text or says nothing else.
pub(super) fn read(object: &Value, language: Language) -> Html {
    let html = shape::simple_in(object, "content", language.code()).map(Html::clean).unwrap_or_default();
    if html.to_text().is_empty() { Html::default() } else { note::bounded(html) }
}

#[cfg(test)]
mod tests {
    use domain::post::Details;

    use super::*;

    fn seen(object: &Value) -> Option<Details> {
        note::read(object, Language::DE)
    }

    #[test]
    fn plain_language_stands_beside_a_text_and_is_as_clean() {
        let plain = |map: Value| {
            seen(&json!({"type": "Note", "content": "Lang", "contentMap": map}))
                .map(|details| (details.content.to_text(), details.plain.as_str().to_owned(), details.language))
        };
        let german = Some("de".to_owned());
        let both = json!({"de": "Lang", "de-simple": "<p onclick='x'>Kurz<script>x</script></p>"});
        assert_eq!(plain(both), Some(("Lang".to_owned(), "<p>Kurz</p>".to_owned(), german.clone())));
        let several = json!({"de": "Lang", "en-simple": "Short", "de-simple": "Kurz"});
        assert_eq!(plain(several).map(|(_, plain, _)| plain).as_deref(), Some("Kurz"), "the one we read");
        for nothing in [
            json!({"de": "Lang", "de-simple": "Lang"}),
            json!({"de": "Lang", "de-simple": ["x"]}),
            json!({"de": "Lang", "de-simple": "<p> </p>"}),
        ] {
            assert_eq!(plain(nothing.clone()), Some(("Lang".to_owned(), String::new(), german.clone())), "{nothing}");
        }
        let endless = plain(json!({"de": "Lang", "de-simple": "x".repeat(900_000)})).expect("a note");
        assert!(endless.1.len() < 11_000);
        let alone = seen(&json!({"type": "Note", "contentMap": {"de-simple": "Kurz"}})).expect("a note");
        assert_eq!((alone.content.to_text().as_str(), alone.plain.is_empty()), ("Kurz", true), "alone it is the text");
    }
}
