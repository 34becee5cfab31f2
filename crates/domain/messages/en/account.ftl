# One's own account: name, address, sessions, profile, leaving.
account-title = My account
account-language = Language of our letters to you
account-keep = Save
account-address = E-mail address
account-address-new = New e-mail address
account-address-hint = We send a link there. The new address counts once you open it.
account-address-do = Send link
account-address-title = New e-mail address
account-address-lead = One more click, then this address counts for your account.
account-address-confirm = Confirm new address
account-address-late = This link is good no longer
account-address-late-how = It was used, or is older than a day. You can enter the address again.
account-sessions = Where you are signed in
account-session = { $what }, since { $day }
account-session-unknown = Unknown device
account-session-here = this device
account-sessions-others = Sign out everywhere else
account-profile = Public profile
account-profile-off = Nobody sees that you have an account here.
account-reader = With this account you read and suggest. You want to write yourself? Ask the editorial team or an initiative.
account-profile-on = Everyone can see your profile and follow it:
account-profile-do = Switch on a public profile
account-profile-what = Then your name stands here in public, and people in the fediverse can follow you.
account-profile-off-do = Delete profile
account-profile-off-title = Delete your public profile?
account-profile-off-consequence = Your profile and all that you wrote in its name is deleted. Everyone who got it is asked to do the same.
account-handle = Short name
account-handle-hint = Small letters, digits and underscores. It cannot be changed and is never given again.
account-handle-form = This short name cannot be used.
account-take = Take along
account-export-what = One file with everything of yours that is here: your details, events, posts and pictures.
account-export-do = Download everything
account-export-readme = This file holds everything that was yours when you downloaded it.
    account.json: your details. actor.json: your public profile. outbox.json: events and posts. media: pictures.
    In another quarter you add the file at “My account”, “Add what you brought along”.
account-import-title = Add what you brought along
account-import-lead = Do you have a file from another quarter? Then your events and posts from there will soon be here, too.
account-import-file = File
account-import-hint = It ends in .tar.gz and has 50 MB at most.
account-import-public = What you add is public here, with its date of then. Nobody is sent word of it.
account-import-do = Add
account-import-missing = Please choose a file.
account-import-damaged = This file cannot be read. Is it the one that you downloaded?
account-import-profile = For this you need a public profile here.
account-import-new = { $count ->
    [0] There was nothing new.
    [one] One entry is here now.
   *[other] { $count } entries are here now.
    }
account-import-known = { $count ->
    [one] One was here already.
   *[other] { $count } were here already.
    }
account-import-left-out = { $count ->
    [one] One could not be taken over.
   *[other] { $count } could not be taken over.
    }
account-leave = Delete my account
account-leave-title = Delete your account?
account-leave-consequence = Your account, your profile and what you wrote in its name are deleted. What you wrote for an initiative stays.
account-notice-kept = Saved.
account-notice-signed-out = You are signed out there now.
account-notice-profile-on = Your profile is public.
account-notice-profile-off = Your profile is deleted. Everyone who got it is asked to delete it too.
account-notice-new-address = Please look into your new mailbox and open the link.
account-notice-address-changed = The new address counts. We sent a letter to the old one.
account-notice-gone = Your account is deleted.
account-letter-new = You want to use this address for your account. Please open this link. It is good for a day, once:
account-letter-not-you = That was not you? Then simply do nothing.
account-letter-changed = Your account has another e-mail address now.
account-letter-changed-not-you = That was not you? Write to the editorial team at once.
account-letters = Send me a letter when something is waiting for the editorial team (one a day at most)
