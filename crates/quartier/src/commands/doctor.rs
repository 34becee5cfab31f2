//! `quartier doctor`: what is wrong with this installation, and how to mend it.

mod database;
mod letters;
mod machine;
mod outside;
mod pictures;

use serde_json::json;

use crate::cli;
use crate::config::Config;
use crate::failure::Failure;
use crate::output::{progress, say};

/// How one thing stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// As it should be.
    Fine,
    /// It could not be seen, or does not matter yet.
    Unknown,
    /// It works, and may not for long, or not for all.
    Doubtful,
    /// It does not work.
    Broken,
}

impl State {
    fn as_str(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Unknown => "unknown",
            Self::Doubtful => "doubtful",
            Self::Broken => "broken",
        }
    }
}

/// What was found of one thing.
#[derive(Clone, Debug)]
struct Finding {
    what: &'static str,
    state: State,
    says: String,
    /// What to do about it.
    remedy: Option<String>,
}

impl Finding {
    fn new(what: &'static str, state: State, says: impl Into<String>) -> Self {
        Self { what, state, says: says.into(), remedy: None }
    }

    fn fine(what: &'static str, says: impl Into<String>) -> Self {
        Self::new(what, State::Fine, says)
    }

    fn unknown(what: &'static str, says: impl Into<String>) -> Self {
        Self::new(what, State::Unknown, says)
    }

    fn doubtful(what: &'static str, says: impl Into<String>) -> Self {
        Self::new(what, State::Doubtful, says)
    }

    fn broken(what: &'static str, says: impl Into<String>) -> Self {
        Self::new(what, State::Broken, says)
    }

    fn mend(self, remedy: impl Into<String>) -> Self {
        Self { remedy: Some(remedy.into()), ..self }
    }
}

/// Looks at everything and prints what it found; fails if something is broken.
pub(crate) async fn run(options: cli::Doctor, config: &Config) -> Result<(), Failure> {
    progress("Looking …");
    let findings = Box::pin(examine(config)).await;
    if options.json {
        say(in_json(&findings))?;
    } else {
        findings.iter().try_for_each(|finding| in_words(finding).try_for_each(say))?;
    }
    match findings.iter().filter(|finding| finding.state == State::Broken).count() {
        0 => Ok(()),
        1 => Err(Failure::because("one thing is broken")),
        count => Err(Failure::because(format!("{count} things are broken"))),
    }
}

/// First this machine, then what stands on it, then how others see it.
async fn examine(config: &Config) -> Vec<Finding> {
    let mut findings = machine::examine(config).await;
    let (of_database, home) = database::examine(config).await;
    findings.extend(of_database);
    findings.extend(pictures::examine(config).await);
    findings.extend(letters::examine(config).await);
    findings.extend(outside::examine(config, home).await);
    findings
}

fn in_json(findings: &[Finding]) -> serde_json::Value {
    let one = |finding: &Finding| {
        json!({
            "what": finding.what, "state": finding.state.as_str(), "says": finding.says, "remedy": finding.remedy,
        })
    };
    findings.iter().map(one).collect()
}

fn in_words(finding: &Finding) -> impl Iterator<Item = String> {
    let state = if finding.state == State::Broken { "BROKEN" } else { finding.state.as_str() };
    let first = format!("{state:<9} {:<12} {}", finding.what, finding.says);
    let remedy = finding.remedy.as_ref().map(|remedy| format!("{:23}-> {remedy}", ""));
    std::iter::once(first).chain(remedy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_broken_catches_the_eye_and_says_how_to_mend_it() {
        let finding = Finding::broken("disk", "0.1 GB are free").mend("make room");
        let lines: Vec<String> = in_words(&finding).collect();
        assert_eq!(lines, ["BROKEN    disk         0.1 GB are free", "                       -> make room"]);
        assert_eq!(in_words(&Finding::fine("disk", "")).count(), 1);
    }
}
