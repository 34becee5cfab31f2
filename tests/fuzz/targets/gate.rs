//! Requests to an inbox, before anything of them is believed: lines of headers, an empty line, a body.
#![no_main]

use domain::host::Host;
use federation::gate::{self, Request};
use federation::signatures::digest;
use http::header::{HeaderMap, HeaderName, HeaderValue};
use http::Method;
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;

/// What stands for the digest that fits the body: no mutation would find it.
const FITTING: &[u8] = b"*";

fuzz_target!(|input: &[u8]| {
    let at = input.windows(2).position(|two| two == b"\n\n").unwrap_or(input.len());
    let (head, body) = (&input[..at], input.get(at + 2..).unwrap_or_default());
    let mut lines = head.split(|byte| *byte == b'\n');
    let Some(target) = lines.next().and_then(|line| std::str::from_utf8(line).ok()) else { return };
    let mut headers = HeaderMap::new();
    for line in lines {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { return };
        let value = &line[colon + 1..];
        let fitting = digest::of(body);
        let value = if value == FITTING { fitting.as_bytes() } else { value };
        let (Ok(name), Ok(value)) = (HeaderName::from_bytes(&line[..colon]), HeaderValue::from_bytes(value)) else {
            return;
        };
        headers.append(name, value);
    }
    let ours: Host = "ours.example".parse().expect("a host");
    let request = Request { method: &Method::POST, target, headers: &headers, body, host: &ours, scheme: "https" };
    let now = Timestamp::from_second(1_763_000_000).expect("a time");
    if let Ok(claim) = gate::examine(&request, now) {
        let host = Host::of(&claim.actor);
        let key = Host::of(&claim.key_id);
        assert!(claim.proof.is_some() || key == host, "the key is on the actor's host, or there is a proof");
        assert_ne!(key.as_ref(), Some(&ours), "nobody has our keys");
        assert_ne!(host.as_ref(), Some(&ours), "nobody speaks for us");
        assert!(claim.id.as_ref().is_none_or(|id| Host::of(id) == host), "the id is on the actor's host");
    }
    if let Ok(caller) = gate::examine_get(&request, now) {
        assert_ne!(Host::of(&caller.key_id).as_ref(), Some(&ours), "nobody reads in our name");
    }
});
