//! What people said about their quarter on its pages: it fills in what file and environment leave open.

use std::collections::BTreeMap;

use domain::setup::ANSWERS;
use toml::{Table, Value};

use super::load::one_line;
use super::{Config, Refused, check};

/// The two that stand together or not at all.
const POSITION: [&str; 2] = ["quarter.latitude", "quarter.longitude"];

impl Config {
    /// The same with what `kept` has for keys that nobody fixed.
    pub fn completed(&self, kept: &BTreeMap<String, String>) -> Result<Self, Refused> {
        let broken = |why: &str| Refused(format!("what is kept in the table settings is wrong: {}", one_line(why)));
        let mut table = Table::try_from(self).map_err(|error| broken(&error.to_string()))?;
        for (key, value) in kept.iter().filter(|(key, _)| ANSWERS.contains(&key.as_str()) && !self.fixes(key)) {
            let section = key.split_once('.').and_then(|(section, key)| Some((table.get_mut(section)?, key)));
            if let Some((Value::Table(section), key)) = section {
                section.insert(key.to_owned(), as_kind_of(section.get(key), value));
            }
        }
        let mut completed: Self = table.try_into().map_err(|error: toml::de::Error| broken(error.message()))?;
        completed.fixed.clone_from(&self.fixed);
        check::check(&completed).map_err(|Refused(why)| broken(&why))?;
        Ok(completed)
    }

    /// Whether file or environment decide about `key`, so that nobody is asked.
    pub fn fixes(&self, key: &str) -> bool {
        self.fixed.contains(key) || (POSITION.contains(&key) && POSITION.iter().any(|key| self.fixed.contains(*key)))
    }

    /// What is so now, by the keys that can be asked for.
    pub fn answers(&self) -> BTreeMap<&'static str, String> {
        // A tree of plain values always fits into TOML; a test reads it.
        let table = Table::try_from(self).unwrap_or_default();
        let value = |key: &str| key.split_once('.').and_then(|(section, key)| table.get(section)?.get(key)).cloned();
        let text = |value: Value| match value {
            Value::String(text) => text,
            Value::Array(list) => list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(","),
            other => other.to_string(),
        };
        ANSWERS.iter().map(|key| (*key, value(key).map(text).unwrap_or_default())).collect()
    }
}

/// What was said, as the kind of value that stands there; what is none stays text, which is refused.
fn as_kind_of(kept: Option<&Value>, said: &str) -> Value {
    let value = match kept {
        Some(Value::Boolean(_)) => said.parse().ok().map(Value::Boolean),
        Some(Value::Integer(_)) => said.parse().ok().map(Value::Integer),
        _ => None,
    };
    value.unwrap_or_else(|| Value::from(said))
}
