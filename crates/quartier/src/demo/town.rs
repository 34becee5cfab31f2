//! The invented quarters at work: one server each, in folders of their own, neighbours of each other.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use domain::account::{Account, Role};
use domain::handle::Address;
use domain::neighbour::State;
use federation::{Instance, neighbours};
use jiff::SignedDuration;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::time::Instant;
use url::Url;
use uuid::Uuid;

use super::region::{self, Region};
use crate::cli;
use crate::config::{Config, Imprint, Replies, SecondFactor};
use crate::failure::Failure;
use crate::serve::{self, Server};

/// How long two quarters may take to become neighbours.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often it is looked whether something has happened.
const GLANCE: Duration = Duration::from_millis(20);

/// The quarters of a demonstration.
pub(crate) struct Town {
    pub(crate) quarters: Vec<Quarter>,
    /// Removed at the end, if nobody wants to keep it.
    _folder: Option<TempDir>,
}

/// One quarter of it.
pub(crate) struct Quarter {
    pub(crate) region: Region,
    pub(crate) server: Server,
}

impl Town {
    /// Starts the quarters on `port`, the next one, …; without a port on free ones.
    pub(crate) async fn open(options: &cli::Demo, port: Option<u16>) -> Result<Self, Failure> {
        let (folder, temporary) = folder(options.data_dir.as_deref())?;
        let regions = region::quarters(usize::from(options.quarters)).map_err(Failure::failed)?;
        let mut town = Self { quarters: Vec::new(), _folder: temporary };
        for (region, number) in regions.into_iter().zip(0..) {
            let started = Quarter::start(region, &folder, port.map(|port| port.saturating_add(number))).await;
            match started {
                Ok(quarter) => town.quarters.push(quarter),
                Err(failure) => {
                    town.close().await;
                    return Err(failure);
                }
            }
        }
        Ok(town)
    }

    /// Makes each a neighbour of each, as their editors would: one invites, the other accepts.
    pub(crate) async fn befriend(&self) -> Result<(), Failure> {
        for (at, one) in self.quarters.iter().enumerate() {
            for other in self.quarters.iter().skip(at + 1) {
                befriend(&one.server.instance, &other.server.instance).await?;
            }
        }
        Ok(())
    }

    /// Ends every server.
    pub(crate) async fn close(self) {
        let ends: Vec<_> = self.quarters.into_iter().map(|quarter| tokio::spawn(quarter.server.stop())).collect();
        for end in ends {
            // A server that broke while it ended has ended.
            let _ = end.await;
        }
    }
}

fn folder(wanted: Option<&Path>) -> Result<(PathBuf, Option<TempDir>), Failure> {
    if let Some(folder) = wanted {
        return Ok((folder.to_owned(), None));
    }
    let folder = tempfile::Builder::new().prefix("quartier-demo-").tempdir()?;
    Ok((folder.path().to_owned(), Some(folder)))
}

impl Quarter {
    async fn start(region: Region, folder: &Path, port: Option<u16>) -> Result<Self, Failure> {
        let listener = serve::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port.unwrap_or(0)))).await?;
        let config = config(&region, folder, &listener)?;
        let server = Server::start(config, listener).await?;
        Ok(Self { region, server })
    }

    /// Where it is.
    pub(crate) fn url(&self) -> &Url {
        &self.server.instance.settings().base_url
    }

    /// A link that signs an editor in, once.
    pub(crate) async fn sign_in_link(&self, lifetime: SignedDuration) -> Result<String, Failure> {
        let instance = &self.server.instance;
        let now = instance.clock().now();
        let email = format!("redaktion@{}.example", self.region.handle).parse().map_err(Failure::failed)?;
        let editor = Account {
            id: Uuid::now_v7(),
            email,
            name: format!("Redaktion {}", self.region.name),
            role: Role::Admin,
            language: instance.settings().language,
            actor: None,
            created_at: now,
            suspended_at: None,
        };
        let mut tx = instance.store().write().await?;
        storage::accounts::insert(&mut tx, &editor).await?;
        let kept = storage::accounts::by_email(&mut tx, &editor.email).await?.unwrap_or(editor);
        let link = web::sign_in_link(&mut tx, self.url(), &kept, now, lifetime).await?;
        tx.commit().await?;
        Ok(link)
    }
}

fn config(region: &Region, folder: &Path, listener: &TcpListener) -> Result<Config, Failure> {
    let port = listener.local_addr()?.port();
    let mut config = Config::default();
    config.server.base_url =
        Url::parse(&format!("http://{}.localhost:{port}", region.handle)).map_err(Failure::failed)?;
    config.server.data_dir = folder.join(region.handle.as_str());
    config.quarter.handle = region.handle.clone();
    config.quarter.name.clone_from(&region.name);
    config.fixed.insert("quarter.name".to_owned());
    config.quarter.summary.clone_from(&region.summary);
    config.quarter.latitude = Some(region.latitude);
    config.quarter.longitude = Some(region.longitude);
    // Who looks into federation wants to see what comes.
    config.federation.replies = Replies::Held;
    // Nor does anybody want a second key for an afternoon.
    config.people.second_factor = SecondFactor::Off;
    config.imprint = Imprint {
        operator: format!("Nachbarschaftsverein {} e. V. (erfunden)", region.name),
        street: "Musterweg 1".to_owned(),
        town: "00117 Erlenbruck".to_owned(),
        email: format!("post@{}.example", region.handle),
        phone: "0221 4710-500".to_owned(),
        ..Imprint::default()
    };
    Ok(config)
}

async fn befriend(one: &Instance, other: &Instance) -> Result<(), Failure> {
    if state(one, other).await? == Some(State::Established) {
        return Ok(());
    }
    neighbours::invite(one, &address(other)).await?;
    until(other, one, State::Asked).await?;
    neighbours::accept(other, &address(one)).await?;
    until(one, other, State::Established).await?;
    until(other, one, State::Established).await
}

fn address(instance: &Instance) -> Address {
    Address { name: instance.settings().handle.to_string(), host: instance.host().clone() }
}

/// How `here` stands with `there`.
async fn state(here: &Instance, there: &Instance) -> Result<Option<State>, Failure> {
    let mut tx = here.store().read().await?;
    let list = storage::neighbours::list(&mut tx, here.quarter().id).await?;
    Ok(list.into_iter().find(|neighbour| neighbour.actor.url == there.quarter().url).map(|neighbour| neighbour.state))
}

/// Waits until `here` stands with `there` as wanted, or better.
async fn until(here: &Instance, there: &Instance, wanted: State) -> Result<(), Failure> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match state(here, there).await? {
            Some(State::Established) => return Ok(()),
            Some(state) if state == wanted => return Ok(()),
            state if Instant::now() >= deadline => {
                let (here, there) = (here.host(), there.host());
                return Err(Failure::because(format!("{here} and {there} did not become neighbours: {state:?}")));
            }
            _ => tokio::time::sleep(GLANCE).await,
        }
    }
}
