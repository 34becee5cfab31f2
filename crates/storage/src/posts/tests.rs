//! What posts promise, on both databases.

use domain::actor::Part;

use super::*;
use crate::samples::{hours, known, noon, note, stores};

#[tokio::test]
async fn posts_are_listed_newest_first_and_page_by_page() {
    for (_database, store) in stores().await {
        let mut tx = store.write().await.expect("a transaction");
        let (ours, theirs) = (known(&mut tx, "nord", Some(Part::Quarter)).await, known(&mut tx, "sued", None).await);
        for (author, text, offset) in [(&ours, "eins", 1), (&theirs, "zwei", 2), (&ours, "drei", 3)] {
            let post = note(&mut tx, author, text, offset).await;
            insert(&mut tx, &post, false).await.expect("an insert");
        }
        let mut query = Query { which: Which::All, before: None, limit: 2 };
        let first = list(&mut tx, &query).await.expect("a page");
        let texts: Vec<_> = first.iter().map(|(post, _)| post.details.content.to_text()).collect();
        assert_eq!(texts, ["drei", "zwei"]);
        query.before = first.last().map(|(post, _)| (post.published_at, post.id));
        assert_eq!(list(&mut tx, &query).await.expect("a page").len(), 1);
        query = Query { which: Which::Own, before: None, limit: 9 };
        assert_eq!(list(&mut tx, &query).await.expect("a page").len(), 2);
        query.which = Which::Author(theirs.id);
        assert_eq!(list(&mut tx, &query).await.expect("a page").len(), 1);
        assert_eq!(count_own(&mut tx).await.expect("a count"), 2);
    }
}

#[tokio::test]
async fn an_older_update_never_wins() {
    for (_database, store) in stores().await {
        let mut tx = store.write().await.expect("a transaction");
        let ours = known(&mut tx, "nord", Some(Part::Quarter)).await;
        let mut post = note(&mut tx, &ours, "alt", 0).await;
        insert(&mut tx, &post, false).await.expect("an insert");
        post.details.title = Some("neu".into());
        post.details.warning = Some("Spinnen".into());
        assert!(!update(&mut tx, &post).await.expect("an update"));
        post.updated_at = noon() + hours(1);
        assert!(update(&mut tx, &post).await.expect("an update"));
        assert_eq!(by_url(&mut tx, &post.url).await.expect("a row"), Some(post));
    }
}

#[tokio::test]
async fn a_held_reply_is_shown_to_nobody() {
    for (_database, store) in stores().await {
        let mut tx = store.write().await.expect("a transaction");
        let theirs = known(&mut tx, "sued", None).await;
        let post = note(&mut tx, &theirs, "Antwort", 0).await;
        insert(&mut tx, &post, true).await.expect("an insert");
        assert_eq!(by_id(&mut tx, post.id).await.expect("a query"), None);
        assert!(exists(&mut tx, post.id).await.expect("a query"));
        assert_eq!(count_held(&mut tx, "sued.example").await.expect("a count"), 1);
    }
}
