//! The message catalogue: everything a person reads, in every language (`messages/LANGUAGE/*.ftl`).

mod catalogue;

use std::sync::LazyLock;

use fluent_bundle::{FluentArgs, FluentValue};

use crate::language::FOLDERS;
use crate::voice::Voice;
use catalogue::Catalogue;

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::of(&FOLDERS));

/// The message of `key`; the key itself where no catalogue has it, so that a gap is seen and nothing breaks.
pub fn text(voice: impl Into<Voice>, key: &str) -> String {
    fill(voice.into(), key, FluentArgs::new())
}

/// The message of `key` with its variables filled in.
pub fn text_with(voice: impl Into<Voice>, key: &str, values: &[(&'static str, &str)]) -> String {
    fill(voice.into(), key, values.iter().copied().collect())
}

/// The message of `key` for `count` things, available to the message as `$count`.
pub fn count(voice: impl Into<Voice>, key: &str, count: usize) -> String {
    fill(voice.into(), key, [("count", FluentValue::from(count))].into_iter().collect())
}

fn fill(voice: Voice, key: &str, mut values: FluentArgs<'_>) -> String {
    debug_assert!(
        voice.manner.is_some() || !CATALOGUE.speaks_to_somebody(voice.language.index(), key),
        "{key} says Sie or du: look it up with Settings::speak or Visitor::voice, not with a bare language"
    );
    let manner = voice.manner.unwrap_or_default();
    values.set("word", manner.word.as_str());
    CATALOGUE.lookup(voice.language.index(), (key, manner.address), &values).unwrap_or_else(|| key.to_owned())
}

#[cfg(test)]
mod tests;
