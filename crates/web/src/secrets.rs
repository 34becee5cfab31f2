//! Random secrets and what is kept of them: their SHA-256, never themselves.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::account::Account;
use domain::invitation;
use domain::setup::TOKEN;
use jiff::{SignedDuration, Timestamp};
use rand::Rng;
use storage::Tx;
use storage::sign_ins::SignIn;
use url::Url;
use uuid::Uuid;

/// How long a link or code that was sent to somebody may be used.
pub(crate) const SIGN_IN_LIFETIME: SignedDuration = domain::retention::SIGN_INS;

/// A link and a code that sign their owner in, once.
pub(crate) struct Keys {
    /// What stands in the link.
    pub(crate) token: String,
    /// Six digits.
    pub(crate) code: String,
}

/// 256 random bits as text for a cookie or a link.
pub(crate) fn token() -> String {
    URL_SAFE_NO_PAD.encode(rand::rng().random::<[u8; 32]>())
}

/// Whether a text could be one of [`token`].
pub(crate) fn is_token(text: &str) -> bool {
    text.len() < 100 && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
}

/// Six random digits.
fn code() -> String {
    format!("{:06}", rand::rng().random_range(0..1_000_000))
}

/// What is kept of a secret.
pub(crate) fn hash(secret: &str) -> Vec<u8> {
    digest(&SHA256, secret.as_bytes()).as_ref().to_vec()
}

/// What a file is known again by.
pub(crate) fn fingerprint(file: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, file))
}

/// A random code for a slip of paper.
pub(crate) fn slip() -> invitation::Code {
    invitation::Code::of(rand::rng().random())
}

/// What is kept of a slip's code, so that it is never the hash of a link.
pub(crate) fn slip_hash(code: &invitation::Code) -> Vec<u8> {
    hash(&format!("slip:{}", code.as_str()))
}

/// What is kept of a code on paper: the account is mixed in, so that nobody's is another's.
pub(crate) fn paper_hash(account: Uuid, code: &invitation::Code) -> Vec<u8> {
    hash(&format!("paper:{account}:{}", code.as_str()))
}

/// What is kept of a code: the account is mixed in, so that equal codes differ.
pub(crate) fn code_hash(account: Uuid, code: &str) -> Vec<u8> {
    hash(&format!("{account}:{code}"))
}

/// A fresh link and code.
pub(crate) fn keys() -> Keys {
    Keys { token: token(), code: code() }
}

/// Keeps what is needed to know `keys` again until `expires_at`.
pub(crate) async fn keep(tx: &mut Tx, keys: &Keys, account: Uuid, expires_at: Timestamp) -> storage::Result<()> {
    let code_hash = code_hash(account, &keys.code);
    storage::sign_ins::insert(tx, &SignIn { token_hash: hash(&keys.token), code_hash, account, expires_at }).await
}

/// The address on `base_url` of the page that takes a link's token.
pub(crate) fn link(base_url: &Url, token: &str) -> String {
    format!("{}/sign-in/link/{token}", base_url.as_str().trim_end_matches('/'))
}

/// Makes a link that signs `account` in once, until `lifetime` from `now`; for the command line.
pub async fn sign_in_link(
    tx: &mut Tx,
    base_url: &Url,
    account: &Account,
    now: Timestamp,
    lifetime: SignedDuration,
) -> storage::Result<String> {
    let keys = keys();
    keep(tx, &keys, account.id, now + lifetime).await?;
    Ok(link(base_url, &keys.token))
}

/// What is kept of the link for the first account, as text.
pub(crate) fn setup_hash(token: &str) -> String {
    URL_SAFE_NO_PAD.encode(hash(token))
}

/// Makes the link that leads to the first account, and ends the one before; `None` if there is an account.
pub async fn setup_link(tx: &mut Tx, base_url: &Url, now: Timestamp) -> storage::Result<Option<String>> {
    if !storage::accounts::all(tx).await?.is_empty() {
        return Ok(None);
    }
    let token = token();
    storage::settings::put(tx, TOKEN, &setup_hash(&token), now).await?;
    Ok(Some(format!("{}/setup/begin/{token}", base_url.as_str().trim_end_matches('/'))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_long_and_fit_for_links_and_cookies() {
        let one = token();
        assert_eq!(one.len(), 43);
        assert_ne!(one, token());
        assert!(one.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')));
        assert!(code().len() == 6 && code().parse::<u32>().is_ok());
    }

    #[test]
    fn the_same_code_of_two_accounts_is_kept_differently() {
        let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
        assert_ne!(code_hash(one, "123456"), code_hash(two, "123456"));
        assert_eq!(code_hash(one, "123456").len(), 32);
    }
}
