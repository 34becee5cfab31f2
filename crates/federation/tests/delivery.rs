//! What the queue promises: order, patience, and a visible end.
#![expect(clippy::expect_used, clippy::unused_async, reason = "a test that cannot go on has failed")]

mod support;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use domain::clock::SteppedClock;
use federation::activities::{create, delete, update};
use jiff::SignedDuration;
use serde_json::Value;
use storage::{deliveries, lanes};
use support::{TestQuarter, clock, note, until};
use tokio::net::TcpListener;

/// A server that follows a quarter, notes what it gets, and answers what it is told to, else 202.
#[derive(Clone, Default)]
struct Sink {
    got: Arc<Mutex<Vec<Value>>>,
    answers: Arc<Mutex<VecDeque<Response>>>,
    times: Arc<Mutex<Vec<std::time::Instant>>>,
    /// What it breaks on.
    poison: Arc<Mutex<Option<String>>>,
}

impl Sink {
    async fn following(quarter: &TestQuarter, name: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let sink = Self::default();
        sink.serve(listener);
        Self::follow(quarter, &format!("{name}.localhost:{port}")).await;
        sink
    }

    fn serve(&self, listener: TcpListener) {
        let routes = Router::new().fallback(Self::take).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
    }

    /// Somebody on `host` follows the quarter, whether a server is there or not.
    async fn follow(quarter: &TestQuarter, host: &str) {
        support::follow_from(quarter, &format!("http://{host}")).await;
    }

    async fn take(State(sink): State<Self>, body: String) -> Response {
        let poison = sink.poison.lock().expect("a lock").clone();
        if poison.is_some_and(|poison| body.contains(&poison)) {
            return http::StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
        sink.times.lock().expect("a lock").push(std::time::Instant::now());
        if let Some(answer) = sink.answers.lock().expect("a lock").pop_front() {
            return answer;
        }
        sink.got.lock().expect("a lock").push(serde_json::from_str(&body).expect("JSON"));
        http::StatusCode::ACCEPTED.into_response()
    }

    fn will_answer(&self, answers: impl IntoIterator<Item = Response>) {
        self.answers.lock().expect("a lock").extend(answers);
    }

    fn kinds(&self) -> Vec<String> {
        let got = self.got.lock().expect("a lock");
        got.iter().map(|activity| activity["type"].as_str().unwrap_or_default().to_owned()).collect()
    }
}

async fn status(quarter: &TestQuarter, host: &str) -> lanes::Status {
    let all = lanes::status(&mut quarter.read().await).await.expect("lanes");
    all.into_iter().find(|lane| lane.host.starts_with(host)).expect("the lane")
}

async fn quarter(clock: &SteppedClock) -> TestQuarter {
    TestQuarter::new("nord", clock, storage::testing::sqlite()).await
}

#[tokio::test]
async fn what_was_published_arrives_in_its_order_after_an_outage() {
    let clock = clock();
    let north = quarter(&clock).await;
    let sink = Sink::following(&north, "eins").await;
    sink.will_answer([http::StatusCode::BAD_GATEWAY.into_response(), http::StatusCode::BAD_GATEWAY.into_response()]);
    let kept = create::post(&north.instance, north.instance.quarter(), note("eins")).await.expect("a post");
    until("the host has failed", async || status(&north, "eins").await.failures == 1).await;
    update::post(&north.instance, kept.id, note("zwei")).await.expect("a change");
    assert!(sink.kinds().is_empty());
    clock.step(SignedDuration::from_secs(16));
    until("the host has failed again", async || status(&north, "eins").await.failures == 2).await;
    clock.step(SignedDuration::from_secs(31));
    until("all is there", async || sink.kinds() == ["Create", "Update"]).await;
    until("the lane is well", async || status(&north, "eins").await.failures == 0).await;
    delete::object(&north.instance, kept.id).await.expect("a deletion");
    until("the end is there", async || sink.kinds() == ["Create", "Update", "Delete"]).await;
}

#[tokio::test]
async fn what_is_deleted_before_it_left_never_leaves() {
    let clock = clock();
    let north = quarter(&clock).await;
    let sink = Sink::following(&north, "eins").await;
    sink.will_answer([http::StatusCode::BAD_GATEWAY.into_response()]);
    let kept = create::post(&north.instance, north.instance.quarter(), note("geheim")).await.expect("a post");
    until("the host has failed", async || status(&north, "eins").await.failures == 1).await;
    delete::object(&north.instance, kept.id).await.expect("a deletion");
    clock.step(SignedDuration::from_secs(16));
    until("the end is there", async || sink.kinds() == ["Delete"]).await;
}

#[tokio::test]
async fn a_host_that_asks_for_a_pause_gets_it_and_is_not_blamed() {
    let clock = clock();
    let north = quarter(&clock).await;
    let sink = Sink::following(&north, "eins").await;
    sink.will_answer([(http::StatusCode::TOO_MANY_REQUESTS, [(http::header::RETRY_AFTER, "600")]).into_response()]);
    create::post(&north.instance, north.instance.quarter(), note("eins")).await.expect("a post");
    let resumes = clock.clock().now() + SignedDuration::from_secs(600);
    until("it is paused", async || status(&north, "eins").await.due_at == Some(resumes)).await;
    assert_eq!(status(&north, "eins").await.failures, 0);
    clock.step(SignedDuration::from_secs(601));
    until("it is there", async || sink.kinds() == ["Create"]).await;
}

#[tokio::test]
async fn a_refused_activity_is_set_aside_and_the_next_one_goes_out() {
    let clock = clock();
    let north = quarter(&clock).await;
    let sink = Sink::following(&north, "eins").await;
    sink.will_answer([http::StatusCode::UNPROCESSABLE_ENTITY.into_response()]);
    let first = create::post(&north.instance, north.instance.quarter(), note("eins")).await.expect("a post");
    until("it is refused", async || status(&north, "eins").await.failed == 1).await;
    create::post(&north.instance, north.instance.quarter(), note("zwei")).await.expect("a post");
    until("the next is there", async || sink.kinds() == ["Create"]).await;
    let told = deliveries::of_object(&mut north.read().await, &first.url, 9).await.expect("records");
    assert_eq!((told[0].state.as_str(), told[0].error.as_deref()), ("failed", Some("HTTP 422")));
}

#[tokio::test]
async fn after_a_week_it_is_said_that_it_was_not_delivered() {
    let clock = clock();
    let north = quarter(&clock).await;
    let sink = Sink::following(&north, "eins").await;
    sink.will_answer([http::StatusCode::SERVICE_UNAVAILABLE.into_response()]);
    create::post(&north.instance, north.instance.quarter(), note("eins")).await.expect("a post");
    until("the host has failed", async || status(&north, "eins").await.failures == 1).await;
    clock.step(SignedDuration::from_hours(7 * 24 + 1));
    until("it is given up", async || status(&north, "eins").await.failed == 1).await;
    assert!(sink.kinds().is_empty());
}

#[tokio::test]
async fn one_dead_host_holds_up_nobody() {
    let clock = clock();
    let north = quarter(&clock).await;
    let (dead, alive) = (Sink::following(&north, "tot").await, Sink::following(&north, "lebt").await);
    dead.will_answer((0..3).map(|_| http::StatusCode::INTERNAL_SERVER_ERROR.into_response()));
    for text in ["eins", "zwei", "drei"] {
        create::post(&north.instance, north.instance.quarter(), note(text)).await.expect("a post");
    }
    until("the living one has all", async || alive.kinds().len() == 3).await;
    assert!(dead.kinds().is_empty());
    assert_eq!(status(&north, "tot").await.waiting, 3);
}

#[tokio::test]
async fn p_03_a_host_that_is_back_gets_what_waited_gently_and_in_order() {
    let clock = clock();
    let north = quarter(&clock).await;
    let sink = Sink::following(&north, "eins").await;
    sink.will_answer([http::StatusCode::BAD_GATEWAY.into_response(), http::StatusCode::BAD_GATEWAY.into_response()]);
    create::post(&north.instance, north.instance.quarter(), note("0")).await.expect("a post");
    until("the host has failed", async || status(&north, "eins").await.failures == 1).await;
    for number in 1..6 {
        create::post(&north.instance, north.instance.quarter(), note(&number.to_string())).await.expect("a post");
    }
    clock.step(SignedDuration::from_secs(16));
    until("one probe has failed", async || status(&north, "eins").await.failures == 2).await;
    clock.step(SignedDuration::from_secs(31));
    until("all is there", async || sink.kinds().len() == 6).await;
    let contents: Vec<_> =
        sink.got.lock().expect("a lock").iter().map(|one| one["object"]["content"].clone()).collect();
    assert_eq!(contents, ["<p>0</p>", "<p>1</p>", "<p>2</p>", "<p>3</p>", "<p>4</p>", "<p>5</p>"]);
    let times = sink.times.lock().expect("a lock").clone();
    let pauses: Vec<_> = times.windows(2).skip(2).map(|two| two[1] - two[0]).collect();
    assert!(pauses.iter().all(|pause| pause.as_millis() >= 100), "ten a second at most: {pauses:?}");
    until("the lane is well", async || status(&north, "eins").await.failures == 0).await;
}

#[tokio::test]
async fn p_04_while_we_are_offline_nobody_is_blamed_and_then_all_arrives() {
    let clock = clock();
    let north = quarter(&clock).await;
    let names = ["a", "b", "c", "d", "e"];
    let mut ports = Vec::new();
    for name in names {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        Sink::follow(&north, &format!("{name}.localhost:{}", address.port())).await;
        ports.push(address);
    }
    create::post(&north.instance, north.instance.quarter(), note("offline")).await.expect("a post");
    // Nobody listens. Six hours, in steps in which everything that is due fails again.
    let all = async || lanes::status(&mut north.read().await).await.expect("lanes");
    let rests = async || all().await.iter().all(|lane| lane.due_at.is_some_and(|at| at > north.instance.clock().now()));
    for _ in 0..36 {
        until("every lane rests", rests).await;
        clock.step(SignedDuration::from_mins(10) - SignedDuration::from_secs(1));
    }
    let blamed: Vec<_> = all().await.into_iter().map(|lane| (lane.host, lane.failures)).collect();
    assert!(blamed.iter().all(|(_, failures)| *failures <= 3), "nobody is taken for dead: {blamed:?}");
    let mut sinks = Vec::new();
    for address in ports {
        let sink = Sink::default();
        sink.serve(TcpListener::bind(address).await.expect("the same port"));
        sinks.push(sink);
    }
    clock.step(SignedDuration::from_mins(3));
    for sink in &sinks {
        until("it is there", async || sink.kinds() == ["Create"]).await;
    }
}

#[tokio::test]
async fn p_13_who_forbids_three_times_is_left_alone_for_a_day() {
    let clock = clock();
    let north = quarter(&clock).await;
    let sink = Sink::following(&north, "eins").await;
    sink.will_answer((0..3).map(|_| http::StatusCode::FORBIDDEN.into_response()));
    for number in 0..4 {
        create::post(&north.instance, north.instance.quarter(), note(&number.to_string())).await.expect("a post");
    }
    let is_left_alone = |lane: &lanes::Status| lane.due_at.is_some_and(|at| at > north.instance.clock().now());
    until("the host is left alone", async || is_left_alone(&status(&north, "eins").await)).await;
    let lane = status(&north, "eins").await;
    assert_eq!((lane.failures, lane.failed, lane.waiting), (0, 3, 1), "it is alive");
    clock.step(SignedDuration::from_hours(23));
    assert!(is_left_alone(&status(&north, "eins").await) && sink.kinds().is_empty());
    clock.step(SignedDuration::from_hours(2));
    until("the next one is taken", async || sink.kinds() == ["Create"]).await;
}

#[tokio::test]
async fn t_01_a_clock_that_was_a_year_ahead_holds_up_nothing() {
    let clock = clock();
    let north = quarter(&clock).await;
    let sink = Sink::following(&north, "eins").await;
    clock.step(SignedDuration::from_hours(365 * 24));
    sink.will_answer([http::StatusCode::BAD_GATEWAY.into_response()]);
    create::post(&north.instance, north.instance.quarter(), note("eins")).await.expect("a post");
    until("the host has failed", async || status(&north, "eins").await.failures == 1).await;
    clock.step(-SignedDuration::from_hours(365 * 24));
    until("it is there", async || sink.kinds() == ["Create"]).await;
}

#[tokio::test]
async fn p_07_what_a_host_breaks_on_stops_nothing_else_and_is_given_up_in_the_end() {
    let clock = clock();
    let north = quarter(&clock).await;
    let sink = Sink::following(&north, "eins").await;
    *sink.poison.lock().expect("a lock") = Some("Gift".to_owned());
    for text in ["Gift", "eins", "zwei"] {
        create::post(&north.instance, north.instance.quarter(), note(text)).await.expect("a post");
    }
    for _ in 0..30 {
        if status(&north, "eins").await.failed == 1 {
            break;
        }
        let rests = async || status(&north, "eins").await.due_at.is_none_or(|at| at > north.instance.clock().now());
        until("the lane rests", rests).await;
        clock.step(SignedDuration::from_mins(10));
    }
    assert_eq!(sink.kinds(), ["Create", "Create"], "the others went out");
    until("one is given up", async || status(&north, "eins").await.failed == 1).await;
    let lane = status(&north, "eins").await;
    assert_eq!((lane.waiting, lane.failures), (0, 0));
}

#[tokio::test]
async fn p_01_a_host_that_is_broken_for_six_days_gets_everything_in_the_end() {
    let clock = clock();
    let north = quarter(&clock).await;
    let sink = Sink::following(&north, "eins").await;
    *sink.poison.lock().expect("a lock") = Some("Create".to_owned());
    for text in ["eins", "zwei"] {
        create::post(&north.instance, north.instance.quarter(), note(text)).await.expect("a post");
    }
    for _ in 0..24 {
        let rests = async || status(&north, "eins").await.due_at.is_some_and(|at| at > north.instance.clock().now());
        until("the lane rests", rests).await;
        clock.step(SignedDuration::from_hours(6));
    }
    assert_eq!(status(&north, "eins").await.failed, 0, "nothing is given up");
    *sink.poison.lock().expect("a lock") = None;
    clock.step(SignedDuration::from_hours(6));
    until("all is there", async || sink.kinds() == ["Create", "Create"]).await;
}
