//! Comma-separated values (RFC 4180), read forgivingly.

/// The rows of a text, each with the number of the line it begins on.
pub(super) struct Rows<'a> {
    rest: std::iter::Peekable<std::str::Chars<'a>>,
    line: usize,
}

impl<'a> Rows<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        Self { rest: text.trim_start_matches('\u{FEFF}').chars().peekable(), line: 1 }
    }

    /// One cell, up to the comma or line end behind it; whether the row goes on.
    fn cell(&mut self) -> (String, bool) {
        let mut cell = String::new();
        let mut quoted = false;
        while let Some(c) = self.rest.next() {
            match c {
                '"' if quoted && self.rest.peek() == Some(&'"') => {
                    self.rest.next();
                    cell.push('"');
                }
                '"' if quoted => quoted = false,
                '"' if cell.trim().is_empty() => quoted = true,
                ',' if !quoted => return (cell, true),
                '\n' => {
                    self.line += 1;
                    if !quoted {
                        break;
                    }
                    cell.push('\n');
                }
                '\r' => {}
                c => cell.push(c),
            }
        }
        (cell, false)
    }
}

impl Iterator for Rows<'_> {
    type Item = (usize, Vec<String>);

    fn next(&mut self) -> Option<Self::Item> {
        self.rest.peek()?;
        let line = self.line;
        let mut cells = Vec::new();
        loop {
            let (cell, more) = self.cell();
            cells.push(cell);
            if !more {
                return Some((line, cells));
            }
        }
    }
}

/// A cell that office programs read as text, never as a formula.
pub(super) fn cell(text: &str) -> String {
    let text = text.replace(['\r', '\n'], " ");
    let text = if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text };
    if text.contains([',', '"', ';']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}
