# Umfragen: im Formular und auf den Seiten.
polls-form = Umfrage anhängen
polls-form-how = Der Text oben ist dann die Frage.
polls-form-kept = Die Antworten einer Umfrage bleiben, wie sie sind: Es wurde vielleicht schon abgestimmt.
polls-options = Antworten zur Auswahl
polls-options-hint = Jede in einer eigenen Zeile, zwei bis zehn.
polls-several = Mehrere Antworten sind möglich
polls-ends = Letzter Tag
polls-ends-time = Uhrzeit
polls-ends-hint = Leer lassen, wenn die Umfrage offen bleibt.
polls-title = Umfrage
polls-choose-one = Eine Antwort ist möglich.
polls-choose-several = Mehrere Antworten sind möglich.
polls-votes = { $count ->
    [0] keine Stimme
    [one] eine Stimme
   *[other] { $count } Stimmen
}
polls-voters = { $count ->
    [0] Noch hat niemand abgestimmt.
    [one] Ein Mensch hat abgestimmt.
   *[other] { $count } Menschen haben abgestimmt.
}
polls-total = { $count ->
    [0] Noch gibt es keine Stimmen.
    [one] Bisher eine Stimme.
   *[other] Bisher { $count } Stimmen.
}
polls-open = Die Umfrage hat kein festes Ende.
polls-until = Sie endet am { $at }.
polls-ended = Sie ist seit { $at } beendet.
polls-how = Abstimmen können Sie mit einem Konto im Fediverse, z. B. bei Mastodon: Suchen Sie dort nach { $address }
    .du = Abstimmen kannst du mit einem Konto im Fediverse, z. B. bei Mastodon: Suche dort nach { $address }
polls-teaser-open = Umfrage, noch offen
polls-teaser-ended = Umfrage, beendet
polls-invalid-few = Bitte geben Sie mindestens zwei verschiedene Antworten an.
    .du = Bitte gib mindestens zwei verschiedene Antworten an.
polls-invalid-many = Bitte geben Sie höchstens zehn Antworten an.
    .du = Bitte gib höchstens zehn Antworten an.
polls-invalid-past = Das Ende liegt in der Vergangenheit.
polls-invalid-end = Bitte geben Sie für das Ende Tag und Uhrzeit an.
    .du = Bitte gib für das Ende Tag und Uhrzeit an.
polls-invalid-title = Eine Umfrage hat keine Überschrift. Bitte schreiben Sie die Frage in den Text.
    .du = Eine Umfrage hat keine Überschrift. Bitte schreib die Frage in den Text.
polls-invalid-closed = Die Umfrage ist beendet.
polls-invalid-unknown = Diese Antwort steht nicht zur Auswahl.
polls-invalid-twice = Sie haben schon abgestimmt.
    .du = Du hast schon abgestimmt.
