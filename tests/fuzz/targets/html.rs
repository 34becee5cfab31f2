//! Texts of other servers, cleaned.
#![no_main]

use domain::html::{self, Html};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &str| {
    let clean = Html::clean(input);
    for bad in ["<script", "<style", "<iframe", "<img", "<svg", "<form", "<a href=\"javascript:", "\0"] {
        assert!(!clean.as_str().contains(bad), "{bad} came through");
    }
    let again = Html::clean(clean.as_str());
    assert_eq!(again.as_str(), clean.as_str(), "what is clean stays as it is");
    let line = html::line(input, 100);
    assert!(line.chars().count() <= 100 && !line.contains(['\n', '\r', '\0']));
    Html::from_text(&clean.to_text());
});
