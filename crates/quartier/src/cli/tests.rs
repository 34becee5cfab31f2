//! What the command line understands, and what its help promises.

use clap::CommandFactory;

use super::*;

/// Calls `check` for the command and everything below it.
fn visit(command: &clap::Command, check: &mut impl FnMut(&clap::Command)) {
    check(command);
    for below in command.get_subcommands().filter(|below| below.get_name() != "help") {
        visit(below, check);
    }
}

#[test]
fn the_command_line_contradicts_itself_nowhere() {
    Cli::command().debug_assert();
}

#[test]
fn every_command_has_an_example_that_it_understands() {
    let mut examples = 0;
    visit(&Cli::command(), &mut |command| {
        let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        let lines: Vec<&str> =
            help.lines().filter_map(|line| line.split_once("quartier ")).map(|(_, words)| words).collect();
        assert!(!lines.is_empty(), "{}", command.get_name());
        for line in lines {
            let words = words(line.trim_end_matches(')'));
            let parsed = Cli::try_parse_from(std::iter::once("quartier".to_owned()).chain(words));
            assert!(parsed.is_ok(), "{line}: {parsed:?}");
            examples += 1;
        }
    });
    assert!(examples > 15);
}

/// The words of a shell line; double quotes hold some together.
fn words(line: &str) -> Vec<String> {
    let parts = line.split('"').enumerate();
    parts.fold(Vec::new(), |mut words, (at, part)| {
        if at % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
        words
    })
}

#[test]
fn everything_that_scripts_rely_on_is_understood() {
    for line in [
        "serve",
        "blocks list",
        "blocks add boese.example --severity silence --reject-media --reject-reports --comment x --public-comment y",
        "blocks add stoerer@gross.example",
        "blocks remove boese.example",
        "blocks import liste.csv",
        "blocks export",
        "serve --config a.toml",
        "--config a.toml serve",
        "demo",
        "demo --quarters 3 --port 8420 --data-dir d --ics a.ics --ics b.ics --check",
        "account create --email a@b.example --name A --role admin",
        "account create --email a@b.example --name A --role member",
        "account create --email a@b.example --name A --role reader",
        "account token --email a@b.example",
        "account second-factor --email a@b.example --off",
        "import ics a.ics --publish",
        "import ics https://a.example/a.ics",
        "neighbours list",
        "neighbours invite @nord@nord.example",
        "neighbours accept nord@nord.localhost:8421",
        "neighbours end nord@nord.example",
        "move alias @alt@anderswo.example",
        "move alias http://nord.localhost:8421/@nord",
        "move to neu@anderswo.example",
        "backup",
        "backup nord.backup",
        "restore nord.backup",
        "migrate-database sqlite postgres://quartier@localhost/quartier",
        "queue list --peer nord.example --json",
        "queue retry",
        "queue drop --peer nord.example --config a.toml",
        "publish event --name Fest --start 2026-12-05T15:00 --end 2026-12-05T17:00 --place Hof --as club",
    ] {
        let parsed = Cli::try_parse_from(std::iter::once("quartier").chain(line.split_whitespace()));
        assert!(parsed.is_ok(), "{line}: {parsed:?}");
    }
}

#[test]
fn wrong_words_are_refused_with_status_two() {
    for line in [
        "",
        "dance",
        "demo --quarters 1",
        "demo --quarters 9",
        "account create --email nobody --name A --role admin",
        "account create --email a@b.example --name A --role king",
        "neighbours invite nord",
        "move alias nord",
        "move to https://nord.example/@nord",
        "queue list --peer a/b",
        "publish event --name Fest --start tomorrow",
    ] {
        let refused = Cli::try_parse_from(std::iter::once("quartier").chain(line.split_whitespace())).expect_err(line);
        assert_eq!(refused.exit_code(), 2, "{line}");
    }
}
