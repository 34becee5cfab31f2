//! OWN: actors that are who they say, and want what is another's.

use anyhow::{Context, Result, ensure};
use futures_util::future::try_join_all;
use serde_json::{Value, json};
use tests::attacker::{PUBLIC, Page, Peer, moment};

use crate::arena::{Arena, Family};
use crate::book::attacks;

static FAMILY: Family = Family::new("Besitz");

attacks! { FAMILY;
    own_01_changing_what_is_anothers: "Updates of a note, an event and an actor by somebody of the same host and of another: without effect.",
    own_02_deleting_what_is_anothers: "Deletions of another's note and of another actor, as id, object, tombstone and list: without effect, the page stays.",
    own_03_undoing_what_another_did: "Another's follow, like and announce undone, told whole and by its id: they stay.",
    own_04_answering_for_others: "A follow accepted or refused by who was not asked, and one that nobody asked for: without effect.",
    own_05_lies_inside_an_announce: "Forged activities inside an announce, inline, on another host, behind a redirect: nothing of them is believed.",
    own_06_publishing_in_anothers_name: "Creations by one actor with another author, several or none: not kept.",
    own_07_adding_to_anothers_collection: "Add and Remove for collections of the quarter and of another actor: without effect.",
    own_08_the_same_like_a_thousand_times: "A thousand likes of one actor under a thousand ids with undos among them: one at most, never less than none.",
    own_09_moves_that_nobody_agreed_to: "Moves of oneself and of others to actors that do not agree, in circles and a hundred times: nobody is followed for it.",
    own_11_an_id_that_changes_its_kind: "A note's id comes back as event, actor or question: it stays a note.",
    own_12_things_where_no_thing_belongs: "People, numbers, null and nested lists as attachments, tags, places and pictures: kept without them, every page is shown.",
}

/// The id in a document.
fn id(document: &Value) -> &str {
    document["id"].as_str().unwrap_or_default()
}

/// A note of the friend's that the quarter keeps.
async fn kept_note(arena: &Arena, words: &str) -> Result<Value> {
    let friend = arena.friend().await?;
    let mut note = friend.note("mallory", &format!("<p>{words}</p>"));
    note["published"] = json!(moment(-2));
    note["updated"] = json!(moment(-1));
    arena.deliver(friend, "mallory", &friend.activity("mallory", "Create", note.clone())).await?;
    ensure!(arena.look().await?.rows("posts", id(&note)).len() == 1, "the note is kept");
    Ok(note)
}

async fn own_01_changing_what_is_anothers(arena: &Arena) -> Result<()> {
    let (friend, other) = (arena.friend().await?, arena.host("boese"));
    let note = kept_note(arena, "Unverändert").await?;
    let event = friend.event("mallory", "Sommerfest");
    arena.deliver(friend, "mallory", &friend.activity("mallory", "Create", event.clone())).await?;
    let mut actor = friend.document("mallory");
    actor["publicKey"]["publicKeyPem"] = json!(friend.other_key.public_pem()?);
    actor["name"] = json!("Übernommen");
    let before = arena.look().await?;
    for (peer, name) in [(friend, "alice"), (&other, "mallory")] {
        for (object, member) in [(&note, "content"), (&event, "name"), (&actor, "name")] {
            for author in [friend.actor("mallory"), peer.actor(name)] {
                let mut changed = object.clone();
                changed[member] = json!("Übernommen");
                changed["attributedTo"] = json!(author);
                changed["updated"] = json!(moment(0));
                for kind in ["Update", "Create"] {
                    arena.deliver(peer, name, &peer.activity(name, kind, changed.clone())).await?;
                }
            }
        }
    }
    before.grew(arena, &["actors", "received"]).await
}

async fn own_02_deleting_what_is_anothers(arena: &Arena) -> Result<()> {
    let (friend, other) = (arena.friend().await?, arena.host("boese"));
    let note = kept_note(arena, "Bleibt stehen").await?;
    for (peer, name) in [(friend, "alice"), (&other, "mallory")] {
        arena.deliver(peer, name, &peer.activity(name, "Follow", arena.id())).await?;
    }
    let before = arena.look().await?;
    for (peer, name) in [(friend, "alice"), (&other, "mallory")] {
        for about in [id(&note), friend.actor("mallory").as_str()] {
            let tombstone = json!({ "id": about, "type": "Tombstone", "formerType": "Note" });
            let embedded = json!({ "id": about, "type": "Note", "attributedTo": peer.actor(name) });
            for object in [json!(about), embedded, tombstone, json!([about]), json!([peer.actor("nobody"), about])] {
                let delete = arena.letter(peer, name, &peer.activity(name, "Delete", object))?;
                arena.gets(&[202, 403], "Delete", &delete).await?;
            }
        }
    }
    before.grew(arena, &["received", "objects"]).await?;
    let after = arena.look().await?;
    let entry = after.rows("objects", id(&note));
    ensure!(entry.len() == 1 && entry[0]["deleted_at"].is_null(), "{entry:?}");
    ensure!(arena.page("/posts").await?.body.contains("Bleibt stehen"), "it is still to be read");
    Ok(())
}

async fn own_03_undoing_what_another_did(arena: &Arena) -> Result<()> {
    let (peer, other) = (arena.host("brav"), arena.host("boese"));
    let ours = arena.note("<p>Beliebt</p>").await?;
    let done = [("Follow", arena.id()), ("Like", &ours), ("Announce", &ours)];
    let done = done.map(|(kind, object)| peer.activity("alice", kind, object));
    // Only who is followed may make us look at what it announces.
    for activity in &done {
        arena.deliver(&peer, "alice", activity).await?;
    }
    let before = arena.look().await?;
    for (enemy, name) in [(&peer, "mallory"), (&other, "mallory")] {
        for activity in &done {
            let mut mine = activity.clone();
            mine["actor"] = json!(enemy.actor(name));
            let object = activity["object"].clone();
            for undone in [activity.clone(), json!(id(activity)), mine, json!([activity.clone()]), object] {
                let undo = arena.letter(enemy, name, &enemy.activity(name, "Undo", undone))?;
                arena.gets(&[202, 400, 403], "Undo", &undo).await?;
            }
        }
    }
    before.grew(arena, &["actors", "received"]).await
}

async fn own_04_answering_for_others(arena: &Arena) -> Result<()> {
    let (asked, other) = (arena.host("gefragt"), arena.host("boese"));
    arena.quarter.cli(&["neighbours", "invite", &format!("mallory@{}", asked.host)]).await?;
    let row = async || -> Result<Value> {
        let rows = arena.look().await?.rows("follows", &arena.url("/activities"));
        let mut rows = rows.into_iter().filter(|row| row["accepted_at"].is_null());
        rows.next().context("a follow that waits")
    };
    let follow = row().await?;
    let whole =
        json!({ "id": follow["activity"], "type": "Follow", "actor": arena.id(), "object": asked.actor("mallory") });
    let ends = json!({ "type": "Follow", "actor": arena.id(), "object": asked.actor("mallory") });
    let before = arena.look().await?;
    for (peer, name) in [(&asked, "alice"), (&other, "mallory")] {
        for object in [whole.clone(), json!(follow["activity"]), ends.clone(), json!(arena.url("/activities/none"))] {
            for kind in ["Accept", "Reject"] {
                arena.deliver(peer, name, &peer.activity(name, kind, object.clone())).await?;
            }
        }
    }
    before.grew(arena, &["actors", "received"]).await?;
    ensure!(row().await? == follow, "it still waits for the one that was asked");
    arena.deliver(&asked, "mallory", &asked.activity("mallory", "Accept", whole)).await?;
    ensure!(row().await.is_err(), "whose yes counts");
    Ok(())
}

async fn own_05_lies_inside_an_announce(arena: &Arena) -> Result<()> {
    let (friend, victim) = (arena.friend().await?, arena.host("opfer"));
    let note = kept_note(arena, "Steht so da").await?;
    let mut forged = note.clone();
    forged["content"] = json!("<p>Verdreht</p>");
    forged["updated"] = json!(moment(0));
    // Where the note really is, it still says what it said.
    friend.publish(&note);
    friend.serve("/elsewhere", Page::redirect(302, &victim.url("/forged")));
    victim.serve("/forged", Page::json(&forged));
    let before = arena.look().await?;
    let inner = |kind: &str, object: Value| friend.activity("mallory", kind, object);
    let unknown = victim.note("alice", "<p>Untergeschoben</p>");
    for object in [
        inner("Update", forged.clone()),
        inner("Delete", json!(unknown["id"])),
        inner("Create", unknown.clone()),
        victim.activity("alice", "Create", unknown.clone()),
        victim.activity("alice", "Update", forged.clone()),
        json!(friend.url("/elsewhere")),
        json!(victim.url("/forged")),
        unknown.clone(),
        inner("Undo", json!({ "type": "Follow", "actor": arena.id(), "object": friend.actor("mallory") })),
    ] {
        arena.deliver(friend, "mallory", &friend.activity("mallory", "Announce", object)).await?;
    }
    // That it was passed on is true.
    before.grew(arena, &["actors", "received", "reactions"]).await?;
    let page = arena.page("/posts").await?.body;
    ensure!(page.contains("Steht so da") && !page.contains("Verdreht") && !page.contains("Untergeschoben"));
    Ok(())
}

async fn own_06_publishing_in_anothers_name(arena: &Arena) -> Result<()> {
    let (friend, victim) = (arena.friend().await?, arena.host("opfer"));
    let before = arena.look().await?;
    let (alice, own) = (victim.actor("alice"), friend.actor("mallory"));
    for author in [
        json!(alice),
        json!([alice, own]),
        json!({ "id": alice, "type": "Person" }),
        json!([{ "id": alice }, own]),
        json!(friend.actor("alice")),
        json!([]),
        json!(7),
        json!(arena.id()),
    ] {
        for mut object in
            [friend.note("mallory", "<p>Im falschen Namen</p>"), friend.event("mallory", "Im falschen Namen")]
        {
            object["attributedTo"] = author.clone();
            object["actor"] = json!(alice);
            arena.deliver(friend, "mallory", &friend.activity("mallory", "Create", object)).await?;
        }
    }
    before.grew(arena, &["received"]).await
}

async fn own_07_adding_to_anothers_collection(arena: &Arena) -> Result<()> {
    let (friend, other) = (arena.friend().await?, arena.host("boese"));
    let note = kept_note(arena, "Nicht angeheftet").await?;
    let before = arena.look().await?;
    for (peer, name) in [(friend, "alice"), (&other, "mallory")] {
        for target in ["featured", "followers", "upcoming", "neighbours", "outbox"] {
            for owner in [arena.id().to_owned(), friend.actor("mallory")] {
                for kind in ["Add", "Remove"] {
                    let mut add = peer.activity(name, kind, id(&note));
                    add["target"] = json!(format!("{owner}/{target}"));
                    let add = arena.letter(peer, name, &add)?;
                    arena.gets(&[202, 403], kind, &add).await?;
                }
            }
        }
    }
    before.grew(arena, &["actors", "received"]).await
}

async fn own_08_the_same_like_a_thousand_times(arena: &Arena) -> Result<()> {
    let peer = arena.host("boese");
    let ours = arena.note("<p>Gefällt</p>").await?;
    arena.deliver(&peer, "mallory", &peer.activity("mallory", "Like", ours.as_str())).await?;
    let letter = |number: usize| {
        let like = peer.activity("mallory", "Like", ours.as_str());
        let undo = peer.activity("mallory", "Undo", like.clone());
        arena.letter(&peer, "mallory", if number % 5 == 4 { &undo } else { &like })
    };
    for _ in 0..20 {
        let letters = (0..50).map(letter).collect::<Result<Vec<_>>>()?;
        for answer in try_join_all(letters.iter().map(|letter| arena.send_slowly(letter))).await? {
            ensure!(answer.status == 202, "{answer:?}");
        }
    }
    ensure!(arena.look().await?.rows("reactions", &ours).len() <= 1, "one actor, one like");
    let like = peer.activity("mallory", "Like", ours.as_str());
    for _ in 0..3 {
        let undo = peer.activity("mallory", "Undo", like.clone());
        arena.deliver(&peer, "mallory", &undo).await?;
    }
    ensure!(arena.look().await?.rows("reactions", &ours).is_empty(), "and none at the end");
    Ok(())
}

async fn own_09_moves_that_nobody_agreed_to(arena: &Arena) -> Result<()> {
    let (friend, other) = (arena.friend().await?, arena.host("boese"));
    let followed =
        async || -> Result<Vec<Value>> { Ok(arena.look().await?.rows("follows", &arena.url("/activities"))) };
    let before = (arena.look().await?, followed().await?);
    let to = |peer: &Peer, by: &str, object: String, target: String| {
        let mut activity = peer.activity(by, "Move", object);
        activity["target"] = json!(target);
        activity
    };
    let (ours, theirs) = (friend.actor("mallory"), other.actor("mallory"));
    let forged = to(&other, "mallory", ours.clone(), theirs.clone());
    arena.gets(&[202, 401, 403], "of another", &arena.letter(&other, "mallory", &forged)?).await?;
    for number in 0..100 {
        // To who does not agree, to itself, to us, and to nobody.
        let target = match number % 4 {
            0 => theirs.clone(),
            1 => ours.clone(),
            2 => arena.id().to_owned(),
            _ => other.url("/nobody"),
        };
        let activity = to(friend, "mallory", ours.clone(), target);
        arena.gets(&[202, 400, 403], "a move", &arena.letter(friend, "mallory", &activity)?).await?;
    }
    ensure!(followed().await? == before.1, "the quarter follows whom it followed");
    before.0.grew(arena, &["actors", "received"]).await
}

async fn own_11_an_id_that_changes_its_kind(arena: &Arena) -> Result<()> {
    let friend = arena.friend().await?;
    let note = kept_note(arena, "Eine Notiz").await?;
    let about = id(&note);
    let mut event = friend.event("mallory", "Plötzlich ein Fest");
    event["id"] = note["id"].clone();
    let mut actor = friend.document("mallory");
    actor["id"] = note["id"].clone();
    actor["attributedTo"] = json!(friend.actor("mallory"));
    let question = json!({
        "id": about, "type": "Question", "attributedTo": friend.actor("mallory"), "content": "<p>Oder?</p>", "to": [PUBLIC],
        "oneOf": [{ "type": "Note", "name": "Ja" }, { "type": "Note", "name": "Nein" }],
    });
    for object in [event, actor, question] {
        for kind in ["Create", "Update"] {
            arena.deliver(friend, "mallory", &friend.activity("mallory", kind, object.clone())).await?;
        }
    }
    let after = arena.look().await?;
    let entry = after.rows("objects", about);
    ensure!(entry.len() == 1 && entry[0]["kind"] == "Note", "{entry:?}");
    ensure!(after.rows("events", about).is_empty() && after.rows("actors", about).is_empty());
    ensure!(after.rows("posts", about).len() == 1, "the note is still there");
    Ok(())
}

async fn own_12_things_where_no_thing_belongs(arena: &Arena) -> Result<()> {
    let friend = arena.friend().await?;
    let actor = friend.document("alice");
    let odd = [
        json!({ "type": "Person", "id": friend.actor("alice") }),
        actor,
        json!([[[]]]),
        json!([[{ "type": "Image", "url": [[1]] }]]),
        json!(-7),
        json!(null),
        json!([null, 1, true, "", {}]),
        json!("nothing"),
        json!({ "type": "Image", "url": { "href": 5 } }),
        json!({ "type": ["Image", "Person", null], "mediaType": 9, "name": {}, "url": "javascript:alert(1)" }),
    ];
    let members =
        ["attachment", "tag", "icon", "image", "location", "url", "organizers", "inReplyTo", "preview", "generator"];
    for (number, value) in odd.iter().enumerate() {
        let mut note = friend.note("mallory", &format!("<p>Seltsam {number} Ende</p>"));
        let mut event = friend.event("mallory", &format!("Seltsam {number} Ende"));
        for object in [&mut note, &mut event] {
            for member in members {
                object[member] = value.clone();
            }
            arena.deliver(friend, "mallory", &friend.activity("mallory", "Create", object.clone())).await?;
        }
        let kept = arena.look().await?.rows("events", id(&event));
        let page = kept.first().with_context(|| format!("the event with {value} is kept"))?;
        ensure!(page["name"] == format!("Seltsam {number} Ende"));
    }
    for path in
        ["/", "/events", "/posts", "/feed.atom", "/calendar.ics", "/events.csv", "/events.geojson", "/neighbours"]
    {
        arena.gets(&[200], path, &tests::wire::Request::get(path, &arena.host)).await?;
    }
    Ok(())
}
