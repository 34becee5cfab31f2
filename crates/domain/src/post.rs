//! Posts: short notes and longer articles.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use url::Url;
use uuid::Uuid;

use crate::html::{self, Html};
use crate::invalid::Invalid;
use crate::language::Language;
use crate::media::Illustrations;
use crate::notice::Notice;
use crate::poll::Poll;

/// The ActivityStreams type of a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// Short, without a title.
    Note,
    /// With a title.
    Article,
    /// With a poll.
    Question,
}

impl Kind {
    /// The name on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "Note",
            Self::Article => "Article",
            Self::Question => "Question",
        }
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Note, Self::Article, Self::Question].into_iter().find(|kind| kind.as_str() == name)
    }
}

/// What a post says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Details {
    /// The title of an article; a note has none.
    pub title: Option<String>,
    /// The text.
    pub content: Html,
    /// The same in plain language; empty where nobody wrote it.
    pub plain: Html,
    /// What readers are told before they see the text; empty where it is only said to be sensitive.
    pub warning: Option<String>,
    /// The BCP 47 tag of its language, where known.
    pub language: Option<String>,
    /// The ActivityPub id of what it answers.
    pub in_reply_to: Option<Url>,
    /// What it asks.
    pub poll: Option<Poll>,
    /// What it is on the board, where its author said so.
    pub notice: Option<Notice>,
}

impl Details {
    /// A post as typed into the form, in `language`.
    pub fn typed(title: &str, text: &str, language: Language) -> Self {
        let title = html::line(title, 300);
        Self {
            title: (!title.is_empty()).then_some(title),
            content: Html::from_text(text),
            plain: Html::default(),
            warning: None,
            language: Some(language.code().to_owned()),
            in_reply_to: None,
            poll: None,
            notice: None,
        }
    }

    /// A poll makes a question, a title an article.
    pub fn kind(&self) -> Kind {
        match (&self.poll, &self.title) {
            (Some(_), _) => Kind::Question,
            (None, Some(_)) => Kind::Article,
            (None, None) => Kind::Note,
        }
    }
}

/// A post that may be published: `Draft::new` checked it.
#[derive(Clone, Debug)]
pub struct Draft {
    details: Details,
    pictures: Option<Illustrations>,
}

impl Draft {
    /// The longest content, in bytes of HTML.
    pub const MAX_CONTENT: usize = 60_000;

    /// Checks that there is a text that is not too long, and that its poll can be asked.
    pub fn new(details: Details) -> Result<Self, Invalid> {
        let mut invalid = Invalid::default();
        invalid.unless(!details.content.is_empty(), "content", "invalid-post-empty");
        invalid.unless(details.content.as_str().len() <= Self::MAX_CONTENT, "content", "invalid-too-long");
        invalid.unless(details.plain.as_str().len() <= Self::MAX_CONTENT, "plain", "invalid-too-long");
        let title = details.title.as_ref().map_or(0, |title| title.chars().count());
        invalid.unless(title <= 200, "title", "invalid-title-long");
        if let Some(poll) = &details.poll {
            // Others show the text of a question and never its title.
            invalid.unless(details.title.is_none(), "title", "polls-invalid-title");
            poll.check(&mut invalid);
        }
        invalid.or(Self { details, pictures: None })
    }

    /// What it says.
    pub fn details(&self) -> &Details {
        &self.details
    }

    /// With exactly these pictures; without a word about them they stay as they are.
    #[must_use]
    pub fn with_pictures(self, pictures: Illustrations) -> Self {
        Self { pictures: Some(pictures), ..self }
    }

    /// The pictures it is to have, if that is decided.
    pub fn pictures(&self) -> Option<&Illustrations> {
        self.pictures.as_ref()
    }
}

/// A post that is kept here, ours or another's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post {
    /// Our key for it.
    pub id: Uuid,
    /// Its ActivityPub id.
    pub url: Url,
    /// Its HTML page.
    pub page: Url,
    /// The actor it is by.
    pub author: Uuid,
    /// What it says.
    pub details: Details,
    /// When it was first published.
    pub published_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}
