# The pages of the editorial team.
editors-title = Editorial team
editors-back = Back to the editorial team
editors-neighbours = Neighbours
editors-deliveries = What reaches the neighbours
editors-summary-none = Nobody receives our messages yet.
editors-summary-good = { $count ->
    [one] One receiver, reached.
   *[other] { $count } receivers, all reached.
    }
editors-summary-waiting = { $count ->
    [one] One message is on its way.
   *[other] { $count } messages are on their way.
    }
editors-summary-bad = { $count ->
    [one] One receiver cannot be reached at the moment.
   *[other] { $count } receivers cannot be reached at the moment.
    } Nothing is lost: we keep trying for seven days.
editors-host-good = Everything has arrived.
editors-host-good-at = Last reached: { $at }.
editors-host-waiting = { $count ->
    [one] One message is waiting.
   *[other] { $count } messages are waiting.
    }
editors-host-down = Has not answered since { $at }.
editors-host-next = Next try: { $at }.
editors-host-failed = { $count ->
    [one] One message was not delivered.
   *[other] { $count } messages were not delivered.
    }
editors-last-error = Last answer:
editors-retry = Try again now
editors-drop = Drop everything for this address
editors-failed = Not delivered
editors-failed-how = We tried to deliver these messages for seven days, or the receiver refused them.
editors-receivers = Where did this go?
editors-receivers-how = These sites have received it or will:
editors-delivery-waiting = waiting
editors-delivery-delivered = arrived { $at }
editors-delivery-failed = not delivered
editors-drafts = Drafts
editors-drafts-none = No draft is waiting.
editors-drafts-how = These events came from a calendar and are not public yet.
editors-calendars = Read calendars
editors-calendars-lead = Does a club keep a calendar already? Then you need not type anything.
editors-calendars-none = No calendar is read yet.
editors-calendar-read = Last read: { $at }
editors-calendar-unread = Not read yet
editors-calendar-end = Stop reading it
editors-calendar-add = Enter the address of a calendar
editors-calendar-url = Address
editors-calendar-url-hint = It usually ends in .ics. We read it regularly from then on. Changed events change here too.
editors-calendar-publish = Publish at once (else as drafts)
editors-calendar-add-do = Read the calendar
editors-calendar-unreachable = This address cannot be read. Please check it in the browser.
editors-upload = Upload a calendar file
editors-upload-file = File
editors-upload-hint = A file ending in .ics, at most 10 MB.
editors-upload-do = Read the file
editors-upload-missing = Please choose a file.
editors-import-done = { $new } new, { $changed } changed, { $unchanged } unchanged, { $gone } gone.
editors-import-refused = We could not take over these events:
editors-import-line = Line { $line }, { $what }: { $why }
editors-accounts = Accounts
editors-accounts-lead = Who may sign in here. Only people who manage accounts see this list.
editors-account-add = Add an account
editors-account-name = Name
editors-account-email = E-mail address
editors-account-role = May
editors-account-add-do = Add account
editors-account-taken = There is an account with this e-mail address already.
editors-role-member = write for initiatives
editors-role-editor = editorial team
editors-role-admin = editorial team, and manages accounts
