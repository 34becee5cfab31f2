//! `quartier keys`: new keys for our own actors.

use federation::rotation;

use crate::cli;
use crate::config::Config;
use crate::failure::Failure;
use crate::home;
use crate::output::say;

/// Does what `quartier keys …` says.
pub(crate) async fn run(command: cli::Keys, config: &Config) -> Result<(), Failure> {
    let cli::Keys::Rotate { handle } = command;
    let instance = home::instance(config).await?;
    let changed = rotation::rotate(&instance, handle.as_deref()).await.map_err(|error| match error {
        federation::Error::NotFound => Failure::because("no actor of this server has that handle"),
        other => other.into(),
    })?;
    for actor in changed {
        say(format_args!("{} has new keys", actor.address()))?;
    }
    Ok(())
}
