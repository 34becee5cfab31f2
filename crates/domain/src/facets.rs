//! What an event can be chosen by beside its time: languages, access, for whom, tags, place. What nobody said is never a
//! yes.

use crate::access::{Answer, FACTS};
use crate::event::Details;
use crate::language;

/// One of the things an event can be chosen by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Facet<'a> {
    /// A language that is spoken there.
    Language(&'a str),
    /// A fact about access that is so.
    Access(&'a str),
    /// For whom it is.
    Audience(Audience),
    /// A tag.
    Tag(&'a str),
    /// The name of its place.
    Place(&'a str),
}

impl Facet<'_> {
    /// As it stands in the database, between `|`.
    pub fn written(&self) -> String {
        match self {
            Self::Language(tag) => format!("language:{}", folded(language::primary(tag))),
            Self::Access(fact) => format!("access:{}", folded(fact)),
            Self::Audience(group) => format!("audience:{}", group.as_str()),
            Self::Tag(tag) => format!("tag:{}", folded(tag)),
            Self::Place(name) => format!("place:{}", folded(name)),
        }
    }
}

/// Without case and without what parts facets from each other; long names by their beginning.
fn folded(text: &str) -> String {
    text.to_lowercase().chars().filter(|letter| *letter != '|' && *letter != '\0').take(80).collect()
}

/// Everything an event can be chosen by, as the database keeps it: `|language:uk|access:step_free|`.
pub fn of(details: &Details) -> String {
    let mut all: Vec<String> = Vec::new();
    all.extend(details.languages.iter().map(|tag| Facet::Language(tag).written()));
    let access = details.effective_access();
    let known = FACTS.into_iter().filter(|fact| access.answer(fact) == Some(Answer::Yes));
    all.extend(known.map(|fact| Facet::Access(fact).written()));
    all.extend(Audience::of(details.audience.as_deref()).map(|group| Facet::Audience(group).written()));
    all.extend(details.tags.iter().take(50).map(|tag| Facet::Tag(tag).written()));
    let place = details.place.as_ref().filter(|place| !place.name.is_empty());
    all.extend(place.map(|place| Facet::Place(&place.name).written()));
    all.sort();
    all.dedup();
    format!("|{}|", all.join("|"))
}

/// Those an event is meant for (`Zielgruppe`). The message key is `audience-NAME`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is said by its name and by its message")]
pub enum Audience {
    Older,
    Families,
    Children,
    Youth,
    Women,
    Men,
    Queer,
    Newcomers,
    Disabled,
    Carers,
    Volunteers,
}

/// Name, and how words begin that mean it, in German and English.
const AUDIENCES: [(Audience, &str, &[&str]); 11] = [
    (Audience::Older, "older", &["älter", "senior", "ruhestand", "rentner", "older", "60+", "65+", "50+"]),
    (Audience::Families, "families", &["famil", "eltern", "mütter", "väter", "parents"]),
    (Audience::Children, "children", &["kind", "krabbel", "grundschul", "child", "kids", "toddler"]),
    (Audience::Youth, "youth", &["jugend", "teen", "youth", "young"]),
    (Audience::Women, "women", &["frau", "mädchen", "women", "girls"]),
    (Audience::Men, "men", &["männer", "men"]),
    (Audience::Queer, "queer", &["queer", "lgbt", "lsbt", "lesb", "schwul", "trans"]),
    (Audience::Newcomers, "newcomers", &["zugewandert", "geflücht", "neu", "migr", "newcomer", "refugee"]),
    (Audience::Disabled, "disabled", &["behinder", "inklusi", "disab", "inclusi"]),
    (Audience::Carers, "carers", &["pfleg", "angehörig", "carer"]),
    (Audience::Volunteers, "volunteers", &["ehrenamt", "freiwillig", "engagiert", "volunteer"]),
];

impl Audience {
    /// Every group, in the order of the page.
    pub fn all() -> impl Iterator<Item = Self> {
        AUDIENCES.iter().map(|row| row.0)
    }

    /// The name in addresses and in the database.
    pub fn as_str(self) -> &'static str {
        AUDIENCES.iter().find(|row| row.0 == self).map_or("", |row| row.1)
    }

    /// The group of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        AUDIENCES.iter().find(|row| row.1 == name).map(|row| row.0)
    }

    /// The groups that a line of words speaks of: people write it freely, and other servers send it so.
    pub fn of(words: Option<&str>) -> impl Iterator<Item = Self> {
        let words = words.unwrap_or_default().to_lowercase();
        AUDIENCES.iter().filter(move |row| begins_with(&words, row.2)).map(|row| row.0)
    }
}

/// Whether a word of a line begins like one of those; „men“ is a word of its own in „women“.
fn begins_with(line: &str, beginnings: &[&str]) -> bool {
    let words = line.split(|c: char| !c.is_alphanumeric() && c != '+');
    words
        .into_iter()
        .any(|word| beginnings.iter().any(|start| word == *start || start.len() > 3 && word.starts_with(start)))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::place::Place;

    #[test]
    fn an_event_is_chosen_by_what_is_known_and_never_by_what_is_not() {
        let at = Timestamp::UNIX_EPOCH;
        let mut details = Details::new("Sprachcafé", at, at, "Europe/Berlin");
        assert_eq!(of(&details), "||");
        details.languages = vec!["uk".into(), "de-simple".into(), "DE".into()];
        details.access.insert(FACTS[0].to_owned(), Answer::Yes);
        details.access.insert(FACTS[1].to_owned(), Answer::Partly);
        details.access.insert(FACTS[2].to_owned(), Answer::No);
        details.audience = Some("Eltern mit Kindern von 6 bis 10".into());
        details.tags = vec!["Kaffee|Kuchen".into()];
        details.place = Some(Place::named("Bürgerhaus"));
        assert_eq!(
            of(&details),
            "|access:step_free|audience:children|audience:families|language:de|language:uk|place:bürgerhaus|tag:kaffeekuchen|"
        );
    }

    #[test]
    fn groups_are_read_from_words_and_back() {
        let read = |words| Audience::of(Some(words)).map(Audience::as_str).collect::<Vec<_>>();
        assert_eq!(read("Seniorinnen und Senioren"), ["older"]);
        assert_eq!(read("women only"), ["women"]);
        assert_eq!(read("pflegende Angehörige, Menschen mit Behinderung"), ["disabled", "carers"]);
        assert!(read("alle").is_empty() && Audience::of(None).next().is_none());
        assert!(Audience::all().all(|group| Audience::from_name(group.as_str()) == Some(group)));
    }
}
