//! A few characters that stand for a picture until it is loaded (the algorithm of blurha.sh).

use std::f32::consts::PI;

use image::{DynamicImage, RgbImage};

const DIGITS: &[u8; 83] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~";
/// How many waves across and down.
const ACROSS: u32 = 4;
const DOWN: u32 = 3;
/// A blur needs no more pixels than that on a side.
const SIDE: u32 = 32;

/// Red, green and blue of one wave, linear.
type Wave = [f32; 3];

/// Whether a text is a blurhash: its length fits what its first character says, and all are digits of base 83.
pub fn is_valid(text: &str) -> bool {
    let digit = |byte: &u8| DIGITS.iter().position(|digit| digit == byte);
    let Some(size) = text.as_bytes().first().and_then(digit) else { return false };
    let waves = (size % 9 + 1) * (size / 9 + 1);
    text.len() == 4 + 2 * waves && text.bytes().all(|byte| DIGITS.contains(&byte))
}

/// The blurhash of a picture.
pub(crate) fn of(image: &DynamicImage) -> String {
    let pixels = image.thumbnail(SIDE, SIDE).to_rgb8();
    let waves: Vec<Wave> =
        (0..DOWN).flat_map(|y| (0..ACROSS).map(move |x| (x, y))).map(|(x, y)| wave(&pixels, x, y)).collect();
    let mut text = String::new();
    let (average, rest) = waves.split_first().map_or(([0.0; 3], &[][..]), |(first, rest)| (*first, rest));
    digits(&mut text, (ACROSS - 1) + (DOWN - 1) * 9, 1);
    let strongest = rest.iter().flatten().fold(0.0_f32, |most, value| most.max(value.abs()));
    let scale = rounded((strongest * 166.0 - 0.5).floor().clamp(0.0, 82.0));
    digits(&mut text, scale, 1);
    digits(&mut text, average.iter().fold(0, |sum, value| sum * 256 + to_srgb(*value)), 4);
    let most = f32::from(u8::try_from(scale + 1).unwrap_or(u8::MAX)) / 166.0;
    for wave in rest {
        digits(&mut text, wave.iter().fold(0, |sum, value| sum * 19 + step(value / most)), 2);
    }
    text
}

/// How strong one wave is in the picture.
fn wave(pixels: &RgbImage, across: u32, down: u32) -> Wave {
    let (width, height) = (float(pixels.width()), float(pixels.height()));
    let mut sum = [0.0; 3];
    for (x, y, pixel) in pixels.enumerate_pixels() {
        let basis = (PI * float(across) * float(x) / width).cos() * (PI * float(down) * float(y) / height).cos();
        for (sum, value) in sum.iter_mut().zip(pixel.0) {
            *sum += basis * to_linear(value);
        }
    }
    let weight = if across + down == 0 { 1.0 } else { 2.0 };
    sum.map(|sum| sum * weight / (width * height))
}

fn digits(text: &mut String, value: u32, length: u32) {
    for place in (0..length).rev() {
        let digit = usize::try_from(value / 83_u32.pow(place) % 83).unwrap_or(0);
        text.extend(DIGITS.get(digit).map(|byte| char::from(*byte)));
    }
}

/// From −1 … 1 to 0 … 18, finer near the middle.
fn step(value: f32) -> u32 {
    rounded((value.signum() * value.abs().sqrt() * 9.0 + 9.5).floor().clamp(0.0, 18.0))
}

fn to_linear(value: u8) -> f32 {
    let value = f32::from(value) / 255.0;
    if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
}

fn to_srgb(value: f32) -> u32 {
    let value = value.clamp(0.0, 1.0);
    let curved = if value <= 0.003_130_8 { value * 12.92 } else { 1.055 * value.powf(1.0 / 2.4) - 0.055 };
    rounded(curved * 255.0 + 0.5)
}

/// A small number of ours that is not negative.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0 … 255 by every caller")]
fn rounded(value: f32) -> u32 {
    value as u32
}

#[expect(clippy::cast_precision_loss, reason = "sides of at most 32 pixels")]
fn float(value: u32) -> f32 {
    value as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_picture_is_its_colour_and_nothing_else() {
        let red = DynamicImage::ImageRgb8(RgbImage::from_pixel(8, 8, image::Rgb([255, 0, 0])));
        let hash = of(&red);
        assert!(is_valid(&hash), "{hash}");
        // 4 × 3 waves, and #ff0000 in base 83.
        assert!(hash.starts_with('L') && hash.get(2..6) == Some("TI:j"), "{hash}");
    }

    #[test]
    fn a_blurhash_has_the_length_that_it_says() {
        assert!(is_valid("U5SY?Z00nOxu7ORP.8-pU^kVS#NGXyxbMxM{"));
        for bad in ["", "U5SY", "L00000000000000000000000000000\"", "äöü", "00", &"0".repeat(5_000)] {
            assert!(!is_valid(bad), "{bad}");
        }
    }
}
