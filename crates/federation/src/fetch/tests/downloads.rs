//! Calendars of other sites, and WebFinger.

use axum::http::header::{CONTENT_TYPE, ETAG};
use domain::handle::Address;

use super::{FetchError, Peer, answer};
use crate::fetch::{Download, webfinger};

#[tokio::test]
async fn a_file_comes_with_what_to_ask_with_next_time() {
    let peer = Peer::start(|asked| match asked.path.as_str() {
        "/same.ics" => answer(304, ETAG, "\"1\"", ""),
        "/cal.ics" => answer(200, ETAG, "\"1\"", "BEGIN:VCALENDAR"),
        _ => answer(404, ETAG, "", ""),
    })
    .await;
    let get = |path: &str, max: usize| {
        let (client, url) = (peer.client.clone(), peer.url("club", path));
        async move { client.get_bytes(&url, "text/calendar", Some("\"0\""), Some("odd\nvalue"), max).await }
    };
    let Ok(Download::Fresh { body, etag, last_modified, url }) = get("/cal.ics", 15).await else {
        panic!("it is fresh");
    };
    assert_eq!((&body[..], etag.as_deref(), last_modified), (&b"BEGIN:VCALENDAR"[..], Some("\"1\""), None));
    assert_eq!(url, peer.url("club", "/cal.ics"));
    assert_eq!(get("/cal.ics", 14).await, Err(FetchError::TooLarge));
    assert_eq!(get("/same.ics", 100).await, Ok(Download::Unchanged));
    assert_eq!(get("/none.ics", 100).await, Err(FetchError::NotFound));
}

#[tokio::test]
async fn a_handle_leads_to_its_actor() {
    let peer = Peer::start(|asked| {
        let actor = match asked.host.as_str() {
            "nord" => asked.url("nord", "/quarter"),
            "data" => "data:text/plain,x".to_owned(),
            "inside" => "https://10.0.0.1/actor".to_owned(),
            _ => return answer(200, CONTENT_TYPE, "text/html", "<html>"),
        };
        let link = format!(r#"{{"rel":"self","type":"application/activity+json","href":"{actor}"}}"#);
        let jrd = format!(r#"{{"subject":"acct:quarter@nord.localhost","links":[{link}]}}"#);
        answer(200, CONTENT_TYPE, "application/jrd+json; charset=utf-8", jrd)
    })
    .await;
    let resolve = |host: &str| {
        let address: Address = format!("quarter@{host}.localhost:{}", peer.port).parse().expect("an address");
        let client = peer.client.clone();
        async move { webfinger::resolve(&client, &address).await }
    };
    assert_eq!(resolve("nord").await, Ok(peer.url("nord", "/quarter")));
    let asked = format!("nord/.well-known/webfinger?resource=acct%3Aquarter%40nord.localhost%3A{}", peer.port);
    assert_eq!(peer.asked(), [asked]);
    for host in ["data", "inside"] {
        assert!(matches!(resolve(host).await, Err(FetchError::Refused(_))), "{host}");
    }
    assert!(matches!(resolve("html").await, Err(FetchError::NotActivityPub(_))));
}
