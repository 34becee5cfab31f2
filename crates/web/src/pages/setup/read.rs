//! Reading answers: what was typed, in the form in which the configuration takes it.

use domain::account::Email;
use domain::invalid::Invalid;
use domain::language::Language;
use domain::place::Position;
use domain::safety::MAX_OWN;

use super::answers::Answers;
use super::question::Question;
use crate::forms::{self, Fields};

/// The longest line of the imprint.
const MAX_LINE: usize = 200;
/// How long something waits before somebody covers, where nobody says otherwise.
const USUAL_HOURS: u32 = 48;
/// The longest text about a quarter.
const MAX_SUMMARY: usize = 1000;

/// The answers to those of `questions` that nobody fixed, or everything that is wrong with them.
pub(super) fn answers(
    questions: &[Question],
    fields: &Fields,
    answers: &Answers<'_>,
) -> Result<Vec<(&'static str, String)>, Invalid> {
    let mut invalid = Invalid::default();
    let mut said = Vec::new();
    for question in questions.iter().filter(|question| !answers.is_fixed(question.key)) {
        let answer = match question.choices() {
            Some(choices) => chosen(choices, fields.value(question.name())),
            None => one(question.key, fields),
        };
        let answer = answer.and_then(|answer| {
            let lacks = answer.is_empty() && answers.is_needed(question.key);
            if lacks { Err("setup-needed") } else { Ok(answer) }
        });
        match answer {
            Ok(answer) => said.push((question.key, answer)),
            Err(message) => invalid.unless(false, question.name(), message),
        }
    }
    invalid.or(said)
}

/// The answer under `key`, or the message that says what is wrong with it.
fn one(key: &str, fields: &Fields) -> Result<String, &'static str> {
    let typed = fields.value(key.split_once('.').map_or(key, |(_, name)| name));
    match key {
        "quarter.language" => {
            Language::from_tag(typed).map(|language| language.code().to_owned()).ok_or("setup-language-unknown")
        }
        "quarter.languages" => {
            let ticked = |tag: &&str| fields.checked(&format!("language_{tag}"));
            let tags: Vec<&str> = Language::ALL.map(Language::code).into_iter().filter(ticked).collect();
            // All of them, so that a language that is added later is offered, too.
            Ok(if tags.len() == Language::ALL.len() { String::new() } else { tags.join(",") })
        }
        "quarter.summary" if typed.chars().count() > MAX_SUMMARY => Err("setup-summary-long"),
        "quarter.summary" => Ok(typed.replace('\r', "")),
        "editors.safety_words" if typed.chars().count() > MAX_OWN => Err("setup-words-long"),
        "editors.safety_words" => Ok(typed.split_whitespace().collect::<Vec<_>>().join(" ")),
        "quarter.latitude" => degrees(typed, fields.value("longitude"), |degrees| Position::new(degrees, 0.0)),
        "quarter.longitude" => degrees(typed, fields.value("latitude"), |degrees| Position::new(0.0, degrees)),
        "editors.cover_after_hours" if typed.is_empty() => Ok(USUAL_HOURS.to_string()),
        "editors.cover_after_hours" => {
            let hours = typed.parse::<u32>().ok().filter(|hours| (1..=720).contains(hours));
            hours.map(|hours| hours.to_string()).ok_or("setup-hours-wrong")
        }
        "imprint.email" | "editors.cover_email" if typed.is_empty() => Ok(String::new()),
        "imprint.email" | "editors.cover_email" => {
            typed.parse::<Email>().map(|email| email.as_str().to_owned()).map_err(|_| "invalid-email")
        }
        "quarter.name" | "quarter.place" => Ok(forms::line(typed, 100)),
        _ => Ok(forms::line(typed, MAX_LINE)),
    }
}

/// One of the values that can be chosen.
fn chosen(choices: &[(&'static str, &'static str)], typed: &str) -> Result<String, &'static str> {
    let choice = choices.iter().find(|(value, _)| *value == typed);
    choice.map(|(value, _)| (*value).to_owned()).ok_or("setup-choice-unknown")
}

/// One of two figures that stand together or not at all.
fn degrees(typed: &str, other: &str, on_globe: impl Fn(f64) -> Option<Position>) -> Result<String, &'static str> {
    if typed.is_empty() {
        return if other.is_empty() { Ok(String::new()) } else { Err("setup-position-half") };
    }
    let degrees: f64 = typed.replace(',', ".").parse().map_err(|_| "setup-position-wrong")?;
    on_globe(degrees).map(|_| degrees.to_string()).ok_or("setup-position-wrong")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(key: &str, fields: &[(&str, &str)]) -> Result<String, &'static str> {
        let mut kept = Fields::default();
        for (name, value) in fields {
            kept.set(*name, *value);
        }
        one(key, &kept)
    }

    #[test]
    fn a_place_on_the_map_is_two_figures_on_the_globe() {
        let position = |latitude, longitude| {
            let fields = [("latitude", latitude), ("longitude", longitude)];
            (typed("quarter.latitude", &fields), typed("quarter.longitude", &fields))
        };
        assert_eq!(position("51,5", " 7.10 "), (Ok("51.5".into()), Ok("7.1".into())));
        assert_eq!(position("", ""), (Ok(String::new()), Ok(String::new())));
        assert_eq!(position("51.5", ""), (Ok("51.5".into()), Err("setup-position-half")));
        for odd in ["NaN", "inf", "91", "51° N", "1e400"] {
            assert_eq!(position(odd, "7").0, Err("setup-position-wrong"), "{odd}");
        }
    }

    #[test]
    fn answers_are_lines_without_surprises() {
        assert_eq!(typed("quarter.name", &[("name", " Nord\u{202E}stadt <b> ")]), Ok("Nordstadt <b>".into()));
        assert_eq!(typed("imprint.email", &[("email", "Post@Nord.example")]).as_deref(), Ok("post@nord.example"));
        assert_eq!(typed("imprint.email", &[("email", "nobody")]), Err("invalid-email"));
        assert_eq!(typed("quarter.language", &[("language", "tlh")]), Err("setup-language-unknown"));
        assert_eq!(typed("quarter.summary", &[("summary", &"x".repeat(1001))]), Err("setup-summary-long"));
    }
}
