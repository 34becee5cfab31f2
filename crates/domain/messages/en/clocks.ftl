# Clocks that differ from ours.
clocks-ahead = The clock of { $name } is { $by } fast. Nothing from there gets through until it is set. Last noticed: { $at }.
clocks-behind = The clock of { $name } is { $by } slow. Nothing from there gets through until it is set. Last noticed: { $at }.
clocks-own-ahead = Our own clock is probably { $by } fast: the clocks of most neighbours show an earlier time. Please tell the person who looks after the server.
clocks-own-behind = Our own clock is probably { $by } slow: the clocks of most neighbours show a later time. Please tell the person who looks after the server.
clocks-minutes = { $count ->
    [one] one minute
   *[other] { $count } minutes
    }
clocks-hours = { $count ->
    [one] one hour
   *[other] { $count } hours
    }
clocks-days = { $count ->
    [one] one day
   *[other] { $count } days
    }
