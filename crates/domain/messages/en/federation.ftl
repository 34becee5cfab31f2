# Short notices to other servers when an event changes.
federation-cancelled = Cancelled: { $name } ({ $when }).
federation-postponed = Postponed: { $name } ({ $when }) takes place on another day. The new date is to follow.
federation-online = Now online: { $name } ({ $when }).
federation-certain = Confirmed: { $name } ({ $when }).
federation-tentative = Not sure yet: { $name } ({ $when }).
federation-takes-place = Takes place after all: { $name } ({ $when }).
federation-moved = Postponed: { $name }. New date: { $when }.
federation-new-place = New place: { $name } is now here: { $place }.
federation-more = More about it
