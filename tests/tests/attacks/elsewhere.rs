//! Rows that tests of other crates play, and rows that nobody plays, with the reason.

use Why::{NotYet, Nothing};

use crate::book::{Attack, Why, Without};

/// A test of another crate.
const fn unit(row: &'static str, file: &'static str, test: &'static str, says: &'static str) -> Attack {
    Attack { row: Some(row), test, file, says }
}

const fn without(row: &'static str, why: Why) -> Without {
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
];

/// What nobody tries.
pub(crate) const WITHOUT: &[Without] = &[
    without("SIG-19", NotYet("The gate is learning RFC 9421.")),
    without("ORI-04", NotYet("Files cannot be uploaded yet; pictures will be.")),
    without("OWN-10", NotYet("Reports come with the tools of moderation.")),
    without("SSRF-05", NotYet("Its test is still to be written.")),
    without("SSRF-08", NotYet("Its test is still to be written.")),
    without("SSRF-09", NotYet("Its test is still to be written.")),
    without("SSRF-10", NotYet("There is no picture proxy yet; pictures bring one.")),
    without("SSRF-11", NotYet("Its test is still to be written.")),
    without("SSRF-13", NotYet("Its test is still to be written.")),
    without("DOS-01", NotYet("Its test is still to be written.")),
    without("DOS-02", NotYet("Its test is still to be written.")),
    without("DOS-03", NotYet("Its test is still to be written.")),
    without("DOS-04", NotYet("Its test is still to be written.")),
    without("DOS-05", NotYet("Its test is still to be written.")),
    without("DOS-06", NotYet("Its test is still to be written.")),
    without("DOS-07", NotYet("Its test is still to be written.")),
    without("DOS-08", NotYet("Its test is still to be written.")),
    without("DOS-09", NotYet("Its test is still to be written.")),
    without("DOS-10", NotYet("Its test is still to be written.")),
    without("DOS-11", NotYet("Its test is still to be written.")),
    without("DOS-12", NotYet("Measured by the benchmark, not by a test.")),
    without("DOS-13", NotYet("Its test is still to be written.")),
    without("DOS-14", NotYet("Its test is still to be written.")),
    without("XSS-01", NotYet("Its test is still to be written.")),
    without("XSS-02", NotYet("Its test is still to be written.")),
    without("XSS-03", NotYet("Its test is still to be written.")),
    without("XSS-04", NotYet("Its test is still to be written.")),
    without("XSS-05", NotYet("Its test is still to be written.")),
    without("XSS-06", NotYet("Its test is still to be written.")),
    without("TXT-01", NotYet("Its test is still to be written.")),
    without("TXT-02", NotYet("Its test is still to be written.")),
    without("TXT-03", NotYet("Its test is still to be written.")),
    without("TXT-04", NotYet("Its test is still to be written.")),
    without("TXT-05", NotYet("Its test is still to be written.")),
    without("CAL-01", NotYet("Its test is still to be written.")),
    without("CAL-02", NotYet("Its test is still to be written.")),
    without("CAL-03", NotYet("Its test is still to be written.")),
    without("CAL-04", NotYet("Its test is still to be written.")),
    without("CAL-05", NotYet("Its test is still to be written.")),
    without("CAL-06", NotYet("Its test is still to be written.")),
    without("MED-01", NotYet("Pictures are still to come.")),
    without("MED-02", NotYet("Pictures are still to come.")),
    without("MED-03", NotYet("Pictures are still to come.")),
    without("MED-04", NotYet("Pictures are still to come.")),
    without("MED-05", NotYet("Pictures are still to come.")),
    without("MED-06", NotYet("Pictures are still to come.")),
    without("MED-07", NotYet("Pictures are still to come.")),
    without("PRV-01", NotYet("Its test is still to be written.")),
    without("PRV-02", NotYet("Its test is still to be written.")),
    without("PRV-03", NotYet("Its test is still to be written.")),
    without("PRV-04", NotYet("Its test is still to be written.")),
    without("PRV-05", NotYet("Its test is still to be written.")),
    without("PRV-06", NotYet("Its test is still to be written.")),
    without("PRV-07", NotYet("Its test is still to be written.")),
    without("PRV-08", NotYet("Its test is still to be written.")),
    without("PRV-09", NotYet("Its test is still to be written.")),
    without("PRV-10", NotYet("Its test is still to be written.")),
    without("PRV-11", NotYet("Its test is still to be written.")),
    without("PRV-12", NotYet("Its test is still to be written.")),
    without("PRV-13", NotYet("Its test is still to be written.")),
    without("BLK-01", NotYet("Blocks are still to come.")),
    without("BLK-02", NotYet("Blocks are still to come.")),
    without("BLK-03", NotYet("Blocks are still to come.")),
    without("BLK-04", NotYet("Blocks are still to come.")),
    without("BLK-05", NotYet("Blocks are still to come.")),
    without("ACC-01", NotYet("Its test is still to be written.")),
    without("ACC-02", NotYet("Its test is still to be written.")),
    without("ACC-03", NotYet("Its test is still to be written.")),
    without("ACC-04", NotYet("Its test is still to be written.")),
    without("ACC-05", NotYet("Its test is still to be written.")),
    without("ACC-06", NotYet("Its test is still to be written.")),
    without("ACC-07", NotYet("Its test is still to be written.")),
    without("ACC-08", NotYet("Its test is still to be written.")),
    without("ACC-09", NotYet("Its test is still to be written.")),
    without("ACC-10", NotYet("Its test is still to be written.")),
    without("ACC-11", NotYet("Its test is still to be written.")),
    without("ACC-12", NotYet("Its test is still to be written.")),
    without("ACC-13", NotYet("Its test is still to be written.")),
    without("ACC-14", NotYet("Its test is still to be written.")),
    without("ACC-15", NotYet("Its test is still to be written.")),
    without("ACC-16", NotYet("Its test is still to be written.")),
    without("ACC-17", NotYet("Its test is still to be written.")),
    without("ABU-01", NotYet("Its test is still to be written.")),
    without("ABU-02", NotYet("Its test is still to be written.")),
    without("ABU-03", NotYet("Its test is still to be written.")),
    without("ABU-04", NotYet("Its test is still to be written.")),
    without("ABU-05", NotYet("Its test is still to be written.")),
    without("ABU-06", NotYet("Its test is still to be written.")),
    without("ABU-07", NotYet("Its test is still to be written.")),
    without("ABU-08", NotYet("Its test is still to be written.")),
    without(
        "SUP-01",
        Nothing(
            "`cargo deny check` in `tests/run` looks at advisories, licences and sources of everything the program is built from.",
        ),
    ),
    without("SUP-02", NotYet("Its test is still to be written.")),
];
