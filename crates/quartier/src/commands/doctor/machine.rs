//! This machine: the data folder, the disk, files with secrets, and whether the server runs.

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::Finding;
use crate::config::Config;
use crate::home::VERSION;

const MEGABYTE: u64 = 1_000_000;
/// Below this the database may fail any moment.
const SCARCE: u64 = 200 * MEGABYTE;
/// Below this a backup or a new version may not fit.
const LITTLE: u64 = 1_000 * MEGABYTE;
/// How long the server may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

pub(super) async fn examine(config: &Config) -> Vec<Finding> {
    let mut findings = vec![Finding::fine("version", format!("quartier {VERSION}"))];
    let folder = &config.server.data_dir;
    findings.push(self::folder(folder));
    findings.extend(disk(folder));
    let secrets = [&config.mail.password_file, &config.backup.passphrase_file, &config.media.secret_key_file];
    findings.extend(secrets.into_iter().flatten().filter_map(|file| secret(file)));
    findings.push(server(config.server.listen).await);
    findings
}

/// Whether the data folder is there, ours, and closed to others.
fn folder(folder: &Path) -> Finding {
    const WHAT: &str = "data folder";
    let shown = folder.display();
    let found = match folder.metadata() {
        Ok(found) if found.is_dir() => found,
        Ok(_) => return Finding::broken(WHAT, format!("{shown} is a file")).mend("set server.data_dir to a folder"),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Finding::unknown(WHAT, format!("{shown} is not there yet")).mend("'quartier serve' makes it");
        }
        Err(error) => return Finding::broken(WHAT, format!("{shown}: {error}")),
    };
    if let Err(error) = tempfile::tempfile_in(folder) {
        let mend = "run quartier as the user that owns the folder, or give it to that user with chown -R";
        return Finding::broken(WHAT, format!("nothing can be written to {shown}: {error}")).mend(mend);
    }
    match found.permissions().mode() & 0o077 {
        0 => Finding::fine(WHAT, format!("{shown}, for its owner only")),
        _ => {
            Finding::doubtful(WHAT, format!("{shown} holds private keys, and others on this machine may look into it"))
                .mend(format!("chmod 700 {shown}"))
        }
    }
}

/// How much room is left.
fn disk(folder: &Path) -> Option<Finding> {
    const WHAT: &str = "disk";
    let found = rustix::fs::statvfs(folder).ok()?;
    let free = found.f_bavail.saturating_mul(found.f_frsize);
    let says = format!("{}.{} GB are free", free / (1_000 * MEGABYTE), free / (100 * MEGABYTE) % 10);
    Some(match free {
        ..SCARCE => Finding::broken(WHAT, says).mend("make room, or nothing can be published any more"),
        SCARCE..LITTLE => Finding::doubtful(WHAT, says).mend("make room before the next backup or the next version"),
        _ => Finding::fine(WHAT, says),
    })
}

/// What is wrong with a file that holds a password.
fn secret(file: &Path) -> Option<Finding> {
    const WHAT: &str = "secrets";
    let shown = file.display();
    match file.metadata() {
        Err(error) => Some(Finding::broken(WHAT, format!("{shown}: {error}"))),
        Ok(found) if found.permissions().mode() & 0o007 != 0 => Some(
            Finding::doubtful(WHAT, format!("everybody on this machine may read {shown}"))
                .mend(format!("chmod 600 {shown}")),
        ),
        Ok(_) => None,
    }
}

/// Whether the server answers where it listens, and is ready.
async fn server(listen: SocketAddr) -> Finding {
    const WHAT: &str = "server";
    let anywhere = listen.ip().is_unspecified();
    let here = if anywhere { SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), listen.port()) } else { listen };
    match timeout(PATIENCE, ask(here)).await {
        Ok(Ok(answer)) if answer.contains(" 200 ") => Finding::fine(WHAT, format!("it runs at {listen} and is ready")),
        Ok(Ok(answer)) => {
            let why = answer.lines().last().unwrap_or_default();
            Finding::broken(WHAT, format!("what answers at {listen} is not ready: {why}")).mend("look at its log")
        }
        Ok(Err(_)) => Finding::broken(WHAT, format!("nobody answers at {listen}")).mend("start 'quartier serve'"),
        Err(_) => Finding::broken(WHAT, format!("{listen} does not answer in time")).mend("look at its log"),
    }
}

/// Asks whether the server is ready, over plain HTTP as monitoring does; gives the head and the body.
async fn ask(at: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(at).await?;
    stream.write_all(b"GET /health/ready HTTP/1.0\r\n\r\n").await?;
    let mut answer = Vec::new();
    stream.take(4_096).read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

#[cfg(test)]
mod tests {
    use super::super::State;
    use super::*;

    #[tokio::test]
    async fn a_folder_that_others_read_a_missing_one_and_a_file_are_told_apart() {
        let parent = tempfile::tempdir().expect("a folder");
        let ours = parent.path().join("data");
        assert_eq!(folder(&ours).state, State::Unknown);
        crate::home::make_folder(&ours).expect("a folder");
        assert_eq!(folder(&ours).state, State::Fine);
        std::fs::set_permissions(&ours, std::fs::Permissions::from_mode(0o755)).expect("a mode");
        assert_eq!(folder(&ours).state, State::Doubtful);
        let file = parent.path().join("file");
        std::fs::write(&file, "").expect("a file");
        assert_eq!(folder(&file).state, State::Broken);
        assert!(disk(&ours).is_some() && disk(&parent.path().join("nowhere")).is_none());
    }

    #[test]
    fn a_password_that_everybody_reads_is_no_secret() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("password");
        assert_eq!(secret(&file).map(|finding| finding.state), Some(State::Broken));
        std::fs::write(&file, "geheim").expect("a file");
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).expect("a mode");
        assert_eq!(secret(&file).map(|finding| finding.state), Some(State::Doubtful));
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).expect("a mode");
        assert!(secret(&file).is_none());
    }

    #[tokio::test]
    async fn where_nobody_listens_the_server_does_not_run() {
        let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
        assert_eq!(server(free).await.state, State::Broken);
    }
}
