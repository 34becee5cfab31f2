# Die Länder und ihre Ferien.
land-de-bw = Baden-Württemberg
land-de-by = Bayern
land-de-be = Berlin
land-de-bb = Brandenburg
land-de-hb = Bremen
land-de-hh = Hamburg
land-de-he = Hessen
land-de-mv = Mecklenburg-Vorpommern
land-de-ni = Niedersachsen
land-de-nw = Nordrhein-Westfalen
land-de-rp = Rheinland-Pfalz
land-de-sl = Saarland
land-de-sn = Sachsen
land-de-st = Sachsen-Anhalt
land-de-sh = Schleswig-Holstein
land-de-th = Thüringen
