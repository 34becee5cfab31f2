//! The quarter's own: its data folder, its database, the time, and the running instance made of them.

use std::path::Path;
use std::time::Duration;

use domain::clock::Clock;
use domain::html::Html;
use domain::place::Position;
use domain::voice::Manner;
use federation::fetch::{self, Client};
use federation::media::tiles::{Source, Tiles};
use federation::media::{self, Access, Album, Bucket};
use federation::{AcceptNeighbours, Instance, People, Replies, Settings};
use jiff::SignedDuration;
use storage::Store;
use storage::tiles::TileFile;

use crate::config::{self, Accept, Config};
use crate::failure::Failure;

/// Our version, as in `--version`, NodeInfo and the footer.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// An open quarter.
pub(crate) struct Home {
    /// What is kept.
    pub(crate) store: Store,
    /// The time.
    pub(crate) clock: Clock,
}

impl Home {
    /// Opens the database of `config`, which is brought up to date first. Works while the server runs.
    pub(crate) async fn open(config: &Config) -> Result<Self, Failure> {
        make_folder(&config.server.data_dir)?;
        let store = Store::open(&config.database_url()).await?;
        Ok(Self { store, clock: system_clock() })
    }

    /// What `config` and what people said on the pages make together.
    pub(crate) async fn completed(&self, config: &Config) -> Result<Config, Failure> {
        let kept = storage::settings::all(&mut self.store.look().await?).await?;
        Ok(config.completed(&kept)?)
    }

    /// Takes up the quarter's actors, or founds the quarter the first time.
    pub(crate) async fn instance(self, config: &Config) -> Result<Instance, Failure> {
        let config = &self.completed(config).await?;
        let client = Client::new(&client_settings(config)?, self.clock.clone()).map_err(Failure::failed)?;
        Ok(Instance::start(settings(config)?, self.store, self.clock, client).await?)
    }
}

/// Opens the quarter and takes up its actors: for everything that publishes.
pub(crate) async fn instance(config: &Config) -> Result<Instance, Failure> {
    Home::open(config).await?.instance(config).await
}

fn settings(config: &Config) -> Result<Settings, Failure> {
    let quarter = &config.quarter;
    let position = quarter.latitude.zip(quarter.longitude);
    let mut media = media::Settings::below(&config.server.data_dir, u64::from(config.media.cache_mb) * 1_000_000);
    if let Some(bucket) = bucket(config)? {
        media.own = Album::Bucket(bucket);
    }
    Ok(Settings {
        base_url: config.server.base_url.clone(),
        handle: quarter.handle.clone(),
        name: quarter.name.trim().to_owned(),
        summary: Html::from_text(&quarter.summary),
        language: quarter.language,
        languages: quarter.offered(),
        manner: Manner { address: quarter.address, word: quarter.word },
        timezone: quarter.timezone.clone(),
        land: quarter.land,
        position: position.and_then(|(latitude, longitude)| Position::new(latitude, longitude)),
        local: config.is_local(),
        authorized_fetch: config.federation.authorized_fetch,
        accept_neighbours: match config.neighbours.accept {
            Accept::ByEditor => AcceptNeighbours::ByEditor,
            Accept::Automatic => AcceptNeighbours::Automatic,
        },
        replies: match config.federation.replies {
            config::Replies::Off => Replies::Off,
            config::Replies::Held => Replies::Held,
        },
        people: People { sign_up: config.people.sign_up, refused_mail_hosts: config.people.refused_mail_hosts.clone() },
        editors: federation::Editors {
            safety: domain::safety::Words::with(&config.editors.safety_words),
            two_persons: config.editors.two_persons,
            cover_after: SignedDuration::from_hours(i64::from(config.editors.cover_after_hours)),
            cover_email: config.editors.cover_email.parse().ok(),
        },
        media,
        version: VERSION.to_owned(),
        source_url: config.server.source_url.clone(),
    })
}

/// Where our pictures are, if they are not in the data folder. Asks nobody yet.
pub(crate) fn bucket(config: &Config) -> Result<Option<Bucket>, Failure> {
    let Some((bucket, prefix)) = config.media.place() else { return Ok(None) };
    let secret_key = match &config.media.secret_key_file {
        Some(file) => std::fs::read_to_string(file)
            .map(|text| text.trim_end_matches(['\r', '\n']).to_owned())
            .map_err(|error| Failure::words(format!("media.secret_key_file {}: {error}", file.display())))?,
        None => config.media.secret_key.clone(),
    };
    // Two quarters that share a bucket never see, and never throw away, what is the other's.
    let host = config.server.base_url.authority().replace(':', "-");
    let access = Access {
        bucket: bucket.to_owned(),
        prefix: if prefix.is_empty() { host } else { format!("{prefix}/{host}") },
        endpoint: config.media.endpoint.clone(),
        region: config.media.region.clone(),
        access_key: config.media.access_key.clone(),
        secret_key,
    };
    Ok(Some(Bucket::new(&access).map_err(|error| Failure::words(format!("media.store: {error}")))?))
}

/// The tiles of the map, if any are set.
pub(crate) async fn tiles(config: &Config) -> Result<Option<Tiles>, Failure> {
    let map = &config.map;
    let source = match (map.server(), map.file()) {
        (Some(server), _) => Source::Server(server.to_owned()),
        (None, Some(file)) => Source::File(
            TileFile::open(&file)
                .await
                .map_err(|error| Failure::words(format!("map.tiles {}: {error}", file.display())))?,
        ),
        (None, None) => return Ok(None),
    };
    let folder = config.server.data_dir.join("tiles");
    Ok(Some(Tiles::new(source, map.attribution.clone(), folder, u64::from(map.cache_mb) * 1_000_000)))
}

fn client_settings(config: &Config) -> Result<fetch::Settings, Failure> {
    let extra_ca = config.federation.extra_ca_file.as_deref().map(|file| {
        let shown = file.display();
        std::fs::read(file).map_err(|error| Failure::words(format!("federation.extra_ca_file {shown}: {error}")))
    });
    Ok(fetch::Settings {
        local: config.is_local(),
        private_networks: config.federation.private_networks.iter().map(|network| network.0).collect(),
        extra_ca: extra_ca.transpose()?,
        user_agent: format!("quartier/{VERSION} (+{})", config.server.base_url),
        timeout: Duration::from_secs(10),
    })
}

/// The clock of the machine.
#[expect(clippy::disallowed_methods, reason = "this is where the Clock takes it from")]
pub(crate) fn system_clock() -> Clock {
    Clock::new(jiff::Timestamp::now)
}

/// Makes the data folder, for its owner only: it holds private keys.
pub(crate) fn make_folder(folder: &Path) -> Result<(), Failure> {
    use std::os::unix::fs::DirBuilderExt;
    let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(|error| Failure::because(format!("the data folder {} cannot be made: {error}", folder.display())))
}
