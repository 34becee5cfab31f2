//! The configuration: one tree with its defaults, read from a file and then from the environment, which wins.

mod blank;
mod check;
mod kept;
mod load;
mod map;
mod media;
mod network;
mod tongues;

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::LazyLock;

use domain::handle::Handle;
use domain::host::Host;
use domain::land::Land;
use domain::language::Language;
use domain::sign_up::SignUp;
use domain::voice::{Address, Word};
use serde::{Deserialize, Serialize};
use url::Url;

pub(crate) use check::imprint;
pub use load::load;
pub use map::Map;
pub use media::Media;
pub use network::Network;

/// Why a configuration was refused, in one line that names the key.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{0}")]
pub struct Refused(pub String);

/// Everything that can be set. Every key is also the environment variable `QUARTIER_SECTION_KEY`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// How this server is reached.
    pub server: Server,
    /// Where things are kept.
    pub database: Database,
    /// Which quarter this is.
    pub quarter: Quarter,
    /// How it speaks with other servers.
    pub federation: Federation,
    /// Who becomes a neighbour.
    pub neighbours: Neighbours,
    /// People with an account.
    pub people: People,
    /// How the editors work.
    pub editors: Editors,
    /// Pictures.
    pub media: Media,
    /// The map.
    pub map: Map,
    /// Backups.
    pub backup: Backup,
    /// How letters leave.
    pub mail: Mail,
    /// Figures for monitoring.
    pub metrics: Metrics,
    /// Who is responsible for this server.
    pub imprint: Imprint,
    /// The keys that file or environment set to something, as `section.key`.
    #[serde(skip)]
    pub fixed: BTreeSet<String>,
}

/// How this server is reached.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Server {
    /// The address people and servers use; never changed once others know it.
    pub base_url: Url,
    /// The address and port it listens at.
    pub listen: SocketAddr,
    /// The folder everything is kept in.
    pub data_dir: PathBuf,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// Where the source code of this server is, for the AGPL.
    pub source_url: Url,
    /// What is logged: a level, or a filter of `tracing-subscriber`.
    pub log: String,
}

/// Where things are kept.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Database {
    /// `sqlite`, or `postgres://…`.
    pub url: String,
}

/// Which quarter this is.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Quarter {
    /// The name before the `@`; never changed once others know it.
    pub handle: Handle,
    /// The name people read.
    pub name: String,
    /// Where it is, by the name people give it: a town, a part of one.
    pub place: String,
    /// One or two sentences about it.
    pub summary: String,
    /// The language of its pages where a reader asks for none.
    pub language: Language,
    /// The languages that readers choose from; all there are if empty.
    #[serde(deserialize_with = "tongues::deserialize")]
    pub languages: Vec<Language>,
    /// How it speaks to people in German.
    pub address: Address,
    /// What it calls itself.
    pub word: Word,
    /// The IANA name of its time zone.
    pub timezone: String,
    /// The Land whose holidays it keeps.
    #[serde(with = "blank")]
    pub land: Option<Land>,
    /// The licence under which its own entries may be used, by its name.
    pub licence: String,
    /// Where it lies, in degrees north.
    #[serde(with = "blank")]
    pub latitude: Option<f64>,
    /// Where it lies, in degrees east.
    #[serde(with = "blank")]
    pub longitude: Option<f64>,
}

/// How it speaks with other servers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Federation {
    /// Certificates in PEM that are believed besides the system's.
    #[serde(with = "blank")]
    pub extra_ca_file: Option<PathBuf>,
    /// Networks that may be reached although they are not public.
    pub private_networks: Vec<Network>,
    /// Whether reading needs a signature.
    pub authorized_fetch: bool,
    /// What becomes of strangers' answers.
    pub replies: Replies,
}

/// What becomes of an answer by somebody whom nobody here follows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Replies {
    /// It is not taken.
    #[default]
    Off,
    /// It waits for an editor.
    Held,
}

/// Who becomes a neighbour.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Neighbours {
    /// Who answers a quarter that asks.
    pub accept: Accept,
}

/// Who answers a quarter that asks to become a neighbour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Accept {
    /// An editor.
    #[default]
    ByEditor,
    /// The server, at once and always with yes.
    Automatic,
}

/// People with an account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct People {
    /// Of whom a second key is wanted.
    pub second_factor: SecondFactor,
    /// Who gets an account.
    pub sign_up: SignUp,
    /// Hosts of mailboxes that get none, besides those on our list.
    pub refused_mail_hosts: Vec<Host>,
}

/// Of whom a second key is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SecondFactor {
    /// Of editors and admins.
    #[default]
    Editors,
    /// Of nobody; whoever likes may have one.
    Off,
}

/// How the editors work.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Editors {
    /// More words that speak of crime, between commas; one with a `-` in front excuses.
    pub safety_words: String,
    /// Whether what waits needs a yes by two of them.
    pub two_persons: bool,
    /// After how many hours of waiting whoever covers for them gets a letter.
    pub cover_after_hours: u32,
    /// Who covers for them; nobody if empty.
    pub cover_email: String,
}

/// Backups. Without a folder they are made by `quartier backup` only.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Backup {
    /// Where one is put every day.
    #[serde(with = "blank")]
    pub folder: Option<PathBuf>,
    /// How many of them are kept.
    pub keep: u32,
    /// What they are sealed with, for the environment rather than for a file.
    pub passphrase: String,
    /// A file that holds nothing but the passphrase.
    #[serde(with = "blank")]
    pub passphrase_file: Option<PathBuf>,
}

/// How letters leave. Without a host, sign-in links come from the command line only.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Mail {
    /// The server that takes letters (SMTP).
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the way there is encrypted.
    pub tls: Tls,
    /// The name to sign in with.
    pub username: String,
    /// The password, for the environment rather than for a file.
    pub password: String,
    /// A file that holds nothing but the password.
    #[serde(with = "blank")]
    pub password_file: Option<PathBuf>,
    /// The sender people see: an address, or `Name <address>`.
    pub from: String,
}

/// How the way to the mail server is encrypted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Tls {
    /// Begins plain and changes over before anything is said (port 587).
    #[default]
    Starttls,
    /// From the first byte (port 465).
    Tls,
    /// Not at all: only for a server on the same machine.
    None,
}

/// Figures for monitoring.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Metrics {
    /// Where figures in Prometheus form are served; nowhere if empty.
    #[serde(with = "blank")]
    pub listen: Option<SocketAddr>,
}

/// Who is responsible for this server (§ 5 `DDG`, § 18 `MStV`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Imprint {
    /// The person or association.
    pub operator: String,
    /// Street and number.
    pub street: String,
    /// Postal code and town.
    pub town: String,
    /// The e-mail address questions go to.
    pub email: String,
    /// A number to call.
    pub phone: String,
    /// Who answers for the content (§ 18 `MStV`).
    pub responsible: String,
    /// Register and number, for associations.
    pub register: String,
    /// Whom to ask about privacy, if that is somebody else.
    pub privacy: String,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            base_url: LOCAL_URL.clone(),
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            data_dir: PathBuf::from("data"),
            trusted_proxies: vec![Network::only(Ipv4Addr::LOCALHOST.into()), Network::only(Ipv6Addr::LOCALHOST.into())],
            source_url: SOURCE_URL.clone(),
            log: "info".to_owned(),
        }
    }
}

#[expect(clippy::expect_used, reason = "a constant that every test reads")]
static LOCAL_URL: LazyLock<Url> = LazyLock::new(|| Url::parse("http://localhost:8080").expect("a URL"));

#[expect(clippy::expect_used, reason = "a constant that every test reads")]
static SOURCE_URL: LazyLock<Url> = LazyLock::new(|| Url::parse("https://quartier.example/source").expect("a URL"));

impl Default for Database {
    fn default() -> Self {
        Self { url: "sqlite".to_owned() }
    }
}

#[expect(clippy::expect_used, reason = "a constant that every test reads")]
impl Default for Quarter {
    fn default() -> Self {
        Self {
            handle: "quartier".parse().expect("a handle"),
            name: "Quartier".to_owned(),
            place: String::new(),
            summary: String::new(),
            language: Language::DE,
            languages: Vec::new(),
            address: Address::default(),
            word: Word::default(),
            timezone: "Europe/Berlin".to_owned(),
            land: None,
            licence: String::new(),
            latitude: None,
            longitude: None,
        }
    }
}

impl Default for Editors {
    fn default() -> Self {
        let (safety_words, cover_email) = (String::new(), String::new());
        Self { safety_words, two_persons: false, cover_after_hours: 48, cover_email }
    }
}

impl Quarter {
    /// The languages that readers choose from: those that were named, and its own.
    pub(crate) fn offered(&self) -> Vec<Language> {
        let offers = |language: &Language| {
            self.languages.is_empty() || self.languages.contains(language) || *language == self.language
        };
        Language::ALL.into_iter().filter(offers).collect()
    }
}

impl Default for Backup {
    fn default() -> Self {
        Self { folder: None, keep: 7, passphrase: String::new(), passphrase_file: None }
    }
}

impl Default for Mail {
    fn default() -> Self {
        Self {
            host: String::new(),
            port: 587,
            tls: Tls::default(),
            username: String::new(),
            password: String::new(),
            password_file: None,
            from: String::new(),
        }
    }
}

impl Config {
    /// Whether this is a server for trying out: only then are http, ports and this machine federated with.
    pub fn is_local(&self) -> bool {
        self.server.base_url.scheme() == "http"
            && Host::of(&self.server.base_url).is_some_and(|host| host.is_localhost())
    }

    /// Whether somebody chose a name for the quarter before it was started.
    pub fn is_named(&self) -> bool {
        self.fixed.contains("quarter.name")
    }

    /// The address of the database, as `storage` takes it.
    pub fn database_url(&self) -> String {
        match self.database.url.as_str() {
            "sqlite" => format!("sqlite:{}", self.server.data_dir.join("quartier.db").display()),
            url => url.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests;
