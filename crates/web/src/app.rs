//! What every page needs: the instance, the operator's settings, the counters of the rate limits.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::sign_up::SignUp;
use federation::Instance;
use federation::media::tiles::Tiles;
use ipnet::IpNet;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use url::Url;

use crate::limits::Limits;
use crate::shelf::Shelf;

/// The pages of one instance. Cheap to clone.
#[derive(Clone)]
pub struct App {
    /// What is kept and said to other servers.
    pub instance: Instance,
    /// What the operator configured about the pages.
    pub settings: Arc<Settings>,
    pub(crate) limits: Arc<Limits>,
    pub(crate) shelf: Arc<Shelf>,
}

/// What the operator configured about the pages.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Who runs the server.
    pub imprint: Imprint,
    /// Whom to ask about privacy, if that is somebody else: an e-mail address or a sentence.
    pub privacy_contact: Option<String>,
    /// Where the quarter is, by the name people give it.
    pub place: Option<String>,
    /// What its people may say about it on these pages, and whether it is open.
    pub setup: Setup,
    /// Where the source code of this version is, for the AGPL (section 13).
    pub source_url: String,
    /// The licence under which the quarter's own entries may be used, by its name.
    pub licence: Option<String>,
    /// The version of the program.
    pub version: String,
    /// Whether letters can be sent.
    pub mail_configured: bool,
    /// Other people's machines that the quarter uses.
    pub processors: Vec<Processor>,
    /// The proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Of whom a second key is wanted.
    pub second_factor: SecondFactor,
    /// The tiles of the map, if there are any.
    pub tiles: Option<Tiles>,
}

/// Of whom a second key is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SecondFactor {
    /// Of nobody; whoever likes may have one.
    #[default]
    Off,
    /// Of everyone who decides about what others published.
    Editors,
}

/// What the people of a quarter may say about it on its pages, and whether it is open.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// Whether only admins get to see what is inside.
    pub is_closed: bool,
    /// Whether somebody has said what the quarter is called.
    pub is_named: bool,
    /// Whether it must say who runs it before it is opened.
    pub needs_imprint: bool,
    /// What is so now, by the keys of the configuration.
    pub answers: BTreeMap<&'static str, String>,
    /// The keys that the operator fixed, so that nobody is asked.
    pub fixed: BTreeSet<&'static str>,
}

/// Somebody else's machine that data goes through or lies on.
#[derive(Clone, Debug)]
pub struct Processor {
    /// What it does: `mail`, `pictures` or `database`.
    pub task: &'static str,
    /// Its name in the network.
    pub host: String,
}

/// Who runs the server (§ 5 DDG, § 18 `MStV`). What is `None` is not shown.
#[derive(Clone, Debug, Default)]
pub struct Imprint {
    /// A person or an association, with everyone who may represent it.
    pub operator: Option<String>,
    /// Street and number.
    pub street: Option<String>,
    /// Postal code and town.
    pub town: Option<String>,
    /// The e-mail address for questions and reports.
    pub email: Option<String>,
    /// A number to call.
    pub phone: Option<String>,
    /// Who answers for the content.
    pub responsible: Option<String>,
    /// Register and number, for associations.
    pub register: Option<String>,
}

impl App {
    /// The pages of `instance`, with fresh rate limits.
    pub fn new(instance: Instance, settings: Settings) -> Self {
        let limits = Arc::new(Limits::new(instance.clock().clone()));
        Self { instance, settings: Arc::new(settings), limits, shelf: Arc::default() }
    }

    /// The zone of the quarter, in which days begin and end.
    pub(crate) fn zone(&self) -> TimeZone {
        self.instance.settings().zone()
    }

    /// The day it is in the quarter.
    pub(crate) fn today(&self) -> Date {
        self.instance.clock().now().to_zoned(self.zone()).date()
    }

    /// The absolute address of a path of ours that begins with `/`.
    pub(crate) fn url(&self, path: &str) -> String {
        let base: &Url = &self.instance.settings().base_url;
        format!("{}{path}", base.as_str().trim_end_matches('/'))
    }

    /// Whether who has no account can ask for one; a letter has to be answered for it.
    pub(crate) fn asks_in(&self) -> bool {
        self.settings.mail_configured
            && !self.settings.setup.is_closed
            && self.instance.settings().people.sign_up != SignUp::Invited
    }

    /// Whether people reach us by https: always, but in local mode.
    pub(crate) fn is_https(&self) -> bool {
        self.instance.settings().base_url.scheme() == "https"
    }
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App").field("base_url", &self.instance.settings().base_url).finish_non_exhaustive()
    }
}
