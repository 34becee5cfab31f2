# Wie das Quartier sich nennt: „$word“ kommt aus den Einstellungen (quarter.word). Andere Meldungen setzen die Form ein, die
# sie brauchen: { word-in }. Welche Formen es gibt, entscheidet jede Sprache selbst.
word = { $word ->
    [kiez] Kiez
    [veedel] Veedel
    [dorf] Dorf
    [viertel] Viertel
    [stadtteil] Stadtteil
    [graetzl] Grätzl
    [nachbarschaft] Nachbarschaft
   *[quartier] Quartier
    }
word-the = { $word ->
    [kiez] der Kiez
    [veedel] das Veedel
    [dorf] das Dorf
    [viertel] das Viertel
    [stadtteil] der Stadtteil
    [graetzl] das Grätzl
    [nachbarschaft] die Nachbarschaft
   *[quartier] das Quartier
    }
word-the-object = { $word ->
    [kiez] den Kiez
    [veedel] das Veedel
    [dorf] das Dorf
    [viertel] das Viertel
    [stadtteil] den Stadtteil
    [graetzl] das Grätzl
    [nachbarschaft] die Nachbarschaft
   *[quartier] das Quartier
    }
word-the-dative = { $word ->
    [kiez] dem Kiez
    [veedel] dem Veedel
    [dorf] dem Dorf
    [viertel] dem Viertel
    [stadtteil] dem Stadtteil
    [graetzl] dem Grätzl
    [nachbarschaft] der Nachbarschaft
   *[quartier] dem Quartier
    }
word-in = { $word ->
    [kiez] im Kiez
    [veedel] im Veedel
    [dorf] im Dorf
    [viertel] im Viertel
    [stadtteil] im Stadtteil
    [graetzl] im Grätzl
    [nachbarschaft] in der Nachbarschaft
   *[quartier] im Quartier
    }
word-this-dative = { $word ->
    [kiez] diesem Kiez
    [veedel] diesem Veedel
    [dorf] diesem Dorf
    [viertel] diesem Viertel
    [stadtteil] diesem Stadtteil
    [graetzl] diesem Grätzl
    [nachbarschaft] dieser Nachbarschaft
   *[quartier] diesem Quartier
    }
word-my = { $word ->
    [kiez] mein Kiez
    [veedel] mein Veedel
    [dorf] mein Dorf
    [viertel] mein Viertel
    [stadtteil] mein Stadtteil
    [graetzl] mein Grätzl
    [nachbarschaft] meine Nachbarschaft
   *[quartier] mein Quartier
    }
word-our = { $word ->
    [kiez] unser Kiez
    [veedel] unser Veedel
    [dorf] unser Dorf
    [viertel] unser Viertel
    [stadtteil] unser Stadtteil
    [graetzl] unser Grätzl
    [nachbarschaft] unsere Nachbarschaft
   *[quartier] unser Quartier
    }
word-our-object = { $word ->
    [kiez] unseren Kiez
    [veedel] unser Veedel
    [dorf] unser Dorf
    [viertel] unser Viertel
    [stadtteil] unseren Stadtteil
    [graetzl] unser Grätzl
    [nachbarschaft] unsere Nachbarschaft
   *[quartier] unser Quartier
    }
word-our-dative = { $word ->
    [kiez] unserem Kiez
    [veedel] unserem Veedel
    [dorf] unserem Dorf
    [viertel] unserem Viertel
    [stadtteil] unserem Stadtteil
    [graetzl] unserem Grätzl
    [nachbarschaft] unserer Nachbarschaft
   *[quartier] unserem Quartier
    }
word-your = { $word ->
    [kiez] Ihr Kiez
    [veedel] Ihr Veedel
    [dorf] Ihr Dorf
    [viertel] Ihr Viertel
    [stadtteil] Ihr Stadtteil
    [graetzl] Ihr Grätzl
    [nachbarschaft] Ihre Nachbarschaft
   *[quartier] Ihr Quartier
    }
    .du = { $word ->
        [kiez] dein Kiez
        [veedel] dein Veedel
        [dorf] dein Dorf
        [viertel] dein Viertel
        [stadtteil] dein Stadtteil
        [graetzl] dein Grätzl
        [nachbarschaft] deine Nachbarschaft
       *[quartier] dein Quartier
        }
word-your-object = { $word ->
    [kiez] Ihren Kiez
    [veedel] Ihr Veedel
    [dorf] Ihr Dorf
    [viertel] Ihr Viertel
    [stadtteil] Ihren Stadtteil
    [graetzl] Ihr Grätzl
    [nachbarschaft] Ihre Nachbarschaft
   *[quartier] Ihr Quartier
    }
    .du = { $word ->
        [kiez] deinen Kiez
        [veedel] dein Veedel
        [dorf] dein Dorf
        [viertel] dein Viertel
        [stadtteil] deinen Stadtteil
        [graetzl] dein Grätzl
        [nachbarschaft] deine Nachbarschaft
       *[quartier] dein Quartier
        }
