//! The words that stand in the index, to find longer ones by their ends and to mend typing errors. They are learnt a little
//! later than the index is written, by one server at a time: two transactions never wait for each other over a word.

use std::collections::BTreeMap;

use domain::words::{self, Tongue};
use uuid::Uuid;

use crate::tx::run;
use crate::{Result, Tx};

/// The shortest part of a word that is looked for in others, and after how many letters of them.
const PART: usize = 3;
/// How many longer words stand for one that was typed.
const LONGER: i64 = 40;
/// How many words are compared with a misspelt one.
const COMPARED: i64 = 20_000;
/// How many words are written by one statement.
const BATCH: usize = 100;
/// What stands behind every word that begins alike.
const LAST: char = '\u{10ffff}';

/// Each word of a text by its stem, as it is written there.
fn written(title: &str, body: &str) -> BTreeMap<String, String> {
    let tongue = Tongue::of(body);
    let both = [title, body].into_iter().flat_map(|text| words::words(text, tongue));
    let long = both.filter(|word| word.stem.chars().count() >= PART && !word.stem.chars().all(char::is_numeric));
    long.map(|word| (word.stem, word.text.to_owned())).collect()
}

/// The ends of a word that may be words themselves.
fn endings(word: &str) -> impl Iterator<Item = &str> {
    let length = word.chars().count();
    let inner = word.char_indices().enumerate().filter(move |(at, _)| *at >= PART && length - at >= PART);
    inner.filter_map(|(_, (from, _))| word.get(from..))
}

/// Notes that a text is gone: its words are forgotten where nobody else has them.
pub(super) async fn leave(tx: &mut Tx, title: &str, body: &str) -> Result<()> {
    let words = written(title, body).into_keys().collect::<Vec<_>>().join(" ");
    run!(tx, |conn| sqlx::query("insert into search_left (id, words) values ($1, $2)")
        .bind(Uuid::now_v7())
        .bind(words)
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// Learns the words of at most `limit` new texts; of how many it was.
pub async fn learn(tx: &mut Tx, limit: i64) -> Result<usize> {
    let texts: Vec<(i64, String, String)> = run!(tx, |conn| sqlx::query_as(
        "select number, title, body from search_entries where not learned order by number limit $1"
    )
    .bind(limit)
    .fetch_all(conn)
    .await)?;
    let mut new = BTreeMap::new();
    for (number, title, body) in &texts {
        new.extend(written(title, body));
        run!(tx, |conn| sqlx::query("update search_entries set learned = $2 where number = $1")
            .bind(number)
            .bind(true)
            .execute(conn)
            .await
            .map(|_| ()))?;
    }
    let words: Vec<(&str, &str)> = new.iter().map(|(word, written)| (word.as_str(), written.as_str())).collect();
    insert(tx, "search_words (word, written)", &words).await?;
    let ends: Vec<_> = words.iter().flat_map(|(word, _)| endings(word).map(|end| (end, *word))).collect();
    insert(tx, "search_endings (ending, word)", &ends).await?;
    Ok(texts.len())
}

/// Adds pairs of words to a table; those that are there stay.
async fn insert(tx: &mut Tx, table: &str, pairs: &[(&str, &str)]) -> Result<()> {
    for some in pairs.chunks(BATCH) {
        let places: Vec<String> = (0..some.len()).map(|at| format!("(${}, ${})", at * 2 + 1, at * 2 + 2)).collect();
        let text = format!("insert into {table} values {} on conflict do nothing", places.join(", "));
        run!(tx, |conn| {
            let mut query = sqlx::query(sqlx::AssertSqlSafe(text));
            for (one, other) in some {
                query = query.bind(*one).bind(*other);
            }
            query.execute(conn).await.map(|_| ())
        })?;
    }
    Ok(())
}

/// Forgets the words of at most `limit` texts that are gone; of how many it was.
pub async fn unlearn(tx: &mut Tx, limit: i64) -> Result<usize> {
    let left: Vec<(Uuid, String)> =
        run!(tx, |conn| sqlx::query_as("select id, words from search_left order by id limit $1")
            .bind(limit)
            .fetch_all(conn)
            .await)?;
    for (id, words) in &left {
        for word in words.split(' ').filter(|word| !word.is_empty()) {
            if !stands(tx, word).await? {
                forget(tx, word).await?;
            }
        }
        run!(tx, |conn| sqlx::query("delete from search_left where id = $1").bind(id).execute(conn).await.map(|_| ()))?;
    }
    Ok(left.len())
}

/// Whether a word stands in the index.
async fn stands(tx: &mut Tx, word: &str) -> Result<bool> {
    let found: Option<i64> = match tx {
        Tx::Sqlite(tx) => {
            sqlx::query_scalar("select rowid from search_index where search_index match $1 limit 1")
                .bind(format!("{{title words}} : (\"{word}\")"))
                .fetch_optional(&mut **tx)
                .await?
        }
        Tx::Postgres(tx) => {
            sqlx::query_scalar("select number from search_index where words @@ cast($1 as text)::tsquery limit 1")
                .bind(format!("'{word}':AB"))
                .fetch_optional(&mut **tx)
                .await?
        }
    };
    Ok(found.is_some())
}

async fn forget(tx: &mut Tx, word: &str) -> Result<()> {
    run!(tx, |conn| sqlx::query("delete from search_words where word = $1")
        .bind(word)
        .execute(conn)
        .await
        .map(|_| ()))?;
    for ending in endings(word) {
        run!(tx, |conn| sqlx::query("delete from search_endings where ending = $1 and word = $2")
            .bind(ending)
            .bind(word)
            .execute(conn)
            .await
            .map(|_| ()))?;
    }
    Ok(())
}

/// Longer words that have `part` inside or at their end.
pub(super) async fn with_part(tx: &mut Tx, part: &str) -> Result<Vec<String>> {
    if part.chars().count() < PART {
        return Ok(Vec::new());
    }
    let words = run!(tx, |conn| sqlx::query_scalar(
        "select word from search_endings where ending >= $1 and ending < $2 order by ending, word limit $3"
    )
    .bind(part)
    .bind(format!("{part}{LAST}"))
    .bind(LONGER)
    .fetch_all(conn)
    .await)?;
    Ok(words)
}

/// The word nearest to a misspelt stem, as it is written; `None` if the stem is none, or nothing is near.
pub async fn nearest(tx: &mut Tx, stem: &str) -> Result<Option<String>> {
    let (known, mut letters) = (beginning(tx, stem, 1).await?, stem.chars());
    if !known.is_empty() || !with_part(tx, stem).await?.is_empty() {
        return Ok(None);
    }
    let mut words = Vec::new();
    // The first two letters may have changed places.
    for first in [letters.next(), letters.next()].into_iter().flatten() {
        words.extend(beginning(tx, &first.to_string(), COMPARED).await?);
    }
    Ok(domain::search::nearest(stem, &words).map(str::to_owned))
}

/// Words that begin so, with how they are written.
async fn beginning(tx: &mut Tx, start: &str, limit: i64) -> Result<Vec<(String, String)>> {
    let words = run!(tx, |conn| sqlx::query_as(
        "select word, written from search_words where word >= $1 and word < $2 order by word limit $3"
    )
    .bind(start)
    .bind(format!("{start}{LAST}"))
    .bind(limit)
    .fetch_all(conn)
    .await)?;
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_long_enough_to_be_words() {
        assert_eq!(endings("sprachcaf").collect::<Vec<_>>(), ["achcaf", "chcaf", "hcaf", "caf"]);
        assert_eq!(endings("chor").count(), 0);
    }

    #[test]
    fn numbers_and_short_words_are_not_learnt() {
        let words = written("Chor um 19 Uhr", "Am 5.12. im Bürgerhaus");
        assert_eq!(words.into_values().collect::<Vec<_>>(), ["Bürgerhaus", "Chor", "Uhr"]);
    }
}
