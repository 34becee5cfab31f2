//! What the two databases have each in its own way: the index of words. It is made anew wherever it is missing.

use sqlx::{Connection as _, PgConnection, SqliteConnection};

use crate::Result;
use crate::tx::ALONE;

/// The migration from which on there is something to make an index for.
pub(crate) const SINCE: i64 = 55;

const SQLITE: &str = "
create virtual table search_index using fts5 (title, words, marks, tokenize = 'ascii');
insert into search_index (search_index, rank) values ('secure-delete', 1);
create table search_words (word text primary key, written text not null) without rowid;
create table search_endings (
    ending text not null, word text not null, primary key (ending, word)
) without rowid;";

/// Collation C: bytes are compared, as SQLite does it, so that beginnings of words are stretches of the index.
const POSTGRES: &str = "
create table if not exists search_index (number bigint primary key, words tsvector not null);
create index if not exists search_index_words on search_index using gin (words);
create table if not exists search_words (word text collate \"C\" primary key, written text not null);
create table if not exists search_endings (
    ending text collate \"C\" not null, word text collate \"C\" not null, primary key (ending, word)
);";

/// Makes what is missing on SQLite.
pub(crate) async fn on_sqlite(conn: &mut SqliteConnection) -> Result<()> {
    let there: Option<i64> = sqlx::query_scalar("select 1 from sqlite_schema where name = 'search_index'")
        .fetch_optional(&mut *conn)
        .await?;
    if there.is_none() {
        let mut tx = conn.begin().await?;
        sqlx::raw_sql(SQLITE).execute(&mut *tx).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Makes what is missing on PostgreSQL; of several servers that start at once one does it.
pub(crate) async fn on_postgres(conn: &mut PgConnection) -> Result<()> {
    let mut tx = conn.begin().await?;
    sqlx::query("select pg_advisory_xact_lock($1)").bind(ALONE).execute(&mut *tx).await?;
    sqlx::raw_sql(POSTGRES).execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(())
}
