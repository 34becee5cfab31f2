//! Tiles of a map in a file of the `MBTiles` format, which is an SQLite database of its own.

use std::path::Path;

use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};

use crate::{Error, Result};

/// The largest tile, in bytes.
const MAX_TILE: usize = 1_000_000;

/// A file of tiles.
#[derive(Clone, Debug)]
pub struct TileFile(SqlitePool);

impl TileFile {
    /// Opens a file, which is only read; an error if it holds no tiles.
    pub async fn open(path: &Path) -> Result<Self> {
        let options = SqliteConnectOptions::new().filename(path).read_only(true).create_if_missing(false);
        let pool = SqlitePoolOptions::new().max_connections(4).connect_with(options).await?;
        let any: Option<i64> = sqlx::query_scalar("select zoom_level from tiles limit 1").fetch_optional(&pool).await?;
        any.map(|_| Self(pool)).ok_or(Error::Unreadable("tile"))
    }

    /// The picture of a tile, counted from the north as on the web.
    pub async fn get(&self, zoom: u8, x: u32, y: u32) -> Result<Option<Vec<u8>>> {
        // The format counts from the south (MBTiles 1.3, section "Tiles").
        let rows = 1_i64.checked_shl(u32::from(zoom)).unwrap_or(0);
        let row = rows - 1 - i64::from(y);
        let tile: Option<Vec<u8>> = sqlx::query_scalar(
            "select tile_data from tiles where zoom_level = $1 and tile_column = $2 and tile_row = $3",
        )
        .bind(i64::from(zoom))
        .bind(i64::from(x))
        .bind(row)
        .fetch_optional(&self.0)
        .await?;
        Ok(tile.filter(|tile| tile.len() <= MAX_TILE))
    }
}
