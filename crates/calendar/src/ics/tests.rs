//! What holds for all of reading together.

#[test]
fn every_reason_has_its_words() {
    let catalogue = include_str!("../../../domain/messages/de/import.ftl");
    let sources = [
        include_str!("component.rs"),
        include_str!("facts.rs"),
        include_str!("read.rs"),
        include_str!("read/entry.rs"),
        include_str!("../recurrence/days.rs"),
        include_str!("../recurrence/rule.rs"),
        include_str!("series.rs"),
        include_str!("times.rs"),
        include_str!("value.rs"),
    ];
    for key in sources.iter().flat_map(|source| source.split('"')).filter(|part| part.starts_with("import-")) {
        assert!(catalogue.contains(&format!("\n{key} = ")), "{key}");
    }
}
