//! The command line: its words, and an example for each.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use domain::account::{Email, Role};
use domain::handle::{Address, Handle};
use domain::host::Host;

mod backups;
mod blocks;
mod moves;

pub use backups::{Backup, MigrateDatabase, Restore};
pub use blocks::{BlockOptions, Blocked, Blocks};
pub use moves::{Former, Mover, Moves};

/// A quarter's own notice board and calendar, and the way to its neighbours.
#[derive(Debug, Parser)]
#[command(
    version,
    about,
    after_help = "Examples:\n  quartier demo\n  quartier serve --config /etc/quartier/quartier.toml"
)]
pub struct Cli {
    /// The configuration [default: ./quartier.toml or /etc/quartier/quartier.toml, where there is one]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Runs this quarter
    #[command(after_help = "Example:\n  quartier serve --config /etc/quartier/quartier.toml")]
    Serve,
    /// Runs several invented quarters on this machine, federating
    #[command(
        after_help = "Examples:\n  quartier demo\n  quartier demo --quarters 2 --port 9000\n  quartier demo --check --ics summer.ics"
    )]
    Demo(Demo),
    /// Who may sign in
    #[command(
        subcommand,
        after_help = "Example:\n  quartier account create --email mira@nord.example --name Mira --role editor"
    )]
    Account(Account),
    /// Initiatives: clubs, institutions, groups
    #[command(
        subcommand,
        after_help = "Example:\n  quartier initiative create --name \"Repair-Café Süd\" --handle repair_cafe"
    )]
    Initiative(Initiative),
    /// Publishes a post or an event
    #[command(subcommand, after_help = "Example:\n  quartier publish note --text \"Der Brunnen läuft wieder.\"")]
    Publish(Publish),
    /// Reads events from elsewhere
    #[command(subcommand, after_help = "Example:\n  quartier import ics summer.ics --publish")]
    Import(Import),
    /// Other quarters
    #[command(subcommand, after_help = "Example:\n  quartier neighbours invite suedhang@suedhang.example")]
    Neighbours(Neighbours),
    /// Whom this quarter does not listen to
    #[command(subcommand, after_help = "Example:\n  quartier blocks add boese.example --comment \"Spam\"")]
    Blocks(Blocks),
    /// What is on its way to other servers
    #[command(subcommand, after_help = "Example:\n  quartier queue list")]
    Queue(Queue),
    /// What this server signs with
    #[command(subcommand, after_help = "Example:\n  quartier keys rotate")]
    Keys(Keys),
    /// Moving house: from another account to an actor of this server, or from here to another
    #[command(subcommand, after_help = "Example:\n  quartier move alias alt@anderswo.example")]
    Move(Moves),
    /// Puts everything that makes this quarter into one file, while the server runs
    #[command(after_help = "Examples:\n  quartier backup\n  quartier backup /mnt/stick/nord.backup --ask")]
    Backup(Backup),
    /// Makes a quarter from a backup, in an empty data folder or database
    #[command(after_help = "Examples:\n  quartier restore nord.backup\n  quartier restore nord.backup --settings")]
    Restore(Restore),
    /// Moves everything from one database to another, which is empty
    #[command(
        after_help = "Examples:\n  quartier migrate-database sqlite postgres://quartier@localhost/quartier\n  quartier migrate-database postgres://quartier@localhost/quartier sqlite"
    )]
    MigrateDatabase(MigrateDatabase),
    /// Says what is wrong with this installation, and how to mend it
    #[command(after_help = "Examples:\n  quartier doctor\n  quartier doctor --json")]
    Doctor(Doctor),
}

/// What is wrong here.
#[derive(Debug, Args)]
pub struct Doctor {
    /// Prints JSON
    #[arg(long)]
    pub json: bool,
}

/// How the demonstration runs.
#[derive(Debug, Args)]
pub struct Demo {
    /// How many quarters
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u16).range(2..=8))]
    pub quarters: u16,
    /// The port of the first; the others take the next ones [default: 8420, free ones with --check]
    #[arg(long, value_name = "P", value_parser = clap::value_parser!(u16).range(1..=65528))]
    pub port: Option<u16>,
    /// Where to keep them [default: a folder that is removed at the end]
    #[arg(long, value_name = "D")]
    pub data_dir: Option<PathBuf>,
    /// A calendar that the first quarter imports; may be given several times
    #[arg(long, value_name = "FILE")]
    pub ics: Vec<PathBuf>,
    /// Runs the story, prints what arrived where and after how long, and ends
    #[arg(long)]
    pub check: bool,
}

/// Who may sign in.
#[derive(Debug, Subcommand)]
pub enum Account {
    /// Makes an account and prints a sign-in link; for an account that is there, prints a new link
    #[command(after_help = "Example:\n  quartier account create --email mira@nord.example --name Mira --role editor")]
    Create {
        /// Where sign-in links go
        #[arg(long, value_name = "E")]
        email: Email,
        /// What the editors call this person
        #[arg(long, value_name = "N")]
        name: String,
        /// admin, editor, member or reader
        #[arg(long, value_name = "ROLE")]
        role: Role,
    },
    /// Erases an account with its sessions and tokens; a public profile is deleted everywhere it is known
    #[command(after_help = "Example:\n  quartier account remove --email mira@nord.example")]
    Remove {
        /// Whose
        #[arg(long, value_name = "E")]
        email: Email,
    },
    /// Switches on a member's public profile and prints its address
    #[command(after_help = "Example:\n  quartier account profile --email mira@nord.example --handle mira")]
    Profile {
        /// Whose
        #[arg(long, value_name = "E")]
        email: Email,
        /// The name before the @; never changes and is never given again
        #[arg(long, value_name = "HANDLE")]
        handle: Handle,
    },
    /// Writes everything of one person into a file: what is known of them, what they published, and their pictures
    #[command(after_help = "Example:\n  quartier account export --email mira@nord.example mira.tar.gz")]
    Export {
        /// Whose
        #[arg(long, value_name = "E")]
        email: Email,
        /// The file, which must not be there yet
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Takes in what somebody published in another quarter, from a file that `account export` or the page made there
    #[command(after_help = "Example:\n  quartier account import --email mira@sued.example mira.tar.gz")]
    Import {
        /// Whose; with a public profile
        #[arg(long, value_name = "E")]
        email: Email,
        /// The file
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Says whether somebody has a second key, or takes it off who lost it and ends everything they are signed in with
    #[command(
        after_help = "Examples:\n  quartier account second-factor --email mira@nord.example\n  quartier account second-factor --email mira@nord.example --off"
    )]
    SecondFactor {
        /// Whose
        #[arg(long, value_name = "E")]
        email: Email,
        /// Takes it off; the person gets a letter
        #[arg(long)]
        off: bool,
    },
    /// Prints one bearer token for programs, and nothing else
    #[command(after_help = "Example:\n  TOKEN=$(quartier account token --email mira@nord.example)")]
    Token {
        /// Whose
        #[arg(long, value_name = "E")]
        email: Email,
    },
}

/// Initiatives.
#[derive(Debug, Subcommand)]
pub enum Initiative {
    /// Makes an initiative and prints its address
    #[command(after_help = "Example:\n  quartier initiative create --name \"Repair-Café Süd\" --handle repair_cafe")]
    Create {
        /// The name people read
        #[arg(long, value_name = "N")]
        name: String,
        /// The name before the @ [default: made from the name]
        #[arg(long, value_name = "HANDLE")]
        handle: Option<Handle>,
        /// One or two sentences about it
        #[arg(long, value_name = "TEXT", default_value = "")]
        summary: String,
    },
}

/// What to publish. Prints the address of its page.
#[derive(Debug, Subcommand)]
pub enum Publish {
    /// A short post
    #[command(after_help = "Example:\n  quartier publish note --text \"Der Brunnen läuft wieder.\"")]
    Note {
        /// What it says
        #[arg(long, value_name = "TEXT")]
        text: String,
        /// In whose name
        #[command(flatten)]
        speaker: Speaker,
    },
    /// A long post with a title
    #[command(
        after_help = "Example:\n  quartier publish article --title \"So war das Sommerfest\" --text \"$(cat bericht.txt)\""
    )]
    Article {
        /// Its title
        #[arg(long, value_name = "T")]
        title: String,
        /// What it says
        #[arg(long, value_name = "TEXT")]
        text: String,
        /// In whose name
        #[command(flatten)]
        speaker: Speaker,
    },
    /// An event
    #[command(
        after_help = "Example:\n  quartier publish event --name Adventssingen --start 2026-12-05T15:00 --place Bürgerhaus --free"
    )]
    Event(Box<Event>),
}

/// In whose name something is published.
#[derive(Debug, Args)]
pub struct Speaker {
    /// In the name of this initiative [default: the quarter]
    #[arg(long = "as", value_name = "HANDLE")]
    pub handle: Option<Handle>,
}

/// What an event says.
#[derive(Debug, Args)]
pub struct Event {
    /// Its title
    #[arg(long, value_name = "N")]
    pub name: String,
    /// When it begins, in the quarter's time zone: 2026-12-05T15:00
    #[arg(long, value_name = "TIME")]
    pub start: jiff::civil::DateTime,
    /// When it ends [default: open]
    #[arg(long, value_name = "TIME")]
    pub end: Option<jiff::civil::DateTime>,
    /// Where
    #[arg(long, value_name = "P")]
    pub place: Option<String>,
    /// Street and number
    #[arg(long, value_name = "S", requires = "place")]
    pub street: Option<String>,
    /// The long text
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub text: String,
    /// What it costs, in words
    #[arg(long, value_name = "PRICE", conflicts_with = "free")]
    pub price: Option<String>,
    /// It costs nothing
    #[arg(long)]
    pub free: bool,
    /// How to register, in words
    #[arg(long, value_name = "TEXT")]
    pub registration: Option<String>,
    /// In whose name
    #[command(flatten)]
    pub speaker: Speaker,
}

/// Events from elsewhere.
#[derive(Debug, Subcommand)]
pub enum Import {
    /// An iCalendar file, or an address that is read again every hour; prints what was new, changed, unchanged, refused
    #[command(
        after_help = "Examples:\n  quartier import ics summer.ics\n  quartier import ics https://club.example/termine.ics --publish"
    )]
    Ics {
        /// The file or its https:// address
        #[arg(value_name = "FILE|URL")]
        from: String,
        /// Publishes what it says at once, instead of leaving drafts to the editors
        #[arg(long)]
        publish: bool,
        /// In whose name
        #[command(flatten)]
        speaker: Speaker,
    },
}

/// Other quarters.
#[derive(Debug, Subcommand)]
pub enum Neighbours {
    /// Shows them and how far it got
    #[command(after_help = "Example:\n  quartier neighbours list")]
    List,
    /// Asks another quarter to become a neighbour
    #[command(after_help = "Example:\n  quartier neighbours invite suedhang@suedhang.example")]
    Invite {
        /// Its address
        address: Address,
    },
    /// Says yes to a quarter that asked
    #[command(after_help = "Example:\n  quartier neighbours accept suedhang@suedhang.example")]
    Accept {
        /// Its address
        address: Address,
    },
    /// Ends being neighbours
    #[command(after_help = "Example:\n  quartier neighbours end suedhang@suedhang.example")]
    End {
        /// Its address
        address: Address,
    },
}

/// What is on its way to other servers.
#[derive(Debug, Subcommand)]
pub enum Queue {
    /// Shows, for each server, what waits, what was given up and why; with --peer each delivery too
    #[command(after_help = "Examples:\n  quartier queue list\n  quartier queue list --peer suedhang.example --json")]
    List {
        /// Which server
        #[command(flatten)]
        peer: Peer,
        /// Prints JSON
        #[arg(long)]
        json: bool,
    },
    /// Tries again at once what waits, and what was given up
    #[command(after_help = "Example:\n  quartier queue retry --peer suedhang.example")]
    Retry {
        /// Which server
        #[command(flatten)]
        peer: Peer,
    },
    /// Takes what waits or was given up out of the queue for good
    #[command(after_help = "Example:\n  quartier queue drop --peer suedhang.example")]
    Drop {
        /// Which server
        #[command(flatten)]
        peer: Peer,
    },
}

/// What this server signs with.
#[derive(Debug, Subcommand)]
pub enum Keys {
    /// Gives every actor of this server new keys, and tells its followers
    #[command(after_help = "Examples:\n  quartier keys rotate\n  quartier keys rotate --handle repair_cafe")]
    Rotate {
        /// Only the actor with this handle [default: all]
        #[arg(long, value_name = "HANDLE")]
        handle: Option<String>,
    },
}

/// One server or all.
#[derive(Debug, Args)]
pub struct Peer {
    /// Only this server [default: all]
    #[arg(long = "peer", value_name = "HOST")]
    pub host: Option<Host>,
}

#[cfg(test)]
mod tests;
