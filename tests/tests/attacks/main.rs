//! Attacks against the real program, each by the name of its row in the list of attacks.

#![expect(clippy::indexing_slicing, reason = "a member that a JSON value does not have is null, no panic")]

mod accounts;
mod arena;
mod book;
mod calendar;
mod connections;
mod crowds;
mod elsewhere;
mod floods;
mod keys;
mod moderation;
mod order;
mod origin;
mod ownership;
mod people;
mod pictures;
mod privacy;
mod proofs;
mod readers;
mod scripts;
mod signatures;
mod ssrf;
mod text;
mod ways_in;

use book::{Attack, document, mistakes};

fn attacks() -> Vec<Attack> {
    let families = [
        signatures::ATTACKS,
        keys::ATTACKS,
        proofs::ATTACKS,
        origin::ATTACKS,
        ownership::ATTACKS,
        ssrf::ATTACKS,
        ssrf::local::ATTACKS,
        floods::ATTACKS,
        connections::ATTACKS,
        order::ATTACKS,
        scripts::ATTACKS,
        text::ATTACKS,
        calendar::ATTACKS,
        pictures::ATTACKS,
        privacy::ATTACKS,
        readers::ATTACKS,
        accounts::ATTACKS,
        accounts::limits::ATTACKS,
        moderation::ATTACKS,
        crowds::ATTACKS,
        elsewhere::ATTACKS,
        elsewhere::people::ATTACKS,
        ways_in::ATTACKS,
    ];
    families.concat()
}

#[test]
fn every_attack_has_its_test_or_its_reason() {
    let wrong = mistakes(&attacks(), elsewhere::WITHOUT);
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_document_on_security_says_what_is_tested() {
    let file = book::root().join("docs/SECURITY.md");
    let text = document(&attacks(), elsewhere::WITHOUT);
    if std::env::var_os("QUARTIER_TEST_WRITE_SECURITY").is_some() {
        std::fs::write(&file, &text).expect("a file that can be written");
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(kept == text, "docs/SECURITY.md is of another day: see tests/tests/attacks/book.rs");
}
