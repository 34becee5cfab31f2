//! What is left of a deleted object.

use jiff::Timestamp;
use serde_json::{Value, json};
use url::Url;

/// The tombstone of an object, with what it was (Gancio asks for it), without `@context`.
pub fn write(url: &Url, former: &str, deleted_at: Timestamp) -> Value {
    json!({ "id": url, "type": "Tombstone", "formerType": former, "deleted": deleted_at.to_string() })
}
