//! Facts about access: in words on a page, and to choose from in a form.

use domain::access::{Access, Answer, FACTS};

use crate::forms::Form;
use crate::visitor::Visitor;

/// What is known about access, in words.
pub(crate) struct Told {
    pub(crate) known: Vec<Fact>,
    pub(crate) note: Option<String>,
    /// The names of what nobody knows.
    pub(crate) unknown: String,
}

/// One known fact.
pub(crate) struct Fact {
    pub(crate) name: String,
    pub(crate) words: String,
    pub(crate) answer: &'static str,
    pub(crate) sign: &'static str,
}

/// Says what is known, and names what is not.
pub(crate) fn tell(visitor: &Visitor, access: &Access, note: Option<&String>) -> Told {
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for key in FACTS {
        let name = name(visitor, key);
        let Some(answer) = access.get(key) else {
            unknown.push(name);
            continue;
        };
        let sign = match answer {
            Answer::Yes => "✓",
            Answer::Partly => "~",
            Answer::No => "✗",
        };
        let words = visitor.text(&format!("access-answer-{}", answer.as_str()));
        known.push(Fact { name, words, answer: answer.as_str(), sign });
    }
    Told { known, note: note.cloned(), unknown: unknown.join(", ") }
}

fn name(visitor: &Visitor, key: &str) -> String {
    visitor.text(&format!("access-{}", key.replace('_', "-")))
}

/// The part of a form that asks about access.
pub(crate) struct Choices {
    /// The names of the fields with their labels.
    pub(crate) facts: Vec<(String, String)>,
    pub(crate) answers: Vec<(&'static str, String)>,
    /// Whether something is filled in, so that it must be shown.
    pub(crate) open: bool,
}

impl Choices {
    pub(crate) fn of(visitor: &Visitor, form: &Form) -> Self {
        let facts: Vec<_> = FACTS.iter().map(|key| (format!("access_{key}"), name(visitor, key))).collect();
        let answer = |answer: Answer| (answer.as_str(), visitor.text(&format!("access-answer-{}", answer.as_str())));
        let names = facts.iter().map(|(name, _)| name.as_str()).chain(["access_note"]).collect::<Vec<_>>();
        Self { open: form.opens(&names), answers: [Answer::Yes, Answer::Partly, Answer::No].map(answer).into(), facts }
    }
}
