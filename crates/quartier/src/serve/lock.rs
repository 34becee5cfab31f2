//! One server for one data folder: a second one would lease the same deliveries on an SQLite quarter.

use std::fs::{File, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use crate::failure::Failure;

/// Holds the folder until it is dropped; the system lets go of it too when the process is killed.
#[derive(Debug)]
pub(crate) struct Lock(#[expect(dead_code, reason = "held: closing the file lets go of the folder")] File);

/// Takes `folder` for this process; fails with words for the operator if another server has it.
pub(crate) fn take(folder: &Path) -> Result<Lock, Failure> {
    let path = folder.join("quartier.lock");
    let shown = path.display();
    let file = File::options().create(true).write(true).truncate(false).mode(0o600).open(&path);
    let file = file.map_err(|error| Failure::because(format!("{shown}: {error}")))?;
    match file.try_lock() {
        Ok(()) => Ok(Lock(file)),
        Err(TryLockError::WouldBlock) => {
            Err(Failure::because(format!("another quartier server runs on the data folder {}", folder.display())))
        }
        Err(TryLockError::Error(error)) => Err(Failure::because(format!("{shown}: {error}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_held_once_until_it_is_let_go() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = take(folder.path()).expect("the lock");
        assert!(take(folder.path()).is_err());
        drop(first);
        assert!(take(folder.path()).is_ok());
    }
}
