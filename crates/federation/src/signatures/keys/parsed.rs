//! Public keys that were read a moment ago: to read an RSA key costs several times what it costs to verify with it.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use super::{BadKey, VerifyingKey};

/// How many are kept, at some 3 KiB each. Who floods us with others costs everybody one more reading.
const MAX: usize = 500;

static PARSED: LazyLock<Mutex<HashMap<String, VerifyingKey>>> = LazyLock::new(Mutex::default);

/// The key in `text`, by `read` where it was not read lately. One text is always one key, so nothing can be out of date.
pub(super) fn or_read(text: &str, read: impl FnOnce() -> Result<VerifyingKey, BadKey>) -> Result<VerifyingKey, BadKey> {
    let known = || PARSED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(key) = known().get(text) {
        return Ok(key.clone());
    }
    let key = read()?;
    let mut known = known();
    if known.len() >= MAX {
        known.clear();
    }
    known.insert(text.to_owned(), key.clone());
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::super::{Ed25519Key, SigningKey};
    use super::*;

    #[test]
    fn a_text_is_read_once_and_what_is_no_key_every_time() {
        let pem = SigningKey::generate().expect("a key").public_pem();
        assert!(VerifyingKey::from_pem(&pem).is_ok());
        assert!(or_read(&pem, || Err(BadKey)).is_ok());
        assert!(or_read("none", || Err(BadKey)).is_err());
        assert!(or_read("none", || VerifyingKey::from_pem(&pem)).is_ok());
    }

    #[test]
    fn so_many_are_kept_and_not_more() {
        for _ in 0..=MAX {
            let text = Ed25519Key::generate().expect("a key").public_multibase();
            assert!(VerifyingKey::from_multikey(&text).is_ok());
        }
        assert!((1..=MAX).contains(&PARSED.lock().expect("the keys").len()));
    }
}
