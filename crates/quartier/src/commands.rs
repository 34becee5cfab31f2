//! What each word of the command line does.

pub(crate) mod account;
pub(crate) mod backup;
pub(crate) mod blocks;
pub(crate) mod doctor;
pub(crate) mod import;
pub(crate) mod initiative;
pub(crate) mod keys;
pub(crate) mod migrate_database;
pub(crate) mod moves;
pub(crate) mod neighbours;
pub(crate) mod publish;
pub(crate) mod queue;
pub(crate) mod restore;
