//! `docs/PERFORMANCE.md`: every figure with its goal beside it, and what it means.

use std::fmt::Write;

use crate::figure::{Figure, Goal};
use crate::paper;

/// A table of the page: the part whose figures it holds, its heading, and what they mean.
struct Section {
    part: &'static str,
    title: &'static str,
    words: &'static str,
}

const SECTIONS: [Section; 11] = [
    Section {
        part: "machine/",
        title: "The machine",
        words: "What one core signs and verifies is the limit that the rest is measured by: *ratio* below is a figure \
                divided by it, and means the same on a small and on a large machine. The load and the servers that \
                receive run on the same cores.",
    },
    Section {
        part: "deliver/",
        title: "Delivering",
        words: "Posts to 200 inboxes on 50 hosts of this machine, from the first request of the author to the last \
                inbox. The ratio is to the signatures of one core. PostgreSQL waits for the disk (`fsync`) here and \
                below.",
    },
    Section {
        part: "nodes/",
        title: "Several nodes",
        words: "Two servers of one quarter on one PostgreSQL, each kept on one core. With RSA keys of 4096 bits signing \
                is nearly all there is to do, so that the database and the receivers hardly count.",
    },
    Section {
        part: "accept/",
        title: "Accepting",
        words: "Signed `Create`s of ten hosts, each answered with 202 after its commit: what was answered survives a \
                power cut. The ratio is to the signatures of one core.",
    },
    Section {
        part: "fanout/",
        title: "One post for many",
        words: "Processor time of the server for each delivery, signed with Ed25519 so that everything else weighs \
                more; and the memory that 100,000 waiting deliveries take.",
    },
    Section {
        part: "pages/",
        title: "Pages, start, memory",
        words: "Over HTTP from the real program, four connections. The list shows a fortnight with 56 events whatever is \
                stored; what is stored beyond 500 events is over. The ratio is to 1,000 events.",
    },
    Section {
        part: "find/",
        title: "Finding",
        words: "Over HTTP from the real program, four connections that stay open, load and server on the same cores. \
                So many events are to come, 29 a day; the list shows a fortnight of them and is made once \
                for everyone until something is written ([decision 0075](decisions/0075-search.md)); lists made anew are \
                asked for by another address each. Searches are of twelve kinds, misspelt ones among them, where 10,000 \
                are to come among 100,000 objects; each looks through every kind \
                of thing.",
    },
    Section {
        part: "shown/",
        title: "From one quarter to the next",
        words: "From the request of the author to the answer of the neighbour's page that has it, while neither has \
                anything else to do.",
    },
    Section {
        part: "region/",
        title: "A region on one machine",
        words: "Thirty real programs in a ring, each with the ten quarters to either side as neighbours.",
    },
    Section {
        part: "against/",
        title: "Another server",
        words: "The same load against the server that `--against` named.",
    },
    Section {
        part: "hour/",
        title: "An hour of mixed load",
        words: "The real program on SQLite with twelve neighbours. Authors publish posts and events, change and delete \
                some, by ActivityPub client-to-server; four neighbours send twenty signed activities a second; readers \
                ask for twenty pages and feeds a second; somebody signs in every twenty seconds. One neighbour is broken \
                one minute in three: it answers 500, or nothing at all. At the end everything that was acknowledged has \
                to be at every neighbour, and nothing else.\n\n![Queue, deliveries, inbox, pages and memory during the \
                hour](load-hour.svg)",
    },
];

/// The whole page.
pub(crate) fn page(figures: &[Figure]) -> String {
    let mut page = format!(
        "# Performance\n\n{}\n",
        wrapped(
            "Made by `cargo bench -p tests`, which measures and writes this page; [performance.jsonl](performance.jsonl) \
             holds the same figures for programs. Nothing here passes or fails: a goal that is missed is said to be \
             missed. [Decision 0037](decisions/0037-figures-are-ratios-and-nothing-fails-by-them.md) says how it is \
             measured."
        )
    );
    for section in SECTIONS {
        let own: Vec<_> = figures.iter().filter(|figure| figure.name.starts_with(section.part)).collect();
        if !own.is_empty() {
            // Writing to a String cannot fail.
            let _ = table(&mut page, &section, &own);
        }
    }
    page + &paper::section(figures)
}

fn table(page: &mut String, section: &Section, figures: &[&Figure]) -> std::fmt::Result {
    let Section { title, words, .. } = section;
    writeln!(page, "\n## {title}\n\n{}\n", wrapped(words))?;
    writeln!(page, "| what | figure | ratio | goal | met |\n|---|---:|---:|---:|---|")?;
    for figure in figures {
        let database = figure.database.as_deref().filter(|name| *name != "sqlite").map(|name| format!(" ({name})"));
        let ratio = figure.ratio.map(|ratio| format!("{ratio:.2}")).unwrap_or_default();
        let goal = figure.goal.map(goal).unwrap_or_default();
        let met = figure.is_met().map_or("", |met| if met { "yes" } else { "**missed**" });
        let (what, database) = (&figure.what, database.unwrap_or_default());
        writeln!(page, "| {what}{database} | {} {} | {ratio} | {goal} | {met} |", round(figure.value), figure.unit)?;
    }
    let mut runs: Vec<String> = figures.iter().map(|one| format!("{} on {}", one.commit, one.day)).collect();
    runs.dedup();
    writeln!(page, "\nMeasured at {}.", runs.join(", "))
}

fn goal(goal: Goal) -> String {
    match goal {
        Goal::AtLeast(least) => format!("≥ {}", round(least)),
        Goal::AtMost(most) => format!("≤ {}", round(most)),
    }
}

/// With as many digits as one reads.
pub(crate) fn round(value: f64) -> String {
    let digits = if value.fract() == 0.0 || value.abs() >= 100.0 {
        0
    } else if value.abs() >= 10.0 {
        1
    } else {
        2
    };
    format!("{value:.digits$}")
}

/// At most 120 characters a line; a paragraph, or a picture, stays what it is.
pub(crate) fn wrapped(text: &str) -> String {
    let mut lines = Vec::new();
    for paragraph in text.split("\n\n") {
        let mut line = String::new();
        for word in paragraph.split(' ') {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > 120 {
                lines.push(std::mem::take(&mut line));
            }
            line.push_str(if line.is_empty() { "" } else { " " });
            line.push_str(word);
        }
        lines.push(line);
        lines.push(String::new());
    }
    lines.pop();
    lines.join("\n")
}
