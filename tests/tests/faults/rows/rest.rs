//! Time, networks, what comes in, backups, upgrades, mail.

use super::{BACKUP, DELIVERY, INCOMING, NETWORK, QUEUE, ROLLING, Row, SLEEP, UPGRADE, WAITING};

pub(super) const ROWS: &[Row] = &[
    Row(
        "T-01",
        "the clock jumps",
        "a turn or a lease that lies later than any honest one counts as over; wrong clocks of others are told",
        &[
            (DELIVERY, "t_01_a_clock_that_was_a_year_ahead_holds_up_nothing"),
            (QUEUE, "t_01_what_a_wrong_clock_wrote_holds_up_nothing"),
            ("crates/storage/src/chores.rs", "t_01_a_clock_that_was_a_year_ahead_puts_nothing_off"),
        ],
    ),
    Row(
        "T-02",
        "the machine sleeps",
        "what was under way is sent once more at most, and nobody is blamed",
        &[
            (WAITING, "t_02_what_was_under_way_when_the_machine_fell_asleep_arrives_and_nobody_is_blamed"),
            (SLEEP, "t_02_a_server_that_was_stopped_for_a_while_loses_nothing"),
        ],
    ),
    Row(
        "T-03",
        "two servers by mistake",
        "the second one is refused",
        &[("crates/quartier/src/serve/lock.rs", "a_folder_is_held_once_until_it_is_let_go")],
    ),
    Row(
        "N-01",
        "a bad network: slow, narrow, resets, loses what is large",
        "everything arrives, and the good roads do not wait for the bad ones",
        &[(NETWORK, "n_01_over_bad_roads_everything_arrives_and_the_good_ones_do_not_wait")],
    ),
    Row(
        "I-01",
        "killed while something comes in",
        "2xx comes after the commit: all that was answered so is there after the start",
        &[
            (INCOMING, "i_01_what_was_answered_with_202_is_kept_when_the_server_is_killed"),
            (INCOMING, "i_01_the_same_holds_on_postgresql"),
        ],
    ),
    Row(
        "I-02",
        "the same and reordered activities",
        "one row, and the newest state",
        &[
            ("crates/storage/src/received.rs", "an_activity_counts_once"),
            ("tests/tests/attacks/order.rs", "dos_14_the_id_comes_before_its_owner"),
        ],
    ),
    Row(
        "I-03",
        "far too much comes in",
        "429 per host, bounded memory, pages go on",
        &[("tests/tests/attacks/floods.rs", "dos_11_what_strangers_leave_behind")],
    ),
    Row(
        "I-04",
        "keys cannot be fetched",
        "503 with Retry-After, and taken when it comes again",
        &[(WAITING, "i_04_while_keys_cannot_be_fetched_peers_are_asked_to_come_again")],
    ),
    Row(
        "B-01",
        "backup while writing",
        "a new machine has all that was acknowledged before; what waited arrives, signed with the keys that peers know",
        &[
            (BACKUP, "a_quarter_comes_back_from_its_backup_on_a_new_machine"),
            (BACKUP, "a_sealed_backup_of_sqlite_is_restored_on_postgresql"),
            (BACKUP, "a_sealed_backup_of_postgresql_is_restored_on_sqlite"),
        ],
    ),
    Row(
        "B-02",
        "an old backup is restored",
        "servers take turns within an hour and get the same ids; what is older than a week waits for a word, letters stay",
        &[
            ("crates/storage/src/backup.rs", "after_a_restore_servers_take_turns_and_what_is_too_old_waits_for_a_word"),
            ("crates/storage/src/backup.rs", "letters_are_not_sent_again"),
        ],
    ),
    Row(
        "B-03",
        "a backup without keys",
        "a loud warning when it is made and when it is restored",
        &[("crates/storage/src/backup.rs", "an_actor_without_a_key_is_named")],
    ),
    Row(
        "U-01",
        "another version's database",
        "a newer one is refused by name",
        &[("crates/storage/src/store.rs", "a_database_of_a_newer_version_is_refused_by_name")],
    ),
    Row(
        "U-02",
        "an upgrade of a large database",
        "brought up to date at the start, step by step, which the log tells; nothing is lost",
        &[
            (UPGRADE, "u_02_a_large_database_of_the_first_version_is_brought_up_to_date"),
            (UPGRADE, "u_02_the_same_holds_on_postgresql"),
        ],
    ),
    Row(
        "U-03",
        "servers on one PostgreSQL are replaced one after the other, under load",
        "the old ones work on while the first new one changes the tables; nothing acknowledged is lost or doubled",
        &[
            (ROLLING, "u_03_nodes_are_replaced_one_after_the_other_and_nothing_is_lost"),
            ("tests/tests/architecture.rs", "a_migration_leaves_the_release_before_able_to_work"),
        ],
    ),
    Row(
        "M-01",
        "mail cannot be sent",
        "it waits, and what is refused for good is not tried again",
        &[
            ("crates/mail/src/post.rs", "a_letter_waits_for_a_server_that_is_away"),
            ("crates/mail/src/post.rs", "a_letter_refused_for_good_is_not_tried_again"),
        ],
    ),
];
