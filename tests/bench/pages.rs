//! Server time of pages: the router alone, without a network.

use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use domain::event::{Details, Draft};
use domain::place::Place;
use federation::activities::create;
use jiff::SignedDuration;
use tower::ServiceExt;

use crate::site;

const EVENTS: i64 = 500;
const RUNS: usize = 200;

/// The medians of the list of 500 events and of one event's page, in milliseconds.
pub(crate) async fn times() -> (f64, f64) {
    let (quarter, _database) = site::quarter().await;
    let mut last = String::new();
    for number in 0..EVENTS {
        let start = site::now() + SignedDuration::from_mins(30 * number + 60);
        let mut details = Details::new(
            format!("Veranstaltung {number} im Bürgerhaus"),
            start,
            start + SignedDuration::from_hours(2),
            "Europe/Berlin",
        );
        details.place = Some(Place { street: Some("Am Teich 3".to_owned()), ..Place::named("Bürgerhaus Nord") });
        details.short = Some("Kaffee, Kuchen und Gespräche für alle, die gerade Zeit haben.".to_owned());
        let event =
            create::event(&quarter, quarter.quarter(), Draft::new(details).expect("an event")).await.expect("an event");
        event.url.path().clone_into(&mut last);
    }
    let settings = web::Settings {
        imprint: web::Imprint::default(),
        privacy_contact: None,
        source_url: "https://quartier.example/source".to_owned(),
        version: "0".to_owned(),
        mail_configured: false,
        trusted_proxies: Vec::new(),
    };
    let router = web::router(web::App::new(quarter, settings));
    (median(&router, "/events?time=month").await, median(&router, &last).await)
}

async fn median(router: &Router, path: &str) -> f64 {
    let path: Arc<str> = path.into();
    let mut millis = Vec::with_capacity(RUNS);
    for _ in 0..RUNS {
        let request = Request::get(&*path).header("accept", "text/html").header("host", "bench.localhost:1");
        let began = Instant::now();
        let answer = router.clone().oneshot(request.body(Body::empty()).expect("a request")).await.expect("an answer");
        assert!(answer.status().is_success(), "{path} answered {}", answer.status());
        let page = to_bytes(answer.into_body(), usize::MAX).await.expect("a page");
        millis.push(began.elapsed().as_secs_f64() * 1_000.0);
        assert!(page.len() > 1_000);
    }
    millis.sort_by(f64::total_cmp);
    millis.get(RUNS / 2).copied().unwrap_or_default()
}
