# What something costs: first how it is said, then how it is understood.
price-euros = €{ $euros }
price-cents = €{ $euros }.{ $cents }
price-reduced = reduced { $amount }
price-free-with = free with { $card }
price-entry-free = admission free
price-donation = donations welcome
price-words-free = free, free of charge, admission free, free admission, free entry
price-words-donation = donations welcome, donation welcome, by donation, donations requested
price-words-reduced = reduced, concessions, concession
price-words-full = admission, entry, price, fee
price-words-currency = €, euro, euros, EUR
price-words-with = free with ...
