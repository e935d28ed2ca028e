# Welsh: not yet reviewed by a speaker.
# Who looked: at a record, and what an account did.
journal-title = Dyddlyfr
journal-lead = Gweld pwy a edrychodd ar gofnod a phwy a’i newidiodd, neu beth a wnaeth cyfrif. Ni ddangosir unrhyw achos yma, dim ond cyfeirnodau.
journal-find-record = Cofnod
journal-find-record-label = Cyfeirnod
journal-find-record-hint = Megis P-7K4M-2Q neu R-9TC3-4X
journal-find-record-button = Dod o hyd i’r cofnod
journal-find-record-none = Nid oes gan eich asiantaeth gofnod â’r cyfeirnod hwn
journal-find-account = Cyfrif
journal-find-account-label = Enw defnyddiwr
journal-find-account-hint = Yr hyn y mae rhywun yn ei deipio i fewngofnodi
journal-find-account-button = Dod o hyd i’r cyfrif
journal-find-account-none = Nid oes gan eich asiantaeth gyfrif â’r enw defnyddiwr hwn
journal-whole = Gellir gwirio ar y gweinydd a yw’r dyddlyfr yn gyfan: heyrick journal verify.
journal-asking-recorded = Cofnodir yr hyn a ofynnwch yma hefyd.

journal-record-title = Pwy a edrychodd ar { $reference }
journal-record-lead-person = Pob edrychiad ar y cofnod hwn a phob newid, y diweddaraf yn gyntaf, a rhai atgyfeiriadau’r unigolyn cyn belled ag y cewch eu gweld.
journal-record-lead-referral = Pob edrychiad ar yr atgyfeiriad hwn a phob newid, y diweddaraf yn gyntaf.
journal-record-auditors = Rydych hefyd yn gweld beth yr edrychodd archwilwyr arno; nid yw’r tîm.
journal-account-title = Beth a wnaeth cyfrif
journal-account-heading = Beth a wnaeth { $name }
journal-account-lead = Pob edrychiad a phob newid gan y cyfrif hwn, y diweddaraf yn gyntaf. Caiff cofnodion asiantaethau eraill eu cyfrif, nid eu henwi.
journal-filter = Dangos
journal-show-all = Popeth
journal-show-looks = Edrychiadau
journal-show-changes = Newidiadau
journal-none = Nid oes dim o’r math hwn wedi’i gofnodi.
journal-pages = Tudalennau
journal-older = Cynharach
journal-newest = Yn ôl i’r diweddaraf
journal-shown = { $count ->
    [one] dangoswyd 1 cofnod
   *[other] dangoswyd { $count } cofnod
}
journal-times = { $count } o weithiau, y cyntaf ar { $first }
journal-refused = Gwrthodwyd
journal-unreadable = Ni ellir darllen y cofnod hwn mwyach; gwiriwch y dyddlyfr
journal-command-line = Llinell orchymyn y gweinydd
journal-nobody = Rhywun nad oedd wedi mewngofnodi
journal-program = Y rhaglen ei hun

journal-did-other = Gwnaeth { $who } rywbeth nad oes gan y fersiwn hon eiriau amdano
journal-did-in-list = { $times ->
    [one] Dangoswyd ef i { $who } mewn rhestr
   *[other] Dangoswyd ef i { $who } mewn rhestrau { $times } o weithiau
}
journal-did-found = { $times ->
    [one] Daeth { $who } o hyd iddo drwy chwilio
   *[other] Daeth { $who } o hyd iddo drwy chwilio { $times } o weithiau
}
journal-did-user-signed-in = Mewngofnododd { $who }
journal-did-user-sign-in-failed = Ceisiodd { $who } fewngofnodi a methu
journal-did-user-signed-out = Allgofnododd { $who }
journal-did-session-revoked = Daeth { $who } â sesiwn i ben
journal-did-user-added = Creodd { $who } gyfrif
journal-did-user-changed = Newidiodd { $who } gyfrif
journal-did-user-disabled = Caeodd { $who } gyfrif
journal-did-user-enabled = Ailagorodd { $who } gyfrif a oedd ar gau
journal-did-user-password-changed = Newidiodd { $who } gyfrinair
journal-did-user-factor-confirmed = Gosododd { $who } ail ffactor
journal-did-user-factor-removed = Tynnodd { $who } ail ffactor
journal-did-user-recovery-codes-made = Gwnaeth { $who } godau adfer newydd
journal-did-user-recovery-code-used = Defnyddiodd { $who } god adfer
journal-did-token-added = Gwnaeth { $who } docyn API
journal-did-token-revoked = Diddymodd { $who } docyn API
journal-did-agency-added = Ychwanegodd { $who } asiantaeth
journal-did-team-added = Ychwanegodd { $who } dîm
journal-did-grant-given = Rhoddodd { $who } ef, neu gyflenwi, i rywun wrth ei enw
journal-did-grant-ended = Daeth { $who } â’r hyn a oedd gan rywun wrth ei enw i ben
journal-did-restriction-decided = Penderfynodd { $who } pwy o’r tîm sy’n ei weld
journal-did-sight-viewed = Gofynnodd { $who } pwy all ei weld
journal-did-person-added = Creodd { $who } y cofnod
journal-did-person-changed = Newidiodd { $who } y cofnod
journal-did-person-viewed = Agorodd { $who } y cofnod
journal-did-person-listed = Dangoswyd rhestr o bobl i { $who }
journal-did-person-searched = Chwiliodd { $who } am bobl
journal-did-contact-added = Cofnododd { $who } ffordd o gysylltu
journal-did-contact-ended = Daeth { $who } â ffordd o gysylltu i ben
journal-did-contact-viewed = Gwelodd { $who } sut i gysylltu
journal-did-consent-recorded = Cofnododd { $who } ateb ynghylch cydsyniad
journal-did-age-recorded = Cofnododd { $who } oedran
journal-did-capacity-recorded = Cofnododd { $who } asesiad galluedd
journal-did-best-interests-recorded = Cofnododd { $who } benderfyniad lles pennaf
journal-did-best-interests-signed = Llofnododd { $who } benderfyniad lles pennaf
journal-did-referral-added = Dechreuodd { $who } yr atgyfeiriad
journal-did-referral-viewed = Agorodd { $who } yr atgyfeiriad
journal-did-referral-listed = Dangoswyd rhestr o atgyfeiriadau i { $who }
journal-did-referral-answers-saved = Cadwodd { $who } atebion
journal-did-referral-history-viewed = Gwelodd { $who } hanes yr atebion
journal-did-referral-allocated = Rhoddodd { $who } yr atgyfeiriad i rywun
journal-did-referral-authority-contacted = Cofnododd { $who } gyswllt â’r awdurdod lleol
journal-did-referral-withdrawn = Tynnodd { $who } yr atgyfeiriad yn ôl
journal-did-referral-advice-set-aside = Rhoddodd { $who } gyngor amdano o’r neilltu
journal-did-review-asked = Gofynnodd { $who } am ail ddarllenydd
journal-did-review-viewed = Darllenodd { $who } ef yr eildro
journal-did-review-finding-settled = Setlodd { $who } farc yn yr adolygiad
journal-did-review-closed = Caeodd { $who } yr adolygiad
journal-did-preparation-made = Paratôdd { $who } yr atgyfeiriad
journal-did-preparation-withdrawn = Cymerodd { $who } y paratoad yn ôl
journal-did-preparation-viewed = Agorodd { $who } yr hyn a baratowyd
journal-did-preparation-field-ticked = Ticiodd { $who } faes fel un a drosglwyddwyd
journal-did-preparation-printed = Argraffodd { $who } yr atgyfeiriad
journal-did-preparation-exported = Cymerodd { $who } yr atgyfeiriad allan fel data
journal-did-sending-recorded = Atododd { $who } gopi’r Swyddfa Gartref
journal-did-file-added = Ychwanegodd { $who } ffeil
journal-did-file-discarded = Tynnodd { $who } ffeil yn ôl
journal-did-file-viewed = Agorodd { $who } ffeil
journal-did-feed-made = Gwnaeth { $who } gyfeiriad calendr
journal-did-feed-revoked = Daeth { $who } â chyfeiriad calendr i ben
journal-did-feed-viewed = Gofynnodd calendr { $who } beth sydd i’w wneud
journal-did-digest-sent = Anfonodd { $who } e-bost dyddiol
journal-did-task-added = Cododd { $who } dasg
journal-did-task-done = Setlodd { $who } dasg
journal-did-task-given = Rhoddodd { $who } dasg
journal-did-task-moved = Symudodd { $who } ddiwrnod tasg
journal-did-task-reopened = Agorodd { $who } dasg eto
journal-did-task-escalated = Cododd { $who } dasg hwyr
journal-did-board-viewed = Agorodd { $who } y bwrdd
journal-did-task-listed = Dangoswyd rhestr o dasgau i { $who }
journal-did-journal-viewed = Gofynnodd { $who } pwy a edrychodd
journal-did-keys-rotated = Rhoddodd { $who } allweddi newydd yn eu lle
journal-did-world-loaded = Llwythodd { $who } gofnodion dychmygol neu barod

journal-reason-allocated = i weithio arno
journal-reason-supervises = i’w oruchwylio
journal-reason-named = i gadw golwg arno
journal-reason-shared = fe’i dangoswyd i asiantaeth arall
journal-reason-acting = rheng dros dro
journal-reason-covers = cyflenwi
journal-reason-none = yn agored i’r tîm
journal-reason-restricted = cyfyngedig
journal-reason-sealed = dan sêl

journal-why-team-sees-its-own = am ei fod yn perthyn i’w tîm, neu i un y maent yn cyflenwi drosto
journal-why-restricted-to-author-and-inspector = am mai nhw a’i creodd, neu am eu bod yn arolygydd ei dîm
journal-why-granted-by-name = am iddo gael ei roi iddynt wrth eu henw
journal-why-team-makes-records = am eu bod yn creu cofnodion yn eu tîm
journal-why-team-makes-people = am eu bod yn creu cofnodion pobl yn eu tîm
journal-why-team-changes-its-own = am eu bod yn gweithio arno
journal-why-support-officer-changes-people = am fod swyddogion cymorth yn cadw trefn ar gofnodion pobl
journal-why-first-responder-hands-over = am fod ymatebwyr cyntaf yn trosglwyddo
journal-why-supervisor-reads-signs-and-allocates = am eu bod yn goruchwylio
journal-why-inspector-seals = am fod arolygwyr yn selio ac yn agor yr hyn sydd dan sêl
journal-why-owner-sees-who-looked = am mai eu cofnod nhw ydyw
journal-why-auditor-sees-who-looked = am eu bod yn archwilio
journal-why-administrator-manages-accounts = am eu bod yn rheoli cyfrifon
journal-why-auditor-sees-what-an-account-did = am eu bod yn archwilio
journal-why-supervisor-gives-cover = am fod goruchwylwyr yn rhoi cyflenwi
journal-why-supervisor-sees-the-board = am fod goruchwylwyr yn gweld y bwrdd
journal-did-episode-viewed = Edrychodd { $who } ar yr hyn a ddigwyddodd ar ôl yr atgyfeiriad
journal-did-episode-event-recorded = Cofnododd { $who } yr hyn a ddigwyddodd ar ôl yr atgyfeiriad
journal-did-episode-clocks-moved = Symudodd clociau, oherwydd yr hyn a gofnododd { $who }
journal-did-holidays-changed = Newidiodd { $who } y gwyliau banc
