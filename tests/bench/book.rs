//! The figures of this run and of earlier ones, kept as lines of JSON, and the page that is made of them.

use std::path::PathBuf;

use anyhow::{Context, Result};
use tests::process;

use crate::figure::Figure;
use crate::{machine, report, site};

/// What this run measured; on paper it takes the place of what earlier runs did.
pub(crate) struct Book {
    figures: Vec<Figure>,
    /// Beginnings of names that are measured anew.
    forgotten: Vec<String>,
    commit: String,
    day: String,
}

impl Book {
    /// An empty one, of this commit and this day.
    pub(crate) fn open() -> Result<Self> {
        Self::kept()?;
        let day = site::now().strftime("%Y-%m-%d").to_string();
        Ok(Self { figures: Vec::new(), forgotten: Vec::new(), commit: machine::commit(), day })
    }

    /// What earlier runs kept, and others that ran meanwhile.
    fn kept() -> Result<Vec<Figure>> {
        let kept = std::fs::read_to_string(Self::file()).unwrap_or_default();
        let figures = kept.lines().map(serde_json::from_str).collect::<Result<_, _>>();
        figures.with_context(|| format!("{} cannot be read", Self::file().display()))
    }

    /// The folder of the page, its figures and its picture; `QUARTIER_BENCH_DOCS` names another than `docs`.
    pub(crate) fn folder() -> PathBuf {
        let other = std::env::var_os("QUARTIER_BENCH_DOCS").map(PathBuf::from);
        other.unwrap_or_else(|| process::folder().join("../docs"))
    }

    fn file() -> PathBuf {
        Self::folder().join("performance.jsonl")
    }

    /// Prints a figure and keeps it.
    #[expect(clippy::print_stdout, reason = "a program that prints figures")]
    pub(crate) fn tell(&mut self, figure: Figure) {
        let figure = Figure { commit: self.commit.clone(), day: self.day.clone(), ..figure };
        println!("{}", serde_json::to_string(&figure).unwrap_or_default());
        self.figures.push(figure);
    }

    /// Forgets what earlier runs said of every figure whose name begins like that.
    pub(crate) fn forget(&mut self, prefix: &str) {
        self.forgotten.push(prefix.to_owned());
    }

    /// The value of a figure that this run measured.
    pub(crate) fn value(&self, name: &str) -> Option<f64> {
        self.figures.iter().find(|figure| figure.name == name).map(|figure| figure.value)
    }

    /// Writes the figures and the page.
    pub(crate) fn write(&self) -> Result<()> {
        let is_new = |known: &Figure| {
            let named = self.figures.iter().any(|figure| figure.name == known.name);
            named || self.forgotten.iter().any(|prefix| known.name.starts_with(prefix))
        };
        let mut figures = Self::kept()?;
        figures.retain(|known| !is_new(known));
        figures.extend(self.figures.iter().cloned());
        let lines: Vec<String> = figures.iter().map(serde_json::to_string).collect::<Result<_, _>>()?;
        std::fs::write(Self::file(), lines.join("\n") + "\n")?;
        std::fs::write(Self::folder().join("PERFORMANCE.md"), report::page(&figures))?;
        Ok(())
    }
}
