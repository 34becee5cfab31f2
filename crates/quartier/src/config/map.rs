//! The map: where its tiles come from.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use url::Url;

use super::Refused;
use super::check::unless;

/// The map. Without tiles it is drawn by the server itself, with nothing but the places.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Map {
    /// A file of tiles (`MBTiles`), or the address of a server with `{z}`, `{x}` and `{y}` in it; none if empty.
    pub tiles: String,
    /// Who made the map, as it stands beside it.
    pub attribution: String,
    /// How many megabytes of copies of a server's tiles are kept.
    pub cache_mb: u32,
}

impl Default for Map {
    fn default() -> Self {
        Self { tiles: String::new(), attribution: "© OpenStreetMap".to_owned(), cache_mb: 100 }
    }
}

impl Map {
    /// The address of the server that tiles are fetched from, if it is one.
    pub(crate) fn server(&self) -> Option<&str> {
        Some(self.tiles.as_str()).filter(|tiles| tiles.contains("://"))
    }

    /// The file that tiles are in, if it is one.
    pub(crate) fn file(&self) -> Option<PathBuf> {
        (!self.tiles.is_empty() && self.server().is_none()).then(|| PathBuf::from(&self.tiles))
    }

    /// The first problem, in one line that names its keys; `local` is a server for trying out.
    pub(super) fn check(&self, local: bool) -> Result<(), Refused> {
        unless(self.attribution.chars().count() <= 200, "map.attribution may have 200 characters at most")?;
        unless((1..=100_000).contains(&self.cache_mb), "map.cache_mb lies between 1 and 100000")?;
        let Some(server) = self.server() else { return Ok(()) };
        unless(
            ["{z}", "{x}", "{y}"].iter().all(|part| server.matches(part).count() == 1),
            "map.tiles: the address of a server has {z}, {x} and {y} in it, once each",
        )?;
        let url = server.replace(['{', '}'], "").parse::<Url>();
        unless(
            url.is_ok_and(|url| url.scheme() == "https" || (local && url.scheme() == "http")),
            "map.tiles must be a file, or the address of a server that begins with https://",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_come_from_a_file_a_server_or_nowhere() {
        let map = |tiles: &str| Map { tiles: tiles.to_owned(), ..Map::default() };
        assert_eq!((map("").file(), map("").server()), (None, None));
        assert_eq!(map("stadt.mbtiles").file(), Some("stadt.mbtiles".into()));
        let server = "https://tiles.example/{z}/{x}/{y}.png";
        assert_eq!(map(server).server(), Some(server));
        assert!(map(server).check(false).is_ok() && map("stadt.mbtiles").check(false).is_ok());
        for bad in ["https://tiles.example/", "http://tiles.example/{z}/{x}/{y}", "ftp://tiles.example/{z}/{x}/{y}"] {
            assert!(map(bad).check(false).expect_err(bad).0.starts_with("map.tiles"), "{bad}");
        }
        assert!(map("http://localhost:9/{z}/{x}/{y}").check(true).is_ok());
    }
}
