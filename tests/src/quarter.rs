//! A real quarter: the `quartier` binary on a port of this machine, with a data folder of its own.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use tempfile::TempDir;
use url::Url;

use crate::{client, process, wait};

/// How long a start may take, in a debug build on a busy machine.
const START: Duration = Duration::from_mins(2);

/// A quarter, running or not. It ends, and its data with it, when this is dropped.
#[derive(Debug)]
pub struct Quarter {
    /// `http://NAME.localhost:PORT`.
    pub base: Url,
    /// The quarter's handle, its name in lower case.
    pub handle: String,
    /// A client that knows the way.
    pub client: reqwest::Client,
    settings: Vec<(String, String)>,
    /// Where it listens: the base, unless it is one of several nodes.
    door: Url,
    /// Which build it is, where that is not the one under test.
    build: Option<PathBuf>,
    running: Option<process::Running>,
    folder: TempDir,
}

impl Quarter {
    /// Starts a quarter on a fresh SQLite file and waits until it is ready.
    pub async fn start(name: &str) -> Result<Self> {
        Self::start_with(name, &[]).await
    }

    /// Starts a quarter with more `settings`, as `("QUARTIER_DATABASE_URL", "postgres://…")`.
    pub async fn start_with(name: &str, settings: &[(&str, &str)]) -> Result<Self> {
        let mut quarter = Self::prepare(name, settings)?;
        quarter.spawn()?;
        quarter.ready().await?;
        Ok(quarter)
    }

    /// Chooses a port and a folder, starts nothing.
    pub fn prepare(name: &str, settings: &[(&str, &str)]) -> Result<Self> {
        let handle = name.to_lowercase();
        let port = process::free_port()?;
        let folder = tempfile::Builder::new().prefix("quartier-story-").tempdir()?;
        let base: Url = format!("http://{handle}.localhost:{port}").parse()?;
        let data = folder.path().join("data");
        std::fs::create_dir(&data)?;
        let own = [
            ("QUARTIER_SERVER_BASE_URL", base.as_str().trim_end_matches('/').to_owned()),
            ("QUARTIER_SERVER_LISTEN", format!("127.0.0.1:{port}")),
            ("QUARTIER_SERVER_DATA_DIR", data.display().to_string()),
            ("QUARTIER_QUARTER_HANDLE", handle.clone()),
            ("QUARTIER_QUARTER_NAME", name.to_owned()),
        ];
        let more = settings.iter().map(|(key, value)| (*key, (*value).to_owned()));
        let settings = own.into_iter().chain(more).map(|(key, value)| (key.to_owned(), value)).collect();
        let door = base.clone();
        Ok(Self { base, handle, client: client::new()?, settings, door, build: None, running: None, folder })
    }

    /// The same before it was ever started, where nobody configured its name.
    #[must_use]
    pub fn without_a_name(mut self) -> Self {
        self.settings.retain(|(key, _)| key != "QUARTIER_QUARTER_NAME");
        self
    }

    /// From its next start on with this setting.
    pub fn set(&mut self, key: &str, value: &str) {
        self.settings.retain(|(kept, _)| kept != key);
        self.settings.push((key.to_owned(), value.to_owned()));
    }

    /// Another server of the same quarter on the same PostgreSQL, with a folder and a port of its own; not started yet.
    pub fn another_node(&self) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("quartier-story-").tempdir()?;
        let data = folder.path().join("data");
        std::fs::create_dir(&data)?;
        let port = process::free_port()?;
        let mut settings = self.settings.clone();
        for (key, value) in &mut settings {
            match key.as_str() {
                "QUARTIER_SERVER_LISTEN" => *value = format!("127.0.0.1:{port}"),
                "QUARTIER_SERVER_DATA_DIR" => *value = data.display().to_string(),
                _ => {}
            }
        }
        let mut door = self.base.clone();
        door.set_port(Some(port)).map_err(|()| anyhow::anyhow!("no port"))?;
        let (base, handle, client) = (self.base.clone(), self.handle.clone(), self.client.clone());
        let build = self.build.clone();
        Ok(Self { base, handle, client, settings, door, build, running: None, folder })
    }

    /// The same quarter with the same address in an empty folder, reached at another port: as on a new machine.
    pub fn elsewhere(&self, settings: &[(&str, &str)]) -> Result<Self> {
        let mut new = Self::prepare(&self.handle, &[])?;
        let kept = ["QUARTIER_SERVER_LISTEN", "QUARTIER_SERVER_DATA_DIR"];
        let own = new.settings.into_iter().filter(|(key, _)| kept.contains(&key.as_str()));
        let old = self.settings.iter().filter(|(key, _)| !kept.contains(&key.as_str())).cloned();
        let more = settings.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        new.settings = old.chain(own).chain(more).collect();
        Ok(new)
    }

    /// Begins one of its commands, which is killed when the answer is dropped.
    pub fn begin(&self, words: &[&str]) -> Result<process::Running> {
        process::Running::start(&mut self.command(words)?, &self.folder.path().join("command.log"))
    }

    /// `handle@host`.
    pub fn address(&self) -> String {
        format!("{}@{}", self.handle, self.host())
    }

    /// The host with its port.
    pub fn host(&self) -> String {
        let (host, port) = (self.base.host_str().unwrap_or_default(), self.base.port().unwrap_or(80));
        format!("{host}:{port}")
    }

    /// The absolute URL of a path here.
    pub fn url(&self, path: &str) -> Result<String> {
        Ok(self.base.join(path)?.into())
    }

    /// From now on it is run by the program `build`; `None` is the one under test.
    pub fn run_by(&mut self, build: Option<PathBuf>) {
        self.build = build;
    }

    /// Starts the server without waiting for it.
    pub fn spawn(&mut self) -> Result<()> {
        let log = self.folder.path().join("log");
        self.spawn_with(&log, &[])
    }

    /// The same with its log elsewhere, and with more in its environment.
    pub fn spawn_with(&mut self, log: &Path, environment: &[(&str, &str)]) -> Result<()> {
        ensure!(self.running.is_none(), "{} runs already", self.handle);
        let mut command = self.command(&["serve"])?;
        command.env("NO_COLOR", "1").envs(environment.iter().copied());
        self.running = Some(process::Running::start(&mut command, log)?);
        Ok(())
    }

    /// Whether `/health/ready` says so.
    pub async fn is_ready(&self) -> bool {
        let Ok(url) = self.door.join("/health/ready") else { return false };
        self.client.get(url).send().await.is_ok_and(|answer| answer.status().is_success())
    }

    /// Waits until `/health/ready` says so.
    pub async fn ready(&mut self) -> Result<()> {
        let end = tokio::time::Instant::now() + START;
        loop {
            if self.is_ready().await {
                return Ok(());
            }
            let running = self.running.as_mut().context("it was not started")?;
            if let Some(status) = running.ended()? {
                bail!("{} ended with {status}:\n{}", self.handle, running.last_words());
            }
            if tokio::time::Instant::now() > end {
                bail!("{} is not ready:\n{}", self.handle, running.last_words());
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Kills the server as a power cut would.
    pub fn kill(&mut self) -> Result<()> {
        self.running.take().context("it does not run")?.kill()
    }

    /// Asks the server to stop (SIGTERM) and waits until it has, at most `within`.
    pub async fn stop(&mut self, within: Duration) -> Result<std::process::ExitStatus> {
        let mut running = self.running.take().context("it does not run")?;
        process::output(terminate(running.id())).await?;
        wait::until("the server to end", within, async || running.ended()).await
    }

    /// The server's process id, while it runs.
    pub fn process_id(&self) -> Option<u32> {
        self.running.as_ref().map(process::Running::id)
    }

    /// Leaves it running until this process ends: for a quarter that many tests share and none drops.
    pub fn ends_with_us(&self) -> Result<()> {
        self.running.as_ref().context("it does not run")?.ends_with_us(self.folder.path())
    }

    /// Where it listens itself: its address, unless it is one of several nodes.
    pub fn door(&self) -> &Url {
        &self.door
    }

    /// The address of its database.
    pub fn database_url(&self) -> String {
        let set = self.settings.iter().find(|(key, _)| key == "QUARTIER_DATABASE_URL").map(|(_, url)| url.clone());
        set.unwrap_or_else(|| format!("sqlite:{}", self.database().display()))
    }

    /// Its data folder.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Its SQLite file.
    pub fn database(&self) -> PathBuf {
        self.folder.path().join("data/quartier.db")
    }

    /// Everything the server logged.
    pub fn whole_log(&self) -> String {
        self.running.as_ref().map(process::Running::words).unwrap_or_default()
    }

    /// The last lines of the server's log.
    pub fn log(&self) -> String {
        self.running.as_ref().map(process::Running::last_words).unwrap_or_default()
    }

    /// Runs one of its commands beside the server; gives what it printed, or fails with what it said.
    pub async fn cli(&self, words: &[&str]) -> Result<String> {
        let done = self.cli_output(words).await?;
        let problem = String::from_utf8_lossy(&done.stderr);
        ensure!(done.status.success(), "quartier {} ended with {}: {problem}", words.join(" "), done.status);
        Ok(String::from_utf8(done.stdout)?.trim().to_owned())
    }

    /// Runs one of its commands, however it ends.
    pub async fn cli_output(&self, words: &[&str]) -> Result<Output> {
        process::output(self.command(words)?).await
    }

    /// Makes an account; gives what the command printed, in which the sign-in link stands.
    pub async fn account(&self, email: &str, role: &str) -> Result<String> {
        self.cli(&["account", "create", "--email", email, "--name", email, "--role", role]).await
    }

    /// Makes an editor; gives a bearer token.
    pub async fn editor(&self) -> Result<String> {
        self.account("redaktion@example.org", "editor").await?;
        self.cli(&["account", "token", "--email", "redaktion@example.org"]).await
    }

    /// The quarter's actor document.
    pub async fn actor(&self) -> Result<Value> {
        let url = client::actor_of(&self.client, &self.address()).await?;
        client::json(&self.client, url.as_str()).await
    }

    /// Publishes an object in the quarter's name by `POST` to its outbox (ActivityPub section 6); gives its activity's URL.
    pub async fn publish(&self, token: &str, object: &Value) -> Result<String> {
        let outbox = self.actor().await?["outbox"].as_str().context("no outbox")?.to_owned();
        post(&self.client, &outbox, token, object).await
    }

    /// Waits until its page at `path` contains `text`; gives the page.
    pub async fn shows(&self, path: &str, text: &str, within: Duration) -> Result<String> {
        let url = self.url(path)?;
        wait::until(&format!("'{text}' on {url}"), within, async || {
            let (_, page) = client::page(&self.client, &url).await?;
            Ok(page.contains(text).then_some(page))
        })
        .await
    }

    fn command(&self, words: &[&str]) -> Result<Command> {
        let build = match &self.build {
            Some(build) => build,
            None => binary()?,
        };
        let mut command = Command::new(build);
        command.args(words).envs(self.settings.iter().map(|(key, value)| (key, value))).current_dir(self.folder.path());
        // What is meant for the benchmark and for the story of an upgrade is nothing that the program knows.
        let is_ours = |key: &str| key.starts_with("QUARTIER_BENCH") || key == "QUARTIER_OLD_BIN";
        for (key, _) in std::env::vars_os().filter(|(key, _)| is_ours(&key.to_string_lossy())) {
            command.env_remove(key);
        }
        Ok(command)
    }
}

fn terminate(process: u32) -> Command {
    let mut command = Command::new("kill");
    command.args(["-TERM", &process.to_string()]);
    command
}

/// Posts `object` to an outbox; gives the `Location` of a 201, everything else is an error.
pub async fn post(client: &reqwest::Client, outbox: &str, token: &str, object: &Value) -> Result<String> {
    let request = client.post(outbox).bearer_auth(token).header("content-type", client::ACTIVITY_JSON);
    let answer = request.body(object.to_string()).send().await?;
    let status = answer.status().as_u16();
    let location = answer.headers().get("location").and_then(|value| value.to_str().ok()).map(str::to_owned);
    match (status, location) {
        (201, Some(location)) => Ok(location),
        (201, None) => bail!("201 without Location"),
        _ => bail!("{outbox} answered {status}: {}", answer.text().await.unwrap_or_default()),
    }
}

/// The server under test: `QUARTIER_BIN`, or this workspace's build of the same profile, brought up to date once per
/// process.
fn binary() -> Result<&'static Path> {
    static BINARY: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let found = BINARY.get_or_init(|| match std::env::var_os("QUARTIER_BIN") {
        Some(path) => Ok(path.into()),
        None => build().map_err(|problem| format!("{problem:#}")),
    });
    found.as_deref().map_err(|problem| anyhow::anyhow!("no binary to test: {problem}"))
}

/// With `--workspace`, since the features of a build decide which libraries compile anew.
fn build() -> Result<PathBuf> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "--quiet", "--workspace", "--bin", "quartier"]).current_dir(process::folder());
    if !cfg!(debug_assertions) {
        cargo.arg("--release");
    }
    let done = cargo.output()?;
    ensure!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let here = std::env::current_exe()?;
    let folder = here.ancestors().nth(2).context("tests lie in target/debug/deps")?;
    Ok(folder.join("quartier"))
}
