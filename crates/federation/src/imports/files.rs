//! Files of dates: a calendar (iCalendar) or a table (CSV), whichever it looks like.

use bytes::Bytes;
use calendar::ics::read::{self as ics, Reading};
use calendar::table::column::Column;
use calendar::table::{self, Table};
use domain::actor::Actor;
use domain::import::Source;
use jiff::Timestamp;
use storage::{Tx, sources};
use url::Url;

use super::report::Report;
use super::taking::{self, Found};
use crate::error::{Error, Result};
use crate::instance::Instance;

/// Reads the bytes of a file as of `now`, off the threads that serve requests; the table beside it, if it is one.
pub(super) async fn read(
    instance: &Instance,
    bytes: Bytes,
    columns: Option<Vec<Option<Column>>>,
    now: Timestamp,
) -> Result<(Reading, Option<Table>)> {
    let options = super::options(instance, now);
    let reading = tokio::task::spawn_blocking(move || {
        if is_calendar(&bytes) || !table::is_table(&bytes) {
            return (ics::read(&bytes, &options), None);
        }
        let mut table = table::read(&bytes, &options, columns.as_deref());
        (std::mem::take(&mut table.reading), Some(table))
    });
    reading.await.map_err(|_| Error::Unusable("this file could not be read"))
}

fn is_calendar(bytes: &[u8]) -> bool {
    let start = String::from_utf8_lossy(bytes.get(..bytes.len().min(1_024)).unwrap_or_default()).to_uppercase();
    start.contains("BEGIN:VCALENDAR")
}

/// The address of a file of `author`: two authors may have files of one name.
pub(super) fn address(name: &str, author: &Actor) -> Result<Url> {
    let mut url: Url = "file:///".parse().map_err(|_| Error::Unusable("a file has a name"))?;
    url.path_segments_mut()
        .map_err(|()| Error::Unusable("a file has a name"))?
        .push(&format!("@{}", author.handle))
        .push(name);
    Ok(url)
}

/// The source that a file of `author` is, as it is kept; files read before were known by their name alone.
pub(super) async fn known(tx: &mut Tx, name: &str, author: &Actor) -> Result<(Url, Option<Source>)> {
    let mut old: Url = "file:///".parse().map_err(|_| Error::Unusable("a file has a name"))?;
    old.set_path(name);
    if let Some(source) = sources::by_url(tx, &old).await?.filter(|source| source.author == author.id) {
        return Ok((old, Some(source)));
    }
    let url = address(name, author)?;
    let source = sources::by_url(tx, &url).await?;
    Ok((url, source))
}

/// The source of a file, added if it is new.
pub(super) async fn source(tx: &mut Tx, name: &str, author: &Actor, publish: bool) -> Result<Source> {
    let (url, _) = known(tx, name, author).await?;
    Ok(sources::add(tx, &url, name, author.id, publish).await?)
}

/// Takes in what a file holds.
pub(super) async fn take(instance: &Instance, mut source: Source, reading: Reading, author: &Actor) -> Result<Report> {
    let found = Found { reading, whole: true, gone: Vec::new() };
    let report = Box::pin(taking::take_in(instance, &mut source, found, author)).await?;
    source.read_at = Some(instance.clock().now());
    source.report = serde_json::to_string(&report.keep()).ok();
    let mut tx = instance.store().write().await?;
    sources::mark_read(&mut tx, &source, None).await?;
    tx.commit().await?;
    instance.wake();
    Ok(report)
}
