//! What a server wrote and when the disk had it, and the files as a power cut at any answer would have left them.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use tests::{process, random};

/// One thing that happened, in the order in which it did.
enum Event {
    Write {
        file: usize,
        at: usize,
        bytes: Vec<u8>,
    },
    Truncate {
        file: usize,
        length: usize,
    },
    SyncBegins {
        file: usize,
        number: u64,
    },
    SyncEnds {
        file: usize,
        number: u64,
    },
    /// 201 leaves, and names this address.
    Answer(String),
}

/// The database and its log.
const FILES: [&str; 2] = ["quartier.db", "quartier.db-wal"];

/// What a server did, from the files on that it began with.
pub(super) struct Recording {
    first: [Vec<u8>; 2],
    events: Vec<Event>,
}

/// What a disk does with what no sync has confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Disk {
    /// It has none of it.
    Loses,
    /// It has some of it, in no order.
    Shuffles,
    /// It has none of it, and syncs of the log confirm nothing: `synchronous=NORMAL`.
    Forgets,
}

/// Builds the recorder, to be put before a server's own libraries; `None` without a compiler.
pub(super) async fn recorder(folder: &Path) -> Result<Option<String>> {
    let Some(compiler) = process::find("cc") else { return Ok(None) };
    let library = folder.join("recorder.so");
    let mut building = Command::new(compiler);
    building.args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library);
    building.arg(process::folder().join("tests/faults/power/recorder.c")).args(["-ldl", "-lpthread"]);
    let done = process::output(building).await?;
    ensure!(done.status.success(), "the recorder is not built: {}", String::from_utf8_lossy(&done.stderr));
    Ok(Some(library.display().to_string()))
}

/// The files in a data folder as they are; empty if they are not there.
pub(super) fn files(folder: &Path) -> [Vec<u8>; 2] {
    FILES.map(|name| std::fs::read(folder.join(name)).unwrap_or_default())
}

impl Recording {
    /// Reads what the recorder wrote about a server that began with the files `first`.
    pub(super) fn read(file: &Path, first: [Vec<u8>; 2]) -> Result<Self> {
        let bytes = std::fs::read(file).context("nothing was recorded")?;
        let (mut events, mut rest) = (Vec::new(), bytes.as_slice());
        // The server was killed: the last record may be cut off.
        while let Some((head, more)) = rest.split_at_checked(18) {
            let number = |from: usize| -> Result<u64> { Ok(u64::from_le_bytes(head[from..from + 8].try_into()?)) };
            let length = usize::try_from(number(10)?)?;
            let Some((payload, more)) = more.split_at_checked(length) else { break };
            rest = more;
            let (file, value) = (usize::from(head[1]).saturating_sub(1), number(2)?);
            events.push(match head[0] {
                b'w' => Event::Write { file, at: usize::try_from(value)?, bytes: payload.to_vec() },
                b't' => Event::Truncate { file, length: usize::try_from(value)? },
                b'b' => Event::SyncBegins { file, number: value },
                b's' => Event::SyncEnds { file, number: value },
                _ => Event::Answer(location(payload).context("201 without an address")?),
            });
        }
        Ok(Self { first, events })
    }

    /// How many answers there are.
    pub(super) fn answers(&self) -> usize {
        self.events.iter().filter(|event| matches!(event, Event::Answer(_))).count()
    }

    /// How often the disk was waited for.
    pub(super) fn syncs(&self) -> usize {
        self.events.iter().filter(|event| matches!(event, Event::SyncEnds { .. })).count()
    }

    /// Puts what `disk` has when the power goes at that answer into `folder`; gives what was acknowledged until then.
    pub(super) fn cut(&self, answer: usize, disk: Disk, folder: &Path) -> Result<Vec<String>> {
        let (mut files, mut acknowledged) = (self.first.clone(), Vec::new());
        // What is written and not confirmed, with how far each sync that is under way reaches.
        let mut open: [Vec<&Event>; 2] = Default::default();
        let mut under_way = Vec::new();
        for event in &self.events {
            match event {
                Event::Write { file, .. } | Event::Truncate { file, .. } => open[*file].push(event),
                Event::SyncBegins { file, number } => under_way.push((*number, open[*file].len())),
                Event::SyncEnds { file: 1, .. } if disk == Disk::Forgets => {}
                Event::SyncEnds { file, number } => {
                    let reach = under_way.iter().find(|(one, _)| one == number).map_or(0, |(_, reach)| *reach);
                    let reach = reach.min(open[*file].len());
                    open[*file].drain(..reach).for_each(|event| apply(event, &mut files[*file]));
                    under_way.clear();
                }
                Event::Answer(location) => acknowledged.push(location.clone()),
            }
            if acknowledged.len() > answer {
                break;
            }
        }
        for (file, open) in files.iter_mut().zip(open) {
            let kept = open.into_iter().filter(|_| disk == Disk::Shuffles && random().is_multiple_of(2));
            kept.for_each(|event| apply(event, file));
        }
        for (name, bytes) in FILES.iter().zip(files) {
            std::fs::write(folder.join(name), bytes)?;
        }
        // The index of the log is in memory alone.
        let _ = std::fs::remove_file(folder.join("quartier.db-shm"));
        Ok(acknowledged)
    }
}

fn apply(event: &Event, file: &mut Vec<u8>) {
    match event {
        Event::Write { at, bytes, .. } => {
            let end = at + bytes.len();
            if file.len() < end {
                file.resize(end, 0);
            }
            file[*at..end].copy_from_slice(bytes);
        }
        Event::Truncate { length, .. } => file.resize(*length, 0),
        Event::SyncBegins { .. } | Event::SyncEnds { .. } | Event::Answer(_) => {}
    }
}

/// The `Location` of an answer.
fn location(head: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(head);
    let line = text.lines().find_map(|line| line.strip_prefix("location: "));
    line.map(|line| line.trim().to_owned())
}
