//! The design: its page, and that nothing is drawn past it.

use http::StatusCode;

use crate::quarter::TestQuarter;

const STYLE: &str = include_str!("../../assets/style.css");

#[tokio::test]
async fn the_design_stands_on_one_page_and_not_on_public_servers() {
    let quarter = TestQuarter::at("http://nord.localhost:3000").await;
    let page = quarter.get("/styleguide").await;
    assert_eq!(page.status, StatusCode::OK);
    for colour in
        STYLE.lines().filter_map(|line| line.trim().strip_prefix("--")?.split_once(": #")).map(|(name, _)| name)
    {
        assert!(page.body.contains(&format!("of-{colour}")), "the colour {colour} is not on the page");
    }
    for step in
        STYLE.lines().filter_map(|line| line.trim().strip_prefix("--step-")?.split_once(':')).map(|(step, _)| step)
    {
        assert!(page.body.contains(&format!("in-step-{step}")), "step {step} of the letters is not on the page");
    }
    assert_eq!(TestQuarter::new().await.get("/styleguide").await.status, StatusCode::NOT_FOUND);
}

#[test]
fn no_colour_and_no_size_of_letters_stands_outside_the_tokens() {
    // What is printed is black on white, in points.
    let (screen, _) = STYLE.split_once("@media print").expect("a part for paper");
    let loose = |line: &&str| {
        let line = line.trim();
        let is_token = line.starts_with("--") || line.starts_with("/*");
        let is_colour = line.split_once('#').is_some_and(|(before, _)| before.contains(':'));
        let is_size = line.starts_with("font-size:") && !line.contains("var(--") && !line.ends_with("inherit;");
        !is_token && (is_colour || is_size)
    };
    let found: Vec<&str> = screen.lines().filter(loose).collect();
    assert!(found.is_empty(), "{found:#?}");
}
