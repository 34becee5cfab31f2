# Texte in Einfacher Sprache neben den ganzen Texten. „Leichte Sprache“ heißt es nie: die ist geprüft.
plain-first = Einfache Sprache zuerst
plain-after = Ganze Texte zuerst
plain-title = In Einfacher Sprache
plain-full = Ganzer Text
plain-field = Text in Einfacher Sprache
plain-field-hint = Freiwillig. Kurze Sätze, bekannte Wörter, das Wichtigste zuerst. Er steht neben dem ganzen Text, und wer möchte, liest ihn zuerst.
