//! Notices: posts that hang on the board until their day. Whoever answers for one is asked a week before whether it should
//! stay; on its day it is taken down here and everywhere.

use calendar::phrase;
use domain::account::{Account, Role};
use domain::actor::{Actor, Part};
use domain::html;
use domain::messages::{text, text_with};
use domain::post::{self, Post};
use jiff::SignedDuration;
use storage::letters::{self, Letter};
use storage::{Tx, accounts, actors, notices, posts};
use uuid::Uuid;

use crate::activities::{delete, update};
use crate::error::{Error, Result};
use crate::instance::Instance;
use crate::letter::compose;
use crate::objections::answerable;

/// How long before its end somebody is asked.
const ASK_BEFORE: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How many are seen to in one go.
const AT_ONCE: i64 = 100;

/// Takes down what has hung to its end, and asks about what ends within a week; how many there were.
pub async fn see_to_due(instance: &Instance) -> Result<usize> {
    let now = instance.clock().now();
    let mut tx = instance.store().look().await?;
    let due = notices::due(&mut tx, now, AT_ONCE).await?;
    let ending = notices::ending(&mut tx, (now, now + ASK_BEFORE), AT_ONCE).await?;
    drop(tx);
    let mut seen_to = 0;
    for id in due {
        let mut tx = instance.store().write().await?;
        // Of several servers one takes it down.
        if notices::take(&mut tx, id, now).await? {
            delete::object_in(&mut tx, instance, id).await?;
            tx.commit().await?;
            seen_to += 1;
        }
    }
    for id in ending {
        let mut tx = instance.store().write().await?;
        if notices::ask(&mut tx, id, now).await? {
            ask(&mut tx, instance, id).await?;
            tx.commit().await?;
            seen_to += 1;
        }
    }
    if seen_to > 0 {
        instance.wake();
        instance.wake_postman();
    }
    Ok(seen_to)
}

/// Lets a notice of ours hang on for another while; everybody who has it is told.
pub async fn renew(instance: &Instance, id: Uuid) -> Result<Post> {
    let mut tx = instance.store().look().await?;
    let post = posts::by_id(&mut tx, id).await?.ok_or(Error::NotFound)?;
    drop(tx);
    let zone = instance.settings().zone();
    let notice = post.details.notice.map(|notice| notice.renewed((instance.clock().now(), &zone)));
    update::post(instance, id, post::Draft::new(post::Details { notice, ..post.details })?).await
}

/// Writes to those who answer for a notice that it is about to go.
async fn ask(tx: &mut Tx, instance: &Instance, id: Uuid) -> Result<()> {
    let Some(post) = posts::by_id(tx, id).await? else { return Ok(()) };
    let Some(author) = actors::by_id(tx, post.author).await? else { return Ok(()) };
    for account in responsible(tx, &author).await? {
        letters::insert(tx, &letter(instance, &account, &post), instance.clock().now()).await?;
    }
    Ok(())
}

/// The people who can renew what an actor of ours hung up.
async fn responsible(tx: &mut Tx, author: &Actor) -> Result<Vec<Account>> {
    if author.part != Some(Part::Quarter) {
        return answerable(tx, author).await;
    }
    let active = |account: &Account| account.role >= Role::Editor && account.suspended_at.is_none();
    Ok(accounts::all(tx).await?.into_iter().filter(active).collect())
}

fn letter(instance: &Instance, to: &Account, post: &Post) -> Letter {
    let (voice, zone) = (instance.settings().speak(to.language), instance.settings().zone());
    let title = post.details.title.clone().unwrap_or_else(|| html::line(post.details.content.as_str(), 60));
    let last = post.details.notice.and_then(|notice| notice.last_day(&zone));
    let day = last.map(|last| phrase::date_long(last, to.language)).unwrap_or_default();
    let lines = [
        text(voice, "board-letter-greeting"),
        text_with(voice, "board-letter-until", &[("title", &title), ("day", &day)]),
        text(voice, "board-letter-renew"),
        instance.url(&format!("/posts/{}/renew", post.id)).to_string(),
        text(voice, "board-letter-else"),
    ];
    let subject = text_with(voice, "board-letter-subject", &[("title", &title)]);
    compose(instance, (&to.email, voice), &subject, lines)
}
