//! What goes by e-mail: letters that wait in the database leave by SMTP, and nothing waits for them.

mod letter;
mod post;

pub use lettre::message::Mailbox;
pub use post::{check, run};

/// The mail server that takes our letters.
#[derive(Clone)]
pub struct Settings {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the way there is encrypted.
    pub tls: Tls,
    /// The name and the password to sign in with, where it wants them.
    pub credentials: Option<(String, String)>,
    /// The sender people see.
    pub from: Mailbox,
}

/// How the way to the mail server is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// Begins plain and changes over before anything is said (RFC 3207).
    Starttls,
    /// From the first byte (RFC 8314).
    Implicit,
    /// Not at all: only for a server on the same machine.
    None,
}

/// What can go wrong before a letter is on its way.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] storage::Error),
    /// The mail server's name cannot be used for TLS.
    #[error("the mail server cannot be used: {0}")]
    Server(#[source] lettre::transport::smtp::Error),
    /// The mail server does not answer, or does not let us in.
    #[error("the mail server does not take letters: {0}")]
    Refused(#[source] lettre::transport::smtp::Error),
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} on {}:{} ({:?})", self.from.email, self.host, self.port, self.tls)
    }
}
