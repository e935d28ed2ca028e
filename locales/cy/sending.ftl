# Welsh: not yet reviewed by a speaker. The Home Office's own copy: attached, compared, recorded.
sending-title = { $reference } · Copi’r Swyddfa Gartref
sending-heading = Copi’r Swyddfa Gartref
sending-not-sent = Pan gyflwynir y ffurflen, mae’r Swyddfa Gartref yn anfon copi drwy e-bost. Atodwch ef yma: dim ond hynny sy’n gwneud yr atgyfeiriad hwn yn un a anfonwyd.
sending-is-sent = Mae’r atgyfeiriad hwn wedi’i anfon. Os bydd y Swyddfa Gartref yn anfon copi arall, atodwch hwnnw hefyd.
sending-copy = Copi { $number }
sending-sent-on = Anfonwyd ar
sending-sent-on-hint = Y diwrnod ar y copi, neu ddiwrnod yr e-bost.
sending-reference = Cyfeirnod y Swyddfa Gartref
sending-reference-optional = Cyfeirnod y Swyddfa Gartref (dewisol)
sending-reference-hint = Fel y mae ar y copi.
sending-no-reference = Ni roddwyd un
sending-attached = Atodwyd
sending-file = Ffeil
sending-download = Cadw’r ffeil
sending-see-differences = Beth sy’n wahanol i’r hyn a baratowyd
sending-attach = Atodi’r copi
sending-attach-another = Atodi copi arall
sending-choose = Dewis y ffeil
sending-choose-hint = PDF, yr e-bost wedi’i gadw fel ffeil (.eml), neu destun plaen. 10 MB ar y mwyaf.
sending-compare = Cymharu
sending-compare-title = { $reference } · Cymharu’r copi
sending-compare-heading = Cymharu, yna cofnodi
sending-compare-why = Chwiliwyd am bob ateb a baratowyd yn y copi, a dangosir hefyd yr hyn sydd yn y copi yn unig. Nid yw labeli na thoriadau llinell yn cyfrif. Nid oes dim yma’n newid ateb.
sending-same = { $same ->
    [one] Mae un ateb yn y ddau.
   *[other] Mae { $same } ateb yn y ddau.
}
sending-not-compared = { $count ->
    [one] Mae un yn dweud rhy ychydig i chwilio amdano, megis ydw neu nac ydw: cymharwch ef â’ch llygaid.
   *[other] Mae { $count } yn dweud rhy ychydig i chwilio amdanynt, megis ydw neu nac ydw: cymharwch hwy â’ch llygaid.
}
sending-by-eye = Atebion i’w cymharu â’ch llygaid: yr hyn a baratowyd
sending-differ = { $count ->
    [one] Nid yw un ateb yn y copi, neu mae yno mewn geiriau eraill:
   *[other] Nid yw { $count } ateb yn y copi, neu maent yno mewn geiriau eraill:
}
sending-none-differ = Nid oes dim yn wahanol.
sending-ours = Yr hyn a baratowyd
sending-theirs = Yr hyn sydd agosaf yn y copi
sending-only-theirs = Yn y copi yn unig
sending-only-theirs-why = { $count ->
    [one] Mae un darn o’r copi nad yw’r hyn a baratowyd na labeli ffurflen yn ei egluro.
   *[other] Mae { $count } darn o’r copi nad yw’r hyn a baratowyd na labeli ffurflen yn eu hegluro.
}
sending-only-theirs-watched = Dyletswydd i Hysbysu am rywun nas enwir yw hwn. Edrychwch ar bob darn: ni chaiff enw, dyddiad geni, cyfeiriad na neb a amheuir sefyll yno. Daw’r hyn sy’n hysbys amdanynt yn gyntaf. Os gadawodd rhywbeth na chaiff adael, dywedwch wrth eich goruchwyliwr ac wrth bwy bynnag sy’n gyfrifol am ddiogelu data.
sending-in-copy = Yn y copi
sending-nothing-of-ours = Ni pharatowyd dim o hyn.
sending-tells = Hysbys:
sending-nothing-near = Nid oes dim yn agos.
sending-unreadable = Nid oes testun y gellir ei ddarllen yn y ffeil hon, megis mewn llun o dudalen. Cymharwch hi â’ch llygaid.
sending-record = Ai copi’r Swyddfa Gartref yw hwn?
sending-record-button = Ei gofnodi: mae hwn wedi’i anfon
sending-recorded = Wedi’i gofnodi. Mae’r atgyfeiriad hwn wedi’i anfon.
sending-discard-what = Os yw’n ffeil anghywir, taflwch hi. Bydd wedi mynd wedyn; nid yw’r cyfnodolyn ond yn cadw bod un wedi bod.
sending-discard = Taflu’r ffeil
sending-discarded = Taflwyd y ffeil.
sending-file-empty = Dewiswch ffeil nad yw’n wag
sending-file-large = Rhaid i’r ffeil fod yn 10 MB neu’n llai
sending-file-kind = Rhaid i’r ffeil fod yn PDF, yn e-bost wedi’i gadw (.eml) neu’n destun plaen
sending-day = Rhowch y diwrnod yr anfonwyd ef fel diwrnod, mis a blwyddyn
sending-future = Ni all y diwrnod yr anfonwyd ef fod yn y dyfodol
sending-reference-long = Rhaid i’r cyfeirnod fod yn 100 nod neu lai
