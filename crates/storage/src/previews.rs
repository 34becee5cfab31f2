//! Files that were uploaded and are shown before they are taken in: one an account, for an hour.

use jiff::Timestamp;
use uuid::Uuid;

use crate::tx::run;
use crate::{Result, Tx, row};

/// A file that waits for a yes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// Its name in addresses.
    pub id: Uuid,
    /// Who uploaded it.
    pub account: Uuid,
    /// In whose name its events will be.
    pub author: Uuid,
    /// The name of the file.
    pub name: String,
    /// Its bytes.
    pub body: Vec<u8>,
    /// Which column of a table means what, as JSON; `None` where that was guessed.
    pub columns: Option<String>,
    /// Whether its events go on the board at once.
    pub publish: bool,
    /// The source it went to, once somebody said yes.
    pub source: Option<Uuid>,
    /// When it was uploaded: series are told around this time.
    pub created_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    account: Uuid,
    author: Uuid,
    name: String,
    body: Vec<u8>,
    columns: Option<String>,
    publish: bool,
    source: Option<Uuid>,
    created_at: i64,
}

impl TryFrom<Row> for Preview {
    type Error = crate::Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: row.id,
            account: row.account,
            author: row.author,
            name: row.name,
            body: row.body,
            columns: row.columns,
            publish: row.publish,
            source: row.source,
            created_at: row::time(row.created_at)?,
        })
    }
}

/// Keeps a file, in place of the one that its account uploaded before.
pub async fn put(tx: &mut Tx, preview: &Preview) -> Result<()> {
    run!(tx, |conn| sqlx::query("delete from previews where account = $1")
        .bind(preview.account)
        .execute(conn)
        .await
        .map(|_| ()))?;
    run!(tx, |conn| sqlx::query(
        "insert into previews (account, id, author, name, body, columns, publish, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(preview.account)
    .bind(preview.id)
    .bind(preview.author)
    .bind(&preview.name)
    .bind(&preview.body)
    .bind(&preview.columns)
    .bind(preview.publish)
    .bind(preview.created_at.as_millisecond())
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// The file with that name in addresses, if `account` uploaded it.
pub async fn by_id(tx: &mut Tx, id: Uuid, account: Uuid) -> Result<Option<Preview>> {
    let row: Option<Row> = run!(tx, |conn| sqlx::query_as(
        "select id, account, author, name, body, columns, publish, source, created_at from previews
         where id = $1 and account = $2"
    )
    .bind(id)
    .bind(account)
    .fetch_optional(conn)
    .await)?;
    row.map(Preview::try_from).transpose()
}

/// Keeps which column means what.
pub async fn set_columns(tx: &mut Tx, id: Uuid, columns: &str) -> Result<()> {
    run!(tx, |conn| sqlx::query("update previews set columns = $2 where id = $1 and source is null")
        .bind(id)
        .bind(columns)
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// Notes that somebody said yes, to which source the file goes, and until when somebody is at it; `false` if one had
/// already.
pub async fn take(tx: &mut Tx, id: Uuid, source: Uuid, leased_until: Timestamp) -> Result<bool> {
    let taken = run!(tx, |conn| sqlx::query(
        "update previews set source = $2, leased_until = $3 where id = $1 and source is null"
    )
    .bind(id)
    .bind(source)
    .bind(leased_until.as_millisecond())
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0))?;
    Ok(taken)
}

/// Files that somebody said yes to and nobody is at, since whoever was is gone; leased until `leased_until`.
pub async fn claim(tx: &mut Tx, now: Timestamp, leased_until: Timestamp) -> Result<Vec<Preview>> {
    let rows: Vec<Row> = run!(tx, |conn| sqlx::query_as(
        "update previews set leased_until = $2 where source is not null and leased_until <= $1
         returning id, account, author, name, body, columns, publish, source, created_at"
    )
    .bind(now.as_millisecond())
    .bind(leased_until.as_millisecond())
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(Preview::try_from).collect()
}

/// Notes that a file is taken in: its bytes go, its address still says how it went.
pub async fn finish(tx: &mut Tx, id: Uuid) -> Result<()> {
    run!(tx, |conn| sqlx::query("update previews set leased_until = null, body = $2 where id = $1")
        .bind(id)
        .bind(Vec::<u8>::new())
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// Removes files that were uploaded before `before`; how many it was.
pub async fn prune(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    let gone = run!(tx, |conn| sqlx::query("delete from previews where created_at <= $1 and leased_until is null")
        .bind(before.as_millisecond())
        .execute(conn)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(gone)
}

#[cfg(test)]
mod tests {
    use domain::account::{Account, Role};
    use domain::actor::Part;
    use domain::language::Language;

    use super::*;
    use crate::samples::{hours, known, noon, stores};
    use crate::{accounts, sources};

    #[tokio::test]
    async fn a_file_waits_for_one_yes_and_is_gone_after_its_time() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let author = known(&mut tx, "chor", Some(Part::Initiative)).await.id;
            let account = Account {
                id: Uuid::now_v7(),
                email: "ada@a.example".parse().expect("an address"),
                name: "Ada".into(),
                role: Role::Reader,
                language: Language::DE,
                actor: None,
                created_at: noon(),
                suspended_at: None,
            };
            accounts::insert(&mut tx, &account).await.expect("an insert");
            let mut preview = Preview {
                id: Uuid::now_v7(),
                account: account.id,
                author,
                name: "a.csv".into(),
                body: b"Titel;Datum".to_vec(),
                columns: None,
                publish: true,
                source: None,
                created_at: noon(),
            };
            put(&mut tx, &preview).await.expect("an insert");
            preview.id = Uuid::now_v7();
            put(&mut tx, &preview).await.expect("an insert");
            set_columns(&mut tx, preview.id, "[]").await.expect("an update");
            preview.columns = Some("[]".into());
            let found = by_id(&mut tx, preview.id, account.id).await.expect("a row");
            assert_eq!(found.as_ref(), Some(&preview));
            assert_eq!(by_id(&mut tx, preview.id, Uuid::now_v7()).await.expect("no row"), None);
            let url = "file:///@chor/a.csv".parse().expect("a URL");
            let source = sources::add(&mut tx, &url, "a.csv", author, true).await.expect("a source").id;
            assert!(take(&mut tx, preview.id, source, noon() + hours(1)).await.expect("an update"));
            assert!(!take(&mut tx, preview.id, source, noon() + hours(1)).await.expect("an update"));
            assert!(claim(&mut tx, noon(), noon() + hours(1)).await.expect("rows").is_empty());
            assert_eq!(claim(&mut tx, noon() + hours(1), noon() + hours(2)).await.expect("rows").len(), 1);
            assert_eq!(prune(&mut tx, noon() + hours(5)).await.expect("a deletion"), 0);
            finish(&mut tx, preview.id).await.expect("an update");
            assert_eq!(prune(&mut tx, noon()).await.expect("a deletion"), 1);
        }
    }
}
