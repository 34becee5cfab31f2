//! What an event says, part by part: who changes a part of an imported one keeps it at the next reading.

use serde::{Deserialize, Serialize};

use crate::event::Details;

/// A part of an event that people change and sources tell. The message key is `import-field-NAME`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is said by its name and by its message")]
pub enum Field {
    Name,
    When,
    Status,
    Place,
    Online,
    Short,
    Content,
    Plain,
    Category,
    Price,
    Registration,
    Contact,
    Access,
    Languages,
    Audience,
    Link,
    Tags,
}

/// Every part, with its name in forms and messages.
const TABLE: [(Field, &str); 17] = [
    (Field::Name, "name"),
    (Field::When, "when"),
    (Field::Status, "status"),
    (Field::Place, "place"),
    (Field::Online, "online"),
    (Field::Short, "short"),
    (Field::Content, "content"),
    (Field::Plain, "plain"),
    (Field::Category, "category"),
    (Field::Price, "price"),
    (Field::Registration, "registration"),
    (Field::Contact, "contact"),
    (Field::Access, "access"),
    (Field::Languages, "languages"),
    (Field::Audience, "audience"),
    (Field::Link, "link"),
    (Field::Tags, "tags"),
];

impl Field {
    /// Every part, in the order of the form.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|row| row.0)
    }

    /// The name in forms and messages.
    pub fn as_str(self) -> &'static str {
        TABLE.iter().find(|row| row.0 == self).map_or("", |row| row.1)
    }

    /// The part of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        TABLE.iter().find(|row| row.1 == name).map(|row| row.0)
    }

    /// Makes `to` say of this part what `from` says.
    pub fn copy(self, from: &Details, to: &mut Details) {
        match self {
            Self::Name => to.name.clone_from(&from.name),
            Self::When => {
                (to.starts_at, to.ends_at, to.doors_at) = (from.starts_at, from.ends_at, from.doors_at);
                (to.open_end, to.all_day) = (from.open_end, from.all_day);
                to.timezone.clone_from(&from.timezone);
            }
            Self::Status => to.status = from.status,
            Self::Place => to.place.clone_from(&from.place),
            Self::Online => to.online.clone_from(&from.online),
            Self::Short => to.short.clone_from(&from.short),
            Self::Content => to.content.clone_from(&from.content),
            Self::Plain => to.plain.clone_from(&from.plain),
            Self::Category => to.category = from.category,
            Self::Price => {
                to.price.clone_from(&from.price);
                to.free = from.free;
            }
            Self::Registration => {
                to.registration.clone_from(&from.registration);
                to.registration_url.clone_from(&from.registration_url);
                (to.joining, to.capacity) = (from.joining, from.capacity);
            }
            Self::Contact => to.contact.clone_from(&from.contact),
            Self::Access => {
                to.access.clone_from(&from.access);
                to.access_note.clone_from(&from.access_note);
            }
            Self::Languages => to.languages.clone_from(&from.languages),
            Self::Audience => to.audience.clone_from(&from.audience),
            Self::Link => to.link.clone_from(&from.link),
            Self::Tags => to.tags.clone_from(&from.tags),
        }
    }

    /// Whether two say something else of this part.
    pub fn differs(self, one: &Details, other: &Details) -> bool {
        let mut copy = one.clone();
        self.copy(other, &mut copy);
        copy != *one
    }
}

/// What people here changed of an imported event, beside what its source says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Overrides {
    /// The parts that stay as people wrote them.
    pub fields: Vec<Field>,
    /// What the source said last.
    pub said: Details,
}

impl Overrides {
    /// What holds after somebody changed an event from `before` to `after`: what differs from the source stays, what says
    /// the same again follows it again. `None` where nothing is left to keep.
    pub fn after_change(kept: Option<Self>, before: &Details, after: &Details) -> Option<Self> {
        let mut all = kept.unwrap_or_else(|| Self { fields: Vec::new(), said: before.clone() });
        for field in Field::all() {
            if field.differs(before, after) && !all.fields.contains(&field) {
                all.fields.push(field);
            }
        }
        all.fields.retain(|field| field.differs(&all.said, after));
        (!all.fields.is_empty()).then_some(all)
    }

    /// What an event says that is `kept` here after its source says `read`.
    pub fn merge(&self, kept: &Details, read: Details) -> Details {
        let mut merged = read;
        for field in &self.fields {
            field.copy(kept, &mut merged);
        }
        merged
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Status;

    fn details(name: &str) -> Details {
        let at = |text: &str| text.parse().expect("a time");
        Details::new(name, at("2026-12-05T14:00:00Z"), at("2026-12-05T16:00:00Z"), "Europe/Berlin")
    }

    #[test]
    fn every_part_can_be_copied_and_found_by_its_name() {
        let mut other = details("Anderes");
        other.status = Status::Cancelled;
        for field in Field::all() {
            assert_eq!(Field::from_name(field.as_str()), Some(field));
            let mut copy = details("Eines");
            field.copy(&other, &mut copy);
            assert!(!field.differs(&copy, &other), "{field:?}");
        }
    }

    #[test]
    fn what_was_changed_stays_and_the_rest_follows_the_source() {
        let (source, mut ours) = (details("Chor"), details("Chorprobe mit Gästen"));
        ours.status = Status::Cancelled;
        let kept = Overrides::after_change(None, &source, &ours).expect("something to keep");
        assert_eq!(kept.fields, [Field::Name, Field::Status]);
        let mut read = details("Chor (neu)");
        read.contact = Some("0209 1".into());
        let merged = kept.merge(&ours, read);
        assert_eq!((merged.name.as_str(), merged.status), ("Chorprobe mit Gästen", Status::Cancelled));
        assert_eq!(merged.contact.as_deref(), Some("0209 1"));
    }

    #[test]
    fn what_says_the_same_as_the_source_again_is_kept_no_longer() {
        let (source, ours) = (details("Chor"), details("Singen"));
        let kept = Overrides::after_change(None, &source, &ours);
        assert_eq!(Overrides::after_change(kept, &ours, &source), None);
    }
}
