# Die Anzeige auf einem Bildschirm im Hausflur.
screen-title = Anzeige
screen-link = Auf einem Bildschirm im Flur zeigen
screen-late = Zurzeit kommt nichts Neues an. Alles hier ist vom { $when }.
screen-empty = Für die nächsten Tage ist nichts eingetragen.
screen-registration = mit Anmeldung
screen-more = Mehr dazu: Code mit dem Telefon fotografieren
