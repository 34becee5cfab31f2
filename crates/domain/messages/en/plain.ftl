# Texts in plain language beside the full ones. It is never called “Easy Language”: that is checked.
plain-first = Plain language first
plain-after = Full texts first
plain-title = In plain language
plain-full = Full text
plain-field = Text in plain language
plain-field-hint = Optional. Short sentences, common words, what matters first. It stands beside the full text, and whoever likes reads it first.
