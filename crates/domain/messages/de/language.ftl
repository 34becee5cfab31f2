# Wie diese Sprache sich selbst nennt.
language-name = Deutsch
language-locale = de_DE
