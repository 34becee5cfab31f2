//! Pictures that belong to posts and events: our own, and those of others that we keep a link to.

use jiff::Timestamp;
use url::Url;
use uuid::Uuid;

use crate::html;

/// The most pictures that a post or an event of ours has.
pub const MAX_OWN: usize = 4;
/// The most attachments that are kept of another server's object.
pub const MAX_OTHERS: usize = 8;
/// The longest description, in characters, as at Mastodon.
pub const MAX_ALT: usize = 1_500;
/// The longest line about who made a picture, in characters.
pub const MAX_CREDIT: usize = 200;

/// The format of a picture that we encoded ourselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Photographs, and everything without transparency.
    Jpeg,
    /// What has transparent parts.
    Png,
}

impl Format {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Jpeg, Self::Png];

    /// How the file's name ends, without the dot; also its name in the database.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
        }
    }

    /// The format whose files end so.
    pub fn from_ending(ending: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.ending() == ending)
    }

    /// The media type (RFC 2046).
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }
}

/// What must stay visible when a picture is cut: from −1 (left, below) to 1 (right, above), as Mastodon has it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Focus {
    /// Left to right.
    pub x: f64,
    /// Below to above.
    pub y: f64,
}

impl Focus {
    /// The point, if both are numbers from −1 to 1.
    pub fn new(x: f64, y: f64) -> Option<Self> {
        let inside = |value: f64| (-1.0..=1.0).contains(&value);
        (inside(x) && inside(y)).then_some(Self { x, y })
    }
}

/// A picture that somebody here uploaded.
#[derive(Clone, Debug, PartialEq)]
pub struct Media {
    /// Random, and so its address cannot be guessed.
    pub id: Uuid,
    /// The account that uploaded it.
    pub account: Uuid,
    /// How it is encoded.
    pub format: Format,
    /// The width of the large file in pixels.
    pub width: u32,
    /// The height of the large file in pixels.
    pub height: u32,
    /// How many bytes its files have together.
    pub bytes: u64,
    /// What can be seen, for those who cannot.
    pub alt: String,
    /// Who made it, and its licence.
    pub credit: Option<String>,
    /// What must stay visible.
    pub focus: Option<Focus>,
    /// What stands for it until it is loaded.
    pub blurhash: String,
    /// When it was uploaded.
    pub created_at: Timestamp,
}

impl Media {
    /// The name of a file of it: `ID.jpg`, or `ID.small.jpg`.
    pub fn file_name(&self, small: bool) -> String {
        file_name(self.id, self.format, small)
    }
}

/// The name of the file of a picture under an id.
pub fn file_name(id: Uuid, format: Format, small: bool) -> String {
    format!("{id}{}.{}", if small { ".small" } else { "" }, format.ending())
}

/// A description as somebody wrote it: one line without markup; `None` where there is none.
pub fn alt(text: &str) -> Option<String> {
    Some(html::line(&html::escape(text), MAX_ALT)).filter(|alt| !alt.is_empty())
}

/// Who made a picture and its licence, as somebody wrote it: `Mira Kaya, CC BY 4.0`.
pub fn credit(text: &str) -> Option<String> {
    Some(html::line(&html::escape(text), MAX_CREDIT)).filter(|credit| !credit.is_empty())
}

/// A picture that is to belong to a post or an event, with its description.
#[derive(Clone, Debug, PartialEq)]
pub struct Pick {
    /// Which of the uploaded ones.
    pub id: Uuid,
    /// What can be seen, for those who cannot.
    pub alt: String,
    /// Who made it, and its licence.
    pub credit: Option<String>,
    /// What must stay visible.
    pub focus: Option<Focus>,
}

/// The pictures that a post or an event is to have, in this order and no others.
#[derive(Clone, Debug, PartialEq)]
pub struct Illustrations {
    /// The account that chose them; it may take only what it uploaded itself.
    pub account: Uuid,
    /// At most [`MAX_OWN`].
    pub picks: Vec<Pick>,
}

/// Something another server attached to an object of its own; of its bytes we have at most a copy.
#[derive(Clone, Debug, PartialEq)]
pub struct Attachment {
    /// Our key, and the name of our copy.
    pub id: Uuid,
    /// Where it is.
    pub url: Url,
    /// Whether it is shown as a picture; everything else is a link.
    pub picture: bool,
    /// What its author says about it.
    pub alt: Option<String>,
    /// Who made it, and its licence, as its author says.
    pub credit: Option<String>,
    /// What must stay visible.
    pub focus: Option<Focus>,
    /// What stands for it until it is loaded.
    pub blurhash: Option<String>,
    /// Width and height in pixels as its server says, where it says so.
    pub size: Option<(u32, u32)>,
    /// Whether it is shown only to those who ask for it.
    pub sensitive: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_outside_the_picture_is_none() {
        assert!(Focus::new(-1.0, 1.0).is_some());
        for (x, y) in [(1.1, 0.0), (0.0, f64::NAN), (f64::INFINITY, 0.0)] {
            assert_eq!(Focus::new(x, y), None);
        }
    }

    #[test]
    fn a_description_is_one_bounded_line_and_keeps_its_brackets() {
        assert_eq!(alt(" Kinder <lachen>\n& tanzen ").as_deref(), Some("Kinder <lachen> & tanzen"));
        assert_eq!(alt(" \n"), None);
        assert_eq!(alt(&"ä".repeat(9_000)).map(|text| text.chars().count()), Some(MAX_ALT));
    }
}
