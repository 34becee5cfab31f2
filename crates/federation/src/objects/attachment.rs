//! What is attached to objects on the wire: our pictures, and others' in whatever shape they come.
#![expect(
    clippy::indexing_slicing,
    reason = "our own JSON takes new members by index; nothing from outside is indexed"
)]

use ::media::blurhash;
use domain::invalid::Invalid;
use domain::media::{self, Attachment, Focus, Illustrations, MAX_OTHERS, Media, Pick};
use serde_json::{Value, json};
use storage::Tx;
use url::Url;
use uuid::Uuid;

use crate::error::Result;
use crate::instance::Instance;
use crate::paths;
use crate::shape;

/// What we can show.
const SHOWN: [&str; 4] = ["image/jpeg", "image/png", "image/webp", "image/gif"];
/// How the names of such files end, for those who do not say the type.
const ENDINGS: [&str; 5] = [".jpg", ".jpeg", ".png", ".webp", ".gif"];
/// The largest width or height that is believed.
const MAX_SIDE: f64 = 100_000.0;
/// What Mobilizon calls the first picture; no description.
const BANNER: &str = "Banner";

/// Gives the object of `draft`'s making its pictures, if the draft says which.
pub(crate) async fn attach(tx: &mut Tx, object: Uuid, pictures: Option<&Illustrations>) -> Result<()> {
    let Some(pictures) = pictures else { return Ok(()) };
    let mut ids: Vec<Uuid> = pictures.picks.iter().map(|pick| pick.id).collect();
    let lent: Vec<Uuid> = storage::media::lent(tx, object).await?.into_iter().map(|media| media.id).collect();
    if !lent.is_empty() && ids == lent {
        return Ok(());
    }
    // What belongs to the whole series is not taken away from the others.
    ids.retain(|id| !lent.contains(id));
    if !storage::media::attach(tx, object, Some(pictures.account), &ids).await? {
        return Err(Invalid::one("attachment", "media-not-yours").into());
    }
    for pick in pictures.picks.iter().filter(|pick| ids.contains(&pick.id)) {
        storage::media::describe(tx, pick).await?;
    }
    Ok(())
}

/// Puts the pictures of one of our objects in front of what else is attached to its JSON.
///
/// The first is an event's banner: Mobilizon takes `image`, or else the first picture, Gancio the first picture.
pub(crate) async fn illustrate(tx: &mut Tx, instance: &Instance, id: Uuid, mut object: Value) -> Result<Value> {
    let pictures: Vec<Value> =
        storage::media::of_object(tx, id).await?.iter().map(|media| write(instance, media)).collect();
    let Some(first) = pictures.first().cloned() else { return Ok(object) };
    if object["type"] == "Event" {
        object["image"] = first;
    }
    if let Some(attached) = object["attachment"].as_array_mut() {
        attached.splice(0..0, pictures);
    }
    Ok(object)
}

/// A picture of ours: `name` is its description, which is what Mastodon shows and reads out.
pub fn write(instance: &Instance, media: &Media) -> Value {
    let mut picture = json!({
        "type": "Image",
        "mediaType": media.format.media_type(),
        "url": instance.url(&paths::media(media)),
        "name": media.alt,
        "width": media.width,
        "height": media.height,
        "blurhash": media.blurhash,
    });
    if let Some(credit) = &media.credit {
        picture["creditText"] = json!(credit);
    }
    if let Some(focus) = media.focus {
        picture["focalPoint"] = json!([focus.x, focus.y]);
    }
    picture
}

/// Our own pictures that an object handed in by a program names in `attachment`; every problem at that field.
pub fn picks(object: &Value, instance: &Instance) -> Result<Vec<Pick>, Invalid> {
    let pick = |entry: &Value| {
        let url = addresses(entry).find_map(|(url, _)| instance.is_ours(&url).then_some(url))?;
        let id = url.path().strip_prefix("/media/")?.split('.').next()?.parse().ok()?;
        let alt = shape::text(entry, "name").and_then(media::alt);
        Some(
            alt.map(|alt| Pick { id, alt, credit: credit(entry), focus: focus(entry) })
                .ok_or(Invalid::one("attachment", "media-alt-missing")),
        )
    };
    let picks: Vec<Pick> = shape::entries(object, "attachment").filter_map(pick).collect::<Result<_, _>>()?;
    if picks.len() > media::MAX_OWN { Err(Invalid::one("attachment", "media-too-many")) } else { Ok(picks) }
}

/// Reads what is attached to another server's object: at most eight, each with bounds; what is odd is left out.
pub fn read(object: &Value, instance: &Instance) -> Vec<Attachment> {
    let sensitive = shape::is_true(object, "sensitive") || shape::is_true(object, "as:sensitive");
    let itself = shape::kind(object, |kind| (kind == "Image").then_some(()));
    let attached = shape::entries(object, "attachment").flat_map(|entry| match entry {
        Value::Array(list) => list.as_slice(),
        one => std::slice::from_ref(one),
    });
    let mut found: Vec<Attachment> = Vec::new();
    for entry in attached.chain(itself.map(|()| object)) {
        let one = read_one(entry, instance, sensitive).filter(|one| found.iter().all(|other| other.url != one.url));
        found.extend(one);
        if found.len() == MAX_OTHERS {
            return found;
        }
    }
    if found.iter().all(|one| !one.picture) {
        let image = shape::entries(object, "image").find_map(|entry| read_one(entry, instance, sensitive));
        found.splice(0..0, image.filter(|image| image.picture));
    }
    found
}

fn read_one(entry: &Value, instance: &Instance, sensitive: bool) -> Option<Attachment> {
    let kind = match entry {
        Value::String(_) => "Link",
        Value::Object(_) => shape::kind(entry, known)?,
        _ => return None,
    };
    let mut all = addresses(entry).filter(|(url, _)| !instance.is_ours(url));
    let first = all.next()?;
    // Of several sizes and pages the first picture.
    let is_shown = |(_, kind): &(Url, Option<&str>)| kind.is_some_and(|kind| SHOWN.contains(&kind));
    let (url, media_type) = if is_shown(&first) { first } else { all.find(is_shown).unwrap_or(first) };
    let name = shape::text(entry, "name").or_else(|| shape::text(entry, "summary"));
    let picture = is_picture(kind, &url, media_type);
    // Links to pages stand below the words already.
    if kind == "Link" && !picture {
        return None;
    }
    Some(Attachment {
        id: instance.new_id(),
        picture,
        alt: name.filter(|name| *name != BANNER).and_then(media::alt),
        credit: credit(entry),
        focus: focus(entry),
        blurhash: shape::text(entry, "blurhash").filter(|hash| blurhash::is_valid(hash)).map(str::to_owned),
        size: side(entry, "width").zip(side(entry, "height")),
        sensitive: sensitive || shape::is_true(entry, "sensitive"),
        url,
    })
}

/// Who made it, and its licence (schema.org).
fn credit(entry: &Value) -> Option<String> {
    shape::text(entry, "creditText").and_then(media::credit)
}

fn known(kind: &str) -> Option<&'static str> {
    ["Image", "Document", "Link", "Video", "Audio"].into_iter().find(|known| *known == kind)
}

fn is_picture(kind: &str, url: &Url, media_type: Option<&str>) -> bool {
    let path = url.path().to_ascii_lowercase();
    match media_type {
        Some(media_type) => SHOWN.contains(&media_type),
        None => {
            kind == "Image" || (matches!(kind, "Document" | "Link") && ENDINGS.iter().any(|end| path.ends_with(end)))
        }
    }
}

/// Every web address of an attachment with the media type it is said to have.
fn addresses(entry: &Value) -> impl Iterator<Item = (Url, Option<&str>)> {
    let own = media_type(entry);
    let itself = entry.is_string().then_some(entry);
    let below = ["url", "href"].into_iter().flat_map(move |name| shape::entries(entry, name));
    itself.into_iter().chain(below).filter_map(move |value| {
        let url = shape::link(&json!({ "url": value }), "url").filter(Url::has_host)?;
        Some((url, media_type(value).or(own)))
    })
}

fn media_type(value: &Value) -> Option<&str> {
    value.get("mediaType").and_then(Value::as_str).filter(|kind| !kind.is_empty())
}

/// The point of a picture that must stay visible (`focalPoint`), if it has one.
pub fn focus(entry: &Value) -> Option<Focus> {
    let point = entry.get("focalPoint")?;
    let point = point.get("@list").unwrap_or(point).as_array()?;
    Focus::new(point.first()?.as_f64()?, point.get(1)?.as_f64()?)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within bounds that fit")]
fn side(entry: &Value, name: &str) -> Option<u32> {
    let side = shape::number(entry, name).or_else(|| shape::number(shape::get(entry, "url")?, name))?;
    (1.0..=MAX_SIDE).contains(&side).then_some(side as u32)
}
