//! `quartier restore`: a quarter from a backup, in an empty data folder, database and bucket, or nothing at all.

mod pictures;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use federation::media::Bucket;
use jiff::Timestamp;
use storage::backup::{self, Settled};
use storage::copy::{self, Batch, Table};
use storage::{Store, Tx, chores};
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;
use tracing::warn;

use crate::archive::{self, Columns, Contents, FOLDERS, Header, Passphrase, Piece, Problem, Rows};
use crate::cli;
use crate::config::Config;
use crate::failure::Failure;
use crate::home;
use crate::output::{progress, say};
use crate::serve;

/// So many batches of rows are in memory at most.
const AHEAD: usize = 4;
/// Where in the data folder everything lies until it is whole.
const STAGING: &str = ".restoring";
/// The SQLite file.
const DATABASE: &str = "quartier.db";

/// Does what `quartier restore …` says.
pub(crate) async fn run(options: cli::Restore, config: &Config) -> Result<(), Failure> {
    let backup = Backup::check(options.file, config).await?;
    if options.settings {
        return Ok(say(backup.contents.settings.trim_end())?);
    }
    let header = &backup.contents.header;
    fits(header, config)?;
    let folder = &config.server.data_dir;
    home::make_folder(folder)?;
    let _lock = serve::lock(folder)?;
    let bucket = home::bucket(config)?;
    if let Some(bucket) = &bucket {
        pictures::must_be_absent(bucket).await?;
    }
    let staging = Staging::in_empty(folder, config.database.url == "sqlite", bucket.clone())?;
    progress("Restoring …");
    let url = if staging.is_sqlite { staging.database_url() } else { config.database_url() };
    let restored = fill(&url, &backup, staging, home::system_clock().now()).await;
    if let (Err(_), Some(bucket)) = (&restored, &bucket) {
        pictures::take_back(&backup.contents.manifest, bucket).await;
    }
    report(&backup.contents, &restored?)
}

/// A backup that was read from end to end and is whole.
struct Backup {
    file: PathBuf,
    passphrase: Option<Passphrase>,
    contents: Contents,
}

impl Backup {
    async fn check(file: PathBuf, config: &Config) -> Result<Self, Failure> {
        let failed = |problem: &Problem| Failure::because(problem.about(&file));
        let is_sealed = archive::is_sealed(&file).map_err(|problem| failed(&problem))?;
        let passphrase = match archive::configured(&config.backup)? {
            None if is_sealed => Passphrase::ask()?,
            some => some.filter(|_| is_sealed),
        };
        progress("Checking the backup …");
        let (path, with) = (file.clone(), passphrase.clone());
        let read = spawn_blocking(move || archive::read(&path, with.as_ref(), |_| Ok(())));
        let contents = read.await.map_err(Failure::failed)?.map_err(|problem| failed(&problem))?;
        Ok(Self { file, passphrase, contents })
    }

    fn failed(&self, problem: &Problem) -> Failure {
        Failure::because(problem.about(&self.file))
    }
}

/// The address and the handle of a quarter can't change.
fn fits(header: &Header, config: &Config) -> Result<(), Failure> {
    let (url, handle) = (&config.server.base_url, &config.quarter.handle);
    if header.base_url == *url && header.handle == handle.as_str() {
        return Ok(());
    }
    Err(Failure::words(format!(
        "the backup is of '{}' at {}, and the configuration says '{handle}' at {url}: set quarter.handle and \
         server.base_url as they were ('quartier restore FILE --settings' prints all settings)",
        header.handle, header.base_url
    )))
}

/// A place in the data folder where things lie until all of them are there. What is left when it is dropped goes.
struct Staging {
    data: PathBuf,
    folder: PathBuf,
    is_sqlite: bool,
    /// Where the pictures go, if not into the data folder.
    bucket: Option<Bucket>,
}

impl Staging {
    /// Refuses a data folder that has a quarter already.
    fn in_empty(data: &Path, is_sqlite: bool, bucket: Option<Bucket>) -> Result<Self, Failure> {
        let filled = |path: &PathBuf| path.is_file() || fs::read_dir(path).is_ok_and(|mut all| all.next().is_some());
        let database = is_sqlite.then(|| data.join(DATABASE));
        let places = FOLDERS.iter().map(|folder| data.join(folder)).chain(database);
        if let Some(there) = places.into_iter().find(filled) {
            return Err(Failure::because(format!(
                "{} is there already: move the data folder away, or set server.data_dir to an empty one",
                there.display()
            )));
        }
        let folder = data.join(STAGING);
        // What a restore left that was killed.
        match fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => home::make_folder(&folder)?,
        }
        Ok(Self { data: data.to_owned(), folder, is_sqlite, bucket })
    }

    fn database_url(&self) -> String {
        format!("sqlite:{}", self.folder.join(DATABASE).display())
    }

    /// Puts the files where they belong.
    fn place_files(&self) -> io::Result<()> {
        for folder in FOLDERS.iter().filter(|folder| self.folder.join(folder).is_dir()) {
            // An empty one may be there.
            let _ = fs::remove_dir(self.data.join(folder));
            fs::rename(self.folder.join(folder), self.data.join(folder))?;
        }
        File::open(&self.data)?.sync_all()
    }

    /// Puts the SQLite file where it belongs, as the last step: from now on there is a quarter.
    fn place_database(&self) -> io::Result<()> {
        let database = self.folder.join(DATABASE);
        File::open(&database)?.sync_all()?;
        fs::rename(database, self.data.join(DATABASE))?;
        File::open(&self.data)?.sync_all()
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // What stays behind is removed by the next restore.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// What there is to say about a restored quarter.
struct Restored {
    settled: Settled,
    without_keys: Vec<String>,
    now: Timestamp,
}

/// Fills `store` in one transaction and the data folder with it.
async fn fill(url: &str, backup: &Backup, staging: Staging, now: Timestamp) -> Result<Restored, Failure> {
    let header = &backup.contents.header;
    let store = Store::open_at(url, header.migration).await.map_err(|error| match error {
        storage::Error::Newer(_) => backup.failed(&Problem::Newer(header.version.clone())),
        other => other.into(),
    })?;
    if let Some(bucket) = &staging.bucket {
        empty_tables(&mut store.read().await?, header).await?;
        pictures::put(backup, bucket).await?;
    }
    let mut tx = store.write().await?;
    let tables = empty_tables(&mut tx, header).await?;
    let (sender, rows) = mpsc::channel(AHEAD);
    let folder = staging.bucket.is_none().then(|| staging.folder.clone());
    let (file, passphrase) = (backup.file.clone(), backup.passphrase.clone());
    let reading = spawn_blocking(move || {
        archive::read(&file, passphrase.as_ref(), |piece| unpack(piece, &sender, folder.as_deref()))
    });
    let written = write_all(&mut tx, &tables, rows).await;
    let read = reading.await.map_err(Failure::failed)?;
    written?;
    read.map_err(|problem| backup.failed(&problem))?;
    compare(&mut tx, &tables, &backup.contents.manifest.tables).await?;
    let without_keys = backup::without_keys(&mut tx).await?;
    let settled = backup::settle(&mut tx, now).await?;
    if !staging.is_sqlite {
        staging.place_files()?;
    }
    tx.commit().await?;
    store.close().await;
    // Runs the migrations that came after the backup.
    let store = Store::open(url).await?;
    let mut tx = store.write().await?;
    chores::reset(&mut tx).await?;
    tx.commit().await?;
    store.close().await;
    if staging.is_sqlite {
        staging.place_files()?;
        staging.place_database()?;
    }
    Ok(Restored { settled, without_keys, now })
}

/// The tables of the database, which have to be those of the backup and empty.
async fn empty_tables(tx: &mut Tx, header: &Header) -> Result<Vec<Table>, Failure> {
    const ADVICE: &str = "restore needs an empty database; make a new one and name it in database.url";
    let tables = copy::tables(tx).await?;
    if let Some(filled) = copy::first_filled(tx, &tables).await? {
        return Err(Failure::because(format!(
            "the database holds a quarter already (table {}): {ADVICE}",
            filled.name
        )));
    }
    let columns: Vec<Columns> = tables.iter().map(Into::into).collect();
    if columns != header.tables {
        return Err(Failure::because(format!(
            "the database has tables already that are not those of the backup: {ADVICE}"
        )));
    }
    Ok(tables)
}

/// Sends rows on and puts files into `folder`, unless they are in a bucket already. Blocks.
fn unpack(piece: Piece<'_>, rows: &mpsc::Sender<Batch>, folder: Option<&Path>) -> Result<(), Problem> {
    match piece {
        // Who took the rows knows why it stopped.
        Piece::Rows(batch) => rows.blocking_send(batch).map_err(|_| Problem::System(io::ErrorKind::BrokenPipe.into())),
        Piece::File(path, content) => folder.map_or(Ok(()), |folder| Ok(save(&folder.join(path), content)?)),
    }
}

fn save(path: &Path, mut content: &mut dyn Read) -> io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
    if let Some(folder) = path.parent() {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    let mut file = File::options().write(true).create_new(true).mode(0o600).open(path)?;
    io::copy(&mut content, &mut file)?;
    file.sync_all()
}

async fn write_all(tx: &mut Tx, tables: &[Table], mut rows: mpsc::Receiver<Batch>) -> Result<(), Failure> {
    let tables: BTreeMap<&str, &Table> = tables.iter().map(|table| (table.name.as_str(), table)).collect();
    while let Some(batch) = rows.recv().await {
        if let Some(table) = tables.get(batch.table.as_str()) {
            copy::write(tx, table, &batch).await?;
        }
    }
    Ok(())
}

/// Whether the database now holds what `expected` says.
async fn compare(tx: &mut Tx, tables: &[Table], expected: &[Rows]) -> Result<(), Failure> {
    for (table, expected) in tables.iter().zip(expected) {
        let found = Rows::of(&table.name, &copy::count(tx, table).await?);
        if found != *expected {
            return Err(Failure::because(format!("{} did not arrive as it was; nothing was restored", table.name)));
        }
    }
    Ok(())
}

fn report(contents: &Contents, restored: &Restored) -> Result<(), Failure> {
    let (header, manifest, settled) = (&contents.header, &contents.manifest, &restored.settled);
    say(format_args!(
        "{} as of {}: {} rows, {} files",
        header.handle,
        header.made_at,
        manifest.rows(),
        manifest.files()
    ))?;
    if settled.waiting > 0 {
        let seconds = (settled.until - restored.now).get_seconds();
        say(format_args!(
            "{} deliveries wait for {} servers, which take turns; the last has its own {seconds} s from now",
            settled.waiting, settled.hosts
        ))?;
    }
    if settled.held > 0 {
        say(format_args!("{} deliveries are older than a week and held: see 'quartier queue list'", settled.held))?;
    }
    if settled.letters > 0 {
        say(format_args!("{} letters were waiting and are not sent: they may have arrived long ago", settled.letters))?;
    }
    for handle in &restored.without_keys {
        warn!(
            "THE BACKUP HOLDS NO PRIVATE KEY OF '{handle}': other servers will not believe anything said in its name. Look \
             for a backup that has it before you start the server"
        );
    }
    Ok(())
}
