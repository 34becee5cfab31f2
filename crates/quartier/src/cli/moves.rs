//! The words of `quartier move`.

use std::str::FromStr;

use clap::{Args, Subcommand};
use domain::handle::Address;
use federation::moves::Home;

/// Moving house.
#[derive(Debug, Subcommand)]
pub enum Moves {
    /// Says that the quarter, or another actor of this server, is another account too, so that the followers of that one may
    /// move here
    #[command(
        after_help = "Examples:\n  quartier move alias alt@anderswo.example\n  quartier move alias https://anderswo.example/users/alt --handle chor"
    )]
    Alias {
        /// The other account: name@host, or the address of its page
        #[arg(value_name = "ADDRESS|URL")]
        former: Former,
        /// Who
        #[command(flatten)]
        mover: Mover,
    },
    /// Tells every follower of the quarter, or of another actor of this server, to follow another account instead, which
    /// has to name the old one as an alias
    #[command(
        after_help = "Examples:\n  quartier move to neu@anderswo.example\n  quartier move to chor@anderswo.example --handle chor"
    )]
    To {
        /// The new account
        address: Address,
        /// Who
        #[command(flatten)]
        mover: Mover,
    },
}

/// Who moves.
#[derive(Debug, Args)]
pub struct Mover {
    /// The initiative or the member with this handle [default: the quarter]
    #[arg(long, value_name = "HANDLE")]
    pub handle: Option<String>,
}

/// Where somebody was before.
#[derive(Clone, Debug)]
pub struct Former(pub Home);

impl FromStr for Former {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.contains("://") {
            return text.parse().map(|url| Self(Home::Url(url))).map_err(|_| "this is no address".to_owned());
        }
        text.parse().map(|address| Self(Home::Address(address))).map_err(|_| "write name@host or https://…".to_owned())
    }
}
