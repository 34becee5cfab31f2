//! The hand-shake on the wire: a `Relationship` with the words of both (decision 0078).

use domain::actor::Actor;
use domain::handshake::{Message, Says, Scope, Word};
use domain::html;
use serde_json::{Value, json};
use url::Url;

use crate::shape;

/// What the two are to each other, in the vocabulary that ActivityStreams names for relationships.
const NEIGHBOUR: &str = "http://purl.org/vocab/relationship/neighborOf";
/// The longest sentence and the longest contact that are taken, in letters.
const MAX_WORDS: usize = 300;

/// What one quarter says to another about being neighbours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Said {
    /// Who says it.
    pub(crate) subject: Url,
    /// To whom.
    pub(crate) object: Url,
    /// The words of both.
    pub(crate) message: Message,
    /// A sentence beside it.
    pub(crate) sentence: Option<String>,
    /// Whom to ask there.
    pub(crate) contact: Option<String>,
}

impl Said {
    /// The object, to stand in an `Offer`, an `Accept`, a `Reject` or an `Undo`.
    pub(crate) fn write(&self) -> Value {
        let mut object = json!({
            "type": "Relationship",
            "subject": self.subject,
            "relationship": NEIGHBOUR,
            "object": self.object,
            "over": self.message.over,
        });
        for (name, word) in [("word", self.message.word), ("heard", self.message.heard)] {
            if let Some(word) = word {
                object[name] = write_word(word);
            }
        }
        for (name, text) in [("summary", &self.sentence), ("contact", &self.contact)] {
            if let Some(text) = text {
                object[name] = json!(text);
            }
        }
        object
    }

    /// Reads one; `None` for any other relationship, and for claims that no honest side makes.
    pub(crate) fn read(object: &Value) -> Option<Self> {
        shape::kind(object, |kind| (kind == "Relationship").then_some(()))?;
        if shape::id(object, "relationship")?.as_str() != NEIGHBOUR {
            return None;
        }
        let text = |name| {
            let text = html::line(shape::text(object, name).unwrap_or_default(), MAX_WORDS);
            (!text.is_empty()).then_some(text)
        };
        let over = object.get("over").and_then(Value::as_u64).unwrap_or_default();
        Some(Self {
            subject: shape::id(object, "subject")?,
            object: shape::id(object, "object")?,
            message: Message {
                word: read_word(object, "word")?,
                heard: read_word(object, "heard")?,
                over: u32::try_from(over).ok()?,
            },
            sentence: text("summary"),
            contact: text("contact"),
        })
    }
}

fn write_word(word: Word) -> Value {
    let mut written = json!({ "round": word.round, "version": word.version });
    if let Says::Yes(scopes) = word.says {
        written["scopes"] = scopes.iter().map(Scope::as_str).collect();
    }
    written
}

/// A word, which may be missing; `None` where it cannot be one. With scopes it is a yes.
#[expect(clippy::option_option, reason = "missing and wrong are two things")]
fn read_word(object: &Value, name: &str) -> Option<Option<Word>> {
    let Some(word) = shape::get(object, name) else { return Some(None) };
    let number = |name: &str| u32::try_from(word.get(name)?.as_u64()?).ok();
    let says = match word.get("scopes") {
        None => Says::No,
        Some(_) => {
            Says::Yes(shape::entries(word, "scopes").filter_map(Value::as_str).filter_map(Scope::from_name).collect())
        }
    };
    Word::new(number("round")?, number("version")?, says).map(Some)
}

/// Whether an actor's own document says that it is a quarter: it lists its neighbours.
pub(crate) fn is_quarter(document: &Value, actor: &Actor) -> bool {
    shape::id(document, "neighbours").is_some_and(|list| domain::host::Host::of(&list).as_ref() == Some(&actor.host))
}

#[cfg(test)]
mod tests {
    use domain::handshake::{Handshake, Scopes};

    use super::*;

    fn said(words: &Handshake) -> Said {
        Said {
            subject: "https://nord.example/@nord".parse().expect("a URL"),
            object: "https://sued.example/@sued".parse().expect("a URL"),
            message: words.message(),
            sentence: Some("Wir grenzen an der Bahn aneinander.".to_owned()),
            contact: None,
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let mut words = Handshake::default();
        assert_eq!(Said::read(&said(&words).write()), Some(said(&words)));
        words.say_yes([Scope::Events, Scope::Posts].into_iter().collect());
        assert_eq!(Said::read(&said(&words).write()), Some(said(&words)));
        words.hear(Message { word: Word::new(1, 1, Says::Yes(Scopes::ALL)), heard: words.ours, over: 0 });
        assert_eq!(Said::read(&said(&words).write()), Some(said(&words)));
        words.say_no();
        assert_eq!(Said::read(&said(&words).write()), Some(said(&words)));
    }

    #[test]
    fn what_nobody_can_have_said_is_not_read() {
        let fine = said(&Handshake::default()).write();
        for (name, value) in [
            ("type", json!("Note")),
            ("relationship", json!("http://purl.org/vocab/relationship/enemyOf")),
            ("subject", json!(7)),
            ("word", json!({ "round": 0, "version": 1 })),
            ("word", json!({ "round": 99_999_999, "version": 1, "scopes": [] })),
            ("word", json!("yes")),
            ("heard", json!([{ "round": -1, "version": 1 }])),
            ("over", json!(9_999_999_999_u64)),
        ] {
            let mut object = fine.clone();
            object[name] = value;
            assert_eq!(Said::read(&object), None, "{object}");
        }
    }
}
