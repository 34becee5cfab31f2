# Der zweite Schlüssel: eine App, die mitzählt, und Codes auf Papier.
second-title = Zweiter Schlüssel
second-back = Zurück zu meinem Zugang
second-lead = Mit einem zweiten Schlüssel reicht es nicht, Ihr Postfach zu öffnen, um sich in Ihrem Namen anzumelden.
    .du = Mit einem zweiten Schlüssel reicht es nicht, dein Postfach zu öffnen, um sich in deinem Namen anzumelden.
second-need = Sie brauchen eine App, die Zahlen zum Anmelden zeigt, zum Beispiel auf Ihrem Telefon. Viele Passwort-Manager können das auch.
    .du = Du brauchst eine App, die Zahlen zum Anmelden zeigt, zum Beispiel auf deinem Telefon. Viele Passwort-Manager können das auch.
second-due = Wer in der Redaktion mitarbeitet, braucht einen zweiten Schlüssel. Bitte richten Sie ihn bis { $day } ein.
    .du = Wer in der Redaktion mitarbeitet, braucht einen zweiten Schlüssel. Bitte richte ihn bis { $day } ein.
second-late = Bitte richten Sie jetzt Ihren zweiten Schlüssel ein. Danach geht die Arbeit in der Redaktion weiter.
    .du = Bitte richte jetzt deinen zweiten Schlüssel ein. Danach geht die Arbeit in der Redaktion weiter.
second-later = Später
second-begin = Zweiten Schlüssel einrichten
second-manage = Zweiter Schlüssel
second-is-on = Er ist eingeschaltet. Beim Anmelden fragen wir danach.
second-is-off = Er ist nicht eingeschaltet. Zum Anmelden reicht ein Link aus Ihrem Postfach.
    .du = Er ist nicht eingeschaltet. Zum Anmelden reicht ein Link aus deinem Postfach.
second-read = 1. Muster lesen
second-read-how = Lesen Sie dieses Muster mit der App.
    .du = Lies dieses Muster mit der App.
second-square = Muster für die App
second-type-how = Die App ist auf diesem Gerät, oder sie kann keine Muster lesen? Dann tragen Sie dort diesen Schlüssel ein:
    .du = Die App ist auf diesem Gerät, oder sie kann keine Muster lesen? Dann trag dort diesen Schlüssel ein:
second-try = 2. Zahl eintragen
second-number = Die sechs Ziffern, die die App jetzt zeigt
second-number-wrong = Diese Zahl passt nicht. Bitte nehmen Sie die Zahl, die die App jetzt zeigt, und prüfen Sie die Uhr des Geräts.
    .du = Diese Zahl passt nicht. Bitte nimm die Zahl, die die App jetzt zeigt, und prüfe die Uhr des Geräts.
second-on-do = Einschalten
second-since = Eingeschaltet seit { $day }.
second-paper-left = { $count ->
    [0] Auf Ihrem Papier ist kein Code mehr übrig.
    [one] Auf Ihrem Papier ist noch ein Code übrig.
   *[other] Auf Ihrem Papier sind noch { $count } Codes übrig.
    }
    .du = { $count ->
        [0] Auf deinem Papier ist kein Code mehr übrig.
        [one] Auf deinem Papier ist noch ein Code übrig.
       *[other] Auf deinem Papier sind noch { $count } Codes übrig.
        }
second-change-how = Für beides brauchen wir Ihren zweiten Schlüssel:
    .du = Für beides brauchen wir deinen zweiten Schlüssel:
second-paper-do = Neue Codes für das Papier
second-off-do = Ausschalten
second-paper-title = Codes für den Notfall
second-paper-print = Drucken Sie diese Codes jetzt oder schreiben Sie sie ab. Sie werden nur dieses eine Mal gezeigt. Ältere Codes gelten nicht mehr.
    .du = Drucke diese Codes jetzt oder schreib sie ab: Wir zeigen sie nur dieses eine Mal. Ältere Codes gelten nicht mehr.
second-paper-how = Für den Tag, an dem die App fehlt. Jeder Code gilt ein Mal statt der Zahl aus der App. Bewahren Sie das Papier gut auf.
    .du = Für den Tag, an dem die App fehlt. Jeder Code gilt ein Mal statt der Zahl aus der App. Bewahre das Papier gut auf.
second-paper-kept = Ich habe die Codes auf Papier
second-ask = Der erste Schlüssel passt. Bitte zeigen Sie jetzt den zweiten.
    .du = Der erste Schlüssel passt. Bitte zeige jetzt den zweiten.
second-code = Zahl aus der App oder Code vom Papier
second-code-hint = Zum Beispiel 123 456 oder ABCD EFGH
second-code-wrong = Das passt nicht oder wurde schon benutzt. Die App zeigt alle 30 Sekunden eine neue Zahl.
second-lost = Beides nicht zur Hand?
second-lost-how = Wer hier Zugänge verwaltet, kann den zweiten Schlüssel ausschalten. Adresse und Telefon stehen im Impressum.
second-notice-off = Der zweite Schlüssel ist ausgeschaltet. Überall sonst sind Sie abgemeldet, und ein Brief ist unterwegs.
    .du = Der zweite Schlüssel ist ausgeschaltet. Überall sonst bist du abgemeldet, und ein Brief ist unterwegs.
second-letter-on = Ihr zweiter Schlüssel ist eingeschaltet. Überall sonst sind Sie abgemeldet.
    .du = Dein zweiter Schlüssel ist eingeschaltet. Überall sonst bist du abgemeldet.
second-letter-off = Ihr zweiter Schlüssel ist ausgeschaltet. Überall sonst sind Sie abgemeldet.
    .du = Dein zweiter Schlüssel ist ausgeschaltet. Überall sonst bist du abgemeldet.
second-letter-taken = Wer Zugänge verwaltet, hat Ihren zweiten Schlüssel ausgeschaltet. Bitte melden Sie sich neu an und richten Sie einen neuen ein.
    .du = Wer Zugänge verwaltet, hat deinen zweiten Schlüssel ausgeschaltet. Bitte melde dich neu an und richte einen neuen ein.
