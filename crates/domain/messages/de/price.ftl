# Was etwas kostet: vorn, wie es gesagt wird, hinten, wie es verstanden wird.
price-euros = { $euros } €
price-cents = { $euros },{ $cents } €
price-reduced = ermäßigt { $amount }
price-free-with = mit { $card } frei
price-entry-free = Eintritt frei
price-donation = Spende erbeten
price-words-free = kostenlos, kostenfrei, gratis, umsonst, frei, Eintritt frei, freier Eintritt, kostet nichts
price-words-donation = Spende erbeten, Spenden erbeten, Spende willkommen, Spenden willkommen, auf Spendenbasis, gegen Spende, um Spenden wird gebeten, um eine Spende wird gebeten
price-words-reduced = ermäßigt, erm, Ermäßigung
price-words-full = Eintritt, Kosten, Preis, Teilnahme, Beitrag
price-words-currency = €, Euro, EUR
price-words-with = mit ... frei, mit ... kostenlos, mit ... Eintritt frei
