# Passkeys: keys that a device holds.
passkeys-title = Passkeys
passkeys-manage = Manage passkeys
passkeys-sign-in = Sign in with a passkey
passkeys-script = Passkeys need JavaScript. The link by e-mail works everywhere.
passkeys-lead = A passkey is a key that your device holds. You sign in with a finger, your face or the PIN of the device, without a letter and without a second key.
passkeys-none = You have no passkey yet.
passkeys-count = { $count ->
    [0] You have none. With a passkey you sign in without a letter.
    [one] You have one passkey.
   *[other] You have { $count } passkeys.
    }
passkeys-used = since { $since }, last on { $day }
passkeys-unused = since { $since }, not used yet
passkeys-add = Add this device
passkeys-name = Name of the device
passkeys-name-hint = By this you know it in the list, for example “My telephone”.
passkeys-add-do = Make a passkey
passkeys-remove = Remove
passkeys-failed = That did not work. Try once more, or have a link sent to you.
passkeys-refused = That did not work with this passkey. Try once more, or have a link sent to you.
passkeys-known = This passkey is here already.
passkeys-many = More than ten passkeys are not possible. Please remove one first.
passkeys-notice-added = The passkey is made. A letter is on its way.
passkeys-notice-removed = The passkey is good no longer. You are signed out everywhere else, and a letter is on its way. Please delete it on the device, too.
passkeys-letter-added = Your account has a new passkey.
passkeys-letter-removed = Your account has one passkey less. You are signed out everywhere else.
