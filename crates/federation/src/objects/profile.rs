//! What an initiative says of itself, in the document of its actor.

use domain::actor::Actor;
use domain::html::escape;
use domain::messages::text;
use domain::profile::{Facts, LINES};
use domain::voice::Voice;
use serde_json::{Value, json};

/// Puts the sentence that says what it is for before its text, and the facts into fields: what Mastodon shows of an account.
pub(super) fn introduce(object: &mut Value, actor: &Actor, facts: &Facts, voice: Voice) {
    if let Some(purpose) = &facts.purpose {
        object["summary"] = json!(format!("<p>{}</p>{}", escape(purpose), actor.summary.as_str()));
    }
    let mut fields: Vec<Value> = LINES
        .iter()
        .filter_map(|name| Some(field(&text(voice, &format!("initiative-{name}")), &escape(facts.line(name)?))))
        .collect();
    let place = facts.place.as_ref().map(domain::place::Place::one_line);
    let known = [
        ("events-where", place),
        ("events-languages", facts.spoken(voice.language())),
        ("events-access", facts.access_line(voice.language())),
    ];
    for (key, value) in known {
        fields.extend(value.map(|value| field(&text(voice, key), &escape(&value))));
    }
    if let Some(website) = &facts.website {
        let address = escape(website.as_str());
        let link = format!("<a href=\"{address}\" rel=\"me nofollow noopener noreferrer\">{address}</a>");
        fields.push(field(&text(voice, "initiative-website"), &link));
    }
    object["attachment"] = fields.into();
}

/// A field, its value as HTML.
fn field(name: &str, value: &str) -> Value {
    json!({ "type": "PropertyValue", "name": name, "value": value })
}
