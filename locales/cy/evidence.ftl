# Welsh: not yet reviewed by a speaker.
evidence-title = { $reference } · Tystiolaeth
evidence-heading = Tystiolaeth
evidence-link = { $count ->
    [0] Tystiolaeth
    [one] Tystiolaeth: 1 ffeil
    [two] Tystiolaeth: 2 ffeil
   *[other] Tystiolaeth: { $count } ffeil
}
evidence-count = { $count ->
    [0] Nid oes ffeil wedi’i hatodi.
    [one] Mae 1 ffeil wedi’i hatodi.
   *[other] Mae { $count } ffeil wedi’u hatodi.
}
evidence-none = Nid oes dim wedi’i gofnodi eto.
evidence-dtn = Nid yw Dyletswydd i Hysbysu yn cario ffeiliau. Mae’r hyn a atodir yma yn aros yma.
evidence-take-back = Mae’r hyn a baratowyd yn cynnwys y ffeiliau hyn. I ychwanegu, disgrifio neu dynnu tystiolaeth, cymerwch ef yn ôl yn gyntaf.
evidence-take-back-link = Ei gymryd yn ôl
evidence-not-now = Ni ellir newid hyn nawr.
evidence-waiting = Heb eu hatodi eto
evidence-waiting-what = Dim ond chi sy’n gweld y rhain. Maent yn mynd ymlaen pan ddewiswch yr un ffeil eto, neu’n aros i’w disgrifio. Ar ôl diwrnod cânt eu dileu.
evidence-part-arrived = Mae { $percent }% wedi cyrraedd
evidence-describe = Disgrifio ac atodi
evidence-discard = Dileu
evidence-discarded = Mae’r ffeil wedi’i dileu.
evidence-attached-heading = Yr hyn a gofnodwyd
evidence-attached = Wedi’i hatodi.
evidence-save = Cadw’r ffeil
evidence-save-copy = Cadw’r copi heb le na dyfais
evidence-save-original = Cadw’r gwreiddiol
evidence-original-what = Mae’r gwreiddiol hefyd yn dweud ble a phryd y tynnwyd y llun a gyda pha ddyfais. Nid hwn sy’n mynd at eraill.
evidence-documents = Mae’r ffeil hon yn mynd at eraill fel y mae: gall ddweud pwy a’i hysgrifennodd a phryd.
evidence-save-each = Cadwch bob ffeil a’i hatodi yno:
evidence-manifest-pdf = Rhestr ar bapur (PDF)
evidence-manifest-json = Rhestr fel data (JSON)
evidence-manifest-title = Tystiolaeth atgyfeiriad { $reference }
evidence-manifest-note = Mae lluniau’n mynd heb y lle, yr amser na’r ddyfais. Enwir yr hyn a gedwir mewn man arall ac nid yw’n mynd gyda’r gweddill.
evidence-to-say = Dweud yn y ffurflen beth yw pob ffeil
evidence-attach-heading = Atodi ffeiliau
evidence-choose = Dewis ffeiliau
evidence-choose-hint = JPG, PNG, PDF, DOC neu DOCX, pob un hyd at 25 MB. Cewch ddewis sawl un.
evidence-pictures = O lun, tynnir y lle, yr amser a’r ddyfais o’r copi sy’n mynd at eraill. Cedwir y gwreiddiol.
evidence-attach = Anfon
evidence-no-files = Nid oes ffeiliau: parhau
evidence-sending = Yn anfon { $name }
evidence-percent = { $percent }%
evidence-sent = Mae { $name } wedi cyrraedd
evidence-goes-on = Mae { $name } yn mynd ymlaen o { $percent }%
evidence-broken = Collwyd y cysylltiad. Bydd yr anfon yn mynd ymlaen ohono’i hun pan ddaw’n ôl.
evidence-connection-back = Mae’r cysylltiad yn ôl. Mae’r anfon yn mynd ymlaen.
evidence-stop = Stopio
evidence-stopped = Stopiwyd { $name }. Dewiswch hi eto i fynd ymlaen.
evidence-too-large = Mae { $name } yn fwy na 25 MB
evidence-too-many = { $left ->
    [one] Mae lle i 1 ffeil arall
   *[other] Mae lle i { $left } ffeil arall
}
evidence-signed-out = Rydych wedi’ch allgofnodi. Mewngofnodwch a dewiswch y ffeil eto: mae’n mynd ymlaen o’r lle y stopiodd.
evidence-failed = Ni anfonwyd { $name }
evidence-go-on = Disgrifio’r hyn a gyrhaeddodd
evidence-never = Peidiwch byth â lanlwytho
evidence-never-what = Cofnodwch ble y’i cedwir yn lle hynny:
evidence-refer = Cofnodi rhywbeth a gedwir mewn man arall
evidence-refer-title = { $reference } · Tystiolaeth a gedwir mewn man arall
evidence-refer-heading = Cofnodi rhywbeth a gedwir mewn man arall
evidence-refer-lead = Ni lanlwythir dim. Mae pwy bynnag sydd ei angen yn gofyn i’r lle sy’n ei gadw.
evidence-referenced = Wedi’i gofnodi.
evidence-why = Pam nad yw’n cael ei lanlwytho?
evidence-why-indecent_images = Delweddau anweddus o blant
evidence-why-indecent_images-hint = Mae eu meddu yn drosedd. Maent yn aros gydag uned y llu ei hun.
evidence-why-abe_recording = Cyfweliad a recordiwyd (Achieving Best Evidence)
evidence-why-abe_recording-hint = Mae’r prif gopi yn aros dan sêl.
evidence-why-phone_download = Yr hyn a lawrlwythwyd o ffôn neu ddyfais arall
evidence-why-phone_download-hint = Mae’n cynnwys llawer am bobl nad oes a wnelo hyn â nhw.
evidence-why-privileged = Papurau rhwng cyfreithiwr a’i gleient
evidence-why-privileged-hint = Maent yn freintiedig: peidiwch â’u darllen na’u copïo.
evidence-why-elsewhere = Fe’i cedwir mewn man arall am reswm arall
evidence-reference = Cyfeirnod a ble y’i cedwir
evidence-reference-hint = Megis rhif arddangosyn a’r storfa. Peidiwch ag enwi unigolyn.
evidence-describe-title = { $reference } · Disgrifio ffeil
evidence-describe-heading = Disgrifio’r ffeil
evidence-describe-lead = Caiff ei hatodi unwaith y byddwch wedi dweud beth ydyw.
evidence-what = Beth ydyw?
evidence-key-what = Beth ydyw
evidence-key-dated = Dyddiad
evidence-what-hint = Megis: slip cyflog, Gorffennaf i Awst. Mae pwy bynnag sy’n penderfynu yn darllen hwn ochr yn ochr â’r ffeil.
evidence-dated = O ba bryd y mae?
evidence-dated-hint = Pryd y’i gwnaed neu y’i tynnwyd. Mae blwyddyn yn unig yn ddigon.
evidence-dated-unknown = Nid oes neb yn gwybod
evidence-date-unknown = dyddiad anhysbys
evidence-origin = O ble y daeth
evidence-origin-optional = O ble y daeth? (dewisol)
evidence-origin-hint = Megis: a roddwyd gan yr unigolyn, a gafwyd yn y cyfeiriad.
evidence-also = Mae’r un peth yn wir am
evidence-also-hint = Mae’r ffeiliau a diciwyd yn cael yr un disgrifiad.
evidence-keep = Cadw
evidence-wrong-file = Dyma’r ffeil anghywir: ei dileu
evidence-one-title = { $reference } · Tystiolaeth { $number }
evidence-number = Tystiolaeth { $number }
evidence-name = Ffeil
evidence-kind-jpeg = llun JPG
evidence-kind-png = llun PNG
evidence-kind-pdf = PDF
evidence-kind-doc = dogfen Word (DOC)
evidence-kind-docx = dogfen Word (DOCX)
evidence-size-kb = { $number } KB
evidence-size-mb = { $number } MB
evidence-added = Ychwanegwyd
evidence-last-described = Disgrifiwyd
evidence-by = { $who }, { $when }
evidence-describe-again = Ei disgrifio eto
evidence-again-title = { $reference } · Disgrifio tystiolaeth { $number } eto
evidence-again-lead = Cedwir yr hyn a ddywedwyd o’r blaen.
evidence-described = Mae’r disgrifiad newydd wedi’i gadw.
evidence-theirs = Disgrifiodd { $who } hi eto yn y cyfamser, { $when }:
evidence-theirs-what = Isod mae’r hyn a deipioch chi. Mae cadw yn ei roi ar ôl eu disgrifiad hwy; cedwir y ddau.
evidence-before = Yr hyn a ddywedwyd o’r blaen
evidence-remove = Ei thynnu i ffwrdd
evidence-remove-title = { $reference } · Tynnu tystiolaeth { $number } i ffwrdd
evidence-remove-lead = Nid yw’n perthyn i’r atgyfeiriad mwyach. Fe’i cedwir, gyda’r rheswm, nes daw’r amser i’w dileu.
evidence-reason = Pam?
evidence-reason-hint = Megis: mae’n perthyn i atgyfeiriad arall. Peidiwch ag enwi unigolyn.
evidence-removed = Wedi’i thynnu i ffwrdd.
evidence-removed-by = Tynnwyd i ffwrdd gan { $who }, { $when }.
evidence-removed-kept = Fe’i cedwir nes daw’r amser i’w dileu.
evidence-removed-heading = { $count ->
    [one] Tynnwyd 1 i ffwrdd
   *[other] Tynnwyd { $count } i ffwrdd
}
evidence-is-lost = Mae’r ffeil ar goll: nid yw lle y’i cadwyd
evidence-is-altered = Mae’r ffeil wedi’i difrodi: nid dyma’r hyn a atodwyd
evidence-damaged-what = Sylwyd ar hyn { $when }. Os yw’r ffeil gennych o hyd, atodwch hi eto a thynnwch hon i ffwrdd. Dywedwch wrth bwy bynnag sy’n rhedeg Heyrick: gall fod copi wrth gefn ohoni.
evidence-line = { $file }: { $what } ({ $dated })
evidence-file-not-taken = { $name }: { $why }
evidence-file-empty = mae’r ffeil yn wag
evidence-file-large = mae’r ffeil yn fwy na 25 MB
evidence-file-kind = nid JPG, PNG, PDF, DOC na DOCX yw’r ffeil, beth bynnag a ddywed ei henw
evidence-file-damaged = mae’r ffeil wedi’i difrodi neu’n anghyflawn
evidence-file-same = mae’r un ffeil wedi’i hatodi eisoes, neu’n aros i’w hatodi
evidence-piece-large = cyrhaeddodd mwy nag yw hyd y ffeil, neu fwy nag y gall darn ei ddal
evidence-error-nothing = Dewiswch ffeil
evidence-error-form = Mae’r ffeiliau yn ormod i un ffurflen: dewiswch lai
evidence-error-full = Mae 100 o ffeiliau wedi’u hatodi neu ar eu ffordd: ni dderbynnir mwy
evidence-error-same = Mae’r ffeil hon eisoes ynghlwm wrth yr atgyfeiriad hwn: rhowch y gorau i’r un hon
evidence-error-prepared = Mae hwn wedi’i baratoi neu’n cael ei ddarllen. Cymerwch ef yn ôl cyn newid ei dystiolaeth.
evidence-error-mark = Mae’r marc yn hirach na 100 nod
evidence-error-what = Dywedwch beth ydyw
evidence-error-what-long = Dywedwch beth ydyw mewn dim mwy na 1,000 nod
evidence-error-origin-long = Dywedwch o ble y daeth mewn dim mwy na 500 nod
evidence-error-future = Mae’r dyddiad yn y dyfodol
evidence-error-date = Nid dyddiad yw hwn: rhowch ddiwrnod, mis a blwyddyn, neu’r flwyddyn yn unig
evidence-error-dated = Dywedwch o ba bryd y mae, neu nad oes neb yn gwybod
evidence-error-why = Dywedwch pam nad yw’n cael ei lanlwytho
evidence-error-reference = Rhowch y cyfeirnod a ble y’i cedwir
evidence-error-reference-long = Rhowch y cyfeirnod mewn dim mwy na 200 nod
evidence-error-reason = Dywedwch pam y’i tynnir i ffwrdd
evidence-error-reason-long = Dywedwch pam mewn dim mwy na 500 nod
evidence-error-lost = Mae’r ffeil hon ar goll: nid yw lle y’i cadwyd. Mae gan bwy bynnag sy’n gweithio ar yr atgyfeiriad dasg amdani.
evidence-error-altered = Mae’r ffeil hon wedi’i difrodi: nid dyma’r hyn a atodwyd. Mae gan bwy bynnag sy’n gweithio ar yr atgyfeiriad dasg amdani.
