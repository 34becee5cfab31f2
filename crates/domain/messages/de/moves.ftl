# Nachbarn, die umgezogen sind.
moves-open = Umgezogene Nachbarn
moves-how = Ein Nachbar ist jetzt unter einer anderen Adresse zu finden. Gehen Sie mit, dann kommen seine Termine von dort. Was schon hier steht, bleibt.
    .du = Ein Nachbar ist jetzt unter einer anderen Adresse zu finden. Geh mit, dann kommen seine Termine von dort. Was schon hier steht, bleibt.
moves-words = { $name } ist umgezogen nach { $address }. Die neue Adresse bestätigt das.
moves-at = Gemeldet: { $at }
moves-accept = Nachbarschaft dorthin mitnehmen
moves-stay = Bei der alten Adresse bleiben
moves-notice-followed = Die Nachbarschaft geht mit. Die Einladung an die neue Adresse ist unterwegs.
moves-notice-stayed = Es bleibt bei der alten Adresse.
moves-notice-blocked = Die neue Adresse ist hier gesperrt.
