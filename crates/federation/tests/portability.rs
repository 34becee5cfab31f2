//! Taking everything of one's own from one quarter to another.
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test that cannot go on has failed")]

mod support;

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use bytes::Bytes;
use domain::access::Answer;
use domain::account::{Account, Role};
use domain::actor::Actor;
use domain::event::{Details, Draft};
use domain::language::Language;
use domain::media::{Focus, Illustrations, Pick};
use domain::notice::{Notice, Topic};
use domain::poll::Poll;
use domain::post;
use federation::activities::{create, delete};
use federation::portability::{Taken, export, import};
use federation::{Error, media, members};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use futures_util::TryStreamExt;
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use storage::testing::{self, Database};
use storage::{accounts, actors, lanes};
use support::{TestQuarter, clock};
use uuid::Uuid;

/// One white pixel.
const GIF: &[u8] = b"GIF89a\x01\0\x01\0\x80\0\0\xff\xff\xff\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";

/// Somebody with an account and a public profile.
async fn member(quarter: &TestQuarter, name: &str) -> (Account, Actor) {
    let account = Account {
        id: Uuid::now_v7(),
        email: format!("{name}@example.org").parse().expect("an address"),
        name: name.to_owned(),
        role: Role::Member,
        language: Language::DE,
        actor: None,
        created_at: quarter.instance.clock().now(),
        suspended_at: None,
    };
    let mut tx = quarter.instance.store().write().await.expect("a transaction");
    accounts::insert(&mut tx, &account).await.expect("an insert");
    tx.commit().await.expect("a commit");
    let profile =
        members::show(&quarter.instance, &account, &name.parse().expect("a handle")).await.expect("a profile");
    (Account { actor: Some(profile.id), ..account }, profile)
}

fn draft(details: post::Details) -> post::Draft {
    post::Draft::new(details).expect("a draft")
}

/// One of each kind of thing that somebody publishes.
async fn publish(quarter: &TestQuarter, account: &Account, profile: &Actor) {
    let (instance, typed) = (&quarter.instance, |title, text| post::Details::typed(title, text, Language::DE));
    let picture = media::upload(instance, account.id, Bytes::from_static(GIF), (String::new(), None)).await;
    let pick = Pick {
        id: picture.expect("a picture").id,
        alt: "Ein Apfelbaum".into(),
        credit: None,
        focus: Focus::new(0.5, -0.25),
    };
    let tree = draft(typed("", "Der Apfelbaum blüht."));
    let tree = tree.with_pictures(Illustrations { account: account.id, picks: vec![pick] });
    create::post(instance, profile, tree).await.expect("a note");
    let plain = domain::html::Html::from_text("Es war <gut>.");
    let report = post::Details { plain: plain.clone(), ..typed("Bericht", "Es war <schön>.") };
    create::post(instance, profile, draft(report)).await.expect("an article");
    let zone = TimeZone::get("Europe/Berlin").expect("a zone");
    let notice = Notice::typed(Topic::Lost, None, (instance.clock().now(), &zone)).expect("a notice");
    let lost = post::Details { notice: Some(notice), ..typed("", "Wer hat unsere Katze gesehen?") };
    create::post(instance, profile, draft(lost)).await.expect("a notice");
    let poll = Poll::new(["Samstag", "Sonntag"], false, None, 9);
    let asked = post::Details { poll: Some(poll), ..typed("", "Wann passt es?") };
    create::post(instance, profile, draft(asked)).await.expect("a poll");
    let starts_at = "2027-06-14T13:00:00Z".parse().expect("a time");
    let ends_at = starts_at + SignedDuration::from_hours(3);
    let mut fest = Details::new("Hoffest", starts_at, ends_at, "Europe/Berlin");
    fest.place = Some(domain::place::Place::named("Brüderplatz"));
    fest.access.insert("step_free".into(), Answer::Yes);
    (fest.content, fest.plain) = (domain::html::Html::from_text("Ein Fest im Hof."), plain);
    fest.short = Some("Kommt alle & bringt Kuchen.".into());
    (fest.price, fest.tags) = (Some("5 €".into()), vec!["Musik".into()]);
    create::event(instance, profile, Draft::new(fest).expect("a draft")).await.expect("an event");
    let gone = create::post(instance, profile, draft(typed("", "Doch nicht."))).await.expect("a note");
    delete::object(instance, gone.id).await.expect("a deletion");
}

async fn file(quarter: &TestQuarter, account: &Account) -> Vec<u8> {
    let pieces: Vec<Bytes> =
        export(&quarter.instance, account).await.expect("an export").try_collect().await.expect("all of it");
    assert!(pieces.iter().all(|piece| !piece.is_empty()));
    pieces.concat()
}

fn unpacked(file: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = tar::Archive::new(GzDecoder::new(file));
    let read = |entry: std::io::Result<tar::Entry<'_, _>>| {
        let mut entry = entry.expect("an entry");
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).expect("its bytes");
        (entry.path().expect("a path").display().to_string(), bytes)
    };
    archive.entries().expect("entries").map(read).collect()
}

/// What somebody published, without what has to be another in another quarter: hosts, and ids.
fn objects(file: &[u8]) -> Vec<Value> {
    let outbox = unpacked(file).remove("outbox.json").expect("a list");
    let mut text = String::from_utf8(outbox).expect("UTF-8");
    let all: Value = serde_json::from_str(&text).expect("JSON");
    let mut names = Vec::new();
    for item in all["orderedItems"].as_array().expect("a list") {
        let object = &item["object"];
        names.extend(["id", "context"].iter().filter_map(|name| object[*name].as_str().map(str::to_owned)));
        names.extend(
            object["attachment"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|one| one["url"].as_str().map(str::to_owned)),
        );
    }
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    for name in &names {
        text = text.replace(name.as_str(), "X");
    }
    let host =
        all["orderedItems"][0]["actor"].as_str().expect("an actor").split("/@").next().expect("a host").to_owned();
    text = text.replace(&host, "http://quarter").replace("@nord", "@quarter").replace("@sued", "@quarter");
    let all: Value = serde_json::from_str(&text).expect("JSON");
    all["orderedItems"].as_array().expect("a list").iter().map(|item| item["object"].clone()).collect()
}

async fn two(database: impl Fn() -> Vec<Database>) -> Vec<(TestQuarter, TestQuarter)> {
    let clock = clock();
    let mut pairs = Vec::new();
    for (from, to) in database().into_iter().zip(database()) {
        let nord = TestQuarter::new("nord", &clock, from).await;
        // Whoever moves does so some time later.
        pairs.push((nord, TestQuarter::new("sued", &clock, to).await));
    }
    clock.step(SignedDuration::from_hours(24));
    pairs
}

#[tokio::test]
async fn what_one_takes_along_is_the_same_in_another_quarter() {
    for (nord, sued) in two(testing::all).await {
        let (mira, profile) = member(&nord, "mira").await;
        publish(&nord, &mira, &profile).await;
        let taken_along = file(&nord, &mira).await;
        let parts = unpacked(&taken_along);
        let person: Value = serde_json::from_slice(&parts["account.json"]).expect("JSON");
        assert_eq!((&person["email"], &person["role"]), (&json!("mira@example.org"), &json!("member")));
        assert_eq!(parts.keys().filter(|name| name.starts_with("media/")).count(), 1, "{:?}", parts.keys());

        let (mira, profile) = member(&sued, "mira").await;
        let done = import(&sued.instance, &mira, Cursor::new(taken_along.clone())).await.expect("an import");
        assert_eq!(done, Taken { new: 5, known: 0, left_out: 0 });
        let arrived = file(&sued, &mira).await;
        let (before, after) = (objects(&taken_along), objects(&arrived));
        assert_eq!(before, after, "every word, day, place, picture and fact");
        assert_eq!(before.len(), 5);
        assert!(before.iter().any(|one| one["attachment"][0]["name"] == "Ein Apfelbaum"), "{before:#?}");
        let lanes = lanes::status(&mut sued.read().await).await.expect("lanes");
        assert!(lanes.is_empty(), "it is news to no one");
        let outbox =
            storage::activities::outbox(&mut sued.read().await, profile.id, None, 99).await.expect("an outbox");
        assert_eq!(outbox.iter().filter(|one| one.kind == "Create").count(), 5);

        let again = import(&sued.instance, &mira, Cursor::new(taken_along.clone())).await.expect("an import");
        assert_eq!(again, Taken { new: 0, known: 5, left_out: 0 });
        assert_eq!(objects(&file(&sued, &mira).await), after, "and nothing twice");
    }
}

#[tokio::test]
async fn what_was_deleted_here_does_not_come_back_with_the_file() {
    let (nord, sued) = two(|| vec![testing::sqlite()]).await.remove(0);
    let (mira, profile) = member(&nord, "mira").await;
    create::post(&nord.instance, &profile, draft(post::Details::typed("", "Hallo.", Language::DE)))
        .await
        .expect("a note");
    let taken_along = file(&nord, &mira).await;
    let (mira, profile) = member(&sued, "mira").await;
    import(&sued.instance, &mira, Cursor::new(taken_along.clone())).await.expect("an import");
    let id = storage::objects::of_owner(&mut sued.read().await, &profile.url).await.expect("ids")[0];
    delete::object(&sued.instance, id).await.expect("a deletion");
    let again = import(&sued.instance, &mira, Cursor::new(taken_along)).await.expect("an import");
    assert_eq!(again, Taken { new: 0, known: 1, left_out: 0 });
}

#[tokio::test]
async fn who_has_no_public_profile_exports_and_imports_nothing() {
    let (nord, sued) = two(|| vec![testing::sqlite()]).await.remove(0);
    let (mira, _) = member(&nord, "mira").await;
    let taken_along = file(&nord, &mira).await;
    let (jo, _) = member(&sued, "jo").await;
    members::hide(&sued.instance, &jo).await.expect("no profile");
    let jo = Account { actor: None, ..jo };
    let names: Vec<_> = unpacked(&file(&sued, &jo).await).into_keys().collect();
    assert_eq!(names, ["README.txt", "account.json"]);
    let refused = import(&sued.instance, &jo, Cursor::new(taken_along)).await;
    assert!(matches!(refused, Err(Error::Forbidden)), "{refused:?}");
    assert!(actors::by_handle(&mut sued.read().await, "mira").await.expect("a query").is_none());
}

/// A file as somebody might make it: entries by path and content.
fn made(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut tar = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for (path, content) in entries {
        let mut header = tar::Header::new_gnu();
        // As it is, also where `set_path` would refuse it.
        let name = path.as_bytes();
        header.as_gnu_mut().expect("a header").name[..name.len()].copy_from_slice(name);
        header.set_size(content.len().try_into().expect("a size"));
        header.set_cksum();
        tar.append(&header, *content).expect("an entry");
    }
    tar.into_inner().expect("a tar").finish().expect("a gzip")
}

#[tokio::test]
async fn med_05_a_file_made_by_somebody_else_writes_nowhere_and_ends_in_an_answer() {
    let quarter = TestQuarter::new("sued", &clock(), testing::sqlite()).await;
    let (mira, _) = member(&quarter, "mira").await;
    let secret = json!({
        "orderedItems": [
            { "type": "Create", "object": { "type": "Note", "id": "https://alt.example/1", "content": "<p>geheim</p>",
              "attributedTo": "https://alt.example/mira", "to": ["https://alt.example/mira/followers"] } },
            { "type": "Create", "object": { "type": "Note", "id": "https://alt.example/2", "content": "<p>öffentlich</p>",
              "attributedTo": "https://alt.example/mira", "to": ["https://www.w3.org/ns/activitystreams#Public"],
              "attachment": [{ "type": "Image", "url": "https://alt.example/../../etc/passwd", "name": "x" }] } },
            { "type": "Announce", "object": "https://anderswo.example/1" }, 7, null,
        ],
    });
    let secret = secret.to_string();
    let list = secret.as_bytes();
    let odd: [(&str, &[u8]); 5] = [
        ("../../evil", b"x"),
        ("/etc/evil", b"x"),
        ("media/../../evil", b"x"),
        ("media/passwd", b"no picture"),
        ("media/", b""),
    ];
    let done =
        import(&quarter.instance, &mira, Cursor::new(made(&[&odd[..], &[("outbox.json", list)]].concat()))).await;
    // A broken picture does not cost the words.
    assert_eq!(done.expect("an import"), Taken { new: 1, known: 0, left_out: 4 });

    let bomb = vec![0; 40 << 20];
    let many: Vec<(&str, &[u8])> = vec![("media/a", b""); 20_001];
    for (what, file) in [
        ("nothing", Vec::new()),
        ("no gzip", b"PK\x03\x04zip".to_vec()),
        ("no list", made(&[("README.txt", b"x")])),
        ("no JSON", made(&[("outbox.json", b"{")])),
        ("a long list", made(&[("outbox.json", &bomb)])),
        ("too much", made(&[("evil", &bomb[..]); 6])),
        ("too many", made(&many)),
        ("half", made(&[("outbox.json", list)])[..60].to_vec()),
    ] {
        let refused = import(&quarter.instance, &mira, Cursor::new(file)).await;
        assert!(matches!(refused, Err(Error::Unusable(_))), "{what}: {refused:?}");
    }
}
