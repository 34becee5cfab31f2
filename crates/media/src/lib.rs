//! Pictures: bytes from anywhere in, small safe pictures without metadata out. No files, no network, no threads.
//!
//! What comes out was decoded and encoded anew, so nothing of what came in is left but what can be seen: no place where
//! a photo was taken, no thumbnail of what was cut off, no page behind the last pixel. Colours are taken to be sRGB.

pub mod blurhash;
mod code;
mod scale;
#[cfg(test)]
mod tests;

pub use code::Coded;

use std::io::Cursor;

use domain::media::Format;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};

/// The most bytes that are read as a picture: 20 MB.
pub const MAX_BYTES: usize = 20 * 1000 * 1000;
/// The most pixels: 33 million, twice what a good phone takes.
pub const MAX_PIXELS: u64 = 33_000_000;
/// The longest side, in pixels: a panorama.
pub const MAX_SIDE: u32 = 20_000;
/// What a decoder may take in memory, the decoded picture included: 33 million pixels of four bytes, and some.
const MAX_MEMORY: u64 = 160 * 1000 * 1000;

/// The longest side of our own pictures.
pub const LARGE: u32 = 1600;
/// The longest side of a picture of another server, of which we only keep a copy.
pub const COPY: u32 = 1200;
/// The longest side in lists and on small screens.
pub const SMALL: u32 = 640;

/// A picture fit to be shown, in two sizes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// The format of both.
    pub format: Format,
    /// As large as was asked for, or as large as it was.
    pub large: Coded,
    /// At most [`SMALL`] pixels on its longer side.
    pub small: Coded,
    /// A blur that stands for it until it is loaded (blurha.sh).
    pub blurhash: String,
}

/// Why something is not taken as a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// More than [`MAX_BYTES`].
    #[error("the file is larger than 20 MB")]
    TooLarge,
    /// None of JPEG, PNG, WebP and GIF, judged by its first bytes and not by its name.
    #[error("the file is no JPEG, PNG, WebP or GIF")]
    Unknown,
    /// More pixels, or more memory to decode, than allowed.
    #[error("the picture has more than 33 million pixels")]
    TooManyPixels,
    /// It begins like a picture and cannot be decoded.
    #[error("the picture is damaged")]
    Damaged,
}

/// Reads a picture of at most `side` pixels on its longer side out of `bytes`; of moving ones the first frame.
///
/// Takes up to two seconds and 300 MB for the largest that is allowed: not for a thread that others wait for.
pub fn read(bytes: &[u8], side: u32) -> Result<Picture, Unusable> {
    let decoded = decode(bytes)?;
    let large = scale::fit(decoded.image, side);
    let large = scale::turned(large, decoded.orientation);
    let small = scale::fit(large.clone(), SMALL);
    let format = code::format_of(&large);
    let blurhash = blurhash::of(&small);
    Ok(Picture { format, large: code::encode(&large, format)?, small: code::encode(&small, format)?, blurhash })
}

struct Decoded {
    image: DynamicImage,
    orientation: image::metadata::Orientation,
}

fn decode(bytes: &[u8]) -> Result<Decoded, Unusable> {
    if bytes.len() > MAX_BYTES {
        return Err(Unusable::TooLarge);
    }
    let found = image::guess_format(bytes).map_err(|_| Unusable::Unknown)?;
    if !matches!(found, ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP | ImageFormat::Gif) {
        return Err(Unusable::Unknown);
    }
    let mut reader = ImageReader::with_format(Cursor::new(bytes), found);
    reader.limits(limits());
    let mut decoder = reader.into_decoder().map_err(|error| unusable(&error))?;
    let (width, height) = decoder.dimensions();
    // Before a byte is set aside for pixels: a header may promise whatever it likes.
    if u64::from(width) * u64::from(height) > MAX_PIXELS || decoder.total_bytes() > MAX_MEMORY {
        return Err(Unusable::TooManyPixels);
    }
    let orientation = decoder.orientation().unwrap_or(image::metadata::Orientation::NoTransforms);
    let image = DynamicImage::from_decoder(decoder).map_err(|error| unusable(&error))?;
    Ok(Decoded { image, orientation })
}

fn limits() -> Limits {
    let mut limits = Limits::no_limits();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_MEMORY);
    limits
}

fn unusable(error: &image::ImageError) -> Unusable {
    if matches!(error, image::ImageError::Limits(_)) { Unusable::TooManyPixels } else { Unusable::Damaged }
}
