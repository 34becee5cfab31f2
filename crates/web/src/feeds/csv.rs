//! Events as a table for office programs: German columns, semicolons, UTF-8 with a byte order mark.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use calendar::phrase;
use domain::actor::Actor;
use domain::event::Event;
use domain::language::Language;
use domain::messages::text;
use http::HeaderMap;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use storage::posts::Which;

use super::{Feed, selection};
use crate::app::App;
use crate::error::PageError;
use crate::filter::Filter;
use crate::pages::initiative;

const COLUMNS: &str = "id;titel;beginn;ende;ort;strasse;plz;stadt;lat;lon;veranstalter;kategorie;kosten;anmeldung;barrierefrei;sprachen;url;stand;lizenz";

/// Everything, or what the filter lets through.
pub(super) async fn of_quarter(
    State(app): State<App>,
    Query(filter): Query<Filter>,
    request: HeaderMap,
) -> Result<Response, PageError> {
    table(&app, Which::All, &filter, &request).await
}

/// What one of our actors organises.
pub(super) async fn of_actor(
    State(app): State<App>,
    Path(handle): Path<String>,
    Query(filter): Query<Filter>,
    request: HeaderMap,
) -> Result<Response, PageError> {
    let actor = initiative::find(&app, &handle).await?;
    table(&app, Which::Author(actor.id), &filter, &request).await
}

async fn table(app: &App, whose: Which, filter: &Filter, request: &HeaderMap) -> Result<Response, PageError> {
    let events = selection::events(app, whose, filter).await?;
    // Excel takes the file for UTF-8 only with the mark.
    let mut body = format!("\u{FEFF}{COLUMNS}\r\n");
    for (event, author) in &events {
        body.push_str(&line(&row(event, author, &app.zone(), app.settings.licence.as_deref())));
    }
    let changed = selection::changed(&events);
    Ok(Feed { kind: "text/csv; charset=utf-8", body, changed, file: Some("termine.csv") }.answer(request))
}

fn row(event: &Event, author: &Actor, zone: &TimeZone, licence: Option<&str>) -> [String; 19] {
    let details = &event.details;
    let place = details.place.clone().unwrap_or_default();
    let own = details.zone();
    let at = |at: Timestamp, zone: &TimeZone| at.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string();
    let number = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
    [
        event.url.to_string(),
        details.name.clone(),
        at(details.starts_at, &own),
        if details.open_end { String::new() } else { at(details.ends_at, &own) },
        place.name,
        place.street.unwrap_or_default(),
        place.postal_code.unwrap_or_default(),
        place.locality.unwrap_or_default(),
        number(place.position.map(|position| position.latitude)),
        number(place.position.map(|position| position.longitude)),
        author.name.clone(),
        details.category.map(|theme| text(Language::DE, &format!("category-{}", theme.slug()))).unwrap_or_default(),
        phrase::price(details, Language::DE).unwrap_or_default(),
        phrase::registration(details, Language::DE),
        access(event),
        details.languages.join(", "),
        event.page.to_string(),
        at(event.updated_at, zone),
        // Of others' events we do not know it.
        licence.filter(|_| author.is_local()).unwrap_or_default().to_owned(),
    ]
}

fn access(event: &Event) -> String {
    event.details.effective_access().lines(Language::DE).join(", ")
}

/// One row of cells.
pub(crate) fn line(cells: &[String]) -> String {
    let cells: Vec<String> = cells.iter().map(|text| cell(text)).collect();
    format!("{}\r\n", cells.join(";"))
}

/// One cell. What a table program would take for a formula gets a quotation mark before it.
fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']) && text.parse::<f64>().is_err();
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([';', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_or_breaks_the_row() {
        assert_eq!(cell("=HYPERLINK(\"x\")"), "\"'=HYPERLINK(\"\"x\"\")\"");
        assert_eq!(cell("@mira"), "'@mira");
        assert_eq!(cell("-7.1"), "-7.1");
        assert_eq!(cell("a;b\nc"), "\"a;b\nc\"");
    }

    #[test]
    fn a_row_has_as_many_cells_as_there_are_columns() {
        assert_eq!(COLUMNS.split(';').count(), 19);
    }
}
