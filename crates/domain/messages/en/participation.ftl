# Registrations by the fediverse: form, the event's page, the list for organisers, invitations.
participation-joining = Registration by the fediverse
participation-joining-hint = People with an account at Mobilizon or another network in the fediverse can register there with one click.
participation-joining-none = none
participation-joining-open = open: whoever registers has a seat
participation-joining-by-approval = by approval: you say yes or no to each
participation-capacity = Seats for these registrations
participation-capacity-hint = Leave empty if there is no limit. When all seats are taken there is a waiting list.
participation-how = With an account in the fediverse (at Mobilizon, for example) you can register there.
participation-full = Fully booked
participation-seats = { $count ->
    [one] One seat left
   *[other] { $count } seats left
    }
participation-coming = { $count ->
    [0] No registrations yet
    [one] One registration
   *[other] { $count } registrations
    }
participation-waiting = { $count ->
    [one] One registration is on the waiting list.
   *[other] { $count } registrations are on the waiting list.
    }
participation-title = Registrations and invitations
participation-private = Only you and the editors see this list. It is deleted 14 days after the event. Those who register are not told who else comes.
participation-none = Nobody has registered yet.
participation-table = Download the list (CSV)
participation-since = Since:
participation-asked = { $count ->
    [one] One request waits for your answer
   *[other] { $count } requests wait for your answer
    }
participation-confirmed = { $count ->
    [one] One seat is taken
   *[other] { $count } seats are taken
    }
participation-queued = { $count ->
    [one] Waiting list: one registration
   *[other] Waiting list: { $count } registrations
    }
participation-invited = { $count ->
    [one] One invitation without an answer
   *[other] { $count } invitations without an answer
    }
participation-declined = { $count ->
    [one] Turned away by you: one
   *[other] Turned away by you: { $count }
    }
participation-state-asked = waits for approval
participation-state-confirmed = has a seat
participation-state-queued = on the waiting list
participation-state-invited = invited
participation-state-declined = turned away
participation-confirm = Say yes
participation-confirm-after-all = Say yes after all
participation-decline = Say no
participation-remove = Take off the list
participation-uninvite = Take the invitation back
participation-invitations = Invitations
participation-invitations-how = Organisers in the neighbourhood invite your { word } or an initiative to their events.
participation-invitations-none = No invitation is open at present.
participation-invites = { $organiser } invites { $who }
participation-invitation-yes = Say yes
participation-invitation-no = Say no
participation-notice-confirmed = Approved. The message is on its way.
participation-notice-queued = No seat is free: the registration is now on the waiting list.
participation-notice-declined = Taken off the list. The message is on its way.
participation-notice-invitation-accepted = You said yes.
participation-notice-invitation-declined = You said no.
participation-refused = { $count ->
    [one] One invitation was declined
   *[other] { $count } invitations were declined
    }
participation-state-refused = invitation declined
participation-by-invitation = At your invitation.
participation-invite = Invite somebody
participation-invite-how = The invitation goes to this person’s or group’s account in the fediverse. Their answer then appears here.
participation-invite-address = Address in the fediverse
participation-invite-hint = For example anna@mobilizon.example.
participation-invite-do = Invite
participation-invite-form = An address looks like this: anna@mobilizon.example
participation-invite-own = This address belongs to our { word }. You can only invite those whose account is elsewhere.
participation-invite-unreachable = We cannot find this address. Please check it or try again later.
participation-invite-listed = This address has been invited or is registered already.
participation-invite-closed = The event is over or cancelled.
participation-notice-invited = The invitation is on its way.
participation-together = We are coming too
participation-together-how = Register the { word } or an initiative with the organisers.
participation-together-who = Who is coming?
participation-together-message = Message to the organisers (optional)
participation-together-do = We are coming too
participation-together-leave = Not coming after all
participation-ours-asked = { $who } has asked. The organisers have not answered yet.
participation-ours-confirmed = { $who } is coming.
participation-ours-queued = { $who } is on the waiting list.
participation-ours-declined = { $who }: the organisers said no.
participation-ours-invited = { $who } is invited.
participation-notice-joined = Asked. The organisers’ answer appears here as soon as it arrives.
participation-notice-left = Deregistered. The message is on its way.
participation-notice-closed = Nobody can register here any more.
participation-answer = Answer
