//! PRV: what nobody should read, and what nobody should find out.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tests::wire::{Answer, Request};

use crate::arena::{Arena, Family};
use crate::book::attacks;

static FAMILY: Family = Family::new("Privat");

attacks! { FAMILY;
    prv_01_drafts_by_every_door: "A draft asked for as page, document, calendar, with endings, methods and tokens of strangers: 404, as if it were not there.",
    prv_02_counts_and_lists_of_what_is_hidden: "Drafts and held answers in outboxes, collections, feeds, counts and pages: neither there nor counted.",
    prv_03_what_was_taken_back: "A note and an event are deleted: gone from every page, feed, calendar, list and document; 410, and a deletion is on its way.",
    prv_05_pages_and_documents_in_one_cache: "The same address as page and document, found and not found: each answer says that it varies by what is accepted.",
    prv_06_a_follow_that_nobody_accepted: "A server publishes to its followers before it accepted us, and after: what is not public is not kept.",
    prv_09_a_token_after_its_account: "An account is erased: its token ends at once.",
    prv_11_addresses_of_people: "Accounts' e-mail addresses, private keys and followers in any public answer or in the log: nowhere.",
    prv_12_who_has_an_account: "Signing in with known and unknown addresses, by letter and by password: the same answer in the same time.",
    prv_13_pictures_that_count_readers: "Pictures, fonts, styles and frames of other hosts in texts: no page loads anything from elsewhere.",
}

/// The paths where things are listed.
const LISTS: [&str; 12] = [
    "/",
    "/events",
    "/events?time=month",
    "/posts",
    "/calendar.ics",
    "/@privat/calendar.ics",
    "/feed.atom",
    "/@privat/feed.atom",
    "/events.csv",
    "/events.geojson",
    "/@privat",
    "/neighbours",
];

/// The path of a row.
pub(crate) fn path(folder: &str, row: &Value) -> String {
    let hex = row["id"].as_str().unwrap_or_default().to_lowercase();
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default().to_owned();
    format!("/{folder}/{}-{}-{}-{}-{}", part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32))
}

/// A draft event with that name; gives its path.
pub(crate) async fn draft(arena: &Arena, name: &str) -> Result<String> {
    let file = std::env::temp_dir().join(format!("quartier-{:x}.ics", tests::random()));
    let text = format!(
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:{name}\r\nSUMMARY:{name}\r\nDTSTART:20261201T150000\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    );
    std::fs::write(&file, text)?;
    let done = arena.quarter.cli(&["import", "ics", &file.display().to_string()]).await;
    std::fs::remove_file(&file)?;
    done?;
    let rows = arena.look().await?.rows("events", name);
    Ok(path("events", rows.first().context("a draft")?))
}

/// Everything that is listed anywhere, as pages and as documents, all in one text.
pub(crate) async fn everything(arena: &Arena) -> Result<String> {
    let mut all = String::new();
    let actor = format!("/@{}", arena.quarter.handle);
    for path in LISTS {
        all += &arena.page(&path.replace("/@privat", &actor)).await?.body;
    }
    for name in
        ["", "/outbox", "/outbox?page=true", "/followers", "/following", "/featured", "/upcoming", "/neighbours"]
    {
        all += &arena.document(&format!("{actor}{name}")).await?.body;
    }
    for path in ["/.well-known/nodeinfo", "/nodeinfo/2.1", "/nodeinfo/2.0", "/actor", "/actor/outbox?page=true"] {
        all += &arena.document(path).await?.body;
    }
    Ok(all)
}

async fn prv_01_drafts_by_every_door(arena: &Arena) -> Result<()> {
    let hidden = draft(arena, "Geheimplan").await?;
    let none = "/events/0199a0e2-0000-7000-8000-000000000000";
    let accepts = [
        "text/html",
        "application/activity+json",
        "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"",
        "text/calendar",
        "*/*",
        "application/json",
        "",
    ];
    for ending in
        ["", "/calendar.ics", ".json", ".ics", "?format=json", "/", "/edit", "/cancel", "/delete", "/replies", "/likes"]
    {
        for method in ["GET", "HEAD", "OPTIONS"] {
            for accept in accepts {
                for token in ["", "Bearer x"] {
                    let ask = async |path: &str| -> Result<Answer> {
                        let request = Request {
                            method: method.to_owned(),
                            ..Request::get(&format!("{path}{ending}"), &arena.host)
                        };
                        arena.send(&request.with("accept", accept).with("authorization", token)).await
                    };
                    let (there, not) = (ask(&hidden).await?, ask(none).await?);
                    ensure!(
                        there.status == not.status && there.status != 200,
                        "{hidden}{ending} {method} {accept}: {} and {}",
                        there.status,
                        not.status
                    );
                    ensure!(!there.body.contains("Geheimplan"), "{hidden}{ending} shows it");
                    let length = |answer: &Answer| answer.body.replace(hidden.as_str(), "").replace(none, "").len();
                    ensure!(
                        length(&there) == length(&not),
                        "{hidden}{ending} {accept} differs:\n{}\n{}",
                        there.body,
                        not.body
                    );
                }
            }
        }
    }
    Ok(())
}

async fn prv_02_counts_and_lists_of_what_is_hidden(arena: &Arena) -> Result<()> {
    let ours = arena.note("<p>Mit Antworten</p>").await?;
    let count = async || -> Result<Value> {
        Ok(serde_json::from_str::<Value>(&arena.document("/@privat/outbox").await?.body)?["totalItems"].clone())
    };
    let before = count().await?;
    draft(arena, "Verborgenes").await?;
    let peer = arena.host("fremd");
    let mut reply = peer.note("mallory", "<p>Verborgenes</p>");
    reply["inReplyTo"] = json!(ours);
    arena.deliver(&peer, "mallory", &peer.activity("mallory", "Create", reply.clone())).await?;
    let held = arena.look().await?.rows("posts", reply["id"].as_str().unwrap_or_default());
    ensure!(held.first().is_some_and(|row| row["held"] == 1), "the answer is held back: {held:?}");
    ensure!(count().await? == before, "the outbox counts it");
    ensure!(!everything(arena).await?.contains("Verborgenes"), "it is listed");
    for path in [path("posts", &held[0]), ours.trim_start_matches(&arena.url("")).to_owned()] {
        for answer in
            [arena.page(&path).await?, arena.document(&path).await?, arena.document(&format!("{path}/replies")).await?]
        {
            ensure!(!answer.body.contains("Verborgenes"), "{path} shows it");
        }
    }
    Ok(())
}

async fn prv_03_what_was_taken_back(arena: &Arena) -> Result<()> {
    let note = arena.note("<p>Zurückgenommen</p>").await?;
    let event = json!({
        "type": "Event", "name": "Zurückgenommen", "content": "<p>Zurückgenommen</p>", "to": [tests::attacker::PUBLIC],
        "startTime": tests::attacker::moment(48), "endTime": tests::attacker::moment(50),
    });
    let event = arena.publish(&event).await?;
    ensure!(everything(arena).await?.contains("Zurückgenommen"), "it is there first");
    let token = arena.token().await?.to_owned();
    for id in [&note, &event] {
        arena.quarter.publish(&token, &json!({ "type": "Delete", "object": id })).await?;
    }
    let all = everything(arena).await?;
    let found: Vec<&str> = all.lines().filter(|line| line.contains("Zurückgenommen")).collect();
    ensure!(found.is_empty(), "still there: {found:#?}");
    for id in [&note, &event] {
        let path = id.trim_start_matches(&arena.url("")).to_owned();
        for answer in
            [arena.page(&path).await?, arena.document(&path).await?, arena.page(&format!("{path}/calendar.ics")).await?]
        {
            ensure!(
                matches!(answer.status, 404 | 410) && !answer.body.contains("Zurückgenommen"),
                "{path}: {answer:?}"
            );
        }
    }
    let kept = arena.look().await?;
    let deletions = kept.rows("activities", "\"kind\":\"Delete\"").len();
    ensure!(deletions >= 2, "{deletions} deletions are told");
    for table in ["posts", "events", "activities"] {
        ensure!(kept.rows(table, "Zurückgenommen").is_empty(), "{table} still has it");
    }
    Ok(())
}

async fn prv_05_pages_and_documents_in_one_cache(arena: &Arena) -> Result<()> {
    let note = arena.note("<p>Zwei Gestalten</p>").await?;
    let note = note.trim_start_matches(&arena.url("")).to_owned();
    let shared = [
        "/",
        "/@privat",
        "/@niemand",
        "/events",
        "/posts",
        "/posts/x",
        "/events/0199a0e2-0000-7000-8000-000000000000",
        &note,
        "/nichts",
    ];
    for path in shared {
        for _ in 0..3 {
            for (accept, kind) in
                [("text/html", "text/html"), ("application/activity+json", "application/activity+json")]
            {
                let answer = arena.send(&Request::get(path, &arena.host).with("accept", accept)).await?;
                let varies =
                    answer.headers.iter().filter(|(name, _)| name == "vary").flat_map(|(_, value)| value.split(','));
                let by_accept = varies.map(str::trim).any(|name| name.eq_ignore_ascii_case("accept") || name == "*");
                ensure!(by_accept, "{path} as {accept} does not vary: {:?}", answer.headers);
                let fits = answer.status != 200 || answer.header("content-type").starts_with(kind);
                ensure!(fits, "{path} as {accept} is {}", answer.header("content-type"));
                let kept = answer.header("cache-control");
                ensure!(!(answer.status >= 400 && kept.contains("immutable")), "{path}: {kept}");
            }
        }
    }
    Ok(())
}

async fn prv_06_a_follow_that_nobody_accepted(arena: &Arena) -> Result<()> {
    let peer = arena.host("verschlossen");
    arena.quarter.cli(&["neighbours", "invite", &format!("mallory@{}", peer.host)]).await?;
    let before = arena.look().await?;
    let publish = async |to: Value| -> Result<()> {
        for mut object in [peer.note("mallory", "<p>Unter uns</p>"), peer.event("mallory", "Unter uns")] {
            object["to"] = to.clone();
            arena.deliver(&peer, "mallory", &peer.activity("mallory", "Create", object)).await?;
        }
        Ok(())
    };
    publish(json!([tests::attacker::PUBLIC])).await?;
    for to in [json!([format!("{}/followers", peer.actor("mallory"))]), json!([arena.id()]), json!([])] {
        publish(to.clone()).await?;
    }
    before.grew(arena, &["received"]).await?;
    let follow = json!({ "type": "Follow", "actor": arena.id(), "object": peer.actor("mallory") });
    arena.deliver(&peer, "mallory", &peer.activity("mallory", "Accept", follow)).await?;
    for to in [json!([format!("{}/followers", peer.actor("mallory"))]), json!([arena.id()])] {
        publish(to).await?;
    }
    ensure!(!everything(arena).await?.contains("Unter uns"), "it is shown");
    ensure!(arena.look().await?.rows("posts", "Unter uns").is_empty(), "it is kept");
    Ok(())
}

async fn prv_09_a_token_after_its_account(arena: &Arena) -> Result<()> {
    arena.quarter.account("gast@example.org", "editor").await?;
    let token = arena.quarter.cli(&["account", "token", "--email", "gast@example.org"]).await?;
    let note = json!({ "type": "Note", "content": "<p>Noch da</p>", "to": [tests::attacker::PUBLIC] });
    let write = || -> Result<Request> {
        Ok(Request::post("/@privat/outbox", &arena.host, note.to_string())?
            .with("authorization", &format!("Bearer {token}")))
    };
    arena.gets(&[201], "before", &write()?).await?;
    arena.quarter.cli(&["account", "remove", "--email", "gast@example.org"]).await?;
    let before = arena.look().await?;
    arena.gets(&[401], "after", &write()?).await?;
    before.same(arena).await
}

async fn prv_11_addresses_of_people(arena: &Arena) -> Result<()> {
    let account =
        ["account", "create", "--email", "kanarienvogel@privat.example", "--name", "Vogel", "--role", "editor"];
    arena.quarter.cli(&account).await?;
    let token = arena.quarter.cli(&["account", "token", "--email", "kanarienvogel@privat.example"]).await?;
    arena.quarter.cli(&["account", "profile", "--email", "kanarienvogel@privat.example", "--handle", "vogel"]).await?;
    let peer = arena.host("leser");
    arena.deliver(&peer, "mallory", &peer.activity("mallory", "Follow", arena.id())).await?;
    let mut all = everything(arena).await?;
    for name in ["", "/outbox?page=true", "/followers", "/following"] {
        all += &arena.document(&format!("/@vogel{name}")).await?.body;
        all += &arena.page(&format!("/@vogel{name}")).await?.body;
    }
    for path in [
        "/imprint",
        "/privacy",
        "/accessibility",
        "/sign-in",
        "/.well-known/webfinger?resource=acct:vogel@privat.localhost",
        "/nothing",
    ] {
        all += &arena.page(path).await?.body;
    }
    let log = arena.quarter.whole_log();
    for secret in ["kanarienvogel", token.as_str(), "PRIVATE KEY"] {
        ensure!(!all.contains(secret), "{secret} is to be read");
        ensure!(!log.contains(secret), "{secret} is in the log");
    }
    let followers = arena.document("/@privat/followers").await?.body;
    ensure!(!followers.contains(&peer.host), "who follows is to be read");
    Ok(())
}

async fn prv_12_who_has_an_account(arena: &Arena) -> Result<()> {
    for (path, typed) in [("/sign-in", ""), ("/sign-in/password", "&password=ganz+falsch+geraten")] {
        is_the_same(arena, path, typed).await.with_context(|| path.to_owned())?;
    }
    Ok(())
}

/// Asks for known and unknown addresses at `path`; fails if the answers differ in words or in time.
async fn is_the_same(arena: &Arena, path: &str, typed: &str) -> Result<()> {
    let mut took = [Vec::new(), Vec::new()];
    let mut said: [Option<(u16, String)>; 2] = [None, None];
    let folder = path.replace('/', "");
    for round in 0..11 {
        // 25 tries in five minutes are allowed from one address.
        let client = &format!("198.51.100.{}", 70 + round);
        for (which, took) in took.iter_mut().enumerate() {
            let email = if which == 0 { format!("person{round}") } else { format!("nieman{round}") };
            let email = format!("{email}@{folder}.example");
            if which == 0 {
                let link = arena.form(&arena.sign_in_link(&email, "member").await?, "", &[]);
                let entered = arena.gets(&[303], "a link", &link.with("x-forwarded-for", client)).await?;
                let cookie = entered.header("set-cookie").split(';').next().unwrap_or_default().to_owned();
                let set = [("do", "set"), ("password", "drei blaue Leitern")];
                arena.gets(&[303], "a password", &arena.form("/account/password", &cookie, &set)).await?;
            }
            let form = Request { method: "POST".to_owned(), ..Request::get(path, &arena.host) };
            let form = form.with("content-type", "application/x-www-form-urlencoded").with("origin", &arena.url(""));
            let form = form.with("x-forwarded-for", client).saying(format!("email={email}{typed}"));
            let answer = arena.gets(&[200, 422], "signing in", &form).await?;
            took.push(answer.took);
            let body = answer.body.replace(&email, "WER");
            let first = said[which].get_or_insert((answer.status, body.clone()));
            ensure!(first.1 == body, "it says something else each time");
        }
    }
    ensure!(said[0] == said[1], "the answers differ");
    let median = |took: &mut Vec<Duration>| {
        took.sort();
        took.get(took.len() / 2).copied().unwrap_or_default()
    };
    let (known, unknown) = (median(&mut took[0]), median(&mut took[1]));
    ensure!(known.abs_diff(unknown) < Duration::from_millis(20), "{known:?} and {unknown:?}");
    Ok(())
}

async fn prv_13_pictures_that_count_readers(arena: &Arena) -> Result<()> {
    let (friend, tracker) = (arena.friend().await?, arena.host("zaehler"));
    let pixel = tracker.url("/pixel.png");
    let text = format!(
        "<p>Zähler <img src=\"{pixel}\"><a href=\"{pixel}\" ping=\"{pixel}\" style=\"background:url({pixel})\">x</a></p><link rel=preload href=\"{pixel}\">\
         <iframe src=\"{pixel}\"></iframe><video poster=\"{pixel}\"></video><style>@import url({pixel})</style>"
    );
    let picture = json!([{ "type": "Image", "url": pixel, "mediaType": "image/png", "name": "Banner" }]);
    for mut object in [friend.note("mallory", &text), friend.event("mallory", "Zähler")] {
        object["content"] = json!(text);
        for member in ["attachment", "image", "icon"] {
            object[member] = picture.clone();
        }
        arena.deliver(friend, "mallory", &friend.activity("mallory", "Create", object)).await?;
    }
    let row = arena.look().await?.rows("events", "Zähler");
    let mut paths: Vec<String> = LISTS.iter().take(4).map(|path| (*path).to_owned()).collect();
    paths.push(path("events", row.first().context("the event")?));
    for path in paths {
        let page = arena.gets(&[200], &path, &Request::get(&path, &arena.host)).await?;
        for element in tests::markup::elements(&page.body) {
            let loads = ["src", "srcset", "poster", "ping", "style", "data", "background"]
                .iter()
                .filter_map(|name| element.attributes.get(*name));
            let loads = loads.chain(element.attributes.get("href").filter(|_| {
                element.name == "link"
                    && element.attributes.get("rel").is_some_and(|rel| rel != "canonical" && rel != "alternate")
            }));
            for address in loads {
                ensure!(!address.contains("://") && !address.starts_with("//"), "{path} loads {address}");
            }
        }
        let policy = page.header("content-security-policy");
        ensure!(
            policy.contains("default-src 'none'") && !policy.contains("http:") && !policy.contains('*'),
            "{policy}"
        );
    }
    ensure!(tracker.asked().is_empty(), "the tracker heard {:?}", tracker.asked());
    Ok(())
}
