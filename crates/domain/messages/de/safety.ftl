# Bevor etwas über Einbrüche oder Verdächtige auf das Brett kommt.
safety-asked = Bitte lesen Sie zuerst die drei Fragen oben.
safety-title = Einen Moment bitte
safety-lead = Ihr Text klingt nach einer Straftat oder nach Menschen, die jemandem auffallen. Solche Texte treffen leicht die Falschen. Bitte prüfen Sie ihn noch einmal:
safety-seen = Was haben Sie selbst gesehen? Bitte schreiben Sie nur das.
safety-looks = Wird jemand nach Aussehen oder Herkunft beschrieben? Bitte lassen Sie das weg.
safety-called = Haben Sie 110 oder 112 angerufen, wenn es eilt? Das Brett ist dafür zu langsam.
safety-numbers = Polizei und Notruf:
safety-then = Sie können den Text ändern oder so senden. Dann liest ihn zuerst die Redaktion.
safety-then-editor = Sie können den Text ändern oder so senden. Als Redaktion veröffentlichen Sie ihn dann gleich.
safety-send = Geprüft, so senden
safety-change = Das kann nur die Redaktion nachträglich hineinschreiben. Bitte schreiben Sie dafür einen neuen Eintrag.
safety-import = Die neue Fassung klingt nach einer Straftat. Hier bleibt die alte stehen.
