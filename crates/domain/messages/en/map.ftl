# The map.
map-title = Map
map-lead = This map comes from our own server. Nobody else learns what you look at.
map-places = Places
map-events = Events of the next 14 days
map-list = What is on the map
map-empty = There is nothing here yet.
map-steps = Move the map
map-nearer = nearer
map-farther = farther
map-north = to the north
map-east = to the east
map-south = to the south
map-west = to the west
map-metres = { $number } m
map-kilometres = { $number } km
