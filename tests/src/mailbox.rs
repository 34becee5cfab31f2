//! A real mail server (aiosmtpd) that takes every letter and delivers it to a list.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};
use serde::Deserialize;
use tempfile::TempDir;

use crate::{process, wait};

/// A running mail server on 127.0.0.1.
pub struct Mailbox {
    /// Where it takes mail, without TLS or password.
    pub port: u16,
    folder: TempDir,
    _running: process::Running,
}

/// A letter that arrived.
#[derive(Clone, Debug, Deserialize)]
pub struct Letter {
    /// The sender of the envelope.
    pub from: String,
    /// The recipients of the envelope.
    pub to: Vec<String>,
    /// The subject, decoded.
    pub subject: String,
    /// The plain text, decoded.
    pub text: String,
}

impl Mailbox {
    /// Starts one; `None` says that aiosmtpd is missing here.
    pub async fn start() -> Result<Option<Self>> {
        let Some(python) = python() else {
            crate::skip("aiosmtpd; Debian's package is python3-aiosmtpd");
            return Ok(None);
        };
        let port = process::free_port()?;
        let folder = tempfile::tempdir()?;
        let mut command = Command::new(python);
        command
            .arg(process::folder().join("peers/mail/server.py"))
            .arg(port.to_string())
            .arg(folder.path().join("letters"));
        let running = process::Running::start(&mut command, &folder.path().join("log"))?;
        let mailbox = Self { port, folder, _running: running };
        wait::until("the mail server", Duration::from_secs(20), async || {
            Ok(tokio::net::TcpStream::connect(("127.0.0.1", port)).await.ok().map(drop))
        })
        .await?;
        Ok(Some(mailbox))
    }

    /// Every letter so far, in order.
    pub fn letters(&self) -> Result<Vec<Letter>> {
        let text = std::fs::read_to_string(self.folder.path().join("letters")).unwrap_or_default();
        let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
        whole.lines().map(|line| serde_json::from_str(line).with_context(|| line.to_owned())).collect()
    }

    /// Waits for a letter to `address`.
    pub async fn letter_to(&self, address: &str) -> Result<Letter> {
        wait::until(&format!("a letter to {address}"), Duration::from_secs(15), async || {
            Ok(self.letters()?.into_iter().find(|letter| letter.to.iter().any(|to| to == address)))
        })
        .await
    }
}

/// A Python that knows aiosmtpd: the system's, the first in `PATH`, or the one `tests/run` made.
fn python() -> Option<PathBuf> {
    let made = process::folder().join("../target/mail/bin/python3");
    let candidates = ["/usr/bin/python3".into(), "python3".into(), made];
    candidates.into_iter().find(|python: &PathBuf| {
        let mut command = Command::new(python);
        command.args(["-c", "import aiosmtpd"]).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    })
}
