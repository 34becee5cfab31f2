//! Markup in what people type into the newer forms: it stays words wherever it is shown.

use domain::account::Role;
use domain::html::Html;
use domain::language::Language;
use domain::sign_up::{SignUp, Why};
use domain::upkeep::Open;
use federation::{Replies, initiatives};
use http::StatusCode;
use storage::passkeys::Passkey;
use storage::{guests, passkeys, sign_ups, upkeep};
use uuid::Uuid;

use crate::attacks::{CORPUS, harmless};
use crate::quarter::{BASE, TestQuarter, noon};

/// A quarter with every door open, for an admin.
async fn quarter() -> TestQuarter {
    let quarter = TestQuarter::with(BASE, |settings| {
        settings.people.sign_up = SignUp::Approved;
        settings.replies = Replies::Held;
    });
    quarter.await.signed_in(Role::Admin).await
}

/// Somebody asks for an account, answers beneath `post`, says that an initiative is wrong, and names a key: all in these words.
async fn strangers(quarter: &TestQuarter, post: Uuid, words: &str) {
    let (store, now) = (quarter.instance.store(), noon());
    let email = |name: &str| format!("{name}@nachbarn.example").parse().expect("an address");
    let mut tx = store.write().await.expect("a transaction");
    let asks = sign_ups::SignUp {
        id: Uuid::now_v7(),
        name: words.to_owned(),
        email: email("ruth"),
        language: Language::DE,
        words: words.to_owned(),
        created_at: now,
        waits: Some((now, Why::Asked)),
    };
    sign_ups::insert(&mut tx, &asks, None).await.expect("a request");
    guests::open(&mut tx, post, now).await.expect("a post that takes answers");
    for shown_at in [None, Some(now)] {
        let guest = guests::Guest {
            id: Uuid::now_v7(),
            post,
            name: words.to_owned(),
            email: Some(email("ina")),
            language: Language::DE,
            words: words.to_owned(),
            created_at: now,
            confirmed_at: Some(now),
            shown_at,
        };
        guests::insert(&mut tx, &guest, None).await.expect("an answer");
    }
    let cafe = storage::actors::by_handle(&mut tx, "repair").await.expect("a look").expect("an initiative").id;
    upkeep::ask(&mut tx, cafe, now).await.expect("a question");
    upkeep::note(&mut tx, cafe, (Open::Changed, words), now).await.expect("an answer");
    let [me] = storage::accounts::all(&mut tx).await.expect("accounts").try_into().expect("one account");
    let key = Passkey {
        credential: words.as_bytes().to_vec(),
        id: Uuid::now_v7(),
        account: me.id,
        name: words.to_owned(),
        public_key: Vec::new(),
        algorithm: -8,
        counter: 0,
        created_at: now,
        used_at: None,
    };
    assert!(passkeys::insert(&mut tx, &key).await.expect("a key"));
    tx.commit().await.expect("a commit");
}

#[tokio::test]
async fn xss_01_what_is_typed_at_the_doors_stays_words() {
    for words in CORPUS {
        let quarter = quarter().await;
        let handle = "repair".parse().expect("a handle");
        initiatives::create(&quarter.instance, "Repair-Café", &handle, Html::default()).await.expect("an initiative");
        let fields = [("speaker", "nordstadt"), ("title", words), ("content", words), ("plain", words)];
        let written = quarter.post("/write/post", &fields).await.location().to_owned();
        let post = written.split(['/', '?']).nth(2).expect("a post").parse().expect("its key");
        strangers(&quarter, post, words).await;
        // Of a title that is nothing but markup nothing is left.
        let title = format!("Frage {words}");
        let proposed = [("topic", "question"), ("title", title.as_str()), ("content", words), ("sender", words)];
        let proposed = proposed.into_iter().chain([("email", "ina@nachbarn.example")]).collect::<Vec<_>>();
        let answer = quarter.post("/propose/post", &proposed).await;
        assert_eq!(answer.status, StatusCode::OK, "{words}: {}", answer.body);
        let post = format!("/posts/{post}");
        let edit = format!("{post}/edit");
        for path in [
            "/editors/sign-ups",
            "/editors/answers",
            "/editors/upkeep",
            "/editors/sources",
            "/editors/queue",
            "/account/passkeys",
            "/initiatives",
            "/offline",
            post.as_str(),
            edit.as_str(),
        ] {
            let page = quarter.get(path).await;
            assert!(page.status == StatusCode::OK && harmless(&page.body), "{path}: {}", page.body);
        }
    }
}
