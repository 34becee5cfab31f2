//! The bucket of our pictures: whether it takes a file, gives it back, and removes it.

use super::Finding;
use crate::config::Config;
use crate::failure::in_one_line;
use crate::home;

const WHAT: &str = "pictures";

/// Nothing where pictures are in the data folder, which is looked at already.
pub(super) async fn examine(config: &Config) -> Option<Finding> {
    let bucket = match home::bucket(config) {
        Ok(bucket) => bucket?,
        Err(why) => return Some(Finding::broken(WHAT, why.to_string())),
    };
    Some(match bucket.probe().await {
        Ok(()) => Finding::fine(WHAT, format!("{bucket} takes, gives back and removes")),
        Err(error) => Finding::broken(WHAT, format!("{bucket}: {}", in_one_line(&error.into()))).mend(
            "check media.store, media.endpoint, media.region, media.access_key, the secret key, what that key may do, \
             and the clock",
        ),
    })
}
