//! What is written comes back, and what was damaged is noticed.

use std::fs;
use std::path::PathBuf;

use storage::copy::Batch;
use tokio::sync::{mpsc, oneshot};

use super::*;

fn batch(table: &str, lines: &str) -> Batch {
    Batch { table: table.into(), lines: lines.into() }
}

fn header() -> Header {
    let columns = |table: &str| Columns { table: table.into(), columns: vec!["id".into()] };
    Header {
        form: FORM,
        version: "0.1.0".into(),
        migration: 19,
        made_at: "2026-11-22T12:00:00Z".parse().expect("a time"),
        base_url: "https://nord.example".parse().expect("a URL"),
        handle: "nord".into(),
        tables: ["actors", "events", "empty"].map(columns).into(),
    }
}

/// A data folder with two files to keep and some that are not kept.
fn data_folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, content) in [
        ("media/00/ff/a.jpg", "a"),
        ("media/b.png", "b"),
        ("cache/media/c.jpg", "c"),
        ("quartier.db", "d"),
        ("other.backup", "e"),
    ] {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, content.repeat(1000)).expect("a file");
    }
    folder
}

/// Writes a small backup; with `is_whole` false as if a row could not be read.
fn make(file: &Path, passphrase: Option<&Passphrase>, is_whole: bool) -> Result<Manifest, Problem> {
    let (folder, (sender, rows), (done, whole)) = (data_folder(), mpsc::channel(9), oneshot::channel());
    for batch in [batch("actors", "[1]\n[2]\n"), batch("events", "[\"a\"]\n"), batch("events", "[\"b\"]\n")] {
        sender.try_send(batch).expect("a place");
    }
    drop(sender);
    if is_whole {
        done.send(()).expect("a writer");
    } else {
        drop(done);
    }
    let folder = folder.path().into();
    let source = Source { header: header(), settings: "[server]\n".into(), rows, whole, folder, bucket: None };
    write(file, source, passphrase)
}

fn passphrase() -> Passphrase {
    Passphrase("richtig pferd".into())
}

fn names(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").file_name());
    names.map(|name| name.to_string_lossy().into_owned()).collect()
}

type Pieces = (Vec<Batch>, Vec<(PathBuf, String)>);

fn pieces(file: &Path, passphrase: Option<&Passphrase>) -> Result<(Contents, Pieces), Problem> {
    let (mut batches, mut files) = (Vec::new(), Vec::new());
    let contents = read(file, passphrase, |piece| {
        match piece {
            Piece::Rows(batch) => batches.push(batch),
            Piece::File(path, content) => {
                let mut text = String::new();
                content.read_to_string(&mut text)?;
                files.push((path.to_owned(), text));
            }
        }
        Ok(())
    })?;
    Ok((contents, (batches, files)))
}

#[test]
fn everything_comes_back_sealed_or_not() {
    use std::os::unix::fs::PermissionsExt;
    for passphrase in [None, Some(passphrase())] {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("nord.backup");
        let manifest = make(&file, passphrase.as_ref(), true).expect("a backup");
        assert_eq!(fs::metadata(&file).expect("a file").permissions().mode() & 0o777, 0o600);
        assert_eq!(names(folder.path()), ["nord.backup"], "nothing stays beside it");
        assert_eq!(is_sealed(&file).expect("a backup"), passphrase.is_some());
        let (contents, (batches, files)) = pieces(&file, passphrase.as_ref()).expect("its pieces");
        assert_eq!((&contents.header, contents.settings.as_str()), (&header(), "[server]\n"));
        assert_eq!(contents.manifest, manifest);
        assert_eq!((manifest.rows(), manifest.files()), (4, 2));
        assert_eq!(
            batches,
            [batch("actors", "[1]\n[2]\n"), batch("events", "[\"a\"]\n"), batch("events", "[\"b\"]\n")]
        );
        let expected = [("media/00/ff/a.jpg", "a"), ("media/b.png", "b")];
        assert_eq!(files, expected.map(|(path, content)| (PathBuf::from(path), content.repeat(1000))));
    }
}

#[test]
fn what_was_changed_or_cut_off_is_refused_or_makes_no_difference() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("nord.backup");
    make(&file, None, true).expect("a backup");
    let whole = fs::read(&file).expect("its bytes");
    let (_, expected) = pieces(&file, None).expect("its pieces");
    let mut refused = 0;
    for at in 0..whole.len() {
        let mut changed = whole.clone();
        changed[at] ^= 0x10;
        fs::write(&file, changed).expect("a file");
        match pieces(&file, None) {
            // The time in the header of gzip means nothing, and zeros may be copied from here as well as from there.
            Ok((_, pieces)) => assert_eq!(pieces, expected, "byte {at}"),
            Err(Problem::System(error)) => panic!("byte {at}: {error}"),
            Err(_) => refused += 1,
        }
    }
    assert!(refused > whole.len() * 9 / 10, "{refused} of {}", whole.len());
    for length in (0..whole.len()).step_by(7) {
        fs::write(&file, &whole[..length]).expect("a file");
        assert!(pieces(&file, None).is_err(), "cut off after {length}");
    }
    fs::write(&file, [whole.as_slice(), b"and more"].concat()).expect("a file");
    assert!(pieces(&file, None).is_err());
}

#[test]
fn a_wrong_passphrase_a_missing_one_and_another_file_have_names() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("nord.backup");
    make(&file, Some(&passphrase()), true).expect("a backup");
    assert!(matches!(pieces(&file, None), Err(Problem::Sealed)));
    assert!(matches!(pieces(&file, Some(&Passphrase("falsch".into()))), Err(Problem::Passphrase)));
    fs::write(&file, "Liebe Nachbarn").expect("a file");
    assert!(matches!(pieces(&file, None), Err(Problem::Stranger)));
    assert!(matches!(pieces(&folder.path().join("nowhere"), None), Err(Problem::System(_))));
}

#[test]
fn a_backup_that_is_not_whole_has_no_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("nord.backup");
    assert!(make(&file, None, false).is_err());
    assert!(names(folder.path()).is_empty());
    // What a kill left behind is no obstacle.
    fs::write(folder.path().join(".nord.backup.partial"), "half a backup".repeat(10_000)).expect("a file");
    make(&file, None, true).expect("a backup");
    assert_eq!(names(folder.path()), ["nord.backup"]);
}

#[test]
fn two_do_not_write_the_same_file_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let partial = fs::File::create(folder.path().join(".nord.backup.partial")).expect("a file");
    partial.try_lock().expect("the lock");
    assert!(matches!(make(&folder.path().join("nord.backup"), None, true), Err(Problem::Busy)));
    assert_eq!(names(folder.path()), [".nord.backup.partial"]);
}
