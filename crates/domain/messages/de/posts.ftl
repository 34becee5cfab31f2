# Beiträge: Liste und einzelne Seite.
posts-title = Neues aus { word-the-dative }
posts-lead = Nachrichten von hier und aus den Nachbarquartieren, das Neueste zuerst.
posts-newest = Das Neueste zuerst
posts-empty = Hier steht noch nichts.
posts-add = Beitrag schreiben
posts-older = Ältere Beiträge
posts-by = Beitrag von { $name }
posts-changed = Geändert:
posts-fediverse-how = Diese Adresse in die Suche von Mastodon einfügen. Dann können Sie dort antworten:
    .du = Diese Adresse in die Suche von Mastodon einfügen. Dann kannst du dort antworten:
posts-delete-title = Beitrag löschen
posts-delete-consequence = Der Beitrag verschwindet hier und bei den Nachbarn. Das lässt sich nicht zurücknehmen.
posts-untitled = Beitrag
posts-quotes = Zitiert:
posts-quote-refused = Dieser Beitrag zitierte einen anderen. Wer den geschrieben hat, möchte nicht zitiert werden.
