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
