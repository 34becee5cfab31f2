//! The stories' own HTTP client: every name under `localhost` is this machine, redirects are shown, not followed.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use serde_json::Value;
use url::Url;

/// The media type of everything ActivityPub.
pub const ACTIVITY_JSON: &str = "application/activity+json";

struct Loopback;

impl Resolve for Loopback {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().to_owned();
        Box::pin(async move {
            if host != "localhost" && !host.ends_with(".localhost") {
                return Err(format!("{host} is not on this machine").into());
            }
            let addresses: Addrs = Box::new(std::iter::once(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))));
            Ok(addresses)
        })
    }
}

/// A client with a time limit of ten seconds.
pub fn new() -> Result<reqwest::Client> {
    waiting(Duration::from_secs(10))
}

/// As [`new`], for one who waits so long for an answer.
pub fn waiting(patience: Duration) -> Result<reqwest::Client> {
    let client = reqwest::Client::builder().dns_resolver(Arc::new(Loopback)).redirect(Policy::none());
    Ok(client.timeout(patience).build()?)
}

/// Asks, once more where a connection that was kept open ends just then, as browsers do: a server that begins anew ends it.
async fn get(client: &reqwest::Client, url: &str, accept: &str) -> reqwest::Result<reqwest::Response> {
    let ask = || client.get(url).header("accept", accept).send();
    match ask().await {
        Err(error) if error.is_request() && !error.is_connect() && !error.is_timeout() => ask().await,
        answer => answer,
    }
}

/// The JSON document at `url`, asked for as ActivityPub.
pub async fn json(client: &reqwest::Client, url: &str) -> Result<Value> {
    let answer = get(client, url, ACTIVITY_JSON).await?;
    let status = answer.status();
    let body = answer.text().await?;
    if !status.is_success() {
        bail!("{url} answered {status}: {body}");
    }
    serde_json::from_str(&body).with_context(|| format!("{url} answered {body}"))
}

/// The page at `url`, with its status.
pub async fn page(client: &reqwest::Client, url: &str) -> Result<(u16, String)> {
    let answer = get(client, url, "text/html").await?;
    Ok((answer.status().as_u16(), answer.text().await?))
}

/// The URL of the actor behind `name@host`, by WebFinger (RFC 7033) over plain http.
pub async fn actor_of(client: &reqwest::Client, address: &str) -> Result<Url> {
    let (_, host) = address.split_once('@').context("an address has an @")?;
    let found = json(client, &format!("http://{host}/.well-known/webfinger?resource=acct:{address}")).await?;
    let links = found["links"].as_array().context("no links")?;
    let link = links.iter().find(|link| link["rel"] == "self").context("no link to the actor")?;
    Ok(link["href"].as_str().context("a link without href")?.parse()?)
}
