//! Authors who write without a pause, and what of their posts came where: the count by which nothing may be lost.

#![expect(clippy::indexing_slicing, reason = "a member that a JSON value does not have is null, no panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};

use crate::quarter::{self, Quarter};
use crate::sink::Sink;
use crate::{client, wait};

/// A PNG of eight by eight pixels.
const PICTURE: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEUlEQVR4nGM4ESWHFTEMLQkAbRlQAaP9gSoAAAAASUVORK5CYII=";

/// What an outbox needs to be written to.
#[derive(Clone, Debug)]
pub struct Desk {
    client: reqwest::Client,
    outbox: String,
    uploads: String,
    token: String,
}

impl Desk {
    /// The desk of an editor who writes in the quarter's name.
    pub async fn of(quarter: &Quarter) -> Result<Self> {
        let actor = quarter.actor().await?;
        let outbox = actor["outbox"].as_str().context("no outbox")?.to_owned();
        let uploads = actor["endpoints"]["uploadMedia"].as_str().context("no upload endpoint")?.to_owned();
        Ok(Self { client: quarter.client.clone(), outbox, uploads, token: quarter.editor().await? })
    }

    /// The same desk, for one who waits a minute for an answer.
    pub fn patient(mut self) -> Result<Self> {
        self.client = client::waiting(Duration::from_mins(1))?;
        Ok(self)
    }

    /// The same desk, reached through another node of the quarter.
    pub fn through(mut self, node: &Quarter) -> Result<Self> {
        let mut outbox: url::Url = self.outbox.parse()?;
        outbox.set_port(node.door().port()).map_err(|()| anyhow::anyhow!("no port"))?;
        self.outbox = outbox.into();
        Ok(self)
    }

    /// Publishes a post that says `marker`.
    pub async fn post(&self, marker: &str) -> Result<String> {
        let note = json!({
            "@context": "https://www.w3.org/ns/activitystreams", "type": "Note", "content": format!("<p>{marker}</p>"),
            "to": ["https://www.w3.org/ns/activitystreams#Public"],
        });
        quarter::post(&self.client, &self.outbox, &self.token, &note).await
    }

    /// Uploads a picture of a few pixels; what it was answered with.
    pub async fn upload(&self) -> Result<(u16, String)> {
        let head = "--wall\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\n";
        let body = [head.as_bytes(), &BASE64.decode(PICTURE)?, b"\r\n--wall--\r\n"].concat();
        let request = self.client.post(&self.uploads).bearer_auth(&self.token);
        let request = request.header("content-type", "multipart/form-data; boundary=wall");
        let answer = request.body(body).send().await?;
        Ok((answer.status().as_u16(), answer.text().await?))
    }

    /// Writes numbered posts until told to stop; gives the markers of those answered with 201.
    pub async fn write(self, next: Arc<AtomicUsize>, stop: Arc<AtomicBool>) -> Vec<String> {
        let mut acknowledged = Vec::new();
        while !stop.load(Ordering::SeqCst) {
            let marker = format!("Nachricht-{}-Ende", next.fetch_add(1, Ordering::SeqCst));
            match self.post(&marker).await {
                Ok(_) => acknowledged.push(marker),
                // Too fast for the server's limits, or the server is gone: the loop's owner knows which.
                Err(_) => tokio::time::sleep(Duration::from_millis(5)).await,
            }
        }
        acknowledged
    }
}

/// Waits until authors who take their numbers from `next` have begun so many posts more, on however busy a machine.
pub async fn begun(next: &AtomicUsize, more: usize) -> Result<()> {
    let wanted = next.load(Ordering::SeqCst) + more;
    let is_there = async || Ok((next.load(Ordering::SeqCst) >= wanted).then_some(()));
    wait::until("authors to write", Duration::from_mins(1), is_there).await
}

/// The marker of a post in a `Create`, with the ids of the activity and the object.
fn arrival(create: &Value) -> Option<(String, (String, String))> {
    let content = create["object"]["content"].as_str()?;
    let (_, rest) = content.split_once("<p>")?;
    let (marker, _) = rest.split_once("</p>")?;
    let id = |value: &Value| value["id"].as_str().map(str::to_owned);
    Some((marker.to_owned(), (id(create)?, id(&create["object"])?)))
}

/// Every marker that arrived at a sink, with all ids under which it did.
pub fn arrivals(sink: &Sink) -> BTreeMap<String, BTreeSet<(String, String)>> {
    let mut found: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for (marker, ids) in sink.activities("Create").iter().filter_map(arrival) {
        found.entry(marker).or_default().insert(ids);
    }
    found
}

/// How often a sink got what it had already, under the same id as before.
pub fn repeats(sink: &Sink) -> usize {
    let creates = sink.activities("Create");
    let ids: BTreeSet<&str> = creates.iter().filter_map(|create| create["id"].as_str()).collect();
    creates.len() - ids.len()
}

/// Waits until every sink has what was acknowledged, and what any other sink has.
pub async fn all_arrived(sinks: &[Sink], acknowledged: &BTreeSet<String>) -> Result<()> {
    wait::until("every post at every sink", Duration::from_secs(150), async || {
        let arrived: Vec<BTreeSet<String>> = sinks.iter().map(|sink| arrivals(sink).into_keys().collect()).collect();
        let wanted: BTreeSet<String> = arrived.iter().flatten().chain(acknowledged).cloned().collect();
        let missing: Vec<usize> = arrived.iter().map(|one| wanted.difference(one).count()).collect();
        tokio::time::sleep(Duration::from_millis(200)).await;
        anyhow::ensure!(missing.iter().all(|count| *count == 0), "of {} are missing: {missing:?}", wanted.len());
        Ok(Some(()))
    })
    .await
}
