//! Public keys that were read a moment ago: to read an RSA key costs several times what it costs to verify with it.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use super::{BadKey, VerifyingKey};

/// How many are kept, at some 3 KiB each. Who floods us with others costs everybody one more reading.
const MAX: usize = 500;

/// Those of this process.
pub(super) static PARSED: LazyLock<Parsed> = LazyLock::new(Parsed::default);

/// Keys by the text they were read from. One text is always one key, so nothing can be out of date.
#[derive(Default)]
pub(super) struct Parsed(Mutex<HashMap<String, VerifyingKey>>);

impl Parsed {
    /// The key in `text`, by `read` where it was not read lately.
    pub(super) fn or_read(
        &self,
        text: &str,
        read: impl FnOnce() -> Result<VerifyingKey, BadKey>,
    ) -> Result<VerifyingKey, BadKey> {
        let known = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
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
}

#[cfg(test)]
mod tests {
    use super::super::SigningKey;
    use super::*;

    #[test]
    fn a_text_is_read_once_and_what_is_no_key_every_time() {
        let (parsed, pem) = (Parsed::default(), SigningKey::generate().expect("a key").public_pem());
        let read = || VerifyingKey::from_pem(&pem);
        assert!(parsed.or_read(&pem, || Err(BadKey)).is_err());
        assert!(parsed.or_read(&pem, read).is_ok());
        assert!(parsed.or_read(&pem, || Err(BadKey)).is_ok());
    }

    #[test]
    fn so_many_are_kept_and_not_more() {
        let (parsed, pem) = (Parsed::default(), SigningKey::generate().expect("a key").public_pem());
        for number in 0..=MAX {
            assert!(parsed.or_read(&number.to_string(), || VerifyingKey::from_pem(&pem)).is_ok());
        }
        assert_eq!(parsed.0.lock().expect("the keys").len(), 1);
    }
}
