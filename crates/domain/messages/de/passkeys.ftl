# Passkeys: Schlüssel, die ein Gerät aufbewahrt.
passkeys-title = Passkeys
passkeys-manage = Passkeys verwalten
passkeys-sign-in = Mit Passkey anmelden
passkeys-script = Passkeys brauchen JavaScript. Der Link per E-Mail geht überall.
passkeys-lead = Ein Passkey ist ein Schlüssel, den Ihr Gerät aufbewahrt. Sie melden sich mit Finger, Gesicht oder der PIN des Geräts an, ohne Brief und ohne zweiten Schlüssel.
    .du = Ein Passkey ist ein Schlüssel, den dein Gerät aufbewahrt. Du meldest dich mit Finger, Gesicht oder der PIN des Geräts an, ohne Brief und ohne zweiten Schlüssel.
passkeys-none = Sie haben noch keinen Passkey.
    .du = Du hast noch keinen Passkey.
passkeys-count = { $count ->
    [0] Sie haben keinen. Mit einem Passkey melden Sie sich ohne Brief an.
    [one] Sie haben einen Passkey.
   *[other] Sie haben { $count } Passkeys.
    }
    .du = { $count ->
        [0] Du hast keinen. Mit einem Passkey meldest du dich ohne Brief an.
        [one] Du hast einen Passkey.
       *[other] Du hast { $count } Passkeys.
        }
passkeys-used = seit { $since }, zuletzt am { $day }
passkeys-unused = seit { $since }, noch nicht benutzt
passkeys-add = Dieses Gerät hinzufügen
passkeys-name = Name des Geräts
passkeys-name-hint = Daran erkennen Sie es in der Liste, zum Beispiel „Mein Telefon“.
    .du = Daran erkennst du es in der Liste, zum Beispiel „Mein Telefon“.
passkeys-add-do = Passkey anlegen
passkeys-remove = Entfernen
passkeys-failed = Das hat nicht geklappt. Versuchen Sie es noch einmal, oder lassen Sie sich einen Link schicken.
    .du = Das hat nicht geklappt. Versuche es noch einmal, oder lass dir einen Link schicken.
passkeys-refused = Das hat mit diesem Passkey nicht geklappt. Versuchen Sie es noch einmal, oder lassen Sie sich einen Link schicken.
    .du = Das hat mit diesem Passkey nicht geklappt. Versuche es noch einmal, oder lass dir einen Link schicken.
passkeys-known = Diesen Passkey gibt es hier schon.
passkeys-many = Mehr als zehn Passkeys gehen nicht. Bitte entfernen Sie erst einen.
    .du = Mehr als zehn Passkeys gehen nicht. Bitte entferne erst einen.
passkeys-notice-added = Der Passkey ist angelegt. Ein Brief ist unterwegs.
passkeys-notice-removed = Der Passkey gilt nicht mehr. Überall sonst sind Sie abgemeldet, und ein Brief ist unterwegs. Löschen Sie ihn bitte auch auf dem Gerät.
    .du = Der Passkey gilt nicht mehr. Überall sonst bist du abgemeldet, und ein Brief ist unterwegs. Lösche ihn bitte auch auf dem Gerät.
passkeys-letter-added = Ihr Zugang hat einen neuen Passkey.
    .du = Dein Zugang hat einen neuen Passkey.
passkeys-letter-removed = Ihr Zugang hat einen Passkey weniger. Überall sonst sind Sie abgemeldet.
    .du = Dein Zugang hat einen Passkey weniger. Überall sonst bist du abgemeldet.
