//! ActivityPub documents, believed only from their own id (FEP-fe34).

use http::header::{ACCEPT, HeaderMap, HeaderValue};
use serde_json::Value;
use url::Url;

use super::exchange::{Plan, without_fragment};
use super::guard::Schemes;
use super::{Answer, Client, FetchError, json, media};
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

/// Makes the headers of each hop, and those of its second try after such an answer.
struct Sign<'a> {
    first: &'a (dyn Fn(&Url) -> HeaderMap + Send + Sync),
    again: &'a (dyn Fn(&Url, &Answer) -> Option<HeaderMap> + Send + Sync),
}

impl Client {
    /// Fetches the document at `url`, and once more from its own `id` if that is elsewhere; `sign` makes each hop's headers.
    ///
    /// At most 1 MiB and three redirects. A failure is remembered for ten minutes, or half a minute if no answer came.
    pub async fn get_document(
        &self,
        url: &Url,
        sign: impl Fn(&Url) -> HeaderMap + Send + Sync,
    ) -> Result<Document, FetchError> {
        self.get_document_knocking(url, sign, |_, _| None).await
    }

    /// As [`Client::get_document`], with a second try of a hop where `again` makes headers for one after such an answer.
    pub async fn get_document_knocking(
        &self,
        url: &Url,
        first: impl Fn(&Url) -> HeaderMap + Send + Sync,
        again: impl Fn(&Url, &Answer) -> Option<HeaderMap> + Send + Sync,
    ) -> Result<Document, FetchError> {
        let url = without_fragment(url);
        let sign = Sign { first: &first, again: &again };
        self.remembering(&url, self.own_document(&url, &sign)).await
    }

    async fn own_document(&self, url: &Url, sign: &Sign<'_>) -> Result<Document, FetchError> {
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

    async fn any_document(&self, url: &Url, sign: &Sign<'_>, redirects: usize) -> Result<Document, FetchError> {
        let asking = |mut headers: HeaderMap| {
            headers.entry(ACCEPT).or_insert(HeaderValue::from_static(ACCEPTED));
            headers
        };
        let headers = |url: &Url| asking((sign.first)(url));
        let again = |url: &Url, answer: &Answer| (sign.again)(url, answer).map(asking);
        let plan = Plan { schemes: Schemes::Https, redirects, max: MAX_DOCUMENT, headers: &headers, again: &again };
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
