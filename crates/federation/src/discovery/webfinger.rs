//! `WebFinger` (RFC 7033): from `acct:handle@host` or an actor's address to the actor.

use activitypub_federation::fetch::webfinger::{Webfinger, WebfingerLink, build_webfinger_response_with_type};
use axum::Json;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use domain::actor::{Actor, Part};
use domain::handle::Address;
use http::{StatusCode, header};
use serde::Deserialize;
use storage::actors;
use url::Url;

use crate::error::Result;
use crate::instance::Instance;
use crate::routes::Missing;

/// The query of a `WebFinger` request.
#[derive(Debug, Deserialize)]
pub(crate) struct Resource {
    resource: Option<String>,
}

/// Answers 200 with a JRD, 400 without a readable resource, 404 for whom we do not know, 410 for whom we knew.
pub(crate) async fn get(State(instance): State<Instance>, Query(query): Query<Resource>) -> Result<Response, Missing> {
    let Some(resource) = query.resource.filter(|resource| resource.len() <= 2_000) else {
        return Ok((StatusCode::BAD_REQUEST, "say whom you look for: ?resource=acct:name@host").into_response());
    };
    if Url::parse(&resource).is_ok_and(|url| url == instance.settings().base_url) {
        return Ok(answer(server(&instance)));
    }
    let actor = find(&instance, &resource).await?.ok_or(Missing::NotFound)?;
    if actor.deleted_at.is_some() {
        return Ok(StatusCode::GONE.into_response());
    }
    Ok(answer(jrd(&actor)))
}

fn answer(jrd: Webfinger) -> Response {
    let headers = [(header::CONTENT_TYPE, "application/jrd+json"), (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")];
    (headers, Json(jrd)).into_response()
}

/// Who answers for the server itself, when it is asked by its own address (FEP-d556).
fn server(instance: &Instance) -> Webfinger {
    let link = WebfingerLink {
        rel: Some("https://www.w3.org/ns/activitystreams#Service".to_owned()),
        kind: Some("application/activity+json".to_owned()),
        href: Some(instance.application().url.clone()),
        ..WebfingerLink::default()
    };
    Webfinger { subject: instance.settings().base_url.to_string(), links: vec![link], ..Webfinger::default() }
}

async fn find(instance: &Instance, resource: &str) -> Result<Option<Actor>> {
    if let Ok(url) = Url::parse(resource)
        && matches!(url.scheme(), "https" | "http")
    {
        let mut tx = instance.store().read().await?;
        return Ok(actors::by_url(&mut tx, &url).await?.filter(Actor::is_local));
    }
    let Ok(address) = resource.parse::<Address>() else { return Ok(None) };
    if address.host != *instance.host() {
        return Ok(None);
    }
    // The server itself goes by its host.
    if address.name == instance.host().name() || address.name == "instance" {
        return Ok(Some(instance.application().clone()));
    }
    let mut tx = instance.store().read().await?;
    Ok(actors::by_handle(&mut tx, &address.name.to_lowercase())
        .await?
        .filter(|actor| actor.part != Some(Part::Instance)))
}

fn jrd(actor: &Actor) -> Webfinger {
    let mut jrd = build_webfinger_response_with_type(
        format!("acct:{}", actor.address()),
        vec![(actor.url.clone(), Some(actor.kind.as_str()))],
    );
    jrd.aliases.push(actor.url.clone());
    jrd
}
