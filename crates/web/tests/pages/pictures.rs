//! Pictures: written with a description, shown from our own address, and never anything but pictures.

use axum::body::Body;
use domain::account::Role;
use domain::media::Attachment;
use federation::media::{Access, Album, Bucket};
use http::header::{ACCEPT, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, ORIGIN};
use http::{Request, StatusCode};
use storage::{attachments, posts};
use uuid::Uuid;

use crate::quarter::{Answer, BASE, TestQuarter, noon, url};

/// One white pixel.
const GIF: &[u8] = b"GIF89a\x01\0\x01\0\x80\0\0\xff\xff\xff\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";
const ALT: &str = "Drei Kinder & <ein> Apfelbaum";

/// Sends a form as a browser does that has files to send.
async fn send(quarter: &TestQuarter, path: &str, fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> Answer {
    let mut body = Vec::new();
    for (name, value) in fields {
        let part = format!("--wall\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend(part.as_bytes());
    }
    for (name, bytes) in files {
        let head = format!(
            "--wall\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"../../a.html\"\r\nContent-Type: text/html\r\n\r\n"
        );
        body.extend([head.as_bytes(), bytes, b"\r\n"].concat());
    }
    body.extend(b"--wall--\r\n");
    let request = Request::post(path).header(HOST, "nord.example").header(ORIGIN, BASE);
    quarter.answer(request.header(CONTENT_TYPE, "multipart/form-data; boundary=wall"), Body::from(body)).await
}

/// The address of the first picture on a page.
fn address(answer: &Answer) -> String {
    let picture = answer.body.split("src=\"").nth(1).unwrap_or_else(|| panic!("no picture: {}", answer.body));
    picture.split('"').next().expect("an address").to_owned()
}

const POST: [(&str, &str); 2] = [("speaker", "nordstadt"), ("content", "Wir haben gepflanzt.")];

fn with<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    POST.iter().chain(more).copied().collect()
}

#[tokio::test]
async fn a_post_with_a_picture_shows_it_to_everyone_with_its_description() {
    let quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    let sent = send(
        &quarter,
        "/write/post",
        &with(&[("alt_1", ALT), ("credit_1", "Mira & Kaya, CC BY 4.0")]),
        &[("file_1", GIF)],
    )
    .await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    let path = sent.location().split('?').next().expect("a path").to_owned();
    let page = quarter.get(&path).await;
    let small = address(&page);
    let large = small.replace(".small", "");
    assert!(page.body.contains("alt=\"Drei Kinder &#38; &#60;ein&#62; Apfelbaum\""), "{}", page.body);
    assert!(page.body.contains("Bild: <bdi>Mira &#38; Kaya, CC BY 4.0</bdi>"), "{}", page.body);
    assert!(page.body.contains("width=\"1\" height=\"1\"") && page.body.contains("loading=\"lazy\""));
    assert!(page.body.contains(&format!("<meta property=\"og:image\" content=\"{BASE}{large}\">")));
    for list in ["/", "/posts"] {
        assert!(quarter.get(list).await.body.contains(&small), "{list}");
    }
    // In everybody's browser and whatever it asks for.
    for name in [&small, &large] {
        let request = Request::get(name.as_str()).header(HOST, "nord.example");
        let file = quarter.ask(request.header(ACCEPT, "application/activity+json")).await;
        assert_eq!((file.status, file.header(CONTENT_TYPE)), (StatusCode::OK, "image/jpeg"));
        assert_eq!(file.header("x-content-type-options"), "nosniff");
        assert_eq!(file.header(CONTENT_SECURITY_POLICY), "default-src 'none'; sandbox");
        assert_eq!(file.header(CACHE_CONTROL), "public, max-age=86400, immutable");
        assert!(file.header("content-disposition").starts_with("inline; filename=\"") && !file.body.contains("html"));
    }
    let form = quarter.get(&format!("{path}/edit")).await;
    assert!(form.body.contains(&format!("value=\"{}\"", large.trim_start_matches("/media/"))), "{}", form.body);
    quarter.post(&format!("{path}/delete"), &[]).await;
    for name in [&small, &large] {
        assert_eq!(quarter.get(name).await.status, StatusCode::GONE, "MED-06");
    }
}

#[tokio::test]
async fn a_picture_without_a_description_comes_back_with_the_question_and_is_nobody_elses() {
    let mut quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    let asked = send(&quarter, "/write/post", &POST, &[("file_2", GIF)]).await;
    assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(asked.body.contains("Bitte beschreiben Sie in einem Satz") && asked.body.contains("id=\"alt_2-problem\""));
    let preview = address(&asked);
    let file = quarter.get(&preview).await;
    assert_eq!((file.status, file.header(CACHE_CONTROL)), (StatusCode::OK, "private, no-store"));
    let name = preview.trim_start_matches("/media/").replace(".small", "");
    let other = quarter.account("olaf", Role::Editor).await;
    let mine = quarter.account("mona", Role::Editor).await;
    quarter.enter(&other).await;
    assert_eq!(quarter.get(&preview).await.status, StatusCode::NOT_FOUND, "MED-07");
    let stolen = with(&[("picture_1", name.as_str()), ("alt_1", ALT)]);
    assert!(!send(&quarter, "/write/post", &stolen, &[]).await.status.is_success());
    quarter.enter(&mine).await;
    let asked = send(&quarter, "/write/post", &POST, &[("file_1", GIF)]).await;
    let name = address(&asked).trim_start_matches("/media/").replace(".small", "");
    let sent = send(&quarter, "/write/post", &with(&[("picture_1", name.as_str()), ("alt_1", ALT)]), &[]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    let path = sent.location().split('?').next().expect("a path").to_owned();
    let away = with(&[("picture_1", name.as_str()), ("alt_1", ALT), ("away_1", "yes")]);
    send(&quarter, &format!("{path}/edit"), &away, &[]).await;
    assert!(!quarter.get(&path).await.body.contains("/media/"), "it was taken away");
}

#[tokio::test]
async fn what_is_no_picture_is_refused_in_words_and_the_rest_stays_typed() {
    let quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    let files: [(&[u8], &str); 3] = [
        (b"<svg onload=alert(1)>", "Es gehen JPEG, PNG, WebP und GIF."),
        (b"{\"id\":\"https://nord.example/posts/1\",\"type\":\"Note\"}", "Es gehen JPEG, PNG, WebP und GIF."),
        (b"\x89PNG\r\n\x1a\n\0", "Das Bild ist beschädigt"),
    ];
    for (bytes, words) in files {
        let refused = send(&quarter, "/write/event", &[("name", "Baumfest")], &[("file_1", bytes)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains(words) && refused.body.contains("value=\"Baumfest\""), "{words}");
    }
    let lost = send(&quarter, "/write/post", &with(&[("alt_1", ALT)]), &[("file_1", b"")]).await;
    assert!(lost.body.contains("Zu dieser Beschreibung fehlt das Bild."));
    let stranger = TestQuarter::new().await;
    let refused = send(&stranger, "/write/post", &with(&[("alt_1", ALT)]), &[("file_1", GIF)]).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn while_the_store_of_pictures_is_away_the_form_says_so_and_the_rest_stays_typed() {
    let access = Access {
        bucket: "bilder".into(),
        prefix: "nord.example".into(),
        // Nobody listens there.
        endpoint: Some(url("http://127.0.0.1:9")),
        region: "us-east-1".into(),
        access_key: "nord".into(),
        secret_key: "geheim".into(),
    };
    let bucket = Bucket::new(&access).expect("a bucket");
    let quarter = TestQuarter::with(BASE, |settings| settings.media.own = Album::Bucket(bucket)).await;
    let quarter = quarter.signed_in(Role::Editor).await;
    let refused = send(&quarter, "/write/event", &[("name", "Baumfest")], &[("file_1", GIF)]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("Bilder lassen sich gerade nicht speichern."), "{}", refused.body);
    assert!(refused.body.contains("value=\"Baumfest\"") && !refused.body.contains("/media/"));
}

#[tokio::test]
async fn prv_13_pictures_of_others_are_shown_from_our_address_only() {
    let quarter = TestQuarter::new().await;
    let south = quarter.remote("Südstadt", "sued.example", true).await;
    let id = Uuid::now_v7();
    let address = url(&format!("https://sued.example/posts/{id}"));
    let picture = |name: &str, sensitive| Attachment {
        id: Uuid::now_v7(),
        url: url(&format!("https://sued.example/{name}")),
        picture: name != "film.mp4",
        alt: (name != "stumm.jpg").then(|| format!("Bild {name}")),
        credit: None,
        focus: domain::media::Focus::new(-1.0, 1.0),
        blurhash: None,
        size: Some((4000, 3000)),
        sensitive,
    };
    let all = [
        picture("fest.jpg", false),
        picture("stumm.jpg", false),
        picture("wunde.jpg", true),
        picture("film.mp4", false),
    ];
    let post = domain::post::Post {
        id,
        url: address.clone(),
        page: address.clone(),
        author: south.id,
        details: domain::post::Details::typed("", "Seht her", domain::language::Language::DE),
        published_at: noon(),
        updated_at: noon(),
    };
    let mut tx = quarter.instance.store().write().await.expect("a transaction");
    storage::objects::claim(&mut tx, &address, id, "Note", &south.url).await.expect("a claim");
    posts::insert(&mut tx, &post, false).await.expect("a post");
    attachments::replace(&mut tx, id, &all).await.expect("attachments");
    tx.commit().await.expect("a commit");
    let page = quarter.get(&format!("/posts/{id}")).await.body;
    let [fest, silent, wound, film] = &all;
    assert!(
        page.contains(&format!("src=\"/media/remote/{}.small\"", fest.id)) && page.contains("class=\"picture x0 y0\"")
    );
    assert!(
        page.contains(&format!("/media/remote/{} 1200w", silent.id)) && page.contains("alt=\"Bild ohne Beschreibung\"")
    );
    let (before, after) = page.split_once(&wound.id.to_string()).expect("the picture");
    assert!(before.rfind("<details>") > before.rfind("</details>") && after.contains("</details>"));
    assert!(page.contains("<a href=\"https://sued.example/film.mp4\" rel=\"nofollow noopener ugc\">"));
    assert!(!page.contains("src=\"http") && !page.contains("sued.example/fest.jpg"));
    // Nothing is reached there, and no address comes from a request.
    for path in [
        format!("/media/remote/{}", film.id),
        format!("/media/remote/{}?url=https://sued.example/x.jpg", Uuid::nil()),
        "/media/remote/https:%2F%2Fsued.example%2Fx.jpg".to_owned(),
        format!("/media/remote/{}%00", fest.id),
        format!("/media/{}.jpg", fest.id),
        "/media/..%2F..%2Fquartier.db".to_owned(),
    ] {
        assert_eq!(quarter.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}
