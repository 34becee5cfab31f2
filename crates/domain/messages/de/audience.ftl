# Für wen etwas ist: nach „für“.
audience-older = Ältere
audience-families = Familien
audience-children = Kinder
audience-youth = Jugendliche
audience-women = Frauen
audience-men = Männer
audience-queer = queere Menschen
audience-newcomers = Zugewanderte
audience-disabled = Menschen mit Behinderung
audience-carers = pflegende Angehörige
audience-volunteers = Ehrenamtliche
