//! Who a program speaks for: the account behind its bearer token (RFC 6750 section 2.1).

use aws_lc_rs::digest::{SHA256, digest};
use domain::account::Rights;
use federation::Instance;
use http::{HeaderMap, StatusCode, header};
use storage::{accounts, tokens};

use crate::problem::Problem;

/// The rights of the token in `Authorization`; 401 without one that we know.
pub(crate) async fn rights(instance: &Instance, headers: &HeaderMap) -> Result<Rights, Problem> {
    let refused = || Problem::new(StatusCode::UNAUTHORIZED, "this needs a valid bearer token");
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return Err(refused()) };
    let (scheme, token) = value.to_str().ok().and_then(|value| value.split_once(' ')).ok_or_else(refused)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(refused());
    }
    let hash = digest(&SHA256, token.trim().as_bytes());
    let mut tx = instance.store().read().await?;
    let account = tokens::account_of(&mut tx, hash.as_ref()).await?.ok_or_else(refused)?;
    accounts::rights(&mut tx, account).await?.ok_or_else(refused)
}
