//! A piece of a map: the Mercator projection that tiles on the web have, and what of it fits into a frame.

use std::f64::consts::PI;

use crate::place::Position;

/// The width and height of a tile, in pixels.
pub const TILE: u32 = 256;
/// The zooms that are shown: a town, and its houses.
pub const ZOOMS: std::ops::RangeInclusive<u8> = 11..=18;
/// How far from the middle of the quarter a map may be, in metres.
pub const REACH: f64 = 10_000.0;
/// The length of the equator, in metres.
const EQUATOR: f64 = 40_075_016.686;
/// The Mercator projection ends here.
const POLE: f64 = 85.051_128;

/// One tile of a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tile {
    /// How near.
    pub zoom: u8,
    /// From the date line eastwards.
    pub x: u32,
    /// From the north southwards.
    pub y: u32,
}

impl Tile {
    /// A tile that a map of the quarter around `centre` can show.
    pub fn near(zoom: u8, x: u32, y: u32, centre: Position) -> Option<Self> {
        if !ZOOMS.contains(&zoom) {
            return None;
        }
        let half = f64::from(TILE) / 2.0;
        let (east, south) = (f64::from(x) * f64::from(TILE) + half, f64::from(y) * f64::from(TILE) + half);
        let (middle_east, middle_south) = project(centre, zoom);
        // A frame may reach a little farther than its middle.
        let most = REACH / metres_per_pixel(centre.latitude, zoom) + f64::from(FRAME.0);
        let is_near = (east - middle_east).abs() <= most && (south - middle_south).abs() <= most;
        is_near.then_some(Self { zoom, x, y })
    }
}

/// The width and height of the frame, in pixels.
pub const FRAME: (u32, u32) = (768, 512);

/// A part of the map in a frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    /// What lies in the middle.
    pub centre: Position,
    /// How near.
    pub zoom: u8,
}

impl View {
    /// The nearest view that shows all of `positions`; `None` without any.
    pub fn of(positions: &[Position]) -> Option<Self> {
        let by = |of: fn(&Position) -> f64| {
            positions
                .iter()
                .map(of)
                .fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), at| (least.min(at), most.max(at)))
        };
        let ((south, north), (west, east)) = (by(|at| at.latitude), by(|at| at.longitude));
        let centre = Position::new(f64::midpoint(south, north), f64::midpoint(west, east))?;
        let fits = |zoom: &u8| {
            let view = Self { centre, zoom: *zoom };
            positions.iter().all(|at| {
                let (x, y) = view.pixel(*at);
                let (width, height) = (f64::from(FRAME.0), f64::from(FRAME.1));
                (0.05 * width..=0.95 * width).contains(&x) && (0.1 * height..=0.95 * height).contains(&y)
            })
        };
        let zoom = ZOOMS.rev().skip(2).find(fits).unwrap_or(*ZOOMS.start());
        Some(Self { centre, zoom })
    }

    /// Where a position lies in the frame, in pixels from its upper left corner; outside of it too.
    pub fn pixel(&self, at: Position) -> (f64, f64) {
        let (middle_east, middle_south) = project(self.centre, self.zoom);
        let (east, south) = project(at, self.zoom);
        (east - middle_east + f64::from(FRAME.0) / 2.0, south - middle_south + f64::from(FRAME.1) / 2.0)
    }

    /// Whether a position is within the frame.
    pub fn shows(&self, at: Position) -> bool {
        let (x, y) = self.pixel(at);
        (0.0..=f64::from(FRAME.0)).contains(&x) && (0.0..=f64::from(FRAME.1)).contains(&y)
    }

    /// So many metres are one pixel.
    pub fn metres_per_pixel(&self) -> f64 {
        metres_per_pixel(self.centre.latitude, self.zoom)
    }

    /// Half a frame further, east and south.
    #[must_use]
    pub fn moved(&self, east: f64, south: f64) -> Self {
        let (x, y) = project(self.centre, self.zoom);
        let (width, height) = (f64::from(FRAME.0) / 2.0, f64::from(FRAME.1) / 2.0);
        let centre = unproject(x + east * width, y + south * height, self.zoom).unwrap_or(self.centre);
        Self { centre, ..*self }
    }

    /// Nearer or farther by one step, as far as there are zooms.
    pub fn zoomed(&self, nearer: bool) -> Option<Self> {
        let zoom = if nearer { self.zoom.checked_add(1)? } else { self.zoom.checked_sub(1)? };
        ZOOMS.contains(&zoom).then_some(Self { zoom, ..*self })
    }

    /// The tiles that fill the frame, each with its upper left corner in pixels.
    pub fn tiles(&self) -> Vec<(Tile, f64, f64)> {
        let (middle_east, middle_south) = project(self.centre, self.zoom);
        let size = f64::from(TILE);
        let (west, north) = (middle_east - f64::from(FRAME.0) / 2.0, middle_south - f64::from(FRAME.1) / 2.0);
        let mut tiles = Vec::new();
        for row in 0..=FRAME.1 / TILE {
            for column in 0..=FRAME.0 / TILE {
                let corner = ((west / size).floor() + f64::from(column), (north / size).floor() + f64::from(row));
                if let (Some(x), Some(y)) = (index(corner.0, self.zoom), index(corner.1, self.zoom)) {
                    tiles.push((Tile { zoom: self.zoom, x, y }, corner.0 * size - west, corner.1 * size - north));
                }
            }
        }
        tiles
    }
}

/// The whole number of a tile, if there is such a tile: `1 << zoom` of them go around the world.
fn index(number: f64, zoom: u8) -> Option<u32> {
    let count = 1_u32.checked_shl(u32::from(zoom))?;
    (0..=18_u32)
        .rev()
        .try_fold(0_u32, |found, bit| {
            let next = found | (1 << bit);
            Some(if f64::from(next) <= number { next } else { found })
        })
        .filter(|found| number >= 0.0 && *found < count && number < f64::from(count))
}

/// Pixels east and south of where the map begins.
fn project(at: Position, zoom: u8) -> (f64, f64) {
    let world = f64::from(TILE) * 2_f64.powi(i32::from(zoom));
    let latitude = at.latitude.clamp(-POLE, POLE).to_radians();
    let south = (1.0 - (latitude.tan() + 1.0 / latitude.cos()).ln() / PI) / 2.0;
    ((at.longitude + 180.0) / 360.0 * world, south * world)
}

fn unproject(east: f64, south: f64, zoom: u8) -> Option<Position> {
    let world = f64::from(TILE) * 2_f64.powi(i32::from(zoom));
    let latitude = (PI * (1.0 - 2.0 * south / world)).sinh().atan().to_degrees();
    Position::new(latitude, east / world * 360.0 - 180.0)
}

fn metres_per_pixel(latitude: f64, zoom: u8) -> f64 {
    EQUATOR * latitude.to_radians().cos() / (f64::from(TILE) * 2_f64.powi(i32::from(zoom)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(latitude: f64, longitude: f64) -> Position {
        Position::new(latitude, longitude).expect("a position")
    }

    #[test]
    fn tiles_have_the_numbers_that_everybody_gives_them() {
        // The worked example of the OpenStreetMap wiki: Hachiko in Tokyo.
        let view = View { centre: at(35.659_069_9, 139.700_679_3), zoom: 18 };
        assert!(view.tiles().iter().any(|(tile, _, _)| *tile == Tile { zoom: 18, x: 232_798, y: 103_246 }));
        assert_eq!(view.tiles().len(), 12);
        let (x, y) = view.pixel(view.centre);
        assert!((x - 384.0).abs() < 1e-6 && (y - 256.0).abs() < 1e-6);
    }

    #[test]
    fn a_view_holds_all_it_is_of_and_moves_by_half_a_frame() {
        let places = [at(51.50, 7.08), at(51.53, 7.12), at(51.51, 7.10)];
        let view = View::of(&places).expect("a view");
        assert!(places.iter().all(|place| view.shows(*place)));
        assert!(!view.zoomed(true).expect("a view").shows(places[0]) || view.zoom == 16);
        let (x, _) = view.moved(1.0, 0.0).pixel(view.centre);
        assert!(x.abs() < 1e-6, "{x}");
        assert_eq!(View::of(&[]), None);
        assert_eq!(View::of(&places[..1]).map(|view| view.zoom), Some(16), "one place is not shown as a doorstep");
    }

    #[test]
    fn only_the_quarter_and_what_is_around_it_has_tiles() {
        let centre = at(51.5, 7.1);
        let near = View { centre, zoom: 15 }.tiles();
        assert!(near.iter().all(|(tile, _, _)| Tile::near(tile.zoom, tile.x, tile.y, centre).is_some()));
        assert!(
            View { centre: at(52.5, 13.4), zoom: 15 }
                .tiles()
                .iter()
                .all(|(tile, _, _)| Tile::near(tile.zoom, tile.x, tile.y, centre).is_none())
        );
        assert_eq!(Tile::near(3, 4, 2, centre), None);
        assert_eq!(Tile::near(18, u32::MAX, u32::MAX, centre), None);
    }
}
