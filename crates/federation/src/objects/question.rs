//! Polls on the wire: what makes a post a `Question`, and the notes by which others vote.

use domain::html;
use domain::poll::{MAX_COUNT, MAX_READ, MIN_OPTIONS, Poll};
use jiff::Timestamp;
use serde_json::{Value, json};
use storage::{Tx, polls};
use url::Url;
use uuid::Uuid;

use crate::error::Result;
use crate::shape;

/// Adds what makes the object of a post a `Question`.
pub fn write(poll: &Poll, object: &mut Value) {
    let option = |option: &domain::poll::Choice| {
        let replies = json!({ "type": "Collection", "totalItems": option.votes });
        json!({ "type": "Note", "name": option.name, "replies": replies })
    };
    let options: Vec<Value> = poll.options.iter().map(option).collect();
    object[if poll.several { "anyOf" } else { "oneOf" }] = json!(options);
    object["votersCount"] = json!(poll.voters.unwrap_or(0));
    if let Some(end) = poll.ends_at {
        object["endTime"] = json!(end.to_string());
    }
    if let Some(end) = poll.closed_at {
        object["closed"] = json!(end.to_string());
    }
}

/// Reads the poll of a `Question`; `None` if there is nothing to choose between.
pub fn read(object: &Value) -> Option<Poll> {
    shape::kind(object, |kind| (kind == "Question").then_some(()))?;
    let several = shape::get(object, "oneOf").is_none();
    let options: Vec<&Value> = shape::entries(object, if several { "anyOf" } else { "oneOf" }).collect();
    let names = options.iter().filter_map(|option| shape::text(option, "name"));
    let mut poll = Poll::new(names, several, shape::time(object, "endTime"), MAX_READ);
    if poll.options.len() < MIN_OPTIONS {
        return None;
    }
    for choice in &mut poll.options {
        // Of two options with one name the first counts.
        let option =
            options.iter().find(|option| shape::text(option, "name").is_some_and(|name| names_it(name, choice)));
        let replies = option.and_then(|option| shape::get(option, "replies"));
        choice.votes = replies.and_then(|replies| count(replies, "totalItems")).unwrap_or(0);
    }
    poll.voters = count(object, "votersCount");
    poll.closed_at = closed(object);
    Some(poll)
}

fn names_it(name: &str, choice: &domain::poll::Choice) -> bool {
    html::line(name, domain::poll::MAX_NAME) == choice.name
}

/// When it ended; a bare `true` says only that it did.
fn closed(object: &Value) -> Option<Timestamp> {
    let told = shape::get(object, "closed")?;
    let moment = || ["endTime", "updated", "published"].into_iter().find_map(|name| shape::time(object, name));
    let ended = || moment().unwrap_or(Timestamp::UNIX_EPOCH);
    shape::time(object, "closed").or_else(|| (told == &Value::Bool(true)).then(ended))
}

/// A number of votes, between none and what can be believed.
#[expect(clippy::cast_possible_truncation, reason = "clamped, and of a fraction nothing is wanted")]
fn count(object: &Value, name: &str) -> Option<i64> {
    let bound = f64::from(u32::try_from(MAX_COUNT).unwrap_or(u32::MAX));
    shape::number(object, name).map(|number| number.clamp(0.0, bound) as i64)
}

/// Takes over how another server's poll stands: `newer` where its post was changed, so that its options may be others;
/// else only the numbers of the same options.
pub(super) async fn change(tx: &mut Tx, id: Uuid, poll: &Poll, newer: bool) -> Result<()> {
    let kept = polls::of_post(tx, id).await?;
    if newer || kept.is_some_and(|kept| kept.offers_the_same(poll)) {
        polls::replace(tx, id, poll).await?;
    }
    Ok(())
}

/// A vote: the answer to a question that is nothing but the name of an option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vote {
    /// Its id, where it has one.
    pub url: Option<Url>,
    /// Who says to have voted, where it says so.
    pub owner: Option<Url>,
    /// The id of the question.
    pub poll: Url,
    /// The name of the option, as it came.
    pub name: String,
}

impl Vote {
    /// Reads one; `None` for everything that is more than a vote.
    pub fn read(object: &Value) -> Option<Self> {
        shape::kind(object, |kind| matches!(kind, "Note" | "Answer").then_some(()))?;
        let name = shape::text(object, "name").map(str::trim).filter(|name| !name.is_empty())?;
        let blank = shape::text(object, "content").is_none_or(|content| content.trim().is_empty());
        let fits = name.len() <= 4 * domain::poll::MAX_NAME;
        Some(Self {
            url: shape::id_of(object),
            owner: shape::id(object, "attributedTo").or_else(|| shape::id(object, "actor")),
            poll: shape::id(object, "inReplyTo").filter(|_| blank && fits)?,
            name: name.to_owned(),
        })
    }

    /// The object of a vote of `actor`, without `@context`; `author` asked.
    pub fn write(id: Uuid, actor: &Url, poll: &Url, author: &Url, name: &str) -> Value {
        json!({
            "id": format!("{actor}#votes/{id}"),
            "type": "Note",
            "attributedTo": actor,
            "name": name,
            "inReplyTo": poll,
            "to": [author],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(votes: &Value) -> Value {
        json!({
            "type": "Question", "content": "<p>Wann?</p>", "endTime": "2026-11-23T12:00:00Z", "votersCount": votes,
            "oneOf": [
                {"type": "Note", "name": "Freitag", "replies": {"type": "Collection", "totalItems": votes}},
                {"type": "Note", "name": "Samstag"},
                {"type": "Note", "name": " Freitag ", "replies": {"type": "Collection", "totalItems": 9}},
            ],
        })
    }

    #[test]
    fn numbers_that_are_none_count_nothing_and_huge_ones_are_cut() {
        for (told, voters, votes) in [
            (json!(3), Some(3), 3),
            (json!("3"), Some(3), 3),
            (json!(3.9), Some(3), 3),
            (json!(-7), Some(0), 0),
            (json!(-0.0), Some(0), 0),
            (json!(1e308), Some(MAX_COUNT), MAX_COUNT),
            (json!(u64::MAX), Some(MAX_COUNT), MAX_COUNT),
            (json!("1e999"), None, 0),
            (json!("NaN"), None, 0),
            (json!(true), None, 0),
            (json!([1]), None, 0),
            (json!({}), None, 0),
            (json!(null), None, 0),
        ] {
            let poll = read(&question(&told)).expect("a poll");
            assert_eq!((poll.voters, poll.options[0].votes), (voters, votes), "{told}");
            assert_eq!(poll.options.len(), 2, "a doubled name is one option");
        }
    }

    #[test]
    fn ten_thousand_options_are_twenty_and_one_is_no_poll() {
        let option = |number: usize| json!({"type": "Note", "name": format!("{number} {}", "x".repeat(5_000))});
        let many: Vec<_> = (0..10_000).map(option).collect();
        let poll = read(&json!({"type": "Question", "anyOf": many})).expect("a poll");
        assert_eq!((poll.options.len(), poll.several), (MAX_READ, true));
        assert!(poll.options.iter().all(|option| option.name.chars().count() <= domain::poll::MAX_NAME));
        assert_eq!(read(&json!({"type": "Question", "oneOf": [option(1)]})), None);
        assert_eq!(read(&json!({"type": "Note", "oneOf": [option(1), option(2)]})), None);
    }

    #[test]
    fn a_poll_is_closed_in_every_shape() {
        let closed = |value: Value| {
            let mut question = question(&json!(1));
            question["closed"] = value;
            read(&question).expect("a poll").closed_at.map(|at| at.to_string())
        };
        assert_eq!(closed(json!("2026-11-23T11:00:00Z")).as_deref(), Some("2026-11-23T11:00:00Z"));
        assert_eq!(closed(json!(true)).as_deref(), Some("2026-11-23T12:00:00Z"));
        for open in [json!(false), json!(null), json!("bald"), json!(1)] {
            assert_eq!(closed(open), None);
        }
    }

    #[test]
    fn a_poll_comes_back_as_it_was_written() {
        let poll = read(&question(&json!(5))).expect("a poll");
        let mut object = json!({"type": "Question"});
        write(&poll, &mut object);
        assert_eq!(read(&object), Some(poll));
    }

    #[test]
    fn a_vote_is_a_name_and_nothing_else() {
        let vote = json!({"type": "Note", "name": "Freitag", "inReplyTo": "https://a.example/1"});
        assert_eq!(Vote::read(&vote).map(|vote| vote.name).as_deref(), Some("Freitag"));
        for (member, value) in [
            ("content", json!("<p>Hallo</p>")),
            ("name", json!("  ")),
            ("name", json!("x".repeat(10_000))),
            ("inReplyTo", json!(null)),
            ("type", json!("Article")),
        ] {
            let mut other = vote.clone();
            other[member] = value;
            assert_eq!(Vote::read(&other), None, "{other}");
        }
    }
}
