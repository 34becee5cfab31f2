# Was bei den Nachbarn und anderswo ankommt.
deliveries-title = Was bei den Nachbarn ankommt
deliveries-all = Alle Empfänger ansehen
deliveries-neighbours = Nachbarn
deliveries-neighbours-none = Noch gibt es keine Nachbarn.
deliveries-neighbours-good = { $count ->
    [one] Ein Nachbar, erreicht.
   *[other] { $count } Nachbarn, alle erreicht.
    }
deliveries-neighbours-count = { $count ->
    [one] Ein Nachbar.
   *[other] { $count } Nachbarn.
    }
deliveries-down = { $name } antwortet seit { $since } nicht.
deliveries-down-more = { $count ->
    [one] Ein weiterer Nachbar antwortet nicht.
   *[other] { $count } weitere Nachbarn antworten nicht.
    }
deliveries-down-others = { $count ->
    [one] Ein anderer Server antwortet nicht.
   *[other] { $count } andere Server antworten nicht.
    }
deliveries-nothing-lost = Es geht nichts verloren: Wir versuchen es sieben Tage lang.
deliveries-others = Andere Server
deliveries-others-how = Dort folgen Menschen { word-our-dative } oder einer Initiative.
deliveries-host-down = Antwortet seit { $since } nicht.
deliveries-reached = Zuletzt erreicht: { $at }.
deliveries-not-reached = Noch nie erreicht.
deliveries-never = Dorthin haben wir noch nichts geschickt.
deliveries-waiting = Es wartet: { $list }.
deliveries-oldest = Das Älteste wartet seit { $at }.
deliveries-next = Nächster Versuch: { $at }.
deliveries-failed = { $count ->
    [one] Eine Nachricht wurde nicht zugestellt.
   *[other] { $count } Nachrichten wurden nicht zugestellt.
    }
deliveries-kind-create = { $count ->
    [one] eine Veröffentlichung
   *[other] { $count } Veröffentlichungen
    }
deliveries-kind-update = { $count ->
    [one] eine Änderung
   *[other] { $count } Änderungen
    }
deliveries-kind-delete = { $count ->
    [one] eine Löschung
   *[other] { $count } Löschungen
    }
deliveries-kind-announce = { $count ->
    [one] eine Empfehlung
   *[other] { $count } Empfehlungen
    }
deliveries-kind-other = { $count ->
    [one] eine andere Nachricht
   *[other] { $count } andere Nachrichten
    }
deliveries-cause-name = Die Adresse ist im Internet nicht zu finden.
deliveries-cause-certificate = Das Zertifikat der Seite ist abgelaufen oder falsch. Wer sie betreibt, muss es erneuern.
deliveries-cause-slow = Der Server dort antwortet zu langsam oder gar nicht.
deliveries-cause-silent = Der Server dort ist aus oder nicht zu erreichen.
deliveries-cause-broken = Der Server dort meldet einen Fehler. Wer ihn betreibt, muss ihn beheben.
deliveries-cause-refused = Der Server dort nimmt unsere Nachrichten nicht an. Vielleicht sind wir dort gesperrt.
deliveries-cause-gone = Diese Adresse gibt es dort nicht mehr.
deliveries-cause-busy = Der Server dort bittet um eine Pause.
deliveries-cause-late = Sieben Tage lang ist nichts angekommen.
deliveries-cause-ours = Der Fehler liegt bei uns. Bitte sagen Sie es der Person, die unseren Server betreut.
    .du = Der Fehler liegt bei uns. Bitte sage es der Person, die unseren Server betreut.
deliveries-cause-other = Der Grund ist nicht bekannt.
deliveries-technical = Für die Technik:
deliveries-author-waiting = Noch nicht zugestellt: { $names }. Wir versuchen es weiter.
deliveries-author-failed = Nicht zugestellt: { $names }. Wir haben es aufgegeben.
deliveries-more = { $count ->
    [one] ein weiterer Empfänger
   *[other] { $count } weitere Empfänger
    }
deliveries-under-way = Etwas ist noch unterwegs.
