# What kind of source it is.
sources-kind-ics = Calendar
sources-kind-page = Web page with events
sources-kind-gancio = Gancio
sources-kind-mobilizon = Mobilizon
sources-kind-oparl = Council meetings (OParl)
