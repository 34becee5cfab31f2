//! Deliveries a second: posts to 200 inboxes on 50 hosts of this machine, from the post to the last inbox.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::http::StatusCode;
use domain::language::Language;
use domain::post::{Details, Draft};
use federation::activities::create;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::site;

const HOSTS: usize = 50;
const INBOXES: usize = 4;
const POSTS: usize = 20;

pub(crate) async fn rate() -> f64 {
    let (quarter, _database) = site::quarter().await;
    let got = Arc::new(AtomicUsize::new(0));
    let mut tx = quarter.store().write().await.expect("a transaction");
    for host in 0..HOSTS {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let counter = Arc::clone(&got);
        let routes = Router::new().fallback(async move |_body: axum::body::Bytes| {
            counter.fetch_add(1, Ordering::Relaxed);
            StatusCode::ACCEPTED
        });
        tokio::spawn(async move { axum::serve(listener, routes).await });
        for inbox in 0..INBOXES {
            let follower = site::remote(&format!("http://h{host}.localhost:{port}/{inbox}"), String::new());
            storage::actors::insert(&mut tx, &follower, None).await.expect("an actor");
            site::follow(&mut tx, follower.id, quarter.quarter().id).await;
        }
    }
    tx.commit().await.expect("a commit");
    let (stop, stopped) = oneshot::channel::<()>();
    let delivering = tokio::spawn(federation::delivery::run(quarter.clone(), async {
        let _ = stopped.await;
    }));
    let began = Instant::now();
    for number in 0..POSTS {
        let details = Details::typed("", &format!("Meldung Nummer {number} aus dem Quartier"), Language::De);
        create::post(&quarter, quarter.quarter(), Draft::new(details).expect("a post")).await.expect("a post");
    }
    let total = HOSTS * INBOXES * POSTS;
    while got.load(Ordering::Relaxed) < total && began.elapsed() < Duration::from_mins(2) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let seconds = began.elapsed().as_secs_f64();
    let arrived = u32::try_from(got.load(Ordering::Relaxed)).unwrap_or(0);
    drop(stop);
    let _ = delivering.await;
    f64::from(arrived) / seconds
}
