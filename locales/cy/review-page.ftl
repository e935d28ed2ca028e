# Welsh: not yet reviewed by a speaker. The page on which a second reader settles what could identify somebody.
review-title = { $reference } · Ail ddarlleniad
review-heading = A allai hyn ddatgelu pwy ydynt?
review-nothing = Ni chaiff dim sy’n datgelu pwy ydynt, ar ei ben ei hun neu gyda’i gilydd, adael: dim enw, dyddiad geni na chyfeiriad, nac enw neb a amheuir na dioddefwr posibl arall.
review-naming = Mae’r oedolyn yn cytuno i gael ei enwi. Ni chaiff yr hyn na chytunodd iddo, megis lle mae nawr, adael o hyd.
review-overtaken = Newidiodd oed, cydsyniad neu ateb ers anfon hwn i’w ddarllen. Ni ellir ei ryddhau; gofynnwch eto.
review-over = Mae’r adolygiad hwn ar ben. Daeth rhywun ag ef i ben tra oeddech yn darllen
review-what = Beth fyddai’n gadael
review-before-and-after = Beth a ysgrifennwyd, a beth sy’n gadael
review-others = Mae pob ateb arall wedi’i godio, neu’n eiriau safonol ei fod wedi’i ddal yn ôl.
review-as-settled = Ei ddarllen fel y byddai’n gadael
review-whole = Gweld popeth sy’n gadael
review-settle = Setlo pob un
review-settled-places = Sut y setlwyd pob un
review-no-places = Ni farciwyd dim. Darllenwch ef yr un fath: dim ond person all ddweud.
review-place = Lle { $number }
review-mark = Lle { $number }, yn y testun
review-for = lle { $number }
review-must-go-suspect = Ni chaiff adael heb gydsyniad. Mae’r hyn sy’n hysbys am rywun a amheuir yn mynd drwy adroddiad cudd-wybodaeth.
review-must-go-why = Ni chaiff adael heb gydsyniad.
review-same = { $count ->
    [one] Setlo un lle arall â’r un geiriau yn yr un modd
   *[other] Setlo { $count } lle arall â’r un geiriau yn yr un modd
}
review-words = Ei ddweud fel hyn
review-use = Defnyddio’r geiriau hyn
review-take-out = Ei dynnu allan
review-keep-why = Ei gadw, a dweud pam
review-why = Pam nad yw’n datgelu pwy yw neb
review-keep = Ei gadw
review-settle-again = Ei setlo fel arall
review-was-generalised = Wedi’i ddweud mewn geiriau eraill
review-was-kept = Wedi’i gadw
review-was-removed = Wedi’i dynnu allan
review-settled = Wedi’i setlo.
review-theirs = Setlodd cydweithiwr y lle hwn tra oeddech yn darllen. Dangosir eu setliad nhw; mae’ch un chi yn y blwch o hyd. Anfonwch eich un chi eto os dylai sefyll yn ei le
review-must-go = Ni chaiff hwn adael heb gydsyniad. Aralleiriwch ef neu ei dynnu allan
review-words-missing = Ysgrifennwch y geiriau sy’n gadael yn ei le
review-words-marked = Mae’r geiriau hyn wedi’u marcio hefyd. Dywedwch hwy’n wahanol, neu dywedwch pam y cânt adael
review-words-must-go = Mae’r geiriau hyn yn cynnwys yr hyn na chaiff adael heb gydsyniad. Dywedwch hwy’n wahanol
review-words-why = Pam nad yw’r geiriau hyn yn datgelu pwy yw neb
review-new-words = Mae eich geiriau eich hun wedi’u marcio yn yr hyn a fyddai’n gadael, ac nid oes neb wedi dweud pam y cânt: setlwch eto le { $places }
review-why-missing = Dywedwch pam nad yw’n datgelu pwy yw neb
review-too-long = Defnyddiwch 2,000 nod neu lai
review-asked = Gofynnodd { $who } am hyn ar { $when }.
review-reader-author = Chi a ysgrifennodd beth o hwn neu a ofynnodd amdano, felly rhywun arall sy’n ei ryddhau.
review-reader-second = Chi yw’r ail ddarllenydd.
review-reader-unqualified = Rhywun sydd â rôl oruchwylio heddiw sy’n ei ryddhau.
review-open = { $open ->
    [0] Mae pob un wedi’i setlo.
    [one] Mae un i’w setlo.
   *[other] Mae { $open } i’w setlo.
}
review-both-kept = Cedwir yr hyn a ysgrifennwyd a’r hyn sy’n gadael.
review-release = Rhyddhau
review-unsettled = { $open ->
    [one] Setlwch yr un lle sydd ar agor
   *[other] Setlwch y { $open } lle sydd ar agor
}
review-still-identifies = Byddai’r geiriau hyn yn dal i ddatgelu pwy yw rhywun; setlwch hwy fel arall, neu anfonwch ef yn ôl: { $questions }
review-released = Wedi’i ryddhau. Mae wedi’i baratoi i’w drosglwyddo.
review-send-back-heading = Neu ei anfon yn ôl
review-note = Beth sy’n rhaid ei newid
review-note-hint = Mae’r awdur yn darllen hwn.
review-note-missing = Dywedwch beth sy’n rhaid ei newid
review-send-back = Ei anfon yn ôl
review-was-sent-back = Wedi’i anfon yn ôl at ei awdur.
review-take-back = Ei gymryd yn ôl i’w newid
review-take-back-what = Mae’n dod yn ddrafft eto. Cedwir yr hyn a setlwyd hyd yma gydag ef ac ni ddefnyddir ef eto.
review-was-taken-back = Mae’n ddrafft eto.
review-to-draft = Mynd i’r drafft
review-outcome-released = Darllenwyd yr eildro a’i ryddhau gan { $who } ar { $when }.
review-outcome-sent_back = Anfonwyd yn ôl gan { $who } ar { $when }.
review-outcome-taken_back = Cymerwyd yn ôl gan { $who } ar { $when }.
review-outcome-overtaken = Daeth i ben ar { $when }, oherwydd i’r hyn a gofnodir newid ({ $who }).
