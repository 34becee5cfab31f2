//! What a file would do, and what it did, in words.

use calendar::phrase;
use domain::event::Details;
use domain::import::Source;
use domain::messages;
use domain::place::Place;
use federation::imports::previews::{self, Outlook};
use federation::imports::{Kept, Report};
use uuid::Uuid;

use super::columns::{self, Choice};
use crate::visitor::Visitor;

/// The most dates that are shown one by one.
const ROWS: usize = 300;
/// The most lines of what was refused.
const REFUSALS: usize = 100;

/// A file that waits for a yes, in words.
pub(super) struct Shown {
    pub(super) id: Uuid,
    pub(super) name: String,
    pub(super) author: String,
    pub(super) publish: bool,
    /// How many of each fate, in words.
    pub(super) figures: Vec<String>,
    pub(super) rows: Vec<Row>,
    /// How many further dates are not shown.
    pub(super) more: Option<String>,
    pub(super) refused: Vec<Refused>,
    pub(super) columns: Vec<Choice>,
    pub(super) meanings: Vec<(&'static str, String)>,
    /// The words of the button; none where there is nothing to take.
    pub(super) button: Option<String>,
}

/// A date and what becomes of it.
pub(super) struct Row {
    pub(super) when: String,
    pub(super) name: String,
    pub(super) place: String,
    pub(super) fate: String,
    /// Whether it changes something.
    pub(super) acts: bool,
}

/// What could not be read.
pub(super) struct Refused {
    pub(super) line: String,
    /// What can be done about it.
    pub(super) mend: String,
}

/// A file that was taken in, or is being taken in.
pub(super) struct Done {
    pub(super) finished: bool,
    pub(super) so_far: i64,
    pub(super) total: i64,
    pub(super) words: String,
    pub(super) figures: Vec<String>,
    pub(super) refused: Vec<Refused>,
    pub(super) publish: bool,
    pub(super) error: Option<String>,
}

impl Shown {
    pub(super) fn of(visitor: &Visitor, id: Uuid, outlook: Outlook) -> Self {
        let report = &outlook.report;
        let takes = report.new + report.changed + report.gone;
        let refused = previews::refusals(report, REFUSALS);
        let more = outlook.rows.len().saturating_sub(ROWS);
        Self {
            id,
            name: outlook.name,
            author: outlook.author.name,
            publish: outlook.publish,
            figures: figures(visitor, &figures_of(report)),
            rows: outlook.rows.iter().take(ROWS).map(|row| Row::of(visitor, &row.details, row.fate)).collect(),
            more: (more > 0).then(|| messages::count(visitor.voice(), "import-more", more)),
            refused: refused.iter().map(|one| Refused::of(visitor, one.line, &one.what, one.why)).collect(),
            columns: columns::choices(outlook.columns),
            meanings: columns::meanings(visitor),
            button: (takes > 0).then(|| messages::count(visitor.voice(), "import-take", takes)),
        }
    }
}

impl Row {
    fn of(visitor: &Visitor, details: &Details, fate: &'static str) -> Self {
        Self {
            when: phrase::when_long(details, visitor.language),
            name: details.name.clone(),
            place: details.place.as_ref().map(Place::one_line).unwrap_or_default(),
            fate: visitor.text(&format!("import-fate-{fate}")),
            acts: matches!(fate, "new" | "changed"),
        }
    }
}

impl Refused {
    fn of(visitor: &Visitor, line: usize, what: &str, why: &str) -> Self {
        let (line, words) = (line.to_string(), visitor.text(why));
        Self {
            line: visitor.text_with("editors-import-line", &[("line", &line), ("what", what), ("why", &words)]),
            mend: visitor.text(mend(why)),
        }
    }
}

/// What can be done about a refusal, as a message key.
fn mend(why: &str) -> &'static str {
    match why {
        "import-date" | "import-date-range" | "import-weekday" | "import-start-missing" => "import-mend-date",
        "import-time" => "import-mend-time",
        "import-end-before-start" | "import-event-long" | "import-duration" => "import-mend-end",
        "import-title" => "import-mend-title",
        "import-private" => "import-mend-private",
        "import-timezone" => "import-mend-timezone",
        "import-duplicate" | "import-uid-long" => "import-mend-uid",
        "import-no-calendar" | "import-no-table" | "import-unfinished" => "import-mend-file",
        "import-file-large" | "import-events-many" | "import-items-many" | "import-effort" | "import-pages-many" => {
            "import-mend-large"
        }
        "safety-import" => "import-mend-safety",
        _ if why.starts_with("import-rule") || why == "import-dates-many" => "import-mend-rule",
        _ => "import-mend-other",
    }
}

impl Done {
    pub(super) fn of(visitor: &Visitor, source: &Source) -> Self {
        let (done, total) = source.progress;
        let finished = done >= total;
        let kept = Kept::of(source).filter(|_| finished).unwrap_or_default();
        let numbers = [
            ("new", kept.new),
            ("changed", kept.changed),
            ("unchanged", kept.unchanged),
            ("gone", kept.gone),
            ("twin", kept.twins),
            ("declined", kept.declined),
            ("refused", kept.refused),
        ];
        let (counted, all) = (done.to_string(), total.to_string());
        let refused = kept.lines.iter().map(|line| Refused::of(visitor, line.line, &line.what, &line.why));
        Self {
            finished,
            so_far: done,
            total: total.max(1),
            words: visitor.text_with("import-progress", &[("done", &counted), ("total", &all)]),
            figures: if finished { figures(visitor, &numbers) } else { Vec::new() },
            refused: refused.collect(),
            publish: source.publish,
            error: source.error.clone(),
        }
    }
}

fn figures_of(report: &Report) -> [(&'static str, usize); 7] {
    [
        ("new", report.new),
        ("changed", report.changed),
        ("unchanged", report.unchanged),
        ("gone", report.gone),
        ("twin", report.twins),
        ("declined", report.declined),
        ("refused", report.refused.len()),
    ]
}

/// How many of each, in words; without those of which there are none.
fn figures(visitor: &Visitor, numbers: &[(&'static str, usize)]) -> Vec<String> {
    let some = numbers.iter().filter(|(_, number)| *number > 0);
    let words: Vec<String> =
        some.map(|(name, number)| messages::count(visitor.voice(), &format!("import-count-{name}"), *number)).collect();
    if words.is_empty() { vec![visitor.text("import-count-none")] } else { words }
}
