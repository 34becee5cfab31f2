//! What is wrong with an input, field by field, in words from the message catalogue.

/// One thing that is wrong: where, and which message says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The name of the field, as in the form and in the JSON.
    pub field: &'static str,
    /// The key of the message in the catalogue (`messages/*/invalid.ftl`).
    pub message: &'static str,
}

/// An input that was refused, with every problem found and never just the first.
#[derive(Clone, Debug, Default, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.in_words())]
pub struct Invalid {
    /// At least one problem.
    pub problems: Vec<Problem>,
}

impl Invalid {
    /// One problem.
    pub fn one(field: &'static str, message: &'static str) -> Self {
        Self { problems: vec![Problem { field, message }] }
    }

    /// Notes the problem unless `fine`.
    pub fn unless(&mut self, fine: bool, field: &'static str, message: &'static str) {
        if !fine {
            self.problems.push(Problem { field, message });
        }
    }

    /// `value` if nothing was wrong.
    pub fn or<T>(self, value: T) -> Result<T, Self> {
        if self.problems.is_empty() { Ok(value) } else { Err(self) }
    }

    /// The message key of the first problem of `field`.
    pub fn at(&self, field: &str) -> Option<&'static str> {
        self.problems.iter().find(|problem| problem.field == field).map(|problem| problem.message)
    }

    fn in_words(&self) -> String {
        let words = |problem: &Problem| {
            let text = crate::messages::text(crate::language::Language::EN, problem.message);
            format!("{}: {text}", problem.field)
        };
        self.problems.iter().map(words).collect::<Vec<_>>().join("; ")
    }
}
