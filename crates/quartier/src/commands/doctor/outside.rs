//! How others see this quarter: its name, its web site, what neighbours find there, and their clocks.

use std::net::IpAddr;
use std::time::Duration;

use domain::handle::Address;
use domain::neighbour::State as Standing;
use federation::fetch::address::is_public;
use federation::fetch::{FetchError, webfinger};
use federation::mirror::{self, Sight};
use federation::{Error, Instance};
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use tokio::net::lookup_host;
use tokio::time::timeout;

use super::Finding;
use crate::config::Config;
use crate::home::{Home, VERSION};

/// How many neighbours are asked.
const ASKED: usize = 5;
/// Signatures of clocks that differ by more come near to being refused.
const OFF: SignedDuration = SignedDuration::from_secs(60);
/// How long the resolver may take.
const PATIENCE: Duration = Duration::from_secs(5);

pub(super) async fn examine(config: &Config, home: Option<Home>) -> Vec<Finding> {
    let mut findings = Vec::new();
    if config.is_local() {
        findings.push(Finding::unknown(
            "name",
            format!("{} is for trying out; nobody else reaches it", config.server.base_url),
        ));
    } else {
        findings.push(name(config).await);
    }
    let Some(home) = home else { return findings };
    match home.instance(config).await {
        Ok(instance) => {
            findings.push(site(&instance).await);
            findings.extend(neighbours(&instance).await);
            instance.store().close().await;
        }
        Err(failure) => findings.push(Finding::broken("quarter", failure.to_string())),
    }
    findings
}

/// Whether the host's name leads to a public address.
async fn name(config: &Config) -> Finding {
    const WHAT: &str = "name";
    let base = &config.server.base_url;
    let host = base.host_str().unwrap_or_default();
    let port = base.port_or_known_default().unwrap_or(443);
    let found = match timeout(PATIENCE, lookup_host((host, port))).await {
        Ok(Ok(found)) => found.map(|address| address.ip()).collect::<Vec<IpAddr>>(),
        Ok(Err(error)) => return Finding::broken(WHAT, format!("{host} does not resolve: {error}")).mend(DNS),
        Err(_) => return Finding::broken(WHAT, format!("nobody says in time where {host} is")).mend(DNS),
    };
    let private = found.iter().find(|address| !is_public(**address));
    match (private, found.first()) {
        (Some(address), _) => Finding::doubtful(WHAT, format!("{host} leads to {address}, which is no public address"))
            .mend(
                "if the rest of the world is told the same, other servers refuse to come here: check the DNS records",
            ),
        (None, Some(address)) => Finding::fine(WHAT, format!("{host} leads to {address}")),
        (None, None) => Finding::broken(WHAT, format!("{host} has no address")).mend(DNS),
    }
}

const DNS: &str = "check the A and AAAA records of the domain, and this machine's name servers";

/// Whether the quarter is found at its public address, as far as this machine can tell.
async fn site(instance: &Instance) -> Finding {
    const WHAT: &str = "web site";
    let actor = instance.quarter();
    let Ok(address) = actor.address().parse::<Address>() else { return Finding::unknown(WHAT, "it has no address") };
    match webfinger::resolve(instance.client(), &address).await {
        Ok(found) if found == actor.url => Finding::fine(WHAT, format!("{address} is found at {found}")),
        Ok(found) => Finding::broken(WHAT, format!("{address} is found at {found}, and should be at {}", actor.url))
            .mend("another program answers there: check the reverse proxy, and server.base_url"),
        Err(FetchError::Unreachable(why)) => Finding::doubtful(WHAT, format!("it is not reached from here: {why}"))
            .mend(
                "some routers let nobody in from behind them; else check the proxy, its certificate and the firewall",
            ),
        Err(error) => Finding::broken(WHAT, format!("{address} is not found: {error}"))
            .mend("the reverse proxy has to pass on everything, /.well-known/ too, with the Host it was asked for"),
    }
}

/// What the neighbours that are asked see of us, and what their clocks say.
async fn neighbours(instance: &Instance) -> Vec<Finding> {
    let listed = async { storage::neighbours::list(&mut instance.store().look().await?, instance.quarter().id).await };
    let mut all = match listed.await {
        Ok(all) => all,
        Err(error) => return vec![Finding::broken("neighbours", error.to_string())],
    };
    all.retain(|neighbour| neighbour.state == Standing::Established);
    if all.is_empty() {
        return vec![Finding::unknown(
            "neighbours",
            "there is none yet who could say how this quarter is seen from outside",
        )];
    }
    let asked = all.iter().take(ASKED).map(|neighbour| async move {
        let answer = mirror::ask(instance, &neighbour.actor).await;
        (neighbour.actor.address(), answer, instance.clock().now())
    });
    let answers = join_all(asked).await;
    let mut findings: Vec<Finding> = answers.iter().map(|(name, answer, _)| seen(name, answer)).collect();
    let sights: Vec<(&Sight, Timestamp)> =
        answers.iter().filter_map(|(_, answer, now)| Some((answer.as_ref().ok()?, *now))).collect();
    findings.extend(clock(&sights));
    findings.extend(newer(&sights));
    findings
}

fn seen(name: &str, answer: &Result<Sight, Error>) -> Finding {
    const WHAT: &str = "seen by";
    match answer {
        Ok(Sight { problem: None, .. }) => Finding::fine(WHAT, format!("{name} finds us")),
        Ok(Sight { problem: Some(problem), .. }) => {
            Finding::broken(WHAT, format!("{name} does not find us: {problem}")).mend(
                "what it says is how everybody sees this server: check the proxy, its certificate and the firewall",
            )
        }
        Err(Error::Fetch(FetchError::NotFound | FetchError::NotActivityPub(_))) => {
            Finding::unknown(WHAT, format!("{name} runs another program, or an older version, and cannot say"))
        }
        Err(error) => Finding::doubtful(WHAT, format!("{name} cannot be asked: {error}")),
    }
}

/// Whether our clock is the one that differs from most.
fn clock(sights: &[(&Sight, Timestamp)]) -> Option<Finding> {
    const WHAT: &str = "clock";
    let mut ahead: Vec<SignedDuration> = sights.iter().map(|(sight, now)| now.duration_since(sight.time)).collect();
    ahead.sort();
    let middle = *ahead.get(ahead.len() / 2)?;
    Some(if middle.abs() > OFF {
        let says = format!("this machine's differs by {:#.0} from those of the neighbours", middle.abs());
        Finding::broken(WHAT, says).mend("let the system set it: systemctl enable --now systemd-timesyncd")
    } else {
        Finding::fine(WHAT, "it is that of the neighbours")
    })
}

/// Whether a neighbour runs a newer version than we do.
fn newer(sights: &[(&Sight, Timestamp)]) -> Option<Finding> {
    let numbers = |version: &str| -> Option<Vec<u32>> {
        version.split(['-', '+']).next()?.split('.').map(|number| number.parse().ok()).collect()
    };
    let ours = numbers(VERSION)?;
    let newest = sights.iter().filter_map(|(sight, _)| Some((numbers(&sight.version)?, &sight.version))).max()?;
    (newest.0 > ours).then(|| {
        Finding::doubtful("version", format!("a neighbour runs {} already", newest.1))
            .mend("see what is new in it, and update")
    })
}

#[cfg(test)]
mod tests {
    use super::super::State;
    use super::*;

    fn sight(time: Timestamp, version: &str) -> Sight {
        Sight { problem: None, time, version: version.to_owned() }
    }

    #[test]
    fn one_neighbour_with_a_wrong_clock_is_not_ours() {
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().expect("a time");
        let far = now - SignedDuration::from_hours(3);
        let (right, wrong) = (sight(now, "0.1.0"), sight(far, "0.1.0"));
        let state = |sights: &[(&Sight, Timestamp)]| clock(sights).map(|finding| finding.state);
        assert_eq!(state(&[(&right, now), (&wrong, now), (&right, now)]), Some(State::Fine));
        assert_eq!(state(&[(&right, now), (&wrong, now), (&wrong, now)]), Some(State::Broken));
        assert_eq!(state(&[]), None);
    }

    #[test]
    fn a_newer_version_next_door_is_told() {
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().expect("a time");
        let (same, newer, nonsense) = (sight(now, VERSION), sight(now, "99.10.0-beta"), sight(now, "neu"));
        assert!(super::newer(&[(&same, now), (&nonsense, now)]).is_none());
        let told = super::newer(&[(&same, now), (&newer, now)]).expect("a finding");
        assert!(told.says.contains("99.10.0-beta"));
    }

    #[test]
    fn a_neighbour_that_cannot_say_is_no_bad_news() {
        let answer = |answer: Result<Sight, Error>| seen("sued@sued.example", &answer).state;
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().expect("a time");
        assert_eq!(answer(Ok(sight(now, ""))), State::Fine);
        assert_eq!(answer(Ok(Sight { problem: Some("TLS".to_owned()), ..sight(now, "") })), State::Broken);
        assert_eq!(answer(Err(FetchError::NotFound.into())), State::Unknown);
        assert_eq!(answer(Err(FetchError::Status(503).into())), State::Doubtful);
    }
}
