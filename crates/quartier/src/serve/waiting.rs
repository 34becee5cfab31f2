//! Connections on which the next word is the other side's, in the order in which they began to wait for it: when there is
//! no room for one more, the first of them gives way.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use axum::body::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use tokio::sync::Notify;

/// Every connection that waits.
#[derive(Debug, Default)]
pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    came: Notify,
}

#[derive(Debug, Default)]
struct Waiting {
    next: u64,
    by_turn: BTreeMap<u64, Arc<Notify>>,
}

impl Queue {
    /// Sends away whoever waits longest, as soon as anybody does.
    pub(super) async fn send_away(&self) {
        loop {
            let first = locked(&self.waiting).by_turn.pop_first();
            match first {
                Some((_, connection)) => return connection.notify_one(),
                None => self.came.notified().await,
            }
        }
    }
}

/// One connection: at work for the other side, or waiting for it.
#[derive(Debug)]
pub(super) struct Connection {
    queue: Arc<Queue>,
    turn: Mutex<Option<u64>>,
    sent_away: Arc<Notify>,
    heard: Notify,
}

impl Connection {
    /// A new connection: it waits for the first request.
    pub(super) fn new(queue: &Arc<Queue>) -> Self {
        let connection =
            Self { queue: Arc::clone(queue), turn: Mutex::default(), sent_away: Arc::default(), heard: Notify::new() };
        connection.wait();
        connection
    }

    /// The other side has the word; who waits already keeps its turn.
    pub(super) fn wait(&self) {
        let mut turn = locked(&self.turn);
        if turn.is_none() {
            let mut waiting = locked(&self.queue.waiting);
            waiting.next += 1;
            let number = waiting.next;
            waiting.by_turn.insert(number, Arc::clone(&self.sent_away));
            *turn = Some(number);
            self.queue.came.notify_one();
        }
    }

    /// It is our turn.
    pub(super) fn work(&self) {
        if let Some(turn) = locked(&self.turn).take() {
            locked(&self.queue.waiting).by_turn.remove(&turn);
        }
    }

    /// A request was heard: its head is complete.
    pub(super) fn hear(&self) {
        self.work();
        self.heard.notify_one();
    }

    /// Ends when the first request was heard.
    pub(super) async fn heard(&self) {
        self.heard.notified().await;
    }

    /// Ends when it has to give way.
    pub(super) async fn sent_away(&self) {
        self.sent_away.notified().await;
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.work();
    }
}

/// The body of a request, whose connection waits whenever more of it has to come.
pub(super) struct Upload {
    pub(super) body: Incoming,
    pub(super) connection: Arc<Connection>,
}

impl Body for Upload {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        if polled.is_pending() {
            self.connection.wait();
        } else {
            self.connection.work();
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    fn is_sent_away(connection: &Connection) -> bool {
        connection.sent_away().now_or_never().is_some()
    }

    #[tokio::test]
    async fn who_waits_longest_gives_way_and_who_is_at_work_does_not() {
        let queue = Arc::<Queue>::default();
        let [first, second, third] = [(); 3].map(|()| Connection::new(&queue));
        first.hear();
        queue.send_away().await;
        assert!(!is_sent_away(&first) && is_sent_away(&second) && !is_sent_away(&third));
        // Back from work it stands at the end.
        first.wait();
        queue.send_away().await;
        assert!(!is_sent_away(&first) && is_sent_away(&third));
        queue.send_away().await;
        assert!(is_sent_away(&first));
    }

    #[tokio::test]
    async fn where_nobody_waits_the_first_to_do_so_gives_way() {
        let queue = Arc::<Queue>::default();
        let connection = Connection::new(&queue);
        connection.work();
        drop(Connection::new(&queue));
        assert!(queue.send_away().now_or_never().is_none());
        let ((), ()) = tokio::join!(queue.send_away(), async { connection.wait() });
        assert!(is_sent_away(&connection));
    }

    #[tokio::test]
    async fn waiting_on_does_not_change_the_turn() {
        let queue = Arc::<Queue>::default();
        let [first, second] = [(); 2].map(|()| Connection::new(&queue));
        first.wait();
        queue.send_away().await;
        assert!(is_sent_away(&first) && !is_sent_away(&second));
    }
}
