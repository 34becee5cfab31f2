# The next two weeks to take along.
offline-title = Events to take along
offline-lead = All events of the next two weeks on one page.
offline-how = You can print or save this page. Many phones and computers can also keep it themselves: then you see the events without a network. This only happens if you switch it on here.
offline-keep = Keep on this device
offline-kept = The events are now on this device. With a network they renew themselves.
offline-failed = That did not work. Please try another browser, or print the page.
offline-drop = Remove from this device
offline-dropped = The events are removed from this device.
offline-away = You have no network at the moment. You see the events that lie on this device. Links work again with a network.
offline-empty = Nothing is entered for the next two weeks.
offline-link = To take along, also without a network
