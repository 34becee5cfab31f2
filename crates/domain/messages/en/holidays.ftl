# The Länder and their holidays.
land-de-bw = Baden-Württemberg
land-de-by = Bavaria
land-de-be = Berlin
land-de-bb = Brandenburg
land-de-hb = Bremen
land-de-hh = Hamburg
land-de-he = Hesse
land-de-mv = Mecklenburg-Vorpommern
land-de-ni = Lower Saxony
land-de-nw = North Rhine-Westphalia
land-de-rp = Rhineland-Palatinate
land-de-sl = Saarland
land-de-sn = Saxony
land-de-st = Saxony-Anhalt
land-de-sh = Schleswig-Holstein
land-de-th = Thuringia
