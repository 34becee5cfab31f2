# Was auf einer Seite zuoberst steht.
featured-title = Angeheftet
featured-put-first = Anheften
featured-put-back = Nicht mehr anheften
featured-marked = Angeheftet: Das steht auf der Seite zuoberst.
featured-notice-first = Angeheftet.
featured-notice-back = Nicht mehr angeheftet.
featured-too-many = Es sind schon fünf angeheftet. Bitte nehmen Sie erst etwas davon weg.
    .du = Es sind schon fünf angeheftet. Bitte nimm erst etwas davon weg.
