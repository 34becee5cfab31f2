//! draft-cavage-12 signatures written a second time, so that the server's own are not checked by themselves.

use std::collections::HashMap;

use anyhow::{Context, Result, ensure};
use aws_lc_rs::digest;
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::{HeaderMap, HeaderValue};
use url::Url;

/// What a signed POST covers, in this order.
const COVERED: &str = "(request-target) host date digest";

/// An RSA key.
pub struct Key(KeyPair);

impl Key {
    /// Makes a new one.
    pub fn generate() -> Result<Self> {
        Ok(Self(KeyPair::generate(KeySize::Rsa2048)?))
    }

    /// Makes one of `size`, for keys that nobody should take.
    pub fn of_size(size: KeySize) -> Result<Self> {
        Ok(Self(KeyPair::generate(size)?))
    }

    /// The key itself, as PKCS#8 in DER.
    pub fn pkcs8(&self) -> Result<Vec<u8>> {
        let der: Pkcs8V1Der<'_> = self.0.as_der()?;
        Ok(der.as_ref().to_vec())
    }

    /// Signs `text` with RSASSA-PKCS1-v1_5 and SHA-256; gives base64.
    pub fn sign_text(&self, text: &str) -> Result<String> {
        let mut signature = vec![0; self.0.public_modulus_len()];
        self.0.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature)?;
        Ok(BASE64.encode(signature))
    }

    /// The public half: SPKI in PEM.
    pub fn public_pem(&self) -> Result<String> {
        let der: PublicKeyX509Der<'_> = self.0.public_key().as_der()?;
        Ok(format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", BASE64.encode(der.as_ref())))
    }

    /// The headers of a POST of `body` to `url`, signed now under the name `key_id`.
    pub fn sign(&self, key_id: &str, url: &Url, body: &[u8]) -> Result<HeaderMap> {
        let mut headers = HeaderMap::new();
        headers.insert("host", host(url)?.parse()?);
        headers.insert("date", now()?.parse()?);
        headers.insert("digest", digest_of(body).parse()?);
        let text = signing_string(COVERED, "post", url.path(), &headers)?;
        let signature = self.sign_text(&text)?;
        let value =
            format!("keyId=\"{key_id}\",algorithm=\"rsa-sha256\",headers=\"{COVERED}\",signature=\"{signature}\"");
        headers.insert("signature", value.parse()?);
        headers.insert("content-type", HeaderValue::from_static(crate::client::ACTIVITY_JSON));
        Ok(headers)
    }
}

/// Checks a received POST: signed by the key `pem` over at least target, host, date and digest, and the digest fits.
pub fn verify(pem: &str, path: &str, headers: &HeaderMap, body: &[u8]) -> Result<()> {
    let header = text(headers, "signature")?;
    let parts: HashMap<&str, &str> = header.split(',').filter_map(|part| part.split_once('=')).collect();
    let part = |name: &str| parts.get(name).map(|value| value.trim_matches('"')).with_context(|| format!("no {name}"));
    let covered = part("headers")?;
    for name in COVERED.split(' ') {
        ensure!(covered.split(' ').any(|one| one == name), "{name} is not covered");
    }
    ensure!(text(headers, "digest")? == digest_of(body), "the digest does not fit");
    let base64: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, BASE64.decode(base64)?);
    let signed = signing_string(covered, "post", path, headers)?;
    key.verify(signed.as_bytes(), &BASE64.decode(part("signature")?)?).context("the signature is wrong")
}

/// The text that is signed (draft-cavage-http-signatures-12 section 2.3).
fn signing_string(covered: &str, method: &str, path: &str, headers: &HeaderMap) -> Result<String> {
    let line = |name: &str| match name {
        "(request-target)" => Ok(format!("{name}: {method} {path}")),
        name => Ok(format!("{name}: {}", text(headers, name)?)),
    };
    Ok(covered.split(' ').map(line).collect::<Result<Vec<_>>>()?.join("\n"))
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Result<&'a str> {
    Ok(headers.get(name).with_context(|| format!("no header {name}"))?.to_str()?)
}

/// The `Digest` of a body (RFC 3230).
pub fn digest_of(body: &[u8]) -> String {
    format!("SHA-256={}", sha256(body))
}

/// The SHA-256 of some bytes in base64.
pub fn sha256(bytes: &[u8]) -> String {
    BASE64.encode(digest::digest(&digest::SHA256, bytes))
}

fn host(url: &Url) -> Result<String> {
    let host = url.host_str().context("a URL has a host")?;
    Ok(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}

fn now() -> Result<String> {
    date(0)
}

/// The time in so many seconds from now, since 1970.
#[expect(clippy::disallowed_methods, reason = "a stranger's clock, which the server cannot step")]
pub fn seconds_from_now(seconds: i64) -> i64 {
    jiff::Timestamp::now().as_second().saturating_add(seconds)
}

/// The `Date` in so many seconds from now (RFC 9110).
pub fn date(seconds: i64) -> Result<String> {
    let at = jiff::Timestamp::from_second(seconds_from_now(seconds))?;
    Ok(jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&at)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_key_signed_no_other_key_verifies_and_no_other_body() {
        let (key, other) = (Key::generate().expect("a key"), Key::generate().expect("a key"));
        let url: Url = "http://nord.localhost:8080/inbox".parse().expect("a URL");
        let headers = key.sign("http://sink.localhost/actor#key", &url, b"{}").expect("signed");
        let pem = key.public_pem().expect("a PEM");
        verify(&pem, "/inbox", &headers, b"{}").expect("its own");
        verify(&other.public_pem().expect("a PEM"), "/inbox", &headers, b"{}").expect_err("another key");
        verify(&pem, "/other", &headers, b"{}").expect_err("another target");
        verify(&pem, "/inbox", &headers, b"{ }").expect_err("another body");
    }
}
