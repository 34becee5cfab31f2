//! Keys of devices: added, used, forged, removed.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::account::{Account, Role};
use http::StatusCode;
use http::header::{CONTENT_SECURITY_POLICY, SET_COOKIE};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::quarter::{Answer, BASE, TestQuarter};
use crate::second_factor;

/// A device with one key, that says what the test wants it to say.
struct Device {
    key: EcdsaKeyPair,
    name: Vec<u8>,
    host: &'static str,
    origin: &'static str,
    flags: u8,
    counter: u32,
}

impl Device {
    fn new(name: &str) -> Self {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).expect("a key");
        Self { key, name: name.into(), host: "nord.example", origin: BASE, flags: 0b101, counter: 0 }
    }

    fn words(&self, flags: u8) -> Vec<u8> {
        let mut data = digest(&SHA256, self.host.as_bytes()).as_ref().to_vec();
        data.push(flags);
        data.extend(self.counter.to_be_bytes());
        data
    }

    fn client(&self, kind: &str, challenge: &str) -> String {
        json!({ "type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false }).to_string()
    }

    /// What it sends when it has made its key.
    fn made(&self, challenge: &str) -> Vec<(&'static str, String)> {
        let mut data = self.words(self.flags | 0x40);
        data.extend([0; 16]);
        data.extend(u16::try_from(self.name.len()).expect("short").to_be_bytes());
        data.extend(&self.name);
        let public: PublicKeyX509Der<'_> = self.key.public_key().as_der().expect("a key");
        vec![
            ("name", "Mein Telefon".into()),
            ("credential", text(&self.name)),
            ("client_data", text(self.client("webauthn.create", challenge).as_bytes())),
            ("device_data", text(&data)),
            ("public_key", text(public.as_ref())),
            ("algorithm", "-7".into()),
        ]
    }

    /// What it sends when its key is used.
    fn used(&self, challenge: &str) -> Vec<(&'static str, String)> {
        let (data, client) = (self.words(self.flags), self.client("webauthn.get", challenge));
        let message = [data.as_slice(), digest(&SHA256, client.as_bytes()).as_ref()].concat();
        let signature = self.key.sign(&SystemRandom::new(), &message).expect("a signature");
        vec![
            ("credential", text(&self.name)),
            ("client_data", text(client.as_bytes())),
            ("device_data", text(&data)),
            ("signature", text(signature.as_ref())),
        ]
    }
}

fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

async fn send(quarter: &TestQuarter, path: &str, fields: &[(&'static str, String)]) -> Answer {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    quarter.post(path, &fields).await
}

async fn asked(quarter: &TestQuarter, path: &str, fields: &[(&str, &str)]) -> Value {
    let answer = quarter.post(path, fields).await;
    serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("JSON in {} {}", answer.status, answer.body))
}

fn challenge_of(words: &Value) -> String {
    words["challenge"].as_str().unwrap_or_else(|| panic!("a challenge in {words}")).to_owned()
}

async fn add(quarter: &TestQuarter, device: &Device) -> Answer {
    let words = asked(quarter, "/account/passkeys/challenge", &[]).await;
    send(quarter, "/account/passkeys", &device.made(&challenge_of(&words))).await
}

async fn enter(quarter: &TestQuarter, device: &Device) -> Answer {
    let words = asked(quarter, "/sign-in/passkey/challenge", &[]).await;
    send(quarter, "/sign-in/passkey", &device.used(&challenge_of(&words))).await
}

/// A quarter with somebody whose device has a key, and nobody signed in.
async fn with_passkey() -> (TestQuarter, Account, Device) {
    let mut quarter = TestQuarter::new().await;
    let mira = quarter.account("mira", Role::Member).await;
    quarter.enter(&mira).await;
    let device = Device::new("telefon");
    assert_eq!(add(&quarter, &device).await.location(), "/account/passkeys?done=passkey-added");
    quarter.swap_cookie(None);
    (quarter, mira, device)
}

fn is_refused(answer: &Answer) -> bool {
    let is_page = answer.body.contains("Das hat mit diesem Passkey nicht geklappt.");
    answer.status == StatusCode::UNPROCESSABLE_ENTITY && is_page && answer.headers.get(SET_COOKIE).is_none()
}

#[tokio::test]
async fn a_device_signs_its_owner_in_and_they_see_when() {
    let (mut quarter, mira, device) = with_passkey().await;
    let [letter] = quarter.letters().await.try_into().expect("one letter");
    assert!(letter.to == mira.email && letter.text.contains("einen neuen Passkey"), "{}", letter.text);
    quarter.clock.step(SignedDuration::from_hours(48));
    let entered = enter(&quarter, &device).await;
    assert_eq!(entered.location(), "/?done=signed-in");
    quarter.keep_cookie(&entered);
    let page = quarter.get("/account/passkeys").await.body;
    assert!(page.contains("Mein Telefon") && page.contains("seit 22.11.2026, zuletzt am 24.11.2026"), "{page}");
    let words = asked(&quarter, "/account/passkeys/challenge", &[]).await;
    assert_eq!((&words["site"], &words["known"]), (&json!("nord.example"), &json!([text(b"telefon")])));
    assert_eq!(words["user"]["name"], json!("mira@nord.example"));
}

#[tokio::test]
async fn a_passkey_stands_for_both_keys_and_the_letter_still_asks_for_the_second() {
    let (mut quarter, eva) = second_factor::strict().await;
    let (secret, _) = second_factor::set_up(&quarter).await;
    quarter.clock.step(SignedDuration::from_mins(1));
    let device = Device::new("eva");
    let refused = asked(&quarter, "/account/passkeys/challenge", &[("code", "000 000")]).await;
    assert!(refused["message"].as_str().is_some_and(|words| words.contains("Das passt nicht")), "{refused}");
    let number = second_factor::number(&quarter, &secret);
    let words = asked(&quarter, "/account/passkeys/challenge", &[("code", &number)]).await;
    let added = send(&quarter, "/account/passkeys", &device.made(&challenge_of(&words))).await;
    assert_eq!(added.location(), "/account/passkeys?done=passkey-added");
    quarter.swap_cookie(None);
    let entered = enter(&quarter, &device).await;
    assert_eq!(entered.location(), "/?done=signed-in");
    quarter.keep_cookie(&entered);
    assert_eq!(quarter.get("/editors").await.status, StatusCode::OK);
    quarter.swap_cookie(None);
    quarter.enter(&eva).await;
    assert_eq!(quarter.get("/account").await.status, StatusCode::UNAUTHORIZED, "the link alone opens half");
}

#[tokio::test]
async fn forged_answers_of_devices_open_nothing() {
    let (quarter, _, device) = with_passkey().await;
    let stranger = Device { name: device.name.clone(), ..Device::new("") };
    assert!(is_refused(&enter(&quarter, &stranger).await), "another key under the same name");
    assert!(is_refused(&enter(&quarter, &Device::new("unbekannt")).await), "a key that nobody has");
    for (what, flags, host, origin) in [
        ("another host", 0b101, "evil.example", BASE),
        ("another page", 0b101, "nord.example", "https://evil.example"),
        ("another port", 0b101, "nord.example", "https://nord.example:8443"),
        ("without its owner", 0b001, "nord.example", BASE),
        ("with nobody there", 0b100, "nord.example", BASE),
    ] {
        let Device { key, name, .. } = Device { key: copy(&device), ..Device::new("telefon") };
        let forged = Device { key, name, host, origin, flags, counter: 0 };
        assert!(is_refused(&enter(&quarter, &forged).await), "{what}");
    }
    for invented in ["", "abc", &"A".repeat(43)] {
        assert!(is_refused(&send(&quarter, "/sign-in/passkey", &device.used(invented)).await), "{invented}");
    }
    assert!(is_refused(&send(&quarter, "/sign-in/passkey", &[]).await));
    assert_eq!(enter(&quarter, &device).await.location(), "/?done=signed-in", "the real one still does");
}

/// The same key in another hand.
fn copy(device: &Device) -> EcdsaKeyPair {
    let pkcs8 = device.key.to_pkcs8v1().expect("a key");
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8.as_ref()).expect("a key")
}

#[tokio::test]
async fn a_challenge_is_answered_once_within_five_minutes_and_for_what_it_was_made_for() {
    let (mut quarter, mira, device) = with_passkey().await;
    let words = asked(&quarter, "/sign-in/passkey/challenge", &[]).await;
    let said = device.used(&challenge_of(&words));
    assert_eq!(send(&quarter, "/sign-in/passkey", &said).await.location(), "/?done=signed-in");
    assert!(is_refused(&send(&quarter, "/sign-in/passkey", &said).await), "once");
    let words = asked(&quarter, "/sign-in/passkey/challenge", &[]).await;
    quarter.clock.step(SignedDuration::from_mins(5));
    assert!(is_refused(&send(&quarter, "/sign-in/passkey", &device.used(&challenge_of(&words))).await), "too late");
    quarter.enter(&mira).await;
    let to_add = challenge_of(&asked(&quarter, "/account/passkeys/challenge", &[]).await);
    let to_enter = challenge_of(&asked(&quarter, "/sign-in/passkey/challenge", &[]).await);
    assert!(is_refused(&send(&quarter, "/sign-in/passkey", &device.used(&to_add)).await), "it was for a new key");
    let other = Device::new("anderes");
    let refused = send(&quarter, "/account/passkeys", &other.made(&to_enter)).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "it was to sign in");
    let jo = quarter.account("jo", Role::Member).await;
    let hers = challenge_of(&asked(&quarter, "/account/passkeys/challenge", &[]).await);
    quarter.enter(&jo).await;
    let refused = send(&quarter, "/account/passkeys", &other.made(&hers)).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "it was for somebody else");
    assert!(refused.body.contains("value=\"Mein Telefon\""), "what was typed comes back");
    let known = add(&quarter, &device).await;
    assert!(known.body.contains("gibt es hier schon"), "a key has one owner: {}", known.body);
}

#[tokio::test]
async fn a_device_that_counts_backwards_is_not_believed() {
    let (quarter, _, mut device) = with_passkey().await;
    for (counter, fine) in [(0, true), (7, true), (7, false), (6, false), (0, false), (8, true)] {
        device.counter = counter;
        let answer = enter(&quarter, &device).await;
        assert_eq!(answer.location() == "/?done=signed-in", fine, "{counter}");
        assert!(fine || is_refused(&answer), "{counter}");
    }
}

#[tokio::test]
async fn acc_17_twenty_use_one_answer_of_a_device_at_once_and_one_is_signed_in() {
    let (quarter, _, device) = with_passkey().await;
    let words = asked(&quarter, "/sign-in/passkey/challenge", &[]).await;
    let said = device.used(&challenge_of(&words));
    let twenty = std::iter::repeat_with(|| send(&quarter, "/sign-in/passkey", &said)).take(20);
    let answers = futures_util::future::join_all(twenty).await;
    assert_eq!(answers.iter().filter(|answer| answer.headers.contains_key(SET_COOKIE)).count(), 1);
}

#[tokio::test]
async fn acc_05_a_removed_passkey_opens_nothing_and_ends_every_other_session() {
    let (mut quarter, mira, device) = with_passkey().await;
    let entered = enter(&quarter, &device).await;
    quarter.letters().await;
    quarter.enter(&mira).await;
    let page = quarter.get("/account/passkeys").await.body;
    let id =
        page.split("name=\"id\" value=\"").nth(1).and_then(|part| part.split('"').next()).expect("a key").to_owned();
    let jo = quarter.account("jo", Role::Admin).await;
    let here = quarter.swap_cookie(None);
    quarter.enter(&jo).await;
    quarter.post("/account/passkeys/remove", &[("id", &id)]).await;
    assert!(quarter.letters().await.is_empty(), "another's is not found");
    quarter.swap_cookie(here);
    let removed = quarter.post("/account/passkeys/remove", &[("id", &id)]).await;
    assert_eq!(removed.location(), "/account/passkeys?done=passkey-removed");
    let [letter] = quarter.letters().await.try_into().expect("one letter");
    assert!(letter.text.contains("hat einen Passkey weniger"), "{}", letter.text);
    quarter.keep_cookie(&entered);
    assert_eq!(quarter.get("/account").await.status, StatusCode::UNAUTHORIZED);
    assert!(is_refused(&enter(&quarter, &device).await));
}

#[tokio::test]
async fn who_is_suspended_or_gone_has_no_passkey() {
    let (quarter, mira, device) = with_passkey().await;
    let mut tx = quarter.instance.store().write().await.expect("a transaction");
    let now = quarter.instance.clock().now();
    storage::accounts::suspend(&mut tx, mira.id, Some(now)).await.expect("an update");
    tx.commit().await.expect("a commit");
    assert!(is_refused(&enter(&quarter, &device).await));
    federation::members::remove(&quarter.instance, &mira).await.expect("a removal");
    let mut tx = quarter.instance.store().read().await.expect("a view");
    assert!(storage::passkeys::of_account(&mut tx, mira.id).await.expect("rows").is_empty());
}

#[tokio::test]
async fn scripts_run_on_the_pages_of_passkeys_and_nowhere_else() {
    let quarter = TestQuarter::new().await.signed_in(Role::Admin).await;
    for (path, scripted) in [
        ("/sign-in", true),
        ("/account/passkeys", true),
        ("/", false),
        ("/account", false),
        ("/account/second", false),
        ("/account/password", false),
        ("/sign-in/password", false),
        ("/editors", false),
        ("/write/post", false),
        ("/sign-in/passkey", false),
        ("/nothing", false),
    ] {
        let answer = quarter.get(path).await;
        let policy = answer.header(CONTENT_SECURITY_POLICY);
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(policy.contains("script-src 'self'"), scripted, "{path}: {policy}");
        assert_eq!(answer.body.contains("<script src=\"/assets/passkey-"), scripted, "{path}");
    }
    let page = quarter.get("/sign-in").await.body;
    let script = page.split("<script src=\"").nth(1).and_then(|part| part.split('"').next()).expect("a script");
    let script = quarter.get(script).await;
    assert_eq!((script.status, script.header("content-type")), (StatusCode::OK, "text/javascript; charset=utf-8"));
    assert!(page.contains("<div data-script hidden>"), "without a script there is no button that does nothing");
}

#[tokio::test]
async fn a_network_asks_for_so_many_challenges() {
    let quarter = TestQuarter::new().await;
    let mut statuses = Vec::new();
    for _ in 0..26 {
        statuses.push(quarter.post("/sign-in/passkey/challenge", &[]).await.status);
    }
    assert_eq!(statuses[25], StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(quarter.post("/sign-in/passkey", &[]).await.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(quarter.post("/account/passkeys/challenge", &[]).await.status, StatusCode::UNAUTHORIZED);
}
