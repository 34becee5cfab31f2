# Die Karte.
map-title = Karte
map-lead = Diese Karte kommt von unserem eigenen Server. Kein anderer erfährt, was Sie sich ansehen.
    .du = Diese Karte kommt von unserem eigenen Server. Kein anderer erfährt, was du dir ansiehst.
map-places = Orte
map-events = Termine der nächsten 14 Tage
map-list = Was auf der Karte steht
map-empty = Hier ist noch nichts eingetragen.
map-steps = Karte bewegen
map-nearer = näher
map-farther = weiter weg
map-north = nach Norden
map-east = nach Osten
map-south = nach Süden
map-west = nach Westen
map-metres = { $number } m
map-kilometres = { $number } km
