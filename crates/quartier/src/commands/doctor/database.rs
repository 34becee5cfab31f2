//! The database: its version, its pages, what waits in it, and whether there is a backup of it.

use jiff::{SignedDuration, Timestamp};
use storage::chores::{self, Chore};
use storage::glance::{self, Glance};
use storage::lanes::{self, Status};
use storage::{Store, Tx};

use super::Finding;
use crate::config::Config;
use crate::home::Home;
use crate::tasks;

/// Up to so many bytes every page is read: a second or a few.
const READABLE: u64 = 1 << 30;
/// A server is working through what is due within this.
const LATE: SignedDuration = SignedDuration::from_mins(10);
/// A server that has not answered for so long is named.
const SILENT: SignedDuration = SignedDuration::from_hours(24);
/// So many are named.
const NAMED: usize = 5;
/// How old the last daily backup may be.
const STALE: SignedDuration = SignedDuration::from_hours(26);

/// What was found, and the open quarter if it can be opened without changing it.
pub(super) async fn examine(config: &Config) -> (Vec<Finding>, Option<Home>) {
    const WHAT: &str = "database";
    let url = config.database_url();
    let file = config.server.data_dir.join("quartier.db");
    let is_file = config.database.url == "sqlite";
    if is_file && !file.exists() {
        return (vec![Finding::unknown(WHAT, "there is none yet").mend("'quartier serve' makes it")], None);
    }
    let glance = match glance::at(&url).await {
        Ok(glance) => glance,
        Err(error) => {
            let mend = if is_file { "restore a backup: quartier restore FILE" } else { "check database.url" };
            return (vec![Finding::broken(WHAT, error.to_string()).mend(mend)], None);
        }
    };
    let mut findings = vec![version(&glance)];
    if is_file && file.metadata().is_ok_and(|found| found.len() <= READABLE) {
        findings.extend(damage(&url).await);
    }
    if glance.version != Some(glance.known) {
        return (findings, None);
    }
    match inside(config).await {
        Ok((found, home)) => (findings.into_iter().chain(found).collect(), Some(home)),
        Err(error) => {
            findings.push(Finding::broken(WHAT, error.to_string()));
            (findings, None)
        }
    }
}

fn version(glance: &Glance) -> Finding {
    const WHAT: &str = "database";
    match glance.version {
        None => Finding::unknown(WHAT, "it is empty").mend("'quartier serve' makes the quarter"),
        Some(version) if version == glance.known => {
            Finding::fine(WHAT, format!("it is up to date (migration {version})"))
        }
        Some(version) if version < glance.known => {
            Finding::doubtful(WHAT, format!("it is of an older version (migration {version} of {})", glance.known))
                .mend("make a backup; the next start of this version brings it up to date")
        }
        Some(version) => Finding::broken(
            WHAT,
            format!("it is of a newer version of quartier (migration {version}, this one knows {})", glance.known),
        )
        .mend("install that version, or restore a backup of this one"),
    }
}

async fn damage(url: &str) -> Option<Finding> {
    let error = Store::check(url).await.err()?;
    Some(Finding::broken("database", error.to_string()))
}

async fn inside(config: &Config) -> Result<(Vec<Finding>, Home), crate::failure::Failure> {
    let home = Home::open(config).await?;
    let mut tx = home.store.read().await?;
    let now = home.clock.now();
    let mut findings = deliveries(&lanes::status(&mut tx).await?, now);
    findings.push(backup(&mut tx, config, now).await?);
    drop(tx);
    Ok((findings, home))
}

/// Whether anybody works through the queue, and who does not answer.
fn deliveries(lanes: &[Status], now: Timestamp) -> Vec<Finding> {
    const WHAT: &str = "deliveries";
    let waiting: i64 = lanes.iter().map(|lane| lane.waiting).sum();
    let due = lanes.iter().filter(|lane| lane.waiting > 0).filter_map(|lane| lane.due_at);
    let longest = due.map(|due| now.duration_since(due)).max().filter(|late| *late > LATE);
    let mut findings = vec![match longest {
        Some(late) => Finding::broken(WHAT, format!("{waiting} wait, and nobody sends them for {late:#.0}"))
            .mend("'quartier serve' sends them: see that it runs, and look at its log"),
        None => Finding::fine(WHAT, format!("{waiting} wait")),
    }];
    let since = |lane: &Status| lane.failing_since.filter(|since| now.duration_since(*since) > SILENT);
    let silent: Vec<String> =
        lanes.iter().filter_map(|lane| since(lane).map(|since| format!("{} (since {since:.0})", lane.host))).collect();
    if !silent.is_empty() {
        let named = silent.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
        findings.push(
            Finding::doubtful("peers", format!("{} do not answer: {named}", silent.len()))
                .mend("'quartier queue list' says why; ask their people"),
        );
    }
    findings
}

/// How it stands with the daily backup.
async fn backup(tx: &mut Tx, config: &Config, now: Timestamp) -> storage::Result<Finding> {
    const WHAT: &str = "backup";
    if config.backup.folder.is_none() {
        let says = "no daily backup is made";
        return Ok(Finding::doubtful(WHAT, says).mend("set backup.folder, best on another disk, and backup.passphrase"));
    }
    Ok(match chores::find(tx, tasks::backup::NAME).await? {
        None => Finding::unknown(WHAT, "none was made yet").mend("the running server makes the first one"),
        Some(chore) => last_backup(&chore, now),
    })
}

fn last_backup(chore: &Chore, now: Timestamp) -> Finding {
    const WHAT: &str = "backup";
    let age = chore.done_at.map(|done| now.duration_since(done));
    match (&chore.error, age) {
        (Some(error), _) if chore.failed_at.is_some() => {
            Finding::broken(WHAT, format!("the last one failed: {error}")).mend("mend that; it is tried every hour")
        }
        (_, Some(age)) if age <= STALE => Finding::fine(WHAT, format!("the last one was made {age:#.0} ago")),
        (_, Some(age)) => Finding::broken(WHAT, format!("the last one was made {age:#.0} ago"))
            .mend("the running server makes one a day: look at its log"),
        (_, None) => Finding::unknown(WHAT, "none was finished yet"),
    }
}
