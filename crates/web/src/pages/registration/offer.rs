//! What an event's page and one's account say about registering.

use calendar::phrase;
use domain::account::Account;
use domain::event::{Event, State as Board};
use domain::participation::{Counts, is_closed};
use domain::registration::Form;
use federation::registrations;
use storage::{Tx, events, registration_forms};

use super::standing;
use crate::app::App;
use crate::error::PageError;
use crate::visitor::Visitor;

/// What an event's page says about its form.
pub(crate) struct Offer {
    /// Sentences: until when, how it stands with the reader.
    pub(crate) words: Vec<String>,
    /// Where the button leads, and the message key on it.
    pub(crate) button: Option<(String, &'static str)>,
}

impl Offer {
    /// What to say about an event of ours; nothing where its organisers take no registrations.
    pub(crate) async fn of(
        app: &App,
        tx: &mut Tx,
        visitor: &Visitor,
        (event, counts): (&Event, &Counts),
    ) -> Result<Option<Self>, PageError> {
        let form = registration_forms::of(tx, event.id).await?;
        let Some(form) = form.filter(|form| form.is_open && event.state == Board::Published) else { return Ok(None) };
        let href = format!("/events/{}/register", event.id);
        if let Some(rights) = &visitor.rights
            && let Some(kept) = registrations::of_account(tx, event.id, &rights.account).await?
        {
            let words = vec![visitor.text(standing(kept.state))];
            return Ok(Some(Self { words, button: Some((href, "registration-manage")) }));
        }
        let now = app.instance.clock().now();
        if is_closed(&event.details, now) {
            return Ok(None);
        }
        if form.is_over(now) {
            return Ok(Some(Self { words: vec![visitor.text("registration-over")], button: None }));
        }
        let is_full = !counts.has_seat(&event.details) || counts.queued > 0;
        let reachable = visitor.rights.is_some() || app.settings.mail_configured || form.takes_phone;
        let key = if is_full && !form.by_approval { "registration-queue-do" } else { "registration-do" };
        let open = reachable && (!is_full || form.waiting_list || form.by_approval);
        Ok(Some(Self { words: vec![until(visitor, event, &form)], button: open.then_some((href, key)) }))
    }
}

/// That one has to register, and until when.
fn until(visitor: &Visitor, event: &Event, form: &Form) -> String {
    let Some(at) = form.closes_at else { return visitor.text("registration-needed") };
    let day = phrase::moment(at, &event.details.zone(), visitor.language);
    visitor.text_with("registration-until", &[("day", &day)])
}

/// Something that somebody registered for, in words.
pub(crate) struct Mine {
    pub(crate) name: String,
    pub(crate) when: String,
    pub(crate) words: String,
    pub(crate) href: String,
}

/// What an account registered for and is not over.
pub(crate) async fn mine(tx: &mut Tx, visitor: &Visitor, account: &Account) -> Result<Vec<Mine>, PageError> {
    let mut found = Vec::new();
    for kept in storage::registrations::of_person(tx, account.id, &account.email).await? {
        let Some(event) = events::by_id(tx, kept.event).await? else { continue };
        found.push(Mine {
            when: phrase::when_list(&event.details, visitor.language),
            name: event.details.name,
            words: visitor.text(standing(kept.state)),
            href: format!("/events/{}/register", event.id),
        });
    }
    Ok(found)
}
