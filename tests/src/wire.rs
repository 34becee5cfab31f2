//! Requests byte by byte: what no client library would send, and what the answer was.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::client::ACTIVITY_JSON;
use crate::keys::{self, Key};

/// What a signed POST covers if nothing else is said.
pub const COVERED: &str = "(request-target) host date digest";
/// How long an answer may be waited for, in all.
const PATIENCE: Duration = Duration::from_secs(75);

/// A request as it goes over the wire: HTTP/1.1, every header as written.
#[derive(Clone, Debug)]
pub struct Request {
    /// The method.
    pub method: String,
    /// What stands behind it.
    pub target: String,
    /// Names and values, in this order.
    pub headers: Vec<(String, String)>,
    /// The body; its length is told unless the headers tell one.
    pub body: Vec<u8>,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The body; chunks are put together.
    pub body: String,
    /// From the connection to the last byte.
    pub took: Duration,
}

impl Answer {
    /// The first value of a header; empty if there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(one, _)| one == name).map_or("", |(_, value)| value)
    }
}

impl Request {
    /// A GET for `host`, closed after it.
    pub fn get(target: &str, host: &str) -> Self {
        let headers = [("host", host), ("connection", "close")];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        Self { method: "GET".to_owned(), target: target.to_owned(), headers, body: Vec::new() }
    }

    /// An unsigned POST of an activity for `host`, with its date and digest.
    pub fn post(target: &str, host: &str, body: impl Into<Vec<u8>>) -> Result<Self> {
        let body = body.into();
        let digest = keys::digest_of(&body);
        let get = Self::get(target, host).with("date", &keys::date(0)?).with("digest", &digest);
        Ok(Self { method: "POST".to_owned(), body, ..get.with("content-type", ACTIVITY_JSON) })
    }

    /// With this one value of a header.
    #[must_use]
    pub fn with(self, name: &str, value: &str) -> Self {
        self.without(name).adding(name, value)
    }

    /// With one more header at the end.
    #[must_use]
    pub fn adding(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With one more header in front.
    #[must_use]
    pub fn leading(mut self, name: &str, value: &str) -> Self {
        self.headers.insert(0, (name.to_owned(), value.to_owned()));
        self
    }

    /// Without a header.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(one, _)| !one.eq_ignore_ascii_case(name));
        self
    }

    /// With another body under the same headers.
    #[must_use]
    pub fn saying(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// The first value of a header; empty if there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(one, _)| one.eq_ignore_ascii_case(name)).map_or("", |(_, value)| value)
    }

    /// Signed over what peers sign (draft-cavage-12).
    pub fn signed(self, key: &Key, key_id: &str) -> Result<Self> {
        self.signed_over(COVERED, key, &format!(r#"keyId="{key_id}",algorithm="rsa-sha256""#))
    }

    /// Signed over what is in `covered`, with any `parameters` in front.
    pub fn signed_over(self, covered: &str, key: &Key, parameters: &str) -> Result<Self> {
        let signature = key.sign_text(&self.signing_string(covered, parameters))?;
        let value = format!(r#"{parameters},headers="{covered}",signature="{signature}""#);
        Ok(self.with("signature", &value))
    }

    /// The text that is signed (draft-cavage-12 section 2.3); what is missing is empty.
    pub fn signing_string(&self, covered: &str, parameters: &str) -> String {
        let parameter = |name: &str| {
            let found = parameters.split(',').find_map(|one| one.strip_prefix(name)?.strip_prefix('='));
            found.unwrap_or_default().trim_matches('"').to_owned()
        };
        let line = |name: &str| match name {
            "(request-target)" => format!("{name}: {} {}", self.method.to_lowercase(), self.target),
            "(created)" => format!("{name}: {}", parameter("created")),
            "(expires)" => format!("{name}: {}", parameter("expires")),
            name => format!("{name}: {}", self.header(name)),
        };
        covered.split(' ').map(line).collect::<Vec<_>>().join("\n")
    }

    /// Signed as a message (RFC 9421): over the `covered` components, with `parameters` behind them, under the label `sig1`.
    pub fn signed_message(self, covered: &[&str], key: &Key, parameters: &str) -> Result<Self> {
        self.signed_message_by(covered, parameters, |base| key.sign_text(base))
    }

    /// As [`Request::signed_message`], with the base64 that `sign` makes of what is signed.
    pub fn signed_message_by(
        self,
        covered: &[&str],
        parameters: &str,
        sign: impl FnOnce(&str) -> Result<String>,
    ) -> Result<Self> {
        let digest = format!("sha-256=:{}:", keys::sha256(&self.body));
        let request = self.without("digest");
        let request = if request.body.is_empty() { request } else { request.with("content-digest", &digest) };
        let (mut base, mut names) = (String::new(), Vec::new());
        for name in covered {
            let value = match *name {
                "@method" => request.method.clone(),
                "@target-uri" => format!("http://{}{}", request.header("host"), request.target),
                "@authority" => request.header("host").to_owned(),
                "@path" => request.target.split('?').next().unwrap_or_default().to_owned(),
                name => request.header(name).to_owned(),
            };
            // Writing to a string cannot fail.
            let _ = writeln!(base, "\"{name}\": {value}");
            names.push(format!("\"{name}\""));
        }
        let input = format!("({}){parameters}", names.join(" "));
        let _ = write!(base, "\"@signature-params\": {input}");
        let signature = format!("sig1=:{}:", sign(&base)?);
        Ok(request.with("signature-input", &format!("sig1={input}")).with("signature", &signature))
    }

    /// The head and the body, as they are sent.
    pub fn bytes(&self) -> Vec<u8> {
        let mut head = format!("{} {} HTTP/1.1\r\n", self.method, self.target);
        // Writing to a string cannot fail.
        for (name, value) in &self.headers {
            let _ = write!(head, "{name}: {value}\r\n");
        }
        let told = ["content-length", "transfer-encoding"].iter().any(|name| !self.header(name).is_empty());
        if !told && self.method != "GET" {
            let _ = write!(head, "content-length: {}\r\n", self.body.len());
        }
        [head.as_bytes(), b"\r\n", &self.body].concat()
    }

    /// Sends it to a port of this machine and reads the answer.
    pub async fn send(&self, port: u16) -> Result<Answer> {
        exchange(port, &self.bytes()).await
    }
}

/// Sends any bytes to a port of this machine and reads what is answered until the connection is closed.
pub async fn exchange(port: u16, bytes: &[u8]) -> Result<Answer> {
    let began = Instant::now();
    let told = async {
        let (mut from, mut to) = TcpStream::connect(("127.0.0.1", port)).await?.into_split();
        // A server that has seen enough answers and closes while we still talk: both go on at once.
        let talk = async { to.write_all(bytes).await };
        let mut read = Vec::new();
        let listen = from.read_to_end(&mut read);
        let (_, heard) = tokio::join!(talk, listen);
        if let Err(problem) = heard
            && read.is_empty()
        {
            return Err(problem);
        }
        Ok(read)
    };
    let read = tokio::time::timeout(PATIENCE, told).await.context("no answer in time")??;
    parse(&read, began.elapsed())
}

/// Reads an answer that is there as a whole.
pub fn parse(bytes: &[u8], took: Duration) -> Result<Answer> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
    let Some((head, body)) = end.and_then(|at| Some((bytes.get(..at)?, bytes.get(at + 4..)?))) else {
        bail!("no answer: {:?}", String::from_utf8_lossy(bytes));
    };
    let head = String::from_utf8_lossy(head);
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).context("no status")?.parse()?;
    let pair = |line: &str| line.split_once(':').map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()));
    let headers: Vec<(String, String)> = lines.filter_map(pair).collect();
    let chunked = headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked");
    let body = if chunked { unchunked(body) } else { body.to_vec() };
    Ok(Answer { status, headers, body: String::from_utf8_lossy(&body).into_owned(), took })
}

/// Puts chunks together (RFC 9112 section 7.1); what is cut off is missing.
fn unchunked(mut rest: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    while let Some(at) = rest.windows(2).position(|two| two == b"\r\n") {
        let length = rest.get(..at).and_then(|line| usize::from_str_radix(std::str::from_utf8(line).ok()?, 16).ok());
        let Some(chunk) = length.filter(|length| *length > 0).and_then(|length| rest.get(at + 2..at + 2 + length))
        else {
            break;
        };
        whole.extend_from_slice(chunk);
        rest = rest.get(at + 4 + chunk.len()..).unwrap_or_default();
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_written_as_it_stands_and_an_answer_read_in_chunks() {
        let request =
            Request::post("/inbox", "a.localhost", "{}").expect("a request").with("date", "x").leading("date", "y");
        let text = String::from_utf8(request.bytes()).expect("text");
        assert!(text.starts_with("POST /inbox HTTP/1.1\r\ndate: y\r\nhost: a.localhost\r\n"), "{text}");
        assert!(text.ends_with("content-length: 2\r\n\r\n{}"), "{text}");
        let answer = b"HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
        let answer = parse(answer, Duration::ZERO).expect("an answer");
        assert_eq!((answer.status, answer.body.as_str()), (202, "abcde"));
        parse(b"HTTP/1.1 2", Duration::ZERO).expect_err("half an answer");
    }
}
