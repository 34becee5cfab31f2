# Die Warteschlange der Redaktion: Vorschläge, Antworten und Entwürfe.
queue-title = Wartet auf Sie
    .du = Wartet auf dich
queue-lead = Das Älteste steht oben.
queue-count = { $count ->
    [0] Nichts wartet.
    [one] Ein Eintrag wartet.
   *[other] { $count } Einträge warten.
    }
queue-post = Beitrag
queue-event = Termin
queue-draft = Entwurf
queue-suspicious = Sieht nach Werbung aus: Links, Bilder oder viele Namen von jemandem, der hier neu ist.
queue-original = Dort ansehen
queue-approve = Freigeben
queue-change = Ändern
queue-decline = Ablehnen
queue-why = Warum?
queue-why-needed = Bitte wählen Sie einen Grund oder schreiben Sie einen.
    .du = Bitte wähle einen Grund oder schreib einen.
queue-why-double = Das steht schon da.
queue-why-missing = Es fehlt: Tag, Ort oder wen man fragen kann.
queue-why-advertising = Das ist Werbung.
queue-why-elsewhere = Das gehört nicht in { word-our-object }.
queue-why-rude = Das verletzt jemanden oder ist verboten.
queue-why-own = In eigenen Worten
queue-elsewhere = Das wartet auch
queue-by-server = Nach Absendern geordnet
queue-notice-decided-already = Das hat schon jemand entschieden.
queue-draft-post = Entwurf eines Beitrags
queue-sensitive = Klingt nach einer Straftat oder nach Verdächtigen. Bitte lesen Sie genau: Steht da nur, was jemand selbst gesehen hat?
    .du = Klingt nach einer Straftat oder nach Verdächtigen. Bitte lies genau: Steht da nur, was jemand selbst gesehen hat?
queue-written-by = Geschrieben von { $name }
queue-notice-waits = Danke. Die Redaktion liest das zuerst. Sie bekommen einen Brief, sobald sie entschieden hat.
    .du = Danke. Die Redaktion liest das zuerst. Du bekommst einen Brief, sobald sie entschieden hat.
queue-proposal-event = Vorschlag: Termin
queue-proposal-post = Vorschlag: Beitrag
queue-alike = So etwas steht schon auf dem Brett:
queue-picture = Bild:
queue-first-yes = { $name } hat zugestimmt, eine zweite Person fehlt.
queue-take-back = Zustimmung zurücknehmen
queue-notice-first-yes = Ihre Zustimmung ist notiert. Eine zweite Person fehlt.
    .du = Deine Zustimmung ist notiert. Eine zweite Person fehlt.
queue-notice-taken-back = Ihre Zustimmung ist zurückgenommen.
    .du = Deine Zustimmung ist zurückgenommen.
queue-covered = Vertretung: Der letzte Brief ging { $at } hinaus, mit { $number } Einträgen.
queue-letter-subject = { $count ->
    [one] Es wartet etwas: 1 Eintrag
   *[other] Es wartet etwas: { $count } Einträge
    }
queue-letter-waits = { $count ->
    [one] Ein Eintrag wartet auf die Redaktion. Bitte sehen Sie nach:
   *[other] { $count } Einträge warten auf die Redaktion. Bitte sehen Sie nach:
    }
    .du = { $count ->
        [one] Ein Eintrag wartet auf die Redaktion. Bitte sieh nach:
       *[other] { $count } Einträge warten auf die Redaktion. Bitte sieh nach:
        }
queue-letter-off = Diesen Brief bekommen Sie höchstens ein Mal am Tag, und nur wenn etwas Neues wartet. Hier schalten Sie ihn ab:
    .du = Diesen Brief bekommst du höchstens ein Mal am Tag, und nur wenn etwas Neues wartet. Hier schaltest du ihn ab:
queue-cover-subject = { $count ->
    [one] Bitte vertreten: Ein Eintrag wartet schon lange
   *[other] Bitte vertreten: { $count } Einträge warten schon lange
    }
queue-cover-waits = In der Redaktion wartet etwas seit mehr als { $hours } Stunden. Können Sie helfen?
    .du = In der Redaktion wartet etwas seit mehr als { $hours } Stunden. Kannst du helfen?
queue-cover-untitled = Beitrag ohne Überschrift
queue-cover-more = { $count ->
    [one] Und noch einer.
   *[other] Und noch { $count }.
    }
queue-cover-why = Sie bekommen diesen Brief, weil Ihre Adresse als Vertretung eingetragen ist. Zum Freigeben brauchen Sie einen Zugang der Redaktion.
    .du = Du bekommst diesen Brief, weil deine Adresse als Vertretung eingetragen ist. Zum Freigeben brauchst du einen Zugang der Redaktion.
