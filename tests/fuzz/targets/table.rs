//! Tables of dates from anywhere: whatever is read passes for an event.
#![no_main]

use calendar::ics::read::Options;
use calendar::table::read;
use domain::event::Draft;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let now = "2026-11-22T10:00:00Z".parse().expect("a time");
    let options = Options { default_timezone: "Europe/Berlin".to_owned(), now };
    for item in read(input, &options, None).reading.items {
        if let Err(invalid) = Draft::new(item.details) {
            panic!("what was read is no event: {invalid}");
        }
    }
});
