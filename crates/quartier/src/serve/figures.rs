//! Figures for monitoring, in the form that Prometheus reads, on a listener of their own.

mod exposition;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::clock::Clock;
use federation::{Instance, Sent};
use jiff::Timestamp;
use storage::Store;
use storage::chores::{self, Chore};
use storage::waits::{self, Waits};
use storage::{deliveries, lanes};

use self::exposition::{Histogram, head, line, sum};
use super::choose::Way;

/// What was counted since the start.
#[derive(Default)]
pub(crate) struct Figures(Mutex<Counts>);

#[derive(Default)]
struct Counts {
    /// How long requests took, by who answered and the class of the status.
    requests: BTreeMap<(&'static str, u16), Histogram>,
    /// Answers of the inboxes, by status.
    inbox: BTreeMap<u16, u64>,
}

impl Figures {
    /// Counts one answer.
    pub(crate) fn answered(&self, way: Way, status: StatusCode, took: Duration, is_inbox: bool) {
        let router = match way {
            Way::Federation | Way::SharedFederation => "federation",
            Way::Programs => "programs",
            Way::Pages | Way::SharedPages => "pages",
        };
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.requests.entry((router, status.as_u16() / 100)).or_default().note(took.as_secs_f64());
        if is_inbox {
            *counts.inbox.entry(status.as_u16()).or_default() += 1;
        }
    }

    fn write(&self, text: &mut String) {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        head(text, "quartier_request_seconds", "histogram", "How long answers took.");
        for ((router, class), took) in &counts.requests {
            took.write(text, "quartier_request_seconds", &format!("router=\"{router}\",status=\"{class}xx\""));
        }
        head(text, "quartier_inbox_answers_total", "counter", "Answers of the inboxes.");
        for (status, count) in &counts.inbox {
            line(text, &format!("quartier_inbox_answers_total{{status=\"{status}\"}}"), count);
        }
    }
}

/// Serves the figures at `/metrics`.
pub(crate) fn router(figures: Arc<Figures>, instance: Instance) -> Router {
    Router::new().route("/metrics", get(move || whole(Arc::clone(&figures), instance.clone())))
}

async fn whole(figures: Arc<Figures>, instance: Instance) -> Response {
    let mut text = answer(&figures, instance.store(), instance.clock()).await;
    sent(&mut text, &instance.sent());
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}

async fn answer(figures: &Figures, store: &Store, clock: &Clock) -> String {
    let mut text = String::new();
    head(&mut text, "quartier_up", "gauge", "1 while the server runs and its database answers.");
    match queue(store, clock).await {
        Ok(queue) => {
            line(&mut text, "quartier_up", 1);
            text.push_str(&queue);
        }
        Err(error) => {
            tracing::warn!(%error, "The database does not answer");
            line(&mut text, "quartier_up", 0);
        }
    }
    figures.write(&mut text);
    database(&mut text);
    memory(&mut text);
    text
}

/// What came of the requests that delivered.
fn sent(text: &mut String, sent: &[Sent]) {
    const NAME: &str = "quartier_delivery_seconds";
    head(text, NAME, "summary", "How long requests that deliver took, by the class of their answers.");
    for Sent { answer, requests, time } in sent {
        sum(text, NAME, &format!("answer=\"{answer}\""), time.as_secs_f64(), *requests);
    }
}

/// How long transactions waited to begin.
fn database(text: &mut String) {
    const NAME: &str = "quartier_database_wait_seconds";
    head(text, NAME, "summary", "How long transactions waited to begin.");
    for (kind, Waits { count, time }) in [("read", waits::of_reads()), ("write", waits::of_writes())] {
        sum(text, NAME, &format!("kind=\"{kind}\""), time.as_secs_f64(), count);
    }
}

/// How much memory the process holds, where the system tells it (Linux).
fn memory(text: &mut String) {
    let Ok(status) = std::fs::read_to_string("/proc/self/status") else { return };
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB"));
    if let Some(kilobytes) = resident.and_then(|number| number.parse::<u64>().ok()) {
        head(text, "process_resident_memory_bytes", "gauge", "How much memory the process holds.");
        line(text, "process_resident_memory_bytes", kilobytes * 1_024);
    }
}

/// How many deliveries are in each state, how old the oldest waiting one is, and how many servers do not answer.
async fn queue(store: &Store, clock: &Clock) -> storage::Result<String> {
    let mut tx = store.read().await?;
    let counts = deliveries::count(&mut tx).await?;
    let status = lanes::status(&mut tx).await?;
    let mut text = String::new();
    head(&mut text, "quartier_deliveries", "gauge", "Deliveries by state.");
    for (state, count) in &counts {
        line(&mut text, &format!("quartier_deliveries{{state=\"{state}\"}}"), count);
    }
    let oldest = status.iter().filter_map(|status| status.oldest).min();
    let age = oldest.map_or(0.0, |oldest| clock.now().duration_since(oldest).as_secs_f64().max(0.0));
    head(&mut text, "quartier_queue_age_seconds", "gauge", "How long the oldest delivery waits.");
    line(&mut text, "quartier_queue_age_seconds", age);
    head(&mut text, "quartier_peers_silent", "gauge", "Servers that did not answer the last time.");
    line(&mut text, "quartier_peers_silent", status.iter().filter(|status| status.failures > 0).count());
    if let Some(backup) = chores::find(&mut tx, crate::tasks::backup::NAME).await? {
        backups(&mut text, &backup, clock.now());
    }
    Ok(text)
}

/// How old the last daily backup is, and whether the last try failed.
fn backups(text: &mut String, backup: &Chore, now: Timestamp) {
    if let Some(done_at) = backup.done_at {
        head(text, "quartier_backup_age_seconds", "gauge", "How old the last daily backup is.");
        line(text, "quartier_backup_age_seconds", now.duration_since(done_at).as_secs().max(0));
    }
    head(text, "quartier_backup_failed", "gauge", "1 while the last try of the daily backup failed.");
    line(text, "quartier_backup_failed", u8::from(backup.failed_at.is_some()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_figures_say_what_was_answered_and_what_waits() {
        let database = storage::testing::sqlite();
        let store = Store::open(&database.url).await.expect("a store");
        let figures = Figures::default();
        figures.answered(Way::Federation, StatusCode::ACCEPTED, Duration::from_millis(500), true);
        figures.answered(Way::Federation, StatusCode::UNAUTHORIZED, Duration::from_millis(250), true);
        let (clock, mut tx) = (crate::home::system_clock(), store.write().await.expect("a transaction"));
        let (name, now) = (crate::tasks::backup::NAME, clock.now());
        chores::claim(&mut tx, name, now, now).await.expect("a claim");
        chores::release(&mut tx, name, now, Ok(()), now).await.expect("an end");
        tx.commit().await.expect("a commit");
        let text = answer(&figures, &store, &clock).await;
        for expected in [
            "quartier_up 1\n",
            "quartier_queue_age_seconds 0\n",
            "quartier_request_seconds_sum{router=\"federation\",status=\"2xx\"} 0.5\n",
            "quartier_request_seconds_bucket{router=\"federation\",status=\"2xx\",le=\"1\"} 1\n",
            "quartier_database_wait_seconds_count{kind=\"write\"} ",
            "process_resident_memory_bytes ",
            "quartier_backup_failed 0\n",
            "quartier_backup_age_seconds 0\n",
            "quartier_inbox_answers_total{status=\"401\"} 1\n",
        ] {
            assert!(text.contains(expected), "{expected} is missing in:\n{text}");
        }
    }
}
