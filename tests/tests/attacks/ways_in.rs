//! Rows about the ways in that tests of other crates play: second keys, passwords and passkeys.

use crate::book::Attack;
use crate::elsewhere::unit;

const SECOND: &str = "crates/web/tests/pages/second_factor.rs";
const PASSWORD: &str = "crates/web/tests/pages/password.rs";
const PASSKEYS: &str = "crates/web/tests/pages/passkeys.rs";

/// What they try.
pub(crate) const ATTACKS: &[Attack] = &[
    unit(
        "ACC-01",
        PASSWORD,
        "acc_01_passwords_are_guessed_so_often_and_the_owner_still_gets_in",
        "Five hundred passwords for one mailbox from many networks: 25 are looked at. The owner's session and the letter still work.",
    ),
    unit(
        "ACC-01",
        PASSWORD,
        "acc_01_a_network_tries_twenty_five_passwords_in_five_minutes",
        "Passwords for many mailboxes from one network (a /64): 25 in five minutes.",
    ),
    unit(
        "ACC-01",
        SECOND,
        "half_a_sign_in_lasts_ten_minutes_and_five_wrong_numbers_a_quarter_of_an_hour",
        "Numbers of a second key, guessed by who has the first: five in a quarter of an hour; the codes on paper still work.",
    ),
    unit(
        "ACC-05",
        SECOND,
        "acc_05_switching_it_on_and_off_ends_every_other_session_and_is_told_by_letter",
        "A second key is switched on or off: every other session and token ends, and a letter tells it. A session alone does not switch it off.",
    ),
    unit(
        "ACC-05",
        SECOND,
        "an_admin_takes_it_off_who_lost_it_and_nobody_takes_off_their_own_so",
        "An admin takes a second key off somebody: their sessions end, a letter tells it, it is in the log. Nobody's own.",
    ),
    unit(
        "ACC-05",
        "tests/tests/commands.rs",
        "the_last_admin_who_lost_the_second_key_is_helped_by_the_operator",
        "A second key is taken off on the command line: every session ends.",
    ),
    unit(
        "ACC-05",
        PASSWORD,
        "acc_05_a_changed_password_ends_every_other_session_and_is_told_by_letter",
        "A password is changed or removed: every other session ends, and a letter tells it.",
    ),
    unit(
        "ACC-06",
        SECOND,
        "acc_06_there_is_no_session_until_both_keys_are_right",
        "A first key without the second, the same number twice, and half a sign-in used again: no session. An id of its own after it.",
    ),
    unit(
        "ACC-06",
        SECOND,
        "an_invitation_does_not_go_round_the_second_key",
        "An invitation to a mailbox whose account has a second key: it is asked for.",
    ),
    unit(
        "ACC-11",
        SECOND,
        "a_code_on_paper_is_good_once_and_until_there_is_a_new_paper",
        "A code on paper used twice, or after there is a new paper: worth nothing.",
    ),
    unit(
        "ACC-15",
        SECOND,
        "an_editor_is_asked_for_a_second_key_and_acts_as_a_member_after_a_fortnight",
        "An editor without a second key after 14 days: the pages and the voice of the quarter are closed.",
    ),
    unit(
        "ACC-17",
        "crates/storage/src/second_factors.rs",
        "acc_17_of_twenty_who_use_one_code_at_once_one_gets_in",
        "Twenty use one number of a second key at once, on both databases: one gets in.",
    ),
    unit(
        "PRV-12",
        PASSWORD,
        "prv_12_the_answer_to_a_password_does_not_tell_who_is_here",
        "A password for a mailbox with one, without one, and without an account: the same answer, after the same work.",
    ),
    unit(
        "ACC-05",
        PASSKEYS,
        "acc_05_a_removed_passkey_opens_nothing_and_ends_every_other_session",
        "A passkey is removed: it opens nothing, every other session ends, and a letter tells it.",
    ),
    unit(
        "ACC-06",
        PASSKEYS,
        "forged_answers_of_devices_open_nothing",
        "Answers of a device with another key, host, page or port, without its owner, with an invented challenge: refused.",
    ),
    unit(
        "ACC-06",
        PASSKEYS,
        "a_device_that_counts_backwards_is_not_believed",
        "A copied passkey, whose device counts backwards: refused.",
    ),
    unit(
        "ACC-11",
        PASSKEYS,
        "a_challenge_is_answered_once_within_five_minutes_and_for_what_it_was_made_for",
        "A challenge answered twice, late, by somebody else, or for something else: refused.",
    ),
    unit(
        "ACC-13",
        PASSKEYS,
        "scripts_run_on_the_pages_of_passkeys_and_nowhere_else",
        "Scripts run on the two pages that need one, ours alone; everywhere else none does.",
    ),
    unit(
        "ACC-17",
        "crates/storage/src/challenges.rs",
        "acc_17_of_twenty_who_answer_one_challenge_at_once_one_gets_in",
        "Twenty answer one challenge at once, on both databases: one gets in.",
    ),
];
