//! A real S3 server (s3rver) with one bucket, which can be stopped and started again.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::{process, wait};

/// The bucket's name.
const NAME: &str = "bilder";
/// The key and its name; the server knows no other.
const KEY: &str = "S3RVER";
/// What the server's files end in that hold an object.
const OBJECT: &str = "._S3rver_object";

/// A bucket on 127.0.0.1.
pub struct Bucket {
    endpoint: String,
    port: u16,
    folder: TempDir,
    running: Option<process::Running>,
}

impl Bucket {
    /// Starts its server; `None` says that npm did not install it here.
    pub async fn start() -> Result<Option<Self>> {
        let node = process::node().filter(|_| process::has_package("@20minutes/s3rver"));
        if node.is_none() {
            crate::skip("s3rver; 'npm ci --prefix tests --ignore-scripts' brings it");
            return Ok(None);
        }
        let port = process::free_port()?;
        let endpoint = format!("http://127.0.0.1:{port}");
        let mut bucket = Self { endpoint, port, folder: tempfile::tempdir()?, running: None };
        bucket.open().await?;
        Ok(Some(bucket))
    }

    /// Starts its server again.
    pub async fn open(&mut self) -> Result<()> {
        let mut command = Command::new(process::node().context("no node")?);
        command.arg(process::folder().join("peers/s3/server.mjs")).arg(self.port.to_string());
        command.arg(self.folder.path().join("store")).arg(NAME);
        self.running = Some(process::Running::start(&mut command, &self.folder.path().join("log"))?);
        wait::until("the S3 server", Duration::from_mins(1), async || {
            Ok(tokio::net::TcpStream::connect(("127.0.0.1", self.port)).await.ok().map(drop))
        })
        .await
    }

    /// Ends its server; what is in the bucket stays.
    pub fn close(&mut self) {
        self.running = None;
    }

    /// What a quarter has to be told to keep its pictures here.
    pub fn settings(&self) -> [(&str, &str); 4] {
        [
            ("QUARTIER_MEDIA_STORE", "s3://bilder/quartiere"),
            ("QUARTIER_MEDIA_ENDPOINT", &self.endpoint),
            ("QUARTIER_MEDIA_ACCESS_KEY", KEY),
            ("QUARTIER_MEDIA_SECRET_KEY", KEY),
        ]
    }

    /// Every object by the end of its key, which begins with the prefix and the host of the quarter.
    pub fn objects(&self) -> Result<BTreeMap<String, Vec<u8>>> {
        let prefix = self.folder.path().join("store").join(NAME).join("quartiere");
        let all = if prefix.is_dir() { below(&prefix)? } else { BTreeMap::new() };
        let objects = all.into_iter().filter_map(|(name, bytes)| {
            let key = name.strip_suffix(OBJECT)?;
            Some((key.split_once('/')?.1.to_owned(), bytes))
        });
        Ok(objects.collect())
    }
}

/// Every file below a folder, by its path there.
pub fn below(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() {
            found.extend(below(&entry.path())?.into_iter().map(|(path, bytes)| (format!("{name}/{path}"), bytes)));
        } else {
            found.insert(name, std::fs::read(entry.path())?);
        }
    }
    Ok(found)
}
