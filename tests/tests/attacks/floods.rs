//! DOS: too much, too deep, too slow, too often.

use std::time::Duration;

use anyhow::{Result, ensure};
use futures_util::future::{join_all, try_join_all};
use serde_json::{Value, json};
use tests::attacker::{PUBLIC, Page};
use tests::wait;
use tests::wire::{self, Request};
use tokio::net::TcpListener;

use crate::arena::{Arena, Family};
use crate::book::attacks;

static FAMILY: Family = Family::new("Flut");

/// What memory may grow by while nothing is kept, in KiB: a few buffers of a mebibyte.
const FLAT: i64 = 8 * 1024;

/// What a long text may take in a build without optimisation on a busy machine; what grows with its square takes minutes.
const UNOPTIMISED: Duration = Duration::from_secs(15);

attacks! { FAMILY;
    dos_01_bodies_without_an_end: "Bodies of 2 and 50 MiB, and chunks without an end: 413, and memory stays flat.",
    dos_02_answers_that_unfold: "An actor's document as a packed bomb, packed twice, in odd packings, without an end: 401, and memory stays flat.",
    dos_03_answers_that_drip: "An actor's document a byte at a time, and a server that never answers: 503 within eleven seconds, while others are answered at once.",
    dos_05_answers_to_answers_without_an_end: "A note that answers a note that answers a note: nothing is fetched for it.",
    dos_06_collections_without_an_end: "Collections whose next page is themselves or ever another, of absurd size, as members and passed on: no page of them is fetched.",
    dos_07_too_much_of_everything: "A hundred thousand entries in every list and texts of 900 KB in every field: taken or refused, and pages stay quick.",
    dos_08_nesting: "Lists and objects 129 to 100,000 deep, in known and unknown members: 400.",
    dos_09_texts_that_are_slow_to_read: "50 KB of brackets, mentions, tags, entities, accents and half-open elements: read in time that grows with their length, not with its square. 50 KB of date: refused.",
    dos_10_deletions_by_strangers: "1500 deletions by actors that were never met: 202, nobody is asked, nothing is kept.",
    dos_11_what_strangers_leave_behind: "Strangers with likes, notes and shares of nothing: each leaves one row, that of the actor. Of a host's answers to a note 200 wait unseen, no more.",
    dos_12_many_followers_on_one_host: "Sixty followers on one host with a shared inbox: one delivery.",
}

async fn dos_01_bodies_without_an_end(arena: &Arena) -> Result<()> {
    let peer = arena.host("boese");
    let large = |mib: usize| {
        let request = Request::post("/inbox", &arena.host, vec![b' '; mib << 20])?;
        request.signed(&peer.key, &peer.key_id("mallory"))
    };
    let (two, fifty) = (large(2)?, large(50)?);
    arena.gets(&[413], "2 MiB", &two).await?;
    let (before, memory) = (arena.look().await?, arena.memory()?);
    for (what, request) in [("2 MiB", &two), ("50 MiB", &fifty)] {
        arena.gets(&[413], what, request).await?;
        arena
            .gets(&[400, 413], "with a length that is none", &request.clone().with("content-length", "banana"))
            .await?;
    }
    let mut endless = two.with("transfer-encoding", "chunked").saying("").bytes();
    for _ in 0..64 {
        endless.extend_from_slice(b"80000\r\n");
        endless.extend(std::iter::repeat_n(b' ', 0x80000));
        endless.extend_from_slice(b"\r\n");
    }
    let answer = wire::exchange(arena.port, &endless).await?;
    ensure!(answer.status == 413, "chunks without an end: {answer:?}");
    let grown = arena.memory()? - memory;
    ensure!(grown < FLAT, "memory grew by {grown} KiB");
    before.same(arena).await
}

/// So many zeros packed (RFC 1952, with the fixed codes of RFC 1951): 160 times smaller.
fn packed_zeros(count: usize) -> Vec<u8> {
    let mut bits: Vec<bool> = vec![true, true, false];
    let code =
        |bits: &mut Vec<bool>, code: u16, length: u16| bits.extend((0..length).rev().map(|at| code >> at & 1 == 1));
    code(&mut bits, 0b0011_0000, 8);
    for _ in 0..count / 258 {
        code(&mut bits, 0b1100_0101, 8);
        code(&mut bits, 0, 5);
    }
    code(&mut bits, 0, 7);
    let byte = |eight: &[bool]| eight.iter().rev().fold(0, |byte, bit| byte << 1 | u8::from(*bit));
    let head = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    head.into_iter().chain(bits.chunks(8).map(byte)).collect()
}

async fn dos_02_answers_that_unfold(arena: &Arena) -> Result<()> {
    let bomb = packed_zeros(256 << 20);
    let page = |encoding: &str| Page::of("application/activity+json", bomb.clone()).with("content-encoding", encoding);
    let spaces = || Page::of("application/activity+json", vec![b' '; 64 * 1024]).endless();
    let table = [
        ("gzip", page("gzip")),
        ("gzip, gzip", page("gzip, gzip")),
        ("deflate", page("deflate")),
        ("br", page("br")),
        ("zstd", page("zstd")),
        ("identity", page("identity")),
        ("no end", spaces()),
        ("no end, packed", spaces().with("content-encoding", "gzip")),
        ("too large", Page::of("application/activity+json", vec![b' '; (1 << 20) + 1])),
    ];
    let before = arena.look().await?;
    // What was needed once is kept for the next time: only the second pass shows whether anything is lost.
    let mut memory = 0;
    for pass in 0..2 {
        for (what, page) in &table {
            let peer = arena.host("bombe");
            peer.serve("/mallory", page.clone());
            let follow = peer.activity("mallory", "Follow", arena.id());
            let answer = arena.send_slowly(&arena.letter(&peer, "mallory", &follow)?).await?;
            ensure!(answer.status == 401 && answer.took < Duration::from_secs(5), "{what}: {answer:?}");
        }
        let grown = arena.memory()? - memory;
        ensure!(pass == 0 || grown < 2 * FLAT, "memory grew by {grown} KiB");
        memory += grown;
    }
    before.same(arena).await
}

async fn dos_03_answers_that_drip(arena: &Arena) -> Result<()> {
    arena.expect_503();
    let silent = TcpListener::bind("127.0.0.1:0").await?;
    let (dripping, mute) = (arena.host("tropf"), arena.host("stumm"));
    let document = Page::json(&dripping.document("mallory"));
    dripping.serve("/mallory", document.dripping(Duration::from_millis(200)));
    let letter = arena.letter(&dripping, "mallory", &dripping.activity("mallory", "Follow", arena.id()))?;
    let port = silent.local_addr()?.port();
    let actor = format!("http://stumm.localhost:{port}/mallory");
    let mut follow = mute.activity("mallory", "Follow", arena.id());
    follow["actor"] = json!(actor);
    follow["id"] = json!(format!("{actor}/1"));
    let unheard = Request::post("/inbox", &arena.host, follow.to_string())?;
    let unheard = unheard.signed(&mute.key, &format!("{actor}#main-key"))?;
    let before = arena.look().await?;
    let others = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let peer = arena.host("brav");
        arena.deliver(&peer, "mallory", &peer.activity("mallory", "Like", arena.id())).await?;
        arena.gets(&[200], "a page", &Request::get("/", &arena.host)).await
    };
    let (slow, mute, others) = tokio::join!(arena.send_slowly(&letter), arena.send_slowly(&unheard), others);
    others?;
    for answer in [slow?, mute?] {
        ensure!(answer.status == 503 && answer.took < Duration::from_secs(11), "{answer:?}");
        ensure!(!answer.header("retry-after").is_empty(), "it says when to come again");
    }
    before.grew(arena, &["actors"]).await
}

async fn dos_05_answers_to_answers_without_an_end(arena: &Arena) -> Result<()> {
    let (friend, other) = (arena.friend().await?, arena.host("kette"));
    for number in 0..50 {
        let mut parent = other.note("alice", "<p>Vorher</p>");
        parent["id"] = json!(other.url(&format!("/{number}")));
        parent["inReplyTo"] = json!(other.url(&format!("/{}", number + 1)));
        other.publish(&parent);
    }
    for member in ["inReplyTo", "quoteUrl", "quote", "context", "conversation", "preview"] {
        let mut note = friend.note("mallory", "<p>Nachher</p>");
        note[member] = json!(other.url("/0"));
        arena.deliver(friend, "mallory", &friend.activity("mallory", "Create", note)).await?;
    }
    ensure!(other.asked().is_empty(), "{} fetches", other.asked().len());
    Ok(())
}

async fn dos_06_collections_without_an_end(arena: &Arena) -> Result<()> {
    let (peer, friend) = (arena.host("kreis"), arena.friend().await?);
    let endless = |path: &str| {
        json!({
            "id": peer.url(path), "type": "OrderedCollectionPage", "partOf": peer.url(path), "next": peer.url(path),
            "first": peer.url(path), "totalItems": 1_000_000_000_000_000_000_u64, "orderedItems": [peer.url(path)],
        })
    };
    let members = ["outbox", "followers", "following", "featured", "liked", "replies", "likes", "shares", "attendees"];
    let mut document = peer.document("mallory");
    let mut note = friend.note("mallory", "<p>Mit Listen</p>");
    for member in members {
        peer.publish(&endless(&format!("/{member}")));
        document[member] = json!(peer.url(&format!("/{member}")));
        note[member] = endless(&format!("/{member}"));
    }
    peer.serve("/mallory", Page::json(&document));
    arena.deliver(&peer, "mallory", &peer.activity("mallory", "Follow", arena.id())).await?;
    arena.deliver(friend, "mallory", &friend.activity("mallory", "Create", note.clone())).await?;
    arena.deliver(friend, "mallory", &friend.activity("mallory", "Announce", endless("/outbox"))).await?;
    let asked = peer.asked().into_iter().filter(|one| one.method == "GET" && one.path != "/mallory");
    let asked: Vec<String> = asked.map(|one| one.path).collect();
    // What is passed on is asked for at its id, once; no page of it is.
    ensure!(asked.len() <= 1, "{asked:?}");
    ensure!(arena.look().await?.rows("posts", note["id"].as_str().unwrap_or_default()).len() == 1, "it is kept");
    Ok(())
}

async fn dos_07_too_much_of_everything(arena: &Arena) -> Result<()> {
    let friend = arena.friend().await?;
    let tag = json!({ "type": "Hashtag", "name": "#a" });
    let picture = json!({ "type": "Document", "url": "https://a.example/b", "mediaType": "image/png" });
    let long = "a ".repeat(450_000);
    let table = [
        ("to", json!(vec![PUBLIC; 10_000])),
        ("cc", json!(vec!["https://a.example/b"; 30_000])),
        ("tag", json!(vec![tag; 20_000])),
        ("attachment", json!(vec![picture; 8_000])),
        ("attachment", json!(vec![1; 100_000])),
        ("location", json!(vec![json!({ "type": "Place", "name": "x" }); 20_000])),
        ("url", json!(vec!["https://a.example/b"; 30_000])),
        ("oneOf", json!(vec![json!({ "type": "Note", "name": "x" }); 20_000])),
        ("contentMap", json!((0..50_000).map(|n| (format!("x{n}"), json!("y"))).collect::<serde_json::Map<_, _>>())),
        ("content", json!(long)),
        ("name", json!(long)),
        ("summary", json!(long)),
        ("category", json!(long)),
        ("timezone", json!(long)),
        ("inReplyTo", json!(format!("https://a.example/{}", "a".repeat(900_000)))),
    ];
    for (member, value) in table {
        for mut object in [friend.note("mallory", "<p>Zu viel</p>"), friend.event("mallory", "Zu viel")] {
            object[member] = value.clone();
            let create = friend.activity("mallory", "Create", object);
            let letter = arena.letter(friend, "mallory", &create)?;
            let answer = arena.send_slowly(&letter).await?;
            ensure!(matches!(answer.status, 202 | 400), "{member}: {answer:?}");
            ensure!(answer.took < Duration::from_secs(3), "{member} took {:?}", answer.took);
        }
    }
    for member in ["name", "summary", "preferredUsername"] {
        let peer = arena.host("lang");
        let mut document = peer.document("mallory");
        document[member] = json!(long);
        peer.serve("/mallory", Page::json(&document));
        arena.send_slowly(&arena.letter(&peer, "mallory", &peer.activity("mallory", "Follow", arena.id()))?).await?;
    }
    for path in ["/", "/events", "/posts", "/feed.atom", "/calendar.ics", "/neighbours"] {
        let answer = arena.gets(&[200], path, &Request::get(path, &arena.host)).await?;
        ensure!(answer.body.len() < 1 << 20, "{path} has {} bytes", answer.body.len());
    }
    Ok(())
}

async fn dos_08_nesting(arena: &Arena) -> Result<()> {
    let peer = arena.host("tief");
    arena.deliver(&peer, "mallory", &peer.activity("mallory", "Like", arena.id())).await?;
    let before = arena.look().await?;
    for (open, close) in [("[", "]"), (r#"{"a":"#, "}")] {
        for (depth, status) in [(100, 202), (129, 400), (1_000, 400), (100_000, 400)] {
            for member in ["object", "content", "x", "to", "id", "actor", "type"] {
                let like = peer.activity("mallory", "Like", arena.id()).to_string();
                let middle = if open == "[" { "" } else { "1" };
                let deep = format!("{}{middle}{}", open.repeat(depth), close.repeat(depth));
                // A second member of that name would be refused for that.
                let mut like: Value = serde_json::from_str(&like)?;
                like[member] = json!("HERE");
                let body = like.to_string().replace("\"HERE\"", &deep);
                let letter = Request::post("/inbox", &arena.host, body)?.signed(&peer.key, &peer.key_id("mallory"))?;
                arena.gets(&[400, status], &format!("{member}, {depth} deep"), &letter).await?;
            }
        }
    }
    before.grew(arena, &["received"]).await
}

async fn dos_09_texts_that_are_slow_to_read(arena: &Arena) -> Result<()> {
    let friend = arena.friend().await?;
    let parts = [
        "<",
        "[",
        "(",
        "#a",
        "@a@",
        "<b>",
        "<a href=",
        "&",
        "&#",
        "<!--",
        "</",
        "\" '",
        "https://a.b/(",
        "<p><i>",
        "\u{301}",
    ];
    for part in parts {
        let text = part.repeat(50_000 / part.len());
        let mut note = friend.note("mallory", &text);
        note["summary"] = json!(text);
        let create = friend.activity("mallory", "Create", note);
        let note = arena.send_slowly(&arena.letter(friend, "mallory", &create)?).await?;
        let mut event = friend.event("mallory", &text);
        event["content"] = json!(text);
        let create = friend.activity("mallory", "Create", event);
        let event = arena.send_slowly(&arena.letter(friend, "mallory", &create)?).await?;
        for answer in [note, event] {
            ensure!(answer.status == 202 && answer.took < UNOPTIMISED, "{part}: {answer:?}");
        }
    }
    let peer = arena.host("datum");
    for date in ["(".repeat(50_000), "Sun, ".repeat(10_000), "9".repeat(50_000), " ".repeat(50_000)] {
        let follow = peer.activity("mallory", "Follow", arena.id());
        let dated = Request::post("/inbox", &arena.host, follow.to_string())?.with("date", &date);
        arena.gets(&[400, 401, 431], "a long date", &dated.signed(&peer.key, &peer.key_id("mallory"))?).await?;
    }
    for path in ["/", "/events", "/posts", "/feed.atom", "/calendar.ics"] {
        arena.gets(&[200], path, &Request::get(path, &arena.host)).await?;
    }
    Ok(())
}

async fn dos_10_deletions_by_strangers(arena: &Arena) -> Result<()> {
    let peer = arena.host("fremd");
    let before = arena.look().await?;
    for _ in 0..30 {
        let letter = |number: usize| {
            let name = format!("actor-{number}-{:x}", tests::random());
            let object = if number.is_multiple_of(2) { peer.actor(&name) } else { peer.fresh("/notes") };
            arena.letter(&peer, &name, &peer.activity(&name, "Delete", object))
        };
        let letters = (0..50).map(letter).collect::<Result<Vec<_>>>()?;
        for answer in try_join_all(letters.iter().map(|letter| arena.send_slowly(letter))).await? {
            ensure!(answer.status == 202, "{answer:?}");
        }
    }
    ensure!(peer.asked().is_empty(), "asked for {:?}", peer.asked().len());
    before.same(arena).await
}

async fn dos_11_what_strangers_leave_behind(arena: &Arena) -> Result<()> {
    let ours = arena.note("<p>Viel beantwortet</p>").await?;
    let before = arena.look().await?;
    for number in 0..40 {
        let peer = arena.host("fremd");
        let note = peer.note("mallory", "<p>Unverlangt</p>");
        let activity = match number % 4 {
            0 => peer.activity("mallory", "Create", note),
            1 => peer.activity("mallory", "Like", peer.fresh("/notes")),
            2 => peer.activity("mallory", "Announce", note),
            _ => peer.activity("mallory", "Update", note),
        };
        arena.deliver(&peer, "mallory", &activity).await?;
    }
    before.grew(arena, &["actors"]).await?;
    let peer = arena.host("laut");
    for _ in 0..22 {
        let reply = |_| {
            let mut reply = peer.note("mallory", "<p>Antwort</p>");
            reply["inReplyTo"] = json!(ours);
            arena.letter(&peer, "mallory", &peer.activity("mallory", "Create", reply))
        };
        let ten = (0..10).map(reply).collect::<Result<Vec<_>>>()?;
        for answer in join_all(ten.iter().map(|letter| arena.send_slowly(letter))).await {
            ensure!(answer?.status == 202);
        }
    }
    let held = arena.look().await?.rows("posts", &peer.host).len();
    ensure!((1..=200).contains(&held), "{held} answers wait");
    Ok(())
}

async fn dos_12_many_followers_on_one_host(arena: &Arena) -> Result<()> {
    let peer = arena.host("viele");
    for number in 0..60 {
        let name = format!("leser{number}");
        let mut document = peer.document(&name);
        document["endpoints"] = json!({ "sharedInbox": peer.url("/inbox") });
        peer.serve(&format!("/{name}"), Page::json(&document));
        arena.deliver(&peer, &name, &peer.activity(&name, "Follow", arena.id())).await?;
    }
    arena.note("<p>An alle sechzig</p>").await?;
    let arrived = || {
        let asked = peer.asked();
        let text = |one: &tests::attacker::Asked| String::from_utf8_lossy(&one.body).contains("An alle sechzig");
        asked.iter().filter(|one| one.path == "/inbox" && text(one)).count()
    };
    wait::until("the delivery", Duration::from_secs(30), async || Ok((arrived() > 0).then_some(()))).await?;
    // What is accepted for all is delivered in order: a second note arrives behind any second copy of the first.
    arena.note("<p>Noch einmal an alle</p>").await?;
    let next = async || {
        let asked = peer.asked();
        Ok(asked.iter().any(|one| String::from_utf8_lossy(&one.body).contains("Noch einmal")).then_some(()))
    };
    wait::until("the next delivery", Duration::from_secs(30), next).await?;
    ensure!(arrived() == 1, "{} deliveries", arrived());
    Ok(())
}
