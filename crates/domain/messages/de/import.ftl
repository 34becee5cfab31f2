# Warum etwas aus einer Kalenderdatei nicht übernommen wurde; steht neben Zeile und Titel.
import-no-calendar = Das ist keine Kalenderdatei. Sie beginnt mit BEGIN:VCALENDAR.
import-file-large = Die Datei ist zu groß. Sie darf höchstens 10 MB haben.
import-events-many = Die Datei hat mehr als 10.000 Termine. Ab hier wurde nichts mehr gelesen.
import-items-many = Mit allen Wiederholungen sind es mehr als 10.000 Termine. Ab hier wurde nichts mehr übernommen.
import-unfinished = Der Termin hört mitten drin auf. Die Zeile END:VEVENT fehlt.
import-title = Der Titel fehlt oder ist kürzer als 3 Zeichen.
import-start-missing = Der Beginn fehlt.
import-date = Dieses Datum oder diese Uhrzeit gibt es nicht.
import-date-range = Das Datum liegt nicht zwischen 1970 und 2100.
import-timezone = Diese Zeitzone ist hier nicht bekannt.
import-duration = Diese Dauer ist nicht lesbar.
import-end-before-start = Das Ende liegt vor dem Beginn.
import-event-long = Der Termin dauert länger als 400 Tage.
import-private = Der Termin ist als privat oder vertraulich gekennzeichnet.
import-uid-long = Die Kennung (UID) ist länger als 500 Zeichen.
import-duplicate = Einen anderen Termin mit derselben Kennung (UID) gibt es in dieser Datei schon.
import-rule = Die Regel der Wiederholung ist nicht lesbar.
import-rule-frequent = Der Termin wiederholt sich öfter als einmal am Tag.
import-rule-clock = Die Wiederholung nennt mehrere Uhrzeiten am Tag. Bitte legen Sie dafür mehrere Reihen an.
    .du = Die Wiederholung nennt mehrere Uhrzeiten am Tag. Bitte lege dafür mehrere Reihen an.
import-rule-unknown = Diese Art der Wiederholung ist hier nicht bekannt.
import-rule-never = Die Regel der Wiederholung passt auf keinen Tag.
import-rule-long = Die Reihe hat mehr als 730 Termine.
import-dates-many = Die Reihe nennt mehr als 2.000 einzelne Tage.
import-only-once = Übernommen, aber nur für diesen einen Tag. Die Änderung galt auch für alle späteren Termine der Reihe.
import-effort = Die Wiederholungen dieser Datei sind zu aufwendig. Ab hier wurde keine Reihe mehr gelesen.
import-not-valid = Diese Angaben passen nicht zusammen.
import-row = Diese Zeile ist kein vollständiger Termin.
import-time = Diese Uhrzeit ist nicht lesbar.
import-weekday = Der Wochentag passt nicht zum Datum.
import-no-table = Das ist keine Tabelle mit mehreren Spalten.
import-elsewhere = Diese Adresse liegt auf einem anderen Server und wurde nicht gelesen.
import-pages-many = Die Quelle hat zu viele Seiten. Ab hier wurde nichts mehr gelesen.
import-page-unknown = Unter dieser Adresse stehen keine Termine.

# Was man dagegen tun kann.
import-mend-date = Schreiben Sie das Datum so: 5.12.2026.
    .du = Schreib das Datum so: 5.12.2026.
import-mend-time = Schreiben Sie die Uhrzeit so: 15:00 oder 15–17 Uhr.
    .du = Schreib die Uhrzeit so: 15:00 oder 15–17 Uhr.
import-mend-end = Prüfen Sie Beginn und Ende in Ihrer Datei.
    .du = Prüf Beginn und Ende in deiner Datei.
import-mend-title = Geben Sie dem Termin einen Titel mit mindestens 3 Zeichen.
    .du = Gib dem Termin einen Titel mit mindestens 3 Zeichen.
import-mend-private = Stellen Sie den Termin in Ihrem Kalender auf öffentlich.
    .du = Stell den Termin in deinem Kalender auf öffentlich.
import-mend-timezone = Stellen Sie den Termin in Ihrem Kalender auf Ihre eigene Zeitzone.
    .du = Stell den Termin in deinem Kalender auf deine eigene Zeitzone.
import-mend-uid = Legen Sie den Termin in Ihrem Kalender neu an.
    .du = Leg den Termin in deinem Kalender neu an.
import-mend-file = Speichern Sie die Datei noch einmal, als Kalender (.ics) oder als Tabelle (.csv).
    .du = Speichere die Datei noch einmal, als Kalender (.ics) oder als Tabelle (.csv).
import-mend-large = Teilen Sie die Datei, zum Beispiel nach Jahren.
    .du = Teil die Datei, zum Beispiel nach Jahren.
import-mend-rule = Tragen Sie diese Termine einzeln ein.
    .du = Trag diese Termine einzeln ein.
import-mend-safety = Ändern Sie den Termin hier von Hand. Die Redaktion liest ihn dann.
    .du = Ändere den Termin hier von Hand. Die Redaktion liest ihn dann.
import-mend-other = Tragen Sie diesen Termin von Hand ein.
    .du = Trag diesen Termin von Hand ein.

# Die Seite, auf der man eine Datei hochlädt.
import-title-page = Viele Termine auf einmal
import-file-lead = Sie haben Ihre Termine schon im Kalender oder in einer Tabelle? Dann laden Sie die Datei hier hoch.
    .du = Du hast deine Termine schon im Kalender oder in einer Tabelle? Dann lad die Datei hier hoch.
import-file-hint = Ein Kalender (.ics) oder eine Tabelle (.csv), höchstens 10 MB.
import-text = Oder den Inhalt einfügen
import-text-hint = Kopieren Sie die Zeilen aus Ihrer Tabelle hierher, mit den Überschriften.
    .du = Kopiere die Zeilen aus deiner Tabelle hierher, mit den Überschriften.
import-pasted = Eingefügter Text
import-show = Termine ansehen
import-nothing-yet = Noch wird nichts veröffentlicht. Sie sehen zuerst, was übernommen würde.
    .du = Noch wird nichts veröffentlicht. Du siehst zuerst, was übernommen würde.
import-help = Wie komme ich an die Datei?
import-help-outlook = Outlook: Datei, Kalender speichern. Oder Datei, Öffnen und Exportieren, Importieren/Exportieren, In Datei exportieren, CSV.
import-help-google = Google Kalender: Einstellungen, Importieren & Exportieren, Exportieren. In der heruntergeladenen ZIP-Datei liegt die Datei mit der Endung .ics.
import-help-table = Excel oder LibreOffice: Speichern unter, CSV. Die erste Zeile enthält die Überschriften, zum Beispiel: Titel, Datum, Uhrzeit, Ort.

# Die Vorschau.
import-preview-title = Diese Termine würden übernommen
import-another = Eine andere Datei
import-goes = Neue Termine stehen sofort auf der Seite.
import-waits = Neue Termine sieht zuerst die Redaktion.
import-nothing = In dieser Datei ist nichts, das noch übernommen werden müsste.
import-take = { $count ->
    [one] Einen Termin übernehmen
   *[other] { $count } Termine übernehmen
    }
import-rows = Termin für Termin
import-more = { $count ->
    [one] Ein weiterer Termin ist hier nicht gezeigt und wird auch übernommen.
   *[other] { $count } weitere Termine sind hier nicht gezeigt und werden auch übernommen.
    }
import-fate-new = neu
import-fate-changed = geändert
import-fate-unchanged = unverändert
import-fate-declined = hier abgelehnt oder gelöscht, kommt nicht wieder
import-fate-twin = steht schon hier
import-count-new = { $count ->
    [one] Ein Termin ist neu.
   *[other] { $count } Termine sind neu.
    }
import-count-changed = { $count ->
    [one] Ein Termin ist geändert.
   *[other] { $count } Termine sind geändert.
    }
import-count-unchanged = { $count ->
    [one] Ein Termin ist unverändert.
   *[other] { $count } Termine sind unverändert.
    }
import-count-gone = { $count ->
    [one] Ein Termin steht nicht mehr in der Quelle. Steht er noch bevor, fällt er aus.
   *[other] { $count } Termine stehen nicht mehr in der Quelle. Was davon noch bevorsteht, fällt aus.
    }
import-count-twin = { $count ->
    [one] Ein Termin steht schon hier.
   *[other] { $count } Termine stehen schon hier.
    }
import-count-declined = { $count ->
    [one] Ein Termin wurde hier abgelehnt oder gelöscht und kommt nicht wieder.
   *[other] { $count } Termine wurden hier abgelehnt oder gelöscht und kommen nicht wieder.
    }
import-count-refused = { $count ->
    [one] Ein Termin ist nicht lesbar.
   *[other] { $count } Termine sind nicht lesbar.
    }
import-count-none = Keine Termine.

# Die Spalten einer Tabelle.
import-columns = Welche Spalte bedeutet was?
import-columns-lead = So haben wir die Überschriften verstanden. Ändern Sie, was nicht stimmt.
    .du = So haben wir die Überschriften verstanden. Ändere, was nicht stimmt.
import-columns-do = Spalten so verwenden
import-column-none = nicht verwenden
import-column-example = Zum Beispiel:
import-column-title = Titel
import-column-start = Beginn: Datum, auch mit Uhrzeit
import-column-time = Uhrzeit
import-column-end = Ende: Datum oder Uhrzeit
import-column-end-time = Uhrzeit des Endes
import-column-all-day = Ganztägig
import-column-doors = Einlass
import-column-place = Ort
import-column-street = Straße
import-column-postal-code = Postleitzahl
import-column-town = Stadt
import-column-latitude = Breitengrad
import-column-longitude = Längengrad
import-column-content = Beschreibung
import-column-short = Kurztext
import-column-category = Thema
import-column-tags = Schlagworte
import-column-price = Kosten
import-column-registration = Anmeldung
import-column-contact = Ansprechperson
import-column-audience = Zielgruppe
import-column-languages = Sprachen
import-column-link = Webseite
import-column-online = Adresse im Netz zum Teilnehmen
import-column-status = Findet statt oder fällt aus
import-column-uid = Kennung

# Während und nach dem Übernehmen.
import-done-title = Termine übernehmen
import-progress = { $done } von { $total } übernommen
import-wait = Das dauert einen Moment. Die Seite lädt von selbst neu.
import-went = Die neuen Termine stehen jetzt auf der Seite.
import-to-events = Zu den Terminen

# Was Menschen an einem übernommenen Termin geändert haben.
import-kept-title = Von Ihnen geändert
    .du = Von dir geändert
import-kept-lead = Dieser Termin kommt aus { $source }. Was hier steht, bleibt so, auch wenn die Quelle etwas anderes sagt:
import-kept-follow = Wieder von der Quelle übernehmen
import-notice-followed = Diese Angabe folgt wieder der Quelle.
import-field-name = Titel
import-field-when = Zeit
import-field-status = Findet statt oder fällt aus
import-field-place = Ort
import-field-online = Adresse im Netz
import-field-short = Kurztext
import-field-content = Beschreibung
import-field-plain = Einfache Sprache
import-field-category = Thema
import-field-price = Kosten
import-field-registration = Anmeldung
import-field-contact = Ansprechperson
import-field-access = Zugang und Barrieren
import-field-languages = Sprachen
import-field-audience = Zielgruppe
import-field-link = Webseite
import-field-tags = Schlagworte
