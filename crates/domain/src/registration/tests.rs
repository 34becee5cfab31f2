//! Who gets a seat, who waits, and what is asked of them.

use super::*;

fn noon() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().expect("a time")
}

fn workshop(capacity: u32) -> Details {
    let starts_at = noon() + SignedDuration::from_hours(72);
    let mut details = Details::new("Kurs", starts_at, starts_at + SignedDuration::from_hours(2), "Europe/Berlin");
    details.capacity = Some(capacity);
    details
}

fn open() -> Form {
    Form { is_open: true, ..Form::default() }
}

fn counts(confirmed: i64, queued: i64, asked: i64) -> Counts {
    Counts { confirmed, queued, asked }
}

#[test]
fn a_family_needs_seats_for_all_and_passes_nobody() {
    let ten = workshop(10);
    let decided = |counts, persons| decide((&ten, &open()), &counts, (persons, true), noon());
    assert_eq!(decided(counts(6, 0, 0), 4), Verdict::Listed(State::Confirmed));
    assert_eq!(decided(counts(7, 0, 0), 4), Verdict::Listed(State::Queued));
    assert_eq!(decided(counts(7, 4, 0), 1), Verdict::Listed(State::Queued), "a family waits before them");
    assert_eq!(decided(counts(10, MOST_WAITING, 0), 1), Verdict::Full);
    assert_eq!(
        decided(counts(15, 0, 0), 1),
        Verdict::Listed(State::Queued),
        "of what was lowered nobody is thrown out"
    );
}

#[test]
fn without_a_waiting_list_it_is_full_and_after_the_last_day_too_late() {
    let ten = workshop(10);
    let strict = Form { waiting_list: false, ..open() };
    let decided = |form: &Form, persons| decide((&ten, form), &counts(9, 0, 0), (persons, true), noon());
    assert_eq!(decided(&strict, 2), Verdict::Full);
    assert_eq!(decided(&strict, 1), Verdict::Listed(State::Confirmed));
    let over = Form { closes_at: Some(noon()), ..open() };
    assert_eq!(decided(&over, 1), Verdict::TooLate);
    assert_eq!(decided(&Form::default(), 1), Verdict::TooLate, "it was never opened");
    let off = Details { status: Status::Cancelled, ..ten.clone() };
    assert_eq!(decide((&off, &open()), &counts(0, 0, 0), (1, true), noon()), Verdict::TooLate);
}

#[test]
fn the_last_moment_and_the_queue_hold_for_the_fediverse_too() {
    use participation::{State as There, Verdict as Said};
    let strict = Form { waiting_list: false, ..open() };
    let over = Form { closes_at: Some(noon()), ..open() };
    let (seat, queue) = (Said::Listed(There::Confirmed), Said::Listed(There::Queued));
    assert_eq!(bound(queue, Some(&strict), noon()), Said::Refused);
    assert_eq!(bound(seat, Some(&strict), noon()), seat);
    assert_eq!(bound(seat, Some(&over), noon()), Said::Refused);
    assert_eq!(bound(Said::NotOffered, Some(&over), noon()), Said::NotOffered);
    assert_eq!(bound(queue, None, noon()), queue);
    assert_eq!(bound(queue, Some(&Form { is_open: false, ..strict }), noon()), queue);
}

#[test]
fn who_gives_only_a_number_waits_for_the_organisers() {
    let ten = workshop(10);
    let decided = |form: &Form, proven| decide((&ten, form), &counts(0, 0, 0), (1, proven), noon());
    assert_eq!(decided(&open(), false), Verdict::Listed(State::Asked));
    let approved = Form { by_approval: true, ..open() };
    assert_eq!(decided(&approved, true), Verdict::Listed(State::Asked));
}

#[test]
fn every_problem_of_a_wish_is_named_at_its_field() {
    let long = "ä".repeat(501);
    let typed = Typed { name: " ", email: "kein Brief", phone: "x", persons: "5", note: &long };
    let invalid = Wish::new(typed, 4, Reach::Mailbox).expect_err("an invalid wish");
    let fields: Vec<_> = invalid.problems.iter().map(|problem| problem.field).collect();
    assert_eq!(fields, ["name", "email", "phone", "persons", "note"]);
    for persons in ["0", "-1", "1.5", "99999999999", "zwei"] {
        assert!(Wish::new(Typed { name: "Ruth", persons, ..Typed::default() }, 4, Reach::Known).is_err(), "{persons}");
    }
    let ruth = Typed { name: "Ruth <b>\u{202E}", phone: "0209 169", ..Typed::default() };
    assert!(Wish::new(ruth, 4, Reach::Mailbox).is_err(), "there is no mailbox");
    let wish = Wish::new(ruth, 4, Reach::Any).expect("a wish");
    assert_eq!((wish.name.as_str(), wish.persons, wish.note), ("Ruth <b>", 1, None));
}

#[test]
fn settings_are_bounded_and_names_are_kept() {
    let wrong = Form { most: 21, question: Some("?".repeat(501)), ..open() };
    assert_eq!(wrong.checked().expect_err("invalid settings").problems.len(), 2);
    assert_eq!(Form { most: 20, ..open() }.most_for(&workshop(3)), 3);
    for state in State::ALL {
        assert_eq!(State::from_name(state.as_str()), Some(state));
    }
    for way in Way::ALL {
        assert_eq!(Way::from_name(way.as_str()), Some(way));
    }
    for call in [Call::Seat, Call::Changed] {
        assert_eq!(Call::from_name(call.as_str()), Some(call));
    }
}

#[test]
fn a_reminder_comes_the_day_before_and_not_of_what_is_off() {
    let details = workshop(3);
    for (hours, near) in [(47, false), (48, true), (71, true), (72, false), (90, false)] {
        assert_eq!(is_near(&details, noon() + SignedDuration::from_hours(hours)), near, "{hours}");
    }
    let off = Details { status: Status::Cancelled, ..details };
    assert!(!is_near(&off, noon() + SignedDuration::from_hours(50)));
}
