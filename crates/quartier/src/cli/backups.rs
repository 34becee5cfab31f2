//! The words of `quartier backup`, `quartier restore` and `quartier migrate-database`.

use std::path::PathBuf;

use clap::Args;

/// Making a backup.
#[derive(Debug, Args)]
pub struct Backup {
    /// The file, which is not there yet [default: named by the time, in backup.folder or the current folder]
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Asks on the terminal for a passphrase to seal it with
    #[arg(long)]
    pub ask: bool,
}

/// Making a quarter from a backup.
#[derive(Debug, Args)]
pub struct Restore {
    /// The backup
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Prints the settings that the quarter had, without passwords, and restores nothing
    #[arg(long)]
    pub settings: bool,
}

/// Moving to another database.
#[derive(Debug, Args)]
pub struct MigrateDatabase {
    /// What is read: sqlite (the file in the data folder), sqlite:FILE, or `postgres://USER@HOST/NAME`
    #[arg(value_name = "FROM")]
    pub from: String,
    /// What is filled
    #[arg(value_name = "TO")]
    pub to: String,
}
