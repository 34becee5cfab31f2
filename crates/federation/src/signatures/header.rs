//! The `Signature` header as received: one strict grammar, so that no two readers can differ about it.
//!
//! `name="value"` pairs with a comma between them; `created` and `expires` may go without quotes. What real peers send
//! fits; unquoted or doubled names, names in other cases and unknown names do not (draft-cavage-12 section 2.1).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

/// Room for a signature of 8192 bits, a long key id and every header name.
const MAX_HEADER: usize = 8 * 1024;
const MAX_KEY_ID: usize = 2048;
const MAX_COVERED: usize = 32;
/// Seconds that `jiff` and the signing string can hold: eleven digits end in the year 5138.
const MAX_DIGITS: usize = 11;

/// A `Signature` header, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureHeader {
    /// `keyId` as it stands.
    pub key_id: String,
    /// Whether `algorithm` is an `rsa-…` of old, with which `(created)` and `(expires)` may not be covered.
    pub is_legacy: bool,
    /// `headers`: the names that are covered, in lower case, none twice.
    pub covered: Vec<String>,
    /// `signature`, decoded; never empty.
    pub signature: Vec<u8>,
    /// `created`, in seconds since 1970.
    pub created: Option<i64>,
    /// `expires`, in seconds since 1970.
    pub expires: Option<i64>,
}

/// What is wrong with a `Signature` header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Malformed(pub(super) &'static str);

#[derive(Default)]
struct Parameters<'a> {
    key_id: Option<&'a str>,
    algorithm: Option<&'a str>,
    headers: Option<&'a str>,
    signature: Option<&'a str>,
    created: Option<&'a str>,
    expires: Option<&'a str>,
}

/// Takes the header apart; refuses every algorithm but `rsa-sha256` and `hs2019` (absent means the latter).
pub fn parse(header: &str) -> Result<SignatureHeader, Malformed> {
    if header.len() > MAX_HEADER {
        return Err(Malformed("the signature header is too long"));
    }
    let parameters = read(header)?;
    let is_legacy = match parameters.algorithm {
        None | Some("hs2019") => false,
        Some("rsa-sha256") => true,
        Some(_) => return Err(Malformed("the signature algorithm is not rsa-sha256 or hs2019")),
    };
    let key_id = parameters.key_id.filter(|id| !id.is_empty() && id.len() <= MAX_KEY_ID);
    Ok(SignatureHeader {
        key_id: key_id.ok_or(Malformed("the signature names no key"))?.to_owned(),
        is_legacy,
        covered: covered(parameters.headers)?,
        signature: signature(parameters.signature)?,
        created: parameters.created.map(seconds).transpose()?,
        expires: parameters.expires.map(seconds).transpose()?,
    })
}

fn read(header: &str) -> Result<Parameters<'_>, Malformed> {
    let mut parameters = Parameters::default();
    let mut rest = header.trim_matches([' ', '\t']);
    loop {
        let (name, after) = rest.split_once('=').ok_or(Malformed("a signature parameter has no value"))?;
        let is_number = matches!(name, "created" | "expires");
        let (value, after) = value(after, is_number)?;
        if parameters.slot(name)?.replace(value).is_some() {
            return Err(Malformed("a signature parameter comes twice"));
        }
        let after = after.trim_start_matches([' ', '\t']);
        if after.is_empty() {
            return Ok(parameters);
        }
        rest = after.strip_prefix(',').ok_or(Malformed("signature parameters without a comma"))?;
        rest = rest.trim_start_matches([' ', '\t']);
    }
}

impl<'a> Parameters<'a> {
    fn slot(&mut self, name: &str) -> Result<&mut Option<&'a str>, Malformed> {
        match name {
            "keyId" => Ok(&mut self.key_id),
            "algorithm" => Ok(&mut self.algorithm),
            "headers" => Ok(&mut self.headers),
            "signature" => Ok(&mut self.signature),
            "created" => Ok(&mut self.created),
            "expires" => Ok(&mut self.expires),
            _ => Err(Malformed("the signature has an unknown parameter")),
        }
    }
}

/// The value at the start of `text`, and what comes after it.
fn value(text: &str, may_be_bare: bool) -> Result<(&str, &str), Malformed> {
    if let Some(quoted) = text.strip_prefix('"') {
        let (value, after) = quoted.split_once('"').ok_or(Malformed("a signature parameter has no end"))?;
        // A backslash would escape the quote for some readers and not for others.
        if value.contains('\\') || !value.is_ascii() {
            return Err(Malformed("a signature parameter has a strange character"));
        }
        return Ok((value, after));
    }
    if !may_be_bare {
        return Err(Malformed("a signature parameter has no quotes"));
    }
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    Ok(text.split_at(end))
}

fn covered(list: Option<&str>) -> Result<Vec<String>, Malformed> {
    let list = list.ok_or(Malformed("the signature does not say what it covers"))?;
    let good = |name: &str| {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
        matches!(name, "(request-target)" | "(created)" | "(expires)") || (!name.is_empty() && name.chars().all(plain))
    };
    let mut covered: Vec<String> = Vec::new();
    for name in list.split(' ') {
        if !good(name) || covered.len() == MAX_COVERED || covered.iter().any(|other| other == name) {
            return Err(Malformed("the list of covered headers is malformed"));
        }
        covered.push(name.to_owned());
    }
    Ok(covered)
}

fn signature(base64: Option<&str>) -> Result<Vec<u8>, Malformed> {
    let bytes = base64.and_then(|text| BASE64.decode(text).ok()).unwrap_or_default();
    if bytes.is_empty() { Err(Malformed("the signature is missing or not base64")) } else { Ok(bytes) }
}

fn seconds(digits: &str) -> Result<i64, Malformed> {
    let is_number = !digits.is_empty() && digits.len() <= MAX_DIGITS && digits.bytes().all(|b| b.is_ascii_digit());
    // "007" would be signed as received by one reader and as 7 by another.
    let is_plain = digits == "0" || !digits.starts_with('0');
    let number = if is_number && is_plain { digits.parse().ok() } else { None };
    number.ok_or(Malformed("a time in the signature is not a plain number of seconds"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADERS: &str = "(request-target) host date digest";

    #[test]
    fn what_real_servers_send_is_read() {
        let mastodon = format!(
            r#"keyId="https://a.example/u#main-key",algorithm="rsa-sha256",headers="{HEADERS} content-type",signature="AAAA""#
        );
        let header = parse(&mastodon).expect("reads");
        assert_eq!(header.key_id, "https://a.example/u#main-key");
        assert_eq!(header.covered.join(" "), format!("{HEADERS} content-type"));
        assert_eq!(header.signature, [0, 0, 0]);
        assert!(header.is_legacy);
        let modern = r#"keyId="k", algorithm="hs2019", created=1402170695, expires="1402170699", headers="(created)", signature="AA==""#;
        let header = parse(modern).expect("reads");
        assert_eq!((header.created, header.expires), (Some(1_402_170_695), Some(1_402_170_699)));
        assert!(!header.is_legacy);
    }

    #[test]
    fn every_other_spelling_is_malformed() {
        let good = r#"keyId="k",algorithm="hs2019",headers="host date",signature="AAAA""#;
        assert!(parse(good).is_ok());
        let swap = |from: &str, to: &str| good.replace(from, to);
        let table = [
            String::new(),
            "Signature".to_owned(),
            format!("Signature {good}"),
            format!("{good},"),
            format!("{good} x"),
            format!("{good},{good}"),
            format!(r#"{good},keyId="other""#),
            format!(r#"{good},ext="1""#),
            format!("{good},created=18446744073709551615"),
            format!("{good},created=9223372036854775806"),
            format!("{good},created=-1"),
            format!("{good},created=007"),
            format!("{good},created=1.5"),
            format!(r#"{good},created="""#),
            format!("{good},created="),
            swap(r#""k""#, "k"),
            swap(r#""k""#, "'k'"),
            swap(r#""k""#, r#""""#),
            swap(r#""k""#, r#""k\"x""#),
            swap(r#""k""#, r#""k"#),
            swap(r#""k""#, &format!("\"{}\"", "k".repeat(3000))),
            swap("keyId=", "keyId ="),
            swap("keyId=", "keyId= "),
            swap("keyId", "KeyId"),
            swap("keyId", "keyid"),
            swap(r#"keyId="k","#, ""),
            swap("hs2019", "none"),
            swap("hs2019", ""),
            swap("hs2019", "HS2019"),
            swap("hs2019", "hmac-sha256"),
            swap("hs2019", "rsa-sha1"),
            swap("hs2019", "ed25519"),
            swap("host date", ""),
            swap("host date", "host host"),
            swap("host date", "host  date"),
            swap("host date", "Host date"),
            swap("host date", "host,date"),
            swap("host date", "(status) host"),
            swap(r#"headers="host date","#, ""),
            swap("AAAA", ""),
            swap("AAAA", "A A="),
            swap("AAAA", "%%%"),
            swap("AAAA", &"A".repeat(1 << 20)),
            "sig1=:AAAA:".to_owned(),
            "=".repeat(5000),
            "\"".repeat(5000),
        ];
        for header in table {
            assert!(parse(&header).is_err(), "{}", header.get(..200).unwrap_or(&header));
        }
    }
}
