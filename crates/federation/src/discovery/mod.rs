//! How others find us: `WebFinger`, `NodeInfo`, host-meta.

pub(crate) mod host_meta;
pub(crate) mod nodeinfo;
pub(crate) mod webfinger;
