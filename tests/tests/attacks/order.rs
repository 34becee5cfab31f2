//! DOS: what comes in an order, or with a date, that is meant to break the lists.

use anyhow::{Context, Result, ensure};
use serde_json::json;
use tests::attacker::moment;
use tests::wire::Request;

use crate::arena::{Arena, Family};
use crate::book::attacks;

static FAMILY: Family = Family::new("Reihe");

attacks! { FAMILY;
    dos_13_dates_that_turn_the_order_around: "Notes from the year 0, 9999, of no time and of one time: all are shown once, pages and feeds work.",
    dos_14_the_id_comes_before_its_owner: "Somebody else publishes or deletes an id before its owner publishes it: the owner's is kept.",
}

async fn dos_13_dates_that_turn_the_order_around(arena: &Arena) -> Result<()> {
    let friend = arena.befriend("zeitlos").await?;
    let same = moment(-24);
    let dates = [
        json!("0000-01-01T00:00:00Z"),
        json!("9999-12-31T23:59:59Z"),
        json!("-009999-01-01T00:00:00Z"),
        json!("NaN"),
        json!(1e308),
        json!(same),
        json!(same),
        json!(same),
        json!(null),
        json!([same, same]),
    ];
    for (number, date) in dates.iter().enumerate() {
        let mut note = friend.note("mallory", &format!("<p>Zeitlos {number} Ende</p>"));
        note["published"] = date.clone();
        note["updated"] = date.clone();
        arena.deliver(&friend, "mallory", &friend.activity("mallory", "Create", note)).await?;
    }
    let mut all = String::new();
    let mut next = Some("/posts".to_owned());
    for _ in 0..20 {
        let Some(path) = next.take() else { break };
        let page = arena.gets(&[200], &path, &Request::get(&path, &arena.host)).await?.body;
        let link = page.split("href=\"/posts?").nth(1).and_then(|rest| rest.split('"').next());
        next = link.map(|query| format!("/posts?{}", query.replace("&#38;", "&")));
        all += &page;
    }
    for number in 0..dates.len() {
        let times = all.matches(&format!("Zeitlos {number} Ende")).count();
        ensure!(times == 1, "note {number} is shown {times} times");
    }
    for path in ["/", "/feed.atom"] {
        arena.gets(&[200], path, &Request::get(path, &arena.host)).await?;
    }
    Ok(())
}

async fn dos_14_the_id_comes_before_its_owner(arena: &Arena) -> Result<()> {
    let (friend, other) = (arena.friend().await?, arena.host("boese"));
    let note = friend.note("mallory", "<p>Die echte</p>");
    let mut stub = note.clone();
    stub["content"] = json!("<p>Die falsche</p>");
    for author in [friend.actor("mallory"), other.actor("mallory"), friend.actor("alice")] {
        stub["attributedTo"] = json!(author);
        for kind in ["Create", "Update", "Announce", "Delete"] {
            arena.deliver(&other, "mallory", &other.activity("mallory", kind, stub.clone())).await?;
            arena.deliver(friend, "alice", &friend.activity("alice", kind, stub.clone())).await?;
        }
    }
    let create = friend.activity("mallory", "Create", note.clone());
    // Nor does an activity's id, which others may use up first.
    let mut taken = other.activity("mallory", "Like", arena.id());
    taken["id"] = create["id"].clone();
    arena.gets(&[400, 401], "another's activity id", &arena.letter(&other, "mallory", &taken)?).await?;
    arena.deliver(friend, "mallory", &create).await?;
    let kept = arena.look().await?.rows("posts", note["id"].as_str().context("an id")?);
    ensure!(kept.len() == 1 && kept[0]["content"] == "<p>Die echte</p>", "{kept:?}");
    Ok(())
}
