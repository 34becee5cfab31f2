//! One row as one line of JSON, and back.

use serde_json::Value;
use sqlx::query::Query;
use sqlx::{ColumnIndex, Database, Decode, Encode, Row, Type};
use uuid::Uuid;

use super::{Column, Kind};
use crate::{Error, Result};

/// A row as a JSON array.
pub(super) fn line<'r, R: Row>(row: &'r R, columns: &[Column]) -> Result<String>
where
    usize: ColumnIndex<R>,
    Uuid: Decode<'r, R::Database> + Type<R::Database>,
    String: Decode<'r, R::Database> + Type<R::Database>,
    i64: Decode<'r, R::Database> + Type<R::Database>,
    bool: Decode<'r, R::Database> + Type<R::Database>,
    f64: Decode<'r, R::Database> + Type<R::Database>,
    Vec<u8>: Decode<'r, R::Database> + Type<R::Database>,
{
    let mut values = Vec::with_capacity(columns.len());
    for (at, column) in columns.iter().enumerate() {
        let value = match column.kind {
            Kind::Uuid => row.try_get::<Option<Uuid>, _>(at)?.map(|id| Value::String(id.to_string())),
            Kind::Text => row.try_get::<Option<String>, _>(at)?.map(Value::String),
            Kind::Integer => row.try_get::<Option<i64>, _>(at)?.map(Value::from),
            Kind::Boolean => row.try_get::<Option<bool>, _>(at)?.map(Value::Bool),
            // JSON has no infinity: a number that is none would come back as null.
            Kind::Real => row.try_get::<Option<f64>, _>(at)?.map(real).transpose()?,
            Kind::Bytes => row.try_get::<Option<Vec<u8>>, _>(at)?.map(|bytes| Value::String(hex(&bytes))),
        };
        values.push(value.unwrap_or(Value::Null));
    }
    Ok(Value::Array(values).to_string())
}

fn real(number: f64) -> Result<Value> {
    serde_json::Number::from_f64(number).map(Value::Number).ok_or(Error::Unreadable("number"))
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String never fails.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The values of a line, of which there have to be `width`.
pub(super) fn values(line: &str, width: usize) -> Result<Vec<Value>> {
    let values: Option<Vec<Value>> = serde_json::from_str(line).ok();
    values.filter(|values| values.len() == width).ok_or(Error::Unreadable("row"))
}

/// Binds a value to the next place of `query`.
pub(super) fn bind<D: Database>(
    query: Query<'_, D, D::Arguments>,
    value: Value,
    kind: Kind,
) -> Result<Query<'_, D, D::Arguments>>
where
    for<'t> Option<Uuid>: Encode<'t, D> + Type<D>,
    for<'t> Option<String>: Encode<'t, D> + Type<D>,
    for<'t> Option<i64>: Encode<'t, D> + Type<D>,
    for<'t> Option<bool>: Encode<'t, D> + Type<D>,
    for<'t> Option<f64>: Encode<'t, D> + Type<D>,
    for<'t> Option<Vec<u8>>: Encode<'t, D> + Type<D>,
{
    let value = Some(value).filter(|value| !value.is_null());
    Ok(match kind {
        Kind::Uuid => query.bind(read(value, |value| value.as_str()?.parse::<Uuid>().ok())?),
        Kind::Text => query.bind(read(value, |value| value.as_str().map(str::to_owned))?),
        Kind::Integer => query.bind(read(value, Value::as_i64)?),
        Kind::Boolean => query.bind(read(value, Value::as_bool)?),
        Kind::Real => query.bind(read(value, Value::as_f64)?),
        Kind::Bytes => query.bind(read(value, |value| bytes(value.as_str()?))?),
    })
}

/// Null stays null; a value of another kind is an error.
fn read<T>(value: Option<Value>, read: impl Fn(&Value) -> Option<T>) -> Result<Option<T>> {
    value.map(|value| read(&value).ok_or(Error::Unreadable("row"))).transpose()
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    hex.len().is_multiple_of(2).then(|| hex.as_bytes().chunks(2).map(byte).collect()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back_from_hex_and_nonsense_does_not() {
        for one in [vec![], vec![0], vec![0, 255, 16]] {
            assert_eq!(bytes(&hex(&one)), Some(one));
        }
        assert_eq!((bytes("0"), bytes("zz"), bytes("äö")), (None, None, None));
    }

    #[test]
    fn a_line_with_too_few_values_is_an_error() {
        assert!(values("[1,2]", 2).is_ok());
        for line in ["[1]", "", "{}", "[1,2,3]"] {
            assert!(values(line, 2).is_err(), "{line}");
        }
    }
}
