//! The part of a text that a search has found, with the words marked.

use domain::search::{Term, Wanted};
use domain::words::{self, Tongue};

/// A piece of a text; what was searched for is marked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) is_hit: bool,
}

/// How much is shown, and how much of it before the first hit, in characters.
const LONG: usize = 220;
const BEFORE: usize = 60;

/// Where the words stand that were searched for, in bytes.
fn spots(text: &str, wanted: &Wanted) -> Vec<(usize, usize)> {
    let tongue = Tongue::of(text);
    let covers = |stem: &str| wanted.all.iter().any(|term: &Term| term.covers(stem));
    let hits = words::words(text, tongue).filter(|word| covers(&word.stem));
    hits.map(|word| (word.from, word.from + word.text.len())).collect()
}

/// A whole line, as a title is.
pub(super) fn line(text: &str, wanted: &Wanted) -> Vec<Piece> {
    pieces(text, (0, text.len()), &spots(text, wanted))
}

/// The part of a text around the first hit; its beginning where there is none.
pub(super) fn part(text: &str, wanted: &Wanted) -> Vec<Piece> {
    let spots = spots(text, wanted);
    let first = spots.first().map_or(0, |(from, _)| *from);
    let from = back(text, first);
    let rest = text.get(from..).unwrap_or_default();
    let end = rest.char_indices().nth(LONG).map_or(text.len(), |(at, _)| {
        let cut = rest.get(..at).and_then(|part| part.rfind(' ')).unwrap_or(at);
        from + cut
    });
    let mut pieces = pieces(text, (from, end), &spots);
    let plain = |text: &str| Piece { text: text.to_owned(), is_hit: false };
    if from > 0 {
        pieces.insert(0, plain("… "));
    }
    if end < text.len() {
        pieces.push(plain(" …"));
    }
    pieces
}

/// The beginning of a word some way before `at`.
fn back(text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or_default();
    let Some((start, _)) = before.char_indices().rev().nth(BEFORE) else { return 0 };
    let gap = before.get(start..).and_then(|part| part.find(' '));
    gap.map_or(start, |gap| start + gap + 1)
}

fn pieces(text: &str, (from, to): (usize, usize), spots: &[(usize, usize)]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut at = from;
    let mut add = |from: usize, to: usize, is_hit: bool| {
        let text = text.get(from..to).unwrap_or_default();
        if !text.is_empty() {
            pieces.push(Piece { text: text.to_owned(), is_hit });
        }
    };
    for (start, end) in spots.iter().copied().filter(|(start, end)| *start >= from && *end <= to) {
        add(at, start, false);
        add(start, end, true);
        at = end;
    }
    add(at, to, false);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(pieces: Vec<Piece>) -> String {
        pieces.into_iter().map(|piece| if piece.is_hit { format!("[{}]", piece.text) } else { piece.text }).collect()
    }

    #[test]
    fn hits_are_marked_whatever_their_ending() {
        let wanted = Wanted::read("gaerten café");
        assert_eq!(shown(line("Garten & Reparaturcafé", &wanted)), "[Garten] & [Reparaturcafé]");
    }

    #[test]
    fn a_long_text_is_shown_around_the_first_hit() {
        let text = format!("{} Kuchen {}", "süßes Gebäck ".repeat(40), "und Tee ".repeat(80));
        let part = shown(part(&text, &Wanted::read("Kuchen")));
        assert!(part.starts_with("… ") && part.ends_with(" …") && part.contains("[Kuchen]"), "{part}");
        assert!(part.chars().count() < LONG + 10);
        assert_eq!(shown(super::part("kurz", &Wanted::read("lang"))), "kurz");
    }

    #[test]
    fn no_letter_is_cut_in_two() {
        for text in ["ä".repeat(1_000), "😀 ".repeat(500), "a\u{301}".repeat(600)] {
            for typed in ["ä", "😀", "a\u{301}a", &text] {
                let wanted = Wanted::read(typed);
                assert!(!part(&text, &wanted).is_empty());
            }
        }
    }
}
