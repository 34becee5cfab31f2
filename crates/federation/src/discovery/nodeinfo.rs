//! `NodeInfo` 2.0 and 2.1, and its discovery document, which names the instance actor (FEP-2677, FEP-d556).

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use domain::actor::Part;
use http::header;
use serde_json::{Map, Value, json};
use storage::{actors, posts};

use crate::instance::Instance;
use crate::routes::Missing;

/// Where the documents are.
pub(crate) async fn discover(State(instance): State<Instance>) -> Json<Value> {
    let link = |version: &str| {
        json!({
            "rel": format!("http://nodeinfo.diaspora.software/ns/schema/{version}"),
            "href": instance.url(&format!("/nodeinfo/{version}")),
        })
    };
    Json(json!({ "links": [
        link("2.1"),
        link("2.0"),
        { "rel": "https://www.w3.org/ns/activitystreams#Application", "href": instance.application().url },
    ]}))
}

/// What runs here, and how much of it. People are counted only as far as they have a public profile.
pub(crate) async fn get(State(instance): State<Instance>, Path(version): Path<String>) -> Result<Response, Missing> {
    if !matches!(version.as_str(), "2.0" | "2.1") {
        return Err(Missing::NotFound);
    }
    let settings = instance.settings();
    let mut tx = instance.store().read().await?;
    let members = actors::of_part(&mut tx, Part::Member).await?.len();
    let local_posts = posts::count_own(&mut tx).await?;
    let mut software =
        Map::from_iter([("name".to_owned(), json!("quartier")), ("version".to_owned(), json!(settings.version))]);
    if version == "2.1" {
        software.insert("repository".to_owned(), json!(settings.source_url));
        software.insert("homepage".to_owned(), json!(settings.source_url));
    }
    let document = json!({
        "version": version,
        "software": software,
        "protocols": ["activitypub"],
        "services": { "inbound": [], "outbound": ["atom1.0"] },
        "openRegistrations": false,
        "usage": { "users": { "total": members }, "localPosts": local_posts },
        "metadata": { "nodeName": settings.name, "nodeDescription": settings.summary.to_text() },
    });
    let kind = format!("application/json; profile=\"http://nodeinfo.diaspora.software/ns/schema/{version}#\"");
    Ok(([(header::CONTENT_TYPE, kind)], Json(document)).into_response())
}
