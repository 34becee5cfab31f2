//! Where the passphrase of backups comes from: the environment, a file, a terminal; never the command line.

use std::io::IsTerminal;

use crate::config::Backup;
use crate::failure::Failure;

/// What seals a backup.
#[derive(Clone)]
pub(crate) struct Passphrase(pub(super) String);

/// The one that is set, if one is.
pub(crate) fn configured(config: &Backup) -> Result<Option<Passphrase>, Failure> {
    let Some(file) = &config.passphrase_file else {
        return Ok(Some(&config.passphrase).filter(|text| !text.is_empty()).cloned().map(Passphrase));
    };
    let wrong =
        |why: &dyn std::fmt::Display| Failure::words(format!("backup.passphrase_file {}: {why}", file.display()));
    let text = std::fs::read_to_string(file).map_err(|error| wrong(&error))?;
    let text = text.trim_end_matches(['\r', '\n']);
    if text.is_empty() { Err(wrong(&"it is empty")) } else { Ok(Some(Passphrase(text.to_owned()))) }
}

impl Passphrase {
    /// Asks on the terminal; `None` without one.
    pub(crate) fn ask() -> Result<Option<Self>, Failure> {
        if !std::io::stdin().is_terminal() {
            return Ok(None);
        }
        let text = rpassword::prompt_password("Passphrase: ")?;
        if text.is_empty() { Err(Failure::words("the passphrase is empty")) } else { Ok(Some(Self(text))) }
    }

    /// Asks twice for a new one.
    pub(crate) fn ask_new() -> Result<Self, Failure> {
        let one = Self::ask()?.ok_or_else(|| Failure::words("--ask needs a terminal"))?;
        let again = rpassword::prompt_password("Once more: ")?;
        if one.0 == again { Ok(one) } else { Err(Failure::words("the two passphrases differ")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_passphrase_is_read_from_its_file_without_the_line_break_and_an_empty_one_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("passphrase");
        std::fs::write(&file, "richtig pferd \n").expect("a file");
        let config = Backup { passphrase_file: Some(file.clone()), ..Backup::default() };
        assert_eq!(configured(&config).expect("one").expect("one").0, "richtig pferd ");
        std::fs::write(&file, "\n").expect("a file");
        assert!(configured(&config).is_err());
        assert!(configured(&Backup::default()).expect("none").is_none());
    }
}
