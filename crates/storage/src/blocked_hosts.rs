//! Hosts that are blocked, with everything below them.

use domain::block::{HostBlock, Severity};
use domain::host::Host;
use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use crate::tx::run;
use crate::{Error, Result, Tx, row, search};

#[derive(sqlx::FromRow)]
struct Row {
    host: String,
    severity: String,
    reject_media: bool,
    reject_reports: bool,
    public_comment: String,
    private_comment: String,
}

impl TryFrom<Row> for HostBlock {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            host: row::host(&row.host)?,
            severity: Severity::from_name(&row.severity).ok_or(Error::Unreadable("severity"))?,
            reject_media: row.reject_media,
            reject_reports: row.reject_reports,
            public_comment: row.public_comment,
            private_comment: row.private_comment,
        })
    }
}

/// Blocks a host, or changes how it is blocked.
pub async fn put(tx: &mut Tx, block: &HostBlock, now: Timestamp) -> Result<()> {
    run!(tx, |conn| {
        sqlx::query(
        "insert into blocked_hosts (host, severity, reject_media, reject_reports, public_comment, private_comment, created_at)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (host) do update set severity = excluded.severity, reject_media = excluded.reject_media,
           reject_reports = excluded.reject_reports, public_comment = excluded.public_comment,
           private_comment = excluded.private_comment",
    )
    .bind(block.host.name())
    .bind(block.severity.as_str())
    .bind(block.reject_media)
    .bind(block.reject_reports)
    .bind(&block.public_comment)
    .bind(&block.private_comment)
    .bind(now.as_millisecond())
    .execute(conn)
    .await
    .map(|_| ())
    })?;
    Ok(())
}

/// Takes the block of a host away; `false` if there is none of exactly this name.
pub async fn remove(tx: &mut Tx, host: &Host) -> Result<bool> {
    let removed = run!(tx, |conn| sqlx::query("delete from blocked_hosts where host = $1")
        .bind(host.name())
        .execute(conn)
        .await
        .map(|done| done.rows_affected() > 0))?;
    Ok(removed)
}

/// Every block, by name.
pub async fn all(tx: &mut Tx) -> Result<Vec<HostBlock>> {
    let rows: Vec<Row> = run!(tx, |conn| sqlx::query_as(
        "select host, severity, reject_media, reject_reports, public_comment, private_comment
         from blocked_hosts order by host"
    )
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(HostBlock::try_from).collect()
}

/// Whether any host is blocked at all.
pub async fn any(tx: &mut Tx) -> Result<bool> {
    let found: Option<String> =
        run!(tx, |conn| sqlx::query_scalar("select host from blocked_hosts limit 1").fetch_optional(conn).await)?;
    Ok(found.is_some())
}

/// The blocks that cover one of `hosts`: one look-up by key for each name and its parent domains.
pub async fn covering(tx: &mut Tx, hosts: &[Host]) -> Result<Vec<HostBlock>> {
    let mut names: Vec<String> = hosts.iter().flat_map(Host::domains).map(str::to_owned).collect();
    names.sort_unstable();
    names.dedup();
    let Some(last) = names.last().cloned() else { return Ok(Vec::new()) };
    // A few sizes only: every size is a statement that the database prepares.
    names.resize(names.len().next_power_of_two(), last);
    let places: Vec<String> = (1..=names.len()).map(|place| format!("${place}")).collect();
    let text = format!(
        "select host, severity, reject_media, reject_reports, public_comment, private_comment
         from blocked_hosts where host in ({})",
        places.join(", ")
    );
    let rows: Vec<Row> = run!(tx, |conn| {
        let mut query = sqlx::query_as(AssertSqlSafe(text));
        for name in names {
            query = query.bind(name);
        }
        query.fetch_all(conn).await
    })?;
    rows.into_iter().map(HostBlock::try_from).collect()
}

/// The hosts we know anything of that are `domain` or lie in it, as they are kept, with their ports.
pub async fn known_within(tx: &mut Tx, domain: &Host) -> Result<Vec<String>> {
    let known: Vec<String> = run!(tx, |conn| sqlx::query_scalar(
        "select host from actors where part is null union select host from lanes union select host from deliveries"
    )
    .fetch_all(conn)
    .await)?;
    let within = |host: &String| host.parse::<Host>().is_ok_and(|host| host.is_within(domain));
    Ok(known.into_iter().filter(within).collect())
}

/// Ends everything between us and the actors of a host but what they published: follows both ways, likes, announces,
/// being neighbours.
pub async fn cut_off(tx: &mut Tx, host: &str) -> Result<()> {
    for statement in [
        "delete from follows where follower in (select id from actors where host = $1 and part is null)
           or followed in (select id from actors where host = $1 and part is null)",
        "delete from handshakes where actor in (select id from actors where host = $1 and part is null)",
        "delete from neighbours where actor in (select id from actors where host = $1 and part is null)",
        "delete from reactions where actor in (select id from actors where host = $1 and part is null)",
    ] {
        run!(tx, |conn| sqlx::query(statement).bind(host).execute(conn).await.map(|_| ()))?;
    }
    Ok(())
}

/// Takes the likes and announces of one actor back.
pub async fn forget_reactions(tx: &mut Tx, actor: Uuid) -> Result<()> {
    run!(tx, |conn| sqlx::query("delete from reactions where actor = $1").bind(actor).execute(conn).await.map(|_| ()))?;
    Ok(())
}

/// Takes what the actors of a host published off every page until an editor says yes.
pub async fn hold(tx: &mut Tx, host: &str) -> Result<()> {
    search::forget_host(tx, host).await?;
    for statement in [
        "update posts set held = $2 where author in (select id from actors where host = $1 and part is null)",
        "update events set draft = $2 where author in (select id from actors where host = $1 and part is null)",
    ] {
        run!(tx, |conn| sqlx::query(statement).bind(host).bind(true).execute(conn).await.map(|_| ()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{noon, stores};

    fn host(text: &str) -> Host {
        text.parse().expect("a host")
    }

    #[tokio::test]
    async fn a_block_covers_everything_below_it_in_every_spelling() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            assert!(!any(&mut tx).await.expect("a query"));
            let block = HostBlock { reject_media: true, ..HostBlock::new(&host("Böse.example"), Severity::Suspend) };
            put(&mut tx, &block, noon()).await.expect("an insert");
            for name in ["böse.example", "A.BÖSE.example.:8443", "xn--bse-sna.example", "b.a.xn--bse-sna.example:443"]
            {
                let found = covering(&mut tx, &[host(name), host("gut.example")]).await.expect("a query");
                assert_eq!(found, std::slice::from_ref(&block), "{name}");
            }
            for name in ["nichtböse.example", "böse.example.org", "example"] {
                assert!(covering(&mut tx, &[host(name)]).await.expect("a query").is_empty(), "{name}");
            }
            assert!(any(&mut tx).await.expect("a query"));
        }
    }

    #[tokio::test]
    async fn a_second_block_changes_the_first() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            put(&mut tx, &HostBlock::new(&host("a.example:81"), Severity::Silence), noon()).await.expect("an insert");
            let changed =
                HostBlock { public_comment: "Spam".into(), ..HostBlock::new(&host("a.example"), Severity::Suspend) };
            put(&mut tx, &changed, noon()).await.expect("an update");
            assert_eq!(all(&mut tx).await.expect("rows"), [changed]);
            assert!(remove(&mut tx, &host("a.example")).await.expect("a removal"));
            assert!(!remove(&mut tx, &host("a.example")).await.expect("a removal"));
        }
    }
}
