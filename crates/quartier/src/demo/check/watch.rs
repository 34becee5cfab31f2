//! Looks at one quarter again and again until it shows everything: on a page found through its lists, in a feed, and
//! as `ActivityPub`.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use futures_util::stream::{self, StreamExt};
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde_json::Value;
use tokio::time::Instant;
use url::Url;

use super::object::{Kind, Object};
use super::stranger::{self, Stranger};
use crate::demo::town::Quarter;
use crate::failure::Failure;

/// After how long each object of a group was completely seen at one quarter.
pub(super) type Seen = HashMap<Url, Duration>;

/// How often to look, at most.
const GLANCE: Duration = Duration::from_millis(25);
/// How many pages are opened at once.
const ABREAST: usize = 4;
/// How far feeds and lists go back and ahead; what lies outside must be seen as `ActivityPub` and on its page only.
const BACK: SignedDuration = SignedDuration::from_hours(29 * 24);
const AHEAD: SignedDuration = SignedDuration::from_hours(720 * 24);
/// How many days one list shows when it is asked for a month.
const MONTH: i32 = 31;

/// What is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// That it is there.
    Published,
    /// That it is there and cancelled.
    Cancelled,
}

/// When everything about each object was seen at `quarter`; what is missing was not seen before `patience` ran out.
pub(super) async fn until_seen(
    stranger: &Stranger,
    quarter: &Quarter,
    objects: &[Object],
    stage: Stage,
    patience: Duration,
) -> HashMap<Url, Instant> {
    let now = quarter.server.instance.clock().now();
    let mut watch = Watch { stranger, base: quarter.url(), now, stage, paths: HashMap::new(), opened: HashSet::new() };
    let mut waiting: HashMap<&Url, &Object> = objects.iter().map(|object| (&object.id, object)).collect();
    let mut seen = HashMap::new();
    let mut progress = Instant::now();
    while !waiting.is_empty() && progress.elapsed() < patience {
        let begin = Instant::now();
        match watch.glance(waiting.values().copied().collect()).await {
            Ok(complete) => {
                for id in complete {
                    waiting.remove(&id);
                    seen.insert(id, Instant::now());
                    progress = Instant::now();
                }
            }
            // A stranger who gets no answer asks again.
            Err(failure) => tracing::debug!(?failure, "A look at {} failed", quarter.url()),
        }
        tokio::time::sleep(GLANCE.max(begin.elapsed() / 2)).await;
    }
    seen
}

struct Watch<'a> {
    stranger: &'a Stranger,
    base: &'a Url,
    now: Timestamp,
    stage: Stage,
    /// The pages that were found through lists, by the id of what they show.
    paths: HashMap<String, String>,
    /// Every page that was opened.
    opened: HashSet<String>,
}

impl Watch<'_> {
    /// One look at the feeds and, for what they have, at the lists and pages: the ids of what is complete.
    async fn glance(&mut self, waiting: Vec<&Object>) -> Result<Vec<Url>, Failure> {
        let fed = self.in_feeds(waiting).await?;
        let unknown: Vec<&Object> =
            fed.iter().copied().filter(|object| !self.paths.contains_key(object.id.as_str())).collect();
        for path in self.listed(&unknown).await? {
            if self.opened.insert(path.clone()) {
                let (url, _) = self.stranger.document(self.base, &path).await?;
                self.paths.insert(url.into(), path);
            }
        }
        let found = fed.into_iter().filter_map(|object| Some((object, self.paths.get(object.id.as_str())?)));
        let looks = stream::iter(found.map(|(object, path)| self.is_shown(object, path))).buffer_unordered(ABREAST);
        let looks: Vec<Result<Option<Url>, Failure>> = looks.collect().await;
        looks.into_iter().filter_map(Result::transpose).collect()
    }

    /// Those of `waiting` that are in the feed that carries their kind, or too far away for feeds.
    async fn in_feeds<'o>(&self, waiting: Vec<&'o Object>) -> Result<Vec<&'o Object>, Failure> {
        let calendar = stranger::statuses(&self.stranger.page(self.base, "/calendar.ics").await?);
        let news = self.stranger.page(self.base, "/feed.atom").await?;
        let fits = |status: &String| self.stage == Stage::Published || status == "CANCELLED";
        let fed = |object: &&Object| match object.kind {
            Kind::Post => stranger::has_entry(&news, &object.id),
            Kind::Event { starts_at, ends_at, .. } if self.is_far(starts_at, ends_at) => true,
            Kind::Event { .. } => calendar.get(object.page.as_str()).is_some_and(fits),
        };
        Ok(waiting.into_iter().filter(fed).collect())
    }

    fn is_far(&self, starts_at: Timestamp, ends_at: Timestamp) -> bool {
        ends_at < self.now - BACK || starts_at > self.now + AHEAD
    }

    /// The pages that the lists name where `objects` should stand.
    async fn listed(&self, objects: &[&Object]) -> Result<Vec<String>, Failure> {
        let mut paths = Vec::new();
        if objects.iter().any(|object| matches!(object.kind, Kind::Post)) {
            paths.extend(stranger::links(&self.stranger.page(self.base, "/posts").await?, "/posts/"));
        }
        let start = |object: &&Object| match object.kind {
            Kind::Event { starts_at, .. } => Some(starts_at),
            Kind::Post => None,
        };
        let mut starts: Vec<Timestamp> = objects.iter().filter_map(start).collect();
        starts.sort_unstable();
        while let Some(first) = starts.first().copied() {
            // A day early: the quarter's zone is not asked for.
            let from = first.to_zoned(jiff::tz::TimeZone::UTC).date().saturating_sub(1.day());
            paths.extend(self.month(from).await?);
            let after = first + SignedDuration::from_hours(24 * i64::from(MONTH - 2));
            starts.retain(|start| *start >= after);
        }
        Ok(paths)
    }

    /// The events that the list names from `from` on, for a month.
    async fn month(&self, from: jiff::civil::Date) -> Result<Vec<String>, Failure> {
        let after = from.saturating_add(MONTH.days()).to_string();
        let mut paths = Vec::new();
        let mut next = Some(format!("/events?time=month&from={from}"));
        while let Some(path) = next {
            let page = self.stranger.page(self.base, &path).await?;
            paths.extend(stranger::links(&page, "/events/").into_iter().filter(|path| is_page(path)));
            // A list that was too long for one page goes on within the month.
            next = stranger::next(&page).filter(|next| first_day(next).is_some_and(|day| day < after.as_str()));
        }
        Ok(paths)
    }

    /// The object's id, if its page and its document say what they should.
    async fn is_shown(&self, object: &Object, path: &str) -> Result<Option<Url>, Failure> {
        let page = stranger::plain(&self.stranger.page(self.base, path).await?);
        let (url, document) = self.stranger.document(self.base, path).await?;
        let is = |name: &str, value: &str| document.get(name).and_then(Value::as_str) == Some(value);
        let cancelled = || page.contains("<div class=\"banner\"") && is("status", "CANCELLED");
        let shown = page.contains(&object.words)
            && url == object.id
            && is("id", object.id.as_str())
            && (self.stage == Stage::Published || cancelled());
        Ok(shown.then(|| object.id.clone()))
    }
}

/// Whether a path is the page of one event, and not a form.
fn is_page(path: &str) -> bool {
    path.strip_prefix("/events/").is_some_and(|rest| rest.len() == 36)
}

/// The first day of a list, from its address.
fn first_day(path: &str) -> Option<&str> {
    path.split("from=").nth(1).and_then(|rest| rest.get(..10))
}
