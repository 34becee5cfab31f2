//! Actors: who speaks in the fediverse, ours and others'.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use url::Url;
use uuid::Uuid;

use crate::host::Host;
use crate::html::Html;

/// The five actor types of ActivityStreams (Activity Vocabulary section 3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// A server or a program.
    Application,
    /// A quarter, an initiative, a forum.
    Group,
    /// A club, an institution.
    Organization,
    /// A human being.
    Person,
    /// A bot.
    Service,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::Application, Self::Group, Self::Organization, Self::Person, Self::Service];

    /// The name on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Application => "Application",
            Self::Group => "Group",
            Self::Organization => "Organization",
            Self::Person => "Person",
            Self::Service => "Service",
        }
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// What one of our own actors is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// The server itself (`Application`): signs fetches and server-level messages.
    Instance,
    /// The quarter (`Group`): what neighbours and readers follow.
    Quarter,
    /// A club, initiative or institution (`Group`).
    Initiative,
    /// A member with a public profile (`Person`).
    Member,
}

impl Part {
    /// Every part.
    pub const ALL: [Self; 4] = [Self::Instance, Self::Quarter, Self::Initiative, Self::Member];

    /// The name in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Instance => "instance",
            Self::Quarter => "quarter",
            Self::Initiative => "initiative",
            Self::Member => "member",
        }
    }

    /// The part of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.as_str() == name)
    }

    /// The ActivityStreams type that this part has on the wire.
    pub fn kind(self) -> Kind {
        match self {
            Self::Instance => Kind::Application,
            Self::Quarter | Self::Initiative => Kind::Group,
            Self::Member => Kind::Person,
        }
    }
}

/// An actor, ours (`part` says which) or another server's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Our own key for it.
    pub id: Uuid,
    /// Its ActivityPub id.
    pub url: Url,
    /// Its type on the wire.
    pub kind: Kind,
    /// What it is here; `None` for actors of other servers.
    pub part: Option<Part>,
    /// The name before the `@`.
    pub handle: String,
    /// The host behind the `@`.
    pub host: Host,
    /// What people read, plain text.
    pub name: String,
    /// About it.
    pub summary: Html,
    /// Its HTML page.
    pub page: Url,
    /// Where it gets its mail.
    pub inbox: Url,
    /// Where its whole server gets mail, if it has such an inbox.
    pub shared_inbox: Option<Url>,
    /// What it published.
    pub outbox: Option<Url>,
    /// Its followers collection: an audience.
    pub followers: Option<Url>,
    /// The RSA key it signs requests with; every one of ours has one.
    pub key: Option<PublicKey>,
    /// The keys it vouches with, in requests and in proofs.
    pub assertion_keys: Vec<AssertionKey>,
    /// When it was made, here or as its server says.
    pub created_at: Timestamp,
    /// When we last changed or fetched it.
    pub updated_at: Timestamp,
    /// When it was deleted; its handle is never given again.
    pub deleted_at: Option<Timestamp>,
}

/// A public key and its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    /// The `keyId` of signatures.
    pub id: Url,
    /// SPKI in PEM.
    pub pem: String,
}

/// A public key that vouches for what an actor says, wherever it is read (FEP-521a).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssertionKey {
    /// The `verificationMethod` of proofs.
    pub id: Url,
    /// `publicKeyMultibase`: the type of the key and its bytes, in base58.
    pub multibase: String,
    /// When it stops to count, if it does.
    pub expires_at: Option<Timestamp>,
}

impl Actor {
    /// Whether it is one of ours.
    pub fn is_local(&self) -> bool {
        self.part.is_some()
    }

    /// `name@host`.
    pub fn address(&self) -> String {
        format!("{}@{}", self.handle, self.host)
    }

    /// Where mail for it goes: once per server where the server allows that.
    pub fn delivery_inbox(&self) -> &Url {
        self.shared_inbox.as_ref().unwrap_or(&self.inbox)
    }
}
