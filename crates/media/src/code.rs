//! How pictures are kept: JPEG where nothing shines through, PNG otherwise.

use domain::media::Format;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{DynamicImage, ExtendedColorType, ImageEncoder};

use crate::Unusable;

/// Good enough for print at this size, a quarter of what phones write.
const QUALITY: u8 = 84;

/// The format for a picture.
pub(crate) fn format_of(image: &DynamicImage) -> Format {
    let clear = image.color().has_alpha() && image.to_rgba8().pixels().any(|pixel| pixel.0[3] < u8::MAX);
    if clear { Format::Png } else { Format::Jpeg }
}

/// An encoded picture.
#[derive(Clone, PartialEq, Eq)]
pub struct Coded {
    /// The file.
    pub bytes: Vec<u8>,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}

impl std::fmt::Debug for Coded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Coded({}×{}, {} bytes)", self.width, self.height, self.bytes.len())
    }
}

pub(crate) fn encode(image: &DynamicImage, format: Format) -> Result<Coded, Unusable> {
    let (width, height) = (image.width(), image.height());
    let mut bytes = Vec::new();
    let done = match format {
        Format::Jpeg => {
            let pixels = image.to_rgb8();
            JpegEncoder::new_with_quality(&mut bytes, QUALITY).encode(&pixels, width, height, ExtendedColorType::Rgb8)
        }
        Format::Png => {
            let encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Default, FilterType::Adaptive);
            encoder.write_image(&image.to_rgba8(), width, height, ExtendedColorType::Rgba8)
        }
    };
    done.map_err(|_| Unusable::Damaged)?;
    Ok(Coded { bytes, width, height })
}
