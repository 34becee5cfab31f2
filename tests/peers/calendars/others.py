"""What the Python libraries `icalendar` and `recurring-ical-events` make of calendars.

    others.py FOLDER own             the calendars that both bring for their own tests, about several times
    others.py FOLDER read FILE       FILE, from a day ago to 420 days ahead

Both are fetched with pip into FOLDER unless they are there; nothing is installed, and their calendars are read where
they lie. Prints a line of cells for each occurrence: file, the time it was asked at, start, end, title, status; times as
seconds since 1970, days as `2026-12-05`. Instead of a start stands `none` where nothing is on, and `unread` where the
library cannot read the file.
"""

import datetime
import subprocess
import sys
import tempfile
import warnings
import zoneinfo
from pathlib import Path

PACKAGES = [
    "icalendar==7.3.0",
    "recurring-ical-events==3.8.2",
    "x-wr-timezone==2.0.1",
    "python-dateutil==2.9.0.post0",
    "six==1.17.0",
    "tzdata==2026.6",
    "click==8.5.1",
    "typing-extensions==4.16.0",
]
OWN = ("icalendar", "recurring_ical_events")
DAY = datetime.timedelta(days=1)
UTC = datetime.timezone.utc
# What a series is told for here, without the days at either end that a zone may move.
BEFORE, AFTER = 30 * DAY, 399 * DAY


def fetch(folder):
    if not folder.is_dir():
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--only-binary=:all:"]
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as whole:
            subprocess.run([*pip, "--target", whole, *PACKAGES], check=True, stdout=sys.stderr)
            # Only what arrived whole gets the name; an empty folder takes its place to be thrown away.
            Path(whole).rename(folder)
            Path(whole).mkdir()
    sys.path.insert(0, str(folder))


def instant(value):
    """The time of a start; days, and times without a zone, are those of the quarter."""
    if not isinstance(value, datetime.datetime):
        value = datetime.datetime(value.year, value.month, value.day)
    if value.tzinfo is None:
        value = value.replace(tzinfo=zoneinfo.ZoneInfo("Europe/Berlin"))
    return value.astimezone(UTC)


def told(value):
    if isinstance(value, datetime.datetime):
        return str(int(instant(value).timestamp()))
    return value.isoformat()


def read(path):
    found = icalendar.Calendar.from_ical(path.read_bytes(), multiple=True)
    return [calendar for calendar in found if calendar.name == "VCALENDAR"]


def on(calendars, first, last):
    """The occurrences that start from `first` on and before `last`."""
    for calendar in calendars:
        for event in recurring_ical_events.of(calendar).between(first - 2 * DAY, last + 2 * DAY):
            if first <= instant(event.start) < last:
                yield event


def alone(calendars):
    """Takes out the events that do not repeat: `icalendar` alone reads those. The other library tells UTC in the zone of
    `X-WR-TIMEZONE`, where of two equal clock times the second is lost."""
    for calendar in calendars:
        for event in [event for event in calendar.subcomponents if event.name == "VEVENT"]:
            if not {"RRULE", "RDATE", "RECURRENCE-ID"} & set(event):
                calendar.subcomponents.remove(event)
                yield event


def cells(name, asked, event):
    words = [str(event.get(key, "")) for key in ("SUMMARY", "STATUS")]
    return [name, asked, told(event.start), told(event.end), *words]


def times(calendars):
    """When to ask: about the first event, the last one, and two years after the first."""
    events = [event for calendar in calendars for event in calendar.walk("VEVENT")]
    starts = [instant(event["DTSTART"].dt) for event in events if "DTSTART" in event]
    return sorted({min(starts) + 20 * DAY, min(starts) + 800 * DAY, max(starts)}) if starts else []


def own(folder):
    for path in sorted(path for package in OWN for path in (folder / package).rglob("*.ics")):
        name = str(path.relative_to(folder))
        try:
            calendars = read(path)
            for at in times(calendars):
                asked = str(int(at.timestamp()))
                found = [cells(name, asked, event) for event in on(calendars, at - BEFORE, at + AFTER)]
                yield from found or [[name, asked, "none", "", "", ""]]
        except Exception as error:  # whatever goes wrong in there is its answer
            yield [name, "", "unread", type(error).__name__, "", ""]


def main():
    global icalendar, recurring_ical_events
    folder = Path(sys.argv[1])
    fetch(folder)
    import icalendar
    import recurring_ical_events

    warnings.simplefilter("ignore")
    sys.stdout.reconfigure(encoding="utf-8")
    if sys.argv[2] == "own":
        lines = own(folder)
    else:
        now = datetime.datetime.now(UTC)
        calendars = read(Path(sys.argv[3]))
        events = [*alone(calendars), *on(calendars, now - DAY, now + 420 * DAY)]
        lines = [cells("", "", event) for event in events]
    for line in lines:
        print("\t".join(cell.replace("\t", " ").replace("\n", " ").replace("\r", " ") for cell in line))


main()
