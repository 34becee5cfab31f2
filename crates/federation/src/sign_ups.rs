//! Accounts for who asks: once their mailbox has answered they are in as readers, or wait for an admin. A door that nobody
//! watches closes.

use domain::account::{Account, Email, Role};
use domain::html;
use domain::invalid::Invalid;
use domain::language::Language;
use domain::messages::{text, text_with};
use domain::retention::{SIGN_UPS, SIGN_UPS_WAITING};
use domain::sign_up::{self, A_DAY, Door, QUIET, SignUp as Setting, Why};
use domain::voice::Voice;
use jiff::SignedDuration;
use storage::letters::{self, Letter};
use storage::sign_ups::{self, SignUp};
use storage::{Tx, accounts, decisions, presence};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::instance::Instance;
use crate::invitations::{self, Guest, may};
use crate::reports;

/// How many may wait for their mailbox.
pub const MAX_UNCONFIRMED: i64 = 200;
/// How many may wait for an admin.
pub const MAX_WAITING: i64 = 200;
/// How the log calls who came in by the open door.
const CAME_IN: &str = "people-door";
/// How many came in is counted over so long.
const DAY: SignedDuration = SignedDuration::from_hours(24);
/// How exactly it is known when an editor was there.
const EXACTLY: SignedDuration = DAY;

/// Somebody who asks, as typed into the form.
#[derive(Clone, Debug)]
pub struct Draft {
    name: String,
    email: Email,
    words: String,
    language: Language,
}

impl Draft {
    /// Checks every rule and names every problem by its form field.
    pub fn new(
        instance: &Instance,
        door: Door,
        (name, email, words): (&str, &str, &str),
        language: Language,
    ) -> Result<Self, Invalid> {
        let name = html::line(&html::escape(name), 100);
        let words: String = words.trim().chars().take(sign_up::MAX_WORDS + 1).collect();
        let email = email.parse::<Email>();
        let mut invalid = Invalid::default();
        invalid.unless(!name.is_empty(), "name", "propose-name-missing");
        invalid.unless(email.is_ok(), "email", "invalid-email");
        if let Some(problem) = door.refuses(&words) {
            invalid.unless(false, "words", problem);
        }
        let refused = &instance.settings().people.refused_mail_hosts;
        let is_kept = |email: &Email| !sign_up::is_throwaway(email, refused);
        invalid.unless(!email.as_ref().is_ok_and(|email| !is_kept(email)), "email", "signup-email-throwaway");
        match email {
            Ok(email) => invalid.or(Self { name, email, words, language }),
            Err(_) => Err(invalid),
        }
    }

    /// Whose mailbox is asked.
    pub fn email(&self) -> &Email {
        &self.email
    }
}

/// What became of who confirmed.
#[derive(Clone, Debug)]
pub enum Confirmed {
    /// They have an account now.
    In(Account),
    /// An admin decides.
    Waits,
    /// They had an account before.
    Known,
}

/// How it stands with the door just now.
pub async fn door(tx: &mut Tx, instance: &Instance) -> Result<Door> {
    let now = instance.clock().now();
    Ok(match instance.settings().people.sign_up {
        Setting::Invited => Door::Shut,
        Setting::Approved => Door::Asks(Why::Asked),
        Setting::Open if !presence::is_known(tx, None, now - QUIET).await? => Door::Asks(Why::Quiet),
        Setting::Open if decisions::count(tx, CAME_IN, now - DAY).await? >= A_DAY => Door::Asks(Why::Full),
        Setting::Open => Door::Open,
    })
}

/// Notes that an editor is there, once a day, where a door depends on it.
pub async fn watch(instance: &Instance, editor: Uuid) -> Result<()> {
    let now = instance.clock().now();
    if instance.settings().people.sign_up != Setting::Open
        || presence::is_known(&mut instance.store().look().await?, Some(editor), now - EXACTLY).await?
    {
        return Ok(());
    }
    let mut tx = instance.store().write().await?;
    presence::note(&mut tx, editor, now).await?;
    Ok(tx.commit().await?)
}

/// Keeps who asks until the link of a letter was used, of which `token_hash` is kept. Whoever has an account is told so, by
/// letter only. [`Error::Unusable`] if too many wait already.
pub async fn take(tx: &mut Tx, instance: &Instance, draft: &Draft, (link, token_hash): (&str, &[u8])) -> Result<()> {
    let now = instance.clock().now();
    let (unconfirmed, waiting) = sign_ups::count(tx).await?;
    if unconfirmed >= MAX_UNCONFIRMED || waiting >= MAX_WAITING {
        return Err(Error::Unusable("too many wait already"));
    }
    let language = draft.language;
    let voice = instance.settings().speak(language);
    let lines = if accounts::by_email(tx, &draft.email).await?.is_some() {
        let address = instance.url("/sign-in");
        vec![text(voice, "signup-letter-known"), address.to_string()]
    } else {
        let sign_up = SignUp {
            id: instance.new_id(),
            name: draft.name.clone(),
            email: draft.email.clone(),
            language,
            words: draft.words.clone(),
            created_at: now,
            waits: None,
        };
        sign_ups::insert(tx, &sign_up, Some(token_hash)).await?;
        vec![text(voice, "signup-letter-confirm"), link.to_owned(), text(voice, "signup-letter-validity")]
    };
    let lines = [vec![text(voice, "people-letter-greeting-nobody")], lines].concat();
    let lines = [lines, vec![text(voice, "signup-letter-not-you")]].concat();
    let letter = letter(instance, (&draft.email, voice), "signup-letter-subject", &lines);
    Ok(letters::insert(tx, &letter, now).await?)
}

/// Uses the link up; `None`, and nothing may be committed, if it is good no longer.
pub async fn confirm(tx: &mut Tx, instance: &Instance, token_hash: &[u8]) -> Result<Option<Confirmed>> {
    let now = instance.clock().now();
    // Two at once must not both be the last one of the day.
    tx.alone().await?;
    let Some(sign_up) = sign_ups::take(tx, token_hash, now - SIGN_UPS).await? else { return Ok(None) };
    sign_ups::remove_of(tx, &sign_up.email).await?;
    if accounts::by_email(tx, &sign_up.email).await?.is_some() {
        return Ok(Some(Confirmed::Known));
    }
    match door(tx, instance).await? {
        Door::Shut => Ok(None),
        Door::Asks(why) => {
            sign_ups::insert(tx, &SignUp { waits: Some((now, why)), ..sign_up }, None).await?;
            Ok(Some(Confirmed::Waits))
        }
        Door::Open => {
            let account = open(tx, instance, &sign_up, Role::Reader).await?;
            let what = may(instance.settings().language, Role::Reader, None);
            reports::note(tx, instance, &account.name, CAME_IN, &instance.quarter().address(), &what).await?;
            Ok(Some(Confirmed::In(account)))
        }
    }
}

/// Lets in who waits, as the admin named `who` decided. [`Error::NotFound`] if nobody waits there (any more).
pub async fn let_in(instance: &Instance, id: Uuid, who: &str, role: Role) -> Result<()> {
    let mut tx = instance.store().write().await?;
    let sign_up = sign_ups::take_waiting(&mut tx, id).await?.ok_or(Error::NotFound)?;
    if accounts::by_email(&mut tx, &sign_up.email).await?.is_none() {
        let account = open(&mut tx, instance, &sign_up, role).await?;
        let language = account.language;
        let voice = instance.settings().speak(language);
        let lines = [
            text_with(voice, "people-letter-greeting", &[("name", &account.name)]),
            text_with(voice, "signup-letter-in", &[("what", &may(language, role, None))]),
            instance.url("/sign-in").to_string(),
        ];
        let letter = letter(instance, (&account.email, voice), "signup-letter-in-subject", &lines);
        letters::insert(&mut tx, &letter, instance.clock().now()).await?;
        let what = may(instance.settings().language, role, None);
        reports::note(&mut tx, instance, who, "people-let-in", &account.name, &what).await?;
    }
    tx.commit().await?;
    instance.wake_postman();
    Ok(())
}

/// Declines who waits, as the admin named `who` decided for that `reason`. [`Error::NotFound`] if nobody waits there (any
/// more).
pub async fn decline(instance: &Instance, id: Uuid, who: &str, reason: &str) -> Result<()> {
    let reason: String = reason.trim().chars().take(reports::MAX_REASON).collect();
    let mut tx = instance.store().write().await?;
    let sign_up = sign_ups::take_waiting(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let told = text_with(instance.settings().speak(sign_up.language), "signup-letter-declined", &[("reason", &reason)]);
    letters::insert(&mut tx, &answer(instance, &sign_up, told), instance.clock().now()).await?;
    // Without a name: of who is not let in nothing is kept.
    let about = instance.quarter().address();
    reports::note(&mut tx, instance, who, "people-decline", &about, &reason).await?;
    tx.commit().await?;
    instance.wake_postman();
    Ok(())
}

/// Forgets whose mailbox never answered, and who waited too long, whom a letter tells so; how many it were.
pub async fn clean(instance: &Instance) -> Result<u64> {
    let now = instance.clock().now();
    let mut tx = instance.store().write().await?;
    let unconfirmed = sign_ups::prune(&mut tx, now - SIGN_UPS).await?;
    let overdue = sign_ups::take_overdue(&mut tx, now - SIGN_UPS_WAITING).await?;
    for sign_up in &overdue {
        let told = text(instance.settings().speak(sign_up.language), "signup-letter-undecided");
        letters::insert(&mut tx, &answer(instance, sign_up, told), now).await?;
    }
    tx.commit().await?;
    instance.wake_postman();
    Ok(unconfirmed + u64::try_from(overdue.len()).unwrap_or(0))
}

async fn open(tx: &mut Tx, instance: &Instance, sign_up: &SignUp, role: Role) -> Result<Account> {
    let guest = Guest { name: sign_up.name.clone(), language: sign_up.language };
    invitations::open(tx, instance, (role, sign_up.email.clone()), &guest).await
}

/// The letter to who does not get an account.
fn answer(instance: &Instance, sign_up: &SignUp, told: String) -> Letter {
    let voice = instance.settings().speak(sign_up.language);
    let ask = text_with(voice, "people-letter-ask", &[("address", instance.settings().base_url.as_str())]);
    let lines = [text_with(voice, "people-letter-greeting", &[("name", &sign_up.name)]), told, ask];
    letter(instance, (&sign_up.email, voice), "signup-letter-answer-subject", &lines)
}

fn letter(instance: &Instance, (to, voice): (&Email, Voice), subject: &str, lines: &[String]) -> Letter {
    let quarter = [("quarter", instance.settings().name.as_str())];
    let from = text_with(voice, "people-letter-from", &quarter);
    Letter {
        to: to.clone(),
        subject: html::line(&html::escape(&text_with(voice, subject, &quarter)), 200),
        text: format!("{}\n\n{from}\n", lines.join("\n\n")),
    }
}
