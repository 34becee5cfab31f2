//! Every message that a page asks for exists, and every one of them can be filled in.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use domain::access::{Answer, FACTS};
use domain::category::Category;
use domain::delivery::Cause;
use domain::directory::KINDS;
use domain::language::Language;
use domain::messages;
use domain::neighbour::State;
use domain::notice::Topic;
use domain::voice::{Address, Manner, Word};

/// The features whose keys the pages use.
const FEATURES: &[&str] = &[
    "queue-",
    "import-",
    "twins-",
    "account-",
    "second-",
    "password-",
    "passkeys-",
    "people-",
    "welcome-",
    "propose-",
    "board-",
    "contact-",
    "initiative-",
    "held-",
    "report-",
    "objection-",
    "rules-",
    "reports-",
    "blocks-",
    "deliveries-",
    "moves-",
    "clocks-",
    "participation-",
    "registration-",
    "replies-",
    "media-",
    "polls-",
    "featured-",
    "pages-",
    "plain-",
    "events-",
    "posts-",
    "neighbours-",
    "signin-",
    "signup-",
    "upkeep-",
    "guests-",
    "setup-",
    "editors-",
    "legal-",
    "styleguide-",
    "access-",
    "places-",
    "map-",
    "hours-",
    "category-",
    "forms-",
    "invalid-",
    "dates-",
    "import-",
];

/// Every variable that a message may hold; a message with one that is not here counts as missing.
const VARIABLES: &[(&str, &str)] = &[
    ("list", "x"),
    ("source", "x"),
    ("done", "1"),
    ("total", "1"),
    ("names", "x"),
    ("since", "x"),
    ("organiser", "x"),
    ("who", "x"),
    ("by", "x"),
    ("address", "x"),
    ("warning", "x"),
    ("at", "x"),
    ("changed", "1"),
    ("code", "x"),
    ("confirmed", "1"),
    ("contact", "x"),
    ("count", "1"),
    ("day", "x"),
    ("doors", "x"),
    ("from", "x"),
    ("gone", "1"),
    ("host", "x"),
    ("hour", "1"),
    ("line", "x"),
    ("mon", "x"),
    ("month", "x"),
    ("name", "x"),
    ("new", "1"),
    ("number", "1"),
    ("of", "1"),
    ("old", "1"),
    ("phone", "x"),
    ("place", "x"),
    ("quarter", "x"),
    ("register", "x"),
    ("seats", "1"),
    ("short", "x"),
    ("theme", "x"),
    ("time", "x"),
    ("title", "x"),
    ("to", "x"),
    ("unchanged", "1"),
    ("value", "x"),
    ("weekday", "x"),
    ("what", "x"),
    ("why", "x"),
    ("year", "x"),
    ("times", "x"),
    ("week", "x"),
    ("every", "x"),
    ("first", "x"),
    ("last", "x"),
    ("which", "x"),
    ("fact", "x"),
    ("when", "x"),
    ("width", "90"),
    ("word", "x"),
    ("group", "x"),
    ("km", "2"),
    ("language", "x"),
    ("section", "x"),
    ("typed", "x"),
    ("words", "x"),
];

fn texts(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            texts(&path, found);
        } else {
            found.push(fs::read_to_string(path).expect("a text"));
        }
    }
}

/// Every string in quotation marks that looks like a key of a message.
fn keys() -> BTreeSet<String> {
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    texts(&crate_folder.join("src"), &mut found);
    texts(&crate_folder.join("templates"), &mut found);
    let plain = |key: &str| key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    let mut keys = BTreeSet::new();
    for text in &found {
        for piece in text.split('"').filter(|piece| plain(piece) && !piece.ends_with('-')) {
            if FEATURES.iter().any(|feature| piece.starts_with(feature)) {
                keys.insert(piece.to_owned());
            }
        }
    }
    keys
}

#[test]
fn every_message_that_is_asked_for_exists_in_both_languages() {
    let mut keys = keys();
    assert!(keys.len() > 300, "the search finds too little: {}", keys.len());
    keys.extend(Category::all().map(|theme| format!("category-{}", theme.slug())));
    keys.extend(FACTS.iter().map(|fact| format!("access-{}", fact.replace('_', "-"))));
    keys.extend(KINDS.iter().map(|kind| format!("places-kind-{}", kind.name)));
    keys.extend(["name", "size", "seats", "price", "contact", "access"].map(|part| format!("places-room-{part}")));
    keys.extend([Answer::Yes, Answer::Partly, Answer::No].map(|answer| format!("access-answer-{}", answer.as_str())));
    keys.extend(domain::facets::Audience::all().map(|group| format!("audience-{}", group.as_str())));
    keys.extend(storage::search::Section::ALL.map(|section| format!("search-in-{}", section.as_str())));
    keys.extend(domain::profile::LINES.map(|line| format!("initiative-{line}")));
    keys.extend(
        Topic::ALL.iter().flat_map(|topic| ["topic", "tag"].map(|part| format!("board-{part}-{}", topic.as_str()))),
    );
    let states = [State::Asked, State::Invited, State::OneSided, State::Established];
    keys.extend(states.map(|state| format!("neighbour-state-{}", state.as_str())));
    keys.extend(
        ["de", "en", "tr", "ar", "uk", "ru", "pl", "fr", "fa", "gsg"].map(|code| format!("events-language-{code}")),
    );
    let causes = ["HTTP 404", "HTTP 408", "HTTP 429", "HTTP 500", "HTTP 403", "seven days", "no key", "certificate"];
    let causes = causes.into_iter().chain(["lookup", "in time", "not reached", "?"]);
    keys.extend(causes.map(|error| format!("deliveries-cause-{}", Cause::of(error).as_str())));
    keys.extend(["reader", "member", "editor", "admin"].map(|role| format!("people-role-{role}")));
    keys.extend(["speaker", "helper"].map(|membership| format!("people-membership-{membership}")));
    let decided = ["invite", "join", "member-end", "role", "suspend", "resume", "sign-out", "remove", "second-factor"];
    let decided = decided.into_iter().chain(["door", "let-in", "decline"]);
    keys.extend(decided.map(|what| format!("decision-people-{what}")));
    keys.extend(["changed", "gone", "silent"].map(|open| format!("upkeep-open-{open}")));
    keys.extend(["decision-upkeep-confirm", "decision-remove-guest"].map(str::to_owned));
    for language in Language::ALL {
        for address in [Address::Sie, Address::Du] {
            let voice = Manner { address, word: Word::Kiez }.speak(language);
            for key in &keys {
                assert_ne!(&messages::text_with(voice, key, VARIABLES), key, "there is no message {key} in {voice:?}");
            }
        }
    }
}

#[test]
fn numbers_are_said_in_words_that_fit() {
    assert_eq!(messages::count(Language::DE, "events-count", 0), "kein Termin");
    assert_eq!(messages::count(Language::DE, "events-count", 1), "ein Termin");
    assert_eq!(messages::count(Language::EN, "events-count", 7), "7 events");
}
