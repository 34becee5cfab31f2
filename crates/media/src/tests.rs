//! Pictures as phones and attackers send them.

use std::time::{Duration, Instant};

use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};
use proptest::prelude::*;

use super::*;

/// A picture whose upper left quarter is red, the rest blue.
fn drawn(width: u32, height: u32) -> DynamicImage {
    let colour =
        |x, y| if x < width / 2 && y < height / 2 { Rgba([220, 20, 20, 255]) } else { Rgba([20, 20, 220, 255]) };
    DynamicImage::ImageRgba8(RgbaImage::from_fn(width, height, colour))
}

fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let image = if format == ImageFormat::Jpeg { DynamicImage::ImageRgb8(image.to_rgb8()) } else { image.clone() };
    image.write_to(&mut bytes, format).expect("an encoded picture");
    bytes.into_inner()
}

/// A JPEG with `chunk` put in as its first segment.
fn with_segment(jpeg: &[u8], marker: u8, chunk: &[u8]) -> Vec<u8> {
    let length = u16::try_from(chunk.len() + 2).expect("a short segment").to_be_bytes();
    [&jpeg[..2], &[0xff, marker], &length, chunk, &jpeg[2..]].concat()
}

/// EXIF that says: turned by `orientation`, and taken at a place.
fn exif(orientation: u8) -> Vec<u8> {
    let mut tiff = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x02".to_vec();
    tiff.extend([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]);
    tiff.extend([0x88, 0x25, 0, 4, 0, 0, 0, 1, 0, 0, 0, 38]);
    tiff.extend([0, 0, 0, 0]);
    tiff.extend(b"GPSLatitude 51.5136 owner Mira Muster");
    tiff
}

/// A PNG of `chunks` behind its signature, with right checksums.
fn png(chunks: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    for (name, data) in chunks {
        bytes.extend(u32::try_from(data.len()).expect("a short chunk").to_be_bytes());
        let body = [name.as_slice(), data].concat();
        bytes.extend(&body);
        bytes.extend(crc(&body).to_be_bytes());
    }
    bytes
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 })
    })
}

fn header(width: u32, height: u32) -> Vec<u8> {
    [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 6, 0, 0, 0]].concat()
}

/// A zlib stream of `length` bytes that unpacks to 150 times as many: a zero, and then "the last byte 258 times".
fn zeros_without_end(length: usize) -> Vec<u8> {
    let again = [1, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0];
    let bits = [1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0].into_iter().chain(std::iter::repeat(again).flatten());
    let mut bits = bits.take(length * 8);
    let mut bytes = vec![0x78, 0x9c];
    while let Some(first) = bits.next() {
        bytes.push((1..8).fold(first, |byte, place| byte | bits.next().unwrap_or(0) << place));
    }
    bytes
}

fn refused(bytes: &[u8]) -> Option<Unusable> {
    let begin = Instant::now();
    let result = read(bytes, LARGE).err();
    assert!(begin.elapsed() < Duration::from_secs(20), "it took too long");
    result
}

fn contains(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|window| window == word)
}

#[test]
fn every_format_becomes_two_pictures_of_bounded_size() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif] {
        let picture = read(&encoded(&drawn(2000, 1000), format), LARGE).expect("a picture");
        assert_eq!((picture.large.width, picture.large.height), (1600, 800), "{format:?}");
        assert_eq!((picture.small.width, picture.small.height), (640, 320), "{format:?}");
        assert_eq!(picture.format, Format::Jpeg, "nothing shines through");
        assert_eq!(image::guess_format(&picture.small.bytes).expect("a format"), ImageFormat::Jpeg);
        assert!(blurhash::is_valid(&picture.blurhash));
    }
}

#[test]
fn what_is_small_stays_as_large_as_it_is_and_glass_stays_clear() {
    let glass = DynamicImage::ImageRgba8(RgbaImage::from_pixel(30, 20, Rgba([1, 2, 3, 100])));
    let picture = read(&encoded(&glass, ImageFormat::Png), LARGE).expect("a picture");
    assert_eq!((picture.format, picture.large.width, picture.small.height), (Format::Png, 30, 20));
    let again = image::load_from_memory(&picture.large.bytes).expect("a picture").to_rgba8();
    assert_eq!(again.get_pixel(3, 3), &Rgba([1, 2, 3, 100]));
}

#[test]
fn med_04_a_photo_is_turned_upright_and_forgets_where_it_was_taken() {
    let plain = encoded(&drawn(400, 200), ImageFormat::Jpeg);
    // Six: to be turned a quarter to the right, so that the red corner comes to the upper right.
    let photo = with_segment(&with_segment(&plain, 0xe1, &exif(6)), 0xfe, b"owner Mira Muster");
    assert!(contains(&photo, b"GPSLatitude"));
    let picture = read(&photo, LARGE).expect("a picture");
    assert_eq!((picture.large.width, picture.large.height), (200, 400));
    let seen = image::load_from_memory(&picture.large.bytes).expect("a picture").to_rgb8();
    assert!(seen.get_pixel(150, 50).0[0] > 150 && seen.get_pixel(50, 50).0[2] > 150, "the corner is upper right");
    for coded in [&picture.large, &picture.small] {
        for word in [b"Exif".as_slice(), b"GPS", b"Mira", b"http", b"ICC_PROFILE"] {
            assert!(!contains(&coded.bytes, word), "{}", String::from_utf8_lossy(word));
        }
    }
}

#[test]
fn med_04_words_in_a_png_are_gone() {
    let whole = encoded(&drawn(4, 4), ImageFormat::Png);
    let text = png(&[(b"tEXt", b"Author\0Mira Muster".to_vec()), (b"eXIf", exif(1)[6..].to_vec())]);
    // Behind the header of 8 bytes and IHDR of 25.
    let photo = [&whole[..33], &text[8..], &whole[33..]].concat();
    let picture = read(&photo, LARGE).expect("a picture");
    assert!(!contains(&picture.large.bytes, b"Mira") && !contains(&picture.small.bytes, b"GPS"));
}

#[test]
fn med_03_a_header_that_promises_a_giant_is_refused_before_it_is_believed() {
    let giant = png(&[(b"IHDR", header(65_535, 65_535)), (b"IDAT", vec![0x78, 0x9c, 3, 0, 0, 0, 0, 1])]);
    assert_eq!(refused(&giant), Some(Unusable::TooManyPixels));
    let many = png(&[(b"IHDR", header(9_000, 9_000)), (b"IDAT", vec![0x78, 0x9c, 3, 0, 0, 0, 0, 1])]);
    assert_eq!(refused(&many), Some(Unusable::TooManyPixels));
    let gif = [b"GIF89a\xff\xff\xff\xff\0\0\0".as_slice(), b",\0\0\0\0\xff\xff\xff\xff\0\x02\x02\x44\x01\0;"].concat();
    assert_eq!(refused(&gif), Some(Unusable::TooManyPixels));
    let mut jpeg = encoded(&drawn(16, 16), ImageFormat::Jpeg);
    let frame = jpeg.windows(2).position(|pair| pair == [0xff, 0xc0]).expect("a frame header");
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0xff, 0xff, 0xff, 0xff]);
    assert_eq!(refused(&jpeg), Some(Unusable::TooManyPixels));
    assert_eq!(refused(&vec![0xff; MAX_BYTES + 1]), Some(Unusable::TooLarge));
}

#[test]
fn med_03_of_a_million_frames_one_is_read() {
    let one = encoded(&drawn(2, 2), ImageFormat::Gif);
    let body = &one[one.windows(2).position(|pair| pair == [0x21, 0xf9]).unwrap_or(13)..one.len() - 1];
    let mut many = one[..one.len() - 1].to_vec();
    while many.len() + body.len() < MAX_BYTES / 2 {
        many.extend_from_slice(body);
    }
    many.push(b';');
    let begin = Instant::now();
    let picture = read(&many, LARGE).expect("a picture");
    assert_eq!((picture.large.width, picture.large.height), (2, 2));
    assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
}

#[test]
fn med_03_a_profile_that_unpacks_without_end_is_stopped() {
    let whole = encoded(&drawn(4, 4), ImageFormat::Png);
    let packed = [b"bomb\0\0".as_slice(), &zeros_without_end(1_500_000)].concat();
    let bomb = png(&[(b"iCCP", packed), (b"eXIf", vec![0x4d; 1_000_000])]);
    let photo = [&whole[..33], &bomb[8..], &whole[33..]].concat();
    assert!(read(&photo, LARGE).is_ok_and(|picture| picture.large.width == 4) || refused(&photo).is_some());
    let jpeg = encoded(&drawn(8, 8), ImageFormat::Jpeg);
    let mut heavy = jpeg.clone();
    for _ in 0..100 {
        heavy = with_segment(&heavy, 0xe1, &[exif(3), vec![0xee; 60_000]].concat());
    }
    assert!(read(&heavy, LARGE).is_ok_and(|picture| picture.large.bytes.len() < 10_000));
}

#[test]
fn med_01_only_pictures_are_pictures_whatever_they_are_called() {
    for other in [
        b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>".as_slice(),
        b"{\"type\":\"Note\",\"id\":\"https://nord.example/posts/1\"}",
        b"<!doctype html><script>alert(1)</script>",
        b"#EXTM3U\nconcat:file:///etc/passwd",
        b"push graphic-context\nviewbox 0 0 1 1\nfill 'url(https://127.0.0.1/x\"|id\")'\n",
        b"%PDF-1.7",
        b"BM\0\0\0\0\0\0\0\0",
        b"II*\0\x08\0\0\0",
        b"\0\0\0\x1cftypavif",
        b"",
    ] {
        assert_eq!(refused(other), Some(Unusable::Unknown), "{}", String::from_utf8_lossy(other));
    }
}

#[test]
fn med_01_a_page_behind_a_photo_stays_behind() {
    let page = b"<html><script>alert(document.cookie)</script>";
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP] {
        let photo = [&encoded(&drawn(20, 20), format), page.as_slice()].concat();
        let Ok(picture) = read(&photo, LARGE) else { continue };
        assert!(!contains(&picture.large.bytes, b"script"), "{format:?}");
    }
    let hidden = with_segment(&encoded(&drawn(20, 20), ImageFormat::Jpeg), 0xfe, page);
    assert!(!contains(&read(&hidden, LARGE).expect("a picture").large.bytes, b"script"));
}

#[test]
fn a_file_that_breaks_off_is_an_answer_and_no_panic() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP] {
        let whole = encoded(&drawn(40, 40), format);
        for length in (0..whole.len()).step_by(3) {
            // What can be seen of it may be shown.
            let _ = read(&whole[..length], LARGE);
        }
    }
}

#[test]
fn a_line_of_pixels_stays_a_line() {
    let picture = read(&encoded(&drawn(1, 9_000), ImageFormat::Png), LARGE).expect("a picture");
    assert_eq!((picture.large.width, picture.large.height), (1, 1600));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn arbitrary_bytes_behind_a_true_beginning_never_panic(
        start in prop::sample::select(vec![
            b"\xff\xd8\xff".to_vec(), b"\x89PNG\r\n\x1a\n".to_vec(), b"GIF89a".to_vec(), b"RIFF\x40\0\0\0WEBPVP8 ".to_vec(),
            b"RIFF\x40\0\0\0WEBPVP8L".to_vec(), b"RIFF\x40\0\0\0WEBPVP8X".to_vec(),
        ]),
        rest in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        let _ = read(&[start, rest].concat(), LARGE);
    }

    #[test]
    fn a_picture_with_broken_bytes_never_panics(
        format in prop::sample::select(vec![ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP]),
        breaks in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
    ) {
        let mut bytes = encoded(&drawn(24, 24), format);
        for (at, value) in breaks {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        let _ = read(&bytes, LARGE);
    }
}
