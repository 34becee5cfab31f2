//! `quartier neighbours`: other quarters, and how far it got with each.

use domain::handle::Address;
use jiff::tz::TimeZone;

use crate::cli;
use crate::config::Config;
use crate::failure::Failure;
use crate::home;
use crate::output::{say, table};

/// Does what `quartier neighbours …` says.
pub(crate) async fn run(command: cli::Neighbours, config: &Config) -> Result<(), Failure> {
    let instance = home::instance(config).await?;
    match command {
        cli::Neighbours::List => list(&instance, config).await,
        cli::Neighbours::Invite { address } => {
            let actor = federation::neighbours::invite(&instance, &address).await?;
            Ok(say(format_args!("{} is invited", actor.address()))?)
        }
        cli::Neighbours::Accept { address } => {
            federation::neighbours::accept(&instance, &address).await.map_err(|error| named(error, &address))?;
            Ok(say(format_args!("{address} is accepted"))?)
        }
        cli::Neighbours::End { address } => {
            federation::neighbours::end(&instance, &address).await.map_err(|error| named(error, &address))?;
            Ok(say(format_args!("{address} is a neighbour no more"))?)
        }
    }
}

/// Says whom it is about where there is nothing between us.
fn named(error: federation::Error, address: &Address) -> Failure {
    match error {
        federation::Error::NotFound => Failure::because(format!("there is nothing between this quarter and {address}")),
        other => other.into(),
    }
}

async fn list(instance: &federation::Instance, config: &Config) -> Result<(), Failure> {
    let mut tx = instance.store().read().await?;
    let neighbours = storage::neighbours::list(&mut tx, instance.quarter().id).await?;
    drop(tx);
    let zone = TimeZone::get(&config.quarter.timezone).unwrap_or(TimeZone::UTC);
    let mut rows = vec![["ADDRESS", "STATE", "SINCE", "NAME"].map(str::to_owned).to_vec()];
    rows.extend(neighbours.iter().map(|neighbour| {
        let since = neighbour.since.to_zoned(zone.clone()).strftime("%Y-%m-%d").to_string();
        vec![neighbour.actor.address(), neighbour.state.as_str().to_owned(), since, neighbour.actor.name.clone()]
    }));
    table(&rows)?;
    Ok(())
}
