//! WebFinger (RFC 7033): from `name@host` to an actor's URL.

use activitypub_federation::fetch::webfinger::{Webfinger, WebfingerLink};
use domain::handle::Address;
use http::header::{ACCEPT, HeaderMap, HeaderValue};
use serde_json::Value;
use url::Url;

use super::exchange::Plan;
use super::guard::Schemes;
use super::{Client, FetchError, json, media};

const MAX_JRD: usize = 64 * 1024;
const MAX_LINKS: usize = 100;
const REDIRECTS: usize = 3;

/// Asks the host of `address` for the URL of its actor; whether that actor agrees is for the caller to check.
pub async fn resolve(client: &Client, address: &Address) -> Result<Url, FetchError> {
    let answer = lookup(client, address).await?;
    let actor = actor(&answer).ok_or_else(|| FetchError::NotActivityPub("no link to an actor".to_owned()))?;
    client.check(&actor)?;
    Ok(actor)
}

/// Asks the host of `address` what it says about it; `subject` is empty where the answer has none.
pub async fn lookup(client: &Client, address: &Address) -> Result<Webfinger, FetchError> {
    let url = question(address).ok_or(FetchError::Refused("the address is none"))?;
    let headers = |_: &Url| {
        let accept = HeaderValue::from_static("application/jrd+json, application/json");
        HeaderMap::from_iter([(ACCEPT, accept)])
    };
    let plan =
        Plan { schemes: Schemes::Https, redirects: REDIRECTS, max: MAX_JRD, headers: &headers, again: &|_, _| None };
    let ask = async {
        let fetched = client.get(&url, &plan).await?;
        if !media::of(&fetched.headers).is_some_and(media::is_jrd) {
            return Err(FetchError::NotActivityPub("its content type is not that of WebFinger".to_owned()));
        }
        read(&fetched.body).map_err(|error| FetchError::NotActivityPub(error.to_string()))
    };
    client.remembering(&url, ask).await
}

/// The first link to an actor: `rel` is `self`, the type one of ActivityPub.
pub fn actor(answer: &Webfinger) -> Option<Url> {
    let is_self = |link: &&WebfingerLink| link.rel.as_deref() == Some("self");
    let is_activity = |link: &&WebfingerLink| link.kind.as_deref().is_some_and(media::is_activity);
    answer.links.iter().filter(is_self).filter(is_activity).find_map(|link| link.href.clone())
}

/// Whether the `subject` of an answer is `address`, in whatever spelling.
pub fn agrees(subject: &str, address: &Address) -> bool {
    let subject: Option<Address> = subject.strip_prefix("acct:").and_then(|subject| subject.parse().ok());
    subject.is_some_and(|subject| {
        subject.host == address.host && subject.name.to_lowercase() == address.name.to_lowercase()
    })
}

fn question(address: &Address) -> Option<Url> {
    // Only local mode lets http through, and only towards localhost.
    let scheme = if address.host.is_localhost() { "http" } else { "https" };
    let mut url = Url::parse(&format!("{scheme}://{}/.well-known/webfinger", address.host)).ok()?;
    url.query_pairs_mut().append_pair("resource", &format!("acct:{address}"));
    Some(url)
}

/// Reads what can be read of a JRD: a link that is odd does not spoil the others.
fn read(body: &[u8]) -> Result<Webfinger, json::BadJson> {
    let mut answer = json::parse(body)?;
    let subject = answer.get("subject").and_then(Value::as_str).unwrap_or_default().to_owned();
    let links = match answer.remove("links") {
        Some(Value::Array(links)) => links,
        _ => Vec::new(),
    };
    let links = links.into_iter().take(MAX_LINKS).filter_map(|link| serde_json::from_value(link).ok()).collect();
    Ok(Webfinger { subject, links, ..Webfinger::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn actor_in(links: &str) -> Option<String> {
        let body = format!(r#"{{"subject":"acct:nord@a.example","links":{links}}}"#);
        actor(&read(body.as_bytes()).expect("JSON")).map(String::from)
    }

    #[test]
    fn the_link_to_the_actor_is_found_among_others() {
        let links = r#"[
            {"rel":"http://webfinger.net/rel/profile-page","type":"text/html","href":"https://a.example/@nord"},
            {"rel":"http://ostatus.org/schema/1.0/subscribe","template":"https://a.example/i?uri={uri}"},
            {"rel":"self","type":"text/html","href":"https://a.example/page"},
            {"rel":"self","type":"application/activity+json","href":"not a URL"},
            {"rel":"self","type":"application/activity+json","href":7}, 7, null,
            {"rel":"self","type":"application/activity+json"},
            {"rel":"self","type":"application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"","href":"https://a.example/nord"}
        ]"#;
        assert_eq!(actor_in(links).as_deref(), Some("https://a.example/nord"));
        for none in ["[]", "null", "7", "{}"] {
            assert_eq!(actor_in(none), None);
        }
        assert!(read(b"{}").is_ok_and(|answer| answer.subject.is_empty()));
        assert!(read(b"[]").is_err());
    }

    #[test]
    fn a_subject_agrees_in_every_spelling_and_no_other() {
        let address: Address = "nord@a.example".parse().expect("an address");
        for subject in ["acct:nord@a.example", "acct:Nord@A.EXAMPLE.", "acct:nord@a.example:443"] {
            assert!(agrees(subject, &address), "{subject}");
        }
        for subject in
            ["", "acct:", "nord@a.example", "acct:sued@a.example", "acct:nord@b.example", "https://a.example"]
        {
            assert!(!agrees(subject, &address), "{subject}");
        }
    }
}
