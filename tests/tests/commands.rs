//! What an operator types while the server runs, and what the others notice of it.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
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
