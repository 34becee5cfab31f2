//! Reads the configuration: the file first, then the environment, and nothing that has no such key.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::{Config, Refused};

/// Where a configuration is looked for when none is named.
const USUAL_PLACES: [&str; 2] = ["quartier.toml", "/etc/quartier/quartier.toml"];
/// What every variable of ours begins with.
const PREFIX: &str = "QUARTIER_";
/// Variables that speak to our tests and not to the server.
const NOT_OURS: [&str; 2] = ["QUARTIER_BIN", "QUARTIER_TEST_"];

/// Reads `file` (or the first of the usual places that is there), then `environment`, and checks the whole.
///
/// Refused are unknown keys and variables (with the nearest known one), values of another kind, and what
/// `check` finds wrong.
pub fn load(
    file: Option<&Path>,
    environment: impl IntoIterator<Item = (OsString, OsString)>,
) -> Result<Config, Refused> {
    let file = file.map(Path::to_owned).or_else(|| USUAL_PLACES.iter().map(PathBuf::from).find(|path| path.is_file()));
    let mut table = match &file {
        Some(path) => read(path)?,
        None => Table::new(),
    };
    for (name, value) in environment {
        if let Some(name) = name.to_str().filter(|name| is_ours(name)) {
            let value = value.to_str().ok_or_else(|| Refused(format!("{name} is not UTF-8")))?;
            set(&mut table, name, value)?;
        }
    }
    let fixed = keys(&table).into_iter().filter(|key| is_filled(&table, key)).collect();
    let mut config: Config = table.try_into().map_err(|error: toml::de::Error| Refused(one_line(error.message())))?;
    config.fixed = fixed;
    super::check::check(&config)?;
    // Where nobody chose a name, people are asked for the rest too, and the server waits with opening.
    if config.is_named() {
        super::check::imprint(&config)?;
    }
    Ok(config)
}

/// Whether a key has a value other than `""` and `[]`, which are nothing.
fn is_filled(table: &Table, key: &str) -> bool {
    let value = key.split_once('.').and_then(|(section, key)| table.get(section)?.get(key));
    value.is_some_and(|value| value.as_str() != Some("") && value.as_array().is_none_or(|list| !list.is_empty()))
}

fn is_ours(name: &str) -> bool {
    name.starts_with(PREFIX) && name != NOT_OURS[0] && !name.starts_with(NOT_OURS[1])
}

/// The tables of a file whose keys and kinds are all right.
fn read(path: &Path) -> Result<Table, Refused> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).map_err(|error| Refused(format!("{shown}: {error}")))?;
    let at = |error: &toml::de::Error| {
        let line =
            error.span().and_then(|span| text.get(..span.start)).map_or(1, |before| before.matches('\n').count() + 1);
        format!("{shown}, line {line}")
    };
    let table: Table =
        toml::from_str(&text).map_err(|error| Refused(format!("{}: {}", at(&error), one_line(error.message()))))?;
    let known = known_keys();
    for key in keys(&table) {
        if !known.iter().any(|(name, _)| *name == key) {
            let section = known.iter().any(|(name, _)| name.split('.').next() == Some(&key));
            let line = toml::from_str::<Config>(&text).err().map_or_else(|| shown.to_string(), |error| at(&error));
            let why = if section { "is a section, not a key" } else { "is not a key" };
            return Err(Refused(format!(
                "{line}: '{key}' {why}{}",
                nearest(&key, known.iter().map(|(name, _)| name.as_str()))
            )));
        }
    }
    match toml::from_str::<Config>(&text) {
        Ok(_) => Ok(table),
        Err(error) => Err(Refused(format!("{}: {}", at(&error), one_line(error.message())))),
    }
}

/// Puts the value of the variable `name` into `table`, in the kind that its default has.
fn set(table: &mut Table, name: &str, value: &str) -> Result<(), Refused> {
    let known = known_keys();
    let Some((key, default)) = known.iter().find(|(key, _)| variable(key) == name) else {
        let names: Vec<String> = known.iter().map(|(key, _)| variable(key)).collect();
        return Err(Refused(format!(
            "{name} is not a variable of quartier{}",
            nearest(name, names.iter().map(String::as_str))
        )));
    };
    let wrong = |expected: &str| Refused(format!("{name}: '{value}' is not {expected}"));
    let value = match default {
        Value::Boolean(_) => Value::Boolean(truth(value).ok_or_else(|| wrong("true or false"))?),
        Value::Integer(_) => Value::Integer(value.trim().parse().map_err(|_| wrong("a whole number"))?),
        Value::Array(_) => {
            Value::Array(value.split(',').map(str::trim).filter(|part| !part.is_empty()).map(Value::from).collect())
        }
        _ => Value::from(value),
    };
    let (section, key) = key.split_once('.').unwrap_or(("", key));
    let entry = table.entry(section).or_insert_with(|| Value::Table(Table::new()));
    if let Value::Table(section) = entry {
        section.insert(key.to_owned(), value);
    }
    // One variable at a time, so that the message names the one that is wrong.
    table.clone().try_into::<Config>().map_err(|error| Refused(format!("{name}: {}", one_line(error.message()))))?;
    Ok(())
}

fn truth(text: &str) -> Option<bool> {
    match text.trim() {
        "true" | "1" | "yes" => Some(true),
        "false" | "0" | "no" => Some(false),
        _ => None,
    }
}

/// Every key as `section.key`, with its default.
pub(super) fn known_keys() -> Vec<(String, Value)> {
    // A tree of plain values always fits into TOML; `every_key_is_listed` reads it.
    let defaults = Table::try_from(Config::default()).unwrap_or_default();
    let mut known = Vec::new();
    for (section, values) in &defaults {
        if let Value::Table(values) = values {
            known.extend(values.iter().map(|(key, value)| (format!("{section}.{key}"), value.clone())));
        }
    }
    known
}

/// The keys a file sets, as `section.key`; what stands outside a section by its own name.
pub(super) fn keys(table: &Table) -> Vec<String> {
    let mut keys = Vec::new();
    for (section, value) in table {
        match value {
            Value::Table(values) if values.is_empty() && !known_section(section) => keys.push(section.clone()),
            Value::Table(values) => keys.extend(values.keys().map(|key| format!("{section}.{key}"))),
            _ => keys.push(section.clone()),
        }
    }
    keys
}

fn known_section(name: &str) -> bool {
    known_keys().iter().any(|(key, _)| key.split('.').next() == Some(name))
}

/// The environment variable of a key.
pub(super) fn variable(key: &str) -> String {
    format!("{PREFIX}{}", key.replace('.', "_").to_uppercase())
}

/// `; did you mean '…'?` where one of `known` is close enough to be meant.
fn nearest<'a>(given: &str, known: impl Iterator<Item = &'a str>) -> String {
    let last = |name: &str| name.rsplit('.').next().unwrap_or_default().to_owned();
    let score = |name: &str| {
        let whole = strsim::normalized_damerau_levenshtein(given, name);
        // A key in the wrong section is as near as a slip in the right one.
        if last(given) == last(name) { whole.max(0.9) } else { whole }
    };
    let best = known.map(|name| (score(name), name)).max_by(|a, b| a.0.total_cmp(&b.0));
    best.filter(|(score, _)| *score > 0.5).map_or_else(String::new, |(_, name)| format!("; did you mean '{name}'?"))
}

pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
