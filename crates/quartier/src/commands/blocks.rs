//! `quartier blocks`: hosts and actors that the quarter does not listen to.

use std::path::Path;

use domain::block::{self, HostBlock, List};
use domain::language::Language;
use domain::messages::text;
use federation::Instance;
use federation::blocks::desk;

use crate::cli;
use crate::config::Config;
use crate::failure::Failure;
use crate::home;
use crate::output::{say, table};

/// Who decided, in the log that the editors read.
const WHO: &str = "quartier blocks";
/// The most of a list that is read, in bytes.
const MAX_FILE: u64 = 8 * 1024 * 1024;

/// Does what `quartier blocks …` says.
pub(crate) async fn run(command: cli::Blocks, config: &Config) -> Result<(), Failure> {
    let instance = home::instance(config).await?;
    match command {
        cli::Blocks::List => list(&instance).await,
        cli::Blocks::Add(options) => add(&instance, options).await,
        cli::Blocks::Remove { target } => remove(&instance, &target).await,
        cli::Blocks::Import { file } => import(&instance, &file).await,
        cli::Blocks::Export => {
            let blocks = storage::blocked_hosts::all(&mut instance.store().look().await?).await?;
            Ok(say(block::write(&blocks).trim_end())?)
        }
    }
}

async fn list(instance: &Instance) -> Result<(), Failure> {
    let mut tx = instance.store().read().await?;
    let hosts = storage::blocked_hosts::all(&mut tx).await?;
    let actors = storage::blocks::list(&mut tx, instance.quarter().id, 1_000).await?;
    drop(tx);
    let mut rows = vec![["BLOCKED", "SEVERITY", "REJECTS", "COMMENT"].map(str::to_owned).to_vec()];
    rows.extend(hosts.into_iter().map(|one| {
        let rejects = [(one.reject_media, "media"), (one.reject_reports, "reports")];
        let rejects: Vec<&str> = rejects.into_iter().filter(|(yes, _)| *yes).map(|(_, word)| word).collect();
        let comments = [one.public_comment, one.private_comment];
        let comments: Vec<String> = comments.into_iter().filter(|comment| !comment.is_empty()).collect();
        vec![one.host.to_string(), one.severity.as_str().to_owned(), rejects.join(","), comments.join(" / ")]
    }));
    rows.extend(
        actors
            .into_iter()
            .map(|(actor, comment, _)| vec![actor.address(), "suspend".to_owned(), String::new(), comment]),
    );
    Ok(table(&rows)?)
}

async fn add(instance: &Instance, options: cli::BlockOptions) -> Result<(), Failure> {
    match options.target {
        cli::Blocked::Actor(address) => {
            let actor = desk::add_actor(instance, &address, WHO, &options.comment).await?;
            Ok(say(format_args!("{} is blocked", actor.address()))?)
        }
        cli::Blocked::Host(host) => {
            let block = HostBlock {
                reject_media: options.reject_media,
                reject_reports: options.reject_reports,
                public_comment: options.public_comment,
                private_comment: options.comment,
                ..HostBlock::new(&host, options.severity)
            };
            desk::add_host(instance, &block, WHO).await?;
            Ok(say(format_args!("{} and everything below it is blocked: {}", block.host, block.severity.as_str()))?)
        }
    }
}

async fn remove(instance: &Instance, target: &cli::Blocked) -> Result<(), Failure> {
    let done = match target {
        cli::Blocked::Actor(address) => desk::remove_actor(instance, address, WHO).await,
        cli::Blocked::Host(host) => desk::remove_host(instance, host, WHO).await,
    };
    done.map_err(|error| match error {
        federation::Error::NotFound => Failure::because(format!("{target} is not blocked")),
        other => other.into(),
    })?;
    Ok(say(format_args!("{target} is blocked no more"))?)
}

async fn import(instance: &Instance, file: &Path) -> Result<(), Failure> {
    let shown = file.display();
    let unreadable = |error: std::io::Error| Failure::because(format!("{shown}: {error}"));
    if std::fs::metadata(file).map_err(unreadable)?.len() > MAX_FILE {
        return Err(Failure::because(format!("{shown} is larger than 8 MiB")));
    }
    let content = String::from_utf8_lossy(&std::fs::read(file).map_err(unreadable)?).into_owned();
    let list = List::read(&content, instance.host());
    desk::import(instance, &list, WHO).await?;
    for refusal in &list.refused {
        say(format_args!("line {}, {}: {}", refusal.line, refusal.what, text(Language::EN, refusal.why)))?;
    }
    Ok(say(format_args!("{} blocked, {} left out", list.blocks.len(), list.refused.len()))?)
}
