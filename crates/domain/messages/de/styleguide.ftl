# Die Gestaltung auf einer Seite; nur beim Entwickeln zu sehen.
styleguide-title = Gestaltung
styleguide-lead = Woraus alle Seiten gemacht sind: Schriften, Farben und Bausteine.
styleguide-letters = Schriften
styleguide-colours = Farben
styleguide-components = Bausteine
styleguide-day = Morgen, Dienstag, 24. November
styleguide-buttons = Knöpfe
styleguide-form = Ein Formular mit einem Fehler
styleguide-surfaces = Flächen
