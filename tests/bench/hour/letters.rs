//! A mail server that keeps nothing but the code to sign in with, by who it was sent to.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// How long a letter may take.
const PATIENCE: Duration = Duration::from_secs(40);

#[derive(Clone, Default)]
pub(super) struct Letters(Arc<Mutex<HashMap<String, String>>>);

impl Letters {
    /// Starts it; gives its port too.
    pub(super) async fn start() -> Result<(Self, u16)> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let letters = Self::default();
        let office = letters.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let office = office.clone();
                // A caller that hangs up is no news.
                tokio::spawn(async move { drop(office.talk(stream).await) });
            }
        });
        Ok((letters, port))
    }

    /// Waits for the code that is sent to `address`.
    pub(super) async fn code(&self, address: &str) -> Result<String> {
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            let came = self.kept().remove(address);
            if let Some(code) = came {
                return Ok(code);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        bail!("no letter came to {address}")
    }

    fn kept(&self) -> MutexGuard<'_, HashMap<String, String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn talk(&self, stream: TcpStream) -> Result<()> {
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        write.write_all(b"220 bench\r\n").await?;
        let (mut to, mut letter, mut is_letter) = (String::new(), Vec::new(), false);
        while let Some(line) = lines.next_line().await? {
            let word = line.get(..4).unwrap_or(&line).to_ascii_uppercase();
            let answer: &[u8] = match word.as_str() {
                _ if is_letter && line != "." => {
                    letter.push(line);
                    continue;
                }
                _ if is_letter => {
                    is_letter = false;
                    if let Some(code) = code(&std::mem::take(&mut letter)) {
                        self.kept().insert(std::mem::take(&mut to), code);
                    }
                    b"250 taken\r\n"
                }
                "RCPT" => {
                    to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                    b"250 yes\r\n"
                }
                "DATA" => {
                    is_letter = true;
                    b"354 go on\r\n"
                }
                "QUIT" => b"221 bye\r\n",
                _ => b"250 yes\r\n",
            };
            write.write_all(answer).await?;
        }
        Ok(())
    }
}

/// Three digits and three digits at the end of a line, as the letter writes the code; joined.
fn code(letter: &[String]) -> Option<String> {
    let at = letter.iter().position(String::is_empty)?;
    let (head, body) = letter.split_at(at);
    let encoded = head.iter().any(|line| line.eq_ignore_ascii_case("content-transfer-encoding: base64"));
    let body = if encoded {
        String::from_utf8_lossy(&BASE64.decode(body.concat()).ok()?).into_owned()
    } else {
        body.join("\n").replace("=\n", "")
    };
    body.lines().find_map(|line| {
        let (_, digits) = line.trim_end().rsplit_once(": ")?;
        let code = digits.replace(' ', "");
        (code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit())).then_some(code)
    })
}
