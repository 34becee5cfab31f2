//! The postman: takes the letters that are due to the mail server, again and again until they are out.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use domain::clock::Clock;
use jiff::SignedDuration;
use lettre::transport::smtp::authentication::Credentials;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use storage::Store;
use storage::letters::{self, Queued};
use tokio::sync::Notify;
use tracing::{error, info, warn};

use crate::{Error, Settings, Tls, letter};

type Server = AsyncSmtpTransport<Tokio1Executor>;

/// How often the postman looks for what is due again, and for what nobody called him for.
const PAUSE: Duration = Duration::from_secs(5);
/// How many letters he takes at once.
const BUNDLE: i64 = 20;
/// How long a letter is tried. Nobody needs an older sign-in link.
const LIFETIME: SignedDuration = SignedDuration::from_hours(24);
/// How long a bundle is his before another process may take it.
const LEASE: SignedDuration = SignedDuration::from_mins(15);

/// Sends what is due until `shutdown` is ready, at once when `alarm` says that a letter was queued. A failure of the
/// database or the server is logged and tried again.
pub async fn run(
    store: Store,
    clock: Clock,
    settings: Settings,
    alarm: Arc<Notify>,
    shutdown: impl Future<Output = ()>,
) -> Result<(), Error> {
    let server = server(&settings)?;
    let mut shutdown = pin!(shutdown);
    loop {
        match round(&store, &clock, &settings, &server).await {
            Ok(0) => {}
            Ok(_) => continue,
            Err(problem) => error!(error = %problem, "Letters could not be looked after"),
        }
        tokio::select! {
            () = alarm.notified() => {}
            () = tokio::time::sleep(PAUSE) => {}
            () = &mut shutdown => return Ok(()),
        }
    }
}

/// Whether the mail server answers and lets us in; nothing is sent.
pub async fn check(settings: &Settings) -> Result<(), Error> {
    server(settings)?.test_connection().await.map(|_| ()).map_err(Error::Refused)
}

fn server(settings: &Settings) -> Result<Server, Error> {
    let host = settings.host.as_str();
    let builder = match settings.tls {
        Tls::Starttls => Server::starttls_relay(host).map_err(Error::Server)?,
        Tls::Implicit => Server::relay(host).map_err(Error::Server)?,
        Tls::None => Server::builder_dangerous(host),
    };
    let builder = builder.port(settings.port).timeout(Some(Duration::from_secs(30)));
    Ok(match &settings.credentials {
        Some((name, password)) => builder.credentials(Credentials::new(name.clone(), password.clone())).build(),
        None => builder.build(),
    })
}

/// Takes one bundle of letters to the server; how many it was.
async fn round(store: &Store, clock: &Clock, settings: &Settings, server: &Server) -> Result<usize, Error> {
    let now = clock.now();
    let mut tx = store.write().await?;
    let due = letters::claim(&mut tx, now, now + LEASE, BUNDLE).await?;
    tx.commit().await?;
    for queued in &due {
        deliver(store, clock, settings, server, queued).await?;
    }
    Ok(due.len())
}

/// Sends one letter and notes what became of it.
async fn deliver(
    store: &Store,
    clock: &Clock,
    settings: &Settings,
    server: &Server,
    queued: &Queued,
) -> Result<(), Error> {
    let sent = send(server, settings, queued, clock).await;
    let now = clock.now();
    let mut tx = store.write().await?;
    match sent {
        Ok(()) => {
            letters::mark_sent(&mut tx, queued.id, now).await?;
            info!(letter.id = %queued.id, "Sent letter {}", queued.id);
        }
        Err(problem) => {
            let due = now + pause(queued.attempts);
            let again = (!problem.for_good && due < queued.created_at + LIFETIME).then_some(due);
            letters::mark_failed(&mut tx, queued.id, &problem.text, again).await?;
            warn!(letter.id = %queued.id, again = ?again, "Letter {} was not sent: {}", queued.id, problem.text);
        }
    }
    Ok(tx.commit().await?)
}

struct Problem {
    text: String,
    for_good: bool,
}

async fn send(server: &Server, settings: &Settings, queued: &Queued, clock: &Clock) -> Result<(), Problem> {
    let message =
        letter::message(queued, &settings.from, clock.now()).map_err(|text| Problem { text, for_good: true })?;
    match server.send(message).await {
        Ok(_) => Ok(()),
        Err(error) => {
            let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
            let text = format!("{error}{cause}").chars().take(300).collect();
            Err(Problem { text, for_good: error.is_permanent() })
        }
    }
}

/// How long a letter waits after its failure number `attempts` (from 0): one minute, then four times as long each time.
fn pause(attempts: i64) -> SignedDuration {
    let doublings = u32::try_from(attempts.clamp(0, 4)).unwrap_or(4);
    SignedDuration::from_mins(4_i64.pow(doublings))
}

#[cfg(test)]
mod tests {
    use domain::clock::SteppedClock;
    use jiff::Timestamp;
    use storage::letters::Letter;
    use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
    use tokio::net::TcpListener;

    use super::*;

    /// A mail server that says `answer` to every recipient and gives back what it was told.
    async fn mail_server(answer: &'static str) -> (u16, tokio::task::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let heard = tokio::spawn(async move {
            let (stream, _) = listener.accept().await.expect("a caller");
            let (read, mut write) = stream.into_split();
            let mut lines = BufReader::new(read).lines();
            let mut heard = String::new();
            let mut in_data = false;
            write.write_all(b"220 ready\r\n").await.expect("a greeting");
            while let Ok(Some(line)) = lines.next_line().await {
                heard.push_str(&line);
                heard.push('\n');
                let reply = match line.as_str() {
                    "." => "250 taken",
                    _ if in_data => continue,
                    "DATA" => "354 go on",
                    "QUIT" => "221 bye",
                    line if line.starts_with("RCPT") => answer,
                    _ => "250 fine",
                };
                in_data = reply.starts_with("354");
                if write.write_all(format!("{reply}\r\n").as_bytes()).await.is_err() || line == "QUIT" {
                    break;
                }
            }
            heard
        });
        (port, heard)
    }

    fn settings(port: u16) -> Settings {
        let from = "Nordstadt <termine@nord.example>".parse().expect("a mailbox");
        Settings { host: "127.0.0.1".into(), port, tls: Tls::None, credentials: None, from }
    }

    /// A store with one letter in it, and the clock that wrote it.
    async fn one_letter() -> (storage::testing::Database, Store, SteppedClock) {
        let database = storage::testing::sqlite();
        let store = Store::open(&database.url).await.expect("a store");
        let hand = SteppedClock::at("2026-12-05T14:00:00Z".parse::<Timestamp>().expect("a time"));
        let letter = Letter {
            to: "mira@nord.example".parse().expect("an address"),
            subject: "Anmelden".into(),
            text: "Hier geht es weiter.".into(),
        };
        let mut tx = store.write().await.expect("a transaction");
        letters::insert(&mut tx, &letter, hand.clock().now()).await.expect("an insert");
        tx.commit().await.expect("a commit");
        (database, store, hand)
    }

    async fn one_round(store: &Store, hand: &SteppedClock, port: u16) -> usize {
        let settings = settings(port);
        let server = server(&settings).expect("a server");
        round(store, &hand.clock(), &settings, &server).await.expect("a round")
    }

    #[tokio::test]
    async fn a_letter_that_is_due_reaches_the_mail_server_once() {
        let (_database, store, hand) = one_letter().await;
        let (port, heard) = mail_server("250 fine").await;
        assert_eq!(one_round(&store, &hand, port).await, 1);
        assert!(heard.await.expect("what was said").contains("Hier geht es weiter."));
        hand.step(LIFETIME);
        assert_eq!(one_round(&store, &hand, port).await, 0);
    }

    #[tokio::test]
    async fn a_letter_waits_for_a_server_that_is_away() {
        let (_database, store, hand) = one_letter().await;
        let away = TcpListener::bind("127.0.0.1:0").await.expect("a port").local_addr().expect("an address").port();
        assert_eq!(one_round(&store, &hand, away).await, 1);
        assert_eq!(one_round(&store, &hand, away).await, 0, "it is not due yet");
        hand.step(pause(0));
        let (port, heard) = mail_server("250 fine").await;
        assert_eq!(one_round(&store, &hand, port).await, 1);
        assert!(heard.await.expect("what was said").contains("Hier geht es weiter."));
    }

    #[tokio::test]
    async fn a_letter_refused_for_good_is_not_tried_again() {
        let (_database, store, hand) = one_letter().await;
        let (port, _heard) = mail_server("550 no such person").await;
        assert_eq!(one_round(&store, &hand, port).await, 1);
        hand.step(SignedDuration::from_hours(1));
        assert_eq!(one_round(&store, &hand, port).await, 0);
    }

    #[tokio::test]
    async fn nobody_is_bothered_with_a_letter_of_yesterday() {
        let (_database, store, hand) = one_letter().await;
        let away = TcpListener::bind("127.0.0.1:0").await.expect("a port").local_addr().expect("an address").port();
        let mut rounds = 0;
        while one_round(&store, &hand, away).await == 1 {
            rounds += 1;
            hand.step(SignedDuration::from_hours(5));
        }
        assert!((2..10).contains(&rounds), "{rounds}");
    }
}
