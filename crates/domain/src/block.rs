//! Blocks: which hosts a quarter does not listen to, and the list of them in Mastodon's CSV.

use crate::host::Host;
use crate::import::Refusal;

mod csv;

/// How far a block goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// Nothing comes in, nothing goes out, nothing is fetched, and what was here is erased.
    Suspend,
    /// Nothing is shown before an editor says yes.
    Silence,
    /// Only what `reject_media` and `reject_reports` say.
    Noop,
}

impl Severity {
    /// Every severity, the strictest first.
    pub const ALL: [Self; 3] = [Self::Suspend, Self::Silence, Self::Noop];

    /// The name in the database, on the command line and in Mastodon's CSV; the message key is `block-severity-NAME`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Suspend => "suspend",
            Self::Silence => "silence",
            Self::Noop => "noop",
        }
    }

    /// The severity of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.as_str() == name)
    }
}

/// A host that is blocked with everything below it, at every port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostBlock {
    /// The host, without a port.
    pub host: Host,
    /// How far it goes.
    pub severity: Severity,
    /// Pictures from there are not shown.
    pub reject_media: bool,
    /// Reports from there are not taken.
    pub reject_reports: bool,
    /// What anyone may know of the reason.
    pub public_comment: String,
    /// What only editors read.
    pub private_comment: String,
}

impl HostBlock {
    /// A block of `host` and everything below it, without comments.
    pub fn new(host: &Host, severity: Severity) -> Self {
        Self {
            host: host.without_port(),
            severity,
            reject_media: false,
            reject_reports: false,
            public_comment: String::new(),
            private_comment: String::new(),
        }
    }
}

/// What was read of a list.
#[derive(Clone, Debug, Default)]
pub struct List {
    /// The blocks, in the order of the file.
    pub blocks: Vec<HostBlock>,
    /// The rows that were left out, each with its line and the reason.
    pub refused: Vec<Refusal>,
}

/// The most rows that are read of a list.
pub const MAX_ROWS: usize = 20_000;
/// The longest comment, in characters.
pub const MAX_COMMENT: usize = 1_000;

impl List {
    /// Reads Mastodon's CSV, with or without `#` before the column names; also a bare list of hosts, one per line.
    ///
    /// Rows that cannot be used are named with their line and left out. `ours` is never blocked.
    pub fn read(text: &str, ours: &Host) -> Self {
        let mut list = Self::default();
        let mut rows = csv::Rows::of(text);
        let Some((line, first)) = rows.next() else { return list };
        let columns = Columns::of(&first);
        if !columns.named {
            list.take(line, &first, &columns, ours);
        }
        for (line, row) in rows {
            if list.blocks.len() + list.refused.len() >= MAX_ROWS {
                list.refuse(line, "", "block-import-too-many");
                break;
            }
            list.take(line, &row, &columns, ours);
        }
        list
    }

    fn take(&mut self, line: usize, row: &[String], columns: &Columns, ours: &Host) {
        let cell = |column: Option<usize>| column.and_then(|column| row.get(column)).map_or("", |cell| cell.trim());
        let name = cell(Some(columns.domain));
        if name.is_empty() && row.iter().all(|cell| cell.trim().is_empty()) {
            return;
        }
        if name.contains('*') || name.contains('•') {
            return self.refuse(line, name, "block-import-obfuscated");
        }
        let host = match name.parse::<Host>() {
            Ok(host) if host.name().contains('.') || host.name().contains(':') => host,
            _ => return self.refuse(line, name, "block-import-host"),
        };
        if ours.is_within(&host) {
            return self.refuse(line, name, "block-import-ours");
        }
        let severity = match cell(columns.severity).to_ascii_lowercase().as_str() {
            "" => Some(Severity::Suspend),
            name => Severity::from_name(name),
        };
        let Some(severity) = severity else { return self.refuse(line, name, "block-import-severity") };
        let yes = |column| matches!(cell(column).to_ascii_lowercase().as_str(), "true" | "1" | "t" | "yes");
        self.blocks.push(HostBlock {
            reject_media: yes(columns.reject_media),
            reject_reports: yes(columns.reject_reports),
            public_comment: cell(columns.public_comment).chars().take(MAX_COMMENT).collect(),
            ..HostBlock::new(&host, severity)
        });
    }

    fn refuse(&mut self, line: usize, what: &str, why: &'static str) {
        self.refused.push(Refusal { line, what: what.chars().take(100).collect(), why });
    }
}

/// Where which value stands in a row.
struct Columns {
    named: bool,
    domain: usize,
    severity: Option<usize>,
    reject_media: Option<usize>,
    reject_reports: Option<usize>,
    public_comment: Option<usize>,
}

impl Columns {
    fn of(first: &[String]) -> Self {
        let at =
            |name: &str| first.iter().position(|cell| cell.trim().trim_start_matches('#').eq_ignore_ascii_case(name));
        let domain = at("domain");
        Self {
            named: domain.is_some(),
            domain: domain.unwrap_or(0),
            severity: at("severity"),
            reject_media: at("reject_media"),
            reject_reports: at("reject_reports"),
            public_comment: at("public_comment"),
        }
    }
}

/// Writes Mastodon's CSV. Private comments stay here.
pub fn write(blocks: &[HostBlock]) -> String {
    let mut text = "#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate\n".to_owned();
    for block in blocks {
        let cells = [
            csv::cell(block.host.as_str()),
            block.severity.as_str().to_owned(),
            block.reject_media.to_string(),
            block.reject_reports.to_string(),
            csv::cell(&block.public_comment),
            "false".to_owned(),
        ];
        text.push_str(&cells.join(","));
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> List {
        List::read(text, &"nord.example".parse().expect("a host"))
    }

    fn lines(list: &List) -> Vec<(usize, &str)> {
        list.refused.iter().map(|refusal| (refusal.line, refusal.why)).collect()
    }

    #[test]
    fn mastodons_list_is_read_with_and_without_its_hashes_and_comes_back_as_it_was() {
        let text = "#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate\n\
            Boese.Example.,suspend,true,true,\"Hetze, \"\"Spam\"\"\",false\nlaut.example,silence,false,false,,false\n";
        let list = read(text);
        assert_eq!(list.refused, []);
        let first = &list.blocks[0];
        assert_eq!(
            (first.host.as_str(), first.severity, first.reject_media),
            ("boese.example", Severity::Suspend, true)
        );
        assert_eq!(first.public_comment, "Hetze, \"Spam\"");
        assert_eq!(read(&text.replace('#', "")).blocks, list.blocks);
        assert_eq!(read(&write(&list.blocks)).blocks, list.blocks);
    }

    #[test]
    fn every_refused_row_has_its_line_and_the_rest_is_taken() {
        let list = read(
            "domain,severity\r\ngut.example,suspend\r\n\r\nbö*e.example,suspend\r\nkein host,suspend\r\n\
             nord.example,suspend\r\nexample,suspend\r\nx.example,verbannt\r\nletzte.example\r\n",
        );
        let hosts: Vec<_> = list.blocks.iter().map(|block| block.host.as_str()).collect();
        assert_eq!(hosts, ["gut.example", "letzte.example"]);
        let (host, ours) = ("block-import-host", "block-import-ours");
        let expected = [(4, "block-import-obfuscated"), (5, host), (6, ours), (7, host), (8, "block-import-severity")];
        assert_eq!(lines(&list), expected);
    }

    #[test]
    fn a_bare_list_is_a_list_of_suspended_hosts() {
        let list = read("\u{FEFF}a.example\nb.example\n");
        assert!(list.blocks.iter().all(|block| block.severity == Severity::Suspend));
        assert_eq!(list.blocks.len(), 2);
    }
}
