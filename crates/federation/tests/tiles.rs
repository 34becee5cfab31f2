//! Tiles of another server: fetched by us alone, kept, old ones better than none, and nothing that is no picture.
#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

mod support;

use std::sync::{Arc, Mutex};

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use domain::map::Tile;
use federation::Error;
use federation::media::tiles::{Source, Tiles};
use http::StatusCode;
use jiff::SignedDuration;
use storage::testing;
use support::{TestQuarter, clock};
use tokio::net::TcpListener;

const STREET: &[u8] = b"\x89PNG\r\n\x1a\na street";
const MARKET: &[u8] = b"\x89PNG\r\n\x1a\na market";

/// A server of tiles: what it answers, and what it was asked for.
#[derive(Clone, Default)]
struct Drawer {
    /// `None` while it is down.
    answers: Arc<Mutex<Option<Bytes>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Drawer {
    /// The server and the template of its addresses.
    async fn start() -> (Self, String) {
        let drawer = Self::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let routes = axum::Router::new().route("/{zoom}/{x}/{y}", get(draw)).with_state(drawer.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        (drawer, format!("http://kacheln.localhost:{port}/{{z}}/{{x}}/{{y}}.png"))
    }

    fn answers(&self, bytes: Option<&'static [u8]>) {
        *self.answers.lock().expect("an answer") = bytes.map(Bytes::from_static);
    }

    fn asked(&self) -> usize {
        self.asked.lock().expect("a list").len()
    }
}

async fn draw(State(drawer): State<Drawer>, Path((zoom, x, y)): Path<(String, String, String)>) -> Response {
    drawer.asked.lock().expect("a list").push(format!("{zoom}/{x}/{y}"));
    let answer = drawer.answers.lock().expect("an answer").clone();
    answer.map_or_else(|| StatusCode::SERVICE_UNAVAILABLE.into_response(), IntoResponse::into_response)
}

fn tile(x: u32) -> Tile {
    Tile { zoom: 15, x, y: 10_895 }
}

/// A quarter, and tiles of `template` of which 100 bytes are kept.
async fn quarter(template: String) -> (TestQuarter, Tiles, tempfile::TempDir, domain::clock::SteppedClock) {
    let clock = clock();
    let database = testing::all().into_iter().next().expect("a database");
    let folder = tempfile::tempdir().expect("a folder");
    let tiles = Tiles::new(Source::Server(template), "© Stadt".into(), folder.path().join("tiles"), 100);
    (TestQuarter::new("nord", &clock, database).await, tiles, folder, clock)
}

#[tokio::test]
async fn a_tile_is_asked_for_once_a_month_and_an_old_one_is_better_than_none() {
    let (drawer, template) = Drawer::start().await;
    let (quarter, tiles, _folder, clock) = quarter(template).await;
    drawer.answers(Some(STREET));
    for _ in 0..3 {
        let picture = tiles.get(&quarter.instance, tile(17_030)).await.expect("a tile");
        assert_eq!((picture.kind, picture.bytes), ("image/png", Bytes::from_static(STREET)));
    }
    assert_eq!(*drawer.asked.lock().expect("a list"), ["15/17030/10895.png"]);
    drawer.answers(None);
    clock.step(SignedDuration::from_hours(31 * 24));
    for _ in 0..2 {
        let old = tiles.get(&quarter.instance, tile(17_030)).await.expect("the old tile");
        assert_eq!(old.bytes, Bytes::from_static(STREET));
    }
    assert_eq!(drawer.asked(), 2, "a server that is down is not asked for each reader");
}

#[tokio::test]
async fn what_is_no_picture_or_cannot_be_had_is_not_shown_and_not_asked_for_again_for_a_while() {
    let (drawer, template) = Drawer::start().await;
    let (quarter, tiles, _folder, clock) = quarter(template).await;
    for answer in [None, Some(b"<svg onload=alert(1)>".as_slice())] {
        let before = drawer.asked();
        drawer.answers(answer);
        for _ in 0..3 {
            let found = tiles.get(&quarter.instance, tile(17_030)).await;
            assert!(matches!(found, Err(Error::NotFound)), "{found:?}");
        }
        assert_eq!(drawer.asked(), before + 1);
        clock.step(SignedDuration::from_mins(16));
    }
    drawer.answers(Some(MARKET));
    assert_eq!(tiles.get(&quarter.instance, tile(17_030)).await.expect("a tile").bytes, Bytes::from_static(MARKET));
}

#[tokio::test]
async fn the_oldest_copies_leave_when_there_are_more_than_allowed() {
    let (drawer, template) = Drawer::start().await;
    let (quarter, tiles, folder, clock) = quarter(template).await;
    drawer.answers(Some(STREET));
    for x in 17_030..17_040 {
        tiles.get(&quarter.instance, tile(x)).await.expect("a tile");
        clock.step(SignedDuration::from_mins(1));
    }
    let kept = |x: u32| folder.path().join(format!("tiles/15/{x}/10895")).exists();
    assert!(!kept(17_030) && kept(17_039), "the oldest goes first");
    let before = drawer.asked();
    tiles.get(&quarter.instance, tile(17_039)).await.expect("a tile");
    assert_eq!(drawer.asked(), before);
}
