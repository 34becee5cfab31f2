//! A table as an `OpenDocument` sheet (ISO/IEC 26300), which office programs open without a question about separators. Only
//! what a list needs: text, which is never a formula, and whole numbers.

use std::io::{Cursor, Error, Result, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Its media type.
pub(crate) const TYPE: &str = "application/vnd.oasis.opendocument.spreadsheet";

const MANIFEST: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3"><manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>"#;

const BEGIN: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.3"><office:body><office:spreadsheet>"#;

const END: &str = "</table:table></office:spreadsheet></office:body></office:document-content>";

/// What stands in a cell.
pub(crate) enum Cell {
    /// Words.
    Text(String),
    /// A number that can be added up.
    Number(usize),
}

/// The file with one table of that name.
pub(crate) fn write(name: &str, rows: &[Vec<Cell>]) -> Result<Vec<u8>> {
    let mut content = format!("{BEGIN}<table:table table:name=\"{}\">", escaped(name));
    for row in rows {
        content.push_str("<table:table-row>");
        content.extend(row.iter().map(cell));
        content.push_str("</table:table-row>");
    }
    content.push_str(END);
    let mut file = ZipWriter::new(Cursor::new(Vec::new()));
    let plain = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    // Its type comes first and uncompressed, so that programs know the file by its first bytes.
    for (path, part) in [("mimetype", TYPE), ("META-INF/manifest.xml", MANIFEST), ("content.xml", content.as_str())] {
        file.start_file(path, plain).map_err(Error::other)?;
        file.write_all(part.as_bytes())?;
    }
    Ok(file.finish().map_err(Error::other)?.into_inner())
}

fn cell(cell: &Cell) -> String {
    match cell {
        Cell::Number(number) => format!(
            "<table:table-cell office:value-type=\"float\" office:value=\"{number}\"><text:p>{number}</text:p></table:table-cell>"
        ),
        Cell::Text(text) => {
            let lines: Vec<String> = text.lines().map(escaped).collect();
            let lines = lines.join("</text:p><text:p>");
            format!("<table:table-cell office:value-type=\"string\"><text:p>{lines}</text:p></table:table-cell>")
        }
    }
}

/// A text as XML may hold it: characters that it may not are left out.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\t' => safe.push(' '),
            '\u{FFFE}' | '\u{FFFF}' => {}
            c if c.is_control() => {}
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn part(bytes: &[u8], path: &str) -> String {
        let mut file = zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip");
        let mut text = String::new();
        file.by_name(path).expect("a part").read_to_string(&mut text).expect("a text");
        text
    }

    #[test]
    fn its_first_bytes_say_what_it_is() {
        let bytes = write("Liste", &[]).expect("a file");
        assert_eq!(bytes.get(30..38), Some(b"mimetype".as_slice()), "the name of the first part");
        assert_eq!(bytes.get(38..38 + TYPE.len()), Some(TYPE.as_bytes()), "at once, and not compressed");
        assert!(part(&bytes, "META-INF/manifest.xml").contains("content.xml"));
    }

    #[test]
    fn no_cell_is_a_formula_or_breaks_the_document() {
        let evil = "=HYPERLINK(\"x\")</text:p>&\u{0}\u{1B}\u{FFFF}\nzweite Zeile";
        let rows = [vec![Cell::Text(evil.to_owned()), Cell::Number(3)]];
        let content = part(&write("<Liste> & \"mehr\"", &rows).expect("a file"), "content.xml");
        let expected = "<text:p>=HYPERLINK(&quot;x&quot;)&lt;/text:p&gt;&amp;</text:p><text:p>zweite Zeile</text:p>";
        assert!(content.contains(expected), "{content}");
        assert!(!content.contains("table:formula") && content.contains("office:value=\"3\""), "{content}");
        assert!(content.contains("table:name=\"&lt;Liste&gt; &amp; &quot;mehr&quot;\""), "{content}");
    }
}
