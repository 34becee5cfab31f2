# The sixteen themes.
category-meeting = Meet-ups
category-community = Neighbourhood & help
category-festivals = Festivals & markets
category-food = Food
category-sports = Sports
category-health = Health & care
category-advice = Advice
category-learning = Learning
category-making = Repair & making
category-culture = Culture & stage
category-music = Music
category-family = Children & family
category-language = Language & encounter
category-nature = Nature & climate
category-faith = Faith
category-civic = Civic & council
