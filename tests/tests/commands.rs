//! What an operator types while the server runs, and what the others notice of it.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use aws_lc_rs::hmac;
use serde_json::{Value, json};
use tests::keys::seconds_from_now;
use tests::quarter::Quarter;
use tests::sink::Sink;
use tests::{client, wait};

/// Neighbours at the first word, as in the demo.
const OPEN: (&str, &str) = ("QUARTIER_NEIGHBOURS_ACCEPT", "automatic");
const PATIENCE: Duration = Duration::from_secs(20);

#[tokio::test(flavor = "multi_thread")]
async fn after_new_keys_a_neighbour_that_knows_the_old_ones_believes_what_comes() -> Result<()> {
    let nord = Quarter::start_with("nord", &[OPEN]).await?;
    let sued = Quarter::start_with("sued", &[OPEN]).await?;
    nord.cli(&["neighbours", "invite", &sued.address()]).await?;
    sued.shows("/neighbours", "nord", PATIENCE).await?;
    nord.cli(&["publish", "note", "--text", "Mit dem alten Schlüssel"]).await?;
    sued.shows("/posts", "Mit dem alten Schlüssel", PATIENCE).await?;
    let old = nord.actor().await?;
    let said = nord.cli(&["keys", "rotate"]).await?;
    ensure!(said.lines().filter(|line| line.ends_with(" has new keys")).count() == 2, "{said}");
    let new = nord.actor().await?;
    ensure!(old["publicKey"]["id"] != new["publicKey"]["id"] && old["assertionMethod"] != new["assertionMethod"]);
    nord.cli(&["publish", "note", "--text", "Mit dem neuen Schlüssel"]).await?;
    sued.shows("/posts", "Mit dem neuen Schlüssel", PATIENCE).await?;
    // And the other way round: the neighbour lets itself be told with its new ones.
    sued.cli(&["keys", "rotate", "--handle", "sued"]).await?;
    sued.cli(&["publish", "note", "--text", "Auch hier ein neuer"]).await?;
    nord.shows("/posts", "Auch hier ein neuer", PATIENCE).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn mastodons_list_of_blocks_goes_in_counts_at_once_and_comes_out_as_it_was() -> Result<()> {
    let nord = Quarter::start("nord").await?;
    let sued = Quarter::prepare("sued", &[])?;
    let sink = Sink::start("senke").await?;
    let list = "#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate\n\
        boese.example,suspend,true,true,\"Spam, viel davon\",false\n\
        laut.example,silence,true,false,,false\n\
        senke.localhost,suspend,false,false,Probe,false";
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("blocks.csv");
    std::fs::write(&file, format!("{list}\nnord.localhost,suspend,false,false,,false\n"))?;
    let path = file.to_str().context("a path")?;
    let said = nord.cli(&["blocks", "import", path]).await?;
    ensure!(said.contains("line 5") && said.ends_with("3 blocked, 1 left out"), "{said}");
    ensure!(nord.cli(&["blocks", "export"]).await? == list);
    std::fs::write(&file, nord.cli(&["blocks", "export"]).await?)?;
    ensure!(sued.cli(&["blocks", "import", path]).await?.ends_with("3 blocked, 0 left out"));
    ensure!(sued.cli(&["blocks", "export"]).await? == list);
    let actor = nord.actor().await?;
    let follow = json!({
        "id": format!("{}/follows/1", sink.actor), "type": "Follow", "actor": sink.actor, "object": actor["id"],
    });
    let inbox = actor["inbox"].as_str().context("no inbox")?;
    ensure!(sink.deliver(inbox, &follow).await?.as_u16() == 403, "the running server heeds it");
    nord.cli(&["blocks", "remove", "senke.localhost"]).await?;
    sink.follow(&nord).await
}

/// The id of the actor at an address.
async fn id(quarter: &Quarter, address: &str) -> Result<Value> {
    Ok(json!(client::actor_of(&quarter.client, address).await?))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_quarter_and_an_initiative_of_it_move_to_places_that_say_so() -> Result<()> {
    let nord = Quarter::start("nord").await?;
    let west = Quarter::start("west").await?;
    let sink = Sink::start("senke").await?;
    sink.follow(&nord).await?;
    nord.cli(&["initiative", "create", "--name", "Chor", "--handle", "chor"]).await?;
    let chor = format!("chor@{}", nord.host());
    let refused = nord.cli_output(&["move", "to", &west.address()]).await?;
    let why = String::from_utf8_lossy(&refused.stderr).into_owned();
    ensure!(!refused.status.success() && why.contains("alsoKnownAs"), "{why}");
    for (old, words) in [(&nord.address(), &[][..]), (&chor, &["--handle", "chor"][..])] {
        west.cli(&["move", "alias", old]).await?;
        let said = nord.cli(&[&["move", "to", &west.address()][..], words].concat()).await?;
        ensure!(said == format!("{old} has moved to {}", west.address()), "{said}");
        let moved = client::json(&nord.client, id(&nord, old).await?.as_str().context("an id")?).await?;
        ensure!(moved["movedTo"] == id(&west, &west.address()).await?, "{moved}");
    }
    let told = wait::until("the move at the sink", PATIENCE, async || Ok(sink.activities("Move").into_iter().next()));
    let told = told.await?;
    ensure!(told["actor"] == told["object"] && told["target"] == west.actor().await?["id"], "{told}");
    let known = west.actor().await?["alsoKnownAs"].as_array().map(Vec::len);
    ensure!(known == Some(2), "the new home names both");
    let nobody = nord.cli_output(&["move", "to", &west.address(), "--handle", "niemand"]).await?;
    ensure!(!nobody.status.success());
    Ok(())
}

/// What 'quartier doctor' finds, by what it looked at, and its exit status.
async fn findings(quarter: &Quarter) -> Result<(Vec<(String, String, String)>, Option<i32>)> {
    let done = quarter.cli_output(&["doctor", "--json"]).await?;
    let listed: Value = serde_json::from_slice(&done.stdout)?;
    let text = |finding: &Value, name: &str| finding[name].as_str().unwrap_or_default().to_owned();
    let listed = listed.as_array().context("no list")?;
    let findings = listed.iter().map(|one| (text(one, "what"), text(one, "state"), text(one, "says")));
    Ok((findings.collect(), done.status.code()))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_sees_through_a_neighbour_that_the_server_is_away() -> Result<()> {
    let mut nord = Quarter::start_with("nord", &[OPEN, ("QUARTIER_MAIL_HOST", "")]).await?;
    let sued = Quarter::start_with("sued", &[OPEN]).await?;
    let state = |found: &[(String, String, String)], what: &str| {
        found
            .iter()
            .find(|(name, ..)| name == what)
            .map(|(_, state, says)| format!("{state}: {says}"))
            .unwrap_or_default()
    };
    let (found, _) = findings(&nord).await?;
    ensure!(state(&found, "neighbours").starts_with("unknown"), "{found:?}");
    nord.cli(&["neighbours", "invite", &sued.address()]).await?;
    sued.shows("/neighbours", "nord", PATIENCE).await?;
    wait::until("neighbours", PATIENCE, async || {
        Ok(nord.cli(&["neighbours", "list"]).await?.contains("established").then_some(()))
    })
    .await?;
    let (found, status) = findings(&nord).await?;
    ensure!(status == Some(0), "{found:?}");
    for (what, expected) in [
        ("data folder", "doubtful: "),
        ("server", "fine: it runs at"),
        ("database", "fine: it is up to date"),
        ("web site", "fine: nord@"),
        ("seen by", "fine: sued@"),
        ("clock", "fine: "),
        ("backup", "doubtful: no daily backup"),
    ] {
        ensure!(state(&found, what).starts_with(expected), "{what}: {found:?}");
    }
    nord.kill()?;
    let (found, status) = findings(&nord).await?;
    ensure!(status == Some(1), "{found:?}");
    ensure!(state(&found, "server").starts_with("broken: nobody answers"), "{found:?}");
    ensure!(state(&found, "seen by").starts_with("broken: sued@"), "{found:?}");
    ensure!(state(&found, "web site").starts_with("doubtful: "), "{found:?}");
    let words = nord.cli_output(&["doctor"]).await?;
    let (said, why) = (String::from_utf8(words.stdout)?, String::from_utf8(words.stderr)?);
    ensure!(said.contains("BROKEN    server") && said.contains("-> start 'quartier serve'"), "{said}");
    ensure!(why.contains("2 things are broken"), "{why}");
    Ok(())
}

/// What an app shows now that was given a secret as a page spells it (RFC 6238).
fn number(spelled: &str) -> Result<String> {
    let bits = spelled.chars().filter(|one| *one != ' ').map(|one| {
        let value = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".find(one).context("base32")?;
        Ok(format!("{value:05b}"))
    });
    let bits = bits.collect::<Result<String>>()?;
    let secret: Vec<u8> = bits
        .as_bytes()
        .chunks(8)
        .map(|byte| Ok(u8::from_str_radix(std::str::from_utf8(byte)?, 2)?))
        .collect::<Result<_>>()?;
    let step = (seconds_from_now(0) / 30).to_be_bytes();
    let mac = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &secret), &step);
    let start = usize::from(mac.as_ref().last().context("a mac")? & 15);
    let word: [u8; 4] = mac.as_ref().get(start..start + 4).context("four bytes")?.try_into()?;
    Ok(format!("{:06}", (u32::from_be_bytes(word) & 0x7fff_ffff) % 1_000_000))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_admin_who_lost_the_second_key_is_helped_by_the_operator() -> Result<()> {
    let nord = Quarter::start("nord").await?;
    let email = ["--email", "mira@example.org"];
    let said = nord.account(email[1], "admin").await?;
    let link = said.split_whitespace().find(|word| word.contains("/sign-in/link/")).context("no link")?;
    let send = async |url: &str, cookie: &str, body: String| {
        let request = nord.client.post(url).header("origin", nord.base.as_str().trim_end_matches('/'));
        let request = request.header("cookie", cookie).header("content-type", "application/x-www-form-urlencoded");
        request.body(body).send().await
    };
    let entered = send(link, "", String::new()).await?;
    let cookie = entered.headers().get("set-cookie").context("no cookie")?.to_str()?.to_owned();
    let page = nord.url("/account/second")?;
    send(&page, &cookie, "do=begin".to_owned()).await?;
    let read =
        async |path: &str| nord.client.get(nord.url(path)?).header("cookie", &cookie).send().await.context("no answer");
    let body = read("/account/second").await?.text().await?;
    let spelled = body.split("class=\"address\"><strong>").nth(1).and_then(|part| part.split('<').next());
    let code = number(spelled.context("no secret")?)?;
    let paper = send(&page, &cookie, format!("do=confirm&code={code}")).await?.text().await?;
    ensure!(paper.contains("Codes für den Notfall"), "{paper}");
    let command = ["account", "second-factor", email[0], email[1]];
    ensure!(nord.cli(&command).await?.ends_with("has a second key"));
    let said = nord.cli(&[&command[..], &["--off"]].concat()).await?;
    ensure!(said.contains("is off"), "{said}");
    ensure!(read("/account").await?.status() == 401, "every session has ended");
    ensure!(nord.cli(&[&command[..], &["--off"]].concat()).await?.ends_with("has no second key"));
    Ok(())
}
