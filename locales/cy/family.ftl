# Welsh: not yet reviewed by a speaker.
# Families: people referred together, each by themselves.
family-title = Teulu
family-lead = Mae gan bob aelod ei atgyfeiriad ei hun, ac mae’n arwain lle mae ei oedran a’i ateb ei hun yn arwain. Nid oes dim yn eu huno, ac nid oes unrhyw Ddyletswydd i Hysbysu yn cario’r cyswllt.
family-members = Aelodau
family-person = Cofnod
family-left = { $left ->
    [one] 1 llinell ar ôl
   *[other] { $left } llinell ar ôl
}
family-left-nothing = dim ar ôl i’w ateb
family-begun = Cysylltwyd gan { $who }, { $when }.
family-add = Ychwanegu aelod
family-link = Teulu
family-refer = Atgyfeirio teulu
family-opened = Mae’r teulu ar agor. Mae gan bob aelod atgyfeiriad.
family-is-parent = rhiant
family-is-partner = gŵr, gwraig neu bartner
family-is-child = plentyn
family-is-sibling = brawd neu chwaer
family-is-grandparent = taid neu nain
family-is-grandchild = ŵyr neu wyres
family-is-aunt_or_uncle = modryb neu ewythr
family-is-niece_or_nephew = nith neu nai
family-is-cousin = cefnder neu gyfnither
family-is-carer = gofalwr
family-is-other = perthynas arall neu aelod o’r cartref
family-is-not_known = aelod o’r teulu, ni wyddys sut

family-begin-title = Atgyfeirio teulu
family-begin-lead = Mae un weithred yn agor un atgyfeiriad i bob aelod. Mae pwy sy’n cytuno, eu hoedran a’r hyn a ddywedant yn aros gyda phob un; ysgrifennir yr hyn a ddigwyddodd iddynt i gyd unwaith wedyn.
family-begin-already = Mae’r person hwn yn perthyn i deulu eisoes
family-relationship = Beth ydynt yn y teulu
family-known = Aelodau sydd eisoes ar gofnod
family-known-hint = Cynigir pobl â’r un enw olaf. Dywedwch beth yw rhywun yn y teulu i’w ddewis.
family-find-label = Enw neu gyfeirnod
family-find = Chwilio
family-found = { $count ->
    [0] Ni chanfuwyd neb y gallwch ei weld.
    [one] Canfuwyd 1 person.
   *[other] Canfuwyd { $count } o bobl.
}
family-not-of-it = Ddim yn y teulu hwn
family-new = Aelodau nad ydynt ar gofnod eto
family-new-hint = Mae enw neu’r hyn y mae cydweithwyr yn eu galw yn ddigon. Gadewch yn wag yr hyn na ŵyr neb.
family-new-row = Aelod newydd { $number }
family-new-more = Un aelod newydd arall
family-dob-hint = Cyn belled ag y gwyddys: mae blwyddyn yn ddigon. Atgyfeirir rhywun o dan 18 heb fod angen iddynt gytuno.
family-look-over = Bwrw golwg ac agor
family-look-title = Ai dyma’r teulu?
family-look-lead = Nid oes dim wedi’i ysgrifennu eto. Gyda’r botwm isod, ysgrifennir y cyfan, neu ddim.
family-look-linked = Cysylltir { $reference } ({ $stage }); ni ddechreuir un arall
family-look-new = Fe’u rhoddir ar gofnod, a dechreuir atgyfeiriad
family-look-begun = Dechreuir atgyfeiriad
family-look-alike = Gallai hwn fod yn rhywun sydd ar gofnod eisoes. Ewch yn ôl a’u dewis yno os felly.
family-leads-nrm = Yn arwain at yr NRM
family-leads-dtn = Yn arwain at Ddyletswydd i Hysbysu heb yr enw
family-open = Agor yr atgyfeiriadau
family-change = Mynd yn ôl a newid

family-shared-title = Yr hyn y mae’r teulu’n ei rannu
family-shared-lead = Wedi’i ysgrifennu yma unwaith, mae’n mynd i atgyfeiriad pob aelod sy’n ei ofyn ac sydd heb ddim eto; mae rhywun yn edrych arno yno cyn iddo adael. Dangosir yr hyn sy’n wahanol ochr yn ochr, ac ni chaiff ei drosysgrifo byth. Mae oedran, cydsyniad, hunaniaeth, dangosyddion a’ch barn yn aros gyda phob un.
family-shared-count = { $count ->
    [0] Nid oes dim wedi’i ysgrifennu ar gyfer pob un eto.
    [one] Mae 1 ateb wedi’i ysgrifennu ar gyfer pob un.
   *[other] Mae { $count } ateb wedi’u hysgrifennu ar gyfer pob un.
}
family-shared-none = Heb ei rannu: mae gan atgyfeiriad pob aelod ei ateb ei hun
family-shared-see = Gweld yr hyn a rennir
family-share = Ysgrifennu’r hyn a rannant
family-write = Ysgrifennu i bawb
family-shared = Wedi’i ysgrifennu ar gyfer y teulu.
family-shared-look = Wedi’i ysgrifennu ar gyfer y teulu. Mae atebion rhai aelodau’n wahanol: dewiswch pa un sy’n sefyll.
family-step-caption = Ar gyfer pob aelod o’r teulu
family-step-lead = Gadewch gwestiwn yn wag os nad yw’r un fath i bob un ohonynt.
family-theirs = Yr hyn a ysgrifennodd cydweithiwr yn y cyfamser
family-from = Cymryd drosodd o { $who } ({ $reference })
family-from-legend = Pa rai o’r atebion hyn sy’n dal ar gyfer pob aelod?
family-from-button = Eu hysgrifennu ar gyfer y teulu

family-offers-title = Atebion sy’n wahanol
family-offers-lead = Dangosir y ddau ateb. Dewiswch pa un sy’n sefyll; gofynnir eto’n ddiweddarach am yr hyn a adewch yn agored. Mae’r hyn a ddywedodd atgyfeiriad aelod yn aros yn ei hanes.
family-offers-count = { $count ->
    [one] Mae 1 ateb yn wahanol neu ar goll mewn atgyfeiriad aelod
   *[other] Mae { $count } ateb yn wahanol neu ar goll mewn atgyfeiriadau aelodau
}
family-offers-none = Mae atgyfeiriad pob aelod yn dweud yr hyn a ddywed y teulu, neu fe’i cadwyd fel y mae.
family-offers-save = Cadw’r hyn sy’n sefyll
family-own = Ateb yr aelod hwn
family-familys = Ateb y teulu ({ $who }, { $when })
family-which = Pa un sy’n sefyll?
family-keep-own = Un yr aelod hwn
family-keep-empty = Ei adael yn wag
family-take = Un y teulu
family-chosen = Cadwyd.

family-tells-title = Gyda’i gilydd, gallai’r atgyfeiriadau hyn ddatgelu pwy yw rhywun
family-tells-lead = Nid oedd aelod o’r teulu’n cytuno i gael ei enwi. Gallai’r hyn sy’n sefyll yn atgyfeiriadau’r lleill arwain atynt. Cyngor yw hwn: rhaid i atgyfeiriad plentyn gynnwys yr hyn sydd ei angen ar y plentyn.
family-tells-of = Am { $who } ({ $reference }), nad oedd yn cytuno i gael ei enwi
family-tells-in = { $from } am { $who } ({ $reference }), nad oedd yn cytuno i gael ei enwi
family-told-in = Yn { $reference }, am { $who }
family-tells-nothing = Nid oes dim y mae’r rheolau hyn yn gwybod amdano yn arwain atynt. Darllenwch ef â’r llygad hwnnw er hynny.
family-tells-name = mae eu henw’n sefyll yma.
family-tells-last_name = maent yn rhannu’r enw olaf hwn.
family-tells-born = mae eu dyddiad geni’n sefyll yma.
family-tells-address = mae eu cyfeiriad yn sefyll yma, neu’r un y maent yn ei rannu.
family-tells-contact = mae eu rhif ffôn neu eu cyfeiriad electronig yn sefyll yma.
family-tells-number = mae rhif o’u heiddo’n sefyll yma.
family-tells-relative = sonnir am berthynas.
family-tells-same_place = mae’r un lle hefyd yn gadael yn y Ddyletswydd i Hysbysu.
family-tells-same_words = mae’r un geiriau hefyd yn gadael yn y Ddyletswydd i Hysbysu.
family-tells-same_label = mae’r un gair yn y ddau gyfeirnod.
family-instead-relative = Dywedwch “oedolyn yn y cartref” lle nad oes angen mwy ar hanes y plentyn.
family-instead-last-name = Rhaid enwi’r sawl y mae’r atgyfeiriad hwn amdano; peidiwch â gadael i oedran, diwrnod a lle’r ddau atgyfeiriad gyfateb hefyd.
family-instead-leave-out = Gadewch ef allan os nad oes ei angen ar atgyfeiriad y plentyn.
family-instead-address = Rhowch gyfeiriad y plentyn drwy’r awdurdod lleol lle mae hynny’n ddigon.
family-instead-notification = Tynnwch ef allan o’r Ddyletswydd i Hysbysu, neu dywedwch ef yno mewn geiriau cyffredinol.
family-instead-label = Dewiswch gyfeirnodau nad ydynt yn dweud dim.
family-linked-title = Atgyfeiriadau cysylltiedig
family-linked-lead = Mae gan aelodau eraill o’r teulu hwn atgyfeiriadau sy’n eu henwi. Gallai pwy bynnag sy’n darllen y ddau eu rhoi at ei gilydd: darllenwch y geiriau hyn wrth ochr eu rhai hwy. Nid oes dim o’r cyswllt yn gadael gyda’r Ddyletswydd i Hysbysu hon.

family-error-alone = Dewiswch o leiaf un aelod arall.
family-error-twice = Dewiswyd rhywun ddwywaith, neu mae yn y teulu eisoes.
family-error-too-many = Agorwch 20 aelod ar y mwyaf gyda’i gilydd.
family-error-relationship = Dywedwch beth yw’r aelod hwn yn y teulu.
family-error-person-or-new = Enwch berson sydd ar gofnod neu rhowch fanylion rhywun newydd, ac nid y ddau.
family-error-not-shared = Nid yw teulu’n rhannu’r un o’r cwestiynau hyn, neu nid atebodd neb un ohonynt yno.
family-error-stale = Newidiodd rhywun hwn yn y cyfamser. Edrychwch ar yr hyn sy’n sefyll nawr, yna cadwch eto.
family-error-choose = Dewiswch pa ateb sy’n sefyll, o leiaf unwaith.
family-error-tick = Ticiwch o leiaf un ateb.
