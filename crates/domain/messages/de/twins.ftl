# Derselbe Termin aus mehreren Quellen steht einmal da.
twins-title = Steht dieser Termin doppelt?
twins-lead = Diese Termine sehen ähnlich aus. Sind zwei derselbe, steht nur einer in den Listen.
twins-none = Kein anderer Termin sieht so aus.
twins-same = Ist dasselbe
twins-different = Ist nicht dasselbe
twins-undo = Entscheidung zurücknehmen
twins-shown-once = Beide stehen als ein Termin in den Listen.
twins-shown-both = Beide stehen in den Listen.
twins-said-same = Die Redaktion hat gesagt: Es ist dasselbe.
twins-said-different = Die Redaktion hat gesagt: Es ist nicht dasselbe.
twins-notice-same = Gemerkt.
twins-led = Dasselbe steht auch hier, und dieser Eintrag steht in den Listen:
twins-sources = Davon erzählen auch
twins-imported = Übernommen aus { $source }, zuletzt gelesen: { $at }
