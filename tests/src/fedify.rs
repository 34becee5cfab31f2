//! A server of another make as neighbour: an actor on Fedify (`peers/fedify/peer.mjs`), told what to do by JSON.

use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{client, process, wait};

/// A running Fedify server with the actor `fedify@NAME.localhost:PORT`.
pub struct Fedify {
    /// The actor's id.
    pub actor: String,
    host: String,
    control: String,
    client: reqwest::Client,
    running: process::Running,
    _folder: TempDir,
}

/// How Fedify signs before it knows what the other server takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstKnock {
    /// By RFC 9421, as it does by itself.
    Rfc9421,
    /// By draft-cavage-12.
    Cavage,
}

impl Fedify {
    /// Starts one; `None` says that node 22 or Fedify is missing here.
    pub async fn start(name: &str, knock: FirstKnock) -> Result<Option<Self>> {
        let Some(node) = process::node().filter(|_| process::has_package("@fedify/fedify")) else {
            crate::skip("Fedify on node 22; `npm ci` in the folder tests brings both");
            return Ok(None);
        };
        let (port, control) = (process::free_port()?, process::free_port()?);
        let folder = tempfile::tempdir()?;
        let host = format!("{name}.localhost");
        let mut command = Command::new(node);
        command.arg(process::folder().join("peers/fedify/peer.mjs")).args([
            host.as_str(),
            port.to_string().as_str(),
            control.to_string().as_str(),
            match knock {
                FirstKnock::Rfc9421 => "rfc9421",
                FirstKnock::Cavage => "draft-cavage-http-signatures-12",
            },
        ]);
        let running = process::Running::start(&mut command, &folder.path().join("fedify"))?;
        let host = format!("{host}:{port}");
        let peer = Self {
            actor: format!("http://{host}/actors/fedify"),
            host,
            control: format!("http://localhost:{control}"),
            client: client::new()?,
            running,
            _folder: folder,
        };
        wait::until("Fedify to start", Duration::from_secs(30), async || peer.received().await.map(Some)).await?;
        Ok(Some(peer))
    }

    /// `fedify@host`.
    pub fn address(&self) -> String {
        format!("fedify@{}", self.host)
    }

    /// Its host with its port.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Follows the actor at an address or URL; the answer arrives as an activity.
    pub async fn follow(&self, target: &str) -> Result<Value> {
        self.tell("follow", &json!({ "target": target })).await
    }

    /// Publishes a note to its followers; gives the note's id.
    pub async fn publish(&self, content: &str) -> Result<String> {
        let done = self.tell("publish", &json!({ "content": content })).await?;
        Ok(done["note"].as_str().context("no note")?.to_owned())
    }

    /// Every activity that Fedify verified, read and took, in order.
    pub async fn received(&self) -> Result<Vec<Value>> {
        let list = client::json(&self.client, &format!("{}/received", self.control)).await?;
        Ok(list.as_array().context("not a list")?.clone())
    }

    /// Every request that came in or went out, in order: `direction`, `method`, `url`, `headers`, `status`.
    pub async fn requests(&self) -> Result<Vec<Value>> {
        let list = client::json(&self.client, &format!("{}/requests", self.control)).await?;
        Ok(list.as_array().context("not a list")?.clone())
    }

    /// Waits for an activity that `wanted` recognises.
    pub async fn accepts(&self, what: &str, wanted: impl Fn(&Value) -> bool) -> Result<Value> {
        let found =
            wait::until(what, Duration::from_secs(30), async || Ok(self.received().await?.into_iter().find(&wanted)));
        found.await.with_context(|| format!("Fedify says:\n{}", self.running.last_words()))
    }

    async fn tell(&self, action: &str, words: &Value) -> Result<Value> {
        let answer = self.client.post(format!("{}/{action}", self.control)).body(words.to_string()).send().await?;
        let status = answer.status();
        let text = answer.text().await?;
        ensure!(status.is_success(), "Fedify could not {action}: {text}\n{}", self.running.last_words());
        Ok(serde_json::from_str(&text)?)
    }
}
