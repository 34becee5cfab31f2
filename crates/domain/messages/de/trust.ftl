# Wie weit die Redaktion einer Quelle traut.
trust-title = Woher die Einträge kommen
trust-lead = Für jede Quelle entscheiden Sie, ob jemand zuerst liest, was sie schickt. Das gilt ab jetzt. Was schon wartet, wartet weiter.
    .du = Für jede Quelle entscheidest du, ob jemand zuerst liest, was sie schickt. Das gilt ab jetzt. Was schon wartet, wartet weiter.
trust-still = Auch wem Sie trauen: Was nach einer Straftat klingt, liest immer zuerst die Redaktion. Sperren gelten immer.
    .du = Auch wem du traust: Was nach einer Straftat klingt, liest immer zuerst die Redaktion. Sperren gelten immer.
trust-none = Hier gibt es noch nichts.
trust-calendars = Kalender
trust-actors = Quartiere, Initiativen und Menschen
trust-mailboxes = Wer vorschlägt
trust-level = Was kommt,
trust-check = Erst prüfen
trust-show = Gleich zeigen
trust-refuse = Nicht annehmen
trust-keep = Merken
trust-let-in = Alles Wartende freigeben
trust-source = Quelle:
trust-show-from-now = Von dieser Quelle künftig gleich zeigen
trust-approved = { $count ->
    [one] Ein Eintrag ohne Beanstandung
   *[other] { $count } Einträge ohne Beanstandung
    }
trust-suggested = { $count ->
    [one] Ein Eintrag ohne Beanstandung. Sie könnten das künftig gleich zeigen.
   *[other] { $count } Einträge ohne Beanstandung. Sie könnten das künftig gleich zeigen.
    }
    .du = { $count ->
        [one] Ein Eintrag ohne Beanstandung. Du könntest das künftig gleich zeigen.
       *[other] { $count } Einträge ohne Beanstandung. Du könntest das künftig gleich zeigen.
        }
trust-used = Zuletzt am { $day }
trust-notice = Gemerkt. Das gilt für alles, was jetzt noch kommt.
