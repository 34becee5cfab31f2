//! What a quarter says about itself: what the operator fixed, what people said since, and what is missing.

use std::collections::BTreeMap;

use domain::setup::IMPRINT;

use super::Step;
use crate::app::App;
use crate::error::PageError;

/// What is so now. The server itself may lag behind for a moment.
pub(super) struct Answers<'a> {
    app: &'a App,
    kept: BTreeMap<String, String>,
}

impl<'a> Answers<'a> {
    pub(super) async fn load(app: &'a App) -> Result<Self, PageError> {
        let kept = storage::settings::all(&mut app.instance.store().look().await?).await?;
        Ok(Self { app, kept })
    }

    pub(super) fn value(&self, key: &str) -> &str {
        let kept = self.kept.get(key).filter(|_| !self.is_fixed(key));
        kept.or_else(|| self.app.settings.setup.answers.get(key)).map_or("", String::as_str)
    }

    pub(super) fn is_fixed(&self, key: &str) -> bool {
        self.app.settings.setup.fixed.contains(key)
    }

    /// Whether the quarter cannot be opened without this one.
    pub(super) fn is_needed(&self, key: &str) -> bool {
        key == "quarter.name" || (self.app.settings.setup.needs_imprint && IMPRINT.contains(&key))
    }

    /// The steps without which the quarter cannot be opened.
    pub(super) fn missing(&self) -> Vec<Step> {
        // Every quarter is called something, but that is no name until somebody chose it.
        let is_named = self.app.settings.setup.is_named || self.kept.contains_key("quarter.name");
        let lacks = |key: &str| self.is_needed(key) && self.value(key).trim().is_empty();
        let steps = [(Step::Name, !is_named), (Step::Imprint, IMPRINT.iter().any(|key| lacks(key)))];
        steps.into_iter().filter(|(_, lacks)| *lacks).map(|(step, _)| step).collect()
    }

    /// The words for how a step stands.
    pub(super) fn state(&self, step: Step) -> Option<&'static str> {
        let is_done = match step {
            Step::Name => !self.missing().contains(&step),
            Step::Place => !self.value("quarter.place").is_empty() || !self.value("quarter.latitude").is_empty(),
            Step::Imprint => !self.missing().contains(&step) && !self.value("imprint.operator").is_empty(),
            Step::Calendars | Step::Neighbour => return Some("setup-state-optional"),
            Step::Opening | Step::Editors | Step::People => return None,
        };
        let is_needed = match step {
            Step::Imprint => self.is_needed("imprint.operator"),
            step => step == Step::Name,
        };
        Some(match (is_done, is_needed) {
            (true, _) => "setup-state-done",
            (false, true) => "setup-state-missing",
            (false, false) => "setup-state-optional",
        })
    }
}
