//! Tables as people make them, and what is said of those that cannot be read.

use super::*;

fn options() -> Options {
    Options { default_timezone: "Europe/Berlin".into(), now: "2026-11-22T12:00:00Z".parse().expect("a time") }
}

/// Start, end where one is said, and whether it is whole days.
fn told(item: &Item) -> String {
    let zone = item.details.zone();
    let at = |at: Timestamp| at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string();
    let end = if item.details.open_end { "open".to_owned() } else { at(item.details.ends_at) };
    format!("{} / {end}{}", at(item.details.starts_at), if item.details.all_day { " all day" } else { "" })
}

fn one(file: &str) -> String {
    let table = read(file.as_bytes(), &options(), None);
    match (table.reading.items.first(), table.reading.refusals.first()) {
        (Some(item), None) => told(item),
        (_, refusal) => refusal.map(|refusal| refusal.why.to_owned()).unwrap_or_default(),
    }
}

#[test]
fn german_and_english_ways_to_write_a_day_and_a_time_are_understood() {
    for (day, time, expected) in [
        ("5.12.2026", "15 Uhr", "2026-12-05 15:00 / open"),
        ("05.12.2026", "15:00–17:30", "2026-12-05 15:00 / 2026-12-05 17:30"),
        ("5.12.26", "15.00-17.30 Uhr", "2026-12-05 15:00 / 2026-12-05 17:30"),
        ("5.12.", "15 bis 17 Uhr", "2026-12-05 15:00 / 2026-12-05 17:00"),
        ("Sa 05.12.", "ab 19 Uhr", "2026-12-05 19:00 / open"),
        ("Sa., 5.12.", "22–1 Uhr", "2026-12-05 22:00 / 2026-12-06 01:00"),
        ("Samstag, 5. Dezember 2026", "9.30", "2026-12-05 09:30 / open"),
        ("5. Dez. 2026", "", "2026-12-05 00:00 / 2026-12-06 00:00 all day"),
        ("5. Dezember", "ganztägig", "2026-12-05 00:00 / 2026-12-06 00:00 all day"),
        ("5.12.2026 15:00", "", "2026-12-05 15:00 / open"),
        ("5.12. 15 Uhr", "", "2026-12-05 15:00 / open"),
        ("5.12.2026, 15–17 Uhr", "", "2026-12-05 15:00 / 2026-12-05 17:00"),
        ("2026-12-05", "15:00", "2026-12-05 15:00 / open"),
        ("2026-12-05T15:00:00+01:00", "", "2026-12-05 15:00 / open"),
        ("2026-12-05 15:00:00", "", "2026-12-05 15:00 / open"),
        ("3.1.", "11 Uhr", "2027-01-03 11:00 / open"),
        ("29.2.2028", "11 Uhr", "2028-02-29 11:00 / open"),
        ("5/12/2026", "15:00", "2026-12-05 15:00 / open"),
    ] {
        assert_eq!(one(&format!("Titel;Datum;Uhrzeit\nAdventssingen;\"{day}\";{time}")), expected, "{day} {time}");
    }
}

#[test]
fn what_cannot_be_meant_is_refused_with_its_line_and_the_rest_is_read() {
    for (day, time, why) in [
        ("30.2.2026", "15 Uhr", "import-date"),
        ("So 5.12.2026", "15 Uhr", "import-weekday"),
        ("5.12.2026", "25 Uhr", "import-time"),
        ("5.12.2026", "abends", "import-time"),
        ("bald", "15 Uhr", "import-time"),
        ("", "15 Uhr", "import-start-missing"),
        ("5.12.1812", "15 Uhr", "import-date-range"),
    ] {
        assert_eq!(one(&format!("Titel;Datum;Uhrzeit\nAdventssingen;{day};{time}")), why, "{day} {time}");
    }
    let table =
        read("Titel;Datum\nChor;5.12.2026\nX;6.12.2026\nFest;gestern\nMarkt;7.12.2026\n".as_bytes(), &options(), None);
    assert_eq!(table.reading.items.len(), 2);
    let refused: Vec<(usize, &str)> = table.reading.refusals.iter().map(|one| (one.line, one.why)).collect();
    assert_eq!(refused, [(3, "import-title"), (4, "import-time")]);
}

#[test]
fn tables_of_outlook_google_and_our_own_are_understood_by_their_headings() {
    let outlook = "\"Betreff\",\"Beginnt am\",\"Beginnt um\",\"Endet am\",\"Endet um\",\"Ganztägiges Ereignis\",\"Ort\"\r\n\
        \"Adventssingen\",\"5.12.2026\",\"15:00:00\",\"5.12.2026\",\"17:00:00\",\"Aus\",\"Bürgerhaus\"";
    assert_eq!(one(outlook), "2026-12-05 15:00 / 2026-12-05 17:00");
    let english = "Subject,Start Date,Start Time,End Date,End Time,All Day Event,Location\n\
        Carols,12/5/2026,3:00 PM,12/5/2026,5:00 PM,False,Hall";
    assert_eq!(one(english), "2026-12-05 15:00 / 2026-12-05 17:00");
    let own = "\u{FEFF}id;titel;beginn;ende;ort;strasse;plz;stadt;lat;lon\r\n\
        https://a.example/1;Adventssingen;2026-12-05T15:00:00+01:00;2026-12-05T17:00:00+01:00;Bürgerhaus;Hauptstr. 5;45881;Gelsenkirchen;51,5;7,1";
    assert_eq!(one(own), "2026-12-05 15:00 / 2026-12-05 17:00");
    let table = read(own.as_bytes(), &options(), None);
    let item = table.reading.items.first().expect("an event");
    assert_eq!(item.key.uid, "https://a.example/1");
    let place = item.details.place.clone().expect("a place");
    assert_eq!((place.postal_code.as_deref(), place.position.is_some()), (Some("45881"), true));
}

#[test]
fn every_usual_encoding_and_separator_is_recognised() {
    let text = "Titel\tDatum\nFrühlingsfest\t5.4.2027\n";
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let marked: Vec<u8> = [0xFF, 0xFE].into_iter().chain(wide.clone()).collect();
    let windows: Vec<u8> = text.chars().filter_map(|c| u8::try_from(u32::from(c)).ok()).collect();
    for bytes in [text.as_bytes().to_vec(), wide, marked, windows] {
        let table = read(&bytes, &options(), None);
        let names: Vec<&str> = table.reading.items.iter().map(|item| item.details.name.as_str()).collect();
        assert_eq!(names, ["Frühlingsfest"]);
    }
    for separator in [';', ',', '\t', '|'] {
        assert_eq!(one(&text.replace('\t', &separator.to_string())), "2027-04-05 00:00 / 2027-04-06 00:00 all day");
    }
}

#[test]
fn columns_can_be_given_and_the_stable_name_stays() {
    let file = "A;B;C\nChor;5.12.2026;Kirche\nChor;5.12.2026;Saal\n";
    assert!(read(file.as_bytes(), &options(), None).reading.items.is_empty());
    let given = [Some(Column::Title), Some(Column::Start), None];
    let with_place = [Some(Column::Title), Some(Column::Start), Some(Column::Place)];
    let keys = |columns: &[Option<Column>]| -> Vec<String> {
        let table = read(file.as_bytes(), &options(), Some(columns));
        table.reading.items.into_iter().map(|item| item.key.uid).collect()
    };
    assert_eq!(keys(&given), keys(&with_place));
    assert_eq!(keys(&given), ["2026-12-05 chor", "2026-12-05 chor 2"]);
}

#[test]
fn cal_03_hostile_tables_do_no_harm() {
    let wide = format!("Titel;Datum{}\nFest;5.12.2026{}\n", ";x".repeat(100_000), ";=1+1".repeat(100_000));
    assert_eq!(read(wide.as_bytes(), &options(), None).reading.items.len(), 1);
    let long = format!("Titel;Datum;Beschreibung\nFest;5.12.2026;{}\n", "ä<&".repeat(2_000_000 / 4));
    assert_eq!(read(long.as_bytes(), &options(), None).reading.items.len(), 1);
    let many = format!("Titel;Datum\n{}", "Fest;5.12.2026\n".repeat(MAX_ITEMS + 5));
    let table = read(many.as_bytes(), &options(), None);
    assert_eq!((table.reading.items.len(), table.reading.refusals.len()), (MAX_ITEMS, 1));
    for bytes in
        [&b""[..], b"\"", b";;;;\n\"\"\"", b"\xff\xfe\x00", b"\0\0\0\0\0\0\0\0\0\0", b"Titel;Datum\n\"Fest;5.12"]
    {
        let _ = read(bytes, &options(), None);
        let _ = is_table(bytes);
    }
}
