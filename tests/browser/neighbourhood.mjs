// What is on in an invented quarter: so ordinary that a picture of it shows the pages and not the story.

/** The next day of the week (0 is Sunday) from tomorrow on, and so many weeks later, as forms want it. */
export function next(weekday, weeks = 0) {
  const day = new Date(Date.now() + 86_400_000);
  while (day.getUTCDay() !== weekday) day.setUTCDate(day.getUTCDate() + 1);
  day.setUTCDate(day.getUTCDate() + 7 * weeks);
  return day.toISOString().slice(0, 10);
}

export const SETUP = {
  begin: { name: "Mira Kaya", email: "mira@nordstadt.example" },
  name: { name: "Nordstadt", summary: "Termine und Nachrichten zwischen Nordmarkt und Kanal. Gemacht von Nachbarinnen und Nachbarn." },
  place: { place: "Erlen", latitude: "51,5", longitude: "7,1" },
  imprint: {
    operator: "Nachbarschaftsverein Nordstadt e. V.", street: "Nordmarkt 1", town: "00000 Erlen",
    email: "post@nordstadt.example", phone: "0221 4710 123", register: "Amtsgericht Erlen, VR 1234",
  },
};

const HOUSE = { place: "Bürgerhaus Nordstadt", street: "Nordmarkt 1", postal_code: "00000", locality: "Erlen" };

/** Events by the fields of their form; `choose` are its lists, `tick` its boxes. */
export const MARKET = {
  fill: {
    name: "Hofflohmarkt in der Nordstadt", starts: next(6), starts_time: "11:00", ends_time: "17:00",
    place: "Höfe rund um den Nordmarkt", street: "Nordmarkt", postal_code: "00000", locality: "Erlen",
    short: "Über dreißig Höfe machen ihre Tore auf. Es gibt Kleidung, Bücher, Spielzeug und Waffeln.",
    content: "Einen Plan der Höfe bekommen Sie am Stand vor dem Bürgerhaus.\n\nSie wollen selbst verkaufen? Bitte melden Sie Ihren Hof bis Donnerstag an.",
    contact: "Flohmarkt-Team, 0221 4710 145", stop: "Nordmarkt, direkt am Platz", access_note: "Sieben Höfe haben Stufen. Sie sind auf dem Plan markiert.",
  },
  choose: { category: "festivals", access_step_free: "partly", access_toilet: "yes" },
  tick: ["free"],
  picture: { drawing: "market", alt: "Gezeichnetes Plakat: ein Hof mit bunten Wimpeln, davor zwei Tische mit Büchern und Geschirr." },
};

export const EVENTS = [
  MARKET,
  {
    speaker: "repair_cafe",
    fill: {
      name: "Repair-Café", starts: next(6, 1), starts_time: "14:00", ends_time: "17:00", ...HOUSE,
      short: "Wir reparieren zusammen, was noch gut ist: Räder, Radios, Röcke.",
      price: "Spende erbeten", contact: "Jonas Weber, 0221 4710 151",
    },
    choose: { category: "making", access_step_free: "yes" },
  },
  {
    fill: {
      name: "Sprachcafé Deutsch", starts: next(4), starts_time: "17:00", ends_time: "19:00", ...HOUSE,
      short: "Wir üben Deutsch bei Tee und Keksen. Kommen Sie einfach vorbei.", contact: "Ruth Yıldız, 0221 4710 130",
    },
    choose: { category: "language", access_step_free: "yes", access_lift: "yes" },
    tick: ["free", "language_uk", "language_ar", "language_tr"],
  },
  {
    fill: {
      name: "Sprechstunde des Quartiersmanagements", starts: next(3), starts_time: "10:00", ends_time: "12:00", ...HOUSE,
      short: "Fragen zu Wohnung, Anträgen und Ideen für das Viertel.", contact: "Quartiersbüro, 0221 4710 123",
    },
    choose: { category: "advice" },
    tick: ["free"],
  },
  {
    fill: {
      name: "Spieleabend für alle", starts: next(5), starts_time: "19:00", place: "Café am Kanal", street: "Kanalstraße 8",
      short: "Brettspiele und Karten, gern auch Ihre eigenen.",
    },
    choose: { category: "meeting" },
    tick: ["free", "open_end"],
  },
];

/** This one is called off. */
export const CALLED_OFF = {
  fill: { name: "Chorprobe Kanalchor", starts: next(2), starts_time: "19:30", ends_time: "21:00", place: "Lutherkirche, Gemeindesaal", street: "Kanalstraße 20" },
  choose: { category: "music" },
};

/** This one repeats. */
export const READING = {
  fill: {
    name: "Vorlesen bei Kakao", starts: next(2), starts_time: "15:30", ends_time: "16:30", ...HOUSE,
    short: "Geschichten für Kinder ab vier, auf Deutsch und auf Türkisch.",
    phrase: "jeden 1. Dienstag im Monat außer in den Schulferien",
  },
  choose: { category: "language", land: "DE-NW" },
  tick: ["free"],
};

/** Houses and other places of the directory. */
export const PLACES = [
  {
    fill: {
      ...HOUSE, about: "Das Haus für alle: Kurse, Beratung und ein Saal zum Mieten.", position: "51.5012, 7.1020", stop: "Nordmarkt, 80 m",
      hours: "Mo-Fr 09:00-18:00; Sa 10:00-14:00; PH off", contact: "Hausbüro, 0221 4710 123", operator: "Nachbarschaftsverein Nordstadt e. V.",
      access_note_step_free: "Rampe am Seiteneingang", access_door_cm: "95", access_checked_on: next(1, -6), access_checked_by: "Seniorenbeirat",
      room_1_name: "Saal", room_1_size: "80", room_1_seats: "60", room_1_price: "20 € am Abend",
    },
    choose: { kind: "community", access_step_free: "yes", access_toilet: "yes", access_lift: "no" },
  },
  { fill: { place: "Lutherkirche", street: "Kanalstraße 20", position: "51.4991, 7.0952" }, choose: { kind: "worship" } },
  { fill: { place: "Bücherschrank am Kanal", street: "Kanalstraße", position: "51.4978, 7.0978" }, choose: { kind: "bookcase" } },
  { fill: { place: "Garten am Hafen", street: "Am Hafen", position: "51.5035, 7.0941" }, choose: { kind: "garden" } },
];

/** In the English book, the form is filled in in English. */
export const WALK = {
  fill: {
    name: "Walk along the canal", starts: next(0, 1), starts_time: "15:00", ends_time: "16:30", place: "Nordmarkt, at the fountain", street: "Nordmarkt",
    short: "A slow walk with stories about the old harbour. In English and German.", contact: "Ruth Yıldız, 0221 4710 130",
  },
  choose: { category: "culture" },
  tick: ["free"],
};

export const POSTS = [
  {
    fill: { title: "Der Brunnen am Nordmarkt läuft wieder", content: "Nach zwei Jahren Pause fließt wieder Wasser. Danke an alle, die mit angepackt haben!\n\nAm Samstag gibt es dort Kaffee." },
    picture: { drawing: "fountain", alt: "Ein runder Brunnen mit drei Wasserstrahlen, dahinter vier Häuser." },
  },
  { topic: "lost", fill: { title: "Graue Katze Minka", content: "Minka ist seit Sonntag weg. Sie ist grau getigert und hat ein weißes Ohr. Bitte rufen Sie an: 0221 4710 160." } },
  { topic: "found", fill: { title: "Schlüsselbund mit rotem Band", content: "Lag vor der Bücherei. Er wartet dort an der Theke." } },
  { topic: "offer", fill: { title: "Zwei Kisten Kinderbücher", content: "Zum Abholen in der Kanalstraße. Für Kinder von 4 bis 8." } },
  { topic: "wanted", fill: { title: "Nachhilfe in Mathe, Klasse 7", content: "Zwei Stunden in der Woche, gern im Bürgerhaus." } },
  { topic: "question", fill: { title: "Wer gießt die neuen Bäume mit?", content: "Am Nordmarkt stehen sechs junge Linden. Wir suchen Menschen mit Gießkanne." } },
];

export const INITIATIVE = {
  create: { name: "Repair-Café Nordstadt", handle: "repair_cafe" },
  page: {
    purpose: "Gemeinsam reparieren, was noch gut ist.",
    about: "Seit 2014 reparieren wir Räder, Radios und Röcke. Sie bringen mit, was kaputt ist. Wir zeigen Ihnen, wie es geht.",
    meetings: "jeden zweiten Samstag, 14 bis 17 Uhr", join: "Einfach vorbeikommen. Werkzeug ist da.",
    contact: "Jonas Weber, 0221 4710 151", costs: "kostenlos, Spende erbeten", place: "Bürgerhaus Nordstadt", street: "Nordmarkt 1",
    seeks: "Menschen, die nähen können, und eine Nähmaschine", offers: "Werkzeug zum Ausleihen",
  },
};

export const PROPOSAL = {
  name: "Frühstück im Innenhof", starts: next(0), starts_time: "10:00", ends_time: "12:30", place: "Innenhof Kanalstraße 14", street: "Kanalstraße 14",
  short: "Wir stellen Tische und Kaffee. Bitte bringen Sie etwas zum Teilen mit.", contact: "Familie Aydın, 0221 4710 166", sender: "Selin Aydın",
};

export const REPORT = { reason: "Der Spieleabend beginnt um 18 Uhr und nicht um 19 Uhr. So steht es am Café.", name: "Herr Nowak" };

const HOUSES = [[40, 300, "#c96f4a"], [250, 260, "#e0a458"], [430, 330, "#7a9e7e"], [640, 280, "#b5534b"], [850, 320, "#d9b26f"], [1010, 270, "#6d8a96"]]
  .map(([x, height, colour]) => {
    const windows = [0, 1, 2, 3].map((n) => `<rect x="${x + 28 + 75 * (n % 2)}" y="${600 - height + 40 + 90 * Math.floor(n / 2)}" width="40" height="52" fill="#fdf3dc"/>`);
    return `<rect x="${x}" y="${600 - height}" width="170" height="${height}" fill="${colour}"/>${windows.join("")}`;
  })
  .join("");
const BUNTING = Array.from({ length: 15 }, (_, n) => `<path d="M${n * 80 + 8} ${190 + 14 * ((n + 1) % 3)}l64 0l-32 62z" fill="${["#c0392b", "#f1c40f", "#2e86ab", "#58a05c"][n % 4]}"/>`).join("");
const GOODS = [0, 1, 2, 3, 4, 5].map((n) => `<rect x="${230 + 55 * n}" y="${572 - 14 * (n % 3)}" width="40" height="${48 + 14 * (n % 3)}" fill="${["#2e86ab", "#c0392b", "#58a05c"][n % 3]}"/><circle cx="${720 + 50 * n}" cy="600" r="21" fill="#fff" stroke="#6d8a96" stroke-width="6"/>`).join("");
const WATER = [[480, 340], [600, 260], [720, 340]].map(([x, y]) => `<path d="M600 560Q${x} ${y} ${2 * x - 600} 590" fill="none" stroke="#3f8fbf" stroke-width="14" stroke-linecap="round"/>`).join("");

/** Pictures to upload, drawn so that nobody has to be asked. */
export const DRAWINGS = {
  market: `<rect width="1200" height="800" fill="#bfe0ea"/>${HOUSES}<rect y="600" width="1200" height="200" fill="#d8c9a8"/>${BUNTING}${GOODS}<rect x="190" y="620" width="400" height="26" fill="#7b5b3a"/><rect x="680" y="620" width="360" height="26" fill="#7b5b3a"/><path d="M220 646v40M560 646v40M710 646v40M1010 646v40" stroke="#7b5b3a" stroke-width="16"/>`,
  fountain: `<rect width="1200" height="800" fill="#cfe8f0"/>${HOUSES}<rect y="600" width="1200" height="200" fill="#cdbf9f"/>${WATER}<ellipse cx="600" cy="640" rx="330" ry="70" fill="#8a8f94"/><ellipse cx="600" cy="625" rx="300" ry="52" fill="#5aa9d6"/>`,
};
