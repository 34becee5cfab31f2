//! The house is built as docs/ARCHITECTURE.md says: arrows one way, libraries with their owners, files of one page.

#![expect(clippy::indexing_slicing, reason = "a member that a JSON value does not have is null, no panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

/// A crate and those of ours that it may name.
const ARROWS: [(&str, &[&str]); 10] = [
    ("domain", &[]),
    ("calendar", &["domain"]),
    ("media", &["domain"]),
    ("storage", &["domain", "calendar"]),
    ("federation", &["domain", "calendar", "media", "storage"]),
    ("mail", &["domain", "calendar", "media", "storage", "federation"]),
    ("web", &["domain", "calendar", "media", "storage", "federation"]),
    ("api", &["domain", "calendar", "media", "storage", "federation"]),
    ("quartier", &["domain", "calendar", "media", "storage", "federation", "mail", "web", "api"]),
    ("tests", &["domain", "calendar", "media", "storage", "federation", "mail", "web", "api", "quartier"]),
];

/// A library and who may name it. The stories have an HTTP client of their own: they are strangers to the server.
const OWNERS: [(&str, &[&str]); 7] = [
    ("activitypub_federation", &["federation"]),
    ("image", &["media"]),
    ("lettre", &["mail"]),
    ("object_store", &["federation"]),
    ("reqwest", &["federation", "tests"]),
    ("sqlx", &["storage"]),
    ("http-signature-normalization", &["federation"]),
];

/// The longest that a Rust file may be, in lines.
const LONGEST: usize = 450;

/// Every crate of the workspace with everything it names, for building and testing too.
fn crates() -> Result<BTreeMap<String, BTreeSet<String>>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    let done = command.args(["metadata", "--format-version", "1", "--no-deps"]).current_dir(root()).output()?;
    let metadata: Value = serde_json::from_slice(&done.stdout).context("cargo metadata prints JSON")?;
    let packages = metadata["packages"].as_array().context("packages")?;
    let name = |value: &Value| value["name"].as_str().unwrap_or_default().to_owned();
    let named = |package: &Value| package["dependencies"].as_array().into_iter().flatten().map(name).collect();
    Ok(packages.iter().map(|package| (name(package), named(package))).collect())
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(1).map(Path::to_owned).unwrap_or_default()
}

/// Every file under `folder` with one of the `endings`, without what tools put there.
fn files(folder: &Path, endings: &[&str]) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && !name.starts_with('.') && name != "target" && name != "node_modules" {
            found.extend(files(&path, endings)?);
        } else if path.extension().is_some_and(|ending| endings.iter().any(|one| ending == *one)) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// The targets of a Markdown text's inline links and pictures.
fn links(text: &str) -> Vec<&str> {
    text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target).collect()
}

#[test]
fn arrows_between_crates_go_one_way() {
    let crates = crates().expect("the workspace");
    let ours: BTreeSet<&str> = ARROWS.iter().map(|(name, _)| *name).collect();
    let mut wrong = Vec::new();
    for (name, named) in &crates {
        let Some((_, allowed)) = ARROWS.iter().find(|(known, _)| known == name) else {
            wrong.push(format!("{name} has no place in ARROWS"));
            continue;
        };
        let bad = named.iter().filter(|one| ours.contains(one.as_str()) && !allowed.contains(&one.as_str()));
        wrong.extend(bad.map(|one| format!("{name} must not name {one}")));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(crates.len() >= ours.len(), "these are not all crates: {:?}", crates.keys());
}

#[test]
fn a_library_is_named_only_by_the_crate_that_owns_it() {
    let crates = crates().expect("the workspace");
    for (library, owners) in OWNERS {
        let users: Vec<_> = crates.iter().filter(|(_, named)| named.contains(library)).map(|(name, _)| name).collect();
        assert!(!users.is_empty(), "nobody names {library}: take it from OWNERS");
        assert!(users.iter().all(|user| owners.contains(&user.as_str())), "{library} is named by {users:?}");
    }
}

#[test]
fn no_rust_file_is_longer_than_one_can_keep_in_mind() {
    let length = |path: PathBuf| std::fs::read_to_string(&path).map(|text| (text.lines().count(), path));
    let all = files(&root(), &["rs"]).expect("files").into_iter().map(length).collect::<Result<Vec<_>, _>>();
    let all = all.expect("readable files");
    assert!(all.len() > 20, "the walk finds the files");
    let long: Vec<_> = all.iter().filter(|(lines, _)| *lines > LONGEST).collect();
    assert!(long.is_empty(), "over {LONGEST} lines: {long:#?}");
}

#[test]
fn every_module_says_in_one_sentence_what_it_is() {
    let silent: Vec<_> = files(&root(), &["rs"])
        .expect("files")
        .into_iter()
        .filter(|path| !std::fs::read_to_string(path).expect("a readable file").starts_with("//! "))
        .collect();
    assert!(silent.is_empty(), "no //! sentence: {silent:#?}");
}

/// The pictures that a text shows as HTML, for their width.
fn pictures(text: &str) -> Vec<&str> {
    text.split("<img src=\"").skip(1).filter_map(|rest| rest.split_once('"')).map(|(target, _)| target).collect()
}

/// What the headings of a document are called in links, as forges make it of their words.
fn headings(text: &str) -> BTreeSet<String> {
    let heading = |line: &str| {
        let words = line.trim_start_matches('#').trim().to_lowercase();
        let kept = words.chars().filter(|one| one.is_alphanumeric() || matches!(one, ' ' | '-' | '_'));
        kept.map(|one| if one == ' ' { '-' } else { one }).collect()
    };
    text.lines().filter(|line| line.starts_with('#')).map(heading).collect()
}

#[test]
fn every_link_between_documents_leads_somewhere() {
    let mut broken = Vec::new();
    for document in files(&root(), &["md"]).expect("files") {
        let text = std::fs::read_to_string(&document).expect("a readable file");
        let folder = document.parent().expect("a file lies in a folder");
        for link in links(&text).into_iter().chain(pictures(&text)) {
            let words = link.split(' ').next().unwrap_or_default();
            let (target, heading) = words.split_once('#').map_or((words, None), |(target, one)| (target, Some(one)));
            if target.contains(':') {
                continue;
            }
            let target = if target.is_empty() { document.clone() } else { folder.join(target) };
            let there = heading.is_none_or(|heading| {
                std::fs::read_to_string(&target).is_ok_and(|text| headings(&text).contains(heading))
            });
            if !target.exists() || !there {
                broken.push(format!("{}: {link}", document.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

/// The last migration before servers of two versions could work on one database.
const STANDING: u32 = 23;
/// With these words a migration says which release was the first that did without what it takes away.
const UNUSED: &str = "-- unused since ";

/// What in a migration would break a server of the release before, which goes on working after it has run.
fn breaks(sql: &str) -> Vec<String> {
    let sql = sql.to_lowercase();
    let says =
        |line: &str| line.strip_prefix(UNUSED).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    if sql.lines().any(says) {
        return Vec::new();
    }
    let text: String =
        sql.lines().map(|line| line.split("--").next().unwrap_or_default()).collect::<Vec<_>>().join(" ");
    let statements = text.split(';').map(|one| one.split_whitespace().collect::<Vec<_>>().join(" "));
    let statements: Vec<String> = statements.map(|one| format!(" {one} ")).collect();
    let is_new = |table: &str| statements.iter().any(|one| one.starts_with(&format!(" create table {table} ")));
    let table_of =
        |one: &str| one.split(" on ").nth(1).and_then(|rest| rest.split_whitespace().next()).map(str::to_owned);
    let breaks = |one: &&String| {
        let adds_what_must_be_there = one.contains(" add ") && one.contains(" not null") && !one.contains(" default ");
        // What the release before does not know of it cannot write twice.
        let is_of_a_new_column = one
            .split(" where ")
            .nth(1)
            .and_then(|rest| rest.strip_suffix(" is not null "))
            .is_some_and(|column| statements.iter().any(|other| other.contains(&format!(" add column {column} "))));
        let forbids = one.starts_with(" create unique index ")
            && !table_of(one).is_some_and(|table| is_new(&table))
            && !is_of_a_new_column;
        // Without an index the release before is slower, and goes on.
        if one.starts_with(" drop index ") {
            return false;
        }
        let taken = [" drop ", " rename ", " alter column ", " add constraint ", " truncate "];
        adds_what_must_be_there || forbids || taken.iter().any(|word| one.contains(word))
    };
    statements.iter().filter(breaks).map(|one| one.trim().to_owned()).collect()
}

#[test]
fn a_migration_leaves_the_release_before_able_to_work() -> Result<()> {
    for path in files(&root().join("migrations"), &["sql"])? {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let number: u32 = name.split('_').next().unwrap_or_default().parse().context(name.clone())?;
        let broken = if number > STANDING { breaks(&std::fs::read_to_string(&path)?) } else { Vec::new() };
        assert!(broken.is_empty(), "{name} takes something from the release before (docs/decisions/0032): {broken:?}");
    }
    Ok(())
}

#[test]
fn what_a_migration_may_not_do_is_told_from_what_it_may() {
    let fine = [
        "create table a (b text not null); create unique index a_by_b on a (b);",
        "alter table a add column b bigint;",
        "create index a_by_c on a (c); drop index a_by_b;",
        "alter table a add column b text; create unique index a_by_b on a (b, c) where b is not null;",
        "-- drop nothing\nalter table a add column b bigint not null default 0;",
        "-- Unused since 0.4.\nalter table a drop column b;",
    ];
    for sql in fine {
        assert!(breaks(sql).is_empty(), "{sql}");
    }
    let broken = [
        "alter table a drop column b;",
        "drop table a;",
        "alter table a rename column b to c;",
        "alter table a add column b bigint not null;",
        "create unique index a_by_b on a (b);",
        "-- unused since long\ndrop table a;",
    ];
    for sql in broken {
        assert_eq!(breaks(sql).len(), 1, "{sql}");
    }
}
