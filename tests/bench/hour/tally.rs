//! What was answered, by kind of request and status, and how long pages took.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How many odd answers are kept word for word.
const ODD: usize = 30;

#[derive(Default)]
pub(super) struct Tally(Mutex<Counts>);

#[derive(Default)]
struct Counts {
    answers: BTreeMap<(&'static str, String), usize>,
    odd: Vec<String>,
    odd_count: usize,
    /// Milliseconds of all page answers, and of those since the last look.
    pages: Vec<f64>,
    lately: Vec<f64>,
}

impl Tally {
    /// Counts an answer; `wanted` is the status that the request asked for.
    pub(super) fn answered(&self, kind: &'static str, wanted: u16, status: u16, what: &str) {
        let mut counts = self.counts();
        *counts.answers.entry((kind, status.to_string())).or_default() += 1;
        if status != wanted {
            counts.note(format!("{kind} was answered {status}: {what}"));
        }
    }

    /// Counts a request without an answer.
    pub(super) fn failed(&self, kind: &'static str, problem: &str) {
        let mut counts = self.counts();
        *counts.answers.entry((kind, "no answer".to_owned())).or_default() += 1;
        counts.note(format!("{kind}: {problem}"));
    }

    /// Notes how long a page took.
    pub(super) fn page(&self, took: Duration) {
        let mut counts = self.counts();
        let millis = took.as_secs_f64() * 1_000.0;
        counts.pages.push(millis);
        counts.lately.push(millis);
    }

    /// The times of pages since the last call, sorted.
    pub(super) fn lately(&self) -> Vec<f64> {
        sorted(std::mem::take(&mut self.counts().lately))
    }

    /// The times of all pages, sorted.
    pub(super) fn pages(&self) -> Vec<f64> {
        sorted(self.counts().pages.clone())
    }

    /// How many answers of each kind had which status.
    pub(super) fn answers(&self) -> BTreeMap<(&'static str, String), usize> {
        self.counts().answers.clone()
    }

    /// How many answers nobody asked for, and the first of them.
    pub(super) fn odd(&self) -> (usize, Vec<String>) {
        let counts = self.counts();
        (counts.odd_count, counts.odd.clone())
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counts {
    fn note(&mut self, problem: String) {
        self.odd_count += 1;
        if self.odd.len() < ODD {
            eprintln!("{problem}");
            self.odd.push(problem);
        }
    }
}

fn sorted(mut millis: Vec<f64>) -> Vec<f64> {
    millis.sort_by(f64::total_cmp);
    millis
}
