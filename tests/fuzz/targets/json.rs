//! Documents of other servers: JSON that every reader reads the same, and the objects in it.
#![no_main]

use domain::language::Language;
use federation::fetch::json;
use federation::objects::{actor, note};
use federation::signatures::proof;
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|input: &[u8]| {
    let Ok(object) = json::parse(input) else { return };
    let value = Value::Object(object);
    assert_eq!(serde_json::from_slice::<Value>(input).ok().as_ref(), Some(&value), "as another reader reads it");
    // Any answer will do, but there is one.
    let _ = proof::read(&value, Timestamp::UNIX_EPOCH);
    if let Ok(actor) = actor::read(&value, Timestamp::UNIX_EPOCH) {
        let host = domain::host::Host::of(&actor.url);
        assert_eq!(domain::host::Host::of(&actor.inbox), host, "the inbox is on the actor's host");
    }
    if let Some(details) = note::read(&value, Language::DE) {
        assert!(!details.content.as_str().contains("<script"));
    }
});
