//! From what was typed to what is found: the same on both databases.

use domain::search::{Term, Wanted};
use jiff::Timestamp;
use sqlx::AssertSqlSafe;

use super::{Kind, first_number, vocabulary};
use crate::tx::run;
use crate::{Result, Tx, row};

/// Marks beside the words: the names of kinds, and these.
#[derive(Debug)]
pub struct Mark;

impl Mark {
    /// By one of ours.
    pub(super) const OWN: &str = "own";
    /// By a neighbour.
    pub(super) const FAR: &str = "far";
}

/// A part of what is found; each is a list of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// Events to come, the next first.
    Coming,
    /// Posts, the newest first.
    Posts,
    /// Notices, the newest first.
    Notices,
    /// Initiatives, the newest first.
    Initiatives,
    /// Places, the newest first.
    Places,
    /// Events that are over, the latest first.
    Past,
}

impl Section {
    /// Every section, in the order of the page.
    pub const ALL: [Self; 6] = [Self::Coming, Self::Initiatives, Self::Places, Self::Notices, Self::Posts, Self::Past];

    /// The name in addresses; the message key is `search-in-NAME`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Coming => "events",
            Self::Posts => "posts",
            Self::Notices => "board",
            Self::Initiatives => "initiatives",
            Self::Places => "places",
            Self::Past => "past",
        }
    }

    /// The section of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|section| section.as_str() == name)
    }

    fn kind(self) -> Kind {
        match self {
            Self::Coming | Self::Past => Kind::Event,
            Self::Posts => Kind::Post,
            Self::Notices => Kind::Notice,
            Self::Initiatives => Kind::Initiative,
            Self::Places => Kind::Place,
        }
    }
}

/// One way in which a term may stand in a text: a word, its beginning, or words side by side.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Way {
    words: Vec<String>,
    is_beginning: bool,
}

/// What was typed with every way in which it may stand there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    all: Vec<Vec<Way>>,
    none: Vec<Vec<Way>>,
}

/// Finds out in which ways the terms may stand in a text, longer words that end in them among them.
pub async fn matching(tx: &mut Tx, wanted: &Wanted) -> Result<Match> {
    let mut found = Match { all: Vec::new(), none: Vec::new() };
    for term in &wanted.all {
        let mut ways = ways(term, term.is_part);
        if let ([stem], true) = (term.german.as_slice(), term.is_part) {
            let longer = vocabulary::with_part(tx, stem).await?;
            ways.extend(longer.into_iter().map(|word| Way { words: vec![word], is_beginning: false }));
        }
        found.all.push(ways);
    }
    // What is left out is left out by the word itself, or „-Rat“ would leave out every Rathaus.
    found.none = wanted.none.iter().map(|term| ways(term, false)).collect();
    Ok(found)
}

fn ways(term: &Term, is_part: bool) -> Vec<Way> {
    let way = |words: &[String]| {
        let is_long = words.iter().all(|word| word.chars().count() >= 3);
        Way { words: words.to_vec(), is_beginning: is_part && is_long }
    };
    term.ways().into_iter().map(way).collect()
}

/// Where the text of a match has to be: in the title, or anywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Where {
    Title,
    Anywhere,
}

/// How the two databases write what is asked for.
#[derive(Clone, Copy, Debug)]
enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    fn of(tx: &Tx) -> Self {
        match tx {
            Tx::Sqlite(_) => Self::Sqlite,
            Tx::Postgres(_) => Self::Postgres,
        }
    }

    fn way(self, way: &Way, place: Where) -> String {
        match self {
            Self::Sqlite => format!("\"{}\"{}", way.words.join(" "), if way.is_beginning { " *" } else { "" }),
            Self::Postgres => {
                let weight = if place == Where::Title { "A" } else { "AB" };
                let star = if way.is_beginning { "*" } else { "" };
                let words = way.words.iter().map(|word| format!("'{word}':{star}{weight}"));
                format!("({})", words.collect::<Vec<_>>().join(" <-> "))
            }
        }
    }

    fn term(self, ways: &[Way], place: Where) -> String {
        let ways = ways.iter().map(|way| self.way(way, place)).collect::<Vec<_>>();
        match (self, place) {
            (Self::Sqlite, Where::Title) => format!("(title : ({}))", ways.join(" OR ")),
            (Self::Sqlite, Where::Anywhere) => format!("({{title words}} : ({}))", ways.join(" OR ")),
            (Self::Postgres, _) => format!("({})", ways.join(" | ")),
        }
    }

    fn mark(self, mark: &str) -> String {
        match self {
            Self::Sqlite => format!("(marks : (\"{mark}\"))"),
            Self::Postgres => format!("('{mark}':D)"),
        }
    }

    fn and(self, parts: &[String]) -> String {
        format!("({})", parts.join(if matches!(self, Self::Sqlite) { " AND " } else { " & " }))
    }

    fn without(self, what: &str, not: &str) -> String {
        match self {
            Self::Sqlite => format!("({what} NOT {not})"),
            Self::Postgres => format!("({what} & !{not})"),
        }
    }

    /// The whole question: of `tier` 0 what has every term in its title, of 1 the rest.
    fn whole(self, found: &Match, marks: &[&str], tier: u8) -> String {
        let terms = |place| found.all.iter().map(|ways| self.term(ways, place)).collect::<Vec<_>>();
        let mut parts = terms(if tier == 0 { Where::Title } else { Where::Anywhere });
        parts.extend(marks.iter().map(|mark| self.mark(mark)));
        let mut whole = self.and(&parts);
        if tier > 0 {
            whole = self.without(&whole, &self.and(&terms(Where::Title)));
        }
        for ways in &found.none {
            whole = self.without(&whole, &self.term(ways, Where::Anywhere));
        }
        whole
    }
}

/// Where one thing stands among what is found: those with the words in their titles come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    /// 0 in the title, 1 in the text.
    pub tier: u8,
    /// Its number.
    pub number: i64,
}

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The words.
    pub found: &'a Match,
    /// In which section.
    pub section: Section,
    /// Only what is ours.
    pub own: bool,
    /// Events from then on are to come.
    pub now: Timestamp,
    /// Only what comes after that.
    pub after: Option<Spot>,
    /// At most so many.
    pub limit: i64,
}

/// One thing that is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Where it stands.
    pub spot: Spot,
    /// The path of its page.
    pub path: String,
    /// Its title; empty where it has none.
    pub title: String,
    /// What else it says.
    pub body: String,
    /// When it is or was published.
    pub at: Timestamp,
    /// Whose it is, by name.
    pub author: String,
    /// On which server.
    pub host: String,
    /// Whether it is ours.
    pub own: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    number: i64,
    path: String,
    title: String,
    body: String,
    at: i64,
    author: String,
    host: String,
    own: bool,
}

/// What is found in one section, in its order.
pub async fn hits(tx: &mut Tx, question: &Question<'_>) -> Result<Vec<Hit>> {
    let mut hits = Vec::new();
    if question.found.all.is_empty() {
        return Ok(hits);
    }
    for tier in question.after.map_or(0, |after| after.tier)..=1 {
        let left = question.limit - i64::try_from(hits.len()).unwrap_or(i64::MAX);
        if left > 0 {
            hits.extend(tier_of(tx, question, tier, left).await?);
        }
    }
    Ok(hits)
}

async fn tier_of(tx: &mut Tx, question: &Question<'_>, tier: u8, limit: i64) -> Result<Vec<Hit>> {
    let dialect = Dialect::of(tx);
    let mut marks = vec![question.section.kind().as_str()];
    marks.extend(question.own.then_some(Mark::OWN));
    let words = dialect.whole(question.found, &marks, tier);
    let (from, to) = question.stretch(tier);
    let text = text(dialect, question.section == Section::Coming);
    let rows: Vec<Row> = run!(tx, |conn| sqlx::query_as(AssertSqlSafe(text))
        // PostgreSQL chooses its way by the words, so it has to know them.
        .persistent(matches!(dialect, Dialect::Sqlite))
        .bind(words)
        .bind(from)
        .bind(to)
        .bind(limit)
        .fetch_all(conn)
        .await)?;
    rows.into_iter().map(|row| row.hit(tier)).collect()
}

/// The one query that differs between the databases: how the index is asked, and what its key is called.
fn text(dialect: Dialect, is_rising: bool) -> String {
    let (key, asked) = match dialect {
        Dialect::Sqlite => ("search_index.rowid", "search_index match $1"),
        Dialect::Postgres => ("search_index.number", "search_index.words @@ cast($1 as text)::tsquery"),
    };
    let order = if is_rising { "asc" } else { "desc" };
    format!(
        "select e.number, e.path, e.title, e.body, e.at, a.name as author, a.host, a.part is not null as own
         from search_index join search_entries e on e.number = {key} join actors a on a.id = e.author
         where {asked} and {key} >= $2 and {key} <= $3 order by {key} {order} limit $4"
    )
}

impl Question<'_> {
    /// From which number to which.
    fn stretch(&self, tier: u8) -> (i64, i64) {
        let now = first_number(self.now);
        let (mut from, mut to) = match self.section {
            Section::Coming => (now, i64::MAX),
            Section::Past => (0, now - 1),
            _ => (0, i64::MAX),
        };
        if let Some(after) = self.after.filter(|after| after.tier == tier) {
            match self.section {
                Section::Coming => from = from.max(after.number.saturating_add(1)),
                _ => to = to.min(after.number.saturating_sub(1)),
            }
        }
        (from, to)
    }
}

impl Row {
    fn hit(self, tier: u8) -> Result<Hit> {
        Ok(Hit {
            spot: Spot { tier, number: self.number },
            path: self.path,
            title: self.title,
            body: self.body,
            at: row::time(self.at)?,
            author: self.author,
            host: self.host,
            own: self.own,
        })
    }
}
