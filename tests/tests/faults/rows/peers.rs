//! Peers and our own queue of what is for them.

use super::{CERTIFICATES, CROWD, DELIVERY, GONE, HERE, NAMES, RULES, Row, WAITING, WEATHER};

pub(super) const ROWS: &[Row] = &[
    Row(
        "P-01",
        "a peer is broken for days",
        "everything arrives after its return, in order",
        &[
            (DELIVERY, "p_01_a_host_that_is_broken_for_six_days_gets_everything_in_the_end"),
            (DELIVERY, "what_was_published_arrives_in_its_order_after_an_outage"),
        ],
    ),
    Row(
        "P-02",
        "a peer is away for more than a week",
        "its deliveries end as failed, which editors and operators see",
        &[(DELIVERY, "after_a_week_it_is_said_that_it_was_not_delivered")],
    ),
    Row(
        "P-03",
        "a peer comes back",
        "one probe, then what waited, in order, at most eight a second",
        &[(DELIVERY, "p_03_a_host_that_is_back_gets_what_waited_gently_and_in_order")],
    ),
    Row(
        "P-04",
        "our own network is down",
        "from the third silent host on nothing is counted; lanes wake at different times",
        &[
            (DELIVERY, "p_04_while_we_are_offline_nobody_is_blamed_and_then_all_arrives"),
            (WEATHER, "three_silent_hosts_and_no_other_are_our_own_outage"),
            (WEATHER, "one_that_answers_shows_that_the_network_works"),
            (WEATHER, "after_a_day_it_is_the_others_who_are_gone"),
        ],
    ),
    Row(
        "P-05",
        "100,000 deliveries are due at the start",
        "at most 64 hosts at once; a page takes less than a second (p99)",
        &[(CROWD, "p_05_q_15_a_hundred_thousand_due_deliveries_are_no_storm_and_take_no_memory")],
    ),
    Row(
        "P-06",
        "changes of one object while a peer comes and goes",
        "they arrive in their order; what is deleted before it left never leaves",
        &[
            (DELIVERY, "what_was_published_arrives_in_its_order_after_an_outage"),
            (DELIVERY, "what_is_deleted_before_it_left_never_leaves"),
        ],
    ),
    Row(
        "P-07",
        "a peer breaks on one activity",
        "the rest is sent past it; after twelve tries it is given up, but only while the peer takes what came later",
        &[(DELIVERY, "p_07_what_a_host_breaks_on_stops_nothing_else_and_is_given_up_in_the_end")],
    ),
    Row(
        "P-08",
        "one peer is slow, many are fast",
        "a peer has one lane; the others do not wait for it",
        &[(HERE, "p_08_p_09_one_that_never_answers_holds_up_nobody"), (DELIVERY, "one_dead_host_holds_up_nobody")],
    ),
    Row(
        "P-09",
        "a peer accepts and never answers, drips, sends without end",
        "ten seconds, then it counts as failed",
        &[
            (HERE, "p_08_p_09_one_that_never_answers_holds_up_nobody"),
            ("crates/federation/src/fetch/tests/deliveries.rs", "an_answer_that_never_ends_is_still_an_answer"),
        ],
    ),
    Row(
        "P-10",
        "5xx",
        "tried again, after pauses that grow to six hours",
        &[(RULES, "a_refusal_is_told_from_a_failure"), (RULES, "a_pause_grows_to_six_hours_and_no_further")],
    ),
    Row(
        "P-11",
        "429 with every form of Retry-After",
        "the host is left alone so long, between ten seconds and a day, and not blamed",
        &[
            (RULES, "every_form_of_retry_after_is_bounded"),
            (DELIVERY, "a_host_that_asks_for_a_pause_gets_it_and_is_not_blamed"),
        ],
    ),
    Row(
        "P-12",
        "410",
        "whoever followed from there is looked for; who is gone as well is struck off",
        &[
            (GONE, "a_follower_whose_inbox_and_document_are_gone_follows_no_more_and_its_deliveries_go"),
            (GONE, "a_follower_that_is_still_there_stays_and_only_that_delivery_is_set_aside"),
            (GONE, "behind_a_shared_inbox_that_is_gone_each_one_is_asked_for"),
        ],
    ),
    Row(
        "P-13",
        "other 4xx",
        "401: the other scheme, then twice more; 403: after three the host is left alone for a day; else this one is set aside",
        &[
            (DELIVERY, "p_13_who_forbids_three_times_is_left_alone_for_a_day"),
            (DELIVERY, "a_refused_activity_is_set_aside_and_the_next_one_goes_out"),
            (
                "crates/federation/tests/schemes.rs",
                "a_host_that_refuses_both_is_knocked_at_twice_and_nothing_is_learnt",
            ),
        ],
    ),
    Row(
        "P-14",
        "a redirect",
        "never followed when something is sent",
        &[("crates/federation/src/fetch/tests/deliveries.rs", "every_status_is_an_answer_and_no_redirect_is_followed")],
    ),
    Row(
        "P-15",
        "2xx by something else than a server",
        "2xx counts as taken; whose web pages have hidden every document for a week follows nobody here any more",
        &[
            (WAITING, "p_15_who_shows_only_web_pages_for_a_week_follows_no_more"),
            (WAITING, "p_15_a_page_now_and_then_costs_nobody_a_follower"),
        ],
    ),
    Row(
        "P-16",
        "bad certificates, old TLS, no handshake",
        "nothing is said; tried again until it is good, and the cause is shown",
        &[
            (CERTIFICATES, "p_16_where_the_certificate_is_bad_nothing_is_said"),
            (CERTIFICATES, "p_16_who_speaks_an_old_tls_or_none_is_told_nothing"),
        ],
    ),
    Row(
        "P-17",
        "name servers that fail or lie",
        "tried again; a private address is refused; a new address and the old protocol are found",
        &[(NAMES, "p_17_name_servers_that_fail_or_lie_lose_nothing_and_lead_nowhere_private")],
    ),
    Row(
        "P-18",
        "a domain with a new owner",
        "a new key is looked up at the actor's own id, once in five minutes",
        &[("crates/federation/src/gate/tests/signatures.rs", "sig_13_sig_14_only_plain_https_key_ids_are_looked_at")],
    ),
    Row(
        "P-19",
        "the actor cannot be fetched while we send",
        "nothing is fetched for sending",
        &[(WAITING, "p_19_nothing_is_asked_for_when_something_is_sent")],
    ),
    Row(
        "P-20",
        "a row has waited for days",
        "signed at the moment of sending",
        &[(WAITING, "p_20_what_waited_for_three_days_is_signed_when_it_leaves")],
    ),
    Row(
        "P-21",
        "the sender is deleted while rows wait",
        "only what takes something back still goes out, under each key in turn that peers may know",
        &[
            (WAITING, "p_21_of_who_is_deleted_only_the_deletion_still_goes_out"),
            (WAITING, "p_21_the_deletion_comes_under_the_key_that_a_peer_knows"),
        ],
    ),
    Row(
        "P-22",
        "a peer is blocked while rows wait",
        "they are cancelled at once",
        &[("crates/federation/tests/blocks.rs", "what_waits_for_a_server_that_is_down_is_cancelled_by_its_block")],
    ),
];
