//! Outside local mode nothing on this machine is ever connected to.

use axum::body::Bytes;
use domain::handle::Address;
use http::HeaderMap;
use url::Url;

use super::{clock, settings, silent};
use crate::fetch::{Client, FetchError, Settings, webfinger};

#[tokio::test]
async fn ssrf_01_no_spelling_of_this_machine_is_connected_to() {
    let (listener, address) = silent();
    listener.set_nonblocking(true).expect("a listener");
    let port = address.port();
    let hosts = [
        "127.0.0.1",
        "localhost",
        "LOCALHOST.",
        "a.localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "0.0.0.0",
        "[::]",
        "2130706433",
        "0x7f.1",
        "0177.1",
        "127.1",
        "127.0.0.1.",
        "①②⑦.0.0.1",
    ];
    let elsewhere = vec!["192.0.2.0/24".parse().expect("a network")];
    for private_networks in [Vec::new(), elsewhere] {
        let settings = Settings { local: false, private_networks, ..settings() };
        let client = Client::new(&settings, clock().clock()).expect("a client");
        for host in hosts {
            for scheme in ["http", "https"] {
                let url = Url::parse(&format!("{scheme}://{host}:{port}/")).expect("a URL");
                let fetched = client.get_document(&url, |_| HeaderMap::new()).await;
                assert!(matches!(fetched, Err(FetchError::Refused(_))), "{url}: {fetched:?}");
                let posted = client.post(&url, HeaderMap::new(), Bytes::new()).await;
                assert!(matches!(posted, Err(FetchError::Refused(_))), "{url}: {posted:?}");
                let loaded = client.get_bytes(&url, "*/*", None, None, 100).await;
                assert!(matches!(loaded, Err(FetchError::Refused(_))), "{url}: {loaded:?}");
            }
            if let Ok(address) = format!("mallory@{host}:{port}").parse::<Address>() {
                assert!(webfinger::resolve(&client, &address).await.is_err(), "{address}");
            }
        }
    }
    let connected = listener.accept().map(|(_, caller)| caller);
    assert_eq!(connected.map_err(|error| error.kind()), Err(std::io::ErrorKind::WouldBlock));
}

#[tokio::test]
async fn a_private_network_that_is_named_is_connected_to_at_any_port() {
    let (listener, address) = silent();
    listener.set_nonblocking(true).expect("a listener");
    let networks = vec!["127.0.0.0/8".parse().expect("a network")];
    let timeout = std::time::Duration::from_millis(200);
    let settings = Settings { local: false, private_networks: networks, timeout, ..settings() };
    let client = Client::new(&settings, clock().clock()).expect("a client");
    let url = Url::parse(&format!("https://127.0.0.1:{}/", address.port())).expect("a URL");
    let fetched = client.get_document(&url, |_| HeaderMap::new()).await;
    assert!(fetched.is_err_and(|error| error.is_unreachable()), "it does not speak TLS, but it was dialled");
    assert!(listener.accept().is_ok());
}

#[test]
fn a_certificate_authority_that_cannot_be_read_is_refused_with_words() {
    for pem in ["", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
        let settings = Settings { extra_ca: Some(pem.as_bytes().to_vec()), local: false, ..settings() };
        assert!(Client::new(&settings, clock().clock()).is_err(), "{pem}");
    }
}
