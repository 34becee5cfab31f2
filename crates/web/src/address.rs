//! Where a redirect may lead: to this site, and nowhere else.

/// `path` if it is a path of this site, else the front page.
///
/// Browsers read `//host`, `/\host` and paths with tabs or line breaks as other sites.
pub(crate) fn inside(path: &str) -> &str {
    let plain = path.len() <= 2000 && path.chars().all(|c| c.is_ascii_graphic() && c != '\\');
    let ours = path.starts_with('/') && !path.starts_with("//");
    if plain && ours { path } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_site_are_followed() {
        assert_eq!(inside("/events?time=week"), "/events?time=week");
        let foreign = [
            "",
            "//evil.example",
            "/\\evil.example",
            "https:evil.example",
            "javascript:x",
            "/\t/evil",
            "/a\r\nSet-Cookie: x",
        ];
        for path in foreign {
            assert_eq!(inside(path), "/", "{path:?}");
        }
    }
}
