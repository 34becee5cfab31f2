//! TXT: characters and JSON that two readers read differently.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tests::attacker::PUBLIC;
use tests::wire::Request;

use crate::arena::{Arena, Family};
use crate::book::attacks;

static FAMILY: Family = Family::new("Text");

attacks! { FAMILY;
    txt_01_bytes_that_are_no_text: "NUL, half surrogates, broken and overlong UTF-8, a byte order mark, UTF-16: 400 from the inbox and for programs, never a 5xx from a page, a form or a path.",
    txt_02_characters_that_deceive: "Overrides of direction, invisible characters and heaps of accents in names and titles: isolated or gone.",
    txt_03_a_member_that_comes_twice: "Actor, id, type, object and what is inside them twice in one document, also disguised: 400.",
    txt_04_numbers_that_are_none: "Huge, negative, broken and mistyped numbers wherever a number may stand: 400 or ignored; ids of 4 to 100 KB: not kept.",
    txt_05_the_public_in_every_shape: "Audiences in every shape: what names the public is shown, everything else is kept from everyone.",
}

async fn txt_01_bytes_that_are_no_text(arena: &Arena) -> Result<()> {
    let (friend, token) = (arena.friend().await?, arena.token().await?.to_owned());
    let before = arena.look().await?;
    let bad: [&[u8]; 7] =
        [b"a\\u0000b", b"a\\ud800b", b"a\\udc00\\ud800b", b"a\xffb", b"a\xc0\x80b", b"a\xed\xa0\x80b", b"a\0b"];
    let outbox = format!("/@{}/outbox", arena.quarter.handle);
    for bytes in bad {
        for member in ["content", "name", "summary", "id", "x"] {
            let note = json!({ "id": friend.fresh("/notes"), "type": "Note", "attributedTo": friend.actor("mallory"), "to": [PUBLIC] });
            let put = |mut object: Value, member: &str| {
                object[member] = json!("HERE");
                object
            };
            let wrap = |value: &Value| {
                let (head, tail) = value.to_string().split_once("HERE").map(|(a, b)| (a.to_owned(), b.to_owned()))?;
                Some([head.as_bytes(), bytes, tail.as_bytes()].concat())
            };
            let note = put(note, member);
            let body = wrap(&friend.activity("mallory", "Create", note.clone())).context("a body")?;
            let letter = Request::post("/inbox", &arena.host, body)?.signed(&friend.key, &friend.key_id("mallory"))?;
            arena.gets(&[400], &format!("{member}: {:?}", String::from_utf8_lossy(bytes)), &letter).await?;
            let program = Request::post(&outbox, &arena.host, wrap(&note).context("a body")?)?;
            let program = program.with("authorization", &format!("Bearer {token}"));
            arena.gets(&[400], "for programs", &program).await?;
        }
    }
    let like = friend.activity("mallory", "Like", arena.id()).to_string();
    let wide: Vec<u8> = like.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for body in [[b"\xef\xbb\xbf", like.as_bytes()].concat(), wide, Vec::new(), b"\xff".to_vec()] {
        let letter = Request::post("/inbox", &arena.host, body)?.signed(&friend.key, &friend.key_id("mallory"))?;
        arena.gets(&[400], "another encoding", &letter).await?;
    }
    for text in ["%00", "%ff%fe", "%c0%80", "%ed%a0%80", "%", "%e", "%zz", "\u{fffd}"] {
        for place in ["/events?tag=", "/posts/", "/@", "/.well-known/webfinger?resource=acct:", "/sign-in/link/"] {
            let answer = arena.page(&format!("{place}{text}")).await?;
            ensure!(answer.status < 500, "{place}{text}: {answer:?}");
        }
        let form = Request { method: "POST".to_owned(), ..Request::get("/sign-in", &arena.host) };
        let form = form.with("content-type", "application/x-www-form-urlencoded").with("origin", &arena.url(""));
        let answer = arena.send(&form.saying(format!("email={text}"))).await?;
        ensure!(answer.status < 500, "a form with {text}: {answer:?}");
    }
    before.same(arena).await
}

async fn txt_02_characters_that_deceive(arena: &Arena) -> Result<()> {
    let friend = arena.befriend("schein").await?;
    let hidden =
        ['\u{202e}', '\u{202d}', '\u{202a}', '\u{2066}', '\u{200b}', '\u{feff}', '\u{7}', '\u{85}', '\u{e0041}'];
    let text: String = hidden.iter().flat_map(|c| [*c, 'a']).collect();
    let zalgo = format!("Z{}", "\u{301}".repeat(10_000));
    for words in [format!("Fest {text}"), zalgo] {
        let mut actor = friend.document("mallory");
        actor["name"] = json!(words);
        arena.deliver(&friend, "mallory", &friend.activity("mallory", "Update", actor)).await?;
        arena
            .deliver(&friend, "mallory", &friend.activity("mallory", "Create", friend.event("mallory", &words)))
            .await?;
        let mut note = friend.note("mallory", &format!("<p>{words}</p>"));
        note["name"] = json!(words);
        arena.deliver(&friend, "mallory", &friend.activity("mallory", "Create", note)).await?;
    }
    for path in ["/", "/events", "/posts", "/neighbours"] {
        let page = arena.gets(&[200], path, &Request::get(path, &arena.host)).await?.body;
        let found = page.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t' | '\r'));
        ensure!(found.is_none(), "{path} has the control character {found:?}");
        let words = page.split('<').filter(|part| part.contains(&hidden[..4][..]));
        // An override ends with the element that isolates it.
        let loose: Vec<&str> = words
            .filter(|part| !part.starts_with("bdi") && !part.starts_with("p>") && !part.starts_with("p "))
            .collect();
        ensure!(loose.is_empty(), "{path}: {loose:#?}");
        let accents = page.split(|c| c != '\u{301}').map(str::len).max().unwrap_or_default() / 2;
        ensure!(accents <= 10_000, "{path}");
    }
    Ok(())
}

async fn txt_03_a_member_that_comes_twice(arena: &Arena) -> Result<()> {
    let (friend, other) = (arena.friend().await?, arena.host("boese"));
    let before = arena.look().await?;
    let create = friend.activity("mallory", "Create", friend.note("mallory", "<p>Zweimal</p>"));
    let text = create.to_string();
    let members = [
        ("actor", other.actor("mallory")),
        ("id", other.fresh("/x")),
        ("type", "Delete".to_owned()),
        ("object", other.actor("x")),
    ];
    for (member, value) in members {
        for name in [member.to_owned(), disguised(member)] {
            for body in [
                text.replacen('{', &format!("{{\"{name}\":\"{value}\","), 1),
                end(&text, &format!(",\"{name}\":\"{value}\"")),
            ] {
                let letter =
                    Request::post("/inbox", &arena.host, body)?.signed(&friend.key, &friend.key_id("mallory"))?;
                arena.gets(&[400], &name, &letter).await?;
            }
        }
    }
    for member in ["id", "attributedTo", "type", "to", "content"] {
        let inside = text.replacen("\"object\":{", &format!("\"object\":{{\"{}\":\"x\",", disguised(member)), 1);
        ensure!(inside != text, "the object was found");
        let letter = Request::post("/inbox", &arena.host, inside)?.signed(&friend.key, &friend.key_id("mallory"))?;
        arena.gets(&[400], member, &letter).await?;
    }
    before.same(arena).await
}

/// A member's name with its first letter escaped.
fn disguised(name: &str) -> String {
    name.chars()
        .next()
        .map_or_else(String::new, |first| format!("\\u{:04x}{}", u32::from(first), name.get(1..).unwrap_or("")))
}

fn end(text: &str, more: &str) -> String {
    format!("{}{more}}}", text.strip_suffix('}').unwrap_or(text))
}

async fn txt_04_numbers_that_are_none(arena: &Arena) -> Result<()> {
    let friend = arena.friend().await?;
    let numbers = ["1e400", "-1e400", "NaN", "Infinity", "01", "1.", "0x10", "1_000"];
    for number in numbers {
        let mut event = friend.event("mallory", "Zahl");
        event["maximumAttendeeCapacity"] = json!("HERE");
        let body = friend.activity("mallory", "Create", event).to_string().replace("\"HERE\"", number);
        let letter = Request::post("/inbox", &arena.host, body)?.signed(&friend.key, &friend.key_id("mallory"))?;
        arena.gets(&[400], number, &letter).await?;
    }
    let odd = [
        json!(-0.0),
        json!(u64::MAX),
        json!(i64::MIN),
        json!(1e308),
        json!(-1),
        json!(91),
        json!(181),
        json!(1.5),
        json!(true),
        json!("12"),
        json!("NaN"),
        json!("1e999"),
        json!([]),
        json!({}),
        json!(null),
    ];
    for value in odd {
        let mut event = friend.event("mallory", "Zahl");
        for member in [
            "maximumAttendeeCapacity",
            "remainingAttendeeCapacity",
            "participantCount",
            "totalItems",
            "votersCount",
            "repliesCount",
        ] {
            event[member] = value.clone();
        }
        event["location"] = json!({ "type": "Place", "name": "Ort", "latitude": value, "longitude": value, "altitude": value, "radius": value });
        event["attendees"] = json!({ "type": "Collection", "totalItems": value });
        arena.deliver(friend, "mallory", &friend.activity("mallory", "Create", event)).await?;
    }
    for row in arena.look().await?.rows("events", "Zahl") {
        let extras: Value = serde_json::from_str(row["extras"].as_str().context("extras")?)?;
        let position = &extras["place"]["position"];
        let (latitude, longitude) = (position["latitude"].as_f64(), position["longitude"].as_f64());
        let inside = latitude.is_none_or(|at| at.abs() <= 90.0) && longitude.is_none_or(|at| at.abs() <= 180.0);
        ensure!(inside, "a place beyond the earth: {position}");
    }
    let before = arena.look().await?;
    for length in [4_000, 100_000] {
        for member in ["id", "attributedTo", "url"] {
            let mut note = friend.note("mallory", "<p>Lange</p>");
            note[member] = json!(friend.url(&format!("/{}", "a".repeat(length))));
            if member == "url" {
                continue;
            }
            arena.deliver(friend, "mallory", &friend.activity("mallory", "Create", note)).await?;
        }
        let mut activity = friend.activity("mallory", "Like", arena.id());
        activity["id"] = json!(friend.url(&format!("/{}", "a".repeat(length))));
        arena.gets(&[400], "a long id", &arena.letter(friend, "mallory", &activity)?).await?;
    }
    before.grew(arena, &["received"]).await?;
    for path in ["/", "/events", "/events.geojson", "/calendar.ics"] {
        arena.gets(&[200], path, &Request::get(path, &arena.host)).await?;
    }
    Ok(())
}

async fn txt_05_the_public_in_every_shape(arena: &Arena) -> Result<()> {
    let friend = arena.friend().await?;
    let followers = format!("{}/followers", friend.actor("mallory"));
    let everyone = [
        json!(PUBLIC),
        json!([PUBLIC]),
        json!("as:Public"),
        json!(["Public"]),
        json!([followers, PUBLIC]),
        json!([null, 7, {}, PUBLIC]),
    ];
    let few = [
        json!(followers),
        json!([followers]),
        json!([arena.id()]),
        json!([]),
        json!(null),
        json!("public"),
        json!("AS:PUBLIC"),
        json!("https://www.w3.org/ns/activitystreams#public"),
        json!("https://www.w3.org/ns/activitystreams#Public "),
        json!([[PUBLIC]]),
        json!({ "to": PUBLIC }),
        json!("https://evil.example/ns/activitystreams#Public"),
        json!(true),
        json!(PUBLIC.len()),
        json!("http://www.w3.org/ns/activitystreams#Public"),
    ];
    let table = everyone.map(|to| (to, true)).into_iter().chain(few.map(|to| (to, false)));
    for (number, (to, public)) in table.enumerate() {
        for mut object in
            [friend.note("mallory", "<p>Für wen?</p>"), friend.event("mallory", &format!("Für wen {number}?"))]
        {
            object["to"] = to.clone();
            let mut create = friend.activity("mallory", "Create", object.clone());
            // The envelope's audience is no answer for the object's.
            create["to"] = json!([PUBLIC]);
            arena.deliver(friend, "mallory", &create).await?;
            let id = object["id"].as_str().context("an id")?;
            let look = arena.look().await?;
            let kept = look.rows("posts", id).len() + look.rows("events", id).len();
            ensure!(kept == usize::from(public), "{to} is kept {kept} times");
        }
    }
    // In the copy only: an event is no event of the calendar then, a note is one that is not advertised.
    for (object, shown) in [(friend.event("mallory", "In Kopie"), 0), (friend.note("mallory", "<p>In Kopie</p>"), 1)] {
        let mut object = object;
        object["to"] = json!(followers);
        object["cc"] = json!([PUBLIC]);
        arena.deliver(friend, "mallory", &friend.activity("mallory", "Create", object.clone())).await?;
        let id = object["id"].as_str().context("an id")?;
        let look = arena.look().await?;
        ensure!(look.rows("posts", id).len() + look.rows("events", id).len() == shown, "{object}");
    }
    Ok(())
}
