//! The words of a phrase, by the catalogue of a language (`recurrence-words-…`): what each means, in whatever spelling.

use std::collections::HashMap;
use std::sync::LazyLock;

use domain::land::Land;
use domain::language::Language;
use domain::messages::text;
use jiff::civil::{Date, Weekday};

use super::rule::Frequency;

/// The most words that one meaning has: `second to last`.
const LONGEST: usize = 4;

static LEXICONS: LazyLock<Vec<Lexicon>> = LazyLock::new(|| Language::ALL.into_iter().map(Lexicon::of).collect());

/// What a word means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A number in figures or letters.
    Number(i16),
    /// The how manieth; from the end where it is negative.
    Nth(i16),
    /// A day of a month, perhaps with its year.
    Day(i8, i8, Option<i16>),
    Weekday(Weekday),
    Month(i16),
    /// `Woche`.
    Unit(Frequency),
    /// `wöchentlich`, every so many periods.
    Habit(i32, Frequency),
    Land(Land),
    Every,
    Workday,
    Weekend,
    Except,
    /// `bis`: a last day, or from one to another.
    Until,
    Dash,
    /// `im`, `of`: what follows is no interval.
    Of,
    Only,
    Also,
    OfThem,
    Times,
    Even,
    Odd,
    CalendarWeek,
    School,
    Public,
}

use Frequency::{Daily, Monthly, Weekly, Yearly};

/// The lists of the catalogue that have one meaning each.
const LISTS: [(&str, Token); 28] = [
    ("every", Token::Every),
    ("day", Token::Unit(Daily)),
    ("week", Token::Unit(Weekly)),
    ("month", Token::Unit(Monthly)),
    ("year", Token::Unit(Yearly)),
    ("daily", Token::Habit(1, Daily)),
    ("weekly", Token::Habit(1, Weekly)),
    ("fortnightly", Token::Habit(2, Weekly)),
    ("monthly", Token::Habit(1, Monthly)),
    ("quarterly", Token::Habit(3, Monthly)),
    ("half-yearly", Token::Habit(6, Monthly)),
    ("yearly", Token::Habit(1, Yearly)),
    ("workday", Token::Workday),
    ("weekend", Token::Weekend),
    ("except", Token::Except),
    ("until", Token::Until),
    ("of", Token::Of),
    ("only", Token::Only),
    ("also", Token::Also),
    ("of-them", Token::OfThem),
    ("times", Token::Times),
    ("even", Token::Even),
    ("odd", Token::Odd),
    ("calendar-week", Token::CalendarWeek),
    ("school", Token::School),
    ("public", Token::Public),
    ("nrw", Token::Land(Land::NordrheinWestfalen)),
    ("number-14", Token::Number(14)),
];

/// The words of one language.
pub(super) struct Lexicon {
    /// Spelled plainly; `None` for words that say nothing here.
    words: HashMap<String, Option<Token>>,
    /// What follows figures to make them ordinals.
    endings: Vec<String>,
}

impl Lexicon {
    /// That of `language`.
    pub(super) fn get(language: Language) -> Option<&'static Self> {
        LEXICONS.get(language.index())
    }

    fn of(language: Language) -> Self {
        let list = |name: &str| -> Vec<String> {
            text(language, &format!("recurrence-words-{name}")).split(',').map(spelled).collect()
        };
        let mut words = HashMap::new();
        let mut add = |name: &str, token: Option<Token>| words.extend(list(name).into_iter().map(|word| (word, token)));
        add("other", None);
        for (day, number) in Weekday::Monday.cycle_forward().zip(1..=7) {
            add(&format!("weekday-{number}"), Some(Token::Weekday(day)));
        }
        for number in 1..=12 {
            add(&format!("month-{number}"), Some(Token::Month(number)));
            add(&format!("number-{number}"), Some(Token::Number(number)));
        }
        for number in 1..=5 {
            add(&format!("nth-{number}"), Some(Token::Nth(number)));
            add(&format!("last-{number}"), Some(Token::Nth(-number)));
        }
        for (name, token) in LISTS {
            add(name, Some(token));
        }
        for land in Land::ALL {
            let name = spelled(&text(language, &land.key()));
            words.insert(name.replace("- ", ""), Some(Token::Land(land)));
            words.insert(name, Some(Token::Land(land)));
        }
        Self { words, endings: list("nth-endings") }
    }

    /// The meanings of a phrase in their order, or the first word that has none.
    pub(super) fn read(&self, phrase: &str) -> Result<Vec<Token>, String> {
        let pieces: Vec<String> = pieces(phrase);
        let mut rest = pieces.as_slice();
        let mut tokens = Vec::new();
        while let Some((first, after)) = rest.split_first() {
            if let Some((token, left)) = self.longest(rest) {
                tokens.extend(token);
                rest = left;
            } else {
                tokens.extend(self.figures(first).or_else(|| self.compound(first)).ok_or_else(|| first.clone())?);
                rest = after;
            }
        }
        Ok(tokens)
    }

    /// The longest run of words that is known, and what comes after it.
    fn longest<'p>(&self, pieces: &'p [String]) -> Option<(Option<Token>, &'p [String])> {
        (1..=LONGEST.min(pieces.len())).rev().find_map(|length| {
            let (words, left) = pieces.split_at_checked(length)?;
            self.words.get(&words.join(" ")).map(|token| (*token, left))
        })
    }

    /// A number and what it counts in one word: `zehnmal`, `dreimonatlich`.
    fn compound(&self, piece: &str) -> Option<Vec<Token>> {
        piece.char_indices().skip(1).find_map(|(at, _)| {
            let (number, what) = piece.split_at_checked(at)?;
            match (self.words.get(number).copied().flatten()?, self.words.get(what).copied().flatten()?) {
                (number @ Token::Number(_), what @ (Token::Times | Token::Habit(..))) => Some(vec![number, what]),
                _ => None,
            }
        })
    }

    /// What begins with a figure: `15`, `1.`, `2ten`, `10x`, `24.12.2026`.
    fn figures(&self, piece: &str) -> Option<Vec<Token>> {
        if piece == "-" {
            return Some(vec![Token::Dash]);
        }
        let negative = piece.strip_prefix('-');
        let digits = negative.unwrap_or(piece);
        let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        let (number, ending) = digits.split_at_checked(end)?;
        if let Some(day) = day(digits) {
            return Some(vec![day]);
        }
        let number: i16 = number.parse().ok()?;
        match ending {
            "" if negative.is_some() => Some(vec![Token::Number(-number)]),
            "" => Some(vec![Token::Number(number)]),
            "." => Some(vec![Token::Nth(number)]),
            "x" => Some(vec![Token::Number(number), Token::Times]),
            _ if self.endings.iter().any(|known| known == ending) => Some(vec![Token::Nth(number)]),
            _ => {
                let token = self.words.get(ending).copied().flatten()?;
                Some(vec![Token::Number(number), token])
            }
        }
    }
}

/// The words of one meaning as they are looked up.
fn spelled(words: &str) -> String {
    pieces(words).join(" ")
}

/// `24.12.`, `24.12.2026`, `24.12.26`, `2026-12-24`.
fn day(text: &str) -> Option<Token> {
    if let Ok(date) = text.parse::<Date>() {
        return Some(Token::Day(date.day(), date.month(), Some(date.year())));
    }
    let mut parts = text.split('.');
    let (day, month) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let year = parts.next().unwrap_or_default();
    let year = match year.len() {
        0 => None,
        2 => Some(2000 + year.parse::<i16>().ok()?),
        _ => Some(year.parse().ok()?),
    };
    let fine = parts.next().is_none() && (1..=31).contains(&day) && (1..=12).contains(&month);
    fine.then_some(Token::Day(day, month, year))
}

/// A phrase in words and figures; dashes stand for themselves where they stand between two of them.
fn pieces(phrase: &str) -> Vec<String> {
    let phrase = plain(phrase);
    let marks = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '+' | '&' | '(' | ')' | '/' | '"' | ':' | '!');
    let mut pieces = Vec::new();
    for piece in phrase.split(marks).filter(|piece| !piece.is_empty()) {
        if day(piece).is_some() || piece == "-" || is_negative(piece) {
            pieces.push(piece.to_owned());
            continue;
        }
        for (number, part) in piece.split('-').enumerate() {
            if number > 0 {
                pieces.push("-".to_owned());
            }
            let figure = part.starts_with(|c: char| c.is_ascii_digit());
            let part = if figure { part } else { part.trim_matches('.') };
            if !part.is_empty() {
                pieces.push(part.to_owned());
            }
        }
    }
    pieces
}

fn is_negative(piece: &str) -> bool {
    piece.strip_prefix('-').is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Small letters without marks: `außer` and `AUSSER`, `März` and `Maerz` are the same.
pub(crate) fn plain(text: &str) -> String {
    let mut plain = String::new();
    for c in text.trim().chars().flat_map(char::to_lowercase) {
        match c {
            'ä' => plain.push_str("ae"),
            'ö' => plain.push_str("oe"),
            'ü' => plain.push_str("ue"),
            'ß' => plain.push_str("ss"),
            'é' | 'è' | 'ê' => plain.push('e'),
            '–' | '—' | '‐' | '‑' => plain.push('-'),
            '„' | '“' | '”' | '’' => plain.push('"'),
            _ => plain.push(c),
        }
    }
    plain
}
