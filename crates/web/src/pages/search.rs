//! Search over everything public, by kinds, with links that narrow it.

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::search::{LONGEST, Wanted};
use serde::Deserialize;
use storage::Tx;
use storage::search::{Match, Question, Section, Spot};

use crate::app::App;
use crate::error::PageError;
use crate::filter::Flag;
use crate::layout::{self, Page};
use crate::listing::Origins;
use crate::visitor::Visitor;

mod excerpt;
mod result;

use result::{Found, Group};

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/search", get(show)).route("/opensearch.xml", get(describe))
}

/// How many things of each kind stand on the first page, and how many on a page of one kind.
const FEW: i64 = 5;
const MANY: i64 = 20;

/// The query of a search's address.
#[derive(Clone, Debug, Default, Deserialize)]
struct Asked {
    #[serde(default)]
    q: String,
    /// Only in this section.
    #[serde(rename = "in")]
    section: Option<String>,
    /// Only ours.
    #[serde(default)]
    own: Flag,
    /// After which hit the page begins: its tier and number.
    after: Option<String>,
}

#[derive(Template)]
#[template(path = "search.html")]
struct Search {
    page: Page,
    q: String,
    longest: usize,
    is_asked: bool,
    /// What was searched for instead, since there was nothing else.
    instead: Option<String>,
    /// What may have been meant, with its address.
    meant: Option<(String, String)>,
    choices: Vec<(String, String, bool)>,
    groups: Vec<Group>,
}

async fn show(
    State(app): State<App>,
    visitor: Visitor,
    asked: Result<Query<Asked>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, PageError> {
    let asked = asked.map_err(|_| PageError::NotFound)?.0.checked()?;
    let wanted = Wanted::read(&asked.q);
    let mut tx = app.instance.store().read().await?;
    let found =
        if wanted.is_empty() { Found::default() } else { look(&app, &visitor, &mut tx, (&asked, wanted)).await? };
    drop(tx);
    let mut page = visitor.page(&app, visitor.text("search-title"));
    page.head.hidden = true;
    layout::html(&Search {
        is_asked: !asked.q.trim().is_empty(),
        choices: asked.choices(&visitor),
        groups: found.groups,
        instead: found.instead,
        meant: found.meant.map(|words| (words.clone(), Asked { q: words, ..Asked::default() }.href())),
        q: asked.q,
        longest: LONGEST,
        page,
    })
}

/// Looks for what is wanted; where there is nothing at all, for what may have been meant.
async fn look(
    app: &App,
    visitor: &Visitor,
    tx: &mut Tx,
    (asked, wanted): (&Asked, Wanted),
) -> Result<Found, PageError> {
    let origins = Origins::load(app, tx).await?;
    let reading = result::Reading { app, visitor, origins: &origins };
    let groups = groups(&reading, tx, asked, &wanted).await?;
    let count: usize = groups.iter().map(|group| group.hits.len()).sum();
    let meant = if count < 3 { mended(tx, &wanted).await? } else { None };
    let Some(meant) = meant else { return Ok(Found { groups, ..Found::default() }) };
    if count > 0 {
        return Ok(Found { groups, meant: Some(meant), instead: None });
    }
    let asked = Asked { q: meant.clone(), ..asked.clone() };
    let groups = self::groups(&reading, tx, &asked, &Wanted::read(&meant)).await?;
    Ok(Found { instead: Some(meant).filter(|_| !groups.is_empty()), groups, meant: None })
}

/// What is found, by kinds.
async fn groups(
    reading: &result::Reading<'_>,
    tx: &mut Tx,
    asked: &Asked,
    wanted: &Wanted,
) -> Result<Vec<Group>, PageError> {
    let found = storage::search::matching(tx, wanted).await?;
    let mut groups = Vec::new();
    for section in asked.sections() {
        groups.extend(group(reading, tx, (asked, section), (wanted, &found)).await?);
    }
    if asked.section.is_none() {
        groups.extend(result::pages(reading.visitor, wanted));
    }
    Ok(groups)
}

async fn group(
    reading: &result::Reading<'_>,
    tx: &mut Tx,
    (asked, section): (&Asked, Section),
    (wanted, found): (&Wanted, &Match),
) -> Result<Option<Group>, PageError> {
    let most = if asked.section.is_some() { MANY } else { FEW };
    let now = reading.app.instance.clock().now();
    let question =
        Question { found, section, own: asked.own.0, now, after: asked.spot(), limit: most.saturating_add(1) };
    let mut hits = storage::search::hits(tx, &question).await?;
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let more = hits.len() > most;
    hits.truncate(most);
    let after = hits.last().filter(|_| more).map(|last| last.spot);
    let more = after.map(|after| {
        let after = asked.section.is_some().then(|| format!("{}-{}", after.tier, after.number));
        Asked { section: Some(section.as_str().to_owned()), after, ..asked.clone() }.href()
    });
    let key = format!("search-in-{}", section.as_str());
    let hits: Vec<_> = hits.iter().map(|hit| reading.hit(hit, wanted)).collect();
    Ok((!hits.is_empty()).then(|| Group { id: section.as_str(), name: reading.visitor.text(&key), hits, more }))
}

/// The same words with the first misspelt one mended; `None` if none is.
async fn mended(tx: &mut Tx, wanted: &Wanted) -> Result<Option<String>, PageError> {
    let (mut mended, mut is_new) = (wanted.clone(), false);
    for term in &wanted.all {
        let [stem] = term.german.as_slice() else { continue };
        if let Some(word) = storage::search::nearest(tx, stem).await? {
            mended = Wanted::read(&mended.with(term, &word));
            is_new = true;
        }
    }
    Ok(is_new.then(|| mended.typed()))
}

impl Asked {
    /// Itself, with its words cut where they are too many; `NotFound` for a section or a place there is not.
    fn checked(mut self) -> Result<Self, PageError> {
        self.q = self.q.chars().filter(|letter| !letter.is_control()).take(LONGEST).collect();
        let fine = self.section.as_deref().is_none_or(|name| Section::from_name(name).is_some());
        let placed = self.after.is_none() || self.spot().is_some() && self.section.is_some();
        if fine && placed { Ok(self) } else { Err(PageError::NotFound) }
    }

    fn sections(&self) -> Vec<Section> {
        match self.section.as_deref().and_then(Section::from_name) {
            Some(section) => vec![section],
            None => Section::ALL.into(),
        }
    }

    fn spot(&self) -> Option<Spot> {
        let (tier, number) = self.after.as_deref()?.split_once('-')?;
        Some(Spot { tier: tier.parse().ok().filter(|tier| *tier < 2)?, number: number.parse().ok()? })
    }

    fn href(&self) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("q", &self.q);
        if let Some(section) = &self.section {
            query.append_pair("in", section);
        }
        if self.own.0 {
            query.append_pair("own", "1");
        }
        if let Some(after) = &self.after {
            query.append_pair("after", after);
        }
        format!("/search?{}", query.finish())
    }

    /// The links that narrow it: by kind, and to what is ours.
    fn choices(&self, visitor: &Visitor) -> Vec<(String, String, bool)> {
        let of = |section: Option<&str>| Self { section: section.map(str::to_owned), after: None, ..self.clone() };
        let mut all = vec![(visitor.text("search-everything"), of(None).href(), self.section.is_none())];
        for section in Section::ALL {
            let name = section.as_str();
            let is_chosen = self.section.as_deref() == Some(name);
            all.push((visitor.text(&format!("search-in-{name}")), of(Some(name)).href(), is_chosen));
        }
        let own = Self { own: Flag(!self.own.0), after: None, ..self.clone() };
        all.push((visitor.text("events-filter-where-own"), own.href(), self.own.0));
        all
    }
}

#[derive(Template)]
#[template(path = "opensearch.xml")]
struct Description {
    name: String,
    short: String,
    language: &'static str,
    address: String,
    icon: String,
}

/// The description by which browsers offer the search in their own field (`OpenSearch` 1.1).
async fn describe(State(app): State<App>, visitor: Visitor) -> Result<Response, PageError> {
    let name = app.instance.settings().name.clone();
    let description = Description {
        short: name.chars().take(16).collect(),
        name: visitor.text_with("search-description", &[("name", &name)]),
        language: visitor.language.code(),
        address: app.url("/search?q="),
        icon: app.url(&crate::assets::ICON.path),
    };
    let kind = (CONTENT_TYPE, "application/opensearchdescription+xml; charset=utf-8");
    Ok(([kind], description.render()?).into_response())
}
