//! Every fault on our list and the tests that cause it; `docs/RELIABILITY.md` is written from here.
//!
//! `QUARTIER_TEST_WRITE_RELIABILITY=1 cargo test -p tests --test faults the_document` writes it anew.

mod machine;
mod peers;
mod rest;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

const HERE: &str = "tests/tests/faults/main.rs";
const DISK: &str = "tests/tests/faults/disk.rs";
const CROWD: &str = "tests/tests/faults/crowd.rs";
const INCOMING: &str = "tests/tests/faults/incoming.rs";
const POWER: &str = "tests/tests/faults/power.rs";
const SLEEP: &str = "tests/tests/faults/sleep.rs";
const MIGRATING: &str = "tests/tests/faults/migrating.rs";
const ROLLING: &str = "tests/tests/faults/rolling.rs";
const UPGRADE: &str = "tests/tests/faults/upgrade.rs";
const KILL: &str = "tests/tests/kill.rs";
const BACKUP: &str = "tests/tests/backup.rs";
const ARCHIVE: &str = "crates/quartier/src/archive/tests.rs";
const DELIVERY: &str = "crates/federation/tests/delivery.rs";
const QUEUE: &str = "crates/storage/src/deliveries/tests.rs";
const RULES: &str = "crates/domain/src/delivery.rs";
const WRITER: &str = "crates/storage/src/writer/tests.rs";
const WEATHER: &str = "crates/federation/src/delivery/weather.rs";
const CERTIFICATES: &str = "crates/federation/tests/certificates.rs";
const NAMES: &str = "crates/federation/tests/names.rs";
const NETWORK: &str = "crates/federation/tests/network.rs";
const WAITING: &str = "crates/federation/tests/waiting.rs";
const GONE: &str = "crates/federation/tests/gone.rs";

/// A file, and a test in it.
type Proof = (&'static str, &'static str);

/// One fault: its row, what happens, what quartier does, and what proves it.
struct Row(&'static str, &'static str, &'static str, &'static [Proof]);

const POWER_CUTS: Proof = (KILL, "every_acknowledged_post_reaches_every_sink_and_none_under_two_ids");
const POWER_CUTS_POSTGRES: Proof = (KILL, "the_same_holds_on_postgresql");

const POWER_CUTS_NODES: Proof = (KILL, "either_of_two_nodes_may_be_killed_at_any_moment");

/// What came of them in greater numbers than every run of the tests has time for.
const FIGURES: &str = "
In greater numbers, with a debug build on two busy cores in November 2026:

| Command | What happened | What came of it |
|---|---|---|
| `QUARTIER_TEST_CUTS=1000 cargo test -p tests --test kill every` | one server on SQLite was killed 1,000 times | of 1,002 posts acknowledged and 132 more that were kept without an answer, 0 were lost at three followers, 0 came under two ids; 201, 213 and 213 came again under the same id |
| `QUARTIER_TEST_CUTS=200 cargo test -p tests --test kill either` | one of two servers on PostgreSQL was killed 200 times | of 278 posts acknowledged and 5 more, 0 were lost, 0 came under two ids; 5, 3 and 1 came again under the same id |
| `QUARTIER_TEST_CUTS=250 cargo test -p tests --test faults i_01` | a server was killed 250 times on each database while others sent it likes | of 902 answered with 202 on SQLite and 709 on PostgreSQL, 0 were lost |
| `QUARTIER_TEST_ROWS=1000000 cargo test -p tests --test faults p_05` | a million deliveries were due at the start | 60 hosts at once, a page in 0.9 s (p99), 102 MB of memory: with 100,000 it was 105 MB, with none 72 MB |
| `QUARTIER_TEST_ROWS=100000 cargo test -p tests --test faults u_02` | 100,000 posts, events and deliveries each were brought up to date from the first version | in 23 s on SQLite and 11 s on PostgreSQL, nothing lost |
";

/// All of them, in the order of the list.
const PARTS: [&[Row]; 3] = [machine::ROWS, peers::ROWS, rest::ROWS];

fn rows() -> impl Iterator<Item = &'static Row> {
    PARTS.into_iter().flatten()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(1).map(Path::to_owned).unwrap_or_default()
}

/// The tests that are named above and are not where they should be.
pub(crate) fn missing() -> Vec<String> {
    let all = rows().flat_map(|Row(row, _, _, tests)| tests.iter().map(move |(file, test)| (row, file, test)));
    let is_there = |file: &str, test: &str| {
        std::fs::read_to_string(root().join(file)).is_ok_and(|text| text.contains(&format!("fn {test}(")))
    };
    all.filter(|(_, file, test)| !is_there(file, test))
        .map(|(row, file, test)| format!("{row}: no {test} in {file}"))
        .collect()
}

/// `docs/RELIABILITY.md` as it should be.
fn document() -> String {
    let mut text = format!(
        "# Reliability

What quartier does when something breaks. This list is made from the tests, and a test fails when the two differ: each of
the {} faults is caused by at least one.

```
cargo test -p tests --test faults                                                     # those of the whole program
QUARTIER_TEST_WRITE_RELIABILITY=1 cargo test -p tests --test faults the_document      # this file, written anew
```
{FIGURES}
| Row | What happens | What quartier does | Test |
|---|---|---|---|
",
        rows().count()
    );
    for Row(row, happens, does, tests) in rows() {
        let links = tests.iter().map(|(file, test)| format!("[`{test}`](../{file})"));
        let _ = writeln!(text, "| {row} | {happens} | {does} | {} |", links.collect::<Vec<_>>().join(", "));
    }
    text
}

/// Whether the document is that of today; writes it where that is asked for.
pub(crate) fn is_written() -> bool {
    let (file, text) = (root().join("docs/RELIABILITY.md"), document());
    if std::env::var_os("QUARTIER_TEST_WRITE_RELIABILITY").is_some() {
        return std::fs::write(&file, &text).is_ok();
    }
    std::fs::read_to_string(&file).is_ok_and(|kept| kept == text)
}
