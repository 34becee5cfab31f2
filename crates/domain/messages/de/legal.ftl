# Impressum, Datenschutz, Barrieren.
legal-imprint = Impressum
legal-imprint-operator = Angaben nach § 5 DDG
legal-imprint-missing = Wer diese Seite betreibt, hat hier noch keine Angaben eingetragen.
legal-imprint-contact = So erreichen Sie uns
legal-imprint-phone = Telefon: { $phone }
legal-imprint-register = Register: { $register }
legal-imprint-responsible = Verantwortlich für den Inhalt (§ 18 Absatz 2 MStV)
legal-imprint-reports = Hinweis geben
legal-imprint-reports-how = Ist etwas falsch, verletzend oder verboten? Schreiben Sie uns bitte, mit der Adresse der Seite. Wir antworten Ihnen.
legal-imprint-others = Termine und Beiträge mit dem Vermerk „aus …“ stammen von Nachbarquartieren. Für sie ist das jeweilige Quartier verantwortlich.
legal-privacy = Datenschutz
legal-privacy-short = Das Wichtigste
legal-privacy-short-1 = Sie können hier alles lesen, ohne sich anzumelden.
legal-privacy-short-2 = Wir speichern keine Internet-Adressen (IP-Adressen) von Besucherinnen und Besuchern.
legal-privacy-short-3 = Diese Seite lädt nichts von anderen Anbietern: keine Schriften, keine Karten, keine Zählpixel.
legal-privacy-cookies = Cookies
legal-privacy-cookies-1 = Ohne Anmeldung setzen wir kein Cookie. Wenn Sie die Sprache umstellen, merkt sich ein Cookie das ein Jahr lang.
legal-privacy-cookies-2 = Wenn Sie sich anmelden, hält ein Cookie Sie angemeldet: { $time }. Beim Abmelden löschen wir es.
legal-privacy-accounts = Zugänge
legal-privacy-accounts-1 = Für einen Zugang speichern wir Name und E-Mail-Adresse. Rechtsgrundlage ist Artikel 6 Absatz 1 Buchstabe b DSGVO.
legal-privacy-accounts-2 = Links zum Anmelden gelten { $time }. Danach löschen wir sie.
legal-privacy-accounts-3 = In der Liste Ihrer Anmeldungen stehen Browser und System, zum Beispiel „Firefox, Android“. Löschen Sie Ihren Zugang, löschen wir alles über Sie.
legal-privacy-accounts-4 = Wenn Sie um einen Zugang bitten, speichern wir Name, E-Mail-Adresse und Ihre Worte, bis die Redaktion entschieden hat. Wann jemand von der Redaktion zuletzt hier war, merken wir uns auf den Tag genau, wenn hier alle von selbst mitmachen können.
legal-privacy-public = Was Sie veröffentlichen
legal-privacy-public-1 = Termine und Beiträge sind öffentlich. Wir schicken sie an Nachbarquartiere und an alle, die diesem Quartier folgen.
legal-privacy-public-2 = Wenn Sie etwas löschen, bitten wir alle Empfänger, es auch zu löschen. Erzwingen können wir das nicht.
legal-privacy-public-3 = Wenn Sie etwas vorschlagen, speichern wir Name und E-Mail-Adresse, bis die Redaktion entschieden hat. Die Briefe an Sie löschen wir wie alle Briefe.
legal-privacy-public-4 = Schreiben Sie einer Initiative, bekommt sie Ihren Namen, Ihre E-Mail-Adresse und Ihre Nachricht in einem Brief.
legal-privacy-public-5 = Einmal im Jahr fragen wir jede Initiative, ob ihre Seite stimmt. Eine Antwort in Worten speichern wir, bis die Redaktion sie erledigt hat.
legal-privacy-public-6 = Wenn Sie ohne Zugang unter einem Beitrag antworten, stehen dort Ihr Name und Ihre Worte. Ihre E-Mail-Adresse löschen wir, wenn die Redaktion entschieden hat.
legal-privacy-reports = Hinweise
legal-privacy-reports-1 = Wenn Sie einen Hinweis geben, speichern wir Ihre Worte und, wenn Sie wollen, Name und E-Mail-Adresse. Nach der Entscheidung löschen wir sie: { $time } danach.
legal-privacy-reports-2 = Wer einen Eintrag geschrieben hat, erfährt nicht, wer den Hinweis gab. Rechtsgrundlage ist Artikel 6 Absatz 1 Buchstabe c DSGVO.
legal-privacy-receiver = { $host }, zuletzt am { $day }
legal-privacy-processors = Wer für uns arbeitet
legal-privacy-processors-none = Alles liegt auf dem eigenen Server. Niemand sonst arbeitet für uns.
legal-privacy-processor-mail = Unsere Briefe verschickt { $host }.
legal-privacy-processor-pictures = Unsere Bilder liegen bei { $host }.
legal-privacy-processor-database = Unsere Daten liegen bei { $host }.
legal-privacy-receivers = Wer Kopien bekommt
legal-privacy-receivers-1 = { $count ->
    [0] Zurzeit bekommt keine andere Seite unsere Veröffentlichungen.
    [one] Zurzeit bekommt eine andere Seite unsere Veröffentlichungen:
   *[other] Zurzeit bekommen { $count } andere Seiten unsere Veröffentlichungen:
    }
legal-privacy-rights = Ihre Rechte
legal-privacy-rights-1 = Sie können Auskunft, Berichtigung, Löschung und eine Kopie Ihrer Daten verlangen (Artikel 15 bis 20 DSGVO).
legal-privacy-rights-2 = Sie können sich bei einer Aufsichtsbehörde für Datenschutz beschweren.
legal-privacy-contact = Fragen zum Datenschutz: { $contact }
legal-accessibility = Zugänglichkeit dieser Seite
legal-accessibility-aim = Unser Ziel
legal-accessibility-1 = Diese Seite soll für alle nutzbar sein. Maßstab sind die WCAG 2.2, Stufe AA.
legal-accessibility-2 = Sie geht ohne Maus, mit Vorlese-Programmen und mit starker Vergrößerung. Sie braucht kein JavaScript.
legal-accessibility-3 = Texte aus Nachbarquartieren und eingelesenen Kalendern übernehmen wir so, wie sie kommen. Dort kann etwas fehlen.
legal-accessibility-feedback = Barriere melden
legal-accessibility-feedback-how = Etwas geht nicht? Schreiben oder rufen Sie uns an. Wir kümmern uns darum.
legal-accessibility-paper = Sie lesen lieber auf Papier? Jede Seite lässt sich gut drucken.
