//! What people without an account want on the board: kept as drafts of the quarter, seen by editors once the mailbox of who
//! asked has answered, and answered by letter.

use domain::account::Email;
use domain::event::{self, State};
use domain::html;
use domain::language::Language;
use domain::messages::{text, text_with};
use domain::post;
use domain::safety::Words;
use domain::trust::Level;
use jiff::SignedDuration;
use storage::letters::{self, Letter};
use storage::proposals::{self, Proposal};
use storage::{Tx, accounts, handed_in, objects as registry};
use url::Url;

use crate::activities::create;
use crate::error::{Error, Result};
use crate::instance::Instance;
use crate::letter::compose;
use crate::queue::{self, Draft};
use crate::{reports, trust};

/// How many may wait for their mailbox.
pub const MAX_UNCONFIRMED: i64 = 200;
/// How many may wait for an editor.
pub const MAX_WAITING: i64 = 500;
/// How long a mailbox has time to answer.
pub const LIFETIME: SignedDuration = domain::retention::PROPOSALS;

/// Who asks.
#[derive(Clone, Debug)]
pub struct Sender {
    /// Their name, as typed.
    pub name: String,
    /// Where they get the answer.
    pub email: Email,
    /// The language of the letters.
    pub language: Language,
}

/// What they want.
#[derive(Clone, Debug)]
pub enum Wanted {
    /// An event.
    Event(Box<event::Draft>),
    /// News, a question, or a notice.
    Post(Box<post::Draft>),
}

impl Wanted {
    /// What it is called.
    pub fn title(&self) -> &str {
        match self {
            Self::Event(draft) => &draft.details().name,
            Self::Post(draft) => draft.details().title.as_deref().unwrap_or_default(),
        }
    }

    /// Whether it speaks of crime.
    pub fn touches(&self, words: &Words) -> bool {
        match self {
            Self::Event(draft) => words.touch_event(draft.details()),
            Self::Post(draft) => words.touch_post(draft.details()),
        }
    }
}

/// What became of a proposal whose mailbox has answered.
#[derive(Clone, Debug)]
pub enum Confirmed {
    /// It waits for an editor, under this number.
    Waits(String),
    /// The editors trust this mailbox: it is on the board, here.
    Shown(Url),
}

/// Keeps what `sender` wants on the board. With `token_hash` it waits for the link of a letter first, else at once for an
/// editor. [`Error::Unusable`] if too much waits already.
pub async fn take(
    tx: &mut Tx,
    instance: &Instance,
    wanted: &Wanted,
    sender: Sender,
    token_hash: Option<&[u8]>,
) -> Result<Proposal> {
    let (unconfirmed, waiting) = proposals::count(tx).await?;
    if unconfirmed >= MAX_UNCONFIRMED || waiting >= MAX_WAITING {
        return Err(Error::Unusable("too much waits already"));
    }
    let quarter = instance.quarter();
    let id = match wanted {
        Wanted::Event(draft) => create::new_event(tx, instance, quarter, draft, State::Draft, None).await?.id,
        Wanted::Post(draft) => create::insert_post(tx, instance, quarter, draft, true).await?.id,
    };
    let now = instance.clock().now();
    let proposal = Proposal {
        event: id,
        number: reports::number(id),
        name: html::line(&html::escape(&sender.name), 100),
        email: sender.email,
        language: sender.language,
        created_at: now,
        confirmed_at: token_hash.is_none().then_some(now),
    };
    proposals::insert(tx, &proposal, token_hash).await?;
    Ok(proposal)
}

/// Confirms the proposal behind a link, once. What a mailbox sends that the editors trust is shown at once, but for words about
/// crime; `None` if there is no such proposal any more.
pub async fn confirm(instance: &Instance, token_hash: &[u8]) -> Result<Option<Confirmed>> {
    let now = instance.clock().now();
    let mut tx = instance.store().write().await?;
    let Some(proposal) = proposals::confirm(&mut tx, token_hash, now - LIFETIME, now).await? else { return Ok(None) };
    let mailbox = trust::mailbox(&proposal.email);
    storage::trust::touch(&mut tx, mailbox, now).await?;
    let is_trusted = storage::trust::level(&mut tx, mailbox).await? == Some(Level::Show);
    let draft = queue::draft(&mut tx, proposal.event).await?;
    let goes = |draft: &Draft| is_trusted && !draft.touches(&instance.settings().editors.safety);
    let confirmed = match draft.filter(goes) {
        Some(draft) => {
            let draft = queue::publish(&mut tx, instance, draft).await?;
            answer(&mut tx, instance, &draft, None).await?;
            Confirmed::Shown(draft.page().clone())
        }
        None => Confirmed::Waits(proposal.number),
    };
    tx.commit().await?;
    instance.wake();
    instance.wake_postman();
    Ok(Some(confirmed))
}

/// The answer to who proposed or wrote `draft`, if somebody did: it is on the board, or is not, for that `reason`.
pub(crate) async fn answer(tx: &mut Tx, instance: &Instance, draft: &Draft, reason: Option<&str>) -> Result<()> {
    let speak = |language| instance.settings().speak(language);
    let from = match (proposals::take(tx, draft.id()).await?, handed_in::take(tx, draft.id()).await?) {
        (Some(proposal), _) => {
            let number = text_with(speak(proposal.language), "propose-letter-number", &[("number", &proposal.number)]);
            (proposal.email, proposal.name, proposal.language, Some(number))
        }
        (None, Some(account)) => match accounts::by_id(tx, account).await? {
            Some(account) => (account.email, account.name, account.language, None),
            None => return Ok(()),
        },
        (None, None) => return Ok(()),
    };
    let (to, name, language, number) = from;
    let voice = speak(language);
    let shown = draft.title();
    let title = [("title", shown.as_str())];
    let told = match reason {
        None => vec![text_with(voice, "propose-letter-approved", &title), draft.page().to_string()],
        Some(reason) => {
            vec![text_with(voice, "propose-letter-declined", &[("title", shown.as_str()), ("reason", reason)])]
        }
    };
    let greeting = text_with(voice, "propose-letter-greeting", &[("name", &name)]);
    let lines = [greeting].into_iter().chain(told).chain(number);
    let key = if reason.is_none() { "propose-letter-approved-subject" } else { "propose-letter-declined-subject" };
    let letter = compose(instance, (&to, voice), &text_with(voice, key, &title), lines);
    Ok(letters::insert(tx, &letter, instance.clock().now()).await?)
}

/// The letter with the link that confirms a proposal.
pub fn letter(instance: &Instance, event: &str, sender: &Sender, link: &str) -> Letter {
    let voice = instance.settings().speak(sender.language);
    let lines = [
        text_with(voice, "propose-letter-greeting", &[("name", &sender.name)]),
        text_with(voice, "propose-letter-confirm", &[("title", event)]),
        link.to_owned(),
        text(voice, "propose-letter-validity"),
        text(voice, "propose-letter-not-you"),
    ];
    compose(instance, (&sender.email, voice), &text_with(voice, "propose-letter-subject", &[("title", event)]), lines)
}

/// Forgets the proposals whose mailbox never answered; how many it were.
pub async fn clean(instance: &Instance) -> Result<u64> {
    let mut tx = instance.store().write().await?;
    let old = proposals::unconfirmed(&mut tx, instance.clock().now() - LIFETIME).await?;
    for event in &old {
        registry::forget(&mut tx, *event).await?;
    }
    tx.commit().await?;
    Ok(u64::try_from(old.len()).unwrap_or(0))
}
