//! Whether the quarter is open to everyone: at once where somebody configured its name, else once its people say so.

use std::collections::BTreeMap;

use domain::setup::{OPEN, is_at_work};
use storage::settings;

use crate::config::{self, Config};
use crate::failure::Failure;
use crate::home::Home;

/// What a server starts with.
pub(crate) struct Opening {
    /// The configuration, with what people said on the pages.
    pub(crate) config: Config,
    /// What of that they said.
    pub(crate) kept: BTreeMap<String, String>,
    /// Whether everyone may read.
    pub(crate) is_open: bool,
    /// Where the first account is made, as long as there is none and the quarter is not open.
    pub(crate) link: Option<String>,
}

impl Opening {
    /// As it is now. A quarter that somebody named, or opened before, is open; a public one needs its imprint for that.
    pub(crate) async fn of(home: &Home, config: &Config) -> Result<Self, Failure> {
        let now = home.clock.now();
        let mut tx = home.store.write().await?;
        if config.is_named() {
            // It stays open, also if its name is taken out of the file some day.
            settings::put(&mut tx, OPEN, "yes", now).await?;
        }
        let kept = at_work(settings::all(&mut tx).await?);
        let config = config.completed(&kept)?;
        let is_open = kept.contains_key(OPEN);
        if is_open {
            config::imprint(&config)?;
        }
        let link = if is_open { None } else { web::setup_link(&mut tx, &config.server.base_url, now).await? };
        tx.commit().await?;
        Ok(Self { config, kept, is_open, link })
    }
}

/// What of the settings a running server works with.
pub(crate) fn at_work(settings: BTreeMap<String, String>) -> BTreeMap<String, String> {
    settings.into_iter().filter(|(key, _)| is_at_work(key)).collect()
}
