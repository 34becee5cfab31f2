//! Signatures that must not hold.

use super::{ALL, FOLLOW, KEY_ID, Post, hs2019, later, legacy, now, seconds_from_now};
use crate::signatures::{date, digest};

#[test]
fn sig_01_another_body_under_the_same_signature_is_refused() {
    let mut post = Post::good();
    post.body = FOLLOW.replace("Follow", "Delete").into_bytes();
    assert_eq!(post.status(), 401);
    let post = post.clone().with("digest", &digest::of(&post.body));
    assert_eq!(post.status(), 401, "the digest is signed, too");
}

#[test]
fn sig_02_every_repeated_security_header_is_malformed() {
    let names = ["signature", "signature-input", "digest", "content-digest", "date", "host", "content-length"];
    for name in names.into_iter().chain(["content-type", "authorization"]) {
        let once = Post::good().headers.get(name).cloned();
        let value = once.as_ref().and_then(|value| value.to_str().ok()).unwrap_or("x");
        let post = Post::good().with(name, value).adding(name, value);
        assert_eq!(post.status(), 400, "{name} twice");
        assert_eq!(Post::good().without(name).adding(name, "x").adding(name, value).status(), 400, "{name} in front");
    }
    let digest = Post::good().header("digest");
    let joined = format!("{}, {digest}", digest::of(b"forged"));
    assert_eq!(Post::good().with("digest", &joined).status(), 400, "two digests in one header");
    let signature = Post::good().header("signature");
    assert_eq!(Post::good().with("signature", &format!("{signature}, {signature}")).status(), 401);
}

#[test]
fn sig_03_a_signature_for_another_host_is_refused() {
    for host in ["evil.example", "ours.example:8443", "ours.example, evil.example", "", "ours.example.evil.example"] {
        let post = Post::good().with("host", host).signed(ALL, &legacy(KEY_ID));
        assert_eq!(post.status(), 401, "{host}");
    }
    let post = Post::good().with("host", "evil.example").adding("x-forwarded-host", "ours.example");
    assert_eq!(post.signed(ALL, &legacy(KEY_ID)).status(), 401);
    for host in ["OURS.example", "ours.example:443", "ours.example."] {
        let post = Post::good().with("host", host).signed(ALL, &legacy(KEY_ID));
        assert_eq!(post.status(), 202, "{host} is another spelling of ours");
    }
}

#[test]
fn sig_04_a_signature_made_for_another_server_proves_nothing_here() {
    let theirs = Post::good().with("host", "other.example").signed(ALL, &legacy(KEY_ID));
    assert_eq!(theirs.clone().with("host", "ours.example").status(), 401);
    let mut elsewhere = Post::good();
    elsewhere.target = "/users/alice/inbox".to_owned();
    assert_eq!(elsewhere.status(), 401);
}

#[test]
fn sig_05_every_required_component_must_be_covered() {
    assert_eq!(Post::good().signed(ALL, &legacy(KEY_ID)).status(), 202);
    for left_out in ["(request-target)", "host", "date", "digest"] {
        let covered: Vec<_> = ALL.split(' ').filter(|name| *name != left_out).collect();
        let post = Post::good().signed(&covered.join(" "), &legacy(KEY_ID));
        assert_eq!(post.status(), 401, "without {left_out}");
    }
    assert_eq!(Post::good().signed("digest", &legacy(KEY_ID)).status(), 401);
    let missing = Post::good().signed("(request-target) host date digest x-missing", &legacy(KEY_ID));
    assert_eq!(missing.status(), 401, "a covered header that is not there");
}

#[test]
fn sig_06_a_signature_without_a_readable_time_is_refused() {
    for banana in ["banana", "", "0", "1763000000", "Thu, 32 Nov 2025 00:00:00 GMT"] {
        let post = Post::good().with("date", banana).signed(ALL, &legacy(KEY_ID));
        assert_eq!(post.status(), 401, "{banana}");
    }
    assert_eq!(Post::good().without("date").signed(ALL, &legacy(KEY_ID)).status(), 401);
    assert_eq!(Post::good().signed("(request-target) host digest", &hs2019()).status(), 401);
}

#[test]
fn sig_07_a_signature_holds_for_an_hour_and_five_minutes_ahead() {
    let hour = 3600;
    let table = [
        (-13 * hour, 401),
        (-hour - 60, 401),
        (-hour + 60, 202),
        (-60, 202),
        (0, 202),
        (240, 202),
        (360, 401),
        (24 * hour, 401),
        (70 * 365 * 24 * hour, 401),
        (7970 * 365 * 24 * hour, 401),
        (-2 * 365 * 24 * hour, 401),
    ];
    for (offset, status) in table {
        let date = date::format(later(offset));
        let post = Post::good().with("date", &date).signed(ALL, &legacy(KEY_ID));
        assert_eq!(post.status(), status, "Date {date}");
        let parameters = format!("{},created={}", hs2019(), seconds_from_now(offset));
        let post = Post::good().without("date").signed("(request-target) (created) host digest", &parameters);
        let expected = if seconds_from_now(offset) > 99_999_999_999 { 401 } else { status };
        assert_eq!(post.status(), expected, "created {offset}");
    }
    assert_eq!(Post::good().status_at(later(hour + 1)), 401);
    let leap = Post::good().with("date", "Thu, 13 Nov 2025 02:13:60 GMT").signed(ALL, &legacy(KEY_ID));
    assert!([202, 401].contains(&leap.status()));
}

#[test]
fn a_signature_may_say_itself_when_it_was_made_and_ends() {
    let covered = "(request-target) (created) (expires) host digest";
    let signed = |created: i64, expires: i64| {
        let times = format!("{},created={},expires={}", hs2019(), seconds_from_now(created), seconds_from_now(expires));
        Post::good().without("date").signed(covered, &times)
    };
    assert_eq!(signed(-10, 10).status(), 202);
    assert_eq!(signed(-10, -1).status(), 401, "it has expired");
    let moved = signed(-10, 10);
    let header =
        moved.header("signature").replace(&seconds_from_now(10).to_string(), &seconds_from_now(99).to_string());
    assert_eq!(moved.with("signature", &header).status(), 401, "expires is signed, too");
    let quoted = format!(r#"{},created="{}""#, hs2019(), seconds_from_now(0));
    assert_eq!(Post::good().signed("(request-target) (created) host digest", &quoted).status(), 202);
    let old = format!("{},created={}", legacy(KEY_ID), seconds_from_now(0));
    let post = Post::good().signed("(request-target) (created) host date digest", &old);
    assert_eq!(post.status(), 401, "rsa-sha256 does not know (created)");
}

#[test]
fn sig_08_absurd_times_are_refused_and_do_no_harm() {
    for created in ["18446744073709551615", "9223372036854775806", "99999999999", "0", "-1", "1e9", "0x10"] {
        let parameters = format!("{},created={created}", hs2019());
        let post = Post::good().signed("(request-target) (created) host digest", &parameters);
        assert_eq!(post.status(), 401, "{created}");
        let parameters = format!("{},expires={created}", hs2019());
        let post = Post::good().signed("(request-target) (expires) host date digest", &parameters);
        assert!([202, 401].contains(&post.status()), "{created}");
    }
}

#[test]
fn sig_12_the_key_must_be_on_the_host_of_the_actor() {
    let other = legacy("https://evil.example/mallory#main-key");
    assert_eq!(Post::good().signed(ALL, &other).status(), 401);
    for host in ["https://sender.example:8443/alice", "https://www.sender.example/alice", "https://ours.example/nord"] {
        assert_eq!(Post::of(&FOLLOW.replace("https://sender.example/alice", host)).status(), 401, "{host}");
    }
    let us = legacy("https://ours.example/nord#main-key");
    let body = FOLLOW.replace("https://sender.example", "https://ours.example");
    assert_eq!(Post::of(&body).signed(ALL, &us).status(), 401, "nobody speaks for us from outside");
}

#[test]
fn sig_13_sig_14_only_plain_https_key_ids_are_looked_at() {
    let table = [
        "acct:alice@sender.example",
        "http://sender.example/alice#main-key",
        "https://user@sender.example/alice",
        "https://user:pw@sender.example/alice",
        "ftp://sender.example/alice",
        "data:text/plain,key",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "/alice#main-key",
        "//sender.example/alice",
        "sender.example",
        "https://",
        "https://sender.example/ali ce",
        " https://sender.example/alice",
        "http://localhost/alice",
        "did:key:z6Mk",
        "#",
    ];
    for key_id in table {
        assert_eq!(Post::good().signed(ALL, &legacy(key_id)).status(), 401, "{key_id}");
    }
}

#[test]
fn sig_15_unknown_algorithms_and_empty_signatures_are_refused() {
    for algorithm in ["none", "hmac-sha256", "rsa-sha1", "rsa-sha512", "ecdsa-sha256", "ed25519", "", "RSA-SHA256"] {
        let parameters = format!(r#"keyId="{KEY_ID}",algorithm="{algorithm}""#);
        assert_eq!(Post::good().signed(ALL, &parameters).status(), 401, "{algorithm}");
    }
    let parameters = format!(r#"keyId="{KEY_ID}""#);
    assert_eq!(Post::good().signed(ALL, &parameters).status(), 202, "absent means that the key knows");
    for signature in ["", "AAAA", "not base64", &"A".repeat(1 << 20)] {
        let header = format!(r#"{parameters},headers="{ALL}",signature="{signature}""#);
        assert_eq!(Post::good().with("signature", &header).status(), 401);
    }
}

#[test]
fn sig_16_what_is_not_signed_or_has_no_digest_is_refused() {
    assert_eq!(Post::good().without("signature").status(), 401);
    assert_eq!(Post::good().without("digest").status(), 401);
    assert_eq!(Post::good().without("digest").signed("(request-target) host date", &legacy(KEY_ID)).status(), 401);
    let weak = Post::good().with("digest", "MD5=1B2M2Y8AsgTpgAmY7PhCfg==").signed(ALL, &legacy(KEY_ID));
    assert_eq!(weak.status(), 401);
}

#[test]
fn sig_20_the_target_is_taken_as_it_was_on_the_wire() {
    for target in ["/inbox?x=1", "/%69nbox", "//inbox", "/inbox/", "/api/inbox", "/INBOX", "https://ours.example/inbox"]
    {
        let mut post = Post::good();
        post.target = target.to_owned();
        assert_eq!(post.status(), 401, "{target} with a signature for /inbox");
        let post = post.signed(ALL, &legacy(KEY_ID));
        assert_eq!(post.status(), 202, "{target} signed as it is");
    }
}

#[test]
fn a_request_signed_by_rfc_9421_gets_the_401_that_asks_for_a_second_knock() {
    let post = Post::good().with("signature", "sig1=:AAAA:").with("signature-input", r#"sig1=("@method");keyid="k""#);
    assert_eq!(post.status(), 401);
    assert!(post.examined(now()).is_err());
}
