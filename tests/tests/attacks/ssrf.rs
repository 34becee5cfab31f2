//! SSRF: strangers that choose where the server looks.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tests::attacker::{Page, Peer};
use tests::quarter::Quarter;
use tests::wire::Request;
use tokio::net::TcpListener;

use crate::arena::{Arena, Family};
use crate::book::attacks;

/// A quarter among others on this machine, which may reach this machine.
static LOCAL: Family = Family::new("Zaun");
/// A quarter as it is run for real: https, and nothing but the public network. A switch that a library of ours knows is
/// set; it must mean nothing.
static FAMILY: Family = Family::public("Mauer", &[("DANGER_FEDERATION_ALLOW_LOCAL_IP", "1")]);

attacks! { FAMILY;
    ssrf_01_inner_addresses_as_keys_and_actors: "Keys, actors and ids on loopback, private, link-local and reserved addresses, by number and by name, with and without a port: 401 without a connection.",
    ssrf_05_switches_of_a_test_mode: "A library's switch for local addresses is set: it means nothing. Public addresses by http, and switches we do not have: it does not start.",
    ssrf_09_answers_that_tell_of_open_ports: "Open and closed inner ports: the same answer in the same time. Strangers' requests with addresses in them: nothing is fetched.",
    ssrf_11_calendars_and_neighbours_inside: "A calendar or a neighbour at an inner address or in a file of the system: refused without a connection.",
    ssrf_12_addresses_in_odd_writing: "Numbers, octal and hexadecimal, wide digits, user names, backslashes, other ports: 401 without a connection.",
}

pub(crate) mod local {
    //! What needs a network to be reached.

    use super::{Arena, LOCAL, Result, attacks};

    attacks! { LOCAL;
        ssrf_06_redirects_to_inner_addresses: "An actor, a note and WebFinger redirect to an inner address and to other schemes, by every status, by a refresh, by a header: not followed, 401.",
        ssrf_07_redirects_without_an_end: "Chains and circles of redirects, and an actor that is never there: three redirects at most, and one try for ten requests.",
        ssrf_08_links_that_lead_inside: "WebFinger's link, and addresses in documents, lead to an inner address: not connected to.",
        ssrf_13_one_request_that_names_a_victim_a_thousand_times: "A thousand tags, pictures and readers on one host in one activity: nothing is fetched there.",
    }

    async fn ssrf_06_redirects_to_inner_addresses(arena: &Arena) -> Result<()> {
        super::redirects(arena).await
    }
    async fn ssrf_07_redirects_without_an_end(arena: &Arena) -> Result<()> {
        super::chains(arena).await
    }
    async fn ssrf_08_links_that_lead_inside(arena: &Arena) -> Result<()> {
        super::links(arena).await
    }
    async fn ssrf_13_one_request_that_names_a_victim_a_thousand_times(arena: &Arena) -> Result<()> {
        super::amplified(arena).await
    }
}

/// Something on this machine that counts who connects.
struct Canary {
    port: u16,
    connected: Arc<AtomicUsize>,
}

impl Canary {
    async fn at(address: &str) -> Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let port = listener.local_addr()?.port();
        let connected = Arc::<AtomicUsize>::default();
        let count = Arc::clone(&connected);
        tokio::spawn(async move {
            while listener.accept().await.is_ok() {
                count.fetch_add(1, Ordering::SeqCst);
            }
        });
        Ok(Self { port, connected })
    }

    /// One at any port, and those of the web where that is allowed to us.
    async fn all() -> Result<Vec<Self>> {
        let mut all = vec![Self::at("127.0.0.1:0").await?];
        for address in ["127.0.0.1:443", "127.0.0.1:80", "[::1]:443"] {
            all.extend(Self::at(address).await);
        }
        Ok(all)
    }
}

fn silent(canaries: &[Canary]) -> Result<()> {
    for canary in canaries {
        let count = canary.connected.load(Ordering::SeqCst);
        ensure!(count == 0, "{count} connections to port {}", canary.port);
    }
    Ok(())
}

/// A follow that claims to be by an actor at `base`.
fn claimed(arena: &Arena, peer: &Peer, base: &str) -> Result<Request> {
    let follow = json!({
        "@context": "https://www.w3.org/ns/activitystreams", "id": format!("{base}/1"), "type": "Follow",
        "actor": format!("{base}/mallory"), "object": arena.id(),
    });
    let request = Request::post("/inbox", &arena.host, follow.to_string())?;
    request.signed(&peer.key, &format!("{base}/mallory#main-key"))
}

async fn ssrf_01_inner_addresses_as_keys_and_actors(arena: &Arena) -> Result<()> {
    let (canaries, peer) = (Canary::all().await?, arena.host("boese"));
    let hosts = [
        "127.0.0.1",
        "127.255.255.254",
        "localhost",
        "a.localhost",
        "LOCALHOST.",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.0.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "0.0.0.0",
        "0.1.2.3",
        "[::]",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[2001::1]",
        "[fe80::1]",
        "[fc00::1]",
        "[ff02::1]",
    ];
    let before = arena.look().await?;
    for host in hosts {
        for (scheme, port) in [
            ("https", String::new()),
            ("https", format!(":{}", canaries[0].port)),
            ("http", format!(":{}", canaries[0].port)),
        ] {
            let base = format!("{scheme}://{host}{port}");
            arena.gets(&[400, 401], &base, &claimed(arena, &peer, &base)?).await?;
        }
    }
    silent(&canaries)?;
    before.same(arena).await
}

async fn ssrf_05_switches_of_a_test_mode(arena: &Arena) -> Result<()> {
    let (canaries, peer) = (Canary::all().await?, arena.host("boese"));
    for base in [
        format!("http://localhost:{}", canaries[0].port),
        "https://localhost:8080".to_owned(),
        "https://localhost".to_owned(),
    ] {
        arena.gets(&[400, 401], &base, &claimed(arena, &peer, &base)?).await?;
    }
    silent(&canaries)?;
    for (key, value) in [
        ("QUARTIER_SERVER_BASE_URL", "http://quartier.example"),
        ("QUARTIER_SERVER_BASE_URL", "http://localhost.quartier.example"),
        ("QUARTIER_SERVER_BASE_URL", "http://127.0.0.1:8080"),
        ("QUARTIER_FEDERATION_LOCAL", "true"),
        ("QUARTIER_FEDERATION_DEBUG", "true"),
        ("QUARTIER_FEDERATION_PRIVATE_NETWORKS", "everything"),
    ] {
        let quarter = Quarter::prepare("Schalter", &[(key, value)])?;
        let done = quarter.cli_output(&["serve"]);
        let done = tokio::time::timeout(Duration::from_secs(10), done).await;
        let done = done.with_context(|| format!("{key}={value}: it started"))??;
        ensure!(!done.status.success(), "{key}={value}");
    }
    Ok(())
}

async fn ssrf_09_answers_that_tell_of_open_ports(arena: &Arena) -> Result<()> {
    let (canaries, peer) = (Canary::all().await?, arena.host("boese"));
    let closed = TcpListener::bind("127.0.0.1:0").await?.local_addr()?.port();
    let mut times = Vec::new();
    for port in [canaries[0].port, closed] {
        let mut took = Vec::new();
        let mut said = Vec::new();
        for host in ["127.0.0.1", "localhost", "10.0.0.1", "[::1]"] {
            for _ in 0..5 {
                let answer = arena.send(&claimed(arena, &peer, &format!("https://{host}:{port}"))?).await?;
                took.push(answer.took);
                said.push((answer.status, answer.body));
            }
        }
        said.dedup();
        ensure!(said.len() == 1, "port {port} shows by {said:?}");
        took.sort();
        times.push((said, *took.get(took.len() / 2).context("times")?));
    }
    ensure!(times[0].0 == times[1].0, "{times:?}");
    ensure!(times[0].1.abs_diff(times[1].1) < Duration::from_millis(50), "{times:?}");
    let address = format!("http%3A%2F%2F127.0.0.1%3A{}%2F", canaries[0].port);
    for path in [
        "/authorize_interaction?uri=",
        "/search?q=",
        "/?url=",
        "/events?url=",
        "/proxy?url=",
        "/media/",
        "/remote/",
        "/neighbours?address=",
        "/sign-in?next=",
        "/.well-known/webfinger?resource=",
    ] {
        for accept in ["text/html", "application/activity+json"] {
            let answer =
                arena.send(&Request::get(&format!("{path}{address}"), &arena.host).with("accept", accept)).await?;
            ensure!(answer.status < 500, "{path}: {answer:?}");
        }
    }
    silent(&canaries)
}

async fn ssrf_11_calendars_and_neighbours_inside(arena: &Arena) -> Result<()> {
    let canaries = Canary::all().await?;
    let port = canaries[0].port;
    let before = arena.look().await?;
    let calendars = [
        format!("http://127.0.0.1:{port}/a.ics"),
        format!("webcal://localhost:{port}/a.ics"),
        "http://127.0.0.1/a.ics".to_owned(),
        "https://[::1]/a.ics".to_owned(),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        "file:///etc/passwd".to_owned(),
        "gopher://127.0.0.1/x".to_owned(),
        "data:text/calendar,BEGIN:VCALENDAR".to_owned(),
    ];
    for calendar in calendars {
        let done = arena.quarter.cli_output(&["import", "ics", &calendar]).await?;
        let said = String::from_utf8_lossy(&done.stderr).into_owned() + &String::from_utf8_lossy(&done.stdout);
        ensure!(!done.status.success() && !said.contains("panicked") && !said.contains("root:"), "{calendar}: {said}");
    }
    for host in [format!("127.0.0.1:{port}"), "127.0.0.1".to_owned(), "localhost".to_owned(), "[::1]".to_owned()] {
        let done = arena.quarter.cli_output(&["neighbours", "invite", &format!("mallory@{host}")]).await?;
        ensure!(!done.status.success(), "{host}");
    }
    silent(&canaries)?;
    // A calendar is remembered with the reason why it was not read.
    before.grew(arena, &["sources"]).await
}

async fn ssrf_12_addresses_in_odd_writing(arena: &Arena) -> Result<()> {
    let (canaries, peer) = (Canary::all().await?, arena.host("boese"));
    let port = canaries[0].port;
    let hosts = [
        "2130706433",
        "0x7f.1",
        "0177.0.0.1",
        "127.1",
        "0x7f000001",
        "①②⑦.0.0.1",
        "127。0。0。1",
        "127.0.0.1.",
        "%31%32%37.0.0.1",
        "host%00.evil",
        "a@127.0.0.1",
        "a:b@127.0.0.1",
        "a@b@127.0.0.1",
        "127.0.0.1\\",
        "127.0.0.1#@a.example",
        "a.example:22",
        "a.example:6379",
        "a.example:8443",
        "ｌocalhost",
        "[::ffff:7f00:1]",
        "0",
        "",
        " 127.0.0.1",
        "127.0.0.1\t",
    ];
    let before = arena.look().await?;
    for host in hosts {
        for base in [
            format!("https://{host}"),
            format!("https://{host}:{port}"),
            format!("https:{host}"),
            format!("https:\\\\{host}"),
        ] {
            // Only what can stand in a header; the rest goes into the body.
            let key =
                if base.is_ascii() && !base.contains('\t') { base.clone() } else { "https://127.0.0.1".to_owned() };
            let follow = json!({ "id": format!("{base}/1"), "type": "Follow", "actor": format!("{base}/mallory"), "object": arena.id() });
            let request = Request::post("/inbox", &arena.host, follow.to_string())?;
            arena.gets(&[400, 401], &base, &request.signed(&peer.key, &format!("{key}/mallory#main-key"))?).await?;
        }
    }
    silent(&canaries)?;
    before.same(arena).await
}

async fn redirects(arena: &Arena) -> Result<()> {
    let canaries = Canary::all().await?;
    let inside = format!("http://127.0.0.1:{}/mallory", canaries[0].port);
    let targets = [
        inside.as_str(),
        "http://[::1]/",
        "http://10.0.0.1/",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "data:application/activity+json,{}",
        "//127.0.0.1/x",
    ];
    let before = arena.look().await?;
    let tries =
        targets.iter().flat_map(|target| [301, 302, 303, 307, 308].map(|status| Page::redirect(status, target)));
    let refresh = Page::of("text/html", format!("<meta http-equiv=refresh content='0;url={inside}'>"));
    let header = Page::of("text/plain", "").with("refresh", &format!("0;url={inside}")).with("location", &inside);
    for page in tries.chain([refresh, header]) {
        let peer = arena.host("umleitung");
        peer.serve("/mallory", page);
        let letter = arena.letter(&peer, "mallory", &peer.activity("mallory", "Follow", arena.id()))?;
        arena.gets(&[401], "a redirect", &letter).await?;
    }
    let friend = arena.friend().await?;
    friend.serve("/note", Page::redirect(302, &inside));
    arena.deliver(friend, "mallory", &friend.activity("mallory", "Announce", friend.url("/note"))).await?;
    let peer = arena.host("finger");
    peer.serve("/.well-known/webfinger", Page::redirect(302, &inside));
    let done = arena.quarter.cli_output(&["neighbours", "invite", &format!("mallory@{}", peer.host)]).await?;
    ensure!(!done.status.success());
    silent(&canaries)?;
    let rows = arena.look().await?.rows("actors", "umleitung").len();
    ensure!(rows == 0, "{rows} actors are known");
    before.grew(arena, &["actors", "neighbours", "follows", "activities", "received"]).await
}

async fn chains(arena: &Arena) -> Result<()> {
    let peer = arena.host("kette");
    for number in 0..50 {
        peer.serve(&format!("/{number}"), Page::redirect(302, &peer.url(&format!("/{}", number + 1))));
    }
    let circle = arena.host("kreis");
    circle.serve("/0", Page::redirect(302, &circle.url("/0")));
    let other = arena.host("pingpong");
    other.serve("/0", Page::redirect(302, &other.url("/1")));
    other.serve("/1", Page::redirect(307, &other.url("/0?x")));
    let nobody = arena.host("niemand");
    nobody.serve("/0", Page::of("text/plain", "").status(404));
    let broken = arena.host("kaputt");
    broken.serve("/0", Page::json(&json!({ "id": "x" })));
    let before = arena.look().await?;
    for (peer, most) in [(&peer, 4), (&circle, 1), (&other, 4), (&nobody, 1), (&broken, 1)] {
        for _ in 0..10 {
            let follow = peer.activity("0", "Follow", arena.id());
            arena.gets(&[401], &peer.host, &arena.letter(peer, "0", &follow)?).await?;
        }
        let asked = peer.asked().len();
        ensure!((1..=most).contains(&asked), "{} was asked {asked} times", peer.host);
    }
    before.same(arena).await
}

async fn links(arena: &Arena) -> Result<()> {
    let canaries = Canary::all().await?;
    let inside = format!("http://127.0.0.1:{}", canaries[0].port);
    let peer = arena.host("finger");
    for href in
        [format!("{inside}/mallory"), "data:application/activity+json,{}".to_owned(), "http://10.0.0.1/a".to_owned()]
    {
        let links = json!([{ "rel": "self", "type": "application/activity+json", "href": href }]);
        let answer = json!({ "subject": format!("acct:mallory@{}", peer.host), "links": links });
        peer.serve("/.well-known/webfinger", Page::of("application/jrd+json", answer.to_string()));
        let done = arena.quarter.cli_output(&["neighbours", "invite", &format!("mallory@{}", peer.host)]).await?;
        ensure!(!done.status.success(), "{href}");
    }
    let nodeinfo = json!({ "links": [{ "rel": "http://nodeinfo.diaspora.software/ns/schema/2.1", "href": format!("{inside}/nodeinfo") }] });
    peer.serve("/.well-known/nodeinfo", Page::of("application/json", nodeinfo.to_string()));
    let mut document = peer.document("mallory");
    for member in ["outbox", "followers", "following", "featured", "neighbours", "upcomingEvents", "icon", "image"] {
        document[member] = json!(format!("{inside}/{member}"));
    }
    peer.serve("/mallory", Page::json(&document));
    arena.deliver(&peer, "mallory", &peer.activity("mallory", "Follow", arena.id())).await?;
    let friend = arena.friend().await?;
    let mut note = friend.note("mallory", &format!("<p><a href=\"{inside}/a\">{inside}/b</a></p>"));
    for member in
        ["inReplyTo", "url", "attachment", "icon", "image", "replies", "preview", "generator", "quoteUrl", "context"]
    {
        note[member] = json!(format!("{inside}/{member}"));
    }
    arena.deliver(friend, "mallory", &friend.activity("mallory", "Create", note)).await?;
    silent(&canaries)
}

async fn amplified(arena: &Arena) -> Result<()> {
    let (friend, victim) = (arena.friend().await?, arena.host("opfer"));
    let thousand = |make: &dyn Fn(String) -> Value| -> Vec<Value> {
        (0..1000).map(|n| make(victim.url(&format!("/{n}")))).collect()
    };
    let tags = thousand(&|url| json!({ "type": "Mention", "name": "@a", "href": url }));
    let pictures = thousand(&|url| json!({ "type": "Image", "url": url, "mediaType": "image/png" }));
    let readers = thousand(&|url| json!(url));
    let link = |url: &Value| format!("<a href={url}>x</a>");
    let links = readers.iter().map(link).collect::<Vec<_>>().concat();
    let mut object = friend.note("mallory", &links);
    let mut event = friend.event("mallory", "Viele Verweise");
    for object in [&mut object, &mut event] {
        object["tag"] = json!(tags);
        object["attachment"] = json!(pictures);
        object["cc"] = json!(readers);
        object["inReplyTo"] = json!(victim.url("/parent"));
        let mut create = friend.activity("mallory", "Create", object.clone());
        create["cc"] = json!(readers);
        arena.gets(&[202, 413], "a thousand of everything", &arena.letter(friend, "mallory", &create)?).await?;
    }
    for kind in
        ["Announce", "Like", "Follow", "Undo", "Delete", "Flag", "Block", "Move", "Invite", "Join", "Offer", "Add"]
    {
        let object = json!(readers);
        arena.send(&arena.letter(friend, "mallory", &friend.activity("mallory", kind, object))?).await?;
    }
    let asked = victim.asked().len();
    ensure!(asked <= 1, "the victim was asked {asked} times");
    Ok(())
}
