//! How members come, go, are named and are voted out, and that the order in which it is heard does not matter.

use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::*;

fn quarter(name: &str) -> Url {
    format!("https://{name}.example/actor").parse().expect("a URL")
}

fn all(names: &[&str]) -> BTreeSet<Url> {
    names.iter().map(|name| quarter(name)).collect()
}

fn verbund(accession: Accession, founders: &[&str]) -> Verbund {
    Verbund::new(Charter {
        wording: Wording { name: "Hellweg".into(), ..Wording::default() },
        accession,
        founders: all(founders),
        founded_at: Timestamp::UNIX_EPOCH,
        after: None,
    })
}

impl Verbund {
    /// What `by` says next: `change` of what it said before.
    fn says(&mut self, by: &str, change: impl FnOnce(&mut Ballot)) -> &mut Self {
        let by = quarter(by);
        let mut ballot = self.next_ballot(&by);
        change(&mut ballot);
        assert!(self.hear(&by, ballot), "{by} says something new");
        self
    }

    fn invites(&mut self, by: &str, whom: &[&str]) -> &mut Self {
        self.says(by, |ballot| ballot.vouches.extend(all(whom)))
    }

    fn joins(&mut self, by: &str) -> &mut Self {
        self.says(by, |_| ())
    }

    fn wants_out(&mut self, by: &str, whom: &str) -> &mut Self {
        self.says(by, |ballot| {
            ballot.rejects.insert(quarter(whom));
        })
    }

    fn leaves(&mut self, by: &str) -> &mut Self {
        self.says(by, |ballot| ballot.member = false)
    }

    fn is(&self, members: &[&str]) {
        assert_eq!(self.outcome().members, all(members));
    }
}

/// Four that were let in one by the other.
fn four() -> Verbund {
    let mut four = verbund(Accession::One, &["nord"]);
    four.joins("nord").invites("nord", &["sued"]).joins("sued");
    four.invites("sued", &["ost"]).joins("ost").invites("ost", &["west"]).joins("west");
    four.is(&["nord", "sued", "ost", "west"]);
    four
}

#[test]
fn one_member_invites_and_the_newcomer_says_yes() {
    let mut one = verbund(Accession::One, &["nord"]);
    one.is(&[]);
    one.joins("nord").is(&["nord"]);
    one.invites("nord", &["sued"]).is(&["nord"]);
    assert_eq!(one.outcome().invited, all(&["sued"]));
    one.joins("sued").is(&["nord", "sued"]);
    one.joins("fremd").is(&["nord", "sued"]);
}

#[test]
fn where_two_agree_one_is_not_enough() {
    let mut two = verbund(Accession::Two, &["nord", "sued"]);
    assert!(two.charter.is_sound() && !verbund(Accession::Two, &["nord"]).charter.is_sound());
    two.joins("nord").joins("sued").invites("nord", &["ost"]).joins("ost").is(&["nord", "sued"]);
    two.invites("sued", &["ost"]).is(&["nord", "sued", "ost"]);
    two.invites("ost", &["west"]).joins("west").is(&["nord", "sued", "ost"]);
}

#[test]
fn where_all_agree_nobody_is_passed_over() {
    let mut four = verbund(Accession::All, &["nord", "sued"]);
    four.joins("nord").joins("sued").invites("nord", &["ost"]).joins("ost").is(&["nord", "sued"]);
    four.invites("sued", &["ost"]).is(&["nord", "sued", "ost"]);
    four.invites("nord", &["west"]).invites("sued", &["west"]).joins("west").is(&["nord", "sued", "ost"]);
    four.invites("ost", &["west"]).is(&["nord", "sued", "ost", "west"]);
    four.leaves("nord").is(&["sued", "ost", "west"]);
    four.invites("sued", &["neu"]).invites("ost", &["neu"]).invites("west", &["neu"]).joins("neu");
    four.is(&["sued", "ost", "west", "neu"]);
}

#[test]
fn it_lives_on_when_the_founder_leaves() {
    let mut four = four();
    four.leaves("nord").is(&["sued", "ost", "west"]);
    four.leaves("sued").leaves("ost").is(&["west"]);
    four.joins("nord").is(&["nord", "west"]);
}

#[test]
fn more_than_half_vote_somebody_out() {
    let mut four = four();
    four.wants_out("nord", "west").is(&["nord", "sued", "ost", "west"]);
    four.wants_out("sued", "west").is(&["nord", "sued", "ost"]);
    assert_eq!(four.outcome().expelled, all(&["west"]));
    four.joins("west").is(&["nord", "sued", "ost"]);
    four.invites("ost", &["neu"]).joins("neu").invites("neu", &["west"]).is(&["nord", "sued", "ost", "neu"]);
}

#[test]
fn whom_a_liar_brought_does_not_vote_for_it_and_goes_with_it() {
    let mut liar = verbund(Accession::One, &["nord"]);
    liar.joins("nord").invites("nord", &["sued", "ost"]).joins("sued").joins("ost");
    for puppet in ["p1", "p2", "p3", "p4", "p5", "p6"] {
        liar.invites("ost", &[puppet]).joins(puppet);
    }
    liar.wants_out("nord", "ost").wants_out("sued", "ost");
    liar.is(&["nord", "sued"]);
    liar.invites("nord", &["p1"]).is(&["nord", "sued", "p1"]);
}

#[test]
fn a_founder_can_be_voted_out_and_what_it_brought_stays_if_somebody_vouches() {
    let mut four = four();
    four.wants_out("sued", "nord").wants_out("ost", "nord");
    four.is(&["sued", "ost", "west"]);
    four.invites("sued", &["neu"]).joins("neu").is(&["sued", "ost", "west", "neu"]);
}

#[test]
fn a_new_name_counts_once_as_many_carry_it_as_let_somebody_in() {
    let named = |version, name: &str| Some(Wording { version, name: name.into(), ..Wording::default() });
    let mut two = verbund(Accession::Two, &["nord", "sued"]);
    two.joins("nord").joins("sued");
    two.says("nord", |ballot| ballot.wording = named(1, "Börde"));
    assert_eq!(two.outcome().wording.name, "Hellweg");
    two.says("sued", |ballot| ballot.wording = named(1, "Börde"));
    assert_eq!(two.outcome().wording.name, "Börde");
    two.says("sued", |ballot| ballot.wording = named(2, "Ruhr"));
    assert_eq!(two.outcome().wording.name, "Hellweg", "they do not agree");
}

#[test]
fn who_says_two_things_at_once_is_heard_alike_by_all() {
    let ballot = |name: &str| Ballot { version: 3, vouches: all(&[name]), member: true, ..Ballot::default() };
    let (mut one, mut other) = (four(), four());
    let liar = quarter("west");
    one.hear(&liar, ballot("a"));
    one.hear(&liar, ballot("b"));
    other.hear(&liar, ballot("b"));
    other.hear(&liar, ballot("a"));
    assert_eq!(one, other);
}

#[test]
fn a_list_without_end_is_not_taken() {
    let mut four = four();
    let many = (0..=MOST_NAMED).map(|number| quarter(&format!("q{number}"))).collect();
    let ballot = Ballot { version: 9, member: true, vouches: many, ..Ballot::default() };
    assert!(!four.hear(&quarter("west"), ballot));
    for number in 0..MOST_WAITING + 3 {
        four.joins(&format!("fremd{number}"));
    }
    assert_eq!(four.surplus().len(), 3);
    four.is(&["nord", "sued", "ost", "west"]);
}

static QUARTERS: LazyLock<[Url; 6]> = LazyLock::new(|| ["a", "b", "c", "d", "e", "f"].map(quarter));

/// The quarters whose bits are set: much cheaper than to draw each.
fn some(bits: u8) -> BTreeSet<Url> {
    QUARTERS.iter().enumerate().filter(|(at, _)| bits >> at & 1 == 1).map(|(_, one)| one.clone()).collect()
}

fn ballot() -> impl Strategy<Value = Ballot> {
    (1..4_u64, 0..5_u8, any::<[u8; 6]>(), 0..5_u32).prop_map(|(version, left, [with, a, b, c, d, e], wording)| Ballot {
        version,
        member: left > 0,
        with: some(with),
        vouches: some(a | b),
        rejects: some(c & d & e),
        wording: (wording > 0).then(|| Wording {
            version: wording / 2,
            name: wording.to_string(),
            ..Wording::default()
        }),
    })
}

fn said() -> impl Strategy<Value = Vec<(Url, Ballot)>> {
    let by = (0..QUARTERS.len()).prop_map(|at| QUARTERS[at].clone());
    prop::collection::vec((by, ballot()), 0..10)
}

fn rule() -> impl Strategy<Value = Accession> {
    prop::sample::select(vec![Accession::One, Accession::Two, Accession::All])
}

fn told(accession: Accession, said: &[(Url, Ballot)]) -> Verbund {
    let mut verbund = verbund(accession, &["a", "b"]);
    for (by, ballot) in said {
        verbund.hear(by, ballot.clone());
    }
    verbund
}

/// The same cases at every run; `PROPTEST_RNG_SEED` and `PROPTEST_CASES` try others.
fn cases() -> ProptestConfig {
    let number = |name: &str, usual: u64| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual);
    ProptestConfig {
        cases: u32::try_from(number("PROPTEST_CASES", 100_000)).unwrap_or(u32::MAX),
        rng_seed: RngSeed::Fixed(number("PROPTEST_RNG_SEED", 48)),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn in_whatever_order_it_was_heard_it_is_the_same(
        rule in rule(),
        (said, mixed) in said().prop_flat_map(|said| (Just(said.clone()), Just(said).prop_shuffle())),
    ) {
        let (one, other) = (told(rule, &said), told(rule, &mixed));
        prop_assert_eq!(&one, &other);
        prop_assert_eq!(one.outcome(), other.outcome());
    }

    #[test]
    fn merging_is_commutative_associative_and_idempotent(rule in rule(), one in said(), two in said(), three in said()) {
        let [one, two, three] = [&one, &two, &three].map(|said| told(rule, said));
        let merged = |one: &Verbund, other: &Verbund| { let mut merged = one.clone(); merged.merge(other); merged };
        prop_assert_eq!(merged(&one, &two), merged(&two, &one));
        prop_assert_eq!(merged(&merged(&one, &two), &three), merged(&one, &merged(&two, &three)));
        prop_assert_eq!(merged(&one, &one), one.clone());
        prop_assert!(!one.clone().merge(&one));
    }

    #[test]
    fn nobody_belongs_who_did_not_say_so_and_whom_nobody_invited(rule in rule(), said in said()) {
        let verbund = told(rule, &said);
        let outcome = verbund.outcome();
        for member in &outcome.members {
            prop_assert!(verbund.ballots.get(member).is_some_and(|ballot| ballot.member));
            let is_spoken_for = verbund.ballots.iter().any(|(by, ballot)| by != member && ballot.vouches.contains(member));
            prop_assert!(verbund.charter.founders.contains(member) || is_spoken_for);
            prop_assert!(!outcome.expelled.contains(member));
        }
    }
}
