//! Several servers of one quarter on one PostgreSQL: they share the work, and what one was killed over another takes up.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use http::StatusCode;
use http::header::{COOKIE, HOST, ORIGIN, SET_COOKIE};
use reqwest::Response;
use storage::testing::{self, Database};
use tests::desk::{Desk, all_arrived, arrivals, begun};
use tests::quarter::Quarter;
use tests::sink::Sink;

/// Two running servers of one quarter; `None` where there is no PostgreSQL.
async fn two_nodes() -> Result<Option<(Database, Quarter, Quarter)>> {
    let Some(database) = testing::postgres() else { return Ok(None) };
    let first = Quarter::start_with("nord", &[("QUARTIER_DATABASE_URL", database.url.as_str())]).await?;
    let mut second = first.another_node()?;
    second.spawn()?;
    second.ready().await?;
    Ok(Some((database, first, second)))
}

/// What `node` itself answers to a form that one of the quarter's pages sends; without fields, to a look at a page.
async fn ask(node: &Quarter, path: &str, cookie: &str, fields: Option<&[(&str, &str)]>) -> Result<Response> {
    let url = node.door().join(path)?;
    let request = match fields {
        Some(fields) => {
            let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
            let request = node.client.post(url).header(ORIGIN, node.base.as_str().trim_end_matches('/'));
            request.header("content-type", "application/x-www-form-urlencoded").body(body)
        }
        None => node.client.get(url),
    };
    let request = if cookie.is_empty() { request } else { request.header(COOKIE, cookie) };
    Ok(request.header(HOST, node.host()).header("accept", "text/html").send().await?)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_process_queues_is_sent_at_once() -> Result<()> {
    let Some((_database, first, _second)) = two_nodes().await? else { return Ok(()) };
    let sink = Sink::start("eins").await?;
    sink.follow(&first).await?;
    let mut slowest = Duration::ZERO;
    for number in 0..6 {
        let marker = format!("Nachricht-{number}-Ende");
        // The command sends nothing itself, and the servers look only every five seconds unless they are called.
        first.cli(&["publish", "note", "--text", &marker]).await?;
        let began = Instant::now();
        all_arrived(std::slice::from_ref(&sink), &BTreeSet::from([marker])).await?;
        slowest = slowest.max(began.elapsed());
    }
    ensure!(slowest < Duration::from_millis(2_500), "one waited {slowest:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_of_one_node_holds_at_the_other_and_ends_at_both() -> Result<()> {
    let Some((_database, first, second)) = two_nodes().await? else { return Ok(()) };
    let printed = first.account("redaktion@example.org", "editor").await?;
    let link = printed.split_whitespace().find(|word| word.contains("/sign-in/link/")).context("no link")?;
    let path = link.trim_start_matches(first.base.as_str().trim_end_matches('/')).to_owned();
    let answer = ask(&first, &path, "", Some(&[])).await?;
    ensure!(answer.status() == StatusCode::SEE_OTHER, "{}", answer.status());
    let cookie = answer.headers().get(SET_COOKIE).context("no cookie")?.to_str()?;
    let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
    let again = ask(&second, &path, "", Some(&[])).await?;
    ensure!(again.status() == StatusCode::GONE, "a link works once, wherever: {}", again.status());
    for node in [&first, &second] {
        let page = ask(node, "/write/event", &cookie, None).await?;
        ensure!(page.status() == StatusCode::OK, "{}", page.status());
    }
    let out = ask(&second, "/sign-out", &cookie, Some(&[])).await?;
    ensure!(out.status() == StatusCode::SEE_OTHER, "{}", out.status());
    for node in [&first, &second] {
        let page = ask(node, "/write/event", &cookie, None).await?;
        ensure!(page.status() != StatusCode::OK, "the session goes on");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_codes_are_counted_over_all_nodes() -> Result<()> {
    let Some((_database, first, second)) = two_nodes().await? else { return Ok(()) };
    let guess = async |node: &Quarter, mailbox: &str| {
        let answer = ask(node, "/sign-in/code", "", Some(&[("email", mailbox), ("code", "123456")])).await?;
        anyhow::Ok(answer.status())
    };
    for number in 0..25 {
        let node = if number % 2 == 0 { &first } else { &second };
        let status = guess(node, "redaktion@example.org").await?;
        ensure!(status == StatusCode::UNPROCESSABLE_ENTITY, "guess {number}: {status}");
    }
    for node in [&first, &second] {
        let status = guess(node, "redaktion@example.org").await?;
        ensure!(status == StatusCode::TOO_MANY_REQUESTS, "one guess too many: {status}");
        let status = guess(node, "jemand@example.org").await?;
        ensure!(status == StatusCode::UNPROCESSABLE_ENTITY, "another mailbox: {status}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_changed_elsewhere_sign_at_every_node() -> Result<()> {
    let Some((_database, first, _second)) = two_nodes().await? else { return Ok(()) };
    let sink = Sink::start("eins").await?;
    sink.follow(&first).await?;
    let desk = Desk::of(&first).await?;
    let post = async |words: &str| {
        let markers: Vec<String> = (0..6).map(|number| format!("Nachricht-{words}{number}-Ende")).collect();
        for marker in &markers {
            desk.post(marker).await?;
        }
        all_arrived(std::slice::from_ref(&sink), &markers.into_iter().collect()).await
    };
    post("vorher").await?;
    let before = sink.received().len();
    first.cli(&["keys", "rotate"]).await?;
    post("danach").await?;
    for request in sink.received().split_off(before) {
        let signature = format!("{:?} {:?}", request.headers.get("signature"), request.headers.get("signature-input"));
        ensure!(signature.contains("key-2"), "signed by an old key: {signature}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn q_05_a_killed_node_is_replaced_by_another_and_nothing_comes_under_two_ids() -> Result<()> {
    let Some((_database, mut first, _second)) = two_nodes().await? else { return Ok(()) };
    let mut sinks = Vec::new();
    for number in 0..6 {
        let sink = Sink::start(&format!("sink{number}")).await?;
        sink.follow(&first).await?;
        sinks.push(sink);
    }
    let desk = Desk::of(&first).await?;
    let (next, stop) = (Arc::new(AtomicUsize::new(1)), Arc::new(AtomicBool::new(false)));
    let author = || tokio::spawn(desk.clone().write(Arc::clone(&next), Arc::clone(&stop)));
    let authors: Vec<_> = std::iter::repeat_with(author).take(3).collect();
    begun(&next, 12).await?;
    first.kill()?;
    stop.store(true, Ordering::SeqCst);
    let mut acknowledged = BTreeSet::new();
    for author in authors {
        acknowledged.extend(author.await?);
    }
    ensure!(acknowledged.len() > 5, "too few posts to mean anything: {}", acknowledged.len());
    // The leases of the killed one end after a minute at most; nobody starts it again.
    all_arrived(&sinks, &acknowledged).await?;
    for sink in &sinks {
        let twice = arrivals(sink).into_values().filter(|ids| ids.len() > 1).count();
        ensure!(twice == 0, "{} got {twice} posts under several ids", sink.actor);
    }
    Ok(())
}
