//! `quartier demo`: several invented quarters in this one process, federating for real.

mod check;
mod dates;
mod region;
mod seed;
mod town;

use std::pin::pin;

use jiff::SignedDuration;

use crate::cli;
use crate::commands::import;
use crate::failure::Failure;
use crate::output::{progress, say};
use crate::stop;
use town::Town;

/// The port of the first quarter, if none is asked for.
const PORT: u16 = 8420;
/// How long the printed sign-in links work.
const LINK_LIFETIME: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Starts the quarters, fills them, and serves until the system says stop.
pub(crate) async fn run(options: cli::Demo) -> Result<(), Failure> {
    let mut asked_to_end = pin!(stop::asked_by_system()?);
    let port = if options.check { options.port } else { Some(options.port.unwrap_or(PORT)) };
    let town = Town::open(&options, port).await?;
    let story = async {
        if options.check { Box::pin(check::run(&town, &options.ics)).await } else { tell(&options, &town).await }
    };
    let told = tokio::select! {
        told = story => told,
        () = &mut asked_to_end => Err(Failure::because("ended before everything was there")),
    };
    if told.is_ok() && !options.check {
        asked_to_end.await;
    }
    town.close().await;
    told
}

/// Makes the quarters neighbours, fills those that are empty, and says where to look.
async fn tell(options: &cli::Demo, town: &Town) -> Result<(), Failure> {
    progress("The quarters become neighbours …");
    town.befriend().await?;
    progress("They fill their boards …");
    for quarter in &town.quarters {
        seed::fill(quarter).await?;
    }
    if let Some(first) = town.quarters.first() {
        for file in &options.ics {
            let home = &first.server.instance;
            let report = import::read(home, file, &import::file_name(file), home.quarter(), true).await?;
            import::print(&report, true)?;
        }
    }
    for quarter in &town.quarters {
        let link = quarter.sign_in_link(LINK_LIFETIME).await?;
        say(format_args!("{:<14} {}", quarter.region.name, quarter.url()))?;
        say(format_args!("{:<14} sign in as editor, once: {link}", ""))?;
    }
    say("Ctrl-C ends it.")?;
    Ok(())
}
