//! Gancio: its pages lead to `/api/events`, which answers a list.

use domain::event::Details;
use domain::place::{Place, Position};
use jiff::Timestamp;
use serde_json::Value;
use url::Url;

use super::event::{self, Moment};
use super::{Page, Part, html};
use crate::shape;

/// Where its events are.
const EVENTS: &str = "/api/events";

/// Knows its list of events, and its pages by their maker's name.
pub(super) fn read(page: &Page) -> Option<Part> {
    if html::is_html(page.body) {
        return is_gancio(page).then(|| Part { next: page.url.join(EVENTS).into_iter().collect(), ..Part::default() });
    }
    let Ok(Value::Array(all)) = serde_json::from_slice::<Value>(page.body) else { return None };
    let is_ours = all.iter().all(|one| one.get("start_datetime").is_some() && one.get("title").is_some());
    if !is_ours || (all.is_empty() && page.url.path() != EVENTS) {
        return None;
    }
    let mut part = Part::default();
    for (one, number) in all.iter().zip(1..) {
        let title = shape::text(one, "title").unwrap_or_default();
        let address = shape::text(one, "slug").and_then(|slug| page_of(page.url, slug));
        let uid = shape::text(one, "ap_id").or(address.as_ref().map(Url::as_str)).and_then(event::uid);
        event::keep(&mut part, (uid, title), details(one, title, address, page), number);
    }
    Some(part)
}

fn is_gancio(page: &Page) -> bool {
    let names_it = |piece: &html::Piece| {
        let is_maker =
            piece.opens("meta") && piece.attribute("name").is_some_and(|name| name.eq_ignore_ascii_case("generator"));
        is_maker && piece.attribute("content").is_some_and(|maker| maker.to_lowercase().contains("gancio"))
    };
    // Older ones name themselves only in the state that their script starts from.
    let text = String::from_utf8_lossy(page.body.get(..page.body.len().min(400_000)).unwrap_or_default());
    (text.contains("__NUXT__") && text.contains("gancio")) || html::pieces(page.body).iter().take(400).any(names_it)
}

fn page_of(base: &Url, slug: &str) -> Option<Url> {
    let mut url = base.join("/event/").ok()?;
    url.path_segments_mut().ok()?.pop_if_empty().push(slug);
    Some(url)
}

fn details(one: &Value, title: &str, address: Option<Url>, page: &Page) -> Result<Details, &'static str> {
    let moment = |name| {
        let seconds = one.get(name).and_then(|value| value.as_i64().or_else(|| value.as_str()?.parse().ok()))?;
        Timestamp::from_second(seconds).ok().map(Moment::At)
    };
    let mut details = event::details(title, moment("start_datetime"), moment("end_datetime"), page.options)?;
    details.content = shape::text(one, "description").map(event::content).unwrap_or_default();
    details.place = one.get("place").and_then(place);
    let online = shape::entries(one, "online_locations").find_map(Value::as_str);
    details.online = online.and_then(|url| event::web_address(url, page.url));
    details.link = address;
    let word = |tag: &Value| event::line(tag.as_str().or_else(|| shape::text(tag, "tag"))?, 50);
    details.tags = shape::entries(one, "tags").filter_map(word).take(20).collect();
    Ok(details)
}

fn place(value: &Value) -> Option<Place> {
    let name = shape::text(value, "name").and_then(|name| event::line(name, 200))?;
    let address = shape::text(value, "address").and_then(|text| event::line(text, 200)).filter(|text| *text != name);
    let read = address.and_then(|address| event::place(&format!("{name}, {address}")));
    let place = read.unwrap_or_else(|| Place::named(name.clone()));
    let number = |name| {
        let value = value.get(name)?;
        value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())
    };
    let position = number("latitude").zip(number("longitude")).and_then(|(lat, lon)| Position::new(lat, lon));
    Some(Place { name, position, ..place })
}
