//! Reading the forms of proposals: what somebody wants on the board, and who that is.

use domain::account::{Account, Email};
use domain::event::{Details, USUAL_LENGTH};
use domain::invalid::Invalid;
use domain::notice::Topic;
use domain::post;
use domain::safety::ASKED;
use federation::proposals::{Sender, Wanted};

use super::Kind;
use crate::app::App;
use crate::forms::{self, Fields};
use crate::pages::{board, event_form};
use crate::visitor::Visitor;

/// What is taken of the form of an event.
const TAKEN: [&str; 12] = [
    "name",
    "starts",
    "starts_time",
    "ends_time",
    "all_day",
    "place",
    "street",
    "short",
    "free",
    "price",
    "registration",
    "contact",
];

/// The topics of posts that can be proposed.
pub(super) const TOPICS: [Topic; 4] = [Topic::News, Topic::Question, Topic::Lost, Topic::Found];

/// Whose proposal it is, if that needs no letter. Editors type in what others ask them for.
pub(super) fn known(visitor: &Visitor) -> Option<&Account> {
    visitor.rights.as_ref().filter(|rights| !rights.may_edit()).map(|rights| &rights.account)
}

/// What somebody wants on the board, and who that is, or everything that is wrong with it.
pub(super) fn read(app: &App, visitor: &Visitor, kind: Kind, fields: &Fields) -> Result<(Wanted, Sender), Invalid> {
    let wanted = match kind {
        Kind::Event => event(app, fields),
        Kind::Post => post(app, visitor, fields),
    };
    let sender = sender(visitor, fields);
    let mut invalid = wanted.as_ref().err().cloned().unwrap_or_default();
    invalid.problems.extend(sender.as_ref().err().cloned().unwrap_or_default().problems);
    if let Ok(wanted) = &wanted {
        let touches = wanted.touches(&app.instance.settings().editors.safety);
        invalid.unless(!touches || fields.checked(ASKED), ASKED, "safety-asked");
    }
    match (wanted, sender) {
        (Ok(wanted), Ok(sender)) => invalid.or((wanted, sender)),
        _ => Err(invalid),
    }
}

/// Whoever is signed in, or who says who they are.
fn sender(visitor: &Visitor, fields: &Fields) -> Result<Sender, Invalid> {
    if let Some(account) = known(visitor) {
        return Ok(Sender { name: account.name.clone(), email: account.email.clone(), language: account.language });
    }
    let mut invalid = Invalid::default();
    let name = forms::line(fields.value("sender"), 100);
    invalid.unless(!name.is_empty(), "sender", "propose-name-missing");
    let Ok(email) = fields.value("email").parse::<Email>() else {
        invalid.unless(false, "email", "invalid-email");
        return Err(invalid);
    };
    invalid.or(Sender { name, email, language: visitor.language })
}

fn event(app: &App, fields: &Fields) -> Result<Wanted, Invalid> {
    let start = app.instance.clock().now();
    let empty = Details::new("", start, start + USUAL_LENGTH, &app.instance.settings().timezone);
    event_form::read(&fields.only(&TAKEN), &empty).map(|draft| Wanted::Event(Box::new(draft)))
}

fn post(app: &App, visitor: &Visitor, fields: &Fields) -> Result<Wanted, Invalid> {
    let mut details = post::Details::typed(fields.value("title"), fields.value("content"), visitor.language);
    let mut invalid = Invalid::default();
    // The letters and the queue call it by its title.
    let letters = details.title.as_ref().map_or(0, |title| title.chars().count());
    invalid.unless(letters >= 3, "title", "propose-title-missing");
    let topic = Topic::from_name(fields.value("topic")).filter(|topic| TOPICS.contains(topic));
    invalid.unless(topic.is_some(), "topic", "propose-topic-missing");
    match board::typed(app, &fields.only(&["topic"])) {
        Ok(notice) => details.notice = notice,
        Err(other) => invalid.problems.extend(other.problems),
    }
    match post::Draft::new(details) {
        Ok(draft) => invalid.or(Wanted::Post(Box::new(draft))),
        Err(other) => {
            invalid.problems.extend(other.problems);
            Err(invalid)
        }
    }
}
