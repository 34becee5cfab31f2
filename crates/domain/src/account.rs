//! Accounts: who may sign in here, and what they may do. An account is not an actor.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::actor::{Actor, Part};
use crate::language::Language;

/// An e-mail address: a strict ASCII subset of RFC 5321, the domain in canonical spelling.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Email(String);

/// Not an e-mail address we can write to.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("this is not an e-mail address")]
pub struct NotAnEmail;

impl Email {
    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Email {
    type Err = NotAnEmail;

    fn from_str(text: &str) -> Result<Self, NotAnEmail> {
        let (local, domain) = text.trim().rsplit_once('@').ok_or(NotAnEmail)?;
        let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+' | '\'');
        let dots = local.starts_with('.') || local.ends_with('.') || local.contains("..");
        if local.is_empty() || local.len() > 64 || dots || !local.chars().all(good) || domain.contains([':', '[', '%'])
        {
            return Err(NotAnEmail);
        }
        let host: crate::host::Host = domain.parse().map_err(|_| NotAnEmail)?;
        if host.as_str().len() > 190 {
            return Err(NotAnEmail);
        }
        Ok(Self(format!("{}@{host}", local.to_ascii_lowercase())))
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What an account may do in the quarter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Reads, proposes and takes part, and publishes in nobody's name.
    Reader,
    /// Publishes for the initiatives it belongs to.
    Member,
    /// Publishes for the quarter and every initiative, decides about neighbours and imports.
    Editor,
    /// An editor who also manages accounts.
    Admin,
}

impl Role {
    /// Every role, the least first.
    pub const ALL: [Self; 4] = [Self::Reader, Self::Member, Self::Editor, Self::Admin];

    /// The name on the command line and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reader => "reader",
            Self::Member => "member",
            Self::Editor => "editor",
            Self::Admin => "admin",
        }
    }
}

impl FromStr for Role {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|role| role.as_str() == text);
        known.ok_or_else(|| format!("'{text}' is not a role: admin, editor, member or reader"))
    }
}

/// Someone who may sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Our key for it.
    pub id: Uuid,
    /// Where sign-in links go.
    pub email: Email,
    /// What the editors call this person; not public.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// The language of letters to it.
    pub language: Language,
    /// The public profile, if the member switched one on.
    pub actor: Option<Uuid>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Since when it may do no more than everyone.
    pub suspended_at: Option<Timestamp>,
}

/// What an account is in an initiative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Membership {
    /// Publishes in its name and manages its members.
    Speaker,
    /// Publishes in its name.
    Helper,
}

impl Membership {
    /// The name on the command line and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Speaker => "speaker",
            Self::Helper => "helper",
        }
    }

    /// The membership of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Speaker, Self::Helper].into_iter().find(|membership| membership.as_str() == name)
    }
}

/// An account with what decides its rights: its memberships in initiatives.
#[derive(Clone, Debug)]
pub struct Rights {
    /// Who.
    pub account: Account,
    /// In which role: its own, or less as long as a key is missing that the role asks for.
    pub acts_as: Role,
    /// The initiatives it belongs to, by actor id.
    pub memberships: Vec<(Uuid, Membership)>,
}

impl Rights {
    /// Whether the account may publish at all, in its own or another's name.
    pub fn may_publish(&self) -> bool {
        self.account.role > Role::Reader
    }

    /// Whether the account may publish in the name of `actor`.
    pub fn may_speak_for(&self, actor: &Actor) -> bool {
        let editor = self.may_edit();
        match actor.part {
            _ if !self.may_publish() => false,
            None | Some(Part::Instance) => false,
            Some(Part::Quarter) => editor,
            Some(Part::Initiative) => editor || self.memberships.iter().any(|(id, _)| *id == actor.id),
            Some(Part::Member) => self.account.actor == Some(actor.id),
        }
    }

    /// Whether the account decides what the initiative `actor` says of itself and who belongs to it: editors do, and its
    /// speakers.
    pub fn may_manage(&self, actor: &Actor) -> bool {
        let speaker = |(id, membership): &(Uuid, Membership)| *id == actor.id && *membership == Membership::Speaker;
        actor.part == Some(Part::Initiative)
            && self.may_publish()
            && (self.may_edit() || self.memberships.iter().any(speaker))
    }

    /// Whether the account decides about imports, neighbours and deliveries.
    pub fn may_edit(&self) -> bool {
        self.acts_as >= Role::Editor
    }

    /// Whether the account manages accounts and settings.
    pub fn may_manage_accounts(&self) -> bool {
        self.acts_as == Role::Admin
    }

    /// Whether the account would be allowed more if it had a second key.
    pub fn lacks_key(&self) -> bool {
        self.acts_as < self.account.role
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_email_has_one_spelling() {
        assert_eq!(
            "Mira.K@Köln.Example".parse::<Email>().map(|e| e.to_string()),
            Ok("mira.k@xn--kln-sna.example".into())
        );
    }

    #[test]
    fn odd_emails_are_refused() {
        for text in [
            "",
            "mira",
            "@x.example",
            "a@b@",
            "\"a b\"@x.example",
            "a%b@x.example",
            "a..b@x.example",
            "a@x.example\r\nBcc: b@y",
            "a@[127.0.0.1]",
            "mïra@x.example",
        ] {
            assert!(text.parse::<Email>().is_err(), "{text}");
        }
    }
}
