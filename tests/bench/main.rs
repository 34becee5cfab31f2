//! What the program can do, as ratios to what one core can sign, and `docs/PERFORMANCE.md` made of it: `cargo bench -p
//! tests`, or only some parts of it: `cargo bench -p tests -- deliver pages`.
//!
//! Nothing here passes or fails. Figures of one run compare with each other, not with those of another machine. The hour
//! of mixed load runs only when it is named: `cargo bench -p tests -- hour`. `page` only writes the page anew.

mod accept;
mod against;
mod book;
mod deliver;
mod drive;
mod fanout;
mod figure;
mod find;
mod hour;
mod imports;
mod machine;
mod pages;
mod paper;
mod peers;
mod region;
mod report;
mod shown;
mod site;
mod stage;

use anyhow::{Result, ensure};

use against::Other;
use book::Book;
use machine::Limits;

/// The parts in their order; the hour runs only when it is named.
const PARTS: [&str; 10] =
    ["deliver", "nodes", "accept", "fanout", "pages", "find", "shown", "imports", "region", "hour"];

#[tokio::main]
async fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let other = Other::read(&words)?;
    let named: Vec<&str> = if other.is_some() { vec!["against"] } else { words.iter().map(String::as_str).collect() };
    let mut book = Book::open()?;
    if named == ["page"] {
        return book.write();
    }
    ensure!(other.is_some() || named.iter().all(|name| PARTS.contains(name)), "the parts are {}", PARTS.join(", "));
    let limits = Limits::measure()?;
    for figure in limits.figures() {
        book.tell(figure);
    }
    if let Some(other) = other {
        against::figures(&other, limits, &mut book).await?;
        return book.write();
    }
    for part in PARTS {
        let is_usual = named.is_empty() && part != "hour";
        if !is_usual && !named.contains(&part) {
            continue;
        }
        book.forget(&format!("{part}/"));
        if let Err(problem) = measure(part, limits, &mut book).await {
            eprintln!("{part} was not measured: {problem:#}");
        }
        book.write()?;
    }
    Ok(())
}

async fn measure(part: &str, limits: Limits, book: &mut Book) -> Result<()> {
    match part {
        "deliver" => deliver::figures(limits, book).await,
        "nodes" => deliver::nodes(book).await,
        "accept" => accept::figures(limits, book).await,
        "fanout" => fanout::figures(book).await,
        "pages" => pages::figures(book).await,
        "find" => find::figures(book).await,
        "shown" => shown::figures(book).await,
        "imports" => imports::figures(book).await,
        "region" => region::figures(book).await,
        _ => hour::run(book).await,
    }
}
