//! `quartier serve`: the listener, the routers behind it, and the background tasks, until the system says stop.

mod check;
mod choose;
mod figures;
mod health;
mod listen;
mod lock;
mod opening;
mod site;
mod waiting;

use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use domain::setup::ANSWERS;
use federation::Instance;
use federation::media::Album;
use federation::media::tiles::Tiles;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::time::timeout;
use tracing::{info, warn};
use url::Url;

use crate::config::{Config, SecondFactor};
use crate::failure::Failure;
use crate::home::{self, Home};
use crate::stop::{self, Stop, Trigger};
use crate::tasks::Tasks;
use figures::Figures;
use health::Health;
use lock::Lock;
use site::Routers;

pub(crate) use health::Delivering;
pub(crate) use listen::bind;
pub(crate) use lock::take as lock;
pub(crate) use opening::{Opening, at_work};

/// How long the database may take to close.
const FAREWELL: Duration = Duration::from_secs(3);

/// Runs the quarter until the system asks it to end; begins anew when what it says about itself was changed.
pub(crate) async fn run(config: Config) -> Result<(), Failure> {
    let mut asked_to_end = pin!(stop::asked_by_system()?);
    let listener = bind(config.server.listen).await?.into_std()?;
    loop {
        // Who comes between an end and the next beginning waits at the socket, and is not refused.
        let server = Server::start(config.clone(), TcpListener::from_std(listener.try_clone()?)?).await?;
        tokio::select! {
            () = &mut asked_to_end => {
                info!("Stopping");
                drop(listener);
                server.stop().await;
                return Ok(());
            }
            () = server.outdated.notified() => {
                info!("The settings were changed: beginning anew");
                server.stop().await;
            }
        }
    }
}

/// A running quarter.
pub(crate) struct Server {
    /// What it is.
    pub(crate) instance: Instance,
    trigger: Trigger,
    tasks: Tasks,
    lock: Option<Lock>,
    /// Called when it works with settings that were changed since.
    outdated: Arc<Notify>,
}

impl Server {
    /// Opens the quarter of `config` and answers at `listener`.
    pub(crate) async fn start(config: Config, listener: TcpListener) -> Result<Self, Failure> {
        home::make_folder(&config.server.data_dir)?;
        let alone = config.database.url == "sqlite";
        let mut lock = alone.then(|| lock::take(&config.server.data_dir)).transpose()?;
        if let Some(lock) = &mut lock {
            check::database(&config, lock.was_released).await?;
            lock.mark()?;
        }
        let home = Home::open(&config).await?;
        let opening = Opening::of(&home, &config).await?;
        let (instance, config) = (home.instance(&config).await?, opening.config.clone());
        let (trigger, stop) = stop::pair();
        let delivering = Delivering::default();
        let (figures, outdated) = (Arc::new(Figures::default()), Arc::new(Notify::new()));
        let mut tasks = Tasks::start(&instance, &opening, &delivering, &stop)?;
        tasks.watch_settings(&instance, &opening, &outdated, &stop);
        serve_figures(&config, &instance, &figures, &mut tasks, &stop).await?;
        let health = Health::of(instance.store().clone(), delivering);
        let tiles = home::tiles(&config).await?;
        let router = site::router(routers(&instance, &opening, tiles), health, figures);
        announce(&opening, &listener);
        tasks.spawn(greet_pictures(instance.clone()));
        tasks.spawn(listen::serve(listener, router, stop));
        Ok(Self { instance, trigger, tasks, lock, outdated })
    }

    /// Lets what is under way finish, within half a minute, and closes the database.
    pub(crate) async fn stop(self) {
        self.trigger.pull();
        self.tasks.finish().await;
        if timeout(FAREWELL, self.instance.store().close()).await.is_err() {
            warn!("The database was not closed in time; it mends itself at the next start");
        } else if let Some(lock) = self.lock {
            lock.release();
        }
    }
}

fn routers(instance: &Instance, opening: &Opening, tiles: Option<Tiles>) -> Routers {
    let settings = web::Settings { tiles, ..page_settings(opening) };
    let pages = web::App::new(instance.clone(), settings);
    Routers {
        is_open: opening.is_open,
        fixed: federation::fixed(instance.clone()),
        federation: federation::router(instance.clone()),
        programs: api::router(instance.clone()),
        pages: web::router(pages),
    }
}

fn page_settings(opening: &Opening) -> web::Settings {
    let config = &opening.config;
    let imprint = &config.imprint;
    let known = |text: &String| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    web::Settings {
        imprint: web::Imprint {
            operator: known(&imprint.operator),
            street: known(&imprint.street),
            town: known(&imprint.town),
            email: known(&imprint.email),
            phone: known(&imprint.phone),
            responsible: known(&imprint.responsible),
            register: known(&imprint.register),
        },
        privacy_contact: known(&imprint.privacy),
        place: known(&config.quarter.place),
        setup: web::Setup {
            is_closed: !opening.is_open,
            is_named: config.is_named() || opening.kept.contains_key("quarter.name"),
            needs_imprint: !config.is_local(),
            answers: config.answers(),
            fixed: ANSWERS.into_iter().filter(|key| config.fixes(key)).collect(),
        },
        licence: known(&config.quarter.licence),
        source_url: config.server.source_url.to_string(),
        version: home::VERSION.to_owned(),
        mail_configured: !config.mail.host.is_empty(),
        processors: processors(config),
        trusted_proxies: config.server.trusted_proxies.iter().map(|network| network.0).collect(),
        second_factor: match config.people.second_factor {
            SecondFactor::Editors => web::SecondFactor::Editors,
            SecondFactor::Off => web::SecondFactor::Off,
        },
        tiles: None,
    }
}

/// The figures on their own listener, if one is set.
async fn serve_figures(
    config: &Config,
    instance: &Instance,
    figures: &Arc<Figures>,
    tasks: &mut Tasks,
    stop: &Stop,
) -> Result<(), Failure> {
    if let Some(address) = config.metrics.listen {
        let listener = bind(address).await?;
        let router = figures::router(Arc::clone(figures), instance.clone());
        tasks.spawn(listen::serve(listener, router, stop.clone()));
    }
    Ok(())
}

/// Says in the log if the pictures cannot be reached; everything else goes on without them.
async fn greet_pictures(instance: Instance) {
    if let Album::Bucket(bucket) = &instance.settings().media.own {
        // What is wrong is in the log by then.
        let _ = bucket.greet().await;
    }
}

/// Says where the quarter is, and what the operator should know.
fn announce(opening: &Opening, listener: &TcpListener) {
    let config = &opening.config;
    let at = listener.local_addr().map_or_else(|error| error.to_string(), |address| address.to_string());
    if let Some(link) = &opening.link {
        info!("A new quarter runs at {at}, and nobody sees it yet. To set it up, open this link: {link}");
    } else if !opening.is_open {
        info!("{} runs at {at}, and nobody sees it yet: its admins open it", config.quarter.name);
    } else if config.is_local() {
        info!("{} is open for trying out: {}", config.quarter.name, config.server.base_url);
    } else {
        info!("{} runs at {at} for {}", config.quarter.name, config.server.base_url);
    }
    let networks = &config.federation.private_networks;
    if !networks.is_empty() {
        let named: Vec<String> = networks.iter().map(ToString::to_string).collect();
        warn!(
            "federation.private_networks lets this server reach {}: strangers can make it ask there",
            named.join(", ")
        );
    }
    if config.mail.host.is_empty() && !config.is_local() {
        warn!("mail.host is not set: sign-in links come from 'quartier account create' only");
    }
}

/// The machines of others that the quarter uses; what runs beside it is nobody else's.
fn processors(config: &Config) -> Vec<web::Processor> {
    let host = |url: &Url| url.host_str().map(str::to_owned);
    let amazon = || format!("s3.{}.amazonaws.com", config.media.region);
    let pictures = || config.media.endpoint.as_ref().and_then(host).unwrap_or_else(amazon);
    let machines = [
        ("mail", Some(config.mail.host.clone())),
        ("map", config.map.server().and_then(|server| host(&server.parse().ok()?))),
        ("pictures", config.media.store.starts_with("s3:").then(pictures)),
        ("database", config.database.url.parse().ok().as_ref().and_then(host)),
    ];
    let is_ours =
        |host: &str| host.is_empty() || host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    let others = machines.into_iter().filter_map(|(task, host)| Some((task, host.filter(|host| !is_ours(host))?)));
    others.map(|(task, host)| web::Processor { task, host }).collect()
}
