# How far the editors trust a source.
trust-title = Where entries come from
trust-lead = For each source you decide whether somebody reads first what it sends. That holds from now on. What is waiting already goes on waiting.
trust-still = Whomever you trust: what sounds like a crime is always read by the editorial team first. Blocks always hold.
trust-none = There is nothing here yet.
trust-calendars = Calendars
trust-actors = Quarters, initiatives and people
trust-mailboxes = Who suggests
trust-level = What comes,
trust-check = Check first
trust-show = Show at once
trust-refuse = Do not accept
trust-keep = Keep
trust-let-in = Approve all that waits
trust-source = Source:
trust-show-from-now = Show what comes from here at once from now on
trust-approved = { $count ->
    [one] One entry without complaint
   *[other] { $count } entries without complaint
    }
trust-suggested = { $count ->
    [one] One entry without complaint. You could show what comes at once.
   *[other] { $count } entries without complaint. You could show what comes at once.
    }
trust-used = Last on { $day }
trust-notice = Kept. It holds for everything that comes from now on.
