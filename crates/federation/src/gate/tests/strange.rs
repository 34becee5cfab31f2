//! Nothing that can come over the wire makes the gate panic, and nothing unsigned passes it.

use http::header::{HeaderMap, HeaderName, HeaderValue};
use proptest::prelude::*;

use super::{FOLLOW, Post, now};

const NAMES: [&str; 6] = ["signature", "digest", "date", "host", "content-type", "content-length"];

/// Pieces that signature headers are made of, so that chance gets past the first comma.
fn fragment() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "keyId=",
        "\"https://sender.example/alice#main-key\"",
        "\"",
        ",",
        "=",
        " ",
        "algorithm=\"hs2019\"",
        "headers=\"(request-target) host date digest\"",
        "headers=\"(created) host\"",
        "signature=\"AAAA\"",
        "signature=",
        "created=1763000000",
        "created=",
        "expires=99999999999",
        "18446744073709551615",
        "(request-target)",
        "\\",
    ]);
    prop_oneof![4 => known.prop_map(str::to_owned), 1 => "\\PC{0,12}"]
}

fn header_value() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        prop::collection::vec(fragment(), 0..16).prop_map(|parts| parts.concat().into_bytes()),
        prop::collection::vec(any::<u8>(), 0..80),
    ]
}

fn never_passes(post: &Post) -> Result<(), TestCaseError> {
    prop_assert!([400, 401, 413].contains(&post.status()));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_strange_signature_is_refused_quietly(value in header_value()) {
        if let Ok(value) = HeaderValue::from_bytes(&value) {
            let mut post = Post::good();
            post.headers.insert("signature", value);
            never_passes(&post)?;
        }
    }

    #[test]
    fn any_headers_are_refused_quietly(values in prop::collection::vec((0..NAMES.len(), header_value()), 0..8)) {
        let mut headers = HeaderMap::new();
        for (index, value) in values {
            let name = NAMES.get(index).copied().unwrap_or("x");
            if let Ok(value) = HeaderValue::from_bytes(&value) {
                headers.append(HeaderName::from_static(name), value);
            }
        }
        never_passes(&Post { headers, ..Post::good() })?;
    }

    #[test]
    fn one_changed_byte_of_the_body_is_noticed(at in 0..FOLLOW.len(), byte in any::<u8>()) {
        let mut post = Post::good();
        let Some(place) = post.body.get_mut(at) else { return Ok(()) };
        prop_assume!(*place != byte);
        *place = byte;
        never_passes(&post)?;
    }

    #[test]
    fn any_signed_body_is_judged_quietly(body in "\\PC{0,200}") {
        prop_assert!(Post::of(&body).examined(now()).is_err());
    }
}
