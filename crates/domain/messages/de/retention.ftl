# Wie lange etwas behalten wird.
retention-days = { $count ->
    [one] ein Tag
   *[other] { $count } Tage
    }
retention-hours = { $count ->
    [one] eine Stunde
   *[other] { $count } Stunden
    }
retention-minutes = { $count ->
    [one] eine Minute
   *[other] { $count } Minuten
    }
retention-title = Wie lange wir etwas behalten
retention-line = { $what }: { $time }
retention-sessions = Ihre Anmeldung
    .du = Deine Anmeldung
retention-sign-ins = Links und Zahlen zum Anmelden
retention-half-sign-ins = Ein erster Schlüssel, der auf den zweiten wartet
retention-offered-keys = Ein zweiter Schlüssel, den Sie nicht zu Ende einrichten
    .du = Ein zweiter Schlüssel, den du nicht zu Ende einrichtest
retention-challenges = Eine Anmeldung mit Passkey, die nicht zu Ende geht
retention-invitations = Einladungen, die niemand annimmt, mit Name und Adresse
retention-new-addresses = Neue E-Mail-Adressen, die niemand bestätigt
retention-contacts = Nachrichten an Initiativen, die niemand bestätigt
retention-proposals = Vorschläge, die niemand bestätigt
retention-registrations = Anmeldungen zu Terminen, die niemand bestätigt
retention-guests = Antworten ohne Zugang, die niemand bestätigt
retention-sign-ups = Bitten um einen Zugang, die niemand bestätigt
retention-sign-ups-waiting = Bitten um einen Zugang, über die niemand entscheidet
retention-previews = Eine hochgeladene Datei mit Terminen, die noch nicht übernommen ist
retention-trust = Ob Vorschläge eines Postfachs in Ordnung waren, ohne die Adresse, seit dem letzten Vorschlag
retention-reports = Wer einen Hinweis gab, nach der Entscheidung
retention-objections = Was entfernt wurde, warum, und was Sie dagegen sagen
    .du = Was entfernt wurde, warum, und was du dagegen sagst
retention-letters = Briefe an Sie
    .du = Briefe an dich
retention-participations = Wer zu einem Termin kommt, nach dem Termin
retention-votes = Wer bei einer Umfrage abgestimmt hat, nach ihrem Ende
retention-pictures = Bilder, die Sie hochladen und nicht veröffentlichen
    .du = Bilder, die du hochlädst und nicht veröffentlichst
retention-deliveries = Welcher Server was bekam
retention-received = Kennzeichen dessen, was andere Server schicken
retention-visitors = Internet-Adressen (IP-Adressen) von Besucherinnen und Besuchern: gar nicht
retention-published = Termine und Beiträge: bis sie gelöscht werden
retention-accounts = Zugänge: bis sie gelöscht werden
