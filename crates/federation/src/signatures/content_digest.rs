//! The `Content-Digest` header (RFC 9530): what ties a body to a signature by RFC 9421.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use sfv::BareItemFromInput;

use super::structured::{self, Member};

/// Room for every algorithm of the registry.
const MAX_HEADER: usize = 2048;

/// Writes the header for `body`: `sha-256=:` and base64.
pub fn of(body: &[u8]) -> String {
    format!("sha-256=:{}:", BASE64.encode(digest(&SHA256, body)))
}

/// Whether `header` names SHA-256, whatever else it names, and that is the one of `body`; never if a member is doubled.
pub fn check(header: &str, body: &[u8]) -> bool {
    let members = Some(header).filter(|header| header.len() <= MAX_HEADER).and_then(structured::dictionary);
    let members = members.unwrap_or_default();
    let is_single = |member: &Member<'_>| members.iter().filter(|other| other.label == member.label).count() == 1;
    let expected = digest(&SHA256, body);
    let fits = |member: &Member<'_>| {
        let [(BareItemFromInput::ByteSequence(bytes), _)] = member.items.as_slice() else { return false };
        !member.is_list && bytes == expected.as_ref()
    };
    members.iter().all(is_single) && members.iter().any(|member| member.label == "sha-256" && fits(member))
}

#[cfg(test)]
mod tests {
    use super::*;

    // The example of RFC 9530 section 2 and appendix D, which ends in a line feed.
    const BODY: &[u8] = b"{\"hello\": \"world\"}\n";
    const HEADER: &str = "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:";

    #[test]
    fn a_digest_is_that_of_the_rfc() {
        assert_eq!(of(BODY), HEADER);
        assert!(check(&of(b""), b""));
    }

    #[test]
    fn a_digest_must_be_sha_256_and_fit_and_stand_alone() {
        let other = of(b"other");
        let sha_512 =
            "sha-512=:YMAam51Jz/jOATT6/zvHrLVgOYTGFy1d6GJiOHTohq4yP+pgk4vf2aCsyRZOtw8MjkM7iw7yZ/WkppmM44T3qg==:";
        let table = [
            (HEADER.to_owned(), true),
            (format!(" {HEADER} "), true),
            (format!("{sha_512}, {HEADER}"), true),
            (format!("{HEADER},unixsum=:AAA=:, x=1"), true),
            (sha_512.to_owned(), false),
            (other.clone(), false),
            (format!("{HEADER}, {HEADER}"), false),
            (format!("{HEADER}, {other}"), false),
            (format!("{other}, {HEADER}"), false),
            (format!("{HEADER}, {sha_512}, {sha_512}"), false),
            (HEADER.replace("sha", "SHA"), false),
            (HEADER.replace(':', ""), false),
            (HEADER.replace(':', "\""), false),
            (HEADER.replace("=:", "=(:").replace("g=:", "g=:)"), false),
            (HEADER.replacen("RK", "", 1), false),
            (format!("{HEADER},"), false),
            ("sha-256=::".to_owned(), false),
            ("sha-256".to_owned(), false),
            (String::new(), false),
            (format!("{HEADER}, a={}", "1".repeat(5000)), false),
        ];
        for (header, fits) in table {
            assert_eq!(check(&header, BODY), fits, "{header:.200}");
        }
    }
}
