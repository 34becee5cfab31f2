//! The text that Prometheus reads (exposition format 0.0.4).

use std::fmt::{Display, Write};

/// Upper bounds of durations, in seconds: what a reader doesn't notice, what a sender doesn't, what is too long.
const BOUNDS: [f64; 8] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0];

/// Durations, by how long they were.
#[derive(Debug, Default)]
pub(super) struct Histogram {
    buckets: [u64; BOUNDS.len()],
    count: u64,
    sum: f64,
}

impl Histogram {
    /// Counts one of so many seconds.
    pub(super) fn note(&mut self, seconds: f64) {
        self.count += 1;
        self.sum += seconds;
        for (bucket, bound) in self.buckets.iter_mut().zip(BOUNDS) {
            *bucket += u64::from(seconds <= bound);
        }
    }

    /// Writes it as `name` with `labels`, such as `router="pages"`.
    pub(super) fn write(&self, text: &mut String, name: &str, labels: &str) {
        for (bucket, bound) in self.buckets.iter().zip(BOUNDS) {
            line(text, &format!("{name}_bucket{{{labels},le=\"{bound}\"}}"), bucket);
        }
        line(text, &format!("{name}_bucket{{{labels},le=\"+Inf\"}}"), self.count);
        line(text, &format!("{name}_sum{{{labels}}}"), self.sum);
        line(text, &format!("{name}_count{{{labels}}}"), self.count);
    }
}

/// What follows is `name`: a `kind` of figure, in words.
pub(super) fn head(text: &mut String, name: &str, kind: &str, help: &str) {
    // Writing to a String cannot fail.
    let _ = write!(text, "# HELP {name} {help}\n# TYPE {name} {kind}\n");
}

/// One value; `name` has the labels with it.
pub(super) fn line(text: &mut String, name: &str, value: impl Display) {
    let _ = writeln!(text, "{name} {value}");
}

/// A sum of seconds and how many they were of.
pub(super) fn sum(text: &mut String, name: &str, labels: &str, seconds: f64, count: u64) {
    line(text, &format!("{name}_sum{{{labels}}}"), seconds);
    line(text, &format!("{name}_count{{{labels}}}"), count);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bucket_holds_all_that_were_shorter() {
        let mut histogram = Histogram::default();
        for seconds in [0.004, 0.2, 60.0] {
            histogram.note(seconds);
        }
        let mut text = String::new();
        histogram.write(&mut text, "x_seconds", "a=\"b\"");
        for expected in [
            "x_seconds_bucket{a=\"b\",le=\"0.005\"} 1\n",
            "x_seconds_bucket{a=\"b\",le=\"0.25\"} 2\n",
            "x_seconds_bucket{a=\"b\",le=\"5\"} 2\n",
            "x_seconds_bucket{a=\"b\",le=\"+Inf\"} 3\n",
            "x_seconds_count{a=\"b\"} 3\n",
        ] {
            assert!(text.contains(expected), "{expected} is missing in:\n{text}");
        }
    }
}
