//! Which column of a table means what: a choice beneath each heading.

use calendar::table::column::Column;

use crate::forms::Fields;
use crate::visitor::Visitor;

/// The most columns that are read from the form.
const MOST: usize = 60;

/// A column of the table and what may be meant by it.
pub(super) struct Choice {
    /// The name of the field.
    pub(super) field: String,
    pub(super) heading: String,
    /// The first cell beneath.
    pub(super) example: String,
    /// What it means now.
    pub(super) chosen: &'static str,
}

/// What the columns mean, by the form.
pub(super) fn read(fields: &Fields) -> Vec<Option<Column>> {
    let chosen = |at: usize| fields.filled(&format!("column_{at}"));
    let last = (0..MOST).rev().find(|at| chosen(*at).is_some());
    (0..=last.unwrap_or(0)).map(|at| chosen(at).and_then(Column::from_name)).collect()
}

/// The form of the columns as they are.
pub(super) fn choices(columns: Vec<(String, String, Option<Column>)>) -> Vec<Choice> {
    let choice = |(at, (heading, example, column)): (usize, (String, String, Option<Column>))| Choice {
        field: format!("column_{at}"),
        heading: domain::html::line(&heading, 60),
        example: domain::html::line(&example, 60),
        chosen: column.map_or("", Column::as_str),
    };
    columns.into_iter().enumerate().take(MOST).map(choice).collect()
}

/// What a column may mean, by name and in words.
pub(super) fn meanings(visitor: &Visitor) -> Vec<(&'static str, String)> {
    let name = |column: Column| visitor.text(&format!("import-column-{}", column.as_str()));
    Column::all().map(|column| (column.as_str(), name(column))).collect()
}
