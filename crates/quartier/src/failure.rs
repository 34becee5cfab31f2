//! How a command ends when it does not end well.

use std::error::Error;
use std::fmt::{self, Display};
use std::io::ErrorKind;
use std::process::ExitCode;

use crate::config::Refused;

/// Why a command failed, and with which exit status.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Status 2: the words or the configuration are wrong.
    Words(String),
    /// Status 1: it was understood and did not work.
    Failed(anyhow::Error),
}

impl Failure {
    /// The words are wrong; `why` in one line.
    pub(crate) fn words(why: impl Display) -> Self {
        Self::Words(why.to_string())
    }

    /// It did not work; `why` in one line.
    pub(crate) fn because(why: impl Display) -> Self {
        Self::Failed(anyhow::Error::msg(why.to_string()))
    }

    /// It did not work, for what `error` says.
    pub(crate) fn failed(error: impl Error + Send + Sync + 'static) -> Self {
        Self::Failed(error.into())
    }

    /// Says why in one line on standard error.
    pub(crate) fn report(self) -> ExitCode {
        let status = match &self {
            // Whoever read our output has read enough.
            Self::Failed(error) if is_broken_pipe(error) => return ExitCode::SUCCESS,
            Self::Failed(_) => 1,
            Self::Words(_) => 2,
        };
        eprintln!("quartier: {self}");
        ExitCode::from(status)
    }
}

impl fmt::Display for Failure {
    /// Why, in one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let why = match self {
            Self::Failed(error) => in_one_line(error),
            Self::Words(why) => why.clone(),
        };
        f.write_str(&why.split_whitespace().collect::<Vec<_>>().join(" "))
    }
}

/// The error and its causes; what an error repeats of its cause is said once.
pub(crate) fn in_one_line(error: &anyhow::Error) -> String {
    let mut line = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if line.is_empty() {
            line = cause;
        } else if !line.contains(&cause) {
            line = format!("{line}: {cause}");
        }
    }
    line
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Self {
        Self::Words(refused.0)
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Failed(error)
    }
}

impl From<storage::Error> for Failure {
    fn from(error: storage::Error) -> Self {
        Self::failed(error)
    }
}

impl From<federation::Error> for Failure {
    fn from(error: federation::Error) -> Self {
        Self::failed(error)
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::failed(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_that_is_said_already_is_not_repeated() {
        let cause = std::io::Error::other("the disk is full");
        let repeated = anyhow::Error::new(cause).context("the database failed: the disk is full").context("not kept");
        assert_eq!(in_one_line(&repeated), "not kept: the database failed: the disk is full");
    }
}
