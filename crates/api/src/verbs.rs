//! What a program may have an actor do, each through the same `publish` as the forms.

use domain::account::Rights;
use domain::actor::Actor;
use domain::event;
use domain::html;
use domain::media::Illustrations;
use domain::post;
use federation::activities::{add, announce, block, delete, follow, like, remove as unpin, undo};
use federation::writing::{self, Door, Writer, Written};
use federation::{Error, Instance, objects, paths, polls, quotes, remote, shape};
use serde_json::Value;
use storage::{activities, events, objects as registry, posts};
use url::Url;
use uuid::Uuid;

use crate::joining;
use crate::outbox::is_for_everyone;
use crate::problem::Problem;

/// What came of what a program wanted.
pub(crate) enum Outcome {
    /// It is done; the address of the resulting activity.
    Done(Url),
    /// It waits for an editor; the address it will have.
    Waits(Url),
}

/// Carries out what the account with these `rights` has `json` say, in the name of `actor`.
pub(crate) async fn carry_out(
    instance: &Instance,
    rights: &Rights,
    actor: &Actor,
    json: &Value,
) -> Result<Outcome, Problem> {
    let kind = shape::kind(json, |kind| Some(kind.to_owned())).ok_or_else(|| Problem::bad("type: is missing"))?;
    if let Some(claimed) = shape::id(json, "actor")
        && claimed != actor.url
    {
        return Err(Problem::bad("actor: is not the actor of this outbox"));
    }
    let object = shape::get(json, "object");
    let done = match (kind.as_str(), object) {
        ("Create", Some(object)) => return publish(instance, rights, actor, object).await,
        ("Update", Some(object)) => change(instance, rights, actor, object).await,
        ("Delete", Some(object)) => remove(instance, actor, &id(object)?).await,
        ("Undo", Some(object)) => take_back(instance, actor, object).await,
        ("Follow", Some(object)) => ask(instance, actor, &id(object)?).await,
        ("Like", Some(object)) => appreciate(instance, actor, &id(object)?).await,
        ("Add", Some(object)) => put_first(instance, actor, &id(object)?, json).await,
        ("Remove", Some(object)) => put_back(instance, actor, &id(object)?, json).await,
        ("Announce", Some(object)) => boost(instance, actor, &id(object)?).await,
        ("Block", Some(object)) => shut_out(instance, actor, &id(object)?).await,
        ("Join", Some(object)) => Box::pin(joining::come(instance, actor, &id(object)?, json)).await,
        ("Leave", Some(object)) => Box::pin(joining::go(instance, actor, &id(object)?)).await,
        ("Invite", Some(object)) => Box::pin(joining::invite(instance, actor, &id(object)?, json)).await,
        (
            "Create" | "Update" | "Delete" | "Undo" | "Follow" | "Like" | "Announce" | "Add" | "Remove" | "Join"
            | "Leave" | "Invite" | "Block",
            None,
        ) => Err(Problem::bad("object: is missing")),
        ("Note" | "Article" | "Question" | "Event", _) => return publish(instance, rights, actor, json).await,
        _ => Err(Problem::bad(format!("type: {} is not understood here", html::line(&kind, 50)))),
    };
    done.map(Outcome::Done)
}

fn id(object: &Value) -> Result<Url, Problem> {
    shape::id_of(object).ok_or_else(|| Problem::bad("object: is not an id"))
}

/// What an object says, if it can be published.
enum Draft {
    Post(Box<post::Draft>),
    Event(Box<event::Draft>),
}

fn read(instance: &Instance, account: Uuid, object: &Value) -> Result<Draft, Problem> {
    if !is_for_everyone(object) {
        return Err(Problem::bad(
            "to: everything published here is for everyone; add the public audience or leave it out",
        ));
    }
    // What a program does not mention stays as it is (`ActivityPub` section 6.3.1).
    let picks = shape::get(object, "attachment").map(|_| objects::attachment::picks(object, instance)).transpose()?;
    let pictures = picks.map(|picks| Illustrations { account, picks });
    let kind =
        shape::kind(object, |kind| matches!(kind, "Note" | "Article" | "Question" | "Event").then(|| kind.to_owned()));
    match kind.as_deref() {
        Some("Event") => {
            let draft = objects::event::read(object, instance.settings())?;
            Ok(Draft::Event(Box::new(match pictures {
                Some(pictures) => draft.with_pictures(pictures),
                None => draft,
            })))
        }
        Some(kind) => {
            let mut details = objects::note::read(object, instance.settings().language)
                .ok_or_else(|| Problem::bad("content: is missing"))?;
            if kind == "Article" && details.title.is_none() {
                return Err(Problem::bad("name: an article has a title"));
            }
            if kind == "Question" && details.poll.is_none() {
                return Err(Problem::bad("oneOf: a question has at least two different answers"));
            }
            details.language.get_or_insert_with(|| instance.settings().language.code().to_owned());
            let draft = post::Draft::new(details)?;
            Ok(Draft::Post(Box::new(match pictures {
                Some(pictures) => draft.with_pictures(pictures),
                None => draft,
            })))
        }
        None => Err(Problem::bad("object.type: is none of Note, Article, Question, Event")),
    }
}

async fn publish(instance: &Instance, rights: &Rights, actor: &Actor, object: &Value) -> Result<Outcome, Problem> {
    if let Some((question, name)) = polls::as_vote(instance, object).await? {
        polls::vote(instance, actor, &question, &name).await?;
        return done(instance, actor, "Create", &question).await.map(Outcome::Done);
    }
    let writer = Writer::new(rights, Door::Program);
    let (place, path): (_, fn(Uuid) -> String) = match read(instance, rights.account.id, object)? {
        Draft::Post(draft) => {
            let place = match objects::quote::read(object) {
                Some(target) => {
                    Written::Board(Box::pin(writing::quote(instance, actor, *draft, &target, &writer)).await?)
                }
                None => Box::pin(writing::post(instance, actor, &draft, &writer, None)).await?,
            };
            (place, paths::post)
        }
        Draft::Event(draft) => (Box::pin(writing::event(instance, actor, &draft, &writer, None)).await?, paths::event),
    };
    match place {
        Written::Board(id) => done(instance, actor, "Create", &instance.url(&path(id))).await.map(Outcome::Done),
        Written::Queue(id) => Ok(Outcome::Waits(instance.url(&path(id)))),
    }
}

async fn change(instance: &Instance, rights: &Rights, actor: &Actor, object: &Value) -> Result<Url, Problem> {
    let url = shape::id_of(object).ok_or_else(|| Problem::bad("object.id: is missing"))?;
    let id = own(instance, actor, &url).await?;
    let writer = Writer::new(rights, Door::Program);
    match read(instance, rights.account.id, object)? {
        Draft::Post(draft) => {
            posts::by_id(&mut instance.store().look().await?, id).await?.ok_or(Error::NotFound)?;
            Box::pin(writing::change_post(instance, id, *draft, &writer)).await?;
        }
        Draft::Event(draft) => {
            events::by_id(&mut instance.store().look().await?, id).await?.ok_or(Error::NotFound)?;
            Box::pin(writing::change_event(instance, id, *draft, &writer)).await?;
        }
    }
    done(instance, actor, "Update", &url).await
}

async fn remove(instance: &Instance, actor: &Actor, url: &Url) -> Result<Url, Problem> {
    if instance.is_ours(url) && url.path().starts_with("/quotes/") {
        quotes::revoke(instance, actor, url).await?;
        return done(instance, actor, "Delete", url).await;
    }
    let id = own(instance, actor, url).await?;
    delete::object(instance, id).await?;
    done(instance, actor, "Delete", url).await
}

/// Our key of an object that is the actor's own.
async fn own(instance: &Instance, actor: &Actor, url: &Url) -> Result<Uuid, Problem> {
    let entry = registry::by_url(&mut instance.store().look().await?, url).await?;
    let entry = entry.filter(|entry| entry.deleted_at.is_none()).ok_or(Error::NotFound)?;
    if entry.owner == actor.url.as_str() { Ok(entry.id) } else { Err(Error::Forbidden.into()) }
}

async fn ask(instance: &Instance, actor: &Actor, url: &Url) -> Result<Url, Problem> {
    let other = remote::known_or_fetched(instance, url).await?;
    let mut tx = instance.store().write().await?;
    follow::publish(&mut tx, instance, actor, &other).await?;
    tx.commit().await?;
    instance.wake();
    done(instance, actor, "Follow", url).await
}

async fn appreciate(instance: &Instance, actor: &Actor, url: &Url) -> Result<Url, Problem> {
    let author = author_of(instance, url).await?;
    let mut tx = instance.store().write().await?;
    like::publish(&mut tx, instance, actor, url, &author).await?;
    tx.commit().await?;
    instance.wake();
    done(instance, actor, "Like", url).await
}

async fn boost(instance: &Instance, actor: &Actor, url: &Url) -> Result<Url, Problem> {
    author_of(instance, url).await?;
    let mut tx = instance.store().write().await?;
    announce::publish(&mut tx, instance, actor, url).await?;
    tx.commit().await?;
    instance.wake();
    done(instance, actor, "Announce", url).await
}

async fn put_first(instance: &Instance, actor: &Actor, url: &Url, json: &Value) -> Result<Url, Problem> {
    into_featured(actor, json)?;
    add::publish(instance, actor, url).await?;
    done(instance, actor, "Add", url).await
}

async fn put_back(instance: &Instance, actor: &Actor, url: &Url, json: &Value) -> Result<Url, Problem> {
    into_featured(actor, json)?;
    unpin::publish(instance, actor, url).await?;
    done(instance, actor, "Remove", url).await
}

/// Refuses every collection but the one that shows what the actor puts first.
fn into_featured(actor: &Actor, json: &Value) -> Result<(), Problem> {
    let own = shape::id(json, "target") == Some(paths::of(actor, "featured"));
    if own { Ok(()) } else { Err(Problem::bad("target: is not the featured collection of this actor")) }
}

/// Blocks another in the actor's name; nobody is told.
async fn shut_out(instance: &Instance, actor: &Actor, url: &Url) -> Result<Url, Problem> {
    let other = remote::known_or_fetched(instance, url).await?;
    let mut tx = instance.store().write().await?;
    let done = block::publish(&mut tx, instance, actor, &other).await?;
    tx.commit().await?;
    instance.wake();
    Ok(done)
}

/// The author of an object that we know.
async fn author_of(instance: &Instance, url: &Url) -> Result<Actor, Problem> {
    let entry = registry::by_url(&mut instance.store().look().await?, url).await?;
    let entry = entry.filter(|entry| entry.deleted_at.is_none()).ok_or(Error::NotFound)?;
    let owner: Url = entry.owner.parse().map_err(|_| Error::NotFound)?;
    let author = remote::known_or_fetched(instance, &owner).await?;
    if author.is_local() { Err(Problem::bad("object: is one of ours")) } else { Ok(author) }
}

/// Takes back a follow, a like or an announce, told by its id or as it was.
async fn take_back(instance: &Instance, actor: &Actor, object: &Value) -> Result<Url, Problem> {
    let told = shape::id_of(object);
    let mut tx = instance.store().write().await?;
    let kept = match &told {
        Some(url) => activities::by_url(&mut tx, url).await?.filter(|activity| activity.actor == actor.id),
        None => None,
    };
    let (kind, about) = if let Some(activity) = kept {
        (activity.kind, activity.object)
    } else {
        let kind = shape::kind(object, |kind| Some(kind.to_owned())).ok_or(Error::NotFound)?;
        (kind, shape::id(object, "object").ok_or(Error::NotFound)?)
    };
    let undone = match kind.as_str() {
        "Follow" => {
            let other = storage::actors::by_url(&mut tx, &about).await?.ok_or(Error::NotFound)?;
            undo::follow(&mut tx, instance, actor, &other).await?
        }
        "Like" => undo::reaction(&mut tx, instance, actor, "Like", &about).await?,
        "Announce" => undo::reaction(&mut tx, instance, actor, "Announce", &about).await?,
        "Block" => {
            let other = storage::actors::by_url(&mut tx, &about).await?.ok_or(Error::NotFound)?;
            block::take_back(&mut tx, instance, actor, &other).await?
        }
        "Join" => {
            drop(tx);
            return Box::pin(joining::take_back(instance, actor, object)).await;
        }
        _ => {
            return Err(Problem::bad(
                "object: only a Follow, a Like, an Announce, a Block or a Join can be taken back",
            ));
        }
    };
    let undone = undone.ok_or(Error::NotFound)?;
    tx.commit().await?;
    instance.wake();
    Ok(undone)
}

/// The address of the activity that was just made.
async fn done(instance: &Instance, actor: &Actor, kind: &str, about: &Url) -> Result<Url, Problem> {
    let made = activities::latest(&mut instance.store().look().await?, actor.id, kind, about).await?;
    Ok(made.ok_or(Error::NotFound)?.url)
}
