//! Takes letters to the mail server, where one is set.

use federation::Instance;
use mail::Settings;
use storage::bell::Call;
use tracing::error;

use super::Work;
use crate::config::{Mail, Tls};
use crate::failure::Failure;
use crate::stop::Stop;

/// The postman; `None` without a mail server: then letters stay where they are until they are cleaned away.
pub(super) fn task(
    instance: &Instance,
    config: &Mail,
    stop: &Stop,
) -> Result<Option<impl Fn() -> Work + Send + use<>>, Failure> {
    let Some(settings) = settings(config)? else { return Ok(None) };
    let (instance, stop) = (instance.clone(), stop.clone());
    Ok(Some(move || -> Work {
        let (store, clock, alarm) = (instance.store().clone(), instance.clock().clone(), instance.alarm(Call::Letters));
        let post = mail::run(store, clock, settings.clone(), alarm, stop.heard());
        Box::pin(async move {
            if let Err(problem) = post.await {
                error!(error = %problem, "No letters are sent");
            }
        })
    }))
}

/// What the postman needs to know.
pub(crate) fn settings(config: &Mail) -> Result<Option<Settings>, Failure> {
    if config.host.is_empty() {
        return Ok(None);
    }
    let from = config.from.parse().map_err(|error| Failure::words(format!("mail.from: {error}")))?;
    let password = match &config.password_file {
        Some(file) => std::fs::read_to_string(file)
            .map(|text| text.trim_end_matches(['\r', '\n']).to_owned())
            .map_err(|error| Failure::words(format!("mail.password_file {}: {error}", file.display())))?,
        None => config.password.clone(),
    };
    Ok(Some(Settings {
        host: config.host.clone(),
        port: config.port,
        tls: match config.tls {
            Tls::Starttls => mail::Tls::Starttls,
            Tls::Tls => mail::Tls::Implicit,
            Tls::None => mail::Tls::None,
        },
        credentials: (!config.username.is_empty()).then(|| (config.username.clone(), password)),
        from,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_is_read_from_its_file_without_the_line_break() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("password");
        std::fs::write(&file, "geheim \n").expect("a file");
        let config = Mail {
            host: "mail.nord.example".into(),
            username: "nord".into(),
            password_file: Some(file),
            from: "Nordstadt <termine@nord.example>".into(),
            ..Mail::default()
        };
        let settings = settings(&config).expect("settings").expect("a server");
        assert_eq!(settings.credentials, Some(("nord".to_owned(), "geheim ".to_owned())));
        assert!(self::settings(&Mail::default()).expect("settings").is_none());
    }
}
