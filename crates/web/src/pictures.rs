//! Pictures as the pages show them, each from our own address.

use std::collections::HashMap;

use domain::actor::Actor;
use domain::media::{Attachment, Focus, Media, file_name};
use storage::Tx;
use uuid::Uuid;

use crate::app::App;
use crate::error::PageError;
use crate::links;
use crate::visitor::Visitor;

/// The longest side of a small picture; of a large one of ours; of a large copy.
const SMALL: u32 = 640;
const COPY: u32 = 1200;

/// One picture.
pub(crate) struct Figure {
    pub(crate) small: String,
    pub(crate) large: String,
    /// Widths in pixels, where known: small, large.
    pub(crate) widths: Option<(u32, u32)>,
    /// Width and height of the large one, where known.
    pub(crate) size: Option<(u32, u32)>,
    pub(crate) alt: String,
    /// Who made it, and its licence.
    pub(crate) credit: Option<String>,
    /// The classes of the style sheet that keep what matters in sight.
    pub(crate) focus: String,
    /// Whether it is shown only to those who ask for it.
    pub(crate) sensitive: bool,
}

/// Something attached that is no picture.
pub(crate) struct Link {
    pub(crate) href: String,
    pub(crate) words: String,
}

/// What is attached to a post or an event.
#[derive(Default)]
pub(crate) struct Figures {
    pub(crate) pictures: Vec<Figure>,
    pub(crate) links: Vec<Link>,
}

/// Everything attached to an object of `author`.
pub(crate) async fn of(tx: &mut Tx, visitor: &Visitor, object: Uuid, author: &Actor) -> Result<Figures, PageError> {
    if author.is_local() {
        let all = storage::media::of_object(tx, object).await?;
        return Ok(Figures { pictures: all.iter().map(Figure::own).collect(), links: Vec::new() });
    }
    let (pictures, links): (Vec<_>, Vec<_>) =
        storage::attachments::of_object(tx, object).await?.into_iter().partition(|one| one.picture);
    let unnamed = visitor.text("media-undescribed");
    Ok(Figures {
        pictures: pictures.iter().map(|one| Figure::others(one, &unnamed)).collect(),
        links: links.iter().filter_map(Link::of).collect(),
    })
}

/// The first picture of each of those objects that has one, for lists. What is sensitive is not in lists.
pub(crate) async fn first_of<'a>(
    tx: &mut Tx,
    visitor: &Visitor,
    objects: impl Iterator<Item = (Uuid, &'a Actor)>,
) -> Result<HashMap<Uuid, Figure>, PageError> {
    let (ours, theirs): (Vec<_>, Vec<_>) = objects.partition(|(_, author)| author.is_local());
    let ids = |all: Vec<(Uuid, &Actor)>| all.into_iter().map(|(id, _)| id).collect::<Vec<_>>();
    let ours = storage::media::first_of(tx, ids(ours)).await?;
    let theirs = storage::attachments::first_of(tx, ids(theirs)).await?;
    let unnamed = visitor.text("media-undescribed");
    let ours = ours.iter().map(|(id, one)| (*id, Figure::own(one)));
    let theirs = theirs.iter().filter(|(_, one)| !one.sensitive).map(|(id, one)| (*id, Figure::others(one, &unnamed)));
    Ok(ours.chain(theirs).collect())
}

impl Figures {
    /// Takes out the picture that stands above all else: the first, unless it is one to be asked for.
    pub(crate) fn take_banner(&mut self) -> Option<Figure> {
        let first = self.pictures.first().is_some_and(|first| !first.sensitive);
        first.then(|| self.pictures.remove(0))
    }

    /// What previews elsewhere show of something of ours: the address of the first picture, and its description.
    pub(crate) fn to_share(&self, app: &App, author: &Actor) -> Option<(String, String)> {
        let first = self.pictures.first().filter(|_| author.is_local())?;
        Some((app.url(&first.large), first.alt.clone()))
    }
}

impl Figure {
    /// A picture of ours.
    pub(crate) fn own(media: &Media) -> Self {
        let size = (media.width, media.height);
        Self {
            small: format!("/media/{}", media.file_name(true)),
            large: format!("/media/{}", media.file_name(false)),
            widths: Some((scaled(size, SMALL).0, media.width)),
            size: Some(size),
            alt: media.alt.clone(),
            credit: media.credit.clone(),
            focus: classes(media.focus),
            sensitive: false,
        }
    }

    fn others(one: &Attachment, unnamed: &str) -> Self {
        let size = one.size.map(|size| scaled(size, COPY));
        Self {
            small: format!("/media/remote/{}.small", one.id),
            large: format!("/media/remote/{}", one.id),
            widths: size.map(|size| (scaled(size, SMALL).0, size.0)),
            size,
            alt: one.alt.clone().unwrap_or_else(|| unnamed.to_owned()),
            credit: one.credit.clone(),
            focus: classes(one.focus),
            sensitive: one.sensitive,
        }
    }
}

impl Link {
    fn of(one: &Attachment) -> Option<Self> {
        let href = links::web(&one.url)?.to_owned();
        let words = one.alt.clone().or_else(|| one.url.host_str().map(str::to_owned));
        Some(Self { words: words.unwrap_or_else(|| href.clone()), href })
    }
}

/// The name of the small file of an uploaded picture that a form carries along: `ID.jpg` is `ID.small.jpg`.
pub(crate) fn small(name: &str) -> Option<String> {
    let (id, ending) = name.split_once('.')?;
    Some(file_name(id.parse().ok()?, domain::media::Format::from_ending(ending)?, true))
}

/// A picture's size when its longer side is at most `side`.
fn scaled((width, height): (u32, u32), side: u32) -> (u32, u32) {
    let longest = width.max(height).max(1);
    if longest <= side {
        return (width, height);
    }
    let shrink = |length: u32| {
        let length = u64::from(length) * u64::from(side) / u64::from(longest);
        u32::try_from(length).unwrap_or(side).max(1)
    };
    (shrink(width), shrink(height))
}

/// The style sheet knows five places across and five down: a page may carry no style of its own.
fn classes(focus: Option<Focus>) -> String {
    let Some(focus) = focus else { return String::new() };
    let place = |value: f64| match value {
        ..-0.6 => 0,
        ..-0.2 => 1,
        ..=0.2 => 2,
        ..=0.6 => 3,
        _ => 4,
    };
    format!("x{} y{}", place(focus.x), place(-focus.y))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_keeps_its_shape() {
        assert_eq!(scaled((4000, 3000), 640), (640, 480));
        assert_eq!(scaled((3000, 4000), 640), (480, 640));
        assert_eq!(scaled((100, 50), 640), (100, 50));
        assert_eq!(scaled((100_000, 1), 640), (640, 1));
    }

    #[test]
    fn what_must_stay_visible_is_one_of_twenty_five_places() {
        assert_eq!(classes(Focus::new(0.0, 0.0)), "x2 y2");
        assert_eq!(classes(Focus::new(-1.0, 1.0)), "x0 y0");
        assert_eq!(classes(Focus::new(0.5, -0.5)), "x3 y3");
        assert_eq!(classes(None), "");
    }
}
