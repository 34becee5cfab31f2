//! Pictures: whether our own lie in the data folder or in a bucket, and how many copies of others' are kept.

use std::net::IpAddr;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use url::{Host, Url};

use super::check::unless;
use super::{Refused, blank};

/// What `media.store` says where pictures are in the data folder.
const FILES: &str = "files";
/// The region where none is set; what most stores besides Amazon's expect.
const REGION: &str = "us-east-1";

/// Pictures.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Media {
    /// Where our own are: `files`, or `s3://BUCKET/PREFIX`.
    pub store: String,
    /// The address of an S3-compatible store; Amazon's in the region if empty.
    #[serde(with = "blank")]
    pub endpoint: Option<Url>,
    /// The region that requests to it are signed for.
    pub region: String,
    /// The name of the key to sign in with.
    pub access_key: String,
    /// The key, for the environment rather than for a file.
    pub secret_key: String,
    /// A file that holds nothing but the key.
    #[serde(with = "blank")]
    pub secret_key_file: Option<PathBuf>,
    /// How many megabytes of copies of others' pictures are kept.
    pub cache_mb: u32,
}

impl Default for Media {
    fn default() -> Self {
        Self {
            store: FILES.to_owned(),
            endpoint: None,
            region: REGION.to_owned(),
            access_key: String::new(),
            secret_key: String::new(),
            secret_key_file: None,
            cache_mb: 500,
        }
    }
}

impl Media {
    /// The bucket and the prefix in it, if our pictures are in one.
    pub(crate) fn place(&self) -> Option<(&str, &str)> {
        let place = self.store.strip_prefix("s3://")?;
        let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
        Some((bucket, prefix.trim_end_matches('/')))
    }

    /// The first problem, in one line that names its keys.
    pub(super) fn check(&self) -> Result<(), Refused> {
        let Some((bucket, prefix)) = self.place() else {
            unless(
                self.store == FILES,
                "media.store must be \"files\", or \"s3://\" and the name of a bucket; the address of the store is \
                 media.endpoint",
            )?;
            return self.check_files();
        };
        unless(
            is_bucket(bucket),
            format!("media.store: '{bucket}' is no bucket; those have 3 to 63 small letters, digits, dots and hyphens"),
        )?;
        unless(
            prefix.is_empty() || prefix.split('/').all(is_part),
            format!(
                "media.store: '{prefix}' is no prefix; it may have letters, digits, '.', '_', '-' and '/' between them"
            ),
        )?;
        self.check_endpoint()?;
        unless(!self.region.trim().is_empty(), "media.region must be set where media.store is a bucket")?;
        unless(!self.access_key.is_empty(), "media.access_key must be set where media.store is a bucket")?;
        unless(
            !self.secret_key.is_empty() || self.secret_key_file.is_some(),
            "media.secret_key or media.secret_key_file must be set where media.store is a bucket",
        )?;
        unless(
            self.secret_key.is_empty() || self.secret_key_file.is_none(),
            "media.secret_key and media.secret_key_file exclude each other",
        )
    }

    /// Who set how a store is reached and not that it is used would look for the pictures there.
    fn check_files(&self) -> Result<(), Refused> {
        let set = [
            ("media.endpoint", self.endpoint.is_some()),
            ("media.region", self.region != REGION),
            ("media.access_key", !self.access_key.is_empty()),
            ("media.secret_key", !self.secret_key.is_empty()),
            ("media.secret_key_file", self.secret_key_file.is_some()),
        ];
        match set.iter().find(|(_, is_set)| *is_set) {
            None => Ok(()),
            Some((key, _)) => Err(Refused(format!("{key} needs media.store = \"s3://BUCKET\", which is \"files\""))),
        }
    }

    fn check_endpoint(&self) -> Result<(), Refused> {
        let Some(endpoint) = &self.endpoint else { return Ok(()) };
        let is_plain = endpoint.username().is_empty()
            && endpoint.password().is_none()
            && endpoint.path() == "/"
            && endpoint.query().is_none()
            && endpoint.fragment().is_none();
        unless(
            matches!(endpoint.scheme(), "http" | "https") && is_plain,
            "media.endpoint must be https:// and a host, without a path; the bucket is in media.store",
        )?;
        unless(
            endpoint.scheme() == "https" || is_near(endpoint),
            "media.endpoint: http is only for a store on the same machine or network, all others need https",
        )
    }
}

/// The rules that all stores have in common.
fn is_bucket(name: &str) -> bool {
    let is_fine = |one: u8| one.is_ascii_lowercase() || one.is_ascii_digit();
    (3..=63).contains(&name.len())
        && name.bytes().all(|one| is_fine(one) || matches!(one, b'.' | b'-'))
        && name.bytes().next().is_some_and(is_fine)
        && name.bytes().next_back().is_some_and(is_fine)
}

fn is_part(part: &str) -> bool {
    let is_fine = |one: u8| one.is_ascii_alphanumeric() || matches!(one, b'.' | b'-' | b'_');
    !part.is_empty() && part.bytes().all(is_fine) && part != "." && part != ".."
}

/// A name without a dot, or an address of a network of one's own.
fn is_near(endpoint: &Url) -> bool {
    let is_own = |address: IpAddr| match address {
        IpAddr::V4(address) => address.is_loopback() || address.is_private(),
        IpAddr::V6(address) => address.is_loopback() || address.is_unique_local(),
    };
    match endpoint.host() {
        Some(Host::Domain(name)) => !name.contains('.') || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => is_own(address.into()),
        Some(Host::Ipv6(address)) => is_own(address.into()),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bucket() -> Media {
        Media {
            store: "s3://bilder/quartiere".into(),
            endpoint: Some("https://s3.anbieter.example".parse().expect("a URL")),
            access_key: "nord".into(),
            secret_key: "geheim".into(),
            ..Media::default()
        }
    }

    #[test]
    fn a_bucket_is_its_name_and_what_its_keys_begin_with() {
        assert_eq!(bucket().place(), Some(("bilder", "quartiere")));
        let bare = |store: &str| Media { store: store.into(), ..bucket() };
        assert_eq!((bare("s3://bilder").place(), bare("files").place()), (Some(("bilder", "")), None));
        assert_eq!(bare("s3://bilder/a/b/").place(), Some(("bilder", "a/b")));
        assert!(bucket().check().is_ok() && bare("s3://bilder").check().is_ok() && Media::default().check().is_ok());
    }

    #[test]
    fn what_is_half_set_or_fits_nothing_is_refused_by_its_key() {
        let url = |text: &str| Some(text.parse::<Url>().expect("a URL"));
        let refused = [
            ("media.store", Media { store: "https://s3.anbieter.example/bilder".into(), ..bucket() }),
            ("media.store", Media { store: "s3://".into(), ..bucket() }),
            ("media.store", Media { store: "s3://Bilder".into(), ..bucket() }),
            ("media.store", Media { store: "s3://bilder/../x".into(), ..bucket() }),
            ("media.store", Media { store: "s3://bilder/a?b".into(), ..bucket() }),
            ("media.endpoint", Media { endpoint: url("http://s3.anbieter.example"), ..bucket() }),
            ("media.endpoint", Media { endpoint: url("http://8.8.8.8:9000"), ..bucket() }),
            ("media.endpoint", Media { endpoint: url("https://s3.anbieter.example/bilder"), ..bucket() }),
            ("media.endpoint", Media { endpoint: url("https://a:b@s3.anbieter.example"), ..bucket() }),
            ("media.region", Media { region: " ".into(), ..bucket() }),
            ("media.access_key", Media { access_key: String::new(), ..bucket() }),
            ("media.secret_key", Media { secret_key: String::new(), ..bucket() }),
            ("media.secret_key", Media { secret_key_file: Some("key".into()), ..bucket() }),
            ("media.endpoint", Media { store: FILES.into(), ..bucket() }),
            ("media.access_key", Media { access_key: "nord".into(), ..Media::default() }),
            ("media.secret_key_file", Media { secret_key_file: Some("key".into()), ..Media::default() }),
            ("media.region", Media { region: "eu-central-1".into(), ..Media::default() }),
        ];
        for (key, media) in refused {
            let why = media.check().expect_err(key).0;
            assert!(why.starts_with(key), "{key}: {why}");
        }
        for near in ["http://127.0.0.1:9000", "http://minio:9000", "http://10.0.0.7:9000", "http://[::1]:9000"] {
            assert!(Media { endpoint: url(near), ..bucket() }.check().is_ok(), "{near}");
        }
    }
}
