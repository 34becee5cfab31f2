//! The one client for everything that leaves the server.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use domain::clock::Clock;
use domain::host::Host;
use http::Method;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use ipnet::IpNet;
use reqwest::{Certificate, ClientBuilder, redirect};
use storage::Store;
use tokio::time::{Instant, timeout_at};
use url::Url;

use super::FetchError;
use super::address::Reach;
use super::exchange::without_fragment;
use super::failures::Failures;
use super::guard::{self, Lane, Schemes};
use super::resolver::{Forbidden, Resolver};
use super::slots::Slots;
use crate::blocks;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// A connection that rests holds some 50 kB, and a post may go to thousands of hosts: what waits for one of them goes out
/// in one turn, and the next thing seldom comes within seconds.
const POOL_IDLE: Duration = Duration::from_secs(2);
const POOL_PER_HOST: usize = 4;
/// What is read of the answer to a delivery, so that the connection can be used again.
const MAX_ANSWER: usize = 64 * 1024;
const MAX_RETRY_AFTER: usize = 64;
const HTML: &[u8] = b"text/html";
const ACCEPT_SIGNATURE: HeaderName = HeaderName::from_static("accept-signature");

/// How the client behaves.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Local mode: any port, loopback, and http towards `localhost` and `*.localhost`.
    pub local: bool,
    /// Networks that may be reached although they are not public, at any port.
    pub private_networks: Vec<IpNet>,
    /// Certificate authorities to trust beside the system's, PEM.
    pub extra_ca: Option<Vec<u8>>,
    /// `User-Agent` of every request.
    pub user_agent: String,
    /// How long a fetch or a delivery may take in all, to the last byte and with every redirect: 10 s in service.
    pub timeout: Duration,
}

/// The client could not be built: words for the operator.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client could not be set up: {0}")]
pub struct BadSettings(String);

/// The guarded client, cheap to clone.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    reach: Arc<Reach>,
    any: reqwest::Client,
    private: Option<reqwest::Client>,
    timeout: Duration,
    failures: Failures,
    slots: Slots,
    blocks: OnceLock<Store>,
}

/// What a server said to a delivery or to a signed question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status, whatever it is.
    pub status: u16,
    /// `Retry-After` as sent, seconds or a date, at most 64 characters.
    pub retry_after: Option<String>,
    /// Whether `Accept-Signature` asks for signatures by RFC 9421 (section 5.1).
    pub asks_for_rfc9421: bool,
    /// Whether it came with a web page: a login form, a parked domain.
    pub is_page: bool,
}

impl Answer {
    pub(super) fn of(response: &reqwest::Response) -> Self {
        let retry_after = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
        Self {
            status: response.status().as_u16(),
            retry_after: retry_after.filter(|text| text.len() <= MAX_RETRY_AFTER).map(str::to_owned),
            asks_for_rfc9421: response.headers().contains_key(ACCEPT_SIGNATURE),
            is_page: is_page(response),
        }
    }
}

impl Client {
    /// Builds the client; fails if the certificate authorities cannot be read.
    pub fn new(settings: &Settings, clock: Clock) -> Result<Self, BadSettings> {
        let reach = Reach { local: settings.local, private_networks: settings.private_networks.clone() };
        let reach = Arc::new(reach);
        let lane = |lane| build(settings, &Resolver { reach: Arc::clone(&reach), lane });
        let private = if settings.private_networks.is_empty() { None } else { Some(lane(Lane::Private)?) };
        Ok(Self(Arc::new(Inner {
            any: lane(Lane::Any)?,
            private,
            timeout: settings.timeout,
            failures: Failures::new(clock),
            slots: Slots::default(),
            blocks: OnceLock::new(),
            reach,
        })))
    }

    /// From now on dials no host that is blocked in `store`.
    pub(crate) fn heed_blocks(&self, store: Store) {
        // A client belongs to one instance; a second one finds the place taken.
        let _ = self.0.blocks.set(store);
    }

    /// Refuses hosts that are blocked; every request goes through here, each hop of a redirect and each delivery.
    async fn refuse_blocked(&self, url: &Url) -> Result<(), FetchError> {
        let (Some(store), Some(host)) = (self.0.blocks.get(), Host::of(url)) else { return Ok(()) };
        let suspended = async { blocks::is_suspended(&mut store.read().await?, &host).await };
        match suspended.await {
            Ok(false) => Ok(()),
            Ok(true) => Err(FetchError::Blocked),
            Err(cause) => Err(FetchError::Unreachable(cause.to_string())),
        }
    }

    /// Whether `url` may be dialled, judged without asking a resolver: for inboxes and ids before they are kept.
    pub fn check(&self, url: &Url) -> Result<(), FetchError> {
        guard::check(&self.0.reach, url, Schemes::Https).map(|_| ())
    }

    /// Sends `body` to `url` with `headers`, which hold the signature; follows no redirect, and any status is an answer.
    pub async fn post(&self, url: &Url, headers: HeaderMap, body: Bytes) -> Result<Answer, FetchError> {
        let deadline = Instant::now() + self.0.timeout;
        let sending = self.send(Method::POST, url, headers, body, Schemes::Https);
        let mut response = timeout_at(deadline, sending).await.map_err(|_| too_slow())??;
        let mut answer = Answer::of(&response);
        // The status stands, however the rest ends. An empty page is none: some servers call every answer one.
        let has_body = timeout_at(deadline, drain(&mut response)).await.unwrap_or(true);
        answer.is_page &= has_body;
        Ok(answer)
    }

    pub(super) async fn send(
        &self,
        method: Method,
        url: &Url,
        headers: HeaderMap,
        body: Bytes,
        schemes: Schemes,
    ) -> Result<reqwest::Response, FetchError> {
        let lane = guard::check(&self.0.reach, url, schemes)?;
        self.refuse_blocked(url).await?;
        let client = match lane {
            Lane::Any => &self.0.any,
            Lane::Private => self.0.private.as_ref().ok_or(FetchError::Refused("the port is not that of the web"))?,
        };
        let sending = client.request(method, url.clone()).headers(headers).body(body).send();
        sending.await.map_err(|error| failure(&error))
    }

    /// Runs a fetch within the total time.
    pub(super) async fn within<T>(&self, fetch: impl Future<Output = Result<T, FetchError>>) -> Result<T, FetchError> {
        tokio::time::timeout(self.0.timeout, fetch).await.unwrap_or_else(|_| Err(too_slow()))
    }

    /// As [`Client::within`], unless `url` may not be dialled or failed a moment ago; a failure is remembered.
    pub(super) async fn remembering<T>(
        &self,
        url: &Url,
        fetch: impl Future<Output = Result<T, FetchError>>,
    ) -> Result<T, FetchError> {
        self.check(url)?;
        if let Some(error) = self.0.failures.recall(url) {
            return Err(error);
        }
        let result = self.within(fetch).await;
        match &result {
            // That is the fault of who asked, and says nothing of the address.
            Ok(_) | Err(FetchError::TooMany) => {}
            Err(error) => self.0.failures.note(url, error),
        }
        result
    }

    /// Notes that what is at `url` is of no use, so that it is not asked for again for a while.
    pub(crate) fn reject(&self, url: &Url, why: &str) {
        self.0.failures.note(&without_fragment(url), &FetchError::NotActivityPub(why.to_owned()));
    }

    /// Forgets that `url` failed a moment ago: somebody wants to know how it is now.
    pub(crate) fn forget(&self, url: &Url) {
        self.0.failures.forget(&without_fragment(url));
    }

    pub(super) fn slots(&self) -> &Slots {
        &self.0.slots
    }
}

fn is_page(response: &reqwest::Response) -> bool {
    let kind = response.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    kind.get(..HTML.len()).is_some_and(|start| start.eq_ignore_ascii_case(HTML))
}

fn build(settings: &Settings, resolver: &Resolver) -> Result<reqwest::Client, BadSettings> {
    let words = |error: reqwest::Error| BadSettings(root_cause(&error));
    let pem = settings.extra_ca.as_deref().unwrap_or_default();
    let authorities = Certificate::from_pem_bundle(pem).map_err(words)?;
    if settings.extra_ca.is_some() && authorities.is_empty() {
        return Err(BadSettings("the file of the certificate authority holds no certificate".to_owned()));
    }
    let builder = || -> ClientBuilder {
        reqwest::Client::builder()
            .user_agent(&settings.user_agent)
            .redirect(redirect::Policy::none())
            .no_proxy()
            .referer(false)
            .connect_timeout(CONNECT_TIMEOUT)
            .pool_idle_timeout(POOL_IDLE)
            .pool_max_idle_per_host(POOL_PER_HOST)
            .dns_resolver(resolver.clone())
    };
    let built = builder().tls_certs_merge(authorities.clone()).build();
    // A bare machine may have no certificates at all, and among quarters on localhost none are needed.
    if built.is_err() && settings.local {
        return builder().tls_certs_only(authorities).build().map_err(words);
    }
    built.map_err(words)
}

/// Reads what comes with an answer; says whether it is anything.
async fn drain(response: &mut reqwest::Response) -> bool {
    let mut left = MAX_ANSWER;
    while let Ok(Some(chunk)) = response.chunk().await {
        match left.checked_sub(chunk.len()) {
            Some(rest) => left = rest,
            None => return true,
        }
    }
    left < MAX_ANSWER
}

fn too_slow() -> FetchError {
    FetchError::Unreachable("no answer in time".to_owned())
}

/// What a failed request means to callers.
pub(super) fn failure(error: &reqwest::Error) -> FetchError {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(current) = cause {
        if current.is::<Forbidden>() {
            return FetchError::Refused("the address is not public");
        }
        cause = current.source();
    }
    if error.is_timeout() {
        return too_slow();
    }
    if error.is_decode() {
        return FetchError::NotActivityPub("its encoding is broken".to_owned());
    }
    FetchError::Unreachable(root_cause(error))
}

fn root_cause(error: &reqwest::Error) -> String {
    let mut cause: &(dyn std::error::Error + 'static) = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string().chars().take(200).collect()
}
