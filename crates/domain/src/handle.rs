//! The name before the `@`: what people type to find an actor.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::host::Host;

/// A local actor's handle: 1 to 30 of `a-z 0-9 _`, never one that is reserved.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Handle(String);

/// Why a handle was refused.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Refused {
    /// Other characters, or too long.
    #[error("a handle has 1 to 30 of the characters a-z, 0-9 and _")]
    Form,
    /// A name people would take for the server or its staff.
    #[error("this handle is reserved")]
    Reserved,
}

const RESERVED: [&str; 20] = [
    "abuse",
    "admin",
    "administrator",
    "api",
    "help",
    "hostmaster",
    "info",
    "instance",
    "mod",
    "moderator",
    "noreply",
    "owner",
    "postmaster",
    "redaktion",
    "root",
    "security",
    "staff",
    "support",
    "system",
    "webmaster",
];

impl Handle {
    /// The handle as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A handle made from a name: `Repair-Café Süd` becomes `repair_cafe_sued`.
    pub fn suggest(name: &str) -> Option<Self> {
        let mut handle = String::new();
        for c in name.to_lowercase().chars() {
            match c {
                'ä' => handle.push_str("ae"),
                'ö' => handle.push_str("oe"),
                'ü' => handle.push_str("ue"),
                'ß' => handle.push_str("ss"),
                'é' | 'è' | 'ê' => handle.push('e'),
                'a'..='z' | '0'..='9' => handle.push(c),
                _ if handle.is_empty() || handle.ends_with('_') => {}
                _ => handle.push('_'),
            }
        }
        handle.truncate(30);
        handle.trim_end_matches('_').parse().ok()
    }
}

impl FromStr for Handle {
    type Err = Refused;

    fn from_str(text: &str) -> Result<Self, Refused> {
        let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if text.is_empty() || text.len() > 30 || !text.chars().all(good) {
            return Err(Refused::Form);
        }
        if RESERVED.contains(&text) {
            return Err(Refused::Reserved);
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for Handle {
    type Error = Refused;

    fn try_from(text: String) -> Result<Self, Refused> {
        text.parse()
    }
}

impl From<Handle> for String {
    fn from(handle: Handle) -> Self {
        handle.0
    }
}

impl fmt::Display for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where an actor is found: `name@host`, as typed with or without a leading `@` or `acct:`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// What stands before the `@`, as the other server spells it.
    pub name: String,
    /// The host behind it, in its one canonical spelling.
    pub host: Host,
}

/// Not an address.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("an address looks like nordstadt@quartier.example")]
pub struct NotAnAddress;

impl FromStr for Address {
    type Err = NotAnAddress;

    fn from_str(text: &str) -> Result<Self, NotAnAddress> {
        let text = text.trim();
        let text = text.strip_prefix("acct:").unwrap_or(text);
        let text = text.strip_prefix('@').unwrap_or(text);
        let (name, host) = text.split_once('@').ok_or(NotAnAddress)?;
        let good = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
        if name.is_empty() || name.len() > 100 || !name.chars().all(good) {
            return Err(NotAnAddress);
        }
        let host = host.parse().map_err(|_| NotAnAddress)?;
        Ok(Self { name: name.to_owned(), host })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.name, self.host)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handle_is_suggested_from_a_german_name() {
        assert_eq!(Handle::suggest("Repair-Café Süd").map(String::from), Some("repair_cafe_sued".into()));
        assert_eq!(Handle::suggest("…"), None);
    }

    #[test]
    fn reserved_and_strange_handles_are_refused() {
        assert_eq!("admin".parse::<Handle>(), Err(Refused::Reserved));
        assert_eq!("Nord".parse::<Handle>(), Err(Refused::Form));
        assert_eq!("аdmin".parse::<Handle>(), Err(Refused::Form));
    }

    #[test]
    fn an_address_is_read_in_every_spelling() {
        for text in ["nord@Example.COM", "@nord@example.com", "acct:nord@example.com."] {
            assert_eq!(text.parse::<Address>().map(|a| a.to_string()), Ok("nord@example.com".into()), "{text}");
        }
        assert!("nord".parse::<Address>().is_err());
        assert!("nord@a b".parse::<Address>().is_err());
    }
}
