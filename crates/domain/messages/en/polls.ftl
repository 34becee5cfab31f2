# Polls: in the form and on the pages.
polls-form = Add a poll
polls-form-how = The text above is the question then.
polls-form-kept = The answers of a poll stay as they are: somebody may have voted already.
polls-options = Answers to choose from
polls-options-hint = One on each line, two to ten.
polls-several = Several answers may be chosen
polls-ends = Last day
polls-ends-time = Time
polls-ends-hint = Leave this empty if the poll stays open.
polls-title = Poll
polls-choose-one = One answer may be chosen.
polls-choose-several = Several answers may be chosen.
polls-votes = { $count ->
    [0] no vote
    [one] one vote
   *[other] { $count } votes
}
polls-voters = { $count ->
    [0] Nobody has voted yet.
    [one] One person has voted.
   *[other] { $count } people have voted.
}
polls-total = { $count ->
    [0] There are no votes yet.
    [one] One vote so far.
   *[other] { $count } votes so far.
}
polls-open = The poll has no fixed end.
polls-until = It ends on { $at }.
polls-ended = It has been closed since { $at }.
polls-how = You can vote with an account in the fediverse, at Mastodon for example: search there for { $address }
polls-teaser-open = poll, still open
polls-teaser-ended = poll, closed
polls-invalid-few = Please give at least two different answers.
polls-invalid-many = Please give at most ten answers.
polls-invalid-past = The end is in the past.
polls-invalid-end = Please give both the day and the time of the end.
polls-invalid-title = A poll has no title. Please write the question into the text.
polls-invalid-closed = The poll is closed.
polls-invalid-unknown = There is no such answer to choose.
polls-invalid-twice = You have voted already.
