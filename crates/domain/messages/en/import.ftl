# Why something of a calendar file was not taken over; stands beside line and title.
import-no-calendar = This is not a calendar file. Those begin with BEGIN:VCALENDAR.
import-file-large = The file is too large. It may have at most 10 MB.
import-events-many = The file has more than 10,000 events. Nothing was read from here on.
import-items-many = With all repetitions there are more than 10,000 events. Nothing was taken over from here on.
import-unfinished = The event breaks off. The line END:VEVENT is missing.
import-title = The title is missing or shorter than 3 characters.
import-start-missing = The start is missing.
import-date = There is no such date or time.
import-date-range = The date is not between 1970 and 2100.
import-timezone = This time zone is not known here.
import-duration = This duration cannot be read.
import-end-before-start = The end is before the start.
import-event-long = The event lasts longer than 400 days.
import-private = The event is marked as private or confidential.
import-uid-long = The identifier (UID) is longer than 500 characters.
import-duplicate = Another event with the same identifier (UID) is in this file already.
import-rule = The rule of repetition cannot be read.
import-rule-frequent = The event repeats more often than once a day.
import-rule-clock = The repetition names several times of the day. Please make several series for that.
import-rule-unknown = This kind of repetition is not known here.
import-rule-never = The rule of repetition matches no day.
import-rule-long = The series has more than 730 dates.
import-dates-many = The series names more than 2,000 single days.
import-only-once = Taken over, but for this one day only. The change was meant for all later dates of the series too.
import-effort = The repetitions of this file take too much effort. From here on no series was read.
import-not-valid = These details do not fit together.
import-row = This row is not a complete event.
import-time = This time cannot be read.
import-weekday = The day of the week does not fit the date.
import-no-table = This is not a table with several columns.
import-elsewhere = This address is on another server and was not read.
import-pages-many = The source has too many pages. Nothing after this was read.
import-page-unknown = There are no events at this address.

# What can be done about it.
import-mend-date = Write the date like this: 5.12.2026.
import-mend-time = Write the time like this: 15:00, or 15–17 Uhr.
import-mend-end = Check the start and the end in your file.
import-mend-title = Give the event a title of at least 3 characters.
import-mend-private = Make the event public in your calendar.
import-mend-timezone = Set the event to your own time zone in your calendar.
import-mend-uid = Create the event anew in your calendar.
import-mend-file = Save the file again, as a calendar (.ics) or as a table (.csv).
import-mend-large = Split the file, for example by year.
import-mend-rule = Enter these events one by one.
import-mend-safety = Change the event here by hand. The editors will read it then.
import-mend-other = Enter this event by hand.

# The page where a file is uploaded.
import-title-page = Many events at once
import-file-lead = Are your events in a calendar or a table already? Then upload the file here.
import-file-hint = A calendar (.ics) or a table (.csv), at most 10 MB.
import-text = Or paste the content
import-text-hint = Copy the rows from your table here, with the headings.
import-pasted = Pasted text
import-show = Look at the events
import-nothing-yet = Nothing is published yet. You see first what would be taken over.
import-help = How do I get the file?
import-help-outlook = Outlook: File, Save Calendar. Or File, Open & Export, Import/Export, Export to a file, CSV.
import-help-google = Google Calendar: Settings, Import & export, Export. The ZIP file that you download holds the file that ends in .ics.
import-help-table = Excel or LibreOffice: Save as, CSV. The first row holds the headings, for example: title, date, time, place.

# The preview.
import-preview-title = These events would be taken over
import-another = Another file
import-goes = New events are on the site at once.
import-waits = The editors see new events first.
import-nothing = There is nothing in this file that still has to be taken over.
import-take = { $count ->
    [one] Take over one event
   *[other] Take over { $count } events
    }
import-rows = Event by event
import-more = { $count ->
    [one] One further event is not shown here and will be taken over as well.
   *[other] { $count } further events are not shown here and will be taken over as well.
    }
import-fate-new = new
import-fate-changed = changed
import-fate-unchanged = unchanged
import-fate-declined = declined or deleted here, does not come back
import-fate-twin = is here already
import-count-new = { $count ->
    [one] One event is new.
   *[other] { $count } events are new.
    }
import-count-changed = { $count ->
    [one] One event is changed.
   *[other] { $count } events are changed.
    }
import-count-unchanged = { $count ->
    [one] One event is unchanged.
   *[other] { $count } events are unchanged.
    }
import-count-gone = { $count ->
    [one] One event is no longer in the source. It is cancelled if it is still to come.
   *[other] { $count } events are no longer in the source. They are cancelled if they are still to come.
    }
import-count-twin = { $count ->
    [one] One event is here already.
   *[other] { $count } events are here already.
    }
import-count-declined = { $count ->
    [one] One event was declined or deleted here and does not come back.
   *[other] { $count } events were declined or deleted here and do not come back.
    }
import-count-refused = { $count ->
    [one] One event cannot be read.
   *[other] { $count } events cannot be read.
    }
import-count-none = No events.

# The columns of a table.
import-columns = Which column means what?
import-columns-lead = This is how we understood the headings. Change what is not right.
import-columns-do = Use the columns like this
import-column-none = do not use
import-column-example = For example:
import-column-title = Title
import-column-start = Start: date, also with the time
import-column-time = Time
import-column-end = End: date or time
import-column-end-time = Time of the end
import-column-all-day = All day
import-column-doors = Doors open
import-column-place = Place
import-column-street = Street
import-column-postal-code = Postal code
import-column-town = Town
import-column-latitude = Latitude
import-column-longitude = Longitude
import-column-content = Description
import-column-short = Short text
import-column-category = Theme
import-column-tags = Tags
import-column-price = Price
import-column-registration = Registration
import-column-contact = Contact
import-column-audience = Audience
import-column-languages = Languages
import-column-link = Website
import-column-online = Address to join online
import-column-status = Takes place or is cancelled
import-column-uid = Identifier

# While and after events are taken over.
import-done-title = Taking over events
import-progress = { $done } of { $total } taken over
import-wait = This takes a moment. The page reloads by itself.
import-went = The new events are on the site now.
import-to-events = To the events

# What people changed of an imported event.
import-kept-title = Changed by you
import-kept-lead = This event comes from { $source }. What is listed here stays as it is, even if the source says something else:
import-kept-follow = Follow the source again
import-notice-followed = This follows the source again.
import-field-name = Title
import-field-when = Time
import-field-status = Takes place or is cancelled
import-field-place = Place
import-field-online = Online address
import-field-short = Short text
import-field-content = Description
import-field-plain = Plain language
import-field-category = Theme
import-field-price = Price
import-field-registration = Registration
import-field-contact = Contact
import-field-access = Access
import-field-languages = Languages
import-field-audience = Audience
import-field-link = Website
import-field-tags = Tags
