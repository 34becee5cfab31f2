//! One spelling for a host name, used to compare, to show, to block and as a database key.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use url::Url;

/// A host with its port where that is not the default: lower case, punycode, no trailing dot.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Host(String);

/// Not a host name.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not a host name")]
pub struct NotAHost;

impl Host {
    /// The host of a URL, `None` for URLs without one.
    pub fn of(url: &Url) -> Option<Self> {
        let name = url.host_str()?.trim_end_matches('.');
        if name.is_empty() {
            return None;
        }
        Some(Self(match url.port() {
            Some(port) => format!("{name}:{port}"),
            None => name.to_owned(),
        }))
    }

    /// The host as text, with its port where that is not the default.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name without the port.
    pub fn name(&self) -> &str {
        match self.0.rsplit_once(':') {
            Some((name, port)) if !port.contains(']') => name,
            _ => &self.0,
        }
    }

    /// The name and every domain it lies in, the longest first: `a.b.example`, `b.example`, `example`. An IP address
    /// lies in none.
    pub fn domains(&self) -> impl Iterator<Item = &str> {
        let name = self.name();
        let is_address = name.starts_with('[') || name.parse::<std::net::Ipv4Addr>().is_ok();
        std::iter::successors(Some(name), move |name| {
            name.split_once('.').map(|(_, rest)| rest).filter(|_| !is_address)
        })
    }

    /// Whether the host is `domain` or lies in it, at whatever port.
    pub fn is_within(&self, domain: &Self) -> bool {
        self.domains().any(|name| name == domain.name())
    }

    /// The same host without its port.
    #[must_use]
    pub fn without_port(&self) -> Self {
        Self(self.name().to_owned())
    }

    /// Whether the host is this machine by its very name (RFC 6761 section 6.3).
    pub fn is_localhost(&self) -> bool {
        self.name() == "localhost" || self.name().ends_with(".localhost")
    }
}

impl FromStr for Host {
    type Err = NotAHost;

    fn from_str(text: &str) -> Result<Self, NotAHost> {
        if text.is_empty() || text.len() > 260 || text.contains(['/', '?', '#', '@', '\\', ' ']) {
            return Err(NotAHost);
        }
        let url = Url::parse(&format!("https://{text}")).map_err(|_| NotAHost)?;
        Self::of(&url).ok_or(NotAHost)
    }
}

impl TryFrom<String> for Host {
    type Error = NotAHost;

    fn try_from(text: String) -> Result<Self, NotAHost> {
        text.parse()
    }
}

impl From<Host> for String {
    fn from(host: Host) -> Self {
        host.0
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_host_is_one_host() {
        for text in ["EXAMPLE.com", "example.com.", "example.com:443", "example。com", "ｅxample.com", "%65xample.com"]
        {
            assert_eq!(text.parse::<Host>().map(String::from), Ok("example.com".into()), "{text}");
        }
        assert_eq!("Köln.example".parse::<Host>().map(String::from), Ok("xn--kln-sna.example".into()));
        assert_eq!("localhost:8080".parse::<Host>().map(|h| h.is_localhost()), Ok(true));
    }

    #[test]
    fn a_host_lies_in_its_parent_domains_and_in_no_look_alike() {
        let host = |text: &str| text.parse::<Host>().expect("a host");
        assert_eq!(host("A.b.example:8443").domains().collect::<Vec<_>>(), ["a.b.example", "b.example", "example"]);
        assert_eq!(host("10.0.0.1").domains().collect::<Vec<_>>(), ["10.0.0.1"]);
        assert_eq!(host("[2001:db8::1]:444").domains().collect::<Vec<_>>(), ["[2001:db8::1]"]);
        assert!(host("x.boese.example:81").is_within(&host("Boese.Example.")));
        for other in ["nichtboese.example", "boese.example.org", "example"] {
            assert!(!host(other).is_within(&host("boese.example")), "{other}");
        }
    }

    #[test]
    fn what_is_no_host_is_refused() {
        for text in ["", "a b", "user@host", "host/path", "host%00.evil", "."] {
            assert!(text.parse::<Host>().is_err(), "{text}");
        }
    }
}
