//! JSON from outside, read so that every reader of it sees the same: no doubled keys, no NUL, bounded depth.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Why bytes were not taken as a JSON object; names the place and never quotes more than a key.
#[derive(Debug, thiserror::Error)]
#[error("not acceptable JSON: {0}")]
pub struct BadJson(String);

/// Reads an object: UTF-8, at most 128 deep, no key twice in the same object, no NUL in any text.
///
/// PostgreSQL cannot keep a NUL, and of doubled keys one reader takes the first and another the last.
pub fn parse(bytes: &[u8]) -> Result<Map<String, Value>, BadJson> {
    let strict: Strict = serde_json::from_slice(bytes).map_err(|error| BadJson(error.to_string()))?;
    match strict.0 {
        Value::Object(object) => Ok(object),
        _ => Err(BadJson("not an object".to_owned())),
    }
}

struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Self)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("a number that is none"))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Value, E> {
        without_nul(value).map(Value::from)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(Strict(value)) = list.next_element()? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            without_nul::<A::Error>(&key)?;
            let Strict(value) = entries.next_value()?;
            if object.insert(key, value).is_some() {
                return Err(de::Error::custom("a key comes twice"));
            }
        }
        Ok(Value::Object(object))
    }
}

fn without_nul<E: de::Error>(text: &str) -> Result<&str, E> {
    if text.contains('\0') { Err(E::custom("a NUL character")) } else { Ok(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_json_reads_as_serde_reads_it() {
        let text = r#"{"a":[1,-2,2.5,true,null,"ü\n"],"b":{"a":{},"c":18446744073709551615}}"#;
        let expected: Value = serde_json::from_str(text).expect("JSON");
        assert_eq!(Value::Object(parse(text.as_bytes()).expect("JSON")), expected);
    }

    #[test]
    fn what_two_readers_could_read_differently_is_refused() {
        let nested = |depth: usize| format!(r#"{{"a":{}{}}}"#, "[".repeat(depth), "]".repeat(depth));
        assert!(parse(nested(126).as_bytes()).is_ok());
        let table = [
            r#"{"actor":"a","actor":"b"}"#.to_owned(),
            r#"{"actor":"a","\u0061ctor":"b"}"#.to_owned(),
            r#"{"object":{"id":1,"id":2}}"#.to_owned(),
            r#"{"a":"x\u0000y"}"#.to_owned(),
            r#"{"a\u0000":1}"#.to_owned(),
            r#"{"a":"\ud800"}"#.to_owned(),
            r#"{"a":1e400}"#.to_owned(),
            r#"{"a":NaN}"#.to_owned(),
            r#"{"a":1} {"#.to_owned(),
            "\u{feff}{}".to_owned(),
            "[]".to_owned(),
            "\"text\"".to_owned(),
            String::new(),
            nested(127),
            nested(100_000),
        ];
        for text in table {
            assert!(parse(text.as_bytes()).is_err(), "{}", text.get(..60).unwrap_or(&text));
        }
        assert!(parse(b"{\"a\":\"\xff\"}").is_err());
        assert!(parse(b"{\"a\":\"\xc0\x80\"}").is_err());
    }
}
