//! What a configuration must say before anything starts.

use domain::account::Email;
use domain::place::Position;
use domain::safety::MAX_OWN;
use jiff::tz::TimeZone;

use super::{Config, Refused, Tls};

/// The longest wait before somebody covers: a month.
const MAX_HOURS: u32 = 720;

/// Checks what the kinds of the values cannot say; the first problem, in one line that names its keys.
pub(super) fn check(config: &Config) -> Result<(), Refused> {
    base_url(config)?;
    quarter(config)?;
    database(config)?;
    config.media.check()?;
    config.map.check(config.is_local())?;
    editors(config)?;
    backup(config)?;
    mail(config)?;
    let email = &config.imprint.email;
    unless(
        email.is_empty() || email.parse::<Email>().is_ok(),
        format!("imprint.email is '{email}': not an e-mail address"),
    )
}

pub(super) fn unless(fine: bool, why: impl Into<String>) -> Result<(), Refused> {
    if fine { Ok(()) } else { Err(Refused(why.into())) }
}

fn base_url(config: &Config) -> Result<(), Refused> {
    let url = &config.server.base_url;
    unless(
        matches!(url.scheme(), "http" | "https") && url.host_str().is_some(),
        "server.base_url must begin with https://",
    )?;
    unless(
        url.scheme() == "https" || config.is_local(),
        format!(
            "server.base_url is {url}: http is only for http://localhost and http://NAME.localhost, all others need https"
        ),
    )?;
    unless(
        url.path() == "/" && url.query().is_none() && url.fragment().is_none(),
        format!("server.base_url is {url}: it must be a host without a path"),
    )?;
    unless(url.username().is_empty() && url.password().is_none(), "server.base_url must not hold a name or a password")
}

fn quarter(config: &Config) -> Result<(), Refused> {
    let quarter = &config.quarter;
    unless(
        !quarter.name.trim().is_empty() && quarter.name.chars().count() <= 100,
        "quarter.name must have 1 to 100 characters",
    )?;
    unless(
        TimeZone::get(&quarter.timezone).is_ok(),
        format!("quarter.timezone is '{}': no such zone; it looks like Europe/Berlin", quarter.timezone),
    )?;
    unless(quarter.place.chars().count() <= 100, "quarter.place may have 100 characters at most")?;
    unless(quarter.summary.chars().count() <= 1000, "quarter.summary may have 1000 characters at most")?;
    match (quarter.latitude, quarter.longitude) {
        (None, None) => Ok(()),
        (Some(latitude), Some(longitude)) => unless(
            Position::new(latitude, longitude).is_some(),
            "quarter.latitude lies between -90 and 90, quarter.longitude between -180 and 180",
        ),
        _ => unless(false, "quarter.latitude and quarter.longitude are set together or not at all"),
    }
}

fn database(config: &Config) -> Result<(), Refused> {
    let url = config.database.url.as_str();
    unless(
        url == "sqlite" || url.starts_with("postgres://") || url.starts_with("postgresql://"),
        "database.url must be 'sqlite' or begin with postgres://",
    )
}

fn editors(config: &Config) -> Result<(), Refused> {
    let editors = &config.editors;
    unless(
        editors.safety_words.chars().count() <= MAX_OWN,
        format!("editors.safety_words may have {MAX_OWN} characters at most"),
    )?;
    unless((1..=MAX_HOURS).contains(&editors.cover_after_hours), "editors.cover_after_hours lies between 1 and 720")?;
    let email = &editors.cover_email;
    unless(
        email.is_empty() || email.parse::<Email>().is_ok(),
        format!("editors.cover_email is '{email}': not an e-mail address"),
    )
}

fn backup(config: &Config) -> Result<(), Refused> {
    let backup = &config.backup;
    unless(backup.keep > 0, "backup.keep must be 1 or more")?;
    unless(
        backup.passphrase.is_empty() || backup.passphrase_file.is_none(),
        "backup.passphrase and backup.passphrase_file exclude each other",
    )
}

fn mail(config: &Config) -> Result<(), Refused> {
    let mail = &config.mail;
    if mail.host.is_empty() {
        return unless(mail.from.is_empty() && mail.username.is_empty(), "mail.from and mail.username need mail.host");
    }
    unless(!mail.from.trim().is_empty(), "mail.from must be set where mail.host is")?;
    unless(
        mail.from.parse::<::mail::Mailbox>().is_ok(),
        format!("mail.from is '{}': not an e-mail address", mail.from),
    )?;
    let near = matches!(mail.host.as_str(), "localhost" | "127.0.0.1" | "::1") || !mail.host.contains(['.', ':']);
    unless(
        mail.tls != Tls::None || near,
        "mail.tls = \"none\" is only for a mail server on the same machine or network",
    )?;
    unless(
        mail.password.is_empty() || mail.password_file.is_none(),
        "mail.password and mail.password_file exclude each other",
    )
}

/// Who answers for a public server stands on its every page, or it does not open (§ 5 DDG).
pub(crate) fn imprint(config: &Config) -> Result<(), Refused> {
    if config.is_local() {
        return Ok(());
    }
    let imprint = &config.imprint;
    let needed = [
        ("imprint.operator", &imprint.operator),
        ("imprint.street", &imprint.street),
        ("imprint.town", &imprint.town),
        ("imprint.email", &imprint.email),
    ];
    let missing: Vec<&str> = needed.iter().filter(|(_, value)| value.trim().is_empty()).map(|(key, _)| *key).collect();
    unless(
        missing.is_empty(),
        format!("a public server must say who runs it (§ 5 DDG): {} not set", missing.join(", ")),
    )
}
