# Kurze Mitteilungen, die an andere Server gehen, wenn sich ein Termin ändert.
federation-cancelled = Fällt aus: { $name } ({ $when }).
federation-postponed = Verschoben: { $name } ({ $when }) findet an einem anderen Tag statt. Der neue Termin folgt.
federation-online = Jetzt online: { $name } ({ $when }).
federation-certain = Steht fest: { $name } ({ $when }).
federation-tentative = Noch nicht sicher: { $name } ({ $when }).
federation-takes-place = Findet doch statt: { $name } ({ $when }).
federation-moved = Verschoben: { $name }. Neuer Termin: { $when }.
federation-new-place = Neuer Ort: { $name } ist jetzt hier: { $place }.
federation-more = Mehr dazu
