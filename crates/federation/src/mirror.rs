//! What a neighbour sees of us: this server asks, and the other one looks and says whether it found our actor.
//!
//! Only neighbours are answered, and only about themselves, so that nobody is made to knock at other people's doors.

use axum::extract::{OriginalUri, State};
use axum::response::Response;
use domain::actor::Actor;
use http::request::Parts;
use jiff::Timestamp;
use serde_json::json;
use storage::neighbours;
use url::Url;

use crate::error::{Error, Result};
use crate::instance::Instance;
use crate::refusal::Refused;
use crate::routes::document;
use crate::{limits, readers, remote};

/// Where a server is asked.
const PATH: &str = "/actor/mirror";
/// So many characters of what another server says are believed to be words.
const MAX_WORDS: usize = 300;

/// What another server saw of this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sight {
    /// Why it did not find our actor; `None` if all is well.
    pub problem: Option<String>,
    /// What time it is there.
    pub time: Timestamp,
    /// Which version of quartier runs there.
    pub version: String,
}

/// Asks the server of `neighbour` to look at our quarter. [`Error::Fetch`] with `NotFound` if it does not know the question.
pub async fn ask(instance: &Instance, neighbour: &Actor) -> Result<Sight> {
    let url = neighbour.url.join(PATH).map_err(|_| Error::Unusable("this address has no host"))?;
    let answer = remote::document_for(instance, instance.quarter().id, &url).await?.json;
    let words = |name: &str| answer.get(name).and_then(|value| value.as_str()).map(in_words);
    let time = words("published").and_then(|time| time.parse().ok());
    Ok(Sight {
        problem: words("problem"),
        time: time.ok_or(Error::Unusable("its answer names no time"))?,
        version: words("version").unwrap_or_default(),
    })
}

/// What stands on the operator's terminal: one line, without control characters.
fn in_words(text: &str) -> String {
    text.chars().take(MAX_WORDS).map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

/// Answers a neighbour what this server sees at the address of its actor.
pub(crate) async fn get(
    State(instance): State<Instance>,
    OriginalUri(uri): OriginalUri,
    parts: Parts,
) -> std::result::Result<Response, Refused> {
    let asking = readers::prove(&instance, &uri, &parts).await.map_err(Refused::for_reader)?;
    let broken = |cause: Error| Refused::broken(&cause).for_reader();
    if !is_neighbour(&instance, &asking).await.map_err(broken)? {
        return Err(Refused::new(403, "only neighbours are told what is seen of them").for_reader());
    }
    let now = instance.clock().now();
    if !instance.limits().may_ask(&asking.url, &instance.url(PATH), now) {
        return Err(Refused::too_many(limits::AN_HOUR).for_reader());
    }
    let mut answer = json!({
        "id": instance.url(PATH), "published": now.to_string(), "version": instance.settings().version,
    });
    if let (Err(problem), Some(answer)) = (look(&instance, &asking.url).await, answer.as_object_mut()) {
        answer.insert("problem".to_owned(), json!(problem.to_string()));
    }
    Ok(document(answer))
}

async fn is_neighbour(instance: &Instance, asking: &Actor) -> Result<bool> {
    Ok(neighbours::contains(&mut instance.store().look().await?, asking.id).await?)
}

/// Whether the actor is found at its own address, whatever was found there a moment ago.
async fn look(instance: &Instance, actor: &Url) -> Result<()> {
    instance.client().forget(actor);
    let found = remote::document(instance, actor).await?;
    if found.url == *actor { Ok(()) } else { Err(Error::Unusable("another actor is found there")) }
}
