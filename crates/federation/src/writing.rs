//! What people of ours write, by whichever door: on the board at once, or first in the editors' queue.
//!
//! Words about crime or suspicious people are never published in one go: who fills in a form is asked first, and an editor
//! decides ([decision 0065](../../../docs/decisions/0065-safety.md)).

use calendar::recurrence::Recurrence;
use domain::account::Rights;
use domain::actor::Actor;
use domain::event::{self, Event, State};
use domain::invalid::Invalid;
use domain::post::{self, Post};
use domain::safety::ASKED;
use domain::series::Scope;
use domain::trust::Level;
use storage::submitted::{self, Claim};
use storage::{Tx, events, handed_in, posts, trust};
use url::Url;
use uuid::Uuid;

use crate::activities::{create, update};
use crate::error::{Error, Result};
use crate::instance::Instance;
use crate::{quotes, series};

/// By which door something comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// A form, which can ask; whether it has.
    Form {
        /// Whether its writer was asked and sends it all the same.
        asked: bool,
    },
    /// A program, which cannot.
    Program,
}

/// Who writes.
#[derive(Clone, Copy, Debug)]
pub struct Writer {
    /// Their account; none on the command line.
    pub account: Option<Uuid>,
    /// Whether they decide about what others write.
    pub may_edit: bool,
    /// How it comes.
    pub door: Door,
}

impl Writer {
    /// The account with these rights.
    pub fn new(rights: &Rights, door: Door) -> Self {
        Self { account: Some(rights.account.id), may_edit: rights.may_edit(), door }
    }

    /// Whoever sits at the command line of the server.
    pub fn operator() -> Self {
        Self { account: None, may_edit: false, door: Door::Program }
    }
}

/// Where something new is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// On the board, under this key of ours.
    Board(Uuid),
    /// In the editors' queue, under this key of ours.
    Queue(Uuid),
}

impl Written {
    fn of(id: Uuid, waits: bool) -> Self {
        if waits { Self::Queue(id) } else { Self::Board(id) }
    }
}

/// Takes a new post of `author`. Who sends the same `form` (a hash of all it says, and of who) again gets what it made the
/// first time. [`Error::Invalid`] at the field [`ASKED`] where the writer has to be asked first.
pub async fn post(
    instance: &Instance,
    author: &Actor,
    draft: &post::Draft,
    writer: &Writer,
    form: Option<&[u8]>,
) -> Result<Written> {
    let touches =
        instance.settings().editors.safety.touch_post(draft.details()) || pictures(instance, draft.pictures());
    ask(touches, writer)?;
    let mut tx = instance.store().write().await?;
    if let Some(made) = made(&mut tx, instance, form).await? {
        return Ok(made);
    }
    let waits = waits(&mut tx, author, writer, touches).await?;
    let post = if waits {
        create::insert_post(&mut tx, instance, author, draft, true).await?
    } else {
        create::post_in(&mut tx, instance, author, draft).await?
    };
    finish(tx, instance, writer, (post.id, waits), form).await
}

/// As [`post`], of an event.
pub async fn event(
    instance: &Instance,
    author: &Actor,
    draft: &event::Draft,
    writer: &Writer,
    form: Option<&[u8]>,
) -> Result<Written> {
    let touches =
        instance.settings().editors.safety.touch_event(draft.details()) || pictures(instance, draft.pictures());
    ask(touches, writer)?;
    let mut tx = instance.store().write().await?;
    if let Some(made) = made(&mut tx, instance, form).await? {
        return Ok(made);
    }
    let waits = waits(&mut tx, author, writer, touches).await?;
    let state = if waits { State::Draft } else { State::Published };
    let event = create::new_event(&mut tx, instance, author, draft, state, None).await?;
    finish(tx, instance, writer, (event.id, waits), form).await
}

/// As [`event`], of a series that begins with `draft` and repeats by `rule`. The first of its events is what is made.
pub async fn series(
    instance: &Instance,
    author: &Actor,
    (draft, rule): (&event::Draft, &Recurrence),
    writer: &Writer,
    form: Option<&[u8]>,
) -> Result<Written> {
    let touches =
        instance.settings().editors.safety.touch_event(draft.details()) || pictures(instance, draft.pictures());
    ask(touches, writer)?;
    let mut tx = instance.store().write().await?;
    if let Some(made) = made(&mut tx, instance, form).await? {
        return Ok(made);
    }
    let waits = waits(&mut tx, author, writer, touches).await?;
    let first = Box::pin(series::begin(&mut tx, instance, author, (draft, rule), waits)).await?;
    finish(tx, instance, writer, (first, waits), form).await
}

/// Changes `scope` of the series of the event `id`, as [`change_event`] changes one of them.
pub async fn change_series(
    instance: &Instance,
    id: Uuid,
    scope: Scope,
    (draft, rule): (&event::Draft, &Recurrence),
    writer: &Writer,
) -> Result<()> {
    let words = &instance.settings().editors.safety;
    let touches = words.touch_event(draft.details()) || pictures(instance, draft.pictures());
    let mut tx = instance.store().look().await?;
    let kept = events::by_id(&mut tx, id).await?.ok_or(Error::NotFound)?;
    drop(tx);
    may_change(touches, Some(words.touch_event(&kept.details)), writer)?;
    Box::pin(series::change(instance, id, scope, (draft, rule))).await
}

/// As [`post`], of one that quotes `target`. It cannot wait: whoever is quoted is asked at once. Then it is
/// [`Error::Unusable`].
pub async fn quote(
    instance: &Instance,
    author: &Actor,
    draft: post::Draft,
    target: &Url,
    writer: &Writer,
) -> Result<Uuid> {
    let touches =
        instance.settings().editors.safety.touch_post(draft.details()) || pictures(instance, draft.pictures());
    ask(touches, writer)?;
    if waits(&mut instance.store().look().await?, author, writer, touches).await? {
        return Err(Error::Unusable("an editor reads this first, and what waits cannot quote"));
    }
    Ok(Box::pin(quotes::publish(instance, author, draft, target)).await?.id)
}

/// Changes a post of ours, on the board or in the queue. What is on the board takes on words about crime from editors only.
pub async fn change_post(instance: &Instance, id: Uuid, draft: post::Draft, writer: &Writer) -> Result<Post> {
    let words = &instance.settings().editors.safety;
    let touches = words.touch_post(draft.details()) || pictures(instance, draft.pictures());
    let mut tx = instance.store().look().await?;
    let shown = posts::by_id(&mut tx, id).await?;
    drop(tx);
    let before = shown.as_ref().map(|post| words.touch_post(&post.details));
    may_change(touches, before, writer)?;
    update::post(instance, id, draft).await
}

/// As [`change_post`], of an event.
pub async fn change_event(instance: &Instance, id: Uuid, draft: event::Draft, writer: &Writer) -> Result<Event> {
    let words = &instance.settings().editors.safety;
    let touches = words.touch_event(draft.details()) || pictures(instance, draft.pictures());
    let mut tx = instance.store().look().await?;
    let kept = events::by_id(&mut tx, id).await?.ok_or(Error::NotFound)?;
    drop(tx);
    let before = (kept.state == State::Published).then(|| words.touch_event(&kept.details));
    may_change(touches, before, writer)?;
    update::event(instance, id, draft).await
}

/// Whether what somebody writes has to wait; a form that has not asked its writer yet is sent back.
pub(crate) fn ask(touches: bool, writer: &Writer) -> Result<()> {
    if touches && writer.door == (Door::Form { asked: false }) {
        return Err(Invalid::one(ASKED, "safety-asked").into());
    }
    Ok(())
}

/// Whether it waits: words about crime, unless an editor was asked and decides with the same word; and what is written in a
/// name that editors read first, unless they write it themselves.
async fn waits(tx: &mut Tx, author: &Actor, writer: &Writer, touches: bool) -> Result<bool> {
    let decides = writer.may_edit && writer.door == (Door::Form { asked: true });
    if touches && !decides {
        return Ok(true);
    }
    Ok(!writer.may_edit && trust::level(tx, author.id).await? == Some(Level::Check))
}

/// Refuses a change by which something on the board, which touched nothing `before`, would; `before` is none for a draft.
fn may_change(touches: bool, before: Option<bool>, writer: &Writer) -> Result<()> {
    if !touches || before == Some(true) {
        return Ok(());
    }
    ask(touches, writer)?;
    let decides = writer.may_edit && writer.door != Door::Program;
    if before.is_none() || decides { Ok(()) } else { Err(Invalid::one("content", "safety-change").into()) }
}

/// Whether what describes pictures speaks of crime.
fn pictures(instance: &Instance, pictures: Option<&domain::media::Illustrations>) -> bool {
    let mut picks = pictures.iter().flat_map(|pictures| &pictures.picks);
    picks.any(|pick| instance.settings().editors.safety.touch(&pick.alt))
}

/// What the same form has made before, if it is still there.
async fn made(tx: &mut Tx, instance: &Instance, form: Option<&[u8]>) -> Result<Option<Written>> {
    let Some(form) = form else { return Ok(None) };
    let Claim::Done(Some(made)) = submitted::claim(tx, form, instance.clock().now()).await? else { return Ok(None) };
    if let Some(event) = events::by_id(tx, made).await? {
        return Ok(Some(Written::of(made, event.state == State::Draft)));
    }
    if posts::by_id(tx, made).await?.is_some() {
        return Ok(Some(Written::Board(made)));
    }
    Ok(posts::draft(tx, made).await?.map(|_| Written::Queue(made)))
}

/// Notes who wrote what waits and what a form has made, and lets everything last.
async fn finish(
    mut tx: Tx,
    instance: &Instance,
    writer: &Writer,
    (id, waits): (Uuid, bool),
    form: Option<&[u8]>,
) -> Result<Written> {
    if let Some(account) = writer.account.filter(|_| waits) {
        handed_in::insert(&mut tx, id, account, instance.clock().now()).await?;
    }
    if let Some(form) = form {
        submitted::note(&mut tx, form, id).await?;
    }
    tx.commit().await?;
    instance.wake();
    Ok(Written::of(id, waits))
}
