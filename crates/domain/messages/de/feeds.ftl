# Was in jeder Datei steht, die andere Programme lesen.
feeds-licence = Eigene Einträge: { $licence }. Einträge der Nachbarn: Die Rechte liegen dort.
feeds-licence-none = Die Rechte liegen bei den Veranstaltenden. Bitte die Quelle nennen.
