//! SIG, the rows about keys: whose they are, how they change, and which are none.

use anyhow::{Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use futures_util::future::try_join_all;
use serde_json::{Value, json};
use tests::attacker::{Page, Peer};
use tests::keys::{self, Key};
use tests::wire::Request;

use crate::arena::{Arena, Family};
use crate::book::attacks;

static FAMILY: Family = Family::new("Schluessel");

attacks! { FAMILY;
    sig_11_a_key_that_names_its_victim_as_owner: "A key document that names a victim as its owner, on the same host and elsewhere, while the victim names another key: 401.",
    sig_18_a_thousand_signatures_by_a_wrong_key: "A thousand signatures by a wrong key in a known actor's name: 401, and its server is asked once at most.",
    sig_19_message_signatures_that_say_too_little: "RFC 9421: a component is not covered, two labels, another algorithm, past, future or missing times, another body, one half of the headers: 401. As it should be: 202.",
    sig_21_keys_that_are_none: "Actors whose key is short, huge, elliptic, doubled, padded, private or no key at all: 401.",
}

/// A `Follow` by alice of `peer`, signed with its other key under `key_id`.
fn forged(arena: &Arena, peer: &Peer, key_id: &str) -> Result<Request> {
    let follow = peer.activity("alice", "Follow", arena.id());
    Request::post("/inbox", &arena.host, follow.to_string())?.signed(&peer.other_key, key_id)
}

async fn sig_11_a_key_that_names_its_victim_as_owner(arena: &Arena) -> Result<()> {
    let (peer, enemy) = (arena.host("opfer"), arena.host("boese"));
    arena.deliver(&peer, "alice", &peer.activity("alice", "Follow", arena.id())).await?;
    let before = arena.look().await?;
    for host in [&peer, &enemy] {
        let mut document = host.document("stolen");
        let key = json!({
            "id": host.url("/stolen"), "type": "Key", "owner": peer.actor("alice"),
            "publicKeyPem": peer.other_key.public_pem()?,
        });
        document["publicKey"] = key.clone();
        for page in [key, document] {
            host.serve("/stolen", Page::json(&page));
            for key_id in [host.url("/stolen"), host.key_id("stolen")] {
                arena.gets(&[401], &key_id, &forged(arena, &peer, &key_id)?).await?;
            }
        }
    }
    arena.gets(&[401], "alice's own name", &forged(arena, &peer, &peer.key_id("alice"))?).await?;
    before.same(arena).await
}

async fn sig_18_a_thousand_signatures_by_a_wrong_key(arena: &Arena) -> Result<()> {
    let peer = arena.host("opfer");
    arena.deliver(&peer, "alice", &peer.activity("alice", "Follow", arena.id())).await?;
    let (before, asked) = (arena.look().await?, peer.asked().iter().filter(|one| one.method == "GET").count());
    for _ in 0..20 {
        let fifty = (0..50).map(|_| forged(arena, &peer, &peer.key_id("alice"))).collect::<Result<Vec<_>>>()?;
        for answer in try_join_all(fifty.iter().map(|request| arena.send_slowly(request))).await? {
            ensure!(answer.status == 401, "{answer:?}");
        }
    }
    let more = peer.asked().iter().filter(|one| one.method == "GET").count() - asked;
    ensure!(more <= 1, "its server was asked {more} times");
    before.same(arena).await?;
    let honest = arena.letter(&peer, "alice", &peer.activity("alice", "Follow", arena.id()))?;
    arena.gets(&[202], "the real key", &honest).await.map(|_| ())
}

/// What a message signature has to cover.
const MESSAGE: [&str; 3] = ["@method", "@target-uri", "content-digest"];

async fn sig_19_message_signatures_that_say_too_little(arena: &Arena) -> Result<()> {
    let peer = arena.host("neu");
    let now = keys::seconds_from_now(0);
    let key_id = peer.key_id("mallory");
    let good = format!(";created={now};keyid=\"{key_id}\"");
    let request = || -> Result<Request> {
        let follow = peer.activity("mallory", "Follow", arena.id());
        Ok(Request::post("/inbox", &arena.host, follow.to_string())?.without("date"))
    };
    let signed = |covered: &[&str], parameters: &str| request()?.signed_message(covered, &peer.key, parameters);
    for parameters in [good.clone(), format!("{good};alg=\"rsa-v1_5-sha256\""), format!("{good};nonce=\"x\";tag=\"y\"")]
    {
        arena.gets(&[202], &parameters, &signed(&MESSAGE, &parameters)?).await?;
    }
    let before = arena.look().await?;
    for left_out in MESSAGE {
        let covered: Vec<&str> = MESSAGE.into_iter().filter(|name| *name != left_out).collect();
        arena.gets(&[401], left_out, &signed(&covered, &good)?).await?;
    }
    let twice = ["@method", "@method", "@target-uri", "content-digest"];
    arena.gets(&[400, 401], "a component twice", &signed(&twice, &good)?).await?;
    arena.gets(&[400, 401], "nothing covered", &signed(&[], &good)?).await?;
    let hour = 3600;
    for parameters in [
        format!(";keyid=\"{key_id}\""),
        format!(";created={now}"),
        format!(";created={};keyid=\"{key_id}\"", now - 2 * hour),
        format!(";created={};keyid=\"{key_id}\"", now + hour),
        format!(";created=99999999999999999999;keyid=\"{key_id}\""),
        format!(";created=\"{now}\";keyid=\"{key_id}\""),
        format!("{good};expires={}", now - 10),
        format!("{good};created={now}"),
        format!("{good};alg=\"ed25519\""),
        format!("{good};alg=\"hmac-sha256\""),
        format!("{good};alg=\"none\""),
        format!(";created={now};keyid=\"{}\"", arena.host("boese").key_id("mallory")),
        format!(";created={now};keyid=\"acct:mallory@{}\"", peer.host),
    ] {
        arena.gets(&[400, 401], &parameters, &signed(&MESSAGE, &parameters)?).await?;
    }
    let whole = signed(&MESSAGE, &good)?;
    let doubled = |name: &str| {
        let value = whole.header(name);
        whole.clone().with(name, &format!("{value}, {}", value.replacen("sig1", "sig2", 1)))
    };
    let other = peer.activity("mallory", "Like", arena.id()).to_string();
    let digest = format!("sha-256=:{}:", keys::sha256(other.as_bytes()));
    for (what, request) in [
        ("two labels", doubled("signature-input").with("signature", doubled("signature").header("signature"))),
        ("two inputs", doubled("signature-input")),
        ("two signatures", doubled("signature")),
        ("another label", whole.clone().with("signature", &whole.header("signature").replacen("sig1", "sig2", 1))),
        ("no signature", whole.clone().without("signature")),
        ("no digest", whole.clone().without("content-digest")),
        ("another body", whole.clone().saying(other.clone())),
        ("another body and digest", whole.clone().saying(other).with("content-digest", &digest)),
        ("another host", whole.clone().with("host", "evil.example")),
        ("another target", Request { target: "/inbox?x".to_owned(), ..whole.clone() }),
        ("empty", whole.clone().with("signature-input", "").with("signature", "")),
    ] {
        arena.gets(&[400, 401], what, &request).await?;
    }
    before.same(arena).await
}

/// DER: a tag, the length, the content.
fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let length: Vec<u8> = content.len().to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
    let mut out = vec![tag];
    if content.len() >= 128 {
        out.extend(u8::try_from(length.len()).map(|count| 0x80 | count));
    }
    out.extend(length);
    out.extend_from_slice(content);
    out
}

/// PKCS#1 (RFC 8017) of any size: a modulus of ones, and `exponent`.
fn rsa(bits: usize, exponent: &[u8]) -> String {
    let modulus = [vec![0], vec![0xff; bits / 8]].concat();
    let der = tlv(0x30, &[tlv(2, &modulus), tlv(2, exponent)].concat());
    format!("-----BEGIN RSA PUBLIC KEY-----\n{}\n-----END RSA PUBLIC KEY-----\n", BASE64.encode(der))
}

async fn sig_21_keys_that_are_none(arena: &Arena) -> Result<()> {
    let good = Key::generate()?.public_pem()?;
    let table: [(&str, Value); 16] = [
        ("512 bits", json!(rsa(512, &[1, 0, 1]))),
        ("1024 bits", json!(rsa(1024, &[1, 0, 1]))),
        ("16384 bits", json!(rsa(16384, &[1, 0, 1]))),
        ("65536 bits", json!(rsa(65536, &[1, 0, 1]))),
        ("exponent 1", json!(rsa(2048, &[1]))),
        ("a huge exponent", json!(rsa(2048, &[0x7f; 255]))),
        ("two keys", json!(format!("{good}{good}"))),
        ("padded", json!(format!("{good}{}", "A".repeat(900_000)))),
        ("private", json!(good.replace("PUBLIC", "PRIVATE"))),
        ("cut", json!(good.get(..200))),
        ("empty", json!("")),
        ("a number", json!(7)),
        ("null", json!(null)),
        ("a list", json!([good, good])),
        ("nested", json!({ "@value": { "publicKeyPem": good } })),
        (
            "elliptic",
            json!(
                "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEaxfR8uEsQkf4vOblY6RA8ncDfYEt\n6zOg9KE5RdiYwpZP40Li/hp/m47n60p8D54WK84zV2sxXs7LtkBoN79R9Q==\n-----END PUBLIC KEY-----\n"
            ),
        ),
    ];
    let before = arena.look().await?;
    for (what, pem) in table {
        let peer = arena.host("schwach");
        let mut document = peer.document("mallory");
        document["publicKey"]["publicKeyPem"] = pem;
        peer.serve("/mallory", Page::json(&document));
        let follow = peer.activity("mallory", "Follow", arena.id());
        let letter = Request::post("/inbox", &arena.host, follow.to_string())?;
        let letter = letter.signed(&peer.other_key, &peer.key_id("mallory"))?;
        arena.gets(&[401], what, &letter).await?;
    }
    before.grew(arena, &["actors"]).await
}
