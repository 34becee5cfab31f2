//! The same load against any other server: `--against URL`, with `--inbox URL`, `--pages /a,/b` and, where that server
//! is not on this machine, `--from http://HOST:PORT`, an address of this one that it reaches.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::json;
use url::Url;

use crate::accept;
use crate::book::Book;
use crate::drive;
use crate::figure::Figure;
use crate::machine::Limits;
use crate::peers::Peers;

const ACTIVITIES: usize = 3_000;
const CONNECTIONS: [usize; 2] = [16, 64];
const TIME: Duration = Duration::from_secs(5);

/// What the command line says of the other server.
pub(crate) struct Other {
    base: Url,
    inbox: Option<Url>,
    pages: Vec<String>,
    from: Option<Url>,
}

impl Other {
    /// Reads the words behind `--against`; `None` if there are none.
    pub(crate) fn read(words: &[String]) -> Result<Option<Self>> {
        let said = |name: &str| {
            let at = words.iter().position(|word| word == name)?;
            words.get(at + 1).map(String::as_str)
        };
        let url =
            |name: &str| said(name).map(str::parse::<Url>).transpose().with_context(|| format!("{name} is no URL"));
        let Some(base) = url("--against")? else { return Ok(None) };
        ensure!(base.scheme() == "http", "only http: leave the TLS of a proxy out of it");
        let pages = said("--pages").unwrap_or("/").split(',').map(str::to_owned).collect();
        Ok(Some(Self { base, inbox: url("--inbox")?, pages, from: url("--from")? }))
    }

    /// Where it listens, as `host:port`.
    fn door(&self) -> Result<String> {
        let host = self.base.host_str().context("an address has a host")?;
        // Every name under localhost is this machine, whatever the system's resolver thinks of it.
        let host = if host.ends_with("localhost") { "127.0.0.1" } else { host };
        Ok(format!("{host}:{}", self.base.port_or_known_default().unwrap_or(80)))
    }

    fn host(&self) -> String {
        let host = self.base.host_str().unwrap_or_default();
        self.base.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }
}

/// Loads its pages, and its inbox if one is named.
pub(crate) async fn figures(other: &Other, limits: Limits, book: &mut Book) -> Result<()> {
    let door = other.door()?;
    for path in &other.pages {
        let requests = vec![drive::get(&other.host(), path, "text/html,text/calendar,*/*")];
        for connections in CONNECTIONS {
            let outcome = drive::during(TIME, &door, connections, requests.clone()).await?;
            let name = format!("against/page{path}/{connections}");
            let what = format!("{path} a second, {connections} connections, {} not answered with 200", outcome.odd);
            book.tell(Figure::new(&name, &what, outcome.rate, "/s").of(limits.sign));
            book.tell(Figure::new(&format!("{name}/p99"), "99th percentile", outcome.percentile(99), "ms"));
        }
    }
    let Some(inbox) = &other.inbox else { return Ok(()) };
    let peers = Peers::at(other.from.as_ref()).await?;
    // The first makes the server fetch the sender; with a follow it may also want what comes.
    let follow = json!({
        "@context": "https://www.w3.org/ns/activitystreams", "id": peers.url(0, "/follow"), "type": "Follow",
        "actor": peers.url(0, "/actor"), "object": other.base,
    });
    let status = peers.send(0, inbox, &follow).await?;
    eprintln!("A first activity was answered with {status}.");
    let requests = accept::signed(&peers, inbox, CONNECTIONS.len() * ACTIVITIES)?;
    for (connections, round) in CONNECTIONS.into_iter().zip(requests.chunks(ACTIVITIES)) {
        let outcome = drive::once(std::slice::from_ref(&door), connections, Arc::new(round.to_vec()), 202).await?;
        let name = format!("against/inbox/{connections}");
        let what = format!("Accepted a second, {connections} connections, {} not answered with 202", outcome.odd);
        book.tell(Figure::new(&name, &what, outcome.rate, "/s").of(limits.sign));
        book.tell(Figure::new(&format!("{name}/p99"), "99th percentile", outcome.percentile(99), "ms"));
    }
    Ok(())
}
