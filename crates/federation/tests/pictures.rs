//! Pictures between two quarters: ours without what a camera adds, others' from our own copies only.
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test that cannot go on has failed")]

mod support;

use std::path::Path;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Path as Segment, State};
use axum::response::IntoResponse;
use axum::routing::get;
use bytes::Bytes;
use domain::block::{HostBlock, Severity};
use domain::host::Host;
use domain::media::{Attachment, Focus, Format, Illustrations, Media, Pick};
use domain::post;
use federation::activities::{create, delete, update};
use federation::objects::{self, attachment};
use federation::{Error, Instance, media};
use http::StatusCode;
use jiff::SignedDuration;
use serde_json::{Value, json};
use storage::posts::{self, Which};
use storage::{attachments, testing};
use support::{TestQuarter, clock, event, neighbours_on_each, note, until};
use tokio::net::TcpListener;
use url::Url;
use uuid::Uuid;

/// One white pixel.
const GIF: &[u8] = b"GIF89a\x01\0\x01\0\x80\0\0\xff\xff\xff\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";
const ALT: &str = "Drei Kinder pflanzen einen <kleinen> Apfelbaum";

/// A photo as a phone writes it: with the place where it was taken.
fn photo() -> Bytes {
    let jpeg = ::media::read(GIF, ::media::LARGE).expect("a picture").large.bytes;
    let mut exif =
        b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x88\x25\0\x04\0\0\0\x01\0\0\0\x1a\0\0\0\0GPSLatitude 51.5136".to_vec();
    exif.splice(0..0, [0xff, 0xe1, 0, u8::try_from(exif.len() + 2).expect("a short segment")]);
    [&jpeg[..2], &exif, &jpeg[2..]].concat().into()
}

fn contains(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|window| window == word)
}

async fn uploaded(quarter: &TestQuarter, account: Uuid) -> Media {
    media::upload(&quarter.instance, account, photo(), (String::new(), Focus::new(0.5, -0.25)))
        .await
        .expect("an upload")
}

fn shown(account: Uuid, pictures: &[&Media]) -> Illustrations {
    let pick = |media: &&Media| Pick {
        id: media.id,
        alt: ALT.to_owned(),
        credit: Some("Mira Kaya, CC BY 4.0".into()),
        focus: media.focus,
    };
    Illustrations { account, picks: pictures.iter().map(pick).collect() }
}

/// The first post of another server and what is attached to it.
async fn theirs(quarter: &TestQuarter) -> Option<(post::Details, Vec<Attachment>)> {
    let mut tx = quarter.read().await;
    let query = posts::Query { which: Which::All, before: None, limit: 9 };
    let all = posts::list(&mut tx, &query).await.expect("posts");
    let post = all.into_iter().find(|(_, author)| !author.is_local())?.0;
    Some((post.details, attachments::of_object(&mut tx, post.id).await.expect("attachments")))
}

/// The files of the quarter's own pictures.
fn own(quarter: &TestQuarter) -> Vec<Vec<u8>> {
    match &quarter.instance.settings().media.own {
        media::Album::Folder(folder) => files(folder),
        media::Album::Bucket(_) => Vec::new(),
    }
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<Vec<u8>> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths
        .flat_map(|path| if path.is_dir() { files(&path) } else { vec![std::fs::read(path).expect("a file")] })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn med_04_a_photo_reaches_the_neighbour_with_its_description_and_without_its_place() {
    let (clock, account) = (clock(), Uuid::now_v7());
    for (north, south) in neighbours_on_each(&clock).await {
        let (one, two) = (uploaded(&north, account).await, uploaded(&north, account).await);
        for file in own(&north) {
            assert!(!contains(&file, b"GPS") && !contains(&file, b"Exif"), "a file tells where it was taken");
        }
        let draft = note("Seht her").with_pictures(shown(account, &[&one, &two]));
        let quarter = north.instance.quarter();
        let post = create::post(&north.instance, quarter, draft).await.expect("a post");
        until("the pictures stand at the neighbour", async || theirs(&south).await.is_some()).await;
        let (_, attached) = theirs(&south).await.expect("a post");
        let first = &attached[0];
        assert_eq!(first.url, north.instance.url(&format!("/media/{}.jpg", one.id)));
        assert_eq!((first.alt.as_deref(), first.size, first.picture), (Some(ALT), Some((1, 1)), true));
        assert_eq!(first.credit.as_deref(), Some("Mira Kaya, CC BY 4.0"), "who made it goes along");
        assert_eq!((first.focus, first.blurhash.as_deref()), (Focus::new(0.5, -0.25), Some(one.blurhash.as_str())));
        assert_eq!((attached.len(), attached[1].url.path()), (2, format!("/media/{}.jpg", two.id).as_str()));

        let draft = note("Nur noch eins").with_pictures(shown(account, &[&two]));
        update::post(&north.instance, post.id, draft).await.expect("a change");
        until("the change stands there", async || theirs(&south).await.is_some_and(|(_, all)| all.len() == 1)).await;
        assert_eq!(theirs(&south).await.expect("a post").1[0].id, attached[1].id, "our copy stays good");
        // Who says nothing about pictures leaves them.
        update::post(&north.instance, post.id, note("Und der Text")).await.expect("a change");
        until("the words change", async || {
            theirs(&south).await.is_some_and(|(details, _)| details.content.as_str().contains("Und der Text"))
        })
        .await;
        assert_eq!(theirs(&south).await.expect("a post").1.len(), 1);

        delete::object(&north.instance, post.id).await.expect("a deletion");
        until("it is gone there", async || theirs(&south).await.is_none()).await;
        assert_eq!(attachments::shown(&mut south.read().await, attached[1].id, true).await.expect("no row"), None);
    }
}

#[tokio::test]
async fn an_event_names_its_banner_first_and_once_more_where_others_look_for_it() {
    let account = Uuid::now_v7();
    let quarter = TestQuarter::new("nord", &clock(), testing::sqlite()).await;
    let (one, two) = (uploaded(&quarter, account).await, uploaded(&quarter, account).await);
    let draft = event("Baumfest").with_pictures(shown(account, &[&one, &two]));
    let event = create::event(&quarter.instance, quarter.instance.quarter(), draft).await.expect("an event");
    let made = storage::activities::latest(&mut quarter.read().await, event.author, "Create", &event.url).await;
    let json: Value = serde_json::from_str(&made.expect("a query").expect("an activity").body).expect("JSON");
    let (object, url) = (&json["object"], quarter.instance.url(&format!("/media/{}.jpg", one.id)));
    assert_eq!(object["image"], object["attachment"][0]);
    assert_eq!(object["attachment"][0]["url"], url.as_str());
    assert_eq!(object["attachment"][0]["name"], ALT);
    assert_eq!(object["attachment"][0]["type"], "Image");
    assert_eq!(object["attachment"][1]["focalPoint"], json!([0.5, -0.25]));
    let without_type =
        object["attachment"].as_array().expect("a list").iter().find(|one| one.get("mediaType").is_none());
    assert_eq!(without_type, None, "Gancio throws");
}

#[tokio::test]
async fn a_picture_is_attached_once_and_only_by_whom_it_is() {
    let (account, other) = (Uuid::now_v7(), Uuid::now_v7());
    let quarter = TestQuarter::new("nord", &clock(), testing::sqlite()).await;
    let us = quarter.instance.quarter();
    let picture = uploaded(&quarter, account).await;
    let stolen = note("Meins").with_pictures(shown(other, &[&picture]));
    assert!(matches!(create::post(&quarter.instance, us, stolen).await, Err(Error::Invalid(_))));
    let query = posts::Query { which: Which::All, before: None, limit: 9 };
    assert_eq!(posts::list(&mut quarter.read().await, &query).await.expect("posts").len(), 0, "all or nothing");
    for (nth, fine) in [(1, true), (2, false)] {
        let draft = note("Seht her").with_pictures(shown(account, &[&picture]));
        assert_eq!(create::post(&quarter.instance, us, draft).await.is_ok(), fine, "the {nth}. time");
    }
}

#[tokio::test]
async fn med_06_what_nothing_needs_is_thrown_away_within_a_day() {
    let (clock, account) = (clock(), Uuid::now_v7());
    let quarter = TestQuarter::new("nord", &clock, testing::sqlite()).await;
    let instance = &quarter.instance;
    let (kept, loose, lost) =
        (uploaded(&quarter, account).await, uploaded(&quarter, account).await, uploaded(&quarter, account).await);
    let publish = async |picture| {
        let draft = note("Seht her").with_pictures(shown(account, &[picture]));
        create::post(instance, instance.quarter(), draft).await.expect("a post")
    };
    publish(&kept).await;
    let post = publish(&lost).await;
    assert_eq!((own(&quarter).len(), media::clean(instance).await.expect("a run")), (6, 0));
    delete::object(instance, post.id).await.expect("a deletion");
    assert_eq!((media::clean(instance).await.expect("a run"), own(&quarter).len()), (1, 4));
    assert!(matches!(media::file(instance, &lost, true).await, Err(Error::NotFound)));
    clock.step(SignedDuration::from_hours(25));
    assert_eq!((media::clean(instance).await.expect("a run"), own(&quarter).len()), (1, 2));
    assert!(media::file(instance, &loose, false).await.is_err() && media::file(instance, &kept, false).await.is_ok());
}

#[tokio::test]
async fn what_is_no_picture_or_one_too_many_is_refused_in_words() {
    let (account, quarter) = (Uuid::now_v7(), TestQuarter::new("nord", &clock(), testing::sqlite()).await);
    let refused =
        async |bytes: Bytes| match media::upload(&quarter.instance, account, bytes, (String::new(), None)).await {
            Err(Error::Invalid(invalid)) => invalid.at("file"),
            _ => None,
        };
    assert_eq!(refused(Bytes::from_static(b"{\"type\":\"Note\"}")).await, Some("media-unknown"));
    assert_eq!(refused(Bytes::from_static(b"GIF89a")).await, Some("media-damaged"));
    assert_eq!(refused(Bytes::from(vec![0; media::MAX_BYTES + 1])).await, Some("media-too-large"));
    for _ in 0..40 {
        uploaded(&quarter, account).await;
    }
    assert_eq!(refused(photo()).await, Some("media-too-many"));
    assert_eq!(own(&quarter).len(), 80, "nothing is kept of what was refused");
}

/// A server with pictures and worse, that notes what it was asked for.
struct Gallery {
    base: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Gallery {
    async fn new() -> Self {
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://galerie.localhost:{}", listener.local_addr().expect("an address").port());
        let routes = Router::new().route("/{name}", get(exhibit)).with_state(Arc::clone(&asked));
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { base, asked }
    }

    /// A picture of this server that belongs to a post at `quarter`.
    async fn hung(&self, quarter: &TestQuarter, name: &str) -> Attachment {
        let author = quarter.instance.quarter();
        let id = Uuid::now_v7();
        let url: Url = format!("{}/{name}", self.base).parse().expect("a URL");
        let mut tx = quarter.instance.store().write().await.expect("a transaction");
        let of = quarter.instance.url(&format!("/posts/{id}"));
        storage::objects::claim(&mut tx, &of, id, "Note", &author.url).await.expect("a claim");
        let picture = json!({"attachment": {"type": "Image", "url": url}});
        let read = attachment::read(&picture, &quarter.instance);
        attachments::replace(&mut tx, id, &read).await.expect("an insert");
        tx.commit().await.expect("a commit");
        read[0].clone()
    }

    fn asked(&self, name: &str) -> usize {
        self.asked.lock().expect("notes").iter().filter(|asked| *asked == name).count()
    }
}

async fn exhibit(State(asked): State<Arc<Mutex<Vec<String>>>>, Segment(name): Segment<String>) -> impl IntoResponse {
    asked.lock().expect("notes").push(name.clone());
    match name.as_str() {
        "page" => (StatusCode::OK, Bytes::from_static(b"<html><script>alert(1)</script>")),
        "endless" => (StatusCode::OK, Bytes::from(vec![0xff; 11_000_000])),
        "gone" => (StatusCode::GONE, Bytes::new()),
        _ => (StatusCode::OK, photo()),
    }
}

async fn copied(instance: &Instance, picture: &Attachment, small: bool) -> Option<media::Copy> {
    media::copy(instance, picture, small).await.ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn ssrf_10_many_readers_cost_the_other_server_one_request() {
    let (quarter, gallery) = (TestQuarter::new("nord", &clock(), testing::sqlite()).await, Gallery::new().await);
    let picture = gallery.hung(&quarter, "fest").await;
    let readers = (0..20).map(|nth| {
        let (instance, picture) = (quarter.instance.clone(), picture.clone());
        tokio::spawn(async move { copied(&instance, &picture, nth % 2 == 0).await })
    });
    for reader in readers.collect::<Vec<_>>() {
        let copy = reader.await.expect("a reader").expect("a copy");
        assert!(copy.format == Format::Jpeg && !contains(&copy.bytes, b"GPS"));
    }
    assert_eq!(gallery.asked("fest"), 1);
}

#[tokio::test]
async fn what_is_no_picture_is_not_asked_for_again_for_a_while() {
    let (clock, gallery) = (clock(), Gallery::new().await);
    let quarter = TestQuarter::new("nord", &clock, testing::sqlite()).await;
    for name in ["page", "endless", "gone"] {
        let picture = gallery.hung(&quarter, name).await;
        for _ in 0..3 {
            assert!(copied(&quarter.instance, &picture, true).await.is_none(), "{name}");
        }
        assert_eq!(gallery.asked(name), 1, "{name}");
        clock.step(SignedDuration::from_mins(11));
        assert!(copied(&quarter.instance, &picture, true).await.is_none(), "{name}");
        assert_eq!(gallery.asked(name), 2, "{name}");
    }
    assert_eq!(files(&quarter.instance.settings().media.copies).len(), 0);
    let film = Attachment { picture: false, ..gallery.hung(&quarter, "film").await };
    assert!(copied(&quarter.instance, &film, false).await.is_none(), "only pictures are fetched");
    assert_eq!(gallery.asked("film"), 0);
}

#[tokio::test]
async fn a_host_whose_pictures_are_refused_shows_none_and_is_not_asked() {
    let (quarter, gallery) = (TestQuarter::new("nord", &clock(), testing::sqlite()).await, Gallery::new().await);
    let picture = gallery.hung(&quarter, "fest").await;
    assert!(copied(&quarter.instance, &picture, true).await.is_some());
    let host = Host::of(&picture.url).expect("a host");
    let mut tx = quarter.instance.store().write().await.expect("a transaction");
    let block = HostBlock { reject_media: true, ..HostBlock::new(&host, Severity::Noop) };
    storage::blocked_hosts::put(&mut tx, &block, quarter.instance.clock().now()).await.expect("a block");
    tx.commit().await.expect("a commit");
    assert!(copied(&quarter.instance, &picture, true).await.is_none(), "not even our copy");
    assert_eq!(gallery.asked("fest"), 1);
}

#[tokio::test]
async fn copies_are_bounded_and_what_was_looked_at_lately_stays() {
    let (clock, gallery) = (clock(), Gallery::new().await);
    let quarter = TestQuarter::new("nord", &clock, testing::sqlite()).await;
    let settings = &quarter.instance.settings().media;
    let size = || files(&settings.copies).iter().map(Vec::len).sum::<usize>();
    let one = gallery.hung(&quarter, "beliebt").await;
    for name in ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"] {
        let other = gallery.hung(&quarter, name).await;
        copied(&quarter.instance, &other, false).await.expect("a copy");
        clock.step(SignedDuration::from_hours(2));
        copied(&quarter.instance, &one, true).await.expect("a copy");
        copied(&quarter.instance, &one, false).await.expect("a copy");
        assert!(size() <= usize::try_from(settings.max_copies).expect("a size"), "{}", size());
    }
    assert!(size() > 0);
    assert_eq!(gallery.asked("beliebt"), 1, "it was looked at all the time");
    // What is kept here no more has no copy either.
    let mut tx = quarter.instance.store().write().await.expect("a transaction");
    storage::objects::forget_actor(&mut tx, quarter.instance.quarter().id, &quarter.instance.quarter().url)
        .await
        .expect("a clearing");
    tx.commit().await.expect("a commit");
    media::clean(&quarter.instance).await.expect("a run");
    assert_eq!(size(), 0);
}

#[tokio::test]
async fn own_12_attachments_are_read_in_every_shape_and_nothing_else_is_one() {
    let quarter = TestQuarter::new("nord", &clock(), testing::sqlite()).await;
    let read =
        |attachment: Value| attachment::read(&json!({"type": "Note", "attachment": attachment}), &quarter.instance);
    let url = "https://a.example/bild.JPG?name=x";
    let document = json!({"type": "Document", "mediaType": "image/png", "url": url, "name": " Ein <Bild> "});
    for shape in [
        document.clone(),
        json!([document]),
        json!([[document]]),
        json!([null, 7, {"type": "Person", "url": url}, "javascript:alert(1)", {"type": "Image"}, document]),
        json!({"type": ["Document", "as:Image"], "url": [{"type": "Link", "href": url, "mediaType": "image/jpeg"}]}),
        json!({"type": "Document", "url": {"href": url}}),
        json!({"type": "Link", "href": url}),
        json!({"@type": "Image", "url": ["https://a.example/x".replace("/x", "/bild.JPG?name=x")]}),
        json!(url),
    ] {
        let found = read(shape.clone());
        assert_eq!(found.len(), 1, "{shape}");
        assert!(found[0].url.as_str() == url && found[0].picture, "{shape}");
    }
    assert_eq!(read(document)[0].alt.as_deref(), Some("Ein <Bild>"));
    for odd in [
        json!(null),
        json!(7),
        json!({}),
        json!([[[]]]),
        json!("x"),
        json!({"type": "Person", "url": url}),
        json!({"type": "Image", "url": 5}),
        json!({"type": "Image", "url": "data:image/png;base64,AAAA"}),
        json!({"type": "PropertyValue", "name": "Seite", "value": "https://a.example"}),
        json!({"type": "Image", "url": quarter.instance.url("/media/x.jpg")}),
        json!({"type": "Link", "name": "Website", "href": "https://a.example"}),
    ] {
        assert_eq!(read(odd.clone()), [], "{odd}");
    }
}

#[tokio::test]
async fn what_is_attached_has_bounds_and_only_pictures_are_pictures() {
    let quarter = TestQuarter::new("nord", &clock(), testing::sqlite()).await;
    let read = |object: Value| attachment::read(&object, &quarter.instance);
    let url = "https://a.example/1";
    let many: Vec<Value> = (0..50).map(|n| json!({"type": "Image", "url": format!("https://a.example/{n}")})).collect();
    assert_eq!(read(json!({"attachment": many})).len(), 8);
    let wild = json!({"type": "Image", "url": url, "name": "x".repeat(9_000), "blurhash": "<script>", "width": 1e30,
        "height": -5, "focalPoint": [7, "x"], "mediaType": "image/jpeg"});
    let wild = &read(json!({"attachment": wild, "sensitive": true}))[0];
    assert_eq!((wild.alt.as_ref().map(String::len), wild.size, wild.focus), (Some(1_500), None, None));
    assert_eq!((&wild.blurhash, wild.sensitive), (&None, true));
    for kind in ["image/svg+xml", "image/avif", "video/mp4", "application/pdf", "text/html"] {
        assert!(!read(json!({"attachment": {"type": "Document", "url": url, "mediaType": kind}}))[0].picture, "{kind}");
    }
    // Hubzilla's picture is its own object in several sizes and a page; Lemmy's and FEP-8a8e's stands in `image`.
    let itself = json!({"type": "Image", "url": [{"type": "Link", "href": "https://a.example/", "mediaType": "text/html"},
        {"type": "Link", "href": url, "mediaType": "image/jpeg", "width": 2200}]});
    let image = json!({"type": "Event", "attachment": [{"type": "Link", "href": "https://a.example/x", "mediaType": "text/html"}],
        "image": {"type": "Image", "url": url, "focalPoint": [-0.55, 0.43], "name": "Banner"}});
    for object in [itself, image] {
        let first = &read(object)[0];
        assert!(first.url.as_str() == url && first.picture && first.alt.is_none());
    }
}

#[tokio::test]
async fn a_program_names_our_own_pictures_by_their_address_and_describes_each() {
    let quarter = TestQuarter::new("nord", &clock(), testing::sqlite()).await;
    let id = Uuid::now_v7();
    let url = quarter.instance.url(&format!("/media/{id}.jpg"));
    let picks = |attachment: Value| objects::attachment::picks(&json!({"attachment": attachment}), &quarter.instance);
    let fine = picks(
        json!([{"type": "Image", "url": url, "name": ALT}, {"type": "Image", "url": "https://b.example/x", "name": "x"}]),
    );
    assert_eq!(fine.expect("picks"), [Pick { id, alt: ALT.into(), credit: None, focus: None }]);
    assert_eq!(
        picks(json!([{"type": "Image", "url": url, "name": " "}])).expect_err("none").at("attachment"),
        Some("media-alt-missing")
    );
    assert_eq!(
        picks(json!(vec![json!({"url": url, "name": "x"}); 5])).expect_err("five").at("attachment"),
        Some("media-too-many")
    );
}
