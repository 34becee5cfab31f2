//! The machine: processes that end, disks, databases, memory.

use super::{
    ARCHIVE, BACKUP, CROWD, DELIVERY, DISK, HERE, MIGRATING, POWER, POWER_CUTS, POWER_CUTS_NODES, POWER_CUTS_POSTGRES,
    Row, UPGRADE, WRITER,
};

pub(super) const ROWS: &[Row] = &[
    Row(
        "Q-01",
        "killed after the answer, before the first send",
        "post, activity and deliveries are one commit: all arrives after the start",
        &[POWER_CUTS, POWER_CUTS_POSTGRES, POWER_CUTS_NODES],
    ),
    Row("Q-02", "killed inside a transaction", "all of it or nothing", &[POWER_CUTS]),
    Row(
        "Q-03",
        "killed between request and answer",
        "sent again under the same id",
        &[POWER_CUTS, POWER_CUTS_POSTGRES],
    ),
    Row("Q-04", "killed before the answer was noted", "sent again under the same id", &[POWER_CUTS]),
    Row(
        "Q-05",
        "killed with leases held",
        "released at the start of the only server; on PostgreSQL they end after 60 seconds",
        &[
            POWER_CUTS,
            (
                "tests/tests/faults/nodes.rs",
                "q_05_a_killed_node_is_replaced_by_another_and_nothing_comes_under_two_ids",
            ),
        ],
    ),
    Row(
        "Q-06",
        "killed while migrating or backing up",
        "each migration is a transaction, and the next start goes on with it, on PostgreSQL the other servers; a backup has its name once it is whole",
        &[
            (MIGRATING, "q_06_who_is_killed_while_migrating_leaves_nothing_half_done_and_others_go_on"),
            (MIGRATING, "q_06_three_servers_that_start_on_an_empty_database_found_one_quarter"),
            (UPGRADE, "q_06_a_server_that_is_killed_over_a_migration_finishes_it_at_the_next_start"),
            (BACKUP, "a_backup_that_is_killed_leaves_nothing_under_its_name"),
            (ARCHIVE, "a_backup_that_is_not_whole_has_no_name"),
        ],
    ),
    Row(
        "Q-07",
        "SIGTERM under load",
        "what is under way is finished, and it ends with 0 within 30 seconds",
        &[(HERE, "q_07_a_stop_under_load_ends_within_thirty_seconds_and_loses_nothing")],
    ),
    Row(
        "Q-08",
        "the power goes",
        "what the disk was not made to confirm is lost, and everything acknowledged is there: `synchronous=FULL`",
        &[(POWER, "q_08_when_the_power_goes_everything_acknowledged_is_on_the_disk")],
    ),
    Row(
        "Q-09",
        "the disk of the database is full",
        "writing answers 503, reading goes on, and when there is room again writing does by itself",
        &[(DISK, "q_09_a_full_disk_is_said_and_nothing_acknowledged_is_lost")],
    ),
    Row(
        "Q-10",
        "the disk of media or log is full",
        "a picture is answered with 507 and a sentence, posts without one go out; what cannot be logged is not",
        &[
            (DISK, "q_10_where_no_picture_fits_any_more_everything_else_goes_on"),
            (DISK, "q_10_a_log_that_takes_nothing_any_more_ends_nothing"),
        ],
    ),
    Row(
        "Q-11",
        "the database is locked",
        "reading goes on, writing waits ten seconds and then answers 503; no peer is blamed",
        &[(HERE, "q_11_a_locked_database_is_waited_for_and_no_peer_is_blamed")],
    ),
    Row(
        "Q-12",
        "PostgreSQL is out of reach",
        "writing and reading answer 503, `/health/ready` too, and it is found again by itself",
        &[("tests/tests/faults/line.rs", "q_12_a_database_that_is_gone_for_a_while_is_said_and_found_again")],
    ),
    Row(
        "Q-13",
        "the database file is damaged",
        "it is not served, and how to restore a backup is said; checked at the start after a kill, and up to 256 MiB always",
        &[
            (BACKUP, "a_damaged_database_is_not_served"),
            ("crates/storage/src/store.rs", "a_damaged_file_is_told_from_a_whole_one"),
        ],
    ),
    Row(
        "Q-14",
        "the database takes a transaction back by itself",
        "everybody whose work was in it is told that it failed",
        &[(WRITER, "when_the_database_takes_all_back_everybody_in_it_is_told")],
    ),
    Row(
        "Q-15",
        "memory runs out",
        "the queue is on disk and lanes read 20 rows at a time: memory does not grow with it; who is killed for memory is killed as in Q-01",
        &[(CROWD, "p_05_q_15_a_hundred_thousand_due_deliveries_are_no_storm_and_take_no_memory"), POWER_CUTS],
    ),
    Row(
        "Q-16",
        "one activity cannot be sent",
        "it is set aside, the rest flows",
        &[(DELIVERY, "a_refused_activity_is_set_aside_and_the_next_one_goes_out")],
    ),
];
