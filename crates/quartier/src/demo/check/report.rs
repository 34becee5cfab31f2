//! The table at the end of the check: what was sent, accepted, shown, and after how long.

use std::time::Duration;

use federation::Instance;
use tokio::time::Instant;

use super::object::Object;
use super::watch::Seen;
use crate::demo::town::Quarter;
use crate::failure::Failure;
use crate::output::{say, table};

/// At most so many missing objects are named, for each row and quarter.
const NAMED: usize = 10;

/// One row: objects that were published together.
pub(super) struct Group {
    name: String,
    pub(super) objects: Vec<Object>,
    /// When their publication began.
    pub(super) since: Instant,
    /// What was seen, by quarter.
    pub(super) seen: Vec<Seen>,
    /// Whether it is about a change of something that is in another row.
    about_update: bool,
    sent: usize,
    accepted: usize,
}

impl Group {
    /// A row that nothing was seen of yet.
    pub(super) fn new(name: &str, objects: Vec<Object>, since: Instant) -> Self {
        Self { name: name.to_owned(), objects, since, seen: Vec::new(), about_update: false, sent: 0, accepted: 0 }
    }

    /// A row about a change of `object`.
    pub(super) fn of_update(name: &str, object: Object, since: Instant) -> Self {
        Self { about_update: true, ..Self::new(name, vec![object], since) }
    }

    /// Asks the sender what it sent and what was accepted: what its editors see, too.
    pub(super) async fn count_deliveries(&mut self, home: &Instance) -> Result<(), Failure> {
        let mut tx = home.store().read().await?;
        for object in &self.objects {
            let records = storage::deliveries::of_object(&mut tx, &object.id, 1000).await?;
            let of_row = records.iter().filter(|record| (record.kind == "Update") == self.about_update);
            for record in of_row {
                self.sent += 1;
                self.accepted += usize::from(record.state == "delivered");
            }
        }
        Ok(())
    }

    fn shown(&self) -> usize {
        self.seen.iter().map(Seen::len).sum()
    }

    /// Whether every one of `quarters` shows everything, and took everything that was sent.
    pub(super) fn is_complete(&self, quarters: usize) -> bool {
        self.shown() == self.objects.len() * quarters && self.accepted == self.sent && self.sent > 0
    }

    fn last(&self) -> Option<Duration> {
        self.seen.iter().flat_map(Seen::values).max().copied()
    }
}

/// Prints the table.
pub(super) fn print(groups: &[Group], quarters: &[Quarter]) -> Result<(), Failure> {
    let mut rows = vec![["OBJECT", "SENT", "ACCEPTED", "SHOWN", "AFTER MS", ""].map(str::to_owned).to_vec()];
    rows.extend(groups.iter().map(|group| {
        vec![
            group.name.clone(),
            group.sent.to_string(),
            group.accepted.to_string(),
            format!("{} of {}", group.shown(), group.objects.len() * quarters.len()),
            group.last().map_or_else(|| "-".to_owned(), |last| last.as_millis().to_string()),
            if group.is_complete(quarters.len()) { "ok" } else { "MISSING" }.to_owned(),
        ]
    }));
    table(&rows)?;
    for group in groups {
        for (quarter, seen) in quarters.iter().zip(&group.seen) {
            let missing = group.objects.iter().filter(|object| !seen.contains_key(&object.id));
            for object in missing.take(NAMED) {
                say(format_args!("not shown at {}: {} ({})", quarter.region.name, object.words, object.id))?;
            }
        }
    }
    Ok(())
}
