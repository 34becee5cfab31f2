//! An address as a square of dots that a telephone reads, drawn as one path.

use std::fmt::Write;

use fast_qr::qr::QRBuilder;

/// The quiet edge that readers need, in dots.
const EDGE: usize = 4;

/// A drawing of an address.
pub(crate) struct Square {
    /// The width and height of the drawing, in dots.
    pub(crate) size: usize,
    /// The dark dots, as the `d` of a path.
    pub(crate) path: String,
}

/// Draws `address`; `None` for one that is too long to be drawn.
pub(crate) fn draw(address: &str) -> Option<Square> {
    let code = QRBuilder::new(address).build().ok()?;
    let mut path = String::new();
    for (row, dots) in code.data.chunks(code.size).take(code.size).enumerate() {
        for (column, _) in dots.iter().enumerate().filter(|(_, dot)| dot.value()) {
            write!(path, "M{} {}h1v1h-1z", column + EDGE, row + EDGE).ok()?;
        }
    }
    Some(Square { size: code.size + 2 * EDGE, path })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_drawn_with_its_three_corners() {
        let square = draw("https://nord.example/welcome?code=ABCDEFGH").expect("a drawing");
        let last = square.size - 2 * EDGE - 7 + EDGE;
        for corner in [(EDGE, EDGE), (last, EDGE), (EDGE, last)] {
            let dot = |x: usize, y: usize| square.path.contains(&format!("M{} {}h1", corner.0 + x, corner.1 + y));
            assert!((0..7).all(|step| dot(step, 0) && dot(0, step)), "a frame at {corner:?}");
            assert!(!dot(1, 1) && dot(3, 3), "with a dot in it at {corner:?}");
        }
        assert!(draw(&"x".repeat(9_000)).is_none());
    }
}
