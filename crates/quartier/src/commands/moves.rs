//! `quartier move`: from another account to this quarter, or from here to another.

use federation::moves;

use crate::cli;
use crate::config::Config;
use crate::failure::Failure;
use crate::home;
use crate::output::say;

/// Does what `quartier move …` says.
pub(crate) async fn run(command: cli::Moves, config: &Config) -> Result<(), Failure> {
    let instance = home::instance(config).await?;
    match command {
        cli::Moves::Alias { former } => {
            let url = moves::add_alias(&instance, &former.0).await?;
            say(format_args!("{} is also known as {url}", instance.quarter().address()))?;
        }
        cli::Moves::To { address } => {
            let target = moves::leave(&instance, &address).await?;
            say(format_args!("{} has moved to {}", instance.quarter().address(), target.address()))?;
        }
    }
    Ok(())
}
