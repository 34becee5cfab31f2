//! What is found, as the page shows it.

use calendar::phrase;
use domain::search::Wanted;
use domain::words::{Tongue, words};
use storage::search::Hit;

use super::excerpt::{self, Piece};
use crate::app::App;
use crate::listing::Origins;
use crate::visitor::Visitor;

/// Everything that is found.
#[derive(Default)]
pub(super) struct Found {
    pub(super) groups: Vec<Group>,
    /// What may have been meant.
    pub(super) meant: Option<String>,
    /// What was searched for in the place of what was typed.
    pub(super) instead: Option<String>,
}

/// The things of one kind.
pub(super) struct Group {
    pub(super) id: &'static str,
    pub(super) name: String,
    pub(super) hits: Vec<Shown>,
    /// Where the others are.
    pub(super) more: Option<String>,
}

/// One thing.
pub(super) struct Shown {
    pub(super) href: String,
    pub(super) title: Vec<Piece>,
    pub(super) text: Vec<Piece>,
    pub(super) facts: Vec<String>,
    pub(super) from: Option<String>,
}

/// How hits are read.
pub(super) struct Reading<'a> {
    pub(super) app: &'a App,
    pub(super) visitor: &'a Visitor,
    pub(super) origins: &'a Origins,
}

impl Reading<'_> {
    pub(super) fn hit(&self, hit: &Hit, wanted: &Wanted) -> Shown {
        // When somebody or a house came in is no news.
        let lasts = hit.path.starts_with("/@") || hit.path.starts_with("/places/");
        let (title, text) = if hit.title.is_empty() {
            // A note has no title: its text is what leads to it.
            (excerpt::part(&hit.body, wanted), Vec::new())
        } else {
            (excerpt::line(&hit.title, wanted), excerpt::part(&hit.body, wanted))
        };
        let when = phrase::moment(hit.at, &self.app.zone(), self.visitor.language);
        let facts = if lasts { Vec::new() } else { vec![when, hit.author.clone()] };
        let from = (!hit.own).then(|| self.origins.named(&hit.host));
        Shown { href: hit.path.clone(), title, text, facts, from }
    }
}

/// The pages of every quarter, with the messages of their names.
const PAGES: [(&str, &str); 8] = [
    ("/imprint", "pages-imprint"),
    ("/privacy", "pages-privacy"),
    ("/accessibility", "pages-accessibility"),
    ("/events", "pages-menu-events"),
    ("/board", "pages-menu-board"),
    ("/initiatives", "pages-menu-initiatives"),
    ("/neighbours", "pages-menu-neighbours"),
    ("/propose", "propose-choice-title"),
];

/// Those of the quarter's own pages whose names hold every word.
pub(super) fn pages(visitor: &Visitor, wanted: &Wanted) -> Option<Group> {
    let named = PAGES.map(|(path, key)| (path, visitor.text(key)));
    let holds = |name: &str| {
        let stems: Vec<String> = words(name, Tongue::of(name)).map(|word| word.stem).collect();
        wanted.all.iter().all(|term| stems.iter().any(|stem| term.covers(stem)))
            && !wanted.none.iter().any(|term| stems.iter().any(|stem| term.covers(stem)))
    };
    let shown = |(path, name): (&str, String)| {
        let title = excerpt::line(&name, wanted);
        Shown { href: path.to_owned(), title, text: Vec::new(), facts: Vec::new(), from: None }
    };
    let hits: Vec<Shown> = named.into_iter().filter(|(_, name)| holds(name)).map(shown).collect();
    let name = visitor.text("search-in-pages");
    (!hits.is_empty()).then_some(Group { id: "pages", name, hits, more: None })
}
