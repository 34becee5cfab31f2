# The same event from several sources is there once.
twins-title = Is this event there twice?
twins-lead = These events look alike. If two are the same, only one is in the lists.
twins-none = No other event looks like this.
twins-same = Is the same
twins-different = Is not the same
twins-undo = Take the decision back
twins-shown-once = Both are in the lists as one event.
twins-shown-both = Both are in the lists.
twins-said-same = The editors said: it is the same.
twins-said-different = The editors said: it is not the same.
twins-notice-same = Noted.
twins-led = The same is also here, and this entry is in the lists:
twins-sources = Also told by
twins-imported = Taken over from { $source }, last read: { $at }
