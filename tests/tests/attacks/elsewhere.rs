//! Rows that tests of other crates play, and rows that nobody plays, with the reason.

use crate::book::{Attack, Without};

pub(crate) mod people;

/// A test of another crate.
pub(crate) const fn unit(row: &'static str, file: &'static str, test: &'static str, says: &'static str) -> Attack {
    Attack { row: Some(row), test, file, says }
}

const fn without(row: &'static str, why: &'static str) -> Without {
    Without { row, why }
}

const GUARDED: &str = "crates/federation/src/fetch/tests/guarded.rs";
const GUARD: &str = "crates/federation/src/fetch/guard.rs";
const ADDRESS: &str = "crates/federation/src/fetch/address.rs";
const RESOLVER: &str = "crates/federation/src/fetch/resolver.rs";
const HOSTILE: &str = "crates/federation/src/fetch/tests/hostile.rs";
const FAILURES: &str = "crates/federation/src/fetch/failures.rs";

/// What tests of other crates try, where the real program gives no handle for it.
pub(crate) const ATTACKS: &[Attack] = &[
    unit(
        "SIG-14",
        "crates/federation/src/gate/tests/signatures.rs",
        "sig_13_sig_14_only_plain_https_key_ids_are_looked_at",
        "Key ids that are account names, files, scripts or relative: 401.",
    ),
    unit(
        "ORI-08",
        "crates/domain/src/host.rs",
        "every_spelling_of_a_host_is_one_host",
        "Case, trailing dots, wide dots, default ports, international names: one host.",
    ),
    unit(
        "SSRF-01",
        GUARDED,
        "ssrf_01_no_spelling_of_this_machine_is_connected_to",
        "No spelling of this machine is connected to, by any kind of request.",
    ),
    unit("SSRF-02", ADDRESS, "ssrf_01_to_03_no_reserved_address_is_public", "Unspecified addresses are not dialled."),
    unit(
        "SSRF-03",
        ADDRESS,
        "ssrf_01_to_03_no_reserved_address_is_public",
        "Shared, test, multicast, translated and tunnelled ranges are not dialled; of v6 only what is given out.",
    ),
    unit(
        "SSRF-04",
        RESOLVER,
        "ssrf_04_of_mixed_answers_only_what_may_be_dialled_is_left",
        "The addresses that are checked are those that are dialled; of mixed answers only the public ones are left.",
    ),
    unit(
        "SSRF-06",
        HOSTILE,
        "ssrf_06_redirects_lead_nowhere_that_may_not_be_dialled",
        "Redirects to inner addresses and other schemes, of every status: not followed.",
    ),
    unit(
        "SSRF-06",
        HOSTILE,
        "a_location_without_a_redirect_is_not_followed",
        "A location without a redirect: not followed.",
    ),
    unit(
        "SSRF-07",
        HOSTILE,
        "ssrf_07_circles_and_long_chains_of_redirects_end",
        "Redirects in circles and without end: three at most, no address twice.",
    ),
    unit(
        "SSRF-07",
        FAILURES,
        "a_failure_is_forgotten_after_its_time",
        "What failed is not asked for again for a while.",
    ),
    unit(
        "SSRF-12",
        GUARD,
        "ssrf_12_odd_spellings_of_this_machine_are_refused",
        "Numbers, hexadecimals, wide digits, user names, other ports: refused before any name is looked up.",
    ),
    unit(
        "MED-01",
        "crates/media/src/tests.rs",
        "med_01_only_pictures_are_pictures_whatever_they_are_called",
        "Files of every kind under the names of pictures: only pictures are read.",
    ),
    unit(
        "MED-01",
        "crates/media/src/tests.rs",
        "med_01_a_page_behind_a_photo_stays_behind",
        "A page behind a photo: the photo is encoded anew, the page is gone.",
    ),
    unit(
        "MED-03",
        "crates/media/src/tests.rs",
        "med_03_a_header_that_promises_a_giant_is_refused_before_it_is_believed",
        "A header that promises a giant picture: refused before memory is taken for it.",
    ),
    unit(
        "MED-03",
        "crates/media/src/tests.rs",
        "med_03_of_a_million_frames_one_is_read",
        "A million frames: one is read.",
    ),
    unit(
        "MED-03",
        "crates/media/src/tests.rs",
        "med_03_a_profile_that_unpacks_without_end_is_stopped",
        "A colour profile that unpacks without end: stopped.",
    ),
    unit(
        "MED-04",
        "crates/media/src/tests.rs",
        "med_04_a_photo_is_turned_upright_and_forgets_where_it_was_taken",
        "A photo with place, owner and preview: upright, and without them.",
    ),
    unit("MED-04", "crates/media/src/tests.rs", "med_04_words_in_a_png_are_gone", "Words in a PNG: gone."),
    unit(
        "MED-06",
        "crates/federation/tests/pictures.rs",
        "med_06_what_nothing_needs_is_thrown_away_within_a_day",
        "Uploads that nothing needs and files that belong to nothing: off the disk within a day.",
    ),
    unit(
        "SSRF-10",
        "crates/federation/tests/pictures.rs",
        "ssrf_10_many_readers_cost_the_other_server_one_request",
        "Twenty readers at once: the other server is asked once.",
    ),
    unit(
        "PRV-10",
        "crates/federation/tests/reading.rs",
        "a_key_with_a_document_of_its_own_leads_to_its_owner",
        "A key with a document of its own: it leads to its owner, on its host.",
    ),
    unit(
        "ABU-05",
        "crates/federation/tests/reports.rs",
        "an_editor_forwards_a_report_without_its_reporter_and_blocks",
        "A report of a person here is passed on: without the person.",
    ),
    unit(
        "DOS-04",
        "crates/quartier/src/serve/waiting.rs",
        "who_waits_longest_gives_way_and_who_is_at_work_does_not",
        "Who waits longest gives way; whose request is worked on does not.",
    ),
    unit(
        "SIG-21",
        "crates/federation/src/signatures/keys/ed25519.rs",
        "sig_21_a_key_that_fits_everything_is_none",
        "Points of small order are no keys.",
    ),
    unit(
        "BLK-01",
        "crates/federation/tests/blocks.rs",
        "a_blocked_server_is_refused_and_never_asked_for_anything",
        "A blocked server sends, is named and is passed on: refused, never asked.",
    ),
    unit(
        "BLK-02",
        "crates/federation/tests/blocks.rs",
        "a_block_of_the_domain_covers_what_lies_in_it",
        "Names below a blocked one, in other writing: blocked.",
    ),
    unit(
        "BLK-03",
        "crates/federation/tests/blocks.rs",
        "a_blocked_id_is_found_wherever_it_hides",
        "Blocked ids in every place of an activity: found.",
    ),
    unit(
        "BLK-04",
        "crates/federation/tests/blocks.rs",
        "a_blocked_actor_gets_the_same_answers_and_has_no_effect",
        "A blocked actor does everything: the same answers as ever, and no effect.",
    ),
    unit(
        "BLK-05",
        "crates/federation/tests/blocks.rs",
        "what_waits_for_a_server_that_is_down_is_cancelled_by_its_block",
        "What waits for a server that is blocked meanwhile: cancelled.",
    ),
];

/// What nobody tries.
pub(crate) const WITHOUT: &[Without] = &[
    without("MED-02", "No video and no playlist is read, and no program is called to read one."),
    without(
        "MED-07",
        "Everything that is published is public (decision 0008). What is not published yet is tried in MED-06.",
    ),
    without("ACC-09", "There is no OAuth: programs have tokens from the command line."),
    without(
        "ACC-14",
        "There are no web sockets and no streams. Doubled and ambiguous lengths are tried in SIG-02 and DOS-01.",
    ),
    without(
        "SUP-01",
        "`cargo deny check` in `tests/run` looks at advisories, licences and sources of all that the program is built from.",
    ),
];
