//! `quartier backup`: everything that makes the quarter, in one file, while the server runs.

use std::path::{Path, PathBuf};

use domain::handle::Handle;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use storage::copy::{self, Batch, Table};
use storage::{Store, Tx, backup};
use tokio::sync::{mpsc, oneshot};
use tokio::task::spawn_blocking;
use tracing::warn;

use crate::archive::{self, Header, Manifest, Passphrase, Source};
use crate::cli;
use crate::config::Config;
use crate::failure::Failure;
use crate::home::{self, Home, VERSION};
use crate::output::{progress, say};

/// So many batches of rows are in memory at most.
const AHEAD: usize = 4;

/// Does what `quartier backup …` says.
pub(crate) async fn run(options: cli::Backup, config: &Config) -> Result<(), Failure> {
    let passphrase = if options.ask { Some(Passphrase::ask_new()?) } else { archive::configured(&config.backup)? };
    let home = Home::open(config).await?;
    let now = home.clock.now();
    let file = match options.file {
        Some(file) => file,
        None => config.backup.folder.clone().unwrap_or_default().join(name(&config.quarter.handle, now)),
    };
    let is_sealed = passphrase.is_some();
    progress("Reading and writing …");
    let manifest = make(&home.store, config, now, &file, passphrase).await?;
    home.store.close().await;
    let bytes = std::fs::metadata(&file)?.len();
    say(format_args!("{}: {} rows, {} files, {bytes} bytes", file.display(), manifest.rows(), manifest.files()))?;
    if !is_sealed {
        warn!(
            "The backup is not sealed, and holds the private keys: keep it as secret as the server, or set a passphrase"
        );
    }
    Ok(())
}

/// How a backup of that time is named where nobody chose a name: to the millisecond, since the server makes its own and
/// somebody may ask for one in the same second.
pub(crate) fn name(handle: &Handle, at: Timestamp) -> String {
    format!("quartier-{handle}-{}.backup", at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d-%H%M%S-%3f"))
}

/// Writes everything as it is now into `file`, which must not be there, and reads it back.
pub(crate) async fn make(
    store: &Store,
    config: &Config,
    now: Timestamp,
    file: &Path,
    passphrase: Option<Passphrase>,
) -> Result<Manifest, Failure> {
    if file.try_exists()? {
        return Err(Failure::because(format!("{} is there already; choose another name", file.display())));
    }
    let mut tx = store.read().await?;
    let tables = copy::tables(&mut tx).await?;
    for handle in backup::without_keys(&mut tx).await? {
        warn!(
            "There is no private key of '{handle}': nothing can be signed in its name, and the backup has none either"
        );
    }
    let header = header(&mut tx, &tables, config, now).await?;
    let (sender, rows) = mpsc::channel(AHEAD);
    let (done, whole) = oneshot::channel();
    let bucket = home::bucket(config)?;
    let folder = config.server.data_dir.clone();
    let source = Source { header, settings: settings(config)?, rows, whole, folder, bucket };
    let path: PathBuf = file.to_owned();
    let writing = spawn_blocking(move || archive::write(&path, source, passphrase.as_ref()));
    let read = read_all(&mut tx, &tables, sender, done).await;
    drop(tx);
    let written = writing.await.map_err(Failure::failed)?;
    match (read, written) {
        // The writer's own reason, and not that it took no more.
        (Ok(()) | Err(storage::Error::Abandoned), written) => {
            written.map_err(|problem| Failure::because(problem.about(file)))
        }
        (Err(error), _) => Err(error.into()),
    }
}

async fn header(tx: &mut Tx, tables: &[Table], config: &Config, now: Timestamp) -> Result<Header, Failure> {
    Ok(Header {
        form: archive::FORM,
        version: VERSION.to_owned(),
        migration: copy::version(tx).await?,
        made_at: now,
        base_url: config.server.base_url.clone(),
        handle: config.quarter.handle.to_string(),
        tables: tables.iter().map(Into::into).collect(),
    })
}

/// Gives every row to `rows`, and says `done` after the last.
async fn read_all(
    tx: &mut Tx,
    tables: &[Table],
    rows: mpsc::Sender<Batch>,
    done: oneshot::Sender<()>,
) -> storage::Result<()> {
    for table in tables {
        copy::read(tx, table, &rows).await?;
    }
    // Nobody hears it: then the writer ended for a reason of its own.
    let _ = done.send(());
    Ok(())
}

/// The configuration as a file, without passwords and without what belongs to this machine.
fn settings(config: &Config) -> Result<String, Failure> {
    let mut config = config.clone();
    config.mail.password.clear();
    config.backup.passphrase.clear();
    config.media.secret_key.clear();
    if config.database.url != "sqlite" {
        "postgres://".clone_into(&mut config.database.url);
    }
    toml::to_string(&config).map_err(Failure::failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_in_a_backup_hold_no_password() {
        let mut config = Config::default();
        "geheim".clone_into(&mut config.mail.password);
        "geheim".clone_into(&mut config.backup.passphrase);
        "geheim".clone_into(&mut config.media.secret_key);
        "postgres://u:geheim@h/d".clone_into(&mut config.database.url);
        let settings = settings(&config).expect("a file");
        assert!(!settings.contains("geheim"), "{settings}");
        assert!(toml::from_str::<Config>(&settings).is_ok());
    }

    #[test]
    fn names_of_backups_are_in_the_order_of_their_times() {
        let at = |text: &str| name(&"nord".parse().expect("a handle"), text.parse().expect("a time"));
        assert_eq!(at("2026-11-22T18:30:05.004Z"), "quartier-nord-2026-11-22-183005-004.backup");
        assert!(at("2026-11-22T18:30:05Z") < at("2026-12-01T08:00:00Z"));
    }
}
