//! The book of attacks: every row, the tests that try it, and why the others have none yet.
//!
//! A family lists its tests with [`attacks!`]: a listed test that is not there does not compile, and one that is there but
//! not listed is dead code. Tests of other crates are named with the file they stand in and are looked for there.
//! `QUARTIER_TEST_WRITE_SECURITY=1 cargo test -p tests --test attacks security` writes `docs/SECURITY.md` anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// The families of attacks: what their rows begin with, how many rows there are, and what they are about.
const FAMILIES: [(&str, usize, &str); 14] = [
    ("SIG", 21, "Signatures"),
    ("ORI", 10, "Where a document comes from"),
    ("OWN", 12, "Who may change what"),
    ("SSRF", 13, "Making the server fetch"),
    ("DOS", 14, "Floods"),
    ("XSS", 6, "Scripts in texts"),
    ("TXT", 5, "Characters and JSON"),
    ("CAL", 6, "Calendars"),
    ("MED", 7, "Pictures and files"),
    ("PRV", 13, "What nobody should read"),
    ("BLK", 5, "Blocks"),
    ("ACC", 17, "Accounts"),
    ("ABU", 8, "Abuse"),
    ("SUP", 2, "What it is built from"),
];

/// A test that plays an attack.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attack {
    /// The row, where the test's name does not begin with it.
    pub(crate) row: Option<&'static str>,
    /// Its name: `sig_01_…`.
    pub(crate) test: &'static str,
    /// The file it stands in, from the root of the repository.
    pub(crate) file: &'static str,
    /// What is tried and what comes of it.
    pub(crate) says: &'static str,
}

/// A row without a test: quartier does not do what the attack needs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Without {
    /// The row.
    pub(crate) row: &'static str,
    /// Why there is nothing to attack.
    pub(crate) why: &'static str,
}

/// Lists the tests of a family, which are functions of the same file that take an arena.
macro_rules! attacks {
    ($family:ident; $($test:ident: $says:literal,)+) => {
        /// What this file tries.
        pub(crate) const ATTACKS: &[$crate::book::Attack] =
            &[$($crate::book::Attack { row: None, test: stringify!($test), file: file!(), says: $says },)+];

        mod attack {
            $(#[test]
            fn $test() {
                $crate::arena::play(&super::$family, stringify!($test), super::$test);
            })+
        }
    };
}
pub(crate) use attacks;

impl Attack {
    /// The row that it plays: `SIG-01` for `sig_01_…`.
    pub(crate) fn row(&self) -> String {
        if let Some(row) = self.row {
            return row.to_owned();
        }
        let mut words = self.test.split('_');
        let (family, number) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        format!("{}-{number}", family.to_uppercase())
    }
}

/// Every row there is.
pub(crate) fn rows() -> BTreeSet<String> {
    let of =
        |(name, count, _): &(&str, usize, &str)| (1..=*count).map(|n| format!("{name}-{n:02}")).collect::<Vec<_>>();
    FAMILIES.iter().flat_map(of).collect()
}

/// What is wrong with the book: rows that nobody mentions, that are not there, that have a test and an excuse.
pub(crate) fn mistakes(attacks: &[Attack], without: &[Without]) -> Vec<String> {
    let rows = rows();
    let tried: BTreeSet<String> = attacks.iter().map(Attack::row).collect();
    let excused: BTreeSet<String> = without.iter().map(|one| one.row.to_owned()).collect();
    let both: BTreeSet<String> = tried.union(&excused).cloned().collect();
    let mut wrong: Vec<String> = rows.difference(&both).map(|row| format!("{row} is forgotten")).collect();
    wrong.extend(both.difference(&rows).map(|row| format!("{row} is no row")));
    wrong.extend(tried.intersection(&excused).map(|row| format!("{row} has a test and needs no excuse")));
    let double = excused.len() != without.len();
    wrong.extend(double.then(|| "a row is excused twice".to_owned()));
    wrong.extend(attacks.iter().filter(|attack| !exists(attack)).map(|one| format!("{}: no {}", one.file, one.test)));
    wrong
}

/// Whether the test stands in its file; the compiler already knows of those here.
fn exists(attack: &Attack) -> bool {
    let text = std::fs::read_to_string(root().join(attack.file)).unwrap_or_default();
    text.split_once(&format!("fn {}(", attack.test)).is_some_and(|(before, _)| {
        let ours = attack.file.starts_with("tests/tests/attacks/");
        let line = before.trim_end().trim_end_matches("async").trim_end().lines().next_back().unwrap_or_default();
        ours || line.trim() == "}" || line.trim_end().ends_with(']') || line.contains("proptest")
    })
}

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(1).map(Path::to_owned).unwrap_or_default()
}

/// `docs/SECURITY.md` as the book says it.
pub(crate) fn document(attacks: &[Attack], without: &[Without]) -> String {
    let mut tests: BTreeMap<String, Vec<&Attack>> = BTreeMap::new();
    for attack in attacks {
        tests.entry(attack.row()).or_default().push(attack);
    }
    let mut text = opening(tests.len(), without);
    for (family, count, about) in FAMILIES {
        let _ = write!(text, "\n## {family}: {about}\n\n| Row | Attack and answer | Test |\n|---|---|---|\n");
        for row in (1..=count).map(|number| format!("{family}-{number:02}")) {
            for attack in tests.get(&row).into_iter().flatten() {
                let _ = writeln!(text, "| {row} | {} | [`{}`](../{}) |", attack.says, attack.test, attack.file);
            }
            for one in without.iter().filter(|one| one.row == row) {
                let _ = writeln!(text, "| {row} | {} | does not apply |", one.why);
            }
        }
    }
    text
}

fn opening(tried: usize, without: &[Without]) -> String {
    let (all, nothing) = (rows().len(), without.len());
    format!(
        "# Security

To report a hole, write to the address in `/.well-known/security.txt` of the server in question, or to its operator's.

This list is made from the tests, and a test fails when the two differ: each row of our list of {all} attacks is tried, or
is named here with the reason why not. {tried} rows are tried, {nothing} find nothing to attack here.
Unless a row says otherwise, after each attack on the running program nothing in its database has changed, it lives and has
not panicked, its memory has not grown by more than 96 MiB, no answer was a 5xx, every answer came within three seconds, no
request made it send more than 20 of its own, and one that does not say who sent it none at all.

```
cargo test -p tests --test attacks                                            # all of it
cargo test -p tests --test attacks sig_02                                     # one row
QUARTIER_TEST_WRITE_SECURITY=1 cargo test -p tests --test attacks security    # this file, written anew
```
"
    )
}
