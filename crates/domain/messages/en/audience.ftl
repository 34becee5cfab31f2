# For whom something is: after "for".
audience-older = older people
audience-families = families
audience-children = children
audience-youth = young people
audience-women = women
audience-men = men
audience-queer = queer people
audience-newcomers = newcomers
audience-disabled = people with disabilities
audience-carers = family carers
audience-volunteers = volunteers
