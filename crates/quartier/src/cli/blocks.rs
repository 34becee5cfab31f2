//! The words of `quartier blocks`.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, Subcommand};
use domain::block::Severity;
use domain::handle::Address;
use domain::host::Host;

/// Whom the quarter does not listen to.
#[derive(Debug, Subcommand)]
pub enum Blocks {
    /// Shows every blocked server and actor
    #[command(after_help = "Example:\n  quartier blocks list")]
    List,
    /// Blocks a server with everything below it, or one actor
    #[command(
        after_help = "Examples:\n  quartier blocks add boese.example --comment \"Spam\"\n  quartier blocks add laut.example --severity silence\n  quartier blocks add stoerer@gross.example"
    )]
    Add(BlockOptions),
    /// Takes a block away; what was erased comes back only as it is sent anew
    #[command(after_help = "Example:\n  quartier blocks remove boese.example")]
    Remove {
        /// A host, or name@host
        target: Blocked,
    },
    /// Reads a list in Mastodon's CSV, or one host per line; says what it leaves out and why
    #[command(after_help = "Example:\n  quartier blocks import liste.csv")]
    Import {
        /// The file
        file: PathBuf,
    },
    /// Prints the blocked servers in Mastodon's CSV
    #[command(after_help = "Example:\n  quartier blocks export")]
    Export,
}

/// How to block.
#[derive(Debug, Args)]
pub struct BlockOptions {
    /// A host, or name@host
    pub target: Blocked,
    /// suspend (nothing comes or goes), silence (nothing is shown before an editor says yes), noop
    #[arg(long, value_name = "SEVERITY", default_value = "suspend", value_parser = severity)]
    pub severity: Severity,
    /// Shows no pictures from there
    #[arg(long)]
    pub reject_media: bool,
    /// Takes no reports from there
    #[arg(long)]
    pub reject_reports: bool,
    /// Why, for the editors
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub comment: String,
    /// Why, for anyone who reads the exported list
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub public_comment: String,
}

/// A server or an actor.
#[derive(Clone, Debug)]
pub enum Blocked {
    /// A server with everything below it.
    Host(Host),
    /// One actor.
    Actor(Address),
}

impl FromStr for Blocked {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.contains('@') {
            return text.parse().map(Self::Actor).map_err(|error: domain::handle::NotAnAddress| error.to_string());
        }
        text.parse().map(Self::Host).map_err(|error: domain::host::NotAHost| error.to_string())
    }
}

impl fmt::Display for Blocked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Host(host) => host.fmt(f),
            Self::Actor(address) => address.fmt(f),
        }
    }
}

fn severity(name: &str) -> Result<Severity, String> {
    Severity::from_name(name).ok_or_else(|| "suspend, silence or noop".to_owned())
}
