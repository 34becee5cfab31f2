# Seiten der Redaktion.
editors-title = Redaktion
editors-back = Zurück zur Redaktion
editors-neighbours = Nachbarn
editors-deliveries = Was bei den Nachbarn ankommt
editors-summary-none = Es gibt noch niemanden, der unsere Nachrichten bekommt.
editors-summary-good = { $count ->
    [one] Ein Empfänger, erreicht.
   *[other] { $count } Empfänger, alle erreicht.
    }
editors-summary-waiting = { $count ->
    [one] Eine Nachricht ist unterwegs.
   *[other] { $count } Nachrichten sind unterwegs.
    }
editors-summary-bad = { $count ->
    [one] Ein Empfänger ist gerade nicht zu erreichen.
   *[other] { $count } Empfänger sind gerade nicht zu erreichen.
    } Es geht nichts verloren: Wir versuchen es sieben Tage lang.
editors-host-good = Alles ist angekommen.
editors-host-good-at = Zuletzt erreicht: { $at }.
editors-host-waiting = { $count ->
    [one] Eine Nachricht wartet.
   *[other] { $count } Nachrichten warten.
    }
editors-host-down = Antwortet seit { $at } nicht.
editors-host-next = Nächster Versuch: { $at }.
editors-host-failed = { $count ->
    [one] Eine Nachricht wurde nicht zugestellt.
   *[other] { $count } Nachrichten wurden nicht zugestellt.
    }
editors-last-error = Letzte Antwort:
editors-retry = Jetzt noch einmal versuchen
editors-drop = Alles an diese Adresse verwerfen
editors-failed = Nicht zugestellt
editors-failed-how = Diese Nachrichten haben wir sieben Tage lang versucht zuzustellen, oder der Empfänger hat sie abgelehnt.
editors-receivers = Wohin ging das?
editors-receivers-how = Diese Seiten haben es bekommen oder bekommen es noch:
editors-delivery-waiting = wartet
editors-delivery-delivered = angekommen { $at }
editors-delivery-failed = nicht zugestellt
editors-drafts = Entwürfe
editors-drafts-none = Kein Entwurf wartet.
editors-drafts-how = Diese Termine kamen aus einem Kalender und sind noch nicht öffentlich.
editors-calendars = Kalender einlesen
editors-calendars-lead = Führt ein Verein schon einen Kalender? Dann müssen Sie nichts abtippen.
editors-calendars-none = Noch wird kein Kalender eingelesen.
editors-calendar-read = Zuletzt gelesen: { $at }
editors-calendar-unread = Noch nicht gelesen
editors-calendar-end = Nicht mehr einlesen
editors-calendar-add = Adresse eines Kalenders eintragen
editors-calendar-url = Adresse
editors-calendar-url-hint = Sie endet meist auf .ics. Wir lesen sie danach regelmäßig. Geänderte Termine ändern sich auch hier.
editors-calendar-publish = Gleich veröffentlichen (sonst als Entwurf)
editors-calendar-add-do = Kalender einlesen
editors-calendar-unreachable = Diese Adresse lässt sich nicht lesen. Bitte prüfen Sie sie im Browser.
editors-upload = Eine Kalenderdatei hochladen
editors-upload-file = Datei
editors-upload-hint = Eine Datei mit der Endung .ics, höchstens 10 MB.
editors-upload-do = Datei einlesen
editors-upload-missing = Bitte wählen Sie eine Datei aus.
editors-import-done = { $new } neu, { $changed } geändert, { $unchanged } unverändert, { $gone } weggefallen.
editors-import-refused = Diese Termine konnten wir nicht übernehmen:
editors-import-line = Zeile { $line }, { $what }: { $why }
editors-accounts = Zugänge
editors-accounts-lead = Wer sich hier anmelden darf. Diese Liste sehen nur Menschen, die Zugänge verwalten.
editors-account-add = Neuen Zugang anlegen
editors-account-name = Name
editors-account-email = E-Mail-Adresse
editors-account-role = Darf
editors-account-add-do = Zugang anlegen
editors-account-taken = Zu dieser E-Mail-Adresse gibt es schon einen Zugang.
editors-role-member = für Initiativen schreiben
editors-role-editor = Redaktion
editors-role-admin = Redaktion und Zugänge verwalten
