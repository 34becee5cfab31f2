//! What the command line prints: lines on standard output, the log on standard error.

use std::fmt::Display;
use std::io::{self, IsTerminal, Write};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::Directive;

/// Prints one line.
pub(crate) fn say(line: impl Display) -> io::Result<()> {
    writeln!(io::stdout().lock(), "{line}")
}

/// Says on a terminal what is being done; a pipe hears nothing.
pub(crate) fn progress(what: &str) {
    let mut terminal = io::stderr();
    if terminal.is_terminal() {
        // Nobody misses a line that could not be written.
        let _ = writeln!(terminal, "{what}");
    }
}

/// Writes the log to standard error from now on; `filter` is a level or a filter of `tracing-subscriber`.
pub(crate) fn log(filter: &str) -> Result<(), String> {
    let filter = EnvFilter::try_new(filter).map_err(|error| error.to_string())?;
    // At trace it writes the addresses of forms down, and a sign-in link is one.
    let silent = "tower_http::csrf=debug".parse::<Directive>().map_err(|error| error.to_string())?;
    let filter = filter.add_directive(silent);
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    // On a full disk it would tell standard error of it, and break on that: nobody reads what cannot be written.
    let lines = lines.log_internal_errors(false);
    // A second subscriber is refused; the first goes on.
    let _ = lines.with_ansi(io::stderr().is_terminal()).with_target(false).try_init();
    Ok(())
}

/// Prints rows below each other, each column as wide as its widest cell.
pub(crate) fn table(rows: &[Vec<String>]) -> io::Result<()> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
    for row in rows {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        say(cells.collect::<Vec<_>>().join("  ").trim_end())?;
    }
    Ok(())
}
