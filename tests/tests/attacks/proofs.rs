//! SIG, the rows about Ed25519: signatures and proofs that must not hold.

use std::time::Duration;

use anyhow::{Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};
use tests::attacker::{Page, Peer, moment};
use tests::keys;
use tests::proofs::{self, Key};
use tests::wait;
use tests::wire::Request;

use crate::arena::{Arena, Family};
use crate::book::attacks;

static FAMILY: Family = Family::new("Beweis");

attacks! { FAMILY;
    sig_17_proofs_that_prove_something_else: "What another passes on, with the author's proof (FEP-8b32): 202. With a changed word, the proof of something else, another's key, two proofs, one that has run out, is too old or of tomorrow, or is not by this key: 401.",
    ori_09_our_own_words_come_back: "A neighbour keeps what we said, with our proof, and says it to us again after we changed our mind: 401, and what we think now stays.",
    sig_19_signatures_by_ed25519: "RFC 9421 by an Ed25519 key: 202. With a signature that is written otherwise, cut, empty or of another key, as draft-cavage, or with the id or the algorithm of the RSA key: 401.",
    sig_21_ed25519_keys_that_are_none: "Points of small order, under which one signature fits everything, and keys of the wrong length or curve: 401.",
}

/// What a message signature covers.
const MESSAGE: [&str; 3] = ["@method", "@target-uri", "content-digest"];
/// The order of the group (RFC 8032 section 5.1), the least byte first.
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

fn method(peer: &Peer, name: &str) -> String {
    format!("{}#ed25519-key", peer.actor(name))
}

/// Gives an actor of `peer` an Ed25519 key beside its RSA key.
fn with_key(peer: &Peer, name: &str, multibase: &str) {
    let mut document = peer.document(name);
    document["assertionMethod"] = json!([proofs::multikey(&method(peer, name), &peer.actor(name), multibase)]);
    peer.serve(&format!("/{name}"), Page::json(&document));
}

/// A `Like` by alice of `author`, with a proof as `options` say.
fn proven(arena: &Arena, author: &Peer, options: &Value, key: &Key) -> Result<Value> {
    let mut like = author.activity("alice", "Like", arena.id());
    like["proof"] = proofs::proof(&like, options, key)?;
    Ok(like)
}

async fn sig_17_proofs_that_prove_something_else(arena: &Arena) -> Result<()> {
    let (author, carrier) = (arena.host("verfasser"), arena.host("bote"));
    let (key, other) = (Key::generate()?, Key::generate()?);
    with_key(&author, "alice", &key.multibase());
    with_key(&author, "mallory", &other.multibase());
    with_key(&carrier, "mallory", &other.multibase());
    let passed_on = |activity: &Value| arena.letter(&carrier, "mallory", activity);
    let options = proofs::options(&method(&author, "alice"), &moment(0));
    let good = proven(arena, &author, &options, &key)?;
    arena.gets(&[202], "the author's proof", &passed_on(&good)?).await?;
    let before = arena.look().await?;

    let with = |member: &str, value: Value| {
        let mut options = options.clone();
        options[member] = value;
        options
    };
    let mut table = Vec::new();
    for (member, value) in [
        ("object", json!(carrier.actor("mallory"))),
        ("id", json!(author.fresh("/activities"))),
        ("type", json!("Follow")),
        ("published", json!(moment(0))),
        ("to", json!([carrier.actor("mallory")])),
    ] {
        let mut changed = proven(arena, &author, &options, &key)?;
        changed[member] = value;
        table.push((format!("{member} changed"), changed));
    }
    let mut moved = author.activity("alice", "Like", arena.id());
    moved["proof"] = good["proof"].clone();
    table.push(("the proof of something else".to_owned(), moved));
    for (what, options, key) in [
        ("a key of the same host", with("verificationMethod", json!(method(&author, "mallory"))), &other),
        ("a key of the carrier", with("verificationMethod", json!(method(&carrier, "mallory"))), &other),
        ("a key that is nobody's", with("verificationMethod", json!(format!("{}#none", author.actor("alice")))), &key),
        ("the RSA key's name", with("verificationMethod", json!(author.key_id("alice"))), &key),
        ("another key under that name", options.clone(), &other),
        ("run out", with("expires", json!(moment(-1))), &key),
        ("too old", with("created", json!(moment(-8 * 24))), &key),
        ("of tomorrow", with("created", json!(moment(24))), &key),
        ("of no time", with("created", json!("banana")), &key),
        ("for another purpose", with("proofPurpose", json!("authentication")), &key),
        ("of another suite", with("cryptosuite", json!("eddsa-rdfc-2022")), &key),
        ("a link of a chain", with("previousProof", json!("urn:x")), &key),
    ] {
        table.push((what.to_owned(), proven(arena, &author, &options, key)?));
    }
    let mut twice = proven(arena, &author, &options, &key)?;
    twice["proof"] = json!([twice["proof"], twice["proof"]]);
    table.push(("two proofs".to_owned(), twice));
    let mut bare = author.activity("alice", "Like", arena.id());
    table.push(("no proof".to_owned(), bare.clone()));
    bare["proof"] = json!({ "proofValue": "z1" });
    table.push(("nothing of a proof".to_owned(), bare));
    for (what, activity) in &table {
        arena.gets(&[400, 401], what, &passed_on(activity)?).await?;
    }
    let unsigned = Request::post("/inbox", &arena.host, proven(arena, &author, &options, &key)?.to_string())?;
    arena.gets(&[401], "nobody signed that it was sent", &unsigned).await?;
    before.same(arena).await
}

async fn ori_09_our_own_words_come_back(arena: &Arena) -> Result<()> {
    let friend = arena.friend().await?;
    arena.deliver(friend, "mallory", &friend.activity("mallory", "Follow", arena.id())).await?;
    let theirs = friend.note("mallory", "<p>Beliebt</p>");
    arena.deliver(friend, "mallory", &friend.activity("mallory", "Create", theirs.clone())).await?;
    let like = json!({ "type": "Like", "object": theirs["id"] });
    let note = arena.note("<p>Erste Fassung</p>").await?;
    let update = |words: &str| {
        let object = json!({ "id": note, "type": "Note", "content": words, "to": [tests::attacker::PUBLIC] });
        json!({ "type": "Update", "object": object })
    };
    let undo = json!({ "type": "Undo", "object": like });
    for activity in [update("<p>Zweite Fassung</p>"), like.clone(), undo, like, update("<p>Letzte Fassung</p>")] {
        arena.act(&activity).await?;
    }
    let heard = || -> Vec<Value> {
        let posted = friend.asked().into_iter().filter(|one| one.method == "POST");
        let read = posted.filter_map(|one| serde_json::from_slice::<Value>(&one.body).ok());
        read.filter(|activity| activity["proof"].is_object()).collect()
    };
    let all = async || Ok(heard().iter().any(|one| one.to_string().contains("Letzte Fassung")).then_some(()));
    wait::until("everything at the neighbour's", Duration::from_secs(20), all).await?;
    let before = arena.look().await?;
    let words = heard();
    ensure!(words.len() >= 6, "{} activities with proofs", words.len());
    for activity in &words {
        for name in ["mallory", "alice"] {
            let what = activity["type"].as_str().unwrap_or_default();
            arena.gets(&[400, 401], what, &arena.letter(friend, name, activity)?).await?;
        }
    }
    before.grew(arena, &["actors"]).await?;
    ensure!(arena.look().await?.rows("reactions", "Like").len() == 1, "we still like it");
    Ok(())
}

/// A `Follow` by mallory as a message signed with `sign`.
fn follow(arena: &Arena, peer: &Peer, more: &str, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> Result<Request> {
    let parameters = format!(";created={}{more}", keys::seconds_from_now(0));
    let follow = peer.activity("mallory", "Follow", arena.id());
    let request = Request::post("/inbox", &arena.host, follow.to_string())?.without("date");
    request.signed_message_by(&MESSAGE, &parameters, |base| Ok(BASE64.encode(sign(base.as_bytes()))))
}

/// The same signature with a second half that is larger by the order of the group: whoever does not look takes it too.
fn written_otherwise(signature: &[u8]) -> Vec<u8> {
    let (point, scalar) = signature.split_at(32);
    let mut carry = 0;
    let sum = scalar.iter().zip(ORDER).map(|(byte, add)| {
        let sum = u16::from(*byte) + u16::from(add) + carry;
        carry = sum >> 8;
        u8::try_from(sum & 0xff).unwrap_or_default()
    });
    [point, &sum.collect::<Vec<_>>()].concat()
}

async fn sig_19_signatures_by_ed25519(arena: &Arena) -> Result<()> {
    let (peer, key, other) = (arena.host("kurve"), Key::generate()?, Key::generate()?);
    with_key(&peer, "mallory", &key.multibase());
    let (ours, rsa) = (format!(";keyid=\"{}\"", method(&peer, "mallory")), peer.key_id("mallory"));
    for alg in ["", ";alg=\"ed25519\""] {
        arena
            .gets(&[202], "as it should be", &follow(arena, &peer, &format!("{ours}{alg}"), |base| key.sign(base))?)
            .await?;
    }
    let before = arena.look().await?;
    let by = |more: String, sign: &dyn Fn(&[u8]) -> Vec<u8>| follow(arena, &peer, &more, sign);
    let sign_rsa = |base: &[u8]| {
        let text = String::from_utf8_lossy(base);
        peer.key.sign_text(&text).ok().and_then(|text| BASE64.decode(text).ok()).unwrap_or_default()
    };
    for (what, request) in [
        ("written otherwise", by(ours.clone(), &|base| written_otherwise(&key.sign(base)))?),
        ("cut", by(ours.clone(), &|base| key.sign(base)[..63].to_vec())?),
        ("longer", by(ours.clone(), &|base| [key.sign(base), vec![0]].concat())?),
        ("nothing but zeros", by(ours.clone(), &|_| vec![0; 64])?),
        ("empty", by(ours.clone(), &|_| Vec::new())?),
        ("by another key", by(ours.clone(), &|base| other.sign(base))?),
        ("RSA by name", by(format!("{ours};alg=\"rsa-v1_5-sha256\""), &|base| key.sign(base))?),
        ("RSA by name and deed", by(format!("{ours};alg=\"rsa-v1_5-sha256\""), &sign_rsa)?),
        ("RSA by deed", by(ours.clone(), &sign_rsa)?),
        ("the id of the RSA key", by(format!(";keyid=\"{rsa}\";alg=\"ed25519\""), &|base| key.sign(base))?),
        ("the id of the RSA key, unsaid", by(format!(";keyid=\"{rsa}\""), &|base| key.sign(base))?),
        ("RSA that says Ed25519", by(format!(";keyid=\"{rsa}\";alg=\"ed25519\""), &sign_rsa)?),
    ] {
        arena.gets(&[400, 401], what, &request).await?;
    }
    let activity = peer.activity("mallory", "Follow", arena.id());
    for algorithm in ["ed25519", "hs2019", "rsa-sha256"] {
        let request = Request::post("/inbox", &arena.host, activity.to_string())?;
        let parameters = format!("keyId=\"{}\",algorithm=\"{algorithm}\"", method(&peer, "mallory"));
        let text = request.signing_string(tests::wire::COVERED, &parameters);
        let signature = BASE64.encode(key.sign(text.as_bytes()));
        let header = format!("{parameters},headers=\"{}\",signature=\"{signature}\"", tests::wire::COVERED);
        arena.gets(&[401], &format!("draft-cavage, {algorithm}"), &request.with("signature", &header)).await?;
    }
    before.same(arena).await
}

/// The points whose order divides eight, as far as their y goes (RFC 8032 section 5.1.3), with those that are written
/// otherwise: the least byte first, without the sign.
fn small_points() -> [[u8; 32]; 7] {
    let near_prime = |least: u8| {
        let mut bytes = [0xff; 32];
        (bytes[0], bytes[31]) = (least, 0x7f);
        bytes
    };
    let mut one = [0; 32];
    one[0] = 1;
    let eighth = [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf,
        0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
    ];
    let other = [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20,
        0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
    ];
    [[0; 32], one, eighth, other, near_prime(0xec), near_prime(0xed), near_prime(0xee)]
}

async fn sig_21_ed25519_keys_that_are_none(arena: &Arena) -> Result<()> {
    let mut table = Vec::new();
    for point in small_points() {
        for sign in [0, 0x80] {
            let mut point = point;
            point[31] |= sign;
            table.push((proofs::multibase(&[0xed, 1], &point), point));
        }
    }
    let plain = [7; 32];
    for (kind, length) in [([0xed, 1], 31), ([0xed, 1], 33), ([0xec, 1], 32), ([0xe7, 1], 33), ([0x80, 0x24], 33)] {
        table.push((proofs::multibase(&kind, &vec![7; length]), plain));
    }
    let before = arena.look().await?;
    for (multibase, point) in table {
        let peer = arena.host("schwach");
        with_key(&peer, "mallory", &multibase);
        let keyid = format!(";keyid=\"{}\"", method(&peer, "mallory"));
        let mut identity = vec![0; 64];
        identity[0] = 1;
        // With such a key one of these fits in one case of eight, whatever is signed.
        for signature in [identity, [point.as_slice(), &[0; 32]].concat()] {
            for _ in 0..6 {
                let forged = follow(arena, &peer, &keyid, |_| signature.clone())?;
                arena.gets(&[400, 401], &multibase, &forged).await?;
            }
        }
    }
    before.grew(arena, &["actors"]).await?;
    ensure!(arena.look().await?.rows("follows", "schwach").is_empty());
    Ok(())
}
