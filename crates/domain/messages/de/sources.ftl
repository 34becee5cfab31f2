# Was für eine Quelle es ist.
sources-kind-ics = Kalender
sources-kind-page = Webseite mit Terminen
sources-kind-gancio = Gancio
sources-kind-mobilizon = Mobilizon
sources-kind-oparl = Sitzungen des Rats (OParl)
