//! A look at a database that changes nothing of it: for whoever wants to know what is wrong with it.

use std::str::FromStr;

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};

use crate::store::{MIGRATIONS, is_postgres, redacted};
use crate::{Error, Result};

/// How old a database is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Glance {
    /// The last migration that ran on it; `None` if it is empty.
    pub version: Option<i64>,
    /// The last one that this program knows.
    pub known: i64,
}

/// Looks at the database at `url` (as [`crate::Store::open`] takes it), which has to be there, without bringing it up to date.
pub async fn at(url: &str) -> Result<Glance> {
    let version = if is_postgres(url) { of_postgres(url).await? } else { of_sqlite(url).await? };
    let known = MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0);
    Ok(Glance { version, known })
}

const VERSION: &str = "select max(version) from _sqlx_migrations";

async fn of_postgres(url: &str) -> Result<Option<i64>> {
    let options = PgConnectOptions::from_str(url).map_err(|_| Error::Address(redacted(url)))?;
    let mut conn: PgConnection = options.connect().await?;
    let table: Option<String> =
        sqlx::query_scalar("select to_regclass('_sqlx_migrations')::text").fetch_one(&mut conn).await?;
    let version = if table.is_some() { sqlx::query_scalar(VERSION).fetch_one(&mut conn).await? } else { None };
    conn.close().await?;
    Ok(version)
}

async fn of_sqlite(url: &str) -> Result<Option<i64>> {
    let options = SqliteConnectOptions::from_str(url).map_err(|_| Error::Address(url.to_owned()))?;
    let mut conn = options.read_only(true).connect().await?;
    let tables: i64 = sqlx::query_scalar("select count(*) from sqlite_master where name = '_sqlx_migrations'")
        .fetch_one(&mut conn)
        .await?;
    let version = if tables > 0 { sqlx::query_scalar(VERSION).fetch_one(&mut conn).await? } else { None };
    conn.close().await?;
    Ok(version)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Store, testing};

    #[tokio::test]
    async fn a_glance_says_the_version_and_makes_none() {
        for database in testing::all() {
            if is_postgres(&database.url) {
                assert_eq!(at(&database.url).await.expect("a glance").version, None);
            } else {
                assert!(at(&database.url).await.is_err(), "it is not made");
            }
            Store::open_at(&database.url, 3).await.expect("a store").close().await;
            let glance = at(&database.url).await.expect("a glance");
            assert_eq!(glance.version, Some(3));
            assert!(glance.known > 20);
            assert_eq!(at(&database.url).await.expect("a glance"), glance, "and it stays so");
        }
    }
}
