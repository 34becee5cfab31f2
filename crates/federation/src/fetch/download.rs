//! Files that are no ActivityPub: calendars of other sites.

use bytes::Bytes;
use http::StatusCode;
use http::header::{ACCEPT, ETAG, HeaderMap, HeaderName, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED};
use url::Url;

use super::exchange::Plan;
use super::guard::Schemes;
use super::{Client, FetchError};

const REDIRECTS: usize = 3;
const MAX_VALIDATOR: usize = 1024;

/// What came of asking for a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Download {
    /// It is what it was (304).
    Unchanged,
    /// The file as it is now.
    Fresh {
        /// Where it came from in the end.
        url: Url,
        /// Its bytes, unpacked.
        body: Bytes,
        /// `ETag`, to ask with next time.
        etag: Option<String>,
        /// `Last-Modified`, to ask with next time.
        last_modified: Option<String>,
    },
}

impl Client {
    /// Fetches at most `max` bytes from `url`, https or plain http, unless they are what `etag` or `last_modified` name.
    pub async fn get_bytes(
        &self,
        url: &Url,
        accept: &str,
        etag: Option<&str>,
        last_modified: Option<&str>,
        max: usize,
    ) -> Result<Download, FetchError> {
        let wanted = [(ACCEPT, Some(accept)), (IF_NONE_MATCH, etag), (IF_MODIFIED_SINCE, last_modified)];
        let headers = |_: &Url| {
            let given = wanted.iter().filter_map(|(name, text)| {
                let value = HeaderValue::from_str((*text)?).ok()?;
                Some((name.clone(), value))
            });
            given.collect::<HeaderMap>()
        };
        let plan =
            Plan { schemes: Schemes::HttpToo, redirects: REDIRECTS, max, headers: &headers, again: &|_, _| None };
        let fetched = self.within(self.get(url, &plan)).await?;
        if fetched.status == StatusCode::NOT_MODIFIED {
            return Ok(Download::Unchanged);
        }
        Ok(Download::Fresh {
            etag: validator(&fetched.headers, &ETAG),
            last_modified: validator(&fetched.headers, &LAST_MODIFIED),
            url: fetched.url,
            body: fetched.body,
        })
    }
}

fn validator(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let text = headers.get(name)?.to_str().ok()?;
    (text.len() <= MAX_VALIDATOR).then(|| text.to_owned())
}
