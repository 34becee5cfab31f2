//! Names to addresses, only those that may be dialled: what is checked is what is dialled (no DNS rebinding).

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::address::Reach;
use super::guard::{Lane, is_localhost};

/// A name whose addresses may not be dialled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the name has no address that may be dialled")]
pub(super) struct Forbidden;

/// The resolver of one lane.
#[derive(Clone, Debug)]
pub(super) struct Resolver {
    /// What may be dialled at all.
    pub(super) reach: Arc<Reach>,
    /// Whether only private networks may be.
    pub(super) lane: Lane,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let resolver = self.clone();
        Box::pin(async move {
            if is_localhost(name.as_str()) {
                return resolver.localhost().map_err(Into::into);
            }
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            resolver.permitted(found).map_err(Into::into)
        })
    }
}

impl Resolver {
    /// RFC 6761: `localhost` and all below it are loopback, and no resolver is asked.
    fn localhost(&self) -> Result<Addrs, Forbidden> {
        let loopback = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        if self.reach.local { Ok(Box::new(std::iter::once(loopback))) } else { Err(Forbidden) }
    }

    fn permitted(&self, found: impl Iterator<Item = SocketAddr>) -> Result<Addrs, Forbidden> {
        let may = |address: &SocketAddr| match self.lane {
            Lane::Any => self.reach.allows(address.ip()),
            Lane::Private => self.reach.is_private(address.ip()),
        };
        let permitted: Vec<_> = found.filter(may).collect();
        if permitted.is_empty() { Err(Forbidden) } else { Ok(Box::new(permitted.into_iter())) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn permitted(lane: Lane, addresses: &str) -> Option<String> {
        let networks = vec!["10.1.0.0/16".parse().expect("a network")];
        let reach = Arc::new(Reach { local: false, private_networks: networks });
        let found = addresses.split(' ').map(|text| SocketAddr::new(text.parse().expect(text), 0));
        let permitted = Resolver { reach, lane }.permitted(found).ok()?;
        Some(permitted.map(|address| address.ip().to_string()).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn ssrf_04_of_mixed_answers_only_what_may_be_dialled_is_left() {
        let mixed = "127.0.0.1 8.8.8.8 ::1 10.1.2.3 10.2.0.1 2a01:4f8::1";
        assert_eq!(permitted(Lane::Any, mixed).as_deref(), Some("8.8.8.8 10.1.2.3 2a01:4f8::1"));
        assert_eq!(permitted(Lane::Private, mixed).as_deref(), Some("10.1.2.3"));
        assert_eq!(permitted(Lane::Any, "127.0.0.1 0.0.0.0 ::ffff:8.8.8.8"), None);
        assert_eq!(permitted(Lane::Private, "8.8.8.8"), None);
    }

    #[tokio::test]
    async fn localhost_is_loopback_in_local_mode_and_nothing_otherwise() {
        for name in ["localhost", "nord.localhost", "a.b.LOCALHOST."] {
            for local in [true, false] {
                let reach = Arc::new(Reach { local, private_networks: Vec::new() });
                let resolver = Resolver { reach, lane: Lane::Any };
                let found = resolver.resolve(name.parse().expect("a name")).await.ok();
                let found: Option<Vec<_>> = found.map(|addresses| addresses.map(|a| a.to_string()).collect());
                assert_eq!(found, local.then(|| vec!["127.0.0.1:0".to_owned()]), "{name}");
            }
        }
    }
}
