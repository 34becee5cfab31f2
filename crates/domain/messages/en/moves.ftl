# Neighbours that moved.
moves-open = Neighbours that moved
moves-how = A neighbour can now be found at another address. If you go along, its events come from there. What is here already stays.
moves-words = { $name } moved to { $address }. The new address confirms it.
moves-at = Reported: { $at }
moves-accept = Take the neighbourhood there
moves-stay = Stay with the old address
moves-notice-followed = The neighbourhood goes along. The invitation to the new address is on its way.
moves-notice-stayed = The old address stays.
moves-notice-blocked = The new address is blocked here.
