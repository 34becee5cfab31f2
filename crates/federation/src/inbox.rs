//! Where other servers' activities come in: the gate, the proof of the sender, then the activity itself.

use axum::body::Bytes;
use axum::extract::{FromRequest, OriginalUri, Request, State};
use domain::host::Host;
use http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use serde_json::Value;
use tracing::field::display;
use tracing::{Span, debug, warn};

use crate::activities::{self, Dropped};
use crate::blocks::{self, Verdict};
use crate::fetch::budget;
use crate::gate::{self, Claim};
use crate::instance::Instance;
use crate::refusal::Refused;
use crate::{held, remote, shape};

/// How many requests one incoming activity may make us send.
const FETCHES: usize = 20;

/// Takes in one activity. 202 once it is committed, or when it is none of our business; 400, 401 or 413 with a sentence
/// when the request is wrong; 403 from a blocked host; 429 after too many; 503 when it should come again.
pub(crate) async fn receive(
    State(instance): State<Instance>,
    OriginalUri(uri): OriginalUri,
    request: Request,
) -> Result<StatusCode, Refused> {
    let (parts, body) = request.into_parts();
    let bytes = Bytes::from_request(Request::from_parts(parts.clone(), body), &()).await;
    let bytes = bytes.map_err(|refusal| {
        Refused::new(refusal.status().as_u16(), "the body could not be read or is larger than 1 MiB")
    })?;
    let headers = with_host(parts.headers, &parts.uri);
    let seen = gate::Request {
        method: &parts.method,
        target: uri.path_and_query().map_or("/", |target| target.as_str()),
        headers: &headers,
        body: &bytes,
        host: instance.host(),
        scheme: instance.settings().base_url.scheme(),
    };
    // Pure: who does not sign makes us fetch nothing.
    let claim = gate::examine(&seen, instance.clock().now());
    let claim = claim.map_err(|refusal| Refused::by_gate(refusal, &instance))?;
    Box::pin(budget::within(FETCHES, take_in(&instance, claim))).await
}

/// The headers with `Host`, which HTTP/2 has in `:authority`.
pub(crate) fn with_host(mut headers: HeaderMap, uri: &Uri) -> HeaderMap {
    if let (false, Some(authority)) = (headers.contains_key(header::HOST), uri.authority())
        && let Ok(host) = HeaderValue::from_str(authority.as_str())
    {
        headers.insert(header::HOST, host);
    }
    headers
}

/// Carries out what a plausible request claims, once its sender is proven.
async fn take_in(instance: &Instance, claim: Claim) -> Result<StatusCode, Refused> {
    let host = Host::of(&claim.actor).ok_or_else(|| Refused::new(400, "the actor has no host"))?;
    if let Some(pause) = instance.limits().wait(&host, instance.clock().now()) {
        return Err(Refused::too_many(pause));
    }
    let known = match blocks::judge(instance, &claim).await.map_err(|cause| Refused::broken(&cause))? {
        Verdict::Welcome(known) => known.map(|actor| *actor),
        Verdict::Refused => return Err(Refused::new(403, "this server does not take messages from there")),
        Verdict::Dropped(why) => {
            debug!(why, "Dropped an activity: {why}");
            return Ok(StatusCode::ACCEPTED);
        }
    };
    let Some(kind) = shape::kind(&claim.activity, |kind| activities::is_known(kind).then(|| kind.to_owned())) else {
        debug!("Dropped an activity of a type that is not understood");
        return Ok(StatusCode::ACCEPTED);
    };
    // Of a stranger there is nothing to delete, and nothing is worth a fetch.
    if kind == "Delete" && known.as_ref().is_none_or(|actor| actor.deleted_at.is_some()) {
        return Ok(StatusCode::ACCEPTED);
    }
    if kind == "Create" && known.is_none() && held::is_unheard(instance, &claim.activity) {
        debug!("Dropped an answer by somebody whom nobody here follows");
        return Ok(StatusCode::ACCEPTED);
    }
    let Some(id) = claim.id.clone() else { return Err(Refused::new(400, "the activity has no id")) };
    Span::current().record("activity", display(&id));
    let sender = remote::authenticate(instance, &claim, known).await?;
    instance.limits().count(&host, instance.clock().now());
    let json: Value = claim.activity;
    let asks = matches!(kind.as_str(), "Follow" | "Join" | "Invite" | "Offer").then(|| shape::id(&json, "object"));
    if let Some(Some(object)) = asks
        && !instance.limits().may_ask(&sender.url, &object, instance.clock().now())
    {
        debug!(activity.id = %id, "Dropped {kind} {id}: its sender asks all the time");
        return Ok(StatusCode::ACCEPTED);
    }
    match activities::receive(instance, &sender, &id, &kind, json).await {
        Ok(()) => Ok(StatusCode::ACCEPTED),
        Err(Dropped::Unwanted(why)) => {
            debug!(activity.id = %id, why, "Dropped {kind} {id}: {why}");
            Ok(StatusCode::ACCEPTED)
        }
        Err(Dropped::Malformed(why)) => Err(Refused::new(400, format!("the {kind} cannot be read: {why}"))),
        Err(Dropped::NotNow(why)) => {
            warn!(activity.id = %id, "Asked for {kind} {id} to come again: {why}");
            Err(Refused::new(503, "something it needs cannot be fetched now"))
        }
        Err(Dropped::Broken(cause)) => Err(Refused::broken(&cause)),
    }
}
