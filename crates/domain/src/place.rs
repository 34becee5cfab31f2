//! Where something happens.

use serde::{Deserialize, Serialize};
use url::Url;
use uuid::Uuid;

use crate::access::Access;

/// A place as an event names it. Every part may be missing but the name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// `Bürgerhaus Nord`.
    pub name: String,
    /// Street and number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub street: Option<String>,
    /// The postal code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    /// The town.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locality: Option<String>,
    /// The nearest stop and the way from there, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop: Option<String>,
    /// Latitude and longitude in degrees, WGS 84.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// Our key for it, if it is in our directory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
    /// Its ActivityPub id, here or elsewhere; of ours its page too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<Url>,
    /// What is known about access to it.
    #[serde(flatten)]
    pub access: Access,
}

/// A point on the map, in degrees.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Position {
    /// -90 to 90.
    pub latitude: f64,
    /// -180 to 180.
    pub longitude: f64,
}

impl Position {
    /// A position if both figures lie on the globe.
    pub fn new(latitude: f64, longitude: f64) -> Option<Self> {
        let fine = (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude);
        fine.then_some(Self { latitude, longitude })
    }
}

impl Place {
    /// A place of which only the name is known.
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// `45881 Gelsenkirchen`, or the part of it that is known.
    pub fn town(&self) -> Option<String> {
        let parts: Vec<&str> = [&self.postal_code, &self.locality].into_iter().flatten().map(String::as_str).collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    }

    /// Name, street and town on one line.
    pub fn one_line(&self) -> String {
        let mut parts = vec![self.name.clone()];
        parts.extend(self.street.clone());
        parts.extend(self.town());
        parts.retain(|part| !part.is_empty());
        parts.dedup();
        parts.join(", ")
    }
}
