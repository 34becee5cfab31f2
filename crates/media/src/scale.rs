//! Smaller, and the right way up.

use image::DynamicImage;
use image::imageops::FilterType;
use image::metadata::Orientation;

/// The picture with at most `side` pixels on its longer side; never larger than it was.
pub(crate) fn fit(image: DynamicImage, side: u32) -> DynamicImage {
    let longest = image.width().max(image.height());
    if longest <= side {
        return image;
    }
    // A coarse step first: the fine filter needs sixteen bytes for every pixel of a picture as wide as what it gets.
    let rough = side.saturating_mul(2);
    let image = if longest > rough { image.thumbnail(rough, rough) } else { image };
    image.resize(side, side, FilterType::CatmullRom)
}

/// The picture as it was meant to be held (EXIF's orientation), after it was made small.
pub(crate) fn turned(mut image: DynamicImage, orientation: Orientation) -> DynamicImage {
    image.apply_orientation(orientation);
    image
}
