# Für Zeitungen und Gemeindeblätter.
press-title = Für die Zeitung
press-lead = Geprüfte Termine zum Kopieren: mit Quelle, Ansprechperson und Bild.
press-seven = Die nächsten sieben Tage
press-next = Nächste Woche
press-table = Als Tabelle (CSV)
press-all = Alles als Text
press-copy = In das Feld tippen, alles markieren und kopieren.
press-each = Die Termine einzeln
press-price = Eintritt:
press-registration = Anmeldung:
press-organiser = Veranstaltet von:
press-nobody = Eine Ansprechperson ist nicht genannt. Die Redaktion hilft weiter.
press-image = Bild laden:
press-source = Quelle:
press-changed = Geändert nach der Veröffentlichung am
