# The second key: an app that counts along, and codes on paper.
second-title = Second key
second-back = Back to my account
second-lead = With a second key it is not enough to open your mailbox to sign in as you.
second-need = You need an app that shows numbers to sign in with, on your telephone for example. Many password managers do it, too.
second-due = Whoever works in the editorial team needs a second key. Please set yours up by { $day }.
second-late = Please set up your second key now. Then the work in the editorial team goes on.
second-later = Later
second-begin = Set up a second key
second-manage = Second key
second-is-on = It is switched on. We ask for it when you sign in.
second-is-off = It is not switched on. A link from your mailbox is enough to sign in.
second-read = 1. Read the pattern
second-read-how = Read this pattern with the app.
second-square = Pattern for the app
second-type-how = The app is on this device, or cannot read patterns? Then enter this key there:
second-try = 2. Enter the number
second-number = The six digits that the app shows now
second-number-wrong = This number does not fit. Please take the one that the app shows now, and check the clock of the device.
second-on-do = Switch on
second-since = Switched on since { $day }.
second-paper-left = { $count ->
    [0] No code is left on your paper.
    [one] One code is left on your paper.
   *[other] { $count } codes are left on your paper.
    }
second-change-how = For either we need your second key:
second-paper-do = New codes for the paper
second-off-do = Switch off
second-paper-title = Codes for an emergency
second-paper-print = Print these codes now, or copy them by hand. They are shown this one time only. Older codes are good no longer.
second-paper-how = For the day on which the app is missing. Each code is good once, instead of the number of the app. Keep the paper safe.
second-paper-kept = I have the codes on paper
second-ask = The first key fits. Please show the second one now.
second-code = Number of the app, or code from the paper
second-code-hint = For example 123 456 or ABCD EFGH
second-code-wrong = This does not fit, or was used before. The app shows a new number every 30 seconds.
second-lost = Neither at hand?
second-lost-how = Whoever manages accounts here can switch the second key off. Address and telephone are in the legal notice.
second-notice-off = The second key is switched off. You are signed out everywhere else, and a letter is on its way.
second-letter-on = Your second key is switched on. You are signed out everywhere else.
second-letter-off = Your second key is switched off. You are signed out everywhere else.
second-letter-taken = Whoever manages accounts has switched your second key off. Please sign in again and set up a new one.
