//! Every fault on our list, the tests that cause it, and what has none yet; `docs/RELIABILITY.md` is written from here.
//!
//! `QUARTIER_TEST_WRITE_RELIABILITY=1 cargo test -p tests --test faults the_document` writes it anew.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use Proof::{NotYet, Tests};

const HERE: &str = "tests/tests/faults/main.rs";
const KILL: &str = "tests/tests/kill.rs";
const BACKUP: &str = "tests/tests/backup.rs";
const ARCHIVE: &str = "crates/quartier/src/archive/tests.rs";
const DELIVERY: &str = "crates/federation/tests/delivery.rs";
const QUEUE: &str = "crates/storage/src/deliveries/tests.rs";
const RULES: &str = "crates/domain/src/delivery.rs";
const WRITER: &str = "crates/storage/src/writer/tests.rs";
const WEATHER: &str = "crates/federation/src/delivery/weather.rs";
const GONE: &str = "crates/federation/tests/gone.rs";

/// One fault: its row, what happens, what quartier does, and what proves it.
struct Row(&'static str, &'static str, &'static str, Proof);

enum Proof {
    /// Files, and the tests in them.
    Tests(&'static [(&'static str, &'static str)]),
    /// Why there is none.
    NotYet(&'static str),
}

const POWER_CUTS: (&str, &str) = (KILL, "every_acknowledged_post_reaches_every_sink_and_none_under_two_ids");
const POWER_CUTS_POSTGRES: (&str, &str) = (KILL, "the_same_holds_on_postgresql");

const ROWS: &[Row] = &[
    Row(
        "Q-01",
        "killed after the answer, before the first send",
        "post, activity and deliveries are one commit: all arrives after the start",
        Tests(&[POWER_CUTS, POWER_CUTS_POSTGRES]),
    ),
    Row("Q-02", "killed inside a transaction", "all of it or nothing", Tests(&[POWER_CUTS])),
    Row(
        "Q-03",
        "killed between request and answer",
        "sent again under the same id",
        Tests(&[POWER_CUTS, POWER_CUTS_POSTGRES]),
    ),
    Row("Q-04", "killed before the answer was noted", "sent again under the same id", Tests(&[POWER_CUTS])),
    Row(
        "Q-05",
        "killed with leases held",
        "released at the start of the only server; on PostgreSQL they end after 60 seconds",
        Tests(&[
            POWER_CUTS,
            (
                "tests/tests/faults/nodes.rs",
                "q_05_a_killed_node_is_replaced_by_another_and_nothing_comes_under_two_ids",
            ),
        ]),
    ),
    Row(
        "Q-06",
        "killed while migrating or backing up",
        "a backup has its name once it is whole; each migration is a transaction, which no test kills",
        Tests(&[
            (BACKUP, "a_backup_that_is_killed_leaves_nothing_under_its_name"),
            (ARCHIVE, "a_backup_that_is_not_whole_has_no_name"),
        ]),
    ),
    Row(
        "Q-07",
        "SIGTERM under load",
        "what is under way is finished, and it ends with 0 within 30 seconds",
        Tests(&[(HERE, "q_07_a_stop_under_load_ends_within_thirty_seconds_and_loses_nothing")]),
    ),
    Row("Q-08", "the power goes", "", NotYet("`synchronous=FULL` is set; no test cuts the power of a disk")),
    Row(
        "Q-09",
        "the disk of the database is full",
        "writing answers 503, reading goes on, and when there is room again writing does by itself",
        Tests(&[(HERE, "q_09_a_full_disk_is_said_and_nothing_acknowledged_is_lost")]),
    ),
    Row("Q-10", "the disk of media or log is full", "", NotYet("no test")),
    Row(
        "Q-11",
        "the database is locked",
        "reading goes on, writing waits ten seconds and then answers 503; no peer is blamed",
        Tests(&[(HERE, "q_11_a_locked_database_is_waited_for_and_no_peer_is_blamed")]),
    ),
    Row(
        "Q-12",
        "PostgreSQL is out of reach",
        "writing and reading answer 503, `/health/ready` too, and it is found again by itself",
        Tests(&[("tests/tests/faults/line.rs", "q_12_a_database_that_is_gone_for_a_while_is_said_and_found_again")]),
    ),
    Row(
        "Q-13",
        "the database file is damaged",
        "it is not served, and how to restore a backup is said; checked at the start after a kill, and up to 256 MiB always",
        Tests(&[
            (BACKUP, "a_damaged_database_is_not_served"),
            ("crates/storage/src/store.rs", "a_damaged_file_is_told_from_a_whole_one"),
        ]),
    ),
    Row(
        "Q-14",
        "the database takes a transaction back by itself",
        "everybody whose work was in it is told that it failed",
        Tests(&[(WRITER, "when_the_database_takes_all_back_everybody_in_it_is_told")]),
    ),
    Row(
        "Q-15",
        "memory runs out",
        "",
        NotYet("the queue is on disk and lanes read 20 rows at a time; no test limits memory"),
    ),
    Row(
        "Q-16",
        "one activity cannot be sent",
        "it is set aside, the rest flows",
        Tests(&[(DELIVERY, "a_refused_activity_is_set_aside_and_the_next_one_goes_out")]),
    ),
    Row(
        "P-01",
        "a peer is broken for days",
        "everything arrives after its return, in order",
        Tests(&[
            (DELIVERY, "p_01_a_host_that_is_broken_for_six_days_gets_everything_in_the_end"),
            (DELIVERY, "what_was_published_arrives_in_its_order_after_an_outage"),
        ]),
    ),
    Row(
        "P-02",
        "a peer is away for more than a week",
        "its deliveries end as failed, which editors and operators see",
        Tests(&[(DELIVERY, "after_a_week_it_is_said_that_it_was_not_delivered")]),
    ),
    Row(
        "P-03",
        "a peer comes back",
        "one probe, then what waited, in order, at most eight a second",
        Tests(&[(DELIVERY, "p_03_a_host_that_is_back_gets_what_waited_gently_and_in_order")]),
    ),
    Row(
        "P-04",
        "our own network is down",
        "from the third silent host on nothing is counted; lanes wake at different times",
        Tests(&[
            (DELIVERY, "p_04_while_we_are_offline_nobody_is_blamed_and_then_all_arrives"),
            (WEATHER, "three_silent_hosts_and_no_other_are_our_own_outage"),
            (WEATHER, "one_that_answers_shows_that_the_network_works"),
            (WEATHER, "after_a_day_it_is_the_others_who_are_gone"),
        ]),
    ),
    Row("P-05", "100,000 deliveries are due at the start", "", NotYet("at most 64 hosts at once; not measured")),
    Row(
        "P-06",
        "changes of one object while a peer comes and goes",
        "they arrive in their order; what is deleted before it left never leaves",
        Tests(&[
            (DELIVERY, "what_was_published_arrives_in_its_order_after_an_outage"),
            (DELIVERY, "what_is_deleted_before_it_left_never_leaves"),
        ]),
    ),
    Row(
        "P-07",
        "a peer breaks on one activity",
        "the rest is sent past it; after twelve tries it is given up, but only while the peer takes what came later",
        Tests(&[(DELIVERY, "p_07_what_a_host_breaks_on_stops_nothing_else_and_is_given_up_in_the_end")]),
    ),
    Row(
        "P-08",
        "one peer is slow, many are fast",
        "a peer has one lane; the others do not wait for it",
        Tests(&[
            (HERE, "p_08_p_09_one_that_never_answers_holds_up_nobody"),
            (DELIVERY, "one_dead_host_holds_up_nobody"),
        ]),
    ),
    Row(
        "P-09",
        "a peer accepts and never answers, drips, sends without end",
        "ten seconds, then it counts as failed",
        Tests(&[
            (HERE, "p_08_p_09_one_that_never_answers_holds_up_nobody"),
            ("crates/federation/src/fetch/tests/deliveries.rs", "an_answer_that_never_ends_is_still_an_answer"),
        ]),
    ),
    Row(
        "P-10",
        "5xx",
        "tried again, after pauses that grow to six hours",
        Tests(&[(RULES, "a_refusal_is_told_from_a_failure"), (RULES, "a_pause_grows_to_six_hours_and_no_further")]),
    ),
    Row(
        "P-11",
        "429 with every form of Retry-After",
        "the host is left alone so long, between ten seconds and a day, and not blamed",
        Tests(&[
            (RULES, "every_form_of_retry_after_is_bounded"),
            (DELIVERY, "a_host_that_asks_for_a_pause_gets_it_and_is_not_blamed"),
        ]),
    ),
    Row(
        "P-12",
        "410",
        "whoever followed from there is looked for; who is gone as well is struck off",
        Tests(&[
            (GONE, "a_follower_whose_inbox_and_document_are_gone_follows_no_more_and_its_deliveries_go"),
            (GONE, "a_follower_that_is_still_there_stays_and_only_that_delivery_is_set_aside"),
            (GONE, "behind_a_shared_inbox_that_is_gone_each_one_is_asked_for"),
        ]),
    ),
    Row(
        "P-13",
        "other 4xx",
        "401: the other scheme, then twice more; 403: after three the host is left alone for a day; else this one is set aside",
        Tests(&[
            (DELIVERY, "p_13_who_forbids_three_times_is_left_alone_for_a_day"),
            (DELIVERY, "a_refused_activity_is_set_aside_and_the_next_one_goes_out"),
            (
                "crates/federation/tests/schemes.rs",
                "a_host_that_refuses_both_is_knocked_at_twice_and_nothing_is_learnt",
            ),
        ]),
    ),
    Row(
        "P-14",
        "a redirect",
        "never followed when something is sent",
        Tests(&[(
            "crates/federation/src/fetch/tests/deliveries.rs",
            "every_status_is_an_answer_and_no_redirect_is_followed",
        )]),
    ),
    Row("P-15", "2xx by something else than a server", "", NotYet("2xx counts as taken")),
    Row("P-16", "bad certificates", "", NotYet("never sent, tried again: rustls decides; no test serves one")),
    Row(
        "P-17",
        "name servers that fail or lie",
        "",
        NotYet(
            "private addresses are refused (SECURITY.md, SSRF); failures count as no answer; no test has a name server",
        ),
    ),
    Row(
        "P-18",
        "a domain with a new owner",
        "a new key is looked up at the actor's own id, once in five minutes",
        Tests(&[(
            "crates/federation/src/gate/tests/signatures.rs",
            "sig_13_sig_14_only_plain_https_key_ids_are_looked_at",
        )]),
    ),
    Row(
        "P-19",
        "the actor cannot be fetched while we send",
        "",
        NotYet("nothing is fetched for sending; no test of its own"),
    ),
    Row("P-20", "a row has waited for days", "", NotYet("signed at the moment of sending; no test of its own")),
    Row("P-21", "the sender is deleted while rows wait", "", NotYet("no test")),
    Row(
        "P-22",
        "a peer is blocked while rows wait",
        "they are cancelled at once",
        Tests(&[(
            "crates/federation/tests/blocks.rs",
            "what_waits_for_a_server_that_is_down_is_cancelled_by_its_block",
        )]),
    ),
    Row(
        "T-01",
        "the clock jumps",
        "a turn or a lease that lies later than any honest one counts as over; wrong clocks of others are told",
        Tests(&[
            (DELIVERY, "t_01_a_clock_that_was_a_year_ahead_holds_up_nothing"),
            (QUEUE, "t_01_what_a_wrong_clock_wrote_holds_up_nothing"),
            ("crates/storage/src/chores.rs", "t_01_a_clock_that_was_a_year_ahead_puts_nothing_off"),
        ]),
    ),
    Row("T-02", "the machine sleeps", "", NotYet("as P-04; no test suspends a machine")),
    Row(
        "T-03",
        "two servers by mistake",
        "the second one is refused",
        Tests(&[("crates/quartier/src/serve/lock.rs", "a_folder_is_held_once_until_it_is_let_go")]),
    ),
    Row("N-01", "a bad network", "", NotYet("no test shapes a network")),
    Row("I-01", "killed while something comes in", "", NotYet("2xx comes after the commit; no test kills in between")),
    Row(
        "I-02",
        "the same and reordered activities",
        "one row, and the newest state",
        Tests(&[
            ("crates/storage/src/received.rs", "an_activity_counts_once"),
            ("tests/tests/attacks/order.rs", "dos_14_the_id_comes_before_its_owner"),
        ]),
    ),
    Row(
        "I-03",
        "far too much comes in",
        "429 per host, bounded memory, pages go on",
        Tests(&[("tests/tests/attacks/floods.rs", "dos_11_what_strangers_leave_behind")]),
    ),
    Row(
        "I-04",
        "keys cannot be fetched",
        "",
        NotYet("503 with Retry-After, as `remote::Unproven::NotNow` says; no test of its own"),
    ),
    Row(
        "B-01",
        "backup while writing",
        "a new machine has all that was acknowledged before; what waited arrives, signed with the keys that peers know",
        Tests(&[
            (BACKUP, "a_quarter_comes_back_from_its_backup_on_a_new_machine"),
            (BACKUP, "a_sealed_backup_of_sqlite_is_restored_on_postgresql"),
            (BACKUP, "a_sealed_backup_of_postgresql_is_restored_on_sqlite"),
        ]),
    ),
    Row(
        "B-02",
        "an old backup is restored",
        "servers take turns within an hour and get the same ids; what is older than a week waits for a word, letters stay",
        Tests(&[
            ("crates/storage/src/backup.rs", "after_a_restore_servers_take_turns_and_what_is_too_old_waits_for_a_word"),
            ("crates/storage/src/backup.rs", "letters_are_not_sent_again"),
        ]),
    ),
    Row(
        "B-03",
        "a backup without keys",
        "a loud warning when it is made and when it is restored",
        Tests(&[("crates/storage/src/backup.rs", "an_actor_without_a_key_is_named")]),
    ),
    Row(
        "U-01",
        "another version's database",
        "a newer one is refused by name",
        Tests(&[("crates/storage/src/store.rs", "a_database_of_a_newer_version_is_refused_by_name")]),
    ),
    Row("U-02", "an upgrade of a large database", "", NotYet("nothing is released yet")),
    Row(
        "M-01",
        "mail cannot be sent",
        "it waits, and what is refused for good is not tried again",
        Tests(&[
            ("crates/mail/src/post.rs", "a_letter_waits_for_a_server_that_is_away"),
            ("crates/mail/src/post.rs", "a_letter_refused_for_good_is_not_tried_again"),
        ]),
    ),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(1).map(Path::to_owned).unwrap_or_default()
}

/// The tests that are named above and are not where they should be.
pub(crate) fn missing() -> Vec<String> {
    let named = ROWS.iter().filter_map(|Row(row, _, _, proof)| match proof {
        Tests(tests) => Some((row, tests)),
        NotYet(_) => None,
    });
    let all = named.flat_map(|(row, tests)| tests.iter().map(move |(file, test)| (row, file, test)));
    let is_there = |file: &str, test: &str| {
        std::fs::read_to_string(root().join(file)).is_ok_and(|text| text.contains(&format!("fn {test}(")))
    };
    all.filter(|(_, file, test)| !is_there(file, test))
        .map(|(row, file, test)| format!("{row}: no {test} in {file}"))
        .collect()
}

/// `docs/RELIABILITY.md` as it should be.
fn document() -> String {
    let waiting = ROWS.iter().filter(|Row(.., proof)| matches!(proof, NotYet(_))).count();
    let mut text = format!(
        "# Reliability

What quartier does when something breaks. This list is made from the tests, and a test fails when the two differ: of {}
faults {} are caused by tests, {waiting} still wait for theirs.

```
cargo test -p tests --test faults                                                     # those of the whole program
QUARTIER_TEST_WRITE_RELIABILITY=1 cargo test -p tests --test faults the_document      # this file, written anew
```

| Row | What happens | What quartier does | Test |
|---|---|---|---|
",
        ROWS.len(),
        ROWS.len() - waiting
    );
    for Row(row, happens, does, proof) in ROWS {
        let (does, tests) = match proof {
            NotYet(why) => (*why, "not yet".to_owned()),
            Tests(tests) => {
                let links = tests.iter().map(|(file, test)| format!("[`{test}`](../{file})"));
                (*does, links.collect::<Vec<_>>().join(", "))
            }
        };
        let _ = writeln!(text, "| {row} | {happens} | {does} | {tests} |");
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
