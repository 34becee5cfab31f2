//! What speaks of crime or of suspicious people: nobody puts it on the board without a second thought.

use std::collections::BTreeSet;

use crate::{event, post};

/// The lists that come with the program, one a language; all of them count for every text.
const LISTS: [&str; 2] = [include_str!("../safety/de.txt"), include_str!("../safety/en.txt")];

/// The field by which a form says that its writer was asked.
pub const ASKED: &str = "safety_read";
/// The longest list of a quarter's own words, in characters.
pub const MAX_OWN: usize = 2_000;

/// One word of an entry: its letters, and whether others may come before or after them.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Piece {
    letters: String,
    open_start: bool,
    open_end: bool,
}

/// The words that ask for a second thought, and those that excuse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    touching: Vec<Vec<Piece>>,
    harmless: Vec<Vec<Piece>>,
}

impl Default for Words {
    fn default() -> Self {
        Self::with("")
    }
}

impl Words {
    /// The words that come with the program and a quarter's own, which stand on lines or between commas; one with a `-` in
    /// front excuses.
    pub fn with(own: &str) -> Self {
        let mut words = Self { touching: Vec::new(), harmless: Vec::new() };
        let lines = LISTS.iter().flat_map(|list| list.lines().filter(|line| !line.starts_with('#')));
        for entry in lines.chain(own.split([',', '\n'])) {
            let entry = entry.trim();
            let (list, entry) = match entry.strip_prefix('-') {
                Some(rest) => (&mut words.harmless, rest),
                None => (&mut words.touching, entry),
            };
            let pieces: Vec<Piece> = entry.split_whitespace().filter_map(Piece::read).collect();
            if !pieces.is_empty() {
                list.push(pieces);
            }
        }
        words
    }

    /// Whether a text speaks of such things.
    pub fn touch(&self, text: &str) -> bool {
        let words = folded(text);
        let excused: BTreeSet<usize> = self.harmless.iter().flat_map(|entry| places(entry, &words)).flatten().collect();
        let counts = |at: std::ops::Range<usize>| !at.into_iter().any(|place| excused.contains(&place));
        self.touching.iter().any(|entry| places(entry, &words).any(counts))
    }

    /// Whether a post does, in its title, its text or what can be chosen.
    pub fn touch_post(&self, details: &post::Details) -> bool {
        let options = details.poll.iter().flat_map(|poll| poll.options.iter().map(|option| option.name.clone()));
        let parts = details.title.iter().chain(&details.warning).cloned();
        self.touch_any(parts.chain([details.content.to_text(), details.plain.to_text()]).chain(options))
    }

    /// Whether an event does, wherever it has words.
    pub fn touch_event(&self, details: &event::Details) -> bool {
        let parts = [&details.short, &details.registration, &details.contact, &details.audience, &details.access_note];
        let parts = parts.into_iter().flatten().chain(&details.tags).cloned();
        self.touch_any(parts.chain([details.name.clone(), details.content.to_text(), details.plain.to_text()]))
    }

    fn touch_any(&self, parts: impl Iterator<Item = String>) -> bool {
        parts.into_iter().any(|part| self.touch(&part))
    }
}

impl Piece {
    fn read(word: &str) -> Option<Self> {
        let letters = fold(word.trim_matches('*'));
        let piece = Self { open_start: word.starts_with('*'), open_end: word.ends_with('*'), letters };
        (!piece.letters.is_empty()).then_some(piece)
    }

    fn fits(&self, word: &str) -> bool {
        let letters = self.letters.as_str();
        match (self.open_start, self.open_end) {
            (false, false) => word == letters,
            (false, true) => word.starts_with(letters),
            (true, false) => word.ends_with(letters),
            (true, true) => word.contains(letters),
        }
    }
}

/// Where an entry stands in a text.
fn places<'a>(entry: &'a [Piece], words: &'a [String]) -> impl Iterator<Item = std::ops::Range<usize>> + 'a {
    let fits = move |window: &[String]| window.iter().zip(entry).all(|(word, piece)| piece.fits(word));
    let found = words.windows(entry.len()).enumerate().filter(move |(_, window)| fits(window));
    found.map(|(at, _)| at..at + entry.len())
}

/// The words of a text in one spelling. A hyphen is part of its word.
fn folded(text: &str) -> Vec<String> {
    let between = |c: char| !(c.is_alphanumeric() || matches!(c, '-' | '\u{308}' | '\u{ad}' | '\u{200b}'..='\u{200d}'));
    text.split(between).map(fold).filter(|word| !word.is_empty()).collect()
}

/// A word in small letters, without umlauts, and without what cannot be seen.
fn fold(word: &str) -> String {
    let mut folded = String::with_capacity(word.len());
    for c in word.chars().flat_map(char::to_lowercase) {
        match c {
            'ä' => folded.push_str("ae"),
            'ö' => folded.push_str("oe"),
            'ü' => folded.push_str("ue"),
            'ß' => folded.push_str("ss"),
            // Two dots that stand after their letter.
            '\u{308}' => folded.push('e'),
            '\u{ad}' | '\u{200b}'..='\u{200d}' => {}
            c => folded.push(c),
        }
    }
    folded.trim_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOUCHING: [&str; 26] = [
        "Einbruch in der Kanalstraße!",
        "Gestern wurde bei uns eingebrochen",
        "Vorsicht vor Taschendieben am Markt",
        "Mein Fahrrad wurde gestohlen",
        "Autodiebstahl in der Nacht",
        "Roller-Diebstahl vor Haus 12",
        "Verdächtige Männer am Spielplatz",
        "VERDAECHTIG: weißer Lieferwagen",
        "Verda\u{308}chtiger Transporter",
        "Ver\u{ad}dächtiger Mann im Hausflur",
        "Hat jemand die Polizei gesehen?",
        "Achtung, Enkeltrick in der Nordstadt",
        "Da lungern wieder welche herum",
        "Ein südländisch aussehender Mann klingelt",
        "Fremde Männer fotografieren Häuser",
        "Wer kennt die Täter?",
        "Raubüberfall auf den Kiosk",
        "Vandalismus im Gemeinschaftsgarten",
        "Burglary on Canal Street",
        "There was a break-in last night",
        "Somebody broke into our cellar",
        "My bike was stolen",
        "Suspicious man near the school",
        "Has anybody called the police?",
        "Two men loitering at the playground",
        "Car theft: please look out",
    ];

    const HARMLESS: [&str; 26] = [
        "Diebstahlschutz-Beratung der Polizei",
        "Diebstahlschutz: Fahrräder codieren lassen",
        "Beratung der Polizei: Einbruchschutz für Mieter",
        "Bei Einbruch der Dunkelheit leuchten die Laternen",
        "Wintereinbruch: Wer hilft beim Räumen?",
        "Der Polizeichor singt im Advent",
        "Räuber Hotzenplotz, Puppentheater für Kinder",
        "Vom Aussterben bedrohte Vögel am Kanal",
        "Eine kleine Ausstellung über bedrohte Tierarten",
        "Hotel am Gang: Rundgang durch den Garten",
        "Betriebsausflug und Radtour",
        "Spannender Leseabend",
        "Die Stola ist wieder da",
        "Adventssingen im Hof",
        "Der Brunnen läuft wieder",
        "Katze vermisst, grau, hört auf Minka",
        "Schlüssel gefunden am Nordmarkt",
        "Wer hat ein Klavier zu verschenken?",
        "Täterätä: Karneval in der Südstadt",
        "Crime fiction night at the library",
        "The police choir sings on Sunday",
        "Lunch break in the courtyard",
        "Exhibition: photographs of the quarter",
        "Anti-theft marking for bicycles",
        "The book thief: film and talk",
        "Suspicious Minds: an evening with songs",
    ];

    #[test]
    fn what_speaks_of_crime_is_found_in_both_languages() {
        let words = Words::default();
        for text in TOUCHING {
            assert!(words.touch(text), "{text}");
        }
    }

    #[test]
    fn what_only_sounds_like_it_is_not() {
        let words = Words::default();
        for text in HARMLESS {
            assert!(!words.touch(text), "{text}");
        }
    }

    #[test]
    fn an_excuse_covers_its_own_words_and_no_others() {
        let words = Words::default();
        assert!(words.touch("Diebstahlschutz-Beratung der Polizei nach dem Einbruch in Haus 3"));
    }

    #[test]
    fn a_quarter_adds_words_of_its_own_and_excuses_others() {
        let words = Words::with("Böller*, -Polizei Nord,\n-verdächtig leise, *, -, ,");
        assert!(words.touch("Schon wieder boellerei am Kanal"));
        assert!(!words.touch("Fußball gegen Polizei Nord") && words.touch("Fußball gegen Polizei Süd"));
        assert!(!words.touch("Hier ist es verdächtig leise") && !words.touch("Guten Morgen"));
    }

    #[test]
    fn every_part_of_a_post_and_an_event_counts() {
        let words = Words::default();
        let mut details = post::Details::typed("", "Guten Morgen", crate::language::Language::DE);
        assert!(!words.touch_post(&details));
        details.poll = Some(crate::poll::Poll::typed("Ja\nEinbrecher", false, None));
        assert!(words.touch_post(&details));
        let at = jiff::Timestamp::UNIX_EPOCH;
        let mut party = event::Details::new("Fest", at, at, "Europe/Berlin");
        assert!(!words.touch_event(&party));
        party.tags = vec!["Einbruch".to_owned()];
        assert!(words.touch_event(&party));
    }
}
