# Die sechzehn Themen.
category-meeting = Treffen & Stammtisch
category-community = Nachbarschaft & Hilfe
category-festivals = Feste & Märkte
category-food = Essen & Mittagstisch
category-sports = Bewegung & Sport
category-health = Gesundheit & Pflege
category-advice = Beratung & Sprechstunde
category-learning = Lernen & Vortrag
category-making = Reparieren & Selbermachen
category-culture = Kultur & Bühne
category-music = Musik & Singen
category-family = Kinder & Familie
category-language = Sprache & Begegnung
category-nature = Natur, Garten & Klima
category-faith = Glaube & Stille
category-civic = Politik & Mitreden
