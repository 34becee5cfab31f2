//! Pictures in a bucket: every server of a quarter shows them, backups hold them, and the rest goes on without them.

#![expect(clippy::indexing_slicing, reason = "a member that a JSON value does not have is null, no panic")]

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use http::StatusCode;
use http::header::{HOST, RETRY_AFTER};
use reqwest::Response;
use serde_json::{Value, json};
use storage::testing;
use tests::bucket::{Bucket, below};
use tests::quarter::Quarter;
use tests::{client, wait};

const PATIENCE: Duration = Duration::from_mins(1);
/// One white pixel.
const GIF: &[u8] = b"GIF89a\x01\0\x01\0\x80\0\0\xff\xff\xff\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";

/// A quarter whose pictures are in a bucket of its own; `None` where there is no S3 server.
async fn quarter() -> Result<Option<(Bucket, Quarter)>> {
    let Some(bucket) = Bucket::start().await? else { return Ok(None) };
    let nord = Quarter::start_with("nord", &bucket.settings()).await?;
    Ok(Some((bucket, nord)))
}

/// What the upload endpoint says to a picture.
async fn offer(nord: &Quarter, token: &str) -> Result<Response> {
    let address = nord.actor().await?["endpoints"]["uploadMedia"].as_str().context("no upload endpoint")?.to_owned();
    let part =
        |name: &str| format!("--wall\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"a\"\r\n\r\n");
    let object = json!({"type": "Image", "name": "Ein weißer Punkt"}).to_string();
    let body =
        [part("object").as_bytes(), object.as_bytes(), b"\r\n", part("file").as_bytes(), GIF, b"\r\n--wall--\r\n"]
            .concat();
    let request = client::new()?.post(address).bearer_auth(token);
    Ok(request.header("content-type", "multipart/form-data; boundary=wall").body(body).send().await?)
}

/// Publishes a post with a picture; gives the post's address and the picture's path.
async fn publish(nord: &Quarter, token: &str) -> Result<(String, String)> {
    let answer = offer(nord, token).await?;
    ensure!(answer.status() == StatusCode::CREATED, "the upload answered {}", answer.status());
    let image: Value = serde_json::from_str(&answer.text().await?)?;
    let note = json!({"type": "Note", "content": "<p>Seht her</p>", "attachment": [image]});
    let create = client::json(&nord.client, &nord.publish(token, &note).await?).await?;
    let post = create["object"]["id"].as_str().or(create["object"].as_str()).context("no post")?.to_owned();
    let path = image["url"].as_str().context("no address")?.parse::<url::Url>()?.path().to_owned();
    Ok((post, path))
}

/// What `node` itself answers at `path`.
async fn get(node: &Quarter, path: &str) -> Result<Response> {
    Ok(node.client.get(node.door().join(path)?).header(HOST, node.host()).send().await?)
}

/// The state and the words of the doctor about the pictures.
async fn doctor(nord: &Quarter) -> Result<(String, String)> {
    let done = nord.cli_output(&["doctor", "--json"]).await?;
    let all: Value = serde_json::from_slice(&done.stdout)?;
    let found = all.as_array().into_iter().flatten().find(|one| one["what"] == "pictures").context("no finding")?;
    let text = |name: &str| found[name].as_str().unwrap_or_default().to_owned();
    Ok((text("state"), text("says")))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_that_one_server_takes_is_shown_by_the_other_until_it_is_deleted() -> Result<()> {
    let Some(database) = testing::postgres() else { return Ok(()) };
    let Some(bucket) = Bucket::start().await? else { return Ok(()) };
    let settings = [&bucket.settings()[..], &[("QUARTIER_DATABASE_URL", database.url.as_str())]].concat();
    let first = Quarter::start_with("nord", &settings).await?;
    let mut second = first.another_node()?;
    second.spawn()?;
    second.ready().await?;
    let token = first.editor().await?;
    let (post, path) = publish(&first, &token).await?;
    let objects = bucket.objects()?;
    ensure!(objects.len() == 2, "{:?}", objects.keys());
    for node in [&first, &second] {
        let answer = get(node, &path).await?;
        ensure!(answer.status() == StatusCode::OK, "{}", answer.status());
        let header = |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        ensure!(header("content-type") == "image/jpeg" && header("x-content-type-options") == "nosniff");
        ensure!(header("content-security-policy") == "default-src 'none'; sandbox");
        ensure!(header("cache-control") == "public, max-age=86400, immutable");
        let bytes = answer.bytes().await?;
        ensure!(objects.values().any(|object| *object == bytes), "it is what lies in the bucket");
        ensure!(!node.data().join("media").exists(), "nothing of ours lies in the folder of a node");
    }
    first.publish(&token, &json!({"type": "Delete", "object": post})).await?;
    for node in [&first, &second] {
        ensure!(get(node, &path).await?.status() == StatusCode::GONE);
    }
    // Cleaning comes at the start, and then every hour.
    second.kill()?;
    second.spawn()?;
    wait::until("an empty bucket", PATIENCE, async || Ok(bucket.objects()?.is_empty().then_some(()))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_store_pictures_wait_and_everything_else_goes_on() -> Result<()> {
    let Some((mut bucket, mut nord)) = quarter().await? else { return Ok(()) };
    let token = nord.editor().await?;
    let (_, path) = publish(&nord, &token).await?;
    let (state, says) = doctor(&nord).await?;
    ensure!(state == "fine" && says.contains("s3://bilder/quartiere/nord"), "{state}: {says}");
    ensure!(bucket.objects()?.len() == 2, "the doctor leaves nothing behind");

    bucket.close();
    let refused = offer(&nord, &token).await?;
    ensure!(refused.status() == StatusCode::SERVICE_UNAVAILABLE, "{}", refused.status());
    let words = refused.text().await?;
    ensure!(words.contains("pictures cannot be kept at the moment"), "{words}");
    let picture = get(&nord, &path).await?;
    ensure!(picture.status() == StatusCode::SERVICE_UNAVAILABLE, "{}", picture.status());
    ensure!(picture.headers().contains_key(RETRY_AFTER), "{:?}", picture.headers());
    nord.cli(&["publish", "note", "--text", "Der Brunnen läuft wieder."]).await?;
    nord.shows("/", "Der Brunnen läuft wieder.", PATIENCE).await?;
    let (state, says) = doctor(&nord).await?;
    ensure!(state == "broken" && says.contains("refused"), "{state}: {says}");
    let complaints = |nord: &Quarter| nord.whole_log().matches("The pictures in s3://bilder/quartiere/nord").count();
    ensure!(complaints(&nord) == 1, "the log says it once:\n{}", nord.log());

    // It starts without the store, too.
    nord.kill()?;
    nord.spawn()?;
    nord.ready().await?;
    ensure!(get(&nord, &path).await?.status() == StatusCode::SERVICE_UNAVAILABLE);
    ensure!(complaints(&nord) == 2, "and once more after the start:\n{}", nord.log());

    bucket.open().await?;
    ensure!(get(&nord, &path).await?.status() == StatusCode::OK);
    publish(&nord, &token).await?;
    ensure!(bucket.objects()?.len() == 4, "nothing is left of what was refused");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_names_a_wrong_key_and_a_missing_bucket() -> Result<()> {
    let Some(bucket) = Bucket::start().await? else { return Ok(()) };
    for (key, value, expected) in [
        ("QUARTIER_MEDIA_SECRET_KEY", "falsch", "it refuses us: SignatureDoesNotMatch"),
        ("QUARTIER_MEDIA_ACCESS_KEY", "falsch", "it refuses us: InvalidAccessKeyId"),
        ("QUARTIER_MEDIA_STORE", "s3://andere", "there is no such bucket"),
    ] {
        let settings: Vec<(&str, &str)> = bucket
            .settings()
            .into_iter()
            .map(|(name, set)| if name == key { (name, value) } else { (name, set) })
            .collect();
        let (state, says) = doctor(&Quarter::prepare("nord", &settings)?).await?;
        ensure!(state == "broken" && says.contains(expected), "{state}: {says}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_holds_the_pictures_of_a_bucket_and_puts_them_where_they_are_wanted() -> Result<()> {
    let Some((bucket, mut nord)) = quarter().await? else { return Ok(()) };
    let token = nord.editor().await?;
    let (_, path) = publish(&nord, &token).await?;
    publish(&nord, &token).await?;
    let (objects, shown) = (bucket.objects()?, get(&nord, &path).await?.bytes().await?);
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("nord.backup");
    let file = file.to_str().context("a name")?;
    let said = nord.cli(&["backup", file]).await?;
    ensure!(said.contains("4 files"), "{said}");
    nord.kill()?;

    let refused = nord.elsewhere(&[])?.cli_output(&["restore", file]).await?;
    let why = String::from_utf8_lossy(&refused.stderr).into_owned();
    ensure!(!refused.status.success() && why.contains("holds files already"), "{why}");
    ensure!(bucket.objects()? == objects, "what was there is as it was");

    let none: Vec<(&str, &str)> = bucket
        .settings()
        .into_iter()
        .map(|(name, _)| (name, if name == "QUARTIER_MEDIA_STORE" { "files" } else { "" }))
        .collect();
    let mut on_disk = nord.elsewhere(&none)?;
    on_disk.cli(&["restore", file]).await?;
    ensure!(below(&on_disk.data().join("media"))? == objects, "byte for byte, at the same places");
    on_disk.spawn()?;
    on_disk.ready().await?;
    ensure!(get(&on_disk, &path).await?.bytes().await? == shown);
    on_disk.kill()?;

    let Some(other) = Bucket::start().await? else { return Ok(()) };
    let elsewhere = nord.elsewhere(&other.settings())?;
    elsewhere.cli(&["restore", file]).await?;
    ensure!(other.objects()? == objects, "and into another bucket");
    ensure!(!elsewhere.data().join("media").exists());
    Ok(())
}
