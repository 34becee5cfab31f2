# What the quarter calls itself: “$word” comes from the settings (quarter.word). Other messages put it in: { word }.
word = { $word ->
    [kiez] neighbourhood
    [dorf] village
    [stadtteil] district
    [graetzl] neighbourhood
    [nachbarschaft] neighbourhood
   *[quartier] quarter
    }
