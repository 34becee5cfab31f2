//! Whether the SQLite file is whole, before anybody is served from it.

use std::path::Path;

use storage::Store;
use tracing::warn;

use crate::config::Config;
use crate::failure::Failure;

/// Up to so many bytes the check is always made: it costs a millisecond a megabyte, and on a slow card a second for 40.
const SMALL: u64 = 256 << 20;

/// Checks the pages of the file if it is small, or if the server before was killed; fails with what to do.
pub(super) async fn database(config: &Config, was_released: bool) -> Result<(), Failure> {
    let file = config.server.data_dir.join("quartier.db");
    let Ok(found) = file.metadata() else { return Ok(()) };
    if was_released && found.len() > SMALL {
        return Ok(());
    }
    if !was_released {
        warn!("The last server was killed; checking the database");
    }
    whole(&config.database_url(), &file).await
}

async fn whole(url: &str, file: &Path) -> Result<(), Failure> {
    match Store::check(url).await {
        Err(error @ storage::Error::Damaged(_)) => Err(Failure::because(format!("{}: {error}", file.display()))),
        checked => Ok(checked?),
    }
}
