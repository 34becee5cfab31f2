//! One person signs in by the code of a letter, looks at the front page, and signs out.

use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use reqwest::RequestBuilder;

use super::load::{Load, account};

/// Turn `number`, from asking for a letter to signing out.
pub(super) async fn once(load: Arc<Load>, number: usize) {
    if let Err(problem) = whole(&load, number).await {
        load.tally.failed("sign-in", &format!("{problem:#}"));
    }
}

async fn whole(load: &Load, number: usize) -> Result<()> {
    let email = account(number);
    let form = |path: &str, fields: &[(&str, &str)]| -> Result<RequestBuilder> {
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(fields);
        let request = load.client.post(load.base.join(path)?).body(body.finish());
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let origin = load.base.as_str().trim_end_matches('/');
        // Everyone at an address of their own, as a proxy says it.
        Ok(request.header("origin", origin).header("x-forwarded-for", format!("198.51.100.{}", number % 200)))
    };
    ask(load, form("/sign-in", &[("email", &email)])?, 200).await?;
    let code = load.letters.code(&email).await?;
    let cookie = ask(load, form("/sign-in/code", &[("email", &email), ("code", &code)])?, 303).await?;
    let cookie = cookie.context("no session")?;
    ask(load, load.client.get(load.base.clone()).header("cookie", &cookie), 200).await?;
    ask(load, form("/sign-out", &[])?.header("cookie", &cookie), 303).await?;
    Ok(())
}

/// Sends a request that wants this status; gives the cookie that was set.
async fn ask(load: &Load, request: RequestBuilder, wanted: u16) -> Result<Option<String>> {
    let answer = request.send().await?;
    let status = answer.status().as_u16();
    let cookie = answer.headers().get("set-cookie").and_then(|value| value.to_str().ok());
    let cookie = cookie.and_then(|value| value.split(';').next()).map(str::to_owned);
    load.tally.answered("sign-in", wanted, status, "a step of signing in");
    ensure!(status == wanted, "a step was answered {status}");
    Ok(cookie)
}
