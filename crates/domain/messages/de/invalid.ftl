# Was an einer Eingabe nicht stimmt; steht neben dem Feld.
invalid-title-short = Bitte geben Sie einen Titel mit mindestens 3 Zeichen ein.
invalid-title-long = Der Titel ist zu lang. Er darf höchstens 200 Zeichen haben.
invalid-end-before-start = Das Ende liegt nicht nach dem Beginn. Bitte prüfen Sie Tag und Uhrzeit.
invalid-event-long = Eine Veranstaltung darf höchstens 400 Tage dauern.
invalid-date = Dieses Datum gibt es nicht. Bitte schreiben Sie es so: 2026-12-05.
invalid-time = Diese Uhrzeit gibt es nicht. Bitte schreiben Sie sie so: 15:00.
invalid-timezone = Diese Zeitzone ist hier nicht bekannt.
invalid-doors-late = Der Einlass liegt nach dem Beginn.
invalid-too-long = Der Text ist zu lang.
invalid-post-empty = Bitte schreiben Sie einen Text.
invalid-link = Das ist keine vollständige Internet-Adresse. Sie beginnt mit https://.
invalid-email = Das ist keine E-Mail-Adresse.
invalid-speaker = In diesem Namen dürfen Sie nicht schreiben.
invalid-name-short = Bitte geben Sie einen Namen ein.
invalid-handle-taken = Dieser Kurzname ist schon vergeben. Ein Kurzname wird nie ein zweites Mal vergeben.
invalid-moment = Bitte geben Sie den Zeitpunkt mit Abstand zur Weltzeit an, zum Beispiel 2026-12-05T15:00:00+01:00.
invalid-seats = Bitte geben Sie eine Zahl zwischen 1 und 10000 ein oder lassen Sie das Feld leer.
