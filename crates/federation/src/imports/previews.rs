//! A file is shown before it is taken in: what was shown is what is taken.

use calendar::table::column::Column;
use domain::actor::Actor;
use domain::event::Details;
use domain::import::Refusal;
use domain::retention::PREVIEWS;
use jiff::SignedDuration;
use storage::previews::{self, Preview};
use storage::{Tx, actors, sources, trust};
use uuid::Uuid;

use super::fate::Fate;
use super::report::Report;
use super::{files, taking};
use crate::error::{Error, Result};
use crate::instance::Instance;

/// The most bytes of a file.
pub const MAX_BYTES: usize = calendar::ics::read::MAX_BYTES;
/// Files up to so many bytes are taken in while whoever said yes waits, larger ones beside: a few hundred events.
const AT_ONCE: usize = 100_000;
/// How long one may be at a file before it counts as lost, since whoever was at it was killed.
const LEASE: SignedDuration = SignedDuration::from_mins(10);

/// Who uploads a file.
#[derive(Clone, Copy, Debug)]
pub struct Uploader {
    /// The account.
    pub account: Uuid,
    /// Whether it decides about what others write.
    pub may_edit: bool,
}

/// What a file would do.
#[derive(Clone, Debug)]
pub struct Outlook {
    /// The name of the file.
    pub name: String,
    /// In whose name.
    pub author: Actor,
    /// Whether new events go on the board at once.
    pub publish: bool,
    /// Each event, by its start.
    pub rows: Vec<Row>,
    /// In figures, with what was refused.
    pub report: Report,
    /// Of a table: each heading, the first cell beneath it, and what the column means.
    pub columns: Vec<(String, String, Option<Column>)>,
}

/// An event of a file and what would become of it.
#[derive(Clone, Debug)]
pub struct Row {
    /// What it says.
    pub details: Details,
    /// What becomes of it, by the message key after `import-fate-`.
    pub fate: &'static str,
}

/// Where a file is.
#[derive(Clone, Debug)]
pub enum Stage {
    /// It waits for a yes.
    Waits(Box<Outlook>),
    /// It is being taken in, or was: its source says how far.
    Taken(Box<domain::import::Source>),
}

/// Keeps a file of `author` to be shown; its name in addresses. Where nobody reads first what `author` publishes, or an
/// editor says so (`publish`), its events go on the board at once.
pub async fn upload(
    instance: &Instance,
    (name, body): (&str, Vec<u8>),
    author: &Actor,
    who: Uploader,
    publish: bool,
) -> Result<Uuid> {
    if body.len() > MAX_BYTES {
        return Err(Error::Unusable("this file is too large"));
    }
    let mut tx = instance.store().write().await?;
    let trusted = trust::level(&mut tx, author.id).await? != Some(domain::trust::Level::Check);
    let preview = Preview {
        id: instance.new_id(),
        account: who.account,
        author: author.id,
        name: domain::html::line(name, 100),
        body,
        columns: None,
        publish: if who.may_edit { publish } else { trusted },
        source: None,
        created_at: instance.clock().now(),
    };
    previews::put(&mut tx, &preview).await?;
    tx.commit().await?;
    Ok(preview.id)
}

/// Where the file `id` of an account is; [`Error::NotFound`] if it is no longer kept, or another's.
pub async fn look(instance: &Instance, id: Uuid, account: Uuid) -> Result<Stage> {
    let mut tx = instance.store().read().await?;
    let preview = kept(&mut tx, instance, id, account).await?;
    if let Some(source) = preview.source {
        let source = sources::by_id(&mut tx, source).await?.ok_or(Error::NotFound)?;
        return Ok(Stage::Taken(Box::new(source)));
    }
    let author = author(&mut tx, &preview).await?;
    drop(tx);
    let (body, columns) = (preview.body.clone().into(), columns_of(&preview));
    let (reading, table) = files::read(instance, body, columns, preview.created_at).await?;
    let mut tx = instance.store().read().await?;
    let (url, source) = files::known(&mut tx, &preview.name, &author).await?;
    let (fates, report) = taking::foresee(&mut tx, instance, (source.as_ref(), &url), reading, &author).await?;
    let table = table.unwrap_or_default();
    let examples = table.example.into_iter().chain(std::iter::repeat(String::new()));
    let columns = table.headings.into_iter().zip(examples).zip(table.columns);
    Ok(Stage::Waits(Box::new(Outlook {
        name: preview.name,
        author,
        publish: preview.publish,
        rows: fates.into_iter().map(|(item, fate)| Row { fate: word(&fate), details: item.details }).collect(),
        report,
        columns: columns.map(|((heading, example), column)| (heading, example, column)).collect(),
    })))
}

fn word(fate: &Fate) -> &'static str {
    match fate {
        Fate::New => "new",
        Fate::Changed(..) => "changed",
        Fate::Unchanged(_) => "unchanged",
        Fate::Declined => "declined",
        Fate::Led | Fate::Here => "twin",
    }
}

/// Says what the columns of a table mean.
pub async fn set_columns(instance: &Instance, id: Uuid, account: Uuid, columns: &[Option<Column>]) -> Result<()> {
    let text = serde_json::to_string(columns).map_err(|_| Error::Unusable("these are no columns"))?;
    let mut tx = instance.store().write().await?;
    kept(&mut tx, instance, id, account).await?;
    previews::set_columns(&mut tx, id, &text).await?;
    tx.commit().await?;
    Ok(())
}

/// Takes in a file that was shown: a short one now, a long one beside. Said twice, it is taken in once.
pub async fn take(instance: &Instance, id: Uuid, account: Uuid) -> Result<()> {
    let now = instance.clock().now();
    let mut tx = instance.store().write().await?;
    let preview = kept(&mut tx, instance, id, account).await?;
    let author = author(&mut tx, &preview).await?;
    let source = files::source(&mut tx, &preview.name, &author, preview.publish).await?;
    let is_first = previews::take(&mut tx, id, source.id, now + LEASE).await?;
    if is_first {
        // Until it is counted, it is not done.
        sources::progress(&mut tx, source.id, (0, 1)).await?;
    }
    tx.commit().await?;
    if !is_first {
        return Ok(());
    }
    let preview = Preview { source: Some(source.id), ..preview };
    if preview.body.len() > AT_ONCE {
        let instance = instance.clone();
        tokio::spawn(async move {
            if let Err(cause) = finish(&instance, preview).await {
                tracing::warn!("A file could not be taken in: {cause}");
            }
        });
        return Ok(());
    }
    finish(instance, preview).await
}

/// Takes in files that somebody said yes to and whose reader was killed.
pub(super) async fn finish_left(instance: &Instance) -> Result<()> {
    let now = instance.clock().now();
    let mut tx = instance.store().write().await?;
    let left = previews::claim(&mut tx, now, now + LEASE).await?;
    tx.commit().await?;
    for preview in left {
        Box::pin(finish(instance, preview)).await?;
    }
    Ok(())
}

async fn finish(instance: &Instance, preview: Preview) -> Result<()> {
    let mut tx = instance.store().read().await?;
    let author = author(&mut tx, &preview).await?;
    let source = match preview.source {
        Some(source) => sources::by_id(&mut tx, source).await?.ok_or(Error::NotFound)?,
        None => return Err(Error::NotFound),
    };
    drop(tx);
    let columns = columns_of(&preview);
    let (reading, _) = files::read(instance, preview.body.into(), columns, preview.created_at).await?;
    let outcome = Box::pin(files::take(instance, source.clone(), reading, &author)).await;
    let mut tx = instance.store().write().await?;
    if let Err(cause) = &outcome {
        let failed = domain::import::Source { error: Some(cause.to_string()), progress: (1, 1), ..source };
        sources::mark_read(&mut tx, &failed, None).await?;
    }
    previews::finish(&mut tx, preview.id).await?;
    tx.commit().await?;
    outcome.map(|_| ())
}

async fn kept(tx: &mut Tx, instance: &Instance, id: Uuid, account: Uuid) -> Result<Preview> {
    let since = instance.clock().now() - PREVIEWS;
    let found = previews::by_id(tx, id, account).await?;
    found.filter(|preview| preview.created_at > since).ok_or(Error::NotFound)
}

async fn author(tx: &mut Tx, preview: &Preview) -> Result<Actor> {
    let author = actors::by_id(tx, preview.author).await?;
    author.filter(|author| author.is_local() && author.deleted_at.is_none()).ok_or(Error::NotFound)
}

fn columns_of(preview: &Preview) -> Option<Vec<Option<Column>>> {
    serde_json::from_str(preview.columns.as_deref()?).ok()
}

/// The first of what was refused or remarked, by line.
pub fn refusals(report: &Report, most: usize) -> Vec<&Refusal> {
    let mut all: Vec<&Refusal> = report.refused.iter().chain(&report.remarks).collect();
    all.sort_by_key(|refusal| refusal.line);
    all.truncate(most);
    all
}
