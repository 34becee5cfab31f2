//! SIG: requests whose signature must not hold, or must not hold twice.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use futures_util::future::try_join_all;
use serde_json::{Value, json};
use tests::attacker::Peer;
use tests::keys;
use tests::quarter::Quarter;
use tests::sink::Sink;
use tests::wait;
use tests::wire::{COVERED, Request};

use crate::arena::{Arena, Family};
use crate::book::attacks;

static FAMILY: Family = Family::new("Signa");

/// What a proven stranger may leave behind by following.
const OF_A_FOLLOW: &[&str] = &["actors", "follows", "received", "activities"];

attacks! { FAMILY;
    sig_01_another_body_under_a_valid_signature: "The body is exchanged under a valid signature, with or without its own digest: 401.",
    sig_02_security_headers_twice: "Any header that decides about the signature comes twice, in either order or joined by a comma: 400. The same length twice is one length (RFC 9110 section 8.6).",
    sig_03_a_signature_for_another_host: "A request signed for another host is sent on to us, with that host and with forwarding headers: 401.",
    sig_04_a_delivery_to_somebody_else_is_sent_on: "A neighbour keeps the signed delivery that it got from a real quarter and sends it to another, as it came and bent to fit: 401; the real sender is believed afterwards.",
    sig_05_a_signature_that_covers_too_little: "One of target, host, date and digest is not covered, or only the digest is: 401.",
    sig_06_a_signature_without_a_time: "The date is missing, not covered or no date: 401.",
    sig_07_a_signature_of_another_time: "Older than an hour or more than five minutes ahead, up to the year 9999: 401; inside: 202.",
    sig_08_absurd_times_a_thousand_times: "Creation times beyond every calendar, a thousand at once: 401, and the next honest request is taken.",
    sig_09_the_same_request_a_hundred_times: "The same bytes a hundred times at once: one follow, one answer.",
    sig_10_old_activities_come_again: "An old undo after a new follow, an old change after a newer one: the newer state stays.",
    sig_12_the_key_of_another_actor: "One actor's key under another actor's name, on the same host and across hosts, both ways: 401.",
    sig_13_strange_writing_of_the_signature: "Unquoted, single-quoted, doubled, renamed and cut parameters: 401.",
    sig_15_algorithms_that_prove_nothing: "No algorithm, unknown ones, a MAC keyed with the public key, empty and huge signatures: 401.",
    sig_16_no_signature_or_no_digest: "Unsigned, or signed without a digest: 401, and nobody is asked for anything.",
    sig_17_signatures_inside_the_document: "A JSON-LD signature instead of an HTTP one: 401, nothing fetched. A context that gives `actor` another meaning, or a graph with more activities: read as if it were not there.",
    sig_20_the_target_is_bent: "Another query, an encoded letter, a doubled slash, another inbox than the signed one: not taken.",
}

fn follow(arena: &Arena, peer: &Peer) -> Result<(Value, Request)> {
    let follow = peer.activity("mallory", "Follow", arena.id());
    let letter = arena.letter(peer, "mallory", &follow)?;
    Ok((follow, letter))
}

fn legacy(key_id: &str) -> String {
    format!(r#"keyId="{key_id}",algorithm="rsa-sha256""#)
}

fn modern(key_id: &str, more: &str) -> String {
    format!(r#"keyId="{key_id}",algorithm="hs2019"{more}"#)
}

async fn sig_01_another_body_under_a_valid_signature(arena: &Arena) -> Result<()> {
    let peer = arena.host("boese");
    let (_, good) = follow(arena, &peer)?;
    let before = arena.look().await?;
    let other = peer.activity("mallory", "Like", arena.id()).to_string();
    let digest = keys::digest_of(other.as_bytes());
    arena.gets(&[401], "another body", &good.clone().saying(other.clone())).await?;
    before.same(arena).await?;
    // That one could be true, so the sender is asked for its key.
    arena.gets(&[401], "with its own digest", &good.clone().saying(other).with("digest", &digest)).await?;
    before.grew(arena, &["actors"]).await?;
    arena.gets(&[202], "what was signed", &good).await?;
    before.grew(arena, OF_A_FOLLOW).await
}

async fn sig_02_security_headers_twice(arena: &Arena) -> Result<()> {
    let peer = arena.host("boese");
    let (_, good) = follow(arena, &peer)?;
    let before = arena.look().await?;
    let names = ["digest", "content-digest", "signature", "signature-input", "date", "host", "authorization"];
    for name in names {
        let value = match good.header(name) {
            "" => "x",
            value => value,
        };
        let once = good.clone().with(name, value);
        arena.gets(&[400], &format!("{name} twice"), &once.clone().adding(name, value)).await?;
        arena.gets(&[400], &format!("a forged {name} behind"), &once.clone().adding(name, "x")).await?;
        arena.gets(&[400], &format!("a forged {name} in front"), &once.leading(name, "x")).await?;
    }
    let length = good.body.len().to_string();
    let lengths = good.clone().with("content-length", &length);
    for twice in [lengths.clone().adding("content-length", "0"), lengths.leading("content-length", "0")] {
        arena.gets(&[400], "two lengths", &twice).await?;
    }
    let forged = good.clone().saying("{}");
    let joined = format!("{}, {}", keys::digest_of(b"{}"), good.header("digest"));
    arena.gets(&[400, 401], "two digests in one header", &forged.with("digest", &joined)).await?;
    before.same(arena).await
}

async fn sig_03_a_signature_for_another_host(arena: &Arena) -> Result<()> {
    let peer = arena.host("boese");
    let activity = peer.activity("mallory", "Follow", arena.id());
    let theirs = peer.letter("mallory", "/inbox", "evil.example", &activity)?;
    let before = arena.look().await?;
    arena.gets(&[401, 421], "with that host", &theirs).await?;
    for name in ["x-forwarded-host", "forwarded", "x-original-host", "x-host"] {
        let value = if name == "forwarded" { format!("host={}", arena.host) } else { arena.host.clone() };
        arena.gets(&[401, 421], name, &theirs.clone().with(name, &value)).await?;
    }
    let absolute = Request { target: arena.url("/inbox"), ..theirs.clone() };
    arena.gets(&[400, 401, 421], "with our host in the target", &absolute).await?;
    before.same(arena).await?;
    ensure!(peer.asked().is_empty(), "nobody had to be asked");
    arena.gets(&[401], "with our host under their signature", &theirs.with("host", &arena.host)).await?;
    before.grew(arena, &["actors"]).await
}

async fn sig_04_a_delivery_to_somebody_else_is_sent_on(arena: &Arena) -> Result<()> {
    let sender = Quarter::start("Alice").await?;
    let enemy = Sink::start("feind").await?;
    enemy.follow(&sender).await?;
    let token = sender.editor().await?;
    let note = json!({ "type": "Note", "content": "<p>Hallo</p>", "to": [tests::attacker::PUBLIC] });
    sender.publish(&token, &note).await?;
    let delivery = wait::until("the delivery", Duration::from_secs(15), async || {
        Ok(enemy.received().into_iter().find(|one| one.json["type"] == "Create"))
    });
    let delivery = delivery.await?;

    let before = arena.look().await?;
    let host = delivery.headers.get("host").context("a host")?.to_str()?.to_owned();
    let mut request = Request::post(&delivery.path, &host, delivery.body.to_vec())?;
    for name in ["date", "digest", "signature", "content-type"] {
        let value = delivery.headers.get(name).with_context(|| name.to_owned())?.to_str()?;
        request = request.with(name, value);
    }
    arena.gets(&[401, 421], "as it came", &request).await?;
    arena.gets(&[401], "with our host", &request.clone().with("host", &arena.host)).await?;
    let shared = Request { target: "/inbox".to_owned(), ..request };
    arena.gets(&[401], "to our shared inbox", &shared.clone().with("host", &arena.host)).await?;
    let forged = delivery.json.to_string().replace("Hallo", "Haltlos");
    let digest = keys::digest_of(forged.as_bytes());
    let forged = shared.with("host", &arena.host).saying(forged).with("digest", &digest);
    arena.gets(&[401], "with other words", &forged).await?;
    before.grew(arena, &["actors", "hosts"]).await?;

    sender.cli(&["neighbours", "invite", &arena.quarter.address()]).await?;
    let arrived = async || Ok((!arena.look().await?.rows("follows", &sender.host()).is_empty()).then_some(()));
    wait::until("the real follow of the real sender", Duration::from_secs(15), arrived).await
}

async fn sig_05_a_signature_that_covers_too_little(arena: &Arena) -> Result<()> {
    let peer = arena.host("boese");
    let (_, good) = follow(arena, &peer)?;
    let before = arena.look().await?;
    let parameters = legacy(&peer.key_id("mallory"));
    for left_out in COVERED.split(' ') {
        let covered: Vec<_> = COVERED.split(' ').filter(|name| *name != left_out).collect();
        let poor = good.clone().signed_over(&covered.join(" "), &peer.key, &parameters)?;
        arena.gets(&[401], &format!("without {left_out}"), &poor).await?;
    }
    for covered in ["digest", "date", "(request-target) host date digest x-missing", "(request-target)"] {
        let poor = good.clone().signed_over(covered, &peer.key, &parameters)?;
        arena.gets(&[401], covered, &poor).await?;
    }
    before.same(arena).await
}

async fn sig_06_a_signature_without_a_time(arena: &Arena) -> Result<()> {
    let peer = arena.host("boese");
    let (_, good) = follow(arena, &peer)?;
    let before = arena.look().await?;
    let parameters = legacy(&peer.key_id("mallory"));
    for date in ["banana", "", "0", "1763000000", "Thu, 32 Nov 2026 00:00:00 GMT", "now"] {
        let odd = good.clone().with("date", date).signed_over(COVERED, &peer.key, &parameters)?;
        arena.gets(&[401], &format!("Date: {date}"), &odd).await?;
    }
    let timeless = "(request-target) host digest";
    let none = good.clone().without("date");
    arena.gets(&[401], "no date", &none.clone().signed_over(COVERED, &peer.key, &parameters)?).await?;
    for parameters in [parameters, modern(&peer.key_id("mallory"), "")] {
        let signed = |request: Request| request.signed_over(timeless, &peer.key, &parameters);
        arena.gets(&[401], "no date, not covered", &signed(none.clone())?).await?;
        arena.gets(&[401], "a date, not covered", &signed(good.clone())?).await?;
    }
    before.same(arena).await
}

async fn sig_07_a_signature_of_another_time(arena: &Arena) -> Result<()> {
    let peer = arena.host("boese");
    let (hour, year) = (3600, 365 * 24 * 3600);
    let outside = [-13 * hour, -hour - 60, 360, 24 * hour, 68 * year, 7900 * year, -2 * year, -60 * year];
    let inside = [-hour + 60, -60, 0, 240];
    let before = arena.look().await?;
    for (offset, status) in outside.map(|at| (at, 401)).into_iter().chain(inside.map(|at| (at, 202))) {
        let (_, good) = follow(arena, &peer)?;
        let dated = good.with("date", &keys::date(offset)?).signed(&peer.key, &peer.key_id("mallory"))?;
        arena.gets(&[status], &format!("Date {offset} s from now"), &dated).await?;
        let (_, good) = follow(arena, &peer)?;
        let created = format!(",created={}", keys::seconds_from_now(offset));
        let covered = "(request-target) (created) host digest";
        let parameters = modern(&peer.key_id("mallory"), &created);
        let created = good.without("date").signed_over(covered, &peer.key, &parameters)?;
        arena.gets(&[status], &format!("created {offset} s from now"), &created).await?;
    }
    before.grew(arena, OF_A_FOLLOW).await
}

async fn sig_08_absurd_times_a_thousand_times(arena: &Arena) -> Result<()> {
    let peer = arena.host("boese");
    let (_, good) = follow(arena, &peer)?;
    let before = arena.look().await?;
    let covered = "(request-target) (created) host digest";
    for created in ["18446744073709551615", "9223372036854775806", "-9223372036854775808", "1e300"] {
        let parameters = modern(&peer.key_id("mallory"), &format!(",created={created}"));
        let absurd = good.clone().without("date").signed_over(covered, &peer.key, &parameters)?;
        for _ in 0..5 {
            let fifty = std::iter::repeat_n(&absurd, 50).map(|request| arena.send_slowly(request));
            for answer in try_join_all(fifty).await? {
                ensure!(answer.status == 401, "{created}: {answer:?}");
            }
        }
    }
    before.same(arena).await?;
    arena.gets(&[202], "an honest request", &good).await.map(|_| ())
}

async fn sig_09_the_same_request_a_hundred_times(arena: &Arena) -> Result<()> {
    let peer = arena.host("boese");
    let (follow, good) = follow(arena, &peer)?;
    let answers = try_join_all(std::iter::repeat_n(&good, 100).map(|request| arena.send_slowly(request))).await?;
    ensure!(answers.iter().all(|answer| matches!(answer.status, 202 | 409)), "{answers:?}");
    let id = follow["id"].as_str().context("an id")?;
    let after = arena.look().await?;
    let answered = after.rows("activities", id).into_iter().filter(|row| row["kind"] == "Accept").count();
    ensure!(after.rows("follows", id).len() == 1 && after.rows("received", id).len() == 1 && answered == 1);
    ensure!(after.rows("actors", &peer.host).len() == 1, "the sender is kept once");
    Ok(())
}

async fn sig_10_old_activities_come_again(arena: &Arena) -> Result<()> {
    let peer = arena.host("boese");
    let (first, letter) = follow(arena, &peer)?;
    arena.gets(&[202], "a follow", &letter).await?;
    let undo = arena.letter(&peer, "mallory", &peer.activity("mallory", "Undo", first))?;
    arena.gets(&[202], "its undo", &undo).await?;
    let (second, letter) = follow(arena, &peer)?;
    arena.gets(&[202], "a second follow", &letter).await?;
    arena.gets(&[202], "the undo again", &undo).await?;
    let id = second["id"].as_str().context("an id")?;
    ensure!(arena.look().await?.rows("follows", id).len() == 1, "the second follow is there");

    let friend = arena.friend().await?;
    let mut note = friend.note("mallory", "<p>Fassung eins</p>");
    note["published"] = json!(jiff::Timestamp::from_second(keys::seconds_from_now(-60))?.to_string());
    arena.deliver(friend, "mallory", &friend.activity("mallory", "Create", note.clone())).await?;
    let mut letters = Vec::new();
    for (words, seconds) in [("zwei", -30), ("drei", -20)] {
        note["content"] = json!(format!("<p>Fassung {words}</p>"));
        note["updated"] = json!(jiff::Timestamp::from_second(keys::seconds_from_now(seconds))?.to_string());
        let update = friend.activity("mallory", "Update", note.clone());
        letters.push((update.clone(), arena.letter(friend, "mallory", &update)?));
        arena.deliver(friend, "mallory", &update).await?;
    }
    let (old, old_letter) = letters.first().context("an update")?;
    arena.gets(&[202], "the older update again", old_letter).await?;
    let renamed = friend.activity("mallory", "Update", old["object"].clone());
    arena.deliver(friend, "mallory", &renamed).await?;
    let kept = arena.look().await?.rows("posts", note["id"].as_str().context("an id")?);
    ensure!(kept.iter().any(|post| post["content"] == "<p>Fassung drei</p>"), "{kept:?}");
    Ok(())
}

async fn sig_12_the_key_of_another_actor(arena: &Arena) -> Result<()> {
    let (peer, other) = (arena.host("boese"), arena.host("anderswo"));
    for (peer, name) in [(&peer, "mallory"), (&peer, "alice"), (&other, "alice")] {
        arena.deliver(peer, name, &peer.activity(name, "Follow", arena.id())).await?;
    }
    let before = arena.look().await?;
    let by = |host: &Peer, actor: &str, key_id: &str, key: &keys::Key| {
        let activity = host.activity(actor, "Follow", arena.id());
        Request::post("/inbox", &arena.host, activity.to_string())?.signed(key, key_id)
    };
    // The hosts have different keys; the two actors of one host share theirs, so there the names alone tell.
    let table = [
        ("mallory's key, alice's activity", by(&peer, "alice", &peer.key_id("mallory"), &peer.key)?),
        ("alice's key, mallory's activity", by(&peer, "mallory", &peer.key_id("alice"), &peer.key)?),
        ("a key on another host", by(&other, "alice", &peer.key_id("mallory"), &peer.key)?),
        ("alice's name on another key", by(&other, "alice", &other.key_id("alice"), &peer.key)?),
        ("a key that nobody has", by(&peer, "alice", &peer.url("/alice#other-key"), &peer.key)?),
        ("a key of ours", by(&peer, "alice", &format!("{}#main-key", arena.id()), &peer.key)?),
    ];
    for (what, request) in table {
        arena.gets(&[401, 403], what, &request).await?;
    }
    before.same(arena).await
}

async fn sig_13_strange_writing_of_the_signature(arena: &Arena) -> Result<()> {
    let (peer, other) = (arena.host("boese"), arena.host("anderswo"));
    let (_, good) = follow(arena, &peer)?;
    let before = arena.look().await?;
    let header = good.header("signature").to_owned();
    let (key_id, evil) = (peer.key_id("mallory"), other.key_id("mallory"));
    let (head, signature) = header.split_once(",signature=").context("a signature")?;
    let table = [
        header.replace(&format!("\"{key_id}\""), &key_id),
        header.replace(&format!("\"{key_id}\""), &format!("'{key_id}'")),
        header.replace(&key_id, &format!(" {key_id} ")),
        format!("{header},keyId=\"{evil}\""),
        format!("keyId=\"{evil}\",{header}"),
        header.replace("keyId", "KEYID"),
        header.replace("keyId", "keyid"),
        header.replace("signature=", "Signature="),
        format!("{header},signature={signature}"),
        format!("{head},signature={signature},headers=\"date\""),
        header.replace("\",", "\" ; "),
        header.replace("\",", "\",,"),
        header.replace('"', "\\\""),
        format!("Signature {header}"),
        header.replace(&key_id, &format!("{key_id}\\\" ")),
        format!("{header},"),
        head.to_owned(),
        "keyId=".to_owned(),
        ",".repeat(5000),
        "\"".repeat(5001),
        "=".to_owned(),
        header.trim_end_matches('"').to_owned(),
    ];
    for odd in &table {
        let shown: String = odd.chars().take(120).collect();
        arena.gets(&[400, 401], &shown, &good.clone().with("signature", odd)).await?;
    }
    before.same(arena).await?;
    ensure!(peer.asked().is_empty() && other.asked().is_empty(), "nobody had to be asked");
    Ok(())
}

async fn sig_15_algorithms_that_prove_nothing(arena: &Arena) -> Result<()> {
    let peer = arena.host("boese");
    arena.gets(&[202], "an honest request", &follow(arena, &peer)?.1).await?;
    let (_, good) = follow(arena, &peer)?;
    let key_id = peer.key_id("mallory");
    let before = arena.look().await?;
    for algorithm in ["none", "hmac-sha256", "rsa-sha1", "ecdsa-sha256", ""] {
        let parameters = format!(r#"keyId="{key_id}",algorithm="{algorithm}""#);
        let odd = good.clone().signed_over(COVERED, &peer.key, &parameters)?;
        arena.gets(&[401], algorithm, &odd).await?;
    }
    for algorithm in ["hs2019", "hmac-sha256", "rsa-sha256"] {
        let parameters = format!(r#"keyId="{key_id}",algorithm="{algorithm}""#);
        let mac = hmac::Key::new(hmac::HMAC_SHA256, peer.key.public_pem()?.as_bytes());
        let mac = BASE64.encode(hmac::sign(&mac, good.signing_string(COVERED, &parameters).as_bytes()));
        for signature in ["", "AAAA", "not base64!", &mac, &"A".repeat(50_000)] {
            let header = format!(r#"{parameters},headers="{COVERED}",signature="{signature}""#);
            let what = format!("{algorithm}: {}", signature.get(..20).unwrap_or(signature));
            arena.gets(&[400, 401], &what, &good.clone().with("signature", &header)).await?;
        }
    }
    let huge = format!(r#"{},headers="{COVERED}",signature="{}""#, legacy(&key_id), "A".repeat(1 << 20));
    arena.gets(&[400, 401, 431], "1 MiB of signature", &good.with("signature", &huge)).await?;
    before.same(arena).await
}

async fn sig_16_no_signature_or_no_digest(arena: &Arena) -> Result<()> {
    let peer = arena.host("boese");
    let (_, good) = follow(arena, &peer)?;
    let parameters = legacy(&peer.key_id("mallory"));
    let undigested = good.clone().without("digest");
    let weak = good.clone().with("digest", "MD5=1B2M2Y8AsgTpgAmY7PhCfg==");
    let before = arena.look().await?;
    for (what, request) in [
        ("unsigned", good.clone().without("signature")),
        ("a bearer token instead", good.clone().without("signature").with("authorization", "Bearer x")),
        ("digest taken away", undigested.clone()),
        ("digest never there", undigested.signed_over("(request-target) host date", &peer.key, &parameters)?),
        ("MD5", weak.signed_over(COVERED, &peer.key, &parameters)?),
        ("empty", good.with("signature", "")),
    ] {
        arena.gets(&[401], what, &request).await?;
    }
    before.same(arena).await?;
    ensure!(peer.asked().is_empty(), "nobody had to be asked");
    Ok(())
}

async fn sig_17_signatures_inside_the_document(arena: &Arena) -> Result<()> {
    let (peer, victim) = (arena.host("boese"), arena.host("opfer"));
    let before = arena.look().await?;
    let mut signed_inside = victim.activity("alice", "Follow", arena.id());
    signed_inside["signature"] = json!({
        "type": "RsaSignature2017", "creator": victim.key_id("alice"), "created": "2026-11-22T12:00:00Z",
        "signatureValue": peer.key.sign_text("x")?,
    });
    let request = Request::post("/inbox", &arena.host, signed_inside.to_string())?;
    arena.gets(&[401], "a signature inside only", &request).await?;
    arena.gets(&[401], "signed by another", &request.signed(&peer.key, &peer.key_id("mallory"))?).await?;
    ensure!(peer.asked().is_empty() && victim.asked().is_empty(), "nobody had to be asked");
    before.same(arena).await?;

    let mut renamed = peer.activity("mallory", "Follow", arena.id());
    renamed["@context"] =
        json!([{ "actor": "as:object", "by": "as:actor", "Follow": "as:Delete" }, "https://w3id.org/x"]);
    renamed["by"] = json!(victim.actor("alice"));
    arena.deliver(&peer, "mallory", &renamed).await?;
    let mut graph = peer.activity("mallory", "Follow", arena.id());
    graph["@graph"] = json!([victim.activity("alice", "Follow", arena.id())]);
    arena.deliver(&peer, "mallory", &graph).await?;
    let mut only = json!({ "@context": "https://www.w3.org/ns/activitystreams", "@graph": [] });
    only["@graph"] = json!([peer.activity("mallory", "Follow", arena.id())]);
    arena.gets(&[400], "nothing but a graph", &arena.letter(&peer, "mallory", &only)?).await?;
    before.grew(arena, OF_A_FOLLOW).await?;
    let after = arena.look().await?;
    ensure!(after.rows("actors", &victim.host).is_empty(), "the victim did nothing");
    ensure!(after.rows("follows", &peer.host).len() == 1, "mallory follows, whatever the context says");
    Ok(())
}

async fn sig_20_the_target_is_bent(arena: &Arena) -> Result<()> {
    let peer = arena.host("boese");
    let (_, good) = follow(arena, &peer)?;
    let before = arena.look().await?;
    let other = format!("{}/inbox", arena.actor["id"].as_str().unwrap_or_default().trim_start_matches(&arena.url("")));
    for target in
        ["/inbox?x=1", "/%69nbox", "//inbox", "/inbox/", "/INBOX", "/./inbox", "/api/../inbox", "/inbox%20", &other]
    {
        let bent = Request { target: target.to_owned(), ..good.clone() };
        arena.gets(&[400, 401, 403, 404, 405], target, &bent).await?;
    }
    // A signature for another inbox only shows by the key.
    before.grew(arena, &["actors"]).await
}
