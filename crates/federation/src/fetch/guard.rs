//! Which URLs may be asked for, judged before any name is looked up.

use std::net::IpAddr;

use url::{Host, Url};

use super::FetchError;
use super::address::Reach;

const MAX_URL: usize = 2048;

/// Which schemes a purpose may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Schemes {
    /// https; in local mode http towards localhost, too.
    Https,
    /// http as well: calendars of clubs, which nothing is believed of that a page would not be.
    HttpToo,
}

/// Through which client a URL is dialled: they differ in what their resolvers let through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lane {
    /// To every address that may be dialled.
    Any,
    /// Only into the private networks: ports that are open to them and to nobody else.
    Private,
}

/// Judges `url` for `schemes`; the addresses that its name resolves to are judged when they are dialled.
pub(super) fn check(reach: &Reach, url: &Url, schemes: Schemes) -> Result<Lane, FetchError> {
    let refuse = |why: &'static str| Err(FetchError::Refused(why));
    if url.as_str().len() > MAX_URL {
        return refuse("the URL is too long");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return refuse("there is a user name in the URL");
    }
    let Some(host) = url.host() else { return refuse("there is no host in the URL") };
    let is_localhost = matches!(host, Host::Domain(name) if is_localhost(name));
    if is_localhost && !reach.local {
        return refuse("localhost is only reached in local mode");
    }
    match url.scheme() {
        "https" => {}
        "http" if is_localhost || schemes == Schemes::HttpToo => {}
        _ => return refuse("the URL is not https"),
    }
    let literal = match host {
        Host::Domain(_) => None,
        Host::Ipv4(address) => Some(IpAddr::V4(address)),
        Host::Ipv6(address) => Some(IpAddr::V6(address)),
    };
    // A resolver is never asked about these, so this is the only place to look at them.
    if literal.is_some_and(|address| !reach.allows(address)) {
        return refuse("the address is not public");
    }
    lane(reach, url, literal)
}

fn lane(reach: &Reach, url: &Url, literal: Option<IpAddr>) -> Result<Lane, FetchError> {
    // A port in a URL is only kept by the parser if it is not the default of the scheme.
    if url.port().is_none() || reach.local {
        return Ok(Lane::Any);
    }
    let may_be_private = match literal {
        Some(address) => reach.is_private(address),
        None => !reach.private_networks.is_empty(),
    };
    if may_be_private { Ok(Lane::Private) } else { Err(FetchError::Refused("the port is not that of the web")) }
}

/// Whether `name` is this machine by its very name (RFC 6761 section 6.3).
pub(super) fn is_localhost(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(reach: &Reach, url: &str, schemes: Schemes) -> Option<Lane> {
        // What is no URL cannot be asked for either.
        check(reach, &Url::parse(url).ok()?, schemes).ok()
    }

    #[test]
    fn ssrf_12_odd_spellings_of_this_machine_are_refused() {
        let reach = Reach { local: false, private_networks: Vec::new() };
        let table = [
            "https://127.0.0.1/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://0177.1/",
            "https://127.1/",
            "https://0x7f000001/",
            "https://017700000001/",
            "https://①②⑦.0.0.1/",
            "https://127。0。0。1/",
            "https://127.0.0.1./",
            "https://%31%32%37.0.0.1/",
            "https://[::1]/",
            "https://[::ffff:7f00:1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[::]/",
            "https://0/",
            "https://0.0.0.0/",
            "https://localhost/",
            "https://LOCALHOST/",
            "https://localhost./",
            "https://a.localhost/",
            "https://ｌocalhost/",
            "https://169.254.169.254/latest/meta-data/",
            "https://10.0.0.1/",
            "https://[fd00::1]/",
            "https://[fe80::1]/",
            "https://[64:ff9b::7f00:1]/",
            "https://a.example:22/",
            "https://a.example:25/",
            "https://a.example:6379/",
            "https://a.example:80/",
            "https://a.example:8443/",
            "https://user@a.example/",
            "https://u:p@a.example/",
            "https://a@b@c/",
            "https://@127.0.0.1/",
            "https://host%00.evil/",
            "https:\\\\127.0.0.1\\",
            "http://a.example/",
            "https:/127.0.0.1/",
            "https:127.0.0.1",
            "file:///etc/passwd",
            "gopher://a.example/",
            "ftp://a.example/",
            "data:text/plain,x",
            "javascript:x",
            "unix:/run/x",
            "https://",
            "ws://a.example/",
        ];
        for url in table {
            assert_eq!(judged(&reach, url, Schemes::Https), None, "{url}");
        }
        let long = format!("https://a.example/{}", "a".repeat(5000));
        assert_eq!(judged(&reach, &long, Schemes::Https), None);
        for url in ["https://a.example/", "https://a.example:443/x?y", "https://8.8.8.8/", "https://[2a01:4f8::1]/"] {
            assert_eq!(judged(&reach, url, Schemes::Https), Some(Lane::Any), "{url}");
        }
    }

    #[test]
    fn plain_http_is_for_calendars_and_for_localhost_in_local_mode() {
        let public = Reach { local: false, private_networks: Vec::new() };
        let local = Reach { local: true, private_networks: Vec::new() };
        let url = "http://club.example/cal.ics";
        assert_eq!(judged(&public, url, Schemes::HttpToo), Some(Lane::Any));
        assert_eq!(judged(&public, "http://127.0.0.1/cal.ics", Schemes::HttpToo), None);
        assert_eq!(judged(&public, "http://localhost/cal.ics", Schemes::HttpToo), None);
        assert_eq!(judged(&public, "http://club.example:8080/", Schemes::HttpToo), None);
        assert_eq!(judged(&local, url, Schemes::Https), None);
        assert_eq!(judged(&local, "http://nord.localhost:8080/", Schemes::Https), Some(Lane::Any));
        assert_eq!(judged(&local, "http://localhost.evil.example/", Schemes::Https), None);
        assert_eq!(judged(&local, "http://evillocalhost/", Schemes::Https), None);
    }

    #[test]
    fn other_ports_are_only_for_private_networks() {
        let network = "10.1.0.0/16".parse().expect("a network");
        let reach = Reach { local: false, private_networks: vec![network] };
        assert_eq!(judged(&reach, "https://10.1.2.3:8443/", Schemes::Https), Some(Lane::Private));
        assert_eq!(judged(&reach, "https://10.1.2.3/", Schemes::Https), Some(Lane::Any));
        assert_eq!(judged(&reach, "https://peer.internal:8443/", Schemes::Https), Some(Lane::Private));
        assert_eq!(judged(&reach, "https://8.8.8.8:8443/", Schemes::Https), None);
        assert_eq!(judged(&reach, "https://localhost:8443/", Schemes::Https), None);
        assert_eq!(judged(&reach, "http://10.1.2.3/", Schemes::Https), None);
    }
}
