# What reaches the neighbours and others.
deliveries-title = What reaches the neighbours
deliveries-all = See all receivers
deliveries-neighbours = Neighbours
deliveries-neighbours-none = There are no neighbours yet.
deliveries-neighbours-good = { $count ->
    [one] One neighbour, reached.
   *[other] { $count } neighbours, all reached.
    }
deliveries-neighbours-count = { $count ->
    [one] One neighbour.
   *[other] { $count } neighbours.
    }
deliveries-down = { $name } has not answered since { $since }.
deliveries-down-more = { $count ->
    [one] One more neighbour does not answer.
   *[other] { $count } more neighbours do not answer.
    }
deliveries-down-others = { $count ->
    [one] One other server does not answer.
   *[other] { $count } other servers do not answer.
    }
deliveries-nothing-lost = Nothing is lost: we keep trying for seven days.
deliveries-others = Other servers
deliveries-others-how = People there follow our { word } or an initiative.
deliveries-host-down = Has not answered since { $since }.
deliveries-reached = Last reached: { $at }.
deliveries-not-reached = Never reached yet.
deliveries-never = We have not sent anything there yet.
deliveries-waiting = Waiting: { $list }.
deliveries-oldest = The oldest has waited since { $at }.
deliveries-next = Next try: { $at }.
deliveries-failed = { $count ->
    [one] One message was not delivered.
   *[other] { $count } messages were not delivered.
    }
deliveries-kind-create = { $count ->
    [one] one publication
   *[other] { $count } publications
    }
deliveries-kind-update = { $count ->
    [one] one change
   *[other] { $count } changes
    }
deliveries-kind-delete = { $count ->
    [one] one deletion
   *[other] { $count } deletions
    }
deliveries-kind-announce = { $count ->
    [one] one recommendation
   *[other] { $count } recommendations
    }
deliveries-kind-other = { $count ->
    [one] one other message
   *[other] { $count } other messages
    }
deliveries-cause-name = The address cannot be found on the internet.
deliveries-cause-certificate = The site’s certificate is expired or wrong. Whoever runs it has to renew it.
deliveries-cause-slow = The server there answers too slowly or not at all.
deliveries-cause-silent = The server there is off or cannot be reached.
deliveries-cause-broken = The server there reports an error. Whoever runs it has to mend it.
deliveries-cause-refused = The server there does not take our messages. Perhaps we are blocked there.
deliveries-cause-gone = This address no longer exists there.
deliveries-cause-busy = The server there asks for a pause.
deliveries-cause-late = Nothing got through for seven days.
deliveries-cause-ours = The fault is on our side. Please tell the person who looks after our server.
deliveries-cause-other = The reason is not known.
deliveries-technical = For technicians:
deliveries-author-waiting = Not delivered yet: { $names }. We keep trying.
deliveries-author-failed = Not delivered: { $names }. We gave up.
deliveries-more = { $count ->
    [one] one more receiver
   *[other] { $count } more receivers
    }
deliveries-under-way = Something is still on its way.
