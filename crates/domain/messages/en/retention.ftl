# How long something is kept.
retention-days = { $count ->
    [one] one day
   *[other] { $count } days
    }
retention-hours = { $count ->
    [one] one hour
   *[other] { $count } hours
    }
retention-minutes = { $count ->
    [one] one minute
   *[other] { $count } minutes
    }
retention-title = How long we keep things
retention-line = { $what }: { $time }
retention-sessions = Being signed in
retention-sign-ins = Links and codes for signing in
retention-half-sign-ins = A first key that waits for the second
retention-offered-keys = A second key that you do not finish setting up
retention-challenges = Signing in with a passkey that is not finished
retention-invitations = Invitations that nobody takes up, with name and address
retention-new-addresses = New e-mail addresses that nobody confirms
retention-contacts = Messages to initiatives that nobody confirms
retention-proposals = Suggestions that nobody confirms
retention-registrations = Registrations for events that nobody confirms
retention-guests = Answers without an account that nobody confirms
retention-sign-ups = Requests for an account that nobody confirms
retention-sign-ups-waiting = Requests for an account that nobody decides about
retention-previews = An uploaded file of events that is not taken over yet
retention-trust = Whether suggestions of a mailbox were fine, without its address, since the last one
retention-reports = Who sent a report, after the decision
retention-objections = What was removed, why, and what you say against it
retention-letters = Letters to you
retention-participations = Who comes to an event, after the event
retention-votes = Who voted in a poll, after its end
retention-pictures = Pictures that you upload and do not publish
retention-deliveries = Which server got what
retention-received = Marks of what other servers send
retention-visitors = Internet addresses (IP addresses) of visitors: not at all
retention-published = Events and posts: until they are deleted
retention-accounts = Accounts: until they are deleted
