//! A series with a date that is off, and events that are postponed, moved, and at another place than announced.

use anyhow::Result;
use domain::actor::Actor;
use domain::event::{Event, Joining, State as Board, Status};
use domain::place::Place;
use domain::series::Series;
use uuid::Uuid;

use super::{Builder, hours};

impl Builder<'_> {
    /// The page of a series and those of events in each state; and the pages that change one of a series.
    pub(super) async fn series(&mut self, author: &Actor) -> Result<(Vec<String>, Vec<String>)> {
        let id = Uuid::now_v7();
        let page = self.base.join(&format!("/series/{id}"))?;
        let mut dates = Vec::new();
        for week in 0..4 {
            let mut event = self.event(author, "Chorprobe", Board::Published, Joining::None).await?;
            let later = hours(24 * 7 * week);
            (event.details.starts_at, event.details.ends_at) =
                (event.details.starts_at + later, event.details.ends_at + later);
            event.details.place = Some(Place::named("Bürgerhaus Nord"));
            if week == 1 {
                (event.details.status, event.details.moved.reason) =
                    (Status::Cancelled, Some("Die Leiterin ist krank.".to_owned()));
            }
            self.keep(&mut event).await?;
            dates.push(event);
        }
        let Some(first) = dates.first() else { anyhow::bail!("no dates") };
        let template = Event { id, page: page.clone(), url: page, ..first.clone() };
        let rule = "FREQ=WEEKLY;X-SCHOOL=DE-NW".to_owned();
        let made_until = self.now + hours(24 * 365);
        let series = Series { template, rule, frequent: true, pictured: None, made_until, due_at: made_until };
        storage::series::insert(self.tx, &series).await?;
        for event in &dates {
            storage::series::join(self.tx, event.id, (id, event.details.starts_at), false).await?;
            let usual = event.details.status == Status::Confirmed;
            storage::series::set_standing(self.tx, event.id, usual).await?;
        }
        let states = self.moved(author).await?;
        let path = |event: &Event| format!("/events/{}", event.id);
        let mut open = vec![format!("/series/{id}"), path(first), "/events?regular=1".to_owned()];
        open.extend(states.iter().map(path));
        let desk = ["edit", "move", "cancel", "delete"].map(|what| format!("{}/{what}", path(first)));
        Ok((open, desk.into()))
    }

    /// An event postponed, one moved, and one at another place.
    async fn moved(&mut self, author: &Actor) -> Result<[Event; 3]> {
        let mut postponed = self.event(author, "Lesung", Board::Published, Joining::None).await?;
        (postponed.details.status, postponed.details.moved.postponed) = (Status::Cancelled, true);
        postponed.details.moved.reason = Some("Der Saal hat einen Wasserschaden.".to_owned());
        let mut moved = self.event(author, "Filmabend", Board::Published, Joining::None).await?;
        moved.details.moved.start = Some(moved.details.starts_at - hours(24));
        let mut elsewhere = self.event(author, "Flohmarkt", Board::Published, Joining::None).await?;
        elsewhere.details.place = Some(Place::named("Turnhalle"));
        elsewhere.details.moved.place = Some("Nordmarkt".to_owned());
        for event in [&mut postponed, &mut moved, &mut elsewhere] {
            self.keep(event).await?;
        }
        Ok([postponed, moved, elsewhere])
    }

    async fn keep(&mut self, event: &mut Event) -> Result<()> {
        event.updated_at += hours(1);
        storage::events::update(self.tx, event).await?;
        Ok(())
    }
}
