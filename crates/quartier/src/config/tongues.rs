//! Languages by their tags: a list in the file, a line with commas where people chose them on a page.

use domain::language::Language;
use serde::{Deserialize, Deserializer};

#[derive(Deserialize)]
#[serde(untagged)]
enum Tags {
    List(Vec<String>),
    Line(String),
}

/// Reads a list, or a line with commas.
pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Language>, D::Error> {
    let tags = match Tags::deserialize(deserializer)? {
        Tags::List(tags) => tags,
        Tags::Line(line) => line.split(',').map(str::to_owned).collect(),
    };
    let tags = tags.iter().map(|tag| tag.trim()).filter(|tag| !tag.is_empty());
    tags.map(|tag| Language::deserialize(serde::de::value::StrDeserializer::new(tag))).collect()
}
