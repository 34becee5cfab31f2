//! PRV, the rows about reading that asks for signatures (`federation.authorized_fetch`).

use anyhow::{Context, Result, ensure};
use serde_json::json;
use tests::attacker::Peer;
use tests::keys;
use tests::wire::{Answer, Request};

use crate::arena::{Arena, Family};
use crate::book::attacks;

static FAMILY: Family = Family::with("Leser", &[("QUARTIER_FEDERATION_AUTHORIZED_FETCH", "true")]);

attacks! { FAMILY;
    prv_04_answers_for_one_reader_kept_for_another: "A blocked server, a good one and nobody ask for the same, in every order, found, gone and missing: each gets its own answer, none may be kept, none is 304.",
    prv_10_reading_without_saying_who: "Documents asked for unsigned, in another's name, with signatures for another address, another method, of yesterday, by keys at inner addresses: 401, nothing of them is told, and who does not sign makes us ask nobody.",
}

/// The paths of documents that are only for readers who sign, with a note and an event of ours among them.
async fn documents(arena: &Arena) -> Result<Vec<String>> {
    let note = arena.note("<p>Nur unterschrieben</p>").await?;
    let event = json!({
        "type": "Event", "name": "Nur unterschrieben", "content": "<p>x</p>", "to": [tests::attacker::PUBLIC],
        "startTime": tests::attacker::moment(48), "endTime": tests::attacker::moment(50),
    });
    let event = arena.publish(&event).await?;
    let mut paths: Vec<String> =
        ["", "/outbox", "/outbox?page=true", "/followers", "/following", "/featured", "/upcoming"]
            .map(|name| format!("/@{}{name}", arena.quarter.handle))
            .into();
    for id in [note, event] {
        let path = id.trim_start_matches(&arena.url("")).to_owned();
        paths.extend(["/replies", "/context", ""].map(|name| format!("{path}{name}")));
    }
    let outbox =
        signed(arena, &arena.host("leser"), "mallory", &format!("/@{}/outbox?page=true", arena.quarter.handle))?;
    let outbox = arena.gets(&[200], "the outbox", &outbox).await?.body;
    let activity = outbox.split(&arena.url("/activities/")).nth(1).and_then(|rest| rest.split('"').next());
    paths.push(format!("/activities/{}", activity.context("an activity")?));
    Ok(paths)
}

fn ask(arena: &Arena, path: &str) -> Result<Request> {
    let get = Request::get(path, &arena.host).with("accept", "application/activity+json");
    Ok(get.with("date", &keys::date(0)?))
}

/// A question signed by an actor of `peer`.
fn signed(arena: &Arena, peer: &Peer, name: &str, path: &str) -> Result<Request> {
    let parameters = format!("keyId=\"{}\",algorithm=\"rsa-sha256\"", peer.key_id(name));
    ask(arena, path)?.signed_over("(request-target) host date", &peer.key, &parameters)
}

fn is_for_one(answer: &Answer, what: &str) -> Result<()> {
    ensure!(answer.header("cache-control") == "private, no-store", "{what}: {:?}", answer.headers);
    let varies = answer.header("vary").to_lowercase();
    for name in ["accept", "signature", "signature-input"] {
        ensure!(varies.split(',').any(|one| one.trim() == name), "{what} varies by {varies} only");
    }
    Ok(())
}

async fn prv_04_answers_for_one_reader_kept_for_another(arena: &Arena) -> Result<()> {
    let (friend, blocked) = (arena.host("freund"), arena.host("gesperrt"));
    arena.quarter.cli(&["blocks", "add", blocked.host.split(':').next().unwrap_or_default()]).await?;
    let mut paths = documents(arena).await?;
    let gone = arena.note("<p>Schon fort</p>").await?;
    arena.act(&json!({ "type": "Delete", "object": gone })).await?;
    paths.push(gone.trim_start_matches(&arena.url("")).to_owned());
    paths.push("/posts/0199a0e2-0000-7000-8000-000000000000".to_owned());
    for path in &paths {
        for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2]] {
            for reader in order {
                let question = match reader {
                    0 => signed(arena, &friend, "mallory", path)?,
                    1 => signed(arena, &blocked, "mallory", path)?,
                    _ => ask(arena, path)?,
                };
                let question = question.with("if-none-match", "*").with("if-modified-since", &keys::date(0)?);
                let answer = arena.send(&question).await?;
                let fits = match reader {
                    0 => matches!(answer.status, 200 | 404 | 410),
                    1 => answer.status == 403,
                    _ => answer.status == 401,
                };
                ensure!(fits, "{path} for reader {reader}: {answer:?}");
                ensure!(reader == 0 || !answer.body.contains("unterschrieben"), "{path}: {}", answer.body);
                is_for_one(&answer, &format!("{path} for reader {reader}"))?;
            }
        }
    }
    // Pages are for people, and the same for everyone.
    let page = arena.page("/posts").await?;
    ensure!(page.status == 200 && page.body.contains("unterschrieben"), "{page:?}");
    Ok(())
}

async fn prv_10_reading_without_saying_who(arena: &Arena) -> Result<()> {
    let (peer, other) = (arena.host("fremd"), arena.host("anderswo"));
    let refused = async |what: &str, question: Request| -> Result<()> {
        let answer = arena.gets(&[400, 401], what, &question).await?;
        ensure!(!answer.body.contains("unterschrieben") && !answer.body.contains("publicKey"), "{}", answer.body);
        is_for_one(&answer, what)
    };
    let paths = documents(arena).await?;
    let before = arena.look().await?;
    for path in &paths {
        for method in ["GET", "HEAD"] {
            for accept in
                ["application/activity+json", "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\""]
            {
                let question = Request { method: method.to_owned(), ..ask(arena, path)?.with("accept", accept) };
                refused(&format!("{method} {path}"), question).await?;
            }
        }
    }
    before.same(arena).await?;
    let path = paths.first().context("a path")?;
    let parameters = |key_id: &str| format!("keyId=\"{key_id}\",algorithm=\"rsa-sha256\"");
    let over = |covered: &str, question: Request, peer: &Peer, key_id: &str| {
        question.signed_over(covered, &peer.key, &parameters(key_id))
    };
    let all = "(request-target) host date";
    let good = signed(arena, &peer, "mallory", path)?;
    let post = Request { method: "POST".to_owned(), ..ask(arena, path)? };
    let late = ask(arena, path)?.with("date", &keys::date(-24 * 3600)?);
    let inner = format!("http://127.0.0.1:{}/mallory#main-key", arena.port);
    for (what, question) in [
        ("another's key", over(all, ask(arena, path)?, &peer, &other.key_id("alice"))?),
        ("a key of ours", over(all, ask(arena, path)?, &peer, &format!("{}#main-key", arena.id()))?),
        ("an inner key", over(all, ask(arena, path)?, &peer, &inner)?),
        ("for another address", Request { target: format!("{path}?x"), ..good.clone() }),
        ("for another document", Request { target: paths.get(1).context("a path")?.clone(), ..good.clone() }),
        (
            "for another method",
            Request { method: "GET".to_owned(), ..over(all, post, &peer, &peer.key_id("mallory"))? },
        ),
        ("of yesterday", over(all, late, &peer, &peer.key_id("mallory"))?),
        ("host not covered", over("(request-target) date", ask(arena, path)?, &peer, &peer.key_id("mallory"))?),
        ("target not covered", over("host date", ask(arena, path)?, &peer, &peer.key_id("mallory"))?),
        ("twice", good.clone().adding("signature", good.header("signature"))),
        ("a token instead", ask(arena, path)?.with("authorization", "Bearer x")),
        ("a cookie instead", ask(arena, path)?.with("cookie", "session=x")),
    ] {
        refused(what, question).await?;
    }
    arena.gets(&[200], "as it should be", &good).await?;
    let open = ask(arena, "/actor")?;
    arena.gets(&[200], "our key, without which nobody can check us", &open).await.map(|_| ())
}
