# Uhren, die anders gehen als unsere.
clocks-ahead = Die Uhr von { $name } geht { $by } vor. Darum kommt von dort nichts an. Zuletzt bemerkt: { $at }.
clocks-behind = Die Uhr von { $name } geht { $by } nach. Darum kommt von dort nichts an. Zuletzt bemerkt: { $at }.
clocks-own-ahead = Wahrscheinlich geht unsere eigene Uhr { $by } vor: Die Uhren der meisten Nachbarn zeigen eine frühere Zeit. Bitte sagen Sie es der Person, die den Server betreut.
    .du = Wahrscheinlich geht unsere eigene Uhr { $by } vor: Die Uhren der meisten Nachbarn zeigen eine frühere Zeit. Bitte sage es der Person, die den Server betreut.
clocks-own-behind = Wahrscheinlich geht unsere eigene Uhr { $by } nach: Die Uhren der meisten Nachbarn zeigen eine spätere Zeit. Bitte sagen Sie es der Person, die den Server betreut.
    .du = Wahrscheinlich geht unsere eigene Uhr { $by } nach: Die Uhren der meisten Nachbarn zeigen eine spätere Zeit. Bitte sage es der Person, die den Server betreut.
clocks-minutes = { $count ->
    [one] eine Minute
   *[other] { $count } Minuten
    }
clocks-hours = { $count ->
    [one] eine Stunde
   *[other] { $count } Stunden
    }
clocks-days = { $count ->
    [one] einen Tag
   *[other] { $count } Tage
    }
