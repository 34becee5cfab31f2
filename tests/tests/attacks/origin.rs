//! ORI: documents that speak for a host they do not come from.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tests::attacker::{Page, Peer};
use tests::wait;
use tests::wire::Request;

use crate::arena::{Arena, Family};
use crate::book::attacks;

static FAMILY: Family = Family::new("Herkunft");

attacks! { FAMILY;
    ori_01_a_document_with_an_id_elsewhere: "What is passed on serves a document whose id is on another host: asked for once at that host and not kept.",
    ori_02_ids_pages_and_authors_on_different_hosts: "An object's page is on another host than its id: the page is left out. Its author or id is on another host than its sender: not kept.",
    ori_03_activities_in_other_content_types: "An actor served as text, HTML, picture, plain JSON, plain JSON-LD or without a type: 401. As ActivityPub, in any writing: 202.",
    ori_05_an_actor_under_the_id_of_another: "A document with the attacker's key and the victim's id: 401, and the victim's key stays.",
    ori_06_an_open_redirect_on_an_honest_host: "The honest host redirects the check of an id to the attacker: not followed, 401.",
    ori_07_webfinger_that_speaks_for_others: "WebFinger names another's actor, `data:` and `javascript:` links, another server of the same name: no neighbour.",
    ori_09_what_speaks_in_our_name: "Ids, actors, authors, keys and objects on our own host, sent from outside: 400 or 401, or without effect.",
    ori_10_an_actor_whose_inbox_is_elsewhere: "Inbox or key on a victim's host: 401. A shared inbox there: left out. The victim hears nothing.",
}

async fn ori_01_a_document_with_an_id_elsewhere(arena: &Arena) -> Result<()> {
    let (friend, victim) = (arena.friend().await?, arena.host("opfer"));
    let mut honest = victim.note("alice", "<p>Echt</p>");
    honest["id"] = json!(victim.url("/notes/1"));
    victim.publish(&honest);
    let mut forged = honest.clone();
    forged["content"] = json!("<p>Gefälscht</p>");
    friend.serve("/forged", Page::json(&forged));
    friend.serve("/away", Page::redirect(302, &victim.url("/notes/1")));
    victim.serve("/poisoned", Page::json(&forged));
    let before = arena.look().await?;
    for about in [friend.url("/forged"), friend.url("/away"), victim.url("/poisoned"), victim.url("/notes/1")] {
        arena.deliver(friend, "mallory", &friend.activity("mallory", "Announce", about)).await?;
        let inline = friend.activity("mallory", "Announce", forged.clone());
        arena.deliver(friend, "mallory", &inline).await?;
    }
    before.grew(arena, &["actors", "received"]).await?;
    ensure!(victim.hits("/notes/1") <= 8, "asked at most once for each request that names it");
    Ok(())
}

async fn ori_02_ids_pages_and_authors_on_different_hosts(arena: &Arena) -> Result<()> {
    let (friend, victim) = (arena.friend().await?, arena.host("opfer"));
    let mut note = friend.note("mallory", "<p>Mit fremder Seite</p>");
    note["url"] = json!([victim.url("/page"), { "type": "Link", "href": victim.url("/other") }]);
    arena.deliver(friend, "mallory", &friend.activity("mallory", "Create", note.clone())).await?;
    let id = note["id"].as_str().context("an id")?;
    let kept = arena.look().await?.rows("posts", id);
    ensure!(kept.len() == 1 && kept[0]["page"] == id, "the page is its id: {kept:?}");
    ensure!(!arena.page("/posts").await?.body.contains(&victim.host), "no page links to the victim");

    let before = arena.look().await?;
    let (ours, theirs) = (friend.actor("mallory"), victim.actor("alice"));
    let fresh = |peer: &Peer| peer.fresh("/notes");
    let table = [
        (fresh(&victim), json!(ours)),
        (fresh(&victim), json!(theirs)),
        (fresh(friend), json!(theirs)),
        (fresh(friend), json!(friend.actor("alice"))),
        (fresh(friend), json!([theirs, ours])),
        (fresh(friend), json!({ "type": "Person", "id": theirs })),
        (fresh(friend), json!(null)),
        (format!("{}@{}/x", friend.url(""), victim.host), json!(ours)),
        (friend.fresh("/notes").replace("http://", "https://"), json!(theirs)),
        ("urn:x".to_owned(), json!(ours)),
        (String::new(), json!(ours)),
    ];
    for (id, author) in table {
        let mut note = friend.note("mallory", "<p>Geliehen</p>");
        note["id"] = json!(id);
        note["attributedTo"] = author;
        note["url"] = json!(friend.url("/page"));
        for kind in ["Create", "Update"] {
            arena.deliver(friend, "mallory", &friend.activity("mallory", kind, note.clone())).await?;
        }
    }
    before.grew(arena, &["received"]).await
}

async fn ori_03_activities_in_other_content_types(arena: &Arena) -> Result<()> {
    let profile = "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"";
    let table = [
        (401, "text/plain"),
        (401, "text/html"),
        (401, "image/png"),
        (401, "application/json"),
        (401, "application/octet-stream"),
        (401, "application/ld+json"),
        (401, "application/ld+json; profile=\"https://example.org/\""),
        (401, "text/plain; application/activity+json"),
        (401, "application/activity+jsonx"),
        (401, "multipart/form-data"),
        (401, ""),
        (202, "application/activity+json"),
        (202, "Application/Activity+JSON; charset=utf-8"),
        (202, profile),
        (202, "application/ld+json;charset=utf-8;profile=\"https://www.w3.org/ns/activitystreams\""),
    ];
    for (status, kind) in table {
        let peer = arena.host("boese");
        peer.serve("/mallory", Page::json(&peer.document("mallory")).with("content-type", kind));
        let follow = peer.activity("mallory", "Follow", arena.id());
        let before = arena.look().await?;
        arena.gets(&[status], kind, &arena.letter(&peer, "mallory", &follow)?).await?;
        if status != 202 {
            before.same(arena).await?;
        }
    }
    Ok(())
}

/// Somebody that the quarter knows, to be impersonated.
async fn known(arena: &Arena) -> Result<Peer> {
    let victim = arena.host("opfer");
    arena.deliver(&victim, "alice", &victim.activity("alice", "Follow", arena.id())).await?;
    Ok(victim)
}

async fn ori_05_an_actor_under_the_id_of_another(arena: &Arena) -> Result<()> {
    let (peer, victim) = (arena.host("boese"), known(arena).await?);
    let mut document = peer.document("mallory");
    document["id"] = json!(victim.actor("alice"));
    peer.serve("/mallory", Page::json(&document));
    let before = arena.look().await?;
    let follow = peer.activity("mallory", "Follow", arena.id());
    arena.gets(&[401], "under its address", &arena.letter(&peer, "mallory", &follow)?).await?;
    document["publicKey"]["owner"] = json!(victim.actor("alice"));
    document["inbox"] = json!(victim.url("/alice/inbox"));
    peer.serve("/other", Page::json(&document));
    let other = peer.activity("other", "Follow", arena.id());
    arena.gets(&[401], "with all that is the victim's", &arena.letter(&peer, "other", &other)?).await?;
    let theirs = victim.activity("alice", "Follow", arena.id()).to_string();
    let theirs = Request::post("/inbox", &arena.host, theirs)?.signed(&peer.key, &peer.key_id("mallory"))?;
    arena.gets(&[401], "as the victim", &theirs).await?;
    before.same(arena).await
}

async fn ori_06_an_open_redirect_on_an_honest_host(arena: &Arena) -> Result<()> {
    let (peer, victim) = (arena.host("boese"), arena.host("opfer"));
    let mut payload = peer.document("mallory");
    payload["id"] = json!(victim.url("/go"));
    payload["inbox"] = json!(victim.url("/go/inbox"));
    payload["publicKey"] = json!({
        "id": victim.key_id("go"), "owner": victim.url("/go"), "publicKeyPem": peer.key.public_pem()?,
    });
    peer.serve("/payload", Page::json(&payload));
    peer.serve("/mallory", Page::json(&payload));
    victim.serve("/go", Page::redirect(302, &peer.url("/payload")));
    let before = arena.look().await?;
    let activity = peer.activity("mallory", "Follow", arena.id());
    arena.gets(&[401], "by the attacker's address", &arena.letter(&peer, "mallory", &activity)?).await?;
    ensure!(victim.hits("/go") == 1 && peer.hits("/payload") == 0, "the check follows no redirect");
    let activity = victim.activity("go", "Follow", arena.id());
    let signed = Request::post("/inbox", &arena.host, activity.to_string())?.signed(&peer.key, &victim.key_id("go"))?;
    arena.gets(&[401], "by the honest address", &signed).await?;
    before.same(arena).await
}

async fn ori_07_webfinger_that_speaks_for_others(arena: &Arena) -> Result<()> {
    let (peer, victim) = (arena.host("boese"), known(arena).await?);
    let own = format!("acct:mallory@{}", peer.host);
    let link = |href: &str| json!([{ "rel": "self", "type": "application/activity+json", "href": href }]);
    let table: [(Value, Value); 8] = [
        (json!(own), link(&victim.actor("alice"))),
        (json!(format!("acct:alice@{}", victim.host)), link(&victim.actor("alice"))),
        (json!(null), link(&victim.actor("alice"))),
        (json!(own), link("data:application/activity+json,{}")),
        (json!(own), link("javascript:alert(1)")),
        (json!(own), link("file:///etc/passwd")),
        (json!(own), link(arena.id())),
        (json!(own), json!("nothing")),
    ];
    let before = arena.look().await?;
    for (subject, links) in table {
        let answer = json!({ "subject": subject, "links": links });
        peer.serve("/.well-known/webfinger", Page::of("application/jrd+json", answer.to_string()));
        let done = arena.quarter.cli_output(&["neighbours", "invite", &format!("mallory@{}", peer.host)]).await?;
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        ensure!(!done.status.success() && !said.contains("panicked"), "{answer}: {said}");
    }
    let after = arena.look().await?;
    ensure!(after.rows("neighbours", "").len() == before.rows("neighbours", "").len(), "no neighbour was won");
    ensure!(after.rows("actors", &peer.host).is_empty(), "and nobody there became known");
    Ok(())
}

async fn ori_09_what_speaks_in_our_name(arena: &Arena) -> Result<()> {
    let friend = arena.friend().await?;
    let ours = arena.note("<p>Unseres</p>").await?;
    let before = arena.look().await?;
    let signed = |activity: &Value| arena.letter(friend, "mallory", activity);
    let mut by_us = friend.activity("mallory", "Follow", friend.actor("alice"));
    by_us["actor"] = json!(arena.id());
    arena.gets(&[400, 401], "our actor", &signed(&by_us)?).await?;
    let body = by_us.to_string();
    let forged =
        Request::post("/inbox", &arena.host, body)?.signed(&friend.key, &format!("{}#main-key", arena.id()))?;
    arena.gets(&[400, 401], "our actor, our key", &forged).await?;
    let mut id = friend.activity("mallory", "Follow", arena.id());
    id["id"] = json!(arena.url("/activities/1"));
    arena.gets(&[400, 401], "our id", &signed(&id)?).await?;

    let note = |id: &str, author: &str| json!({ "id": id, "type": "Note", "attributedTo": author, "content": "<p>Falsch</p>", "to": [tests::attacker::PUBLIC] });
    let mallory = friend.actor("mallory");
    for object in [
        note(&ours, arena.id()),
        note(&ours, &mallory),
        note(&arena.url("/posts/1"), &mallory),
        note(&friend.fresh("/n"), arena.id()),
    ] {
        for kind in ["Create", "Update", "Announce"] {
            arena.deliver(friend, "mallory", &friend.activity("mallory", kind, object.clone())).await?;
        }
    }
    let mut actor = arena.actor.clone();
    actor["publicKey"]["publicKeyPem"] = json!(friend.key.public_pem()?);
    for (kind, object) in [("Update", actor), ("Delete", json!(ours)), ("Delete", json!(arena.id()))] {
        arena.deliver(friend, "mallory", &friend.activity("mallory", kind, object)).await?;
    }
    // Passing our note on is a friend's good right.
    before.grew(arena, &["received", "reactions"]).await
}

async fn ori_10_an_actor_whose_inbox_is_elsewhere(arena: &Arena) -> Result<()> {
    let victim = arena.host("opfer");
    let before = arena.look().await?;
    for member in ["inbox", "publicKey"] {
        let peer = arena.host("boese");
        let mut document = peer.document("mallory");
        if member == "inbox" {
            document["inbox"] = json!(victim.url("/inbox"));
        } else {
            document["publicKey"]["id"] = json!(victim.key_id("mallory"));
        }
        peer.serve("/mallory", Page::json(&document));
        let follow = peer.activity("mallory", "Follow", arena.id());
        arena.gets(&[401], member, &arena.letter(&peer, "mallory", &follow)?).await?;
    }
    before.same(arena).await?;

    let peer = arena.host("boese");
    let mut document = peer.document("mallory");
    document["endpoints"] = json!({ "sharedInbox": victim.url("/inbox") });
    for collection in ["outbox", "followers", "following", "featured", "liked"] {
        document[collection] = json!(victim.url("/collection"));
    }
    document["icon"] = json!({ "type": "Image", "url": victim.url("/icon.png") });
    document["url"] = json!(victim.url("/page"));
    peer.serve("/mallory", Page::json(&document));
    arena.deliver(&peer, "mallory", &peer.activity("mallory", "Follow", arena.id())).await?;
    let answered = async || Ok((peer.hits("/mallory/inbox") > 0).then_some(()));
    wait::until("the answer at the actor's own inbox", Duration::from_secs(15), answered).await?;
    ensure!(victim.asked().is_empty(), "the victim heard {:?}", victim.asked());
    Ok(())
}
