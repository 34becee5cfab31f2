//! Two quarters and the network between them: every order of messages, and a hundred thousand random histories.

use std::collections::{BTreeSet, HashSet, VecDeque};

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::*;

const EVENTS: Scopes = Scopes(1);

/// How often two sides may write to each other until both know everything.
const LETTERS: usize = 12;

/// One side: what it knows, and what its editors decided last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
struct Side {
    knows: Handshake,
    wants: bool,
}

impl Side {
    fn hear(&mut self, message: Message) -> bool {
        let reply = self.knows.hear(message);
        // A forgotten no that is recalled is the editors' word again.
        self.wants &= !matches!(self.knows.ours, Some(Word { says: Says::No, .. }));
        reply
    }

    fn act(&mut self, act: Act) -> bool {
        match act {
            Act::Yes => {
                self.wants = true;
                self.knows.say_yes(Scopes::ALL)
            }
            Act::Less => {
                self.wants = true;
                self.knows.say_yes(EVENTS)
            }
            Act::No => {
                self.wants = false;
                self.knows.say_no()
            }
        }
    }

    /// What must hold at any moment, whatever the network did.
    fn check(&self) {
        let standing = self.knows.standing();
        if matches!(standing, Standing::Neighbours(_) | Standing::Invited(_)) {
            assert!(self.wants, "nobody is a neighbour against the last word of the editors: {self:?}");
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Act {
    Yes,
    Less,
    No,
}

const ACTS: [Act; 3] = [Act::Yes, Act::Less, Act::No];

/// Lets both write until neither has anything to say; they must end in the same state within a few letters.
fn heal(mut one: Side, mut other: Side) -> (Side, Side) {
    for _ in 0..LETTERS {
        let first = other.hear(one.knows.message());
        let second = one.hear(other.knows.message());
        one.check();
        other.check();
        if !first && !second && one.knows.is_heard() && other.knows.is_heard() {
            assert!(mirrored(one.knows.standing(), other.knows.standing()), "{one:?}\n{other:?}");
            return (one, other);
        }
    }
    panic!("they never stop writing:\n{one:?}\n{other:?}");
}

/// Whether the two say the same of each other.
fn mirrored(one: Standing, other: Standing) -> bool {
    use Standing::{Asked, Ended, Invited, Neighbours, Strangers};
    match (one, other) {
        (Neighbours(here), Neighbours(there)) => here == there,
        (Asked(theirs), Invited(ours)) | (Invited(ours), Asked(theirs)) => ours == theirs,
        // Who came back from a backup may not know that there was anything.
        (Ended | Strangers, Ended | Strangers) => true,
        _ => false,
    }
}

#[test]
fn an_offer_and_a_yes_make_neighbours() {
    let (mut north, mut south) = (Handshake::default(), Handshake::default());
    assert_eq!(north.standing(), Standing::Strangers);
    assert!(north.say_yes(Scopes::ALL));
    assert!(!south.hear(north.message()), "an offer is answered by people");
    assert_eq!((north.standing(), south.standing()), (Standing::Invited(Scopes::ALL), Standing::Asked(Scopes::ALL)));
    assert!(south.say_yes(EVENTS));
    assert!(!north.hear(south.message()), "a yes that is complete needs no answer");
    assert_eq!((north.standing(), south.standing()), (Standing::Neighbours(EVENTS), Standing::Neighbours(EVENTS)));
    assert!(north.say_no());
    south.hear(north.message());
    assert_eq!((north.standing(), south.standing()), (Standing::Ended, Standing::Ended));
    assert!(south.say_yes(EVENTS));
    north.hear(south.message());
    assert_eq!(north.standing(), Standing::Asked(EVENTS), "after an end both have to say yes anew");
}

#[test]
fn two_offers_at_once_make_neighbours() {
    let (mut north, mut south) = (Handshake::default(), Handshake::default());
    north.say_yes(Scopes::ALL);
    south.say_yes(Scopes::ALL);
    let (to_south, to_north) = (north.message(), south.message());
    north.hear(to_north);
    south.hear(to_south);
    assert_eq!(north.standing(), Standing::Neighbours(Scopes::ALL));
    assert_eq!(south.standing(), Standing::Neighbours(Scopes::ALL));
}

#[test]
fn a_yes_that_crosses_the_end_of_the_offer_makes_nobody_a_neighbour() {
    let (mut north, mut south) = (Handshake::default(), Handshake::default());
    north.say_yes(Scopes::ALL);
    south.hear(north.message());
    south.say_yes(Scopes::ALL);
    north.say_no();
    let (to_south, to_north) = (north.message(), south.message());
    north.hear(to_north);
    south.hear(to_south);
    assert_eq!((north.standing(), south.standing()), (Standing::Ended, Standing::Ended));
}

#[test]
fn a_quarter_that_came_back_from_a_backup_learns_that_it_had_ended_it() {
    let (mut north, mut south) = (Handshake::default(), Handshake::default());
    north.say_yes(Scopes::ALL);
    south.hear(north.message());
    south.say_yes(Scopes::ALL);
    north.hear(south.message());
    let backup = north;
    north.say_no();
    south.hear(north.message());
    north = backup;
    assert!(north.hear(south.message()) || north.standing() == Standing::Ended);
    assert_eq!(north.standing(), Standing::Ended);
}

#[test]
fn nobody_is_made_a_neighbour_by_what_the_other_side_says_it_heard() {
    let mut north = Handshake::default();
    let yes = Word::new(7, 1, Says::Yes(Scopes::ALL));
    for _ in 0..3 {
        north.hear(Message { word: yes, heard: yes, over: 6 });
        assert_eq!(north.standing(), Standing::Asked(Scopes::ALL));
    }
    north.say_no();
    assert!(north.hear(Message { word: yes, heard: yes, over: 6 }), "they hear that it is over");
    assert_eq!(north.standing(), Standing::Ended);
}

#[test]
fn claims_that_nobody_reaches_are_no_words() {
    assert!(Word::new(0, 1, Says::No).is_none() && Word::new(1, 0, Says::No).is_none());
    assert!(Word::new(MOST + 1, 1, Says::No).is_none() && Word::new(u32::MAX, 1, Says::No).is_none());
    let mut north = Handshake::default();
    north.say_yes(EVENTS);
    north.hear(Message {
        word: Word::new(MOST, MOST, Says::No),
        heard: Word::new(MOST, MOST, Says::Yes(EVENTS)),
        over: MOST,
    });
    assert_eq!(north.standing(), Standing::Ended);
    north.say_yes(EVENTS);
}

#[test]
fn scopes_have_names() {
    for bits in 0..16_u8 {
        let names: Vec<_> = Scopes(bits).iter().map(Scope::as_str).collect();
        assert_eq!(names.into_iter().filter_map(Scope::from_name).collect::<Scopes>(), Scopes(bits));
    }
    assert_eq!(Scope::from_name("weather"), None);
    assert_eq!([Scope::Events, Scope::Events].into_iter().collect::<Scopes>(), EVENTS);
    assert_eq!(Scope::ALL.into_iter().collect::<Scopes>(), Scopes::ALL);
}

/// Both sides and everything that was ever sent: the network may bring any of it, in any order, any number of times, or
/// never.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct World {
    sides: [Side; 2],
    /// What was sent to each, as indices into `seen`.
    sent: [BTreeSet<usize>; 2],
    acts: u8,
}

/// Walks every order in which editors of both sides decide so often and the network delivers, doubles, delays and loses.
fn walk(acts: u8) -> usize {
    let mut messages: Vec<Message> = Vec::new();
    let start = World { sides: [Side::default(); 2], sent: [BTreeSet::new(), BTreeSet::new()], acts };
    let (mut seen, mut next) = (HashSet::from([start.clone()]), VecDeque::from([start]));
    while let Some(world) = next.pop_front() {
        world.sides.iter().for_each(Side::check);
        heal(world.sides[0], world.sides[1]);
        for (me, to) in [(0, 1), (1, 0)] {
            for at in world.sent[me].clone() {
                let mut then = world.clone();
                if then.sides[me].hear(messages[at]) {
                    send(&mut then, &mut messages, me, to);
                }
                visit(&mut seen, &mut next, then);
            }
            for act in ACTS.into_iter().filter(|_| world.acts > 0) {
                let mut then = world.clone();
                then.acts -= 1;
                if then.sides[me].act(act) {
                    send(&mut then, &mut messages, me, to);
                }
                visit(&mut seen, &mut next, then);
            }
        }
    }
    seen.len()
}

fn send(world: &mut World, messages: &mut Vec<Message>, from: usize, to: usize) {
    let message = world.sides[from].knows.message();
    let at = messages.iter().position(|known| *known == message).unwrap_or_else(|| {
        messages.push(message);
        messages.len() - 1
    });
    world.sent[to].insert(at);
}

fn visit(seen: &mut HashSet<World>, next: &mut VecDeque<World>, world: World) {
    if seen.insert(world.clone()) {
        next.push_back(world);
    }
}

#[test]
fn in_every_order_of_messages_both_sides_end_alike() {
    let worlds = walk(4);
    assert!(worlds > 100_000, "{worlds} worlds");
}

/// What may happen to two quarters.
#[derive(Clone, Copy, Debug)]
enum Step {
    Act(bool, Act),
    /// One of what was ever sent to this side arrives.
    Arrive(bool, prop::sample::Index),
    /// This side asks how it stands, as it does once a day.
    Ask(bool),
    Backup(bool),
    Restore(bool),
    /// A request that was not sent by the other side, of what a forger may think of.
    Forged(Message),
}

fn word() -> impl Strategy<Value = Option<Word>> {
    let says = prop_oneof![Just(Says::No), Just(Says::Yes(Scopes::ALL)), Just(Says::Yes(EVENTS))];
    proptest::option::of((1..6_u32, 1..4_u32, says).prop_map(|(round, version, says)| Word { round, version, says }))
}

fn step() -> impl Strategy<Value = Step> {
    let act = prop_oneof![3 => Just(Act::Yes), 1 => Just(Act::Less), 2 => Just(Act::No)];
    prop_oneof![
        4 => (any::<bool>(), act).prop_map(|(who, act)| Step::Act(who, act)),
        10 => (any::<bool>(), any::<prop::sample::Index>()).prop_map(|(who, at)| Step::Arrive(who, at)),
        2 => any::<bool>().prop_map(Step::Ask),
        1 => any::<bool>().prop_map(Step::Backup),
        1 => any::<bool>().prop_map(Step::Restore),
    ]
}

struct Stage {
    sides: [Side; 2],
    backups: [Side; 2],
    sent: [Vec<Message>; 2],
}

impl Stage {
    fn new() -> Self {
        Self { sides: [Side::default(); 2], backups: [Side::default(); 2], sent: [Vec::new(), Vec::new()] }
    }

    fn play(&mut self, step: Step) {
        match step {
            Step::Act(who, act) => {
                let me = usize::from(who);
                if self.sides[me].act(act) {
                    self.send(me);
                }
            }
            Step::Arrive(who, at) => {
                let me = usize::from(who);
                if !self.sent[me].is_empty() {
                    let message = *at.get(&self.sent[me]);
                    if self.sides[me].hear(message) {
                        self.send(me);
                    }
                }
            }
            Step::Ask(who) => self.send(usize::from(who)),
            Step::Backup(who) => self.backups[usize::from(who)] = self.sides[usize::from(who)],
            Step::Restore(who) => self.sides[usize::from(who)] = self.backups[usize::from(who)],
            Step::Forged(message) => {
                self.sides[0].hear(message);
            }
        }
        self.sides.iter().for_each(Side::check);
    }

    fn send(&mut self, from: usize) {
        let message = self.sides[from].knows.message();
        self.sent[1 - from].push(message);
    }
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
    fn whatever_happens_both_sides_end_alike(steps in prop::collection::vec(step(), 1..30)) {
        let mut stage = Stage::new();
        for step in steps {
            stage.play(step);
        }
        let (one, other) = heal(stage.sides[0], stage.sides[1]);
        let (again, there) = heal(one, other);
        prop_assert_eq!((one, other), (again, there), "healing what is healed changes nothing");
    }

    #[test]
    fn a_message_that_comes_twice_changes_nothing_more(
        steps in prop::collection::vec(step(), 1..20),
        word in word(),
        heard in word(),
        over in 0..6_u32,
    ) {
        let mut stage = Stage::new();
        for step in steps {
            stage.play(step);
        }
        let message = Message { word, heard, over };
        let mut once = stage.sides[0];
        once.hear(message);
        let mut twice = once;
        twice.hear(message);
        prop_assert_eq!(once.knows.standing(), twice.knows.standing());
    }

    #[test]
    fn a_liar_makes_nobody_a_neighbour_against_their_will(
        lies in prop::collection::vec(prop_oneof![
            3 => (word(), word(), 0..6_u32).prop_map(|(word, heard, over)| Step::Forged(Message { word, heard, over })),
            1 => prop_oneof![Just(Act::Yes), Just(Act::No)].prop_map(|act| Step::Act(false, act)),
        ], 1..30),
    ) {
        let mut stage = Stage::new();
        for step in lies {
            stage.play(step);
        }
    }
}
