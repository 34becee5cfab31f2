//! A bucket of an S3-compatible store: the pictures of servers that share no disk.

use std::fmt;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use domain::media::{Format, file_name};
use futures_util::stream::BoxStream;
use futures_util::{StreamExt, TryStreamExt};
use jiff::Timestamp;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path as Key;
use object_store::{BackoffConfig, ClientOptions, ObjectMeta, ObjectStore, ObjectStoreExt, RetryConfig};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tracing::{error, info};
use url::Url;
use uuid::Uuid;

use super::{Found, files};
use crate::error::{Error, Result};

/// How long one question may take, waiting for its turn included: somebody looks at a page.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long a connection may take to be made.
const CONNECTING: Duration = Duration::from_secs(3);
/// How long one try may take.
const TRY: Duration = Duration::from_secs(10);
/// How often a question is asked again that failed for a reason which may pass.
const RETRIES: usize = 2;
/// How many questions are asked at once; each may hold a picture in memory.
const TURNS: usize = 16;
/// The longest that an explanation is, in characters.
const LONGEST: usize = 300;
/// What the probe is called: no name that a picture has.
const PROBE: &str = "probe";
const NO_BUCKET: &str = "there is no such bucket";

/// Which bucket, and how it is reached.
#[derive(Clone)]
pub struct Access {
    /// Its name.
    pub bucket: String,
    /// What every key in it begins with; no other quarter may use the same.
    pub prefix: String,
    /// The address of the store; `None` is Amazon's in the region.
    pub endpoint: Option<Url>,
    /// The region that requests are signed for.
    pub region: String,
    /// The name of the key.
    pub access_key: String,
    /// The key.
    pub secret_key: String,
}

/// A bucket; cheap to clone.
#[derive(Clone)]
pub struct Bucket {
    store: AmazonS3,
    prefix: Key,
    name: String,
    turns: Arc<Semaphore>,
    /// Whether the last question was not answered.
    is_away: Arc<AtomicBool>,
}

impl fmt::Debug for Bucket {
    /// Without its keys.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bucket").field("name", &self.name).finish_non_exhaustive()
    }
}

impl fmt::Display for Bucket {
    /// `s3://BUCKET/PREFIX`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl Bucket {
    /// The bucket of `access`; asks nobody yet. [`Error::Settings`] says what is wrong.
    pub fn new(access: &Access) -> Result<Self> {
        let options = ClientOptions::new().with_connect_timeout(CONNECTING).with_timeout(TRY);
        let backoff = BackoffConfig { max_backoff: Duration::from_secs(1), ..BackoffConfig::default() };
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&access.bucket)
            .with_region(&access.region)
            .with_access_key_id(&access.access_key)
            .with_secret_access_key(&access.secret_key)
            .with_client_options(options)
            .with_retry(RetryConfig { backoff, max_retries: RETRIES, retry_timeout: PATIENCE })
            // One request a file is understood by every store; many at once are not.
            .with_disable_bulk_delete(true);
        if let Some(endpoint) = &access.endpoint {
            let is_plain = endpoint.scheme() == "http";
            builder = builder.with_endpoint(endpoint.as_str().trim_end_matches('/')).with_allow_http(is_plain);
        }
        let store = builder.build().map_err(|error| Error::Settings(explain(&error)))?;
        Ok(Self {
            store,
            prefix: Key::from(access.prefix.as_str()),
            name: format!("s3://{}/{}", access.bucket, access.prefix),
            turns: Arc::new(Semaphore::new(TURNS)),
            is_away: Arc::default(),
        })
    }

    /// Writes a file; it is kept once this returns. There in whole, or not at all.
    pub async fn write(&self, place: &str, bytes: Bytes) -> Result<()> {
        let key = self.key(place);
        match self.ask(self.store.put(&key, bytes.into())).await? {
            Some(_) => Ok(()),
            None => Err(self.failed(NO_BUCKET.to_owned())),
        }
    }

    /// A file of at most `most` bytes, if it is there.
    pub async fn read(&self, place: &str, most: u64) -> Result<Option<Bytes>> {
        let key = self.key(place);
        let reading = async {
            let found = self.store.get(&key).await?;
            if found.meta.size > most { Ok(None) } else { found.bytes().await.map(Some) }
        };
        match self.ask(reading).await? {
            Some(None) => Err(Error::Unusable("a picture is longer than it should be")),
            read => Ok(read.flatten()),
        }
    }

    /// Removes files; one that is not there is removed.
    pub async fn remove(&self, places: Vec<String>) -> Result<()> {
        for place in places {
            let key = self.key(&place);
            self.ask(self.store.delete(&key)).await?;
        }
        Ok(())
    }

    /// Every file below the prefix, a thousand at a question.
    pub fn list(&self) -> BoxStream<'static, Result<Found>> {
        let (bucket, found) = (self.clone(), self.store.list(Some(&self.prefix)));
        let named = self.clone();
        found
            .map_err(move |error| bucket.failed(explain(&error)))
            .try_filter_map(move |meta| std::future::ready(Ok(named.found(&meta))))
            .boxed()
    }

    /// Whether anything is there.
    pub async fn is_empty(&self) -> Result<bool> {
        let first = pin!(self.list()).try_next().await?;
        Ok(first.is_none())
    }

    /// Asks for something that is not there, and so finds out, and puts in the log, whether the store answers.
    pub async fn greet(&self) -> Result<()> {
        self.read(PROBE, u64::MAX).await.map(drop)
    }

    /// Writes, reads and removes a file.
    pub async fn probe(&self) -> Result<()> {
        let words = Bytes::from_static(b"quartier doctor wrote this, and removes it again");
        self.write(PROBE, words.clone()).await?;
        let read = self.read(PROBE, u64::MAX).await?;
        self.remove(vec![PROBE.to_owned()]).await?;
        if read == Some(words) { Ok(()) } else { Err(Error::Away("what is written does not come back".to_owned())) }
    }

    fn key(&self, place: &str) -> Key {
        Key::from(format!("{}/{place}", self.prefix))
    }

    fn found(&self, meta: &ObjectMeta) -> Option<Found> {
        let place = meta.location.as_ref().strip_prefix(self.prefix.as_ref())?.strip_prefix('/')?;
        let written_at = Timestamp::from_millisecond(meta.last_modified.timestamp_millis()).ok()?;
        Some(Found { id: id(place), place: place.to_owned(), bytes: meta.size, written_at })
    }

    /// Waits for a turn and for the store, and notes whether it answers; `None` if what was asked for is not there.
    async fn ask<T>(&self, asking: impl Future<Output = object_store::Result<T>>) -> Result<Option<T>> {
        let in_turn = async {
            let _turn = self.turns.acquire().await;
            asking.await
        };
        let answer = match timeout(PATIENCE, in_turn).await {
            Ok(Ok(answer)) => Some(answer),
            Ok(Err(object_store::Error::NotFound { source, .. })) if !source.to_string().contains("NoSuchBucket") => {
                None
            }
            Ok(Err(error)) => return Err(self.failed(explain(&error))),
            Err(_) => return Err(self.failed("it does not answer in time".to_owned())),
        };
        if self.is_away.swap(false, Ordering::Relaxed) {
            info!("The pictures in {self} can be reached again");
        }
        Ok(answer)
    }

    /// The error for `why`, which is in the log once until the store answers again.
    fn failed(&self, why: String) -> Error {
        if !self.is_away.swap(true, Ordering::Relaxed) {
            error!("The pictures in {self} cannot be reached: {why}");
        }
        Error::Away(why)
    }
}

/// The id of the picture that a file of ours belongs to, by its whole place.
fn id(place: &str) -> Option<Uuid> {
    let name = place.rsplit('/').next()?;
    let id = name.split('.').next()?.parse().ok()?;
    let is_ours = |format: Format| [false, true].iter().any(|small| file_name(id, format, *small) == name);
    (Format::ALL.into_iter().any(is_ours) && files::place(id, name) == place).then_some(id)
}

/// Why the store did not do it, in one line.
fn explain(error: &object_store::Error) -> String {
    use object_store::Error as E;
    let words = root(error);
    let code = words.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>")).map(|(code, _)| code);
    let said = code.unwrap_or(&words).split_whitespace().collect::<Vec<_>>().join(" ");
    let said: String = said.chars().take(LONGEST).collect();
    match error {
        E::Unauthenticated { .. } | E::PermissionDenied { .. } => format!("it refuses us: {said}"),
        E::NotFound { .. } => NO_BUCKET.to_owned(),
        _ => said,
    }
}

/// What the innermost cause says.
fn root(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_lies_where_a_picture_would_is_ours() {
        let id: Uuid = "0195b1d2-6f1e-4c3a-9d2b-00000000ab12".parse().expect("an id");
        let name = file_name(id, Format::Jpeg, true);
        assert_eq!(super::id(&files::place(id, &name)), Some(id));
        for other in [
            name.clone(),
            format!("ab/13/{name}"),
            format!("x/ab/12/{name}"),
            format!("ab/12/{id}"),
            format!("ab/12/{id}.jpg.part"),
            format!("ab/12/{}.jpg", id.simple()),
            PROBE.to_owned(),
            String::new(),
        ] {
            assert_eq!(super::id(&other), None, "{other}");
        }
    }

    #[test]
    fn a_bucket_shows_its_keys_to_nobody() {
        let access = Access {
            bucket: "bilder".into(),
            prefix: "nord.example".into(),
            endpoint: Some("http://127.0.0.1:9".parse().expect("a URL")),
            region: "us-east-1".into(),
            access_key: "geheim".into(),
            secret_key: "geheim".into(),
        };
        let bucket = Bucket::new(&access).expect("a bucket");
        assert_eq!(bucket.to_string(), "s3://bilder/nord.example");
        assert!(!format!("{bucket:?}").contains("geheim"));
    }
}
