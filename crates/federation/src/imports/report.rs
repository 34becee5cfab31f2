//! What one reading did, in figures and in lines.

use domain::import::Refusal;
use serde::{Deserialize, Serialize};

/// How many lines are kept of what was refused.
const LINES: usize = 100;

/// What one reading of a source did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Events that were not here before.
    pub new: usize,
    /// Events that say something else than before.
    pub changed: usize,
    /// Events that are as they were.
    pub unchanged: usize,
    /// Events that the source has no more; coming ones are cancelled.
    pub gone: usize,
    /// Events that are here already by another way: not shown twice.
    pub twins: usize,
    /// Events that somebody here declined or deleted.
    pub declined: usize,
    /// Long past events that were passed over.
    pub skipped: usize,
    /// What could not be read, where and why.
    pub refused: Vec<Refusal>,
    /// What was read otherwise than it may have been meant.
    pub remarks: Vec<Refusal>,
}

impl Report {
    /// How many events it was that are on the board or wait for it.
    pub fn events(&self) -> usize {
        self.new + self.changed + self.unchanged + self.twins
    }

    /// As it is kept beside the source.
    pub(super) fn keep(&self) -> Kept {
        let line =
            |refusal: &Refusal| Line { line: refusal.line, what: refusal.what.clone(), why: refusal.why.to_owned() };
        Kept {
            new: self.new,
            changed: self.changed,
            unchanged: self.unchanged,
            gone: self.gone,
            twins: self.twins,
            declined: self.declined,
            refused: self.refused.len(),
            lines: self.refused.iter().chain(&self.remarks).take(LINES).map(line).collect(),
        }
    }
}

/// What the last reading of a source did, as it is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "as in Report")]
pub struct Kept {
    pub new: usize,
    pub changed: usize,
    pub unchanged: usize,
    pub gone: usize,
    pub twins: usize,
    pub declined: usize,
    pub refused: usize,
    /// The first of what was refused or remarked.
    pub lines: Vec<Line>,
}

/// What was refused, where and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The line, from 1.
    pub line: usize,
    /// The title or UID, where there is one.
    pub what: String,
    /// Why, as a message key.
    pub why: String,
}

impl Kept {
    /// Reads what is kept beside a source; `None` before the first reading.
    pub fn of(source: &domain::import::Source) -> Option<Self> {
        serde_json::from_str(source.report.as_deref()?).ok()
    }
}
