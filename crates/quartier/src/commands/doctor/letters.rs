//! The mail server: whether it is there, and lets us in.

use super::Finding;
use crate::config::Config;
use crate::tasks;

const WHAT: &str = "mail";

pub(super) async fn examine(config: &Config) -> Option<Finding> {
    let settings = match tasks::letters::settings(&config.mail) {
        Ok(settings) => settings,
        Err(why) => return Some(Finding::broken(WHAT, why.to_string())),
    };
    let Some(settings) = settings else {
        let says = "no mail server is set: sign-in links come from 'quartier account create' only";
        return (!config.is_local()).then(|| Finding::doubtful(WHAT, says).mend("set mail.host and mail.from"));
    };
    let server = format!("{}:{}", settings.host, settings.port);
    Some(match mail::check(&settings).await {
        Ok(()) => Finding::fine(WHAT, format!("{server} takes letters from {}", settings.from.email)),
        Err(error) => Finding::broken(WHAT, crate::failure::in_one_line(&error.into()))
            .mend(format!("check mail.host, mail.port, mail.tls, mail.username and the password; it asked {server}")),
    })
}
