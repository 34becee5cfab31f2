//! Collections: a count, and pages by cursor.

use serde_json::{Value, json};
use url::Url;

use super::context;

/// A collection of which only the number is told.
pub fn counted(url: &Url, total: i64) -> Value {
    json!({ "@context": context(), "id": url, "type": "OrderedCollection", "totalItems": total })
}

/// A collection that is short enough to be told whole.
pub fn whole(url: &Url, items: &[Value]) -> Value {
    json!({ "@context": context(), "id": url, "type": "OrderedCollection", "totalItems": items.len(), "orderedItems": items })
}

/// A collection whose items are on pages.
pub fn paged(url: &Url, total: i64) -> Value {
    let mut first = url.clone();
    first.set_query(Some("page=true"));
    json!({ "@context": context(), "id": url, "type": "OrderedCollection", "totalItems": total, "first": first })
}

/// One page of a collection; `next` is the query of the following one.
pub fn page(collection: &Url, query: &str, items: &[Value], next: Option<String>) -> Value {
    let at = |query: &str| {
        let mut url = collection.clone();
        url.set_query(Some(query));
        url
    };
    let mut page = json!({
        "@context": context(),
        "id": at(query),
        "type": "OrderedCollectionPage",
        "partOf": collection,
        "orderedItems": items,
    });
    if let Some(next) = next {
        page["next"] = json!(at(&next));
    }
    page
}
