# What stands in every file that other programs read.
feeds-licence = Our own entries: { $licence }. Entries of the neighbours: the rights are theirs.
feeds-licence-none = The rights are the organisers'. Please name the source.
