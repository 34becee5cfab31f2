//! `quartier move`: from another account to one of ours, or from here to another.

use domain::actor::Actor;
use federation::{Instance, moves};

use crate::cli;
use crate::config::Config;
use crate::failure::Failure;
use crate::home;
use crate::output::say;

/// Does what `quartier move …` says.
pub(crate) async fn run(command: cli::Moves, config: &Config) -> Result<(), Failure> {
    let instance = home::instance(config).await?;
    match command {
        cli::Moves::Alias { former, mover } => {
            let own = own(&instance, &mover).await?;
            let url = moves::add_alias(&instance, &own, &former.0).await?;
            say(format_args!("{} is also known as {url}", own.address()))?;
        }
        cli::Moves::To { address, mover } => {
            let own = own(&instance, &mover).await?;
            let target = moves::leave(&instance, &own, &address).await?;
            say(format_args!("{} has moved to {}", own.address(), target.address()))?;
        }
    }
    Ok(())
}

/// Who moves.
async fn own(instance: &Instance, mover: &cli::Mover) -> Result<Actor, Failure> {
    moves::mover(instance, mover.handle.as_deref()).await.map_err(|error| match error {
        federation::Error::NotFound => Failure::because("no actor of this server has that handle"),
        other => other.into(),
    })
}
