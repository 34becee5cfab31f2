# Der eigene Zugang: Name, Adresse, Anmeldungen, Profil, Abschied.
account-title = Mein Zugang
account-language = Sprache unserer Briefe an Sie
    .du = Sprache unserer Briefe an dich
account-keep = Speichern
account-address = E-Mail-Adresse
account-address-new = Neue E-Mail-Adresse
account-address-hint = Wir schicken einen Link dorthin. Erst wenn Sie ihn öffnen, gilt die neue Adresse.
    .du = Wir schicken einen Link dorthin. Erst wenn du ihn öffnest, gilt die neue Adresse.
account-address-do = Link schicken
account-address-title = Neue E-Mail-Adresse
account-address-lead = Ein Klick noch, dann gilt diese Adresse für Ihren Zugang.
    .du = Ein Klick noch, dann gilt diese Adresse für deinen Zugang.
account-address-confirm = Neue Adresse bestätigen
account-address-late = Dieser Link gilt nicht mehr
account-address-late-how = Er wurde schon benutzt oder ist älter als ein Tag. Sie können die Adresse noch einmal eintragen.
    .du = Er wurde schon benutzt oder ist älter als ein Tag. Du kannst die Adresse noch einmal eintragen.
account-sessions = Wo Sie angemeldet sind
    .du = Wo du angemeldet bist
account-session = { $what }, seit { $day }
account-session-unknown = Unbekanntes Gerät
account-session-here = dieses Gerät
account-sessions-others = Alle anderen abmelden
account-profile = Öffentliches Profil
account-profile-off = Niemand sieht, dass Sie hier einen Zugang haben.
    .du = Niemand sieht, dass du hier einen Zugang hast.
account-reader = Mit diesem Zugang lesen Sie und schlagen vor. Möchten Sie selbst schreiben? Fragen Sie die Redaktion oder eine Initiative.
    .du = Mit diesem Zugang liest du und schlägst vor. Möchtest du selbst schreiben? Frage die Redaktion oder eine Initiative.
account-profile-on = Alle können Ihr Profil sehen und ihm folgen:
    .du = Alle können dein Profil sehen und ihm folgen:
account-profile-do = Öffentliches Profil einschalten
account-profile-what = Dann steht Ihr Name öffentlich hier, und Menschen aus dem Fediverse können Ihnen folgen.
    .du = Dann steht dein Name öffentlich hier, und Menschen aus dem Fediverse können dir folgen.
account-profile-off-do = Profil löschen
account-profile-off-title = Öffentliches Profil löschen?
account-profile-off-consequence = Ihr Profil und alles, was Sie in seinem Namen geschrieben haben, wird gelöscht. Alle Empfänger werden gebeten, es auch zu tun.
    .du = Dein Profil und alles, was du in seinem Namen geschrieben hast, wird gelöscht. Alle Empfänger werden gebeten, es auch zu tun.
account-handle = Kurzname
account-handle-hint = Kleine Buchstaben, Ziffern und Unterstriche. Er lässt sich nicht ändern und wird nie wieder vergeben.
account-handle-form = Dieser Kurzname geht nicht.
account-take = Mitnehmen
account-export-what = Eine Datei mit allem, was hier von Ihnen ist: Ihre Angaben, Termine, Beiträge und Bilder.
    .du = Eine Datei mit allem, was hier von dir ist: deine Angaben, Termine, Beiträge und Bilder.
account-export-do = Alles herunterladen
account-export-readme = In dieser Datei ist alles, was von Ihnen war, als Sie sie heruntergeladen haben.
    account.json: Ihre Angaben. actor.json: Ihr öffentliches Profil. outbox.json: Termine und Beiträge. media: Bilder.
    In einem anderen Quartier nehmen Sie die Datei unter „Mein Zugang“, „Mitgebrachtes einfügen“ wieder auf.
    .du = In dieser Datei ist alles, was von dir war, als du sie heruntergeladen hast.
        account.json: deine Angaben. actor.json: dein öffentliches Profil. outbox.json: Termine und Beiträge. media: Bilder.
        In einem anderen Quartier nimmst du die Datei unter „Mein Zugang“, „Mitgebrachtes einfügen“ wieder auf.
account-import-title = Mitgebrachtes einfügen
account-import-lead = Sie haben eine Datei aus einem anderen Quartier? Dann stehen Ihre Termine und Beiträge von dort bald auch hier.
    .du = Du hast eine Datei aus einem anderen Quartier? Dann stehen deine Termine und Beiträge von dort bald auch hier.
account-import-file = Datei
account-import-hint = Sie endet auf .tar.gz und ist höchstens 50 MB groß.
account-import-public = Was Sie einfügen, ist hier öffentlich, mit dem Datum von damals. Niemand bekommt eine Nachricht davon.
    .du = Was du einfügst, ist hier öffentlich, mit dem Datum von damals. Niemand bekommt eine Nachricht davon.
account-import-do = Einfügen
account-import-missing = Bitte wählen Sie eine Datei aus.
    .du = Bitte wähle eine Datei aus.
account-import-damaged = Diese Datei lässt sich nicht lesen. Ist es die, die Sie heruntergeladen haben?
    .du = Diese Datei lässt sich nicht lesen. Ist es die, die du heruntergeladen hast?
account-import-profile = Dafür brauchen Sie hier ein öffentliches Profil.
    .du = Dafür brauchst du hier ein öffentliches Profil.
account-import-new = { $count ->
    [0] Es gab nichts Neues.
    [one] Ein Eintrag steht jetzt hier.
   *[other] { $count } Einträge stehen jetzt hier.
    }
account-import-known = { $count ->
    [one] Einer war schon da.
   *[other] { $count } waren schon da.
    }
account-import-left-out = { $count ->
    [one] Einer ließ sich nicht übernehmen.
   *[other] { $count } ließen sich nicht übernehmen.
    }
account-leave = Zugang löschen
account-leave-title = Zugang löschen?
account-leave-consequence = Ihr Zugang, Ihr Profil und was Sie in seinem Namen geschrieben haben werden gelöscht. Was Sie für eine Initiative geschrieben haben, bleibt.
    .du = Dein Zugang, dein Profil und was du in seinem Namen geschrieben hast, werden gelöscht. Was du für eine Initiative geschrieben hast, bleibt.
account-notice-kept = Gespeichert.
account-notice-signed-out = Dort sind Sie jetzt abgemeldet.
    .du = Dort bist du jetzt abgemeldet.
account-notice-profile-on = Ihr Profil ist öffentlich.
    .du = Dein Profil ist öffentlich.
account-notice-profile-off = Ihr Profil ist gelöscht. Alle Empfänger werden gebeten, es auch zu löschen.
    .du = Dein Profil ist gelöscht. Alle Empfänger werden gebeten, es auch zu löschen.
account-notice-new-address = Bitte sehen Sie in Ihr neues Postfach und öffnen Sie den Link.
    .du = Bitte sieh in dein neues Postfach und öffne den Link.
account-notice-address-changed = Die neue Adresse gilt. An die alte haben wir einen Brief geschickt.
account-notice-gone = Ihr Zugang ist gelöscht.
    .du = Dein Zugang ist gelöscht.
account-letter-new = Sie möchten diese Adresse für Ihren Zugang benutzen. Bitte öffnen Sie diesen Link. Er gilt einen Tag und nur ein Mal:
    .du = Du möchtest diese Adresse für deinen Zugang benutzen. Bitte öffne diesen Link. Er gilt einen Tag und nur ein Mal:
account-letter-not-you = Sie waren das nicht? Dann tun Sie einfach nichts.
    .du = Du warst das nicht? Dann tu einfach nichts.
account-letter-changed = Ihr Zugang hat jetzt eine andere E-Mail-Adresse.
    .du = Dein Zugang hat jetzt eine andere E-Mail-Adresse.
account-letter-changed-not-you = Sie waren das nicht? Schreiben Sie gleich der Redaktion.
    .du = Du warst das nicht? Schreib gleich der Redaktion.
account-letters = Schicken Sie mir einen Brief, wenn etwas auf die Redaktion wartet (höchstens einen am Tag)
    .du = Schick mir einen Brief, wenn etwas auf die Redaktion wartet (höchstens einen am Tag)
