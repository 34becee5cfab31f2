//! What an initiative says of itself, in words.

use calendar::phrase;
use domain::place::Place;
use domain::profile::Facts;
use jiff::Timestamp;

use crate::access::{self, Told};
use crate::app::App;
use crate::links::{self, Piece};
use crate::visitor::Visitor;

/// The facts of an initiative's page.
pub(crate) struct Profile {
    pub(crate) purpose: Option<String>,
    pub(crate) lines: Vec<Line>,
    pub(crate) website: Option<String>,
    /// `None` where nobody said anything about access.
    pub(crate) access: Option<Told>,
    pub(crate) as_of: String,
}

/// One fact with its label.
pub(crate) struct Line {
    pub(crate) label: String,
    pub(crate) pieces: Vec<Piece>,
    /// Where a map shows it.
    pub(crate) map: Option<String>,
}

/// The lines that stand before the place and the languages, and those that stand after.
const FIRST: [&str; 4] = ["meetings", "join", "contact", "costs"];
const LAST: [&str; 5] = ["seeks", "offers", "partners", "organisation", "founded"];

impl Profile {
    /// What `facts` say, as they have been since `changed_at`.
    pub(crate) fn of(app: &App, visitor: &Visitor, (facts, changed_at): &(Facts, Timestamp)) -> Self {
        let line = |name: &&str| Some(Line::of(visitor.text(&format!("initiative-{name}")), facts.line(name)?));
        let place = facts.place.as_ref().map(|place| Line {
            map: links::map_of(place),
            ..Line::of(visitor.text("events-where"), &whole(visitor, place))
        });
        let spoken = facts.spoken(visitor.language).map(|names| Line::of(visitor.text("initiative-languages"), &names));
        let unknown = facts.access.is_empty() && facts.access_note.is_none();
        Self {
            purpose: facts.purpose.clone(),
            lines: FIRST
                .iter()
                .filter_map(line)
                .chain(place)
                .chain(spoken)
                .chain(LAST.iter().filter_map(line))
                .collect(),
            website: facts.website.as_ref().and_then(links::web).map(str::to_owned),
            access: (!unknown).then(|| access::tell(visitor, &facts.access, facts.access_note.as_ref(), app.today())),
            as_of: phrase::moment(*changed_at, &app.zone(), visitor.language),
        }
    }

    /// Whether there is anything to list.
    pub(crate) fn lists(&self) -> bool {
        !self.lines.is_empty() || self.website.is_some()
    }
}

impl Line {
    fn of(label: String, words: &str) -> Self {
        Self { label, pieces: links::pieces(words), map: None }
    }
}

/// Languages by name, on one line.
pub(crate) fn spoken(visitor: &Visitor, languages: &[String]) -> Option<String> {
    Facts { languages: languages.to_vec(), ..Facts::default() }.spoken(visitor.language)
}

/// The place and how to get there.
fn whole(visitor: &Visitor, place: &Place) -> String {
    match &place.stop {
        Some(stop) => format!("{}. {} {stop}", place.one_line(), visitor.text("events-stop")),
        None => place.one_line(),
    }
}
