//! What something costs, read from how people write it: `5 Euro / erm. 3 Euro` is `5 €, ermäßigt 3 €`, and is said in the
//! language of who reads. What is not understood as a whole stays as it was written.

use std::sync::LazyLock;

use domain::language::Language;
use domain::messages::{text, text_with};

use crate::recurrence::plain;

/// The longest line that is looked at, in characters.
const MAX_LINE: usize = 120;
/// More than this nobody asks for an evening, in cents.
const MAX_CENTS: u32 = 10_000_000;

static WORDS: LazyLock<Vec<Words>> = LazyLock::new(|| Language::ALL.into_iter().map(Words::of).collect());

/// What something costs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Price {
    /// In cents; nothing where it is free.
    pub full: Option<u32>,
    /// For those who have less, in cents.
    pub reduced: Option<u32>,
    /// Whether it costs nothing.
    pub free: bool,
    /// Whether a donation is asked for.
    pub donation: bool,
    /// With what it costs nothing: `Quartierskarte`.
    pub free_with: Option<String>,
}

impl Price {
    /// Reads a price line; `None` where any part of it means something else.
    pub fn read(line: &str) -> Option<Self> {
        if line.chars().count() > MAX_LINE {
            return None;
        }
        let line = line.replace(['(', ')', ';', '/', '|', '·'], ", ");
        let parts =
            line.split(", ").map(|part| part.trim().trim_end_matches([',', '.'])).filter(|part| !part.is_empty());
        let mut price = Self::default();
        for part in parts {
            WORDS.iter().find_map(|words| price.with(part, words)).map(|with| price = with)?;
        }
        let contrary = price.free && (price.full.is_some() || price.reduced.is_some());
        (price != Self::default() && !contrary).then_some(price)
    }

    /// The price in words: `5 €, ermäßigt 3 €`.
    pub fn tell(&self, language: Language) -> String {
        let mut parts = Vec::new();
        if self.free {
            parts.push(text(language, if self.donation { "price-entry-free" } else { "dates-price-free" }));
        }
        parts.extend(self.full.map(|cents| amount(cents, language)));
        let reduced = |cents| text_with(language, "price-reduced", &[("amount", &amount(cents, language))]);
        parts.extend(self.reduced.map(reduced));
        if let Some(card) = &self.free_with {
            parts.push(text_with(language, "price-free-with", &[("card", card)]));
        }
        if self.donation {
            parts.push(text(language, "price-donation"));
        }
        parts.join(", ")
    }

    /// The same price with what one part of a line says.
    fn with(&self, part: &str, words: &Words) -> Option<Self> {
        let said = plain(part);
        let mut price = self.clone();
        if words.free.contains(&said) {
            price.free = true;
        } else if words.donation.contains(&said) {
            price.donation = true;
        } else if let Some(card) = words.card(part) {
            price.free_with.is_none().then(|| price.free_with = Some(card))?;
        } else {
            let reduced = words.reduced.iter().find_map(|word| without(&said, word));
            let full = words.full.iter().find_map(|word| without(&said, word));
            let cents = cents(reduced.or(full).unwrap_or(&said), words)?;
            let place = if reduced.is_some() { &mut price.reduced } else { &mut price.full };
            place.is_none().then(|| *place = Some(cents))?;
        }
        // Nothing for everybody is free.
        if price.full == Some(0) && price.reduced.is_none() {
            (price.full, price.free) = (None, true);
        }
        Some(price)
    }
}

/// The words of one language for prices.
struct Words {
    free: Vec<String>,
    donation: Vec<String>,
    reduced: Vec<String>,
    full: Vec<String>,
    currency: Vec<String>,
    /// What stands before and after the card that makes it free.
    with: Vec<(String, String)>,
}

impl Words {
    fn of(language: Language) -> Self {
        let list = |name: &str| -> Vec<String> {
            let mut words: Vec<String> = text(language, &format!("price-words-{name}")).split(',').map(plain).collect();
            words.sort_by_key(|word| std::cmp::Reverse(word.len()));
            words
        };
        let around = |pattern: &String| pattern.split_once("...").map(|(a, b)| (a.trim().into(), b.trim().into()));
        Self {
            free: list("free"),
            donation: list("donation"),
            reduced: list("reduced"),
            full: list("full"),
            currency: list("currency"),
            with: list("with").iter().filter_map(around).collect(),
        }
    }

    /// `mit Quartierskarte frei`: the words between, as they were written.
    fn card(&self, part: &str) -> Option<String> {
        let words: Vec<&str> = part.split_whitespace().collect();
        self.with.iter().find_map(|(before, after)| {
            let (first, last) = (before.split_whitespace().count(), after.split_whitespace().count());
            let end = words.len().checked_sub(last)?;
            let said = |range: std::ops::Range<usize>| words.get(range).map(|words| plain(&words.join(" ")));
            let fits = said(0..first)? == *before && said(end..words.len())? == *after;
            let card = words.get(first..end)?.join(" ");
            (fits && !card.is_empty()).then_some(card)
        })
    }
}

/// `said` without `word` at its beginning or its end.
fn without<'a>(said: &'a str, word: &str) -> Option<&'a str> {
    let rest = said.strip_prefix(word).or_else(|| said.strip_suffix(word))?;
    Some(rest.trim_matches([' ', ':', '.']))
}

/// `5 €`, `5,00 Euro`, `€ 2.50`, `5,- €`; an amount without a currency is none.
fn cents(said: &str, words: &Words) -> Option<u32> {
    let number = words.currency.iter().find_map(|currency| without(said, currency))?;
    let number = number.trim_end_matches(['-', ',', '.']).trim();
    let (whole, part) = number.split_once([',', '.']).unwrap_or((number, "0"));
    let figures = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()) && !text.is_empty();
    if !figures(whole) || !figures(part) || part.len() > 2 {
        return None;
    }
    let part: u32 = if part.len() == 1 { part.parse::<u32>().ok()?.checked_mul(10)? } else { part.parse().ok()? };
    let cents = whole.parse::<u32>().ok()?.checked_mul(100)?.checked_add(part)?;
    (cents <= MAX_CENTS).then_some(cents)
}

/// `5 €`, `2,50 €`.
fn amount(cents: u32, language: Language) -> String {
    let (euros, rest) = ((cents / 100).to_string(), cents % 100);
    if rest == 0 {
        return text_with(language, "price-euros", &[("euros", &euros)]);
    }
    text_with(language, "price-cents", &[("euros", &euros), ("cents", &format!("{rest:02}"))])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_are_understood_and_said_in_both_languages() {
        for (german, english, others) in [
            (
                "kostenlos",
                "free of charge",
                &["Kostenlos", "Eintritt frei", "gratis", "kostenfrei.", "0 €", "free", "Freier Eintritt"][..],
            ),
            (
                "Eintritt frei, Spende erbeten",
                "admission free, donations welcome",
                &[
                    "Eintritt frei (Spende erbeten)",
                    "kostenlos, Spenden willkommen",
                    "Eintritt frei; um Spenden wird gebeten",
                ],
            ),
            ("Spende erbeten", "donations welcome", &["auf Spendenbasis", "Spenden willkommen"]),
            ("5 €", "€5", &["5 Euro", "5,00 €", "5,- €", "€ 5", "5€", "Eintritt: 5 €", "EUR 5", "Eintritt 5 EUR"]),
            ("2,50 €", "€2.50", &["2.50 €", "2,5 Euro", "€2.50"]),
            (
                "5 €, ermäßigt 3 €",
                "€5, reduced €3",
                &[
                    "5 Euro / erm. 3 Euro",
                    "5 €, ermaessigt: 3 €",
                    "5 € (ermäßigt 3 €)",
                    "5 €, 3 € ermäßigt",
                    "€5, concessions €3",
                ],
            ),
            ("mit Quartierskarte frei", "free with Quartierskarte", &["mit Quartierskarte kostenlos"]),
            (
                "5 €, ermäßigt 3 €, mit Quartierskarte frei",
                "€5, reduced €3, free with Quartierskarte",
                &["5 €, erm. 3 €, mit Quartierskarte frei"],
            ),
        ] {
            for line in [german, english].iter().chain(others) {
                let price = Price::read(line).unwrap_or_else(|| panic!("{line}"));
                assert_eq!(
                    (price.tell(Language::DE).as_str(), price.tell(Language::EN).as_str()),
                    (german, english),
                    "{line}"
                );
            }
        }
    }

    #[test]
    fn what_is_no_price_stays_as_it_is() {
        for line in [
            "",
            "5",
            "5 € pro Person und Tag",
            "5 €, 6 €",
            "kostenlos, 5 €",
            "auf Anfrage",
            "mit frei",
            "5,555 €",
            "€",
            ", ,",
            "99999999999999 €",
            "1000000 €",
            "5 CHF",
            "ermäßigt",
            "Kinder frei",
        ] {
            assert_eq!(Price::read(line), None, "{line}");
        }
        assert_eq!(Price::read(&"5 €, ".repeat(40)), None);
    }
}
