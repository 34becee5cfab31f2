//! HTML as a browser reads it, as far as it takes to see which elements and attributes are there.

use std::collections::BTreeMap;

/// An element's start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    /// Its name in lower case.
    pub name: String,
    /// Its attributes, names in lower case, values as written.
    pub attributes: BTreeMap<String, String>,
}

/// Every start of an element in a page, in order; what stands inside scripts and styles is no element.
pub fn elements(page: &str) -> Vec<Element> {
    let mut found = Vec::new();
    let mut rest = page;
    while let Some((_, after)) = rest.split_once('<') {
        rest = after;
        if let Some(comment) = after.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, rest)| rest);
        } else if after.starts_with(|c: char| c.is_ascii_alphabetic()) {
            let (element, after) = element(after);
            let raw = ["script", "style", "textarea", "title"].contains(&element.name.as_str());
            let end = format!("</{}", element.name);
            // ASCII letters keep their length when they are made small.
            let inside = raw.then(|| after.to_ascii_lowercase().find(&end).unwrap_or(after.len()));
            rest = inside.and_then(|at| after.get(at..)).unwrap_or(after);
            found.push(element);
        }
    }
    found
}

fn element(text: &str) -> (Element, &str) {
    let end = |c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>');
    let at = text.find(end).unwrap_or(text.len());
    let (name, mut rest) = text.split_at(at);
    let mut attributes = BTreeMap::new();
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        if let Some(after) = rest.strip_prefix('>') {
            rest = after;
            break;
        }
        if rest.is_empty() {
            break;
        }
        // An equals sign in front belongs to the name.
        let from = rest.chars().next().map_or(0, char::len_utf8);
        let at = rest.get(from..).and_then(|rest| rest.find(|c| end(c) || c == '=')).map_or(rest.len(), |at| at + from);
        let (name, after) = rest.split_at(at);
        let (value, after) = match after.trim_start().strip_prefix('=') {
            Some(after) => value(after.trim_start()),
            None => ("", after),
        };
        attributes.entry(name.to_ascii_lowercase()).or_insert_with(|| value.to_owned());
        rest = after;
    }
    (Element { name: name.to_ascii_lowercase(), attributes }, rest)
}

fn value(text: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(inside) = text.strip_prefix(quote) {
            return inside.split_once(quote).unwrap_or((inside, ""));
        }
    }
    text.split_at(text.find(|c: char| c.is_ascii_whitespace() || c == '>').unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_found_where_a_browser_finds_them() {
        let page = "<!doctype html><p class=a>1 < 2 &lt;b><!-- <i> --><a href='x>y' ONCLICK=\"z\" /><script>'<u>'</script \
                    ><img src=x onerror=y><textarea><s></textarea><b/c=d>";
        let all = elements(page);
        let names: Vec<&str> = all.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["p", "a", "script", "img", "textarea", "b"]);
        let of = |at: usize| all.get(at).map(|one| one.attributes.clone().into_iter().collect::<Vec<_>>());
        let pairs = |pairs: &[(&str, &str)]| {
            Some(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<Vec<_>>())
        };
        assert_eq!(of(1), pairs(&[("href", "x>y"), ("onclick", "z")]));
        assert_eq!(of(3), pairs(&[("onerror", "y"), ("src", "x")]));
        assert_eq!(of(5), pairs(&[("c", "d")]));
    }
}
