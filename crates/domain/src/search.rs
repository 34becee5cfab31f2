//! What somebody searches for, read from what they typed.

use std::collections::BTreeSet;

use crate::words::{self, Tongue};

/// How much of what was typed is read, in characters.
pub const LONGEST: usize = 200;
/// How many words and phrases are looked for at once.
const MOST: usize = 8;
/// From how many letters on a word may be the beginning or the end of a longer one.
const PARTS: usize = 4;

/// A word or a phrase that is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// As it was typed.
    pub typed: String,
    /// Its words by their German stems.
    pub german: Vec<String>,
    /// The same by their English stems.
    pub english: Vec<String>,
    /// Whether it may be a part of a longer word: „Repar“, and „café“ in „Reparaturcafé“.
    pub is_part: bool,
}

impl Term {
    fn of(typed: &str, is_phrase: bool) -> Option<Self> {
        let stems = |tongue| words::words(typed, tongue).map(|word| word.stem).collect::<Vec<_>>();
        let (german, english) = (stems(Tongue::German), stems(Tongue::English));
        let is_part = !is_phrase && german.len() == 1 && typed.chars().count() >= PARTS;
        (!german.is_empty()).then(|| Self { typed: typed.to_owned(), german, english, is_part })
    }

    /// The different ways to write it: one or two.
    pub fn ways(&self) -> Vec<&[String]> {
        let mut ways = vec![self.german.as_slice()];
        if self.english != self.german {
            ways.push(&self.english);
        }
        ways
    }

    /// Whether `stem` is a word of it, or may be a longer one that has it as a part.
    pub fn covers(&self, stem: &str) -> bool {
        self.ways()
            .into_iter()
            .flatten()
            .any(|own| own == stem || self.is_part && own.chars().count() >= 3 && stem.contains(own.as_str()))
    }
}

/// Everything that has to be there, and everything that must not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// What has to be there.
    pub all: Vec<Term>,
    /// What must not: with a minus before it.
    pub none: Vec<Term>,
}

impl Wanted {
    /// Reads at most [`LONGEST`] characters and the first few words. Words that say nothing are left out, where others
    /// are there.
    pub fn read(typed: &str) -> Self {
        let typed: String = typed.chars().take(LONGEST).collect();
        let mut seen = BTreeSet::new();
        let mut wanted = Self::default();
        for (text, is_phrase, without) in pieces(&typed) {
            // „Repair-Café“ is two words that stand side by side.
            let Some(term) = Term::of(&text, is_phrase) else { continue };
            if seen.insert((term.german.clone(), without)) {
                if without { wanted.none.push(term) } else { wanted.all.push(term) }
            }
        }
        if wanted.all.iter().any(|term| !words::is_filler(&term.typed)) {
            wanted.all.retain(|term| !words::is_filler(&term.typed));
        }
        wanted.all.truncate(MOST);
        wanted.none.truncate(MOST);
        wanted
    }

    /// Whether there is nothing to look for.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// All of it, as it could have been typed.
    pub fn typed(&self) -> String {
        self.all.first().map_or(String::new(), |first| self.with(first, &first.typed))
    }

    /// What would have been typed with `word` in the place of a term.
    pub fn with(&self, term: &Term, word: &str) -> String {
        let written = |one: &Term| match one.german.len() {
            _ if one == term => word.to_owned(),
            1 => one.typed.clone(),
            _ => format!("\"{}\"", one.typed),
        };
        let all = self.all.iter().map(written);
        all.chain(self.none.iter().map(|one| format!("-{}", written(one)))).collect::<Vec<_>>().join(" ")
    }
}

/// Words and phrases as they were typed: each with whether it is a phrase, and whether a minus stands before it.
fn pieces(typed: &str) -> Vec<(String, bool, bool)> {
    let typed = typed.replace(['„', '“', '”', '«', '»'], "\"");
    let mut pieces = Vec::new();
    for (number, part) in typed.split('"').enumerate() {
        if number % 2 == 1 {
            let before = typed.split('"').nth(number - 1).unwrap_or_default();
            pieces.push((part.trim().to_owned(), true, before.ends_with('-')));
            continue;
        }
        for word in part.split_whitespace() {
            let without = word.len() > 1 && word.starts_with('-');
            pieces.push((word.trim_matches(|c: char| !c.is_alphanumeric()).to_owned(), false, without));
        }
    }
    pieces
}

/// How far a word may be from what was typed to be taken for it, by its letters.
fn slips(letters: usize) -> usize {
    match letters {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    }
}

/// The word nearest to a misspelt stem; `None` if none is near. Each comes with how it is written.
pub fn nearest<'a>(stem: &str, words: impl IntoIterator<Item = &'a (String, String)>) -> Option<&'a str> {
    let most = slips(stem.chars().count());
    let near = words.into_iter().filter_map(|(word, written)| {
        let far = strsim::osa_distance(stem, word);
        (far > 0 && far <= most).then_some((far, word, written))
    });
    near.min().map(|(_, _, written)| written.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(typed: &str) -> (Vec<String>, Vec<String>) {
        let wanted = Wanted::read(typed);
        let typed = |terms: Vec<Term>| terms.into_iter().map(|term| term.typed).collect();
        (typed(wanted.all), typed(wanted.none))
    }

    #[test]
    fn words_phrases_and_what_must_not_be_there() {
        let (all, none) = read("Chor \"offene Probe\" -Kirche „am Kanal“ -\"mit Anmeldung\"");
        assert_eq!(all, ["Chor", "offene Probe", "am Kanal"]);
        assert_eq!(none, ["Kirche", "mit Anmeldung"]);
        assert_eq!(read("wo gibt es ein Reparaturcafé?").0, ["Reparaturcafé"]);
        assert_eq!(read("die").0, ["die"], "alone it is what is looked for");
    }

    #[test]
    fn hostile_queries_are_short_and_harmless() {
        assert!(Wanted::read("").is_empty() && Wanted::read("\0 * ( ) \" ' -- - \"\"").is_empty());
        assert_eq!(Wanted::read(&"wort ".repeat(10_000)).all.len(), 1);
        let many: Vec<String> = (0..10_000).map(|number| format!("a{number}")).collect();
        assert_eq!(Wanted::read(&many.join(" ")).all.len(), MOST);
        assert_eq!(read("title: \"NEAR(a b)\" OR x*").0.len(), 3);
    }

    #[test]
    fn parts_of_words_are_covered_and_short_words_are_whole() {
        let term = |typed: &str| Wanted::read(typed).all.remove(0);
        let stem = |word: &str| Tongue::German.stem(word);
        assert!(term("Repar").covers(&stem("Reparaturcafé")) && term("café").covers(&stem("Reparaturcafé")));
        assert!(!term("Kur").covers(&stem("Kurdisch")) && term("Kurs").covers(&stem("Kursleitung")));
    }

    #[test]
    fn a_slip_of_the_finger_is_mended_and_another_word_is_not() {
        let words: Vec<(String, String)> =
            ["Reparaturcafé", "Stadtteilfest", "Chor"].map(|word| (Tongue::German.stem(word), word.to_owned())).into();
        let near = |typed: &str| nearest(&Tongue::German.stem(typed), &words);
        assert_eq!(near("Reperaturcafe"), Some("Reparaturcafé"));
        assert_eq!(near("Stadteilfest"), Some("Stadtteilfest"));
        assert_eq!(near("Chro"), Some("Chor"));
        assert_eq!((near("Uhr"), near("Tor"), near("Moor")), (None, None, None));
        let wanted = Wanted::read("Stadteilfest -Markt");
        assert_eq!(wanted.with(&wanted.all[0], "Stadtteilfest"), "Stadtteilfest -Markt");
    }
}
