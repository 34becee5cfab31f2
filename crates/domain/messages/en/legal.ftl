# Legal notice, privacy, accessibility.
legal-imprint = Legal notice
legal-imprint-operator = Information according to § 5 DDG
legal-imprint-missing = Whoever runs this site has not entered any details here yet.
legal-imprint-contact = How to reach us
legal-imprint-phone = Phone: { $phone }
legal-imprint-register = Register: { $register }
legal-imprint-responsible = Responsible for the content (§ 18 (2) MStV)
legal-imprint-reports = Report something
legal-imprint-reports-how = Is something wrong, hurtful or illegal? Please write to us, with the address of the page. We will answer.
legal-imprint-others = Events and posts marked “from …” come from neighbouring quarters. The respective quarter is responsible for them.
legal-privacy = Privacy
legal-privacy-short = The essentials
legal-privacy-short-1 = You can read everything here without signing in.
legal-privacy-short-2 = We do not store visitors’ internet (IP) addresses.
legal-privacy-short-3 = This site loads nothing from other providers: no fonts, no maps, no trackers.
legal-privacy-cookies = Cookies
legal-privacy-cookies-1 = Without signing in we set no cookie. If you switch the language or want to read plain language first, a cookie remembers it for a year.
legal-privacy-cookies-2 = If you sign in, a cookie keeps you signed in: { $time }. We delete it when you sign out.
legal-privacy-accounts = Accounts
legal-privacy-accounts-1 = For an account we store the name and the e-mail address. The legal basis is Article 6 (1) (b) GDPR.
legal-privacy-accounts-2 = Sign-in links are valid for { $time }. We delete them afterwards.
legal-privacy-accounts-3 = The list of where you are signed in shows browser and system, for example “Firefox, Android”. If you delete your account, we delete everything about you.
legal-privacy-public = What you publish
legal-privacy-public-1 = Events and posts are public. We send them to neighbouring quarters and to everyone who follows this { word }.
legal-privacy-public-2 = If you delete something, we ask all receivers to delete it too. We cannot force them.
legal-privacy-public-3 = If you suggest something, we store name and e-mail address until the editors have decided. The letters to you we delete like all letters.
legal-privacy-public-4 = If you write to an initiative, it gets your name, your e-mail address and your message in a letter.
legal-privacy-reports = Reports
legal-privacy-reports-1 = If you report something, we keep your words and, if you like, your name and e-mail address. We delete them after the decision: { $time } later.
legal-privacy-reports-2 = Whoever wrote an entry does not learn who reported it. The legal basis is Article 6 (1) (c) GDPR.
legal-privacy-receiver = { $host }, last on { $day }
legal-privacy-processors = Who works for us
legal-privacy-processors-none = Everything is on our own server. Nobody else works for us.
legal-privacy-processor-mail = Our letters are sent by { $host }.
legal-privacy-processor-pictures = Our pictures are kept at { $host }.
legal-privacy-processor-database = Our data are kept at { $host }.
legal-privacy-receivers = Who receives copies
legal-privacy-receivers-1 = { $count ->
    [0] No other site receives our publications at the moment.
    [one] One other site receives our publications at the moment:
   *[other] { $count } other sites receive our publications at the moment:
    }
legal-privacy-rights = Your rights
legal-privacy-rights-1 = You can ask for information, correction, erasure and a copy of your data (Articles 15 to 20 GDPR).
legal-privacy-rights-2 = You can complain to a data protection authority.
legal-privacy-contact = Questions about privacy: { $contact }
legal-accessibility = Accessibility of this site
legal-accessibility-aim = Our aim
legal-accessibility-1 = This site is meant to be usable by everyone. Our measure is WCAG 2.2, level AA.
legal-accessibility-2 = It works without a mouse, with screen readers and with strong magnification. It needs no JavaScript.
legal-accessibility-3 = Texts from neighbouring quarters and imported calendars are shown as they come. Something may be missing there.
legal-accessibility-feedback = Report a barrier
legal-accessibility-feedback-how = Something does not work? Write or call us. We will see to it.
legal-accessibility-paper = You prefer paper? Every page prints well.
