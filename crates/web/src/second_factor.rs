//! The second key: who is asked for one, what counts as one, and what an editor may do who has none in time.

use domain::account::{Account, Rights, Role};
use domain::invitation::Code;
use domain::retention::SECOND_FACTOR_GRACE;
use jiff::Timestamp;
use storage::{Tx, paper_codes, second_factors};
use uuid::Uuid;

use crate::app::{App, SecondFactor};
use crate::{limits, secrets, totp};

/// How many codes stand on a paper.
const CODES: usize = 10;

/// What became of a code that was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spent {
    /// It was right, and is used up.
    Right,
    /// It was not, or was used before.
    Wrong,
    /// It was not looked at: too many were tried.
    TooMany,
}

/// Uses up a code of the app or of the paper. The try counts once the transaction is committed.
pub(crate) async fn spend(tx: &mut Tx, account: Uuid, typed: &str, now: Timestamp) -> storage::Result<Spent> {
    let digits: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    let is_digits = digits.len() == 6 && digits.chars().all(|c| c.is_ascii_digit());
    // Whoever has the first key and tries numbers must not keep the owner from the paper.
    let admitted = if is_digits {
        limits::admit_app(tx, account, now).await?
    } else {
        limits::admit_paper(tx, account, now).await?
    };
    if !admitted {
        return Ok(Spent::TooMany);
    }
    let right = if is_digits {
        spend_number(tx, account, &digits, now).await?
    } else {
        spend_paper(tx, account, typed).await?
    };
    Ok(if right { Spent::Right } else { Spent::Wrong })
}

async fn spend_number(tx: &mut Tx, account: Uuid, digits: &str, now: Timestamp) -> storage::Result<bool> {
    let Some(factor) = second_factors::of_account(tx, account).await? else { return Ok(false) };
    match totp::step_of(&factor.secret, digits, now) {
        Some(step) => second_factors::spend(tx, account, step).await,
        None => Ok(false),
    }
}

async fn spend_paper(tx: &mut Tx, account: Uuid, typed: &str) -> storage::Result<bool> {
    let Ok(code) = typed.parse::<Code>() else { return Ok(false) };
    paper_codes::take(tx, account, &secrets::paper_hash(account, &code)).await
}

/// Makes the codes for a paper. They are shown once; those of an older paper are worth nothing any more.
pub(crate) async fn print(tx: &mut Tx, account: Uuid, now: Timestamp) -> storage::Result<Vec<Code>> {
    let codes: Vec<Code> = std::iter::repeat_with(secrets::slip).take(CODES).collect();
    let hashes: Vec<_> = codes.iter().map(|code| secrets::paper_hash(account, code)).collect();
    paper_codes::replace(tx, account, &hashes, now).await?;
    Ok(codes)
}

/// Whether the quarter wants a second key of an account.
pub(crate) fn is_wanted(app: &App, account: &Account) -> bool {
    app.settings.second_factor == SecondFactor::Editors && account.role >= Role::Editor
}

/// Asks an editor without a second key for one, who has time for it from the first time on; whether it was necessary.
pub(crate) async fn ask(app: &App, tx: &mut Tx, account: &Account) -> storage::Result<bool> {
    if !is_wanted(app, account) || second_factors::is_on(tx, account.id).await? {
        return Ok(false);
    }
    second_factors::ask(tx, account.id, app.instance.clock().now() + SECOND_FACTOR_GRACE).await?;
    Ok(true)
}

/// What an account may do now: what a member may, if a second key was asked for and the time for it is over.
pub(crate) async fn limit(app: &App, tx: &mut Tx, rights: Rights) -> storage::Result<Rights> {
    if !is_wanted(app, &rights.account) {
        return Ok(rights);
    }
    let due = second_factors::due(tx, rights.account.id).await?;
    let is_over = due.is_some_and(|due| due <= app.instance.clock().now());
    Ok(if is_over { Rights { acts_as: Role::Member, ..rights } } else { rights })
}
