//! Why something could not be fetched or sent.

/// Why a fetch or a delivery failed, by what the caller can do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The guard does not let this URL or address be dialled.
    #[error("not fetched: {0}")]
    Refused(&'static str),
    /// The quarter blocks this host.
    #[error("not fetched: its host is blocked")]
    Blocked,
    /// 404.
    #[error("there is nothing at this address")]
    NotFound,
    /// 410.
    #[error("what was at this address is gone")]
    Gone,
    /// Any other status that is not a success.
    #[error("answered with status {0}")]
    Status(u16),
    /// DNS, TCP, TLS or time: no answer came.
    #[error("not reached: {0}")]
    Unreachable(String),
    /// More bytes than allowed.
    #[error("the answer is too large")]
    TooLarge,
    /// One activity asked for more fetches than it gets.
    #[error("too many fetches for one activity")]
    TooMany,
    /// An answer, but not what was asked for.
    #[error("not what was asked for: {0}")]
    NotActivityPub(String),
}

impl FetchError {
    /// Whether no answer came at all: it may be our own network that is down, so peers should try again (503).
    pub fn is_unreachable(&self) -> bool {
        matches!(self, Self::Unreachable(_))
    }
}
