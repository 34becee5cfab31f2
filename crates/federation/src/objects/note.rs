//! Posts on the wire: `Note` and `Article`.

use domain::actor::Actor;
use domain::html::{self, Html};
use domain::post::{Details, Kind, Post};
use serde_json::{Value, json};

use crate::shape::{self, PUBLIC};

/// The object of a post of ours, without `@context`.
pub fn write(post: &Post, author: &Actor) -> Value {
    let details = &post.details;
    let mut object = json!({
        "id": post.url,
        "type": details.kind().as_str(),
        "attributedTo": author.url,
        "content": details.content.as_str(),
        "published": post.published_at.to_string(),
        "url": post.page,
        "to": [PUBLIC],
        "cc": author.followers.iter().collect::<Vec<_>>(),
        "tag": [],
        "attachment": [],
    });
    if let Some(title) = &details.title {
        object["name"] = json!(title);
        // Mastodon shows of an article only its name, its summary and a link.
        object["summary"] = json!(html::line(details.content.as_str(), 300));
        object["preview"] = json!({
            "type": "Note",
            "attributedTo": author.url,
            "content": format!("<p><strong>{}</strong></p>", html::escape(title)),
            "published": post.published_at.to_string(),
        });
    }
    if let Some(language) = &details.language {
        object["contentMap"] = json!({ language: details.content.as_str() });
    }
    if let Some(parent) = &details.in_reply_to {
        object["inReplyTo"] = json!(parent);
    }
    if post.updated_at > post.published_at {
        object["updated"] = json!(post.updated_at.to_string());
    }
    object
}

/// Reads a post in whatever shape it comes; `None` if there is nothing to show.
pub fn read(object: &Value) -> Option<Details> {
    let mut content = shape::text(object, "content").map(Html::clean).unwrap_or_default();
    let title = shape::text(object, "name").map(|name| html::line(name, 200)).filter(|title| !title.is_empty());
    let note = shape::kind(object, Kind::from_name) == Some(Kind::Note);
    // A note's name is no title (a poll's vote has one), but it is better than nothing.
    let title = if note && !content.is_empty() { None } else { title };
    if content.is_empty() {
        let summary = shape::text(object, "summary").or(title.as_deref())?;
        content = Html::from_text(&html::line(summary, 1_000));
    }
    if content.as_str().len() > domain::post::Draft::MAX_CONTENT {
        content = Html::from_text(&html::line(content.as_str(), 10_000));
    }
    let language = object.get("contentMap").and_then(Value::as_object).and_then(|map| map.keys().next());
    Some(Details {
        title,
        content,
        language: language.filter(|tag| tag.len() <= 35).cloned(),
        in_reply_to: shape::id(object, "inReplyTo"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_note_is_none_and_an_article_keeps_its_title() {
        assert!(read(&json!({"type": "Note"})).is_none());
        let article =
            read(&json!({"type": "Article", "name": "Fest", "content": "<p>Viel <script>x</script>Spaß</p>"}));
        let article = article.expect("an article");
        assert_eq!(
            (article.kind(), article.title.as_deref(), article.content.as_str()),
            (Kind::Article, Some("Fest"), "<p>Viel Spaß</p>")
        );
    }

    #[test]
    fn an_endless_text_is_cut() {
        let note = read(&json!({"type": "Note", "content": "x".repeat(900_000)})).expect("a note");
        assert!(note.content.as_str().len() < 11_000);
    }
}
