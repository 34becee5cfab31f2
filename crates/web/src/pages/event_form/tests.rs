//! What people type into the form, and what becomes of it.

use domain::access::Answer;
use domain::language::Language;

use super::*;

fn empty() -> Details {
    Details::new("", Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH + USUAL_LENGTH, "Europe/Berlin")
}

fn typed(pairs: &[(&str, &str)]) -> Fields {
    let mut fields = Fields::default();
    for (name, value) in [("name", "Adventssingen"), ("starts", "2026-12-05"), ("starts_time", "15:00")] {
        fields.set(name, value);
    }
    for (name, value) in pairs {
        fields.set(*name, *value);
    }
    fields
}

fn when(pairs: &[(&str, &str)]) -> String {
    let draft = read(&typed(pairs), &empty()).expect("a draft");
    calendar::phrase::when_long(draft.details(), Language::DE)
}

fn problems(pairs: &[(&str, &str)]) -> Vec<(&'static str, &'static str)> {
    let invalid = read(&typed(pairs), &empty()).expect_err("a form with problems");
    invalid.problems.iter().map(|problem| (problem.field, problem.message)).collect()
}

#[test]
fn times_are_read_as_people_mean_them() {
    assert_eq!(when(&[("ends_time", "17:30")]), "Samstag, 5. Dezember 2026, 15:00–17:30 Uhr");
    assert_eq!(when(&[]), "Samstag, 5. Dezember 2026, ab 15:00 Uhr, Ende offen");
    assert_eq!(when(&[("all_day", "yes")]), "Samstag, 5. Dezember 2026, ganztägig");
    assert_eq!(when(&[("all_day", "yes"), ("ends", "2026-12-07")]), "5.–7. Dezember 2026");
    assert_eq!(
        when(&[("starts_time", "22:00"), ("ends_time", "02:00")]),
        "Samstag, 5. Dezember 2026, 22:00 Uhr bis Sonntag, 6. Dezember, 2:00 Uhr"
    );
    assert_eq!(
        when(&[("doors", "14:30"), ("ends_time", "17:00")]),
        "Samstag, 5. Dezember 2026, Einlass 14:30 Uhr, Beginn 15:00 Uhr, Ende 17:00 Uhr"
    );
}

#[test]
fn an_hour_that_the_clocks_skip_is_no_error() {
    let draft = read(&typed(&[("starts", "2027-03-28"), ("starts_time", "02:30"), ("ends_time", "04:00")]), &empty());
    assert_eq!(draft.expect("a draft").details().starts_at.to_string(), "2027-03-28T01:30:00Z");
}

#[test]
fn every_problem_is_said_at_its_field() {
    assert_eq!(problems(&[("name", "X")]), [("name", "invalid-title-short")]);
    assert_eq!(problems(&[("starts", "")]), [("starts", "invalid-date")]);
    assert_eq!(
        problems(&[("starts", "2026-02-30"), ("name", "")]),
        [("starts", "invalid-date"), ("name", "invalid-title-short")]
    );
    assert_eq!(problems(&[("starts_time", "")]), [("starts_time", "forms-event-time-missing")]);
    assert_eq!(problems(&[("starts_time", "25:00")]), [("starts_time", "invalid-time")]);
    assert_eq!(problems(&[("ends", "2026-12-01"), ("ends_time", "12:00")]), [("ends", "invalid-end-before-start")]);
    assert_eq!(problems(&[("doors", "16:00")]), [("doors", "invalid-doors-late")]);
    assert_eq!(problems(&[("online", "javascript:alert(1)")]), [("online", "invalid-link")]);
    assert_eq!(problems(&[("short", &"x".repeat(301))]), [("short", "invalid-too-long")]);
}

#[test]
fn an_event_goes_through_its_own_form_unchanged() {
    let mut details = empty();
    details.name = "Café & Kuchen <für alle>".into();
    details.short = Some("Kommen Sie!".into());
    details.content = Html::clean("<p>Mit <strong>Musik</strong>.</p><ul><li>eins</li><li>zwei</li></ul>");
    details.starts_at = "2026-12-05T14:00:00Z".parse().expect("a time");
    details.ends_at = "2026-12-06T13:00:00Z".parse().expect("a time");
    details.place = Some(Place {
        name: "Bürgerhaus".into(),
        street: Some("Weg 1".into()),
        position: domain::place::Position::new(51.5, 7.1),
        ..Place::default()
    });
    details.category = Some(Category::Food);
    details.access.insert("step_free".into(), Answer::Partly);
    details.languages = vec!["de".into(), "gsg".into(), "ku".into()];
    details.tags = vec!["Kuchen".into()];
    details.link = "https://nord.example/".parse().ok();
    let again = read(&fill(&details), &details).expect("a draft");
    assert_eq!(again.details(), &details);
}

#[test]
fn a_form_cannot_take_a_cancellation_back_or_cancel() {
    let mut base = empty();
    let draft = read(&typed(&[("status", "CANCELLED")]), &base).expect("a draft");
    assert_eq!(draft.details().status, Status::Confirmed);
    base.status = Status::Cancelled;
    let draft = read(&typed(&[("status", "CONFIRMED")]), &base).expect("a draft");
    assert_eq!(draft.details().status, Status::Cancelled);
}
