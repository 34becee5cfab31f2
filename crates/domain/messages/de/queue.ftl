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
