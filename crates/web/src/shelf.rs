//! Pages that are the same for everyone who is not signed in, kept until anything is written to the database.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::response::{Html, IntoResponse, Response};
use bytes::Bytes;
use domain::language::Language;

use crate::app::App;
use crate::error::PageError;
use crate::visitor::Visitor;

/// How many bytes of pages are kept at most, and how long the address of one may be.
const MOST: usize = 4 << 20;
const LONGEST: usize = 500;

/// What decides how a page looks, besides what is in the database and what time it is: its address, the language, and
/// whether plain language comes first.
type Key = (String, Language, bool);

/// The pages of one moment.
#[derive(Debug, Default)]
pub(crate) struct Shelf(Mutex<Pages>);

#[derive(Debug, Default)]
struct Pages {
    /// What the database was like, and in which minute: lists leave out what is over.
    moment: (String, i64),
    by_key: HashMap<Key, Bytes>,
    size: usize,
}

/// Where a page for one reader stands, or is to be put.
pub(crate) struct Slot<'a> {
    shelf: &'a Shelf,
    /// `None` for who is signed in: their pages are nobody else's.
    key: Option<((String, i64), Key)>,
}

impl Shelf {
    /// The slot for the page that this reader asks for. To be taken before anything is read for the page: what is written
    /// meanwhile then makes it one of yesterday.
    pub(crate) async fn slot(&self, app: &App, visitor: &Visitor) -> Result<Slot<'_>, PageError> {
        let is_shared = visitor.rights.is_none() && visitor.path.len() <= LONGEST;
        if !is_shared {
            return Ok(Slot { shelf: self, key: None });
        }
        let minute = app.instance.clock().now().as_second().div_euclid(60);
        let moment = (app.instance.store().stamp().await?, minute);
        let key = (visitor.path.clone(), visitor.language, visitor.plain_first);
        Ok(Slot { shelf: self, key: Some((moment, key)) })
    }

    fn pages(&self) -> MutexGuard<'_, Pages> {
        // A map is whole whatever broke while it was held.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Slot<'_> {
    /// The page, if it was kept and nothing was written since.
    pub(crate) fn page(&self) -> Option<Response> {
        let (moment, key) = self.key.as_ref()?;
        let pages = self.shelf.pages();
        let page = pages.by_key.get(key).filter(|_| pages.moment == *moment)?;
        Some(Html(page.clone()).into_response())
    }

    /// Keeps a page for the next reader, and gives it to this one.
    pub(crate) fn keep(self, page: String) -> Response {
        let page = Bytes::from(page);
        if let Some((moment, key)) = self.key {
            self.shelf.pages().put(moment, key, page.clone());
        }
        Html(page).into_response()
    }
}

impl Pages {
    fn put(&mut self, moment: (String, i64), key: Key, page: Bytes) {
        let size = page.len();
        if self.moment != moment || self.size + size > MOST {
            *self = Self { moment, ..Self::default() };
        }
        if size <= MOST && self.by_key.insert(key, page).is_none() {
            self.size += size;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(path: &str) -> Key {
        (path.to_owned(), Language::DE, false)
    }

    #[test]
    fn a_shelf_holds_the_pages_of_one_moment_and_only_so_many() {
        let (one, other) = (("1".to_owned(), 7), ("2".to_owned(), 7));
        let mut pages = Pages::default();
        pages.put(one.clone(), key("/a"), Bytes::from(vec![0; 100]));
        pages.put(one.clone(), key("/b"), Bytes::from(vec![0; 100]));
        assert_eq!((pages.by_key.len(), pages.size), (2, 200));
        pages.put(one.clone(), key("/c"), Bytes::from(vec![0; MOST - 50]));
        assert_eq!(pages.by_key.len(), 1, "room is made");
        pages.put(one, key("/d"), Bytes::from(vec![0; MOST + 1]));
        assert!(pages.size <= MOST);
        pages.put(other, key("/e"), Bytes::from(vec![0; 10]));
        assert_eq!((pages.by_key.len(), pages.size), (1, 10), "the others are of yesterday");
    }
}
