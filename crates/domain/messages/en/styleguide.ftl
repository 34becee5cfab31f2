# The design on one page; only seen while developing.
styleguide-title = Design
styleguide-lead = What all pages are made of: letters, colours and components.
styleguide-letters = Letters
styleguide-colours = Colours
styleguide-components = Components
styleguide-day = Tomorrow, Tuesday 24 November
styleguide-buttons = Buttons
styleguide-form = A form with a mistake
styleguide-surfaces = Surfaces
