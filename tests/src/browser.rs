//! A real browser: Chromium, driven by the scripts in `browser/` on node.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::process;

/// Runs `browser/SCRIPT.mjs` with `words` as its argument; gives what it found.
///
/// A script that fails is an error with what it printed. `None` says that Chromium or its driver is missing here.
pub async fn run(script: &str, words: &Value) -> Result<Option<Value>> {
    let installed = ["playwright-core", "axe-core"].into_iter().all(process::has_package);
    let (Some(node), Some(chromium), true) = (process::node(), chromium(), installed) else {
        crate::skip("Chromium with playwright-core; `npm ci` in the folder tests brings the latter");
        return Ok(None);
    };
    let file = process::folder().join("browser").join(format!("{script}.mjs"));
    let mut command = Command::new(node);
    command.arg(file).arg(words.to_string()).env("QUARTIER_TEST_CHROMIUM", chromium);
    let done = process::output(command).await?;
    let (said, found) = (String::from_utf8_lossy(&done.stderr), String::from_utf8_lossy(&done.stdout));
    ensure!(done.status.success(), "{script}: {}\n{said}", found.trim());
    let found = serde_json::from_str(found.trim()).with_context(|| format!("{script} printed {found}\n{said}"))?;
    Ok(Some(found))
}

/// Where screenshots go, where somebody wants to look: with `QUARTIER_TEST_SCREENSHOTS=1`. They take as long as the checks.
pub fn screenshots() -> Option<PathBuf> {
    std::env::var_os("QUARTIER_TEST_SCREENSHOTS").map(|_| process::folder().join("../target/screenshots"))
}

fn chromium() -> Option<PathBuf> {
    let named = std::env::var_os("QUARTIER_TEST_CHROMIUM").map(PathBuf::from);
    named.or_else(|| ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(process::find))
}
