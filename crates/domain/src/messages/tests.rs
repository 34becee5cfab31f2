//! The catalogue as a whole: both languages say everything, and every line that says Sie can say du.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use fluent_bundle::{FluentArgs, FluentResource};

use super::catalogue::Catalogue;
use super::{text, text_with};
use crate::language::{FOLDERS, Language};
use crate::voice::{Address, Manner, Word};

/// How German addresses people; `Sie` at the beginning of a sentence may be somebody else.
const FORMAL: [&str; 8] = ["Sie", "Ihr", "Ihre", "Ihren", "Ihrem", "Ihrer", "Ihres", "Ihnen"];

/// A message as it stands in its file.
#[derive(Default)]
struct Message {
    file: String,
    value: String,
    du: Option<String>,
}

/// The messages of a language by their keys.
fn messages(language: Language) -> BTreeMap<String, Message> {
    let folder = format!("{}/messages/{}", env!("CARGO_MANIFEST_DIR"), language.code());
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("the catalogue's folder") {
        let path = entry.expect("an entry").path();
        let file = path.file_name().expect("a name").to_string_lossy().into_owned();
        let mut last = String::new();
        for line in fs::read_to_string(&path).expect("a file of messages").lines() {
            if let Some((key, value)) =
                line.split_once(" =").filter(|_| line.starts_with(|c: char| c.is_ascii_lowercase()))
            {
                key.clone_into(&mut last);
                let message = Message { file: file.clone(), value: value.trim().to_owned(), du: None };
                assert!(found.insert(last.clone(), message).is_none(), "{file}: {key} is there twice");
            } else if let Some(message) = found.get_mut(&last).filter(|_| line.starts_with([' ', '}'])) {
                match (line.trim().strip_prefix(".du ="), &mut message.du) {
                    (Some(du), _) => message.du = Some(du.trim().to_owned()),
                    (None, Some(du)) => *du = format!("{du}\n{}", line.trim()),
                    (None, None) => message.value = format!("{}\n{}", message.value, line.trim()),
                }
            }
        }
    }
    found
}

/// What a text names between `{` and the next space or `}`: variables with `$`, other messages without.
fn named(text: &str) -> BTreeSet<&str> {
    let name = |part: &'_ str| part.trim_start().split([' ', '}']).next().map(str::len);
    text.split('{').skip(1).filter_map(|part| part.trim_start().get(..name(part)?)).collect()
}

fn variables(text: &str) -> BTreeSet<&str> {
    named(text).into_iter().filter(|name| name.starts_with('$')).collect()
}

/// Whether a text says Sie to whoever reads it, itself or by a form of a word.
fn is_formal(text: &str, all: &BTreeMap<String, Message>) -> bool {
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let mut rest = text;
    for (number, word) in words.iter().enumerate() {
        let Some(at) = rest.find(word) else { continue };
        let before = rest.get(..at).unwrap_or_default().trim_end().chars().last();
        rest = rest.get(at + word.len()..).unwrap_or_default();
        let begins = number == 0 || before.is_some_and(|c| ".?!:„]".contains(c));
        // „Sie endet auf .ics“ is about an address, „Sie können“ is not: only people do things in the plural here.
        let plural = || words.get(number + 1).is_some_and(|next| next.ends_with("en") || *next == "sind");
        if FORMAL.contains(word) && (*word != "Sie" || !begins || plural()) {
            return true;
        }
    }
    named(text).into_iter().any(|name| all.get(name).is_some_and(|message| message.du.is_some()))
}

#[test]
fn german_and_english_say_everything_and_others_what_they_can() {
    // The forms of a word are the affair of each language.
    let keys = |language| -> BTreeSet<String> {
        messages(language).into_keys().filter(|key| !key.starts_with("word")).collect()
    };
    let (german, english) = (keys(Language::DE), keys(Language::EN));
    assert!(german.len() > 500);
    let missing = |a: &BTreeSet<String>, b: &BTreeSet<String>| a.difference(b).cloned().collect::<Vec<_>>();
    assert_eq!((missing(&german, &english), missing(&english, &german)), (vec![], vec![]), "only German; only English");
    for language in Language::ALL.into_iter().filter(|language| ![Language::DE, Language::EN].contains(language)) {
        let own = keys(language);
        let unknown = missing(&own, &english);
        assert_eq!(unknown, Vec::<String>::new(), "nobody asks {} for these", language.code());
        println!("{}: {} of {} messages", language.code(), own.len(), english.len());
    }
}

#[test]
fn a_message_has_the_same_variables_in_every_language() {
    let english = messages(Language::EN);
    // Every language makes its days of the parts that it needs, and its words of the one that was chosen.
    let is_free = |key: &str| key.starts_with("dates-") || key.starts_with("word");
    for language in Language::ALL {
        for (key, message) in messages(language).iter().filter(|(key, _)| !is_free(key)) {
            let Some(other) = english.get(key) else { continue };
            let code = language.code();
            assert_eq!(variables(&message.value), variables(&other.value), "{code}/{}: {key}", message.file);
            let du = message.du.as_deref().unwrap_or(&message.value);
            assert_eq!(variables(du), variables(&message.value), "{code}/{}: {key}.du", message.file);
        }
    }
}

#[test]
fn every_file_can_be_read_to_its_end() {
    for (tag, texts) in &FOLDERS {
        for text in *texts {
            let problems = FluentResource::try_new((*text).to_owned()).err().map(|(_, problems)| problems);
            assert!(problems.is_none(), "{tag}, {}: {problems:?}", text.lines().next().unwrap_or_default());
        }
    }
}

#[test]
fn every_line_that_says_sie_can_say_du() {
    let all = messages(Language::DE);
    let mut wrong = Vec::new();
    for (key, Message { file, value, du }) in &all {
        let place = format!("messages/de/{file}: {key}");
        match du {
            None if is_formal(value, &all) => wrong.push(format!(
                "{place} says Sie. Write beneath it what it says to somebody whom one calls du:\n    .du = {value}"
            )),
            Some(du) if is_formal(du, &all) => wrong.push(format!("{place}: its .du says Sie:\n    .du = {du}")),
            Some(du) if du == value => wrong.push(format!("{place}: its .du says the same. Leave it away.")),
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn sie_is_told_from_they() {
    let is_formal = |text| is_formal(text, &BTreeMap::new());
    for address in
        ["Bitte warten Sie.", "Sie können es weglassen.", "Ihr Name", "Danke. Sie sind dabei.", "für Ihren Zugang"]
    {
        assert!(is_formal(address), "{address}");
    }
    for other in ["Sie endet auf .ics.", "Bitte prüfe sie.", "ihre Termine", "Ein Brief. Sie gilt einen Tag."] {
        assert!(!is_formal(other), "{other}");
    }
}

#[test]
fn a_quarter_speaks_as_its_people_do() {
    let voice = |address, word| Manner { address, word }.speak(Language::DE);
    let sie = voice(Address::Sie, Word::Kiez);
    let du = voice(Address::Du, Word::Nachbarschaft);
    assert_eq!(text(sie, "setup-step-name"), "Wie heißt Ihr Kiez?");
    assert_eq!(text(du, "setup-step-name"), "Wie heißt deine Nachbarschaft?");
    assert_eq!(text(sie, "posts-title"), "Neues aus dem Kiez");
    assert_eq!(text(du, "posts-title"), "Neues aus der Nachbarschaft", "what speaks to nobody is the same");
    assert_eq!(
        text(Manner { word: Word::Dorf, ..Manner::default() }.speak(Language::EN), "posts-title"),
        "News from the village"
    );
    assert_eq!(text_with(du, "welcome-what", &[("what", "x")]), "Das darfst du hier: x.");
}

#[test]
fn every_word_has_its_forms() {
    let all = messages(Language::DE);
    for key in all.keys().filter(|key| key.starts_with("word")) {
        let said: BTreeSet<String> =
            Word::ALL.map(|word| text(Manner { word, address: Address::Du }.speak(Language::DE), key)).into();
        assert_eq!(said.len(), Word::ALL.len(), "{key}: {said:?}");
    }
    for word in Word::ALL {
        let key = format!("setup-word-{}", word.as_str());
        assert!(all.contains_key(&key), "the set-up offers {key}");
        assert_eq!(text(Manner { word, ..Manner::default() }.speak(Language::DE), "word"), all[&key].value);
    }
}

#[test]
fn a_third_language_begins_with_a_few_lines() {
    let german = ["bread = Brot\nbutter = Butter\n", "milk = Milch\n    .du = deine Milch\n"];
    let (english, turkish) = (["bread = bread\nbutter = butter\n"], ["bread = ekmek, { $name }\n"]);
    let catalogue = Catalogue::of(&[("de", &german), ("en", &english), ("tr", &turkish)]);
    let values: FluentArgs = [("name", "Ayşe")].into_iter().collect();
    let said = |language, key| catalogue.lookup(language, (key, Address::Sie), &values);
    assert_eq!(said(2, "bread").as_deref(), Some("ekmek, Ayşe"));
    assert_eq!(said(2, "butter").as_deref(), Some("butter"), "what it does not say is said in English");
    assert_eq!(said(2, "milk").as_deref(), Some("Milch"), "or in German");
    assert_eq!(said(2, "salt"), None);
    assert_eq!(catalogue.lookup(0, ("milk", Address::Du), &values).as_deref(), Some("deine Milch"));
    assert!(catalogue.speaks_to_somebody(2, "milk") && !catalogue.speaks_to_somebody(2, "bread"));
}
