# The display on a screen in a hallway.
screen-title = Display
screen-link = Show on a screen in the hallway
screen-late = Nothing new arrives at present. Everything here is as of { $when }.
screen-empty = Nothing is entered for the next days.
screen-registration = registration needed
screen-more = Read more: photograph the code with a phone
