//! What the hot paths cost, as ratios to what one core can sign: `cargo bench -p tests`, or only some of `deliver`,
//! `accept`, `pages` and `server`: `cargo bench -p tests -- pages`.
//!
//! Nothing here passes or fails. Figures of one run compare with each other, not with those of another machine.
#![expect(clippy::print_stdout, clippy::expect_used, reason = "a program that prints figures, run by hand")]

mod accept;
mod deliver;
mod pages;
mod server;
mod site;

use std::time::{Duration, Instant};

use federation::signatures::keys::SigningKey;

/// RSA-2048 signatures a second on one core: the limit that sending can't pass, measured in this run.
fn signatures_a_second() -> f64 {
    let key = SigningKey::generate().expect("a key");
    let began = Instant::now();
    let mut signed = 0_u32;
    while began.elapsed() < Duration::from_secs(2) {
        std::hint::black_box(key.sign(&signed.to_be_bytes()));
        signed += 1;
    }
    f64::from(signed) / began.elapsed().as_secs_f64()
}

fn told(what: &str, rate: f64, limit: f64) {
    println!("{what:<44} {rate:>9.0} /s   {:>5.2} of one core's signing rate", rate / limit);
}

#[tokio::main]
async fn main() {
    let named: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let wanted = |name: &str| named.is_empty() || named.iter().any(|word| word == name);
    let limit = signatures_a_second();
    println!("{:<44} {limit:>9.0} /s", "RSA-2048 signatures, one core");
    if wanted("deliver") {
        told("Deliveries to 200 inboxes on 50 hosts", deliver::rate().await, limit);
    }
    if wanted("accept") {
        told("Accepted activities (Create, one sender)", accept::rate().await, limit);
    }
    if wanted("pages") {
        let (list, event) = pages::times().await;
        println!("{:<44} {list:>9.2} ms", "Event list of 500 events, median");
        println!("{:<44} {event:>9.2} ms", "Event page, median");
    }
    if wanted("server") {
        match server::figures().await {
            Ok(figures) => println!("{figures}"),
            Err(problem) => println!("Start and memory were not measured: {problem:#}"),
        }
    }
}
