//! Which addresses of calendars are kept, and which are not.

mod support;

use federation::imports;
use storage::{sources, testing};
use support::{TestQuarter, clock};

#[tokio::test]
async fn an_address_that_may_not_be_asked_is_not_kept_and_one_that_fails_is() {
    for database in testing::all() {
        let quarter = TestQuarter::new("nord", &clock(), database).await;
        let (instance, author) = (&quarter.instance, quarter.instance.quarter());
        for forbidden in ["http://192.168.1.1/k.ics", "https://10.0.0.1/k.ics", "webcal://169.254.169.254/k.ics"] {
            let url = forbidden.parse().expect("a URL");
            assert!(imports::subscribe(instance, &url, author, true).await.is_err(), "{forbidden}");
            assert!(sources::all(&mut quarter.read().await).await.expect("sources").is_empty(), "{forbidden}");
        }
        let silent = "http://nirgends.localhost:9/k.ics".parse().expect("a URL");
        assert!(imports::subscribe(instance, &silent, author, true).await.is_err());
        let kept = sources::all(&mut quarter.read().await).await.expect("sources");
        assert_eq!(kept.iter().map(|source| source.error.is_some()).collect::<Vec<_>>(), [true]);
    }
}
