//! One GET: at most a few redirects, each judged and signed anew, and a bounded answer.

use bytes::{Bytes, BytesMut};
use http::header::{HeaderMap, LOCATION};
use http::{Method, StatusCode};
use url::Url;

use super::client::failure;
use super::guard::Schemes;
use super::{Answer, Client, FetchError, budget};

/// How to ask.
pub(super) struct Plan<'a> {
    /// Which schemes may be used.
    pub(super) schemes: Schemes,
    /// How many redirects are followed.
    pub(super) redirects: usize,
    /// How many bytes the answer may have, unpacked.
    pub(super) max: usize,
    /// Makes the headers of each hop.
    pub(super) headers: &'a (dyn Fn(&Url) -> HeaderMap + Send + Sync),
    /// Makes the headers of a second try of a hop after such an answer; `None` where it would not help.
    pub(super) again: &'a (dyn Fn(&Url, &Answer) -> Option<HeaderMap> + Send + Sync),
}

/// An answer: any 2xx, or 304 without a body.
pub(super) struct Fetched {
    /// Where it came from in the end.
    pub(super) url: Url,
    /// Its status.
    pub(super) status: StatusCode,
    /// Its headers.
    pub(super) headers: HeaderMap,
    /// Its body, unpacked.
    pub(super) body: Bytes,
}

impl Client {
    /// Asks for `url`, without its fragment, as `plan` says.
    pub(super) async fn get(&self, url: &Url, plan: &Plan<'_>) -> Result<Fetched, FetchError> {
        let mut seen = vec![without_fragment(url)];
        loop {
            let Some(url) = seen.last().cloned() else { return Err(FetchError::NotFound) };
            let _slot = self.slots().take(&url).await;
            let response = self.ask(&url, plan).await?;
            let Some(next) = redirect(&url, &response)? else {
                return finish(url, response, plan.max).await;
            };
            if seen.contains(&next) || seen.len() > plan.redirects {
                return Err(FetchError::Refused("it redirects in a circle or too often"));
            }
            seen.push(next);
        }
    }

    /// One hop, tried a second time where the first answer calls for it.
    async fn ask(&self, url: &Url, plan: &Plan<'_>) -> Result<reqwest::Response, FetchError> {
        budget::spend()?;
        let first = self.send(Method::GET, url, (plan.headers)(url), Bytes::new(), plan.schemes).await?;
        if first.status().is_success() {
            return Ok(first);
        }
        let Some(headers) = (plan.again)(url, &Answer::of(&first)) else { return Ok(first) };
        budget::spend()?;
        self.send(Method::GET, url, headers, Bytes::new(), plan.schemes).await
    }
}

/// The same URL without `#…`, which never goes over the wire.
pub(super) fn without_fragment(url: &Url) -> Url {
    let mut url = url.clone();
    url.set_fragment(None);
    url
}

/// Where a redirect leads; `None` for every other answer, whatever `Location` it has.
fn redirect(url: &Url, response: &reqwest::Response) -> Result<Option<Url>, FetchError> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let location = response.headers().get(LOCATION).and_then(|location| location.to_str().ok());
    let next = location.and_then(|location| url.join(location).ok());
    let next = next.ok_or(FetchError::Refused("it redirects to nowhere"))?;
    if url.scheme() == "https" && next.scheme() != "https" {
        return Err(FetchError::Refused("it redirects from https to something else"));
    }
    Ok(Some(without_fragment(&next)))
}

async fn finish(url: Url, mut response: reqwest::Response, max: usize) -> Result<Fetched, FetchError> {
    let status = response.status();
    match status {
        StatusCode::NOT_FOUND => return Err(FetchError::NotFound),
        StatusCode::GONE => return Err(FetchError::Gone),
        StatusCode::NOT_MODIFIED => {}
        status if status.is_success() => {}
        status => return Err(FetchError::Status(status.as_u16())),
    }
    let headers = std::mem::take(response.headers_mut());
    let body = read(response, max).await?;
    Ok(Fetched { url, status, headers, body })
}

async fn read(mut response: reqwest::Response, max: usize) -> Result<Bytes, FetchError> {
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| failure(&error))? {
        // Counted after it is unpacked, so that a small bomb does not become a big body.
        if body.len().saturating_add(chunk.len()) > max {
            return Err(FetchError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}
