# Kurze Mitteilungen, die an andere Server gehen, wenn sich ein Termin ändert.
federation-cancelled = Fällt aus: { $name } ({ $when }).
federation-takes-place = Findet doch statt: { $name } ({ $when }).
federation-moved = Verschoben: { $name }. Neuer Termin: { $when }.
federation-new-place = Neuer Ort: { $name } ist jetzt hier: { $place }.
federation-more = Mehr dazu
