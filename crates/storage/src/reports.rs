//! What somebody pointed out to the editors, here by form or elsewhere by `Flag`.

use domain::account::Email;
use domain::language::Language;
use domain::report::Kind;
use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use url::Url;
use uuid::Uuid;

use crate::tx::run;
use crate::{Error, Result, Tx, row};

/// One report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Our key for it.
    pub id: Uuid,
    /// What stands on the receipt.
    pub number: String,
    /// The actor that sent it; `None` for people who used the form.
    pub reporter: Option<Uuid>,
    /// The host it came from; `None` for the form.
    pub host: Option<String>,
    /// What the person said of themselves.
    pub name: Option<String>,
    /// Where the person can be reached.
    pub email: Option<String>,
    /// What it is about in the first place: an object or an actor.
    pub target: Url,
    /// Everything it is about.
    pub objects: Vec<Url>,
    /// What the person says it is.
    pub kind: Option<Kind>,
    /// Why, in the reporter's words; plain text.
    pub reason: String,
    /// The language of letters to the person.
    pub language: Option<Language>,
    /// When it came.
    pub created_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    number: String,
    reporter: Option<Uuid>,
    host: Option<String>,
    name: Option<String>,
    email: Option<String>,
    target: String,
    objects: String,
    kind: Option<String>,
    reason: String,
    language: Option<String>,
    created_at: i64,
}

impl TryFrom<Row> for Report {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: row.id,
            number: row.number,
            reporter: row.reporter,
            host: row.host,
            name: row.name,
            email: row.email,
            target: row::url(&row.target)?,
            objects: row.objects.lines().map(row::url).collect::<Result<_>>()?,
            kind: row.kind.as_deref().and_then(Kind::from_name),
            reason: row.reason,
            language: row.language.as_deref().and_then(Language::from_tag),
            created_at: row::time(row.created_at)?,
        })
    }
}

/// A query for reports: every column, then `rest`.
fn select(rest: &str) -> AssertSqlSafe<String> {
    AssertSqlSafe(format!(
        "select id, number, reporter, host, name, email, target, objects, kind, reason, language, created_at
         from reports {rest}"
    ))
}

/// Adds a report; `false` if the same reporter has one open about the same target.
pub async fn insert(tx: &mut Tx, report: &Report) -> Result<bool> {
    let objects: Vec<&str> = report.objects.iter().map(Url::as_str).collect();
    let added = run!(tx, |conn| {
        sqlx::query(
        "insert into reports (id, number, reporter, host, name, email, target, objects, reason, created_at, kind, language)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict do nothing",
    )
    .bind(report.id)
    .bind(&report.number)
    .bind(report.reporter)
    .bind(&report.host)
    .bind(&report.name)
    .bind(&report.email)
    .bind(report.target.as_str())
    .bind(objects.join("\n"))
    .bind(&report.reason)
    .bind(report.created_at.as_millisecond())
    .bind(report.kind.map(Kind::as_str))
    .bind(report.language.map(Language::code))
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0)
    })?;
    Ok(added)
}

/// The open report with our key `id`.
pub async fn by_id(tx: &mut Tx, id: Uuid) -> Result<Option<Report>> {
    let row: Option<Row> = run!(tx, |conn| sqlx::query_as(select("where id = $1 and closed_at is null"))
        .bind(id)
        .fetch_optional(conn)
        .await)?;
    row.map(Report::try_from).transpose()
}

/// The open report about `target` from that mailbox.
pub async fn open_from(tx: &mut Tx, target: &Url, mailbox: &Email) -> Result<Option<Report>> {
    let row: Option<Row> = run!(tx, |conn| sqlx::query_as(select(
        "where target = $1 and email = $2 and closed_at is null order by created_at limit 1"
    ))
    .bind(target.as_str())
    .bind(mailbox.as_str())
    .fetch_optional(conn)
    .await)?;
    row.map(Report::try_from).transpose()
}

/// Every report from that mailbox whose sender is still known, the oldest first.
pub async fn of_mailbox(tx: &mut Tx, mailbox: &Email) -> Result<Vec<Report>> {
    let rows: Vec<Row> = run!(tx, |conn| sqlx::query_as(select("where email = $1 order by created_at, id"))
        .bind(mailbox.as_str())
        .fetch_all(conn)
        .await)?;
    rows.into_iter().map(Report::try_from).collect()
}

/// Lets an open report say something else.
pub async fn set_reason(tx: &mut Tx, id: Uuid, reason: &str) -> Result<()> {
    run!(tx, |conn| sqlx::query("update reports set reason = $2 where id = $1 and closed_at is null")
        .bind(id)
        .bind(reason)
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// What nobody decided yet, the oldest first.
pub async fn open(tx: &mut Tx, limit: i64) -> Result<Vec<Report>> {
    let rows: Vec<Row> =
        run!(tx, |conn| sqlx::query_as(select("where closed_at is null order by created_at, id limit $1"))
            .bind(limit)
            .fetch_all(conn)
            .await)?;
    rows.into_iter().map(Report::try_from).collect()
}

/// How many reports of a host are open, `None` for those by form.
pub async fn count_open_of(tx: &mut Tx, host: Option<&str>) -> Result<i64> {
    let count = run!(tx, |conn| sqlx::query_scalar(
        "select count(*) from reports where closed_at is null and coalesce(host, '') = $1"
    )
    .bind(host.unwrap_or_default())
    .fetch_one(conn)
    .await)?;
    Ok(count)
}

/// How many reports are open.
pub async fn count_open(tx: &mut Tx) -> Result<i64> {
    let count = run!(tx, |conn| sqlx::query_scalar("select count(*) from reports where closed_at is null")
        .fetch_one(conn)
        .await)?;
    Ok(count)
}

/// Marks a report as decided; `false` if it was.
pub async fn close(tx: &mut Tx, id: Uuid, now: Timestamp) -> Result<bool> {
    let closed = run!(tx, |conn| sqlx::query("update reports set closed_at = $2 where id = $1 and closed_at is null")
        .bind(id)
        .bind(now.as_millisecond())
        .execute(conn)
        .await
        .map(|done| done.rows_affected() > 0))?;
    Ok(closed)
}

/// Forgets who reported, and in which words, what was decided before `before`. How many there were.
pub async fn forget_people(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    let forgotten = run!(tx, |conn| sqlx::query(
        "update reports set name = null, email = null, reason = '' where closed_at < $1 and reason <> ''",
    )
    .bind(before.as_millisecond())
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(forgotten)
}

/// Forgets who reported something, where they said that they are `email`; the words stay until it is decided.
pub async fn forget_person(tx: &mut Tx, email: &Email) -> Result<()> {
    run!(tx, |conn| sqlx::query("update reports set name = null, email = null where lower(trim(email)) = $1")
        .bind(email.as_str())
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{hours, known, noon, stores};

    fn report(reporter: Option<Uuid>, number: &str) -> Report {
        let url = |text: &str| text.parse::<Url>().expect("a URL");
        Report {
            id: Uuid::now_v7(),
            number: number.to_owned(),
            reporter,
            host: reporter.map(|_| "fern.example".to_owned()),
            name: None,
            email: Some("mira@nord.example".to_owned()),
            target: url("https://nord.example/posts/1"),
            objects: vec![url("https://nord.example/posts/1"), url("https://nord.example/@nord")],
            kind: Some(Kind::Rude),
            reason: "Das stimmt nicht.".to_owned(),
            language: Some(Language::DE),
            created_at: noon(),
        }
    }

    #[tokio::test]
    async fn a_reporter_has_one_open_report_about_a_thing() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let far = known(&mut tx, "fern", None).await;
            let first = report(Some(far.id), "A1");
            assert!(insert(&mut tx, &first).await.expect("an insert"));
            assert!(!insert(&mut tx, &report(Some(far.id), "A2")).await.expect("an insert"));
            let by_form = report(None, "A3");
            let mailbox: Email = "ruth@nord.example".parse().expect("an address");
            assert_eq!(open_from(&mut tx, &first.target, &mailbox).await.expect("a query"), None);
            assert!(insert(&mut tx, &by_form).await.expect("an insert"));
            assert!(insert(&mut tx, &report(None, "A4")).await.expect("an insert"));
            assert_eq!(open(&mut tx, 1).await.expect("reports"), std::slice::from_ref(&first));
            let mailbox = "mira@nord.example".parse().expect("an address");
            set_reason(&mut tx, first.id, "Gelogen.").await.expect("an update");
            let kept = open_from(&mut tx, &first.target, &mailbox).await.expect("a query").expect("a report");
            assert_eq!((kept.number.as_str(), kept.reason.as_str()), ("A1", "Gelogen."));
            set_reason(&mut tx, first.id, &first.reason).await.expect("an update");
            assert_eq!(count_open(&mut tx).await.expect("a count"), 3);
            assert_eq!(count_open_of(&mut tx, Some("fern.example")).await.expect("a count"), 1);
            assert_eq!(count_open_of(&mut tx, None).await.expect("a count"), 2);
            assert!(close(&mut tx, first.id, noon()).await.expect("an update"));
            assert!(!close(&mut tx, first.id, noon()).await.expect("an update"));
            assert_eq!(by_id(&mut tx, first.id).await.expect("a query"), None);
            assert!(insert(&mut tx, &report(Some(far.id), "A5")).await.expect("an insert"));
            assert_eq!(forget_people(&mut tx, noon()).await.expect("an update"), 0);
            assert_eq!(forget_people(&mut tx, noon() + hours(1)).await.expect("an update"), 1);
            assert_eq!(forget_people(&mut tx, noon() + hours(1)).await.expect("an update"), 0);
        }
    }
}
