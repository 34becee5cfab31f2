# Antworten unter Beiträgen und Terminen.
replies-title = Antworten
replies-count = { $count ->
    [one] Eine Antwort
   *[other] { $count } Antworten
    }
replies-all = Alle { $count } Antworten lesen
replies-how = Die älteste Antwort steht oben. Was Fremde schreiben, liest die Redaktion, bevor es hier steht.
replies-how-off = Die älteste Antwort steht oben. Von Fremden auf anderen Servern nehmen wir hier keine an.
replies-none = Hier steht noch keine Antwort.
replies-to = Antwort auf:
replies-original = Original
replies-read-on = Weiterlesen
replies-next = Weitere Antworten
