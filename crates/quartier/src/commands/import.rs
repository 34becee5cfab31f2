//! `quartier import`: events from a calendar file, or from an address that is read again every hour.

use std::path::Path;

use domain::actor::Actor;
use domain::language::Language;
use domain::messages;
use federation::Instance;
use federation::imports::{self, Report};
use url::Url;

use crate::cli;
use crate::commands::publish;
use crate::config::Config;
use crate::failure::Failure;
use crate::home;
use crate::output::say;

/// The largest calendar that is read, in bytes.
const MAX_FILE: u64 = 10 * 1024 * 1024;

/// Does what `quartier import …` says.
pub(crate) async fn run(command: cli::Import, config: &Config) -> Result<(), Failure> {
    let cli::Import::Ics { from, publish, speaker } = command;
    let instance = home::instance(config).await?;
    let author = publish::author(&instance, speaker.handle.as_ref()).await?;
    let report = match Url::parse(&from) {
        Ok(url) if matches!(url.scheme(), "http" | "https" | "webcal") => {
            imports::subscribe(&instance, &url, &author, publish).await?
        }
        _ => read(&instance, Path::new(&from), &file_name(Path::new(&from)), &author, publish).await?,
    };
    print(&report, publish)
}

/// The name that tells a file from others: a second reading of it changes what changed and doubles nothing.
pub(crate) fn file_name(file: &Path) -> String {
    file.file_name().map_or_else(|| file.display().to_string(), |name| name.to_string_lossy().into_owned())
}

/// Reads the calendar in `file`, kept under `name`, in the name of `author`.
pub(crate) async fn read(
    instance: &Instance,
    file: &Path,
    name: &str,
    author: &Actor,
    publish: bool,
) -> Result<Report, Failure> {
    let shown = file.display();
    let because = |error: std::io::Error| Failure::because(format!("{shown}: {error}"));
    if std::fs::metadata(file).map_err(because)?.len() > MAX_FILE {
        return Err(Failure::because(format!("{shown}: larger than {} MB", MAX_FILE / 1024 / 1024)));
    }
    let bytes = std::fs::read(file).map_err(because)?;
    Ok(imports::read_file(instance, name, &bytes, author, publish).await?)
}

/// Says what was refused and why, and how many events were new, changed, unchanged, gone, refused, skipped.
pub(crate) fn print(report: &Report, published: bool) -> Result<(), Failure> {
    for (word, notes) in [("refused", &report.refused), ("note", &report.remarks)] {
        for note in notes {
            let why = messages::text(Language::EN, note.why);
            say(format_args!("{word}, line {}: {}: {why}", note.line, note.what))?;
        }
    }
    let counts = [
        ("new", report.new),
        ("changed", report.changed),
        ("unchanged", report.unchanged),
        ("gone", report.gone),
        ("refused", report.refused.len()),
        ("skipped", report.skipped),
    ];
    let counts: Vec<String> = counts.iter().map(|(name, count)| format!("{count} {name}")).collect();
    say(counts.join(", "))?;
    if report.new > 0 && !published {
        say("What is new waits as drafts for the editors; --publish publishes at once.")?;
    }
    Ok(())
}
