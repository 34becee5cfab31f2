//! `quartier initiative`: clubs, institutions and groups that speak for themselves.

use domain::handle::Handle;
use domain::html::{self, Html};

use crate::cli;
use crate::config::Config;
use crate::failure::Failure;
use crate::home;
use crate::output::say;

/// Does what `quartier initiative …` says.
pub(crate) async fn run(command: cli::Initiative, config: &Config) -> Result<(), Failure> {
    let cli::Initiative::Create { name, handle, summary } = command;
    let name = html::line(&name, 100);
    if name.is_empty() {
        return Err(Failure::words("--name must not be empty"));
    }
    let handle = handle.or_else(|| Handle::suggest(&name));
    let handle =
        handle.ok_or_else(|| Failure::words(format!("'{name}' makes no handle: please give one with --handle")))?;
    let instance = home::instance(config).await?;
    let actor = federation::initiatives::create(&instance, &name, &handle, Html::from_text(&summary)).await?;
    say(actor.address())?;
    Ok(())
}
