//! `quartier migrate-database`: everything from one database into another, compared row by row.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use storage::copy::{self, Count, Table};
use storage::{Store, Tx};
use tokio::sync::mpsc;
use tracing::warn;

use crate::cli;
use crate::config::Config;
use crate::failure::Failure;
use crate::home;
use crate::output::{progress, say};
use crate::serve;

/// So many batches of rows are in memory at most.
const AHEAD: usize = 4;

/// Does what `quartier migrate-database …` says.
pub(crate) async fn run(options: cli::MigrateDatabase, config: &Config) -> Result<(), Failure> {
    home::make_folder(&config.server.data_dir)?;
    // A server that wrote on while we read would lose what it writes.
    let _lock = serve::lock(&config.server.data_dir)?;
    let from = Place::named(&options.from, config)?;
    let to = Place::named(&options.to, config)?;
    let source = from.open_source().await?;
    let filling = to.open_target().await?;
    let moved = move_all(&source, &filling.store).await;
    source.close().await;
    filling.store.close().await;
    let rows = moved?;
    filling.keep()?;
    say(format_args!("{rows} rows are in {} now, each compared", to.shown))?;
    say(format_args!("Set database.url to it and start the server; {} is as it was", from.shown))?;
    Ok(())
}

/// A database as it is named on the command line.
struct Place {
    url: String,
    /// For messages: never with a password.
    shown: String,
    /// The SQLite file, if it is one.
    file: Option<PathBuf>,
}

impl Place {
    fn named(name: &str, config: &Config) -> Result<Self, Failure> {
        if let Some(file) = name.strip_prefix("sqlite") {
            let file = match file.strip_prefix(':') {
                None if file.is_empty() => config.server.data_dir.join("quartier.db"),
                Some(file) if !file.is_empty() => PathBuf::from(file),
                _ => return Err(unknown(name)),
            };
            let url = format!("sqlite:{}", file.display());
            return Ok(Self { shown: url.clone(), url, file: Some(file) });
        }
        let mut shown: url::Url = name.parse().map_err(|_| unknown(name))?;
        if !matches!(shown.scheme(), "postgres" | "postgresql") {
            return Err(unknown(shown.scheme()));
        }
        // Fails only for addresses that cannot have a password.
        let _ = shown.set_password(None);
        shown.set_query(None);
        Ok(Self { url: name.to_owned(), shown: shown.into(), file: None })
    }

    async fn open_source(&self) -> Result<Store, Failure> {
        if let Some(file) = self.file.as_ref().filter(|file| !file.is_file()) {
            return Err(Failure::because(format!("{}: there is no such file", file.display())));
        }
        let store = Store::open(&self.url).await?;
        if store.other_users().await? > 0 {
            warn!(
                "Other programs are connected to {}: a server that still runs loses what it writes from now on",
                self.shown
            );
        }
        Ok(store)
    }

    async fn open_target(&self) -> Result<Filling, Failure> {
        let Some(file) = &self.file else { return Ok(Filling { store: Store::open(&self.url).await?, partial: None }) };
        if file.try_exists()? {
            return Err(Failure::because(format!("{} is there already: move it away", file.display())));
        }
        let partial = Partial::of(file);
        let store = Store::open(&format!("sqlite:{}", partial.path.display())).await?;
        Ok(Filling { store, partial: Some(partial) })
    }
}

fn unknown(name: &str) -> Failure {
    Failure::words(format!("'{name}' is no database: write sqlite, sqlite:FILE or postgres://USER@HOST/NAME"))
}

/// A database that is being filled.
struct Filling {
    store: Store,
    partial: Option<Partial>,
}

impl Filling {
    fn keep(self) -> Result<(), Failure> {
        self.partial.map_or(Ok(()), Partial::keep)
    }
}

/// An SQLite file under a name of its own until it is whole; gone if it never is.
struct Partial {
    path: PathBuf,
    whole: PathBuf,
}

impl Partial {
    fn of(whole: &Path) -> Self {
        let partial = Self { path: whole.with_added_extension("partial"), whole: whole.to_owned() };
        partial.remove();
        partial
    }

    fn keep(self) -> Result<(), Failure> {
        File::open(&self.path)?.sync_all()?;
        Ok(fs::rename(&self.path, &self.whole)?)
    }

    fn remove(&self) {
        for ending in ["", "-wal", "-shm"] {
            let mut file = self.path.clone().into_os_string();
            file.push(ending);
            // Mostly it is not there.
            let _ = fs::remove_file(file);
        }
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        self.remove();
    }
}

/// Copies every table in one transaction of `target`; how many rows they have.
async fn move_all(source: &Store, target: &Store) -> Result<u64, Failure> {
    let (mut from, mut to) = (source.read().await?, target.write().await?);
    let tables = copy::tables(&mut from).await?;
    if let Some(filled) = copy::first_filled(&mut to, &tables).await? {
        return Err(Failure::because(format!(
            "the target holds rows already (table {}); it has to be empty",
            filled.name
        )));
    }
    let mut rows = 0;
    for table in &tables {
        let expected = move_one(&mut from, &mut to, table).await?;
        if copy::count(&mut to, table).await? != expected {
            return Err(Failure::because(format!("{} did not arrive as it was; nothing was moved", table.name)));
        }
        progress(&format!("{}: {} rows", table.name, expected.rows));
        rows += expected.rows;
    }
    to.commit().await?;
    Ok(rows)
}

async fn move_one(from: &mut Tx, to: &mut Tx, table: &Table) -> Result<Count, Failure> {
    let (sender, mut batches) = mpsc::channel(AHEAD);
    let reading = async move { copy::read(from, table, &sender).await };
    let writing = async move {
        let mut count = Count::default();
        while let Some(batch) = batches.recv().await {
            count.add(&batch);
            copy::write(to, table, &batch).await?;
        }
        Ok::<_, storage::Error>(count)
    };
    let (read, written) = tokio::join!(reading, writing);
    // Why nothing was taken any more is the writer's to say.
    let count = written?;
    read?;
    Ok(count)
}
