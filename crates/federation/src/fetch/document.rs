//! ActivityPub documents, believed only from their own id (FEP-fe34).

use http::header::{ACCEPT, HeaderMap, HeaderValue};
use serde_json::Value;
use url::Url;

use super::exchange::{Plan, without_fragment};
use super::guard::Schemes;
use super::{Client, FetchError, json, media};
use crate::signatures::cavage::ACCEPTED;

const MAX_DOCUMENT: usize = 1024 * 1024;
const REDIRECTS: usize = 3;

/// A document that was fetched from its own `id`.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// The final URL, which equals its `id`: the only name to keep it under.
    pub url: Url,
    /// A JSON object without doubled keys or NUL characters.
    pub json: Value,
}

type Sign<'a> = &'a (dyn Fn(&Url) -> HeaderMap + Send + Sync);

impl Client {
    /// Fetches the document at `url`, and once more from its own `id` if that is elsewhere; `sign` makes each hop's headers.
    ///
    /// At most 1 MiB and three redirects. A failure is remembered for ten minutes, or half a minute if no answer came.
    pub async fn get_document(
        &self,
        url: &Url,
        sign: impl Fn(&Url) -> HeaderMap + Send + Sync,
    ) -> Result<Document, FetchError> {
        let url = without_fragment(url);
        self.remembering(&url, self.own_document(&url, &sign)).await
    }

    async fn own_document(&self, url: &Url, sign: Sign<'_>) -> Result<Document, FetchError> {
        let first = self.any_document(url, sign, REDIRECTS).await?;
        let id = id(&first.json)?;
        if id == first.url {
            return Ok(first);
        }
        if without_fragment(&id) == first.url {
            return Err(FetchError::NotActivityPub("its id is only a part of it".to_owned()));
        }
        // Whoever served it does not own the id. Its host is asked once, and no redirect is followed there: an open
        // redirect on an honest host would lead to someone else's words.
        let second = self.any_document(&id, sign, 0).await?;
        if self::id(&second.json)? == second.url {
            return Ok(second);
        }
        Err(FetchError::NotActivityPub("its id is not where it was fetched".to_owned()))
    }

    async fn any_document(&self, url: &Url, sign: Sign<'_>, redirects: usize) -> Result<Document, FetchError> {
        let headers = |url: &Url| {
            let mut headers = sign(url);
            headers.entry(ACCEPT).or_insert(HeaderValue::from_static(ACCEPTED));
            headers
        };
        let plan = Plan { schemes: Schemes::Https, redirects, max: MAX_DOCUMENT, headers: &headers };
        let fetched = self.get(url, &plan).await?;
        if !media::of(&fetched.headers).is_some_and(media::is_activity) {
            return Err(FetchError::NotActivityPub("its content type is another".to_owned()));
        }
        let object = json::parse(&fetched.body).map_err(|error| FetchError::NotActivityPub(error.to_string()))?;
        Ok(Document { url: fetched.url, json: Value::Object(object) })
    }
}

fn id(json: &Value) -> Result<Url, FetchError> {
    let id = json.get("id").and_then(Value::as_str).and_then(|id| Url::parse(id).ok());
    id.ok_or_else(|| FetchError::NotActivityPub("it has no id".to_owned()))
}
