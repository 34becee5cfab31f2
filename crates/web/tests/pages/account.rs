//! One's own account: seen, changed, and left.

use domain::account::{Account, Role};
use std::io::Read;

use http::header::{CONTENT_TYPE, HOST, ORIGIN, USER_AGENT};
use http::{Request, StatusCode};

use crate::quarter::{Answer, BASE, TestQuarter, noon};

async fn account(quarter: &TestQuarter, email: &str) -> Option<Account> {
    let mut tx = quarter.instance.store().read().await.expect("a view");
    storage::accounts::by_email(&mut tx, &email.parse().expect("an address")).await.expect("a query")
}

/// Signs an account in with a browser, and gives its cookie.
async fn enter_with(quarter: &TestQuarter, account: &Account, agent: &str) -> String {
    let mut tx = quarter.instance.store().write().await.expect("a transaction");
    let base = quarter.instance.settings().base_url.clone();
    let lifetime = jiff::SignedDuration::from_mins(5);
    let link = web::sign_in_link(&mut tx, &base, account, noon(), lifetime).await.expect("a link");
    tx.commit().await.expect("a commit");
    let request = Request::post(link.trim_start_matches(BASE)).header(HOST, "nord.example").header(ORIGIN, BASE);
    let answer = quarter.send(request.header(USER_AGENT, agent), &[]).await;
    answer.header("set-cookie").split(';').next().expect("a cookie").to_owned()
}

/// The keys of the sessions on the page that can be ended.
fn sessions(page: &Answer) -> Vec<String> {
    let ids = page.body.split("name=\"id\" value=\"").skip(1).filter_map(|part| part.split('"').next());
    ids.map(str::to_owned).collect()
}

const FIREFOX: &str = "Mozilla/5.0 (Android 14; Mobile; rv:133.0) Gecko/133.0 Firefox/133.0";

#[tokio::test]
async fn prv_08_everybody_sees_and_ends_their_own_sessions_and_no_others() {
    let mut quarter = TestQuarter::new().await.signed_in(Role::Member).await;
    let (mira, jo) =
        (account(&quarter, "mira@nord.example").await.expect("mira"), quarter.account("jo", Role::Admin).await);
    let telephone = enter_with(&quarter, &mira, FIREFOX).await;
    let theirs = enter_with(&quarter, &jo, FIREFOX).await;
    let page = quarter.get("/account").await;
    assert!(page.body.contains("Firefox, Android, seit 22.11.2026"), "{}", page.body);
    assert!(page.body.contains("Unbekanntes Gerät, seit 22.11.2026 <strong>(dieses Gerät)</strong>"), "{}", page.body);
    let [id] = sessions(&page).try_into().expect("one other session");

    let mine = quarter.swap_cookie(Some(theirs.clone()));
    let other = quarter.post("/account/sessions", &[("id", &id), ("do", "one")]).await;
    assert_eq!(other.location(), "/account?done=signed-out-there", "the answer tells nothing");
    quarter.swap_cookie(Some(telephone.clone()));
    assert_eq!(quarter.get("/account").await.status, StatusCode::OK, "and nothing happened");
    quarter.swap_cookie(mine);
    quarter.post("/account/sessions", &[("id", &id), ("do", "one")]).await;
    let mine = quarter.swap_cookie(Some(telephone));
    assert_eq!(quarter.get("/account").await.status, StatusCode::UNAUTHORIZED);
    quarter.swap_cookie(mine);
    let third = enter_with(&quarter, &mira, "").await;
    quarter.post("/account/sessions", &[("do", "others")]).await;
    assert_eq!(quarter.get("/account").await.status, StatusCode::OK, "this one stays");
    let mine = quarter.swap_cookie(Some(third));
    assert_eq!(quarter.get("/account").await.status, StatusCode::UNAUTHORIZED);
    quarter.swap_cookie(Some(theirs));
    assert_eq!(quarter.get("/account").await.status, StatusCode::OK, "others are not touched");
    quarter.swap_cookie(mine);
}

#[tokio::test]
async fn a_new_address_counts_once_its_mailbox_has_answered_and_the_old_one_is_told() {
    let quarter = TestQuarter::new().await.signed_in(Role::Member).await;
    quarter.account("jo", Role::Member).await;
    let wrong = quarter.post("/account/email", &[("email", "mira")]).await;
    assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.body.contains("id=\"email-problem\""));
    let known = quarter.post("/account/email", &[("email", "jo@nord.example")]).await;
    let unknown = quarter.post("/account/email", &[("email", "neu@fern.example")]).await;
    assert_eq!((known.status, known.location()), (unknown.status, unknown.location()), "nobody learns who is here");
    let letters = quarter.letters().await;
    let link = |to: &str| {
        let letter = letters.iter().find(|letter| letter.to.as_str() == to).expect("a letter");
        let link = letter.text.split_whitespace().find(|word| word.contains("/account/email/")).expect("a link");
        link.trim_start_matches(BASE).to_owned()
    };
    assert_eq!(quarter.post(&link("jo@nord.example"), &[]).await.status, StatusCode::GONE, "the last one counts");
    for _ in 0..2 {
        assert!(quarter.get(&link("neu@fern.example")).await.body.contains("Neue Adresse bestätigen"));
    }
    assert!(account(&quarter, "neu@fern.example").await.is_none(), "opening it changes nothing");
    let changed = quarter.post(&link("neu@fern.example"), &[]).await;
    assert_eq!(changed.location(), "/account?done=address-changed");
    assert!(account(&quarter, "neu@fern.example").await.is_some());
    assert!(account(&quarter, "mira@nord.example").await.is_none());
    let [told] = quarter.letters().await.try_into().expect("one letter");
    assert_eq!(told.to.as_str(), "mira@nord.example");
    assert_eq!(quarter.post(&link("neu@fern.example"), &[]).await.status, StatusCode::GONE, "once");
}

#[tokio::test]
async fn a_profile_is_switched_on_and_off_and_its_name_is_never_given_again() {
    let quarter = TestQuarter::new().await.signed_in(Role::Member).await;
    let page = quarter.get("/account").await.body;
    assert!(page.contains("Niemand sieht, dass Sie hier einen Zugang haben."), "{page}");
    let wrong = quarter.post("/account/profile", &[("handle", "Admin!")]).await;
    assert!(
        wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.body.contains("handle-problem"),
        "{}",
        wrong.body
    );
    let on = quarter.post("/account/profile", &[("handle", "mira")]).await;
    assert_eq!(on.location(), "/account?done=profile-on");
    assert!(quarter.get("/account").await.body.contains("mira@nord.example"));
    assert_eq!(quarter.get("/@mira").await.status, StatusCode::OK);
    assert!(quarter.get("/account/profile/off").await.body.contains("Öffentliches Profil löschen?"));
    assert_eq!(quarter.post("/account/profile/off", &[]).await.location(), "/account?done=profile-off");
    assert_eq!(quarter.get("/@mira").await.status, StatusCode::GONE);
    let again = quarter.post("/account/profile", &[("handle", "mira")]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn who_leaves_is_gone_and_the_last_who_manages_accounts_stays() {
    let mut quarter = TestQuarter::new().await.signed_in(Role::Admin).await;
    let name = quarter.post("/account", &[("name", " Mira K. "), ("language", "en")]).await;
    assert_eq!(name.location(), "/account?done=kept");
    assert!(quarter.post("/account", &[("name", "")]).await.body.contains("name-problem"));
    let refused = quarter.post("/account/leave", &[]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("Mindestens ein Mensch muss Zugänge verwalten."));
    let kept = account(&quarter, "mira@nord.example").await.expect("the account");
    assert_eq!((kept.name.as_str(), kept.language), ("Mira K.", domain::language::Language::EN));
    let jo = quarter.account("jo", Role::Admin).await;
    assert!(quarter.get("/account/leave").await.body.contains("Mira K."));
    assert!(account(&quarter, "mira@nord.example").await.is_some(), "asking deletes nothing");
    assert_eq!(quarter.post("/account/leave", &[]).await.location(), "/?done=gone");
    assert!(account(&quarter, "mira@nord.example").await.is_none());
    assert_eq!(quarter.get("/account").await.status, StatusCode::UNAUTHORIZED);
    quarter.enter(&jo).await;
    assert_eq!(quarter.get("/account").await.status, StatusCode::OK);
}

/// Sends a file to the form for what somebody brought along.
async fn bring(quarter: &TestQuarter, file: &[u8]) -> Answer {
    let head = b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.tar.gz\"\r\n\r\n";
    let body = [&head[..], file, b"\r\n--x--\r\n"].concat();
    let request = Request::post("/account/import").header(HOST, "nord.example").header(ORIGIN, BASE);
    quarter.answer(request.header(CONTENT_TYPE, "multipart/form-data; boundary=x"), body.into()).await
}

/// The file with everything of whoever is signed in.
async fn export(quarter: &TestQuarter) -> (StatusCode, http::HeaderMap, axum::body::Bytes) {
    let request = Request::post("/account/export").header(HOST, "nord.example").header(ORIGIN, BASE);
    quarter.bytes(request, axum::body::Body::empty()).await
}

#[tokio::test]
async fn prv_08_everybody_takes_along_what_is_theirs_and_nothing_else() {
    let mut quarter = TestQuarter::new().await.signed_in(Role::Member).await;
    quarter.account("jo", Role::Admin).await;
    let file = export(&quarter).await;
    assert_eq!(
        file.1.get("content-disposition").expect("a name"),
        "attachment; filename=\"nordstadt-2026-11-22.tar.gz\""
    );
    assert_eq!(file.1.get("cache-control").expect("a rule"), "private, no-store");
    let mut text = String::new();
    flate2::read::GzDecoder::new(&file.2[..]).read_to_string(&mut text).expect("text in gzip");
    assert!(text.contains("mira@nord.example") && !text.contains("jo@nord.example"), "{text}");

    let refused = bring(&quarter, &file.2).await;
    assert!(refused.body.contains("Dafür brauchen Sie hier ein öffentliches Profil."), "{}", refused.body);
    quarter.post("/account/profile", &[("handle", "mira")]).await;
    for (file, words) in [(&b""[..], "Bitte wählen Sie eine Datei aus."), (b"x", "Diese Datei lässt sich nicht lesen.")]
    {
        let refused = bring(&quarter, file).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains(words) && refused.body.contains("autofocus"), "{words}: {}", refused.body);
    }
    let file = export(&quarter).await;
    let taken = bring(&quarter, &file.2).await;
    assert!(taken.status == StatusCode::OK && taken.body.contains("Es gab nichts Neues."), "{}", taken.body);

    quarter.swap_cookie(None);
    for request in [Request::post("/account/export"), Request::post("/account/import"), Request::get("/account/import")]
    {
        let nobody = quarter.send(request.header(HOST, "nord.example").header(ORIGIN, BASE), &[]).await;
        assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);
    }
}
