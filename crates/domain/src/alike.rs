//! Whether two titles mean the same, as far as their words tell.

use std::collections::BTreeSet;

/// Words that say nothing about what something is.
const FILLERS: [&str; 24] = [
    "der", "die", "das", "den", "dem", "des", "ein", "eine", "im", "in", "am", "an", "auf", "mit", "und", "für", "zum",
    "zur", "the", "a", "of", "and", "at", "on",
];

/// Whether two titles share most of their words, whatever their order, case and signs.
pub fn similar(one: &str, other: &str) -> bool {
    let (one, other) = (words(one), words(other));
    let (shared, all) = (one.intersection(&other).count(), one.union(&other).count());
    let fewer = one.len().min(other.len());
    // "Stricken" and "Stricken im Café" are alike, "Fest" and "Fest der Kulturen mit Musik und Tanz" are not.
    fewer > 0 && (shared * 5 >= all * 3 || (shared == fewer && all - fewer <= 2))
}

fn words(title: &str) -> BTreeSet<String> {
    let words = title.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase);
    words.filter(|word| !word.is_empty() && !FILLERS.contains(&word.as_str())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_in_other_words_is_alike_and_something_else_is_not() {
        for (one, other) in [
            ("Stricken im Café", "STRICKEN – Café"),
            ("Stricken", "Stricken im Café"),
            ("Flohmarkt auf dem Nordmarkt", "Nordmarkt: Flohmarkt"),
            ("Großes Sommerfest 2026", "Sommerfest 2026"),
            ("Lesung: Der kleine Prinz", "Der kleine Prinz (Lesung)"),
        ] {
            assert!(similar(one, other) && similar(other, one), "{one} and {other}");
        }
        for (one, other) in [
            ("Fest", "Fest der Kulturen mit Musik und Tanz"),
            ("Chorprobe", "Singen im Hof"),
            ("Yoga für Anfänger", "Yoga am Morgen im Park für alle"),
            ("", ""),
            ("!!!", "???"),
        ] {
            assert!(!similar(one, other), "{one} and {other}");
        }
    }
}
