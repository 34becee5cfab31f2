//! Tables as text that is the same for both databases: for backups, and for moving from one database to the other.
//!
//! A row is one line, a JSON array in the order of the columns: uuids with hyphens, bytes in hex. Which tables there are
//! and in which order they are filled comes from the database's own schema, so that none can be forgotten.

use futures_util::TryStreamExt;
use sqlx::AssertSqlSafe;
use tokio::sync::mpsc::Sender;

use crate::tx::run;
use crate::{Error, Result, Tx};

mod cells;
mod count;
mod schema;

pub use count::Count;
pub use schema::{Column, Kind, Table, tables};

/// A batch is full with so many bytes; a longer row makes it longer.
const FULL: usize = 1 << 20;
/// So many rows are inserted by one statement at most.
const ROWS: usize = 200;
/// So many values are bound to one statement at most; SQLite takes 32,766.
const VALUES: usize = 30_000;

/// Some rows of one table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// Which table.
    pub table: String,
    /// A line for each row.
    pub lines: String,
}

/// Reads every row of `table` into `rows`, in batches; never more than a few of them are in memory.
///
/// [`Error::Abandoned`] if nobody takes them any more.
pub async fn read(tx: &mut Tx, table: &Table, rows: &Sender<Batch>) -> Result<()> {
    let query = format!("select {} from \"{}\"", schema::list(&table.columns), table.name);
    run!(tx, |conn| {
        let mut found = sqlx::query(AssertSqlSafe(query)).fetch(conn);
        let mut batch = Batch { table: table.name.clone(), lines: String::new() };
        while let Some(row) = found.try_next().await? {
            batch.lines.push_str(&cells::line(&row, &table.columns)?);
            batch.lines.push('\n');
            if batch.lines.len() >= FULL {
                let full = std::mem::replace(&mut batch, Batch { table: table.name.clone(), lines: String::new() });
                rows.send(full).await.map_err(|_| Error::Abandoned)?;
            }
        }
        if !batch.lines.is_empty() {
            rows.send(batch).await.map_err(|_| Error::Abandoned)?;
        }
    });
    Ok(())
}

/// Inserts the rows of `batch`, which are of `table`.
pub async fn write(tx: &mut Tx, table: &Table, batch: &Batch) -> Result<()> {
    let lines: Vec<&str> = batch.lines.lines().collect();
    let at_once = ROWS.min(VALUES / table.columns.len().max(1));
    for lines in lines.chunks(at_once.max(1)) {
        insert(tx, table, lines).await?;
    }
    Ok(())
}

async fn insert(tx: &mut Tx, table: &Table, lines: &[&str]) -> Result<()> {
    let width = table.columns.len();
    let places = |row: usize| (1..=width).map(|at| format!("${}", row * width + at)).collect::<Vec<_>>().join(", ");
    let rows: Vec<String> = (0..lines.len()).map(|row| format!("({})", places(row))).collect();
    let query = format!("insert into \"{}\" ({}) values {}", table.name, schema::list(&table.columns), rows.join(", "));
    run!(tx, |conn| {
        let mut query = sqlx::query(AssertSqlSafe(query));
        for line in lines {
            for (value, column) in cells::values(line, width)?.into_iter().zip(&table.columns) {
                query = cells::bind(query, value, column.kind)?;
            }
        }
        query.execute(conn).await?;
    });
    Ok(())
}

/// Counts the rows of `table` and sums them up as they stand in the database.
pub async fn count(tx: &mut Tx, table: &Table) -> Result<Count> {
    let (sender, mut batches) = tokio::sync::mpsc::channel(1);
    let reading = async move { read(tx, table, &sender).await };
    let counting = async move {
        let mut count = Count::default();
        while let Some(batch) = batches.recv().await {
            count.add(&batch);
        }
        count
    };
    let (read, count) = tokio::join!(reading, counting);
    read.map(|()| count)
}

/// The first of `tables` that has a row.
pub async fn first_filled<'a>(tx: &mut Tx, tables: &'a [Table]) -> Result<Option<&'a Table>> {
    for table in tables {
        let query = format!("select 1 from \"{}\" limit 1", table.name);
        if run!(tx, |conn| sqlx::query(AssertSqlSafe(query)).fetch_optional(conn).await.map(|row| row.is_some()))? {
            return Ok(Some(table));
        }
    }
    Ok(None)
}

/// The last migration that ran on this database.
pub async fn version(tx: &mut Tx) -> Result<i64> {
    let version: Option<i64> =
        run!(tx, |conn| sqlx::query_scalar("select max(version) from _sqlx_migrations").fetch_one(conn).await)?;
    version.ok_or(Error::Unreadable("version"))
}

#[cfg(test)]
mod tests;
