//! Bodies that are refused although their signature holds.

use super::super::MAX_BODY;
use super::{FOLLOW, Post};

fn sized(bytes: usize) -> String {
    let padding = bytes - FOLLOW.len() - r#","pad":"""#.len();
    FOLLOW.replace('}', &format!(r#","pad":"{}"}}"#, "x".repeat(padding)))
}

#[test]
fn dos_01_a_body_of_one_mebibyte_passes_and_one_byte_more_does_not() {
    assert_eq!(Post::of(&sized(MAX_BODY)).status(), 202);
    assert_eq!(Post::of(&sized(MAX_BODY + 1)).status(), 413);
    assert_eq!(Post::of(&sized(MAX_BODY + 1)).without("signature").status(), 413);
}

#[test]
fn txt_03_doubled_keys_are_refused() {
    for (from, to) in [
        (r#""actor":"#, r#""actor":"https://evil.example/m","actor":"#),
        (r#""id":"#, r#""id":"https://sender.example/0","id":"#),
        (r#""type":"#, r#""type":"Delete","type":"#),
        (r#""object":"#, r#""object":"https://ours.example/sued","object":"#),
        (r#""object":"#, r#""\u006fbject":"https://ours.example/sued","object":"#),
    ] {
        assert_eq!(Post::of(&FOLLOW.replace(from, to)).status(), 400, "{to}");
    }
}

#[test]
fn a_body_that_is_no_activity_of_one_actor_is_malformed() {
    let actor = r#""actor":"https://sender.example/alice""#;
    let id = r#""id":"https://sender.example/1""#;
    let table = [
        String::new(),
        "null".to_owned(),
        format!("[{FOLLOW}]"),
        format!("{FOLLOW}{FOLLOW}"),
        FOLLOW.replace("Follow", r"Fol\u0000low"),
        FOLLOW.replace("Follow", r"\ud800"),
        FOLLOW.replace(actor, r#""actor":null"#),
        FOLLOW.replace(actor, r#""actor":"""#),
        FOLLOW.replace(actor, r#""actor":7"#),
        FOLLOW.replace(actor, r#""actor":"alice""#),
        FOLLOW.replace(actor, r#""actor":{"name":"alice"}"#),
        FOLLOW.replace(actor, r#""actor":["https://sender.example/alice","https://sender.example/bob"]"#),
        FOLLOW.replace(actor, r#""actor":"http://sender.example/alice""#),
        FOLLOW.replace(actor, r#""actor":"https://eve@sender.example/alice""#),
        FOLLOW.replace(&format!("{actor},"), ""),
        FOLLOW.replace(id, r#""id":"https://evil.example/1""#),
        FOLLOW.replace(id, r#""id":"https://ours.example/1""#),
        FOLLOW.replace(id, r#""id":["https://sender.example/1"]"#),
        FOLLOW.replace(id, r#""id":"1""#),
        FOLLOW.replace(r#""Follow""#, &"[".repeat(100_000)),
        FOLLOW.replace(r#""Follow""#, &format!("{}{}", "[".repeat(200), "]".repeat(200))),
    ];
    for body in table {
        assert_eq!(Post::of(&body).status(), 400, "{}", body.get(..200).unwrap_or(&body));
    }
}

#[test]
fn an_actor_in_any_shape_is_one_actor() {
    let id = "\"https://sender.example/alice\"";
    for actor in [format!(r#"{{"id":{id},"type":"Person"}}"#), format!("[{id}]"), format!(r#"[{{"id":{id}}}]"#)] {
        assert_eq!(Post::of(&FOLLOW.replace(id, &actor)).status(), 202, "{actor}");
    }
    assert_eq!(Post::of(&FOLLOW.replace(r#""id":"https://sender.example/1","#, "")).status(), 202);
}

#[test]
fn the_content_type_is_that_of_an_activity() {
    let table = [
        ("application/activity+json; charset=utf-8", 202),
        (r#"application/ld+json; profile="https://www.w3.org/ns/activitystreams""#, 202),
        ("application/json", 202),
        ("text/plain", 400),
        ("multipart/form-data", 400),
        ("", 400),
    ];
    for (content_type, status) in table {
        let covered = "(request-target) host date digest";
        let post = Post::good().signed(covered, &super::legacy(super::KEY_ID)).with("content-type", content_type);
        assert_eq!(post.status(), status, "{content_type}");
    }
    let post = Post::good().signed("(request-target) host date digest", &super::legacy(super::KEY_ID));
    assert_eq!(post.without("content-type").status(), 400);
}
