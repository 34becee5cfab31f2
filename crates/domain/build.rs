//! Lists the folders of the message catalogue: a language is added by adding its folder.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// The languages that others fall back to come first.
const FIRST: [&str; 2] = ["de", "en"];

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed=messages");
    let folder = |name: &str| env::var_os(name).map(PathBuf::from).ok_or_else(|| io::Error::other(name.to_owned()));
    let list = list(&folder("CARGO_MANIFEST_DIR")?.join("messages"))?;
    fs::write(folder("OUT_DIR")?.join("folders.rs"), list)
}

/// The constant `FOLDERS`: each language by its tag, with the texts of its files.
fn list(messages: &Path) -> io::Result<String> {
    let mut folders = entries(messages)?;
    folders.retain(|path| path.is_dir());
    let rank = |path: &PathBuf| FIRST.iter().position(|first| path.ends_with(first)).unwrap_or(FIRST.len());
    folders.sort_by_key(|path| (rank(path), path.clone()));
    let mut text = format!("pub(crate) const FOLDERS: [(&str, &[&str]); {}] = [\n", folders.len());
    for folder in &folders {
        let tag = folder.file_name().unwrap_or_default().to_string_lossy();
        let include = |file: &PathBuf| format!("include_str!({:?})", file.to_string_lossy());
        let files: Vec<String> = entries(folder)?.iter().map(include).collect();
        let _ = writeln!(text, "    ({tag:?}, &[{}]),", files.join(", "));
    }
    text.push_str("];\n");
    Ok(text)
}

fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    paths.retain(|path| path.is_dir() || path.extension().is_some_and(|ending| ending == "ftl"));
    paths.sort();
    Ok(paths)
}
