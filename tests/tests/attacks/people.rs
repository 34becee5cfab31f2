//! What people do at a quarter: they sign in, send forms, and upload pictures.

use anyhow::{Context, Result};
use tests::wire::{Answer, Request};

use crate::arena::Arena;

/// What stands between the parts of a form with files.
const WALL: &str = "wall";

impl Arena {
    /// Makes an account, or takes up the one that is there; gives the path of a new sign-in link.
    pub(crate) async fn sign_in_link(&self, email: &str, role: &str) -> Result<String> {
        let printed = self.quarter.account(email, role).await?;
        let link = printed.split_whitespace().find(|word| word.contains("/sign-in/link/")).context("no link")?;
        Ok(link.trim_start_matches(&self.url("")).to_owned())
    }

    /// Signs an account in; gives its cookie.
    pub(crate) async fn sign_in(&self, email: &str, role: &str) -> Result<String> {
        let link = self.sign_in_link(email, role).await?;
        let answer = self.gets(&[303], "signing in", &self.form(&link, "", &[])).await?;
        let cookie = answer.header("set-cookie").split(';').next().unwrap_or_default().to_owned();
        Some(cookie).filter(|cookie| cookie.contains('=')).context("no cookie")
    }

    /// A form as a browser sends it from one of our pages.
    pub(crate) fn form(&self, path: &str, cookie: &str, fields: &[(&str, &str)]) -> Request {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let get = Request::get(path, &self.host).with("origin", &self.url(""));
        let get = if cookie.is_empty() { get } else { get.with("cookie", cookie) };
        let post = Request { method: "POST".to_owned(), ..get };
        post.with("content-type", "application/x-www-form-urlencoded").saying(body)
    }

    /// A page as somebody sees it who is signed in.
    pub(crate) async fn page_for(&self, cookie: &str, path: &str) -> Result<Answer> {
        self.send_slowly(&Request::get(path, &self.host).with("accept", "text/html").with("cookie", cookie)).await
    }

    /// Uploads a file as a program does; `head` is what stands behind `name="file"`.
    pub(crate) async fn upload(&self, head: &str, file: &[u8]) -> Result<Answer> {
        let token = self.token().await?;
        let part = |name: &str| format!("--{WALL}\r\nContent-Disposition: form-data; name=\"{name}\"");
        let body = [
            format!("{}\r\n\r\n{{\"type\":\"Image\",\"name\":\"Ein Bild\"}}\r\n", part("object")).as_bytes(),
            format!("{}{head}\r\n\r\n", part("file")).as_bytes(),
            file,
            format!("\r\n--{WALL}--\r\n").as_bytes(),
        ]
        .concat();
        let target = format!("/@{}/upload", self.quarter.handle);
        let post = Request { method: "POST".to_owned(), body, ..Request::get(&target, &self.host) };
        let post = post.with("content-type", &format!("multipart/form-data; boundary={WALL}"));
        self.send_slowly(&post.with("authorization", &format!("Bearer {token}"))).await
    }
}
