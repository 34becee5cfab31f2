//! The pages, each with its handlers, its form and its template's data.

pub(crate) mod accounts;
pub(crate) mod blocks;
pub(crate) mod calendars;
pub(crate) mod cancel_event;
pub(crate) mod delete;
pub(crate) mod editors;
pub(crate) mod event;
pub(crate) mod event_form;
pub(crate) mod events;
pub(crate) mod featured;
pub(crate) mod held;
pub(crate) mod home;
pub(crate) mod initiative;
pub(crate) mod initiatives;
pub(crate) mod invitations;
pub(crate) mod legal;
pub(crate) mod neighbours;
pub(crate) mod participants;
pub(crate) mod post;
pub(crate) mod posts;
pub(crate) mod report;
pub(crate) mod replies;
pub(crate) mod reports;
pub(crate) mod sign_in;
pub(crate) mod write_event;
pub(crate) mod write_post;
