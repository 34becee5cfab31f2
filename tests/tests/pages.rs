//! Pages in a real browser: read and written on a telephone and at a desk, also by those who cannot see them.

use std::io::Write;
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use tests::browser;
use tests::mailbox::Mailbox;
use tests::process;
use tests::quarter::Quarter;
use tests::scenery;

/// Neighbours at the first word, as in the demo.
const OPEN: (&str, &str) = ("QUARTIER_NEIGHBOURS_ACCEPT", "automatic");

/// Walks the pages from the home page at both widths; fails on the first that is not in order.
async fn walk(quarter: &Quarter, name: &str, sign_in: Option<&str>) -> Result<Option<Value>> {
    walk_past(quarter, name, json!({ "signIn": sign_in })).await
}

/// As [`walk`], with what else the script `pages` is told.
#[expect(clippy::indexing_slicing, reason = "a member that a JSON value does not have is null, no panic")]
async fn walk_past(quarter: &Quarter, name: &str, mut words: Value) -> Result<Option<Value>> {
    (words["base"], words["name"]) = (json!(quarter.base), json!(name));
    words["screenshots"] = json!(browser::screenshots());
    let Some(found) = browser::run("pages", &words).await? else { return Ok(None) };
    let problems = found["problems"].as_array().context("problems")?;
    assert!(problems.is_empty(), "{}", serde_json::to_string_pretty(problems)?);
    Ok(Some(found))
}

fn walked(found: &Value, path: &str) -> bool {
    found["pages"]
        .as_array()
        .is_some_and(|pages| pages.iter().any(|page| page.as_str().is_some_and(|page| page.contains(path))))
}

/// The link in what a command or a letter says.
fn link(text: &str) -> Result<&str> {
    text.split_whitespace().find(|word| word.starts_with("http://")).context("no link")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_typed_into_the_form_stands_at_the_neighbour_and_every_page_is_in_order() -> Result<()> {
    let nord = Quarter::start_with("nord", &[OPEN]).await?;
    let sued = Quarter::start_with("sued", &[OPEN]).await?;
    nord.cli(&["neighbours", "invite", &sued.address()]).await?;
    let sign_in = nord.account("mira@example.org", "editor").await?;
    let words = json!({
        "base": nord.base, "signIn": link(&sign_in)?, "other": sued.url("/")?, "title": "Repair-Café für Räder",
        "screenshots": browser::screenshots(),
    });
    let Some(done) = browser::run("publish", &words).await? else { return Ok(()) };
    assert!(done["seen"].as_u64().is_some_and(|after| after < 5000), "two seconds on a quiet machine: {done}");

    walk(&sued, "sued", None).await?;
    let sign_in = nord.account("mira@example.org", "editor").await?;
    let found = walk(&nord, "nord", Some(link(&sign_in)?)).await?.context("the browser was there")?;
    let event = done["path"].as_str().context("no path")?;
    assert!(walked(&found, event), "the walk came past the new event: {found:#}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_state_that_the_pages_have_words_for_is_in_order() -> Result<()> {
    let nord = Quarter::start("nord").await?;
    let built = scenery::build(&nord).await?;
    scenery::knock(&nord).await?;
    let errors = json!({ "/gibt-es-nicht": 404, "/editors": 401, "/language": 405 });
    let words = json!({ "paths": built.open, "errors": errors, "most": 36 });
    let Some(found) = walk_past(&nord, "states", words).await? else {
        return Ok(());
    };
    let places = ["/places", "/places/buergerhaus-am-teich", "/places?access=step_free", "/rooms", "/map", "/map?z=17"];
    let words = json!({ "paths": places, "most": places.len() + 1 });
    let directory = walk_past(&nord, "places", words).await?.context("the browser was there")?;
    assert!(places.iter().all(|path| walked(&directory, path)), "{directory:#}");
    assert!(built.open.iter().all(|path| walked(&found, path)), "{found:#}");
    let sign_in = nord.account("mira@example.org", "editor").await?;
    let token = nord.cli(&["account", "token", "--email", "mira@example.org"]).await?;
    nord.publish(&token, &json!({ "type": "Note", "content": "Das wartet auf den Hafen." })).await?;
    scenery::fail(&nord).await?;
    let wrong = |path: &str, fields: Value| json!({ "path": path, "fields": fields });
    let forms = [
        wrong(&built.participants, json!({ "address": "anna" })),
        wrong("/neighbours", json!({ "address": "anna" })),
        wrong("/@repaircafe/edit", json!({ "website": "javascript:alert(1)" })),
        wrong("/editors/blocks", json!({ "target": "kein Server" })),
        wrong(&format!("{}/move", built.event), json!({ "day": "" })),
        wrong("/write/place", json!({ "place": "Haus", "hours": "immer" })),
    ];
    let edit = "/places/buergerhaus-am-teich/edit".to_owned();
    let pages: Vec<&String> = built.desk.iter().chain([&built.participants, &built.event, &edit]).collect();
    let words = json!({ "paths": pages, "forms": forms, "signIn": link(&sign_in)?, "most": 43 });
    let found = walk_past(&nord, "desk", words).await?.context("the browser was there")?;
    assert!(pages.iter().all(|path| walked(&found, path)), "{found:#}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_reached_by_keyboard_and_a_text_outlives_its_session() -> Result<()> {
    let nord = Quarter::start("nord").await?;
    let built = scenery::build(&nord).await?;
    let sign_in = nord.account("mira@example.org", "editor").await?;
    let paths =
        ["/", "/events", "/posts", "/neighbours", "/propose/event", "/write/event", "/editors/queue", &built.event];
    let words = json!({
        "base": nord.base, "paths": paths, "signIn": link(&sign_in)?, "title": "Lichterfest",
        "screenshots": browser::screenshots(),
    });
    let Some(done) = browser::run("keyboard", &words).await? else { return Ok(()) };
    println!("by keyboard: {done}");
    assert_eq!(done["problems"], json!([]), "{done:#}");
    assert_eq!(done["heading"], json!("Danke für Ihren Hinweis"), "{done:#}");

    let (first, again) =
        (nord.account("mira@example.org", "editor").await?, nord.account("mira@example.org", "editor").await?);
    let words = json!({
        "base": nord.base, "signIn": link(&first)?, "again": link(&again)?, "screenshots": browser::screenshots(),
        "text": "Wer hat am Sonntag \"die Leiter\" <vom Hof> gesehen?\n\nBitte bei Mira melden.",
    });
    let done = browser::run("late", &words).await?.context("the browser was there")?;
    assert_eq!(done["problems"], json!([]), "{done:#}");
    assert!(done["path"].as_str().is_some_and(|path| path.starts_with("/posts/")), "{done:#}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_inviting_people_is_in_order() -> Result<()> {
    let mail = [("QUARTIER_MAIL_HOST", "127.0.0.1"), ("QUARTIER_MAIL_PORT", "9"), ("QUARTIER_MAIL_TLS", "none")];
    let mail: Vec<_> = mail.into_iter().chain([("QUARTIER_MAIL_FROM", "termine@nord.example")]).collect();
    let nord = Quarter::start_with("nord", &mail).await?;
    let (open, own) = scenery::people(&nord).await?;
    let wrong = json!({ "path": "/welcome", "fields": { "code": "ABCD EFGH", "email": "gast@example.org" } });
    let words = json!({ "paths": open, "forms": [wrong], "most": open.len() + 1, "errors": { "/welcome/x": 410 } });
    let Some(found) = walk_past(&nord, "guest", words).await? else { return Ok(()) };
    assert!(open.iter().all(|path| walked(&found, path)), "{found:#}");
    let sign_in = nord.account("chefin@example.org", "admin").await?;
    let slip = json!({ "path": "/editors/people", "fields": { "name": "Frau Yıldız" }, "fine": true });
    let words = json!({ "paths": own, "forms": [slip], "signIn": link(&sign_in)?, "most": own.len() + 1 });
    let found = walk_past(&nord, "admin", words).await?.context("the browser was there")?;
    assert!(own.iter().all(|path| walked(&found, path)), "{found:#}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_at_the_doors_is_in_order() -> Result<()> {
    let settings = [
        ("QUARTIER_MAIL_HOST", "127.0.0.1"),
        ("QUARTIER_MAIL_PORT", "9"),
        ("QUARTIER_MAIL_TLS", "none"),
        ("QUARTIER_MAIL_FROM", "termine@nord.example"),
        ("QUARTIER_PEOPLE_SIGN_UP", "approved"),
        ("QUARTIER_FEDERATION_REPLIES", "held"),
        ("QUARTIER_EDITORS_TWO_PERSONS", "true"),
    ];
    let nord = Quarter::start_with("nord", &settings).await?;
    let built = scenery::build(&nord).await?;
    let post = built.open.iter().find_map(|path| path.strip_prefix("/posts/")).context("no post")?;
    let (open, own) = scenery::doors(&nord, post.parse()?).await?;
    let wrong = |path: &str, fields: Value| json!({ "path": path, "fields": fields });
    let forms = [
        wrong("/sign-in/password", json!({ "email": "gast@example.org", "password": "ganz falsche Wörter" })),
        wrong("/propose/post", json!({ "title": "K", "content": "Weg", "sender": "Ina", "email": "ina@example.org" })),
    ];
    let words = json!({ "paths": open, "forms": forms, "most": open.len() + 1 });
    let Some(found) = walk_past(&nord, "doors", words).await? else { return Ok(()) };
    assert!(open.iter().all(|path| walked(&found, path)), "{found:#}");
    let sign_in = nord.account("chefin@example.org", "admin").await?;
    let forms = [wrong("/account/password", json!({ "password": "passwortpasswort" }))];
    let words = json!({ "paths": own, "forms": forms, "signIn": link(&sign_in)?, "most": own.len() + 1 });
    let found = walk_past(&nord, "doors-desk", words).await?.context("the browser was there")?;
    assert!(own.iter().all(|path| walked(&found, path)), "{found:#}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_registering_is_in_order() -> Result<()> {
    let mail = [("QUARTIER_MAIL_HOST", "127.0.0.1"), ("QUARTIER_MAIL_PORT", "9"), ("QUARTIER_MAIL_TLS", "none")];
    let mail: Vec<_> = mail.into_iter().chain([("QUARTIER_MAIL_FROM", "termine@nord.example")]).collect();
    let nord = Quarter::start_with("nord", &mail).await?;
    let built = scenery::build(&nord).await?;
    let event = built.event.trim_start_matches("/events/");
    let (open, own) = scenery::registrations(&nord, event.parse()?).await?;
    let wrong = |path: String, fields: Value| json!({ "path": path, "fields": fields });
    let forms = [wrong(
        format!("/events/{event}/register"),
        json!({ "name": "Ina", "email": "ina@example.org", "persons": "1e0" }),
    )];
    let words = json!({ "paths": open, "forms": forms, "most": open.len() + 1, "errors": { "/registration/x": 410 } });
    let Some(found) = walk_past(&nord, "registering", words).await? else { return Ok(()) };
    assert!(open.iter().all(|path| walked(&found, path)), "{found:#}");
    let sign_in = nord.account("mira@example.org", "editor").await?;
    let forms = [wrong(format!("/events/{event}/registration"), json!({ "most": "4", "capacity": "1e3" }))];
    let words = json!({ "paths": own, "forms": forms, "signIn": link(&sign_in)?, "most": own.len() + 1 });
    let found = walk_past(&nord, "registering-desk", words).await?.context("the browser was there")?;
    assert!(own.iter().all(|path| walked(&found, path)), "{found:#}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn twelve_things_that_wait_are_decided_by_keyboard() -> Result<()> {
    let nord = Quarter::start("nord").await?;
    let sign_in = nord.account("mira@example.org", "editor").await?;
    let day = |number: usize| {
        format!(
            "BEGIN:VEVENT\r\nUID:{number}@verein.example\r\nDTSTAMP:20261101T120000Z\r\nSUMMARY:Probe {number}\r\n\
             DTSTART:203001{:02}T180000Z\r\nDTEND:203001{:02}T200000Z\r\nLOCATION:Vereinsheim\r\nEND:VEVENT\r\n",
            number + 1,
            number + 1,
        )
    };
    let days: String = (0..12).map(day).collect();
    let file = format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Verein//DE\r\n{days}END:VCALENDAR\r\n");
    let words = json!({
        "base": nord.base, "signIn": link(&sign_in)?, "file": file, "screenshots": browser::screenshots(),
    });
    let Some(done) = browser::run("queue", &words).await? else { return Ok(()) };
    println!("twelve things that waited: {done}");
    assert_eq!((&done["approved"], &done["declined"]), (&json!(9), &json!(3)), "{done}");
    assert!(done["keys"].as_u64().is_some_and(|keys| keys <= 48), "four keys for each: {done}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_editor_signs_in_with_every_key_there_is() -> Result<()> {
    let nord = Quarter::start("nord").await?;
    let first = nord.account("mira@example.org", "editor").await?;
    let words = json!({ "base": nord.base, "signIn": link(&first)?, "screenshots": browser::screenshots() });
    let Some(done) = browser::run("keys", &words).await? else { return Ok(()) };
    assert_eq!(done["problems"], json!([]), "{done:#}");
    assert_eq!(done["ways"], json!(["passkey", "password"]), "{done:#}");
    // A change of a key ends every link, so this one comes after.
    let again = nord.account("mira@example.org", "editor").await?;
    let words = json!({ "base": nord.base, "signIn": link(&again)?, "code": done["code"] });
    let plain = browser::run("paper", &words).await?.context("the browser was there")?;
    assert_eq!(plain["problems"], json!([]), "{plain:#}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_in_a_letter_signs_in_who_asked_for_it() -> Result<()> {
    let Some(mailbox) = Mailbox::start().await? else { return Ok(()) };
    let port = mailbox.port.to_string();
    let mail = [
        ("QUARTIER_MAIL_HOST", "127.0.0.1"),
        ("QUARTIER_MAIL_PORT", port.as_str()),
        ("QUARTIER_MAIL_TLS", "none"),
        ("QUARTIER_MAIL_FROM", "termine@nord.example"),
    ];
    let nord = Quarter::start_with("nord", &mail).await?;
    nord.account("mira@example.org", "editor").await?;
    let asked = json!({ "base": nord.base, "email": "Mira@example.org" });
    let Some(answer) = browser::run("letter", &asked).await? else { return Ok(()) };
    let letter = mailbox.letter_to("mira@example.org").await?;
    assert_eq!(letter.from, "termine@nord.example");
    nord.cli(&["initiative", "create", "--name", "Kiezchor", "--handle", "chor"]).await?;
    scenery::speak_for(&nord, "chor", "mira@example.org").await?;
    let contact = ["/@chor/contact", "/contact/ein-link-aus-einem-brief"];
    let forms = [json!({ "path": contact[0], "fields": { "words": "Ha" } })];
    let words = json!({ "paths": contact, "forms": forms, "signIn": link(&letter.text)? });
    let found = walk_past(&nord, "signed-in", words).await?.context("the browser was there")?;
    assert!(walked(&found, "/editors"), "signed in after '{answer}': {found:#}");
    assert!(contact.iter().all(|path| walked(&found, path)), "{found:#}");

    browser::run("letter", &json!({ "base": nord.base, "email": "niemand@example.org" })).await?;
    let strangers = mailbox.letters()?.into_iter().filter(|letter| letter.to != ["mira@example.org"]).count();
    assert_eq!(strangers, 0, "who has no account gets no letter");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_two_weeks_are_read_without_a_network_by_who_asked_for_it() -> Result<()> {
    let mut nord = Quarter::start("nord").await?;
    scenery::build(&nord).await?;
    let words = json!({
        "base": nord.base, "title": "Lichterfest", "pid": nord.process_id(), "screenshots": browser::screenshots(),
    });
    let Some(found) = browser::run("offline", &words).await? else { return Ok(()) };
    assert_eq!(found["problems"], json!([]), "{found:#}");
    assert_eq!(found["before"], found["away"], "{found:#}");
    nord.kill()?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_in_a_wheelchair_finds_out_what_exactly_is_step_free() -> Result<()> {
    let nord = Quarter::start("nord").await?;
    scenery::build(&nord).await?;
    let words = json!({ "base": nord.base, "screenshots": browser::screenshots() });
    let Some(found) = browser::run("access", &words).await? else { return Ok(()) };
    assert_eq!(found["narrowed"], json!(["Bürgerhaus am Teich"]), "{found:#}");
    assert_eq!(found["unknown"], json!(["Bücherschrank", "Wiese ohne Adresse"]), "unknown is not no: {found:#}");
    let facts = found["facts"].to_string();
    for words in ["stufenloser Zugang: ja", "Rampe am Seiteneingang", "geprüft 03/2024 durch Seniorenbeirat", "90 cm"]
    {
        assert!(facts.contains(words), "{words}: {facts}");
    }
    assert!(found["map"].to_string().contains("Bürgerhaus am Teich"), "{found:#}");
    assert_eq!(found["foreign"], json!([]), "{found:#}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_stands_in_a_page_of_somebody_else_in_its_own_letters() -> Result<()> {
    let nord = Quarter::start("nord").await?;
    scenery::build(&nord).await?;
    let words = json!({ "base": nord.base, "title": "Lichterfest", "screenshots": browser::screenshots() });
    let Some(found) = browser::run("sharing", &words).await? else { return Ok(()) };
    assert_eq!(found["problems"], json!([]), "{found:#}");
    let open = ["/subscribe", "/subscribe?free=1", "/press", "/embed/line", "/embed", "/screen", "/anzeige?ort=hof"];
    let words = json!({ "paths": open, "most": open.len() + 1 });
    let found = walk_past(&nord, "sharing", words).await?.context("the browser was there")?;
    assert!(open.iter().all(|path| walked(&found, path)), "{found:#}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_screen_in_a_hallway_outlives_a_day_without_a_network_and_says_so() -> Result<()> {
    let mut nord = Quarter::start("nord").await?;
    scenery::build(&nord).await?;
    let words = json!({
        "base": nord.base, "path": "/anzeige", "title": "Lichterfest", "pid": nord.process_id(),
        "screenshots": browser::screenshots(),
    });
    let Some(found) = browser::run("screen", &words).await? else { return Ok(()) };
    assert_eq!(found["problems"], json!([]), "{found:#}");
    nord.kill()?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_page_is_fit_for_paper() -> Result<()> {
    let nord = Quarter::start("nord").await?;
    let built = scenery::build(&nord).await?;
    let post = built.open.iter().find(|path| path.starts_with("/posts/")).context("no post")?;
    let sheets = json!({
        "/": 3, "/events": 2, "/offline": 2, "/press": 3, "/screen": 2, &built.event: 2, "/posts": 2, post: 3, "/board": 1,
        "/initiatives": 1, "/places": 1, "/places/buergerhaus-am-teich": 2, "/rooms": 1,
        "/@repaircafe": 2, "/neighbours": 1, "/imprint": 1, "/privacy": 6,
    });
    let words = json!({ "base": nord.base, "sheets": sheets, "screenshots": browser::screenshots() });
    let Some(done) = browser::run("print", &words).await? else { return Ok(()) };
    println!("sheets: {}", done["sheets"]);
    assert_eq!(done["problems"], json!([]), "{done:#}");
    Ok(())
}

/// What a browser without pictures, colours and styles makes of a page; nothing where there is none.
async fn text_browser(quarter: &Quarter, path: &str) -> Result<Option<String>> {
    let Some(program) = process::find("w3m") else {
        tests::skip("w3m, a browser for text");
        return Ok(None);
    };
    let asked = quarter.client.get(quarter.url(path)?).header("accept", "text/html").header("accept-language", "de");
    let mut page = tempfile::NamedTempFile::with_suffix(".html")?;
    page.write_all(asked.send().await?.error_for_status()?.text().await?.as_bytes())?;
    let mut command = Command::new(program);
    command.args(["-dump", "-cols", "72", "-I", "UTF-8", "-O", "UTF-8", "-T", "text/html"]).arg(page.path());
    let said = process::output(command).await?;
    anyhow::ensure!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    Ok(Some(String::from_utf8(said.stdout)?))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_for_text_shows_first_what_the_page_is_about() -> Result<()> {
    let nord = Quarter::start("nord").await?;
    let built = scenery::build(&nord).await?;
    for (path, words) in [
        ("/", ["Die nächsten sieben Tage", "Lichterfest"]),
        ("/events", ["Termine", "Lichterfest"]),
        (built.event.as_str(), ["Lichterfest", "Uhr"]),
        ("/offline", ["Termine zum Mitnehmen", "Lichterfest"]),
        ("/propose/event", ["Termin vorschlagen", "Ihre E-Mail-Adresse"]),
    ] {
        let Some(text) = text_browser(&nord, path).await? else { return Ok(()) };
        let after = text.split_once(words[0]).map(|(_, after)| after);
        assert!(after.is_some_and(|after| after.contains(words[1])), "{path}: {words:?} in\n{text}");
        assert!(text.lines().take(30).any(|line| line.contains(words[0])), "on the first screen of {path}:\n{text}");
    }
    Ok(())
}
