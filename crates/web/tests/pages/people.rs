//! Who is invited, comes, and may do what.

use domain::account::{Account, Membership, Role};
use domain::actor::Actor;
use domain::html::Html;
use http::header::{HOST, SET_COOKIE};
use http::{Request, StatusCode};
use jiff::SignedDuration;
use storage::letters::Letter;

use crate::quarter::{Answer, BASE, TestQuarter, noon};

const GUEST: [(&str, &str); 3] = [("name", "Ruth <b>"), ("agree", "yes"), ("age", "yes")];
const RUTH: &str = "ruth@fern.example";

/// The path of the link in a letter.
fn link(letter: &Letter) -> String {
    let address = letter.text.split_whitespace().find(|word| word.contains("/welcome/")).expect("a link");
    address.trim_start_matches(BASE).to_owned()
}

/// The code on a slip.
fn code(slip: &Answer) -> String {
    let code = slip.body.split("class=\"slip-code\"><strong>").nth(1).and_then(|part| part.split('<').next());
    code.unwrap_or_else(|| panic!("a code in {}", slip.body)).to_owned()
}

async fn by_email(quarter: &TestQuarter, email: &str) -> Option<Account> {
    let mut tx = quarter.instance.store().read().await.expect("a view");
    storage::accounts::by_email(&mut tx, &email.parse().expect("an address")).await.expect("a query")
}

async fn choir(quarter: &TestQuarter) -> Actor {
    let handle = "chor".parse().expect("a handle");
    let made = federation::initiatives::create(&quarter.instance, "Chor", &handle, Html::default()).await;
    made.expect("an initiative")
}

/// What the log says was done to people, the latest first.
async fn log(quarter: &TestQuarter) -> Vec<(String, String, String)> {
    let mut tx = quarter.instance.store().read().await.expect("a view");
    let latest = storage::decisions::latest(&mut tx, 99).await.expect("decisions");
    latest.into_iter().map(|decision| (decision.who, decision.what, decision.reason)).collect()
}

fn lines(expected: &[(&str, &str, &str)]) -> Vec<(String, String, String)> {
    expected.iter().map(|(who, what, why)| ((*who).to_owned(), (*what).to_owned(), (*why).to_owned())).collect()
}

/// A quarter with an admin who is signed in and somebody else.
async fn two(role: Role) -> (TestQuarter, Account) {
    let quarter = TestQuarter::new().await.signed_in(Role::Admin).await;
    let jo = quarter.account("jo", role).await;
    (quarter, jo)
}

/// Another way in for an account: the cookie of a session.
async fn cookie_of(quarter: &TestQuarter, account: &Account) -> String {
    let answer = quarter.post(&sign_in_link(quarter, account).await, &[]).await;
    answer.header(SET_COOKIE).split(';').next().expect("a cookie").to_owned()
}

/// The path of a link as the command line prints it.
async fn sign_in_link(quarter: &TestQuarter, account: &Account) -> String {
    let mut tx = quarter.instance.store().write().await.expect("a transaction");
    let base = quarter.instance.settings().base_url.clone();
    let now = quarter.instance.clock().now();
    let link = web::sign_in_link(&mut tx, &base, account, now, SignedDuration::from_mins(5)).await.expect("a link");
    tx.commit().await.expect("a commit");
    link.trim_start_matches(BASE).to_owned()
}

/// How a page answers somebody with another cookie than the quarter's visitor.
async fn ask_as(quarter: &mut TestQuarter, cookie: &str, path: &str) -> Answer {
    let mine = quarter.swap_cookie(Some(cookie.to_owned()));
    let answer = quarter.get(path).await;
    quarter.swap_cookie(mine);
    answer
}

#[tokio::test]
async fn who_is_invited_by_letter_reads_the_rules_and_is_in() {
    let mut quarter = TestQuarter::new().await.signed_in(Role::Admin).await;
    let asked = [("name", "Ruth"), ("email", RUTH), ("role", "editor"), ("do", "letter")];
    assert_eq!(quarter.post("/editors/people", &asked).await.location(), "/editors/people?done=sent");
    let [letter] = quarter.letters().await.try_into().expect("one letter");
    assert!(letter.text.contains("Guten Tag Ruth,") && letter.text.contains("Redaktion"), "{}", letter.text);
    assert!(quarter.get("/editors/people").await.body.contains("per E-Mail an ruth@fern.example, gilt bis 6.12.2026"));

    let mine = quarter.swap_cookie(None);
    for _ in 0..3 {
        let offered = quarter.get(&link(&letter)).await;
        for words in ["Das dürfen Sie hier: Redaktion.", "Unsere Regeln", "value=\"Ruth\"", "noindex"] {
            assert!(offered.body.contains(words), "{words}: {}", offered.body);
        }
        assert!(offered.headers.get(SET_COOKIE).is_none() && by_email(&quarter, RUTH).await.is_none());
    }
    let refused = quarter.post(&link(&letter), &[("name", "Ruth"), ("agree", "yes")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("Bitte bestätigen Sie Ihr Alter.") && refused.body.contains("value=\"Ruth\""));
    let more: Vec<_> = GUEST.into_iter().chain([("role", "admin"), ("email", "x@y.example")]).collect();
    let entered = quarter.post(&link(&letter), &more).await;
    assert_eq!(entered.location(), "/?done=come-in");
    quarter.keep_cookie(&entered);
    assert_eq!(quarter.get("/editors").await.status, StatusCode::OK);
    assert_eq!(quarter.get("/editors/people").await.status, StatusCode::FORBIDDEN);
    let ruth = by_email(&quarter, RUTH).await.expect("an account");
    assert_eq!((ruth.name.as_str(), ruth.role), ("Ruth <b>", Role::Editor));
    assert_eq!(quarter.get(&link(&letter)).await.status, StatusCode::GONE);
    assert_eq!(quarter.post(&link(&letter), &GUEST).await.status, StatusCode::GONE, "once");
    quarter.swap_cookie(mine);
    let taken = quarter.post("/editors/people", &asked).await;
    assert!(taken.body.contains("schon einen Zugang"), "who manages accounts may know");
    let expected = [("Ruth <b>", "people-join", "Redaktion"), ("mira", "people-invite", "Redaktion")];
    assert_eq!(log(&quarter).await, lines(&expected));
}

#[tokio::test]
async fn a_slip_lets_one_person_in_and_no_second() {
    let mut quarter = TestQuarter::new().await.signed_in(Role::Admin).await;
    let slip = quarter.post("/editors/people", &[("name", "Frau Yıldız"), ("do", "slip")]).await;
    assert!(slip.body.contains("nord.example/welcome") && slip.body.contains("<svg"), "{}", slip.body);
    let code = code(&slip);
    assert!(!quarter.get("/editors/people").await.body.contains(&code), "it is shown once");
    quarter.swap_cookie(None);
    let path = format!("/welcome?code={}", code.replace(' ', "").to_lowercase());
    assert!(quarter.get(&path).await.body.contains(&format!("value=\"{code}\"")), "the pattern fills it in");
    assert!(quarter.get("/welcome?code=%22%3E%3Cb%3E").await.body.contains("value=\"\""));
    let mut links = Vec::new();
    for guest in ["ruth", "jo"] {
        let asked = [("code", code.as_str()), ("email", &format!("{guest}@fern.example"))];
        let answer = quarter.post("/welcome", &asked).await;
        assert!(answer.body.contains("Bitte sehen Sie in Ihr Postfach"), "{}", answer.body);
        let [letter] = quarter.letters().await.try_into().expect("one letter");
        assert!(!letter.text.contains("Yıldız"), "who has the code may be somebody else");
        links.push(link(&letter));
    }
    assert_eq!(quarter.post(&links[1], &GUEST).await.location(), "/?done=come-in");
    assert_eq!(quarter.post(&links[0], &GUEST).await.status, StatusCode::GONE);
    let again = quarter.post("/welcome", &[("code", &code), ("email", RUTH)]).await;
    assert!(again.status == StatusCode::UNPROCESSABLE_ENTITY && again.body.contains("gilt nicht"));
    assert!(by_email(&quarter, RUTH).await.is_none() && by_email(&quarter, "jo@fern.example").await.is_some());
}

#[tokio::test]
async fn prv_12_a_code_and_an_initiative_answer_the_same_for_every_mailbox() {
    let mut quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    choir(&quarter).await;
    quarter.account("jo", Role::Member).await;
    let slip = quarter.post("/@chor/members", &[("role", "helper"), ("do", "slip")]).await;
    let code = code(&slip);
    let (known, unknown) = ("jo@nord.example", "no@nord.example");
    let mut answers = Vec::new();
    for email in [known, unknown] {
        let added = quarter.post("/@chor/members", &[("email", email), ("role", "speaker"), ("do", "add")]).await;
        let page = quarter.get("/@chor").await.body.replace(email, "x");
        let mine = quarter.swap_cookie(None);
        let asked = quarter.post("/welcome", &[("code", &code), ("email", email)]).await;
        quarter.swap_cookie(mine);
        let letters = quarter.letters().await;
        let subjects: Vec<_> = letters.iter().map(|letter| (letter.subject.clone(), letter.text.len())).collect();
        let page = page.split("Offene Einladungen").nth(1).map_or(0, |part| part.matches("per E-Mail an x").count());
        answers.push((added.status, added.location().to_owned(), asked.status, asked.body, subjects, page));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0].4.len(), 2);
}

#[tokio::test]
async fn an_initiative_asks_those_it_wants_and_they_come_with_what_they_are() {
    let mut quarter = TestQuarter::new().await;
    let choir = choir(&quarter).await;
    let jo = quarter.account("jo", Role::Member).await;
    let mut tx = quarter.instance.store().write().await.expect("a transaction");
    storage::accounts::set_membership(&mut tx, choir.id, jo.id, Membership::Speaker).await.expect("a membership");
    tx.commit().await.expect("a commit");
    quarter.enter(&jo).await;
    // A speaker makes no editors, and invites a neighbour who has an account with a role of their own.
    let asked = [("email", "nora@nord.example"), ("role", "admin"), ("do", "add"), ("role", "helper")];
    quarter.account("nora", Role::Editor).await;
    quarter.post("/@chor/members", &asked).await;
    let [letter] = quarter.letters().await.try_into().expect("one letter");
    assert!(letter.text.contains("bei Chor mitzumachen"), "{}", letter.text);
    let slip = code(&quarter.post("/@chor/members", &[("role", "speaker"), ("do", "slip")]).await);
    assert!(!quarter.get("/@chor").await.body.contains("<bdi>nora</bdi>"), "nobody belongs to it unasked");
    quarter.swap_cookie(None);
    assert!(quarter.get(&link(&letter)).await.body.contains("Sie haben hier schon einen Zugang."));
    let entered = quarter.post(&link(&letter), &[]).await;
    assert_eq!(entered.location(), "/@chor?done=come-in");
    quarter.keep_cookie(&entered);
    assert_eq!(by_email(&quarter, "nora@nord.example").await.map(|nora| nora.role), Some(Role::Editor));
    assert!(
        quarter
            .get("/@chor")
            .await
            .body
            .contains("<bdi>nora</bdi> <span class=\"soft\">(nora@nord.example) · schreiben</span>")
    );
    // Whoever is signed in hands in a slip without a letter.
    assert_eq!(quarter.post("/welcome", &[("code", &slip)]).await.location(), "/@chor?done=come-in");
    assert!(quarter.get("/@chor").await.body.contains("schreiben und andere einladen"));
    let nora = by_email(&quarter, "nora@nord.example").await.expect("an account").id.to_string();
    quarter.post("/@chor/members", &[("account", &nora), ("do", "remove")]).await;
    assert!(!quarter.get("/@chor").await.body.contains("<bdi>nora</bdi>"));
    let logged = log(&quarter).await;
    let what: Vec<&str> = logged.iter().map(|(_, what, _)| what.as_str()).collect();
    assert_eq!(what, ["people-member-end", "people-join", "people-join", "people-invite", "people-invite"]);
}

#[tokio::test]
async fn an_invitation_ends_with_its_time_its_withdrawal_and_the_right_of_who_made_it() {
    let mut quarter = TestQuarter::new().await.signed_in(Role::Admin).await;
    let boss = quarter.account("boss", Role::Admin).await;
    let invite = async |quarter: &TestQuarter| {
        quarter.clock.step(SignedDuration::from_hours(24));
        let asked = [("name", "Ruth"), ("email", RUTH), ("role", "admin"), ("do", "letter")];
        quarter.post("/editors/people", &asked).await;
        let [letter] = quarter.letters().await.try_into().expect("one letter");
        link(&letter)
    };
    let first = invite(&quarter).await;
    let second = invite(&quarter).await;
    assert_eq!(quarter.get(&first).await.status, StatusCode::GONE, "the last letter counts");
    let page = quarter.get("/editors/people").await.body;
    let id = page.split("name=\"id\" value=\"").nth(1).and_then(|part| part.split('"').next()).expect("an invitation");
    quarter.post("/editors/people/withdraw", &[("id", id)]).await;
    assert_eq!(quarter.get(&second).await.status, StatusCode::GONE);
    let third = invite(&quarter).await;
    quarter.clock.step(federation::invitations::LIFETIME);
    assert_eq!(quarter.post(&third, &GUEST).await.status, StatusCode::GONE, "a fortnight is over");
    let fourth = invite(&quarter).await;
    let mira = by_email(&quarter, "mira@nord.example").await.expect("an account");
    quarter.enter(&boss).await;
    quarter.post(&format!("/editors/people/{}", mira.id), &[("do", "role"), ("role", "editor")]).await;
    assert_eq!(quarter.get(&fourth).await.status, StatusCode::GONE, "who may not invite has not invited");
    assert_eq!(quarter.post(&fourth, &GUEST).await.status, StatusCode::GONE);
    assert!(by_email(&quarter, RUTH).await.is_none());
}

#[tokio::test]
async fn abu_08_invitations_are_bounded_by_inviter_by_mailbox_and_by_slip() {
    let mut quarter = TestQuarter::new().await.signed_in(Role::Admin).await;
    let slip = code(&quarter.post("/editors/people", &[("name", "Ruth"), ("do", "slip")]).await);
    let asked = [("name", "Ruth"), ("email", RUTH), ("do", "letter")];
    let mut sent = 0;
    for _ in 0..40 {
        sent += usize::from(quarter.post("/editors/people", &asked).await.status == StatusCode::SEE_OTHER);
    }
    let refused = quarter.post("/editors/people", &asked).await;
    assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.body.contains("genug Einladungen"));
    assert_eq!((sent, quarter.letters().await.len()), (29, 3), "the slip was the thirtieth");
    quarter.swap_cookie(None);
    for guest in 0..20 {
        let email = format!("gast{guest}@fern.example");
        let answer = quarter.post("/welcome", &[("code", &slip), ("email", &email)]).await;
        assert_eq!(answer.status, StatusCode::OK, "who asks does not learn it");
    }
    assert_eq!(quarter.letters().await.len(), 5);
}

#[tokio::test]
async fn who_guesses_codes_is_stopped() {
    let quarter = TestQuarter::new().await;
    let guess = [("code", "ABCD EFGH"), ("email", RUTH)];
    let mut statuses = Vec::new();
    for _ in 0..26 {
        statuses.push(quarter.post("/welcome", &guess).await.status);
    }
    assert!(statuses[..25].iter().all(|status| *status == StatusCode::UNPROCESSABLE_ENTITY), "{statuses:?}");
    assert_eq!(statuses[25], StatusCode::TOO_MANY_REQUESTS);
    let mut tried = 25;
    for network in 0..20 {
        for _ in 0..25 {
            let request = Request::post("/welcome").header(HOST, "nord.example").header("origin", BASE);
            let request = request.header("x-forwarded-for", format!("203.0.113.{network}"));
            tried += usize::from(quarter.send(request, &guess).await.status == StatusCode::UNPROCESSABLE_ENTITY);
        }
    }
    assert!((25..=201).contains(&tried), "{tried}");
}

#[tokio::test]
async fn acc_05_a_changed_role_ends_every_other_session_and_token() {
    let (mut quarter, jo) = two(Role::Admin).await;
    let (mine, theirs) =
        (by_email(&quarter, "mira@nord.example").await.expect("an account"), cookie_of(&quarter, &jo).await);
    let mut tx = quarter.instance.store().write().await.expect("a transaction");
    storage::tokens::insert(&mut tx, b"token", jo.id, noon()).await.expect("a token");
    tx.commit().await.expect("a commit");
    let link = sign_in_link(&quarter, &jo).await;
    let path = format!("/editors/people/{}", jo.id);
    assert_eq!(ask_as(&mut quarter, &theirs, &path).await.status, StatusCode::OK);
    assert!(quarter.get(&path).await.body.contains("jo@nord.example"));
    let changed = quarter.post(&path, &[("do", "role"), ("role", "editor")]).await;
    assert_eq!(changed.location(), format!("{path}?done=rights-changed"));
    assert_eq!(ask_as(&mut quarter, &theirs, "/editors").await.status, StatusCode::UNAUTHORIZED);
    let mut tx = quarter.instance.store().read().await.expect("a view");
    assert_eq!(storage::tokens::account_of(&mut tx, b"token").await.expect("a query"), None);
    drop(tx);
    assert_eq!(quarter.post(&link, &[]).await.status, StatusCode::GONE);
    let [letter] = quarter.letters().await.try_into().expect("one letter");
    assert!(letter.to == jo.email && letter.text.contains("Das dürfen Sie jetzt: Redaktion."), "{}", letter.text);
    assert_eq!(log(&quarter).await, lines(&[("mira", "people-role", "Redaktion")]));

    // One's own rights: this session stays, the others end.
    quarter.post(&path, &[("do", "role"), ("role", "admin")]).await;
    let other = cookie_of(&quarter, &mine).await;
    let own = format!("/editors/people/{}", mine.id);
    quarter.post(&own, &[("do", "role"), ("role", "editor")]).await;
    assert_eq!(quarter.get("/editors").await.status, StatusCode::OK);
    assert_eq!(quarter.get("/editors/people").await.status, StatusCode::FORBIDDEN);
    assert_eq!(ask_as(&mut quarter, &other, "/editors").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn prv_09_a_suspended_account_reads_what_everyone_reads() {
    let (mut quarter, jo) = two(Role::Editor).await;
    let theirs = cookie_of(&quarter, &jo).await;
    let path = format!("/editors/people/{}", jo.id);
    quarter.post(&path, &[("do", "suspend")]).await;
    assert_eq!(ask_as(&mut quarter, &theirs, "/editors").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(ask_as(&mut quarter, &theirs, "/events").await.status, StatusCode::OK);
    let page = quarter.get("/editors/people").await.body;
    assert!(page.contains("(gesperrt)"), "{page}");
    assert_eq!(quarter.letters().await.len(), 1, "it is told");
    // No way in: not by letter, not by a link of the command line, not by a token made meanwhile.
    let mine = quarter.swap_cookie(None);
    quarter.post("/sign-in", &[("email", "jo@nord.example")]).await;
    assert!(quarter.letters().await.is_empty());
    assert_eq!(quarter.post(&sign_in_link(&quarter, &jo).await, &[]).await.status, StatusCode::GONE);
    quarter.swap_cookie(mine);
    quarter.post(&path, &[("do", "resume")]).await;
    let again = cookie_of(&quarter, &jo).await;
    assert_eq!(ask_as(&mut quarter, &again, "/editors").await.status, StatusCode::OK);
    let expected = [("mira", "people-resume", ""), ("mira", "people-suspend", "")];
    assert_eq!(log(&quarter).await, lines(&expected));
}

#[tokio::test]
async fn the_last_admin_stays() {
    let (quarter, jo) = two(Role::Admin).await;
    let mira = by_email(&quarter, "mira@nord.example").await.expect("an account");
    let (own, other) = (format!("/editors/people/{}", mira.id), format!("/editors/people/{}", jo.id));
    quarter.post(&other, &[("do", "suspend")]).await;
    for (path, fields) in [
        (own.clone(), [("do", "role"), ("role", "member")]),
        (own.clone(), [("do", "suspend"), ("x", "")]),
        (format!("{own}/remove"), [("x", ""), ("y", "")]),
    ] {
        let refused = quarter.post(&path, &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
        assert!(refused.body.contains("Mindestens ein Mensch muss Zugänge verwalten."), "{}", refused.body);
        assert_eq!(quarter.get("/editors/people").await.status, StatusCode::OK);
    }
    assert!(quarter.get(&format!("{other}/remove")).await.body.contains("Zugang löschen?"));
    assert_eq!(quarter.post(&format!("{other}/remove"), &[]).await.location(), "/editors/people?done=removed");
    assert_eq!(quarter.get(&other).await.status, StatusCode::NOT_FOUND);
    assert!(quarter.letters().await.last().is_some_and(|letter| letter.text.contains("Ihr Zugang wurde gelöscht.")));
}

#[tokio::test]
async fn the_old_page_leads_to_the_new_one() {
    let quarter = TestQuarter::new().await.signed_in(Role::Admin).await;
    assert_eq!(quarter.get("/editors/accounts").await.location(), "/editors/people");
    assert!(quarter.get("/editors").await.body.contains("href=\"/editors/people\""));
}
