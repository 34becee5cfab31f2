//! One server for one data folder: a second one would lease the same deliveries on an SQLite quarter.

use std::fs::{File, TryLockError};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use crate::failure::Failure;

/// Holds the folder until it is dropped; the system lets go of it too when the process is killed.
#[derive(Debug)]
pub(crate) struct Lock {
    file: File,
    /// Whether the last server ended in its own time, and was not killed.
    pub(super) was_released: bool,
}

impl Lock {
    /// Notes that a server is at work here; a kill leaves the note.
    pub(super) fn mark(&mut self) -> std::io::Result<()> {
        self.file.set_len(0)?;
        self.file.write_all(b"in use\n")
    }

    /// Notes that everything is closed.
    pub(super) fn release(self) {
        // If it fails, the next start looks a little longer.
        let _ = self.file.set_len(0);
    }
}

/// Takes `folder` for this process; fails with words for the operator if another server has it.
pub(crate) fn take(folder: &Path) -> Result<Lock, Failure> {
    let path = folder.join("quartier.lock");
    let shown = path.display();
    let file = File::options().create(true).write(true).truncate(false).mode(0o600).open(&path);
    let file = file.map_err(|error| Failure::because(format!("{shown}: {error}")))?;
    match file.try_lock() {
        Ok(()) => Ok(Lock { was_released: file.metadata()?.len() == 0, file }),
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

    #[test]
    fn who_is_killed_leaves_a_mark_and_who_stops_does_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut killed = take(folder.path()).expect("the lock");
        assert!(killed.was_released);
        killed.mark().expect("a mark");
        drop(killed);
        let mut stopped = take(folder.path()).expect("the lock");
        assert!(!stopped.was_released);
        stopped.mark().expect("a mark");
        stopped.release();
        assert!(take(folder.path()).expect("the lock").was_released);
    }
}
