//! From columns to types: times, addresses, ids of things that were checked when they were written.

use domain::host::Host;
use domain::html::Html;
use jiff::Timestamp;
use url::Url;

use crate::{Error, Result};

/// Milliseconds since 1970 as they stand in the database.
pub(crate) fn time(millis: i64) -> Result<Timestamp> {
    Timestamp::from_millisecond(millis).map_err(|_| Error::Unreadable("time"))
}

/// As [`time`], for a column that may be null.
pub(crate) fn time_or_null(millis: Option<i64>) -> Result<Option<Timestamp>> {
    millis.map(time).transpose()
}

/// A URL that was valid when it was written.
pub(crate) fn url(text: &str) -> Result<Url> {
    Url::parse(text).map_err(|_| Error::Unreadable("URL"))
}

/// As [`url`], for a column that may be null.
pub(crate) fn url_or_null(text: Option<&str>) -> Result<Option<Url>> {
    text.map(url).transpose()
}

/// A host in its canonical spelling.
pub(crate) fn host(text: &str) -> Result<Host> {
    text.parse().map_err(|_| Error::Unreadable("host"))
}

/// HTML that was cleaned when it was written.
pub(crate) fn html(text: String) -> Html {
    Html::kept(text)
}
