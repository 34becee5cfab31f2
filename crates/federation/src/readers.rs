//! Who may read documents: everyone, or with authorized fetch only who signs (`docs/decisions/0013`).

use axum::extract::{OriginalUri, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::actor::Actor;
use http::Uri;
use http::header::{CACHE_CONTROL, HeaderValue, VARY};
use http::request::Parts;

use crate::fetch::budget;
use crate::gate;
use crate::instance::Instance;
use crate::refusal::Refused;
use crate::{blocks, inbox, remote};

/// How many requests one signed question may make us send: for the key, for its owner, and their redirects.
const FETCHES: usize = 8;

/// Lets a request through to the documents, if its sender may read them.
pub(crate) async fn admit(
    State(instance): State<Instance>,
    OriginalUri(uri): OriginalUri,
    request: Request,
    next: Next,
) -> Response {
    if !instance.settings().authorized_fetch {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let mut response = match prove(&instance, &uri, &parts).await {
        Ok(_) => next.run(Request::from_parts(parts, body)).await,
        Err(refused) => refused.for_reader().into_response(),
    };
    // What one reader gets is nobody else's, the refusal least of all.
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    response.headers_mut().insert(VARY, HeaderValue::from_static("Accept, Signature, Signature-Input"));
    response
}

/// Who signed the request, at the address `uri`; refused if nobody did, or somebody who is blocked.
pub(crate) async fn prove(instance: &Instance, uri: &Uri, parts: &Parts) -> Result<Actor, Refused> {
    let headers = inbox::with_host(parts.headers.clone(), &parts.uri);
    let seen = gate::Request {
        method: &parts.method,
        target: uri.path_and_query().map_or("/", |target| target.as_str()),
        headers: &headers,
        body: &[],
        host: instance.host(),
        scheme: instance.settings().base_url.scheme(),
    };
    let caller = gate::examine_get(&seen, instance.clock().now());
    let caller = caller.map_err(|refusal| Refused::by_gate(refusal, instance))?;
    let blocked = || Refused::new(403, "this server does not talk to you");
    if blocks::shuts_out(instance, &caller.key_id).await.map_err(|cause| Refused::broken(&cause))? {
        return Err(blocked());
    }
    let reader = Box::pin(budget::within(FETCHES, remote::reader(instance, &caller))).await?;
    let shut_out = blocks::shuts_out_actor(instance, &reader).await.map_err(|cause| Refused::broken(&cause))?;
    if shut_out { Err(blocked()) } else { Ok(reader) }
}
