//! Reports and what editors make of them: forged, endless, about what is hidden, and about what must go at once.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tests::attacker::{PUBLIC, Page, Peer};
use tests::wait;
use tests::wire::{Answer, Request};

use crate::arena::{Arena, Family};
use crate::book::attacks;
use crate::privacy::{draft, everything, path};

static FAMILY: Family = Family::new("Ordnung");

attacks! { FAMILY;
    own_10_reports_in_anothers_name: "A report in another's name, on the same host and on another: 401. Of ten thousand objects those are kept that stand here; nobody is asked, and nobody is answered.",
    prv_07_questions_about_what_is_hidden: "Drafts and held answers reported, liked, passed on, quoted, joined: as if they were not there, and not a word of them goes out.",
    abu_05_reports_without_an_end: "A hundred reports by one actor about one thing: one. By a hundred actors of one host: fifty. By form: five in an hour. What is passed on names neither the reporter nor its words.",
    abu_06_what_must_go_at_once: "Somebody's address in a neighbour's post and event and in a post of ours: one word of an editor and it is off every page, feed and document within a second, does not come back, and the log says who decided.",
}

fn flag(peer: &Peer, name: &str, about: impl Into<Value>) -> Value {
    let mut flag = peer.activity(name, "Flag", about);
    flag["content"] = json!("<p>Das stimmt nicht.</p>");
    flag
}

async fn own_10_reports_in_anothers_name(arena: &Arena) -> Result<()> {
    let (peer, other) = (arena.host("melder"), arena.host("anderswo"));
    let ours = arena.note("<p>Gemeldet</p>").await?;
    let before = arena.look().await?;
    for (what, by) in [("of the same host", &peer), ("of another host", &other)] {
        let forged = flag(by, "alice", ours.as_str()).to_string();
        let forged = Request::post("/inbox", &arena.host, forged)?.signed(&peer.key, &peer.key_id("mallory"))?;
        arena.gets(&[401], what, &forged).await?;
    }
    // Whose name it was had to be asked for her key.
    before.grew(arena, &["actors"]).await?;
    let mut objects = vec![json!({ "type": "Note", "id": ours, "content": "erfunden" }), json!(arena.id())];
    objects.extend((0..10_000).map(|number| json!(other.url(&format!("/{number}")))));
    let mut report = flag(&peer, "mallory", objects);
    (report["attributedTo"], report["to"]) = (json!(other.actor("alice")), json!([other.actor("alice"), PUBLIC]));
    arena.deliver(&peer, "mallory", &report).await?;
    before.grew(arena, &["actors", "received", "reports"]).await?;
    let after = arena.look().await?;
    let (kept, by) = (after.rows("reports", &ours), after.rows("actors", &peer.actor("mallory")));
    ensure!(kept.len() == 1 && by.len() == 1 && kept[0]["reporter"] == by[0]["id"], "{kept:?}");
    ensure!(kept[0]["objects"] == format!("{ours}\n{}", arena.id()) && kept[0]["target"] == ours, "{kept:?}");
    ensure!(!kept[0].to_string().contains("erfunden"), "what it says of ours is not read");
    ensure!(other.asked().is_empty() && peer.asked().iter().all(|one| one.method == "GET"), "{:?}", peer.asked());
    Ok(())
}

/// A held answer to something of ours; its id and the path it would have.
async fn held(arena: &Arena, words: &str) -> Result<(String, String)> {
    let (ours, stranger) = (arena.note("<p>Wer weiß etwas?</p>").await?, arena.host("fremd"));
    let mut reply = stranger.note("mallory", &format!("<p>{words}</p>"));
    reply["inReplyTo"] = json!(ours);
    arena.deliver(&stranger, "mallory", &stranger.activity("mallory", "Create", reply.clone())).await?;
    let id = reply["id"].as_str().unwrap_or_default().to_owned();
    let rows = arena.look().await?.rows("posts", &id);
    Ok((id, path("posts", rows.first().context("a held answer")?)))
}

async fn prv_07_questions_about_what_is_hidden(arena: &Arena) -> Result<()> {
    let hidden = draft(arena, "Geheimsache").await?;
    let (held_id, held_path) = held(arena, "Geheimsache").await?;
    let none = "0199a0e2-0000-7000-8000-000000000000";
    for (there, nowhere) in [(&hidden, format!("/events/{none}")), (&held_path, format!("/posts/{none}"))] {
        for method in ["GET", "POST"] {
            let ask = async |path: &str| -> Result<Answer> {
                let form = arena.form(&format!("{path}/report"), "", &[("reason", "Das will ich sehen.")]);
                arena.send(&Request { method: method.to_owned(), ..form }).await
            };
            let (shown, missing) = (ask(there).await?, ask(&nowhere).await?);
            ensure!(shown.status == 404 && missing.status == 404, "{method} {there}: {shown:?}");
            ensure!(shown.body.replace(there.as_str(), "") == missing.body.replace(&nowhere, ""), "{}", shown.body);
        }
    }
    let peer = arena.host("neugierig");
    let mut told = Vec::new();
    for about in [arena.url(&hidden), arena.url(&held_path), held_id, arena.url(&format!("/events/{none}"))] {
        for kind in ["Flag", "Like", "Announce", "Join", "QuoteRequest", "Invite"] {
            let mut activity = peer.activity("mallory", kind, about.as_str());
            activity["instrument"] = json!(peer.fresh("/notes"));
            activity["target"] = json!(peer.actor("alice"));
            arena.gets(&[202, 400], kind, &arena.letter(&peer, "mallory", &activity)?).await?;
            told.push(activity["id"].as_str().unwrap_or_default().to_owned());
        }
    }
    arena.deliver(&peer, "mallory", &peer.activity("mallory", "Follow", arena.id())).await?;
    let answered = async || Ok((peer.hits("/mallory/inbox") > 0).then_some(()));
    wait::until("the answer to a follow, behind which nothing else waits", Duration::from_secs(15), answered).await?;
    for asked in peer.asked() {
        let body = String::from_utf8_lossy(&asked.body).into_owned();
        ensure!(!body.contains("Geheimsache") && !told.iter().any(|id| body.contains(id)), "it was told {body}");
    }
    ensure!(!everything(arena).await?.contains("Geheimsache"), "it is listed");
    Ok(())
}

async fn abu_05_reports_without_an_end(arena: &Arena) -> Result<()> {
    let (friend, peer) = (arena.friend().await?, arena.host("flut"));
    let ours = arena.note("<p>Oft gemeldet</p>").await?;
    for _ in 0..100 {
        arena.deliver(&peer, "mallory", &flag(&peer, "mallory", ours.as_str())).await?;
    }
    let of = async |host: &Peer| -> Result<usize> { Ok(arena.look().await?.rows("reports", &host.host).len()) };
    ensure!(of(&peer).await? == 1, "{} reports of one actor", of(&peer).await?);
    for number in 0..100 {
        let name = format!("melder{number}");
        peer.serve(&format!("/{name}"), Page::json(&peer.document(&name)));
        let letter = arena.letter(&peer, &name, &flag(&peer, &name, ours.as_str()))?;
        ensure!(arena.send_slowly(&letter).await?.status == 202);
    }
    ensure!(of(&peer).await? == 50, "{} reports of one host", of(&peer).await?);

    let note = friend.note("mallory", "<p>Umstritten</p>");
    arena.deliver(friend, "mallory", &friend.activity("mallory", "Create", note.clone())).await?;
    let row = arena.look().await?.rows("posts", note["id"].as_str().unwrap_or_default());
    let form = format!("{}/report", path("posts", row.first().context("the post")?));
    let fields = [("reason", "Meine Worte bleiben hier."), ("name", "Kanarienvogel"), ("email", "vogel@nord.example")];
    let mut statuses = Vec::new();
    for spelling in ["", "", "?x=1", "", "", "?y", "", ""] {
        let one = arena.form(&format!("{form}{spelling}"), "", &fields);
        // The same house, by any other name.
        let one = one.with("x-forwarded-for", "2001:db8:5:5::1");
        statuses.push(arena.gets(&[200, 429], "a report", &one).await?.status);
    }
    ensure!(statuses.iter().filter(|status| **status == 200).count() == 5, "{statuses:?}");
    let rows = arena.look().await?.rows("reports", "Kanarienvogel");
    let report = path("reports", rows.first().context("a report")?).trim_start_matches("/reports/").to_owned();
    let editor = arena.sign_in("ordnung@example.org", "editor").await?;
    let decided = [("report", report.as_str()), ("do", "forward"), ("reason", "Bitte ansehen.")];
    arena.gets(&[303], "passing it on", &arena.form("/editors/reports", &editor, &decided)).await?;
    let passed = async || {
        let asked = friend.asked().into_iter().map(|one| String::from_utf8_lossy(&one.body).into_owned());
        Ok(asked.into_iter().find(|body| body.contains("\"Flag\"")))
    };
    let told = wait::until("the report at the neighbour's", Duration::from_secs(15), passed).await?;
    ensure!(told.contains("Bitte ansehen.") && told.contains(&arena.url("/actor")), "{told}");
    for secret in ["Kanarienvogel", "vogel@", "Meine Worte", "ordnung@"] {
        ensure!(!told.contains(secret), "{secret} went out: {told}");
    }
    Ok(())
}

async fn abu_06_what_must_go_at_once(arena: &Arena) -> Result<()> {
    let friend = arena.befriend("plaudertasche").await?;
    let editor = arena.sign_in("wache@example.org", "editor").await?;
    let home = "Kanarienweg 17";
    let (note, event) =
        (friend.note("mallory", &format!("<p>Sie wohnt im {home}.</p>")), friend.event("mallory", home));
    for object in [&note, &event] {
        arena.deliver(&friend, "mallory", &friend.activity("mallory", "Create", object.clone())).await?;
    }
    let ours = arena.note(&format!("<p>Ja, {home}.</p>")).await?;
    ensure!(everything(arena).await?.matches(home).count() >= 3, "it is there first");
    for (table, id) in
        [("posts", note["id"].as_str()), ("events", event["id"].as_str()), ("posts", Some(ours.as_str()))]
    {
        let id = id.context("an id")?;
        let rows = arena.look().await?.rows(table, id);
        let page = path(table, rows.first().with_context(|| format!("{id} is kept"))?);
        let told = arena.form(&format!("{page}/report"), "", &[("reason", "Meine Adresse!")]);
        arena.gets(&[200], "a report", &told.with("x-forwarded-for", "192.0.2.7")).await?;
        let waiting = arena.look().await?.rows("reports", id);
        let report = path("reports", waiting.first().context("a report")?).trim_start_matches("/reports/").to_owned();
        let began = Instant::now();
        let decided = [("report", report.as_str()), ("do", "remove"), ("reason", "Schutz einer Anwohnerin")];
        arena.gets(&[303], "an editor's word", &arena.form("/editors/reports", &editor, &decided)).await?;
        let gone = arena.page(&page).await?;
        ensure!(matches!(gone.status, 404 | 410) && !gone.body.contains(home), "{gone:?}");
        ensure!(began.elapsed() < Duration::from_secs(1), "it took {:?}", began.elapsed());
        for ending in ["", "/calendar.ics", "/report", "/replies"] {
            let page = arena.document(&format!("{page}{ending}")).await?.body + &arena.page(&page).await?.body;
            ensure!(!page.contains(home), "{page}");
        }
    }
    for kind in ["Create", "Update", "Announce"] {
        for object in [&note, &event] {
            arena.deliver(&friend, "mallory", &friend.activity("mallory", kind, object.clone())).await?;
        }
    }
    let all = everything(arena).await?;
    let left: Vec<&str> = all.lines().filter(|line| line.contains(home)).collect();
    ensure!(left.is_empty(), "still there: {left:#?}");
    let log = arena.page_for(&editor, "/editors/reports").await?.body;
    ensure!(log.matches("Schutz einer Anwohnerin").count() == 3 && log.contains("wache@example.org"), "{log}");
    Ok(())
}
