//! What the list of events can be narrowed by beside time and theme, and what it is narrowed by: plain links.

use domain::access::FACTS;
use domain::facets::Audience;

use super::{Choice, Line, theme_text};
use crate::app::App;
use crate::filter::{Facts, Filter, Flag, For, Tag, Within};
use crate::pages::event_form::LANGUAGES;
use crate::visitor::Visitor;

/// One thing that a list is narrowed by.
pub(super) struct Condition {
    /// In words.
    pub(super) words: String,
    /// The list without it.
    pub(super) without: String,
}

/// Everything the list is narrowed by, but its days.
pub(super) fn conditions(visitor: &Visitor, filter: &Filter) -> Vec<Condition> {
    let mut all = Vec::new();
    let mut add = |is_on: bool, words: String, without: Filter| {
        if is_on {
            all.push(Condition { words, without: without.href("/events") });
        }
    };
    let said = |key: &str, name: &'static str, value: &str| visitor.text_with(key, &[(name, value)]);
    let same = || filter.clone();
    add(filter.free.0, visitor.text("events-free"), Filter { free: Flag(false), ..same() });
    add(filter.own.0, visitor.text("events-filter-where-own"), Filter { own: Flag(false), ..same() });
    if let Some(theme) = filter.theme {
        add(true, theme_text(visitor, theme), Filter { theme: None, ..same() });
    }
    for fact in &filter.access.0 {
        add(true, fact_text(visitor, fact), Filter { access: filter.access.turned(fact), ..same() });
    }
    if let Some(within) = filter.within {
        let words = said("events-filter-within", "km", &within.0.to_string());
        add(true, words, Filter { within: None, near: None, ..same() });
    }
    if let Some(tag) = &filter.language {
        add(true, language_text(visitor, &tag.0), Filter { language: None, ..same() });
    }
    if let Some(group) = filter.audience.and_then(|group| group.0) {
        let words = said("events-filter-for", "group", &audience_text(visitor, group));
        add(true, words, Filter { audience: None, ..same() });
    }
    if let Some(tag) = &filter.tag {
        add(true, format!("#{}", short(tag)), Filter { tag: None, ..same() });
    }
    if let Some(place) = &filter.place {
        add(true, said("events-filter-place", "place", &short(place)), Filter { place: None, ..same() });
    }
    if let Some(handle) = &filter.by {
        add(true, format!("@{}", handle.0), Filter { by: None, ..same() });
    }
    all
}

/// What stands in an address is shown by its beginning.
fn short(words: &str) -> String {
    words.chars().take(60).collect()
}

/// The further questions of the filter with their answers; how near only where it is known from where.
pub(super) fn more(app: &App, visitor: &Visitor, filter: &Filter) -> Vec<Line> {
    let line = |key: &str, choices| Line { name: visitor.text(key), choices };
    let any = || visitor.text("events-filter-any");
    let choice = |name: String, other: Filter, chosen: bool| Choice { name, chosen, href: other.href("/events") };
    let mut lines = Vec::new();
    let here = app.instance.settings().position.is_some() || filter.near.is_some_and(|near| near.0.is_some());
    if here {
        let all = choice(any(), Filter { within: None, ..filter.clone() }, filter.within.is_none());
        let each = Within::ALL.map(|km| {
            let within = Some(Within(km));
            let name = visitor.text_with("events-filter-within", &[("km", &km.to_string())]);
            choice(name, Filter { within, ..filter.clone() }, filter.within == within)
        });
        lines.push(line("events-filter-distance", std::iter::once(all).chain(each).collect()));
    }
    let all = choice(any(), Filter { access: Facts::default(), ..filter.clone() }, filter.access.0.is_empty());
    let each = FACTS.map(|fact| {
        let other = Filter { access: filter.access.turned(fact), ..filter.clone() };
        choice(fact_text(visitor, fact), other, filter.access.0.contains(&fact))
    });
    lines.push(line("events-access", std::iter::once(all).chain(each).collect()));
    let all = choice(any(), Filter { language: None, ..filter.clone() }, filter.language.is_none());
    let each = LANGUAGES.map(|code| {
        let language = Some(Tag::from(code.to_owned()));
        let chosen = filter.language == language;
        choice(language_text(visitor, code), Filter { language, ..filter.clone() }, chosen)
    });
    lines.push(line("events-filter-language", std::iter::once(all).chain(each).collect()));
    let all = choice(any(), Filter { audience: None, ..filter.clone() }, filter.audience.is_none());
    let each = Audience::all().map(|group| {
        let audience = Some(For(Some(group)));
        choice(audience_text(visitor, group), Filter { audience, ..filter.clone() }, filter.audience == audience)
    });
    lines.push(line("events-audience", std::iter::once(all).chain(each).collect()));
    lines
}

/// Whether the further questions are to be seen at once, since one of them was answered.
pub(super) fn are_asked(filter: &Filter) -> bool {
    filter.within.is_some() || !filter.access.0.is_empty() || filter.language.is_some() || filter.audience.is_some()
}

fn fact_text(visitor: &Visitor, fact: &str) -> String {
    visitor.text(&format!("access-{}", fact.replace('_', "-")))
}

fn audience_text(visitor: &Visitor, group: Audience) -> String {
    visitor.text(&format!("audience-{}", group.as_str()))
}

/// `auch auf Ukrainisch`; of a language whose name is not known, its tag.
fn language_text(visitor: &Visitor, code: &str) -> String {
    let known = LANGUAGES.contains(&code);
    let name = if known { visitor.text(&format!("events-language-{code}")) } else { code.to_owned() };
    visitor.text_with("events-filter-language-in", &[("language", &name)])
}
