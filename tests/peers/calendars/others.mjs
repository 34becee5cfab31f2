// What ical.js, which Thunderbird and others are built on, makes of a calendar file: a line of cells for each occurrence
// from a day ago to 420 days ahead, as others.py prints them.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

const DAY = 86_400;
const now = Date.now() / 1000;
const calendar = new ICAL.Component(ICAL.parse(readFileSync(process.argv[2], "utf8")));

for (const zone of calendar.getAllSubcomponents("vtimezone")) {
  ICAL.TimezoneService.register(zone);
}

const seconds = (time) => time.toUnixTime();
const told = (time) => (time.isDate ? time.toString() : String(seconds(time)));

function print(start, end, event) {
  if (seconds(start) < now - DAY || seconds(start) >= now + 420 * DAY) return;
  const status = event.component.getFirstPropertyValue("status") ?? "";
  console.log(["", "", told(start), told(end), event.summary, status].join("\t"));
}

const events = calendar.getAllSubcomponents("vevent").map((component) => new ICAL.Event(component));
const changes = events.filter((event) => event.isRecurrenceException());
for (const event of events.filter((event) => !event.isRecurrenceException())) {
  if (!event.isRecurring()) {
    print(event.startDate, event.endDate, event);
    continue;
  }
  changes.filter((change) => change.uid === event.uid).forEach((change) => event.relateException(change));
  const days = event.iterator();
  for (let day = days.next(); day && seconds(day) < now + 420 * DAY; day = days.next()) {
    const one = event.getOccurrenceDetails(day);
    print(one.startDate, one.endDate, one.item);
  }
}
