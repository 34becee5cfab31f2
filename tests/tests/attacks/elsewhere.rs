//! Rows that tests of other crates play, and rows that nobody plays, with the reason.

use crate::book::{Attack, Without};

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
    unit(
        "ACC-01",
        "crates/web/tests/pages/signing_in.rs",
        "a_mailbox_gets_five_letters_and_a_network_twenty_five_tries",
        "Signing in again and again, by mailbox and by network: stopped.",
    ),
    unit(
        "ACC-02",
        "crates/web/src/client.rs",
        "a_stranger_cannot_invent_an_address",
        "Invented forwarding headers: only those of known proxies count.",
    ),
    unit(
        "ACC-04",
        "crates/web/src/limits.rs",
        "mapped_addresses_do_not_share_a_bucket",
        "IPv4 addresses written as IPv6: each has its own limit.",
    ),
    unit(
        "ACC-06",
        "crates/web/tests/pages/signing_in.rs",
        "signing_out_ends_the_session_on_the_server",
        "A cookie after signing out: worth nothing.",
    ),
    unit(
        "ACC-07",
        "crates/web/tests/pages/attacks.rs",
        "forms_of_other_sites_are_refused",
        "Forms sent from other sites, with and without their origin: 403.",
    ),
    unit("ACC-10", "crates/domain/src/account.rs", "odd_emails_are_refused", "Odd e-mail addresses: refused."),
    unit(
        "ACC-11",
        "crates/web/tests/pages/signing_in.rs",
        "a_link_signs_in_once_and_only_by_its_button",
        "A link that a scanner opens first, and one that is used twice: only the button counts, once.",
    ),
    unit(
        "ACC-11",
        "crates/web/tests/pages/people.rs",
        "who_is_invited_by_letter_reads_the_rules_and_is_in",
        "An invitation that a scanner opens first, and one that is used twice: only the button counts, once.",
    ),
    unit(
        "ACC-11",
        "crates/web/tests/pages/people.rs",
        "who_guesses_codes_is_stopped",
        "Codes of slips, guessed from one network and from many: stopped.",
    ),
    unit(
        "ACC-05",
        "crates/web/tests/pages/people.rs",
        "acc_05_a_changed_role_ends_every_other_session_and_token",
        "A role is changed: every other session, token and link ends, and a letter tells it.",
    ),
    unit(
        "PRV-08",
        "crates/web/tests/pages/account.rs",
        "prv_08_everybody_sees_and_ends_their_own_sessions_and_no_others",
        "Sessions of one person, asked for and ended by another: not shown, not ended, the same answer.",
    ),
    unit(
        "PRV-08",
        "crates/web/tests/pages/account.rs",
        "prv_08_everybody_takes_along_what_is_theirs_and_nothing_else",
        "The file of everything of one's own, asked for by others and by nobody: others get theirs, nobody gets one.",
    ),
    unit(
        "MED-05",
        "crates/federation/tests/portability.rs",
        "med_05_a_file_made_by_somebody_else_writes_nowhere_and_ends_in_an_answer",
        "Archives with paths up and absolute, a bomb, 20,001 entries, cut off, no archive at all: nothing is written outside, and an answer.",
    ),
    unit(
        "PRV-12",
        "crates/web/tests/pages/account.rs",
        "a_new_address_counts_once_its_mailbox_has_answered_and_the_old_one_is_told",
        "A new address that has an account, and one that has none: the same answer.",
    ),
    unit(
        "PRV-09",
        "crates/web/tests/pages/people.rs",
        "prv_09_a_suspended_account_reads_what_everyone_reads",
        "An account is suspended: sessions, tokens and links end at once, and no letter lets it in.",
    ),
    unit(
        "PRV-12",
        "crates/web/tests/pages/people.rs",
        "prv_12_a_code_and_an_initiative_answer_the_same_for_every_mailbox",
        "Mailboxes with and without an account, invited or typed in with a code: the same answers and letters.",
    ),
    unit(
        "PRV-12",
        "crates/web/tests/pages/sign_up.rs",
        "prv_12_who_has_an_account_is_told_by_letter_only",
        "An account is asked for with a mailbox that has one, and with one that has none: the same answer.",
    ),
    unit(
        "ABU-01",
        "crates/web/tests/pages/sign_up.rs",
        "abu_01_a_network_asks_five_times_and_a_mailbox_gets_three_letters",
        "Accounts asked for again and again: five times in half an hour for a network, three letters a day for a mailbox.",
    ),
    unit(
        "ABU-01",
        "crates/web/tests/pages/sign_up.rs",
        "abu_01_twenty_come_in_by_an_open_door_in_a_day_and_the_others_wait",
        "Programs at an open door, each with a mailbox and a network of its own: twenty come in a day, the others wait for an admin.",
    ),
    unit(
        "ABU-01",
        "crates/web/tests/pages/sign_up.rs",
        "abu_01_a_door_that_nobody_watches_closes_and_says_so",
        "An open door, and no editor for eight days: who asks waits for an admin, and the page says why.",
    ),
    unit(
        "ABU-08",
        "crates/web/tests/pages/proposals.rs",
        "abu_08_a_mailbox_gets_three_letters_a_day_however_many_propose_in_its_name",
        "A hundred proposals in a mailbox's name: three letters a day.",
    ),
    unit(
        "ABU-08",
        "crates/web/tests/pages/people.rs",
        "abu_08_invitations_are_bounded_by_inviter_by_mailbox_and_by_slip",
        "Invitations again and again: three letters a day for a mailbox, thirty for who invites, five for a slip.",
    ),
    unit(
        "ABU-08",
        "crates/web/tests/pages/guests.rs",
        "abu_08_answers_in_somebodys_name_are_three_letters_a_day_and_carry_nothing",
        "Fifty answers beneath a post in somebody's name: three letters a day, none with a word of the stranger's.",
    ),
    unit(
        "ABU-08",
        "crates/web/tests/pages/registration.rs",
        "abu_08_registering_strangers_is_three_letters_a_day_and_carries_nothing",
        "Fifty registrations in a stranger's name: three letters a day, none with a word of the sender's, no seat held, and the answer is the same each time.",
    ),
    unit(
        "ACC-15",
        "crates/web/tests/pages/registration.rs",
        "acc_15_links_are_not_guessed_and_lists_are_the_organisers",
        "Links of registrations guessed, lists of who registered asked for by others and looked for in feeds: nothing.",
    ),
    unit(
        "ACC-17",
        "tests/tests/seats.rs",
        "acc_17_forty_seats_for_five_hundred_are_forty_through_a_power_cut",
        "Five hundred want one of forty seats at once, by link, by hand and by Join, on both databases, and the server is killed in between: forty have one, the rest waits in one order.",
    ),
    unit(
        "ACC-17",
        "crates/federation/tests/deciding.rs",
        "acc_17_twenty_yes_at_once_are_counted_right",
        "Where two editors have to say yes: one says it twenty times at once, and twenty say it at once. One person is one, and the second yes publishes, once.",
    ),
    unit(
        "ACC-12",
        "crates/domain/src/handle.rs",
        "reserved_and_strange_handles_are_refused",
        "Handles of the system, of pages and in look-alike letters: refused.",
    ),
    unit(
        "ACC-13",
        "crates/web/tests/pages/attacks.rs",
        "every_answer_forbids_scripts_frames_and_sniffing",
        "Frames, sniffing, referrers: forbidden by the headers of every answer.",
    ),
    unit(
        "ACC-15",
        "crates/web/tests/pages/signing_in.rs",
        "each_role_reaches_its_pages_and_no_others",
        "Pages of other roles: closed.",
    ),
    unit(
        "ACC-15",
        "crates/web/tests/pages/doors.rs",
        "acc_15_every_page_is_open_to_whom_it_is_for_and_to_nobody_else",
        "Every address of the router, asked for by nobody, a reader, a member, a helper, a speaker, an editor and an admin: as a table says it.",
    ),
    unit(
        "ACC-15",
        "crates/web/tests/pages/doors.rs",
        "acc_15_a_new_address_is_thought_about",
        "An address of the router that is not in the table: the test fails.",
    ),
    unit(
        "CAL-03",
        "crates/federation/tests/sources.rs",
        "cal_03_hostile_pages_are_bounded_and_leave_no_trace_but_a_sentence",
        "Pages with JSON nested a hundred thousand deep, as many tags without an end, fifty thousand attributes, a list of pages without an end: bounded, within seconds, nothing is kept.",
    ),
    unit(
        "CAL-03",
        "crates/calendar/src/table/tests.rs",
        "cal_03_hostile_tables_do_no_harm",
        "Tables with a hundred thousand columns, cells of megabytes, too many rows, broken quotes and encodings: bounded, and what is whole is read.",
    ),
    unit(
        "XSS-01",
        "crates/web/tests/pages/writing.rs",
        "xss_01_markup_in_a_file_stays_words_in_its_preview",
        "Markup in the headings, the cells and the name of a file of dates: words.",
    ),
    unit(
        "XSS-01",
        "crates/web/tests/pages/initiatives.rs",
        "xss_01_the_facts_of_an_initiative_stay_words",
        "Markup in everything an initiative says of itself: words.",
    ),
    unit(
        "XSS-01",
        "crates/web/tests/pages/places.rs",
        "xss_01_the_facts_of_a_place_stay_words",
        "Markup in everything a place says, its rooms and who looked: words.",
    ),
    unit(
        "XSS-01",
        "crates/web/tests/pages/scripts.rs",
        "xss_01_what_is_typed_at_the_doors_stays_words",
        "Markup in requests for accounts, answers without one, words about an initiative, proposals, plain language, names of keys: words.",
    ),
    unit(
        "ABU-08",
        "crates/web/tests/pages/contact.rs",
        "abu_08_a_stranger_cannot_make_us_write_to_a_victim",
        "A hundred messages in somebody's name: three letters, none with a word of the stranger's, and nobody else is written to.",
    ),
    unit(
        "ABU-05",
        "crates/web/tests/pages/reports.rs",
        "abu_05_a_mailbox_counts_once_and_gets_no_more_than_its_share_of_letters",
        "A hundred reports in somebody's name: each thing counts once, and the mailbox gets six letters a day.",
    ),
    unit(
        "ABU-02",
        "crates/federation/src/limits.rs",
        "a_host_that_sends_too_much_waits_until_the_minute_is_over_and_others_do_not",
        "A host that sends too much: told to wait, others are not.",
    ),
    unit(
        "ABU-02",
        "crates/federation/tests/replies.rs",
        "abu_02_with_answers_off_a_stranger_leaves_nothing_here",
        "Answers of strangers where the quarter takes none, which is the default: 202, nobody is asked who that is, nothing is kept.",
    ),
    unit(
        "ABU-04",
        "crates/federation/src/limits.rs",
        "who_asks_again_and_again_is_not_heard_any_more_for_an_hour",
        "Asking and taking back again and again: not heard after thirty times.",
    ),
    unit(
        "ABU-07",
        "crates/web/tests/pages/reading.rs",
        "the_calendar_ends_for_crawlers",
        "Crawlers that follow the next month for ever: the calendar ends.",
    ),
    unit(
        "PRV-01",
        "crates/web/tests/pages/setting_up.rs",
        "prv_01_a_quarter_that_is_not_open_shows_nobody_what_is_inside",
        "A quarter that is not open, asked for every page, feed and form by strangers, members and editors: one quiet page, or 503.",
    ),
    unit(
        "ACC-08",
        "crates/web/src/address.rs",
        "only_paths_of_this_site_are_followed",
        "Ways back that lead elsewhere, in every writing: not followed.",
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
