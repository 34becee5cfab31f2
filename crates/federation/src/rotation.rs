//! New keys for our own actors, told to whoever follows them.

use domain::actor::{Actor, Part};
use storage::{actors, former_keys};
use url::Url;

use crate::activities::update;
use crate::error::{Error, Result};
use crate::instance::{Instance, keys};

/// Gives the actor with that handle, or each of ours, a new RSA and a new Ed25519 key; the actors as they are now.
///
/// The keys get new ids: some peers keep a key under its id for long, and one they do not know they fetch at once. With
/// each new key its `Update` is committed; what is queued already is signed by the new key when it is sent.
pub async fn rotate(instance: &Instance, handle: Option<&str>) -> Result<Vec<Actor>> {
    let mut chosen = Vec::new();
    let mut tx = instance.store().read().await?;
    for part in Part::ALL {
        chosen.extend(actors::of_part(&mut tx, part).await?);
    }
    drop(tx);
    chosen.retain(|actor| handle.is_none_or(|handle| actor.handle == handle));
    if chosen.is_empty() {
        return Err(Error::NotFound);
    }
    for actor in &mut chosen {
        renew(instance, actor).await?;
    }
    instance.wake();
    Ok(chosen)
}

async fn renew(instance: &Instance, actor: &mut Actor) -> Result<()> {
    let main = actor.key.as_ref().map(|key| &key.id);
    let proof = actor.assertion_keys.first().map(|key| &key.id);
    let former = main.cloned();
    let (main, proof) = (next(&actor.url, main, "main-key"), next(&actor.url, proof, "ed25519-key"));
    let private = keys::renew(actor, main, proof)?;
    actor.updated_at = instance.clock().now();
    let mut tx = instance.store().write().await?;
    if let (Some(id), Some(keys)) = (former, actors::private_keys(&mut tx, actor.id).await?) {
        former_keys::insert(&mut tx, actor.id, &id, &keys.rsa, actor.updated_at).await?;
    }
    actors::update(&mut tx, actor).await?;
    actors::replace_keys(&mut tx, actor.id, &private).await?;
    if actor.part != Some(Part::Instance) {
        update::actor(&mut tx, instance, actor).await?;
    }
    Ok(tx.commit().await?)
}

/// The id after `current`: `#NAME`, `#NAME-2`, `#NAME-3` …
fn next(actor: &Url, current: Option<&Url>, name: &str) -> Url {
    let fragment = current.and_then(Url::fragment);
    let number = fragment.and_then(|fragment| fragment.strip_prefix(name)?.strip_prefix('-')?.parse().ok());
    let mut id = actor.clone();
    id.set_fragment(Some(&format!("{name}-{}", number.unwrap_or(1_u32).saturating_add(1))));
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_key_has_a_new_id() {
        let actor: Url = "https://nord.example/@nord".parse().expect("a URL");
        let mut id = None;
        for expected in ["#main-key-2", "#main-key-3", "#main-key-4"] {
            let after = next(&actor, id.as_ref(), "main-key");
            assert_eq!(after.as_str(), format!("{actor}{expected}"));
            id = Some(after);
        }
        let strange = "https://nord.example/@nord#main-key-4294967295".parse().expect("a URL");
        assert_eq!(next(&actor, Some(&strange), "main-key"), strange);
    }
}
