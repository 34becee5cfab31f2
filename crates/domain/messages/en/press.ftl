# For newspapers and parish magazines.
press-title = For the newspaper
press-lead = Checked events to copy: with source, contact person and picture.
press-seven = The next seven days
press-next = Next week
press-table = As a table (CSV)
press-all = Everything as text
press-copy = Tap into the field, select all and copy.
press-each = The events one by one
press-price = Price:
press-registration = Registration:
press-organiser = Organised by:
press-nobody = No contact person is named. The editors will help.
press-image = Download the picture:
press-source = Source:
press-changed = Changed after publication on
