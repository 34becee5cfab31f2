//! How many requests one incoming activity may make us send, whoever in the code sends them.

use std::cell::Cell;
use std::future::Future;

use super::FetchError;

tokio::task_local! {
    static LEFT: Cell<usize>;
}

/// Runs `work`, which may send at most `fetches` requests in all; redirects and second tries count.
///
/// It holds for what runs inside this future, not for tasks that it spawns.
pub async fn within<T>(fetches: usize, work: impl Future<Output = T>) -> T {
    LEFT.scope(Cell::new(fetches), work).await
}

/// Takes one request from what is left. Without a bound around it, as for what we do of our own, there is always one.
pub(super) fn spend() -> Result<(), FetchError> {
    let spent = LEFT.try_with(|left| match left.get().checked_sub(1) {
        Some(rest) => {
            left.set(rest);
            Ok(())
        }
        None => Err(FetchError::TooMany),
    });
    spent.unwrap_or(Ok(()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_spent_is_spent_and_nobody_else_pays() {
        within(2, async {
            assert_eq!((spend(), spend(), spend()), (Ok(()), Ok(()), Err(FetchError::TooMany)));
            within(1, async { assert_eq!(spend(), Ok(())) }).await;
            assert_eq!(spend(), Err(FetchError::TooMany));
        })
        .await;
        assert_eq!(spend(), Ok(()));
        assert_eq!(within(0, async { spend() }).await, Err(FetchError::TooMany));
    }
}
