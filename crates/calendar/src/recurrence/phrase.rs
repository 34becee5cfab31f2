//! Words become a series: `jeden 1. Dienstag im Monat außer in den Schulferien`.
//!
//! A phrase is read from left to right. Numbers wait for the word that says what they number; `außer`, `bis` and the like
//! begin a part in which days and months mean something else.

mod dates;
mod sum;

use domain::land::Land;
use domain::language::Language;
use jiff::civil::{Date, Weekday};

use super::rule::{Frequency, MAX_COUNT, WORKDAYS};
use super::words::{Lexicon, Token};
use super::{Problem, Recurrence, Weeks};
use dates::Dates;

/// The longest phrase that is read, in characters.
const MAX_PHRASE: usize = 300;

impl Recurrence {
    /// Reads a phrase in `language`, else in any other that is known here.
    ///
    /// Days without a year are the next on or after `from`; holidays that name no Land are those of `home`.
    pub fn parse(phrase: &str, language: Language, from: Date, home: Option<Land>) -> Result<Self, Problem> {
        if phrase.chars().count() > MAX_PHRASE {
            return Err(Problem::PhraseLong);
        }
        let read = |language| read(phrase, language, from, home);
        let problem = match read(language) {
            Ok(series) => return Ok(series),
            Err(problem) => problem,
        };
        let others = Language::ALL.into_iter().filter(|other| *other != language);
        others.map(read).find_map(Result::ok).ok_or(problem)
    }
}

fn read(phrase: &str, language: Language, from: Date, home: Option<Land>) -> Result<Recurrence, Problem> {
    let lexicon = Lexicon::get(language).ok_or(Problem::Unclear)?;
    let tokens = lexicon.read(phrase).map_err(Problem::Word)?;
    let mut reader = Reader::new(from, home);
    let mut rest = tokens.as_slice();
    while let Some((token, after)) = rest.split_first() {
        rest = reader.take(*token, after)?;
    }
    if reader.every.is_some_and(|waited| waited < reader.waiting.len()) {
        return Err(Problem::Unclear);
    }
    reader.flush()?;
    reader.series()
}

/// What the days and numbers of a part mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// How often.
    Rule,
    Except,
    Until,
    Also,
    /// Some of the days of each period.
    OfThem,
    CalendarWeeks,
}

/// What was read of a phrase so far.
struct Reader {
    home: Option<Land>,
    part: Part,
    /// Numbers whose meaning comes later.
    waiting: Vec<i16>,
    /// How many numbers waited when `jeden` was said.
    every: Option<usize>,
    /// Whether the last word was `im` or the like.
    of: bool,
    last: Option<Token>,
    /// `jeden 2. Mittwoch`, as long as nobody says of what.
    twofold: Option<(i16, Weekday)>,
    /// Whether it began with weekdays: `jeden Montag, nur am letzten Tag`.
    by_weekdays: bool,
    habit: Option<(i32, Frequency)>,
    series: Recurrence,
    /// Months and weekdays that are left out.
    not_months: Vec<i16>,
    not_weekdays: Vec<Weekday>,
    dates: Dates,
}

impl Reader {
    /// Takes in one word and as many of those after it as belong to it; gives back the rest.
    fn take<'t>(&mut self, token: Token, after: &'t [Token]) -> Result<&'t [Token], Problem> {
        let of = std::mem::replace(&mut self.of, token == Token::Of);
        let mut rest = after;
        match token {
            Token::Number(number) | Token::Nth(number) => rest = self.number(number, after),
            Token::Day(day, month, year) => self.day(day, month, year)?,
            Token::Month(month) => rest = self.month(month, after)?,
            Token::Weekday(day) => self.weekdays(&[day]),
            Token::Workday => self.workdays(),
            Token::Weekend => self.weekdays(&[Weekday::Saturday, Weekday::Sunday]),
            Token::Unit(unit) => self.unit(unit, of, after)?,
            Token::Habit(step, unit) => self.habit(step, unit)?,
            Token::Every => {
                // „am 15. jedes Monats“: the number waits for the month.
                if self.part != Part::Rule {
                    self.begin(Part::Rule)?;
                }
                self.every = Some(self.waiting.len());
            }
            Token::Only => self.begin(Part::Rule)?,
            Token::Except => self.begin(Part::Except)?,
            Token::Also => self.begin(Part::Also)?,
            Token::OfThem => self.begin(Part::OfThem)?,
            Token::CalendarWeek => self.begin(Part::CalendarWeeks)?,
            Token::Until | Token::Dash => rest = self.until(token, after)?,
            Token::Times => self.times()?,
            Token::Even | Token::Odd => rest = self.parity(token, after)?,
            Token::School | Token::Public => self.holidays(token)?,
            Token::Land(land) => self.land(land)?,
            Token::Of => {}
        }
        if !matches!(token, Token::Of | Token::Dash) {
            self.last = Some(token);
        }
        Ok(rest)
    }

    /// `5.-letzten` is one number.
    fn number<'t>(&mut self, number: i16, after: &'t [Token]) -> &'t [Token] {
        if let [Token::Dash, Token::Nth(-1), rest @ ..] = after {
            self.waiting.push(-number);
            return rest;
        }
        if self.part == Part::Until && number >= 1000 {
            self.dates.until_year(number);
        } else {
            self.waiting.push(number);
        }
        after
    }

    fn day(&mut self, day: i8, month: i8, year: Option<i16>) -> Result<(), Problem> {
        if matches!(self.part, Part::OfThem | Part::CalendarWeeks) {
            return Err(Problem::Unclear);
        }
        if self.part == Part::Rule {
            let other = self.series.rule.months.iter().any(|known| *known != i16::from(month));
            if year.is_some() || other {
                return Err(Problem::Unclear);
            }
            let days: Vec<i16> = self.waiting.drain(..).collect();
            self.on_month_days(&days);
            self.on_month_days(&[day.into()]);
            self.in_months(&[month.into()]);
            return Ok(());
        }
        for earlier in std::mem::take(&mut self.waiting) {
            self.dates.add(self.part, earlier, month.into(), year)?;
        }
        self.dates.add(self.part, day.into(), month.into(), year)
    }

    fn month<'t>(&mut self, month: i16, after: &'t [Token]) -> Result<&'t [Token], Problem> {
        let (year, rest) = match after {
            [Token::Number(year), rest @ ..] if *year >= 1000 => (Some(*year), rest),
            _ => (None, after),
        };
        let days = std::mem::take(&mut self.waiting);
        match self.part {
            Part::Rule | Part::OfThem | Part::CalendarWeeks if year.is_none() => {
                self.part = Part::Rule;
                self.on_month_days(&days);
                self.in_months(&[month]);
                self.twofold = None;
            }
            Part::Except if days.is_empty() && year.is_none() => self.not_months.push(month),
            Part::Until if days.is_empty() => self.dates.until_month(month, year)?,
            Part::Except | Part::Also | Part::Until if !days.is_empty() => {
                for day in days {
                    self.dates.add(self.part, day, month, year)?;
                }
            }
            _ => return Err(Problem::Unclear),
        }
        Ok(rest)
    }

    fn weekdays(&mut self, days: &[Weekday]) {
        if self.part == Part::Except {
            self.not_weekdays.extend(days);
            return;
        }
        let several_of_each = std::mem::take(&mut self.waiting);
        if let ([nth @ 2..=5], Some(_), [day]) = (several_of_each.as_slice(), self.every, days) {
            self.twofold = Some((*nth, *day));
        }
        let rule = &self.series.rule;
        self.by_weekdays |= several_of_each.is_empty() && rule.month_days.is_empty() && rule.weekdays.is_empty();
        self.every = None;
        self.part = Part::Rule;
        for day in days {
            let numbers = if several_of_each.is_empty() { &[0][..] } else { &several_of_each };
            for nth in numbers {
                push(&mut self.series.rule.weekdays, (*nth, *day));
            }
        }
    }

    /// `werktags`, and `am letzten Werktag im Monat`.
    fn workdays(&mut self) {
        let positions = std::mem::take(&mut self.waiting);
        self.weekdays(&WORKDAYS);
        if !positions.is_empty() {
            self.habit.get_or_insert((1, Frequency::Monthly));
            self.series.rule.positions.extend(positions);
        }
    }

    /// `Woche`: after `alle zwei` how often, after a number which of its days, alone how often too.
    fn unit(&mut self, unit: Frequency, of: bool, after: &[Token]) -> Result<(), Problem> {
        let after_every = self.every.is_some_and(|waited| waited < self.waiting.len()) && !of;
        let larger = matches!(after, [Token::Of, Token::Unit(_), ..] | [Token::Unit(_), ..]);
        match self.waiting.last() {
            Some(number) if after_every && *number > 0 && !larger => {
                let number = i32::from(*number);
                self.waiting.pop();
                self.set_habit(number, unit)?;
            }
            // The how manieth day: of what comes next.
            Some(_) if unit == Frequency::Daily => {}
            _ => {
                let numbers = std::mem::take(&mut self.waiting);
                match (unit, self.last) {
                    (Frequency::Yearly, Some(Token::Unit(Frequency::Daily))) => {
                        self.series.rule.year_days.extend(numbers);
                    }
                    _ => self.on_month_days(&numbers),
                }
                if matches!(unit, Frequency::Monthly | Frequency::Yearly) {
                    self.twofold = None;
                }
                self.habit.get_or_insert((1, unit));
            }
        }
        self.every = None;
        Ok(())
    }

    /// `wöchentlich`, `14-täglich`.
    fn habit(&mut self, step: i32, unit: Frequency) -> Result<(), Problem> {
        let several = matches!(self.last, Some(Token::Number(_))).then(|| self.waiting.pop()).flatten();
        self.set_habit(several.map_or(step, |several| step.saturating_mul(several.into())), unit)
    }

    fn set_habit(&mut self, step: i32, unit: Frequency) -> Result<(), Problem> {
        if !(1..=999).contains(&step) {
            return Err(Problem::Unclear);
        }
        self.twofold = None;
        self.habit = Some(match unit {
            Frequency::Daily if step % 7 == 0 => (step / 7, Frequency::Weekly),
            _ => (step, unit),
        });
        Ok(())
    }

    /// `bis`: from one to another of the same kind, else the last day.
    fn until<'t>(&mut self, token: Token, after: &'t [Token]) -> Result<&'t [Token], Problem> {
        let (next, rest) = after.split_first().map_or((None, after), |(next, rest)| (Some(*next), rest));
        match (self.last, next) {
            (Some(Token::Weekday(from)), Some(Token::Weekday(to))) => {
                let days: Vec<Weekday> = from.cycle_forward().skip(1).take_while(|day| *day != to).collect();
                self.weekdays(&[days, vec![to]].concat());
                self.last = next;
                Ok(rest)
            }
            (Some(Token::Month(from)), Some(Token::Month(to))) if self.part != Part::Until => {
                let months = (1..12).map(|step| (from + step - 1) % 12 + 1);
                for month in months.take_while(|month| *month != to).chain([to]) {
                    self.month(month, &[])?;
                }
                self.last = next;
                Ok(rest)
            }
            (Some(Token::Day(..) | Token::Month(_)), Some(Token::Day(..) | Token::Number(_) | Token::Nth(_)))
                if self.dates.may_run(self.part) =>
            {
                self.dates.run = true;
                Ok(after)
            }
            _ if token == Token::Dash => Ok(after),
            _ => self.begin(Part::Until).map(|()| after),
        }
    }

    fn times(&mut self) -> Result<(), Problem> {
        let count = self.waiting.pop().and_then(|count| usize::try_from(count).ok()).ok_or(Problem::Unclear)?;
        match count {
            0 => Err(Problem::Unclear),
            // „einmal im Monat“ says nothing about an end.
            1 => Ok(()),
            2..=MAX_COUNT => {
                self.series.rule.count = Some(count);
                Ok(())
            }
            _ => Err(Problem::Rule("import-rule-long")),
        }
    }

    /// `gerade Wochen`, with the word for week after it.
    fn parity<'t>(&mut self, token: Token, after: &'t [Token]) -> Result<&'t [Token], Problem> {
        let even = (token == Token::Even) != (self.part == Part::Except);
        self.series.exceptions.weeks = Some(if even { Weeks::Even } else { Weeks::Odd });
        match after {
            [Token::Unit(Frequency::Weekly) | Token::CalendarWeek, rest @ ..] => Ok(rest),
            _ => Err(Problem::Unclear),
        }
    }

    fn holidays(&mut self, token: Token) -> Result<(), Problem> {
        let exceptions = &mut self.series.exceptions;
        if self.part != Part::Except {
            return Err(Problem::Unclear);
        }
        let home = self.home;
        if token == Token::School {
            exceptions.school_holidays = home;
        } else {
            exceptions.public_holidays = home;
        }
        self.dates.asks_land(token == Token::School, home.is_none());
        Ok(())
    }

    /// The Land of the holidays before it.
    fn land(&mut self, land: Land) -> Result<(), Problem> {
        match self.last {
            Some(Token::School) => self.series.exceptions.school_holidays = Some(land),
            Some(Token::Public) => self.series.exceptions.public_holidays = Some(land),
            _ => return Err(Problem::Unclear),
        }
        self.dates.asks_land(self.last == Some(Token::School), false);
        Ok(())
    }
}

fn push<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}

#[cfg(test)]
mod tests;
