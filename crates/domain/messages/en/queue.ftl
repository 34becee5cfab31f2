# The editors' queue: suggestions, replies and drafts.
queue-title = Waiting for you
queue-lead = The oldest is at the top.
queue-count = { $count ->
    [0] Nothing is waiting.
    [one] One item is waiting.
   *[other] { $count } items are waiting.
    }
queue-post = Post
queue-event = Event
queue-draft = Draft
queue-suspicious = Looks like advertising: links, pictures or many names from somebody who is new here.
queue-original = See it there
queue-approve = Approve
queue-change = Change
queue-decline = Decline
queue-why = Why?
queue-why-needed = Please choose a reason or write one.
queue-why-double = This is on the board already.
queue-why-missing = Day, place or contact is missing.
queue-why-advertising = This is advertising.
queue-why-elsewhere = This does not belong to our { word }.
queue-why-rude = This hurts somebody or is against the law.
queue-why-own = In your own words
queue-elsewhere = Also waiting
queue-by-server = Sorted by sender
queue-notice-decided-already = Somebody has decided this already.
queue-draft-post = Draft of a post
queue-sensitive = Sounds like a crime or like suspects. Please read closely: does it say only what somebody saw themselves?
queue-written-by = Written by { $name }
queue-notice-waits = Thank you. The editorial team reads this first. You get a letter as soon as they have decided.
queue-proposal-event = Suggestion: event
queue-proposal-post = Suggestion: post
queue-alike = Something like this is on the board already:
queue-picture = Picture:
queue-first-yes = { $name } has said yes, a second person is missing.
queue-take-back = Take your yes back
queue-notice-first-yes = Your yes is noted. A second person is missing.
queue-notice-taken-back = Your yes is taken back.
queue-covered = Cover: the last letter went out { $at }, about { $number } entries.
queue-letter-subject = { $count ->
    [one] Something is waiting: 1 entry
   *[other] Something is waiting: { $count } entries
    }
queue-letter-waits = { $count ->
    [one] One entry is waiting for the editorial team. Please have a look:
   *[other] { $count } entries are waiting for the editorial team. Please have a look:
    }
queue-letter-off = You get this letter once a day at most, and only if something new is waiting. Here you switch it off:
queue-cover-subject = { $count ->
    [one] Please stand in: an entry has been waiting for long
   *[other] Please stand in: { $count } entries have been waiting for long
    }
queue-cover-waits = Something has been waiting for the editorial team for more than { $hours } hours. Can you help?
queue-cover-untitled = Post without a title
queue-cover-more = { $count ->
    [one] And one more.
   *[other] And { $count } more.
    }
queue-cover-why = You get this letter because your address is kept as the one that covers. To approve something you need an account of the editorial team.
