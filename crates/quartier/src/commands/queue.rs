//! `quartier queue`: what is on its way to other servers, for people and for programs.

use domain::host::Host;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::json;
use storage::deliveries::{self, Record};
use storage::lanes::{self, Status};

use crate::cli;
use crate::config::Config;
use crate::failure::Failure;
use crate::home::Home;
use crate::output::{say, table};

/// At most so many single deliveries of one server are shown.
const SHOWN: i64 = 1000;

/// Does what `quartier queue …` says.
pub(crate) async fn run(command: cli::Queue, config: &Config) -> Result<(), Failure> {
    let home = Home::open(config).await?;
    match command {
        cli::Queue::List { peer, json } => list(&home, config, peer.host.as_ref(), json).await,
        cli::Queue::Retry { peer } => {
            let mut tx = home.store.write().await?;
            let count = deliveries::retry(&mut tx, name(peer.host.as_ref()), home.clock.now()).await?;
            tx.commit().await?;
            Ok(say(format_args!("{count} put back into the queue; everything that waits is tried now"))?)
        }
        cli::Queue::Drop { peer } => {
            let mut tx = home.store.write().await?;
            let count = deliveries::drop(&mut tx, name(peer.host.as_ref())).await?;
            tx.commit().await?;
            Ok(say(format_args!("{count} taken out of the queue"))?)
        }
    }
}

/// How storage names one host, or all.
fn name(host: Option<&Host>) -> &str {
    host.map_or("", Host::as_str)
}

async fn list(home: &Home, config: &Config, host: Option<&Host>, json: bool) -> Result<(), Failure> {
    let mut tx = home.store.read().await?;
    let mut status = lanes::status(&mut tx).await?;
    let mut records = Vec::new();
    if let Some(host) = host {
        status.retain(|status| status.host == host.as_str());
        records = deliveries::unfinished(&mut tx, host.as_str(), SHOWN).await?;
    }
    drop(tx);
    if json {
        let listed: Vec<_> = status.iter().map(|status| in_json(status, host.map(|_| records.as_slice()))).collect();
        return Ok(say(serde_json::Value::from(listed))?);
    }
    let zone = TimeZone::get(&config.quarter.timezone).unwrap_or(TimeZone::UTC);
    table(&in_words(&status, &zone))?;
    if !records.is_empty() {
        say("")?;
        table(&records_in_words(&records, &zone))?;
    }
    Ok(())
}

fn in_json(status: &Status, records: Option<&[Record]>) -> serde_json::Value {
    let time = |time: Option<Timestamp>| time.map(|time| time.to_string());
    let records = records.map(|records| records.iter().map(record_in_json).collect::<Vec<_>>());
    json!({
        "host": status.host,
        "waiting": status.waiting,
        "failed": status.failed,
        "oldest": time(status.oldest),
        "failures": status.failures,
        "next": time(status.due_at),
        "last_success": time(status.delivered_at),
        "last_failure": time(status.failed_at),
        "error": status.error,
        "deliveries": records,
    })
}

fn record_in_json(record: &Record) -> serde_json::Value {
    json!({
        "activity": record.activity.as_str(),
        "kind": record.kind,
        "state": record.state,
        "attempts": record.attempts,
        "created": record.created_at.to_string(),
        "finished": record.finished_at.map(|time| time.to_string()),
        "error": record.error,
    })
}

fn head(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|&cell| cell.to_owned()).collect()
}

fn in_words(status: &[Status], zone: &TimeZone) -> Vec<Vec<String>> {
    let mut rows = vec![head(&["HOST", "WAITING", "FAILED", "NEXT TRY", "LAST SUCCESS", "LAST ERROR"])];
    rows.extend(status.iter().map(|status| {
        vec![
            status.host.clone(),
            status.waiting.to_string(),
            status.failed.to_string(),
            clock(status.due_at, zone),
            clock(status.delivered_at, zone),
            status.error.clone().unwrap_or_default(),
        ]
    }));
    rows
}

fn records_in_words(records: &[Record], zone: &TimeZone) -> Vec<Vec<String>> {
    let mut rows = vec![head(&["ACTIVITY", "KIND", "STATE", "TRIES", "SINCE", "LAST ERROR"])];
    rows.extend(records.iter().map(|record| {
        vec![
            record.activity.to_string(),
            record.kind.clone(),
            record.state.clone(),
            record.attempts.to_string(),
            clock(Some(record.created_at), zone),
            record.error.clone().unwrap_or_default(),
        ]
    }));
    rows
}

/// A time in the quarter's zone, or `-`.
fn clock(time: Option<Timestamp>, zone: &TimeZone) -> String {
    time.map_or_else(|| "-".to_owned(), |time| time.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string())
}
