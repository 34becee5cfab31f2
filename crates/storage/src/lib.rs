//! What is kept: all SQL, and nothing else.
//!
//! Every function takes the transaction it is part of. One SQL text serves both databases; see `docs/howto/add-a-table.md`.

#[cfg(test)]
mod nodes;
mod row;
#[cfg(test)]
mod samples;
mod stamp;
mod store;
mod tx;
mod writer;

pub mod accounts;
pub mod activities;
pub mod actors;
pub mod approvals;
pub mod attachments;
pub mod backup;
pub mod bell;
pub mod blocked_hosts;
pub mod blocks;
pub mod challenges;
pub mod chores;
pub mod contacts;
pub mod contexts;
pub mod copy;
pub mod decisions;
pub mod declined;
pub mod deliveries;
pub mod events;
pub mod featured;
pub mod follows;
pub mod former_keys;
pub mod glance;
pub mod guests;
pub mod half_sign_ins;
pub mod handed_in;
pub mod handshakes;
pub mod held;
pub mod hosts;
pub mod inboxes;
pub mod invitations;
pub mod lanes;
pub mod letters;
pub mod media;
pub mod moves;
pub mod neighbours;
pub mod new_addresses;
pub mod notices;
pub mod objections;
pub mod objects;
pub mod overrides;
pub mod paper_codes;
pub mod participations;
pub mod passkeys;
pub mod passwords;
pub mod places;
pub mod polls;
pub mod posts;
pub mod presence;
pub mod previews;
pub mod profiles;
pub mod proposals;
pub mod quotes;
pub mod reactions;
pub mod received;
pub mod registration_forms;
pub mod registrations;
pub mod reminders;
pub mod replies;
pub mod reports;
pub mod search;
pub mod second_factors;
pub mod series;
pub mod sessions;
pub mod settings;
pub mod sign_ins;
pub mod sign_ups;
pub mod sources;
pub mod submitted;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod tiles;
pub mod tokens;
pub mod tries;
pub mod trust;
pub mod upkeep;
pub mod waits;

pub use store::{Error, Result, Store};
pub use tx::{PostgresTx, SqliteTx, Tx};
pub use writer::{Turn, Writer};
