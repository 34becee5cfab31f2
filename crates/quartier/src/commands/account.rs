//! `quartier account`: who may sign in, by a link that is printed once.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::pin::pin;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::account::{Account, Email, Role};
use domain::handle::Handle;
use domain::html;
use federation::{people, portability};
use futures_util::TryStreamExt;
use jiff::SignedDuration;
use storage::Tx;
use uuid::Uuid;

use crate::cli;
use crate::config::Config;
use crate::failure::Failure;
use crate::home::{self, Home};
use crate::output::say;

/// Who decided, in the log that the editors read.
const WHO: &str = "quartier account";
/// How long a printed link works. It goes by hand, not by mail, so it may take a day.
const LINK_LIFETIME: SignedDuration = SignedDuration::from_hours(24);

/// Does what `quartier account …` says.
pub(crate) async fn run(command: cli::Account, config: &Config) -> Result<(), Failure> {
    let home = Home::open(config).await?;
    let printed = match command {
        cli::Account::Create { email, name, role } => create(&home, config, Wanted { email, name, role }).await?,
        cli::Account::Token { email } => token(&home, &email).await?,
        cli::Account::Profile { email, handle } => profile(config, &email, &handle).await?,
        cli::Account::Export { email, file } => export(config, &email, &file).await?,
        cli::Account::Import { email, file } => import(config, &email, &file).await?,
        cli::Account::SecondFactor { email, off } => second_factor(config, &email, off).await?,
        cli::Account::Remove { email } => remove(config, &email).await?,
    };
    say(printed)?;
    Ok(())
}

struct Wanted {
    email: Email,
    name: String,
    role: Role,
}

/// Makes the account unless it is there; a sign-in link either way.
async fn create(home: &Home, config: &Config, wanted: Wanted) -> Result<String, Failure> {
    let name = html::line(&wanted.name, 100);
    if name.is_empty() {
        return Err(Failure::words("--name must not be empty"));
    }
    let now = home.clock.now();
    let account = Account {
        id: Uuid::now_v7(),
        email: wanted.email,
        name,
        role: wanted.role,
        language: config.quarter.language,
        actor: None,
        created_at: now,
        suspended_at: None,
    };
    let mut tx = home.store.write().await?;
    storage::accounts::insert(&mut tx, &account).await?;
    let kept = storage::accounts::by_email(&mut tx, &account.email).await?;
    let kept = kept.ok_or_else(|| Failure::because("the account was not kept"))?;
    let link = web::sign_in_link(&mut tx, &config.server.base_url, &kept, now, LINK_LIFETIME).await?;
    tx.commit().await?;
    if kept.id != account.id && kept.role != account.role {
        eprintln!("The account is there already, as {}; its role was not changed.", kept.role.as_str());
    }
    Ok(link)
}

/// A public profile for a member who wants one.
async fn profile(config: &Config, email: &Email, handle: &Handle) -> Result<String, Failure> {
    let instance = home::instance(config).await?;
    let account = known(&mut instance.store().look().await?, email).await?;
    if account.actor.is_some() {
        return Err(Failure::because(format!("{email} has a public profile already")));
    }
    let actor = federation::members::show(&instance, &account, handle).await?;
    Ok(actor.address())
}

/// Everything of somebody as a file, for its owner only.
async fn export(config: &Config, email: &Email, path: &Path) -> Result<String, Failure> {
    use std::os::unix::fs::OpenOptionsExt;
    let instance = home::instance(config).await?;
    let account = known(&mut instance.store().look().await?, email).await?;
    let open = File::options().write(true).create_new(true).mode(0o600).open(path);
    let mut file = open.map_err(|error| Failure::because(format!("{}: {error}", path.display())))?;
    let mut pieces = pin!(portability::export(&instance, &account).await?);
    while let Some(bytes) = pieces.try_next().await? {
        file.write_all(&bytes)?;
    }
    file.sync_all()?;
    Ok(format!("everything of {email} is in {}", path.display()))
}

/// What somebody brings along from another quarter.
async fn import(config: &Config, email: &Email, path: &Path) -> Result<String, Failure> {
    let instance = home::instance(config).await?;
    let account = known(&mut instance.store().look().await?, email).await?;
    if account.actor.is_none() {
        return Err(Failure::because(format!("{email} has no public profile: quartier account profile makes one")));
    }
    let file = File::open(path).map_err(|error| Failure::because(format!("{}: {error}", path.display())))?;
    let taken = portability::import(&instance, &account, file).await?;
    Ok(format!("new: {}, known: {}, left out: {}", taken.new, taken.known, taken.left_out))
}

/// Whether somebody has a second key; with `off`, not any more.
async fn second_factor(config: &Config, email: &Email, off: bool) -> Result<String, Failure> {
    let instance = home::instance(config).await?;
    let mut tx = instance.store().look().await?;
    let account = known(&mut tx, email).await?;
    let is_on = storage::second_factors::is_on(&mut tx, account.id).await?;
    drop(tx);
    if !(off && is_on) {
        return Ok(format!("{email} has {} second key", if is_on { "a" } else { "no" }));
    }
    let operator = people::Admin { name: WHO, session: &[] };
    people::take_second_factor(&instance, operator, account.id).await?;
    Ok(format!("the second key of {email} is off, and they are signed out everywhere"))
}

/// Erases an account, and its public profile everywhere it is known.
async fn remove(config: &Config, email: &Email) -> Result<String, Failure> {
    let instance = home::instance(config).await?;
    let account = known(&mut instance.store().look().await?, email).await?;
    federation::members::remove(&instance, &account).await?;
    Ok(format!("{email} is erased"))
}

async fn known(tx: &mut Tx, email: &Email) -> Result<Account, Failure> {
    let account = storage::accounts::by_email(tx, email).await?;
    account.ok_or_else(|| Failure::because(format!("no account has the address {email}")))
}

/// A new bearer token for programs; its SHA-256 is what `api` looks up.
async fn token(home: &Home, email: &Email) -> Result<String, Failure> {
    let mut tx = home.store.write().await?;
    let account = known(&mut tx, email).await?;
    let token = URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>());
    let hash = digest(&SHA256, token.as_bytes());
    storage::tokens::insert(&mut tx, hash.as_ref(), account.id, home.clock.now()).await?;
    tx.commit().await?;
    Ok(token)
}
