//! What somebody is signed in with, in two words, so that they know their devices apart. Nothing else is kept of it.

use http::HeaderMap;
use http::header::USER_AGENT;

/// Programs by what is in their names; the first that fits counts, since they all claim to be each other.
const PROGRAMS: [(&str, &str); 6] = [
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];
/// Systems, in the same way.
const SYSTEMS: [(&str, &str); 6] = [
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
];

/// Program and system of a request: `Firefox, Android`; `None` if it says neither.
pub(crate) fn name(headers: &HeaderMap) -> Option<String> {
    let agent = headers.get(USER_AGENT)?.to_str().ok()?;
    let find =
        |names: &[(&str, &'static str)]| names.iter().find(|(part, _)| agent.contains(part)).map(|(_, name)| *name);
    let words: Vec<&str> = [find(&PROGRAMS), find(&SYSTEMS)].into_iter().flatten().collect();
    (!words.is_empty()).then(|| words.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_words_and_no_version() {
        let cases = [
            ("Mozilla/5.0 (Android 14; Mobile; rv:133.0) Gecko/133.0 Firefox/133.0", Some("Firefox, Android")),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36 Edg/131.0",
                Some("Edge, Windows"),
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile Safari/604.1",
                Some("Safari, iPhone"),
            ),
            ("Lynx/2.9", None),
            ("<script>", None),
        ];
        for (agent, expected) in cases {
            let headers = HeaderMap::from_iter([(USER_AGENT, agent.parse().expect("a header"))]);
            assert_eq!(name(&headers).as_deref(), expected, "{agent}");
        }
        assert_eq!(name(&HeaderMap::new()), None);
    }
}
