//! A quarter in every state that its pages have words for: written into its database, as if it had all been received.

use anyhow::{Context, Result};
use domain::account::{Membership, Role};
use domain::actor::{Actor, Kind, Part, PublicKey};
use domain::event::{Details, Event, Joining, State as Board};
use domain::html::Html;
use domain::language::Language;
use domain::notice::{Notice, Topic};
use domain::participation::{Participation, State};
use domain::poll::{Choice, Poll};
use domain::post::{self, Post};
use federation::signatures::{date, digest};
use jiff::{SignedDuration, Timestamp};
use storage::follows::Follow;
use storage::invitations::Invitation;
use storage::lanes::Release;
use storage::moves::Move;
use storage::{Store, Tx};
use url::Url;
use uuid::Uuid;

use crate::quarter::Quarter;
pub use doors::doors;
pub use registrations::registrations;

mod doors;
mod initiative;
mod moderation;
mod places;
mod registrations;
mod series;

/// What was built, by the paths to look at.
pub struct Scenery {
    /// Pages that everyone may see.
    pub open: Vec<String>,
    /// Pages of editors.
    pub desk: Vec<String>,
    /// The participants' page of an event of ours.
    pub participants: String,
    /// An event of ours.
    pub event: String,
}

fn hours(hours: i64) -> SignedDuration {
    SignedDuration::from_hours(hours)
}

/// An actor of another server.
async fn actor(tx: &mut Tx, name: &str, host: &str, kind: Kind, now: Timestamp) -> Result<Actor> {
    let at = |path: &str| format!("https://{host}{path}").parse::<Url>();
    let actor = Actor {
        id: Uuid::now_v7(),
        url: at("/@quartier")?,
        kind,
        part: None,
        handle: "quartier".into(),
        host: host.parse()?,
        name: name.to_owned(),
        summary: Html::default(),
        page: at("/@quartier")?,
        inbox: at("/inbox")?,
        shared_inbox: None,
        outbox: None,
        followers: Some(at("/followers")?),
        key: Some(PublicKey { id: at("/@quartier#key")?, pem: String::new() }),
        assertion_keys: Vec::new(),
        created_at: now,
        updated_at: now,
        deleted_at: None,
    };
    storage::actors::insert(tx, &actor, None).await?;
    Ok(actor)
}

/// An actor of another server in a database, for rows to belong to.
pub async fn stranger(tx: &mut Tx) -> Result<Actor> {
    actor(tx, "Reihen", "rows.example", Kind::Group, Timestamp::UNIX_EPOCH).await
}

/// Makes an actor a neighbour.
async fn befriend(tx: &mut Tx, ours: &Actor, other: &Actor, now: Timestamp) -> Result<()> {
    storage::neighbours::insert(tx, other.id, now).await?;
    for (follower, followed) in [(ours.id, other.id), (other.id, ours.id)] {
        let activity = format!("https://{}/follows/{followed}", other.host).parse()?;
        let follow = Follow { follower, followed, activity, requested_at: now, accepted_at: None };
        storage::follows::insert(tx, &follow).await?;
        storage::follows::accept(tx, follower, followed, now).await?;
    }
    Ok(())
}

/// An address on the server of an actor.
fn address(author: &Actor, base: &Url, kind: &str, id: Uuid) -> Result<Url> {
    if author.is_local() {
        return Ok(base.join(&format!("/{kind}/{id}"))?);
    }
    Ok(format!("https://{}/{kind}/{id}", author.host).parse()?)
}

struct Builder<'a> {
    tx: &'a mut Tx,
    base: &'a Url,
    now: Timestamp,
    count: i64,
}

impl Builder<'_> {
    async fn post(&mut self, author: &Actor, held: bool, details: post::Details) -> Result<Post> {
        let id = Uuid::now_v7();
        let url = address(author, self.base, "posts", id)?;
        self.count += 1;
        let at = self.now - SignedDuration::from_mins(500 - self.count);
        storage::objects::claim(self.tx, &url, id, details.kind().as_str(), &author.url).await?;
        let post = Post { id, page: url.clone(), author: author.id, details, published_at: at, updated_at: at, url };
        storage::posts::insert(self.tx, &post, held).await?;
        if held {
            let odd = post.details.content.as_str().contains("<a ");
            storage::held::insert(self.tx, id, author.host.as_str(), odd, self.now).await?;
        }
        Ok(post)
    }

    async fn reply(&mut self, author: &Actor, parent: &Url, held: bool, text: &str) -> Result<Post> {
        let mut details = post::Details::typed("", text, Language::DE);
        details.in_reply_to = Some(parent.clone());
        if text.starts_with("Achtung") {
            details.warning = Some("Spinnen".to_owned());
        }
        self.post(author, held, details).await
    }

    async fn poll(&mut self, author: &Actor, title: &str, votes: [i64; 2], closed: bool) -> Result<Post> {
        let mut details = post::Details::typed(title, "Was sollen wir pflanzen?", Language::DE);
        let [trees, flowers] = votes;
        let options = [("Bäume am Kanal und auf dem Nordmarkt", trees), ("Blumen", flowers)];
        details.poll = Some(Poll {
            options: options.map(|(name, votes)| Choice { name: name.to_owned(), votes }).into(),
            several: false,
            ends_at: Some(self.now + hours(if closed { -1 } else { 50 })),
            closed_at: closed.then(|| self.now - hours(1)),
            voters: Some(trees + flowers),
        });
        self.post(author, false, details).await
    }

    async fn event(&mut self, author: &Actor, name: &str, state: Board, joining: Joining) -> Result<Event> {
        let id = Uuid::now_v7();
        let url = address(author, self.base, "events", id)?;
        storage::objects::claim(self.tx, &url, id, "Event", &author.url).await?;
        let start = self.now + hours(30);
        let mut details = Details::new(name, start, start + hours(2), "Europe/Berlin");
        (details.joining, details.capacity) = (joining, Some(2).filter(|_| joining == Joining::ByApproval));
        let event = Event {
            id,
            page: url.clone(),
            author: author.id,
            details,
            state,
            source: None,
            uid: url.to_string(),
            sequence: 0,
            published_at: self.now,
            updated_at: self.now,
            url,
        };
        storage::events::insert(self.tx, &event, None).await?;
        Ok(event)
    }

    async fn comes(&mut self, event: &Event, who: &Actor, state: State, invited: bool) -> Result<()> {
        let activity: Url = format!("https://{}/joins/{}", who.host, event.id).parse()?;
        let kept = Participation {
            event: event.id,
            actor: who.id,
            state,
            invitation: invited.then(|| activity.clone()),
            activity,
            message: (state == State::Asked).then(|| "Wir kommen zu dritt und bringen Kuchen mit.".to_owned()),
            place: Uuid::now_v7(),
            joins: 1,
            counted_from: self.now,
            changed_at: self.now,
        };
        Ok(storage::participations::put(self.tx, &kept).await?)
    }
}

/// Builds everything in the database of a running quarter.
pub async fn build(quarter: &Quarter) -> Result<Scenery> {
    let store = Store::open(&format!("sqlite:{}", quarter.database().display())).await?;
    let now = Timestamp::from_second(crate::keys::seconds_from_now(0))?;
    let mut tx = store.write().await?;
    let ours = storage::actors::of_part(&mut tx, Part::Quarter).await?.remove(0);
    let harbour = actor(&mut tx, "Hafenviertel", "hafen.invalid", Kind::Group, now).await?;
    befriend(&mut tx, &ours, &harbour, now).await?;
    let old = actor(&mut tx, "Südstadt", "alt.invalid", Kind::Group, now).await?;
    befriend(&mut tx, &ours, &old, now).await?;
    let new = actor(&mut tx, "Südstadt", "sued.invalid", Kind::Group, now).await?;
    storage::moves::put(&mut tx, &Move { actor: old.id, target: new.url, moved_at: now, open: true }).await?;
    let mut people = Vec::new();
    for name in ["Anna Çelik", "Ben", "Cem", "Donaudampfschifffahrtsgesellschaft", "Emil", "Fatma"] {
        let host = format!("{}.invalid", people.len());
        people.push(actor(&mut tx, name, &format!("p{host}"), Kind::Person, now).await?);
    }
    let mut builder = Builder { tx: &mut tx, base: &quarter.base, now, count: 0 };
    let scenery = Box::pin(fill(&mut builder, &ours, &harbour, &people)).await?;
    tx.commit().await?;
    Ok(scenery)
}

async fn fill(builder: &mut Builder<'_>, ours: &Actor, harbour: &Actor, people: &[Actor]) -> Result<Scenery> {
    let [anna, ben, cem, donau, emil, fatma] = people else { anyhow::bail!("six people") };
    let text = post::Details::typed("Der Nordmarkt wird grün", "Im Frühling pflanzen wir.", Language::DE);
    let question = builder.post(ours, false, text).await?;
    let long = "Das ist eine lange Antwort mit vielen Worten. ".repeat(50);
    for (author, text) in [
        (anna, "Wir kommen gern und bringen Spaten mit."),
        (donau, "Achtung, hier wohnen Spinnen."),
        (ben, long.as_str()),
        (ours, "Danke an alle!"),
    ] {
        builder.reply(author, &question.url, false, text).await?;
    }
    for number in 0..25 {
        builder.reply(anna, &question.url, false, &format!("Noch eine Antwort, Nummer {number}.")).await?;
    }
    let shown = builder.reply(cem, &question.url, false, "Der Termin war doch gestern?").await?;
    builder.reply(emil, &question.url, true, "Darf ich auch kommen?").await?;
    builder.reply(fatma, &question.url, true, "Kauft hier: https://kaufen.invalid/jetzt").await?;
    let open = builder.poll(ours, "Umfrage", [3, 5], false).await?;
    let mut lost =
        post::Details::typed("Graue Katze entlaufen", "Sie hört auf Mieze und trägt ein Glöckchen.", Language::DE);
    lost.notice = Some(Notice { topic: Topic::Lost, until: Some(builder.now + hours(24 * 20)) });
    let lost = builder.post(ours, false, lost).await?;
    let closed = builder.poll(ours, "Umfrage vom Herbst", [12, 1], true).await?;
    let party = builder.event(ours, "Lichterfest am Kanal", Board::Published, Joining::ByApproval).await?;
    builder.reply(anna, &party.url, false, "Ist der Weg dorthin ohne Stufen?").await?;
    let states = [
        (anna, State::Asked, false),
        (ben, State::Confirmed, true),
        (cem, State::Queued, false),
        (donau, State::Invited, true),
        (emil, State::Refused, true),
        (fatma, State::Declined, false),
    ];
    for (who, state, invited) in states {
        builder.comes(&party, who, state, invited).await?;
    }
    let quiet = builder.event(ours, "Stille Stunde", Board::Published, Joining::None).await?;
    builder.event(ours, "Noch ein Entwurf", Board::Draft, Joining::None).await?;
    let theirs = builder.event(harbour, "Hafenfest", Board::Published, Joining::Open).await?;
    let joined = builder.event(harbour, "Hafenchor", Board::Published, Joining::Open).await?;
    builder.comes(&joined, ours, State::Queued, false).await?;
    let invited = builder.event(harbour, "Hafenrundfahrt", Board::Published, Joining::None).await?;
    builder.comes(&invited, ours, State::Invited, true).await?;
    builder.initiative(ours).await?;
    let (dates, changes) = builder.series(ours).await?;
    builder.places().await?;
    builder.moderation(&shown, harbour).await?;
    storage::featured::insert(builder.tx, ours.id, question.id, 5, builder.now).await?;
    storage::featured::insert(builder.tx, ours.id, party.id, 5, builder.now).await?;
    let post = |post: &Post| format!("/posts/{}", post.id);
    let event = |event: &Event| format!("/events/{}", event.id);
    let mut open = vec![
        post(&question),
        format!("{}/replies", post(&question)),
        post(&shown),
        format!("{}/report", post(&shown)),
        post(&open),
        post(&closed),
        post(&lost),
        "/board".to_owned(),
        "/board?topic=found".to_owned(),
        event(&party),
        format!("{}/replies", event(&quiet)),
        "/@repaircafe".to_owned(),
        "/report".to_owned(),
        "/rules".to_owned(),
        "/styleguide".to_owned(),
        "/accessibility".to_owned(),
        format!("/objection/{}", moderation::OBJECTION),
    ];
    open.extend(dates);
    let mut desk = vec![
        format!("{}/participants", event(&quiet)),
        event(&theirs),
        event(&joined),
        event(&invited),
        "/editors/deliveries".to_owned(),
        "/editors/invitations".to_owned(),
        "/editors/queue".to_owned(),
        "/editors/held".to_owned(),
        "/editors/reports".to_owned(),
        "/editors/record".to_owned(),
        "/editors/blocks".to_owned(),
        "/neighbours".to_owned(),
        "/@repaircafe/edit".to_owned(),
        "/@repaircafe/close".to_owned(),
        format!("{}/renew", post(&lost)),
        "/write/post".to_owned(),
    ];
    desk.extend(changes);
    Ok(Scenery { open, desk, participants: format!("{}/participants", event(&party)), event: event(&party) })
}

/// Lets people be invited, suspended, and in the middle of it; the pages that everyone may see, and those of an admin.
pub async fn people(quarter: &Quarter) -> Result<(Vec<String>, Vec<String>)> {
    quarter.cli(&["initiative", "create", "--name", "Repair-Café", "--handle", "repair_cafe"]).await?;
    quarter.account("chefin@example.org", "admin").await?;
    quarter.account("gesperrt@example.org", "editor").await?;
    let store = Store::open(&format!("sqlite:{}", quarter.database().display())).await?;
    let mut tx = store.write().await?;
    let now = Timestamp::from_second(crate::keys::seconds_from_now(0))?;
    let accounts = storage::accounts::all(&mut tx).await?;
    let find = |email: &str| accounts.iter().find(|account| account.email.as_str() == email).context("an account");
    let (admin, suspended) = (find("chefin@example.org")?, find("gesperrt@example.org")?);
    storage::accounts::suspend(&mut tx, suspended.id, Some(now)).await?;
    let cafe = storage::actors::by_handle(&mut tx, "repair_cafe").await?.context("an initiative")?;
    storage::accounts::set_membership(&mut tx, cafe.id, suspended.id, Membership::Speaker).await?;
    let places = [None, Some((cafe.id, Membership::Helper))];
    for (number, (initiative, email)) in
        places.into_iter().flat_map(|place| [(place, true), (place, false)]).enumerate()
    {
        let invitation = Invitation {
            id: Uuid::now_v7(),
            role: Role::Member,
            initiative,
            email: email.then(|| "frau.yildiz.mit.einer.langen.adresse@nachbarschaft.example".parse()).transpose()?,
            name: initiative.is_none().then(|| "Frau Yıldız".to_owned()),
            slip: None,
            by: admin.id,
            created_at: now,
            expires_at: now + hours(14 * 24),
        };
        let token = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, format!("einladung-{number}").as_bytes());
        storage::invitations::insert(&mut tx, &invitation, token.as_ref()).await?;
    }
    tx.commit().await?;
    let open = ["/welcome", "/welcome/einladung-0", "/welcome/einladung-2"].map(str::to_owned).into();
    let own = ["/editors/people".to_owned(), format!("/editors/people/{}", suspended.id), "/@repair_cafe".to_owned()];
    let own = own.into_iter().chain([format!("/editors/people/{}/remove", suspended.id), "/welcome".to_owned()]);
    let own = own.chain(["/account", "/account/import", "/account/leave", "/account/email/neu"].map(str::to_owned));
    Ok((open, own.collect()))
}

/// Makes the account with that address a speaker of the initiative.
pub async fn speak_for(quarter: &Quarter, handle: &str, email: &str) -> Result<()> {
    let store = Store::open(&format!("sqlite:{}", quarter.database().display())).await?;
    let mut tx = store.write().await?;
    let account = storage::accounts::by_email(&mut tx, &email.parse()?).await?.context("an account")?;
    let actor = storage::actors::by_handle(&mut tx, handle).await?.context("an initiative")?;
    storage::accounts::set_membership(&mut tx, actor.id, account.id, Membership::Speaker).await?;
    Ok(tx.commit().await?)
}

/// A request of the neighbour whose clock is seven minutes ahead.
pub async fn knock(quarter: &Quarter) -> Result<()> {
    let id = "https://hafen.invalid/@quartier";
    let body = format!(r#"{{"id":"{id}/1","type":"Like","actor":"{id}","object":"{}"}}"#, quarter.base);
    let headers = "(request-target) host date digest";
    let signature = format!(r#"keyId="{id}#key",algorithm="hs2019",headers="{headers}",signature="AAAA""#);
    let request = quarter
        .client
        .post(quarter.url("/inbox")?)
        .header("date", date::format(Timestamp::from_second(crate::keys::seconds_from_now(7 * 60))?))
        .header("digest", digest::of(body.as_bytes()))
        .header("content-type", "application/activity+json")
        .header("signature", signature);
    anyhow::ensure!(request.body(body).send().await?.status().as_u16() == 401, "a wrong clock is refused");
    Ok(())
}

/// Lets the neighbour have been silent for a while.
pub async fn fail(quarter: &Quarter) -> Result<()> {
    let store = Store::open(&format!("sqlite:{}", quarter.database().display())).await?;
    let now = Timestamp::from_second(crate::keys::seconds_from_now(-26 * 3600))?;
    let error = "not reached: invalid peer certificate: Expired".to_owned();
    let failing = Release::Failing { failures: 9, until: now + hours(30), error };
    let mut tx = store.write().await?;
    storage::lanes::release(&mut tx, "hafen.invalid", &failing, now).await?;
    Ok(tx.commit().await?)
}
