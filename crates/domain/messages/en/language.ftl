# What this language calls itself.
language-name = English
language-locale = en_GB
