//! The activity inside an `Announce`: with a proof of its own actor it is believed as it is (FEP-8b32), from whomever.

use domain::host::Host;
use serde_json::Value;
use storage::objects as registry;
use url::Url;

use super::announce::Found;
use super::{Dropped, create};
use crate::instance::Instance;
use crate::remote::{self, Unproven};
use crate::shape;
use crate::signatures::proof;

/// What `inner`, of type `kind` and about the object `about`, proves: `None` if it proves nothing, so that its object has
/// to be fetched. A proof that does not hold is worse than none.
pub(super) async fn believe(
    instance: &Instance,
    kind: &str,
    inner: &Value,
    about: &Url,
) -> Result<Option<Found>, Dropped> {
    let now = instance.clock().now();
    let proof = proof::read(inner, now).map_err(|_| Dropped::Unwanted("the proof inside it is broken"))?;
    let Some(proof) = proof.filter(|proof| remote::is_of_this_week(proof, now)) else { return Ok(None) };
    let said_by = shape::id(inner, "actor").ok_or(Dropped::Unwanted("what is passed on is by nobody"))?;
    let is_there = |url: &Url| Host::of(url) == Host::of(&said_by);
    if instance.is_ours(&said_by) || !is_there(&proof.method) || !shape::own_id(inner).as_ref().is_none_or(is_there) {
        return Err(Dropped::Unwanted("the proof inside it is another's"));
    }
    // A moderator removes what is another's, and says so truly: what is at its id decides.
    if kind == "Delete" && !is_owner(instance, &said_by, about).await? {
        return Ok(None);
    }
    let author = remote::said(instance, &said_by, &proof).await?;
    if kind == "Delete" {
        return Ok(Some(Found::Gone));
    }
    let object = shape::get(inner, "object").map(shape::only).filter(|object| object.is_object());
    let Some(object) = object else { return Ok(None) };
    let object = create::owned(object, instance, &author)?;
    Ok(Some(Found::Object(Box::new((object, author)))))
}

/// Whether an object that we know belongs to `actor`.
async fn is_owner(instance: &Instance, actor: &Url, about: &Url) -> Result<bool, Dropped> {
    let entry = registry::by_url(&mut instance.store().look().await?, about).await?;
    Ok(entry.is_some_and(|entry| entry.owner == actor.as_str()))
}

impl From<Unproven> for Dropped {
    fn from(unproven: Unproven) -> Self {
        match unproven {
            Unproven::No(why) => Self::Unwanted(why),
            Unproven::NotNow(why) => Self::NotNow(why),
            Unproven::Broken(cause) => Self::Broken(cause),
        }
    }
}
