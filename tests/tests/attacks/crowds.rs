//! ABU: one neighbour who is louder than all others together.

use anyhow::{Result, ensure};
use tests::attacker::moment;

use crate::arena::{Arena, Family};
use crate::book::attacks;

static FAMILY: Family = Family::new("Gedraenge");

attacks! { FAMILY;
    abu_03_a_neighbour_who_fills_the_front_page: "A neighbour with 120 posts and 120 events for tomorrow: three posts and twenty events of it on the front page, and ours beside them. The long lists show everything in its order; who is too loud there is silenced by an editor. Strangers are on no list. Of tags twenty are kept.",
}

async fn abu_03_a_neighbour_who_fills_the_front_page(arena: &Arena) -> Result<()> {
    let friend = arena.friend().await?;
    arena.note("<p>Von hier, vor allen anderen</p>").await?;
    let event = serde_json::json!({
        "type": "Event", "name": "Von hier, nach allen anderen", "startTime": moment(30), "endTime": moment(31),
        "to": [tests::attacker::PUBLIC],
    });
    arena.publish(&event).await?;
    for number in 0..120 {
        let note = friend.note("mallory", &format!("<p>Laut {number}</p>"));
        arena.deliver(friend, "mallory", &friend.activity("mallory", "Create", note)).await?;
        let mut event = friend.event("mallory", &format!("Lärm {number}"));
        (event["startTime"], event["endTime"]) = (serde_json::json!(moment(20)), serde_json::json!(moment(21)));
        event["tag"] =
            (0..300).map(|tag| serde_json::json!({ "type": "Hashtag", "name": format!("#t{tag}") })).collect();
        arena.deliver(friend, "mallory", &friend.activity("mallory", "Create", event)).await?;
    }
    let page = arena.page("/").await?.body;
    let (posts, events) = (page.matches("Laut ").count(), page.matches("Lärm ").count());
    ensure!(posts == 3 && events == 20, "{posts} posts and {events} events");
    ensure!(page.contains("Von hier, vor") && page.contains("Von hier, nach"), "ours are there");
    let stranger = arena.host("fremd");
    let note = stranger.note("mallory", "<p>Ungefragt</p>");
    arena.deliver(&stranger, "mallory", &stranger.activity("mallory", "Create", note)).await?;
    for path in ["/", "/posts", "/events", "/events.geojson", "/feed.atom"] {
        let answer = arena.page(path).await?;
        ensure!(answer.status == 200 && !answer.body.contains("Ungefragt"), "{path}");
    }
    let kept = arena.look().await?.rows("events", "Lärm 7\"");
    ensure!(!kept.iter().any(|event| event.to_string().contains("t250")), "{kept:?}");
    Ok(())
}
