//! What was reported, decided and objected to.

use anyhow::Result;
use aws_lc_rs::digest::{SHA256, digest};
use domain::actor::Actor;
use domain::block::{HostBlock, Severity};
use domain::host::Host;
use domain::post::Post;
use domain::report::Kind;
use storage::decisions::Decision;
use storage::objections::Objection;
use storage::reports::Report;
use uuid::Uuid;

use super::{Builder, hours};

/// What stands in the link of a letter to somebody who may object.
pub(super) const OBJECTION: &str = "wer-das-hat-darf-widersprechen";

impl Builder<'_> {
    async fn report(&mut self, number: &str, reporter: Option<&Actor>, about: &Post) -> Result<Uuid> {
        let report = Report {
            id: Uuid::now_v7(),
            number: number.to_owned(),
            reporter: reporter.map(|actor| actor.id),
            host: reporter.map(|actor| actor.host.to_string()),
            name: reporter.is_none().then(|| "Frau Yıldız".to_owned()),
            email: reporter.is_none().then(|| "yildiz@example.org".to_owned()),
            target: about.url.clone(),
            objects: vec![about.url.clone()],
            kind: reporter.is_none().then_some(Kind::Mistake),
            reason: "Das stimmt so nicht: Der Termin war gestern.".to_owned(),
            language: None,
            created_at: self.now,
        };
        storage::reports::insert(self.tx, &report).await?;
        Ok(report.id)
    }

    pub(super) async fn moderation(&mut self, about: &Post, by: &Actor) -> Result<()> {
        self.report("2026-0001", None, about).await?;
        self.report("2026-0002", Some(by), about).await?;
        // One that its author has spoken against, and one that can still be spoken against.
        for (number, token) in [("2026-0003", "gesagt"), ("2026-0004", OBJECTION)] {
            let decided = self.report(number, None, about).await?;
            storage::reports::close(self.tx, decided, self.now).await?;
            let objection = Objection {
                report: decided,
                author: about.author,
                title: "Der Nordmarkt wird laut".to_owned(),
                reason: "Das ist Werbung.".to_owned(),
                decided_at: self.now,
                words: None,
                made_at: None,
            };
            storage::objections::insert(self.tx, &objection, digest(&SHA256, token.as_bytes()).as_ref()).await?;
        }
        let (token, times) = (digest(&SHA256, b"gesagt"), (self.now - hours(1), self.now));
        storage::objections::make(self.tx, token.as_ref(), "Das war keine Werbung, sondern ein Fest.", times).await?;
        for what in ["remove", "block-host", "move-follow"] {
            let decision = Decision {
                id: Uuid::now_v7(),
                decided_at: self.now,
                who: "mira".to_owned(),
                what: what.to_owned(),
                about: "https://boese.example/notes/einelangeadresse/die/umgebrochen/werden/muss".to_owned(),
                reason: "Werbung".to_owned(),
                report: None,
            };
            storage::decisions::insert(self.tx, &decision).await?;
        }
        let mut block = HostBlock::new(&"boese.example".parse::<Host>()?, Severity::Suspend);
        "Werbung und Beleidigungen".clone_into(&mut block.public_comment);
        storage::blocked_hosts::put(self.tx, &block, self.now).await?;
        Ok(())
    }
}
