//! What a quarter may say about itself on its own pages, and what it has to say before everyone may read it.

/// The keys of the configuration that are asked for where neither file nor environment has them.
pub const ANSWERS: [&str; 24] = [
    "quarter.name",
    "quarter.place",
    "quarter.summary",
    "quarter.language",
    "quarter.languages",
    "quarter.address",
    "quarter.word",
    "quarter.land",
    "quarter.latitude",
    "quarter.longitude",
    "imprint.operator",
    "imprint.street",
    "imprint.town",
    "imprint.email",
    "imprint.phone",
    "imprint.responsible",
    "imprint.register",
    "imprint.privacy",
    "federation.replies",
    "people.sign_up",
    "editors.safety_words",
    "editors.two_persons",
    "editors.cover_after_hours",
    "editors.cover_email",
];

/// What a public server says about who runs it (§ 5 DDG).
pub const IMPRINT: [&str; 4] = ["imprint.operator", "imprint.street", "imprint.town", "imprint.email"];

/// Kept once the quarter was opened; it stays open from then on.
pub const OPEN: &str = "open";

/// Under this the hash of the link is kept that makes the first account.
pub const TOKEN: &str = "setup.token";

/// Whether a running server works with what is kept under `key`.
pub fn is_at_work(key: &str) -> bool {
    key == OPEN || ANSWERS.contains(&key)
}
