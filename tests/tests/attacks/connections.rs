//! DOS, the row about connections: more than there are places for, on which nothing or half of something is said.

use std::io::ErrorKind;
use std::time::Duration;

use anyhow::{Result, ensure};
use tests::wait;
use tests::wire::{self, Request};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::arena::{Arena, Family};
use crate::book::attacks;

static FAMILY: Family = Family::new("Leitung");

/// More than the server has places for.
const MANY: usize = 830;

attacks! { FAMILY;
    dos_04_connections_that_say_nothing: "830 connections with nothing, half a head, half a body, and after an answer, where there are places for 800: who comes is answered at once, and who said nothing for ten seconds is sent away. 100 KB of headers, 500 headers, HTTP/2: 431 and 400.",
}

/// Opens many connections that say `words`.
async fn hold(arena: &Arena, words: &[u8]) -> Result<Vec<TcpStream>> {
    let mut held = Vec::new();
    for _ in 0..MANY {
        let mut connection = TcpStream::connect(("127.0.0.1", arena.port)).await?;
        // Who is sent away already cannot speak.
        let _ = connection.write_all(words).await;
        held.push(connection);
    }
    Ok(held)
}

/// Whether the server has ended a connection, after everything that it said.
fn is_over(connection: &TcpStream) -> bool {
    let mut some = [0; 4096];
    loop {
        match connection.try_read(&mut some) {
            Ok(0) => return true,
            Ok(_) => {}
            Err(problem) => return problem.kind() != ErrorKind::WouldBlock,
        }
    }
}

/// Honest people and servers, who must not notice anything.
async fn honest(arena: &Arena, what: &str) -> Result<()> {
    for _ in 0..5 {
        arena.gets(&[200], what, &Request::get("/imprint", &arena.host)).await?;
    }
    let peer = arena.host("brav");
    arena.deliver(&peer, "mallory", &peer.activity("mallory", "Like", arena.id())).await
}

async fn dos_04_connections_that_say_nothing(arena: &Arena) -> Result<()> {
    let host = &arena.host;
    for (what, words) in [
        ("half a head", "GET / HTTP/1.1\r\nhost: x\r\nx-slow: ".to_owned()),
        ("nothing", String::new()),
        ("half a body", format!("POST /inbox HTTP/1.1\r\nhost: {host}\r\ncontent-length: 1000\r\n\r\n{{")),
        ("half a form", format!("POST /sign-in HTTP/1.1\r\nhost: {host}\r\norigin: x\r\ncontent-length: 9\r\n\r\ne")),
        ("nothing more", format!("GET /health/live HTTP/1.1\r\nhost: {host}\r\n\r\n")),
        ("half a second head", format!("GET /health/live HTTP/1.1\r\nhost: {host}\r\n\r\nGET / HTTP/1.1\r\nx-y: ")),
    ] {
        let held = hold(arena, words.as_bytes()).await?;
        honest(arena, what).await?;
        if what == "half a head" {
            let all = async || Ok(held.iter().all(is_over).then_some(()));
            wait::until("the end of those who said half a head", Duration::from_secs(15), all).await?;
        }
    }
    let wide = Request::get("/", host).with("x-wide", &"x".repeat(100 * 1024));
    arena.gets(&[400, 431], "100 KB of headers", &wide).await?;
    let mut many = Request::get("/", host);
    for number in 0..500 {
        many = many.adding(&format!("x-{number}"), "x");
    }
    arena.gets(&[400, 431], "500 headers", &many).await?;
    let second = wire::exchange(arena.port, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").await;
    ensure!(second.map_or(true, |answer| matches!(answer.status, 400 | 505)), "HTTP/2 is not spoken");
    Ok(())
}
