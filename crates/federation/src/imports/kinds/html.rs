//! A web page as tags and text, read by the tokenizer of a browser and bounded: no tree grows from it.

use std::cell::{Cell, RefCell};

use domain::html;
use html5ever::TokenizerResult;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use html5ever::tokenizer::{EndTag, StartTag};

/// The most bytes of a page that are looked at.
const MAX_BYTES: usize = 4 * 1024 * 1024;
/// The most tags and texts.
const MAX_PIECES: usize = 200_000;
/// The longest text of one script that is kept, in bytes.
const MAX_SCRIPT: usize = 2 * 1024 * 1024;
/// The most attributes of a tag.
const MAX_ATTRIBUTES: usize = 30;

/// How much of a page is read at once, in bytes.
const CHUNK: usize = 8 * 1024;
/// The most signs that may part attributes, in one tag.
const MAX_PARTS: usize = 10_000;

/// Tags without an end.
const VOID: [&str; 13] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];

/// A part of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// A tag begins; `line` is where, from 1.
    Open { name: String, attributes: Vec<(String, String)>, line: usize, empty: bool },
    /// A tag ends.
    Close(String),
    /// Text.
    Text(String),
}

impl Piece {
    /// The value of an attribute of a tag.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let Self::Open { attributes, .. } = self else { return None };
        attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Whether a tag of that name begins.
    pub(super) fn opens(&self, wanted: &str) -> bool {
        matches!(self, Self::Open { name, .. } if name == wanted)
    }
}

/// Whether an attribute may begin behind it.
fn is_between(byte: u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, b'/' | b'"' | b'\'')
}

/// Whether something looks like a web page.
pub(super) fn is_html(body: &[u8]) -> bool {
    let start = String::from_utf8_lossy(body.get(..body.len().min(2_048)).unwrap_or_default()).to_lowercase();
    let start = start.trim_start_matches('\u{feff}').trim_start();
    start.starts_with('<')
        && ["<!doctype html", "<html", "<head", "<body", "<div", "<script"].iter().any(|tag| start.contains(tag))
}

/// The parts of a page, in their order.
pub(super) fn pieces(body: &[u8]) -> Vec<Piece> {
    let text = String::from_utf8_lossy(body.get(..body.len().min(MAX_BYTES)).unwrap_or_default());
    let sink = Sink { pieces: RefCell::default(), script: RefCell::new(0), tokens: Cell::new(0) };
    let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
    let queue = BufferQueue::default();
    let (mut rest, mut before, mut parts) = (&*text, 0, 0_usize);
    while !rest.is_empty() {
        let (chunk, left) = rest.split_at(html::cut(rest, CHUNK).len().max(1).min(rest.len()));
        queue.push_back(chunk.into());
        // A script that a browser would run here stops the tokenizer; nothing runs, so it goes on.
        while let TokenizerResult::Script(()) = tokenizer.feed(&queue) {}
        // The time for a tag grows with the square of its attributes, and until it ends none of them is seen.
        let now = tokenizer.sink.tokens.get();
        parts = if now == before { parts + chunk.bytes().filter(|byte| is_between(*byte)).count() } else { 0 };
        if parts > MAX_PARTS {
            break;
        }
        (rest, before) = (left, now);
    }
    if rest.is_empty() {
        tokenizer.end();
    }
    tokenizer.sink.pieces.into_inner()
}

struct Sink {
    pieces: RefCell<Vec<Piece>>,
    /// How much text of the script at hand is kept.
    script: RefCell<usize>,
    /// How many tokens there were so far, complaints aside.
    tokens: Cell<usize>,
}

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<()> {
        // Complaints come within a tag, too, and say nothing of its end.
        if !matches!(token, Token::ParseError(_)) {
            self.tokens.set(self.tokens.get() + 1);
        }
        let mut pieces = self.pieces.borrow_mut();
        if pieces.len() >= MAX_PIECES {
            return TokenSinkResult::Continue;
        }
        match token {
            Token::TagToken(tag) => {
                let name = tag.name.to_string();
                *self.script.borrow_mut() = 0;
                if tag.kind == EndTag {
                    pieces.push(Piece::Close(name));
                    return TokenSinkResult::Continue;
                }
                let raw = raw(&name).filter(|_| tag.kind == StartTag);
                let empty = VOID.contains(&name.as_str());
                let attributes = tag.attrs.into_iter().take(MAX_ATTRIBUTES);
                let attributes = attributes.map(|one| (one.name.local.to_string(), one.value.to_string())).collect();
                let line = usize::try_from(line).unwrap_or(1);
                pieces.push(Piece::Open { name, attributes, line, empty });
                raw.map_or(TokenSinkResult::Continue, TokenSinkResult::RawData)
            }
            Token::CharacterTokens(text) => {
                let mut kept = self.script.borrow_mut();
                *kept += text.len();
                if *kept <= MAX_SCRIPT {
                    match pieces.last_mut() {
                        Some(Piece::Text(before)) => before.push_str(&text),
                        _ => pieces.push(Piece::Text(text.to_string())),
                    }
                }
                TokenSinkResult::Continue
            }
            _ => TokenSinkResult::Continue,
        }
    }
}

/// What stands in these tags is text, whatever it looks like.
fn raw(name: &str) -> Option<RawKind> {
    match name {
        "script" => Some(RawKind::ScriptData),
        "style" | "noframes" | "xmp" | "iframe" | "noembed" => Some(RawKind::Rawtext),
        "title" | "textarea" => Some(RawKind::Rcdata),
        _ => None,
    }
}
