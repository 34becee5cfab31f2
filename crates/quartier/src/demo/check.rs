//! `quartier demo --check`: publishes at the first quarter and looks at the others as a stranger would, until
//! everything is there.

mod object;
mod report;
mod stranger;
mod watch;

use std::path::{Path, PathBuf};
use std::time::Duration;

use domain::event::{Details, Draft, USUAL_LENGTH};
use domain::html::Html;
use domain::import::Refusal;
use domain::language::Language;
use domain::place::Place;
use domain::{messages, post};
use federation::Instance;
use federation::activities::{create, update};
use futures_util::future::join_all;
use jiff::SignedDuration;
use tokio::time::Instant;
use url::Url;

use super::town::{Quarter, Town};
use crate::commands::import;
use crate::failure::Failure;
use crate::output::{progress, say};
use object::{Kind, Object};
use report::Group;
use stranger::Stranger;
use watch::Stage;

/// How long nothing new may be seen anywhere before the check gives up.
const PATIENCE: Duration = Duration::from_mins(1);

/// Plays the story in `town`, importing `files`, and prints the table; fails if anything did not arrive.
pub(super) async fn run(town: &Town, files: &[PathBuf]) -> Result<(), Failure> {
    let Some((first, others)) = town.quarters.split_first() else { return Ok(()) };
    progress("The quarters become neighbours …");
    town.befriend().await?;
    let home = &first.server.instance;
    let stranger = Stranger::new()?;
    let mut groups = vec![post(home).await?, event(home).await?];
    progress("Waiting until the post and the event are seen everywhere …");
    watch(&stranger, others, &mut groups, Stage::Published).await;
    let cancelled = groups.last().and_then(|group| group.objects.first()).cloned();
    for (file, name) in files.iter().zip(names(files)) {
        progress(&format!("Importing {name}, and waiting until it is seen everywhere …"));
        let mut group = [calendar(home, file, &name).await?];
        watch(&stranger, others, &mut group, Stage::Published).await;
        groups.extend(group);
    }
    if let Some(object) = cancelled {
        progress("Waiting until a cancellation is seen everywhere …");
        let mut group = [cancel(home, object).await?];
        watch(&stranger, others, &mut group, Stage::Cancelled).await;
        groups.extend(group);
    }
    for group in &mut groups {
        group.count_deliveries(home).await?;
    }
    report::print(&groups, others)?;
    let missing = groups.iter().filter(|group| !group.is_complete(others.len())).count();
    if missing > 0 {
        return Err(Failure::because(format!("{missing} of {} rows are not complete", groups.len())));
    }
    Ok(())
}

/// Looks at every other quarter at once until it shows all of `groups`, or nothing new for a minute.
async fn watch(stranger: &Stranger, others: &[Quarter], groups: &mut [Group], stage: Stage) {
    let objects: Vec<Object> = groups.iter().flat_map(|group| group.objects.clone()).collect();
    let looks = others.iter().map(|quarter| watch::until_seen(stranger, quarter, &objects, stage, PATIENCE));
    for found in join_all(looks).await {
        for group in &mut *groups {
            let times = group.objects.iter().filter_map(|object| Some((&object.id, found.get(&object.id)?)));
            let seen = times.map(|(id, at)| (id.clone(), at.saturating_duration_since(group.since))).collect();
            group.seen.push(seen);
        }
    }
}

/// A name for each file: its own, or its whole path where another is called the same.
fn names(files: &[PathBuf]) -> Vec<String> {
    let own: Vec<String> = files.iter().map(|file| import::file_name(file)).collect();
    let is_double = |name: &String| own.iter().filter(|other| *other == name).count() > 1;
    let names = files.iter().zip(&own);
    names.map(|(file, name)| if is_double(name) { file.display().to_string() } else { name.clone() }).collect()
}

async fn post(home: &Instance) -> Result<Group, Failure> {
    let details =
        post::Details::typed("", "Der Brunnen läuft wieder. Danke an alle, die geholfen haben!", Language::DE);
    let draft = post::Draft::new(details).map_err(Failure::because)?;
    let since = Instant::now();
    let post = create::post(home, home.quarter(), draft).await?;
    Ok(Group::new("post", vec![Object::of_post(&post)], since))
}

async fn event(home: &Instance) -> Result<Group, Failure> {
    let starts_at = home.clock().now() + SignedDuration::from_hours(3 * 24);
    let mut details =
        Details::new("Brunnenfest mit Kaffee & Kuchen", starts_at, starts_at + USUAL_LENGTH, &home.settings().timezone);
    details.content = Html::from_text("Musik ab drei. Bringen Sie eine Tasse mit.");
    details.place = Some(Place::named("Marktplatz"));
    details.free = true;
    let draft = Draft::new(details).map_err(Failure::because)?;
    let since = Instant::now();
    let event = create::event(home, home.quarter(), draft).await?;
    Ok(Group::new("event", vec![Object::of_event(&event)], since))
}

/// Imports a calendar as an editor would, and takes every event that it holds.
async fn calendar(home: &Instance, file: &Path, name: &str) -> Result<Group, Failure> {
    let since = Instant::now();
    let report = import::read(home, file, name, home.quarter(), true).await?;
    for Refusal { line, what, why } in &report.refused {
        say(format_args!("{name}, line {line}: {what}: {}", messages::text(Language::EN, why)))?;
    }
    let mut url = Url::parse("file:///").map_err(Failure::failed)?;
    url.set_path(name);
    let mut tx = home.store().read().await?;
    let source = storage::sources::all(&mut tx).await?.into_iter().find(|source| source.url == url);
    let source = source.ok_or_else(|| Failure::because(format!("{name} was not kept")))?;
    let events = storage::events::of_source(&mut tx, source.id).await?;
    if events.is_empty() {
        return Err(Failure::because(format!("{name} holds no event that could be read")));
    }
    let objects: Vec<Object> = events.iter().map(|(event, _)| Object::of_event(event)).collect();
    Ok(Group::new(&format!("{name} ({} events)", objects.len()), objects, since))
}

/// Cancels an event.
async fn cancel(home: &Instance, object: Object) -> Result<Group, Failure> {
    let Kind::Event { key, .. } = object.kind else { return Err(Failure::because("only events are cancelled")) };
    let since = Instant::now();
    update::cancel(home, key, Some("Der Brunnen macht heute Pause.")).await?;
    Ok(Group::of_update("event, cancelled", object, since))
}
