//! ORI, SSRF and MED, the rows about pictures: what is uploaded here, and what of others is shown.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tests::attacker::Page;
use tests::wire::{Answer, Request};

use crate::arena::{Arena, Family};
use crate::book::attacks;
use crate::privacy::path;

static FAMILY: Family = Family::new("Bilder");

attacks! { FAMILY;
    ori_04_uploads_that_speak_for_us: "Activities, pages, drawings and archives uploaded as pictures: refused. A photo with a page behind it: encoded anew; under its address there is a picture that nothing runs in, whatever is asked for, and nothing under any other.",
    ssrf_10_pictures_from_where_a_reader_wants: "Addresses, hosts and line ends added to the address of a copy: nothing but what stands with the post is fetched. Pictures at inner addresses, behind redirects there, and what is none: 404, asked for once.",
    med_05_names_that_are_paths: "Paths up, absolute, with NUL, of devices, of 5000 letters as names of files, and in addresses: files have names of our own, below our folder.",
    med_06_what_was_deleted: "A post with a picture deleted here and at a neighbour's: every size of it is gone at once. What was uploaded and never published is shown to nobody.",
}

/// One white pixel.
const GIF: &[u8] =
    b"GIF89a\x01\0\x01\0\x80\0\0\xff\xff\xff\0\0\0!\xf9\x04\0\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";

/// The path of a picture that was taken in, and what to attach.
async fn uploaded(arena: &Arena, head: &str, file: &[u8]) -> Result<(String, Value)> {
    let answer = arena.upload(head, file).await?;
    ensure!(answer.status == 201, "{head}: {answer:?}");
    let image: Value = serde_json::from_str(&answer.body)?;
    let url = image["url"].as_str().or_else(|| image["url"][0]["href"].as_str()).context("an address")?;
    Ok((url.trim_start_matches(&arena.url("")).to_owned(), image))
}

/// A note of ours with a picture; its id and the paths of both sizes.
async fn pictured(arena: &Arena, words: &str) -> Result<(String, [String; 2])> {
    let (large, image) = uploaded(arena, "; filename=\"a.gif\"", GIF).await?;
    let note = json!({ "type": "Note", "content": format!("<p>{words}</p>"), "attachment": [image] });
    let small = large.replacen('.', ".small.", 1);
    Ok((arena.publish(&note).await?, [large, small]))
}

fn is_harmless(answer: &Answer) -> Result<()> {
    let header = |name: &str| answer.header(name);
    ensure!(matches!(header("content-type"), "image/jpeg" | "image/png"), "{}", header("content-type"));
    ensure!(header("x-content-type-options") == "nosniff", "{:?}", answer.headers);
    ensure!(header("content-security-policy") == "default-src 'none'; sandbox", "{:?}", answer.headers);
    ensure!(header("content-disposition").starts_with("inline; filename=\""), "{:?}", answer.headers);
    Ok(())
}

async fn ori_04_uploads_that_speak_for_us(arena: &Arena) -> Result<()> {
    let activity = json!({ "id": arena.id(), "type": "Group", "inbox": "https://evil.example/" }).to_string();
    let table = [
        ("a.json", activity.as_bytes()),
        ("a.png", activity.as_bytes()),
        ("a.html", b"<!doctype html><script>alert(1)</script>".as_slice()),
        ("a.svg", b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>".as_slice()),
        ("a.gif", b"GIF89a/*\x01\0*/=1;alert(1)//".as_slice()),
        ("a.zip", b"PK\x03\x04\x14\0\0\0".as_slice()),
        ("a.m3u8", b"#EXTM3U\nfile:///etc/passwd".as_slice()),
        ("a.jpg", b"".as_slice()),
    ];
    arena.token().await?;
    let before = arena.look().await?;
    for (name, file) in table {
        for kind in ["", "\r\nContent-Type: image/png", "\r\nContent-Type: application/activity+json"] {
            let answer = arena.upload(&format!("; filename=\"{name}\"{kind}"), file).await?;
            ensure!((400..500).contains(&answer.status), "{name}: {answer:?}");
        }
    }
    before.same(arena).await?;
    let page = [GIF, b"<script>alert(1)</script>", activity.as_bytes()].concat();
    let (large, image) = uploaded(arena, "; filename=\"a.html\"\r\nContent-Type: text/html", &page).await?;
    arena.publish(&json!({ "type": "Note", "content": "<p>Mit Bild</p>", "attachment": [image] })).await?;
    for accept in ["text/html", "application/activity+json", "application/ld+json", "image/svg+xml", "*/*", ""] {
        for query in ["", "?format=json", "?x=.html"] {
            let ask = Request::get(&format!("{large}{query}"), &arena.host).with("accept", accept);
            let answer = arena.gets(&[200], accept, &ask).await?;
            is_harmless(&answer)?;
            ensure!(!answer.body.contains("script") && !answer.body.contains("inbox"), "{}", answer.body);
        }
    }
    let id = large.split('.').next().unwrap_or_default();
    for ending in ["", ".html", ".json", ".svg", ".gif", ".JPG", ".jpg.html", "/a.html", ".large.jpg", "%00.html"] {
        arena.gets(&[400, 404], ending, &Request::get(&format!("{id}{ending}"), &arena.host)).await?;
    }
    Ok(())
}

/// The path of our copy of the picture of a post by a friend.
async fn copied(arena: &Arena, words: &str, picture: &str) -> Result<(Value, String)> {
    let friend = arena.friend().await?;
    let mut note = friend.note("mallory", &format!("<p>{words}</p>"));
    note["attachment"] = json!([{ "type": "Image", "mediaType": "image/gif", "url": picture, "name": "Bild" }]);
    arena.deliver(friend, "mallory", &friend.activity("mallory", "Create", note.clone())).await?;
    let rows = arena.look().await?.rows("attachments", picture);
    let row = rows.first().with_context(|| format!("{picture} is kept"))?;
    Ok((note, path("media/remote", row)))
}

async fn ssrf_10_pictures_from_where_a_reader_wants(arena: &Arena) -> Result<()> {
    let (friend, victim) = (arena.friend().await?, arena.host("opfer"));
    for (path, page) in [
        ("/bild.gif", Page::of("image/gif", GIF)),
        ("/seite.gif", Page::of("text/html", "<script>alert(1)</script>")),
        ("/fort.gif", Page::redirect(302, &format!("http://127.0.0.1:{}/", arena.port))),
        ("/zu.gif", Page::redirect(302, "file:///etc/passwd")),
        ("/endlos.gif", Page::of("image/gif", vec![0; 64 * 1024]).endless()),
    ] {
        friend.serve(path, page);
    }
    let (_, copy) = copied(arena, "Mit Bild", &friend.url("/bild.gif")).await?;
    let wanted = victim.url("/innen");
    let encoded = wanted.replace(':', "%3A").replace('/', "%2F");
    for path in [
        format!("{copy}?url={encoded}"),
        format!("{copy}?file_type=jpg%26proxy={encoded}"),
        format!("{copy}.small?url={wanted}"),
        format!("{copy}?x=%0d%0aHost:%20{}", victim.host),
    ] {
        let answer = arena.send_slowly(&Request::get(&path, &arena.host)).await?;
        ensure!(answer.status == 200, "{path}: {answer:?}");
        is_harmless(&answer)?;
    }
    for path in [
        format!("/media/remote/{encoded}"),
        format!("/media/remote/{wanted}"),
        format!("/media/remote/?url={encoded}"),
        format!("{copy}%00.jpg"),
        format!("{copy}%0d%0aX:%20y"),
        format!("{copy}/..%2f..%2fquartier.db"),
        format!("{copy}@{}", victim.host),
    ] {
        arena.gets(&[400, 404], &path, &Request::get(&path, &arena.host)).await?;
    }
    ensure!(victim.asked().is_empty() && friend.hits("/bild.gif") == 1, "{:?}", victim.asked());

    let log = arena.quarter.whole_log().len();
    for address in [
        friend.url("/seite.gif"),
        friend.url("/fort.gif"),
        friend.url("/zu.gif"),
        friend.url("/endlos.gif"),
        format!("http://127.0.0.1:{}/health/ready", arena.port),
        format!("http://[::1]:{}/x", arena.port),
        "https://169.254.169.254/latest/meta-data/".to_owned(),
        "https://10.0.0.1/x.gif".to_owned(),
    ] {
        let (_, copy) = copied(arena, "Ohne Bild", &address).await?;
        for _ in 0..3 {
            let answer = arena.send_slowly(&Request::get(&copy, &arena.host)).await?;
            ensure!(answer.status == 404, "{address}: {answer:?}");
        }
        let path = address.strip_prefix(&friend.url("")).unwrap_or("/nowhere");
        ensure!(friend.hits(path) <= 1, "{address} was asked for {} times", friend.hits(path));
    }
    let said = arena.quarter.whole_log();
    ensure!(!said.get(log..).unwrap_or_default().contains("root:"), "a file was read");
    Ok(())
}

/// Every file and folder below `folder`, by its path from there.
fn below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(below(&path)?);
        }
        found.push(path);
    }
    Ok(found)
}

async fn med_05_names_that_are_paths(arena: &Arena) -> Result<()> {
    let data = arena.quarter.database().parent().context("a folder")?.to_owned();
    let outside = data.parent().context("a folder above")?.to_owned();
    let around = || -> Result<Vec<PathBuf>> {
        Ok(below(&outside)?.into_iter().filter(|path| !path.starts_with(&data)).collect())
    };
    let before = around()?;
    let long = "a".repeat(5000);
    for name in [
        "../../../../tmp/quartier.gif",
        "..\\..\\quartier.db",
        "/etc/cron.d/quartier",
        "C:\\autoexec.bat",
        "CON",
        "NUL.gif",
        "a\0.gif",
        ".",
        "..",
        "",
        "quartier.db",
        "%2e%2e%2fquartier.db",
        "A.GIF",
        "a.gif",
        long.as_str(),
    ] {
        let answer = arena.upload(&format!("; filename=\"{name}\""), GIF).await?;
        ensure!(matches!(answer.status, 201 | 400), "{name:?}: {answer:?}");
    }
    ensure!(around()? == before, "something lies outside the data folder");
    for file in below(&data.join("media"))?.into_iter().filter(|path| path.is_file()) {
        let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let plain = name.trim_end_matches(".png").trim_end_matches(".jpg").trim_end_matches(".small");
        ensure!(plain.len() == 36 && plain.chars().all(|c| c.is_ascii_hexdigit() || c == '-'), "{}", file.display());
    }
    for start in ["/media/", "/media/remote/", "/assets/", "/"] {
        for up in ["../", "..%2f", "%2e%2e/", "%2e%2e%2f", "..%5c", "....//", "%252e%252e%252f", "..;/"] {
            for file in ["quartier.db", "quartier.lock", "etc/passwd"] {
                let target = format!("{start}{}{file}", up.repeat(6));
                let answer = arena.gets(&[400, 404], &target, &Request::get(&target, &arena.host)).await?;
                ensure!(!answer.body.contains("SQLite format") && !answer.body.contains("root:"), "{target}");
            }
        }
    }
    Ok(())
}

async fn med_06_what_was_deleted(arena: &Arena) -> Result<()> {
    let (note, sizes) = pictured(arena, "Bald wieder fort").await?;
    for path in &sizes {
        arena.gets(&[200], "before", &Request::get(path, &arena.host)).await?;
    }
    arena.act(&json!({ "type": "Delete", "object": note })).await?;
    for path in &sizes {
        arena.gets(&[404, 410], "after", &Request::get(path, &arena.host)).await?;
    }
    let (loose, _) = uploaded(arena, "; filename=\"a.gif\"", GIF).await?;
    let other = arena.sign_in("nachbar@example.org", "editor").await?;
    for path in [loose.clone(), loose.replacen('.', ".small.", 1)] {
        arena.gets(&[404], "nobody's yet", &Request::get(&path, &arena.host)).await?;
        let answer = arena.page_for(&other, &path).await?;
        ensure!(answer.status == 404, "another editor sees it: {answer:?}");
    }

    let friend = arena.friend().await?;
    friend.serve("/weg.gif", Page::of("image/gif", GIF));
    let (theirs, copy) = copied(arena, "Bald fort", &friend.url("/weg.gif")).await?;
    for path in [copy.clone(), format!("{copy}.small")] {
        let answer = arena.send_slowly(&Request::get(&path, &arena.host)).await?;
        ensure!(answer.status == 200, "before: {answer:?}");
    }
    let delete = friend.activity("mallory", "Delete", theirs["id"].as_str().unwrap_or_default());
    arena.deliver(friend, "mallory", &delete).await?;
    for path in [copy.clone(), format!("{copy}.small")] {
        arena.gets(&[404, 410], "after", &Request::get(&path, &arena.host)).await?;
    }
    ensure!(friend.hits("/weg.gif") == 1, "and nobody is asked again");
    Ok(())
}
