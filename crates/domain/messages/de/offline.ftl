# Die nächsten zwei Wochen zum Mitnehmen.
offline-title = Termine zum Mitnehmen
offline-lead = Alle Termine der nächsten zwei Wochen auf einer Seite.
offline-how = Sie können diese Seite ausdrucken oder speichern. Viele Telefone und Rechner können sie auch selbst behalten: Dann sehen Sie die Termine ohne Netz. Das geht nur, wenn Sie es hier einschalten.
    .du = Du kannst diese Seite ausdrucken oder speichern. Viele Telefone und Rechner können sie auch selbst behalten: Dann siehst du die Termine ohne Netz. Das geht nur, wenn du es hier einschaltest.
offline-keep = Auf diesem Gerät behalten
offline-kept = Die Termine sind jetzt auf diesem Gerät. Mit Netz werden sie von selbst erneuert.
offline-failed = Das hat nicht geklappt. Bitte versuchen Sie es mit einem anderen Programm oder drucken Sie die Seite aus.
    .du = Das hat nicht geklappt. Bitte versuche es mit einem anderen Programm oder drucke die Seite aus.
offline-drop = Von diesem Gerät entfernen
offline-dropped = Die Termine sind von diesem Gerät entfernt.
offline-away = Sie sind gerade ohne Netz. Sie sehen die Termine, die auf diesem Gerät liegen. Verweise gehen erst wieder mit Netz.
    .du = Du bist gerade ohne Netz. Du siehst die Termine, die auf diesem Gerät liegen. Verweise gehen erst wieder mit Netz.
offline-empty = In den nächsten zwei Wochen ist nichts eingetragen.
offline-link = Zum Mitnehmen, auch ohne Netz
