//! One figure: what was measured, how much of what it was, and what it should be.

use serde::{Deserialize, Serialize};

/// A figure as it is printed, one JSON object a line, and kept for `docs/PERFORMANCE.md`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Figure {
    /// `part/name`: it never changes, so that runs can be compared.
    #[serde(rename = "figure")]
    pub(crate) name: String,
    /// What it is, in words.
    pub(crate) what: String,
    pub(crate) value: f64,
    pub(crate) unit: String,
    /// The value in units of a limit that was measured in the same run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ratio: Option<f64>,
    /// What the ratio, or without one the value, should be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) goal: Option<Goal>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) database: Option<String>,
    /// The commit it was measured at, and the day.
    #[serde(default)]
    pub(crate) commit: String,
    #[serde(default)]
    pub(crate) day: String,
}

/// From where on a figure is as it should be.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Goal {
    AtLeast(f64),
    AtMost(f64),
}

impl Figure {
    pub(crate) fn new(name: &str, what: &str, value: f64, unit: &str) -> Self {
        Self {
            name: name.to_owned(),
            what: what.to_owned(),
            value,
            unit: unit.to_owned(),
            ratio: None,
            goal: None,
            database: None,
            commit: String::new(),
            day: String::new(),
        }
    }

    /// A number of things.
    pub(crate) fn count(name: &str, what: &str, count: usize) -> Self {
        Self::new(name, what, number(count), "")
    }

    /// In units of `limit`, which this run measured.
    pub(crate) fn of(self, limit: f64) -> Self {
        Self { ratio: (limit > 0.0).then(|| self.value / limit), ..self }
    }

    pub(crate) fn at_least(self, goal: f64) -> Self {
        Self { goal: Some(Goal::AtLeast(goal)), ..self }
    }

    pub(crate) fn at_most(self, goal: f64) -> Self {
        Self { goal: Some(Goal::AtMost(goal)), ..self }
    }

    pub(crate) fn on(self, database: &str) -> Self {
        Self { database: Some(database.to_owned()), ..self }
    }

    /// Whether it is as it should be; `None` where nothing was said.
    pub(crate) fn is_met(&self) -> Option<bool> {
        let measured = self.ratio.unwrap_or(self.value);
        self.goal.map(|goal| match goal {
            Goal::AtLeast(least) => measured >= least,
            Goal::AtMost(most) => measured <= most,
        })
    }
}

/// A count as a number to reckon with.
pub(crate) fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// The value below which so many percent of `sorted` lie; 0 of nothing.
pub(crate) fn percentile(sorted: &[f64], percent: usize) -> f64 {
    let at = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(at).copied().unwrap_or_default()
}
