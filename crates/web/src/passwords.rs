//! Passwords are kept as Argon2id, and tried in the same time whether there is one or not.

use argon2::{Algorithm, Argon2, Params, Version};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use rand::Rng;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use crate::error::PageError;

/// What a try costs: 19 MiB, two rounds, one lane, as OWASP advises.
const COSTS: [u32; 3] = [19 * 1024, 2, 1];
/// How many are tried at once, so that a crowd cannot take all memory.
static SEATS: Semaphore = Semaphore::const_new(2);
/// Tried where there is no password: no password is kept like this, and the try takes as long as any.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$cXVhcnRpZXI6bm9ib2R5$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// What is kept of a password.
pub(crate) async fn hash(password: String) -> Result<String, PageError> {
    let salt: [u8; 16] = rand::rng().random();
    let hash = hash_with(password, salt.to_vec(), COSTS).await?;
    let [memory, rounds, lanes] = COSTS;
    let [salt, hash] = [salt.as_slice(), &hash].map(|bytes| STANDARD_NO_PAD.encode(bytes));
    Ok(format!("$argon2id$v=19$m={memory},t={rounds},p={lanes}${salt}${hash}"))
}

/// Whether `password` is the one that is kept; without one it never is, and that takes as long.
pub(crate) async fn fits(password: String, kept: Option<&str>) -> Result<bool, PageError> {
    let broken = || PageError::Internal("a password that cannot be read".into());
    let (salt, expected, costs) = parts(kept.unwrap_or(NOBODY)).ok_or_else(broken)?;
    let hash = hash_with(password, salt, costs).await?;
    Ok(verify_slices_are_equal(&hash, &expected).is_ok() && kept.is_some())
}

/// Salt, hash and costs of what is kept.
fn parts(kept: &str) -> Option<(Vec<u8>, Vec<u8>, [u32; 3])> {
    let mut parts = kept.strip_prefix("$argon2id$v=19$")?.split('$');
    let (costs, salt, hash) = (parts.next()?, parts.next()?, parts.next()?);
    let mut costs = costs.split(',').zip(["m=", "t=", "p="]).map(|(cost, name)| cost.strip_prefix(name)?.parse().ok());
    let costs = [costs.next()??, costs.next()??, costs.next()??];
    Some((STANDARD_NO_PAD.decode(salt).ok()?, STANDARD_NO_PAD.decode(hash).ok()?, costs))
}

/// Off the threads that answer requests, and two at a time.
async fn hash_with(password: String, salt: Vec<u8>, [memory, rounds, lanes]: [u32; 3]) -> Result<[u8; 32], PageError> {
    let _seat = SEATS.acquire().await.map_err(|error| PageError::Internal(error.into()))?;
    let work = move || {
        let params = Params::new(memory, rounds, lanes, Some(32)).map_err(|error| error.to_string())?;
        let mut hash = [0; 32];
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        argon.hash_password_into(password.as_bytes(), &salt, &mut hash).map_err(|error| error.to_string())?;
        Ok::<_, String>(hash)
    };
    let done = spawn_blocking(work).await.map_err(|error| PageError::Internal(error.into()))?;
    done.map_err(|error| PageError::Internal(error.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_fits_what_is_kept_of_it_and_nothing_else() {
        let (one, two) = (hash("drei Leitern".into()).await, hash("drei Leitern".into()).await);
        let (one, two) = (one.expect("a hash"), two.expect("a hash"));
        assert_ne!(one, two, "each has its salt");
        assert!(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{one}");
        assert!(fits("drei Leitern".into(), Some(&one)).await.expect("an answer"));
        assert!(!fits("drei leitern".into(), Some(&one)).await.expect("an answer"));
        assert!(!fits(String::new(), None).await.expect("an answer"));
        assert!(fits("x".into(), Some("plain")).await.is_err());
        assert!(parts(NOBODY).is_some());
    }

    #[tokio::test]
    async fn it_is_argon2id_as_others_count_it() {
        // The reference implementation: argon2 somesalt -id -t 2 -k 65536 -p 1, of "password".
        let hash = hash_with("password".into(), b"somesalt".to_vec(), [65_536, 2, 1]).await.expect("a hash");
        let number = u64::from_be_bytes(hash[..8].try_into().expect("eight bytes"));
        assert_eq!((number, hash[31]), (0x0931_6115_d5cf_24ed, 0xf7));
    }
}
