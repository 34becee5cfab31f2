//! Words as search compares them: without case, accents and endings, so that both databases are fed with the same ones.

use rust_stemmers::{Algorithm, Stemmer};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The longest stem, in letters; what is longer is no word.
const LONGEST: usize = 40;

/// Which rules of endings a text follows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tongue {
    /// German, and everything we have no rules for.
    #[default]
    German,
    /// English.
    English,
}

/// What is shorter and ends like a group of women is a verb: „spinnen“, „beginnen“.
const SHORTEST_FEMALE: usize = 8;

/// Words that tell the two apart and that nobody searches for.
const GERMAN: [&str; 42] = [
    "der", "die", "das", "den", "dem", "des", "ein", "eine", "einen", "einem", "einer", "und", "oder", "ist", "sind",
    "wir", "sie", "ich", "ihr", "für", "mit", "von", "vom", "zum", "zur", "bei", "beim", "auf", "aus", "nach", "nicht",
    "auch", "wie", "wo", "wann", "gibt", "es", "im", "am", "an", "zu", "um",
];
const ENGLISH: [&str; 24] = [
    "the", "a", "and", "or", "of", "to", "for", "with", "is", "are", "we", "you", "our", "your", "at", "on", "by",
    "from", "it", "this", "that", "where", "when", "be",
];
/// What both have.
const BOTH: [&str; 3] = ["in", "so", "was"];

impl Tongue {
    /// The tongue whose small words stand in a text; German in doubt.
    pub fn of(text: &str) -> Self {
        let (mut german, mut english) = (0_usize, 0_usize);
        for word in text.split(|c: char| !c.is_alphanumeric()).take(2_000) {
            let word = word.to_lowercase();
            german += usize::from(GERMAN.contains(&word.as_str()));
            english += usize::from(ENGLISH.contains(&word.as_str()));
        }
        if english > german { Self::English } else { Self::German }
    }

    /// What is compared of one word; nothing is left of what has no letter and no digit.
    pub fn stem(self, word: &str) -> String {
        let (mut folded, algorithm) = match self {
            Self::German => (german(word), Algorithm::German),
            Self::English => (bare(word), Algorithm::English),
        };
        // „Nachbarinnen“ are more than one „Nachbarin“, which the stemmer does not know.
        if self == Self::German && folded.len() > SHORTEST_FEMALE && folded.ends_with("innen") {
            folded.truncate(folded.len() - "nen".len());
        }
        let stem = Stemmer::create(algorithm).stem(&folded).into_owned();
        bare(&stem).chars().take(LONGEST).collect()
    }
}

/// One word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word<'a> {
    /// As it stands there.
    pub text: &'a str,
    /// Where it begins, in bytes.
    pub from: usize,
    /// What is compared.
    pub stem: String,
}

/// The words of a text in their order.
pub fn words(text: &str, tongue: Tongue) -> impl Iterator<Item = Word<'_>> {
    let mut rest = text.char_indices().peekable();
    std::iter::from_fn(move || {
        while rest.next_if(|(_, letter)| !is_letter(*letter)).is_some() {}
        let (from, first) = rest.next()?;
        let mut end = from + first.len_utf8();
        while let Some((at, letter)) = rest.next_if(|(_, letter)| is_letter(*letter)) {
            end = at + letter.len_utf8();
        }
        let word = text.get(from..end).unwrap_or_default();
        Some(Word { text: word, from, stem: tongue.stem(word) })
    })
    .filter(|word| !word.stem.is_empty())
}

/// Whether a word says so little that nobody looks for it.
pub fn is_filler(word: &str) -> bool {
    let word = word.to_lowercase();
    [&GERMAN[..], &ENGLISH[..], &BOTH[..]].iter().any(|list| list.contains(&word.as_str()))
}

fn is_letter(letter: char) -> bool {
    letter.is_alphanumeric() || is_combining_mark(letter)
}

/// Lower case letters and digits without accents.
fn bare(word: &str) -> String {
    let lower = word.to_lowercase().replace('ß', "ss");
    lower.nfkd().filter(|letter| letter.is_alphanumeric()).collect()
}

/// As [`bare`], but with umlauts, which the rules of German want: „ae“ is one, but not in „neue“ and „Quelle“.
fn german(word: &str) -> String {
    let mut folded = String::new();
    for letter in word.to_lowercase().nfc() {
        let last = folded.chars().next_back();
        let before = folded.chars().rev().nth(1);
        let umlaut = match (last, letter) {
            (Some('a'), 'e') => Some('ä'),
            (Some('o'), 'e') => Some('ö'),
            (Some('u'), 'e') if !before.is_some_and(|before| "aeiouäöüq".contains(before)) => Some('ü'),
            _ => None,
        };
        match (umlaut, letter) {
            (Some(umlaut), _) => {
                folded.pop();
                folded.push(umlaut);
            }
            (None, 'ä' | 'ö' | 'ü') => folded.push(letter),
            (None, 'ß') => folded.push_str("ss"),
            (None, other) => folded.extend(std::iter::once(other).nfkd().filter(|letter| letter.is_alphanumeric())),
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(tongue: Tongue, words: &[&str]) {
        let stems: Vec<String> = words.iter().map(|word| tongue.stem(word)).collect();
        assert!(stems.iter().all(|stem| stem == &stems[0]), "{words:?} are {stems:?}");
    }

    #[test]
    fn spellings_and_endings_of_a_german_word_are_one() {
        for words in [
            &["Straße", "STRASSE", "Strasse", "Straßen"][..],
            &["Gärten", "Gaerten", "Garten", "gärten", "ga\u{308}rten"],
            &["Café", "cafe", "CAFÉ", "Cafe\u{301}"],
            &["Bücher", "Buecher"],
            &["Chöre", "Choere", "Chor"],
            &["Frauen", "Frau"],
            &["neue", "neuen", "neues"],
            &["Reparatur", "Reparaturen"],
            &["Nachbarin", "Nachbarinnen"],
        ] {
            same(Tongue::German, words);
        }
    }

    #[test]
    fn english_words_have_their_own_endings() {
        same(Tongue::English, &["gardens", "garden", "gardening"]);
        same(Tongue::English, &["repairing", "repairs", "Repair"]);
        assert_eq!(Tongue::of("A walk along the canal with our neighbours"), Tongue::English);
        assert_eq!(Tongue::of("Ein Spaziergang am Kanal mit den Nachbarn"), Tongue::German);
        assert_eq!(Tongue::of("Yoga"), Tongue::German);
    }

    #[test]
    fn words_know_where_they_stand_and_signs_are_none() {
        let text = "Repair-Café: „Löten & Nähen“, 3.12.";
        let found: Vec<_> = words(text, Tongue::German).map(|word| (word.text, word.stem)).collect();
        let plain: Vec<(&str, &str)> = found.iter().map(|(text, stem)| (*text, stem.as_str())).collect();
        assert_eq!(
            plain,
            [("Repair", "repair"), ("Café", "caf"), ("Löten", "lot"), ("Nähen", "nah"), ("3", "3"), ("12", "12")]
        );
        for word in words(text, Tongue::German) {
            assert_eq!(text.get(word.from..word.from + word.text.len()), Some(word.text));
        }
    }

    #[test]
    fn other_alphabets_and_nonsense_are_words_too() {
        let stems = |text| words(text, Tongue::German).map(|word| word.stem).collect::<Vec<_>>();
        assert_eq!(stems("Українська мова").len(), 2);
        assert!(stems("\0'\"*():^ \u{202e}—").is_empty());
        let long = "x".repeat(10_000);
        assert_eq!(stems(&long), ["x".repeat(LONGEST)]);
    }
}
