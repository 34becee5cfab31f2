//! People at the doors: who asks for an account, who answers without one, and an initiative that is asked whether it is right.

use anyhow::{Context, Result};
use aws_lc_rs::digest::{SHA256, digest};
use domain::language::Language;
use domain::sign_up::Why;
use domain::upkeep::Open;
use jiff::Timestamp;
use storage::guests::{self, Guest};
use storage::sign_ups::{self, SignUp};
use storage::{Store, upkeep};
use uuid::Uuid;

use super::hours;
use crate::quarter::Quarter;

/// What stands in the link of the letter to an initiative.
const LINK: &str = "stimmt-das-noch";

/// Writes them into the database of a quarter with all other scenery, whose post `post` takes answers from now on; the pages to
/// look at, of everyone and of admins.
pub async fn doors(quarter: &Quarter, post: Uuid) -> Result<(Vec<String>, Vec<String>)> {
    let store = Store::open(&format!("sqlite:{}", quarter.database().display())).await?;
    let mut tx = store.write().await?;
    let now = Timestamp::from_second(crate::keys::seconds_from_now(0))?;
    for (number, why) in [Why::Asked, Why::Quiet].into_iter().enumerate() {
        let sign_up = SignUp {
            id: Uuid::now_v7(),
            name: "Frau Yıldız".to_owned(),
            email: format!("yildiz{number}@nachbarschaft.example").parse()?,
            language: Language::DE,
            words: "Ich wohne im dritten Stock und möchte beim Sommerfest helfen.".to_owned(),
            created_at: now - hours(30),
            waits: Some((now - hours(20), why)),
        };
        sign_ups::insert(&mut tx, &sign_up, None).await?;
    }
    guests::open(&mut tx, post, now).await?;
    for (name, shown) in [("Herr Krause", Some(now - hours(1))), ("Ina", None)] {
        let guest = Guest {
            id: Uuid::now_v7(),
            post,
            name: name.to_owned(),
            email: shown.is_none().then(|| "ina@nachbarschaft.example".parse()).transpose()?,
            language: Language::DE,
            words: "Ich bringe Spaten und Handschuhe mit.".to_owned(),
            created_at: now - hours(3),
            confirmed_at: Some(now - hours(2)),
            shown_at: shown,
        };
        guests::insert(&mut tx, &guest, None).await?;
    }
    let cafe = storage::actors::by_handle(&mut tx, "repaircafe").await?.context("an initiative")?.id;
    upkeep::ask(&mut tx, cafe, now - hours(50 * 24)).await?;
    upkeep::remind(&mut tx, cafe, now - hours(36 * 24)).await?;
    upkeep::remind(&mut tx, cafe, now - hours(22 * 24)).await?;
    upkeep::add_link(&mut tx, cafe, digest(&SHA256, LINK.as_bytes()).as_ref()).await?;
    upkeep::note(&mut tx, cafe, (Open::Changed, "Wir treffen uns jetzt im Bürgerhaus."), now - hours(5)).await?;
    tx.commit().await?;
    let open = ["/sign-up", "/sign-up/ein-link", "/propose", "/propose/post", "/sign-in/password", "/offline"];
    let open = open.into_iter().chain(["/answer/ein-link", "/initiatives", "/@repaircafe"]).map(str::to_owned);
    let open = open.chain([format!("/posts/{post}"), format!("/posts/{post}/answer"), format!("/still-right/{LINK}")]);
    let own = ["sign-ups", "answers", "upkeep", "sources", "queue"].map(|page| format!("/editors/{page}"));
    let own = own.into_iter().chain(["name", "people", "editors"].map(|step| format!("/setup/{step}")));
    let own = own.chain(["second", "passkeys", "password"].map(|key| format!("/account/{key}")));
    Ok((open.collect(), own.collect()))
}
