# Anmeldungen über das Fediverse: Formular, Seite des Termins, Liste für die Veranstalter, Einladungen.
participation-joining = Anmeldung über das Fediverse
participation-joining-hint = Menschen mit einem Konto bei Mobilizon oder einem anderen Netz im Fediverse können sich dort mit einem Klick anmelden.
participation-joining-none = keine
participation-joining-open = offen: Wer sich anmeldet, hat einen Platz
participation-joining-by-approval = mit Zusage: Sie sagen jeder Anmeldung zu oder ab
    .du = mit Zusage: Du sagst jeder Anmeldung zu oder ab
participation-capacity = Plätze für diese Anmeldungen
participation-capacity-hint = Leer lassen, wenn die Zahl nicht begrenzt ist. Sind alle Plätze vergeben, gibt es eine Warteliste.
participation-how = Mit einem Konto im Fediverse (zum Beispiel bei Mobilizon) können Sie sich dort anmelden.
    .du = Mit einem Konto im Fediverse (zum Beispiel bei Mobilizon) kannst du dich dort anmelden.
participation-full = Ausgebucht
participation-seats = { $count ->
    [one] Noch ein Platz frei
   *[other] Noch { $count } Plätze frei
    }
participation-coming = { $count ->
    [0] Noch keine Anmeldung
    [one] Eine Anmeldung
   *[other] { $count } Anmeldungen
    }
participation-waiting = { $count ->
    [one] Auf der Warteliste steht eine Anmeldung.
   *[other] Auf der Warteliste stehen { $count } Anmeldungen.
    }
participation-title = Anmeldungen und Einladungen
participation-private = Diese Liste sehen nur Sie und die Redaktion. Sie wird 14 Tage nach dem Termin gelöscht. Wer sich anmeldet, erfährt nicht, wer noch kommt.
    .du = Diese Liste sehen nur du und die Redaktion. Sie wird 14 Tage nach dem Termin gelöscht. Wer sich anmeldet, erfährt nicht, wer noch kommt.
participation-none = Es hat sich noch niemand angemeldet.
participation-table = Liste herunterladen (CSV)
participation-since = Seit:
participation-asked = { $count ->
    [one] Eine Anfrage wartet auf Ihre Zusage
   *[other] { $count } Anfragen warten auf Ihre Zusage
    }
    .du = { $count ->
        [one] Eine Anfrage wartet auf deine Zusage
       *[other] { $count } Anfragen warten auf deine Zusage
    }
participation-confirmed = { $count ->
    [one] Ein Platz ist vergeben
   *[other] { $count } Plätze sind vergeben
    }
participation-queued = { $count ->
    [one] Warteliste: eine Anmeldung
   *[other] Warteliste: { $count } Anmeldungen
    }
participation-invited = { $count ->
    [one] Eine Einladung ohne Antwort
   *[other] { $count } Einladungen ohne Antwort
    }
participation-declined = { $count ->
    [one] Eine Absage von Ihnen
   *[other] { $count } Absagen von Ihnen
    }
    .du = { $count ->
        [one] Eine Absage von dir
       *[other] { $count } Absagen von dir
    }
participation-state-asked = wartet auf Zusage
participation-state-confirmed = hat einen Platz
participation-state-queued = auf der Warteliste
participation-state-invited = eingeladen
participation-state-declined = abgesagt
participation-confirm = Zusagen
participation-confirm-after-all = Doch zusagen
participation-decline = Absagen
participation-remove = Von der Liste nehmen
participation-uninvite = Einladung zurücknehmen
participation-invitations = Einladungen
participation-invitations-how = Veranstalter aus der Nachbarschaft laden { word-your-object } oder eine Initiative zu ihren Terminen ein.
    .du = Veranstalter aus der Nachbarschaft laden { word-your-object.du } oder eine Initiative zu ihren Terminen ein.
participation-invitations-none = Zurzeit ist keine Einladung offen.
participation-invites = { $organiser } lädt ein: { $who }
participation-invitation-yes = Zusagen
participation-invitation-no = Absagen
participation-notice-confirmed = Zugesagt. Die Nachricht ist unterwegs.
participation-notice-queued = Es ist kein Platz frei: Die Anmeldung steht jetzt auf der Warteliste.
participation-notice-declined = Von der Liste genommen. Die Nachricht ist unterwegs.
participation-notice-invitation-accepted = Sie haben zugesagt.
    .du = Du hast zugesagt.
participation-notice-invitation-declined = Sie haben abgesagt.
    .du = Du hast abgesagt.
participation-refused = { $count ->
    [one] Eine Einladung wurde abgelehnt
   *[other] { $count } Einladungen wurden abgelehnt
    }
participation-state-refused = Einladung abgelehnt
participation-by-invitation = Auf Ihre Einladung.
    .du = Auf deine Einladung.
participation-invite = Jemanden einladen
participation-invite-how = Die Einladung geht an das Konto dieser Person oder Gruppe im Fediverse. Was sie antwortet, steht dann hier.
participation-invite-address = Adresse im Fediverse
participation-invite-hint = Zum Beispiel anna@mobilizon.example.
participation-invite-do = Einladen
participation-invite-form = Eine Adresse sieht so aus: anna@mobilizon.example
participation-invite-own = Diese Adresse gehört zu { word-our-dative }. Einladen können Sie nur, wer sein Konto anderswo hat.
    .du = Diese Adresse gehört zu { word-our-dative }. Einladen kannst du nur, wer sein Konto anderswo hat.
participation-invite-unreachable = Diese Adresse finden wir nicht. Bitte prüfen Sie sie oder versuchen Sie es später noch einmal.
    .du = Diese Adresse finden wir nicht. Bitte prüfe sie oder versuche es später noch einmal.
participation-invite-listed = Diese Adresse ist schon eingeladen oder angemeldet.
participation-invite-closed = Der Termin ist vorbei oder fällt aus.
participation-notice-invited = Die Einladung ist unterwegs.
participation-together = Wir kommen mit
participation-together-how = Melden Sie { word-the-object } oder eine Initiative bei den Veranstaltern an.
    .du = Melde { word-the-object } oder eine Initiative bei den Veranstaltern an.
participation-together-who = Wer kommt mit?
participation-together-message = Nachricht an die Veranstalter (freiwillig)
participation-together-do = Wir kommen mit
participation-together-leave = Doch nicht kommen
participation-ours-asked = { $who } ist angemeldet. Die Antwort der Veranstalter fehlt noch.
participation-ours-confirmed = { $who } kommt mit.
participation-ours-queued = { $who } steht auf der Warteliste.
participation-ours-declined = { $who }: Die Veranstalter haben abgesagt.
participation-ours-invited = { $who } ist eingeladen.
participation-notice-joined = Die Anmeldung ist unterwegs. Die Antwort der Veranstalter steht hier, sobald sie da ist.
participation-notice-left = Abgemeldet. Die Nachricht ist unterwegs.
participation-notice-closed = Hier kann sich niemand mehr anmelden.
participation-answer = Antworten
