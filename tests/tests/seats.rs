//! Five hundred want one of forty seats at once, by form, by phone and over the fediverse, and the power goes in between:
//! exactly forty have one, and everyone else waits in one order.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use aws_lc_rs::digest::{SHA256, digest};
use domain::event::Event;
use domain::language::Language;
use domain::participation::State as Joined;
use domain::registration::{Form, Registration, State, Way, Wish};
use futures_util::stream::{StreamExt, iter};
use jiff::Timestamp;
use serde_json::{Value, json};
use storage::{Store, participations, registration_forms, registrations, testing};
use tests::attacker::{Attacker, Page, Peer, moment};
use tests::mailbox::Mailbox;
use tests::quarter::Quarter;
use tests::wire::Request;
use tests::{browser, client, wait};
use url::Url;
use uuid::Uuid;

const SEATS: u32 = 40;
/// How many come by the link of a letter, how many are written down by hand, and how many join.
const BY_LINK: usize = 200;
const BY_HAND: usize = 100;
const JOINING: usize = 200;
/// From how many servers they join.
const HOSTS: usize = 4;
/// How many ask at the same time.
const AT_ONCE: usize = 120;
/// After how many answers the power goes.
const CUT: usize = 150;
/// How often one asks again while the server is down.
const PATIENCE: usize = 600;

/// Sends a request again and again until it is answered as it should be.
async fn insist(port: u16, request: &Request, wanted: &[u16]) -> Result<()> {
    for _ in 0..PATIENCE {
        match request.send(port).await {
            Ok(answer) if wanted.contains(&answer.status) => return Ok(()),
            Ok(answer) if answer.status != 503 => {
                anyhow::bail!("{} {} got {}: {}", request.method, request.target, answer.status, answer.body)
            }
            _ => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
    anyhow::bail!("{} {} was never answered", request.method, request.target)
}

fn form(quarter: &Quarter, path: &str, fields: &[(&str, &str)]) -> Result<Request> {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let origin = quarter.url("/")?;
    let get = Request::get(path, &quarter.host()).with("origin", origin.trim_end_matches('/'));
    let post = Request { method: "POST".to_owned(), ..get };
    Ok(post.with("content-type", "application/x-www-form-urlencoded").saying(body))
}

/// An address that nobody else asks from.
fn address(number: usize) -> String {
    format!("198.18.{}.{}", number / 250, number % 250 + 1)
}

/// Somebody whose letter lies in their mailbox, and the token of its link.
async fn invite(store: &Store, event: &Event, number: usize) -> Result<String> {
    let now = Timestamp::from_second(tests::keys::seconds_from_now(0))?;
    let kept = Registration {
        id: Uuid::now_v7(),
        event: event.id,
        account: None,
        way: Way::Form,
        state: State::Unconfirmed,
        wish: Wish {
            name: format!("Gast {number}"),
            email: Some(format!("gast{number}@fern.example").parse()?),
            phone: None,
            persons: 1,
            note: None,
        },
        language: Language::DE,
        place: Uuid::now_v7(),
        call: None,
        created_at: now,
        changed_at: now,
        reminded_at: None,
    };
    let token = format!("{:032x}{:032x}", tests::random(), number);
    let mut tx = store.write().await?;
    registrations::put(&mut tx, &kept).await?;
    registrations::add_link(&mut tx, kept.id, digest(&SHA256, token.as_bytes()).as_ref(), now).await?;
    tx.commit().await?;
    Ok(token)
}

async fn session(quarter: &Quarter) -> Result<String> {
    let said = quarter.account("mira@example.org", "editor").await?;
    let link = said.split_whitespace().find(|word| word.starts_with("http://")).context("a link")?;
    let path = link.trim_start_matches(quarter.url("/")?.trim_end_matches('/')).to_owned();
    let port = quarter.base.port().context("a port")?;
    let answer = form(quarter, &path, &[])?.send(port).await?;
    let cookie = answer.header("set-cookie").split(';').next().unwrap_or_default().to_owned();
    ensure!(cookie.contains('='), "no session: {answer:?}");
    Ok(cookie)
}

/// The address of what is published.
async fn published(quarter: &Quarter, token: &str, object: &Value) -> Result<Url> {
    let activity = client::json(&quarter.client, &quarter.publish(token, object).await?).await?;
    let object = activity.get("object").context("no object")?;
    Ok(object["id"].as_str().or_else(|| object.as_str()).context("no object")?.parse()?)
}

/// An event with forty seats, which one can join and register for.
async fn event(quarter: &Quarter, store: &Store) -> Result<Event> {
    let token = quarter.editor().await?;
    let object = json!({
        "type": "Event", "name": "Konzert", "startTime": moment(48), "endTime": moment(50), "joinMode": "free",
        "maximumAttendeeCapacity": SEATS, "to": ["https://www.w3.org/ns/activitystreams#Public"],
    });
    let url = published(quarter, &token, &object).await?;
    let mut tx = store.write().await?;
    let event = storage::events::by_url(&mut tx, &url).await?.context("the event")?;
    registration_forms::put(&mut tx, event.id, &Form { is_open: true, ..Form::default() }).await?;
    tx.commit().await?;
    Ok(event)
}

/// The requests of all who want to come, mixed, each with the statuses that mean that it was taken.
async fn everyone(
    quarter: &Quarter,
    store: &Store,
    (event, peers): (&Event, &[Peer]),
) -> Result<Vec<(Request, &'static [u16])>> {
    let cookie = session(quarter).await?;
    let mut requests: Vec<(Request, &'static [u16])> = Vec::new();
    for number in 0..BY_LINK.max(BY_HAND).max(JOINING) {
        if number < BY_LINK {
            let token = invite(store, event, number).await?;
            let press = form(quarter, &format!("/registration/{token}"), &[("do", "confirm")])?;
            requests.push((press.with("x-forwarded-for", &address(number)), &[303]));
        }
        if number < BY_HAND {
            let name = format!("Anruferin {number}");
            let path = format!("/events/{}/participants/add", event.id);
            let add = form(quarter, &path, &[("name", &name), ("phone", "0209 1696"), ("persons", "1")])?;
            requests.push((add.with("cookie", &cookie), &[303]));
        }
        if number < JOINING {
            let (peer, name) = (peers.get(number % HOSTS).context("a server")?, format!("gast{number}"));
            peer.serve(&format!("/{name}"), Page::json(&peer.document(&name)));
            let join = peer.activity(&name, "Join", event.url.as_str());
            requests.push((peer.letter(&name, "/inbox", &quarter.host(), &join)?, &[202]));
        }
    }
    Ok(requests)
}

/// The places of those with a seat, and of those who wait.
async fn places(store: &Store, event: &Event) -> Result<(Vec<Uuid>, Vec<Uuid>)> {
    let mut tx = store.read().await?;
    let (mut seated, mut waiting) = (Vec::new(), Vec::new());
    for (kept, _) in participations::of_event(&mut tx, event.id).await? {
        match kept.state {
            Joined::Confirmed => seated.push(kept.place),
            Joined::Queued => waiting.push(kept.place),
            other => anyhow::bail!("somebody is {other:?}"),
        }
    }
    for kept in registrations::of_event(&mut tx, event.id).await? {
        match kept.state {
            State::Confirmed => seated.push(kept.place),
            State::Queued => waiting.push(kept.place),
            other => anyhow::bail!("somebody is {other:?}"),
        }
    }
    seated.sort();
    waiting.sort();
    Ok((seated, waiting))
}

async fn forty_of_five_hundred(database: &testing::Database) -> Result<()> {
    let mut settings =
        vec![("QUARTIER_MAIL_HOST", "127.0.0.1"), ("QUARTIER_MAIL_PORT", "9"), ("QUARTIER_MAIL_TLS", "none")];
    settings.push(("QUARTIER_MAIL_FROM", "termine@nord.example"));
    if database.kind() == "postgres" {
        settings.push(("QUARTIER_DATABASE_URL", database.url.as_str()));
    }
    let mut quarter = Quarter::start_with("nord", &settings).await?;
    let port = quarter.base.port().context("a port")?;
    let store = Store::open(&quarter.database_url()).await?;
    let attacker = Attacker::start().await?;
    let peers: Vec<Peer> = (0..HOSTS).map(|number| attacker.host(&format!("fern{number}"))).collect();
    let event = event(&quarter, &store).await?;
    let requests = everyone(&quarter, &store, (&event, &peers)).await?;
    let total = requests.len();
    ensure!(total == BY_LINK + BY_HAND + JOINING, "{total} want to come");

    let begun = tokio::time::Instant::now();
    let answered = AtomicUsize::new(0);
    let asking = iter(&requests).for_each_concurrent(AT_ONCE, async |(request, wanted)| {
        if let Err(problem) = insist(port, request, wanted).await {
            panic!("{problem:#}");
        }
        answered.fetch_add(1, Ordering::SeqCst);
    });
    let cutting = async {
        while answered.load(Ordering::SeqCst) < CUT {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        quarter.kill()?;
        quarter.spawn()?;
        quarter.ready().await
    };
    let ((), cut) = tokio::join!(asking, cutting);
    cut?;
    let took = begun.elapsed();
    let (seated, waiting) = places(&store, &event).await?;
    let seats = usize::try_from(SEATS)?;
    ensure!((seated.len(), waiting.len()) == (seats, total - seats), "{} sit, {} wait", seated.len(), waiting.len());
    ensure!(seated.last() < waiting.first(), "somebody who came later sits while others wait");
    eprintln!(
        "{}: {total} asked in {took:?} with a power cut: {} sit, {} wait",
        database.kind(),
        seated.len(),
        waiting.len()
    );

    let mut tx = store.read().await?;
    let listed = registrations::of_event(&mut tx, event.id).await?;
    drop(tx);
    let guest = listed.iter().find(|kept| kept.way == Way::Hand && kept.state == State::Confirmed);
    let guest = guest.or_else(|| listed.iter().find(|kept| kept.state == State::Confirmed)).context("somebody sits")?;
    let cookie = session(&quarter).await?;
    let remove = [("registration", &*guest.id.to_string()), ("do", "decline")];
    let remove = form(&quarter, &format!("/events/{}/participants", event.id), &remove)?.with("cookie", &cookie);
    insist(port, &remove, &[303]).await?;
    let mut tx = store.read().await?;
    let counts = participations::count(&mut tx, event.id).await?;
    let (seats, waited) = (i64::from(SEATS), i64::try_from(total)? - i64::from(SEATS));
    ensure!((counts.confirmed, counts.queued) == (seats, waited - 1), "one moves up: {counts:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn acc_17_forty_seats_for_five_hundred_are_forty_through_a_power_cut() -> Result<()> {
    forty_of_five_hundred(&testing::sqlite()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_holds_on_postgresql() -> Result<()> {
    let Some(database) = testing::postgres() else { return Ok(()) };
    forty_of_five_hundred(&database).await
}

/// Does `steps` in a browser, as whoever signs in by `link` or as nobody; `false` if there is no browser here.
async fn walk(quarter: &Quarter, link: Option<&str>, steps: serde_json::Value) -> Result<bool> {
    let words = json!({ "base": quarter.base, "signIn": link, "steps": steps, "screenshots": browser::screenshots() });
    Ok(browser::run("steps", &words).await?.is_some())
}

/// The link in the letter to `address` whose subject begins so.
async fn link_in(mailbox: &Mailbox, address: &str, subject: &str) -> Result<String> {
    let letter = wait::until(&format!("{subject} to {address}"), Duration::from_secs(20), async || {
        let mut letters = mailbox.letters()?.into_iter();
        Ok(letters.find(|one| one.to.iter().any(|to| to == address) && one.subject.starts_with(subject)))
    })
    .await?;
    let link = letter.text.split_whitespace().find(|word| word.contains("/registration/"));
    Ok(link.context("a link")?.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn people_register_wait_and_move_up_and_the_organiser_adds_who_calls_and_prints() -> Result<()> {
    let Some(mailbox) = Mailbox::start().await? else { return Ok(()) };
    let port = mailbox.port.to_string();
    let mut settings = vec![("QUARTIER_MAIL_HOST", "127.0.0.1"), ("QUARTIER_MAIL_PORT", port.as_str())];
    settings.extend([("QUARTIER_MAIL_TLS", "none"), ("QUARTIER_MAIL_FROM", "termine@nord.example")]);
    let nord = Quarter::start_with("nord", &settings).await?;
    let token = nord.editor().await?;
    let object = json!({
        "type": "Event", "name": "Nähkurs", "startTime": moment(48), "endTime": moment(50),
        "to": ["https://www.w3.org/ns/activitystreams#Public"],
    });
    let url = published(&nord, &token, &object).await?;
    let page = Store::open(&nord.database_url()).await?;
    let page = storage::events::by_url(&mut page.read().await?, &url).await?.context("the event")?.id;
    let [page, list] = [format!("/events/{page}"), format!("/events/{page}/participants")];
    let said = nord.account("mira@example.org", "editor").await?;
    let sign_in = said.split_whitespace().find(|word| word.starts_with("http://"));
    let steps = json!([
        { "open": page, "press": "Anmeldung einrichten", "photo": "registration-set-360" },
        { "fill": { "capacity": "1" }, "press": "Speichern", "shows": ["Gespeichert.", "Noch ein Platz frei"] },
    ]);
    if !walk(&nord, sign_in, steps).await? {
        return Ok(());
    }
    for (name, button, state) in
        [("anna", "Anmelden", "Sie haben einen Platz."), ("ben", "Auf die Warteliste", "Warteliste")]
    {
        let email = format!("{name}@fern.example");
        let steps = json!([
            { "open": page, "press": button, "photo": format!("register-{name}-360") },
            { "fill": { "name": name, "email": email }, "press": button, "shows": ["Postfach"] },
        ]);
        walk(&nord, None, steps).await?;
        let link = link_in(&mailbox, &email, "Bitte bestätigen").await?;
        let steps = json!([
            { "open": link, "shows": ["Ein Klick noch"], "photo": "register-confirm-360" },
            { "press": "Anmeldung bestätigen", "shows": [state], "photo": format!("registered-{name}-360") },
        ]);
        walk(&nord, None, steps).await?;
    }
    let link = link_in(&mailbox, "anna@fern.example", "Angemeldet").await?;
    walk(&nord, None, json!([{ "open": link, "press": "Abmelden", "shows": ["Sie sind abgemeldet"] }])).await?;
    let link = link_in(&mailbox, "ben@fern.example", "Ein Platz ist frei geworden").await?;
    walk(&nord, None, json!([{ "open": link, "shows": ["Sie haben einen Platz."] }])).await?;
    let said = nord.account("mira@example.org", "editor").await?;
    let sign_in = said.split_whitespace().find(|word| word.starts_with("http://"));
    let steps = json!([
        { "open": list, "fill": { "name": "Herta", "phone": "0209 1696" }, "press": "Eintragen", "shows": ["Warteliste", "Herta"] },
        { "open": list, "shows": ["ben", "0209 1696"], "hides": ["anna@fern.example"], "photo": "participants-360" },
        { "press": "Liste drucken", "shows": ["ben", "Herta"], "hides": ["0209 1696"], "photo": "participants-print-360" },
    ]);
    walk(&nord, sign_in, steps).await?;
    Ok(())
}
