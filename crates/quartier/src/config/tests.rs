//! What the configuration promises.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

use super::load::{keys, known_keys, variable};
use super::*;

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../config/quartier.toml");

fn from(text: &str, environment: &[(&str, &str)]) -> Result<Config, String> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("quartier.toml");
    std::fs::write(&file, text).expect("a file");
    let environment = environment.iter().map(|(name, value)| (OsString::from(name), OsString::from(value)));
    load(Some(&file), environment).map_err(|refused| refused.0.replace(&*file.to_string_lossy(), "FILE"))
}

/// The values alone, whoever set them.
fn plain(config: Config) -> Config {
    Config { fixed: BTreeSet::new(), ..config }
}

const PUBLIC: &str = "[server]\nbase_url = \"https://nord.example\"\n[quarter]\nname = \"Nord\"\n[imprint]\noperator = \"Nord e. V.\"\nstreet = \"Weg 1\"\n\
    town = \"00000 Nordstadt\"\nemail = \"post@nord.example\"\n";

#[test]
fn the_sample_file_lists_every_key_with_its_default() {
    let text = std::fs::read_to_string(SAMPLE).expect("the sample");
    assert_eq!(toml::from_str::<Config>(&text).expect("a configuration"), Config::default());
    let listed = keys(&toml::from_str(&text).expect("a table"));
    let known: Vec<String> = known_keys().into_iter().map(|(key, _)| key).collect();
    assert_eq!(listed, known);
}

#[test]
fn every_key_of_the_sample_has_a_comment() {
    let text = std::fs::read_to_string(SAMPLE).expect("the sample");
    let lines: Vec<&str> = text.lines().collect();
    for pair in lines.windows(2).filter(|pair| pair[1].contains(" = ") && !pair[1].starts_with('#')) {
        assert!(pair[0].starts_with("# "), "{}", pair[1]);
    }
}

#[test]
fn every_key_has_its_own_environment_variable() {
    let mut seen = std::collections::BTreeSet::new();
    for (key, default) in known_keys() {
        assert!(seen.insert(variable(&key)), "{key}");
        let value = match default {
            toml::Value::String(text) => text,
            toml::Value::Array(parts) => parts.iter().filter_map(toml::Value::as_str).collect::<Vec<_>>().join(","),
            other => other.to_string(),
        };
        assert_eq!(from("", &[(&variable(&key), &value)]).map(plain), Ok(Config::default()), "{key}");
    }
}

#[test]
fn the_environment_wins_over_the_file() {
    let config = from(
        "[server]\nlisten = \"127.0.0.1:1\"\n",
        &[
            ("QUARTIER_SERVER_LISTEN", "127.0.0.1:2"),
            ("QUARTIER_FEDERATION_PRIVATE_NETWORKS", "10.0.0.0/8, 192.0.2.7"),
            ("QUARTIER_QUARTER_LATITUDE", "51.5"),
            ("QUARTIER_QUARTER_LONGITUDE", "7"),
            ("QUARTIER_MAIL_PORT", "25"),
            ("QUARTIER_TEST_ANYTHING", "x"),
            ("QUARTIER_BIN", "x"),
            ("PATH", "x"),
        ],
    )
    .expect("a configuration");
    assert_eq!(config.server.listen.port(), 2);
    assert_eq!(
        config.federation.private_networks.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["10.0.0.0/8", "192.0.2.7"]
    );
    assert_eq!((config.quarter.latitude, config.quarter.longitude, config.mail.port), (Some(51.5), Some(7.0), 25));
}

#[test]
fn unknown_keys_are_refused_with_the_nearest_known_one() {
    let cases = [
        (
            "[server]\n\nbase_ur = \"x\"\n",
            "FILE, line 3: 'server.base_ur' is not a key; did you mean 'server.base_url'?",
        ),
        (
            "[quarter]\nbase_url = \"x\"\n",
            "FILE, line 2: 'quarter.base_url' is not a key; did you mean 'server.base_url'?",
        ),
        ("listen = \"x\"\n", "FILE, line 1: 'listen' is not a key; did you mean 'server.listen'?"),
        ("server = 1\n", "FILE, line 1: 'server' is a section, not a key"),
        ("[bananas]\n", "FILE, line 1: 'bananas' is not a key"),
    ];
    for (text, message) in cases {
        let refused = from(text, &[]).expect_err("a refusal");
        assert!(refused.starts_with(message), "{refused}");
    }
    let refused = from("", &[("QUARTIER_SERVER_LISTN", "x")]).expect_err("a refusal");
    assert_eq!(refused, "QUARTIER_SERVER_LISTN is not a variable of quartier; did you mean 'QUARTIER_SERVER_LISTEN'?");
}

#[test]
fn values_of_another_kind_are_refused_where_they_stand() {
    for (text, name, value, start) in [
        ("[server]\nlisten = 5\n", "PATH", "", "FILE, line 2: "),
        ("[server]\nlisten = \"nowhere\"\n", "PATH", "", "FILE, line 2: "),
        ("[server\n", "PATH", "", "FILE, line 1: "),
        ("", "QUARTIER_SERVER_LISTEN", "nowhere", "QUARTIER_SERVER_LISTEN: "),
        ("", "QUARTIER_MAIL_PORT", "many", "QUARTIER_MAIL_PORT: 'many' is not a whole number"),
        ("", "QUARTIER_MAIL_PORT", "70000", "QUARTIER_MAIL_PORT: "),
        ("", "QUARTIER_FEDERATION_AUTHORIZED_FETCH", "maybe", "QUARTIER_FEDERATION_AUTHORIZED_FETCH: "),
        ("", "QUARTIER_FEDERATION_PRIVATE_NETWORKS", "10.0.0.0/99", "QUARTIER_FEDERATION_PRIVATE_NETWORKS: "),
        ("", "QUARTIER_QUARTER_HANDLE", "Admin!", "QUARTIER_QUARTER_HANDLE: "),
        ("", "QUARTIER_METRICS_LISTEN", "x", "QUARTIER_METRICS_LISTEN: "),
    ] {
        let refused = from(text, &[(name, value)]).expect_err("a refusal");
        assert!(refused.starts_with(start), "{refused}");
        assert!(!refused.contains('\n'), "{refused}");
    }
}

#[test]
fn plain_http_is_only_for_this_machine() {
    for (url, fine) in [
        ("http://localhost:8080", true),
        ("http://nord.localhost:8421", true),
        ("http://nord.localhost.example", false),
        ("http://127.0.0.1:8080", false),
        ("http://nord.example", false),
        ("http://localhost/quarter", false),
        ("http://localhost/?a", false),
        ("http://mira@localhost/", false),
        ("ftp://localhost/", false),
        ("unix:/run/x", false),
    ] {
        assert_eq!(from("", &[("QUARTIER_SERVER_BASE_URL", url)]).is_ok(), fine, "{url}");
    }
}

#[test]
fn a_public_server_says_who_runs_it() {
    assert!(from(PUBLIC, &[]).is_ok());
    assert!(!from(PUBLIC, &[]).expect("a configuration").is_local());
    let refused =
        from(PUBLIC, &[("QUARTIER_IMPRINT_STREET", ""), ("QUARTIER_IMPRINT_EMAIL", "")]).expect_err("a refusal");
    assert!(refused.contains("imprint.street, imprint.email"), "{refused}");
}

#[test]
fn contradictions_are_refused() {
    for (name, value) in [
        ("QUARTIER_QUARTER_TIMEZONE", "Europe/Bärlin"),
        ("QUARTIER_QUARTER_LATITUDE", "51"),
        ("QUARTIER_QUARTER_NAME", " "),
        ("QUARTIER_DATABASE_URL", "mysql://x"),
        ("QUARTIER_MAIL_FROM", "post@nord.example"),
        ("QUARTIER_MAIL_HOST", "mail.nord.example"),
        ("QUARTIER_IMPRINT_EMAIL", "nobody"),
        ("QUARTIER_BACKUP_KEEP", "0"),
    ] {
        assert!(from("", &[(name, value)]).is_err(), "{name}");
    }
}

#[test]
fn a_missing_file_that_was_named_is_refused() {
    let refused = load(Some(&PathBuf::from("/nowhere/quartier.toml")), []).expect_err("a refusal");
    assert!(refused.0.contains("/nowhere/quartier.toml"));
}

#[test]
fn the_database_lies_in_the_data_folder_unless_it_is_elsewhere() {
    assert_eq!(Config::default().database_url(), "sqlite:data/quartier.db");
    let config = from("", &[("QUARTIER_DATABASE_URL", "postgres://u@h/d")]).expect("a configuration");
    assert_eq!(config.database_url(), "postgres://u@h/d");
}

fn kept(answers: &[(&str, &str)]) -> BTreeMap<String, String> {
    answers.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn what_people_said_on_the_pages_fills_in_what_is_not_configured() {
    let config = from("[quarter]\nname = \"Nord\"\nsummary = \"\"\n[imprint]\ntown = \"00000 Nord\"\n", &[]);
    let config = config.expect("a configuration");
    let said = kept(&[
        ("quarter.name", "Süd"),
        ("quarter.summary", "Unser Brett"),
        ("quarter.language", "en"),
        ("quarter.languages", "de"),
        ("quarter.address", "du"),
        ("quarter.word", "kiez"),
        ("quarter.latitude", "51.5"),
        ("quarter.longitude", "7"),
        ("imprint.town", "11111 Süd"),
        ("imprint.operator", "Verein \"Süd\" e. V."),
        ("federation.replies", "held"),
        ("people.sign_up", "approved"),
        ("server.listen", "127.0.0.1:1"),
        ("open", "yes"),
    ]);
    let completed = config.completed(&said).expect("a configuration");
    assert_eq!((completed.quarter.name.as_str(), completed.imprint.town.as_str()), ("Nord", "00000 Nord"));
    assert_eq!(completed.quarter.summary, "Unser Brett", "an empty value in the file is none");
    assert_eq!((completed.quarter.language, completed.quarter.latitude), (Language::EN, Some(51.5)));
    assert_eq!((completed.quarter.address, completed.quarter.word), (Address::Du, Word::Kiez));
    assert_eq!(completed.quarter.languages, [Language::DE]);
    assert_eq!(completed.quarter.offered(), [Language::DE, Language::EN], "its own is always offered");
    assert_eq!(completed.imprint.operator, "Verein \"Süd\" e. V.");
    assert_eq!((config.federation.replies, completed.federation.replies), (Replies::Off, Replies::Held));
    assert_eq!((config.people.sign_up, completed.people.sign_up), (SignUp::Invited, SignUp::Approved));
    assert_eq!(completed.server, config.server, "nothing else can be said there");
    let answers = completed.answers();
    assert_eq!((answers["quarter.longitude"].as_str(), answers["imprint.phone"].as_str()), ("7.0", ""));
    assert_eq!((answers["quarter.language"].as_str(), answers["quarter.name"].as_str()), ("en", "Nord"));
    assert_eq!((answers["quarter.languages"].as_str(), answers["quarter.word"].as_str()), ("de", "kiez"));
    assert!(answers.keys().all(|key| known_keys().iter().any(|(known, _)| known == key)));
    assert!(completed.fixes("quarter.name") && !completed.fixes("quarter.summary"));
}

#[test]
fn one_half_of_a_place_on_the_map_fixes_both() {
    let both = [("QUARTIER_QUARTER_LATITUDE", "51.5"), ("QUARTIER_QUARTER_LONGITUDE", "7")];
    let config = from("", &both).expect("a configuration");
    let completed = config.completed(&kept(&[("quarter.latitude", "1"), ("quarter.longitude", "2")]));
    assert_eq!(completed.expect("a configuration").quarter.longitude, Some(7.0));
    assert!(Config::default().completed(&kept(&[("quarter.latitude", "1")])).is_err(), "half a place is none");
}

#[test]
fn a_public_server_that_nobody_configured_may_start_and_be_asked() {
    let config = from("[server]\nbase_url = \"https://nord.example\"\n", &[]).expect("a configuration");
    assert!(!config.is_named());
    assert!(super::check::imprint(&config).is_err(), "and not open yet");
    assert!(from("", &[("QUARTIER_QUARTER_NAME", "Nord")]).expect("a configuration").is_named());
}

#[test]
fn languages_are_a_list_or_a_line_and_all_of_them_where_there_is_none() {
    let list = from("[quarter]\nlanguages = [\"en\", \"de\"]\n", &[]).expect("a configuration");
    let line = from("", &[("QUARTIER_QUARTER_LANGUAGES", "en, de")]).expect("a configuration");
    assert_eq!(
        (&list.quarter.languages, &line.quarter.languages),
        (&vec![Language::EN, Language::DE], &list.quarter.languages)
    );
    assert!(list.fixes("quarter.languages"));
    let empty = from("[quarter]\nlanguages = []\n", &[]).expect("a configuration");
    assert!(!empty.fixes("quarter.languages"), "an empty list in the file is none");
    assert_eq!(empty.quarter.offered(), Language::ALL);
    for (name, value) in [("LANGUAGES", "de,tlh"), ("LANGUAGE", "tlh"), ("WORD", "kingdom"), ("ADDRESS", "ihr")] {
        let refused = from("", &[(&format!("QUARTIER_QUARTER_{name}"), value)]).expect_err("a refusal");
        assert!(refused.contains(&format!("QUARTIER_QUARTER_{name}")), "{refused}");
    }
}
