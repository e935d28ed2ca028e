# Welsh: not yet reviewed by a speaker. Every form: yes and no, what cannot be answered, what is still to settle, how far along a step is.
form-o-yes = Ie
form-o-no = Na
form-o-not-sure = Ddim yn siŵr
form-o-i-dont-know = Ddim yn hysbys

# Unknown is an answer, and there are four kinds of it.
form-unknown-legend = Ni allaf ateb hwn
form-unknown-hint = Dywedwch pam. Mae’n ateb, a chedwir y pedwar ar wahân.
form-unknown-none = Gallaf: mae fy ateb uchod
form-unknown-unknown = Wedi gofyn: nid ydyn nhw’n gwybod
form-unknown-not_asked = Heb ofyn eto
form-unknown-refused = Wedi gofyn: doedden nhw ddim eisiau dweud
form-unknown-not_safe_to_ask = Ddim yn ddiogel gofyn

form-status-not-needed = Dim angen
form-status-not-started = Heb ddechrau
form-status-in-progress = Ar y gweill
form-status-to-check = I’w wirio
form-status-done = Wedi’i wneud

form-disclosure-warning = Gall yr hyn a ysgrifennwch yma gael ei ddatgelu yn nes ymlaen: i’r person, i lys, i’r amddiffyniad.
form-withheld-note = Wedi’i ddal yn ôl: heb gydsyniad yr oedolyn mae’r hysbysiad yn dweud “withheld” yma. Mae’r hyn a ysgrifennwch yn aros gyda ni.

# To settle before hand-over; everything is saved as it is.
form-p-missing = Atebwch hwn cyn trosglwyddo
form-p-fact = Cofnodwch hyn cyn trosglwyddo
form-p-choose-one = Dewiswch ateb cyn trosglwyddo
form-p-choose-some = Ticiwch o leiaf un cyn trosglwyddo
form-p-tick = Ticiwch hwn cyn trosglwyddo, unwaith y bydd yn wir
form-p-choose-listed = Dewiswch o’r rhestr cyn trosglwyddo
form-p-unknown-choose = Nid yw ffurflen y Swyddfa Gartref yn derbyn “ddim yn hysbys” yma: cyn trosglwyddo, dewiswch yr ateb agosaf
form-p-too-long = Byrhewch hwn o { $over } cyn trosglwyddo: mae blwch y Swyddfa Gartref yn derbyn { $max } nod
form-p-email = Gwiriwch y cyfeiriad e-bost: dylai edrych fel enw@example.org
form-p-number = Rhowch rif cyfan mewn ffigurau, fel 2
form-p-not-listed = Nid yw hwn yn rhestr y Swyddfa Gartref: dewiswch gofnod cyn trosglwyddo
form-p-not-listed-open = Nid yw hwn yn y rhestr sydd gennym. Mae’n gadael fel y’i teipiwyd: edrychwch o dan ba enw y mae yn ffurflen y Swyddfa Gartref
form-p-not-url = Dechreuwch â geiriau: mae ffurflen y Swyddfa Gartref yn gwrthod testun sy’n dechrau â chyfeiriad gwe
form-p-date-future = Mae’r dyddiad hwn yn y dyfodol: gwiriwch ef
form-p-date-early = Mae’r dyddiad hwn yn rhy gynnar: rhaid iddo ddod ar ôl 1 Ionawr 1900

# Worth a look; holds up nothing.
form-p-work-email = Efallai nad yw hwn yn gyfeiriad y bydd y Swyddfa Gartref yn anfon ei dolen iddo. Defnyddiwch eich cyfeiriad gwaith
form-p-phone = Nid yw hwn yn edrych fel rhif ffôn. Fe’i cedwir fel y teipioch ef: gwiriwch ef
form-p-phone-international = Mae ffurflen y Swyddfa Gartref eisiau cod y wlad ar y blaen, fel +44
form-p-county-lines = Nid yw’r hanes yn dweud “county lines” eto. Ysgrifennwch ef yno: nid oes blwch ar ei gyfer ar ffurflen y Swyddfa Gartref

# Cannot be kept as it is; the page comes back with everything that was typed.
form-p-date = Rhowch ddyddiad sy’n bodoli, fel diwrnod, mis a blwyddyn
form-p-twice = Rhowch un ateb yn unig
form-p-both = Naill ai atebwch, neu dywedwch pam na allwch: nid y ddau
form-p-not-an-option = Dewiswch un o’r atebion a gynigir
form-p-no-unknown = Nid yw’r cwestiwn hwn yn derbyn “ddim yn hysbys”
form-p-too-many = Rhowch { $most } ar y mwyaf
form-p-far-too-long = Byrhewch hwn: mae dros { $max } nod, mwy nag y gellir ei gadw. Gallech ei atodi fel ffeil
form-p-control = Ni ellir cadw rhywbeth yma: nod anweledig, yn aml o destun wedi’i gopïo. Teipiwch y rhan honno eto
