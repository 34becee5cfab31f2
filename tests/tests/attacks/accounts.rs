//! ACC and SUP: what people and programs send that may do less than they try, and what lies on the disk.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use futures_util::future::try_join_all;
use serde_json::json;
use tests::attacker::{PUBLIC, Page, moment};
use tests::quarter::Quarter;
use tests::wait;
use tests::wire::Request;

use crate::arena::{Arena, Family};
use crate::book::attacks;

static FAMILY: Family = Family::new("Konten");
/// Where tries are used up.
static LIMITED: Family = Family::new("Schranke");

attacks! { FAMILY;
    acc_05_what_is_left_of_an_account: "An account is made again with a higher role: it keeps its own. It is erased: its sessions, tokens and links end at once, and an account of the same address does not bring them back.",
    acc_16_fields_that_no_form_has: "Roles, ids, authors, times and states added to forms and to what programs send, and documents of actors: nothing of it is taken.",
    acc_17_fifty_at_once: "Fifty ask at once for one seat: one gets it. Twenty use one sign-in link at once: one is signed in. Twenty use the code of one invitation at once: one account is made. A post is changed ten times while it is deleted: it stays deleted.",
    sup_02_what_others_on_the_machine_may_read: "Everything in the data folder is its owner's alone, also where the folder is not. A log of everything names no token, no link, no cookie, no address and no key.",
}

pub(crate) mod limits {
    //! What is counted.

    use super::{Arena, LIMITED, Result, attacks};

    attacks! { LIMITED;
        acc_03_limits_by_another_name: "Who used up their tries goes on under other spellings of the address, with other methods, types and forwarding headers: not heard. One mailbox in many spellings, from many networks: five letters, 25 codes and 25 passwords.",
    }

    async fn acc_03_limits_by_another_name(arena: &Arena) -> Result<()> {
        super::used_up(arena).await
    }
}

async fn used_up(arena: &Arena) -> Result<()> {
    arena.quarter.account("ziel@example.org", "editor").await?;
    let letters = async || -> Result<usize> { Ok(arena.look().await?.rows("letters", "ziel@example.org").len()) };
    let by = |client: &str, path: &str, email: &str| {
        arena.form(path, "", &[("email", email), ("code", "000000")]).with("x-forwarded-for", client)
    };
    let client = "198.51.100.9";
    for number in 0..25 {
        let email = format!("jemand{number}@example.org");
        arena.gets(&[200], "a try", &by(client, "/sign-in", &email)).await?;
    }
    let open = ["/sign-in", "/sign-in?x=1", "/sign-in?", "/sign-in/code", "/sign-in/link/x"];
    for path in open.into_iter().chain([
        "/sign-in/password",
        "/sign-in/second",
        "/sign-in/passkey",
        "/sign-in/passkey/challenge",
    ]) {
        arena.gets(&[429], path, &by(client, path, "ziel@example.org")).await?;
    }
    let spellings = [
        "/sign-in/",
        "//sign-in",
        "/SIGN-IN",
        "/sign%2Din",
        "/sign-in%2f",
        "/./sign-in",
        "/x/../sign-in",
        "/sign-in;x",
        "/sign-in.json",
        "/%73ign-in",
        "/sign-in%00",
        "/sign-in%20",
        "/sign-in/password/",
        "/sign-in//password",
        "/sign-in/PASSWORD",
        "/sign-in/second.json",
        "\\sign-in",
    ];
    for path in spellings {
        arena.gets(&[400, 404, 405, 429], path, &by(client, path, "ziel@example.org")).await?;
    }
    let again = || by(client, "/sign-in", "ziel@example.org");
    let odd = |method: &str| Request { method: method.to_owned(), ..again() };
    for (what, request) in [
        ("HEAD", odd("HEAD")),
        ("PUT", odd("PUT")),
        ("an override", odd("GET").with("x-http-method-override", "POST")),
        ("JSON", again().with("content-type", "application/json").saying("{\"email\":\"ziel@example.org\"}")),
        ("a hop in front", again().with("x-forwarded-for", "192.0.2.1, 198.51.100.9")),
        ("mapped", again().with("x-forwarded-for", "::ffff:198.51.100.9")),
        ("another header", again().with("x-real-ip", "192.0.2.1").with("forwarded", "for=192.0.2.1")),
        ("a second header", again().leading("x-forwarded-for", "192.0.2.1")),
    ] {
        let answer = arena.send(&request).await.with_context(|| what.to_owned())?;
        ensure!(answer.status != 200 || request.method != "POST", "{what}: {answer:?}");
    }
    ensure!(letters().await? == 0, "{} letters were written", letters().await?);

    let many = ["ziel@example.org", "Ziel@Example.ORG", " ziel@example.org ", "ziel@example.org.", "ziel@ｅxample.org"];
    for number in 0..30 {
        let email = many[number % many.len()];
        arena.gets(&[200, 422], email, &by(&format!("203.0.113.{number}"), "/sign-in", email)).await?;
    }
    ensure!(letters().await? == 5, "{} letters were written", letters().await?);
    let mut tried = 0;
    for number in 0..40 {
        let one = by(&format!("203.0.113.{}", 100 + number), "/sign-in/code", many[number % 4]);
        tried += usize::from(arena.gets(&[400, 422, 429], "a code", &one).await?.status == 422);
    }
    ensure!(tried <= 25, "{tried} codes were tried");
    let mut tried = 0;
    for number in 0..40 {
        let one = by(&format!("203.0.114.{number}"), "/sign-in/password", many[number % 4]);
        tried += usize::from(arena.gets(&[422, 429], "a password", &one).await?.status == 422);
    }
    ensure!(tried <= 25, "{tried} passwords were tried");
    arena.gets(&[200], "somebody else", &by("192.0.2.200", "/sign-in", "anders@example.org")).await.map(|_| ())
}

async fn acc_05_what_is_left_of_an_account(arena: &Arena) -> Result<()> {
    let email = "mieter@example.org";
    let member = arena.sign_in(email, "member").await?;
    let again = arena.sign_in(email, "admin").await?;
    for cookie in [&member, &again] {
        for path in ["/editors", "/editors/people", "/editors/reports"] {
            let answer = arena.page_for(cookie, path).await?;
            ensure!(answer.status == 403, "{path}: {answer:?}");
        }
    }
    let email = "chefin@example.org";
    let cookie = arena.sign_in(email, "admin").await?;
    let token = arena.quarter.cli(&["account", "token", "--email", email]).await?;
    let link = arena.sign_in_link(email, "admin").await?;
    let write = || -> Result<Request> {
        let note = json!({ "type": "Note", "content": "<p>Noch da</p>" });
        let post = Request::post(&format!("/@{}/outbox", arena.quarter.handle), &arena.host, note.to_string())?;
        Ok(post.with("authorization", &format!("Bearer {token}")))
    };
    ensure!(arena.page_for(&cookie, "/editors/people").await?.status == 200, "before");
    arena.gets(&[201], "before", &write()?).await?;
    arena.quarter.cli(&["account", "remove", "--email", email]).await?;
    for _ in 0..2 {
        let before = arena.look().await?;
        let answer = arena.page_for(&cookie, "/editors/people").await?;
        ensure!(answer.status == 401, "the session: {answer:?}");
        arena.gets(&[401], "the token", &write()?).await?;
        let form = arena.form("/editors/people", &cookie, &[("email", "neu@example.org"), ("role", "admin")]);
        arena.gets(&[401], "a form", &form).await?;
        arena.gets(&[410], "a link from before", &arena.form(&link, "", &[])).await?;
        before.same(arena).await?;
        // The same address, another account.
        arena.quarter.account(email, "admin").await?;
    }
    Ok(())
}

async fn acc_16_fields_that_no_form_has(arena: &Arena) -> Result<()> {
    let (handle, old) = (arena.quarter.handle.clone(), "1999-01-01T00:00:00Z");
    let member = arena.sign_in("mitglied@example.org", "member").await?;
    let editor = arena.sign_in("redakteur@example.org", "editor").await?;
    let before = arena.look().await?;
    let more =
        [("role", "admin"), ("may_edit", "yes"), ("admin", "true"), ("account", "x"), ("actor", handle.as_str())];
    let with = |fields: &[(&'static str, &str)]| -> Vec<(String, String)> {
        fields.iter().chain(&more).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    };
    let form = |path: &str, cookie: &str, fields: Vec<(String, String)>| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        arena.form(path, cookie, &fields)
    };
    let account = [("email", "neue@example.org"), ("name", "Neu")];
    for (cookie, path, fields) in [
        (&member, "/write/post", with(&[("speaker", handle.as_str()), ("content", "Im Namen aller")])),
        (
            &member,
            "/write/event",
            with(&[("speaker", handle.as_str()), ("name", "Im Namen aller"), ("starts", "2027-01-01")]),
        ),
        (&member, "/editors/people", with(&account)),
        (&editor, "/editors/people", with(&account)),
        (&member, "/editors/held", with(&[("do", "approve")])),
    ] {
        arena.gets(&[403, 422], path, &form(path, cookie, fields)).await?;
    }
    before.same(arena).await?;
    let rich = [
        ("speaker", handle.as_str()),
        ("content", "Mit zu vielen Feldern"),
        ("id", "0199a0e2-0000-7000-8000-000000000000"),
        ("url", "https://evil.example/1"),
        ("page", "https://evil.example/1"),
        ("published_at", "0"),
        ("held", "yes"),
        ("author", "mitglied"),
        ("in_reply_to", "https://evil.example/2"),
        ("published", old),
    ];
    arena.gets(&[303], "a form with more", &form("/write/post", &editor, with(&rich))).await?;
    let token = arena.token().await?.to_owned();
    let object = json!({
        "type": "Note", "content": "<p>Mit zu vielen Feldern</p>", "id": "https://evil.example/1", "url": "https://evil.example/1",
        "attributedTo": "https://evil.example/@x", "published": old, "updated": old, "held": true, "author": "x", "local": false,
        "likes": { "totalItems": 1_000_000 }, "to": [PUBLIC], "generator": "x", "featured": true,
    });
    arena.act(&object).await?;
    let whole = json!({ "type": "Create", "id": "https://evil.example/3", "published": old, "object": object });
    arena.act(&whole).await?;
    let quarter = arena.look().await?.rows("actors", arena.id());
    let kept = arena.look().await?.rows("posts", "Mit zu vielen Feldern");
    ensure!(kept.len() == 3, "{kept:?}");
    for post in &kept {
        let ours =
            ["url", "page"].iter().all(|name| post[*name].as_str().is_some_and(|url| url.starts_with(&arena.url(""))));
        let fresh = post["published_at"].as_i64().is_some_and(|at| at > 1_700_000_000_000);
        ensure!(ours && fresh && post["held"] == 0 && post["author"] == quarter[0]["id"], "{post}");
    }
    let before = arena.look().await?;
    let mut actor = arena.actor.clone();
    (actor["name"], actor["publicKey"]["publicKeyPem"]) = (json!("Übernommen"), json!(""));
    for (kind, by, object) in [("Update", arena.id(), actor), ("Create", "https://evil.example/@x", object)] {
        let activity = json!({ "type": kind, "actor": by, "object": object }).to_string();
        let post = Request::post(&format!("/@{handle}/outbox"), &arena.host, activity)?;
        arena.gets(&[400, 403, 404], kind, &post.with("authorization", &format!("Bearer {token}"))).await?;
    }
    before.same(arena).await
}

async fn acc_17_fifty_at_once(arena: &Arena) -> Result<()> {
    let (peer, token) = (arena.host("gedraenge"), arena.token().await?.to_owned());
    let event = json!({
        "type": "Event", "name": "Nur ein Platz", "startTime": moment(48), "endTime": moment(50), "joinMode": "free",
        "maximumAttendeeCapacity": 1, "to": [PUBLIC],
    });
    let event = arena.publish(&event).await?;
    let join = |number: usize| {
        let name = format!("gast{number}");
        peer.serve(&format!("/{name}"), Page::json(&peer.document(&name)));
        arena.letter(&peer, &name, &peer.activity(&name, "Join", event.as_str()))
    };
    let letters = (0..50).map(join).collect::<Result<Vec<_>>>()?;
    for answer in try_join_all(letters.iter().map(|letter| arena.send_slowly(letter))).await? {
        ensure!(answer.status == 202, "{answer:?}");
    }
    let look = arena.look().await?;
    let seats = |state: &str| look.rows("participations", &format!("\"state\":\"{state}\"")).len();
    ensure!(
        (seats("confirmed"), seats("queued")) == (1, 49),
        "{} have it, {} wait",
        seats("confirmed"),
        seats("queued")
    );
    let heard = |kind: &str| {
        let bodies = peer.asked().into_iter().map(|one| String::from_utf8_lossy(&one.body).into_owned());
        bodies.filter(|body| body.contains(&format!("\"type\":\"{kind}\""))).count()
    };
    let all = async || Ok((heard("Accept") + heard("TentativeAccept") == 50).then_some(()));
    wait::until("fifty answers", Duration::from_secs(30), all).await?;
    ensure!(heard("Accept") == 1, "{} were told that they have a seat", heard("Accept"));

    let link = arena.form(&arena.sign_in_link("eilig@example.org", "member").await?, "", &[]);
    let link = link.with("x-forwarded-for", "192.0.2.50");
    let twenty = std::iter::repeat_n(&link, 20).map(|request| arena.send_slowly(request));
    let statuses: Vec<u16> = try_join_all(twenty).await?.iter().map(|answer| answer.status).collect();
    ensure!(statuses.iter().filter(|status| **status == 303).count() == 1, "{statuses:?}");

    let admin = arena.sign_in("einladende@example.org", "admin").await?;
    let slip = arena.form("/editors/people", &admin, &[("name", "Wer zuerst kommt"), ("do", "slip")]);
    let slip = arena.gets(&[200], "a slip", &slip).await?.body;
    let code = slip.split("slip-code\"><strong>").nth(1).and_then(|part| part.split('<').next()).context("a code")?;
    let guest = |number: usize| {
        let email = format!("gast{number}@example.org");
        let fields = [("code", code), ("name", "Gast"), ("email", email.as_str()), ("agree", "yes"), ("age", "yes")];
        arena.form("/welcome", "", &fields).with("x-forwarded-for", "192.0.2.51")
    };
    let guests: Vec<Request> = (0..20).map(guest).collect();
    let answers = try_join_all(guests.iter().map(|request| arena.send_slowly(request))).await?;
    let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    ensure!(statuses.iter().filter(|status| **status == 303).count() == 1, "{statuses:?}");
    ensure!(statuses.iter().all(|status| matches!(status, 303 | 422)), "{statuses:?}");
    let made = arena.look().await?.rows("accounts", "\"name\":\"Gast\"").len();
    ensure!(made == 1, "{made} accounts were made");

    let note = arena.note("<p>Hin und her</p>").await?;
    let change = |number: usize| {
        let object =
            json!({ "type": "Note", "id": note, "content": format!("<p>Fassung {number}</p>"), "to": [PUBLIC] });
        let activity = if number == 5 {
            json!({ "type": "Delete", "object": note })
        } else {
            json!({ "type": "Update", "object": object })
        };
        let post = Request::post(&format!("/@{}/outbox", arena.quarter.handle), &arena.host, activity.to_string())?;
        Ok(post.with("authorization", &format!("Bearer {token}")))
    };
    let changes = (0..10).map(change).collect::<Result<Vec<_>>>()?;
    for answer in try_join_all(changes.iter().map(|request| arena.send_slowly(request))).await? {
        ensure!(matches!(answer.status, 201 | 404), "{answer:?}");
    }
    ensure!(arena.look().await?.rows("posts", &note).is_empty(), "it is still there");
    let path = note.trim_start_matches(&arena.url("")).to_owned();
    ensure!(arena.document(&path).await?.status == 410, "and is said to be gone");
    Ok(())
}

/// Fails if anybody but its owner may do anything with what lies in `folder`.
fn is_private(folder: &Path) -> Result<usize> {
    let mut count = 0;
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let mode = std::fs::metadata(&path)?.permissions().mode() & 0o777;
        ensure!(mode | 0o700 == 0o700, "{} has the mode {mode:o}", path.display());
        count += 1 + if path.is_dir() { is_private(&path)? } else { 0 };
    }
    Ok(count)
}

async fn sup_02_what_others_on_the_machine_may_read(arena: &Arena) -> Result<()> {
    let gif = b"GIF89a\x01\0\x01\0\x80\0\0\xff\xff\xff\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";
    ensure!(arena.upload("; filename=\"a.gif\"", gif).await?.status == 201, "a picture");
    let data = arena.quarter.database().parent().context("a folder")?.to_owned();
    ensure!(is_private(&data)? >= 6, "the database, its helpers, the lock and a picture lie in {}", data.display());

    let mut loud = Quarter::prepare("Laut", &[("QUARTIER_SERVER_LOG", "trace")])?;
    let data = loud.database().parent().context("a folder")?.to_owned();
    std::fs::remove_dir(&data)?;
    loud.spawn()?;
    loud.ready().await?;
    let mode = std::fs::metadata(&data)?.permissions().mode() & 0o777;
    ensure!(mode == 0o700, "a folder of our own making has the mode {mode:o}");
    is_private(&data)?;
    let token = loud.editor().await?;
    loud.publish(&token, &json!({ "type": "Note", "content": "<p>Hallo</p>" })).await?;
    let printed = loud.account("kanarie@example.org", "editor").await?;
    let link = printed.split_whitespace().find(|word| word.contains("/sign-in/link/")).context("a link")?.to_owned();
    let answer = loud.client.post(&link).header("origin", loud.url("")?.trim_end_matches('/')).send().await?;
    let cookie = answer.headers().get("set-cookie").context("a cookie")?.to_str()?.to_owned();
    let secret = |text: &str, from: char, to: char| -> String {
        text.rsplit(from).next().unwrap_or_default().split(to).next().unwrap_or_default().to_owned()
    };
    let cookie = secret(cookie.split(';').next().unwrap_or_default(), '=', ';');
    let form = loud.client.post(loud.url("/sign-in")?).header("origin", loud.url("")?.trim_end_matches('/'));
    let form = form.header("content-type", "application/x-www-form-urlencoded");
    form.body("email=kanarie%40example.org").send().await?;
    let log = loud.whole_log();
    ensure!(log.contains("DEBUG"), "it logs more than it does for operators");
    for secret in [token.as_str(), &secret(&link, '/', ' '), &cookie, "kanarie@example", "PRIVATE KEY"] {
        let line = log.lines().find(|line| line.contains(secret));
        ensure!(line.is_none(), "{secret} stands in the log: {line:?}");
    }
    Ok(())
}
