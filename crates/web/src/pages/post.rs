//! The page of one post.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use calendar::phrase;
use domain::actor::Actor;
use domain::language::Language;
use domain::post::Post;
use uuid::Uuid;

use crate::app::App;
use crate::error::PageError;
use crate::layout::{self, Alternate, Head, Page};
use crate::listing::{Origins, warning, words};
use crate::pages::deliveries::{self, Receiver};
use crate::pages::guests::Beneath;
use crate::pages::{board, editors};
use crate::pictures::{self, Figures};
use crate::plain::Texts;
use crate::replies::{Parent, Replies, Text};
use crate::visitor::Visitor;
use crate::{links, oembed, polls, replies};

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/posts/{id}", get(show))
}

#[derive(Template)]
#[template(path = "post.html")]
struct PostPage {
    page: Page,
    post: View,
    pinned: bool,
    /// What it answers, and the address of that.
    answered: Option<(String, String)>,
    /// The address of what it quotes.
    quote: Option<String>,
    /// Whether whoever is quoted does not want that.
    quote_refused: bool,
    receivers: Vec<Receiver>,
    /// What its author should know of its deliveries.
    unreached: Vec<String>,
    figures: Figures,
    replies: Option<Replies>,
    guests: Beneath,
}

/// A post in words.
struct View {
    title: Option<String>,
    author: String,
    author_href: String,
    published: String,
    when: String,
    changed: Option<String>,
    texts: Texts,
    warning: Option<String>,
    poll: Option<polls::View>,
    /// What it is on the board, and until when.
    notice: Option<String>,
    /// Whether it is taken down one day.
    ends: bool,
    taken_from: Option<String>,
    original: String,
    report: String,
    address: String,
    /// Its id, if the reader may change it.
    change_id: Option<Uuid>,
}

async fn show(State(app): State<App>, visitor: Visitor, Path(id): Path<Uuid>) -> Result<Response, PageError> {
    let mut tx = app.instance.store().read().await?;
    let Some(post) = storage::posts::by_id(&mut tx, id).await? else {
        return Err(editors::missing(&mut tx, id).await?);
    };
    let author = storage::actors::by_id(&mut tx, post.author).await?.ok_or(PageError::NotFound)?;
    let origins = Origins::load(&app, &mut tx).await?;
    let view = View::of(&app, &visitor, &post, (&author, origins.of(&author)));
    let (receivers, unreached) = match view.change_id {
        Some(_) => deliveries::of(&app, &mut tx, &visitor, &post.url, &origins).await?,
        None => Default::default(),
    };
    let pinned = storage::featured::is(&mut tx, id).await?;
    let quote = storage::quotes::of_post(&mut tx, id).await?;
    let quote_refused = quote.as_ref().is_some_and(|quote| quote.refused);
    let quote = quote.filter(|quote| !quote.refused);
    let quote = quote.and_then(|quote| links::web(&quote.target).map(str::to_owned));
    let figures = pictures::of(&mut tx, &visitor, id, &author).await?;
    let answered = replies::answered(&mut tx, &post).await?;
    let parent = Parent { path: format!("/posts/{id}"), url: &post.url, author: author.id };
    let replies = replies::beneath(&app, &mut tx, &visitor, &parent, &origins).await?;
    let guests = Beneath::of(&app, &mut tx, &visitor, &post).await?;
    drop(tx);
    let title = post.details.title.clone().unwrap_or_else(|| visitor.text_with("posts-by", &[("name", &author.name)]));
    let mut page = visitor.page(&app, title);
    page.head = head(&post, &author, visitor.language);
    page.head.image = figures.to_share(&app, &author);
    page.head.alternates.extend(oembed::alternates(&app, &format!("/posts/{id}"), &page.title));
    layout::html(&PostPage {
        page,
        post: view,
        pinned,
        answered,
        quote,
        quote_refused,
        receivers,
        unreached,
        figures,
        replies,
        guests,
    })
}

impl View {
    fn of(app: &App, visitor: &Visitor, post: &Post, (author, from): (&Actor, Option<&str>)) -> Self {
        let (zone, poll) = (app.zone(), post.details.poll.as_ref());
        let moment = |at| phrase::moment(at, &zone, visitor.language);
        let may = visitor.rights.as_ref().is_some_and(|rights| rights.may_speak_for(author));
        Self {
            title: post.details.title.clone(),
            author: author.name.clone(),
            author_href: links::actor(author),
            published: post.published_at.to_string(),
            when: moment(post.published_at),
            changed: (post.updated_at > post.published_at).then(|| moment(post.updated_at)),
            texts: Texts::of(
                app,
                visitor,
                (&post.details.content, post.details.language.as_deref()),
                &post.details.plain,
            ),
            warning: warning(post, visitor.language),
            notice: post.details.notice.map(|notice| board::line(visitor, &zone, &notice).join(", ")),
            ends: post.details.notice.is_some_and(|notice| notice.until.is_some()),
            poll: poll.map(|poll| polls::View::of(poll, post.url.as_str(), visitor.reading(app, &zone))),
            taken_from: from.map(str::to_owned),
            original: links::web(&post.page).unwrap_or("/").to_owned(),
            report: format!("/posts/{}/report", post.id),
            address: post.url.to_string(),
            change_id: (author.is_local() && may).then_some(post.id),
        }
    }
}

fn head(post: &Post, author: &Actor, language: Language) -> Head {
    let feed = if author.is_local() { format!("/@{}/feed.atom", author.handle) } else { "/feed.atom".to_owned() };
    let alternate = |kind, href: String| Alternate { kind, href, title: author.name.clone() };
    Head {
        description: Some(words(post, 280, language)),
        address: Some(post.page.to_string()),
        alternates: vec![
            alternate("application/activity+json", post.url.to_string()),
            alternate("application/atom+xml", feed),
        ],
        hidden: !author.is_local(),
        facts: vec![
            ("article:published_time", post.published_at.to_string()),
            ("article:modified_time", post.updated_at.to_string()),
        ],
        ..Head::default()
    }
}
