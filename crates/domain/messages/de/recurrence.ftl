# Wie sich ein Termin wiederholt, und was daran nicht stimmt.
recurrence-never = Diesen Tag gibt es nie: { $part }.
recurrence-holidays-unknown = Die Schulferien in { $land } sind bis zum { $until } bekannt. Die Reihe beginnt danach.
