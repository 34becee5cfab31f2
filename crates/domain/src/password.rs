//! Passwords that people choose: long enough, and not made of what everybody tries first. There are no rules about signs.

/// The fewest characters of a password.
const SHORTEST: usize = 12;
/// The most.
pub const LONGEST: usize = 128;
/// How much has to be left once everything is taken out that others would try; letters count two, other signs one.
const OWN: usize = 10;

/// What the passwords consist of that stand on every list of the most common: words, names, rows of keys. Together with
/// digits at their ends and letters that look like digits, this is all that a list of thousands has in this length.
const COMMON: [&str; 72] = [
    "passwort",
    "password",
    "kennwort",
    "passwd",
    "geheim",
    "secret",
    "qwertz",
    "qwerty",
    "qwert",
    "asdfgh",
    "asdf",
    "yxcv",
    "zxcv",
    "uiop",
    "hjkl",
    "bnm",
    "qaz",
    "wsx",
    "edc",
    "rfv",
    "tgb",
    "yaq",
    "xsw",
    "cde",
    "abc",
    "xyz",
    "hallo",
    "hello",
    "willkommen",
    "welcome",
    "letmein",
    "login",
    "admin",
    "administrator",
    "master",
    "user",
    "test",
    "gast",
    "guest",
    "iloveyou",
    "ichliebedich",
    "loveyou",
    "love",
    "liebe",
    "schatz",
    "sunshine",
    "sonne",
    "princess",
    "dragon",
    "monkey",
    "football",
    "fussball",
    "baseball",
    "basketball",
    "superman",
    "batman",
    "starwars",
    "computer",
    "internet",
    "schalke",
    "borussia",
    "bayern",
    "sommer",
    "winter",
    "fruehling",
    "herbst",
    "summer",
    "spring",
    "michael",
    "daniel",
    "trustno",
    "changeme",
];

/// Checks a password; `own` are words that others know of its person, such as the name. `Err` with the message about it.
pub fn check(password: &str, own: &[&str]) -> Result<(), &'static str> {
    let length = password.chars().count();
    if length < SHORTEST {
        return Err("password-short");
    }
    if length > LONGEST {
        return Err("password-long");
    }
    let small = password.to_lowercase();
    let known: Vec<String> = own.iter().flat_map(|words| words_of(words)).collect();
    let undisguised: String = small.chars().map(plain).collect();
    let (digits, others): (String, String) = small.chars().partition(char::is_ascii_digit);
    let own = |text: &str| weigh(&without(text, &known));
    let left = own(&small).min(own(&undisguised)).min(own(&others) + weigh(&digits));
    if left >= OWN { Ok(()) } else { Err("password-common") }
}

/// The words in what is known of somebody, if they are long enough to count.
fn words_of(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() > 2);
    words.map(str::to_lowercase).collect()
}

/// The letter that a sign stands for in disguise.
fn plain(sign: char) -> char {
    match sign {
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    }
}

/// A text without what others would try; the longest words first.
fn without(text: &str, known: &[String]) -> String {
    let mut pieces: Vec<&str> = COMMON.into_iter().chain(known.iter().map(String::as_str)).collect();
    pieces.sort_by_key(|piece| std::cmp::Reverse(piece.len()));
    pieces.iter().fold(text.to_owned(), |text, piece| text.replace(piece, " "))
}

/// How much there is to guess: a sign that follows from the one before (aaa, 123, cba), or came before, counts nothing.
fn weigh(text: &str) -> usize {
    let (mut weight, mut before, mut seen) = (0, None, Vec::new());
    for sign in text.chars().filter(|sign| !sign.is_whitespace()) {
        let follows = before.is_some_and(|before: char| u32::from(before).abs_diff(u32::from(sign)) <= 1);
        // A few signs again and again are one word again and again.
        let is_new = seen.iter().filter(|one| **one == sign).count() < 2;
        if !follows && is_new {
            weight += if sign.is_alphabetic() { 2 } else { 1 };
        }
        seen.push(sign);
        before = Some(sign);
    }
    weight
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIRA: [&str; 3] = ["Mira Özdemir", "mira.o@nord.example", "Nordstadt"];

    #[test]
    fn what_everybody_tries_is_refused() {
        for password in [
            "password1234",
            "passwort1234",
            "P@ssw0rd1234",
            "123456789012",
            "000000000000",
            "121212121212",
            "qwertyuiop12",
            "qwertzuiop123",
            "1q2w3e4r5t6y",
            "1qaz2wsx3edc",
            "iloveyou1234",
            "ichliebedich",
            "aaaaaaaaaaaa",
            "abcdefghijkl",
            "hallohallo12",
            "passwordpassword",
            "Sommer2026!!",
            "Willkommen2026",
            "schalke04schalke04",
            "zyxwvutsrqpo",
            "mira.o@nord.example",
            "nordstadt2026",
            "Mira-Özdemir1",
            "asdfghjklasdf",
            "987654321098",
            "administrator1",
            "abcabcabcabc",
            "xxxxyyyyxxxx",
            "changeme1234",
            "michaelmichael",
        ] {
            assert_eq!(check(password, &MIRA), Err("password-common"), "{password}");
        }
    }

    #[test]
    fn what_a_person_thinks_up_is_taken() {
        for password in [
            "drei blaue Leitern",
            "Apfelmus am Kanal",
            "T7#kk29!vv0Q",
            "korrekt pferd batterie",
            "nachts-nur-leise",
            "836 104 275 948 316",
            "Ωμέγα und Alpha",
            "ein Hund namens Kaffee",
            "xK9vLq2mTz8w",
            "Wo ist mein Rad?",
        ] {
            assert_eq!(check(password, &MIRA), Ok(()), "{password}");
        }
    }

    #[test]
    fn a_password_has_bounds() {
        assert_eq!(check("Apfel Kanal", &MIRA), Err("password-short"));
        let long: String = "Apfelmus am Kanal".chars().cycle().take(LONGEST).collect();
        assert_eq!(check(&long, &MIRA), Ok(()));
        assert_eq!(check(&format!("{long}x"), &MIRA), Err("password-long"));
    }
}
