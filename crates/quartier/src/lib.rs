//! The program: command line, configuration, wiring, background tasks.

pub mod cli;
pub mod config;

mod archive;
mod commands;
mod demo;
mod failure;
mod home;
mod output;
mod serve;
mod stop;
mod tasks;

use std::process::ExitCode;

use clap::Parser;
use tokio::runtime::{Builder, Runtime};

use cli::{Cli, Command};
use config::Config;
use failure::Failure;

/// Does what the command line says. Exit status: 0 done, 1 it failed, 2 the words or the configuration are wrong.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

fn run(cli: Cli) -> Result<(), Failure> {
    let config = config::load(cli.config.as_deref(), std::env::vars_os())?;
    let log = match cli.command {
        Command::Serve => config.server.log.as_str(),
        // Commands speak through their output; what goes wrong on the way is worth a line.
        _ => "warn",
    };
    output::log(log).map_err(|why| config::Refused(format!("server.log: {why}")))?;
    let database = config.database_url();
    runtime()?.block_on(async {
        Box::pin(obey(cli.command, config)).await?;
        // What a command queued, or a server left behind, others may take up at once.
        if let Err(cause) = storage::bell::ring_at(&database).await {
            tracing::warn!(%cause, "The servers of this quarter could not be called");
        }
        Ok(())
    })
}

async fn obey(command: Command, config: Config) -> Result<(), Failure> {
    match command {
        Command::Serve => serve::run(config).await,
        Command::Account(command) => commands::account::run(command, &config).await,
        Command::Initiative(command) => commands::initiative::run(command, &config).await,
        Command::Publish(command) => commands::publish::run(command, &config).await,
        Command::Import(command) => Box::pin(commands::import::run(command, &config)).await,
        Command::Neighbours(command) => commands::neighbours::run(command, &config).await,
        Command::Blocks(command) => Box::pin(commands::blocks::run(command, &config)).await,
        Command::Queue(command) => commands::queue::run(command, &config).await,
        Command::Keys(command) => Box::pin(commands::keys::run(command, &config)).await,
        Command::Move(command) => Box::pin(commands::moves::run(command, &config)).await,
        Command::Backup(options) => Box::pin(commands::backup::run(options, &config)).await,
        Command::Restore(options) => Box::pin(commands::restore::run(options, &config)).await,
        Command::MigrateDatabase(options) => Box::pin(commands::migrate_database::run(options, &config)).await,
        Command::Doctor(options) => Box::pin(commands::doctor::run(options, &config)).await,
        Command::Demo(options) => Box::pin(demo::run(options)).await,
    }
}

/// Small on purpose: the work is waiting, and idle memory counts.
fn runtime() -> Result<Runtime, Failure> {
    let workers = std::thread::available_parallelism().map_or(2, usize::from).clamp(2, 4);
    let runtime = Builder::new_multi_thread().worker_threads(workers).max_blocking_threads(16).enable_all().build();
    runtime.map_err(Failure::failed)
}
