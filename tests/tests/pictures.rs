//! A photo goes from a telephone to the neighbours' page, and where it was taken stays behind.

#![expect(clippy::indexing_slicing, reason = "a member that a JSON value does not have is null, no panic")]

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tests::quarter::{Quarter, post};
use tests::{browser, client, wait};

/// Neighbours at the first word, as in the demo.
const OPEN: (&str, &str) = ("QUARTIER_NEIGHBOURS_ACCEPT", "automatic");
const PATIENCE: Duration = Duration::from_secs(20);
const ALT: &str = "Abendhimmel über dem Nordmarkt";

/// A chunk of a PNG with its checksum.
fn chunk(name: [u8; 4], data: &[u8]) -> Vec<u8> {
    let body = [name.as_slice(), data].concat();
    let sum = !body.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { (sum >> 1) ^ 0xedb8_8320 } else { sum >> 1 })
    });
    let length = u32::try_from(data.len()).unwrap_or(0);
    [&length.to_be_bytes()[..], &body, &sum.to_be_bytes()].concat()
}

/// An evening sky of 900 by 600 pixels, not packed.
fn sky() -> Vec<u8> {
    let mut rows = Vec::new();
    for y in 0..600_u32 {
        rows.push(0);
        for x in 0..900_u32 {
            let warm = (x * 120 / 900 + y * 130 / 600).min(255);
            rows.extend([warm, 90, 255 - warm].map(|value| u8::try_from(value).unwrap_or(255)));
        }
    }
    let (mut low, mut high) = (1_u32, 0_u32);
    for byte in &rows {
        low = (low + u32::from(*byte)) % 65_521;
        high = (high + low) % 65_521;
    }
    let mut packed = vec![0x78, 1];
    for (nth, block) in rows.chunks(60_000).enumerate() {
        let length = u16::try_from(block.len()).unwrap_or(0);
        packed.push(u8::from((nth + 1) * 60_000 >= rows.len()));
        packed.extend([length.to_le_bytes(), (!length).to_le_bytes()].concat());
        packed.extend(block);
    }
    packed.extend((high << 16 | low).to_be_bytes());
    let header = [&900_u32.to_be_bytes()[..], &600_u32.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    [b"\x89PNG\r\n\x1a\n".as_slice(), &chunk(*b"IHDR", &header), &chunk(*b"IDAT", &packed), &chunk(*b"IEND", b"")]
        .concat()
}

/// The sky as a telephone keeps it: a JPEG that says where it was taken.
fn photo() -> Result<Vec<u8>> {
    let jpeg = media::read(&sky(), media::LARGE)?.large.bytes;
    let mut exif =
        b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x88\x25\0\x04\0\0\0\x01\0\0\0\x1a\0\0\0\0GPSLatitude 51.5136".to_vec();
    exif.splice(0..0, [0xff, 0xe1, 0, u8::try_from(exif.len() + 2)?]);
    Ok([&jpeg[..2], &exif, &jpeg[2..]].concat())
}

/// Uploads a photo; gives the `Image` to attach.
async fn upload(quarter: &Quarter, token: &str) -> Result<Value> {
    let actor = quarter.actor().await?;
    let address = actor["endpoints"]["uploadMedia"].as_str().context("no upload endpoint")?.to_owned();
    let part =
        |name: &str| format!("--wall\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"a.json\"\r\n\r\n");
    let object = json!({"type": "Image", "name": ALT, "focalPoint": [0.0, 0.8]}).to_string();
    let body = [
        part("object").as_bytes(),
        object.as_bytes(),
        b"\r\n",
        part("file").as_bytes(),
        &photo()?,
        b"\r\n--wall--\r\n",
    ]
    .concat();
    let request =
        client::new()?.post(address).bearer_auth(token).header("content-type", "multipart/form-data; boundary=wall");
    let answer = request.body(body).send().await?;
    ensure!(answer.status().as_u16() == 201, "the upload answered {}", answer.status());
    Ok(serde_json::from_str(&answer.text().await?)?)
}

fn contains(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|window| window == word)
}

/// How many files there are below a folder; none of them tells a place.
fn files(folder: &Path) -> Result<usize> {
    let mut count = 0;
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            count += files(&path)?;
        } else {
            ensure!(!contains(&std::fs::read(&path)?, b"GPS"), "{} tells where it was taken", path.display());
            count += 1;
        }
    }
    Ok(count)
}

/// The first address of a picture on a page.
fn picture(page: &str) -> Result<String> {
    let picture = page.split("<img ").nth(1).and_then(|rest| rest.split("src=\"").nth(1)).context("no picture")?;
    Ok(picture.split('"').next().unwrap_or_default().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_stands_on_the_neighbours_page_through_its_own_copy_and_tells_no_place() -> Result<()> {
    let nord = Quarter::start_with("nord", &[OPEN]).await?;
    let sued = Quarter::start_with("sued", &[OPEN]).await?;
    nord.cli(&["neighbours", "invite", &sued.address()]).await?;
    let token = nord.editor().await?;
    let image = upload(&nord, &token).await?;
    let outbox = nord.actor().await?["outbox"].as_str().context("no outbox")?.to_owned();
    let client = client::new()?;
    let event = json!({"type": "Event", "name": "Lichterfest", "startTime": tests::attacker::moment(30),
        "content": "<p>Mit Laternen.</p>", "attachment": [image]});
    sued.shows("/neighbours", "nord", PATIENCE).await?;
    post(&client, &outbox, &token, &event).await?;
    let second = upload(&nord, &token).await?;
    let note = json!({"type": "Note", "content": "<p>So sah es gestern aus.</p>", "attachment": [second]});
    post(&client, &outbox, &token, &note).await?;

    let list = sued.shows("/events", "Lichterfest", PATIENCE).await?;
    // Its name stands in the head too, for search engines.
    let before = list.split("<bdi>Lichterfest").next().context("no title")?;
    let at = before.rsplit("href=\"").next().context("no link")?;
    let path = at.split('"').next().context("no address")?.to_owned();
    let page = sued.shows(&path, ALT, PATIENCE).await?;
    let address = picture(&page)?;
    ensure!(address.starts_with("/media/remote/"), "{address} is not the neighbour's own");
    let answer = client.get(sued.url(&address)?).header("accept", client::ACTIVITY_JSON).send().await?;
    ensure!(answer.status().as_u16() == 200, "the copy answered {}", answer.status());
    ensure!(
        answer.headers()["content-type"] == "image/jpeg" && answer.headers()["x-content-type-options"] == "nosniff"
    );
    ensure!(!contains(&answer.bytes().await?, b"GPS"));
    for quarter in [&nord, &sued] {
        let folder = quarter.database().parent().context("a folder")?.to_owned();
        let name = if quarter.host() == nord.host() { "media" } else { "cache/media" };
        ensure!(files(&folder.join(name))? >= 2, "the files of {} are somewhere else", quarter.host());
    }
    sued.shows("/posts", "So sah es gestern aus", PATIENCE).await?;

    let sign_in = nord.account("mira@example.org", "editor").await?;
    let link = sign_in.split_whitespace().find(|word| word.starts_with("http://")).context("no link")?;
    let own = ["/write/post", "/posts", "/events"];
    for (quarter, name, link, paths) in
        [(&sued, "pictures-sued", None, &own[1..]), (&nord, "pictures-nord", Some(link), &own[..])]
    {
        let words = json!({"base": quarter.base, "signIn": link, "name": name, "screenshots": browser::screenshots(),
            "paths": paths});
        let Some(found) = browser::run("pages", &words).await? else { break };
        let problems = found["problems"].as_array().context("problems")?;
        ensure!(problems.is_empty(), "{}", serde_json::to_string_pretty(problems)?);
    }

    // What is taken back is gone here at once, and there with the deletion.
    let made = client::json(&client, &format!("{outbox}?page=true")).await?;
    let object = made["orderedItems"].as_array().into_iter().flatten().find(|one| one["object"]["type"] == "Event");
    let id = object.context("no event in the outbox")?["object"]["id"].clone();
    post(&client, &outbox, &token, &json!({"type": "Delete", "object": id})).await?;
    let own = image["url"].as_str().context("no address")?;
    ensure!(client.get(own).send().await?.status().as_u16() == 410, "our own picture is still there");
    let remote = sued.url(&address)?;
    wait::until("the copy is gone", PATIENCE, async || {
        Ok((client.get(&remote).send().await?.status().as_u16() == 404).then_some(()))
    })
    .await
}
