//! Which tables a database has, as it says itself.

use std::collections::BTreeSet;

use crate::{Error, Result, Tx};

/// A table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Its columns, in the order of the schema.
    pub columns: Vec<Column>,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
}

/// What a column holds: the types that mean the same in both databases (`migrations/README.md`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `uuid`.
    Uuid,
    /// `text`.
    Text,
    /// `bigint`.
    Integer,
    /// `boolean`.
    Boolean,
    /// `double precision`.
    Real,
    /// `bytea`.
    Bytes,
}

impl Kind {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "uuid" => Self::Uuid,
            "text" => Self::Text,
            "bigint" => Self::Integer,
            "boolean" => Self::Boolean,
            "double precision" => Self::Real,
            "bytea" => Self::Bytes,
            _ => return None,
        })
    }
}

/// The columns as SQL names them.
pub(super) fn list(columns: &[Column]) -> String {
    columns.iter().map(|column| format!("\"{}\"", column.name)).collect::<Vec<_>>().join(", ")
}

/// Every table of ours with its columns, those that others refer to before those others. What begins with `search_` is made
/// from the others, and made anew where it is missing (`storage::search`).
pub async fn tables(tx: &mut Tx) -> Result<Vec<Table>> {
    let mut tables: Vec<Table> = Vec::new();
    for (table, column, kind) in columns(tx).await? {
        let kind = Kind::named(&kind.to_lowercase()).ok_or(Error::Unreadable("kind of column"))?;
        let column = Column { name: column, kind };
        match tables.last_mut().filter(|last| last.name == table) {
            Some(last) => last.columns.push(column),
            None => tables.push(Table { name: table, columns: vec![column] }),
        }
    }
    tables.sort_by(|a, b| a.name.cmp(&b.name));
    in_order(tables, &references(tx).await?)
}

/// Table, column and type, table by table.
async fn columns(tx: &mut Tx) -> Result<Vec<(String, String, String)>> {
    Ok(match tx {
        Tx::Sqlite(tx) => {
            sqlx::query_as(
                "select t.name, c.name, c.type from sqlite_schema t join pragma_table_info(t.name) c
                 where t.type = 'table' and t.name not like 'sqlite_%' and t.name <> '_sqlx_migrations'
                   and substr(t.name, 1, 7) <> 'search_'
                 order by t.name, c.cid",
            )
            .fetch_all(&mut **tx)
            .await?
        }
        Tx::Postgres(tx) => {
            sqlx::query_as(
                "select c.table_name::text, c.column_name::text, c.data_type::text
                 from information_schema.columns c join information_schema.tables t
                   on t.table_schema = c.table_schema and t.table_name = c.table_name
                 where c.table_schema = current_schema() and t.table_type = 'BASE TABLE'
                   and c.table_name <> '_sqlx_migrations' and substr(c.table_name, 1, 7) <> 'search_'
                 order by c.table_name, c.ordinal_position",
            )
            .fetch_all(&mut **tx)
            .await?
        }
    })
}

/// Which table refers to which other.
async fn references(tx: &mut Tx) -> Result<Vec<(String, String)>> {
    Ok(match tx {
        Tx::Sqlite(tx) => {
            sqlx::query_as(
                "select t.name, f.\"table\" from sqlite_schema t join pragma_foreign_key_list(t.name) f
                 where t.type = 'table' and f.\"table\" <> t.name",
            )
            .fetch_all(&mut **tx)
            .await?
        }
        Tx::Postgres(tx) => {
            sqlx::query_as(
                "select r.relname::text, f.relname::text from pg_constraint c
                 join pg_class r on r.oid = c.conrelid join pg_class f on f.oid = c.confrelid
                 join pg_namespace n on n.oid = c.connamespace
                 where c.contype = 'f' and n.nspname = current_schema() and r.oid <> f.oid",
            )
            .fetch_all(&mut **tx)
            .await?
        }
    })
}

/// `tables`, each after all that it refers to, else by name: the same order on both databases.
fn in_order(mut tables: Vec<Table>, references: &[(String, String)]) -> Result<Vec<Table>> {
    let mut done = BTreeSet::new();
    let mut ordered = Vec::new();
    while !tables.is_empty() {
        let is_ready = |table: &Table| {
            references.iter().filter(|(from, _)| *from == table.name).all(|(_, to)| done.contains(to.as_str()))
        };
        let next = tables.iter().position(is_ready).ok_or(Error::Unreadable("circle of references"))?;
        let table = tables.remove(next);
        done.insert(table.name.clone());
        ordered.push(table);
    }
    Ok(ordered)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> Table {
        Table { name: name.to_owned(), columns: Vec::new() }
    }

    fn reference(from: &str, to: &str) -> (String, String) {
        (from.to_owned(), to.to_owned())
    }

    #[test]
    fn what_others_refer_to_comes_first_and_a_circle_is_an_error() {
        let tables = || vec![named("a"), named("b"), named("c")];
        let references = [reference("a", "c"), reference("c", "b")];
        let ordered = in_order(tables(), &references).expect("an order");
        assert_eq!(ordered.iter().map(|table| table.name.as_str()).collect::<Vec<_>>(), ["b", "c", "a"]);
        assert!(in_order(tables(), &[reference("a", "b"), reference("b", "a")]).is_err());
    }
}
