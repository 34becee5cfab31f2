//! The hand-shake of two quarters: what each said last, and what follows from both (decision 0078).
//!
//! Everything that is sent carries the sender's last word and the last word it heard, so any message heals what was lost
//! before it. Words go by rounds: a round is open until either side says no, a yes after that begins the next. Two quarters
//! are neighbours when the last words of both are yes, in the same round.

use serde::{Deserialize, Serialize};

/// The highest round and version: whoever claims more than this is not believed.
const MOST: u32 = 1_000_000;

/// Something that flows between two neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Events, into each other's lists and calendars.
    Events = 1,
    /// Posts.
    Posts = 2,
    /// Practices: what worked, to be taken over.
    Practices = 4,
    /// Offers and requests.
    Offers = 8,
}

impl Scope {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 4] = [Self::Events, Self::Posts, Self::Practices, Self::Offers];

    /// The name on the wire and in forms; the message key is `neighbour-scope-NAME`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Events => "events",
            Self::Posts => "posts",
            Self::Practices => "practices",
            Self::Offers => "offers",
        }
    }

    /// The scope of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == name)
    }
}

/// What flows between two neighbours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Scopes(u8);

impl Scopes {
    /// Everything.
    pub const ALL: Self = Self(15);

    /// Whether `scope` is among them.
    pub fn contains(self, scope: Scope) -> bool {
        self.0 & scope as u8 != 0
    }

    /// Those that are among `other` too.
    #[must_use]
    pub fn shared(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Each of them.
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL.into_iter().filter(move |scope| self.contains(*scope))
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<T: IntoIterator<Item = Scope>>(scopes: T) -> Self {
        Self(scopes.into_iter().fold(0, |all, scope| all | scope as u8))
    }
}

/// What one side said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Says {
    /// It wants to be neighbours, in these things.
    Yes(Scopes),
    /// It does not, or not any more.
    No,
}

/// The word of one side. Of two words of one side the later counts, by round, then no before yes, then version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Word {
    /// From 1; the next begins after a no.
    pub round: u32,
    /// From 1; how often it was said anew in this round, with other scopes or because it had been forgotten.
    pub version: u32,
    /// What.
    pub says: Says,
}

impl Word {
    /// The word of that round and version; `None` for what no honest side ever reaches.
    pub fn new(round: u32, version: u32, says: Says) -> Option<Self> {
        let fine = 1..=MOST;
        (fine.contains(&round) && fine.contains(&version)).then_some(Self { round, version, says })
    }

    fn is_yes(self) -> bool {
        self.says != Says::No
    }

    fn rank(self) -> (u32, bool, u32) {
        (self.round, !self.is_yes(), self.version)
    }

    fn is_later_than(self, other: Option<Self>) -> bool {
        other.is_none_or(|other| self.rank() > other.rank())
    }
}

/// What goes from one side to the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Message {
    /// The sender's last word; none if it never said one, or forgot.
    pub word: Option<Word>,
    /// The receiver's last word, as the sender heard it.
    pub heard: Option<Word>,
    /// The last round that the sender knows to be over.
    pub over: u32,
}

/// How it stands with another quarter, as this side knows it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Handshake {
    /// What we said last.
    pub ours: Option<Word>,
    /// What they said last.
    pub theirs: Option<Word>,
    /// What they heard of us last, as they told.
    pub heard: Option<Word>,
    /// The last round that is known to be over.
    pub over: u32,
}

/// How it stands, for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// There is nothing between the two.
    Strangers,
    /// They want it and wait for our word.
    Asked(Scopes),
    /// We want it and wait for theirs.
    Invited(Scopes),
    /// Neighbours, in what both want.
    Neighbours(Scopes),
    /// Somebody said no, and nobody yes since.
    Ended,
}

impl Handshake {
    /// How it stands.
    pub fn standing(&self) -> Standing {
        let round = self.round();
        if round == 0 {
            return Standing::Strangers;
        }
        if round <= self.over {
            return Standing::Ended;
        }
        match (yes_in(self.ours, round), yes_in(self.theirs, round)) {
            (Some(ours), Some(theirs)) => Standing::Neighbours(ours.shared(theirs)),
            (Some(ours), None) => Standing::Invited(ours),
            (None, Some(theirs)) => Standing::Asked(theirs),
            (None, None) => Standing::Ended,
        }
    }

    /// Whether they know what we said last, as far as they told.
    pub fn is_heard(&self) -> bool {
        self.heard == self.ours
    }

    /// What to send them: when something was said, and whenever it may have got lost.
    pub fn message(&self) -> Message {
        Message { word: self.ours, heard: self.theirs, over: self.over }
    }

    /// Our editors say yes: they offer it, accept it, or change what flows. `false` if that had been said.
    pub fn say_yes(&mut self, scopes: Scopes) -> bool {
        let says = Says::Yes(scopes);
        let round = if self.round() <= self.over { self.over + 1 } else { self.round() };
        match self.ours {
            Some(ours) if ours.round == round && ours.says == says => return false,
            Some(ours) if ours.round == round => self.say(round, ours.version + 1, says),
            _ => self.say(round, 1, says),
        }
        true
    }

    /// Our editors say no: they decline, take back, or end it. `false` if there is nothing to say no to.
    pub fn say_no(&mut self) -> bool {
        let round = self.round();
        if round <= self.over {
            return false;
        }
        self.say(round, 1, Says::No);
        true
    }

    /// Takes in what they sent; whether our [`message`](Self::message) has to go back to them.
    ///
    /// Doubled and late messages change nothing. What they claim that we said is believed only where it is a no.
    pub fn hear(&mut self, message: Message) -> bool {
        self.close(message.over.min(MOST));
        self.recall(message.heard);
        let before = self.theirs;
        let Some(word) = message.word else {
            // They forgot what they said, or never said it: nobody is a neighbour by a word that its speaker denies.
            self.theirs = None;
            return self.ours.is_some() && !self.is_heard();
        };
        if word.is_later_than(before) {
            self.take(word);
        }
        !self.is_heard() || self.theirs != Some(word)
    }

    /// Learns what they heard of us, which may be more than we remember: a quarter can come back from an old backup.
    fn recall(&mut self, heard: Option<Word>) {
        self.heard = heard;
        let Some(told) = heard.filter(|told| told.is_later_than(self.ours) || self.contradicts(*told)) else { return };
        match (told.says, self.ours.map(|ours| ours.says)) {
            (Says::No, _) => self.say(told.round, told.version, Says::No),
            (Says::Yes(_), Some(Says::Yes(scopes))) if told.round > self.over => {
                self.say(told.round, told.version + 1, Says::Yes(scopes));
            }
            (Says::Yes(_), Some(_)) => self.say(told.round, 1, Says::No),
            (Says::Yes(_), None) => {}
        }
    }

    /// Whether they heard something else under the very name of our last word.
    fn contradicts(&self, told: Word) -> bool {
        self.ours.is_some_and(|ours| ours.rank() == told.rank() && ours != told)
    }

    fn take(&mut self, word: Word) {
        self.theirs = Some(word);
        match (word.says, self.ours) {
            (Says::No, _) => self.close(word.round),
            // They are ahead, by an ending that we missed and they took back: our yes still holds.
            (Says::Yes(_), Some(Word { says: Says::Yes(scopes), round, .. })) if round < word.round => {
                self.say(word.round, 1, Says::Yes(scopes));
            }
            (Says::Yes(_), _) => {}
        }
    }

    fn say(&mut self, round: u32, version: u32, says: Says) {
        if says == Says::No {
            self.close(round);
        }
        self.ours = Some(Word { round: round.min(MOST), version: version.min(MOST), says });
    }

    /// Notes that a round is over; a yes of ours in it is spent.
    fn close(&mut self, round: u32) {
        self.over = self.over.max(round);
        self.ours = self.ours.filter(|ours| !ours.is_yes() || ours.round > self.over);
    }

    /// The round that was spoken in last, 0 before anything was said.
    fn round(&self) -> u32 {
        [self.ours, self.theirs].into_iter().flatten().map(|word| word.round).max().unwrap_or(0).max(self.over)
    }
}

fn yes_in(word: Option<Word>, round: u32) -> Option<Scopes> {
    match word {
        Some(Word { round: its, says: Says::Yes(scopes), .. }) if its == round => Some(scopes),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
