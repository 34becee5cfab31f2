//! The word to stop: said once, heard by everything that runs.

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// Says stop when it is told to, or when it is dropped.
#[derive(Debug)]
pub(crate) struct Trigger(watch::Sender<bool>);

/// Hears the word. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Stop(watch::Receiver<bool>);

/// A trigger and the one who hears it.
pub(crate) fn pair() -> (Trigger, Stop) {
    let (sender, receiver) = watch::channel(false);
    (Trigger(sender), Stop(receiver))
}

impl Trigger {
    /// Says stop.
    pub(crate) fn pull(&self) {
        self.0.send_replace(true);
    }
}

impl Stop {
    /// Is ready once the word was said.
    pub(crate) fn heard(&self) -> impl Future<Output = ()> + Send + 'static {
        let mut receiver = self.0.clone();
        async move {
            // An error means that the trigger is gone: nobody else could say stop.
            let _ = receiver.wait_for(|said| *said).await;
        }
    }

    /// Whether the word was said.
    pub(crate) fn is_heard(&self) -> bool {
        *self.0.borrow()
    }
}

/// Listens from now on for the system asking the program to end (SIGTERM, or Ctrl-C); the future is ready when it does.
pub(crate) fn asked_by_system() -> std::io::Result<impl Future<Output = ()>> {
    let (mut term, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = term.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
