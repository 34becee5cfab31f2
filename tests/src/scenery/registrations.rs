//! An event for which people register: by form, by phone, some wait, and somebody should be called.

use anyhow::{Context, Result};
use aws_lc_rs::digest::{SHA256, digest};
use domain::language::Language;
use domain::registration::{Call, Form, Registration, State, Way, Wish};
use jiff::Timestamp;
use storage::{Store, registration_forms, registrations};
use uuid::Uuid;

use super::hours;
use crate::quarter::Quarter;

/// What stands in the links of the letters.
const LINKS: [&str; 2] = ["meine-anmeldung", "noch-nicht-bestaetigt"];

/// Writes them into the database of a quarter whose event is `event`; the pages to look at, of everyone and of editors.
pub async fn registrations(quarter: &Quarter, event: Uuid) -> Result<(Vec<String>, Vec<String>)> {
    let store = Store::open(&format!("sqlite:{}", quarter.database().display())).await?;
    let mut tx = store.write().await?;
    let now = Timestamp::from_second(crate::keys::seconds_from_now(0))?;
    let question = Some("Bringen Sie Ihr Fahrrad mit?".to_owned());
    let form = Form { is_open: true, closes_at: Some(now + hours(20)), takes_phone: true, question, ..Form::default() };
    registration_forms::put(&mut tx, event, &form).await?;
    let people = [
        ("Frau Yıldız", Way::Form, State::Confirmed, None),
        ("Herta Krause", Way::Hand, State::Confirmed, Some(Call::Changed)),
        ("Familie Donaudampfschifffahrtsgesellschaftskapitän", Way::Form, State::Queued, None),
        ("Ina", Way::Form, State::Asked, None),
        ("Herr Weber", Way::Form, State::Declined, None),
        ("Noch nicht bestätigt", Way::Form, State::Unconfirmed, None),
    ];
    let mut made = Vec::new();
    for (number, (name, way, state, call)) in people.into_iter().enumerate() {
        let is_by_hand = way == Way::Hand;
        let email = format!("gast{number}@nachbarschaft.example").parse()?;
        let kept = Registration {
            id: Uuid::now_v7(),
            event,
            account: None,
            way,
            state,
            wish: Wish {
                name: name.to_owned(),
                email: (!is_by_hand).then_some(email),
                phone: is_by_hand.then(|| "0209 169-6666".to_owned()),
                persons: 2,
                note: Some("Ja, zwei, und eines davon hat keine Klingel mehr.".to_owned()),
            },
            language: Language::DE,
            place: Uuid::now_v7(),
            call,
            created_at: now - hours(3),
            changed_at: now - hours(2),
            reminded_at: None,
        };
        registrations::put(&mut tx, &kept).await?;
        made.push(kept);
    }
    let [mine, unconfirmed] = LINKS;
    let (first, last) = (made.first().context("somebody")?, made.last().context("somebody")?);
    for (token, kept) in [(mine, first), (unconfirmed, last)] {
        registrations::add_link(&mut tx, kept.id, digest(&SHA256, token.as_bytes()).as_ref(), now).await?;
    }
    tx.commit().await?;
    let herta = made.iter().find(|kept| kept.way == Way::Hand).context("who called")?;
    let page = format!("/events/{event}");
    let open = [page.clone(), format!("{page}/register")].into_iter();
    let open = open.chain(LINKS.map(|token| format!("/registration/{token}")));
    let own = ["registration", "participants", "participants/print", "participants/print?contacts=yes"];
    let own = own.into_iter().map(|part| format!("{page}/{part}")).chain([format!("/registrations/{}", herta.id)]);
    Ok((open.collect(), own.chain(["/account".to_owned()]).collect()))
}
